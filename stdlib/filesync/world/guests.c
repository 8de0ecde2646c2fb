/*
 * More than one endpoint on the server. Each further one is a model of its own, a guest: with its
 * volume and journal, files, people, sync group, share and sessions. What a server has once is the
 * host's: its network, its two channels, the VSS task, the registration at the service. The model
 * of the first endpoint is the host; alone it is its own host and has no guests.
 */
#include "base/buf.h"
#include "base/text.h"
#include "stdlib/filesync/world/model.h"
#include "stdlib/filesync/world/reader.h"

#include <string.h>

#define OPERATIONS 1000000u /* numbers of one endpoint's changes; the next one's come behind */
#define VERDICT_BYTES 8192u
#define NAMES_SHOWN 20u

struct sw_fs_model *sw_fs_guest(const struct sw_fs_model *model, size_t index)
{
    return index == 0 ? model->host : model->host->guests[index - 1];
}

size_t sw_fs_guest_count(const struct sw_fs_model *model)
{
    return model->host->guest_count + 1;
}

static bool is_on_volume(const char *a, const char *b)
{
    return (a[0] | 0x20) == (b[0] | 0x20);
}

/* ---- checks of the world file; 0 is the first endpoint, those of more_endpoints follow ---- */

static const char *name_at(const struct sw_fs_config *config, size_t i)
{
    return i == 0 ? config->endpoint.name : config->guests[i - 1].name;
}

static const char *group_at(const struct sw_fs_config *config, size_t i)
{
    return i == 0 ? config->endpoint.group : config->guests[i - 1].group;
}

static const char *path_at(const struct sw_fs_config *config, size_t i)
{
    return i == 0 ? config->endpoint.path : config->guests[i - 1].path;
}

static const char *share_at(const struct sw_fs_config *config, size_t i)
{
    const struct sw_fs_guest_config *guest = i == 0 ? NULL : &config->guests[i - 1];

    return guest == NULL           ? config->azure.share
           : *guest->share != '\0' ? guest->share
                                   : guest->group;
}

static void check_owner(struct sw_fs_reader *reader, const struct sw_value *list,
                        const struct sw_fs_config *config,
                        const struct sw_fs_item_error_config *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is_known = *rows[i].endpoint == '\0';

        for (size_t k = 0; k <= config->guest_count; k++) {
            is_known = is_known || sw_text_is(rows[i].endpoint, name_at(config, k));
        }
        if (!is_known) {
            sw_fs_complain(reader, 807, sw_list_at(list, i),
                           "no endpoint of this world is named '%s'", rows[i].endpoint);
        }
    }
}

void sw_fs_check_guests(struct sw_fs_reader *reader, const struct sw_value *file,
                        const struct sw_fs_config *config)
{
    const struct sw_value *list = sw_get(file, "more_endpoints");

    for (size_t i = 1; i <= config->guest_count; i++) {
        const struct sw_fs_guest_config *guest = &config->guests[i - 1];
        const struct sw_value *row = sw_list_at(list, i - 1);

        if (guest->tiered > guest->files) {
            sw_fs_complain(reader, 807, row, "'%s' has %lld files, but %lld of them are tiered",
                           guest->name, (long long)guest->files, (long long)guest->tiered);
        }
        for (size_t k = 0; k < i; k++) {
            const char *what = sw_text_is_folded(guest->name, name_at(config, k))     ? "name"
                               : sw_text_is_folded(guest->group, group_at(config, k)) ? "sync group"
                               : sw_text_is(share_at(config, i), share_at(config, k)) ? "share"
                               : (guest->path[0] | 0x20) == (path_at(config, k)[0] | 0x20)
                                   ? "volume"
                                   : NULL;
            if (what != NULL) {
                sw_fs_complain(reader, 807, row,
                               "'%s' and '%s' have the same %s; each endpoint of a server needs "
                               "its own in this model",
                               guest->name, name_at(config, k), what);
                break;
            }
        }
    }
    check_owner(reader, sw_get(file, "item_errors"), config, config->item_errors,
                config->item_error_count);
    check_owner(reader, sw_get(file, "recall_errors"), config, config->recall_errors,
                config->recall_error_count);
}

/* ---- what of the world file is whose ---- */

