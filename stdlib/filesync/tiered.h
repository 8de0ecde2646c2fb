#pragma once
/**
 * @file Stubs on a server's volume: files whose content is in the cloud only.
 *
 * The whole volume counts, not the endpoint's folder alone: a stub that was moved elsewhere stays
 * one and stops opening like the others (windows.md A8, rule 4). They are told by their reparse
 * tag; a folder that could not be read may hold any number of them.
 */
#include "sdk/action.h"

struct sw_tiered {
    const struct sw_value *listing; /**< full paths; incomplete when a folder was not read */
    const struct sw_value *files;   /**< rows {path, bytes, allocated, changed}; as many as named */
    const struct sw_value *usn;     /**< the volume's change journal as of the scan's begin */
    int64_t count;
    int64_t bytes;                          /**< their whole length */
    int64_t missing_bytes;                  /**< of that, what is not on the volume */
    int64_t unread_count;                   /**< folders */
    const struct sw_value *unread;          /**< some of their names */
    int64_t folder_files, folder_allocated; /**< in the endpoint's folder, stubs counted too */
    bool is_whole;                          /**< every folder was read */
    int64_t scanned_ns;                     /**< the server's clock */
};

/**
 * Scan the volume of the subject's folder.
 *
 * @return false: *ret_why says what could not be read, or is NULL: an answer is missing
 */
bool sw_tiered_scan(struct sw_probe *probe, const char *ask_name, struct sw_tiered *ret_tiered,
                    const char **ret_why);

enum sw_tiered_since {
    SW_TIERED_PENDING,
    SW_TIERED_NONE,
    SW_TIERED_SOME,    /**< *ret_name is one of them */
    SW_TIERED_UNKNOWN, /**< the change journal does not tell; only a scan can */
};

/** Has any file become a stub since a place in the volume's change journal? Cheap.
 * @param ret_now_ns the server's clock; 0: not told */
enum sw_tiered_since sw_tiered_since(struct sw_probe *probe, const struct sw_value *usn,
                                     const char **ret_name, int64_t *ret_now_ns);
