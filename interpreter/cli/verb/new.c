/* new: a variant of a runbook, or a small runbook of one's own, with a test beside it. */
#include "base/file.h"
#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/book/load.h"
#include "cli/test/file.h"
#include "cli/verb/verbs.h"
#include "lang/yaml.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct draft {
    const struct sw_options *options;
    struct sw_arena *arena;
    const char *path, *test_path;
    const char *name, *from; /* `from` as it is written in the file; NULL: from nothing */
    const char *world;       /**< as the test names it; NULL: the default one */
    const char *answers;     /**< that lead the base to its end there, as a map; NULL: not known */
    int64_t deletes;         /**< irreversible effects on that way */
    struct sw_buf text, test;
};

/* ---- what is asked ---- */

/* One line from the terminal. @return NULL when there is none, "" when it is empty */
static const char *ask(struct sw_arena *arena, const char *question)
{
    char line[512];

    printf("%s ", question);
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL) {
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return sw_copy_text(arena, line);
}

/* The way from one folder to a file, both real names: "../a/b.yaml". */
static const char *relative(struct sw_arena *arena, const char *folder, const char *file)
{
    size_t same = 0;
    const char *up = "";

    for (size_t i = 0; folder[i] == file[i]; i++) {
        if (folder[i] == '\0') {
            break;
        }
        same = folder[i] == '/' ? i + 1 : same;
    }
    size_t length = strlen(folder);

    if (strncmp(folder, file, length) == 0 && file[length] == '/') {
        return sw_format(arena, "./%s", file + length + 1);
    }
    for (const char *at = folder + same; *at != '\0'; at++) {
        up = at == folder + same || *at == '/' ? sw_format(arena, "../%s", up) : up;
    }
    return sw_format(arena, "%s%s", up, file + same);
}

static bool is_there(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0;
}

static const char *text_of(const struct sw_node *map, const char *key)
{
    const struct sw_node *node = sw_node_get(map, key);

    return node == NULL || node->kind != SW_NODE_SCALAR ? NULL : node->text;
}

/* "{ a: b, c: d }"; NULL when that is not how the answers of the case look. */
static const char *answers_of(const struct sw_node *answers, struct sw_arena *arena)
{
    const char *all = "{";

    if (answers == NULL || answers->kind != SW_NODE_MAP || answers->count == 0) {
        return NULL;
    }
    for (size_t i = 0; i < answers->count; i++) {
        const char *choice = text_of(answers, answers->keys[i]->text);

        if (choice == NULL) {
            return NULL;
        }
        all =
            sw_format(arena, "%s%s %s: %s", all, i == 0 ? "" : ",", answers->keys[i]->text, choice);
    }
    return sw_format(arena, "%s }", all);
}

/* The case that leads the base to a good end tells a variant which answers do. */
static void learn_case(struct draft *draft, const struct sw_node *given)
{
    const struct sw_node *expect = sw_node_get(given, "expect");
    const char *deletes = expect == NULL ? NULL : text_of(expect, "deletes");

    if (sw_node_get(given, "params") == NULL && sw_node_get(given, "trouble") == NULL &&
        expect != NULL && expect->kind == SW_NODE_MAP &&
        sw_text_is(text_of(expect, "end"), "done") && deletes != NULL && strlen(deletes) == 1 &&
        deletes[0] >= '0' && deletes[0] <= '9') {
        draft->answers = answers_of(sw_node_get(given, "answers"), draft->arena);
        draft->deletes = deletes[0] - '0';
    }
}

