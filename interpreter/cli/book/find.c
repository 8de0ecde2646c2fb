#include "cli/book/find.h"

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "lang/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More than a source may have, so that its own finding says so with a place. */
#define READ_BYTES (16u * SW_LIMIT_FILE_BYTES)

struct search {
    struct sw_find *find;
    const struct sw_source *from;
    const char *reference;
    struct sw_arena *arena;
    struct sw_buf places; /**< all that were looked at */
    struct sw_error *err;
};

static bool is_file_reference(const char *reference)
{
    return sw_text_begins(reference, "./") || sw_text_begins(reference, "../") ||
           reference[0] == '/' || sw_text_ends(reference, ".yaml") ||
           sw_text_ends(reference, ".lua");
}

/** PARTS/OF/A/NAME and nothing that climbs. */
static bool is_name(const char *reference)
{
    bool is_start = true;

    for (const char *p = reference; *p != '\0'; p++) {
        bool is_letter = *p >= 'a' && *p <= 'z';
        bool is_other = (*p >= '0' && *p <= '9') || *p == '_' || *p == '-' || *p == '/';

        if (!is_letter && (is_start || !is_other)) {
            return false;
        }
        is_start = *p == '/';
    }
    return !is_start;
}

/** One file has one name, whichever way leads to it. */
static const char *one_name(struct search *search, const char *path, const char *real)
{
    struct sw_find *find = search->find;
    const char *known = NULL;
    const char *from = NULL;
    struct sw_error ignored = {0};

    if (find->real_names == NULL) {
        find->real_names = sw_map_new(search->arena);
    }
    if (sw_path_real(search->arena, search->from->name, &from, &ignored) &&
        !sw_map_has(find->real_names, from)) {
        sw_map_set(find->real_names, from, search->from->name);
    }
    known = sw_map_get(find->real_names, real);
    if (known != NULL) {
        return known;
    }
    sw_map_set(find->real_names, real, path);
    return path;
}

static bool read_file(struct search *search, const char *path, const char *within,
                      struct sw_source *ret_source)
{
    const char *real = NULL;
    const char *folder = NULL;

    if (!sw_path_real(search->arena, path, &real, search->err) ||
        !sw_path_real(search->arena, within, &folder, search->err)) {
        return false;
    }
    if (!sw_path_is_below(real, folder)) {
        return sw_fail(search->err, SW_E_NOT_FOUND,
                       "%s is a link that leads out of %s, to %s; refer to that file itself", path,
                       within, real);
    }
    if (!sw_source_read(search->arena, path, READ_BYTES, ret_source, search->err)) {
        return false;
    }
    if (memchr(ret_source->bytes, '\0', ret_source->length) != NULL) {
        return sw_fail(search->err, SW_E_IO, "%s is no text: it holds a NUL byte", path);
    }
    ret_source->name = one_name(search, path, real);
    return true;
}

static bool find_file(struct search *search, struct sw_source *ret_source)
{
    const char *reference = search->reference;
    const char *folder = sw_path_folder(search->arena, search->from->name);
    const char *path = sw_path_join(search->arena, folder, reference);

    if (reference[0] == '/') {
        return sw_fail(search->err, SW_E_NOT_FOUND,
                       "'%s' is a place on one machine only; write it as seen from this file, "
                       "beginning with ./ or ../",
                       reference);
    }
    if (access(path, F_OK) != 0) {
        return sw_fail(search->err, SW_E_NOT_FOUND, "there is no file %s", path);
    }
    return read_file(search, path, sw_path_folder(search->arena, path), ret_source);
}

/* ---- names ---- */

/** A file that is found by climbing may be anybody's. */
static bool is_trusted(struct search *search, const char *path)
{
    struct stat found;
    struct stat from;

    if (stat(path, &found) != 0) {
        return sw_fail(search->err, SW_E_IO, "%s cannot be looked at", path);
    }
    if (found.st_uid == geteuid() || found.st_uid == 0 ||
        (stat(search->from->name, &from) == 0 && found.st_uid == from.st_uid)) {
        return true;
    }
    return sw_fail(search->err, SW_E_NOT_FOUND,
                   "%s belongs to another user, and nobody named its folder: if it is meant, say "
                   "--library",
                   path);
}

/** The name inside must be the one asked for; a file that is no YAML gets its findings later. */
static bool carries_name(struct search *search, const struct sw_source *source)
{
    struct sw_diags *diags = sw_diags_new();
    const struct sw_node *root = sw_yaml_read(source, search->arena, diags);
    const struct sw_node *name =
        root == NULL || root->kind != SW_NODE_MAP ? NULL : sw_node_get(root, "name");
    bool is_other =
        name != NULL && name->kind == SW_NODE_SCALAR && !sw_text_is(name->text, search->reference);

    sw_diags_free(diags);
    return !is_other ||
           sw_fail(search->err, SW_E_NOT_FOUND,
                   "%s:%u calls itself '%s', but '%s' is asked for: one of the two is wrong",
                   source->name, (unsigned)name->mark.line, name->text, search->reference);
}

