/** @file Each file of a runbook is found once and counts into its digest. */
#include "lang/bundle.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct shelf {
    int asked;
    const char *text;
};

static bool find(void *context, const struct sw_source *from, const char *reference,
                 enum sw_part_kind kind, struct sw_arena *arena, struct sw_source *ret_source,
                 struct sw_error *err)
{
    struct shelf *shelf = context;

    (void)from;
    (void)kind;
    shelf->asked++;
    if (sw_text_is(reference, "missing")) {
        return sw_fail(err, SW_E_NOT_FOUND, "looked in one place");
    }
    sw_source_from_text(arena, "shelf/part.yaml", shelf->text, strlen(shelf->text), ret_source);
    return true;
}

struct fixture {
    struct sw_arena *arena;
    struct sw_source root;
    struct shelf shelf;
    struct sw_finder finder;
    struct sw_bundle *bundle;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){.arena = sw_arena_new(), .shelf = {.text = "part"}};
    sw_source_from_text(fixture.arena, "root.yaml", "root", 4, &fixture.root);
    fixture.finder = (struct sw_finder){.context = &fixture.shelf, .find = find};
    fixture.bundle = sw_bundle_new(fixture.arena, &fixture.root, &fixture.finder);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    sw_arena_free(fixture->arena);
    return 0;
}

static void a_file_referred_to_twice_is_one_part(void **state)
{
    struct fixture *f = *state;
    struct sw_error err = {0};
    const struct sw_part *first =
        sw_bundle_part(f->bundle, &f->root, "part", SW_PART_RUNBOOK, &err);
    const struct sw_part *same =
        sw_bundle_part(f->bundle, &f->root, "./part.yaml", SW_PART_RUNBOOK, &err);

    assert_non_null(first);
    assert_ptr_equal(first, same);
    assert_ptr_equal(first, sw_bundle_part(f->bundle, &f->root, "part", SW_PART_RUNBOOK, &err));
    assert_int_equal(f->shelf.asked, 2);
    assert_int_equal(sw_bundle_count(f->bundle), 2);
}

static void a_runbook_alone_has_the_digest_of_its_file(void **state)
{
    struct fixture *f = *state;
    char of_file[SW_SHA256_HEX_BYTES], of_bundle[SW_SHA256_HEX_BYTES];

    sw_sha256_hex("root", 4, of_file);
    sw_bundle_digest(f->bundle, of_bundle);
    assert_string_equal(of_file, of_bundle);
}

static void a_changed_part_changes_the_digest(void **state)
{
    struct fixture *f = *state;
    struct sw_error err = {0};
    struct shelf other = {.text = "another part"};
    struct sw_finder finder = {.context = &other, .find = find};
    struct sw_bundle *bundle = sw_bundle_new(f->arena, &f->root, &finder);
    char one[SW_SHA256_HEX_BYTES], two[SW_SHA256_HEX_BYTES];

    sw_bundle_part(f->bundle, &f->root, "part", SW_PART_RUNBOOK, &err);
    sw_bundle_part(bundle, &f->root, "part", SW_PART_RUNBOOK, &err);
    sw_bundle_digest(f->bundle, one);
    sw_bundle_digest(bundle, two);
    assert_string_not_equal(one, two);
}

static void a_missing_part_says_where_it_was_looked_for(void **state)
{
    struct fixture *f = *state;
    struct sw_error err = {0};

    assert_null(sw_bundle_part(f->bundle, &f->root, "missing", SW_PART_RUNBOOK, &err));
    assert_int_equal(err.code, SW_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "one place"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_referred_to_twice_is_one_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_runbook_alone_has_the_digest_of_its_file, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_changed_part_changes_the_digest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_part_says_where_it_was_looked_for, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
