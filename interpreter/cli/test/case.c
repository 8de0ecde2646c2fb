#include "cli/test/case.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"
#include "cli/run/ask.h"
#include "cli/test/cover.h"
#include "lang/bundle.h"

#include <string.h>

enum { COMMANDS_MOST = 200000, LOG_BYTES = 64 * 1024 * 1024, SHOWN_BYTES = 8192 };

/** What a run did, as its records tell. */
struct trace {
    const struct sw_runbook *runbook;
    struct sw_arena *arena;
    struct sw_run *run;
    struct sw_driver *driver;
    struct sw_timeline timeline;
    struct sw_buf log;
    struct sw_map *ways;                   /**< STEP.WAY -> itself */
    struct sw_map *sends;                  /**< step -> size_t: changing requests */
    struct sw_map *lapsed, *undone, *held; /**< names */
    size_t *visits;
    size_t visit_count, visit_room;
    size_t *trail; /**< visits without round trips */
    size_t trail_count;
    struct sw_map *paths;
    bool has_acted; /**< an irreversible step did: what was held then is what counts */
    const char *asks;
};

static const char *text_of(const struct sw_value *body, const char *key)
{
    const char *text = sw_as_text(sw_get(body, key));

    return text == NULL ? "" : text;
}

static void add_name(struct trace *trace, struct sw_map *names, const char *name)
{
    sw_map_set(names, name, sw_copy_text(trace->arena, name));
}

static void hold(struct trace *trace)
{
    const struct sw_state *state = trace->run == NULL ? NULL : sw_run_state(trace->run);

    trace->held = sw_map_new(trace->arena);
    for (size_t i = 0; state != NULL && i < state->held_count; i++) {
        if (state->held[i].is_held) {
            add_name(trace, trace->held, state->held[i].evidence->name);
        }
    }
}

static void entered(struct trace *trace, const struct sw_value *body)
{
    size_t step = sw_runbook_step(trace->runbook, text_of(body, "step"));
    const struct sw_value *via = sw_get(body, "via");

    if (sw_is_known(via)) {
        add_name(trace, trace->ways,
                 sw_format(trace->arena, "%s.%s", text_of(via, "step"), text_of(via, "outcome")));
    }
    if (step == SW_NO_STEP) {
        return;
    }
    trace->visits = sw_grow(trace->arena, trace->visits, trace->visit_count, &trace->visit_room,
                            sizeof *trace->visits);
    trace->visits[trace->visit_count++] = step;
    for (size_t i = 0; i < trace->trail_count; i++) {
        if (trace->trail[i] == step) {
            trace->trail_count = i; /* it came back here: a round trip */
        }
    }
    trace->trail[trace->trail_count++] = step;
}

static void intends(struct trace *trace, const struct sw_value *body)
{
    const char *id = text_of(body, "step");
    size_t step = sw_runbook_step(trace->runbook, id);
    size_t *count = sw_map_get(trace->sends, id);
    const char *path = "";

    if (count == NULL) {
        count = sw_alloc(trace->arena, sizeof *count);
        sw_map_set(trace->sends, id, count);
    }
    ++*count;
    if (step == SW_NO_STEP || !sw_step_is_irreversible(&trace->runbook->steps[step])) {
        return;
    }
    for (size_t i = 0; i < trace->trail_count; i++) {
        path = sw_format(trace->arena, "%s%s%s", path, i == 0 ? "" : " > ",
                         trace->runbook->steps[trace->trail[i]].id);
    }
    add_name(trace, trace->paths, path);
    if (!trace->has_acted) {
        hold(trace);
    }
    trace->has_acted = true;
}

static void on_record(void *context, uint64_t seq, const char *kind, int64_t time_ns,
                      const struct sw_value *body)
{
    struct trace *trace = context;
    const struct sw_value *names = sw_get(body, "evidence");

    sw_timeline_record(&trace->timeline, &trace->log, seq, kind, time_ns, body);
    if (sw_text_is(kind, "enter")) {
        entered(trace, body);
    } else if (sw_text_is(kind, "intent")) {
        intends(trace, body);
    } else if (sw_text_is(kind, "undone")) {
        add_name(trace, trace->undone, text_of(body, "step"));
    } else if (sw_text_is(kind, "lapse")) {
        for (size_t i = 0; i < sw_list_count(names); i++) {
            add_name(trace, trace->lapsed, sw_as_text(sw_list_at(names, i)));
        }
    } else if (sw_text_is(kind, "ask")) {
        sw_buf_addf(&trace->log, "%s\n", text_of(body, "text"));
    }
}

