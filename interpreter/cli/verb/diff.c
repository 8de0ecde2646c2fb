/* diff: what two versions of a runbook ask for differently; each a file, or REV:FILE in git. */
#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/book/git.h"
#include "cli/book/load.h"
#include "cli/verb/verbs.h"
#include "ui/diff_text.h"

#include <stdio.h>
#include <string.h>

/* The files of a revision: those of the checkout are taken from it, others from the disk. */
struct git_find {
    const char *revision;
    struct sw_find disk;
};

/* "REV:PATH" is the name of such a source. */
static const char *path_of(const struct git_find *find, const struct sw_source *source)
{
    size_t length = strlen(find->revision);
    bool is_ours =
        strncmp(source->name, find->revision, length) == 0 && source->name[length] == ':';

    return is_ours ? source->name + length + 1 : source->name;
}

static bool take_blob(const struct git_find *find, const char *path, struct sw_arena *arena,
                      struct sw_source *ret_source)
{
    const char *bytes = NULL;
    size_t length = 0;
    struct sw_error ignored = {0};

    if (!sw_git_read(arena, find->revision, path, &bytes, &length, &ignored)) {
        return false;
    }
    sw_source_from_text(arena, sw_format(arena, "%s:%s", find->revision, path), bytes, length,
                        ret_source);
    return true;
}

static bool find_in_git(void *context, const struct sw_source *from, const char *reference,
                        enum sw_part_kind kind, struct sw_arena *arena,
                        struct sw_source *ret_source, struct sw_error *err)
{
    struct git_find *find = context;
    struct sw_source as_file = *from;
    struct sw_finder disk = sw_find_on_disk(&find->disk);

    as_file.name = path_of(find, from);
    if (sw_text_ends(reference, ".yaml") || sw_text_ends(reference, ".lua")) {
        const char *path = sw_path_join(arena, sw_path_folder(arena, as_file.name), reference);

        if (take_blob(find, path, arena, ret_source)) {
            return true;
        }
    }
    if (!disk.find(disk.context, &as_file, reference, kind, arena, ret_source, err)) {
        return false;
    }
    struct sw_source committed;

    if (take_blob(find, ret_source->name, arena, &committed)) {
        *ret_source = committed;
    }
    return true;
}

static bool load_revision(const char *revision, const char *path, const char *const *libraries,
                          struct sw_loaded *loaded, struct sw_error *err)
{
    *loaded = (struct sw_loaded){.arena = sw_arena_new(), .diags = sw_diags_new()};

    struct git_find *find = sw_alloc(loaded->arena, sizeof *find);
    struct sw_finder *finder = sw_alloc(loaded->arena, sizeof *finder);
    const char *bytes = NULL;
    size_t length = 0;

    if (!sw_git_read(loaded->arena, revision, path, &bytes, &length, err)) {
        return false;
    }
    *find = (struct git_find){.revision = revision, .disk = {.libraries = libraries}};
    *finder = (struct sw_finder){.context = find, .find = find_in_git};
    sw_source_from_text(loaded->arena, sw_format(loaded->arena, "%s:%s", revision, path), bytes,
                        length, &loaded->source);
    sw_load_runbook_found(loaded, finder);
    return true;
}

static int load_side(const struct sw_options *options, const char *word, struct sw_arena *arena,
                     struct sw_loaded *loaded)
{
    const char *revision = NULL;
    const char *path = NULL;
    struct sw_error err = {0};
    bool is_read = sw_git_split(arena, word, &revision, &path)
                       ? load_revision(revision, path, options->libraries, loaded, &err)
                       : sw_load_runbook(word, options->libraries, loaded, &err);

    if (!is_read) {
        return sw_complain(&err);
    }
    if (loaded->runbook == NULL) {
        sw_print_findings(loaded);
        fprintf(stderr, "stepwise diff: %s does not load, so what it asks for is not known\n",
                word);
        return SW_EXIT_INVALID;
    }
    return SW_EXIT_DONE;
}

/* For CI: nothing to look at, something to look at, something to say yes to. */
static int exit_of(const struct sw_diff *diff)
{
    bool has_other = false;

    for (size_t i = 0; i < diff->count; i++) {
        has_other = has_other || diff->rows[i].rank == SW_DIFF_PLAIN;
    }
    if (sw_diff_is_safety(diff)) {
        return SW_EXIT_PARKED;
    }
    return has_other ? SW_EXIT_CHANGES : SW_EXIT_DONE;
}

int sw_cmd_diff(const struct sw_options *options, struct sw_arena *arena)
{
    SW_CLEANUP(sw_loaded_release) struct sw_loaded was = {0};
    SW_CLEANUP(sw_loaded_release) struct sw_loaded now = {0};
    SW_CLEANUP(sw_buf_release) struct sw_buf out = {0};
    struct sw_diff diff;
    int code = load_side(options, options->operands[0], arena, &was);
    int other = load_side(options, options->operands[1], arena, &now);

    if (code != SW_EXIT_DONE || other != SW_EXIT_DONE) {
        return code > other ? code : other;
    }
    sw_diff_runbooks(was.runbook, now.runbook, arena, &diff);
    struct sw_diff_view view = {.was = was.runbook,
                                .now = now.runbook,
                                .was_name = options->operands[0],
                                .now_name = options->operands[1],
                                .diff = &diff,
                                .has_wording = options->is_verbose};

    sw_buf_init(&out, SW_LIMIT_REPLY_BYTES);
    if (sw_text_is(options->output, "json")) {
        sw_diff_json(&out, &view);
    } else if (sw_text_is(options->output, "md")) {
        sw_diff_md(&out, &view);
    } else {
        sw_diff_text(&out, &view);
    }
    fwrite(out.bytes, 1, out.length, stdout);
    return exit_of(&diff);
}