/** @return true when the search is over; then *ret_is_fine tells how */
static bool try_folder(struct search *search, const char *folder, bool is_climbed,
                       struct sw_source *ret_source, bool *ret_is_fine)
{
    const char *path =
        sw_path_join(search->arena, folder, sw_format(search->arena, "%s.yaml", search->reference));

    sw_buf_addf(&search->places, "%s%s", search->places.length == 0 ? "" : ", ", path);
    if (access(path, F_OK) != 0) {
        return false;
    }
    *ret_is_fine = (!is_climbed || is_trusted(search, path)) &&
                   read_file(search, path, folder, ret_source) && carries_name(search, ret_source);
    return true;
}

static bool try_given(struct search *search, struct sw_source *ret_source, bool *ret_is_fine)
{
    const char *const *library = search->find->libraries;
    const char *list = getenv("STEPWISE_LIBRARY");

    for (; library != NULL && *library != NULL; library++) {
        if (sw_text_begins(*library, SW_FIND_HOOK)) {
            continue;
        }
        if (try_folder(search, *library, false, ret_source, ret_is_fine)) {
            return true;
        }
    }
    while (list != NULL && *list != '\0') {
        size_t length = strcspn(list, ":");

        if (length > 0 && try_folder(search, sw_copy(search->arena, list, length), false,
                                     ret_source, ret_is_fine)) {
            return true;
        }
        list += length;
        list += *list == ':' ? 1 : 0;
    }
    return false;
}

/** `runbooks/` beside the file and in each folder above: shown as seen from where we are, as long
 * as that has a name. */
static bool try_above(struct search *search, struct sw_source *ret_source, bool *ret_is_fine)
{
    struct sw_error ignored = {0};
    const char *folder = sw_path_folder(search->arena, search->from->name);

    while (true) {
        const char *runbooks = sw_path_join(search->arena, folder, "runbooks");

        if (try_folder(search, runbooks, true, ret_source, ret_is_fine)) {
            return true;
        }
        if (sw_text_is(folder, "/")) {
            return false;
        }
        if (sw_text_is(folder, ".") || sw_text_begins(folder, "..")) {
            if (!sw_path_real(search->arena, folder, &folder, &ignored)) {
                return false;
            }
        }
        folder = sw_path_folder(search->arena, folder);
    }
}

static bool find_name(struct search *search, struct sw_source *ret_source)
{
    bool is_fine = false;

    if (try_given(search, ret_source, &is_fine) || try_above(search, ret_source, &is_fine) ||
        try_folder(search, SW_DATA_FOLDER, false, ret_source, &is_fine)) {
        return is_fine;
    }
    return sw_fail(search->err, SW_E_NOT_FOUND,
                   "there is no runbook '%s'; looked for %s. Name its folder with --library, or "
                   "write ./FILE.yaml for one beside this",
                   search->reference, search->places.bytes);
}

/** A hook point, by what it is bound to. */
static bool find_point(struct search *search, struct sw_source *ret_source)
{
    const char *const *row = search->find->libraries;
    size_t length = strlen(search->reference);

    for (; row != NULL && *row != NULL; row++) {
        const char *point = *row + strlen(SW_FIND_HOOK);

        if (!sw_text_begins(*row, SW_FIND_HOOK) || strncmp(point, search->reference, length) != 0 ||
            point[length] != '=') {
            continue;
        }
        const char *path = point + length + 1;

        if (access(path, F_OK) != 0) {
            return sw_fail(search->err, SW_E_IO,
                           "the point '%s' is bound to %s, which is not there", search->reference,
                           path);
        }
        return read_file(search, path, sw_path_folder(search->arena, path), ret_source);
    }
    return sw_fail(search->err, SW_E_NOT_FOUND, "nothing is bound to the point '%s'",
                   search->reference);
}

static bool find(void *context, const struct sw_source *from, const char *reference,
                 enum sw_part_kind kind, struct sw_arena *arena, struct sw_source *ret_source,
                 struct sw_error *err)
{
    struct search search = {
        .find = context, .from = from, .reference = reference, .arena = arena, .err = err};
    bool is_found = false;

    if (is_file_reference(reference)) {
        return find_file(&search, ret_source);
    }
    if (kind == SW_PART_HOOK) {
        return find_point(&search, ret_source);
    }
    if (kind != SW_PART_RUNBOOK || !is_name(reference)) {
        return sw_fail(err, SW_E_NOT_FOUND,
                       "'%s' is neither a file (./NAME.yaml, ../NAME.lua) nor the name of a "
                       "runbook (small letters, digits, `_` and `-`, with `/` between)",
                       reference);
    }
    sw_buf_init(&search.places, SW_ERROR_TEXT_BYTES / 2);
    is_found = find_name(&search, ret_source);
    sw_buf_release(&search.places);
    return is_found;
}

struct sw_finder sw_find_on_disk(struct sw_find *context)
{
    return (struct sw_finder){.context = context, .find = find};
}
