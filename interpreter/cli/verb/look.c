/* ls, status, log, evidence: what is and what was. */
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/run/options.h"
#include "cli/verb/verbs.h"
#include "engine/store.h"
#include "sdk/json.h"
#include "ui/evidence.h"
#include "ui/timeline.h"

#include <stdio.h>
#include <string.h>

#define EVIDENCE_BYTES (256u * 1024u * 1024u)

static struct sw_store *open_store(const struct sw_options *options, struct sw_arena *arena,
                                   int *ret_code)
{
    struct sw_store *store = NULL;
    struct sw_error err = {0};

    if (!sw_store_open_sqlite(sw_options_state(options, arena), &store, &err)) {
        *ret_code = sw_complain(&err);
        return NULL;
    }
    return store;
}

int sw_cmd_ls(const struct sw_options *options, struct sw_arena *arena)
{
    int code = SW_EXIT_DONE;
    struct sw_store *store = open_store(options, arena, &code);
    const struct sw_run_row *rows = NULL;
    size_t count = 0;
    struct sw_error err = {0};

    if (store == NULL) {
        return code;
    }
    if (!store->ops->list(store, arena, &rows, &count, &err)) {
        code = sw_complain(&err);
    } else if (count == 0) {
        printf("There are no runs in %s.\n", sw_options_state(options, arena));
    }
    for (size_t i = 0; i < count; i++) {
        char created[SW_TIME_TEXT_BYTES];

        sw_time_format(rows[i].created_ns, created);
        printf("%-40s %-10s %s  %s (%llu records)\n", rows[i].run, rows[i].state, created,
               rows[i].runbook, (unsigned long long)rows[i].last_seq);
    }
    store->ops->close(store);
    return code;
}

/** Print the records from `from` on as a timeline. */
static void print_records(const struct sw_stored *records, size_t from, size_t count,
                          bool is_verbose, struct sw_arena *arena)
{
    struct sw_timeline timeline = {.start_ns = count > 0 ? records[0].time_ns : 0,
                                   .is_verbose = is_verbose};
    struct sw_buf out;

    sw_buf_init(&out, EVIDENCE_BYTES);
    for (size_t i = from; i < count; i++) {
        const struct sw_value *body = NULL;
        struct sw_error ignored = {0};

        if (sw_json_read(arena, records[i].body, records[i].length, SW_JSON_TYPED, &body,
                         &ignored)) {
            sw_timeline_record(&timeline, &out, records[i].seq, records[i].kind, records[i].time_ns,
                               body);
        }
    }
    fputs(out.bytes, stdout);
    sw_buf_release(&out);
}

int sw_cmd_log(const struct sw_options *options, struct sw_arena *arena)
{
    int code = SW_EXIT_DONE;
    struct sw_store *store = open_store(options, arena, &code);
    const struct sw_stored *records = NULL;
    size_t count = 0;
    struct sw_error err = {0};

    if (store == NULL) {
        return code;
    }
    if (store->ops->load(store, options->operands[0], arena, &records, &count, &err)) {
        print_records(records, 0, count, options->is_verbose, arena);
    } else {
        code = sw_complain(&err);
    }
    store->ops->close(store);
    return code;
}

static const struct sw_run_row *find_row(struct sw_store *store, const char *run,
                                         struct sw_arena *arena, struct sw_error *err)
{
    const struct sw_run_row *rows = NULL;
    size_t count = 0;

    if (!store->ops->list(store, arena, &rows, &count, err)) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].run, run) == 0) {
            return &rows[i];
        }
    }
    sw_fail(err, SW_E_INPUT, "there is no run '%s'; `stepwise ls` lists them", run);
    return NULL;
}

/** Where the newest step begins, so that a status shows the whole of what is going on now. */
static size_t start_of_now(const struct sw_stored *records, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        if (strcmp(records[i - 1].kind, "enter") == 0) {
            return i - 1;
        }
    }
    return 0;
}

