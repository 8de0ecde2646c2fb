#include "sdk/probe.h"

#include "base/text.h"

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

static struct sw_look look_at(const char *path)
{
    return (struct sw_look){.call = {.kind = "rest", .op = "GET", .path = path}};
}

static struct sw_probe begun(struct sw_arena *arena)
{
    struct sw_probe probe;
    struct sw_view view = {.arena = arena};

    sw_probe_begin(&probe, &view, true);
    return probe;
}

static void answer(struct sw_probe *probe, size_t index, int status, const struct sw_value *body)
{
    sw_probe_answer(probe, index, &(struct sw_answer){.status = status, .body = body});
}

/* Asks for two things at once, then for a third that rests on the first. */
static enum sw_verdict ask_three(struct sw_probe *probe)
{
    const struct sw_answer *a = sw_ask(probe, "a", look_at("/a"));
    const struct sw_answer *b = sw_ask(probe, "b", look_at("/b"));

    if (a == NULL || b == NULL) {
        return SW_PENDING;
    }

    const char *path = sw_format(sw_probe_arena(probe), "/c/%d", a->status);
    const struct sw_answer *c = sw_ask(probe, "c", look_at(path));

    if (c == NULL) {
        return SW_PENDING;
    }
    sw_out(probe, "sum", sw_int(sw_probe_arena(probe), a->status + b->status + c->status));
    return SW_DONE;
}

static void a_probe_is_called_from_its_top_until_its_answers_are_there(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_probe probe = begun(arena);

    assert_int_equal(sw_probe_call(&probe, ask_three), SW_PENDING);
    assert_int_equal(probe.ask_count, 2);
    answer(&probe, 1, 20, NULL);
    assert_int_equal(sw_probe_call(&probe, ask_three), SW_PENDING);
    assert_int_equal(probe.ask_count, 2);
    answer(&probe, 0, 10, NULL);
    assert_int_equal(sw_probe_call(&probe, ask_three), SW_PENDING);
    assert_int_equal(probe.ask_count, 3);
    assert_string_equal(probe.asks[2].look.call.path, "/c/10");
    answer(&probe, 2, 3, NULL);
    assert_int_equal(sw_probe_call(&probe, ask_three), SW_DONE);
    assert_int_equal(sw_get(sw_built(&probe.outputs), "sum")->as.integer, 33);
}

static enum sw_verdict ask_from_the_stack(struct sw_probe *probe)
{
    char name[] = "name";
    char path[] = "/path";
    struct sw_builder args = sw_map_begin(sw_probe_arena(probe));

    sw_map_put_int(&args, "n", 1);

    struct sw_look look = look_at(path);

    look.call.args = sw_built(&args);

    const struct sw_answer *got = sw_ask(probe, name, look);

    memset(name, 'x', sizeof name - 1);
    memset(path, 'x', sizeof path - 1);
    return got == NULL ? SW_PENDING : SW_DONE;
}

static void a_question_is_copied(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_probe probe = begun(arena);

    assert_int_equal(sw_probe_call(&probe, ask_from_the_stack), SW_PENDING);
    assert_string_equal(probe.asks[0].name, "name");
    assert_string_equal(probe.asks[0].look.call.path, "/path");
    assert_int_equal(sw_get(probe.asks[0].look.call.args, "n")->as.integer, 1);
    answer(&probe, 0, 200, NULL);
    assert_int_equal(sw_probe_call(&probe, ask_from_the_stack), SW_DONE);
}

static enum sw_verdict body_is_null(struct sw_probe *probe)
{
    const struct sw_answer *got = sw_ask(probe, "a", look_at("/a"));

    if (got == NULL) {
        return SW_PENDING;
    }
    sw_out(probe, "text", sw_get(got->body, "text"));
    sw_say(probe, "%s", got->correlation == NULL ? "none" : got->correlation);
    return got->body->kind == SW_V_NULL ? SW_BLOCKED : SW_DONE;
}

static void an_answer_is_copied_and_never_without_a_body(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_arena *other = sw_arena_new();
    struct sw_probe probe = begun(arena);
    struct sw_probe second = begun(arena);
    struct sw_builder body = sw_map_begin(other);

    sw_map_put_text(&body, "text", "hello");
    assert_int_equal(sw_probe_call(&probe, body_is_null), SW_PENDING);
    sw_probe_answer(&probe, 0,
                    &(struct sw_answer){.status = 200,
                                        .body = sw_built(&body),
                                        .correlation = sw_copy_text(other, "id-1")});
    sw_arena_free(other);
    assert_int_equal(sw_probe_call(&probe, body_is_null), SW_DONE);
    assert_string_equal(sw_as_text(sw_get(sw_built(&probe.outputs), "text")), "hello");
    assert_string_equal(probe.said, "id-1");

    assert_int_equal(sw_probe_call(&second, body_is_null), SW_PENDING);
    answer(&second, 0, 204, NULL);
    assert_int_equal(sw_probe_call(&second, body_is_null), SW_BLOCKED);
}

