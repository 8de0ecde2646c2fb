/** @file Gone is what its visible group does not list, twice, a minute apart; there is what is
 * shown as long. */
#include "stdlib/azure/endpoint_gone.h"

#include "support.h"

#define GONE                                                                                       \
    {                                                                                              \
        TEST_ENDPOINT, 404, "{\"error\":{\"code\":\"ResourceNotFound\"}}"                          \
    }
#define GROUP_SEEN                                                                                 \
    {                                                                                              \
        TEST_GROUP, 200, "{\"id\":\"" TEST_GROUP "\",\"name\":\"sg\"}"                             \
    }
#define OTHERS                                                                                     \
    {                                                                                              \
        TEST_GROUP "/serverEndpoints", 200,                                                        \
            "{\"value\":[{\"id\":\"" TEST_GROUP "/serverEndpoints/se-2\"}]}"                       \
    }

static enum sw_verdict look(struct sw_arena *arena, const struct row *rows,
                            const struct sw_value *before, struct sw_probe *ret_probe)
{
    struct sw_target *target = sw_alloc(arena, sizeof *target);

    *target = target_of(arena);

    struct sw_view view = {.arena = arena,
                           .target = target,
                           .before = before,
                           .subject = json(arena, "{\"id\":\"" TEST_ENDPOINT "\"}")};

    return probe_table(ret_probe, &view, sw_azure_server_endpoint_gone.probe, rows);
}

static const struct sw_value *since(struct sw_arena *arena, const char *what, int64_t ns)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put(&map, what, sw_number(arena, SW_V_TIME, ns));
    return sw_built(&map);
}

static const struct sw_value *absent_since(struct sw_arena *arena, int64_t ns)
{
    return since(arena, "absent_since", ns);
}

static int64_t seen_ns(const struct sw_probe *probe, const char *what)
{
    int64_t ns = -1;

    sw_as_int(sw_get(sw_built(&probe->seen), what), &ns);
    return ns;
}

static void one_look_is_not_enough(void **state)
{
    const struct row rows[] = {GONE, GROUP_SEEN, OTHERS, {0}};
    struct sw_probe probe;

    assert_int_equal(look(*state, rows, NULL, &probe), SW_WAIT);
    int64_t first = seen_ns(&probe, "absent_since");
    assert_true(first > 0);

    assert_int_equal(look(*state, rows, absent_since(*state, first), &probe), SW_WAIT);
    assert_int_equal(look(*state, rows, absent_since(*state, first - INT64_C(59999999999)), &probe),
                     SW_WAIT);
    assert_int_equal(look(*state, rows, absent_since(*state, first - INT64_C(60000000000)), &probe),
                     SW_DONE);
    assert_string_equal(probe.outcome, "gone");
    assert_output(*state, sw_built(&probe.outputs), "left", "1");
}

/* A resource manager that has not caught up shows what is gone, as it misses what is there. */
static void what_is_seen_once_may_be_an_old_answer(void **state)
{
    const struct row shown[] = {{TEST_ENDPOINT, 200, "{\"id\":\"" TEST_ENDPOINT "\"}"}, {0}};
    const struct row gone[] = {GONE, GROUP_SEEN, OTHERS, {0}};
    struct sw_probe probe;

    assert_int_equal(look(*state, shown, absent_since(*state, 1), &probe), SW_WAIT);
    int64_t first = seen_ns(&probe, "shown_since");
    assert_true(first > 0);
    assert_int_equal(sw_get(sw_built(&probe.seen), "absent_since")->kind, SW_V_NULL);

    assert_int_equal(look(*state, gone, since(*state, "shown_since", 1), &probe), SW_WAIT);
    assert_int_equal(sw_get(sw_built(&probe.seen), "shown_since")->kind, SW_V_NULL);
}

static void what_is_seen_twice_a_minute_apart_is_not_gone(void **state)
{
    const struct row rows[] = {{TEST_ENDPOINT, 200, "{\"id\":\"" TEST_ENDPOINT "\"}"}, {0}};
    struct sw_probe probe;

    assert_int_equal(look(*state, rows, NULL, &probe), SW_WAIT);
    int64_t first = seen_ns(&probe, "shown_since");

    assert_int_equal(
        look(*state, rows, since(*state, "shown_since", first - INT64_C(59999999999)), &probe),
        SW_WAIT);
    assert_int_equal(
        look(*state, rows, since(*state, "shown_since", first - INT64_C(60000000000)), &probe),
        SW_DONE);
    assert_string_equal(probe.outcome, "still_there");
}

static void a_look_that_tells_nothing_begins_the_minute_anew(void **state)
{
    const struct row lost_rights[] = {GONE, {TEST_GROUP, 404, "{}"}, OTHERS, {0}};
    const struct row still_listed[] = {
        GONE,
        GROUP_SEEN,
        {TEST_GROUP "/serverEndpoints", 200, "{\"value\":[{\"id\":\"" TEST_ENDPOINT "\"}]}"},
        {0}};
    const struct row *const tables[] = {lost_rights, still_listed};

    for (size_t i = 0; i < SW_COUNT(tables); i++) {
        struct sw_probe probe;

        assert_int_equal(look(*state, tables[i], absent_since(*state, 1), &probe), SW_WAIT);
        assert_int_equal(sw_get(sw_built(&probe.seen), "absent_since")->kind, SW_V_NULL);
        assert_non_null(probe.said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(one_look_is_not_enough),
        test_in_arena(what_is_seen_once_may_be_an_old_answer),
        test_in_arena(what_is_seen_twice_a_minute_apart_is_not_gone),
        test_in_arena(a_look_that_tells_nothing_begins_the_minute_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