/* The world that the base's own test begins with: which side must survive is said there. */
static const char *learn_from_base(struct draft *draft, const char *folder, const char *base)
{
    struct sw_arena *arena = draft->arena;
    const char *path = sw_format(arena, "%.*s.test.yaml", (int)(strlen(base) - 5), base);
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    struct sw_source source = {0};
    struct sw_error none = {0};
    const char *world = NULL;
    const struct sw_node *root =
        is_there(path) && sw_source_read(arena, path, SW_LIMIT_FILE_BYTES, &source, &none)
            ? sw_yaml_read(&source, arena, diags)
            : NULL;
    const char *word = root == NULL ? NULL : text_of(root, "world");
    const struct sw_node *cases = root == NULL ? NULL : sw_node_get(root, "cases");

    if (cases != NULL && cases->kind == SW_NODE_LIST && cases->count > 0 &&
        cases->items[0]->kind == SW_NODE_MAP) {
        const char *own = text_of(cases->items[0], "world");

        word = own == NULL ? word : own;
        learn_case(draft, cases->items[0]);
    }
    if (word == NULL || word[0] == '\0' ||
        !sw_path_real(arena, sw_path_join(arena, sw_path_folder(arena, path), word), &world,
                      &none)) {
        return NULL;
    }
    return relative(arena, folder, world);
}

/* A file is named as seen from the new one; a name stays a name. */
static bool refer(struct draft *draft, const char *from, struct sw_error *err)
{
    const char *folder = NULL;
    const char *file = NULL;

    if (!sw_text_ends(from, ".yaml") && !sw_text_ends(from, ".yml")) {
        draft->from = from;
        return true;
    }
    if (!sw_path_real(draft->arena, sw_path_folder(draft->arena, draft->path), &folder, err) ||
        !sw_path_real(draft->arena, from, &file, err)) {
        return false;
    }
    draft->from = relative(draft->arena, folder, file);
    draft->world = learn_from_base(draft, folder, file);
    return true;
}

/* With its parents; the umask says who may read it, as for any folder that people make. */
static bool make_folder(struct sw_arena *arena, const char *path, struct sw_error *err)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST) {
        return true;
    }
    if (errno != ENOENT || strchr(path, '/') == NULL) {
        return sw_fail(err, SW_E_IO, "make the folder '%s': %s", path, strerror(errno));
    }
    return make_folder(arena, sw_path_folder(arena, path), err) && make_folder(arena, path, err);
}

static bool prepare(struct draft *draft, struct sw_error *err)
{
    const struct sw_options *options = draft->options;
    bool may_ask = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !options->is_no_input;
    const char *from = options->from;

    draft->path = options->operands[0];
    if (!sw_text_ends(draft->path, ".yaml")) {
        return sw_fail(err, SW_E_INPUT, "'%s': the name of a runbook's file ends in .yaml",
                       draft->path);
    }
    draft->test_path =
        sw_format(draft->arena, "%.*s.test.yaml", (int)(strlen(draft->path) - 5), draft->path);
    if (is_there(draft->path) || is_there(draft->test_path)) {
        return sw_fail(err, SW_E_INPUT, "'%s' is there already; nothing was written",
                       is_there(draft->path) ? draft->path : draft->test_path);
    }
    if (from == NULL && options->param_count > 0) {
        return sw_fail(err, SW_E_INPUT, "-p sets parameters of a base: name it with --from");
    }
    draft->name = options->name;
    if (draft->name == NULL && may_ask) {
        draft->name = ask(draft->arena, "Name, TEAM/NAME:");
    }
    if (draft->name == NULL || draft->name[0] == '\0') {
        return sw_fail(err, SW_E_INPUT, "give it a name: --name TEAM/NAME");
    }
    if (from == NULL && may_ask) {
        from = ask(draft->arena, "Begin from which runbook (a file or a name; empty: from none)?");
    }
    return make_folder(draft->arena, sw_path_folder(draft->arena, draft->path), err) &&
           (from == NULL || from[0] == '\0' || refer(draft, from, err));
}

/* ---- what is written ---- */

static const char plain[] =
    "title: Say in one line what it does\n"
    "\n"
    "# What it may be given: params. Where it works: targets. What it reads first: facts.\n"
    "# `stepwise actions` lists what it can do; `stepwise explain WORD` explains a word.\n"
    "steps:\n"
    "  - id: ready\n"
    "    title: Is everything ready?\n"
    "    decide:\n"
    "      go: { label: Go on, next: done }\n"
    "      stop: { label: Not today, next: stop }\n"
    "\n"
    "  - { id: stop, end: stopped, rollback: true }\n"
    "  - { id: done, end: done }\n";

