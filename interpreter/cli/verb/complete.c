/*
 * __complete: what could stand at the end of a command line, one candidate a line, a tab and what
 * it is. The shells' scripts (completion.c) ask it; it prints nothing rather than an error.
 */
#include "base/file.h"
#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/book/files.h"
#include "cli/book/load.h"
#include "cli/verb/help.h"
#include "cli/wire.h"
#include "engine/store.h"
#include "lang/codes.h"
#include "lang/flow.h"
#include "sdk/json.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define ANY_KIND (-1)

struct request {
    const struct sw_options *options;
    struct sw_arena *arena;
    const char *const *words; /**< the verb first; the last is not finished */
    size_t count;
    const char *now; /**< the word that is not finished */
    const struct sw_verb_row *verb;
    const char **operands; /**< finished ones of the verb */
    size_t operand_count;
    const char *waiting; /**< the option that waits for a value, or NULL */
    int letter;
    const char *state; /**< --state, if it was said */
};

/* ---- candidates ---- */

static void offer(const struct request *request, const char *word, const char *doc)
{
    if (!sw_text_begins(word, request->now) || strpbrk(word, "\t\n") != NULL) {
        return;
    }
    size_t length = doc == NULL ? 0 : strcspn(doc, "\n\t");

    printf("%s%s%.*s\n", word, length > 0 ? "\t" : "", (int)length, doc == NULL ? "" : doc);
}

static void offer_verbs(const struct request *request)
{
    for (const struct sw_verb_row *row = request->options->verbs; row->name != NULL; row++) {
        if (row->name[0] != '_') {
            offer(request, row->name, row->doc);
        }
    }
    offer(request, "help", "all commands, or one with its options and examples");
}

static void offer_options(const struct request *request)
{
    for (const struct sw_option_row *row = sw_option_rows(); row->name != NULL; row++) {
        if (row->bit == 0 || (row->bit & request->verb->options) != 0) {
            offer(request, row->name, row->doc);
            if (row->other != NULL) {
                offer(request, row->other, row->doc);
            }
        }
    }
}

static void offer_words(const struct request *request, const char *const *words)
{
    for (; words != NULL && *words != NULL; words++) {
        offer(request, *words, NULL);
    }
}

/* ---- files ---- */

static bool is_of_kind(const char *path, int kind)
{
    struct sw_buf text;
    struct sw_error ignored = {0};

    if (kind == ANY_KIND) {
        return true;
    }
    sw_buf_init(&text, 16u * SW_LIMIT_FILE_BYTES);
    bool is_it = sw_file_read(path, &text, &ignored);
    int is_kind = sw_file_kind_of(text.bytes);

    is_it = is_it && is_kind == kind;

    sw_buf_release(&text);
    return is_it;
}

/* Folders, and files of a kind, that begin as the word does. */
static void offer_files(const struct request *request, int kind)
{
    const char *slash = strrchr(request->now, '/');
    const char *front =
        slash == NULL ? ""
                      : sw_copy(request->arena, request->now, (size_t)(slash - request->now) + 1);
    const char *start = slash == NULL ? request->now : slash + 1;
    DIR *folder = opendir(front[0] == '\0' ? "." : front);

    if (folder == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        const char *path = sw_format(request->arena, "%s%s", front, entry->d_name);
        struct stat info;

        if (!sw_text_begins(entry->d_name, start) || (entry->d_name[0] == '.' && start[0] != '.') ||
            stat(path, &info) != 0) {
            continue;
        }
        bool is_yaml = sw_text_ends(path, ".yaml") || sw_text_ends(path, ".yml");

        if (S_ISDIR(info.st_mode)) {
            offer(request, sw_format(request->arena, "%s/", path), NULL);
        } else if (S_ISREG(info.st_mode) && (kind == ANY_KIND || is_yaml) &&
                   is_of_kind(path, kind)) {
            offer(request, path, NULL);
        }
    }
    closedir(folder);
}

/* ---- what a runbook says ---- */

static bool load(const struct request *request, struct sw_loaded *loaded)
{
    struct sw_error ignored = {0};
    bool is_there =
        request->operand_count > 0 && sw_load_runbook(request->operands[0], NULL, loaded, &ignored);

    if (is_there && loaded->runbook == NULL) {
        sw_loaded_release(loaded);
        return false;
    }
    return is_there;
}

