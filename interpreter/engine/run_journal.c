/* Records: folded at once, durable at the next flush; nothing leaves before its flush. */
#include "engine/run_internal.h"

#include "base/limits.h"
#include "sdk/json.h"

bool sw_run_fits(const struct sw_value *value)
{
    struct sw_buf json;

    sw_buf_init(&json, SW_LIMIT_RECORD_BYTES / 4);
    sw_json_write(&json, value, SW_JSON_TYPED);

    bool fits = !json.is_over;

    sw_buf_release(&json);
    return fits;
}

struct sw_builder sw_run_body(struct sw_run *run)
{
    return sw_map_begin(run->records);
}

struct sw_builder sw_run_visit_body(struct sw_run *run)
{
    struct sw_builder body = sw_map_begin(run->records);

    sw_map_put_text(&body, "step", sw_state_step_id(&run->state, run->state.step, run->records));
    sw_map_put_int(&body, "visit", run->state.visit);
    return body;
}

/* The text is a peer's: only what an id is made of is kept. */
void sw_run_note_request(struct sw_run *run, const char *id)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:";
    size_t length = id == NULL ? 0 : strlen(id);

    if (length == 0 || length >= SW_RUN_REQUEST_BYTES || strspn(id, plain) != length) {
        return;
    }
    if (run->request_count == SW_RUN_REQUESTS) {
        memmove(run->requests, run->requests + 1, sizeof run->requests - sizeof *run->requests);
        run->request_count--;
    }
    memcpy(run->requests[run->request_count++], id, length + 1);
}

/* Kept where it led to: what a vendor's support asks for first. */
static void add_requests(struct sw_run *run, struct sw_builder *body)
{
    struct sw_builder list = sw_list_begin(run->records);

    if (run->request_count == 0) {
        return;
    }
    for (size_t i = 0; i < run->request_count; i++) {
        sw_list_add(&list, sw_text(run->records, run->requests[i]));
    }
    sw_map_put(body, "requests", sw_built(&list));
    run->request_count = 0;
}

static void break_down(struct sw_run *run, const struct sw_error *why)
{
    run->broken = *why;
    run->mode = SW_MODE_ENDED;
    run->command = (struct sw_command){
        .kind = SW_COMMAND_ENDED,
        .exit_code = 70,
        .word = "broken",
        .said = run->broken.text,
    };
}

void sw_run_record(struct sw_run *run, const char *kind, struct sw_builder *body)
{
    struct sw_buf json;
    struct sw_error err = {0};

    if (run->broken.code != SW_E_NONE) {
        return;
    }
    add_requests(run, body);
    sw_buf_init(&json, SW_LIMIT_RECORD_BYTES);
    sw_json_write(&json, sw_built(body), SW_JSON_TYPED);
    if (run->pending_count == SW_COUNT(run->pending)) {
        /* No flush here: bodies under way live in the arena that it resets (run.c flushes). */
        sw_fail(&err, SW_E_INTERNAL, "more than %zu records in one stride", run->pending_count);
    } else if (json.is_over) {
        sw_fail(&err, SW_E_LIMIT, "a record of kind '%s' is larger than %u bytes", kind,
                SW_LIMIT_RECORD_BYTES);
    } else {
        run->pending[run->pending_count] = (struct sw_append){
            .kind = kind,
            .time_ns = run->now,
            .body = sw_copy(run->records, json.bytes, json.length),
            .length = json.length,
        };
        run->pending_bodies[run->pending_count++] = sw_value_copy(run->records, sw_built(body));
        sw_state_fold(&run->state, kind, run->now, sw_built(body), &err);
    }
    sw_buf_release(&json);
    if (err.code != SW_E_NONE) {
        break_down(run, &err);
    }
}

bool sw_run_flush_then(struct sw_run *run, enum sw_then then, int64_t wake_ns, const char *end,
                       const char *const *locks, struct sw_error *ret_lock_error)
{
    struct sw_error err = {0};
    struct sw_commit commit = {
        .records = run->pending,
        .record_count = run->pending_count,
        .take_locks = locks,
        .signals_seen = run->state.signals_seen,
        .keep = run->to_keep,
        .then = then,
        .wake_ns = wake_ns,
        .end_state = end,
    };

    if (run->broken.code != SW_E_NONE) {
        return false;
    }
    if (!run->config.store->ops->commit(run->config.store, &run->lease, &commit, &err)) {
        if (err.code == SW_E_LOCKED && ret_lock_error != NULL) {
            *ret_lock_error = err;
            return false;
        }
        sw_fail_while(&err, "write the journal");
        break_down(run, &err);
        return false;
    }
    run->to_keep = NULL;

    uint64_t first = run->lease.seq - run->pending_count + 1;

    for (size_t i = 0; i < run->pending_count && run->config.listener.record != NULL; i++) {
        run->config.listener.record(run->config.listener.context, first + i, run->pending[i].kind,
                                    run->pending[i].time_ns, run->pending_bodies[i]);
    }
    run->pending_count = 0;
    sw_arena_reset(run->records);
    return true;
}

