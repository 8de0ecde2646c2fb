/* What the change journal says about the cloud having everything. */
#include "stdlib/filesync/cloud_proof.h"

#include "stdlib/filesync/bench.h"

static enum sw_verdict reread(struct sw_probe *probe)
{
    return sw_cloud_proof_reread(probe, "filesync.cloud_complete", NULL);
}

static struct bench *at_the_snapshot(void)
{
    struct bench *bench = bench_new();

    bench_basis(bench, "filesync.cloud_complete",
                "{\"usn\":{\"journal_id\":\"7\",\"first_usn\":0,\"next_usn\":100},"
                "\"session\":{\"channel\":\"x\",\"record_id\":5,"
                "\"created\":\"2026-11-01T00:00:00Z\"}}");
    bench_says(bench, "filesync/sync-sessions",
               "{\"log\":{\"channel\":\"x\",\"newest_record_id\":5,\"oldest_record_id\":1,"
               "\"created\":\"2026-11-01T00:00:00Z\"},\"events\":[],\"is_complete\":true,"
               "\"status\":null,\"progress\":null}");
    return bench;
}

#define PAGE(first, changes, complete)                                                             \
    "{\"journal_id\":\"7\",\"first_usn\":" first ",\"next_usn\":900,\"changes\":[" changes         \
    "],\"is_complete\":" complete "}"
#define CHANGE(usn, by_sync)                                                                       \
    "{\"usn\":" usn ",\"path\":\"a.txt\",\"reason\":\"0x1\",\"by_sync\":" by_sync "}"

/* A journal can be read from the place of a record only, not from the byte behind it. */
static void a_long_journal_is_read_on_from_the_place_of_its_last_record(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = at_the_snapshot();
    int64_t since = 0;

    bench_says(bench, "filesync/change-journal", PAGE("0", CHANGE("400", "false"), "true"));
    bench_says_once(bench, "filesync/change-journal",
                    PAGE("0", CHANGE("200", "true") "," CHANGE("320", "true"), "false"));
    assert_int_equal(bench_probe(bench, reread), SW_LAPSED);
    assert_string_equal(bench_said(bench), "'a.txt' was changed on the server since the snapshot");
    assert_true(sw_as_int(sw_get(bench->last_args, "since_usn"), &since));
    assert_int_equal(since, 320);
}

static void a_journal_that_does_not_go_on_is_no_proof(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = at_the_snapshot();

    bench_says(bench, "filesync/change-journal", PAGE("0", CHANGE("200", "true"), "false"));
    assert_int_equal(bench_probe(bench, reread), SW_FAILED);
    bench_says(bench, "filesync/change-journal", PAGE("0", "", "false"));
    assert_int_equal(bench_probe(bench, reread), SW_FAILED);
    /* What should be a list and is none was not read: PowerShell 5.1 makes such of some lists. */
    bench_says(bench, "filesync/change-journal",
               "{\"journal_id\":\"7\",\"first_usn\":0,\"next_usn\":900,\"changes\":{\"value\":[],"
               "\"Count\":0},\"is_complete\":true}");
    assert_int_equal(bench_probe(bench, reread), SW_FAILED);
    bench_says(bench, "filesync/change-journal", PAGE("101", "", "true"));
    assert_int_equal(bench_probe(bench, reread), SW_LAPSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_journal_is_read_on_from_the_place_of_its_last_record),
        cmocka_unit_test(a_journal_that_does_not_go_on_is_no_proof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
