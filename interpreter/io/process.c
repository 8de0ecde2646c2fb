#include "io/process.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ; /* POSIX has no header for it */

/** A program under way. Files are ours; -1: closed. */
struct child {
    const struct sw_process *process;
    pid_t pid;
    int in, out, errors;
    size_t given;
    int64_t end_ns; /**< by sw_boot_ns() */
    bool is_unwanted, has_ended;
    int status;
    struct sw_buf out_buf, errors_buf;
    struct sigaction old_child, old_pipe;
};

static void shut(int *file)
{
    if (*file >= 0) {
        close(*file);
        *file = -1;
    }
}

/* Both ends are closed in a program that is started. */
static bool open_pipe(int ends[2])
{
    if (pipe(ends) != 0) {
        ends[0] = ends[1] = -1;
        return false;
    }
    return fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0;
}

static bool is_hidden(const char *entry, const char *const *hidden)
{
    size_t length = strcspn(entry, "=");

    for (; hidden != NULL && *hidden != NULL; hidden++) {
        if (strlen(*hidden) == length && memcmp(*hidden, entry, length) == 0) {
            return true;
        }
    }
    return false;
}

/* The environment without what a child is not to know. */
static char **environment(const char *const *hidden, struct sw_arena *arena)
{
    size_t count = 0;
    size_t kept = 0;

    while (environ[count] != NULL) {
        count++;
    }
    char **entries = sw_alloc_array(arena, count + 1, sizeof *entries);

    for (size_t i = 0; i < count; i++) {
        if (!is_hidden(environ[i], hidden)) {
            entries[kept++] = environ[i];
        }
    }
    return entries;
}

static int spawn(struct child *child, const int files[3], struct sw_arena *arena)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;
    int why = 0;
    union {
        const char *const *given;
        char *const *taken; /* POSIX promises not to change them */
    } words = {.given = child->process->argv};

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    if (files[0] < 0) {
        why = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
    for (int i = 0; i < 3 && why == 0; i++) {
        why = files[i] < 0 ? 0 : posix_spawn_file_actions_adddup2(&actions, files[i], i);
    }
    why = why != 0 ? why : posix_spawnattr_setsigmask(&attributes, &none);
    why = why != 0 ? why : posix_spawnattr_setsigdefault(&attributes, &all);
    why = why != 0 ? why
                   : posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
                                                               POSIX_SPAWN_SETSIGDEF |
                                                               POSIX_SPAWN_SETPGROUP);
    why = why != 0 ? why
                   : posix_spawnp(&child->pid, words.given[0], &actions, &attributes, words.taken,
                                  environment(child->process->hidden, arena));
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return why;
}

/* @errors SW_E_IO */
static bool start(struct child *child, struct sw_arena *arena, struct sw_error *err)
{
    int in[2] = {-1, -1};
    int out[2] = {-1, -1};
    int errors[2] = {-1, -1};
    bool has_input = child->process->input != NULL;
    bool is_open = (!has_input || open_pipe(in)) && open_pipe(out) && open_pipe(errors);
    int why = errno;

    if (is_open && has_input) {
        (void)fcntl(in[1], F_SETFL, O_NONBLOCK);
    }
    if (is_open) {
        why = spawn(child, (const int[]){in[0], out[1], errors[1]}, arena);
    }
    shut(&in[0]);
    shut(&out[1]);
    shut(&errors[1]);
    child->in = in[1];
    child->out = out[0];
    child->errors = errors[0];
    return (is_open && why == 0) ||
           sw_fail(err, SW_E_IO, "start '%s': %s", child->process->argv[0], strerror(why));
}

static void give(struct child *child)
{
    const struct sw_process *p = child->process;
    ssize_t n = write(child->in, p->input + child->given, p->input_length - child->given);

    if (n > 0) {
        child->given += (size_t)n;
    }
    if (child->given == p->input_length || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        shut(&child->in); /* it has it all, or wants no more */
    }
}

static void take(int *file, struct sw_buf *buf)
{
    char bytes[16384];
    ssize_t n = read(*file, bytes, sizeof bytes);

    if (n > 0) {
        sw_buf_add(buf, bytes, (size_t)n);
    } else if (n == 0 || errno != EINTR) {
        shut(file);
    }
}

/* Until it has ended and said all. One that never stops talking is always ready, so the clock is
 * asked here as well. @return false: it is to be killed */
