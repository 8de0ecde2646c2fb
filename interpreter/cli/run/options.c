#include "cli/run/options.h"

#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/book/find.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Every verb's own: what it does not take is said by its `options` in main.c. */
static const struct sw_option_row rows[] = {
    {"-p", "--param", SW_OPT_PARAM, "NAME=VALUE", 'p', "A parameter; may be given many times."},
    {"--world", "--rehearse", SW_OPT_WORLD, "FILE", 'w', "The model world to work in."},
    {"--seed", NULL, SW_OPT_SEED, "N", 's', "Chance of the model world; 1 when left out."},
    {"--answer", NULL, SW_OPT_ANSWER, "STEP=CHOICE", 'a',
     "Answer a question beforehand, once for each time that it comes; for model worlds."},
    {"--pace", NULL, SW_OPT_PACE, "600x", 'P', "How many times faster than real the clock goes."},
    {"--state", NULL, SW_OPT_STATE, "FOLDER", 'S', "Where the journals lie."},
    {"-o", "--output", SW_OPT_OUTPUT, "FORM", 'o', "The form of the output."},
    {"--reason", NULL, SW_OPT_REASON, "TEXT", 'r', "Why."},
    {"--typed", NULL, SW_OPT_TYPED, "TEXT", 't', "What had to be typed back."},
    {"--evidence", NULL, SW_OPT_EVIDENCE, "FILE", 'e', "Where the evidence file is written."},
    {"--detailed-exitcode", NULL, SW_OPT_DETAILED, NULL, 'd', "Exit with 2 when changes pend."},
    {"--no-input", NULL, SW_OPT_NO_INPUT, NULL, 'i', "Ask nobody here; questions stay open."},
    {"--serve", NULL, SW_OPT_SERVE, "127.0.0.1:PORT", 'V', "Serve the model world on a socket."},
    {"--tls", NULL, SW_OPT_SERVE, "FOLDER", 'K',
     "Serve it over TLS; its authority is FOLDER/ca.pem."},
    {"--token-lives", NULL, SW_OPT_SERVE, "DURATION", 'k',
     "How long its tokens live, by the model's clock; 1h when left out."},
    {"--for", NULL, SW_OPT_SERVE, "DURATION", 'f', "How long to serve it."},
    {"--site", NULL, SW_OPT_SITE, "FILE", 'T', "What the targets are here, and how to log in."},
    {"--library", NULL, SW_OPT_LIBRARY, "FOLDER", 'l',
     "Where runbooks are looked for that others call or extend; may be given many times."},
    {"--dry-run", "-n", SW_OPT_DRY_RUN, NULL, 'n', "Show what would change, and change nothing."},
    {"--check", "--what-if", SW_OPT_DRY_RUN, NULL, 'n', "The same."},
    {"--hook", NULL, SW_OPT_LIBRARY, "POINT=FILE", 'H',
     "Bind a hook point to a Lua file; may be given many times."},
    {"--out", NULL, SW_OPT_SAVE, "FILE", 'O', "Save the plan, to be run once with `run --plan`."},
    {"--diff", NULL, SW_OPT_SAVE, "FILE", 'D', "Tell what moved since this saved plan."},
    {"--plan", NULL, SW_OPT_PLAN, "FILE", 'B', "Run this saved plan, unless anything moved."},
    {"-j", "--jobs", SW_OPT_TEST, "N", 'j', "How many processes run tests; 1 when left out."},
    {"--min-coverage", NULL, SW_OPT_TEST, "PERCENT", 'M',
     "Fail when fewer ways, or fewer paths into irreversible steps, were taken."},
    {"--min-paths", NULL, SW_OPT_TEST, "PERCENT", 'Z', "The same for the paths alone."},
    {"--only", NULL, SW_OPT_TEST, "TEXT", 'y', "Only cases with this in their name."},
    {"--resolved", NULL, SW_OPT_RESOLVED, NULL, 'R',
     "After all changes; it is never shown otherwise."},
    {"--strict", NULL, SW_OPT_LINT, NULL, 'x', "Warnings fail, too."},
    {"--allow", NULL, SW_OPT_LINT, "RULE", 'A', "Leave out a warning, by name or code."},
    {"--language", NULL, SW_OPT_DOC, NULL, 'L', "The reference of the language."},
    {"--actions", NULL, SW_OPT_DOC, NULL, 'C', "The reference of all actions."},
    {"--from", NULL, SW_OPT_NEW, "RUNBOOK", 'F', "The runbook to begin from."},
    {"--name", NULL, SW_OPT_NEW, "TEAM/NAME", 'N', "Name of the new runbook."},
    {"-q", "--quiet", 0, NULL, 'q', "Only what is wrong."},
    {"-v", "--verbose", 0, NULL, 'v', "More."},
    {"-h", "--help", 0, NULL, 'h', "This help."},
    {NULL, NULL, 0, NULL, 0, NULL},
};

