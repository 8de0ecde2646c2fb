#pragma once
/**
 * @file What a model world was told, in order: times to advance to and requests, one JSON line
 * each. The world is a function of its file, its seed and this tape, so a later process can bring
 * it back to the byte. Appended without a sync: after a power loss the journal may know more than
 * the tape, and the resumed run then looks again, as it would at a real peer.
 */
#include "base/error.h"
#include "world/world.h"

struct sw_tape;

/** Open for appending, mode 0600; of an old tape a torn last line is cut off. @param head first
 * line of a new tape; NULL: go on with an old one
 * @errors SW_E_IO */
bool sw_tape_open(const char *path, const struct sw_value *head, struct sw_tape **ret_tape,
                  struct sw_error *err);

/** The first line of a tape. @errors SW_E_IO, SW_E_CORRUPT */
bool sw_tape_head(const char *path, struct sw_arena *arena, const struct sw_value **ret_head,
                  struct sw_error *err);
void sw_tape_close(struct sw_tape *tape);
void sw_tape_advance(void *tape, int64_t to_ns);
void sw_tape_exchange(void *tape, const struct sw_request *request);

/** Bring a fresh world to where the tape ends; a torn last line is left out. @errors SW_E_IO,
 * SW_E_CORRUPT */
bool sw_tape_replay(const char *path, struct sw_world *world, struct sw_error *err);
