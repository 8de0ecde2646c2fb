/** @file A reference becomes one file, or a sentence that says where it was looked for. */
#include "cli/book/find.h"

#include "base/file.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char folder[64];
    struct sw_arena *arena;
    struct sw_source root;
    struct sw_find find;
    struct sw_finder finder;
    struct sw_bundle *bundle;
    struct sw_error err;
};

static const char *at(struct fixture *f, const char *name)
{
    return sw_format(f->arena, "%s/%s", f->folder, name);
}

static void write_file(struct fixture *f, const char *name, const char *text)
{
    const char *path = at(f, name);
    const char *folder = sw_copy(f->arena, path, (size_t)(strrchr(path, '/') - path));

    assert_true(sw_folder_make(folder, &f->err));
    assert_true(sw_file_write(path, text, strlen(text), 0600, &f->err));
}

static int set_up(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct fixture *f = sw_alloc(arena, sizeof *f);

    *f = (struct fixture){.arena = arena, .folder = "/tmp/stepwise-find-XXXXXX"};
    assert_non_null(mkdtemp(f->folder));
    write_file(f, "work/deep/root.yaml", "name: root\n");
    assert_true(sw_source_read(f->arena, at(f, "work/deep/root.yaml"), 99, &f->root, &f->err));
    f->finder = sw_find_on_disk(&f->find);
    f->bundle = sw_bundle_new(f->arena, &f->root, &f->finder);
    *state = f;
    return 0;
}

static void remove_all(const char *folder)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        execlp("rm", "rm", "-r", "--", folder, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    unsetenv("STEPWISE_LIBRARY");
    remove_all(f->folder);
    sw_arena_free(f->arena);
    return 0;
}

static const char *found(struct fixture *f, const char *reference)
{
    const struct sw_part *part;

    f->err = (struct sw_error){0};
    part = sw_bundle_part(f->bundle, &f->root, reference, SW_PART_RUNBOOK, &f->err);
    return part == NULL ? NULL : part->source.name + strlen(f->folder) + 1;
}

static void says(struct fixture *f, const char *words)
{
    if (strstr(f->err.text, words) == NULL) {
        fail_msg("'%s' is not in: %s", words, f->err.text);
    }
}

static void a_file_is_as_seen_from_the_one_that_refers(void **state)
{
    struct fixture *f = *state;

    write_file(f, "work/deep/a.yaml", "name: a\n");
    write_file(f, "work/b.yaml", "name: b\n");
    assert_string_equal(found(f, "./a.yaml"), "work/deep/a.yaml");
    assert_string_equal(found(f, "a.yaml"), "work/deep/a.yaml");
    assert_string_equal(found(f, "../b.yaml"), "work/b.yaml");
    assert_string_equal(found(f, "../deep/a.yaml"), "work/deep/a.yaml");
    assert_int_equal(sw_bundle_count(f->bundle), 3);
    assert_null(found(f, "./c.yaml"));
    says(f, "there is no file");
    says(f, "work/deep/c.yaml");
}

static void a_file_that_refers_to_itself_is_one_part(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(found(f, "../deep/root.yaml"), "work/deep/root.yaml");
    assert_int_equal(sw_bundle_count(f->bundle), 1);
}

static void a_name_is_looked_up_from_the_nearest_folder_on(void **state)
{
    struct fixture *f = *state;

    write_file(f, "runbooks/pack/far.yaml", "name: pack/far\n");
    write_file(f, "runbooks/pack/both.yaml", "name: pack/both\n");
    write_file(f, "work/runbooks/pack/both.yaml", "name: pack/both\n");
    assert_string_equal(found(f, "pack/far"), "runbooks/pack/far.yaml");
    assert_string_equal(found(f, "pack/both"), "work/runbooks/pack/both.yaml");
}

static void a_library_goes_first_and_the_command_line_before_the_environment(void **state)
{
    struct fixture *f = *state;
    const char *const libraries[] = {at(f, "one"), NULL};

    write_file(f, "one/pack/x.yaml", "name: pack/x\n");
    write_file(f, "two/pack/x.yaml", "name: pack/x\n");
    write_file(f, "two/pack/y.yaml", "name: pack/y\n");
    write_file(f, "work/runbooks/pack/y.yaml", "name: pack/y\n");
    f->find.libraries = libraries;
    setenv("STEPWISE_LIBRARY", sw_format(f->arena, ":%s:%s", at(f, "none"), at(f, "two")), 1);
    assert_string_equal(found(f, "pack/x"), "one/pack/x.yaml");
    assert_string_equal(found(f, "pack/y"), "two/pack/y.yaml");
}

