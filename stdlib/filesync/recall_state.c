#include "stdlib/filesync/recall_state.h"

#include "base/text.h"
#include "stdlib/filesync/hresult.h"
#include "stdlib/filesync/names.h"
#include "stdlib/windows/eventlog.h"
#include "stdlib/windows/script.h"

#include <string.h>

#define FAILS_MAX 200
#define RESULT_RUNNING 267009 /* windows.md A4 */

/* ERROR_DISK_FULL, and a quota that was hit (windows.md A8). */
static bool is_full(int64_t hresult)
{
    return hresult == 0x80070070 || hresult == 0x80c8031a || hresult == 0x8e5e0211;
}

static const char *meaning_of(struct sw_arena *arena, int64_t hresult)
{
    return hresult == 0x80070070 ? "0x80070070 (the volume is full)"
                                 : sw_hresult_text(arena, hresult);
}

/* One event of a file that could not be recalled. @return false: it does not say why */
static bool add_fail(struct sw_arena *arena, const char *xml, struct sw_builder *rows,
                     struct sw_recall_state *state)
{
    struct sw_builder row = sw_map_begin(arena);
    struct sw_event event;
    struct sw_error ignored = {0};
    int64_t hresult = 0;

    if (xml == NULL || !sw_event_read(arena, xml, strlen(xml), &event, &ignored) ||
        !sw_event_hresult(&event, "DataTransferHresult", &hresult)) {
        return false;
    }
    const char *path = sw_event_text(&event, "FileName");
    /* The names of the other fields are not published. */
    path = path != NULL ? path : sw_event_text(&event, "FilePath");
    path = path != NULL ? path : sw_event_text(&event, "Path");
    sw_map_put_text(&row, "path", path);
    sw_map_put_int(&row, "hresult", hresult);
    sw_map_put_text(&row, "meaning", meaning_of(arena, hresult));
    sw_list_add(rows, sw_built(&row));
    state->is_disk_full = state->is_disk_full || is_full(hresult);
    return true;
}

static bool read_job(const struct sw_value *job, struct sw_recall_state *state)
{
    state->has_job = job != NULL && job->kind == SW_V_MAP;
    if (!state->has_job) {
        return job != NULL && job->kind == SW_V_NULL;
    }
    state->has_ended = sw_script_time(sw_get(job, "ended"), &state->ended_ns);
    state->message = sw_as_text(sw_get(job, "message"));
    state->mark = sw_get(job, "mark");
    return sw_script_time(sw_get(job, "started"), &state->started_ns);
}

bool sw_recall_ask(struct sw_probe *probe, struct sw_recall_state *ret_state, const char **ret_why)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_builder args = sw_map_begin(arena);
    struct sw_recall_state state = {0};
    const char *group = sw_endpoint_sync_group(sw_view_of(probe));

    *ret_why = NULL;
    if (group == NULL) {
        *ret_why = "the subject does not say its sync group";
        return false;
    }
    sw_map_put_text(&args, "sync_group", group);
    sw_map_put_int(&args, "max", FAILS_MAX);
    const struct sw_answer *answer =
        sw_ask(probe, "recall", sw_script_look("filesync/recall-state", sw_built(&args)));
    if (answer == NULL) {
        return false;
    }
    const struct sw_value *body = answer->body;
    const struct sw_value *events = sw_get(body, "failed_events");
    struct sw_builder rows = sw_list_begin(arena);

    state.task_state = sw_as_text(sw_get(body, "task_state"));
    state.has_run = sw_script_time(sw_get(body, "last_run"), &state.last_run_ns);
    state.has_result = sw_as_int(sw_get(body, "last_result"), &state.last_result);
    state.log = sw_get(body, "log");
    if (state.task_state == NULL || !read_job(sw_get(body, "job"), &state) || events == NULL ||
        events->kind != SW_V_LIST || !sw_as_int(sw_get(body, "succeeded"), &state.succeeded) ||
        !sw_as_int(sw_get(body, "failed"), &state.failed) ||
        !sw_as_bool(sw_get(body, "is_complete"), &state.is_complete)) {
        *ret_why = "the server did not tell the state of the recall";
        return false;
    }
    for (size_t i = 0; i < sw_list_count(events); i++) {
        if (!add_fail(arena, sw_as_text(sw_list_at(events, i)), &rows, &state)) {
            *ret_why = "a result of the recall can't be read";
            return false;
        }
    }
    state.fails = sw_built(&rows);
    *ret_state = state;
    return true;
}

bool sw_recall_is_running(const struct sw_recall_state *state)
{
    return sw_text_is_folded(state->task_state, "Running") ||
           sw_text_is_folded(state->task_state, "Queued") ||
           (state->has_result && state->last_result == RESULT_RUNNING);
}