static void on_note(void *context, int64_t time_ns, size_t step, const char *text)
{
    struct trace *trace = context;

    sw_timeline_note(&trace->timeline, &trace->log, time_ns,
                     step == SW_NO_STEP ? "start" : trace->runbook->steps[step].id, text);
}

/* ---- what was expected ---- */

struct check {
    const struct trace *trace;
    struct sw_arena *arena;
    struct sw_builder failures;
};

static void fails(struct check *check, const char *text)
{
    sw_list_add(&check->failures, sw_text(check->arena, text));
}

static void check_number(struct check *check, const char *what, int64_t wanted, int64_t is)
{
    if (wanted >= 0 && wanted != is) {
        fails(check, sw_format(check->arena, "%s: expected %lld, but it is %lld", what,
                               (long long)wanted, (long long)is));
    }
}

static void check_text(struct check *check, const char *what, const char *wanted, const char *is)
{
    if (wanted != NULL && !sw_text_is(wanted, is)) {
        fails(check, sw_format(check->arena, "%s: expected '%s', but it is '%s'", what, wanted,
                               is == NULL ? "nothing" : is));
    }
}

static const char *joined(const struct sw_map *names, struct sw_arena *arena)
{
    const char *text = "";

    for (size_t i = 0; i < sw_map_count(names); i++) {
        text = sw_format(arena, "%s%s%s", text, i == 0 ? "" : ", ", sw_map_key_at(names, i));
    }
    return text[0] == '\0' ? "nothing" : text;
}

static void check_names(struct check *check, const char *what, const struct sw_value *wanted,
                        const struct sw_map *names)
{
    for (size_t i = 0; i < sw_list_count(wanted); i++) {
        const char *name = sw_as_text(sw_list_at(wanted, i));

        if (!sw_map_has(names, name)) {
            fails(check, sw_format(check->arena, "%s: expected %s, but it is %s", what, name,
                                   joined(names, check->arena)));
        }
    }
}

static const char *visited(const struct trace *trace, struct sw_arena *arena)
{
    const char *text = "";

    for (size_t i = 0; i < trace->visit_count; i++) {
        text = sw_format(arena, "%s%s%s", text, i == 0 ? "" : " > ",
                         trace->runbook->steps[trace->visits[i]].id);
    }
    return text;
}

static void check_path(struct check *check, const struct sw_value *wanted, bool is_whole)
{
    const struct trace *trace = check->trace;
    size_t found = 0;
    size_t count = sw_list_count(wanted);
    bool is_as_wanted = true;

    for (size_t i = 0; i < trace->visit_count; i++) {
        const char *id = trace->runbook->steps[trace->visits[i]].id;
        bool is_next = found < count && sw_text_is(sw_as_text(sw_list_at(wanted, found)), id);

        found += is_next ? 1 : 0;
        is_as_wanted = is_as_wanted && (is_next || !is_whole);
    }
    if (wanted != NULL && (found < count || !is_as_wanted)) {
        fails(check, sw_format(check->arena, "%s: not so; it went %s", is_whole ? "path" : "passes",
                               visited(trace, check->arena)));
    }
}

static void check_never(struct check *check, const struct sw_value *wanted)
{
    const struct trace *trace = check->trace;

    for (size_t i = 0; i < sw_list_count(wanted); i++) {
        const char *id = sw_as_text(sw_list_at(wanted, i));

        for (size_t n = 0; n < trace->visit_count; n++) {
            if (sw_text_is(trace->runbook->steps[trace->visits[n]].id, id)) {
                fails(check, sw_format(check->arena, "never %s: it was entered; it went %s", id,
                                       visited(trace, check->arena)));
                break;
            }
        }
    }
}

static void check_sends(struct check *check, const struct sw_value *wanted)
{
    for (size_t i = 0; wanted != NULL && i < wanted->as.map.count; i++) {
        const struct sw_entry *entry = &wanted->as.map.entries[i];
        const size_t *count = sw_map_get(check->trace->sends, entry->key);
        int64_t number = 0;

        sw_as_int(entry->value, &number);
        check_number(check, sw_format(check->arena, "changing requests of %s", entry->key), number,
                     count == NULL ? 0 : (int64_t)*count);
    }
}

static void check_says(struct check *check, const struct sw_value *wanted)
{
    for (size_t i = 0; i < sw_list_count(wanted); i++) {
        const char *text = sw_as_text(sw_list_at(wanted, i));

        if (strstr(check->trace->log.bytes, text) == NULL) {
            fails(check, sw_format(check->arena, "says: nowhere '%s'", text));
        }
    }
}

