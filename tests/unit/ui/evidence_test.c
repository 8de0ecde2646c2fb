#include "ui/evidence.h"

#include "base/digest.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RUN "retire-42"
#define CONTENT "runbook: retire\nsteps: []\n"
#define NOW INT64_C(1795392000123456789)

struct bench {
    struct sw_store *store;
    struct sw_arena *arena;
    struct sw_buf file;
    struct sw_error err;
};

static const char *const stored[][2] = {
    {"run", "{\"run\":\"retire-42\",\"runbook\":\"retire\",\"title\":\"Retire \\\"web-1\\\"\","
            "\"by\":\"ada\",\"rehearsal\":true}"},
    {"locks", "{\"names\":[\"/subscriptions/1/\xc3\xa4\"]}"},
    {"intent", "{\"write\":\"delete\",\"path\":\"C:\\\\data\\u000a\"}"},
    {"end", "{\"end\":\"done\",\"exit\":0,\"why\":{\"$null\":\"\"}}"},
};

static int set_up(void **state)
{
    struct bench *b = sw_heap(sizeof *b);
    struct sw_lease lease;

    *b = (struct bench){.arena = sw_arena_new()};
    sw_buf_init(&b->file, 1 << 20);
    assert_true(sw_store_open_memory(&b->store, &b->err));
    assert_true(b->store->ops->enqueue(b->store, RUN, "retire", CONTENT, NOW, &b->err));
    assert_true(b->store->ops->acquire(b->store, RUN, NOW, &lease, &b->err));
    for (size_t i = 0; i < SW_COUNT(stored); i++) {
        struct sw_append record = {.kind = stored[i][0],
                                   .time_ns = NOW + (int64_t)i,
                                   .body = stored[i][1],
                                   .length = strlen(stored[i][1])};
        struct sw_commit commit = {.records = &record, .record_count = 1};

        if (!b->store->ops->commit(b->store, &lease, &commit, &b->err)) {
            fail_msg("%s", b->err.text);
        }
    }
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;

    b->store->ops->close(b->store);
    sw_buf_release(&b->file);
    sw_arena_free(b->arena);
    free(b);
    return 0;
}

static const char *export(struct bench *b)
{
    b->err = (struct sw_error){0};
    sw_buf_clear(&b->file);
    if (!sw_evidence_export(b->store, RUN, &b->file, &b->err)) {
        fail_msg("%s", b->err.text);
    }
    return b->file.bytes;
}

static bool verifies(struct bench *b, const char *text, size_t length)
{
    struct sw_evidence_report report;

    b->err = (struct sw_error){0};
    return sw_evidence_verify(text, length, b->arena, &report, &b->err);
}

static void refuse(struct bench *b, const char *text, const char *part)
{
    assert_false(verifies(b, text, strlen(text)));
    if (strstr(b->err.text, part) == NULL) {
        fail_msg("no '%s' in: %s", part, b->err.text);
    }
    assert_int_equal(b->err.code, SW_E_CORRUPT);
}

