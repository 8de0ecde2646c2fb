#include "cli/test/pool.h"

#include "base/limits.h"
#include "base/loop.h"
#include "base/time.h"
#include "sdk/json.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS_MOST = 64 };

struct job {
    pid_t pid;
    int from; /**< read end, -1 when it is at its end */
    struct sw_buf text;
    size_t next;      /**< the task that it is at */
    int64_t since_ns; /**< when it began it, by sw_boot_ns() */
};

struct pool {
    struct job rows[JOBS_MOST];
    size_t jobs;
    size_t count;
    sw_test_task_fn *task;
    const void *context;
    int64_t most_ms;
    struct sw_arena *arena;
    const struct sw_value **results;
};

static bool write_all(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, bytes, length);

        if (written < 0 && errno != EINTR) {
            return false;
        }
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
    return true;
}

/** One task; a line of JSON: [index, result]. */
static bool do_task(int to, size_t index, sw_test_task_fn *task, const void *context)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_builder pair = sw_list_begin(arena);
    struct sw_buf line;
    bool is_fine = false;

    sw_list_add(&pair, sw_int(arena, (int64_t)index));
    sw_list_add(&pair, task(context, index, arena));
    sw_buf_init(&line, SW_LIMIT_REPLY_BYTES);
    sw_json_write(&line, sw_built(&pair), SW_JSON_TYPED);
    sw_buf_add_char(&line, '\n');
    is_fine = !line.is_over && write_all(to, line.bytes, line.length);
    sw_buf_release(&line);
    sw_arena_free(arena);
    return is_fine;
}

/** In the new process: every `jobs`-th task, from `first` on. Never returns. */
static void work(const struct pool *pool, int to, size_t first)
{
    for (size_t i = first; i < pool->count; i += pool->jobs) {
        if (!do_task(to, i, pool->task, pool->context)) {
            _exit(1);
        }
    }
    _exit(0);
}

/** A process for the tasks of this job from its next one on. */
static bool start(struct pool *pool, struct job *job, struct sw_error *err)
{
    int ends[2] = {-1, -1};

    if (pipe(ends) != 0) {
        return sw_fail(err, SW_E_IO, "make a pipe: %s", strerror(errno));
    }
    (void)fflush(NULL);
    job->pid = fork();
    if (job->pid < 0) {
        close(ends[0]);
        close(ends[1]);
        return sw_fail(err, SW_E_IO, "start a process: %s", strerror(errno));
    }
    if (job->pid == 0) {
        for (size_t i = 0; i < pool->jobs; i++) {
            if (pool->rows[i].from >= 0) {
                close(pool->rows[i].from); /* else their ends are never seen */
            }
        }
        close(ends[0]);
        work(pool, ends[1], job->next);
    }
    close(ends[1]);
    job->from = ends[0];
    job->since_ns = sw_boot_ns();
    return true;
}

