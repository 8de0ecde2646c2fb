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
    struct sw_arena *arena = sw_arena_new();
    struct fixture *fixture = sw_alloc(arena, sizeof *fixture);

    *fixture = (struct fixture){.arena = arena, .shelf = {.text = "part"}};
    sw_source_from_text(arena, "root.yaml", "root", 4, &fixture->root);
    fixture->finder = (struct sw_finder){.context = &fixture->shelf, .find = find};
    fixture->bundle = sw_bundle_new(arena, &fixture->root, &fixture->finder);
    *state = fixture;
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

static void a_bundle_is_the_same_after_it_was_kept_as_text(void **state)
{
    struct fixture *f = *state;
    struct sw_error err = {0};
    struct sw_bundle *again = NULL;
    struct sw_buf text, twice;
    char one[SW_SHA256_HEX_BYTES], two[SW_SHA256_HEX_BYTES];

    sw_bundle_part(f->bundle, &f->root, "part", SW_PART_RUNBOOK, &err);
    sw_bundle_part(f->bundle, &f->root, "./part.yaml", SW_PART_RUNBOOK, &err);
    sw_buf_init(&text, 65536);
    sw_buf_init(&twice, 65536);
    assert_true(sw_bundle_write(f->bundle, &text, &err));
    assert_true(sw_bundle_read(f->arena, "unused", text.bytes, &again, &err));
    assert_true(sw_bundle_write(again, &twice, &err));
    assert_string_equal(text.bytes, twice.bytes);
    sw_bundle_digest(f->bundle, one);
    sw_bundle_digest(again, two);
    assert_string_equal(one, two);

    const struct sw_part *part =
        sw_bundle_part(again, &f->root, "./part.yaml", SW_PART_RUNBOOK, &err);
    assert_non_null(part);
    assert_string_equal(part->source.bytes, "part");
    assert_string_equal(part->from, "root.yaml");
    assert_string_equal(part->reference, "part");
    assert_null(sw_bundle_part(again, &f->root, "other", SW_PART_RUNBOOK, &err));
    sw_buf_release(&text);
    sw_buf_release(&twice);
}

static void a_runbook_alone_is_kept_as_it_is(void **state)
{
    struct fixture *f = *state;
    struct sw_error err = {0};
    struct sw_bundle *again = NULL;
    struct sw_buf text;

    sw_buf_init(&text, 65536);
    assert_true(sw_bundle_write(f->bundle, &text, &err));
    assert_string_equal(text.bytes, "root");
    assert_true(sw_bundle_read(f->arena, "root.yaml", text.bytes, &again, &err));
    assert_int_equal(sw_bundle_count(again), 1);
    assert_string_equal(sw_bundle_at(again, 0)->source.name, "root.yaml");
    sw_buf_release(&text);
}

static void kept_files_that_are_not_whole_are_refused(void **state)
{
    static const char *const broken[] = {
        "{\"stepwise_bundle\":1,",
        "{\"stepwise_bundle\":1,\"parts\":[],\"links\":[]}",
        "{\"stepwise_bundle\":1,\"parts\":[{\"name\":\"a\",\"text\":\"\"},{}],\"links\":[]}",
        "{\"stepwise_bundle\":1,\"parts\":[{\"name\":\"a\",\"text\":\"\"}],"
        "\"links\":[{\"from\":\"a\",\"reference\":\"b\",\"name\":\"b\"}]}",
    };
    struct fixture *f = *state;
    struct sw_bundle *bundle = NULL;

    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct sw_error err = {0};

        assert_false(sw_bundle_read(f->arena, "x", broken[i], &bundle, &err));
        assert_int_equal(err.code, SW_E_CORRUPT);
    }
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
        cmocka_unit_test_setup_teardown(a_bundle_is_the_same_after_it_was_kept_as_text, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_runbook_alone_is_kept_as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(kept_files_that_are_not_whole_are_refused, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
