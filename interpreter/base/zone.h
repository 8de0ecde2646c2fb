#pragma once
/**
 * @file Time zones: which clock on the wall an instant has. Read from the system's compiled zone
 * files (TZif, RFC 8536, version 2 and later) with the rule at their end (POSIX TZ) for all times
 * after the last change that they list. Times are seconds since 1970-01-01 UTC, no leap seconds.
 *
 * An instant has one local time, always. The other way round it is not so: in spring an hour of
 * local times never comes, in autumn one comes twice. Whoever asks this module asks with instants,
 * so the first is never seen and the second is seen twice.
 */
#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_ZONE_TEXT_BYTES 40

struct sw_zone;

/** The folder of the system's zone files: $TZDIR, else /usr/share/zoneinfo. */
const char *sw_zone_folder(void);

/** Is there such a folder with zones in it? */
bool sw_zone_has_data(const char *folder);

/** Could it be the name of a zone, such as Europe/Berlin: no absolute path, no dots, nothing that
 * is another zone on another machine (`localtime`)? */
bool sw_zone_is_name(const char *name) SW_NONNULL;

/** The zone of UTC, which needs no file. */
const struct sw_zone *sw_zone_utc(struct sw_arena *arena) SW_NONNULL;

/** @param folder that of the zone files @errors SW_E_INPUT: no such name; SW_E_IO: no such file;
 * SW_E_PROTOCOL, SW_E_LIMIT: not a zone file that can be understood */
const struct sw_zone *sw_zone_read(const char *folder, const char *name, struct sw_arena *arena,
                                   struct sw_error *err) SW_NONNULL;

/** The same from bytes. Copies what it keeps. */
const struct sw_zone *sw_zone_parse(const char *bytes, size_t length, struct sw_arena *arena,
                                    struct sw_error *err) SW_NONNULL;

/** Names that the folder's list (zone.tab) gives, for "did you mean". @return none when there is
 * no list */
const char *const *sw_zone_names(const char *folder, struct sw_arena *arena,
                                 size_t *ret_count) SW_NONNULL;

/** Seconds east of UTC at this instant. */
int32_t sw_zone_offset(const struct sw_zone *zone, int64_t seconds) SW_NONNULL;

/** "Sat 2026-11-28 20:00 +01:00": the clock on the wall there. */
void sw_zone_format(const struct sw_zone *zone, int64_t seconds,
                    char out[SW_ZONE_TEXT_BYTES]) SW_NONNULL;