static enum sw_verdict sets_only_at_first(struct sw_probe *probe)
{
    const struct sw_answer *got = sw_ask(probe, "a", look_at("/a"));

    if (got == NULL) {
        sw_see(probe, "early", sw_bool(true));
        sw_out(probe, "early", sw_bool(true));
        sw_reading(probe, "early", sw_bool(true));
        sw_say(probe, "early");
        (void)sw_outcome(probe, "early");
        return SW_PENDING;
    }
    return SW_DONE;
}

static void what_an_earlier_call_set_is_gone(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_probe probe = begun(arena);

    assert_int_equal(sw_probe_call(&probe, sets_only_at_first), SW_PENDING);
    assert_string_equal(probe.said, "early");
    answer(&probe, 0, 200, NULL);
    assert_int_equal(sw_probe_call(&probe, sets_only_at_first), SW_DONE);
    assert_null(sw_get(sw_built(&probe.seen), "early"));
    assert_null(sw_get(sw_built(&probe.outputs), "early"));
    assert_null(sw_get(sw_built(&probe.readings), "early"));
    assert_null(probe.said);
    assert_null(probe.outcome);
}

static enum sw_verdict ask_without_end(struct sw_probe *probe)
{
    for (size_t i = 0; i < SW_LIMIT_ASKS + 1; i++) {
        const char *name = sw_format(sw_probe_arena(probe), "page %zu", i);

        if (sw_ask(probe, name, look_at(name)) == NULL) {
            return SW_PENDING;
        }
    }
    return SW_DONE;
}

static void a_probe_that_asks_too_much_fails_instead_of_waiting_for_ever(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_probe probe = begun(arena);

    for (size_t i = 0; i < SW_LIMIT_ASKS; i++) {
        assert_int_equal(sw_probe_call(&probe, ask_without_end), SW_PENDING);
        answer(&probe, i, 200, NULL);
    }
    assert_int_equal(sw_probe_call(&probe, ask_without_end), SW_FAILED);
    assert_string_equal(probe.error_name, "too_many_asks");
}

static enum sw_verdict wait_for_nothing(struct sw_probe *probe)
{
    (void)probe;
    return SW_PENDING;
}

static void a_probe_that_waits_for_no_answer_fails(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_probe probe = begun(arena);

    assert_int_equal(sw_probe_call(&probe, wait_for_nothing), SW_FAILED);
    assert_string_equal(probe.error_name, "internal");
}

static enum sw_verdict end_as_told(struct sw_probe *probe)
{
    const char *how = sw_in_text(sw_view_of(probe), "how");

    if (sw_text_is(how, "blocked")) {
        return sw_blocked(probe, "by %d", 1);
    }
    if (sw_text_is(how, "unclear")) {
        return sw_unclear(probe, "by %d", 2);
    }
    if (sw_text_is(how, "lapsed")) {
        return sw_lapsed(probe, "by %d", 3);
    }
    if (sw_text_is(how, "failed")) {
        return sw_probe_error(probe, "busy", "by %d", 4);
    }
    return sw_outcome(probe, "some");
}

static void each_way_to_end_says_why(void **state)
{
    struct sw_arena *arena = *state;
    static const struct {
        const char *how;
        enum sw_verdict verdict;
        const char *said, *outcome, *error_name;
    } rows[] = {
        {"blocked", SW_BLOCKED, "by 1", NULL, NULL}, {"unclear", SW_UNCLEAR, "by 2", NULL, NULL},
        {"lapsed", SW_LAPSED, "by 3", NULL, NULL},   {"failed", SW_FAILED, "by 4", NULL, "busy"},
        {"done", SW_DONE, NULL, "some", NULL},
    };

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        struct sw_builder inputs = sw_map_begin(arena);
        struct sw_probe probe;

        sw_map_put_text(&inputs, "how", rows[i].how);
        sw_probe_begin(&probe, &(struct sw_view){.arena = arena, .inputs = sw_built(&inputs)},
                       false);
        assert_false(sw_probe_is_full(&probe));
        assert_int_equal(sw_probe_call(&probe, end_as_told), rows[i].verdict);
        assert_true(sw_text_is(probe.said, rows[i].said));
        assert_true(sw_text_is(probe.outcome, rows[i].outcome));
        assert_true(sw_text_is(probe.error_name, rows[i].error_name));
    }
}