static void begin_text(struct draft *draft)
{
    sw_buf_clear(&draft->text);
    sw_buf_addf(&draft->text,
                "# Who runs it, when, and what it must never touch: say it here.\n"
                "stepwise: 1\nname: %s\nversion: 0.1.0\n",
                draft->name);
    if (draft->from != NULL) {
        sw_buf_addf(&draft->text, "extends: { runbook: %s }\n", draft->from);
    }
}

static const char *given(const struct draft *draft, const char *name)
{
    size_t length = strlen(name);
    const char *value = NULL;

    for (size_t i = 0; i < draft->options->param_count; i++) {
        const char *word = draft->options->params[i];

        value = strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : value;
    }
    return value;
}

/* Single quotes take anything but a single quote, which is doubled. */
static void add_quoted(struct sw_buf *out, const char *text)
{
    sw_buf_add_char(out, '\'');
    for (; *text != '\0'; text++) {
        sw_buf_add_text(out, *text == '\'' ? "''" : (char[]){*text, '\0'});
    }
    sw_buf_add_char(out, '\'');
}

/* Only letters, digits and what no reader of YAML could mistake. */
static void add_value(struct sw_buf *out, const char *text)
{
    size_t plain_length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789_./");

    if (text[0] != '\0' && text[plain_length] == '\0') {
        sw_buf_add_text(out, text);
    } else {
        add_quoted(out, text);
    }
}

static void add_variant(struct draft *draft, const struct sw_runbook *base)
{
    bool has_params = false;

    for (size_t i = 0; i < base->param_count; i++) {
        const char *value = given(draft, base->params[i].name);

        if (value != NULL) {
            sw_buf_addf(&draft->text, "%s  %s: { %sdefault: ", has_params ? "" : "params:\n",
                        base->params[i].name,
                        base->params[i].is_required ? "required: false, " : "");
            add_value(&draft->text, value);
            sw_buf_add_text(&draft->text, " }\n");
            has_params = true;
        }
    }
    sw_buf_add_text(&draft->text, "\n# Steps of the base:\n#");
    for (size_t i = 0; i < base->step_count; i++) {
        sw_buf_addf(&draft->text, " %s%s", base->steps[i].id,
                    i + 1 == base->step_count ? "\n"
                    : i % 8 == 7              ? "\n#"
                                              : "");
    }
    sw_buf_add_text(&draft->text, "# Changes go in order, such as:\n"
                                  "# change:\n"
                                  "#   - { before: STEP, insert: [ { id: ..., do: ... } ] }\n"
                                  "#   - { step: STEP, set: { edge.approve.people: 2 } }\n");
}

static void add_test(struct draft *draft, const struct sw_runbook *book)
{
    bool has_params = false;

    sw_buf_add_text(&draft->test, "# Run it with: stepwise test\ntest: 1\n");
    if (draft->world != NULL) {
        sw_buf_add_text(&draft->test, "world: ");
        add_value(&draft->test, draft->world);
        sw_buf_add_char(&draft->test, '\n');
    }
    for (size_t i = 0; i < book->param_count; i++) {
        const struct sw_param *param = &book->params[i];
        bool is_open = param->is_required && param->preset == NULL;

        if (is_open && param->type->kind == SW_T_ENUM && param->type->values != NULL) {
            sw_buf_addf(&draft->test, "%s  %s: ", has_params ? "" : "params:\n", param->name);
            add_value(&draft->test, param->type->values[0]);
            sw_buf_add_text(&draft->test, "\n");
            has_params = true;
        }
    }
    sw_buf_add_text(&draft->test, "cases:\n");
    if (draft->from == NULL) {
        sw_buf_add_text(&draft->test, "  - name: it goes on when everything is ready\n"
                                      "    answers: { ready: go }\n"
                                      "    expect: { exit: 0, end: done }\n\n"
                                      "  - name: without an answer it waits\n"
                                      "    expect: { exit: 3, asks: ready }\n");
        return;
    }
    sw_buf_add_text(&draft->test, "  - name: without an approval nothing irreversible happens\n"
                                  "    expect: { lost: 0, deletes: 0 }\n");
    if (draft->world != NULL && draft->answers != NULL) {
        sw_buf_addf(&draft->test,
                    "\n  - name: with its answers it comes to a good end, and nothing is lost\n"
                    "    answers: %s\n"
                    "    expect: { end: done, lost: 0, deletes: %" PRId64 " }\n",
                    draft->answers, draft->deletes);
        return;
    }
    for (size_t i = 0; i < book->step_count; i++) {
        if (book->steps[i].edge != NULL) {
            sw_buf_addf(&draft->test,
                        "\n  - name: with an approval of %s nothing is lost\n"
                        "    answers: { %s: approve }\n"
                        "    expect: { lost: 0 }\n",
                        book->steps[i].id, book->steps[i].id);
        }
    }
}

