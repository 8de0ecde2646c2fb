/* The files that failed in the session that the run waited for. */
#include "stdlib/filesync/item_errors.h"

#include "stdlib/filesync/items.h"
#include "stdlib/filesync/names.h"

static const struct sw_field row_fields[] = {
    {"path", &sw_type_string, 0, NULL, "File, relative to the endpoint's folder."},
    {"hresult", &sw_type_string, 0, NULL, "Why it failed: 0x and eight digits."},
    {"meaning", &sw_type_string, 0, NULL, "Why it failed, in words."},
    {"remedy", &sw_type_string, 0, NULL, "What to do; null where nothing but waiting is known."},
    {"operation", &sw_type_string, 0, NULL, "What sync tried."},
    {"persistent", &sw_type_bool, 0, NULL, "Does the agent think that it will fail again?"},
    {0},
};
static const struct sw_type row_type = {.kind = SW_T_OBJECT, .fields = row_fields};
static const struct sw_type rows_type = {.kind = SW_T_LIST, .of = &row_type};

static const struct sw_field outputs[] = {
    {"items", &sw_type_listing, 0, NULL, "The files that failed in the session."},
    {"errors", &rows_type, 0, NULL, "Each failure with its reason."},
    {"expected", &sw_type_int, 0, NULL, "How many failures the session itself counted."},
    {0},
};

static const struct sw_action_error errors[] = {
    {"no_session", false, "No session with item errors was waited for in this run."},
    SW_SCRIPT_ERRORS,
    {0},
};

static enum sw_verdict probe_items(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    const char *evidence = "filesync.cloud_complete_except";
    const char *id = sw_as_text(sw_basis(view, evidence, "correlation_id"));
    struct sw_items items;
    int64_t expected = 0;
    const char *why = NULL;

    if (!sw_as_int(sw_basis(view, evidence, "per_item_errors"), &expected)) {
        return sw_probe_error(probe, "no_session", "no session with item errors was waited for");
    }
    if (id == NULL) {
        return sw_probe_error(probe, "unreadable",
                              "the session's event has no correlation id to find its items by");
    }
    if (!sw_items_ask(probe, "items", id, expected, &items, &why)) {
        return why == NULL ? SW_PENDING : sw_probe_error(probe, "unreadable", "%s", why);
    }
    sw_out(probe, "items", items.listing);
    sw_out(probe, "errors", items.rows);
    sw_out(probe, "expected", sw_int(sw_probe_arena(probe), expected));
    return SW_DONE;
}

const struct sw_action sw_filesync_item_errors = {
    .name = "filesync.item_errors",
    .doc = "Lists the files that failed in the upload session of cloud_complete_except, found by "
           "its correlation id. A list shorter than the session's own count is not complete and "
           "can't be accepted.",
    .source = "Azure-Samples/azure-files-samples, FileSyncErrorsReport.ps1: event 9900 of the "
              "ItemResults log",
    .effect = SW_EFFECT_READ,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs = outputs,
    .errors = errors,
    .listing = "items",
    .accept_yields = "filesync.items_accepted",
    .probe = probe_items,
    .example =
        (const char *const[]){"show:", "  items: { read: filesync.item_errors, target: server }",
                              NULL},
};
