#pragma once
/**
 * @file The strict YAML subset (language.md, "YAML"; reliability.md 3): libyaml's event interface
 * under our own limits and the eight checks that it lacks. Sole home of yaml.h.
 */
#include "lang/node.h"
#include "lang/source.h"
#include "sdk/diag.h"

/**
 * Read one document. Adds SW01xx findings with exact line and column; once the text itself is
 * broken, only the first syntax finding of libyaml is reported, together with all byte-level ones.
 *
 * @return the root, or NULL when any SW01xx error was found
 */
struct sw_node *sw_yaml_read(const struct sw_source *source, struct sw_arena *arena,
                             struct sw_diags *diags);
