/* For authors: lint, explain, actions, version. */
#include "base/limits.h"
#include "base/text.h"
#include "cli/site.h"
#include "cli/verbs.h"
#include "cli/wire.h"
#include "lang/codes.h"
#include "ui/findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int sw_complain(const struct sw_error *err)
{
    fprintf(stderr, "stepwise: %s\n", err->text);
    switch (err->code) {
    case SW_E_INPUT:
    case SW_E_NOT_FOUND: /* no such run */
    case SW_E_CONFLICT:  /* the run is over */
        return SW_EXIT_USAGE;
    case SW_E_LOCKED:
        return SW_EXIT_LOCKED;
    case SW_E_DENIED:
        return SW_EXIT_DENIED;
    case SW_E_UNREACHABLE:
        return SW_EXIT_UNREACHABLE;
    case SW_E_LIMIT:
    case SW_E_IO:
    case SW_E_NONE:
    case SW_E_REFUSED:
    case SW_E_THROTTLED:
    case SW_E_BUSY:
    case SW_E_TIMEOUT:
    case SW_E_PROTOCOL:
    case SW_E_FENCED:
    case SW_E_CORRUPT:
    case SW_E_INTERNAL:
        return SW_EXIT_INTERNAL;
    }
    return SW_EXIT_INTERNAL;
}

/** People get each file's findings with its lines; a sound one gets a line. */
static void tell_people(const struct sw_loaded *loaded, const char *path, bool is_quiet)
{
    struct sw_sources sources = sw_loaded_sources(loaded);
    struct sw_buf out;

    if (sw_diags_count(loaded->diags) == 0) {
        if (!is_quiet) {
            if (loaded->runbook == NULL) {
                printf("%s: the site file is sound\n", path);
            } else {
                printf("%s: %s %s is sound: %zu steps\n", path, loaded->runbook->name,
                       loaded->runbook->version, loaded->runbook->step_count);
            }
        }
        return;
    }
    sw_buf_init(&out, SW_LIMIT_REPLY_BYTES);
    sw_caret_all(&out, loaded->diags, &sources,
                 isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL);
    fputs(out.bytes, stdout);
    sw_buf_release(&out);
}

/** Keep the findings of one file for the one document that a machine gets. */
static void keep(struct sw_diags *all, const struct sw_diags *diags, struct sw_arena *arena)
{
    for (size_t i = 0; i < sw_diags_count(diags); i++) {
        const struct sw_diag *diag = sw_diags_at(diags, i);
        struct sw_mark mark = diag->mark;

        mark.file = sw_copy_text(arena, mark.file);
        struct sw_diag *kept = sw_diag_add(all, diag->severity, diag->code, mark, "%s", diag->text);

        if (diag->hint != NULL) {
            sw_diag_hint(all, kept, "%s", diag->hint);
        }
        for (size_t n = 0; n < diag->note_count; n++) {
            mark = diag->notes[n].mark;
            mark.file = mark.file == NULL ? NULL : sw_copy_text(arena, mark.file);
            sw_diag_note(all, kept, mark, "%s", diag->notes[n].text);
        }
    }
}

static void tell_machines(const struct sw_diags *all, const char *form)
{
    struct sw_buf out;

    sw_buf_init(&out, SW_LIMIT_REPLY_BYTES);
    if (sw_text_is(form, "json")) {
        sw_findings_json(&out, all);
    } else {
        sw_findings_sarif(&out, all, SW_VERSION);
    }
    fputs(out.bytes, stdout);
    sw_buf_release(&out);
}

/** A runbook or a site file; which of them, its first key says. */
static bool load_either(const struct sw_options *options, const char *path,
                        struct sw_loaded *loaded, struct sw_error *err)
{
    const struct sw_site *site = NULL;

    if (!sw_load_runbook(path, options->libraries, loaded, err)) {
        return false;
    }
    if (loaded->runbook == NULL && sw_site_is(loaded->source.bytes)) {
        struct sw_loaded as_site;

        sw_site_load_text(path, loaded->source.bytes, &as_site, &site);
        sw_loaded_release(loaded);
        *loaded = as_site;
    }
    return true;
}

static int lint_one(const struct sw_options *options, const char *path, bool is_for_people,
                    struct sw_diags *all, struct sw_arena *arena)
{
    struct sw_loaded loaded;
    struct sw_error err = {0};

    if (!load_either(options, path, &loaded, &err)) {
        fprintf(stderr, "stepwise: %s\n", err.text);
        return err.code == SW_E_LIMIT ? SW_EXIT_INVALID : SW_EXIT_USAGE;
    }
    if (is_for_people) {
        tell_people(&loaded, path, options->is_quiet);
    } else {
        keep(all, loaded.diags, arena);
    }
    int code = sw_diags_error_count(loaded.diags) > 0 ? SW_EXIT_INVALID : SW_EXIT_DONE;

    sw_loaded_release(&loaded);
    return code;
}

