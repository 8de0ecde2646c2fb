/* lint: every file of the command line and below its folders, one summary. */
#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"
#include "cli/book/files.h"
#include "cli/site/site.h"
#include "cli/test/file.h"
#include "cli/verb/verbs.h"
#include "lang/codes.h"
#include "lang/yaml.h"
#include "ui/findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More than a source may have, so that its own finding says so with a place. */
#define ROLE_CODE 507u /* KEEP IN STEP: lang/check_use.c */
#define READ_BYTES (16u * SW_LIMIT_FILE_BYTES)
#define OUTPUT_BYTES (16u * SW_LIMIT_REPLY_BYTES)

struct lint {
    const struct sw_options *options;
    struct sw_arena *arena;
    bool is_for_people, is_colored, is_alone;
    struct sw_buf out;
    size_t kinds[SW_FILE_OTHER + 1];
    size_t files, bad_files, errors, warnings;
    unsigned first_error, first_warning; /**< codes, 0: none */
    struct sw_map *told; /**< findings by place and words: one of a base is found in each variant */
    struct sw_diags **kept; /**< for machines: findings, a list a file */
    size_t kept_count, kept_room;
    int code;
};

/* Does a comment on this line, or alone on the line above, allow the rule? */
static bool line_allows(const struct sw_source *source, uint32_t line,
                        const struct sw_code_doc *doc, bool is_above, struct sw_arena *arena)
{
    static const char words[] = "# stepwise: allow ";
    const char *text = line == 0 ? "" : sw_source_line(source, line, arena);
    const char *at = strstr(text, words);

    if (at == NULL || (is_above && text[strspn(text, " ")] != '#')) {
        return false;
    }
    at += strlen(words);
    while (*at != '\0') {
        size_t length = strcspn(at, ", \t");

        if (length > 0 && sw_code_find(sw_copy(arena, at, length)) == doc) {
            return true;
        }
        at += length;
        at += strspn(at, ", \t");
    }
    return false;
}

static bool is_allowed(const struct lint *lint, const struct sw_loaded *loaded,
                       const struct sw_diag *diag, struct sw_arena *arena)
{
    const struct sw_code_doc *doc = sw_code_doc(diag->code);

    for (size_t i = 0; i < lint->options->allow_count; i++) {
        if (sw_code_find(lint->options->allowed[i]) == doc) {
            return true;
        }
    }
    return sw_text_is(diag->mark.file, loaded->source.name) &&
           (line_allows(&loaded->source, diag->mark.line, doc, false, arena) ||
            line_allows(&loaded->source, diag->mark.line - 1, doc, true, arena));
}

static void drop_allowed(const struct lint *lint, struct sw_loaded *loaded)
{
    for (size_t i = sw_diags_count(loaded->diags); i-- > 0;) {
        const struct sw_diag *diag = sw_diags_at(loaded->diags, i);

        if (diag->severity == SW_WARNING && is_allowed(lint, loaded, diag, loaded->arena)) {
            sw_diags_drop(loaded->diags, i);
        }
    }
}

static void drop_told(struct lint *lint, struct sw_loaded *loaded)
{
    for (size_t i = sw_diags_count(loaded->diags); i-- > 0;) {
        const struct sw_diag *diag = sw_diags_at(loaded->diags, i);
        const char *key = sw_format(loaded->arena, "%s:%u:%u:%u:%s", diag->mark.file,
                                    diag->mark.line, diag->mark.column, diag->code, diag->text);

        if (diag->mark.line == 0) {
            continue;
        }
        if (sw_map_has(lint->told, key)) {
            sw_diags_drop(loaded->diags, i);
        } else {
            sw_map_set(lint->told, key, lint);
        }
    }
}

/* Keep the findings of one file for the one document that a machine gets. */
static void keep(struct lint *lint, const struct sw_diags *diags)
{
    struct sw_diags *kept = sw_diags_new();
    struct sw_arena *arena = lint->arena;

    for (size_t i = 0; i < sw_diags_count(diags); i++) {
        const struct sw_diag *diag = sw_diags_at(diags, i);
        struct sw_mark mark = diag->mark;

        mark.file = mark.file == NULL ? NULL : sw_copy_text(arena, mark.file);
        struct sw_diag *copy =
            sw_diag_add(kept, diag->severity, diag->code, mark, "%s", diag->text);

        if (diag->hint != NULL) {
            sw_diag_hint(kept, copy, "%s", diag->hint);
        }
        for (size_t n = 0; n < diag->note_count; n++) {
            mark = diag->notes[n].mark;
            mark.file = mark.file == NULL ? NULL : sw_copy_text(arena, mark.file);
            sw_diag_note(kept, copy, mark, "%s", diag->notes[n].text);
        }
    }
    lint->kept =
        sw_grow(arena, lint->kept, lint->kept_count, &lint->kept_room, sizeof(struct sw_diags *));
    lint->kept[lint->kept_count++] = kept;
}

