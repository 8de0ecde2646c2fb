#include "stdlib/windows/pack.h"

#include "stdlib/windows/folder_count.h"

static const struct sw_field settings[] = {
    {"host", &sw_type_host, SW_FIELD_REQUIRED, NULL, "Full name of the server, not an address."},
    {"port", &sw_type_int, 0, "5986", "Port of its WinRM listener over HTTPS."},
    {0},
};

const struct sw_target_kind sw_windows_server = {
    .name = "windows.server",
    .doc = "A Windows server with a WinRM listener over HTTPS, and the file sync agent on it.",
    .settings = settings,
    .identity_action = "filesync.agent",
    .identity_output = "server_id",
    .subject_output = "server_id",
};

static const struct sw_action *const actions[] = {&sw_windows_folder_count, NULL};
static const struct sw_target_kind *const target_kinds[] = {&sw_windows_server, NULL};

const struct sw_pack sw_windows_pack = {
    .name = "windows",
    .doc = "Windows servers over WinRM.",
    .actions = actions,
    .target_kinds = target_kinds,
};