const struct sw_option_row *sw_option_rows(void)
{
    return rows;
}

static const struct sw_option_row *find(const char *word)
{
    for (size_t i = 0; rows[i].name != NULL; i++) {
        if (sw_text_is(rows[i].name, word) || sw_text_is(rows[i].other, word)) {
            return &rows[i];
        }
    }
    return NULL;
}

static bool unknown(const char *word, unsigned taken, struct sw_error *err)
{
    const char *names[2 * SW_COUNT(rows)];
    size_t count = 0;

    for (size_t i = 0; rows[i].name != NULL; i++) {
        if (rows[i].bit == 0 || (rows[i].bit & taken) != 0) {
            names[count++] = rows[i].name;
            if (rows[i].other != NULL) {
                names[count++] = rows[i].other;
            }
        }
    }
    const char *close = sw_text_closest(word, names, count);

    return sw_fail(err, SW_E_INPUT, "there is no option '%s' here%s%s%s", word,
                   close == NULL ? "" : "; did you mean '", close == NULL ? "" : close,
                   close == NULL ? "" : "'?");
}

static bool read_number(const char *name, const char *text, uint64_t *ret, struct sw_error *err)
{
    char *end = NULL;

    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);

    if (errno != 0 || end == text || *end != '\0' || text[0] == '-') {
        return sw_fail(err, SW_E_INPUT, "%s takes a whole number, not '%s'", name, text);
    }
    *ret = number;
    return true;
}

static bool read_percent(const char *name, const char *text, int64_t *ret, struct sw_error *err)
{
    uint64_t number = 0;

    if (!read_number(name, text, &number, err)) {
        return false;
    }
    if (number > 100) {
        return sw_fail(err, SW_E_INPUT, "%s takes 0 to 100, not '%s'", name, text);
    }
    *ret = (int64_t)number;
    return true;
}

static bool read_pace(const char *text, double *ret, struct sw_error *err)
{
    char *end = NULL;
    double pace = strtod(text, &end);

    if (end == text || !(pace > 0) || (strcmp(end, "x") != 0 && *end != '\0')) {
        return sw_fail(err, SW_E_INPUT,
                       "--pace takes how many times faster than real, like 600x, not '%s'", text);
    }
    *ret = pace;
    return true;
}

static bool read_answer(struct sw_options *options, struct sw_arena *arena, const char *text,
                        struct sw_error *err)
{
    const char *equals = strchr(text, '=');

    if (equals == NULL || equals == text || equals[1] == '\0') {
        return sw_fail(err, SW_E_INPUT, "--answer takes STEP=CHOICE, not '%s'", text);
    }
    options->answers[options->answer_count++] = (struct sw_prepared_answer){
        .step = sw_copy(arena, text, (size_t)(equals - text)), .choice = equals + 1};
    return true;
}

/* Options that are one text. @return NULL: not one of these */
static const char **text_of(struct sw_options *options, int letter)
{
    switch (letter) {
    case 'w':
        return &options->world;
    case 'S':
        return &options->state;
    case 'o':
        return &options->output;
    case 'r':
        return &options->reason;
    case 't':
        return &options->typed;
    case 'e':
        return &options->evidence;
    case 'V':
        return &options->serve;
    case 'K':
        return &options->tls;
    case 'T':
        return &options->site;
    case 'F':
        return &options->from;
    case 'N':
        return &options->name;
    default:
        return NULL;
    }
}

static bool read_hook(struct sw_options *options, struct sw_arena *arena, const char *value,
                      struct sw_error *err)
{
    if (strchr(value, '=') == NULL) {
        return sw_fail(err, SW_E_INPUT, "--hook wants POINT=FILE, not '%s'", value);
    }
    options->libraries[options->library_count++] = sw_format(arena, SW_FIND_HOOK "%s", value);
    return true;
}

