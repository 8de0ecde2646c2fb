#pragma once
/**
 * @file How much of a runbook its tests have seen: ways out of its steps (outcomes, choices, rows
 * of branches, skips, lapses), and paths into its irreversible steps.
 *
 * A path is the list of steps from the first one to an irreversible step along arrows that are no
 * loops (those count as ways). A run that acts there has walked the path that is left of its visits
 * once every round trip is cut out.
 */
#include "lang/flow.h"

/** "clean", "accept", "row 2", "else", "skipped": as journals and tests name a way. */
const char *sw_test_way_name(const struct sw_step *step, const struct sw_way *way,
                             struct sw_arena *arena);

struct sw_test_cover;

struct sw_test_cover *sw_test_cover_new(const struct sw_runbook *runbook, struct sw_arena *arena);

/** What one run did. @param ways, paths lists of texts, as in the result of a case */
void sw_test_cover_add(struct sw_test_cover *cover, const struct sw_value *ways,
                       const struct sw_value *paths);

/**
 * {runbook, ways {total, taken, missed [text]}, paths {total, taken, missed [text], is_cut}};
 * `is_cut`: there are more paths than are counted.
 */
const struct sw_value *sw_test_cover_document(const struct sw_test_cover *cover,
                                              struct sw_arena *arena);
