#include "hook/host.h"

#include "base/loop.h"
#include "base/text.h"
#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

bool sw_hook_program(struct sw_arena *arena, const char **ret_path, struct sw_error *err)
{
    static const char *const places[] = {"stepwise-hook", "../libexec/stepwise/stepwise-hook",
                                         "../stepwise-hook"};
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    char *slash = NULL;

    if (length < 0) {
        return sw_fail(err, SW_E_IO, "read '/proc/self/exe': %s", strerror(errno));
    }
    self[length] = '\0';
    slash = strrchr(self, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
    for (size_t i = 0; i < SW_COUNT(places); i++) {
        const char *path = sw_format(arena, "%s/%s", self, places[i]);

        if (access(path, X_OK) == 0) {
            *ret_path = path;
            return true;
        }
    }
    return sw_fail(err, SW_E_NOT_FOUND,
                   "the program stepwise-hook, which hooks run in, is neither in %s nor in "
                   "%s/../libexec/stepwise; install it beside stepwise",
                   self, self);
}

static int start(const char *program, int socket, pid_t *ret_pid)
{
    char name[] = "stepwise-hook";
    char *argv[] = {name, NULL};
    char *none[] = {NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t nothing;
    sigset_t all;
    int why = 0;

    sigemptyset(&nothing);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    why = posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
    why = why != 0
              ? why
              : posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    why = why != 0
              ? why
              : posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    why = why != 0 ? why : posix_spawnattr_setsigmask(&attributes, &nothing);
    why = why != 0 ? why : posix_spawnattr_setsigdefault(&attributes, &all);
    why = why != 0 ? why
                   : posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
                                                               POSIX_SPAWN_SETSIGDEF |
                                                               POSIX_SPAWN_SETPGROUP);
    why = why != 0 ? why : posix_spawn(ret_pid, program, &actions, &attributes, argv, none);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return why;
}

/** One call under way. */
struct call {
    int socket;
    int64_t end_ns; /**< by sw_boot_ns() */
    const struct sw_buf *request;
    size_t sent;
    struct sw_buf answer; /**< with its length in front */
    bool is_late;
};

/* @return false: time is up */
static bool await(const struct call *call, short what)
{
    struct pollfd at = {.fd = call->socket, .events = what};
    struct sw_wait wait = {.until_ns = call->end_ns, .files = &at, .file_count = 1};

    return sw_boot_ns() < call->end_ns && sw_wait(&wait) == SW_WOKEN_READY;
}

static void feed(struct call *call)
{
    while (call->sent < call->request->length) {
        if (!await(call, POLLOUT)) {
            call->is_late = true;
            return;
        }
        ssize_t step = send(call->socket, call->request->bytes + call->sent,
                            call->request->length - call->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (step > 0) {
            call->sent += (size_t)step;
        } else if (errno != EINTR && errno != EAGAIN) {
            return;
        }
    }
}

/* The length that the answer says it has; SIZE_MAX as long as that has not come. */
static size_t said_length(const struct sw_buf *answer)
{
    size_t length = 0;

    if (answer->length < SW_HOOK_HEAD_BYTES) {
        return SIZE_MAX;
    }
    for (unsigned i = 0; i < SW_HOOK_HEAD_BYTES; i++) {
        length = length << 8 | (unsigned char)answer->bytes[i];
    }
    return length;
}

/* To its end, or to one byte more than it may have. */
static void hear(struct call *call)
{
    char bytes[4096];

    while (!call->answer.is_over) {
        if (!await(call, POLLIN)) {
            call->is_late = true;
            return;
        }
        ssize_t step = recv(call->socket, bytes, sizeof bytes, MSG_DONTWAIT);

        if (step == 0 || (step < 0 && errno != EINTR && errno != EAGAIN)) {
            return;
        }
        sw_buf_add(&call->answer, bytes, step > 0 ? (size_t)step : 0);
    }
}

/* It has nothing more to say and is on its way out; who is not by then is killed. */
static int reap(struct call *call, pid_t pid)
{
    struct sw_wait wait = {.until_ns = call->end_ns, .child = pid};

    if (call->is_late || call->answer.is_over || sw_wait(&wait) != SW_WOKEN_ENDED) {
        call->is_late = call->is_late || !call->answer.is_over;
        (void)kill(-pid, SIGKILL);
        (void)kill(pid, SIGKILL);
        while (waitpid(pid, &wait.status, 0) < 0 && errno == EINTR) {
        }
    }
    return wait.status;
}

static struct sw_hook_said judge(const struct call *call, int status, struct sw_arena *arena)
{
    const struct sw_buf *answer = &call->answer;
    size_t length = said_length(answer);

    if (call->is_late) {
        return (struct sw_hook_said){.outcome = SW_HOOK_OUT_OF_TIME};
    }
    if (answer->is_over || (length != SIZE_MAX && length > SW_HOOK_ANSWER_BYTES)) {
        return (struct sw_hook_said){.outcome = SW_HOOK_OUT_OF_ROOM};
    }
    if (WIFSIGNALED(status)) {
        int signal = WTERMSIG(status);

        return (struct sw_hook_said){.outcome = signal == SIGXCPU || signal == SIGKILL
                                                    ? SW_HOOK_OUT_OF_TIME
                                                    : SW_HOOK_KILLED,
                                     .signal = signal};
    }
    if (answer->length < SW_HOOK_HEAD_BYTES || length != answer->length - SW_HOOK_HEAD_BYTES) {
        return (struct sw_hook_said){.outcome = SW_HOOK_GARBLED};
    }
    return sw_hook_unpack(answer->bytes + SW_HOOK_HEAD_BYTES, length, arena);
}

static bool run(const struct sw_hook_host *host, const struct sw_buf *request,
                struct sw_arena *arena, struct sw_hook_said *ret_said, struct sw_error *err)
{
    int ends[2];
    pid_t pid = 0;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        return sw_fail(err, SW_E_IO, "start a hook: %s", strerror(errno));
    }
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    struct call call = {
        .socket = ends[0],
        .end_ns =
            sw_boot_ns() + (host->wall_ms > 0 ? host->wall_ms : SW_HOOK_WALL_MS) * SW_NS_PER_MS,
        .request = request,
    };
    int why = start(host->program, ends[1], &pid);

    close(ends[1]);
    if (why != 0) {
        close(ends[0]);
        return sw_fail(err, SW_E_IO, "start '%s': %s", host->program, strerror(why));
    }
    sw_buf_init(&call.answer, SW_HOOK_HEAD_BYTES + SW_HOOK_ANSWER_BYTES);
    feed(&call);
    if (!call.is_late) {
        hear(&call);
    }
    close(ends[0]);
    int status = reap(&call, pid);

    *ret_said = judge(&call, status, arena);
    sw_buf_release(&call.answer);
    return true;
}

bool sw_hook_run(const struct sw_hook_host *host, const struct sw_value *request,
                 struct sw_arena *arena, struct sw_hook_said *ret_said, struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf text;
    struct sigaction by_default = {.sa_handler = SIG_DFL};
    struct sigaction old_child;

    sw_buf_init(&text, SW_HOOK_REQUEST_BYTES);
    if (!sw_hook_pack(request, &text, err)) {
        return false;
    }
    /* Who started us may have ignored it, and then nobody is told how a child ended. */
    sigemptyset(&by_default.sa_mask);
    sigaction(SIGCHLD, &by_default, &old_child);
    bool is_run = run(host, &text, arena, ret_said, err);

    sigaction(SIGCHLD, &old_child, NULL);
    return is_run;
}

const char *sw_hook_why(const struct sw_hook_said *said, const char *file, struct sw_arena *arena)
{
    const char *text = sw_as_text(sw_get(said->body, "text"));

    switch (said->outcome) {
    case SW_HOOK_OK:
    case SW_HOOK_ASKS:
        return "";
    case SW_HOOK_ERROR:
        return text == NULL ? sw_format(arena, "%s: it failed without a word", file)
                            : sw_copy_text(arena, text);
    case SW_HOOK_OUT_OF_TIME:
        return sw_format(arena,
                         "%s: it was killed, as it did not end in its time: %d s by the clock, 2 s "
                         "on a processor, 50 million instructions",
                         file, SW_HOOK_WALL_MS / 1000);
    case SW_HOOK_OUT_OF_MEMORY:
        return sw_format(arena, "%s: it was ended, as it would hold more than 64 MiB", file);
    case SW_HOOK_OUT_OF_ROOM:
        return sw_format(arena, "%s: it would give back more than %u KiB", file,
                         SW_HOOK_ANSWER_BYTES / 1024);
    case SW_HOOK_KILLED:
        return sw_format(arena, "%s: its process was killed by signal %d%s", file, said->signal,
                         said->signal == SIGSYS ? ": it tried what no hook may do" : "");
    case SW_HOOK_GARBLED:
        break;
    }
    return sw_format(arena, "%s: its process ended without an answer that can be read", file);
}