/** Its process is over, or is ended now. What it did not come to is another's. */
static bool end(struct pool *pool, struct job *job, struct sw_error *err)
{
    close(job->from);
    job->from = -1;
    while (waitpid(job->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    sw_buf_add_char(&job->text, '\n'); /* the last line may be torn */
    if (job->next < pool->count) {
        job->next += pool->jobs; /* the one that it died in has no result */
    }
    return job->next >= pool->count || start(pool, job, err);
}

static bool read_some(struct pool *pool, struct job *job, struct sw_error *err)
{
    char bytes[65536];
    ssize_t length = read(job->from, bytes, sizeof bytes);

    for (ssize_t i = 0; i < length; i++) {
        if (bytes[i] == '\n') {
            job->next += pool->jobs;
            job->since_ns = sw_boot_ns();
        }
    }
    if (length > 0) {
        sw_buf_add(&job->text, bytes, (size_t)length);
    }
    return length > 0 || (length < 0 && errno == EINTR) || end(pool, job, err);
}

static int64_t late_ns(const struct pool *pool, const struct job *job)
{
    return job->next >= pool->count ? INT64_MAX : job->since_ns + pool->most_ms * SW_NS_PER_MS;
}

static bool end_when_late(struct pool *pool, struct job *job, struct sw_error *err)
{
    if (sw_boot_ns() < late_ns(pool, job)) {
        return true;
    }
    kill(job->pid, SIGKILL);
    pool->results[job->next] =
        sw_unknown(pool->arena, "it was not over after %lld s of real time, and was ended",
                   (long long)(pool->most_ms / 1000));
    return end(pool, job, err);
}

/** Read from all until each has closed its end. */
static bool gather(struct pool *pool, struct sw_error *err)
{
    struct pollfd ends[JOBS_MOST];
    bool is_fine = true;

    while (is_fine) {
        struct sw_wait wait = {.until_ns = INT64_MAX, .files = ends, .file_count = pool->jobs};
        size_t open = 0;

        for (size_t i = 0; i < pool->jobs; i++) {
            const struct job *job = &pool->rows[i];

            ends[i] = (struct pollfd){.fd = job->from, .events = POLLIN};
            open += job->from >= 0 ? 1 : 0;
            if (job->from >= 0 && late_ns(pool, job) < wait.until_ns) {
                wait.until_ns = late_ns(pool, job);
            }
        }
        if (open == 0) {
            return true;
        }
        (void)sw_wait(&wait);
        for (size_t i = 0; i < pool->jobs && is_fine; i++) {
            if (pool->rows[i].from >= 0) {
                is_fine = ends[i].revents != 0 ? read_some(pool, &pool->rows[i], err)
                                               : end_when_late(pool, &pool->rows[i], err);
            }
        }
    }
    return false;
}

static void take_lines(const struct job *job, size_t count, struct sw_arena *arena,
                       const struct sw_value **ret_results)
{
    for (const char *line = job->text.bytes; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        const struct sw_value *pair = NULL;
        struct sw_error ignored = {0};
        int64_t index = -1;

        if (line[length] == '\n' &&
            sw_json_read(arena, line, length, SW_JSON_TYPED, &pair, &ignored) &&
            sw_as_int(sw_list_at(pair, 0), &index) && index >= 0 && (size_t)index < count) {
            ret_results[index] = sw_list_at(pair, 1);
        }
        line += length + (line[length] == '\n');
    }
}

bool sw_test_pool_run(size_t count, size_t jobs, int64_t most_ms, sw_test_task_fn *task,
                      const void *context, struct sw_arena *arena,
                      const struct sw_value **ret_results, struct sw_error *err)
{
    struct pool pool = {.count = count,
                        .task = task,
                        .context = context,
                        .most_ms = most_ms,
                        .arena = arena,
                        .results = ret_results};
    bool is_fine = true;

    pool.jobs = jobs > JOBS_MOST ? JOBS_MOST : jobs < 1 ? 1 : jobs;
    pool.jobs = pool.jobs > count ? count : pool.jobs;
    for (size_t i = 0; i < pool.jobs; i++) {
        pool.rows[i] = (struct job){.from = -1, .next = i};
        sw_buf_init(&pool.rows[i].text, 16u * SW_LIMIT_REPLY_BYTES);
    }
    for (size_t i = 0; i < pool.jobs && is_fine; i++) {
        is_fine = start(&pool, &pool.rows[i], err);
    }
    is_fine = is_fine && gather(&pool, err);
    for (size_t i = 0; i < pool.jobs; i++) {
        struct job *job = &pool.rows[i];

        if (job->from >= 0) { /* another could not be started */
            close(job->from);
            kill(job->pid, SIGKILL);
            while (waitpid(job->pid, NULL, 0) < 0 && errno == EINTR) {
            }
        }
        take_lines(job, count, arena, ret_results);
        sw_buf_release(&job->text);
    }
    return is_fine;
}
