#include "sdk/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int make_arena(void **state)
{
    *state = sw_arena_new();
    return 0;
}

static int free_arena(void **state)
{
    sw_arena_free(*state);
    return 0;
}

static const struct sw_value *accepted(struct sw_arena *arena, const struct sw_type *type,
                                       const struct sw_value *value)
{
    struct sw_error err = {0};
    const struct sw_value *to = NULL;

    if (!sw_type_accept(type, value, arena, &to, &err)) {
        fail_msg("%s: %s", sw_type_text(arena, type), err.text);
    }
    return to;
}

static const char *refusal(struct sw_arena *arena, const struct sw_type *type,
                           const struct sw_value *value)
{
    struct sw_error err = {0};
    const struct sw_value *to = NULL;

    if (sw_type_accept(type, value, arena, &to, &err)) {
        fail_msg("%s was accepted", sw_type_text(arena, type));
    }
    assert_int_equal(err.code, SW_E_INPUT);
    assert_null(to);
    return sw_copy_text(arena, err.text);
}

static void null_and_unknown_pass_every_type(void **state)
{
    struct sw_arena *arena = *state;
    const struct sw_type list = {.kind = SW_T_LIST, .of = &sw_type_int};
    const struct sw_type *const types[] = {&sw_type_bool,  &sw_type_int,  &sw_type_win_path,
                                           &list,          &sw_type_time, &sw_type_listing,
                                           &sw_type_secret};

    for (size_t i = 0; i < SW_COUNT(types); i++) {
        const struct sw_value *null = sw_null(arena, "why");
        const struct sw_value *unknown = sw_unknown(arena, "why");

        assert_ptr_equal(accepted(arena, types[i], null), null);
        assert_ptr_equal(accepted(arena, types[i], unknown), unknown);
        assert_int_equal(accepted(arena, types[i], NULL)->kind, SW_V_NULL);
    }
}

static void text_becomes_what_the_type_says(void **state)
{
    struct sw_arena *arena = *state;
    static const struct {
        const struct sw_type *type;
        const char *text;
        enum sw_kind kind;
        int64_t integer;
    } rows[] = {
        {&sw_type_duration, "90s", SW_V_DURATION, 90000},
        {&sw_type_size, "1KiB", SW_V_SIZE, 1024},
        {&sw_type_time, "1970-01-01T00:00:01Z", SW_V_TIME, 1000000000},
        {&sw_type_int, "-5", SW_V_INT, -5},
    };

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        const struct sw_value *to = accepted(arena, rows[i].type, sw_text(arena, rows[i].text));

        assert_int_equal(to->kind, rows[i].kind);
        assert_int_equal(to->as.integer, rows[i].integer);
    }
    assert_int_equal(accepted(arena, &sw_type_version, sw_text(arena, "1.2"))->kind, SW_V_VERSION);
    assert_int_equal(accepted(arena, &sw_type_string, sw_version(arena, "1.2"))->kind, SW_V_TEXT);
    refusal(arena, &sw_type_int, sw_text(arena, "010"));
    refusal(arena, &sw_type_bool, sw_text(arena, "yes"));
    refusal(arena, &sw_type_duration, sw_text(arena, "1:30"));
    refusal(arena, &sw_type_win_path, sw_text(arena, "D:\new"));
}

static void numbers_change_their_kind_only_where_they_stay_the_same(void **state)
{
    struct sw_arena *arena = *state;
    const struct sw_value *big = sw_int(arena, INT64_C(9007199254740993));

    assert_int_equal(accepted(arena, &sw_type_float, sw_int(arena, 3))->kind, SW_V_FLOAT);
    assert_int_equal(accepted(arena, &sw_type_size, sw_int(arena, 3))->kind, SW_V_SIZE);
    assert_int_equal(accepted(arena, &sw_type_percent, sw_int(arena, 20))->kind, SW_V_PERCENT);
    assert_int_equal(accepted(arena, &sw_type_int, sw_real(arena, SW_V_FLOAT, -3))->as.integer, -3);
    refusal(arena, &sw_type_float, big);
    refusal(arena, &sw_type_int, sw_real(arena, SW_V_FLOAT, 3.5));
    refusal(arena, &sw_type_int, sw_real(arena, SW_V_FLOAT, 1e300));
    refusal(arena, &sw_type_size, sw_int(arena, -1));
    assert_string_equal(refusal(arena, &sw_type_duration, sw_int(arena, 90)),
                        "expected duration, not an int");
    refusal(arena, &sw_type_time, sw_int(arena, 90));
    refusal(arena, &sw_type_string, sw_int(arena, 90));
    refusal(arena, &sw_type_bool, sw_int(arena, 1));
    refusal(arena, &sw_type_int, sw_bool(true));
}

static void an_enum_value_that_is_not_listed_stays_text(void **state)
{
    struct sw_arena *arena = *state;
    static const char *const values[] = {"a", NULL};
    const struct sw_type type = {.kind = SW_T_ENUM, .values = values};
    const struct sw_value *other = sw_text(arena, "addedLater");

    assert_ptr_equal(accepted(arena, &type, other), other);
    refusal(arena, &type, sw_int(arena, 1));
}

