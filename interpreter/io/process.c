#include "io/process.h"

#include "base/buf.h"
#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ; /* POSIX has no header for it */

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / SW_NS_PER_MS;
}

static int start(const char *const *argv, int out, pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;
    int why = 0;
    union {
        const char *const *given;
        char *const *taken; /* POSIX promises not to change them */
    } words = {.given = argv};

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    why = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    why = why != 0 ? why : posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    why = why != 0 ? why : posix_spawnattr_setsigmask(&attributes, &none);
    why = why != 0 ? why : posix_spawnattr_setsigdefault(&attributes, &all);
    why = why != 0 ? why
                   : posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
                                                               POSIX_SPAWN_SETSIGDEF |
                                                               POSIX_SPAWN_SETPGROUP);
    why = why != 0 ? why
                   : posix_spawnp(ret_pid, argv[0], &actions, &attributes, words.taken, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return why;
}

/* @return false when time is up */
static bool read_all(int file, int64_t end_ms, struct sw_buf *out)
{
    char bytes[4096];

    while (!out->is_over) {
        struct pollfd at = {.fd = file, .events = POLLIN};
        int64_t left_ms = end_ms - now_ms();

        if (left_ms <= 0) {
            return false;
        }
        if (poll(&at, 1, (int)left_ms) <= 0) {
            continue;
        }
        ssize_t length = read(file, bytes, sizeof bytes);

        if (length == 0 || (length < 0 && errno != EINTR)) {
            return true;
        }
        sw_buf_add(out, bytes, length > 0 ? (size_t)length : 0);
    }
    return true;
}

/* The output is at its end, but the program may go on without it. */
static bool reap(pid_t pid, int64_t end_ms, int *ret_status)
{
    struct timespec pause = {.tv_nsec = 2 * SW_NS_PER_MS};

    for (;;) {
        pid_t ended = waitpid(pid, ret_status, WNOHANG);

        if (ended == pid) {
            return true;
        }
        if ((ended < 0 && errno != EINTR) || now_ms() >= end_ms) {
            return false;
        }
        nanosleep(&pause, NULL);
    }
}

bool sw_process_run(const char *const *argv, int timeout_ms, size_t limit_bytes,
                    struct sw_arena *arena, const char **ret_out, int *ret_exit,
                    struct sw_error *err)
{
    int ends[2];
    int status = 0;
    pid_t pid = 0;
    int64_t end_ms = now_ms() + timeout_ms;
    SW_CLEANUP(sw_buf_release) struct sw_buf out;

    sw_buf_init(&out, limit_bytes);
    if (pipe(ends) != 0) {
        return sw_fail(err, SW_E_IO, "start '%s': %s", argv[0], strerror(errno));
    }
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    int why = start(argv, ends[1], &pid);

    close(ends[1]);
    if (why != 0) {
        close(ends[0]);
        return sw_fail(err, SW_E_IO, "start '%s': %s", argv[0], strerror(why));
    }
    bool is_read = read_all(ends[0], end_ms, &out);

    close(ends[0]);
    if (!is_read || out.is_over || !reap(pid, end_ms, &status)) {
        (void)kill(-pid, SIGKILL);
        (void)waitpid(pid, &status, 0);
        return out.is_over ? sw_fail(err, SW_E_LIMIT, "'%s' printed more than %zu bytes", argv[0],
                                     limit_bytes)
                           : sw_fail(err, SW_E_TIMEOUT, "'%s' did not end within %d s", argv[0],
                                     timeout_ms / 1000);
    }
    *ret_exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    *ret_out = sw_copy(arena, out.bytes, out.length);
    return true;
}
