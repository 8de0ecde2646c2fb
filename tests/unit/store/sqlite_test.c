/* What only a store on a disk can show: crashes, other processes, a full disk, a foreign file. */
#include "unit/store/bench.h"

#include "base/limits.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void a_file_that_is_no_journal_or_of_a_later_version_is_refused(void **state)
{
    struct bench *b = *state;

    bench_close(b);
    edit(b, "PRAGMA user_version = 2");
    REFUSED(b, SW_E_CONFLICT, "format 2", sw_store_open_sqlite(b->folder, &b->store, &b->err));
    edit(b, "PRAGMA user_version = 1; PRAGMA application_id = 7");
    REFUSED(b, SW_E_CORRUPT, "no journal", sw_store_open_sqlite(b->folder, &b->store, &b->err));
}

static void a_damaged_page_shows_at_open_or_at_load(void **state)
{
    struct bench *b = *state;
    const struct sw_stored *records;
    const char *path;
    size_t count;
    struct stat about;
    int shown = 0;

    write_three(b);
    path = bench_path(b, "journal.db");
    assert_int_equal(stat(path, &about), 0);
    for (off_t at = 0; at < about.st_size; at += 211) {
        int fd = open(path, O_RDWR | O_CLOEXEC);
        char good;
        char bad;

        assert_int_equal(pread(fd, &good, 1, at), 1);
        bad = (char)(good ^ 0x55);
        assert_int_equal(pwrite(fd, &bad, 1, at), 1);
        assert_int_equal(close(fd), 0);
        b->err = (struct sw_error){0};
        if (!sw_store_open_sqlite(b->folder, &b->store, &b->err)) {
            shown++;
            assert_true(b->err.code == SW_E_CORRUPT || b->err.code == SW_E_IO ||
                        b->err.code == SW_E_CONFLICT);
        } else {
            /* What opens and loads must be what was written. */
            if (CALL(b, load, RUN, b->arena, &records, &count)) {
                assert_int_equal(count, 3);
                assert_string_equal(records[1].body, "{\"step\":\"delete\"}");
            } else {
                shown++;
            }
            bench_close(b);
        }
        fd = open(path, O_RDWR | O_CLOEXEC);
        assert_int_equal(pwrite(fd, &good, 1, at), 1);
        assert_int_equal(close(fd), 0);
    }
    assert_true(shown > 0);
    bench_open(b);
    assert_int_equal(bench_count(b, RUN), 3);
}

static int append_one_and_die(struct bench *b)
{
    struct sw_lease lease;

    if (!child_open(b) || !CALL(b, acquire, RUN, NOW, &lease)) {
        return 1;
    }
    return bench_append(b, &lease, "step", "{\"n\":1}") ? 42 : 2;
}

static void what_was_acknowledged_is_there_after_a_crash_at_every_commit(void **state)
{
    struct bench *b = *state;

    bench_enqueue(b, RUN);
    bench_close(b);
    for (size_t i = 1; i <= 20; i++) {
        assert_int_equal(in_child(b, append_one_and_die), 42);
        bench_open(b);
        assert_int_equal(bench_count(b, RUN), i);
        assert_string_equal(bench_row(b, RUN).state, "ready");
        bench_close(b);
    }
}

/* A child that appends `count` records as fast as it can, tells each acknowledgement over a pipe,
 * and then waits for its end. */
static pid_t start_writer(struct bench *b, int count, int *ret_fd)
{
    int ends[2];
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        struct sw_lease lease;
        bool is_ok = child_open(b) && CALL(b, acquire, RUN, NOW, &lease);

        for (int i = 0; is_ok && i < count; i++) {
            is_ok = bench_append(b, &lease, "step", "{}") && write(ends[1], "+", 1) == 1;
        }
        while (is_ok) {
            (void)pause();
        }
        _exit(1);
    }
    assert_int_equal(close(ends[1]), 0);
    *ret_fd = ends[0];
    return child;
}

static void kill_9_in_full_flight_loses_nothing_acknowledged(void **state)
{
    struct bench *b = *state;
    size_t acknowledged = 0;

    bench_enqueue(b, RUN);
    bench_close(b);
    for (int round = 0; round < 10; round++) {
        char sign;
        int fd;
        pid_t child = start_writer(b, 10000, &fd);

        for (int i = 0; i <= round * 7; i++) {
            assert_int_equal(read(fd, &sign, 1), 1);
            acknowledged++;
        }
        assert_int_equal(kill(child, SIGKILL), 0);
        while (read(fd, &sign, 1) == 1) {
            acknowledged++;
        }
        assert_int_equal(close(fd), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);

        bench_open(b);
        size_t there = bench_count(b, RUN);
        assert_in_range(there, acknowledged, acknowledged + 1);
        acknowledged = there;
        bench_close(b);
    }
}

