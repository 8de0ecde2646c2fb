#include "sdk/diag.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sw_mark at(const char *file, uint32_t line, uint32_t column)
{
    return (struct sw_mark){.file = file, .line = line, .column = column, .length = 1};
}

static void findings_are_kept_with_hint_and_notes(void **state)
{
    (void)state;
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    struct sw_diag *diag =
        sw_diag_add(diags, SW_ERROR, 201, at("f", 3, 5), "unknown key '%s'", "a");

    sw_diag_hint(diags, diag, "did you mean '%s'?", "b");
    for (int i = 0; i < 9; i++) {
        sw_diag_note(diags, diag, at("f", (uint32_t)i, 1), "note %d", i);
    }

    const struct sw_diag *kept = sw_diags_at(diags, 0);

    assert_int_equal(sw_diags_count(diags), 1);
    assert_string_equal(kept->text, "unknown key 'a'");
    assert_string_equal(kept->hint, "did you mean 'b'?");
    assert_int_equal(kept->note_count, 9);
    for (int i = 0; i < 9; i++) {
        assert_int_equal(kept->notes[i].mark.line, i);
    }
    assert_string_equal(kept->notes[8].text, "note 8");
    assert_null(sw_diags_at(diags, 1));
}

static void the_same_code_at_the_same_place_is_added_once(void **state)
{
    (void)state;
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();

    sw_diag_add(diags, SW_ERROR, 201, at("f", 3, 5), "first");
    /* The second may be given a hint; the first keeps its own. */
    sw_diag_hint(diags, sw_diag_add(diags, SW_ERROR, 201, at("f", 3, 5), "second"), "x");
    sw_diag_add(diags, SW_ERROR, 202, at("f", 3, 5), "another code");
    sw_diag_add(diags, SW_ERROR, 201, at("f", 3, 6), "another column");
    sw_diag_add(diags, SW_ERROR, 201, at("g", 3, 5), "another file");
    assert_int_equal(sw_diags_count(diags), 4);
    assert_int_equal(sw_diags_error_count(diags), 4);
    assert_string_equal(sw_diags_at(diags, 0)->text, "first");
    assert_null(sw_diags_at(diags, 0)->hint);
}

static void findings_without_a_place_differ_by_their_words(void **state)
{
    (void)state;
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    struct sw_mark nowhere = {0};

    sw_diag_add(diags, SW_ERROR, 1, nowhere, "a");
    sw_diag_add(diags, SW_ERROR, 1, nowhere, "b");
    sw_diag_add(diags, SW_ERROR, 1, nowhere, "b");
    assert_int_equal(sw_diags_count(diags), 2);
}

static void warnings_are_no_errors(void **state)
{
    (void)state;
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();

    sw_diag_add(diags, SW_WARNING, 201, at("f", 1, 1), "w");
    assert_int_equal(sw_diags_count(diags), 1);
    assert_int_equal(sw_diags_error_count(diags), 0);
}

static void past_the_limit_findings_are_only_counted(void **state)
{
    (void)state;
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();

    for (unsigned i = 0; i < SW_LIMIT_DIAGS + 7; i++) {
        struct sw_diag *diag = sw_diag_add(diags, SW_ERROR, 201, at("f", i + 1, 1), "%u", i);

        assert_non_null(diag);
        sw_diag_hint(diags, diag, "hint");
        sw_diag_note(diags, diag, at("f", 1, 1), "note");
    }
    assert_int_equal(sw_diags_count(diags), SW_LIMIT_DIAGS);
    assert_int_equal(sw_diags_dropped(diags), 7);
    assert_int_equal(sw_diags_error_count(diags), SW_LIMIT_DIAGS + 7);
}

static void sorting_goes_by_place_then_errors_then_age(void **state)
{
    (void)state;
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    static const char *const order[] = {"a1", "b", "c", "d", "e", "f", "g"};

    sw_diag_add(diags, SW_ERROR, 9, at("y", 1, 1), "g");
    sw_diag_add(diags, SW_ERROR, 8, at("x", 10, 1), "f");
    sw_diag_add(diags, SW_WARNING, 7, at("x", 9, 2), "e");
    sw_diag_add(diags, SW_ERROR, 6, at("x", 9, 2), "c");
    sw_diag_add(diags, SW_ERROR, 5, at("x", 9, 2), "d");
    sw_diag_add(diags, SW_WARNING, 4, at("x", 9, 1), "b");
    sw_diag_add(diags, SW_WARNING, 3, (struct sw_mark){0}, "a1");
    sw_diags_sort(diags);
    for (size_t i = 0; i < SW_COUNT(order); i++) {
        assert_string_equal(sw_diags_at(diags, i)->text, order[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_are_kept_with_hint_and_notes),
        cmocka_unit_test(the_same_code_at_the_same_place_is_added_once),
        cmocka_unit_test(findings_without_a_place_differ_by_their_words),
        cmocka_unit_test(warnings_are_no_errors),
        cmocka_unit_test(past_the_limit_findings_are_only_counted),
        cmocka_unit_test(sorting_goes_by_place_then_errors_then_age),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
