/* What the resource manager's front asks of this world. */
#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#include <string.h>

#define LOCKS "/providers/microsoft.authorization/locks"

static bool is_id(const char *folded_id, struct sw_arena *arena, const char *id)
{
    char *folded = sw_copy_text(arena, id);

    sw_text_fold(folded);
    return sw_text_is(folded_id, folded);
}

/* Is it `id` + "/" + `type`, a list of children? */
static bool is_list(const char *folded_id, struct sw_arena *arena, const char *id, const char *type)
{
    return is_id(folded_id, arena, sw_format(arena, "%s/%s", id, type));
}

static bool has_trouble(const struct sw_fs_model *model, struct sw_arm_refusal *ret_refusal)
{
    int64_t now_ns = model->clock.now_ns;

    model = model->host;
    if (now_ns < model->throttled_until_ns) {
        int64_t left_s = (model->throttled_until_ns - now_ns) / SW_NS_PER_S + 1;
        *ret_refusal = (struct sw_arm_refusal){
            .status = 429,
            .code = "SubscriptionRequestsThrottled",
            .message = "Number of requests for subscription has been exceeded. Please try again "
                       "after some time.",
            .retry_after_s = (int)(left_s < 30 ? left_s : 30)};
        return true;
    }
    if (now_ns < model->arm_error_until_ns) {
        *ret_refusal = (struct sw_arm_refusal){
            .status = model->arm_error_status,
            .code = model->arm_error_status == 403 ? "AuthorizationFailed" : "ServiceUnavailable",
            .message = "The resource provider did not answer as it should."};
        return true;
    }
    return false;
}

static bool is_shown(const struct sw_fs_model *model)
{
    return model->is_endpoint_in_service || model->clock.now_ns < model->shown_until_ns;
}

static const struct sw_value *endpoint_list(const struct sw_fs_model *model, struct sw_arena *arena)
{
    size_t count = 0;
    const struct sw_value **items =
        sw_alloc_array(arena, model->config.sibling_count + 1, sizeof(const struct sw_value *));

    if (is_shown(model)) {
        items[count++] = sw_fs_endpoint_json(model, arena);
    }
    for (size_t i = 0; i < model->config.sibling_count; i++) {
        items[count++] = sw_fs_sibling_json(model, i, arena);
    }
    return sw_fs_list_json(arena, items, count);
}

static const struct sw_value *endpoint_or_sibling(const struct sw_fs_model *model,
                                                  const char *folded_id, struct sw_arena *arena)
{
    if (is_id(folded_id, arena, sw_fs_endpoint_id(model, arena))) {
        return is_shown(model) ? sw_fs_endpoint_json(model, arena) : NULL;
    }
    for (size_t i = 0; i < model->config.sibling_count; i++) {
        if (is_id(folded_id, arena,
                  sw_format(arena, "%s/serverEndpoints/%s", sw_fs_group_id(model, arena),
                            model->config.siblings[i].name))) {
            return sw_fs_sibling_json(model, i, arena);
        }
    }
    return NULL;
}

static const struct sw_value *group_list(const struct sw_fs_model *model, struct sw_arena *arena)
{
    size_t count = sw_fs_guest_count(model);
    const struct sw_value **items = sw_alloc_array(arena, count, sizeof(const struct sw_value *));

    for (size_t i = 0; i < count; i++) {
        items[i] = sw_fs_group_json(sw_fs_guest(model, i), arena);
    }
    return sw_fs_list_json(arena, items, count);
}

static const struct sw_value *one_item(struct sw_arena *arena, const struct sw_value *item)
{
    return sw_fs_list_json(arena, &item, 1);
}

/* Is `inner` the folded `outer` or below it? */
static bool is_at_or_below(const char *inner, const char *outer)
{
    size_t length = strlen(outer);

    return sw_text_begins(inner, outer) && (inner[length] == '\0' || inner[length] == '/');
}

/* A list has the locks of its scope and of all below it, never those above (azure.md 5.1). */
static const struct sw_value *lock_list(const struct sw_fs_model *model, const char *folded_id,
                                        struct sw_arena *arena)
{
    const struct sw_value *lock = sw_fs_lock_json(model->host, arena);
    const char *scope = sw_copy(arena, folded_id, strlen(folded_id) - (sizeof LOCKS - 1));
    char *place = sw_copy_text(arena, sw_fs_lock_scope(model->host, arena));

    sw_text_fold(place);
    return sw_fs_list_json(arena, &lock,
                           model->config.azure.locked && is_at_or_below(place, scope) ? 1 : 0);
}

static bool is_locked(const struct sw_fs_model *model, const char *id)
{
    struct sw_arena *arena = sw_arena_new();
    char *folded = sw_copy_text(arena, id);
    char *place = sw_copy_text(arena, sw_fs_lock_scope(model->host, arena));

    sw_text_fold(folded);
    sw_text_fold(place);
    bool is_it = model->config.azure.locked && is_at_or_below(folded, place);

    sw_arena_free(arena);
    return is_it;
}