static void check_world(struct check *check, const struct sw_test_expect *expect,
                        const struct sw_verdict_of_world *verdict)
{
    check_number(check, "files lost", expect->lost,
                 (int64_t)(verdict->files_lost - verdict->files_accepted));
    check_number(check, "files given up", expect->given_up, (int64_t)verdict->files_accepted);
    check_number(check, "irreversible effects in the world", expect->deletes,
                 (int64_t)verdict->deletes);
    check_number(check, "changes in the world", expect->writes, (int64_t)verdict->writes);
    if (verdict->is_deleted_twice) {
        fails(check, "it was deleted twice");
    }
}

/* ---- the run ---- */

/** Everything that one run needs, so that it can be given back at once. */
struct bench {
    struct sw_loaded world_file;
    struct sw_world *world;
    struct sw_store *store;
    struct sw_lease lease;
    struct sw_world_port port;
    struct sw_driver driver;
    const struct sw_value *params;
    const struct sw_target *targets;
};

static void release(struct bench *bench)
{
    if (bench->store != NULL) {
        bench->store->ops->close(bench->store);
    }
    if (bench->world != NULL) {
        bench->world->ops->free(bench->world);
    }
    if (bench->world_file.arena != NULL) {
        sw_loaded_release(&bench->world_file);
    }
}

static bool set_up(struct bench *bench, const struct sw_test_case *one, uint64_t seed,
                   const struct sw_runbook *runbook, struct sw_arena *arena, struct sw_error *err)
{
    const struct sw_value *config = NULL;
    struct sw_buf content;
    bool is_fine = false;

    if (!sw_read_world(one->world, NULL, &bench->world_file, &config, err) ||
        !sw_make_world(one->world_config == NULL ? config : one->world_config, one->trouble, seed,
                       &bench->world_file, &bench->world)) {
        return err->code == SW_E_NONE && sw_fail(err, SW_E_INPUT, "the world does not load");
    }
    sw_buf_init(&content, SW_LIMIT_BUNDLE_BYTES);
    is_fine = sw_bind_params(runbook, one->params, bench->world->ops->params(bench->world, arena),
                             arena, &bench->params, err) &&
              sw_bind_targets(runbook, bench->world, arena, &bench->targets, err) &&
              sw_store_open_memory(&bench->store, err) &&
              sw_bundle_write(runbook->bundle, &content, err) &&
              bench->store->ops->enqueue(bench->store, "test", runbook->name, content.bytes,
                                         bench->world->ops->now(bench->world), err) &&
              bench->store->ops->acquire(bench->store, "test", 0, &bench->lease, err);
    sw_buf_release(&content);
    return is_fine;
}

static bool drive(struct bench *bench, const struct sw_test_case *one, struct trace *trace,
                  int *ret_code, struct sw_error *err)
{
    struct sw_run_config config = {
        .runbook = trace->runbook,
        .targets = bench->targets,
        .store = bench->store,
        .lease = bench->lease,
        .params = bench->params,
        .by = "tester",
        .is_rehearsal = true,
        .listener = {.record = on_record, .note = on_note, .context = trace},
    };
    size_t size = one->answer_count * sizeof *one->answers;
    struct sw_prepared_answer *answers = sw_alloc(trace->arena, size + 1);

    if (size > 0) {
        memcpy(answers, one->answers, size); /* their uses are counted in them */
    }
    sw_world_port_init(&bench->port, bench->world, 0);
    bench->driver = (struct sw_driver){
        .port = &bench->port.port,
        .targets = bench->targets,
        .runbook = trace->runbook,
        .by = "tester",
        .answers = answers,
        .answer_count = one->answer_count,
        .is_quiet = true,
        .is_silent = true,
        .max_commands = COMMANDS_MOST,
    };
    trace->driver = &bench->driver;
    if (!sw_run_open(&config, bench->world->ops->now(bench->world), &trace->run, err)) {
        return false;
    }
    bench->driver.run = trace->run;
    *ret_code = sw_drive(&bench->driver);
    if (!trace->has_acted) {
        hold(trace);
    }
    return true;
}

static const char *end_of(const struct trace *trace, const char **ret_asks, struct sw_arena *arena)
{
    const struct sw_state *state = sw_run_state(trace->run);
    const struct sw_question *question = trace->driver->question;

    *ret_asks = NULL;
    if (state->phase == SW_PHASE_ENDED) {
        return sw_copy_text(arena, state->end_word);
    }
    if (question != NULL) {
        *ret_asks = question->kind == SW_QUESTION_PARKED || question->step == SW_NO_STEP
                        ? "parked"
                        : trace->runbook->steps[question->step].id;
    }
    return "parked";
}