static void lists_and_maps_are_accepted_part_by_part(void **state)
{
    struct sw_arena *arena = *state;
    const struct sw_type list = {.kind = SW_T_LIST, .of = &sw_type_size};
    const struct sw_type map = {.kind = SW_T_MAP, .of = &list};
    const struct sw_type free_list = {.kind = SW_T_LIST};
    struct sw_builder items = sw_list_begin(arena);
    struct sw_builder entries = sw_map_begin(arena);

    sw_list_add(&items, sw_int(arena, 1));
    sw_list_add(&items, sw_null(arena, "why"));
    sw_list_add(&items, sw_text(arena, "1KiB"));
    sw_map_put(&entries, "k", sw_built(&items));

    const struct sw_value *to = accepted(arena, &map, sw_built(&entries));

    assert_int_equal(sw_list_at(sw_get(to, "k"), 0)->kind, SW_V_SIZE);
    assert_int_equal(sw_list_at(sw_get(to, "k"), 1)->kind, SW_V_NULL);
    assert_int_equal(sw_list_at(sw_get(to, "k"), 2)->as.integer, 1024);
    assert_true(sw_value_same(accepted(arena, &free_list, sw_built(&items)), sw_built(&items)));
    sw_list_add(&items, sw_bool(true));
    assert_string_equal(refusal(arena, &map, sw_built(&entries)),
                        "'k': item 4: expected size, not a bool");
    refusal(arena, &list, sw_built(&entries));
    refusal(arena, &map, sw_built(&items));
    refusal(arena, &list, sw_text(arena, "a"));
}

static const struct sw_field object_fields[] = {
    {"name", &sw_type_string, SW_FIELD_REQUIRED, NULL, "A name."},
    {"wait", &sw_type_duration, 0, "5m", "A time."},
    {"size", &sw_type_size, 0, NULL, "A size."},
    {NULL, NULL, 0, NULL, NULL},
};

static void an_object_has_the_keys_of_its_table(void **state)
{
    struct sw_arena *arena = *state;
    const struct sw_type type = {.kind = SW_T_OBJECT, .fields = object_fields};
    struct sw_builder given = sw_map_begin(arena);

    assert_string_equal(refusal(arena, &type, sw_built(&given)), "'name' is missing");
    sw_map_put_text(&given, "name", "x");

    const struct sw_value *to = accepted(arena, &type, sw_built(&given));

    assert_int_equal(to->as.map.count, 3);
    assert_int_equal(sw_get(to, "wait")->as.integer, 300000);
    assert_int_equal(sw_get(to, "size")->kind, SW_V_NULL);
    sw_map_put_int(&given, "szie", 1);
    assert_string_equal(refusal(arena, &type, sw_built(&given)),
                        "unknown key 'szie'; did you mean 'size'?");
}

static void a_key_with_a_wrong_value_is_named(void **state)
{
    struct sw_arena *arena = *state;
    const struct sw_type type = {.kind = SW_T_OBJECT, .fields = object_fields};
    struct sw_builder given = sw_map_begin(arena);

    sw_map_put_text(&given, "name", "x");
    sw_map_put_bool(&given, "wait", true);
    assert_string_equal(refusal(arena, &type, sw_built(&given)),
                        "'wait': expected duration, not a bool");
}

static void a_listing_without_its_count_is_not_one_of_nothing(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_builder given = sw_map_begin(arena);

    sw_map_put_int(&given, "bytes", 5);
    sw_map_put_text(&given, "more", "kept");

    const struct sw_value *to = accepted(arena, &sw_type_listing, sw_built(&given));

    assert_int_equal(sw_get(to, "count")->kind, SW_V_NULL);
    assert_int_equal(sw_get(to, "is_complete")->kind, SW_V_NULL);
    assert_int_equal(sw_get(to, "bytes")->kind, SW_V_SIZE);
    assert_string_equal(sw_as_text(sw_get(to, "more")), "kept");
    sw_map_put_text(&given, "count", "many");
    refusal(arena, &sw_type_listing, sw_built(&given));
}

static void a_mark_keeps_what_else_it_holds(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_builder given = sw_map_begin(arena);

    sw_map_put_text(&given, "channel", "log");
    sw_map_put_int(&given, "record_id", 7);
    sw_map_put_text(&given, "time", "1970-01-01T00:00:00Z");
    sw_map_put_int(&given, "oldest", 3);

    const struct sw_value *to = accepted(arena, &sw_type_mark, sw_built(&given));

    assert_int_equal(sw_get(to, "time")->kind, SW_V_TIME);
    assert_int_equal(sw_get(to, "oldest")->as.integer, 3);
    refusal(arena, &sw_type_mark, sw_text(arena, "log:7"));
}

static void what_becomes_a_secret_is_one(void **state)
{
    struct sw_arena *arena = *state;

    assert_true(accepted(arena, &sw_type_secret, sw_text(arena, "x"))->is_secret);
    refusal(arena, &sw_type_secret, sw_int(arena, 1));
}

static void a_changed_form_keeps_mark_and_secret(void **state)
{
    struct sw_arena *arena = *state;
    const struct sw_mark mark = {.file = "f", .line = 3};
    const struct sw_value *text = sw_with_mark(arena, sw_text(arena, "5m"), &mark);
    const struct sw_value *to = accepted(arena, &sw_type_duration, sw_with_secret(arena, text));

    assert_int_equal(to->kind, SW_V_DURATION);
    assert_true(to->is_secret);
    assert_ptr_equal(to->mark, &mark);
}

#define ARENA_TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(null_and_unknown_pass_every_type),
        ARENA_TEST(text_becomes_what_the_type_says),
        ARENA_TEST(numbers_change_their_kind_only_where_they_stay_the_same),
        ARENA_TEST(an_enum_value_that_is_not_listed_stays_text),
        ARENA_TEST(lists_and_maps_are_accepted_part_by_part),
        ARENA_TEST(an_object_has_the_keys_of_its_table),
        ARENA_TEST(a_key_with_a_wrong_value_is_named),
        ARENA_TEST(a_listing_without_its_count_is_not_one_of_nothing),
        ARENA_TEST(a_mark_keeps_what_else_it_holds),
        ARENA_TEST(what_becomes_a_secret_is_one),
        ARENA_TEST(a_changed_form_keeps_mark_and_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
