#pragma once
/**
 * @file A runbook as it is after all changes: valid YAML, each line with the place that it comes
 * from, or JSON with the places beside it.
 */
#include "base/buf.h"
#include "lang/runbook.h"

void sw_resolved_yaml(struct sw_buf *out, const struct sw_runbook *runbook);

/** {schema_version, name, version, digest, extends [{name, version, file, digest}], weakenings,
 * runbook: the tree, origins: {JSON pointer: "file:line"}} */
void sw_resolved_json(struct sw_buf *out, const struct sw_runbook *runbook);
