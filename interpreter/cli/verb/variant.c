/* Variants: pin, show. */
#include "lang/variant.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/book/lock.h"
#include "cli/verb/verbs.h"
#include "lang/variant_pin.h"
#include "lang/yaml.h"
#include "ui/resolved.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES (16u * SW_LIMIT_FILE_BYTES)
#define NEW_FILE_MODE 0644

/* ---- pin ---- */

/* The base's own version; "" when it has none. */
static const char *base_version(const struct sw_part *part, struct sw_arena *arena)
{
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *ignored = sw_diags_new();
    const struct sw_node *root = sw_yaml_read(&part->source, arena, ignored);
    const struct sw_node *version =
        root == NULL || root->kind != SW_NODE_MAP ? NULL : sw_node_get(root, "version");

    return version == NULL || version->kind != SW_NODE_SCALAR ? "" : version->text;
}

/* The text of the file with its base pinned; the text as it is when it extends nothing. */
static bool pinned_text(const struct sw_options *options, const char *path, struct sw_arena *arena,
                        struct sw_buf *text, struct sw_error *err)
{
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *ignored = sw_diags_new();
    struct sw_source source;
    struct sw_find find = {.libraries = options->libraries};
    struct sw_finder finder = sw_find_on_disk(&find);

    if (!sw_file_read(path, text, err)) {
        return false;
    }
    sw_source_from_text(arena, path, text->bytes, text->length, &source);
    const struct sw_node *root = sw_yaml_read(&source, arena, ignored);
    const struct sw_node *extends =
        root == NULL || root->kind != SW_NODE_MAP ? NULL : sw_node_get(root, "extends");
    const struct sw_node *word =
        extends == NULL || extends->kind != SW_NODE_MAP ? NULL : sw_node_get(extends, "runbook");

    if (word == NULL || word->kind != SW_NODE_SCALAR) {
        return true; /* the load says what is wrong, if anything is */
    }
    struct sw_bundle *bundle = sw_bundle_new(arena, &source, &finder);
    struct sw_error missing = {0};
    const struct sw_part *part =
        sw_bundle_part(bundle, &source, word->text, SW_PART_RUNBOOK, &missing);
    const char *pinned = NULL;
    size_t length = 0;

    if (part != NULL && sw_variant_pin(&source, root, base_version(part, arena), part->digest,
                                       arena, &pinned, &length)) {
        bool has_mark = text->length != source.length; /* a byte order mark stays */

        sw_buf_clear(text);
        sw_buf_add_text(text, has_mark ? "\xEF\xBB\xBF" : "");
        sw_buf_add(text, pinned, length);
    }
    return true;
}

static bool write_file(struct sw_arena *arena, const char *path, const struct sw_buf *text,
                       struct sw_error *err)
{
    struct stat info;
    const char *real = path;
    bool is_there = stat(path, &info) == 0;

    if (is_there && !sw_path_real(arena, path, &real, err)) {
        return false;
    }
    if (is_there && access(real, W_OK) != 0) {
        return sw_fail(err, SW_E_DENIED, "'%s' is read-only", path);
    }
    return sw_file_write(real, text->bytes, text->length,
                         is_there ? info.st_mode & 07777 : NEW_FILE_MODE, err);
}

/* What a file and its lock would be; compared or written. */
static int pin_one(const struct sw_options *options, const char *path)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_buf_release) struct sw_buf old = {0};
    SW_CLEANUP(sw_buf_release) struct sw_buf text = {0};
    SW_CLEANUP(sw_buf_release) struct sw_buf lock = {0};
    SW_CLEANUP(sw_buf_release) struct sw_buf old_lock = {0};
    SW_CLEANUP(sw_loaded_release) struct sw_loaded loaded = {0};
    struct sw_error err = {0};
    struct sw_error ignored = {0};

    sw_buf_init(&old, READ_BYTES);
    sw_buf_init(&text, READ_BYTES);
    sw_buf_init(&lock, READ_BYTES);
    sw_buf_init(&old_lock, READ_BYTES);
    if (!pinned_text(options, path, arena, &text, &err)) {
        return sw_complain(&err);
    }
    sw_load_runbook_to_pin(path, text.bytes, text.length, options->libraries, &loaded);
    if (loaded.runbook == NULL) {
        sw_print_findings(&loaded);
        return SW_EXIT_INVALID;
    }
    const char *lock_path = sw_lock_path(arena, path);

    if (!sw_lock_write(&loaded, path, &lock, &err) || !sw_file_read(path, &old, &err)) {
        return sw_complain(&err);
    }
    bool has_lock = access(lock_path, F_OK) == 0 && sw_file_read(lock_path, &old_lock, &ignored);
    bool is_same_lock = has_lock && lock.length == old_lock.length &&
                        memcmp(lock.bytes, old_lock.bytes, lock.length) == 0;
    bool is_same = old.length == text.length && memcmp(old.bytes, text.bytes, old.length) == 0;

    if (options->is_dry_run) {
        if (!is_same) {
            printf("%s: `extends` does not pin its base as it is now\n", path);
        }
        if (!is_same_lock) {
            printf("%s: %s\n", lock_path,
                   has_lock ? "differs from what is there now" : "is missing");
        }
        if (!is_same || !is_same_lock) {
            printf("Read what changed (stepwise diff), try the runbook, then: stepwise pin %s\n",
                   path);
        }
        return is_same && is_same_lock ? SW_EXIT_DONE : SW_EXIT_FAILED;
    }
    if ((!is_same && !write_file(arena, path, &text, &err)) ||
        (!is_same_lock && !write_file(arena, lock_path, &lock, &err))) {
        return sw_complain(&err);
    }
    if (!options->is_quiet) {
        size_t others = sw_bundle_count(loaded.bundle) - 1;

        printf("%s: %s, %zu other %s pinned in %s\n", path, is_same ? "as it was" : "base pinned",
               others, sw_plural(others, "file", "files"), lock_path);
    }
    return SW_EXIT_DONE;
}

int sw_cmd_pin(const struct sw_options *options, struct sw_arena *arena)
{
    int code = SW_EXIT_DONE;

    (void)arena;
    for (size_t i = 0; i < options->operand_count; i++) {
        int one = sw_text_is(options->operands[i], "-") ? SW_EXIT_USAGE
                                                        : pin_one(options, options->operands[i]);

        if (sw_text_is(options->operands[i], "-")) {
            fprintf(stderr, "stepwise pin: a lock lies beside a file, so name the file\n");
        }
        code = one > code ? one : code;
    }
    return code;
}

/* ---- show ---- */

int sw_cmd_show(const struct sw_options *options, struct sw_arena *arena)
{
    SW_CLEANUP(sw_loaded_release) struct sw_loaded loaded = {0};
    SW_CLEANUP(sw_buf_release) struct sw_buf out = {0};
    struct sw_error err = {0};

    (void)arena;
    if (!sw_load_runbook(options->operands[0], options->libraries, &loaded, &err)) {
        return sw_complain(&err);
    }
    if (loaded.runbook == NULL || sw_diags_count(loaded.diags) > 0) {
        sw_print_findings(&loaded);
    }
    if (loaded.runbook == NULL) {
        return SW_EXIT_INVALID;
    }
    sw_buf_init(&out, SW_LIMIT_REPLY_BYTES);
    if (sw_text_is(options->output, "json")) {
        sw_resolved_json(&out, loaded.runbook);
    } else {
        sw_resolved_yaml(&out, loaded.runbook);
    }
    fwrite(out.bytes, 1, out.length, stdout);
    return SW_EXIT_DONE;
}
