/** @file Any bytes as an evidence file: refused with a reason, or a report that is whole. */
#include "base/arena.h"
#include "ui/evidence.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_evidence_report report = {0};
    struct sw_error err = {0};

    if (sw_evidence_verify(size == 0 ? "" : (const char *)data, size, arena, &report, &err)) {
        sw_require(report.run != NULL && report.runbook != NULL);
        sw_require(strlen(report.digest) == 64 && strlen(report.head) == 64);
    } else {
        sw_require(err.code == SW_E_INPUT || err.code == SW_E_CORRUPT || err.code == SW_E_LIMIT);
        sw_require(err.text[0] != '\0' && report.run == NULL);
    }
    return 0;
}
