#include "support/pack_sketch.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define OUTCOMES(...) ((const struct sw_outcome_doc[]){__VA_ARGS__, {NULL}})
#define YIELDS(...) ((const struct sw_yield[]){__VA_ARGS__, {NULL}})
#define FIELDS(...) ((const struct sw_field[]){__VA_ARGS__, {NULL}})
#define ERRORS(...) ((const struct sw_action_error[]){__VA_ARGS__, {NULL}})
#define TEXT(name)                                                                                 \
    {                                                                                              \
        name, &sw_type_string, 0, NULL, "A text."                                                  \
    }
#define TIME(name)                                                                                 \
    {                                                                                              \
        name, &sw_type_time, 0, NULL, "A time."                                                    \
    }
#define LISTING .listing = "items", .outputs = FIELDS({"items", &sw_type_listing, 0, NULL, "Them."})

static enum sw_verdict never(struct sw_probe *probe)
{
    (void)probe;
    return SW_UNCLEAR;
}

/* name, then whatever else the row says */
#define ACTION(variable, its_name, ...)                                                            \
    static const struct sw_action variable = {                                                     \
        .name = its_name, .doc = "Of the sketch.", .probe = never, __VA_ARGS__}
#define CLOUD .target_kind = "azure.sync_group"
#define SERVER .target_kind = "windows.server"
#define CHANGES .effect = SW_EFFECT_REVERSIBLE, .no_undo_reason = "a sketch"

static const struct sw_type texts = {.kind = SW_T_LIST, .of = &sw_type_string};

ACTION(endpoint, "azure.server_endpoint", CLOUD, .inputs = FIELDS(TEXT("name")),
       .outputs = FIELDS({"id", &sw_type_resource_id, SW_FIELD_IDENTITY, NULL, "Its id."},
                         TEXT("name"), TEXT("server_id"), TEXT("server_name"), TEXT("sync_health"),
                         TEXT("provisioning_status"),
                         {"path", &sw_type_win_path, 0, NULL, "Its path."}));
ACTION(registered, "azure.registered_server", CLOUD, .inputs = FIELDS(TEXT("id")),
       .outputs = FIELDS(TIME("last_heartbeat")));
ACTION(endpoints, "azure.server_endpoints", CLOUD,
       .outputs = FIELDS({"items", &texts, 0, NULL, "All of them."}));
ACTION(locks, "azure.resource_locks", CLOUD, .inputs = FIELDS(TEXT("id")),
       .outputs = FIELDS({"items", &texts, 0, NULL, "All."}, {"names", &texts, 0, NULL, "Names."}));
ACTION(share, "azure.share", CLOUD,
       .outputs = FIELDS({"url", &sw_type_url, 0, NULL, "Its URL."},
                         {"used", &sw_type_size, 0, NULL, "Bytes in it."}));
ACTION(agent, "filesync.agent", SERVER,
       .outputs = FIELDS({"version", &sw_type_version, 0, NULL, "Its version."},
                         TEXT("version_status"), TIME("certificate_expires"),
                         {"certificate_valid", &sw_type_bool, 0, NULL, "Is it valid?"}));
ACTION(block_access, "filesync.block_access", SERVER, CHANGES, .takes_subject = true,
       .yields = YIELDS({"ok", "filesync.access_removed"}));
ACTION(start_vss, "filesync.start_vss_upload", SERVER, CHANGES, .takes_subject = true,
       .yields = YIELDS({"ok", "filesync.snapshot_uploading"}),
       .errors = ERRORS({"task_running", true, "It runs."},
                        {"server_unreachable", true, "No answer."}));
ACTION(upload, "filesync.upload_session", SERVER, .is_wait = true, .reads_log = true,
       .takes_subject = true,
       .outcomes = OUTCOMES({"clean", "Clean."}, {"item_errors", "Some."}, {"sync_error", "Bad."}),
       .yields = YIELDS({"clean", "filesync.cloud_complete"},
                        {"item_errors", "filesync.cloud_complete_except"}));
ACTION(last_sessions, "filesync.last_sessions", SERVER);
ACTION(item_errors, "filesync.item_errors", SERVER, LISTING,
       .accept_yields = "filesync.items_accepted");
ACTION(never_synced, "filesync.never_synced", SERVER, LISTING,
       .outcomes = OUTCOMES({"none", "None."}, {"some", "Some."}),
       .yields = YIELDS({"none", "filesync.leftovers_settled"}),
       .accept_yields = "filesync.leftovers_settled");
ACTION(snapshot_share, "azure.snapshot_share", CLOUD, CHANGES);
ACTION(tiering, "azure.disable_cloud_tiering", CLOUD, CHANGES, .takes_subject = true,
       .yields = YIELDS({"ok", "filesync.tiering_off"}));