static const struct sw_value *get(void *context, const char *folded_id, const char *query,
                                  struct sw_arena *arena, struct sw_arm_refusal *ret_refusal)
{
    const struct sw_fs_model *model = sw_fs_guest_of_id(context, folded_id, arena);

    *ret_refusal = (struct sw_arm_refusal){0};
    if (has_trouble(model, ret_refusal)) {
        return NULL;
    }
    const char *service = sw_fs_service_id(model, arena);
    const char *group = sw_fs_group_id(model, arena);

    if (sw_text_ends(folded_id, LOCKS)) {
        return lock_list(model, folded_id, arena);
    }
    if (is_id(folded_id, arena, service)) {
        return sw_fs_service_json(model, arena);
    }
    if (is_list(folded_id, arena, service, "syncGroups")) {
        return group_list(model, arena);
    }
    if (is_id(folded_id, arena, group)) {
        return sw_fs_group_json(model, arena);
    }
    if (is_list(folded_id, arena, group, "serverEndpoints")) {
        return endpoint_list(model, arena);
    }
    if (is_list(folded_id, arena, group, "cloudEndpoints")) {
        return one_item(arena, sw_fs_cloud_json(model, arena));
    }
    if (is_id(folded_id, arena, sw_fs_cloud_id(model, arena))) {
        return sw_fs_cloud_json(model, arena);
    }
    if (is_list(folded_id, arena, service, "registeredServers")) {
        return one_item(arena, sw_fs_server_json(model, arena));
    }
    if (is_id(folded_id, arena, sw_fs_server_id(model, arena))) {
        return sw_fs_server_json(model, arena);
    }
    const char *share = sw_fs_share_id(model, arena);

    if (is_id(folded_id, arena, sw_copy(arena, share, (size_t)(strrchr(share, '/') - share)))) {
        return sw_fs_share_list_json(
            model, query != NULL && strstr(query, "expand=snapshots") != NULL, arena);
    }
    if (is_id(folded_id, arena, share)) {
        bool with_stats = query != NULL && strstr(query, "expand=stats") != NULL;
        return sw_fs_share_json(model, with_stats, arena);
    }
    return endpoint_or_sibling(model, folded_id, arena);
}

/* Only the endpoint can be deleted here; what else a runbook might hit is refused, not lost. */
static uint64_t remove_resource(void *context, const char *folded_id,
                                struct sw_arm_refusal *ret_refusal)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_fs_model *model = sw_fs_guest_of_id(context, folded_id, arena);
    const char *parent = sw_format(arena, "%s/serverEndpoints/", sw_fs_group_id(model, arena));
    char *folded_parent = sw_copy_text(arena, parent);
    sw_text_fold(folded_parent);
    bool is_ours = is_id(folded_id, arena, sw_fs_endpoint_id(model, arena));
    bool is_sibling = !is_ours && endpoint_or_sibling(model, folded_id, arena) != NULL;
    bool is_child = sw_text_begins(folded_id, folded_parent);
    uint64_t number = 0;

    *ret_refusal = (struct sw_arm_refusal){0};
    if (has_trouble(model, ret_refusal)) {
        number = 0;
    } else if (is_sibling || !is_child) {
        *ret_refusal = (struct sw_arm_refusal){
            .status = 403,
            .code = "AuthorizationFailed",
            .message = "The client does not have authorization to perform a delete here."};
    } else if (is_ours && is_locked(model, folded_id)) {
        *ret_refusal = (struct sw_arm_refusal){
            .status = 409,
            .code = "ScopeLocked",
            .message = "The scope cannot perform delete operation because following scope(s) are "
                       "locked. Please remove the lock and try again."};
    } else {
        number = sw_fs_delete_begin(model, is_ours && model->is_endpoint_in_service);
    }
    sw_arena_free(arena);
    return sw_fs_number_out(model, number);
}

static bool is_read_only(const struct sw_fs_model *model, const char *id,
                         struct sw_arm_refusal *ret_refusal)
{
    if (!is_locked(model, id) || !sw_text_is(model->config.azure.lock_level, "ReadOnly")) {
        return false;
    }
    *ret_refusal = (struct sw_arm_refusal){
        .status = 409,
        .code = "ScopeLocked",
        .message = "The scope cannot perform write operation because following scope(s) are "
                   "locked. Please remove the lock and try again."};
    return true;
}

static struct sw_arm_refusal denied(void)
{
    return (struct sw_arm_refusal){
        .status = 403,
        .code = "AuthorizationFailed",
        .message = "The client does not have authorization to perform this action here."};
}

/* Only a snapshot of the share can be made; the share itself is there. */
static const struct sw_value *put_resource(void *context, const char *folded_id, const char *query,
                                           const struct sw_value *body, struct sw_arena *arena,
                                           struct sw_arm_refusal *ret_refusal)
{
    struct sw_fs_model *model = sw_fs_guest_of_id(context, folded_id, arena);
    bool is_snapshot = is_id(folded_id, arena, sw_fs_share_id(model, arena)) &&
                       strstr(query, "expand=snapshots") != NULL;

