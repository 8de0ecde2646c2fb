/* The files of challenges: of one folder, of its owner, bounded, no link. */
#include "cli/run/means.h"

#include "base/file.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct bench {
    char folder[32];
    struct sw_arena *arena;
    const char *text;
    struct sw_error err;
};

static void begin(struct bench *bench)
{
    *bench = (struct bench){.folder = "/tmp/means-test-XXXXXX", .arena = sw_arena_new()};
    assert_non_null(mkdtemp(bench->folder));
}

static const char *path(struct bench *bench, const char *name)
{
    return sw_format(bench->arena, "%s/%s", bench->folder, name);
}

static void put(struct bench *bench, const char *name, const char *bytes, size_t length)
{
    assert_true(sw_file_write(path(bench, name), bytes, length, 0440, &bench->err));
}

static bool answer(struct bench *bench, const char *name)
{
    struct sw_grant_challenge challenge = {
        .folder = bench->folder, .file = name, .limit_bytes = 4096};

    bench->err = (struct sw_error){0};
    return sw_means_answer(&challenge, bench->arena, &bench->text, &bench->err);
}

static void end(struct bench *bench)
{
    static const char *const names[] = {"a.key", "large.key", "link.key", "open.key", "nul.key"};

    for (size_t i = 0; i < SW_COUNT(names); i++) {
        unlink(path(bench, names[i]));
    }
    rmdir(path(bench, "folder.key"));
    rmdir(bench->folder);
    sw_arena_free(bench->arena);
}

static void the_named_file_is_read_without_its_line_end(void **state)
{
    (void)state;
    struct bench bench;

    begin(&bench);
    put(&bench, "a.key", "the-key-itself\n", 15);
    assert_true(answer(&bench, "a.key"));
    assert_string_equal(bench.text, "the-key-itself");
    end(&bench);
}

static void what_could_be_another_file_is_not_read(void **state)
{
    char large[5000];
    static const char *const names[] = {"missing.key", "link.key", "folder.key",
                                        "large.key",   "open.key", "nul.key"};
    (void)state;
    struct bench bench;

    begin(&bench);
    memset(large, 'k', sizeof large);
    put(&bench, "a.key", "the-key-itself\n", 15);
    put(&bench, "large.key", large, sizeof large);
    put(&bench, "open.key", "anybody's", 9);
    put(&bench, "nul.key", "a\0b", 3);
    assert_int_equal(chmod(path(&bench, "open.key"), 0666), 0);
    assert_int_equal(symlink(path(&bench, "a.key"), path(&bench, "link.key")), 0);
    assert_int_equal(mkdir(path(&bench, "folder.key"), 0700), 0);
    for (size_t i = 0; i < SW_COUNT(names); i++) {
        if (answer(&bench, names[i])) {
            fail_msg("%s was read", names[i]);
        }
        assert_int_equal(bench.err.code, SW_E_DENIED);
        assert_non_null(strstr(bench.err.text, names[i]));
    }
    /* A folder that all may write into can hold anybody's file. */
    assert_true(answer(&bench, "a.key"));
    assert_int_equal(chmod(bench.folder, 0777), 0);
    assert_false(answer(&bench, "a.key"));
    end(&bench);
}

static void nonces_are_guids_and_differ(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_grant_means one = {0};
    struct sw_grant_means two = {0};
    struct sw_error err = {0};

    assert_true(sw_means_make(0, NULL, arena, &one, &err));
    assert_true(sw_means_make(0, NULL, arena, &two, &err));
    assert_int_equal(strlen(one.nonce), 36);
    assert_string_not_equal(one.nonce, two.nonce);
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_named_file_is_read_without_its_line_end),
        cmocka_unit_test(what_could_be_another_file_is_not_read),
        cmocka_unit_test(nonces_are_guids_and_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