ACTION(space, "filesync.recall_space", SERVER,
       .inputs = FIELDS({"margin", &sw_type_size, 0, NULL, "Room."},
                        {"share_used", &sw_type_size, 0, NULL, "Bytes."}),
       .outcomes = OUTCOMES({"enough", "Enough."}, {"short", "Not enough."}));
ACTION(start_recall, "filesync.start_recall", SERVER, CHANGES, .takes_subject = true,
       .inputs = FIELDS({"threads", &sw_type_int, 0, NULL, "How many."}));
ACTION(recall_job, "filesync.recall_job", SERVER, .is_wait = true, .reads_log = true,
       .takes_subject = true,
       .outcomes = OUTCOMES({"finished", "Done."}, {"file_errors", "Some."}, {"disk_full", "No."}));
ACTION(tiered, "filesync.tiered_files", SERVER, .is_wait = true, .takes_subject = true,
       .outputs = FIELDS({"files", &sw_type_int, 0, NULL, "How many."}),
       .outcomes = OUTCOMES({"none", "None."}, {"some", "Some."}),
       .yields = YIELDS({"none", "filesync.recalled"}));
ACTION(detect, "azure.detect_changes", CLOUD, CHANGES, .takes_subject = true,
       .yields = YIELDS({"ok", "filesync.changes_detected"}));
ACTION(download, "filesync.download_session", SERVER, .is_wait = true, .reads_log = true,
       .takes_subject = true,
       .outcomes = OUTCOMES({"clean", "Clean."}, {"item_errors", "Some."}, {"sync_error", "Bad."}),
       .yields = YIELDS({"clean", "filesync.server_complete"}));
ACTION(folder_count, "windows.folder_count", SERVER,
       .inputs = FIELDS({"path", &sw_type_win_path, 0, NULL, "Which."}),
       .outputs = FIELDS({"files", &sw_type_int, 0, NULL, "How many."}));
ACTION(tiered_listing, "filesync.tiered_listing", SERVER);
ACTION(recall_errors, "filesync.recall_errors", SERVER);
ACTION(delete_endpoint, "azure.delete_server_endpoint", CLOUD, .effect = SW_EFFECT_IRREVERSIBLE,
       .takes_subject = true, .loss = "All.", .need_count = 3,
       .needs = (const struct sw_need[]){
           {{"filesync.cloud_complete", "filesync.leftovers_settled"}},
           {{"filesync.cloud_complete_except", "filesync.items_accepted",
             "filesync.leftovers_settled"}},
           {{"filesync.server_complete"}},
           {{NULL}}});

#define EVIDENCE(variable, its_name, ...)                                                          \
    static const struct sw_evidence variable = {                                                   \
        .name = its_name, .doc = "Of the sketch", .reread = never, .rests_on = __VA_ARGS__}
EVIDENCE(access_removed, "filesync.access_removed", NULL);
EVIDENCE(snapshot_uploading, "filesync.snapshot_uploading", NAMES("filesync.access_removed"));
EVIDENCE(cloud_complete, "filesync.cloud_complete", NAMES("filesync.snapshot_uploading"));
EVIDENCE(cloud_except, "filesync.cloud_complete_except", NAMES("filesync.snapshot_uploading"));
EVIDENCE(items_accepted, "filesync.items_accepted", NAMES("filesync.cloud_complete_except"));
EVIDENCE(leftovers, "filesync.leftovers_settled", NAMES("filesync.access_removed"));
EVIDENCE(tiering_off, "filesync.tiering_off", NULL);
EVIDENCE(recalled, "filesync.recalled", NAMES("filesync.tiering_off"));
EVIDENCE(changes_detected, "filesync.changes_detected", NULL);
EVIDENCE(server_complete, "filesync.server_complete",
         NAMES("filesync.recalled", "filesync.changes_detected"));

static const struct sw_target_kind sync_group = {.name = "azure.sync_group", .doc = "A group."};
static const struct sw_target_kind server = {.name = "windows.server", .doc = "A server."};

static const struct sw_pack sketch_pack = {
    .name = "sketch",
    .doc = "Both scenarios.",
    .actions =
        (const struct sw_action *const[]){
            &endpoint,     &registered,    &endpoints,      &locks,           &share,
            &agent,        &block_access,  &start_vss,      &upload,          &last_sessions,
            &item_errors,  &never_synced,  &snapshot_share, &tiering,         &space,
            &start_recall, &recall_job,    &tiered,         &detect,          &download,
            &folder_count, &recall_errors, &tiered_listing, &delete_endpoint, NULL},
    .evidence = (const struct sw_evidence *const[]){&access_removed, &snapshot_uploading,
                                                    &cloud_complete, &cloud_except, &items_accepted,
                                                    &leftovers, &tiering_off, &recalled,
                                                    &changes_detected, &server_complete, NULL},
    .target_kinds = (const struct sw_target_kind *const[]){&sync_group, &server, NULL},
};

const struct sw_registry sketch_registry = {
    .packs = (const struct sw_pack *const[]){&sketch_pack, NULL},
};
