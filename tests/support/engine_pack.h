#pragma once
/**
 * @file The shelf again (pack_demo.h), but its probes run: each asks its house one question, named
 * after the action, and the answer says what the probe shall say. So a test scripts verdicts, not
 * bytes:
 *
 *   {"verdict": "needed", "say": "...", "outcome": "...", "error": "...",
 *    "see": {...}, "out": {...}, "reading": {...}}
 *
 * Questions: "NAME" (probe), "NAME.undo" (is it put back?), "NAME.reread" (evidence). Writes are
 * the ops "NAME!" and, of `label`, "label1!" and "label2!"; undo writes end in "-".
 */
#include "sdk/pack.h"

extern const struct sw_registry engine_registry;

/** The settle time of every write of this pack, ms. */
enum { ENGINE_SETTLES_MS = 120000 };
