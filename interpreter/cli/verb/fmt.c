/* fmt: files in their canonical layout, each written whole or not at all. */
#include "lang/fmt.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/book/files.h"
#include "cli/book/load.h"
#include "cli/verb/verbs.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES (16u * SW_LIMIT_FILE_BYTES)

struct fmt {
    const struct sw_options *options;
    size_t files, changed;
    int code;
};

static void fail(struct fmt *fmt, int code)
{
    fmt->code = code > fmt->code ? code : fmt->code;
}

/* Where the file really is: a link stays a link. */
static bool write_back(struct sw_arena *arena, const char *path, const char *text, size_t length,
                       struct sw_error *err)
{
    const char *real = NULL;
    struct stat info;

    if (!sw_path_real(arena, path, &real, err)) {
        return false;
    }
    if (stat(real, &info) != 0) {
        return sw_fail(err, SW_E_IO, "'%s' is gone", path);
    }
    if (access(real, W_OK) != 0) {
        return sw_fail(err, SW_E_DENIED, "'%s' is read-only", path);
    }
    return sw_file_write(real, text, length, info.st_mode & 07777, err);
}

static void tell_findings(struct sw_loaded *loaded)
{
    sw_diags_sort(loaded->diags);
    sw_print_findings(loaded);
}

static void fmt_text(struct fmt *fmt, const char *path, const struct sw_buf *text)
{
    struct sw_loaded loaded = {.arena = sw_arena_new(), .diags = sw_diags_new()};
    bool is_runbook = sw_file_kind_of(text->bytes) == SW_FILE_RUNBOOK;
    const char *out = NULL;
    size_t length = 0;
    struct sw_error err = {0};

    sw_source_from_text(loaded.arena, path, text->bytes, text->length, &loaded.source);
    if (!sw_fmt(&loaded.source, is_runbook ? &sw_keys_top : NULL, loaded.arena, loaded.diags, &out,
                &length, &err)) {
        if (err.code == SW_E_INPUT) {
            tell_findings(&loaded);
        } else {
            fprintf(stderr, "stepwise fmt: %s\n", err.text);
        }
        fail(fmt, err.code == SW_E_INPUT ? SW_EXIT_INVALID : SW_EXIT_INTERNAL);
    } else {
        bool is_same = length == text->length && memcmp(out, text->bytes, length) == 0;
        bool is_stream = sw_text_is(path, "-");

        fmt->changed += !is_same;
        if (fmt->options->is_dry_run) {
            if (!is_same && !fmt->options->is_quiet) {
                printf("%s\n", path);
            }
        } else if (is_stream) {
            fwrite(out, 1, length, stdout);
        } else if (!is_same) {
            if (!write_back(loaded.arena, path, out, length, &err)) {
                fprintf(stderr, "stepwise fmt: %s\n", err.text);
                fail(fmt, SW_EXIT_INTERNAL);
            } else if (!fmt->options->is_quiet) {
                printf("%s\n", path);
            }
        }
    }
    sw_loaded_release(&loaded);
}

static void fmt_one(struct fmt *fmt, const char *path, bool is_named)
{
    struct sw_buf text;
    struct sw_error err = {0};

    sw_buf_init(&text, READ_BYTES);
    if (!sw_file_read(path, &text, &err)) {
        fprintf(stderr, "stepwise fmt: %s\n", err.text);
        fail(fmt, SW_EXIT_USAGE);
    } else if (is_named || sw_file_kind_of(text.bytes) != SW_FILE_OTHER) {
        fmt->files++;
        fmt_text(fmt, path, &text);
    }
    sw_buf_release(&text);
}

int sw_cmd_fmt(const struct sw_options *options, struct sw_arena *arena)
{
    struct fmt fmt = {.options = options};
    struct sw_file_list files;
    struct sw_error err = {0};

    if (!sw_file_list_read(options->operands, options->operand_count, arena, &files, &err)) {
        fprintf(stderr, "stepwise fmt: %s\n", err.text);
        return SW_EXIT_USAGE;
    }
    for (size_t i = 0; i < files.count; i++) {
        fmt_one(&fmt, files.paths[i], files.is_named[i]);
    }
    if (options->is_dry_run && fmt.changed > 0) {
        if (!options->is_quiet) {
            fprintf(stderr, "stepwise fmt: %zu of %zu %s would be laid out anew\n", fmt.changed,
                    fmt.files, sw_plural(fmt.files, "file", "files"));
        }
        fail(&fmt, SW_EXIT_FAILED);
    }
    return fmt.code;
}
