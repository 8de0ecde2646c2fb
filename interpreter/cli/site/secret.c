/* Secrets by reference: a file, the environment, a systemd credential, a program. */
#include "base/text.h"
#include "cli/site/site.h"
#include "io/guard.h"
#include "io/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_BYTES (64u * 1024u)
#define SECRET_LEAST 8 /* shorter ones cannot be found again in what is printed */
#define COMMAND_MS 60000
#define WORDS_BYTES 160

static bool check_file(int file, const char *path, struct sw_error *err)
{
    struct stat about;

    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
        return sw_fail(err, SW_E_DENIED, "the secret at '%s' is no plain file", path);
    }
    if (about.st_uid != geteuid() && about.st_uid != 0) {
        return sw_fail(err, SW_E_DENIED, "the secret at '%s' belongs to somebody else (uid %u)",
                       path, (unsigned)about.st_uid);
    }
    if ((about.st_mode & 077) != 0) {
        return sw_fail(err, SW_E_DENIED,
                       "others may read the secret at '%s' (mode %04o); make it 0400", path,
                       (unsigned)about.st_mode & 07777);
    }
    return true;
}

static bool read_file(const char *path, struct sw_arena *arena, const char **ret_text,
                      struct sw_error *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    size_t length = 0;
    ssize_t n = 1;

    if (file < 0) {
        return errno == ELOOP
                   ? sw_fail(err, SW_E_DENIED, "the secret at '%s' is a link", path)
                   : sw_fail(err, SW_E_IO, "open the secret at '%s': %s", path, strerror(errno));
    }
    if (!check_file(file, path, err)) {
        close(file);
        return false;
    }
    char *text = sw_alloc(arena, SECRET_BYTES + 1);

    while (n > 0 && length < SECRET_BYTES) {
        n = read(file, text + length, SECRET_BYTES - length);
        length += n > 0 ? (size_t)n : 0;
    }
    close(file);
    if (n < 0 || length == SECRET_BYTES || memchr(text, '\0', length) != NULL) {
        return sw_fail(err, SW_E_INPUT, "the secret at '%s' cannot be read or is no text", path);
    }
    *ret_text = text;
    return true;
}

/* The first line of what it said on standard error, as far as it is harmless to show. */
static const char *first_words(struct sw_arena *arena, const struct sw_process_end *end)
{
    size_t length = 0;

    while (length < end->errors_length && length < WORDS_BYTES && end->errors[length] >= ' ' &&
           end->errors[length] < 0x7f) {
        length++;
    }
    return length == 0 ? "" : sw_format(arena, ": %s", sw_copy(arena, end->errors, length));
}

static bool run_command(const struct sw_secret *secret, struct sw_arena *arena,
                        const char **ret_text, struct sw_error *err)
{
    struct sw_process process = {.argv = secret->argv,
                                 .timeout_ms = COMMAND_MS,
                                 .limit_bytes = SECRET_BYTES,
                                 .hidden = secret->hidden,
                                 .breaker = secret->breaker};
    struct sw_process_end end = {0};

    if (!sw_process_talk(&process, arena, &end, err)) {
        return false;
    }
    *ret_text = end.out;
    return end.code == 0 ||
           sw_fail(err, SW_E_IO, "the command '%s' for a secret ended with exit code %d%s",
                   secret->argv[0], end.code, first_words(arena, &end));
}

/** As one line: what is sent in a header or a form has no other form. */
static bool trim(const struct sw_secret *secret, struct sw_arena *arena, const char *text,
                 const char **ret_text, struct sw_error *err)
{
    const char *what = secret->place == SW_SECRET_COMMAND ? secret->argv[0] : secret->name;
    size_t length = strlen(text);

    length -= length > 0 && text[length - 1] == '\n' ? 1 : 0;
    length -= length > 0 && text[length - 1] == '\r' ? 1 : 0;
    if (memchr(text, '\n', length) != NULL || memchr(text, '\r', length) != NULL) {
        return sw_fail(err, SW_E_INPUT, "the secret of '%s' has more than one line", what);
    }
    if (length < SECRET_LEAST) {
        return sw_fail(err, SW_E_INPUT, "the secret of '%s' is shorter than %d characters", what,
                       SECRET_LEAST);
    }
    *ret_text = sw_copy(arena, text, length);
    return true;
}

bool sw_secret_read_lines(const struct sw_secret *secret, struct sw_arena *arena,
                          const char **ret_text, struct sw_error *err)
{
    const char *text = NULL;
    const char *folder = NULL;

    sw_guard_memory();
    switch (secret->place) {
    case SW_SECRET_NONE:
        return sw_fail(err, SW_E_INPUT, "the login has no secret");
    case SW_SECRET_FILE:
        if (!read_file(secret->name, arena, &text, err)) {
            return false;
        }
        break;
    case SW_SECRET_ENV:
        text = getenv(secret->name);
        if (text == NULL) {
            return sw_fail(err, SW_E_INPUT, "the variable %s is not set; it holds a secret",
                           secret->name);
        }
        break;
    case SW_SECRET_SYSTEMD:
        folder = getenv("CREDENTIALS_DIRECTORY");
        if (folder == NULL) {
            return sw_fail(err, SW_E_INPUT,
                           "systemd gave this process no credentials; '%s' is one of them",
                           secret->name);
        }
        if (!read_file(sw_format(arena, "%s/%s", folder, secret->name), arena, &text, err)) {
            return false;
        }
        break;
    case SW_SECRET_COMMAND:
        if (!run_command(secret, arena, &text, err)) {
            return false;
        }
        break;
    }
    *ret_text = text;
    return true;
}

bool sw_secret_read(const struct sw_secret *secret, struct sw_arena *arena, const char **ret_text,
                    struct sw_error *err)
{
    const char *text = NULL;

    return sw_secret_read_lines(secret, arena, &text, err) &&
           trim(secret, arena, text, ret_text, err);
}