bool sw_run_flush(struct sw_run *run)
{
    return run->pending_count == 0 ? run->broken.code == SW_E_NONE
                                   : sw_run_flush_then(run, SW_THEN_KEEP, 0, NULL, NULL, NULL);
}

static bool is_same_json(const struct sw_value *a, const struct sw_value *b)
{
    struct sw_buf left;
    struct sw_buf right;

    sw_buf_init(&left, SW_LIMIT_RECORD_BYTES);
    sw_buf_init(&right, SW_LIMIT_RECORD_BYTES);
    sw_json_write(&left, a, SW_JSON_TYPED);
    sw_json_write(&right, b, SW_JSON_TYPED);

    bool is_same = !left.is_over && !right.is_over && strcmp(left.bytes, right.bytes) == 0;

    sw_buf_release(&left);
    sw_buf_release(&right);
    return is_same;
}

/** What is in doubt or to be put back is where the run began, and nowhere else. */
static bool check_targets(const struct sw_run *run, const struct sw_value *began,
                          struct sw_error *err)
{
    for (size_t i = 0; i < run->runbook->target_count; i++) {
        const char *name = run->runbook->targets[i].name;

        if (!is_same_json(sw_get(began, name), run->config.targets[i].settings)) {
            return sw_fail(err, SW_E_CONFLICT,
                           "target '%s' is bound to something else than when the run began", name);
        }
    }
    return true;
}

bool sw_run_load(struct sw_run *run, const struct sw_stored *records, size_t count,
                 struct sw_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct sw_value *body = NULL;

        if (!sw_json_read(run->scratch, records[i].body, records[i].length, SW_JSON_TYPED, &body,
                          err) ||
            !sw_state_fold(&run->state, records[i].kind, records[i].time_ns, body, err)) {
            return sw_fail_while(err, "record %zu of the journal", i + 1);
        }
        if (i == 0) {
            const char *digest = sw_as_text(sw_get(body, "digest"));

            if (!sw_text_is(digest, run->runbook->digest)) {
                return sw_fail(err, SW_E_CONFLICT,
                               "the run was started with another text of the runbook (%.12s, not "
                               "%.12s); resume it with the stored copy",
                               digest == NULL ? "none" : digest, run->runbook->digest);
            }
            if (!check_targets(run, sw_get(body, "targets"), err)) {
                return false;
            }
        }
        sw_arena_reset(run->scratch);
    }
    return true;
}

void sw_run_put_choices(struct sw_run *run, struct sw_builder *body,
                        const struct sw_question *question)
{
    struct sw_builder names = sw_list_begin(run->records);
    struct sw_builder labels = sw_map_begin(run->records);
    struct sw_builder statements = sw_map_begin(run->records);
    struct sw_builder typed = sw_map_begin(run->records);
    struct sw_builder reasons = sw_list_begin(run->records);
    struct sw_builder withheld = sw_map_begin(run->records);

    for (size_t i = 0; i < question->choice_count; i++) {
        const struct sw_question_choice *choice = &question->choices[i];

        sw_list_add(&names, sw_text(run->records, choice->name));
        sw_map_put_text(&labels, choice->name, choice->label);
        if (choice->statement != NULL) {
            sw_map_put_text(&statements, choice->name, choice->statement);
        }
        if (choice->typed_back != NULL) {
            sw_map_put_text(&typed, choice->name, choice->typed_back);
        }
        if (choice->needs_reason) {
            sw_list_add(&reasons, sw_text(run->records, choice->name));
        }
    }
    sw_map_put(body, "choices", sw_built(&names));
    sw_map_put(body, "labels", sw_built(&labels));
    sw_map_put(body, "statements", sw_built(&statements));
    sw_map_put(body, "typed_back", sw_built(&typed));
    sw_map_put(body, "need_reason", sw_built(&reasons));
    for (size_t i = 0; i < question->withheld_count; i++) {
        sw_map_put_text(&withheld, question->withheld[i].name, question->withheld[i].why);
    }
    if (question->withheld_count > 0) {
        sw_map_put(body, "withheld", sw_built(&withheld));
    }
}
