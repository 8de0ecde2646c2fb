/* Damage to a stored journal shows, and names the record. */
#include "engine/store/chain.h"

#include "unit/store/bench.h"

static void expect_corrupt(struct bench *b, const char *sql, const char *part)
{
    const struct sw_stored *records;
    size_t count;

    edit(b, sql);
    bench_open(b);
    REFUSED(b, SW_E_CORRUPT, part, CALL(b, load, RUN, b->arena, &records, &count));
    assert_non_null(strstr(b->err.text, RUN));
    bench_close(b);
}

static void every_changed_byte_of_a_record_shows(void **state)
{
    struct bench *b = *state;
    const struct sw_stored *records;
    size_t count;

    write_three(b);
    bench_open(b);
    OK(b, CALL(b, load, RUN, b->arena, &records, &count));
    bench_close(b);
    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < records[i].length; at++) {
            const char *place = sw_format(b->arena, "record %zu ", i + 1);
            char *body = sw_copy(b->arena, records[i].body, records[i].length);

            body[at] = (char)(body[at] ^ 1);
            expect_corrupt(b,
                           sw_format(b->arena,
                                     "UPDATE record SET body = CAST('%s' AS BLOB) WHERE seq = %zu",
                                     body, i + 1),
                           place);
            edit(b,
                 sw_format(b->arena, "UPDATE record SET body = CAST('%s' AS BLOB) WHERE seq = %zu",
                           records[i].body, i + 1));
        }
    }
    bench_open(b);
    assert_int_equal(bench_count(b, RUN), 3);
}

static void every_changed_column_of_a_record_shows(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *damage, *repair;
    } edits[] = {
        {"kind = 'seen'", "kind = 'intent'"},
        {"kind = 'intent' || char(0)", "kind = 'intent'"},
        {"time_ns = time_ns + 1", "time_ns = time_ns - 1"},
        {"fence = 0", "fence = 1"},
        {"fence = 2", "fence = 1"},
        {"body = CAST('' AS BLOB)", "body = CAST('{\"step\":\"delete\"}' AS BLOB)"},
        {"hash = hash || '0'", "hash = substr(hash, 1, 64)"},
    };

    write_three(b);
    for (size_t i = 0; i < SW_COUNT(edits); i++) {
        expect_corrupt(b,
                       sw_format(b->arena, "UPDATE record SET %s WHERE seq = 2", edits[i].damage),
                       "record 2 ");
        edit(b, sw_format(b->arena, "UPDATE record SET %s WHERE seq = 2", edits[i].repair));
    }
    expect_corrupt(b, "UPDATE record SET hash = replace(hash, substr(hash, 7, 1), 'x') WHERE seq=3",
                   "record 3 ");
}

static void a_missing_or_moved_record_shows(void **state)
{
    struct bench *b = *state;

    write_three(b);
    expect_corrupt(b,
                   "CREATE TABLE moved_away AS SELECT * FROM record WHERE seq = 2;"
                   "DELETE FROM record WHERE seq = 2",
                   "record 2 is missing");
    edit(b, "INSERT INTO record SELECT * FROM moved_away; DROP TABLE moved_away");
    expect_corrupt(b,
                   "UPDATE record SET seq = 9 WHERE seq = 1;"
                   "UPDATE record SET seq = 1 WHERE seq = 2;"
                   "UPDATE record SET seq = 2 WHERE seq = 9",
                   "record 1 ");
    edit(b, "UPDATE record SET seq = 9 WHERE seq = 1;"
            "UPDATE record SET seq = 1 WHERE seq = 2;"
            "UPDATE record SET seq = 2 WHERE seq = 9");
    bench_open(b);
    assert_int_equal(bench_count(b, RUN), 3);
}

static void a_missing_last_record_shows_by_the_row_of_the_run(void **state)
{
    struct bench *b = *state;

    write_three(b);
    expect_corrupt(b, "DELETE FROM record WHERE seq = 3", "3 records, 2 are there");
    /* Whoever also sets back the counter has the head against him. */
    expect_corrupt(b, "UPDATE run SET last_seq = 2", "not the last one");
    expect_corrupt(b, "DELETE FROM record; UPDATE run SET last_seq = 0", "not the last one");
}

