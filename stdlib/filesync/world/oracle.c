/*
 * The judge. Content counts where it is: the newest content of a file is safe when the share has
 * it. Once the endpoint went from the server, what the server alone has counts as lost: that is
 * what scenario 1 means by data that is not needed. Older contents that were overwritten do not
 * count.
 *
 * Where the server must survive (config.survivor), it has to hold, whole, the newest content of
 * each file at that moment: a stub is nothing, and neither is what only the share has. What was
 * written to the share after the last change detection that was asked for began is left out: no
 * procedure can bring that down; without any detection all of it counts.
 */
#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#define NAMES_SHOWN 20u
#define NAMES_IN_TEXT 3u
#define TEXT_BYTES 4096u
#define DEPTH 8 /* of a listing that a person accepted */

static bool server_must_survive(const struct sw_fs_model *model)
{
    return sw_text_is(model->config.survivor, "server");
}

static bool server_lacks(const struct sw_fs_model *model, const struct sw_fs_file *file)
{
    int64_t asked_ns = model->detection.asked_ns;
    bool is_news = file->share_content > file->server_content &&
                   (asked_ns == 0 || file->share_written_ns <= asked_ns);

    return file->is_tiered || is_news;
}

void sw_fs_oracle_freeze(struct sw_fs_model *model)
{
    model->final_count = model->file_count;
    model->final_server =
        sw_alloc_array(model->arena, model->file_count + 1, sizeof *model->final_server);
    for (size_t i = 0; i < model->file_count; i++) {
        /* Content 0 is none: in this array it means that the surviving server has the file. */
        model->final_server[i] = server_must_survive(model)
                                     ? (server_lacks(model, &model->files[i]) ? 1 : 0)
                                     : model->files[i].server_content;
    }
    model->is_judged = true;
}

static void accept(struct sw_fs_model *model, const struct sw_value *names, int depth)
{
    const char *text = sw_as_text(names);

    if (names == NULL || depth == 0) {
        return;
    }
    if (text != NULL) {
        model->accepted = sw_grow(model->arena, model->accepted, model->accepted_count,
                                  &model->accepted_capacity, sizeof *model->accepted);
        model->accepted[model->accepted_count++] = sw_copy_text(model->arena, text);
    }
    for (size_t i = 0; i < sw_list_count(names); i++) {
        accept(model, sw_list_at(names, i), depth - 1);
    }
    if (names->kind == SW_V_MAP) {
        /* A whole listing, or an item of one. */
        accept(model, sw_get(names, "names"), depth - 1);
        accept(model, sw_get(names, "path"), depth - 1);
    }
}

void sw_fs_oracle_accept(struct sw_fs_model *model, const struct sw_value *names)
{
    accept(model, names, DEPTH);
}

static bool is_accepted(const struct sw_fs_model *model, const char *path)
{
    for (size_t i = 0; i < model->accepted_count; i++) {
        if (sw_text_is_folded(model->accepted[i], path)) {
            return true;
        }
    }
    return false;
}

/* Content numbers grow with time. A file that became a stub again once the delete was accepted is
 * late, too, however old its content; in the same instant as well, which trouble "at delete" is. */
static bool is_late(const struct sw_fs_model *model, size_t file, int64_t unseen_ns)
{
    uint64_t newest = UINT64_MAX;
    int64_t accepted_ns = INT64_MAX;

    for (size_t i = 0; i < model->operation_count; i++) {
        if (model->operations[i].kind == SW_FS_DELETING && model->operations[i].existed &&
            !model->operations[i].has_failed) {
            newest = model->operations[i].newest_content;
            accepted_ns = model->operations[i].begin_ns;
        }
    }
    return model->final_server[file] > newest || model->files[file].tiered_ns >= accepted_ns ||
           (unseen_ns > 0 && model->files[file].changed_ns >= accepted_ns - unseen_ns);
}

static bool is_lost(const struct sw_fs_model *model, size_t at)
{
    const struct sw_fs_file *file = &model->files[at];

    return server_must_survive(model)
               ? model->final_server[at] != 0
               : !file->is_outside && file->share_content < model->final_server[at];
}

