/* The domain world behind the contract of world.h: time, exchanges, bindings. */
#include "base/digest.h"
#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/world/model.h"
#include "stdlib/filesync/world/reader.h"
#include "stdlib/filesync/world/world_filesync.h"
#include "world/web.h"

#include <string.h>

#define CONNECT_TIMEOUT_NS (15 * SW_NS_PER_S) /* before a caller gives up on a silent host */

struct sw_fs_model *sw_fs_model_of(struct sw_world *world)
{
    return (struct sw_fs_model *)(void *)world; /* its first member */
}

static const struct sw_fs_model *model_of(const struct sw_world *world)
{
    return (const struct sw_fs_model *)(const void *)world;
}

void sw_fs_at(struct sw_fs_model *model, int64_t at_ns, sw_happening_fn fn, uint64_t argument)
{
    int64_t start_ns = model->config.start_ns;
    int64_t quiet_ns = model->config.quiet_ns;

    /* In order, but after the quiet time: a thousandth of the distance keeps the order. */
    if (at_ns >= start_ns && at_ns < start_ns + quiet_ns) {
        at_ns = start_ns + quiet_ns + (at_ns - start_ns) / 1000;
    }
    sw_clock_at(&model->clock, at_ns, fn, model, argument);
}

int64_t sw_fs_server_ns(const struct sw_fs_model *model, int64_t ns)
{
    return ns + model->config.server.skew_ns;
}

int64_t sw_fs_service_ns(const struct sw_fs_model *model, int64_t ns)
{
    return ns + model->config.azure.skew_ns;
}

bool sw_fs_is_online(const struct sw_fs_model *model)
{
    return model->host->offline_until_ns == 0;
}

int64_t sw_fs_about(struct sw_fs_model *model, int64_t ns)
{
    return ns / 2 + (int64_t)sw_random_below(&model->random, (uint64_t)ns + 1);
}

const char *sw_fs_guid(const struct sw_fs_model *model, struct sw_arena *arena, const char *tag,
                       uint64_t number)
{
    char hex[SW_SHA256_HEX_BYTES];
    const char *text = sw_format(arena, "%llu/%s/%llu", (unsigned long long)model->seed, tag,
                                 (unsigned long long)number);

    sw_sha256_hex(text, strlen(text), hex);
    /* Version 4, variant 1, like those that servers make. */
    return sw_format(arena, "%.8s-%.4s-4%.3s-a%.3s-%.12s", hex, hex + 8, hex + 12, hex + 15,
                     hex + 18);
}

const char *sw_fs_time(struct sw_arena *arena, int64_t ns)
{
    char text[SW_TIME_TEXT_BYTES];
    int64_t rest = ns % SW_NS_PER_S;

    sw_time_format(ns - rest, text);
    return sw_format(arena, "%.19s.%07lldZ", text, (long long)(rest / 100));
}

static void world_advance(struct sw_world *world, int64_t to_ns)
{
    struct sw_fs_model *model = sw_fs_model_of(world);

    if (to_ns > model->clock.now_ns) {
        sw_fs_advance(model, to_ns);
    }
}

static int64_t world_now(const struct sw_world *world)
{
    return model_of(world)->clock.now_ns;
}

static void pass(struct sw_fs_model *model, int64_t ns)
{
    if (ns > 0) {
        sw_fs_advance(model, model->clock.now_ns + ns);
    }
}

static bool exchange_winrm(struct sw_fs_model *model, const struct sw_request *request,
                           struct sw_arena *arena, struct sw_reply *ret_reply, struct sw_error *err)
{
    if (!sw_fs_is_online(model)) {
        pass(model, CONNECT_TIMEOUT_NS);
        return sw_fail(err, SW_E_UNREACHABLE, "connect to %s: no answer",
                       model->config.server.name);
    }
    model->script_cost_ns = 0;
    sw_winrm_world_answer(model->winrm, request, arena, ret_reply);
    pass(model, model->script_cost_ns + sw_winrm_world_waited_ns(model->winrm));
    return true;
}

