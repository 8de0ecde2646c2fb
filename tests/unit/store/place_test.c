/* The journal's folder and files: ours alone, or refused. */
#include "engine/store/place.h"

#include "unit/store/bench.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { NOBODY = 65534 };

static void folder_and_files_are_for_us_alone(void **state)
{
    struct bench *b = *state;
    const char *const names[] = {"journal.db", "journal.db-wal", "journal.db-shm", "open.lock"};
    struct stat about;

    bench_enqueue(b, RUN);
    assert_int_equal(stat(b->folder, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0700);
    for (size_t i = 0; i < SW_COUNT(names); i++) {
        assert_int_equal(stat(bench_path(b, names[i]), &about), 0);
        assert_int_equal(about.st_mode & 07777, 0600);
    }
}

static void what_is_open_to_others_is_refused(void **state)
{
    struct bench *b = *state;

    bench_close(b);
    assert_int_equal(chmod(b->folder, 0750), 0);
    REFUSED(b, SW_E_DENIED, "open to other users",
            sw_store_open_sqlite(b->folder, &b->store, &b->err));
    assert_int_equal(chmod(b->folder, 0700), 0);
    assert_int_equal(chmod(bench_path(b, "journal.db"), 0644), 0);
    REFUSED(b, SW_E_DENIED, "journal.db' is open to other users",
            sw_store_open_sqlite(b->folder, &b->store, &b->err));
    assert_int_equal(chmod(bench_path(b, "journal.db"), 0600), 0);
    bench_open(b);
}

static void a_link_in_place_of_the_journal_is_refused(void **state)
{
    struct bench *b = *state;
    const char *away = sw_format(b->arena, "%s/away.db", b->parent);

    bench_close(b);
    assert_int_equal(rename(bench_path(b, "journal.db"), away), 0);
    assert_int_equal(symlink(away, bench_path(b, "journal.db")), 0);
    REFUSED(b, SW_E_DENIED, "is a link", sw_store_open_sqlite(b->folder, &b->store, &b->err));
    assert_int_equal(unlink(bench_path(b, "journal.db")), 0);
    assert_int_equal(link(away, bench_path(b, "journal.db")), 0);
    REFUSED(b, SW_E_DENIED, "is a link", sw_store_open_sqlite(b->folder, &b->store, &b->err));
    assert_int_equal(unlink(away), 0);
    bench_open(b);
}

static void a_folder_of_somebody_else_is_refused(void **state)
{
    struct bench *b = *state;

    if (geteuid() != 0) {
        skip();
    }
    bench_close(b);
    assert_int_equal(chown(b->folder, NOBODY, NOBODY), 0);
    REFUSED(b, SW_E_DENIED, "belongs to user 65534",
            sw_store_open_sqlite(b->folder, &b->store, &b->err));
    assert_int_equal(chown(b->folder, 0, 0), 0);
}

static void a_write_ahead_file_without_its_journal_is_refused(void **state)
{
    struct bench *b = *state;
    int fd;

    bench_close(b);
    assert_int_equal(unlink(bench_path(b, "journal.db")), 0);
    fd = open(bench_path(b, "journal.db-wal"), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    REFUSED(b, SW_E_CORRUPT, "is gone", sw_store_open_sqlite(b->folder, &b->store, &b->err));
}

static void a_relative_folder_named_like_a_uri_is_a_folder(void **state)
{
    struct bench *b = *state;
    struct sw_store *store = NULL;
    char before[1024];
    struct stat about;

    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(b->parent), 0);
    OK(b, sw_store_open_sqlite("file:x?mode=memory", &store, &b->err));
    assert_int_equal(stat("file:x?mode=memory/journal.db", &about), 0);
    store->ops->close(store);
    assert_int_equal(unlink("file:x?mode=memory/journal.db"), 0);
    assert_int_equal(unlink("file:x?mode=memory/open.lock"), 0);
    assert_int_equal(rmdir("file:x?mode=memory"), 0);
    assert_int_equal(chdir(before), 0);
}

static int open_in_a_folder_without_write(struct bench *b)
{
    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) {
        return 1;
    }
    if (child_open(b)) {
        return 2;
    }
    return b->err.code == SW_E_DENIED && strstr(b->err.text, b->folder) != NULL ? 0 : 3;
}

static void a_read_only_folder_is_a_clean_error(void **state)
{
    struct bench *b = *state;

    bench_close(b);
    assert_int_equal(unlink(bench_path(b, "open.lock")), 0);
    assert_int_equal(unlink(bench_path(b, "journal.db")), 0);
    if (geteuid() == 0) {
        assert_int_equal(chmod(b->parent, 0711), 0);
        assert_int_equal(chown(b->folder, NOBODY, NOBODY), 0);
    }
    assert_int_equal(chmod(b->folder, 0500), 0);
    assert_int_equal(in_child(b, open_in_a_folder_without_write), 0);
    assert_int_equal(chmod(b->folder, 0700), 0);
    if (geteuid() == 0) {
        assert_int_equal(chown(b->folder, 0, 0), 0);
    }
}

static void network_file_systems_are_known_by_their_number(void **state)
{
    (void)state;
    assert_string_equal(sw_place_network(0x6969), "NFS");
    assert_string_equal(sw_place_network(0xff534d42), "CIFS");
    /* As a signed 32-bit field carries it up. */
    assert_string_equal(sw_place_network(UINT64_C(0xffffffffff534d42)), "CIFS");
    assert_null(sw_place_network(0xef53));     /* ext4 */
    assert_null(sw_place_network(0x01021994)); /* tmpfs */
    assert_null(sw_place_network(0x794c7630)); /* overlayfs */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_DISK(folder_and_files_are_for_us_alone),
        ON_DISK(what_is_open_to_others_is_refused),
        ON_DISK(a_link_in_place_of_the_journal_is_refused),
        ON_DISK(a_folder_of_somebody_else_is_refused),
        ON_DISK(a_write_ahead_file_without_its_journal_is_refused),
        ON_DISK(a_relative_folder_named_like_a_uri_is_a_folder),
        ON_DISK(a_read_only_folder_is_a_clean_error),
        cmocka_unit_test(network_file_systems_are_known_by_their_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