static void judge(struct check *check, struct bench *bench, const struct sw_test_case *one,
                  int code, struct sw_builder *result)
{
    const struct sw_test_expect *expect = &one->expect;
    const struct trace *trace = check->trace;
    struct sw_verdict_of_world verdict;
    struct sw_error ignored = {0};
    const char *asks = NULL;
    const char *end = end_of(trace, &asks, check->arena);

    sw_tell_accepted(bench->store, "test", bench->world, &ignored);
    bench->world->ops->judge(bench->world, check->arena, &verdict);
    check_number(check, "exit code", expect->exit, code);
    check_text(check, "end", expect->end, end);
    check_text(check, "asks", expect->asks, asks);
    check_path(check, expect->path, true);
    check_path(check, expect->passes, false);
    check_never(check, expect->never);
    check_names(check, "takes", expect->takes, trace->ways);
    check_names(check, "evidence held", expect->evidence, trace->held);
    check_names(check, "lapsed", expect->lapsed, trace->lapsed);
    check_names(check, "undone", expect->undone, trace->undone);
    check_sends(check, expect->sends);
    check_says(check, expect->says);
    check_world(check, expect, &verdict);
    sw_map_put_int(result, "exit", code);
    sw_map_put_text(result, "end", end);
}

static const struct sw_value *names_of(const struct sw_map *names, struct sw_arena *arena)
{
    struct sw_builder list = sw_list_begin(arena);

    for (size_t i = 0; i < sw_map_count(names); i++) {
        sw_list_add(&list, sw_text(arena, sw_map_key_at(names, i)));
    }
    return sw_built(&list);
}

/** The end of the timeline, from the beginning of a line. */
static const char *tail(const struct sw_buf *log, struct sw_arena *arena)
{
    const char *from = log->bytes;

    if (log->length > SHOWN_BYTES) {
        from += log->length - SHOWN_BYTES;
        from += strcspn(from, "\n");
        from += *from == '\n' ? 1 : 0;
    }
    return sw_copy_text(arena, from);
}

static struct trace new_trace(const struct sw_runbook *runbook, struct sw_arena *arena)
{
    struct trace trace = {
        .runbook = runbook,
        .arena = arena,
        .ways = sw_map_new(arena),
        .sends = sw_map_new(arena),
        .lapsed = sw_map_new(arena),
        .undone = sw_map_new(arena),
        .held = sw_map_new(arena),
        .paths = sw_map_new(arena),
        .trail = sw_alloc_array(arena, runbook->step_count + 1, sizeof *trace.trail),
    };
    sw_buf_init(&trace.log, LOG_BYTES);
    return trace;
}

const struct sw_value *sw_test_case_run(const struct sw_test_file *file,
                                        const struct sw_test_case *one, uint64_t seed,
                                        const struct sw_runbook *runbook, struct sw_arena *arena)
{
    struct trace trace = new_trace(runbook, arena);
    struct check check = {.trace = &trace, .arena = arena, .failures = sw_list_begin(arena)};
    struct sw_builder result = sw_map_begin(arena);
    struct bench bench = {0};
    struct sw_error err = {0};
    int code = 0;

    sw_map_put_text(&result, "file", file->path);
    sw_map_put_int(&result, "line", one->mark->line);
    sw_map_put_text(&result, "name",
                    one->seed_count == 1
                        ? one->name
                        : sw_format(arena, "%s (seed %llu)", one->name, (unsigned long long)seed));
    sw_map_put_text(&result, "runbook", file->runbook_path);
    if (set_up(&bench, one, seed, runbook, arena, &err) &&
        drive(&bench, one, &trace, &code, &err)) {
        judge(&check, &bench, one, code, &result);
    } else {
        fails(&check, sw_format(arena, "it could not be run: %s", err.text));
    }
    bool is_fine = sw_list_count(sw_built(&check.failures)) == 0;

    sw_map_put_bool(&result, "ok", is_fine);
    sw_map_put(&result, "failures", sw_built(&check.failures));
    sw_map_put(&result, "ways", names_of(trace.ways, arena));
    sw_map_put(&result, "paths", names_of(trace.paths, arena));
    if (!is_fine) {
        sw_map_put_text(&result, "log", tail(&trace.log, arena));
    }
    sw_run_free(trace.run);
    sw_buf_release(&trace.log);
    release(&bench);
    return sw_built(&result);
}
