#define _XOPEN_SOURCE 700 /* realpath(): POSIX.1-2008, its XSI part */
#include "base/path.h"

#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

const char *sw_path_folder(struct sw_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL) {
        return ".";
    }
    return slash == path ? "/" : sw_copy(arena, path, (size_t)(slash - path));
}

/* Put one part behind `out`, which has room; `..` takes the part before it away, unless that is
 * itself one. */
static void add_part(char *out, const char *part, size_t length)
{
    bool is_up = length == 2 && part[0] == '.' && part[1] == '.';
    size_t end = strlen(out);

    if (length == 0 || (length == 1 && part[0] == '.')) {
        return;
    }
    if (is_up && sw_text_is(out, "/")) {
        return;
    }
    if (is_up && end > 0) {
        char *slash = strrchr(out, '/');
        char *last = slash == NULL ? out : slash + 1;

        if (!sw_text_is(last, "..")) {
            last[slash == out || slash == NULL ? 0 : -1] = '\0';
            return;
        }
    }
    if (end > 0 && out[end - 1] != '/') {
        out[end++] = '/';
    }
    memcpy(out + end, part, length);
    out[end + length] = '\0';
}

static void add_parts(char *out, const char *path)
{
    while (*path != '\0') {
        size_t length = strcspn(path, "/");

        add_part(out, path, length);
        path += length;
        path += *path == '/' ? 1 : 0;
    }
}

const char *sw_path_join(struct sw_arena *arena, const char *folder, const char *name)
{
    char *out = sw_alloc_array(arena, strlen(folder) + strlen(name) + 4, 1);
    const char *first = name[0] == '/' ? name : folder;

    out[0] = first[0] == '/' ? '/' : '\0';
    add_parts(out, first);
    if (name[0] != '/') {
        add_parts(out, name);
    }
    return out[0] == '\0' ? "." : out;
}

bool sw_path_real(struct sw_arena *arena, const char *path, const char **ret_real,
                  struct sw_error *err)
{
    char real[PATH_MAX];

    if (realpath(path, real) == NULL) {
        bool is_absent = errno == ENOENT || errno == ENOTDIR;

        return sw_fail(err, is_absent ? SW_E_NOT_FOUND : SW_E_IO, "%s: %s", path, strerror(errno));
    }
    *ret_real = sw_copy_text(arena, real);
    return true;
}

bool sw_path_is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    if (sw_text_is(folder, "/")) {
        return path[0] == '/';
    }
    return sw_text_begins(path, folder) && (path[length] == '/' || path[length] == '\0');
}