/* People get each file's findings with its lines; a sound one named alone gets a line. */
static void tell_people(struct lint *lint, const struct sw_loaded *loaded, const char *path,
                        enum sw_file_kind kind, bool is_told)
{
    struct sw_sources sources = sw_loaded_sources(loaded);

    if (sw_diags_count(loaded->diags) > 0 && lint->is_alone) {
        sw_caret_all(&lint->out, loaded->diags, &sources, lint->is_colored);
    } else if (sw_diags_count(loaded->diags) > 0) {
        sw_caret_each(&lint->out, loaded->diags, &sources, lint->is_colored);
    } else if (is_told && loaded->runbook != NULL) {
        sw_buf_addf(&lint->out, "%s: %s %s is sound: %zu steps\n", path, loaded->runbook->name,
                    loaded->runbook->version, loaded->runbook->step_count);
    } else if (is_told) {
        sw_buf_addf(&lint->out, "%s: the %s is sound\n", path, sw_file_kind_name(kind));
    }
    fputs(lint->out.bytes, stdout);
    sw_buf_clear(&lint->out);
}

static void count(struct lint *lint, const struct sw_diags *diags, bool has_errors)
{
    size_t warnings = 0;

    for (size_t i = 0; i < sw_diags_count(diags); i++) {
        const struct sw_diag *diag = sw_diags_at(diags, i);
        unsigned *first = diag->severity == SW_ERROR ? &lint->first_error : &lint->first_warning;

        warnings += diag->severity == SW_WARNING;
        *first = *first == 0 ? diag->code : *first;
    }
    lint->errors += sw_diags_error_count(diags);
    lint->warnings += warnings;
    bool is_bad = has_errors || (lint->options->is_strict && warnings > 0);

    lint->bad_files += is_bad;
    if (is_bad) {
        /* A file that is wrong weighs more than one that cannot be read. */
        lint->code = SW_EXIT_INVALID;
    }
}

static void load_test(const struct lint *lint, const char *path, const char *text,
                      struct sw_loaded *loaded)
{
    struct sw_loaded runbook;
    struct sw_error ignored = {0};

    sw_test_file_load(path, text, lint->options->libraries, loaded, &runbook, &ignored);
    if (runbook.arena != NULL) {
        sw_loaded_release(&runbook);
    }
}

static void load(const struct lint *lint, const char *path, const struct sw_buf *text,
                 enum sw_file_kind kind, struct sw_loaded *loaded)
{
    const struct sw_site *site = NULL;
    struct sw_world *world = NULL;
    struct sw_error ignored = {0}; /* nothing is read any more */

    switch (kind) {
    case SW_FILE_SITE:
        sw_site_load_text(path, text->bytes, loaded, &site);
        break;
    case SW_FILE_WORLD:
        if (sw_load_world(path, text->bytes, 1, loaded, &world, &ignored)) {
            world->ops->free(world);
        }
        break;
    case SW_FILE_TEST:
        load_test(lint, path, text->bytes, loaded);
        break;
    case SW_FILE_RUNBOOK:
    case SW_FILE_OTHER:
        sw_load_runbook_bytes(path, text->bytes, text->length, lint->options->libraries, loaded);
        break;
    }
}

/* A role cannot be run by itself, which is no fault of its file. Nothing else may be wrong. */
static bool pass_role(const struct sw_loaded *loaded)
{
    if (sw_diags_error_count(loaded->diags) != 1) {
        return false;
    }
    for (size_t i = 0; i < sw_diags_count(loaded->diags); i++) {
        const struct sw_diag *diag = sw_diags_at(loaded->diags, i);

        if (diag->severity == SW_ERROR && diag->code == ROLE_CODE) {
            sw_diags_drop(loaded->diags, i);
            return true;
        }
    }
    return false;
}

static bool lint_one(struct lint *lint, const char *path, bool is_named, struct sw_error *err)
{
    struct sw_buf text;
    struct sw_loaded loaded = {0};

    sw_buf_init(&text, READ_BYTES);
    bool is_read = sw_file_read(path, &text, err);
    enum sw_file_kind kind = is_read ? sw_file_kind_of(text.bytes) : SW_FILE_OTHER;

    lint->kinds[kind] += is_read;
    if (!is_read || (kind == SW_FILE_OTHER && !is_named)) {
        sw_buf_release(&text);
        return is_read;
    }
    bool is_whole = strlen(text.bytes) == text.length;

    /* A NUL is a finding of the loader, which sees all bytes. */
    load(lint, path, &text, is_whole ? kind : SW_FILE_RUNBOOK, &loaded);
    sw_diags_sort(loaded.diags);
    bool is_role = pass_role(&loaded);

    drop_allowed(lint, &loaded);
    bool has_errors = sw_diags_error_count(loaded.diags) > 0;

    drop_told(lint, &loaded);
    lint->files++;
    count(lint, loaded.diags, has_errors);
    if (lint->is_for_people) {
        bool is_told =
            !has_errors && (lint->options->is_verbose || (is_named && !lint->options->is_quiet));

        if (is_role && is_told) {
            printf(
                "%s: a role: it works on the subject of the runbook that calls it, and is proven "
                "there\n",
                path);
        }
        tell_people(lint, &loaded, path, kind, is_told && !is_role);
    } else if (sw_diags_count(loaded.diags) > 0) {
        keep(lint, loaded.diags);
    }
    sw_loaded_release(&loaded);
    sw_buf_release(&text);
    return true;
}

