/** @file Any lines `KIND TIME BODY` as the records of a run: folded, or refused as corrupt. */
#include "engine/state.h"
#include "sdk/diag.h"
#include "sdk/json.h"
#include "support/pack_demo.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct sw_runbook *shelf(struct sw_arena *arena, struct sw_diags *diags)
{
    struct sw_source *source = sw_alloc(arena, sizeof *source);
    struct sw_error err = {0};

    sw_require(sw_source_read(arena, SW_SOURCE_DIR "/tests/data/lang/shelf.yaml",
                              (size_t)1024 * 1024, source, &err));

    const struct sw_runbook *runbook = sw_runbook_load(source, &demo_registry, arena, diags);

    sw_require(runbook != NULL);
    return runbook;
}

/* @return false: no line of this form, or a record that was refused */
static bool fold_line(struct sw_state *state, char *line)
{
    struct sw_error err = {0};
    const struct sw_value *body = NULL;
    char *rest = NULL;
    char *time = strchr(line, ' ');

    if (time == NULL) {
        return false;
    }
    *time++ = '\0';

    long long ns = strtoll(time, &rest, 10);

    if (*rest != ' ' ||
        !sw_json_read(state->arena, rest + 1, strlen(rest + 1), SW_JSON_TYPED, &body, &err)) {
        return false;
    }
    if (!sw_state_fold(state, line, ns, body, &err)) {
        sw_require(err.code == SW_E_CORRUPT && err.text[0] != '\0');
        return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    const struct sw_runbook *runbook = shelf(arena, diags);
    char *text = sw_copy(arena, size == 0 ? "" : (const char *)data, size);
    struct sw_state state;
    bool goes_on = true;

    sw_state_init(&state, arena, runbook);
    while (goes_on && *text != '\0') {
        char *end = strchr(text, '\n');

        if (end != NULL) {
            *end = '\0';
        }
        goes_on = fold_line(&state, text);
        text = end == NULL ? text + strlen(text) : end + 1;
        sw_require(state.step == SW_NO_STEP || state.step < runbook->step_count);
        (void)sw_state_basis(&state, arena);
        (void)sw_state_subject(&state);
    }
    return 0;
}
