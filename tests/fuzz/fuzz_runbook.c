/** @file Any bytes as a runbook, through every layer up to the proof of evidence: a runbook, or
 * findings each with a place inside of the file and an explanation. */
#include "cli/wire.h"
#include "lang/codes.h"
#include "lang/runbook.h"
#include "sdk/diag.h"
#include "ui/caret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    struct sw_source source;
    struct sw_buf out;

    sw_source_from_text(arena, "fuzz", size == 0 ? "" : (const char *)data, size, &source);

    const struct sw_runbook *runbook = sw_runbook_load(&source, sw_wire_registry(), arena, diags);
    struct sw_sources sources = {.items = &source, .count = 1};

    sw_require((runbook == NULL) == (sw_diags_error_count(diags) > 0));
    sw_diags_sort(diags);
    for (size_t i = 0; i < sw_diags_count(diags); i++) {
        const struct sw_diag *diag = sw_diags_at(diags, i);

        sw_require(diag->mark.line >= 1 && diag->mark.line <= source.line_count);
        sw_require(sw_code_doc(diag->code) != NULL && diag->text[0] != '\0');
    }
    sw_buf_init(&out, (size_t)1024 * 1024);
    sw_caret_all(&out, diags, &sources, true);
    sw_buf_release(&out);
    return 0;
}