static void a_live_owner_keeps_the_run_a_dead_one_does_not(void **state)
{
    struct bench *b = *state;
    struct sw_lease lease;
    char sign;
    int fd;

    bench_enqueue(b, RUN);
    bench_close(b);
    pid_t child = start_writer(b, 1, &fd);
    assert_int_equal(read(fd, &sign, 1), 1);

    bench_open(b);
    REFUSED(b, SW_E_LOCKED, sw_format(b->arena, "process %ld", (long)child),
            CALL(b, acquire, RUN, NOW, &lease));
    assert_int_equal(bench_row(b, RUN).owner_pid, child);
    assert_string_equal(bench_row(b, RUN).state, "running");

    /* Dead but not yet waited for: a zombie holds nothing. The pipe's end says that it is one. */
    assert_int_equal(kill(child, SIGKILL), 0);
    while (read(fd, &sign, 1) == 1) {
    }
    siginfo_t info;
    assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    assert_string_equal(bench_row(b, RUN).state, "ready");
    lease = bench_acquire(b, RUN);
    OK(b, bench_append(b, &lease, "resume", "{}"));
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(close(fd), 0);
}

static int race_to_append(struct bench *b)
{
    struct sw_lease lease = {.run = RUN, .fence = 1};

    if (!child_open(b)) {
        return 2;
    }
    return bench_append(b, &lease, "begin", "{}") ? 0 : b->err.code == SW_E_FENCED ? 1 : 3;
}

static void of_writers_that_race_with_one_lease_exactly_one_wins(void **state)
{
    struct bench *b = *state;
    enum { WRITERS = 4, ROUNDS = 10 };

    bench_close(b);
    for (int round = 0; round < ROUNDS; round++) {
        pid_t children[WRITERS];
        int wins = 0;

        bench_open(b);
        bench_enqueue(b, RUN);
        (void)bench_acquire(b, RUN);
        for (int i = 0; i < WRITERS; i++) {
            children[i] = fork();
            if (children[i] == 0) {
                _exit(race_to_append(b));
            }
        }
        for (int i = 0; i < WRITERS; i++) {
            int status;

            assert_int_equal(waitpid(children[i], &status, 0), children[i]);
            assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
            wins += WEXITSTATUS(status) == 0;
        }
        assert_int_equal(wins, 1);
        assert_int_equal(bench_count(b, RUN), 1);
        bench_close(b);
        edit(b, "DELETE FROM record; DELETE FROM content; DELETE FROM run");
    }
}

static int open_and_enqueue(struct bench *b)
{
    return child_open(b) && CALL(b, enqueue, RUN, RUNBOOK, CONTENT, NOW) ? 0 : 1;
}

static void processes_that_make_one_journal_at_once_all_succeed(void **state)
{
    struct bench *b = *state;

    bench_close(b);
    for (int round = 0; round < 10; round++) {
        pid_t children[6];

        (void)unlink(bench_path(b, "journal.db"));
        (void)unlink(bench_path(b, "journal.db-wal"));
        (void)unlink(bench_path(b, "journal.db-shm"));
        for (size_t i = 0; i < SW_COUNT(children); i++) {
            children[i] = fork();
            if (children[i] == 0) {
                _exit(open_and_enqueue(b));
            }
        }
        for (size_t i = 0; i < SW_COUNT(children); i++) {
            int status;

            assert_int_equal(waitpid(children[i], &status, 0), children[i]);
            assert_int_equal(status, 0);
        }
    }
}

static int use_the_parents_store(struct bench *b)
{
    struct sw_run_row row;

    if (CALL(b, find, RUN, b->arena, &row) || b->err.code != SW_E_INTERNAL) {
        return 1;
    }
    b->store->ops->close(b->store);
    return 0;
}

static void a_store_does_not_cross_a_fork(void **state)
{
    struct bench *b = *state;

    bench_enqueue(b, RUN);
    assert_int_equal(in_child(b, use_the_parents_store), 0);
    struct sw_lease lease = bench_acquire(b, RUN);
    OK(b, bench_append(b, &lease, "begin", "{}"));
}