static void a_view_shows_what_it_has_and_null_for_the_rest(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder basis = sw_map_begin(arena);

    sw_map_put_text(&map, "k", "text");
    sw_map_put(&map, "n", sw_null(arena, "why"));
    sw_map_put(&basis, "pack.proof", sw_built(&map));

    const struct sw_target target = {.name = "t", .settings = sw_built(&map)};
    const struct sw_view full = {.arena = arena,
                                 .inputs = sw_built(&map),
                                 .subject = sw_built(&map),
                                 .before = sw_built(&map),
                                 .basis = sw_built(&basis),
                                 .target = &target};
    const struct sw_view bare = {.arena = arena};

    assert_string_equal(sw_in_text(&full, "k"), "text");
    assert_int_equal(sw_in(&full, "n")->kind, SW_V_NULL);
    assert_null(sw_in_text(&full, "n"));
    assert_null(sw_in(&full, "x"));
    assert_string_equal(sw_subject_text(&full, "k"), "text");
    assert_string_equal(sw_as_text(sw_before(&full, "k")), "text");
    assert_string_equal(sw_as_text(sw_basis(&full, "pack.proof", "k")), "text");
    assert_null(sw_basis(&full, "pack.other", "k"));
    assert_string_equal(sw_setting_text(&full, "k"), "text");
    assert_ptr_equal(sw_view_arena(&full), arena);
    assert_null(sw_in(&bare, "k"));
    assert_null(sw_subject(&bare, "k"));
    assert_null(sw_before(&bare, "k"));
    assert_null(sw_basis(&bare, "pack.proof", "k"));
    assert_null(sw_setting(&bare, "k"));
}

static const struct sw_type list_of_time = {.kind = SW_T_LIST, .of = &sw_type_time};

static const struct sw_field outputs[] = {
    {"when", &sw_type_time, 0, NULL, "A time."},
    {"times", &list_of_time, 0, NULL, "Times."},
    {"count", &sw_type_int, 0, NULL, "A count."},
    {"wrong", &sw_type_int, 0, NULL, "A count that comes as something else."},
    {"unset", &sw_type_string, 0, NULL, "Never set."},
    {"lost", &sw_type_string, 0, NULL, "Not known."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_action action = {.name = "demo.read", .outputs = outputs};

static enum sw_verdict sets_outputs(struct sw_probe *probe)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_builder times = sw_list_begin(arena);

    sw_list_add(&times, sw_text(arena, "1970-01-01T00:00:02Z"));
    sw_out(probe, "times", sw_built(&times));
    sw_out(probe, "when", sw_text(arena, "1970-01-01T00:00:01.1234567Z"));
    sw_out(probe, "count", sw_text(arena, "12"));
    sw_out(probe, "wrong", sw_text(arena, "twelve"));
    sw_out(probe, "lost", sw_unknown(arena, "no answer"));
    sw_out(probe, "extra", sw_int(arena, 1));
    sw_reading(probe, "counter", sw_int(arena, 5));
    return SW_DONE;
}

static void outputs_are_checked_against_the_table(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_probe probe = begun(arena);

    assert_int_equal(sw_probe_call(&probe, sets_outputs), SW_DONE);

    const struct sw_value *got = sw_probe_outputs(&probe, &action, 3);

    assert_int_equal(got->as.map.count, 6);
    assert_null(sw_get(got, "extra"));
    assert_int_equal(sw_get(got, "when")->kind, SW_V_TIME);
    assert_int_equal(sw_get(got, "when")->as.integer, 1123456700);
    assert_int_equal(sw_get(got, "when")->clock, 3);
    assert_int_equal(sw_list_at(sw_get(got, "times"), 0)->clock, 3);
    assert_int_equal(sw_get(got, "count")->as.integer, 12);
    assert_int_equal(sw_get(got, "unset")->kind, SW_V_NULL);
    assert_int_equal(sw_get(got, "lost")->kind, SW_V_UNKNOWN);
    assert_int_equal(sw_get(sw_built(&probe.readings), "counter")->as.integer, 5);
}

static void an_output_of_another_type_is_null_with_the_reason(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_probe probe = begun(arena);

    (void)sw_probe_call(&probe, sets_outputs);

    const struct sw_value *wrong = sw_get(sw_probe_outputs(&probe, &action, 0), "wrong");

    assert_int_equal(wrong->kind, SW_V_NULL);
    assert_non_null(strstr(wrong->as.text, "'twelve' is no whole number"));
}

static void an_action_without_outputs_has_an_empty_map(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_probe probe = begun(arena);
    const struct sw_action none = {.name = "demo.none"};

    (void)sw_probe_call(&probe, sets_outputs);
    assert_int_equal(sw_probe_outputs(&probe, &none, 0)->as.map.count, 0);
}

#define ARENA_TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(a_probe_is_called_from_its_top_until_its_answers_are_there),
        ARENA_TEST(a_question_is_copied),
        ARENA_TEST(an_answer_is_copied_and_never_without_a_body),
        ARENA_TEST(what_an_earlier_call_set_is_gone),
        ARENA_TEST(a_probe_that_asks_too_much_fails_instead_of_waiting_for_ever),
        ARENA_TEST(a_probe_that_waits_for_no_answer_fails),
        ARENA_TEST(each_way_to_end_says_why),
        ARENA_TEST(a_view_shows_what_it_has_and_null_for_the_rest),
        ARENA_TEST(outputs_are_checked_against_the_table),
        ARENA_TEST(an_output_of_another_type_is_null_with_the_reason),
        ARENA_TEST(an_action_without_outputs_has_an_empty_map),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