uint64_t sw_fs_oracle_lost_late(const struct sw_fs_model *model, int64_t unseen_ns)
{
    uint64_t count = 0;

    for (size_t i = 0; model->is_judged && i < model->final_count; i++) {
        const struct sw_fs_file *file = &model->files[i];
        count +=
            is_lost(model, i) && !is_accepted(model, file->path) && is_late(model, i, unseen_ns)
                ? 1
                : 0;
    }
    return count;
}

static void write_text(const struct sw_fs_model *model, struct sw_buf *buf,
                       const struct sw_verdict_of_world *verdict)
{
    uint64_t unwanted = verdict->files_lost - verdict->files_accepted;
    uint64_t late = sw_fs_oracle_lost_late(model, 0);

    if (!model->is_judged) {
        sw_buf_addf(buf,
                    "The server endpoint is still there, so nothing is lost: %llu files, %zu of "
                    "them with changes that only the server has.",
                    (unsigned long long)verdict->files_total, sw_fs_changed_count(model));
    } else if (verdict->files_lost == 0) {
        sw_buf_addf(buf,
                    "The server endpoint is gone, and the %s holds the newest content of all "
                    "%llu files: 0 files lost.",
                    model->config.survivor, (unsigned long long)verdict->files_total);
    } else {
        sw_buf_addf(
            buf, "The server endpoint is gone, and the newest content of %llu of %llu files %s",
            (unsigned long long)verdict->files_lost, (unsigned long long)verdict->files_total,
            server_must_survive(model) ? "is in the share only, not on the server that was "
                                         "to keep everything"
                                       : "exists nowhere any more");
        for (size_t i = 0; i < NAMES_IN_TEXT && verdict->lost_names[i] != NULL; i++) {
            sw_buf_addf(buf, "%s%s", i == 0 ? ": " : ", ", verdict->lost_names[i]);
        }
        sw_buf_add_text(buf, verdict->files_lost > NAMES_IN_TEXT ? ", ..." : "");
        if (unwanted == 0) {
            sw_buf_add_text(buf, ". A person had given up all of them.");
        } else if (verdict->files_accepted == 0) {
            sw_buf_addf(buf, ". NOBODY HAD GIVEN %s UP.", unwanted == 1 ? "IT" : "THEM");
        } else {
            sw_buf_addf(buf, ". A person had given up %llu of them, BUT NOT THE OTHER %llu.",
                        (unsigned long long)verdict->files_accepted, (unsigned long long)unwanted);
        }
    }
    if (late > 0) {
        sw_buf_addf(buf, " (%llu written while the delete was already under way.)",
                    (unsigned long long)late);
    }
    if (verdict->is_deleted_twice) {
        sw_buf_addf(buf, " %llu changing requests took effect; THE ENDPOINT WAS DELETED TWICE.",
                    (unsigned long long)verdict->writes);
    } else {
        sw_buf_addf(buf, " %llu changing %s took effect%s.", (unsigned long long)verdict->writes,
                    sw_plural(verdict->writes, "request", "requests"),
                    verdict->deletes == 0   ? ""
                    : verdict->deletes == 1 ? ", the delete among them"
                                            : ", more than one delete among them");
    }
}

void sw_fs_oracle_judge(const struct sw_fs_model *model, struct sw_arena *arena,
                        struct sw_verdict_of_world *ret)
{
    struct sw_verdict_of_world verdict = {
        .writes = model->writes,
        .deletes = model->deletes,
        .is_deleted_twice = model->is_deleted_twice,
    };
    const char **names = sw_alloc_array(arena, NAMES_SHOWN + 1, sizeof *names);
    size_t count = model->is_judged ? model->final_count : model->file_count;
    size_t shown = 0;
    struct sw_buf buf;

    verdict.files_total = count;
    for (size_t i = 0; model->is_judged && i < count; i++) {
        const struct sw_fs_file *file = &model->files[i];

        if (!is_lost(model, i)) {
            continue;
        }
        verdict.files_lost++;
        verdict.files_accepted += is_accepted(model, file->path) ? 1 : 0;
        if (shown < NAMES_SHOWN) {
            names[shown++] = sw_copy_text(arena, file->path);
        }
    }
    verdict.lost_names = names;
    sw_buf_init(&buf, TEXT_BYTES);
    write_text(model, &buf, &verdict);
    verdict.text = sw_copy(arena, buf.bytes, buf.length);
    sw_buf_release(&buf);
    *ret = verdict;
}
