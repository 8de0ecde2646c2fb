#pragma once
/** @file Findings for machines: JSON (schema_version 1) and SARIF 2.1.0. */
#include "base/buf.h"
#include "sdk/diag.h"

/** @param lists findings of one file each */
void sw_findings_json(struct sw_buf *out, const struct sw_diags *const *lists, size_t count);

/**
 * File names become URIs relative to the folder that the program was called in, so that code
 * scanning finds them in a checkout; one that lies elsewhere stays absolute.
 *
 * @param folder the current folder, absolute; NULL: not known
 * @source OASIS SARIF 2.1.0; columns count Unicode code points
 */
void sw_findings_sarif(struct sw_buf *out, const struct sw_diags *const *lists, size_t count,
                       const char *folder, const char *tool_version);