/** Whatever hooks ask: web servers, the DNS. */
static bool exchange_web(struct sw_fs_model *model, const struct sw_request *request,
                         struct sw_arena *arena, struct sw_reply *ret_reply, struct sw_error *err)
{
    const char *asked = sw_web_asked(request, arena);
    bool is_answered = sw_web_answer(model->config.web, asked, ret_reply, err);

    if (!is_answered && err->code == SW_E_TIMEOUT) {
        pass(model, CONNECT_TIMEOUT_NS);
    }
    if (!is_answered && err->code == SW_E_NOT_FOUND) {
        err->code = SW_E_REFUSED; /* a gap of the world file: asking again will not help */
    }
    if (is_answered && !sw_text_is(request->method, "GET") &&
        !sw_text_is(request->method, "HEAD") && ret_reply->status < 300) {
        model->writes++;
    }
    return is_answered;
}

static bool world_exchange(struct sw_world *world, const struct sw_request *request,
                           struct sw_arena *arena, struct sw_reply *ret_reply, struct sw_error *err)
{
    struct sw_fs_model *model = sw_fs_model_of(world);
    int64_t half_ns = model->config.latency_ns / 2;
    uint64_t writes = sw_fs_writes(model);
    struct sw_reply reply = {0};

    pass(model, half_ns);
    if (sw_arm_world_owns(model->arm, request)) {
        sw_arm_world_answer(model->arm, request, arena, &reply);
    } else if (sw_fs_share_owns(model, request, arena)) {
        sw_fs_share_answer(model, request, arena, &reply);
    } else if (sw_winrm_world_owns(model->winrm, request)) {
        if (!exchange_winrm(model, request, arena, &reply, err)) {
            return false;
        }
    } else {
        if (!exchange_web(model, request, arena, &reply, err)) {
            return false;
        }
    }
    pass(model, half_ns);
    if (sw_fs_writes(model) != writes && model->replies_to_lose > 0) {
        model->replies_to_lose--;
        pass(model, CONNECT_TIMEOUT_NS);
        return sw_fail(err, SW_E_TIMEOUT, "no answer to %s %.80s", request->method, request->url);
    }
    *ret_reply = reply;
    return true;
}

static const struct sw_value *group_binding(const struct sw_fs_model *model, struct sw_arena *arena)
{
    struct sw_builder group = sw_map_begin(arena);

    sw_map_put_text(&group, "subscription", model->config.azure.subscription);
    sw_map_put_text(&group, "resource_group", model->config.azure.resource_group);
    sw_map_put_text(&group, "service", model->config.azure.service);
    sw_map_put_text(&group, "sync_group", model->config.endpoint.group);
    sw_map_put_text(&group, "storage_account", model->config.azure.account);
    return sw_built(&group);
}

static const struct sw_value *world_bindings(const struct sw_world *world, struct sw_arena *arena)
{
    const struct sw_fs_model *model = model_of(world);
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder server = sw_map_begin(arena);

    sw_map_put_text(&server, "host", model->config.server.name);
    sw_map_put(&map, "azure.sync_group", group_binding(model, arena));
    sw_map_put(&map, "windows.server", sw_built(&server));
    for (size_t i = 0; i < model->guest_count; i++) {
        sw_map_put(&map, sw_format(arena, "azure.sync_group %s", model->config.guests[i].target),
                   group_binding(model->guests[i], arena));
    }
    return sw_built(&map);
}

static const struct sw_value *world_params(const struct sw_world *world, struct sw_arena *arena)
{
    const struct sw_fs_model *model = model_of(world);
    const struct sw_value *own = model->config.params;
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put_text(&map, "endpoint", model->config.endpoint.name);
    for (size_t i = 0; own != NULL && i < own->as.map.count; i++) {
        sw_map_put(&map, own->as.map.entries[i].key,
                   sw_value_copy(arena, own->as.map.entries[i].value));
    }
    return sw_built(&map);
}

