/* A resolved runbook is a runbook that says the same. */
#include "ui/resolved.h"

#include "lang/node_edit.h"
#include "sdk/json.h"
#include "support/variant_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROWS                                                                                       \
    "  - { before: copy, insert: [ { id: one, hook: one, optional: true, description: \"it's "     \
    "two\\nlines: \\\"a\\\" # b\" } ] }\n"                                                         \
    "  - { step: burn, set: { edge.approve.good_for: 5h }, weaken: 'two\n\n    lines' }\n"         \
    "  - { step: verify, set: { next.failed: done }, weaken: it may fail }\n"

static void it_loads_again_and_says_the_same(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = variant_with(ROWS);
    SW_CLEANUP(sw_buf_release) struct sw_buf out;

    sw_buf_init(&out, 1024 * 1024);
    assert_true(loaded->book != NULL || print_findings(loaded));
    sw_resolved_yaml(&out, loaded->book);

    SW_CLEANUP(loaded_free_at) struct loaded *again = load_text(out.bytes);

    assert_true(again->book != NULL || print_findings(again));
    assert_int_equal(sw_diags_count(again->diags), 0);
    assert_true(sw_node_equal(again->book->root, loaded->book->root));
}

static void each_line_tells_where_it_comes_from(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = variant_with(ROWS);
    SW_CLEANUP(sw_buf_release) struct sw_buf out;

    sw_buf_init(&out, 1024 * 1024);
    sw_resolved_yaml(&out, loaded->book);
    assert_non_null(strstr(out.bytes, "good_for: 5h  # variant.yaml:7\n"));
    assert_non_null(strstr(out.bytes, "people: 1  # "));
    assert_non_null(strstr(out.bytes, "shelf.yaml:86\n"));
    assert_non_null(strstr(out.bytes, "# asks for less than its base at burn"));
}

static void json_has_the_places_beside_the_tree(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = variant_with(ROWS);
    SW_CLEANUP(sw_buf_release) struct sw_buf out;
    const struct sw_value *document = NULL;
    struct sw_error err = {0};

    sw_buf_init(&out, 1024 * 1024);
    sw_resolved_json(&out, loaded->book);
    assert_true(sw_json_read(loaded->arena, out.bytes, out.length, SW_JSON_PLAIN, &document, &err));
    assert_string_equal(sw_as_text(sw_get(document, "name")), "demo/variant");
    assert_string_equal(sw_as_text(sw_get(sw_get(document, "origins"), "/name")), "variant.yaml:2");
    assert_int_equal(sw_list_count(sw_get(document, "weakenings")), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_loads_again_and_says_the_same),
        cmocka_unit_test(each_line_tells_where_it_comes_from),
        cmocka_unit_test(json_has_the_places_beside_the_tree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
