#include "stdlib/filesync/hresult.h"

/* Where the facts name no meaning, none is made up. */
static const char passing[] = "a passing error by the vendor's list";
static const char broken[] = "an error that needs a repair by the vendor's list";
static const char look_up[] = "Look the code up in the vendor's list of sync errors.";
static const char network[] = "Repair name resolution, proxy, firewall or TLS between server and "
                              "Azure (Test-StorageSyncNetworkConnectivity).";
static const char share_access[] =
    "Check that the storage account and the file share exist and that its firewall and the access "
    "of the File Sync service are right.";
static const char certificate[] =
    "Repair the server's certificate (Reset-AzStorageSyncServerCertificate).";
static const char item_errors[] =
    "Repair the files that fail one by one (see the item errors), then upload again.";

static const char close_it[] = "Close the file; it is tried again by itself.";
static const char bad_name[] = "the name holds a character that the share can't store";
static const char rename_it[] =
    "Rename the file or folder (no control characters, no blank or dot at the end).";
static const char orphan[] = "a tiered file whose content can't be reached from here";
static const char recall[] =
    "Look whether the share holds the file; then the copy here is a stub without content.";

static const struct sw_hresult table[] = {
    {SW_HRESULT_OK, SW_HRESULT_WAIT, "success", NULL},
    {0x800704c7, SW_HRESULT_WAIT, "the session was cancelled", NULL},
    {SW_HRESULT_CANCELLED_BY_VSS, SW_HRESULT_WAIT, "cancelled to make room for a VSS session",
     NULL},
    {0x80c8004c, SW_HRESULT_WAIT, "the service throttles this server", NULL},
    {0x80c83000, SW_HRESULT_WAIT, passing, NULL},
    {0x80c8308d, SW_HRESULT_WAIT, passing, NULL},
    {0x8013153b, SW_HRESULT_WAIT, "an operation was cancelled", NULL},
    {0x80c83075, SW_HRESULT_WAIT, "change detection after a restore is still running", NULL},
    {0x80c83058, SW_HRESULT_WAIT, passing, NULL},
    {0x80041295, SW_HRESULT_WAIT, "the sync database was unloaded by a VSS backup", NULL},
    {0x80c80219, SW_HRESULT_WAIT, passing, NULL},
    {0x80c83044, SW_HRESULT_WAIT, passing, NULL},
    {0x80c8021f, SW_HRESULT_WAIT, passing, NULL},
    {0x80c8021e, SW_HRESULT_WAIT, passing, NULL},
    {0x80c80220, SW_HRESULT_WAIT, passing, NULL},
    {0x80c8300f, SW_HRESULT_WAIT, "the replica is not ready yet", NULL},
    {0x80c8004b, SW_HRESULT_WAIT, passing, NULL},
    {0x80131500, SW_HRESULT_WAIT, "an unexpected error of the agent", NULL},
    {0x80c8020e, SW_HRESULT_WAIT, passing, NULL},
    {0x80072ee7, SW_HRESULT_STOP, "the service's name does not resolve", network},
    {0x80c83081, SW_HRESULT_STOP, broken, network},
    {0x80c8309a, SW_HRESULT_STOP, broken, network},
    {0xc00000c4, SW_HRESULT_STOP, "the network answers unexpectedly", network},
    {0x80072ee2, SW_HRESULT_STOP, "a network connection timed out", network},
    {0x80072efe, SW_HRESULT_STOP, "a network connection was cut", network},
    {0x80c8305f, SW_HRESULT_STOP, "the Azure file share can't be reached", share_access},
    {0x80c86053, SW_HRESULT_STOP, "the Azure file share can't be reached", share_access},
    {0x80c86044, SW_HRESULT_STOP, broken, look_up},
    {0x80c83060, SW_HRESULT_STOP, broken, look_up},
    {0x80c8308a, SW_HRESULT_STOP, broken, look_up},
    {0x80c83092, SW_HRESULT_STOP, "the storage account is locked", "Have the lock removed."},
    {0x8e5e044e, SW_HRESULT_STOP, broken, look_up},
    {0x80c8306b, SW_HRESULT_STOP, "this agent version is blocked", "Update the agent."},
    {0x80c8603e, SW_HRESULT_STOP, "the Azure file share is full",
     "Raise the share's quota or remove files from it."},
    {0x80c80249, SW_HRESULT_STOP, "the Azure file share is full",
     "Raise the share's quota or remove files from it."},
    {0x80c86030, SW_HRESULT_STOP, broken, look_up},
    {0x80c83076, SW_HRESULT_STOP, broken, look_up},
    {0x80c8033e, SW_HRESULT_STOP, broken, look_up},
    {0x80071128, SW_HRESULT_STOP, "a reparse point in the endpoint's path is broken",
     "Check the endpoint's path for a broken reparse point."},
    {0x80071129, SW_HRESULT_STOP, "a reparse point does not match its tag",
     "Check the endpoint's path for a broken reparse point."},
    {0x800b0109, SW_HRESULT_STOP, "the service's certificate is not trusted",
     "Install the root certificates; look for a proxy that inspects TLS."},
    {0x80072f8f, SW_HRESULT_STOP, "the server's clock or its TLS settings are wrong",
     "Set the server's clock; allow TLS 1.2."},
    {0x80c80300, SW_HRESULT_STOP, "the server's clock is wrong", "Set the server's clock."},
    {0x80c83078, SW_HRESULT_STOP, "the server's certificate can't be used", certificate},
    {0x80c80228, SW_HRESULT_STOP, "the server's certificate can't be used", certificate},
    {0x80c83079, SW_HRESULT_STOP, broken, look_up},
    {0x8e5e0211, SW_HRESULT_STOP, "the volume is full", "Give the volume room."},
    {0x80c8031a, SW_HRESULT_STOP, "the volume is full, or a quota is", "Give the volume room."},
    {0x80c8023b, SW_HRESULT_STOP, "too many files failed one by one", item_errors},
    {0x80c8021c, SW_HRESULT_STOP, "too many files failed one by one", item_errors},
    {0x80c80253, SW_HRESULT_STOP, "too many files failed one by one", item_errors},
    {0x80c80019, SW_HRESULT_STOP, broken, look_up},
    {0x80c80277, SW_HRESULT_STOP, broken, look_up},
    {0x80c83073, SW_HRESULT_STOP, broken, look_up},
    {0x80c83088, SW_HRESULT_STOP, broken, look_up},

    /* Of single files; a session has them seldom. windows.md A10, "Per-item". */
    {0x80c80207, SW_HRESULT_WAIT, "it waits for a folder that is not synced yet", NULL},
    {0x80c8028a, SW_HRESULT_WAIT, "it waits for an item that failed", NULL},
    {0x80c80206, SW_HRESULT_WAIT, passing, NULL},
    {0x80c80284, SW_HRESULT_WAIT, passing, NULL},
    {0x80c80018, SW_HRESULT_WAIT, "the file is in use", close_it},
    {0x80070020, SW_HRESULT_WAIT, "the file is in use", close_it},
    {0x80c86013, SW_HRESULT_WAIT, "the file is in use in the Azure file share", close_it},
    {0x80c8031d, SW_HRESULT_WAIT, "the file changed, and sync has not seen the change yet", NULL},
    {0x80c80017, SW_HRESULT_WAIT, "the file changed while it was uploaded", NULL},
    {0x80070002, SW_HRESULT_WAIT, "the file was not found: deleted meanwhile", NULL},
    {0x80070003, SW_HRESULT_WAIT, "the folder was not found: deleted meanwhile", NULL},
    {0x800700b7, SW_HRESULT_WAIT, "a file of this name exists already", NULL},
    {0x80c80205, SW_HRESULT_WAIT, "the file was passed over and is tried again", NULL},
    {0x8007012f, SW_HRESULT_WAIT, "the file is being deleted", NULL},
    {0x8007007b, SW_HRESULT_STOP, bad_name, rename_it},
    {0x80070459, SW_HRESULT_STOP, bad_name, rename_it},
    {0x80c80255, SW_HRESULT_STOP, bad_name, rename_it},
    {0x80c8005f, SW_HRESULT_STOP, "the path is too long or not allowed",
     "Shorten the path: rename or move the file."},
    {0x80c8027c, SW_HRESULT_STOP, "the file is encrypted with EFS",
     "Decrypt the file, or copy it elsewhere."},
    {0x80c80283, SW_HRESULT_STOP, "the folder is a read-only one of DFS Replication",
     "Take the folder out of the read-only replication, or copy the file elsewhere."},
    {0x80c80200, SW_HRESULT_STOP, "the file has 100 conflict copies, the most there may be",
     "Sort out the conflict copies of the file."},
    {0x80c80201, SW_HRESULT_STOP, broken, look_up},
    {0x800703ee, SW_HRESULT_STOP, orphan, recall},
    {0x80070043, SW_HRESULT_STOP, orphan, recall},
    {0x80c80037, SW_HRESULT_STOP, orphan, recall},
    {0x80070017, SW_HRESULT_STOP, orphan, recall},
    {0x80070032, SW_HRESULT_STOP, orphan, recall},
};

const struct sw_hresult *sw_hresult_find(int64_t code)
{
    for (size_t i = 0; i < SW_COUNT(table); i++) {
        if (table[i].code == code) {
            return &table[i];
        }
    }
    return NULL;
}

const char *sw_hresult_hex(struct sw_arena *arena, int64_t code)
{
    return sw_format(arena, "0x%08llx", (unsigned long long)code);
}

const char *sw_hresult_meaning(int64_t code)
{
    const struct sw_hresult *known = sw_hresult_find(code);

    return known == NULL ? "not in our table" : known->meaning;
}

const char *sw_hresult_text(struct sw_arena *arena, int64_t code)
{
    return sw_format(arena, "%s (%s)", sw_hresult_hex(arena, code), sw_hresult_meaning(code));
}