/* Every file may grow to a little more than it has: as good as a disk that is nearly full. */
static int fill_the_disk_with(struct bench *b, const char *body)
{
    struct rlimit limit = {.rlim_cur = 256 * 1024, .rlim_max = 256 * 1024};
    struct sw_lease lease;
    struct sw_append record = {.kind = "x", .body = body, .length = strlen(body)};
    struct sw_commit commit = {.records = &record, .record_count = 1};
    struct sw_run_row row;
    size_t written = 0;

    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || !child_open(b) ||
        !CALL(b, acquire, RUN, NOW, &lease) || setrlimit(RLIMIT_FSIZE, &limit) != 0) {
        return 200;
    }
    while (CALL(b, commit, &lease, &commit)) {
        if (++written > 2000) {
            return 201;
        }
    }
    if (b->err.code != SW_E_IO || lease.seq != written) {
        return 202;
    }
    /* Fatal: not even a read any more. */
    if (CALL(b, commit, &lease, &commit) || b->err.code != SW_E_IO ||
        CALL(b, find, RUN, b->arena, &row) || b->err.code != SW_E_IO) {
        return 203;
    }
    b->store->ops->yield(b->store, &lease);
    b->store->ops->close(b->store);
    return written < 200 ? (int)written : 204;
}

static int fill_the_disk(struct bench *b)
{
    return fill_the_disk_with(b, "{}");
}

/* More than SQLite's cache: the write fails before the commit, not in it. */
static int fill_the_disk_at_once(struct bench *b)
{
    char *body = sw_alloc(b->arena, SW_LIMIT_RECORD_BYTES);

    memset(body, '7', SW_LIMIT_RECORD_BYTES - 1);
    return fill_the_disk_with(b, body);
}

static void a_full_disk_is_fatal_and_loses_nothing_acknowledged(void **state)
{
    struct bench *b = *state;

    bench_enqueue(b, RUN);
    bench_close(b);
    int written = in_child(b, fill_the_disk);
    assert_in_range(written, 1, 199);
    bench_open(b);
    assert_int_equal(bench_count(b, RUN), written);
    struct sw_lease lease = bench_acquire(b, RUN);
    OK(b, bench_append(b, &lease, "resume", "{}"));
}

static void a_record_larger_than_the_disk_is_fatal_too(void **state)
{
    struct bench *b = *state;

    bench_enqueue(b, RUN);
    bench_close(b);
    assert_int_equal(in_child(b, fill_the_disk_at_once), 0);
    bench_open(b);
    assert_int_equal(bench_count(b, RUN), 0);
}

/* A page that no call of ours would have read. */
static void quick_check_finds_damage_off_the_path(void **state)
{
    struct bench *b = *state;
    sqlite3 *db;
    sqlite3_stmt *row;
    int fd;

    write_three(b);
    assert_int_equal(sqlite3_open(bench_path(b, "journal.db"), &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT rootpage FROM sqlite_schema WHERE name = 'lock_run'", -1,
                           &row, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    off_t at = (sqlite3_column_int(row, 0) - 1) * (off_t)4096;
    assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    fd = open(bench_path(b, "journal.db"), O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, "\x7f", 1, at), 1);
    assert_int_equal(close(fd), 0);
    REFUSED(b, SW_E_CORRUPT, "damaged", sw_store_open_sqlite(b->folder, &b->store, &b->err));
}

static void a_trigger_in_the_file_does_not_fire(void **state)
{
    struct bench *b = *state;

    write_three(b);
    edit(b, "CREATE TRIGGER t AFTER UPDATE ON run BEGIN DELETE FROM record; END");
    bench_open(b);
    struct sw_lease lease = bench_acquire(b, RUN);
    OK(b, bench_append(b, &lease, "resume", "{}"));
    assert_int_equal(bench_count(b, RUN), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_DISK(a_file_that_is_no_journal_or_of_a_later_version_is_refused),
        ON_DISK(a_damaged_page_shows_at_open_or_at_load),
        ON_DISK(what_was_acknowledged_is_there_after_a_crash_at_every_commit),
        ON_DISK(kill_9_in_full_flight_loses_nothing_acknowledged),
        ON_DISK(a_live_owner_keeps_the_run_a_dead_one_does_not),
        ON_DISK(of_writers_that_race_with_one_lease_exactly_one_wins),
        ON_DISK(processes_that_make_one_journal_at_once_all_succeed),
        ON_DISK(a_store_does_not_cross_a_fork),
        ON_DISK(a_full_disk_is_fatal_and_loses_nothing_acknowledged),
        ON_DISK(a_record_larger_than_the_disk_is_fatal_too),
        ON_DISK(quick_check_finds_damage_off_the_path),
        ON_DISK(a_trigger_in_the_file_does_not_fire),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
