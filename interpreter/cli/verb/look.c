/* ls, status, log, evidence: what is and what was. */
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/run/ask.h"
#include "cli/run/options.h"
#include "cli/verb/standing.h"
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

/* A word for the shell, whatever is in it. */
static void print_quoted(const char *text)
{
    putchar('\'');
    for (; *text != '\0'; text++) {
        fputs(*text == '\'' ? "'\\''" : (char[]){*text, '\0'}, stdout);
    }
    putchar('\'');
}

/* The very command that gives this answer. */
static void print_answer(const char *run, const struct sw_question *question,
                         const struct sw_question_choice *choice, bool is_edge)
{
    printf("  stepwise %s %s %s%s%s", is_edge ? choice->name : "decide", run, question->id,
           is_edge ? "" : " ", is_edge ? "" : choice->name);
    if (choice->typed_back != NULL) {
        fputs(" --typed ", stdout);
        print_quoted(choice->typed_back);
    }
    puts(choice->needs_reason ? " --reason '...'" : "");
}

/** What it asks, or why it stands still, and the commands that answer. */
static void print_standing(const struct sw_standing *standing, const char *run,
                           struct sw_arena *arena)
{
    if (standing->park != NULL) {
        printf("It is parked. To try the step again: stepwise retry %s\n", run);
    } else if (standing->question != NULL) {
        bool is_edge = sw_get_path(standing->question, "typed_back", "approve", NULL) != NULL;
        struct sw_question question = {0};
        struct sw_buf out;

        sw_standing_question(standing->question, arena, &question);
        sw_buf_init(&out, SW_LIMIT_RECORD_BYTES);
        sw_question_print(&out, &question);
        fputs(out.bytes, stdout);
        sw_buf_release(&out);
        printf("The digest of what is shown: %.12s\n\nTo answer, one of:\n",
               sw_as_text(sw_get(standing->question, "digest")));
        for (size_t i = 0; i < question.choice_count; i++) {
            print_answer(run, &question, &question.choices[i], is_edge);
        }
    }
}

static void print_status(const struct sw_run_row *row, const struct sw_stored *records,
                         size_t count, bool is_verbose, struct sw_arena *arena)
{
    struct sw_standing standing = {0};

    sw_standing_read(records, count, arena, &standing);
    printf("%s (%s): %s", row->run, row->runbook, row->state);
    if (count > 0) {
        char begun[SW_TIME_TEXT_BYTES];
        char last[SW_TIME_TEXT_BYTES];

        sw_time_format(records[0].time_ns, begun);
        sw_time_format(records[count - 1].time_ns, last);
        printf("; begun %s, last record %s", begun, last);
    }
    puts("");
    print_records(records, standing.entered, count, is_verbose, arena);
    if (sw_text_is(row->state, "parked") || sw_text_is(row->state, "ready") ||
        sw_text_is(row->state, "running")) {
        print_standing(&standing, row->run, arena);
        printf("To go on:  stepwise resume %s\n"
               "To stop safely: stepwise stop %s, or stepwise rollback %s; then resume it\n",
               row->run, row->run, row->run);
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
        print_status(row, records, count, options->is_verbose, arena);
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