/* "41 files (9 runbooks, 32 worlds): 2 errors, 1 warning in 2 files" */
static void tell_sum(const struct lint *lint)
{
    const char *apart = " (";
    unsigned code = lint->first_error != 0 ? lint->first_error : lint->first_warning;

    if (lint->options->is_quiet && code == 0) {
        return;
    }
    printf("%zu %s", lint->files, sw_plural(lint->files, "file", "files"));
    for (size_t i = 0; i < SW_FILE_OTHER; i++) {
        if (lint->kinds[i] > 0) {
            printf("%s%zu %s%s", apart, lint->kinds[i], sw_file_kind_name((enum sw_file_kind)i),
                   sw_plural(lint->kinds[i], "", "s"));
            apart = ", ";
        }
    }
    printf("%s: %zu %s, %zu %s", apart[0] == ',' ? ")" : "", lint->errors,
           sw_plural(lint->errors, "error", "errors"), lint->warnings,
           sw_plural(lint->warnings, "warning", "warnings"));
    if (lint->kinds[SW_FILE_OTHER] > 0) {
        printf("; %zu other YAML %s left alone", lint->kinds[SW_FILE_OTHER],
               sw_plural(lint->kinds[SW_FILE_OTHER], "file", "files"));
    }
    if (code != 0) {
        printf("; `stepwise explain SW%04u` says more", code);
    }
    printf("\n");
}

static void tell_machines(struct lint *lint)
{
    const struct sw_diags *const *lists = (const struct sw_diags *const *)lint->kept;
    char folder[4096];

    if (sw_text_is(lint->options->output, "json")) {
        sw_findings_json(&lint->out, lists, lint->kept_count);
    } else {
        sw_findings_sarif(&lint->out, lists, lint->kept_count,
                          getcwd(folder, sizeof folder) == NULL ? NULL : folder, SW_VERSION);
    }
    if (lint->out.is_over) {
        fprintf(stderr, "stepwise lint: more findings than one document may hold\n");
        lint->code = SW_EXIT_INTERNAL;
        return;
    }
    fputs(lint->out.bytes, stdout);
}

/* What --allow names must be there, and no error: those nobody may allow. */
static bool check_allowed(const struct sw_options *options)
{
    for (size_t i = 0; i < options->allow_count; i++) {
        if (sw_code_find(options->allowed[i]) == NULL) {
            fprintf(stderr,
                    "stepwise lint: there is no rule '%s'; a finding shows its code, and `stepwise "
                    "explain CODE` its name\n",
                    options->allowed[i]);
            return false;
        }
    }
    return true;
}

int sw_cmd_lint(const struct sw_options *options, struct sw_arena *arena)
{
    bool is_for_people = options->output == NULL || sw_text_is(options->output, "human");
    struct lint lint = {.options = options, .arena = arena, .is_for_people = is_for_people};
    struct sw_file_list files;
    struct sw_error err = {0};

    if (!is_for_people && !sw_text_is(options->output, "json") &&
        !sw_text_is(options->output, "sarif")) {
        fprintf(stderr, "stepwise lint: -o takes human, json or sarif, not '%s'\n",
                options->output);
        return SW_EXIT_USAGE;
    }
    if (!check_allowed(options)) {
        return SW_EXIT_USAGE;
    }
    if (!sw_file_list_read(options->operands, options->operand_count, arena, &files, &err)) {
        fprintf(stderr, "stepwise lint: %s\n", err.text);
        return SW_EXIT_USAGE;
    }
    lint.is_alone = files.count == 1 && files.is_named[0];
    lint.is_colored = sw_wants_colors(STDOUT_FILENO);
    lint.told = sw_map_new(arena);
    sw_buf_init(&lint.out, OUTPUT_BYTES);
    for (size_t i = 0; i < files.count; i++) {
        if (!lint_one(&lint, files.paths[i], files.is_named[i], &err)) {
            int code = err.code == SW_E_LIMIT ? SW_EXIT_INVALID : SW_EXIT_USAGE;

            fprintf(stderr, "stepwise: %s\n", err.text);
            lint.code = code > lint.code ? code : lint.code;
        }
    }
    if (lint.files == 0 && lint.code == SW_EXIT_DONE) {
        fprintf(stderr, "stepwise lint: no runbook, site file or world is there: their first keys "
                        "are `stepwise`, `site` and `world`\n");
        lint.code = SW_EXIT_USAGE;
    } else if (!is_for_people) {
        tell_machines(&lint);
    } else if (!lint.is_alone) {
        tell_sum(&lint);
    }
    for (size_t i = 0; i < lint.kept_count; i++) {
        sw_diags_free(lint.kept[i]);
    }
    sw_buf_release(&lint.out);
    return lint.code;
}
