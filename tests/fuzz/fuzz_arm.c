/** @file Any replies to a read, a list or a delete: decoded or refused with a reason. */
#include "fuzz/replies.h"
#include "stdlib/azure/arm.h"
#include "stdlib/azure/server_endpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char endpoint[] =
    "/subscriptions/52b8da2f-61e0-4a1f-8dde-336911f367fb/resourceGroups/rg/providers/"
    "Microsoft.StorageSync/storageSyncServices/sync/syncGroups/files/serverEndpoints/fs01";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }

    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_builder settings = sw_map_begin(arena);
    struct sw_error err = {0};
    bool is_act = data[0] % 2 != 0;

    sw_map_put_text(&settings, "subscription", "52b8da2f-61e0-4a1f-8dde-336911f367fb");

    const struct sw_target target = {
        .name = "cloud",
        .kind = "azure.subscription",
        .settings = sw_built(&settings),
        .secret = "token",
        .transport = &sw_arm_transport,
    };
    struct replies replies = {
        .arena = arena, .text = (const char *)data + 1, .length = size - 1, .at = 0};
    struct sw_talk talk = {
        .transport = &sw_arm_transport,
        .target = &target,
        .call =
            is_act ? sw_arm_delete(arena, endpoint).call : sw_arm_get(arena, endpoint, NULL).call,
        .is_act = is_act,
        .arena = arena,
    };

    (void)replies_talk(&replies, &talk, &err);
    return 0;
}
