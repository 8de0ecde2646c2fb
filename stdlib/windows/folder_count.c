#include "stdlib/windows/folder_count.h"

#include "stdlib/windows/script.h"

static const struct sw_field inputs[] = {
    {"path", &sw_type_win_path, SW_FIELD_REQUIRED, NULL, "Folder on the server."},
    {0},
};

static const struct sw_field outputs[] = {
    {"files", &sw_type_int, SW_FIELD_VOLATILE, NULL,
     "Files in it and below; unknown when a folder was not read."},
    {"bytes", &sw_type_size, SW_FIELD_VOLATILE, NULL, "Their length together."},
    {"folders", &sw_type_int, SW_FIELD_VOLATILE, NULL, "Folders below it."},
    {"unread_folders", &sw_type_int, SW_FIELD_VOLATILE, NULL, "Folders that could not be read."},
    {0},
};

static const struct sw_action_error errors[] = {
    {"server_unreachable", true, "The server could not be reached.", SW_E_UNREACHABLE},
    {"server_timeout", true, "The server did not answer in time.", SW_E_TIMEOUT},
    {"server_busy", true, "The server has no shell to spare.", SW_E_BUSY},
    {"unreadable", false, "The server's answer lacks something that must be known."},
    {0},
};

static enum sw_verdict probe_count(struct sw_probe *probe)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_builder args = sw_map_begin(arena);
    const char *path = sw_in_text(sw_view_of(probe), "path");
    int64_t files = 0, bytes = 0, folders = 0, unread = 0;

    if (path == NULL) {
        return sw_probe_error(probe, "unreadable", "the folder is not known");
    }
    sw_map_put_text(&args, "path", path);
    const struct sw_answer *answer =
        sw_ask(probe, "count", sw_script_look("windows/folder-count", sw_built(&args)));
    if (answer == NULL) {
        return SW_PENDING;
    }
    if (!sw_as_int(sw_get(answer->body, "files"), &files) ||
        !sw_as_int(sw_get(answer->body, "bytes"), &bytes) ||
        !sw_as_int(sw_get(answer->body, "folders"), &folders) ||
        !sw_as_int(sw_get(answer->body, "unread_folders"), &unread)) {
        return sw_probe_error(probe, "unreadable", "the server did not count the folder");
    }
    const struct sw_value *part = sw_unknown(arena, "not every folder was read");
    sw_out(probe, "files", unread == 0 ? sw_int(arena, files) : part);
    sw_out(probe, "bytes", unread == 0 ? sw_number(arena, SW_V_SIZE, bytes) : part);
    sw_out(probe, "folders", sw_int(arena, folders));
    sw_out(probe, "unread_folders", sw_int(arena, unread));
    return SW_DONE;
}

const struct sw_action sw_windows_folder_count = {
    .name = "windows.folder_count",
    .doc = "Counts the files in a folder and below it, by names and attributes only.",
    .source = "Microsoft Learn, FindFirstFile",
    .effect = SW_EFFECT_READ,
    .target_kind = "windows.server",
    .inputs = inputs,
    .outputs = outputs,
    .errors = errors,
    .probe = probe_count,
    .example =
        (const char *const[]){"- id: how_many", "  read: windows.folder_count", "  target: server",
                              "  with: { path: '${facts.endpoint.path}' }", NULL},
};
