#include "stdlib/filesync/recall_space.h"

#include "base/buf.h"
#include "base/text.h"
#include "stdlib/filesync/names.h"
#include "stdlib/filesync/tiered.h"
#include "stdlib/windows/script.h"

static const struct sw_field inputs[] = {
    {"margin", &sw_type_size, SW_FIELD_REQUIRED, NULL,
     "Room that must stay free on the volume after the recall."},
    {"share_used", &sw_type_size, 0, NULL,
     "Bytes in use in the file share, for the vendor's own estimate."},
    {0},
};

static const struct sw_field outputs[] = {
    {"tiered", &sw_type_int, SW_FIELD_VOLATILE, NULL, "Tiered files on the whole volume."},
    {"needed", &sw_type_size, SW_FIELD_VOLATILE, NULL,
     "Bytes of them that are not on the volume yet; unknown when a folder was not read."},
    {"estimate", &sw_type_size, SW_FIELD_VOLATILE, NULL,
     "The vendor's estimate: what the share uses less what the folder holds on the volume; null "
     "without share_used."},
    {"required", &sw_type_size, SW_FIELD_VOLATILE, NULL, "The larger of the two, and the margin."},
    {"free", &sw_type_size, SW_FIELD_VOLATILE, NULL, "Free bytes of the volume."},
    {"quota_free", &sw_type_size, SW_FIELD_VOLATILE, NULL,
     "What a quota on the folder leaves; null when there is none."},
    {"unread_folders", &sw_type_int, SW_FIELD_VOLATILE, NULL,
     "Folders of the volume that could not be read."},
    {0},
};

static const struct sw_outcome_doc outcomes[] = {
    {"enough", "Volume and quota have room for both figures and the margin."},
    {"short", "They have not, or it can't be told."},
    {0},
};

static const struct sw_action_error errors[] = {
    SW_SCRIPT_ERRORS,
    {0},
};

static const struct sw_value *size_of(struct sw_arena *arena, int64_t bytes)
{
    return sw_number(arena, SW_V_SIZE, bytes);
}

static const char *words(struct sw_arena *arena, const struct sw_value *value)
{
    struct sw_buf buf;

    sw_buf_init(&buf, 256);
    sw_value_print(&buf, value);
    const char *text = sw_copy(arena, buf.bytes, buf.length);
    sw_buf_release(&buf);
    return text;
}

static enum sw_verdict judge(struct sw_probe *probe, const struct sw_tiered *tiered, int64_t room,
                             int64_t margin)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    int64_t used = 0;
    int64_t required = tiered->missing_bytes;

    if (sw_as_int(sw_in(sw_view_of(probe), "share_used"), &used)) {
        int64_t estimate = used > tiered->folder_allocated ? used - tiered->folder_allocated : 0;

        sw_out(probe, "estimate", size_of(arena, estimate));
        required = estimate > required ? estimate : required;
    }
    required = required > INT64_MAX - margin ? INT64_MAX : required + margin;
    sw_out(probe, "required", size_of(arena, required));
    if (!tiered->is_whole) {
        sw_say(probe, "%s could not be read, so the need is not known",
               sw_count_text(arena, tiered->unread_count, "folder", "folders"));
        return sw_outcome(probe, "short");
    }
    if (room < required) {
        sw_say(probe, "the recall needs %s, margin included; there is room for %s",
               words(arena, size_of(arena, required)), words(arena, size_of(arena, room)));
        return sw_outcome(probe, "short");
    }
    return sw_outcome(probe, "enough");
}

static enum sw_verdict probe_space(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_tiered tiered;
    const char *why = NULL;
    int64_t margin = 0, room = 0, quota = 0;

    if (!sw_as_int(sw_in(view, "margin"), &margin) || margin < 0) {
        return sw_probe_error(probe, "unreadable", "the margin is not known");
    }
    if (!sw_tiered_scan(probe, "scan", &tiered, &why)) {
        return why == NULL ? SW_PENDING : sw_probe_error(probe, "unreadable", "%s", why);
    }
    const struct sw_answer *space = sw_ask(
        probe, "space",
        sw_script_look("filesync/volume-space", sw_path_args(arena, sw_endpoint_path(view))));
    if (space == NULL) {
        return SW_PENDING;
    }
    const struct sw_value *quota_free = sw_get(space->body, "quota_free_bytes");
    bool is_limited = sw_as_int(quota_free, &quota);
    if (!sw_as_int(sw_get(space->body, "free_bytes"), &room) || quota_free == NULL ||
        (!is_limited && quota_free->kind != SW_V_NULL)) {
        return sw_probe_error(probe, "unreadable", "the server did not tell the volume's room");
    }
    sw_out(probe, "tiered", sw_int(arena, tiered.count));
    sw_out(probe, "needed",
           tiered.is_whole ? size_of(arena, tiered.missing_bytes)
                           : sw_unknown(arena, "%s",
                                        sw_unread_text(arena, tiered.unread, tiered.unread_count)));
    sw_out(probe, "free", size_of(arena, room));
    sw_out(probe, "quota_free",
           is_limited ? size_of(arena, quota) : sw_null(arena, "there is no quota"));
    sw_out(probe, "unread_folders", sw_int(arena, tiered.unread_count));
    return judge(probe, &tiered, is_limited && quota < room ? quota : room, margin);
}

const struct sw_action sw_filesync_recall_space = {
    .name = "filesync.recall_space",
    .doc = "Compares what a full recall brings to the volume with the volume's free bytes and the "
           "folder's quota: the tiered files' missing bytes as scanned, and the vendor's own "
           "estimate.",
    .source = "Microsoft Learn, 'Deprovision your Azure File Sync server endpoint', free space; "
              "stricter: by what the tiered files lack",
    .effect = SW_EFFECT_READ,
    .takes_subject = true,
    .target_kind = "windows.server",
    .inputs = inputs,
    .outputs = outputs,
    .outcomes = outcomes,
    .errors = errors,
    .probe = probe_space,
    .example =
        (const char *const[]){"- id: space", "  read: filesync.recall_space", "  target: server",
                              "  with: { margin: 20GiB, share_used: '${facts.share.used}' }",
                              "  next: { enough: recall, short: no_room }", NULL},
};