static void a_name_that_is_nowhere_tells_all_places(void **state)
{
    struct fixture *f = *state;
    const char *const libraries[] = {at(f, "one"), NULL};

    f->find.libraries = libraries;
    assert_null(found(f, "pack/none"));
    assert_int_equal(f->err.code, SW_E_NOT_FOUND);
    says(f, "one/pack/none.yaml");
    says(f, "work/deep/runbooks/pack/none.yaml");
    says(f, "work/runbooks/pack/none.yaml");
    says(f, "--library");
}

static void a_file_that_carries_another_name_is_refused(void **state)
{
    struct fixture *f = *state;

    write_file(f, "work/runbooks/pack/x.yaml", "stepwise: 1\nname: pack/z\n");
    assert_null(found(f, "pack/x"));
    says(f, "x.yaml:2 calls itself 'pack/z'");
}

static void a_link_may_not_lead_out(void **state)
{
    struct fixture *f = *state;

    write_file(f, "elsewhere/x.yaml", "name: pack/x\n");
    write_file(f, "work/runbooks/pack/here.yaml", "name: pack/here\n");
    assert_int_equal(symlink(at(f, "elsewhere/x.yaml"), at(f, "work/runbooks/pack/x.yaml")), 0);
    assert_int_equal(symlink("here.yaml", at(f, "work/runbooks/pack/near.yaml")), 0);
    assert_int_equal(symlink(at(f, "elsewhere/x.yaml"), at(f, "work/deep/x.yaml")), 0);
    assert_null(found(f, "pack/x"));
    says(f, "is a link that leads out of");
    says(f, "elsewhere/x.yaml");
    assert_null(found(f, "./x.yaml"));
    says(f, "is a link that leads out of");
    assert_null(found(f, "pack/near"));
    says(f, "calls itself 'pack/here'");
}

static void a_name_does_not_climb_and_a_place_on_one_machine_is_none(void **state)
{
    struct fixture *f = *state;

    assert_null(found(f, "pack/../x"));
    says(f, "neither a file");
    assert_null(found(f, "Pack/x"));
    assert_null(found(f, ""));
    assert_null(found(f, "pack/"));
    assert_null(found(f, "/etc/x.yaml"));
    says(f, "one machine only");
}

static void a_hook_has_no_name(void **state)
{
    struct fixture *f = *state;

    write_file(f, "work/deep/hooks/a.lua", "return {}\n");
    assert_non_null(sw_bundle_part(f->bundle, &f->root, "hooks/a.lua", SW_PART_HOOK, &f->err));
    assert_null(sw_bundle_part(f->bundle, &f->root, "hooks/a", SW_PART_HOOK, &f->err));
}

static void a_file_with_a_nul_is_no_text(void **state)
{
    struct fixture *f = *state;

    assert_true(sw_file_write(at(f, "work/deep/x.lua"), "a\0b", 3, 0600, &f->err));
    assert_null(sw_bundle_part(f->bundle, &f->root, "./x.lua", SW_PART_HOOK, &f->err));
    says(f, "NUL");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_file_is_as_seen_from_the_one_that_refers),
        IN_FOLDER(a_file_that_refers_to_itself_is_one_part),
        IN_FOLDER(a_name_is_looked_up_from_the_nearest_folder_on),
        IN_FOLDER(a_library_goes_first_and_the_command_line_before_the_environment),
        IN_FOLDER(a_name_that_is_nowhere_tells_all_places),
        IN_FOLDER(a_file_that_carries_another_name_is_refused),
        IN_FOLDER(a_link_may_not_lead_out),
        IN_FOLDER(a_name_does_not_climb_and_a_place_on_one_machine_is_none),
        IN_FOLDER(a_hook_has_no_name),
        IN_FOLDER(a_file_with_a_nul_is_no_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
