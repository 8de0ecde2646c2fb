#pragma once
/** @file A story that must come to the same end wherever the engine dies on the way. */
#include "rehearsal/rehearsal.h"

struct story {
    const char *runbook;       /**< of runbooks/filesync, without its ending */
    const char *world;         /**< of runbooks/filesync/worlds, without its ending */
    const char *step, *choice; /**< the one question beside the edge; or NULL */
    const char *end;           /**< word of the `end` record */
    uint64_t deletes;
    const char *edge; /**< the step that is approved; NULL: `delete` */
};

/**
 * Run it once whole; then once for each of its commits, dying there, and start anew until it ends.
 * Each time: the same end, nothing lost that was not given up, no second delete.
 *
 * @param after the commit is durable, but the engine never hears of it
 */
void story_survives_death(const struct story *story, bool after);
