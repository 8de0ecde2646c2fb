#include "stdlib/windows/pack.h"

#include "stdlib/windows/folder_count.h"

static const char *const transports[] = {"winrm", "ssh", "local", NULL};
static const struct sw_type transport_type = {.kind = SW_T_ENUM, .values = transports};

static const struct sw_field settings[] = {
    {"host", &sw_type_host, SW_FIELD_REQUIRED, NULL, "Full name of the server, not an address."},
    {"transport", &transport_type, 0, "winrm",
     "How it is spoken to: winrm (over HTTPS), ssh (the OpenSSH client of this machine), or local "
     "(`powershell.exe` of this machine)."},
    {"port", &sw_type_int, 0, NULL,
     "Port of its WinRM listener over HTTPS (5986 when left out), or of its SSH service (22)."},
    {0},
};

const struct sw_target_kind sw_windows_server = {
    .name = "windows.server",
    .doc = "A Windows server that answers WinRM over HTTPS or SSH, with the file sync agent on it.",
    .settings = settings,
    .identity_action = "filesync.agent",
    .identity_output = "server_id",
    .subject_output = "server_id",
};

static const struct sw_action *const actions[] = {&sw_windows_folder_count, NULL};
static const struct sw_target_kind *const target_kinds[] = {&sw_windows_server, NULL};

const struct sw_pack sw_windows_pack = {
    .name = "windows",
    .doc = "Windows servers over WinRM or SSH.",
    .actions = actions,
    .target_kinds = target_kinds,
};