static bool take(struct sw_options *options, struct sw_arena *arena,
                 const struct sw_option_row *row, const char *value, struct sw_error *err)
{
    const char **text = text_of(options, row->letter);

    if (text != NULL) {
        *text = value;
        return true;
    }
    switch (row->letter) {
    case 'p':
        options->params[options->param_count++] = value;
        return true;
    case 'l':
        options->libraries[options->library_count++] = value;
        return true;
    case 'H':
        return read_hook(options, arena, value, err);
    case 'a':
        return read_answer(options, arena, value, err);
    case 's':
        options->has_seed = true;
        return read_number("--seed", value, &options->seed, err);
    case 'P':
        return read_pace(value, &options->pace, err);
    case 'k':
        return sw_duration_parse(value, &options->token_lives_ms, err) ||
               sw_fail_while(err, "--token-lives");
    case 'f':
        return sw_duration_parse(value, &options->for_ms, err) || sw_fail_while(err, "--for");
    case 'd':
        options->is_detailed = true;
        return true;
    case 'i':
        options->is_no_input = true;
        return true;
    case 'n':
        options->is_dry_run = true;
        return true;
    case 'R':
        return true;
    case 'j':
        return read_number("-j", value, &options->jobs, err);
    case 'M':
        return read_percent("--min-coverage", value, &options->min_coverage, err);
    case 'Z':
        return read_percent("--min-paths", value, &options->min_paths, err);
    case 'y':
        options->only = value;
        return true;
    case 'O':
        options->out = value;
        return true;
    case 'D':
        options->diff = value;
        return true;
    case 'B':
        options->plan = value;
        return true;
    case 'x':
        options->is_strict = true;
        return true;
    case 'A':
        options->allowed[options->allow_count++] = value;
        return true;
    case 'L':
        options->is_language = true;
        return true;
    case 'C':
        options->is_actions = true;
        return true;
    case 'q':
        options->is_quiet = true;
        return true;
    case 'v':
        options->is_verbose = true;
        return true;
    default:
        options->wants_help = true;
        return true;
    }
}

/** "-j2": an option of one letter with its value behind it. @return the value; NULL: it is none */
static const char *joined_value(const char *word, const struct sw_option_row **ret_row,
                                struct sw_arena *arena)
{
    const struct sw_option_row *row =
        word[1] == '-' || word[2] == '\0' ? NULL : find(sw_copy(arena, word, 2));

    if (row == NULL || row->value == NULL) {
        return NULL;
    }
    *ret_row = row;
    return word + 2;
}

bool sw_options_read(struct sw_options *options, struct sw_arena *arena, unsigned taken, int argc,
                     char **argv, struct sw_error *err)
{
    size_t room = (size_t)argc + 1;
    bool is_rest = false;

    *options = (struct sw_options){.seed = 1};
    options->operands = sw_alloc_array(arena, room, sizeof *options->operands);
    options->params = sw_alloc_array(arena, room, sizeof *options->params);
    options->libraries = sw_alloc_array(arena, room, sizeof *options->libraries);
    options->allowed = sw_alloc_array(arena, room, sizeof *options->allowed);
    options->answers = sw_alloc_array(arena, room, sizeof *options->answers);
    for (int i = 0; i < argc; i++) {
        char *word = argv[i];
        const char *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
        const char *name = equals == NULL ? word : sw_copy(arena, word, (size_t)(equals - word));

        if (is_rest || word[0] != '-' || word[1] == '\0') {
            options->operands[options->operand_count++] = word;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            is_rest = true;
            continue;
        }
        const struct sw_option_row *row = find(name);
        const char *joined = row == NULL ? joined_value(name, &row, arena) : NULL;

        if (row == NULL || (row->bit != 0 && (row->bit & taken) == 0)) {
            return unknown(name, taken, err);
        }
        const char *value = equals == NULL ? joined : equals + 1;

        if (row->value != NULL && value == NULL) {
            if (++i >= argc) {
                return sw_fail(err, SW_E_INPUT, "'%s' needs a value behind it", name);
            }
            value = argv[i];
        }
        if (!take(options, arena, row, value, err)) {
            return false;
        }
    }
    return true;
}

const char *sw_options_state(const struct sw_options *options, struct sw_arena *arena)
{
    const char *folder = options->state != NULL ? options->state : getenv("STEPWISE_STATE");

    if (folder != NULL && folder[0] != '\0') {
        return folder;
    }
    folder = getenv("XDG_STATE_HOME");
    if (folder != NULL && folder[0] == '/') {
        return sw_format(arena, "%s/stepwise", folder);
    }
    folder = getenv("HOME");
    return sw_format(arena, "%s/.local/state/stepwise", folder == NULL ? "." : folder);
}

const char *sw_login(struct sw_arena *arena)
{
    const struct passwd *entry = getpwuid(geteuid());

    return entry == NULL ? sw_format(arena, "uid %u", (unsigned)geteuid())
                         : sw_copy_text(arena, entry->pw_name);
}