static void records_of_another_run_do_not_pass(void **state)
{
    struct bench *b = *state;

    write_three(b);
    bench_open(b);
    bench_enqueue(b, "other");
    bench_close(b);
    edit(b, "UPDATE run SET last_seq = 3, fence = 1, head = (SELECT head FROM run WHERE run = '" RUN
            "') WHERE run = 'other';"
            "DELETE FROM record WHERE run = 'other';"
            "INSERT INTO record SELECT 'other', seq, fence, time_ns, kind, body, hash FROM record");
    bench_open(b);

    const struct sw_stored *records;
    size_t count;
    REFUSED(b, SW_E_CORRUPT, "record 1 ", CALL(b, load, "other", b->arena, &records, &count));
    assert_int_equal(bench_count(b, RUN), 3);
}

static void a_changed_runbook_shows(void **state)
{
    struct bench *b = *state;
    const char *content;
    const struct sw_stored *records;
    size_t count;

    write_three(b);
    edit(b, "UPDATE content SET body = CAST('steps: [x]' AS BLOB)");
    bench_open(b);
    REFUSED(b, SW_E_CORRUPT, "runbook", CALL(b, content, RUN, b->arena, &content));
    bench_close(b);
    edit(b, "UPDATE run SET digest = (SELECT printf('%064d', 1))");
    bench_open(b);
    REFUSED(b, SW_E_CORRUPT, "record 1 ", CALL(b, load, RUN, b->arena, &records, &count));
}

/* Written out with printf | sha256sum, so that anybody can check a journal without us. */
static void the_hash_is_what_the_header_says(void **state)
{
    struct sw_stored record = {
        .seq = 1, .fence = 2, .time_ns = -3, .kind = "begin", .body = "{}", .length = 2};
    char hash[65];

    (void)state;
    sw_store_genesis("r", "book", "d", hash);
    assert_string_equal(hash, "7293bf6860beab594526cd18e6e105380410626b3f7183b9b612bb9c71033671");
    sw_store_hash("p", &record, hash);
    assert_string_equal(hash, "f18638e2c017c7d84fbb57590be83a2f1c571f6fcce0a21a407718ceda5cbf11");
    record.seq = UINT64_MAX;
    record.time_ns = INT64_MIN;
    sw_store_hash("p", &record, hash);
    assert_string_equal(hash, "e52be82d6c8adb55b04509bd18fadd21fcfabecff4f01264a397d362a7a1838f");
}

static void fences_that_fall_or_pass_the_runs_do_not_verify(void **state)
{
    struct bench b = {.is_memory = true};
    const struct sw_append append = {.kind = "x", .body = "{}", .length = 2};
    struct sw_run_row row = {
        .run = RUN, .runbook = RUNBOOK, .digest = "d", .last_seq = 2, .fence = 3};
    struct sw_stored records[2];
    char genesis[65];

    (void)state;
    sw_store_genesis(RUN, RUNBOOK, "d", genesis);
    records[0] = sw_store_chain(genesis, 1, 2, &append);
    records[1] = sw_store_chain(records[0].hash, 2, 3, &append);
    row.head = records[1].hash;
    OK(&b, sw_store_verify(&row, records, 2, &b.err));
    row.fence = 2;
    REFUSED(&b, SW_E_CORRUPT, "record 2 ", sw_store_verify(&row, records, 2, &b.err));
    records[1] = sw_store_chain(records[0].hash, 2, 1, &append);
    REFUSED(&b, SW_E_CORRUPT, "record 2 ", sw_store_verify(&row, records, 2, &b.err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_DISK(every_changed_byte_of_a_record_shows),
        ON_DISK(every_changed_column_of_a_record_shows),
        ON_DISK(a_missing_or_moved_record_shows),
        ON_DISK(a_missing_last_record_shows_by_the_row_of_the_run),
        ON_DISK(records_of_another_run_do_not_pass),
        ON_DISK(a_changed_runbook_shows),
        cmocka_unit_test(fences_that_fall_or_pass_the_runs_do_not_verify),
        cmocka_unit_test(the_hash_is_what_the_header_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