int sw_cmd_lint(const struct sw_options *options, struct sw_arena *arena)
{
    bool is_for_people = options->output == NULL || sw_text_is(options->output, "human");
    int code = SW_EXIT_DONE;

    if (!is_for_people && !sw_text_is(options->output, "json") &&
        !sw_text_is(options->output, "sarif")) {
        fprintf(stderr, "stepwise lint: -o takes human, json or sarif, not '%s'\n",
                options->output);
        return SW_EXIT_USAGE;
    }
    struct sw_diags *all = sw_diags_new();

    for (size_t i = 0; i < options->operand_count; i++) {
        int one = lint_one(options, options->operands[i], is_for_people, all, arena);

        /* A file that is wrong weighs more than one that cannot be read. */
        code = one > code ? one : code;
    }
    if (!is_for_people) {
        tell_machines(all, options->output);
    }
    sw_diags_free(all);
    return code;
}

int sw_cmd_explain(const struct sw_options *options, struct sw_arena *arena)
{
    const char *word = options->operands[0];
    char *end = NULL;
    unsigned long code = 0;

    (void)arena;
    if ((word[0] == 'S' || word[0] == 's') && (word[1] == 'W' || word[1] == 'w')) {
        word += 2;
    }
    code = strtoul(word, &end, 10);

    const struct sw_code_doc *doc =
        end == word || *end != '\0' ? NULL : sw_code_doc((unsigned)code);

    if (doc == NULL) {
        fprintf(stderr, "stepwise explain: there is no finding '%s'; codes look like SW0501\n",
                options->operands[0]);
        return SW_EXIT_USAGE;
    }
    printf("SW%04u: %s\n\n%s\n", doc->code, doc->title, doc->text);
    return SW_EXIT_DONE;
}

static const char *effect_word(const struct sw_action *action)
{
    switch (action->effect) {
    case SW_EFFECT_READ:
        return action->is_wait ? "wait" : "read";
    case SW_EFFECT_REVERSIBLE:
        return "reversible";
    case SW_EFFECT_IRREVERSIBLE:
        return "IRREVERSIBLE";
    }
    return "";
}

static void print_fields(struct sw_arena *arena, const char *title, const struct sw_field *fields)
{
    if (fields == NULL || fields->name == NULL) {
        return;
    }
    printf("%s\n", title);
    for (; fields->name != NULL; fields++) {
        printf("  %-30s %-16s %s%s\n", fields->name, sw_type_text(arena, fields->type),
               (fields->flags & SW_FIELD_REQUIRED) != 0 ? "(required) " : "", fields->doc);
    }
}

static void print_action(struct sw_arena *arena, const struct sw_action *action)
{
    printf("%s (%s, on a %s)\n  %s\n", action->name, effect_word(action),
           action->target_kind == NULL ? "-" : action->target_kind, action->doc);
    print_fields(arena, "Inputs", action->inputs);
    print_fields(arena, "Outputs", action->outputs);
    for (const struct sw_outcome_doc *row = action->outcomes; row != NULL && row->name != NULL;
         row++) {
        printf("%s  %-14s %s\n", row == action->outcomes ? "Outcomes\n" : "", row->name, row->doc);
    }
    for (const struct sw_yield *row = action->yields; row != NULL && row->evidence != NULL; row++) {
        printf("%s  %s, when it ends with '%s'\n", row == action->yields ? "Yields\n" : "",
               row->evidence, row->outcome);
    }
    for (size_t i = 0; i < action->need_count; i++) {
        printf("%s", i == 0 ? "Needs one of\n  " : "  ");
        for (const char *const *name = action->needs[i].evidence; *name != NULL; name++) {
            printf("%s%s", name == action->needs[i].evidence ? "" : " and ", *name);
        }
        printf("\n");
    }
    for (const char *const *line = action->example; line != NULL && *line != NULL; line++) {
        printf("%s  %s\n", line == action->example ? "Example\n" : "", *line);
    }
    printf("Source\n  %s\n", action->source);
}

int sw_cmd_actions(const struct sw_options *options, struct sw_arena *arena)
{
    const struct sw_registry *registry = sw_wire_registry();

    if (options->operand_count == 1) {
        const struct sw_action *action = sw_registry_action(registry, options->operands[0]);
        size_t count = 0;

        if (action == NULL) {
            const char *const *names = sw_registry_action_names(registry, arena, &count);
            const char *close = sw_text_closest(options->operands[0], names, count);

            fprintf(stderr, "stepwise actions: there is no action '%s'%s%s%s\n",
                    options->operands[0], close == NULL ? "" : "; did you mean '",
                    close == NULL ? "" : close, close == NULL ? "" : "'?");
            return SW_EXIT_USAGE;
        }
        print_action(arena, action);
        return SW_EXIT_DONE;
    }
    for (const struct sw_pack *const *pack = registry->packs; *pack != NULL; pack++) {
        const struct sw_action *const *row = (*pack)->actions;

        for (; row != NULL && *row != NULL; row++) {
            printf("%-32s %-13s %s\n", (*row)->name, effect_word(*row), (*row)->doc);
        }
    }
    return SW_EXIT_DONE;
}

int sw_cmd_version(const struct sw_options *options, struct sw_arena *arena)
{
    (void)options;
    (void)arena;
    printf("stepwise %s, language 1\n", SW_VERSION);
    return SW_EXIT_DONE;
}
