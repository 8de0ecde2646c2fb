#pragma once
/** @file What came of tests: for people, and as TAP 13, JUnit XML and JSON. */
#include "base/buf.h"
#include "sdk/value.h"

/**
 * @param report {schema_version, cases [{file, line, name, ok, failures, log, ...}], coverage
 * [{runbook, file, ways {total, taken, missed}, paths {...}, ok}], passed, failed, ok}
 */
void sw_test_report_text(struct sw_buf *out, const struct sw_value *report, bool is_verbose);
void sw_test_report_tap(struct sw_buf *out, const struct sw_value *report);
void sw_test_report_junit(struct sw_buf *out, const struct sw_value *report);

/** Whole percent, rounded down; 100 when there is nothing to take. */
int64_t sw_test_percent(const struct sw_value *part);
