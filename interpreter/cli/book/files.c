#include "cli/book/files.h"

#include "base/limits.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    const char *key, *name;
} kinds[] = {
    [SW_FILE_RUNBOOK] = {"stepwise", "runbook"}, [SW_FILE_SITE] = {"site", "site file"},
    [SW_FILE_WORLD] = {"world", "world"},        [SW_FILE_TEST] = {"test", "test"},
    [SW_FILE_OTHER] = {NULL, "other file"},
};

enum sw_file_kind sw_file_kind_of(const char *text)
{
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n' ? 1 : 0;
        size_t length = strcspn(line, ": \t\r\n");

        for (size_t i = 0; i < SW_FILE_OTHER; i++) {
            if (line[length] == ':' && strlen(kinds[i].key) == length &&
                strncmp(line, kinds[i].key, length) == 0) {
                return (enum sw_file_kind)i;
            }
        }
    }
    return SW_FILE_OTHER;
}

const char *sw_file_kind_name(enum sw_file_kind kind)
{
    return kinds[kind].name;
}

struct walk {
    struct sw_arena *arena;
    struct sw_file_list *list;
    size_t path_room, named_room;
};

static bool add(struct walk *walk, const char *path, bool is_named, struct sw_error *err)
{
    struct sw_file_list *list = walk->list;

    if (list->count == SW_LIMIT_FILES) {
        return sw_fail(err, SW_E_LIMIT, "more than %u files", SW_LIMIT_FILES);
    }
    list->paths =
        sw_grow(walk->arena, list->paths, list->count, &walk->path_room, sizeof *list->paths);
    list->is_named = sw_grow(walk->arena, list->is_named, list->count, &walk->named_room,
                             sizeof *list->is_named);
    list->is_named[list->count] = is_named;
    list->paths[list->count++] = path;
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a folder, sorted: what is found must not depend on the file system. */
static bool read_names(struct walk *walk, const char *path, const char ***ret_names,
                       size_t *ret_count, struct sw_error *err)
{
    DIR *folder = opendir(path);
    const char **names = NULL;
    size_t count = 0;
    size_t room = 0;

    if (folder == NULL) {
        return sw_fail(err, SW_E_IO, "open folder '%s': %s", path, strerror(errno));
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] != '.') {
            names = sw_grow(walk->arena, names, count, &room, sizeof *names);
            names[count++] = sw_copy_text(walk->arena, entry->d_name);
        }
    }
    closedir(folder);
    if (count > 0) {
        qsort(names, count, sizeof *names, by_name);
    }
    *ret_names = names;
    *ret_count = count;
    return true;
}

static bool add_folder(struct walk *walk, const char *path, unsigned depth, struct sw_error *err)
{
    const char **names = NULL;
    size_t count = 0;
    bool has_slash = sw_text_ends(path, "/");

    if (depth == SW_LIMIT_DEPTH) {
        return sw_fail(err, SW_E_LIMIT, "folders are nested more than %u deep at '%s'",
                       SW_LIMIT_DEPTH, path);
    }
    if (!read_names(walk, path, &names, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const char *inside = sw_text_is(path, ".") ? names[i]
                                                   : sw_format(walk->arena, "%s%s%s", path,
                                                               has_slash ? "" : "/", names[i]);
        struct stat info;

        if (lstat(inside, &info) != 0) {
            continue; /* gone meanwhile */
        }
        if (S_ISDIR(info.st_mode)) {
            if (!add_folder(walk, inside, depth + 1, err)) {
                return false;
            }
            continue;
        }
        bool is_yaml = sw_text_ends(names[i], ".yaml") || sw_text_ends(names[i], ".yml");

        if (is_yaml && stat(inside, &info) == 0 && S_ISREG(info.st_mode) &&
            !add(walk, inside, false, err)) {
            return false;
        }
    }
    return true;
}

bool sw_file_list_read(const char *const *words, size_t count, struct sw_arena *arena,
                       struct sw_file_list *ret_list, struct sw_error *err)
{
    struct sw_file_list list = {0};
    struct walk walk = {.arena = arena, .list = &list};

    for (size_t i = 0; i < count; i++) {
        struct stat info;
        bool is_folder = stat(words[i], &info) == 0 && S_ISDIR(info.st_mode);

        if (is_folder ? !add_folder(&walk, words[i], 0, err) : !add(&walk, words[i], true, err)) {
            return false;
        }
    }
    *ret_list = list;
    return true;
}