/* NAME=, or the values of NAME. */
static void offer_params(const struct request *request)
{
    struct sw_loaded loaded;
    const char *equals = strchr(request->now, '=');

    if (!load(request, &loaded)) {
        return;
    }
    for (size_t i = 0; i < loaded.runbook->param_count; i++) {
        const struct sw_param *param = &loaded.runbook->params[i];
        static const char *const truths[] = {"true", "false", NULL};
        const char *const *value = param->type->kind == SW_T_BOOL ? truths : param->type->values;

        if (equals == NULL) {
            offer(request, sw_format(request->arena, "%s=", param->name), param->description);
        }
        for (; equals != NULL && value != NULL && *value != NULL; value++) {
            offer(request, sw_format(request->arena, "%s=%s", param->name, *value), NULL);
        }
    }
    sw_loaded_release(&loaded);
}

/* STEP=CHOICE of all questions and approvals. */
static void offer_answers(const struct request *request)
{
    struct sw_loaded loaded;

    if (!load(request, &loaded)) {
        return;
    }
    for (size_t i = 0; i < loaded.runbook->step_count; i++) {
        const struct sw_step *step = &loaded.runbook->steps[i];

        for (size_t n = 0; n < step->choice_count; n++) {
            offer(request, sw_format(request->arena, "%s=%s", step->id, step->choices[n].name),
                  sw_template_source(step->choices[n].label, request->arena));
        }
        if (step->edge != NULL) {
            offer(request, sw_format(request->arena, "%s=approve", step->id), "cannot be undone");
            offer(request, sw_format(request->arena, "%s=reject", step->id), NULL);
        }
    }
    sw_loaded_release(&loaded);
}

static void offer_rules(const struct request *request)
{
    for (const struct sw_code_doc *row = sw_code_docs(); row->code != 0; row++) {
        offer(request, sw_code_rule(row, request->arena), row->title);
    }
}

static void offer_actions(const struct request *request)
{
    for (const struct sw_pack *const *pack = sw_wire_registry()->packs; *pack != NULL; pack++) {
        const struct sw_action *const *action = (*pack)->actions;

        for (; action != NULL && *action != NULL; action++) {
            offer(request, (*action)->name, (*action)->doc);
        }
    }
}

/* ---- runs ---- */

static void offer_question(const struct request *request, struct sw_store *store, bool is_choice)
{
    const struct sw_stored *records = NULL;
    size_t count = 0;
    struct sw_error ignored = {0};

    if (!store->ops->load(store, request->operands[0], request->arena, &records, &count,
                          &ignored)) {
        return;
    }
    for (size_t i = count; i-- > 0;) {
        const struct sw_value *body = NULL;

        if (!sw_text_is(records[i].kind, "ask") ||
            !sw_json_read(request->arena, records[i].body, records[i].length, SW_JSON_TYPED, &body,
                          &ignored)) {
            continue;
        }
        const struct sw_value *names = sw_get(body, "choices");

        if (!is_choice && sw_as_text(sw_get(body, "step")) != NULL) {
            offer(request, sw_as_text(sw_get(body, "step")), sw_as_text(sw_get(body, "text")));
        }
        for (size_t n = 0; is_choice && n < sw_list_count(names); n++) {
            if (sw_as_text(sw_list_at(names, n)) != NULL) {
                offer(request, sw_as_text(sw_list_at(names, n)), NULL);
            }
        }
        return; /* the newest question is the one that may stand open */
    }
}

static void offer_runs(const struct request *request)
{
    struct sw_options options = *request->options;

    options.state = request->state;
    const char *folder = sw_options_state(&options, request->arena);
    struct sw_store *store = NULL;
    const struct sw_run_row *rows = NULL;
    size_t count = 0;
    struct stat info;
    struct sw_error ignored = {0};

    /* Asking must not make the folder. */
    if (stat(folder, &info) != 0 || !sw_store_open_sqlite(folder, &store, &ignored)) {
        return;
    }
    if (request->operand_count == 0 &&
        store->ops->list(store, request->arena, &rows, &count, &ignored)) {
        for (size_t i = 0; i < count; i++) {
            offer(request, rows[i].run,
                  sw_format(request->arena, "%s, %s", rows[i].runbook, rows[i].state));
        }
    } else if (request->operand_count > 0) {
        offer_question(request, store, request->operand_count == 2);
    }
    store->ops->close(store);
}

