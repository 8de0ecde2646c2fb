#include "base/file.h"

#include "base/arena.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whose fault it is: a folder in place of a file, or what this login may not do. */
static enum sw_code code_of(int why)
{
    return why == EISDIR || why == EEXIST                  ? SW_E_INPUT
           : why == ENOENT || why == ENOTDIR               ? SW_E_NOT_FOUND
           : why == EACCES || why == EPERM || why == EROFS ? SW_E_DENIED
                                                           : SW_E_IO;
}

static const char *text_of(int why)
{
    return why == EISDIR ? "it is a folder; name a file" : strerror(why);
}

static bool read_all(int fd, const char *path, struct sw_buf *buf, struct sw_error *err)
{
    char part[16384];

    for (;;) {
        ssize_t got = read(fd, part, sizeof part);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return sw_fail(err, code_of(errno), "read '%s': %s", path, text_of(errno));
        }
        if (got == 0) {
            return true;
        }
        sw_buf_add(buf, part, (size_t)got);
        if (buf->is_over) {
            return sw_fail(err, SW_E_LIMIT, "'%s' is larger than %zu bytes", path, buf->limit);
        }
    }
}

bool sw_file_read(const char *path, struct sw_buf *buf, struct sw_error *err)
{
    if (sw_text_is(path, "-")) {
        return read_all(STDIN_FILENO, "standard input", buf, err);
    }

    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return sw_fail(err, code_of(errno), "open '%s': %s", path, text_of(errno));
    }

    bool is_read = read_all(fd, path, buf, err);

    (void)close(fd);
    return is_read;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(fd, bytes, length);

        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return false;
        }
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

/* A rename is durable only when the folder is. */
static bool sync_folder_of(const char *path, struct sw_arena *arena)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL   ? "."
                         : slash == path ? "/"
                                         : sw_copy(arena, path, (size_t)(slash - path));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0) {
        return false;
    }

    bool is_synced = fsync(fd) == 0;
    int why = errno;

    (void)close(fd);
    errno = why;
    return is_synced;
}

bool sw_file_write(const char *path, const void *bytes, size_t length, unsigned mode,
                   struct sw_error *err)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    char *beside = sw_format(arena, "%s.XXXXXX", path);
    int fd = mkstemp(beside);

    if (fd < 0) {
        return sw_fail(err, code_of(errno), "write '%s': %s", path, text_of(errno));
    }

    bool is_written = fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fchmod(fd, (mode_t)mode) == 0 &&
                      write_all(fd, bytes, length) && fsync(fd) == 0;
    int why = errno;

    if (close(fd) != 0 && is_written) {
        is_written = false;
        why = errno;
    }
    if (is_written && rename(beside, path) != 0) {
        is_written = false;
        why = errno;
    }
    if (!is_written) {
        (void)unlink(beside);
        return sw_fail(err, code_of(why), "write '%s': %s", path, text_of(why));
    }
    if (!sync_folder_of(path, arena)) {
        return sw_fail(err, SW_E_IO, "write '%s': sync its folder: %s", path, strerror(errno));
    }
    return true;
}

static bool make_one(const char *path, struct sw_error *err)
{
    struct stat about;

    if (mkdir(path, 0700) == 0) {
        return true;
    }

    int why = errno;

    if (why == EEXIST && stat(path, &about) == 0 && S_ISDIR(about.st_mode)) {
        return true;
    }
    return sw_fail(err, code_of(why), "make folder '%s': %s", path,
                   why == EEXIST ? "there is a file of that name" : strerror(why));
}

bool sw_folder_make(const char *path, struct sw_error *err)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    char *part = sw_copy_text(arena, path);

    for (char *slash = strchr(part + (part[0] != '\0'), '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (!make_one(part, err)) {
            return false;
        }
        *slash = '/';
    }
    return make_one(part, err);
}
