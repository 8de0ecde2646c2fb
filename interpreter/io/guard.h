#pragma once
/** @file A process that holds secrets leaves no copy of its memory behind. */

/** No core file from now on, and no other process of the same user may look into this one. Under
 * the sanitizers, which look themselves, only the former. @source prctl(2), getrlimit(2) */
void sw_guard_memory(void);