/* The first `from` in the text replaced by `to`. */
static const char *with(struct bench *b, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    if (at == NULL) {
        fail_msg("no '%s' to replace", from);
        return NULL;
    }
    return sw_format(b->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

/* What a forger who knows the format would do last. None of our files has white space in a string
 * but in the title and the runbook's text, so those are put aside by their escapes. */
static const char *sealed_again(struct bench *b, const char *text)
{
    char *tight = sw_alloc(b->arena, strlen(text) + 1);
    const char *at = strstr(text, ",\n  \"seal\": \"");
    char hex[SW_SHA256_HEX_BYTES];
    size_t length = 0;
    bool is_in_string = false;

    assert_non_null(at);
    for (const char *c = text; c < at; c++) {
        if (*c == '"' && c[-1] != '\\') {
            is_in_string = !is_in_string;
        }
        if (is_in_string || (*c != ' ' && *c != '\n')) {
            tight[length++] = *c;
        }
    }
    sw_sha256_hex(tight, length, hex);
    return sw_format(b->arena, "%.*s,\n  \"seal\": \"%s\"\n}\n", (int)(at - text), text, hex);
}

static void a_file_of_a_run_verifies_and_says_what_it_is_about(void **state)
{
    struct bench *b = *state;
    struct sw_evidence_report report;
    const char *text = export(b);

    if (!sw_evidence_verify(text, strlen(text), b->arena, &report, &b->err)) {
        fail_msg("%s", b->err.text);
    }
    assert_string_equal(report.run, RUN);
    assert_string_equal(report.runbook, "retire");
    assert_string_equal(report.end, "done");
    assert_string_equal(report.by, "ada");
    assert_int_equal(report.record_count, SW_COUNT(stored));

    struct sw_run_row row;
    assert_true(b->store->ops->find(b->store, RUN, b->arena, &row, &b->err));
    assert_string_equal(report.head, row.head);
    assert_string_equal(report.digest, row.digest);
    assert_non_null(strstr(text, "\"time\": \"2026-11-23T00:00:00.123456789Z\""));
    assert_non_null(strstr(text, "\"subject\": ["));
}

static void every_changed_bit_of_every_byte_shows(void **state)
{
    struct bench *b = *state;
    char *copy;
    size_t length;

    export(b);
    length = b->file.length;
    copy = sw_copy(b->arena, b->file.bytes, length);
    for (size_t i = 0; i < length; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            struct sw_arena *kept = b->arena;

            copy[i] = (char)(copy[i] ^ (1 << bit));
            b->arena = sw_arena_new();
            if (verifies(b, copy, length)) {
                fail_msg("bit %u of byte %zu can be changed", bit, i);
            }
            sw_arena_free(b->arena);
            b->arena = kept;
            copy[i] = (char)(copy[i] ^ (1 << bit));
        }
    }
    assert_true(verifies(b, copy, length));
}

static void every_missing_byte_shows(void **state)
{
    struct bench *b = *state;
    const char *text = export(b);
    size_t length = strlen(text);

    /* The last one is a line end, which does not count. */
    assert_true(verifies(b, text, length - 1));
    for (size_t i = 0; i < length - 1; i++) {
        assert_false(verifies(b, text, i));
    }
}

static void a_file_may_be_indented_anew(void **state)
{
    struct bench *b = *state;
    const char *text = export(b);

    text = with(b, text, "\"run\": ", "\"run\"\t:\r\n\r\n   ");
    assert_true(verifies(b, text, strlen(text)));
    text = with(b, text, "Retire \\\"web", "Retire  \\\"web");
    assert_false(verifies(b, text, strlen(text)));
}

static void a_changed_record_is_named_although_sealed_again(void **state)
{
    struct bench *b = *state;
    const char *text = export(b);

    refuse(b, sealed_again(b, with(b, text, "\\\"ada\\\"", "\\\"eve\\\"")), "record 1 ");
    refuse(b, sealed_again(b, with(b, text, "\"kind\": \"intent\"", "\"kind\": \"effect\"")),
           "record 3 ");
    refuse(b, sealed_again(b, with(b, text, "123456791Z", "123456790Z")), "record 3 ");
    refuse(b, sealed_again(b, with(b, text, "\"seq\": 2", "\"seq\": 3")), "record 2 ");
    refuse(b, sealed_again(b, with(b, text, "\"fence\": 1", "\"fence\": 2")), "record 1 ");
    refuse(b, sealed_again(b, with(b, text, "\"seq\": 4,", "\"seq\": 4, \"note\": 1,")),
           "record 4 ");
    assert_true(verifies(b, sealed_again(b, text), strlen(text)));
}

static void a_changed_header_shows_although_sealed_again(void **state)
{
    struct bench *b = *state;
    const char *text = export(b);

    refuse(b, sealed_again(b, with(b, text, "\"run\": \"" RUN, "\"run\": \"retire-43")),
           "record 1 ");
    refuse(b, sealed_again(b, with(b, text, "\"name\": \"retire\"", "\"name\": \"other\"")),
           "record 1 ");
    refuse(b, sealed_again(b, with(b, text, "steps: []", "steps: [x]")), "runbook");
    refuse(b, sealed_again(b, with(b, text, "\"result\": \"done\"", "\"result\": \"stopped\"")),
           "summary");
    refuse(b, sealed_again(b, with(b, text, "\"exit\": 0", "\"exit\": 1")), "summary");
    refuse(b,
           sealed_again(b, with(b, text, "\"schema_version\": 1,",
                                "\"schema_version\": 1, \"approved\": true,")),
           "does not belong");
}

static void records_cut_off_at_the_end_show_by_the_head(void **state)
{
    struct bench *b = *state;
    const char *text = export(b);
    const char *last = strstr(text, "\"seq\": 4");
    const char *head = strstr(text, "\"head\"");

    assert_non_null(last);
    assert_non_null(head);
    while (*last != '}') {
        last--;
    }
    text = sw_format(b->arena, "%.*s],\n  %s", (int)(last + 1 - text), text, head);
    refuse(b, sealed_again(b, text), "head");
}

static void other_files_are_no_evidence(void **state)
{
    struct bench *b = *state;

    assert_false(verifies(b, "{\"a\":1}", 7));
    assert_int_equal(b->err.code, SW_E_INPUT);
    assert_false(verifies(b, "{\"schema_version\":2}", 20));
    assert_int_equal(b->err.code, SW_E_INPUT);
    assert_false(verifies(b, "", 0));
    assert_false(verifies(b, "[]", 2));
}

static void a_run_without_records_has_evidence_too(void **state)
{
    struct bench *b = *state;
    struct sw_evidence_report report;

    assert_true(b->store->ops->enqueue(b->store, "new", "retire", CONTENT, NOW, &b->err));
    assert_true(sw_evidence_export(b->store, "new", &b->file, &b->err));
    if (!sw_evidence_verify(b->file.bytes, b->file.length, b->arena, &report, &b->err)) {
        fail_msg("%s", b->err.text);
    }
    assert_int_equal(report.record_count, 0);
    assert_null(report.end);
}

static void evidence_that_does_not_fit_is_refused(void **state)
{
    struct bench *b = *state;
    struct sw_buf small;

    sw_buf_init(&small, 500);
    assert_false(sw_evidence_export(b->store, RUN, &small, &b->err));
    assert_int_equal(b->err.code, SW_E_LIMIT);
    sw_buf_release(&small);
    assert_false(sw_evidence_export(b->store, "ghost", &b->file, &b->err));
    assert_int_equal(b->err.code, SW_E_NOT_FOUND);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_of_a_run_verifies_and_says_what_it_is_about),
        TEST(every_changed_bit_of_every_byte_shows),
        TEST(every_missing_byte_shows),
        TEST(a_file_may_be_indented_anew),
        TEST(a_changed_record_is_named_although_sealed_again),
        TEST(a_changed_header_shows_although_sealed_again),
        TEST(records_cut_off_at_the_end_show_by_the_head),
        TEST(other_files_are_no_evidence),
        TEST(a_run_without_records_has_evidence_too),
        TEST(evidence_that_does_not_fit_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
