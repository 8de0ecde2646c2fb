#pragma once
/** @file Findings for machines: JSON (schema_version 1) and SARIF 2.1.0. */
#include "base/buf.h"
#include "sdk/diag.h"

void sw_findings_json(struct sw_buf *out, const struct sw_diags *diags);

/** @source OASIS SARIF 2.1.0; columns count Unicode code points */
void sw_findings_sarif(struct sw_buf *out, const struct sw_diags *diags, const char *tool_version);
