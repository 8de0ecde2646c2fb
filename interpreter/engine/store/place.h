#pragma once
/** @file The journal's folder: ours alone, on a disk of this machine, durable once made. */
#include "base/arena.h"
#include "base/error.h"

#include <stdint.h>

#define SW_PLACE_FILE "journal.db"

/**
 * Make the folder (0700) and an empty journal file (0600) in it if there is none, and check both.
 *
 * @param ret_path the file, as a name that SQLite can't take for a URI
 * @param ret_lock descriptor that keeps other openers out until it is closed, because a new journal
 * must be made by one process alone
 * @errors SW_E_IO; SW_E_DENIED: open to others, owned by somebody else, a link, or on a network
 * file system; SW_E_CORRUPT: a write-ahead file without its journal
 */
bool sw_place_prepare(const char *folder, struct sw_arena *arena, const char **ret_path,
                      int *ret_lock, struct sw_error *err);

/** The name of a file system on which locks or syncs can't be trusted; NULL: none that we know.
 * @param type f_type of statfs(2), which lists the numbers */
const char *sw_place_network(uint64_t type);
