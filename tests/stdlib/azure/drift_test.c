/** @file What the service wrote over the years, read as one. */
#include "stdlib/azure/drift.h"

#include "support.h"

static const char *const values[] = {"on", "off", NULL};
static const struct sw_type on_off = {.kind = SW_T_ENUM, .values = values};

#define V(text) json(*state, text)

static void numbers_come_as_numbers_and_as_strings(void **state)
{
    assert_string_equal(printed(*state, sw_drift_int(*state, V("50"))), "50");
    assert_string_equal(printed(*state, sw_drift_int(*state, V("\"50\""))), "50");
    assert_string_equal(printed(*state, sw_drift_int(*state, V("\"-1\""))), "-1");
    assert_string_equal(printed(*state, sw_drift_int(*state, V("\"\\\"7\\\"\""))), "7");
    assert_string_equal(printed(*state, sw_drift_int(*state, V("4294967296"))), "4294967296");
    assert_string_equal(printed(*state, sw_drift_percent(*state, V("\"20\""))), "20%");
}

static void what_was_not_said_is_null_never_zero_or_empty(void **state)
{
    for (size_t i = 0; i < 3; i++) {
        const struct sw_value *none = i == 0 ? NULL : i == 1 ? V("null") : V("\"\"");
        const struct sw_value *const read[] = {sw_drift_text(*state, none),
                                               sw_drift_int(*state, none),
                                               sw_drift_size(*state, none),
                                               sw_drift_percent(*state, none),
                                               sw_drift_hresult(*state, none),
                                               sw_drift_bool(*state, none),
                                               sw_drift_time(*state, none),
                                               sw_drift_enum(*state, none, &on_off),
                                               sw_drift_checked(*state, none, &sw_type_guid)};

        for (size_t j = 0; j < SW_COUNT(read); j++) {
            assert_int_equal(read[j]->kind, SW_V_NULL);
        }
    }
}

static void what_cannot_be_read_is_unknown_with_its_reason(void **state)
{
    const struct sw_value *const read[] = {
        sw_drift_int(*state, V("\"many\"")),
        sw_drift_int(*state, V("\"9223372036854775808\"")),
        sw_drift_int(*state, V("1.5")),
        sw_drift_int(*state, V("true")),
        sw_drift_size(*state, V("-1")),
        sw_drift_bool(*state, V("\"yes\"")),
        sw_drift_bool(*state, V("1")),
        sw_drift_time(*state, V("\"2024-06-28\"")),
        sw_drift_time(*state, V("17")),
        sw_drift_text(*state, V("{}")),
        sw_drift_checked(*state, V("\"x\""), &sw_type_guid),
        sw_drift_checked(*state, V("\"1..2\""), &sw_type_version),
    };

    for (size_t i = 0; i < SW_COUNT(read); i++) {
        assert_int_equal(read[i]->kind, SW_V_UNKNOWN);
        assert_true(read[i]->as.text[0] != '\0');
    }
}

static void quotes_inside_of_a_string_are_stripped(void **state)
{
    assert_string_equal(
        printed(*state,
                sw_drift_checked(*state, V("\"\\\"72f988bf-86f1-41af-91ab-2d7cd011db47\\\"\""),
                                 &sw_type_guid)),
        "72f988bf-86f1-41af-91ab-2d7cd011db47");
    assert_string_equal(printed(*state, sw_drift_text(*state, V("\"a \\\"b\\\"\""))), "a \"b\"");
}

static void a_listed_word_is_known_in_any_case_and_others_pass(void **state)
{
    assert_string_equal(printed(*state, sw_drift_enum(*state, V("\"On\""), &on_off)), "on");
    assert_string_equal(printed(*state, sw_drift_enum(*state, V("\"OFF\""), &on_off)), "off");
    assert_string_equal(printed(*state, sw_drift_enum(*state, V("\"Paused\""), &on_off)), "Paused");
}

static void booleans_come_as_strings(void **state)
{
    bool is_true = false;

    assert_true(sw_as_bool(sw_drift_bool(*state, V("\"True\"")), &is_true) && is_true);
    assert_true(sw_as_bool(sw_drift_bool(*state, V("\"false\"")), &is_true) && !is_true);
    assert_true(sw_as_bool(sw_drift_bool(*state, V("true")), &is_true) && is_true);
}

static void times_come_with_offsets_seven_digits_and_quotes(void **state)
{
    assert_string_equal(
        printed(*state, sw_drift_time(*state, V("\"2024-06-27T21:45:48.1608094-07:00\""))),
        "2024-06-28T04:45:48.160809400Z");
    assert_string_equal(printed(*state, sw_drift_time(*state, V("\"2020-03-12T19:36:39+00:00\""))),
                        "2020-03-12T19:36:39Z");
    assert_string_equal(
        printed(*state, sw_drift_time(*state, V("\"\\\"2018-09-10T20:05:02.5134384Z\\\"\""))),
        "2018-09-10T20:05:02.513438400Z");
    assert_int_equal(sw_drift_time(*state, V("\"0001-01-01T00:00:00Z\""))->kind, SW_V_NULL);
}

static void an_hresult_is_compared_by_its_low_32_bits(void **state)
{
    /* 0x80c80077, as int32, as unsigned, as text, and as the documentation misprints it: not the
     * same low bits there, hence another number. */
    assert_string_equal(printed(*state, sw_drift_hresult(*state, V("-2134376329"))), "2160590967");
    assert_string_equal(printed(*state, sw_drift_hresult(*state, V("2160590967"))), "2160590967");
    assert_string_equal(printed(*state, sw_drift_hresult(*state, V("\"-2134376329\""))),
                        "2160590967");
    assert_string_equal(printed(*state, sw_drift_hresult(*state, V("0"))), "0");
}

static void a_member_is_found_under_its_older_name(void **state)
{
    const struct sw_value *map = V("{\"a\":null,\"b\":1,\"c\":2}");

    assert_string_equal(printed(*state, sw_drift_first(map, "a", "b")), "1");
    assert_string_equal(printed(*state, sw_drift_first(map, "c", "b")), "2");
    assert_null(sw_drift_first(map, "x", "y"));
    assert_null(sw_drift_first(NULL, "x", "y"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(numbers_come_as_numbers_and_as_strings),
        test_in_arena(what_was_not_said_is_null_never_zero_or_empty),
        test_in_arena(what_cannot_be_read_is_unknown_with_its_reason),
        test_in_arena(quotes_inside_of_a_string_are_stripped),
        test_in_arena(a_listed_word_is_known_in_any_case_and_others_pass),
        test_in_arena(booleans_come_as_strings),
        test_in_arena(times_come_with_offsets_seven_digits_and_quotes),
        test_in_arena(an_hresult_is_compared_by_its_low_32_bits),
        test_in_arena(a_member_is_found_under_its_older_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