static bool converse(struct child *child)
{
    struct pollfd at[3];
    struct sw_wait wait = {.breaker = child->process->breaker,
                           .until_ns = child->end_ns,
                           .files = at,
                           .file_count = SW_COUNT(at),
                           .child = child->pid};

    while (!child->out_buf.is_over && !child->errors_buf.is_over && sw_boot_ns() < child->end_ns) {
        at[0] = (struct pollfd){.fd = child->in, .events = POLLOUT};
        at[1] = (struct pollfd){.fd = child->out, .events = POLLIN};
        at[2] = (struct pollfd){.fd = child->errors, .events = POLLIN};
        enum sw_woken woken = sw_wait(&wait);

        child->has_ended = wait.has_ended;
        child->status = wait.status;
        if (woken != SW_WOKEN_READY) {
            child->is_unwanted = woken == SW_WOKEN_OVER;
            return woken == SW_WOKEN_ENDED; /* what it left behind may hold its streams open */
        }
        if (at[0].revents != 0) {
            give(child);
        }
        if (at[1].revents != 0) {
            take(&child->out, &child->out_buf);
        }
        if (at[2].revents != 0) {
            take(&child->errors, &child->errors_buf);
        }
    }
    return false;
}

/* Who started us may have ignored SIGCHLD, and then nobody is told how a child ended; a child that
 * closes its input early must not end us. */
static void set_signals(struct child *child)
{
    struct sigaction by_default = {.sa_handler = SIG_DFL};
    struct sigaction ignored = {.sa_handler = SIG_IGN};

    sigemptyset(&by_default.sa_mask);
    sigemptyset(&ignored.sa_mask);
    sigaction(SIGCHLD, &by_default, &child->old_child);
    sigaction(SIGPIPE, &ignored, &child->old_pipe);
}

static bool tell(const struct child *child, struct sw_error *err)
{
    const char *name = child->process->argv[0];

    if (child->out_buf.is_over || child->errors_buf.is_over) {
        return sw_fail(err, SW_E_LIMIT, "'%s' printed more than %zu bytes", name,
                       child->process->limit_bytes);
    }
    if (child->is_unwanted) {
        return sw_fail(err, SW_E_TIMEOUT, "'%s' was ended, as this process is to end", name);
    }
    return sw_fail(err, SW_E_TIMEOUT, "'%s' did not end within %d s", name,
                   (int)(child->process->timeout_ms / 1000));
}

bool sw_process_talk(const struct sw_process *process, struct sw_arena *arena,
                     struct sw_process_end *ret_end, struct sw_error *err)
{
    struct child child = {.process = process,
                          .in = -1,
                          .out = -1,
                          .errors = -1,
                          .end_ns = sw_boot_ns() + process->timeout_ms * SW_NS_PER_MS};

    sw_buf_init(&child.out_buf, process->limit_bytes);
    sw_buf_init(&child.errors_buf, process->limit_bytes);
    set_signals(&child);
    bool is_started = start(&child, arena, err);
    bool is_ended = is_started && converse(&child);

    if (is_started && !is_ended) {
        (void)kill(-child.pid, SIGKILL);
        if (!child.has_ended) {
            (void)waitpid(child.pid, &child.status, 0);
        }
        (void)tell(&child, err);
    } else if (is_started) {
        *ret_end = (struct sw_process_end){
            .out = sw_copy(arena, child.out_buf.bytes, child.out_buf.length),
            .out_length = child.out_buf.length,
            .errors = sw_copy(arena, child.errors_buf.bytes, child.errors_buf.length),
            .errors_length = child.errors_buf.length,
            .code =
                WIFEXITED(child.status) ? WEXITSTATUS(child.status) : 128 + WTERMSIG(child.status)};
    }
    shut(&child.in);
    shut(&child.out);
    shut(&child.errors);
    sigaction(SIGCHLD, &child.old_child, NULL);
    sigaction(SIGPIPE, &child.old_pipe, NULL);
    sw_buf_release(&child.out_buf);
    sw_buf_release(&child.errors_buf);
    return is_ended;
}

bool sw_process_run(const char *const *argv, int timeout_ms, size_t limit_bytes,
                    struct sw_arena *arena, const char **ret_out, int *ret_exit,
                    struct sw_error *err)
{
    struct sw_process process = {
        .argv = argv, .timeout_ms = timeout_ms, .limit_bytes = limit_bytes};
    struct sw_process_end end = {0};

    if (!sw_process_talk(&process, arena, &end, err)) {
        return false;
    }
    *ret_exit = end.code;
    *ret_out = end.out;
    return true;
}