/** The question that stands open, and the very command that answers it. */
static void print_question(const struct sw_stored *records, size_t from, size_t count,
                           const char *run, struct sw_arena *arena)
{
    const struct sw_value *question = NULL;
    const struct sw_value *why = NULL;

    for (size_t i = from; i < count; i++) {
        const struct sw_value *body = NULL;
        struct sw_error ignored = {0};

        if (!sw_json_read(arena, records[i].body, records[i].length, SW_JSON_TYPED, &body,
                          &ignored)) {
            continue;
        }
        if (strcmp(records[i].kind, "ask") == 0) {
            question = body;
        } else if (strcmp(records[i].kind, "park") == 0) {
            why = body;
        } else if (strcmp(records[i].kind, "unpark") == 0) {
            why = NULL;
        }
    }
    if (why != NULL) {
        printf("It is parked. To try the step again: stepwise retry %s\n", run);
    } else if (question != NULL && sw_get_path(question, "typed_back", "approve", NULL) == NULL) {
        const struct sw_value *names = sw_get(question, "choices");

        printf("To answer, one of:\n");
        for (size_t i = 0; i < sw_list_count(names); i++) {
            printf("  stepwise decide %s %s %s\n", run, sw_as_text(sw_get(question, "step")),
                   sw_as_text(sw_list_at(names, i)));
        }
    } else if (question != NULL) {
        const char *step = sw_as_text(sw_get(question, "step"));
        const char *text = sw_as_text(sw_get(question, "text"));

        const char *typed = sw_as_text(sw_get_path(question, "typed_back", "approve", NULL));

        printf("%sThe digest of what is shown: %.12s\n\nTo answer: stepwise approve %s %s --typed "
               "'%s', or stepwise reject %s %s\n",
               text == NULL ? "" : text, sw_as_text(sw_get(question, "digest")), run, step, typed,
               run, step);
    }
}

int sw_cmd_status(const struct sw_options *options, struct sw_arena *arena)
{
    int code = SW_EXIT_DONE;
    const char *run = options->operands[0];
    struct sw_store *store = open_store(options, arena, &code);
    const struct sw_stored *records = NULL;
    size_t count = 0;
    struct sw_error err = {0};

    if (store == NULL) {
        return code;
    }
    const struct sw_run_row *row = find_row(store, run, arena, &err);

    if (row == NULL || !store->ops->load(store, run, arena, &records, &count, &err)) {
        code = sw_complain(&err);
    } else {
        printf("%s (%s): %s\n", run, row->runbook, row->state);
        print_records(records, start_of_now(records, count), count, options->is_verbose, arena);
        if (sw_text_is(row->state, "parked") || sw_text_is(row->state, "ready") ||
            sw_text_is(row->state, "running")) {
            print_question(records, start_of_now(records, count), count, run, arena);
            printf("To go on:  stepwise resume %s\n"
                   "To stop safely: stepwise stop %s, or stepwise rollback %s; then resume it\n",
                   run, run, run);
        }
    }
    store->ops->close(store);
    return code;
}

static int verify(const char *path, struct sw_arena *arena)
{
    struct sw_buf text;
    struct sw_error err = {0};
    struct sw_evidence_report report = {0};
    int code = SW_EXIT_DONE;

    sw_buf_init(&text, EVIDENCE_BYTES);
    if (!sw_file_read(path, &text, &err)) {
        sw_complain(&err);
        code = SW_EXIT_USAGE;
    } else if (!sw_evidence_verify(text.bytes, text.length, arena, &report, &err)) {
        fprintf(stderr, "stepwise: %s does NOT verify: %s\n", path, err.text);
        code = SW_EXIT_FAILED;
    } else {
        printf("%s verifies: run %s of %s, %zu records, %s\nhead %s\n", path, report.run,
               report.runbook, report.record_count, report.end == NULL ? "not over" : report.end,
               report.head);
    }
    sw_buf_release(&text);
    return code;
}

static int export(const struct sw_options *options, struct sw_arena *arena)
{
    const char *run = options->operands[1];
    const char *path =
        options->evidence != NULL ? options->evidence : sw_format(arena, "%s.evidence.json", run);
    int code = SW_EXIT_DONE;
    struct sw_store *store = open_store(options, arena, &code);
    struct sw_buf out;
    struct sw_error err = {0};

    if (store == NULL) {
        return code;
    }
    sw_buf_init(&out, EVIDENCE_BYTES);
    if (!sw_evidence_export(store, run, &out, &err) ||
        !sw_file_write(path, out.bytes, out.length, 0600, &err)) {
        code = sw_complain(&err);
    } else {
        printf("%s\n", path);
    }
    sw_buf_release(&out);
    store->ops->close(store);
    return code;
}

int sw_cmd_evidence(const struct sw_options *options, struct sw_arena *arena)
{
    if (strcmp(options->operands[0], "verify") == 0) {
        return verify(options->operands[1], arena);
    }
    if (strcmp(options->operands[0], "export") == 0) {
        return export(options, arena);
    }
    fprintf(stderr, "usage: stepwise evidence verify FILE | export RUN\n");
    return SW_EXIT_USAGE;
}
