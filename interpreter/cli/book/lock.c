#include "cli/book/lock.h"

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "lang/yaml.h"

#include <string.h>
#include <unistd.h>

#define PREFIX "sha256:"

const char *sw_lock_path(struct sw_arena *arena, const char *runbook_path)
{
    if (sw_text_is(runbook_path, "-")) {
        return NULL;
    }
    return sw_path_join(arena, sw_path_folder(arena, runbook_path), SW_LOCK_NAME);
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static const char *kind_word(const struct sw_part *part)
{
    return part->kind == SW_PART_HOOK ? "hook" : "runbook";
}

static const struct sw_node *get(const struct sw_node *map, const char *key)
{
    return map == NULL || map->kind != SW_NODE_MAP ? NULL : sw_node_get(map, key);
}

static const char *word(const struct sw_node *map, const char *key)
{
    const struct sw_node *node = get(map, key);

    return node == NULL || node->kind != SW_NODE_SCALAR ? NULL : node->text;
}

/* The lock as a tree; NULL: there is none, or it is broken (then `ret_is_there`). */
static const struct sw_node *read_lock(struct sw_arena *arena, const char *path,
                                       struct sw_diags *diags, bool *ret_is_there)
{
    struct sw_source source;
    struct sw_error ignored = {0};

    *ret_is_there = access(path, F_OK) == 0;
    if (!*ret_is_there || !sw_source_read(arena, path, SW_LIMIT_FILE_BYTES, &source, &ignored)) {
        return NULL;
    }
    const struct sw_node *root = sw_yaml_read(&source, arena, diags);

    return root != NULL && sw_text_is(word(root, "stepwise_lock"), "1") ? root : NULL;
}

/* The row of a part in the lock: same kind, same words, from the same file. */
static const struct sw_node *find_row(const struct sw_node *files, const char *kind,
                                      const char *reference, const char *from)
{
    for (size_t i = 0; files != NULL && files->kind == SW_NODE_LIST && i < files->count; i++) {
        const struct sw_node *row = files->items[i];

        if (sw_text_is(word(row, kind), reference) && sw_text_is(word(row, "from"), from)) {
            return row;
        }
    }
    return NULL;
}

/* How the lock names the file that refers to a part: by what refers to that one. */
static const char *from_of(const struct sw_bundle *bundle, const struct sw_part *part)
{
    for (size_t i = 0; i < sw_bundle_count(bundle); i++) {
        const struct sw_part *other = sw_bundle_at(bundle, i);

        if (sw_text_is(other->source.name, part->from)) {
            return i == 0 ? file_name(other->source.name) : other->reference;
        }
    }
    return "?";
}

/* What a site file binds to a point is the site's, not the runbook's. */
static bool is_ours(const struct sw_part *part)
{
    return part->kind != SW_PART_HOOK || sw_text_ends(part->reference, ".lua");
}

static size_t count_ours(const struct sw_bundle *bundle)
{
    size_t count = 0;

    for (size_t i = 1; i < sw_bundle_count(bundle); i++) {
        count += is_ours(sw_bundle_at(bundle, i)) ? 1 : 0;
    }
    return count;
}

static void check_part(struct sw_loaded *loaded, const struct sw_node *entry,
                       const struct sw_part *part)
{
    const char *from = from_of(loaded->bundle, part);
    const struct sw_node *row =
        find_row(get(entry, "files"), kind_word(part), part->reference, from);
    const char *digest = word(row, "digest");
    struct sw_diag *diag = NULL;

    if (row == NULL) {
        diag =
            sw_diag_add(loaded->diags, SW_ERROR, 614, entry->mark,
                        "the lock does not have `%s`, which `%s` refers to", part->reference, from);
    } else if (digest == NULL || !sw_text_begins(digest, PREFIX) ||
               !sw_text_is(digest + strlen(PREFIX), part->digest)) {
        diag = sw_diag_add(loaded->diags, SW_ERROR, 614, get(row, kind_word(part))->mark,
                           "`%s` is not the file that was pinned: pinned %.19s..., there is " PREFIX
                           "%.12s...",
                           part->source.name, digest == NULL ? "nothing" : digest, part->digest);
    }
    if (diag != NULL) {
        sw_diag_hint(loaded->diags, diag,
                     "read what changed (stepwise diff), try the runbook, then: stepwise pin %s",
                     loaded->source.name);
    }
}

bool sw_lock_check(struct sw_loaded *loaded, const char *path)
{
    const char *lock = sw_lock_path(loaded->arena, path);
    bool is_there = false;
    const struct sw_node *root =
        lock == NULL ? NULL : read_lock(loaded->arena, lock, loaded->diags, &is_there);
    const struct sw_node *entry = get(get(root, "runbooks"), file_name(path));
    const char *tool = word(root, "tool");

    if (is_there && root == NULL) {
        struct sw_diag *diag =
            sw_diag_add(loaded->diags, SW_ERROR, 614,
                        (struct sw_mark){.file = lock, .line = 1, .column = 1, .length = 1},
                        "this is no lock of stepwise");
        sw_diag_hint(loaded->diags, diag, "take it away, and let `stepwise pin` write it");
        return false;
    }
    if (entry == NULL || loaded->bundle == NULL) {
        return false;
    }
    if (!sw_text_is(tool, SW_VERSION)) {
        struct sw_diag *diag = sw_diag_add(
            loaded->diags, SW_WARNING, 615, get(root, "stepwise_lock")->mark,
            "pinned by stepwise %.40s, this is stepwise " SW_VERSION, tool == NULL ? "?" : tool);
        sw_diag_hint(loaded->diags, diag, "read its news, try the runbook, then: stepwise pin %s",
                     path);
    }
    for (size_t i = 1; i < sw_bundle_count(loaded->bundle); i++) {
        if (is_ours(sw_bundle_at(loaded->bundle, i))) {
            check_part(loaded, entry, sw_bundle_at(loaded->bundle, i));
        }
    }
    return true;
}

/* ---- writing ---- */

static void add_quoted(struct sw_buf *out, const char *text)
{
    sw_buf_add_char(out, '\'');
    for (; *text != '\0'; text++) {
        sw_buf_add_text(out, *text == '\'' ? "'" : "");
        sw_buf_add_char(out, *text);
    }
    sw_buf_add_char(out, '\'');
}

static void add_row(struct sw_buf *out, const char *kind, const char *reference, const char *from,
                    const char *digest)
{
    sw_buf_addf(out, "      - %s: ", kind);
    add_quoted(out, reference);
    sw_buf_add_text(out, "\n        from: ");
    add_quoted(out, from);
    sw_buf_add_text(out, "\n        digest: ");
    add_quoted(out, digest);
    sw_buf_add_char(out, '\n');
}

static void add_own(struct sw_buf *out, const struct sw_loaded *loaded, struct sw_arena *arena)
{
    const struct sw_bundle *bundle = loaded->bundle;

    sw_buf_addf(out, "    files:%s\n", count_ours(bundle) == 0 ? " []" : "");
    for (size_t i = 1; i < sw_bundle_count(bundle); i++) {
        const struct sw_part *part = sw_bundle_at(bundle, i);

        if (is_ours(part)) {
            add_row(out, kind_word(part), part->reference, from_of(bundle, part),
                    sw_format(arena, PREFIX "%s", part->digest));
        }
    }
}

static void add_old(struct sw_buf *out, const struct sw_node *entry)
{
    const struct sw_node *files = get(entry, "files");
    bool has_rows = files != NULL && files->kind == SW_NODE_LIST && files->count > 0;

    sw_buf_addf(out, "    files:%s\n", has_rows ? "" : " []");
    for (size_t i = 0; has_rows && i < files->count; i++) {
        const struct sw_node *row = files->items[i];
        const char *kind = word(row, "hook") != NULL ? "hook" : "runbook";
        const char *reference = word(row, kind);
        const char *from = word(row, "from");
        const char *digest = word(row, "digest");

        if (reference != NULL && from != NULL && digest != NULL) {
            add_row(out, kind, reference, from, digest);
        }
    }
}

/* Rows in order of their name, so that the file has one form. */
static void add_entries(struct sw_buf *out, const struct sw_node *old,
                        const struct sw_loaded *loaded, const char *own, struct sw_arena *arena)
{
    const char *last = "";

    for (size_t n = 0; n < (old == NULL ? 0 : old->count) + 1; n++) {
        const char *next = strcmp(own, last) > 0 ? own : NULL;

        for (size_t i = 0; old != NULL && i < old->count; i++) {
            const char *name = old->keys[i]->text;

            if (strcmp(name, last) > 0 && (next == NULL || strcmp(name, next) < 0)) {
                next = name;
            }
        }
        if (next == NULL) {
            return;
        }
        sw_buf_add_text(out, "  ");
        add_quoted(out, next);
        sw_buf_add_text(out, ":\n");
        if (sw_text_is(next, own)) {
            add_own(out, loaded, arena);
        } else {
            add_old(out, get(old, next));
        }
        last = next;
    }
}

bool sw_lock_write(const struct sw_loaded *loaded, const char *path, struct sw_buf *out,
                   struct sw_error *err)
{
    const char *lock = sw_lock_path(loaded->arena, path);
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *ignored = sw_diags_new();
    bool is_there = false;
    const struct sw_node *root = read_lock(loaded->arena, lock, ignored, &is_there);
    const struct sw_node *old = get(root, "runbooks");

    if (is_there && root == NULL) {
        return sw_fail(err, SW_E_INPUT, "%s is no lock of stepwise; take it away first", lock);
    }
    sw_buf_add_text(out, "# Written by `stepwise pin`, checked by every load and `stepwise pin "
                         "--check`. Not to be edited.\nstepwise_lock: 1\ntool: '" SW_VERSION
                         "'\nrunbooks:\n");
    add_entries(out, old != NULL && old->kind == SW_NODE_MAP ? old : NULL, loaded, file_name(path),
                loaded->arena);
    return true;
}