/* ---- which of them ---- */

static void offer_value(const struct request *request)
{
    switch (request->letter) {
    case 'p':
        offer_params(request);
        return;
    case 'a':
        offer_answers(request);
        return;
    case 'w':
        offer_files(request, SW_FILE_WORLD);
        return;
    case 'T':
        offer_files(request, SW_FILE_SITE);
        return;
    case 'F':
        offer_files(request, SW_FILE_RUNBOOK);
        return;
    case 'o':
        offer_words(request, sw_help_forms(request->verb->name));
        return;
    case 'A':
        offer_rules(request);
        return;
    case 'e':
    case 'S':
    case 'l':
        offer_files(request, ANY_KIND);
        return;
    default:
        return;
    }
}

static void offer_operand(const struct request *request)
{
    static const char *const kinds[] = {"runbook", "site", "world", "test", NULL};
    static const char *const shells[] = {"bash", "zsh", "fish", NULL};
    static const char *const deeds[] = {"verify", "export", NULL};
    const char *verb = request->verb->name;
    const char *shown = request->verb->operands;

    if (sw_text_is(verb, "schema")) {
        offer_words(request, kinds);
    } else if (sw_text_is(verb, "completion")) {
        offer_words(request, shells);
    } else if (sw_text_is(verb, "evidence") && request->operand_count == 0) {
        offer_words(request, deeds);
    } else if (sw_text_is(verb, "evidence") && sw_text_is(request->operands[0], "export")) {
        struct request runs = *request;

        runs.operand_count = 0;
        offer_runs(&runs);
    } else if (sw_text_is(verb, "actions")) {
        offer_actions(request);
    } else if (sw_text_is(verb, "explain")) {
        offer_actions(request);
        offer_rules(request);
    } else if (sw_text_begins(shown, "RUNBOOK") || sw_text_begins(shown, "[RUNBOOK")) {
        offer_files(request, SW_FILE_RUNBOOK);
    } else if (sw_text_is(shown, "RUN") || sw_text_begins(shown, "RUN ")) {
        offer_runs(request);
    } else {
        offer_files(request, ANY_KIND);
    }
}

/* Walk over the finished words: options, their values, operands. */
static void read_words(struct request *request)
{
    request->operands =
        sw_alloc_array(request->arena, request->count + 1, sizeof *request->operands);
    for (size_t i = 1; i + 1 < request->count; i++) {
        const char *word = request->words[i];
        const struct sw_option_row *row = sw_option_rows();

        if (request->waiting != NULL) {
            request->state = request->letter == 'S' ? word : request->state;
            request->waiting = NULL;
            continue;
        }
        while (row->name != NULL && !sw_text_is(row->name, word) && !sw_text_is(row->other, word)) {
            row++;
        }
        if (row->name != NULL && row->value != NULL) {
            request->waiting = word;
            request->letter = row->letter;
        } else if (word[0] != '-') {
            request->operands[request->operand_count++] = word;
        }
    }
}

int sw_cmd_complete(const struct sw_options *options, struct sw_arena *arena)
{
    struct request request = {.options = options,
                              .arena = arena,
                              .words = options->operands,
                              .count = options->operand_count};

    if (request.count == 0) {
        return SW_EXIT_DONE;
    }
    request.now = request.words[request.count - 1];
    if (request.count == 1 || (request.count == 2 && sw_text_is(request.words[0], "help"))) {
        offer_verbs(&request);
        return SW_EXIT_DONE;
    }
    for (request.verb = options->verbs;
         request.verb->name != NULL && !sw_text_is(request.verb->name, request.words[0]);) {
        request.verb++;
    }
    if (request.verb->name == NULL) {
        return SW_EXIT_DONE;
    }
    read_words(&request);
    if (request.waiting != NULL) {
        offer_value(&request);
    } else if (request.now[0] == '-') {
        offer_options(&request);
    } else {
        offer_operand(&request);
    }
    return SW_EXIT_DONE;
}
