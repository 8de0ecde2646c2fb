#include "base/file.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each test has a folder of its own, gone afterwards. */
struct place {
    struct sw_arena *arena;
    char folder[64];
};

static int make_place(void **state)
{
    struct place *place = sw_heap(sizeof *place);

    *place = (struct place){.arena = sw_arena_new(), .folder = "/tmp/sw_file_test.XXXXXX"};
    *state = place;
    return mkdtemp(place->folder) == NULL ? -1 : 0;
}

static void remove_tree(struct sw_arena *arena, const char *path)
{
    DIR *folder = opendir(path);

    for (struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        const char *inner = sw_format(arena, "%s/%s", path, entry->d_name);
        struct stat about;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            lstat(inner, &about) != 0) {
            continue;
        }
        if (S_ISDIR(about.st_mode)) {
            remove_tree(arena, inner);
        } else {
            (void)unlink(inner);
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    (void)rmdir(path);
}

static int remove_place(void **state)
{
    struct place *place = *state;

    remove_tree(place->arena, place->folder);
    sw_arena_free(place->arena);
    free(place);
    return 0;
}

static const char *in(const struct place *place, const char *name)
{
    return sw_format(place->arena, "%s/%s", place->folder, name);
}

static unsigned mode_of(const char *path)
{
    struct stat about;

    assert_int_equal(stat(path, &about), 0);
    return (unsigned)about.st_mode & 0777u;
}

static size_t entries_of(const char *path)
{
    DIR *folder = opendir(path);
    size_t count = 0;

    assert_non_null(folder);
    while (readdir(folder) != NULL) {
        count++;
    }
    (void)closedir(folder);
    return count - 2;
}

static void a_written_file_reads_back_with_its_mode(void **state)
{
    struct place *place = *state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error err = {0};
    const char *path = in(place, "a");

    sw_buf_init(&buf, 100);
    assert_true(sw_file_write(path, "x\0y", 3, 0600, &err));
    assert_int_equal(mode_of(path), 0600);
    assert_true(sw_file_read(path, &buf, &err));
    assert_int_equal(buf.length, 3);
    assert_memory_equal(buf.bytes, "x\0y", 3);
}

static void writing_again_replaces_the_whole_file_and_leaves_nothing_beside_it(void **state)
{
    struct place *place = *state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error err = {0};
    const char *path = in(place, "a");

    sw_buf_init(&buf, 100);
    assert_true(sw_file_write(path, "a longer text", 13, 0600, &err));
    assert_true(sw_file_write(path, "short", 5, 0640, &err));
    assert_true(sw_file_read(path, &buf, &err));
    assert_string_equal(buf.bytes, "short");
    assert_int_equal(mode_of(path), 0640);
    assert_int_equal(entries_of(place->folder), 1);
}

static void a_write_that_fails_leaves_the_old_and_nothing_beside_it(void **state)
{
    struct place *place = *state;
    struct sw_error err = {0};
    const char *path = in(place, "folder");

    /* A file can't be renamed over a folder: the last of the steps fails. */
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(sw_file_write(path, "x", 1, 0600, &err));
    assert_int_equal(err.code, SW_E_INPUT);
    assert_non_null(strstr(err.text, "it is a folder; name a file"));
    assert_int_equal(entries_of(place->folder), 1);
    assert_false(sw_file_write(in(place, "no/such"), "x", 1, 0600, &err));
    assert_int_equal(err.code, SW_E_NOT_FOUND);
}

static void reading_appends(void **state)
{
    struct place *place = *state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error err = {0};
    const char *path = in(place, "a");

    sw_buf_init(&buf, 100);
    sw_buf_add_text(&buf, "before ");
    assert_true(sw_file_write(path, "after", 5, 0600, &err));
    assert_true(sw_file_read(path, &buf, &err));
    assert_string_equal(buf.bytes, "before after");
}

static void a_file_of_just_the_limit_is_read_and_one_byte_more_is_not(void **state)
{
    struct place *place = *state;
    struct sw_error err = {0};
    const char *path = in(place, "a");
    static const char bytes[40000] = {1};

    assert_true(sw_file_write(path, bytes, sizeof bytes, 0600, &err));
    for (size_t limit = sizeof bytes - 1; limit <= sizeof bytes; limit++) {
        SW_CLEANUP(sw_buf_release) struct sw_buf buf;

        sw_buf_init(&buf, limit);
        assert_int_equal(sw_file_read(path, &buf, &err), limit == sizeof bytes);
    }
    assert_int_equal(err.code, SW_E_LIMIT);
}

static void a_file_that_is_not_there_is_an_error_with_its_name(void **state)
{
    struct place *place = *state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error err = {0};

    sw_buf_init(&buf, 100);
    assert_false(sw_file_read(in(place, "none"), &buf, &err));
    assert_int_equal(err.code, SW_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "/none'"));
    assert_false(sw_file_read(place->folder, &buf, &err));
    assert_int_equal(err.code, SW_E_INPUT);
    assert_non_null(strstr(err.text, "it is a folder; name a file"));
}

