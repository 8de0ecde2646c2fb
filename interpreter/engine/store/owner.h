#pragma once
/** @file Who holds a run: a process, told apart from a later one of the same number by its start.
 */
#include "base/error.h"

struct sw_owner {
    int64_t pid;    /**< 0: nobody */
    uint64_t start; /**< clock ticks after boot (proc(5), stat field 22); 0: not known */
    char boot[40];  /**< of this boot of the machine (random(4), boot_id); "": not known */
};

/** Who we are. Where there is no /proc, only the pid is known. */
void sw_owner_self(struct sw_owner *ret_owner);

/** Could it still write? Doubt is a yes: only one who surely is gone is not alive. */
bool sw_owner_is_alive(const struct sw_owner *owner);

bool sw_owner_is(const struct sw_owner *a, const struct sw_owner *b);

/** The parts that matter of /proc/PID/stat; a zombie has `is_gone`. @return false for other text */
bool sw_owner_parse_stat(const char *text, uint64_t *ret_start, bool *ret_is_gone);