/* ---- the whole ---- */

static bool check(struct draft *draft, struct sw_loaded *loaded)
{
    sw_load_runbook_bytes(draft->path, draft->text.bytes, draft->text.length,
                          draft->options->libraries, loaded);
    if (loaded->runbook == NULL) {
        sw_print_findings(loaded);
    }
    return loaded->runbook != NULL;
}

static int write_both(struct draft *draft)
{
    struct sw_error err = {0};

    if (!sw_file_write(draft->path, draft->text.bytes, draft->text.length, 0644, &err) ||
        !sw_file_write(draft->test_path, draft->test.bytes, draft->test.length, 0644, &err)) {
        return sw_complain(&err);
    }
    printf("%s\n%s\n\nNext:\n"
           "  stepwise lint %s\n  stepwise test %s\n",
           draft->path, draft->test_path, draft->path, draft->test_path);
    if (draft->from != NULL) {
        printf("  stepwise show %s --resolved\n  stepwise pin %s\n", draft->path, draft->path);
    }
    return SW_EXIT_DONE;
}

/* Every -p must be a parameter of the base. */
static bool check_params(const struct draft *draft, const struct sw_runbook *base)
{
    const char **names = sw_alloc_array(draft->arena, base->param_count + 1, sizeof *names);

    for (size_t i = 0; i < base->param_count; i++) {
        names[i] = base->params[i].name;
    }
    for (size_t n = 0; n < draft->options->param_count; n++) {
        const char *word = draft->options->params[n];
        const char *name = sw_copy(draft->arena, word, strcspn(word, "="));
        size_t i = 0;

        while (i < base->param_count &&
               (!sw_text_is(names[i], name) || strchr(word, '=') == NULL)) {
            i++;
        }
        if (i == base->param_count) {
            const char *close = sw_text_closest(name, names, base->param_count);

            fprintf(stderr, "stepwise new: -p %s: the base has no such parameter%s%s%s\n", word,
                    close == NULL ? "" : "; did you mean '", close == NULL ? "" : close,
                    close == NULL ? "" : "'?");
            return false;
        }
    }
    return true;
}

static int make(struct draft *draft)
{
    struct sw_loaded base = {0};
    struct sw_loaded whole = {0};
    int code = SW_EXIT_INVALID;

    begin_text(draft);
    if (draft->from == NULL) {
        sw_buf_add_text(&draft->text, plain);
    } else if (!check(draft, &base)) {
        sw_loaded_release(&base);
        return code;
    } else {
        bool is_fine = check_params(draft, base.runbook);

        add_variant(draft, base.runbook);
        sw_loaded_release(&base);
        if (!is_fine) {
            return SW_EXIT_USAGE;
        }
    }
    if (check(draft, &whole)) {
        add_test(draft, whole.runbook);
        code = write_both(draft);
    }
    sw_loaded_release(&whole);
    return code;
}

int sw_cmd_new(const struct sw_options *options, struct sw_arena *arena)
{
    struct draft draft = {.options = options, .arena = arena};
    struct sw_error err = {0};

    if (!prepare(&draft, &err)) {
        fprintf(stderr, "stepwise new: %s\n", err.text);
        return SW_EXIT_USAGE;
    }
    sw_buf_init(&draft.text, SW_LIMIT_FILE_BYTES);
    sw_buf_init(&draft.test, SW_LIMIT_FILE_BYTES);
    int code = make(&draft);

    sw_buf_release(&draft.text);
    sw_buf_release(&draft.test);
    return code;
}