static void a_dash_reads_standard_input(void **state)
{
    struct place *place = *state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error err = {0};
    const char *path = in(place, "a");
    int kept = dup(STDIN_FILENO);

    assert_true(sw_file_write(path, "from stdin", 10, 0600, &err));

    int fd = open(path, O_RDONLY);

    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    (void)close(fd);
    sw_buf_init(&buf, 100);

    bool is_read = sw_file_read("-", &buf, &err);

    if (kept >= 0) {
        (void)dup2(kept, STDIN_FILENO);
        (void)close(kept);
    }
    assert_true(is_read);
    assert_string_equal(buf.bytes, "from stdin");
}

static void a_folder_is_made_with_its_parents_for_the_owner_only(void **state)
{
    struct place *place = *state;
    struct sw_error err = {0};

    assert_true(sw_folder_make(in(place, "a/b/c"), &err));
    assert_int_equal(mode_of(in(place, "a")), 0700);
    assert_int_equal(mode_of(in(place, "a/b/c")), 0700);
    assert_true(sw_folder_make(in(place, "a/b/c/"), &err));
}

static void a_folder_that_is_there_keeps_its_mode(void **state)
{
    struct place *place = *state;
    struct sw_error err = {0};

    assert_int_equal(mkdir(in(place, "a"), 0755), 0);

    unsigned before = mode_of(in(place, "a"));

    assert_true(sw_folder_make(in(place, "a/b"), &err));
    assert_int_equal(mode_of(in(place, "a")), before);
}

/* Nobody, root included, may make a folder there. */
static void what_this_login_may_not_do_is_denied_and_no_fault_of_the_disk(void **state)
{
    struct sw_error err = {0};

    (void)state;
    assert_false(sw_folder_make("/sys/stepwise", &err));
    assert_int_equal(err.code, SW_E_DENIED);
    assert_false(sw_file_write("/sys/stepwise", "x", 1, 0600, &err));
    assert_int_equal(err.code, SW_E_DENIED);
}

static void a_file_in_the_way_of_a_folder_is_an_error(void **state)
{
    struct place *place = *state;
    struct sw_error err = {0};

    assert_true(sw_file_write(in(place, "a"), "", 0, 0600, &err));
    assert_false(sw_folder_make(in(place, "a"), &err));
    assert_int_equal(err.code, SW_E_INPUT);
    assert_false(sw_folder_make(in(place, "a/b"), &err));
    assert_false(sw_folder_make("", &err));
}

#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(a_written_file_reads_back_with_its_mode),
        PLACE_TEST(writing_again_replaces_the_whole_file_and_leaves_nothing_beside_it),
        PLACE_TEST(a_write_that_fails_leaves_the_old_and_nothing_beside_it),
        PLACE_TEST(reading_appends),
        PLACE_TEST(a_file_of_just_the_limit_is_read_and_one_byte_more_is_not),
        PLACE_TEST(a_file_that_is_not_there_is_an_error_with_its_name),
        PLACE_TEST(a_dash_reads_standard_input),
        PLACE_TEST(a_folder_is_made_with_its_parents_for_the_owner_only),
        PLACE_TEST(a_folder_that_is_there_keeps_its_mode),
        PLACE_TEST(what_this_login_may_not_do_is_denied_and_no_fault_of_the_disk),
        PLACE_TEST(a_file_in_the_way_of_a_folder_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