    (void)body;
    *ret_refusal = (struct sw_arm_refusal){0};
    if (has_trouble(model, ret_refusal)) { /* the lock is on the sync service, not on the account */
        return NULL;
    }
    if (!is_snapshot) {
        *ret_refusal = denied();
        return NULL;
    }
    if (!sw_fs_snapshot_take(model)) {
        *ret_refusal = (struct sw_arm_refusal){
            .status = 409,
            .code = "ShareSnapshotCountExceeded",
            .message = "The total number of snapshots for the share is over the limit."};
        return NULL;
    }
    return sw_fs_snapshot_json(model, model->snapshot_count - 1, arena);
}

/* Only our endpoint's policy can be changed. */
static uint64_t patch_resource(void *context, const char *folded_id, const struct sw_value *body,
                               struct sw_arm_refusal *ret_refusal)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_fs_model *model = sw_fs_guest_of_id(context, folded_id, arena);
    bool is_ours = is_id(folded_id, arena, sw_fs_endpoint_id(model, arena));

    sw_arena_free(arena);
    *ret_refusal = (struct sw_arm_refusal){0};
    if (has_trouble(model, ret_refusal) || is_read_only(model, folded_id, ret_refusal)) {
        return 0;
    }
    if (!is_ours) {
        *ret_refusal = denied();
        return 0;
    }
    if (!model->is_endpoint_in_service) {
        *ret_refusal = (struct sw_arm_refusal){
            .status = 404, .code = "ResourceNotFound", .message = "There is no such endpoint."};
        return 0;
    }
    return sw_fs_number_out(model, sw_fs_patch_begin(model, body));
}

/* Change detection over the whole share (paths would miss deletes), and a recall of everything. */
static uint64_t post_resource(void *context, const char *folded_id, const struct sw_value *body,
                              struct sw_arm_refusal *ret_refusal)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_fs_model *model = sw_fs_guest_of_id(context, folded_id, arena);
    const char *id = sw_format(arena, "%s/triggerChangeDetection", sw_fs_cloud_id(model, arena));
    bool is_ours = is_id(folded_id, arena, id);
    bool is_recall = is_id(folded_id, arena,
                           sw_format(arena, "%s/recallAction", sw_fs_endpoint_id(model, arena)));
    const char *pattern = sw_as_text(sw_get(body, "pattern"));
    const char *path = sw_as_text(sw_get(body, "recallPath"));
    bool is_of_all = (pattern == NULL || *pattern == '\0') && (path == NULL || *path == '\0');

    sw_arena_free(arena);
    *ret_refusal = (struct sw_arm_refusal){0};
    if (has_trouble(model, ret_refusal) || is_read_only(model, folded_id, ret_refusal)) {
        return 0;
    }
    if (is_recall && is_of_all && model->is_endpoint_in_service) {
        return sw_fs_number_out(model, sw_fs_recall_begin(model));
    }
    if (!is_ours || body->as.map.count > 0) {
        *ret_refusal = denied();
        return 0;
    }
    return sw_fs_number_out(model, sw_fs_detect_begin(model));
}

static bool operation(void *context, uint64_t number, struct sw_arm_operation *ret)
{
    const struct sw_fs_model *model = sw_fs_guest_of_number(context, &number);
    const struct sw_fs_operation *found = sw_fs_operation_find(model, number);

    if (found == NULL) {
        return false;
    }
    *ret = (struct sw_arm_operation){.status = sw_fs_operation_status(found),
                                     .existed = found->existed};
    /* The first answers carry no times; later ones have the end of the last step. */
    if (found->step > 0) {
        ret->start_ns = sw_fs_service_ns(model, found->begin_ns);
        ret->end_ns = sw_fs_service_ns(model, found->step_ns);
    }
    if (found->has_failed && found->kind != SW_FS_DELETING) {
        ret->error_code = "MgmtInternalError";
        ret->error_message = "The service could not finish it (0x80c80255).";
    } else if (found->has_failed) {
        ret->error_code = "MgmtServerJobExpired";
        ret->error_message = "The server job has expired. The server is offline or does not reach "
                             "the service (0x80c87013).";
    }
    return true;
}

static int64_t now(void *context)
{
    const struct sw_fs_model *model = context;

    return sw_fs_service_ns(model, model->clock.now_ns);
}

void sw_fs_arm_backend(struct sw_fs_model *model, struct sw_arm_backend *ret)
{
    *ret = (struct sw_arm_backend){
        .context = model,
        .now = now,
        .get = get,
        .remove = remove_resource,
        .put = put_resource,
        .patch = patch_resource,
        .post = post_resource,
        .operation = operation,
        .subscription = model->config.azure.subscription,
        .location = model->config.azure.location,
    };
}