static void world_accept_loss(struct sw_world *world, const struct sw_value *names,
                              const struct sw_value *of)
{
    sw_fs_oracle_accept(sw_fs_guest_of_locks(sw_fs_model_of(world), of), names);
}

static void world_judge(const struct sw_world *world, struct sw_arena *arena,
                        struct sw_verdict_of_world *ret)
{
    sw_fs_judge_all(model_of(world), arena, ret);
}

static void world_digest(const struct sw_world *world, char out[65])
{
    sw_fs_model_digest(model_of(world), out);
}

static void world_free(struct sw_world *world)
{
    struct sw_fs_model *model = sw_fs_model_of(world);

    if (model == NULL) {
        return;
    }
    for (size_t i = 0; i < model->guest_count; i++) {
        sw_clock_release(&model->guests[i]->clock);
    }
    sw_arm_world_free(model->arm);
    sw_winrm_world_free(model->winrm);
    sw_clock_release(&model->clock);
    sw_arena_free(model->arena); /* the model itself lives there */
}

static const struct sw_world_ops ops = {
    .advance = world_advance,
    .now = world_now,
    .exchange = world_exchange,
    .bindings = world_bindings,
    .params = world_params,
    .accept_loss = world_accept_loss,
    .judge = world_judge,
    .digest = world_digest,
    .free = world_free,
};

/* The world is older than the run: it lives through its warm-up first. */
static void begin(struct sw_fs_model *model, struct sw_fs_model *host, size_t index)
{
    model->host = host;
    model->index = index;
    model->arena = host->arena;
    model->config = sw_fs_guest_config(&host->config, host->arena, index);
    model->seed = host->seed + index * UINT64_C(0x9e3779b97f4a7c15);
    sw_clock_init(&model->clock, model->config.start_ns - model->config.warm_up_ns);
    sw_random_init(&model->random, model->seed);
    model->boot_ns = model->clock.now_ns - model->config.server.up_ns;
    model->is_endpoint_in_service = true;
    sw_fs_files_make(model);
    sw_fs_cloud_make(model);
    sw_fs_recall_make(model);
    sw_fs_smb_make(model);
    sw_fs_usn_make(model);
    sw_fs_logs_make(model);
    sw_fs_users_make(model);
    sw_fs_agent_make(model);
    sw_fs_report_make(model);
    sw_fs_troubles_make(model);
}

static struct sw_world *make(const struct sw_value *config, uint64_t seed, struct sw_diags *diags)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_fs_model *model = sw_alloc(arena, sizeof *model);
    const struct sw_value *copy = sw_value_copy(arena, config);
    struct sw_arm_backend arm;
    struct sw_winrm_backend winrm;

    model->base.ops = &ops;
    model->arena = arena;
    model->seed = seed;
    if (!sw_fs_config_read(copy, arena, &model->config, diags)) {
        sw_arena_free(arena);
        return NULL;
    }
    size_t guests = model->config.guest_count;

    model->guests = sw_alloc_array(arena, guests + 1, sizeof(struct sw_fs_model *));
    for (size_t i = 0; i < guests; i++) {
        model->guests[i] = sw_alloc(arena, sizeof *model);
        begin(model->guests[i], model, i + 1);
    }
    begin(model, model, 0);
    model->guest_count = guests;
    sw_fs_arm_backend(model, &arm);
    sw_fs_winrm_backend(model, &winrm);
    model->arm = sw_arm_world_new(&arm, seed);
    model->winrm = sw_winrm_world_new(&winrm, seed);
    sw_fs_advance(model, model->config.start_ns);
    for (size_t i = 0; i < sw_fs_guest_count(model); i++) {
        if (sw_fs_guest(model, i)->report.at_ns == 0) {
            sw_fs_report_now(sw_fs_guest(model, i));
        }
    }
    return &model->base;
}

const struct sw_world_kind sw_filesync_world = {
    .name = "filesync",
    .doc = "A Windows file server with the Azure File Sync agent, its users, the share behind it "
           "and the service that manages both.",
    .make = make,
    .schema = sw_fs_config_schema,
};