static void keep_errors(struct sw_arena *arena, const char *name, bool is_first,
                        const struct sw_fs_item_error_config **rows, size_t *count)
{
    struct sw_fs_item_error_config *kept = sw_alloc_array(arena, *count + 1, sizeof *kept);
    size_t kept_count = 0;

    for (size_t i = 0; i < *count; i++) {
        const char *of = (*rows)[i].endpoint;

        if (sw_text_is(of, name) || (is_first && *of == '\0')) {
            kept[kept_count++] = (*rows)[i];
        }
    }
    *rows = kept;
    *count = kept_count;
}

/* Its shares are those on its volume; one over its path is made where there is none. */
static void keep_shares(struct sw_fs_config *config, struct sw_arena *arena)
{
    struct sw_fs_share_config *kept = sw_alloc_array(arena, config->share_count + 1, sizeof *kept);
    const char *slash = strrchr(config->endpoint.path, '\\');
    size_t count = 0;

    for (size_t i = 0; i < config->share_count; i++) {
        if (is_on_volume(config->shares[i].path, config->endpoint.path)) {
            kept[count++] = config->shares[i];
        }
    }
    if (count == 0) {
        kept[count++] = (struct sw_fs_share_config){
            .name = slash + 1, .path = config->endpoint.path, .denied = ""};
    }
    config->shares = kept;
    config->share_count = count;
}

static void narrow(struct sw_fs_config *config, struct sw_arena *arena, bool is_first)
{
    keep_shares(config, arena);
    keep_errors(arena, config->endpoint.name, is_first, &config->item_errors,
                &config->item_error_count);
    keep_errors(arena, config->endpoint.name, is_first, &config->recall_errors,
                &config->recall_error_count);
}

struct sw_fs_config sw_fs_guest_config(const struct sw_fs_config *config, struct sw_arena *arena,
                                       size_t index)
{
    struct sw_fs_config of = *config;

    if (index > 0) {
        const struct sw_fs_guest_config *guest = &config->guests[index - 1];

        of.endpoint.name = guest->name;
        of.endpoint.path = guest->path;
        of.endpoint.group = guest->group;
        of.endpoint.files = guest->files;
        of.endpoint.bytes = guest->bytes;
        of.endpoint.tiered = guest->tiered;
        of.endpoint.tiering = guest->tiering;
        of.azure.share = *guest->share != '\0' ? guest->share : guest->group;
        of.leftover_count = of.outsider_count = of.sibling_count = 0;
        of.trouble_count = of.group_count = 0;
    }
    if (config->guest_count > 0) {
        narrow(&of, arena, index == 0);
    }
    return of;
}

/* ---- time, one for all ---- */

static bool next_of(const struct sw_clock *clock, int64_t *ret_ns)
{
    if (clock->count == 0) {
        return false;
    }
    *ret_ns = clock->heap[0].at_ns; /* the first of the heap is the next */
    return true;
}

void sw_fs_advance(struct sw_fs_model *model, int64_t to_ns)
{
    size_t count = sw_fs_guest_count(model);

    for (bool is_over = false; !is_over;) {
        int64_t at_ns = to_ns;

        for (size_t i = 0; i < count; i++) {
            int64_t next_ns = 0;

            if (next_of(&sw_fs_guest(model, i)->clock, &next_ns) && next_ns < at_ns) {
                at_ns = next_ns;
            }
        }
        is_over = at_ns == to_ns;
        for (size_t i = 0; i < count; i++) {
            sw_clock_advance(&sw_fs_guest(model, i)->clock, at_ns);
        }
    }
}

/* ---- who is meant ---- */

static bool is_below(const char *folded_id, struct sw_arena *arena, const char *id)
{
    char *folded = sw_copy_text(arena, id);
    size_t length = strlen(folded);

    sw_text_fold(folded);
    return sw_text_begins(folded_id, folded) &&
           (folded_id[length] == '\0' || folded_id[length] == '/');
}

struct sw_fs_model *sw_fs_guest_of_id(const struct sw_fs_model *model, const char *folded_id,
                                      struct sw_arena *arena)
{
    for (size_t i = 0; i < sw_fs_guest_count(model); i++) {
        struct sw_fs_model *guest = sw_fs_guest(model, i);

        if (is_below(folded_id, arena, sw_fs_group_id(guest, arena)) ||
            is_below(folded_id, arena, sw_fs_share_id(guest, arena))) {
            return guest;
        }
    }
    return model->host;
}

