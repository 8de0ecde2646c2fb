#include "cli/wire.h"

#include "base/text.h"
#include "stdlib/azure/arm.h"
#include "stdlib/azure/cloud.h"
#include "stdlib/azure/http_time.h"
#include "stdlib/azure/pack.h"
#include "stdlib/azure/token.h"
#include "stdlib/azure/world/sign_in.h"
#include "stdlib/filesync/pack.h"
#include "stdlib/filesync/share_list.h"
#include "stdlib/filesync/world/world_filesync.h"
#include "stdlib/hooks/channels.h"
#include "stdlib/windows/pack.h"
#include "stdlib/windows/shell.h"
#include "stdlib/windows/winrm.h"
#include "stdlib/windows/world/basic_gate.h"

#include <string.h>

static const struct sw_pack *const packs[] = {
    &sw_azure_pack,
    &sw_windows_pack,
    &sw_filesync_pack,
    NULL,
};

const struct sw_registry *sw_wire_registry(void)
{
    static const struct sw_registry registry = {.packs = packs};

    return &registry;
}

const struct sw_transport *sw_wire_transport(const char *target_kind,
                                             const struct sw_value *settings)
{
    const struct sw_transport *const of_server[] = {&sw_winrm_transport, &sw_ssh_transport,
                                                    &sw_local_transport};
    const char *word = sw_as_text(sw_get(settings, "transport"));

    if (sw_text_is(target_kind, "azure.sync_group")) {
        return &sw_filesync_cloud_transport;
    }
    if (sw_text_is(target_kind, "windows.server")) {
        for (size_t i = 0; word != NULL && i < SW_COUNT(of_server); i++) {
            if (sw_text_is(of_server[i]->name, word)) {
                return of_server[i];
            }
        }
        return of_server[0];
    }
    return NULL;
}

const char *sw_wire_origin(const struct sw_target *target, struct sw_arena *arena)
{
    int64_t port =
        sw_text_is(sw_as_text(sw_get(target->settings, "transport")), "ssh") ? SW_SSH_PORT : 5986;

    if (sw_text_is(sw_as_text(sw_get(target->settings, "audience")), "storage")) {
        return sw_format(arena, "%s.%s:443",
                         sw_as_text(sw_get(target->settings, "storage_account")),
                         sw_azure_cloud_of(target->settings)->file_suffix);
    }
    if (!sw_text_is(target->kind, "windows.server")) {
        return sw_format(arena, "%s:443", sw_azure_cloud_of(target->settings)->manager);
    }
    sw_as_int(sw_get(target->settings, "port"), &port);
    return sw_format(arena, "%s:%lld", sw_as_text(sw_get(target->settings, "host")),
                     (long long)port);
}

void sw_wire_date(int64_t ns, char out[30])
{
    sw_http_date_format(ns, out);
}

/* The storage account's own host lists the files of the share. */
const struct sw_target *sw_wire_second(const struct sw_target *target, struct sw_arena *arena)
{
    const char *account = sw_as_text(sw_get(target->settings, "storage_account"));
    struct sw_builder settings = sw_map_begin(arena);

    if (!sw_text_is(target->kind, "azure.sync_group") || account == NULL ||
        account[strspn(account, "abcdefghijklmnopqrstuvwxyz0123456789")] != '\0') {
        return NULL;
    }
    struct sw_target *second = sw_alloc(arena, sizeof *second);

    for (size_t i = 0; i < target->settings->as.map.count; i++) {
        const struct sw_entry *entry = &target->settings->as.map.entries[i];

        sw_map_put(&settings, entry->key, entry->value);
    }
    sw_map_put_text(&settings, "audience", "storage");
    *second = *target;
    second->settings = sw_built(&settings);
    return second;
}

const struct sw_grant *const *sw_wire_grants(void)
{
    static const struct sw_grant *const grants[] = {
        &sw_azure_client_secret,
        &sw_azure_client_certificate,
        &sw_azure_workload_identity,
        &sw_azure_managed_identity,
        &sw_azure_arc,
        &sw_azure_cli,
        NULL,
    };

    return grants;
}

const char *const *sw_wire_sign_in_hosts(void)
{
    static const char *const hosts[] = {SW_AZURE_LOGIN_HOST, NULL};

    return hosts;
}

const struct sw_gate_kind *sw_wire_gate(const char *target_kind)
{
    return sw_text_is(target_kind, "azure.sync_group") ? &sw_azure_sign_in
           : sw_text_is(target_kind, "windows.server") ? &sw_winrm_basic_gate
                                                       : NULL;
}

/* A bearer token (true), or a login of the connection? */
static bool takes_token(const char *target_kind)
{
    return sw_text_is(target_kind, "azure.sync_group");
}

bool sw_wire_is_public(const struct sw_target *target)
{
    bool is_by_link = false;

    (void)sw_as_bool(sw_get(target->settings, "private_link"), &is_by_link);
    return takes_token(target->kind) && !is_by_link;
}

const char *sw_wire_certificate_login(const char *target_kind)
{
    return sw_text_is(target_kind, "windows.server") ? SW_WINRM_CERTIFICATE_LOGIN : NULL;
}

static const struct sw_channel *const *channels(void)
{
    static const struct sw_channel *const channels[] = {
        &sw_hooks_http,
        &sw_hooks_dns,
        &sw_hooks_powershell,
        NULL,
    };

    return channels;
}

const struct sw_channel *sw_wire_channel(const char *name)
{
    const struct sw_channel *const *all = channels();

    for (size_t i = 0; all[i] != NULL; i++) {
        if (sw_text_is(all[i]->name, name)) {
            return all[i];
        }
    }
    return NULL;
}

const struct sw_embedded *sw_wire_hook_helpers(void)
{
    return sw_hook_helpers;
}

const struct sw_world_kind *sw_wire_world_kind(const char *name)
{
    return sw_text_is(name, sw_filesync_world.name) ? &sw_filesync_world : NULL;
}

const struct sw_world_kind *sw_wire_default_world(void)
{
    return &sw_filesync_world;
}
