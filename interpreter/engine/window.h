#pragma once
/**
 * @file When an edge is open: its days and hours by the clock on the wall of its zone. Pure: the
 * caller brings the instant, loading brought the zone.
 *
 * A time of day is open whenever the wall shows it. So an hour that daylight saving skips is never
 * open, and one that comes twice is open twice. A window over midnight belongs to the day on which
 * it opens.
 */
#include "lang/runbook.h"
#include "sdk/value.h"

/** "sat, 20:00 to 23:30 Europe/Berlin" */
const char *sw_window_text(const struct sw_edge *edge, struct sw_arena *arena);

/** Why it may not act now, and when it may again. @return NULL: it may, or has no window */
const char *sw_window_shut(const struct sw_edge *edge, int64_t now_ns, struct sw_arena *arena);

/** "open now, until Sat 2026-11-28 23:30 +01:00 (2026-11-28T22:30:00Z)", "opens Sat ..."; NULL
 * without a window */
const char *sw_window_now(const struct sw_edge *edge, int64_t now_ns, struct sw_arena *arena);

/** {text, local, is_open, says}: what was decided and by which clock, for the journal, so that
 * nobody has to compute it again. Nothing without a window. */
void sw_window_put(struct sw_builder *map, const struct sw_edge *edge, int64_t now_ns);