struct sw_fs_model *sw_fs_guest_of_locks(const struct sw_fs_model *model,
                                         const struct sw_value *locks)
{
    struct sw_fs_model *found = model->host;
    struct sw_arena *arena = sw_arena_new();

    for (size_t i = 0; i < sw_list_count(locks) && found == model->host; i++) {
        const char *id = sw_as_text(sw_list_at(locks, i));
        char *folded = sw_copy_text(arena, id == NULL ? "" : id);

        sw_text_fold(folded);
        found = sw_fs_guest_of_id(model, folded, arena);
    }
    sw_arena_free(arena);
    return found;
}

static bool has_session(const struct sw_fs_model *model, const char *id, struct sw_arena *arena)
{
    for (size_t i = 0; i < model->session_count; i++) {
        if (strstr(id, sw_fs_correlation(model, arena, model->sessions[i])) != NULL) {
            return true;
        }
    }
    return false;
}

struct sw_fs_model *sw_fs_guest_of_args(const struct sw_fs_model *model,
                                        const struct sw_value *args, struct sw_arena *arena)
{
    const char *path = sw_as_text(sw_get(args, "path"));
    const char *group = sw_as_text(sw_get(args, "sync_group"));
    const char *session = sw_as_text(sw_get(args, "correlation_id"));
    const char *share = sw_as_text(sw_get(sw_list_at(sw_get(args, "shares"), 0), "name"));

    for (size_t i = 0; i < sw_fs_guest_count(model); i++) {
        struct sw_fs_model *guest = sw_fs_guest(model, i);

        if ((path != NULL && is_on_volume(path, guest->config.endpoint.path)) ||
            (group != NULL && sw_text_is_folded(group, guest->config.endpoint.group)) ||
            (share != NULL && sw_fs_share_find(guest, share) != NULL) ||
            (session != NULL && has_session(guest, session, arena))) {
            return guest;
        }
    }
    return model->host;
}

struct sw_fs_model *sw_fs_guest_of_share(const struct sw_fs_model *model, const char *share)
{
    for (size_t i = 0; i < sw_fs_guest_count(model); i++) {
        if (sw_text_is(sw_fs_guest(model, i)->config.azure.share, share)) {
            return sw_fs_guest(model, i);
        }
    }
    return model->host;
}

uint64_t sw_fs_number_out(const struct sw_fs_model *model, uint64_t number)
{
    return number == 0 ? 0 : number + model->index * OPERATIONS;
}

struct sw_fs_model *sw_fs_guest_of_number(const struct sw_fs_model *model, uint64_t *number)
{
    size_t index = (size_t)(*number / OPERATIONS);

    *number %= OPERATIONS;
    return index < sw_fs_guest_count(model) ? sw_fs_guest(model, index) : model->host;
}

/* ---- all of them ---- */

uint64_t sw_fs_writes(const struct sw_fs_model *model)
{
    uint64_t writes = 0;

    for (size_t i = 0; i < sw_fs_guest_count(model); i++) {
        writes += sw_fs_guest(model, i)->writes;
    }
    return writes;
}

void sw_fs_judge_all(const struct sw_fs_model *model, struct sw_arena *arena,
                     struct sw_verdict_of_world *ret)
{
    struct sw_verdict_of_world all = {0};
    const char **names = sw_alloc_array(arena, NAMES_SHOWN + 1, sizeof *names);
    size_t shown = 0;
    SW_CLEANUP(sw_buf_release) struct sw_buf text;

    sw_buf_init(&text, VERDICT_BYTES);
    if (model->guest_count == 0) {
        sw_fs_oracle_judge(model, arena, ret);
        return;
    }
    for (size_t i = 0; i < sw_fs_guest_count(model); i++) {
        const struct sw_fs_model *guest = sw_fs_guest(model, i);
        struct sw_verdict_of_world one;

        sw_fs_oracle_judge(guest, arena, &one);
        all.files_total += one.files_total;
        all.files_lost += one.files_lost;
        all.files_accepted += one.files_accepted;
        all.writes += one.writes;
        all.deletes += one.deletes;
        all.is_deleted_twice = all.is_deleted_twice || one.is_deleted_twice;
        for (size_t k = 0; one.lost_names[k] != NULL && shown < NAMES_SHOWN; k++) {
            names[shown++] =
                sw_format(arena, "%s\\%s", guest->config.endpoint.path, one.lost_names[k]);
        }
        sw_buf_addf(&text, "%s%s: %s", i == 0 ? "" : "\n", guest->config.endpoint.path, one.text);
    }
    all.lost_names = names;
    all.text = sw_copy(arena, text.bytes, text.length);
    *ret = all;
}
