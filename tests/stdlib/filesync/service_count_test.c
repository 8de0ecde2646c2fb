/* A clean session, and what the service counts as not syncing. */
#include "stdlib/filesync/service_count.h"

#include "stdlib/filesync/bench.h"

#define ENDED_NS (INT64_C(1795205410) * 1000000000) /* 2026-11-20T20:10:10Z */
#define BEFORE "2026-11-20T20:10:09Z"
#define AFTER "2026-11-20T20:10:11Z"
#define STATUS(time, lasting, passing)                                                             \
    "{\"lastSyncTimestamp\":\"" time "\",\"persistentFilesNotSyncingCount\":" lasting              \
    ",\"transientFilesNotSyncingCount\":" passing "}"

static enum sw_verdict probe(struct sw_probe *probe)
{
    const struct sw_session session = {.has_ended = true, .ended_ns = ENDED_NS};

    return sw_service_count(probe, "uploadStatus", &session);
}

static struct bench *bench_with(const char *status)
{
    struct bench *bench = bench_new();

    bench->view.subject = bench_json(bench, "{\"id\":\"/subscriptions/s/e\"}");
    bench_says(
        bench, "GET",
        sw_format(bench->arena, "{\"properties\":{\"syncStatus\":{\"uploadStatus\":%s}}}", status));
    return bench;
}

static void a_file_that_is_counted_keeps_a_session_from_counting(void **state)
{
    static const char *const statuses[] = {STATUS(AFTER, "1", "0"), STATUS(AFTER, "0", "1"),
                                           STATUS(AFTER, "\"1\"", "0")};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(statuses); i++) {
        struct bench *bench = bench_with(statuses[i]);

        assert_int_equal(bench_probe(bench, probe), SW_WAIT);
        assert_said(bench, "the service counts 1 file as not syncing");
        bench_free(bench);
    }
}

static void a_service_that_counts_none_agrees(void **state)
{
    struct bench *bench = bench_with(STATUS(AFTER, "0", "0"));

    (void)state;
    assert_int_equal(bench_probe(bench, probe), SW_HOLDS);
    assert_string_equal(sw_as_text(bench_output(bench, "service_count")), "0 files not syncing");
    bench_free(bench);
}

static void a_service_that_does_not_know_leaves_it_to_the_server(void **state)
{
    static const char *const silent[][2] = {
        {STATUS(BEFORE, "7", "7"), "has not reported on this session yet"},
        {STATUS(AFTER, "null", "0"), "did not count"},
        {STATUS(AFTER, "-1", "0"), "did not count"},
        {STATUS("0001-01-01T00:00:00Z", "7", "7"), "has no status"},
        {"null", "has no status"},
        {"{}", "has no status"},
    };

    (void)state;
    for (size_t i = 0; i < SW_COUNT(silent); i++) {
        struct bench *bench = bench_with(silent[i][0]);

        assert_int_equal(bench_probe(bench, probe), SW_HOLDS);
        assert_non_null(strstr(sw_as_text(bench_output(bench, "service_count")), silent[i][1]));
        bench_free(bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_counted_keeps_a_session_from_counting),
        cmocka_unit_test(a_service_that_counts_none_agrees),
        cmocka_unit_test(a_service_that_does_not_know_leaves_it_to_the_server),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
