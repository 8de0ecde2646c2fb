/* plan: the preview. It has looks only. */
#include "base/text.h"
#include "cli/run/plan_run.h"
#include "cli/verb/verbs.h"
#include "engine/plan_diff.h"
#include "sdk/json.h"
#include "ui/escape.h"
#include "ui/plan_html.h"
#include "ui/plan_md.h"
#include "ui/plan_text.h"

#include <stdio.h>

/** A plan of the most steps that a file can hold, with all its requests. */
#define PLAN_BYTES (256u * 1024u * 1024u)

static void print_text(struct sw_buf *out, const struct sw_value *document, bool is_verbose)
{
    struct sw_buf text;

    sw_buf_init(&text, PLAN_BYTES);
    sw_plan_text(&text, document, is_verbose);
    sw_plain_add(out, text.bytes);
    sw_buf_release(&text);
}

static int print_plan(const struct sw_options *options, const struct sw_value *document)
{
    struct sw_buf out;
    bool is_whole = false;

    sw_buf_init(&out, PLAN_BYTES);
    if (sw_text_is(options->output, "json")) {
        sw_json_write_pretty(&out, document, SW_JSON_PLAIN);
        sw_buf_add_char(&out, '\n');
    } else if (sw_text_is(options->output, "md")) {
        sw_plan_md(&out, document);
    } else if (sw_text_is(options->output, "html")) {
        sw_plan_html(&out, document);
    } else {
        print_text(&out, document, options->is_verbose);
    }
    is_whole = !out.is_over && fputs(out.bytes, stdout) >= 0 && fflush(stdout) == 0;
    sw_buf_release(&out);
    if (!is_whole) {
        fprintf(stderr, "stepwise plan: the plan could not be written whole\n");
        return SW_EXIT_INTERNAL;
    }
    return SW_EXIT_DONE;
}

static bool is_form(const char *name)
{
    static const char *const forms[] = {"human", "json", "md", "html"};

    for (size_t i = 0; i < SW_COUNT(forms); i++) {
        if (name == NULL || sw_text_is(name, forms[i])) {
            return true;
        }
    }
    return false;
}

/** What moved since a saved plan, in words. */
static int print_diff(const struct sw_options *options, struct sw_session *session,
                      const struct sw_value *document)
{
    struct sw_saved_plan old;
    struct sw_error err = {0};
    struct sw_buf out;

    if (!sw_saved_plan_read(options->diff, session->arena, &old, &err)) {
        fprintf(stderr, "stepwise: %s\n", err.text);
        return SW_EXIT_STALE;
    }
    const struct sw_value *list =
        sw_plan_diff(session->runbook.runbook, old.document, document, session->arena);

    sw_buf_init(&out, PLAN_BYTES);
    if (sw_text_is(options->output, "json")) {
        struct sw_builder map = sw_map_begin(session->arena);

        sw_map_put_int(&map, "schema_version", 1);
        sw_map_put(&map, "moved", list);
        sw_json_write_pretty(&out, sw_built(&map), SW_JSON_PLAIN);
        sw_buf_add_char(&out, '\n');
    } else if (sw_list_count(list) == 0) {
        sw_buf_add_text(&out, "Nothing moved since the plan was saved.\n");
    }
    for (size_t i = 0; !sw_text_is(options->output, "json") && i < sw_list_count(list); i++) {
        sw_plain_add(&out, sw_as_text(sw_list_at(list, i)));
        sw_buf_add_char(&out, '\n');
    }
    fputs(out.bytes, stdout);
    sw_buf_release(&out);
    return options->is_detailed && sw_list_count(list) > 0 ? SW_EXIT_CHANGES : SW_EXIT_DONE;
}

static int save(const struct sw_options *options, const struct sw_session *session,
                const struct sw_value *document)
{
    struct sw_error err = {0};

    if (options->out == NULL) {
        return SW_EXIT_DONE;
    }
    if (!sw_saved_plan_write(options->out, session, options, document, &err)) {
        return sw_complain(&err);
    }
    fprintf(stderr, "Saved: stepwise run --plan %s runs it, once, unless anything moved.\n",
            options->out);
    return SW_EXIT_DONE;
}

/** Print and save. @return 0, or the exit code */
static int put_out(const struct sw_options *options, struct sw_session *session,
                   const struct sw_value *document)
{
    int code = print_plan(options, document);

    return code != SW_EXIT_DONE ? code : save(options, session, document);
}

static int plan(struct sw_session *session, const struct sw_options *options)
{
    int code = sw_session_prepare(session, options, options->operands[0]);

    if (code != SW_EXIT_DONE) {
        return code;
    }
    struct sw_plan *made = sw_session_plan(session);
    const struct sw_value *document = sw_plan_document(made);
    bool holds = false;
    bool has_changes = false;

    sw_as_bool(sw_get(document, "holds"), &holds);
    sw_as_bool(sw_get(document, "changes"), &has_changes);
    code = options->diff != NULL ? print_diff(options, session, document)
                                 : put_out(options, session, document);
    sw_plan_free(made);
    if (code != SW_EXIT_DONE || options->diff != NULL) {
        return code;
    }
    if (!holds) {
        return SW_EXIT_REFUSED;
    }
    return options->is_detailed && has_changes ? SW_EXIT_CHANGES : SW_EXIT_DONE;
}

int sw_cmd_plan(const struct sw_options *options, struct sw_arena *arena)
{
    struct sw_session session = {0};

    (void)arena;
    if (!is_form(options->output)) {
        fprintf(stderr, "stepwise plan: -o takes human, json, md or html, not '%s'\n",
                options->output);
        return SW_EXIT_USAGE;
    }
    int code = plan(&session, options);

    sw_session_release(&session);
    return code;
}
