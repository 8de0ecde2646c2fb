#include "cli/test_pool.h"

#include "base/limits.h"
#include "sdk/json.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS_MOST = 64 };

struct job {
    pid_t pid;
    int from; /**< read end, -1 when it is at its end */
    struct sw_buf text;
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

/** In the new process: every `jobs`-th task, from its own number on. Never returns. */
static void work(int to, size_t first, size_t jobs, size_t count, sw_test_task_fn *task,
                 const void *context)
{
    for (size_t i = first; i < count; i += jobs) {
        if (!do_task(to, i, task, context)) {
            _exit(1);
        }
    }
    _exit(0);
}

static bool start(struct job *rows, size_t number, size_t jobs, size_t count, sw_test_task_fn *task,
                  const void *context, struct sw_error *err)
{
    struct job *job = &rows[number];
    int ends[2] = {-1, -1};

    job->pid = -1;
    job->from = -1;
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
        for (size_t i = 0; i < number; i++) {
            close(rows[i].from); /* else their ends are never seen */
        }
        close(ends[0]);
        work(ends[1], number, jobs, count, task, context);
    }
    close(ends[1]);
    job->from = ends[0];
    sw_buf_init(&job->text, 16u * SW_LIMIT_REPLY_BYTES);
    return true;
}

static void read_some(struct job *job)
{
    char bytes[65536];
    ssize_t length = read(job->from, bytes, sizeof bytes);

    if (length > 0) {
        sw_buf_add(&job->text, bytes, (size_t)length);
    } else if (length == 0 || errno != EINTR) {
        close(job->from);
        job->from = -1;
    }
}

/** Read from all until each has closed its end. */
static void gather(struct job *rows, size_t jobs)
{
    struct pollfd ends[JOBS_MOST];

    for (;;) {
        nfds_t open = 0;

        for (size_t i = 0; i < jobs; i++) {
            ends[i] = (struct pollfd){.fd = rows[i].from, .events = POLLIN};
            open += rows[i].from >= 0 ? 1 : 0;
        }
        if (open == 0) {
            return;
        }
        if (poll(ends, jobs, -1) < 0) {
            continue;
        }
        for (size_t i = 0; i < jobs; i++) {
            if (rows[i].from >= 0 && ends[i].revents != 0) {
                read_some(&rows[i]);
            }
        }
    }
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

bool sw_test_pool_run(size_t count, size_t jobs, sw_test_task_fn *task, const void *context,
                      struct sw_arena *arena, const struct sw_value **ret_results,
                      struct sw_error *err)
{
    struct job rows[JOBS_MOST];
    size_t started = 0;
    bool is_fine = true;

    jobs = jobs > JOBS_MOST ? JOBS_MOST : jobs;
    jobs = jobs > count ? count : jobs;
    if (jobs <= 1) {
        for (size_t i = 0; i < count; i++) {
            ret_results[i] = task(context, i, arena);
        }
        return true;
    }
    while (is_fine && started < jobs) {
        is_fine = start(rows, started, jobs, count, task, context, err);
        started += is_fine ? 1 : 0;
    }
    gather(rows, started);
    for (size_t i = 0; i < started; i++) {
        while (waitpid(rows[i].pid, NULL, 0) < 0 && errno == EINTR) {
        }
        take_lines(&rows[i], count, arena, ret_results);
        sw_buf_release(&rows[i].text);
    }
    return is_fine;
}
