#include "cli/book/git.h"

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "io/process.h"

#include <string.h>
#include <unistd.h>

#define GIT_MS 20000
#define READ_BYTES (16u * SW_LIMIT_FILE_BYTES)
#define ARGS_MAX 12

bool sw_git_split(struct sw_arena *arena, const char *word, const char **ret_revision,
                  const char **ret_path)
{
    const char *colon = strchr(word, ':');

    if (access(word, F_OK) == 0 || colon == NULL || colon == word || colon[1] == '\0') {
        return false;
    }
    *ret_revision = sw_copy(arena, word, (size_t)(colon - word));
    *ret_path = colon + 1;
    return true;
}

/* One question to git. A hook or a pager that a checkout configures has no part in these. */
static bool ask(struct sw_arena *arena, const char *folder, const char *const *words,
                struct sw_process_end *ret_end, struct sw_error *err)
{
    const char *argv[ARGS_MAX + 1] = {
        "git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C", folder};
    size_t count = 6;
    struct sw_process process = {.argv = argv, .timeout_ms = GIT_MS, .limit_bytes = READ_BYTES};

    for (size_t i = 0; words[i] != NULL && count < ARGS_MAX; i++) {
        argv[count++] = words[i];
    }
    argv[count] = NULL;
    return sw_process_talk(&process, arena, ret_end, err);
}

static bool read_blob(struct sw_arena *arena, const char *folder, const char *object,
                      struct sw_process_end *ret_end, struct sw_error *err)
{
    const char *const words[] = {"cat-file", "blob", object, NULL};

    return ask(arena, folder, words, ret_end, err);
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

bool sw_git_read(struct sw_arena *arena, const char *revision, const char *path,
                 const char **ret_bytes, size_t *ret_length, struct sw_error *err)
{
    const char *folder = sw_path_folder(arena, path);
    struct sw_process_end end = {0};
    bool has_folder = access(folder, X_OK) == 0;

    if (revision[0] == '-') {
        return sw_fail(err, SW_E_INPUT, "'%.80s' is no revision: it begins with '-'", revision);
    }
    if (has_folder &&
        !read_blob(arena, folder, sw_format(arena, "%s:./%s", revision, last_part(path)), &end,
                   err)) {
        return false;
    }
    /* As git itself would take it: from the top of the checkout. */
    if (!has_folder || end.code != 0) {
        struct sw_process_end other = {0};

        if (!read_blob(arena, ".", sw_format(arena, "%s:%s", revision, path), &other, err)) {
            return false;
        }
        end = other.code == 0 || !has_folder ? other : end;
    }
    if (end.code != 0) {
        size_t length = strcspn(end.errors, "\n");

        return sw_fail(err, SW_E_NOT_FOUND, "git has no %s:%s: %.*s", revision, path, (int)length,
                       end.errors);
    }
    *ret_bytes = end.out;
    *ret_length = end.out_length;
    return true;
}

/* Is this file not as it was committed? One that lies in no checkout is not asked about. */
static bool is_changed(struct sw_arena *arena, const char *path, bool is_first)
{
    const char *const words[] = {"status", "--porcelain", "--ignored", "--", last_part(path), NULL};
    struct sw_process_end end = {0};
    struct sw_error ignored = {0};

    if (!ask(arena, sw_path_folder(arena, path), words, &end, &ignored) || end.code != 0) {
        return is_first;
    }
    return end.out_length > 0;
}

bool sw_git_place(struct sw_arena *arena, const char *const *paths, struct sw_git_place *ret_place)
{
    static const char *const head[] = {"rev-parse", "--verify", "--quiet", "HEAD", NULL};
    struct sw_process_end end = {0};
    struct sw_error ignored = {0};

    if (paths[0] == NULL || !ask(arena, sw_path_folder(arena, paths[0]), head, &end, &ignored) ||
        end.code != 0) {
        return false;
    }
    size_t length = strspn(end.out, "0123456789abcdef");

    if (length < 40) {
        return false;
    }
    *ret_place = (struct sw_git_place){.commit = sw_copy(arena, end.out, length)};
    for (size_t i = 0; paths[i] != NULL && !ret_place->is_dirty; i++) {
        ret_place->is_dirty = is_changed(arena, paths[i], i == 0);
    }
    return true;
}
