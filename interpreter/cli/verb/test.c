/* test: runbooks against model worlds in virtual time, by test files beside them. */
#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"
#include "cli/book/files.h"
#include "cli/test/case.h"
#include "cli/test/cover.h"
#include "cli/test/pool.h"
#include "cli/verb/verbs.h"
#include "sdk/json.h"
#include "ui/escape.h"
#include "ui/test_report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REPORT_BYTES (256u * 1024u * 1024u)

/* Real time that a case may take. Days of a model world take well below a second. */
#define CASE_MS (120 * 1000)

/** A test file that is sound, with its runbook. */
struct unit {
    struct sw_loaded loaded, runbook;
    const struct sw_test_file *file;
};

struct task {
    const struct unit *unit;
    const struct sw_test_case *one;
    uint64_t seed;
};

struct bench {
    struct sw_arena *arena;
    const struct sw_options *options;
    struct unit *units;
    size_t unit_count;
    struct task *tasks;
    size_t task_count, task_room;
    const struct sw_value **results;
};

static bool is_wanted(const struct bench *bench, const struct sw_test_case *one)
{
    return bench->options->only == NULL || strstr(one->name, bench->options->only) != NULL;
}

static void add_tasks(struct bench *bench, const struct unit *unit)
{
    for (size_t i = 0; i < unit->file->case_count; i++) {
        const struct sw_test_case *one = &unit->file->cases[i];

        for (uint64_t n = 0; is_wanted(bench, one) && n < one->seed_count; n++) {
            bench->tasks = sw_grow(bench->arena, bench->tasks, bench->task_count, &bench->task_room,
                                   sizeof *bench->tasks);
            bench->tasks[bench->task_count++] =
                (struct task){.unit = unit, .one = one, .seed = one->seed + n};
        }
    }
}

/** @return 0, or the exit code: it is no test file, or has errors */
static int load(struct bench *bench, const char *path)
{
    struct unit *unit = &bench->units[bench->unit_count];
    struct sw_error err = {0};

    unit->file = sw_test_file_load(path, NULL, bench->options->libraries, &unit->loaded,
                                   &unit->runbook, &err);
    bench->unit_count++;
    if (err.code != SW_E_NONE) {
        fprintf(stderr, "stepwise test: %s\n", err.text);
        return SW_EXIT_USAGE;
    }
    if (unit->file == NULL) {
        sw_print_findings(&unit->loaded);
        return SW_EXIT_INVALID;
    }
    return SW_EXIT_DONE;
}

static bool is_test(const char *path)
{
    return sw_text_ends(path, ".test.yaml") || sw_text_ends(path, ".test.yml");
}

/* Who names a runbook means the test beside it. */
static const char *test_of(const struct bench *bench, const char *path)
{
    const char *end = strrchr(path, '.');

    if (is_test(path) || end == NULL) {
        return path;
    }
    const char *beside = sw_format(bench->arena, "%.*s.test%s", (int)(end - path), path, end);

    return access(beside, R_OK) == 0 ? beside : path;
}

static int load_all(struct bench *bench, const struct sw_file_list *files)
{
    int code = SW_EXIT_DONE;

    bench->units = sw_alloc_array(bench->arena, files->count + 1, sizeof *bench->units);
    for (size_t i = 0; i < files->count; i++) {
        const char *path = files->is_named[i] ? test_of(bench, files->paths[i]) : files->paths[i];
        int own = files->is_named[i] || is_test(path) ? load(bench, path) : SW_EXIT_DONE;

        code = own > code ? own : code;
    }
    if (bench->unit_count == 0) {
        fprintf(stderr, "stepwise test: no test is there: they are called NAME.test.yaml\n");
        return SW_EXIT_USAGE;
    }
    for (size_t i = 0; code == SW_EXIT_DONE && i < bench->unit_count; i++) {
        add_tasks(bench, &bench->units[i]);
    }
    return code;
}

static const struct sw_value *do_task(const void *context, size_t index, struct sw_arena *arena)
{
    const struct bench *bench = context;
    const struct task *task = &bench->tasks[index];

    return sw_test_case_run(task->unit->file, task->one, task->seed, task->unit->runbook.runbook,
                            arena);
}

/** A case whose process died has a result, too. */
static const struct sw_value *died(const struct bench *bench, const struct task *task,
                                   const struct sw_value *instead)
{
    const char *why = instead == NULL ? "the process that ran it died" : instead->as.text;
    struct sw_builder result = sw_map_begin(bench->arena);
    struct sw_builder failures = sw_list_begin(bench->arena);

    sw_list_add(&failures, sw_text(bench->arena, why));
    sw_map_put_text(&result, "file", task->unit->file->path);
    sw_map_put_int(&result, "line", task->one->mark->line);
    sw_map_put_text(&result, "name", task->one->name);
    sw_map_put_bool(&result, "ok", false);
    sw_map_put(&result, "failures", sw_built(&failures));
    return sw_built(&result);
}

/* ---- coverage ---- */

static bool is_enough(const struct bench *bench, const struct sw_value *cover)
{
    int64_t least = bench->options->min_coverage;

    return sw_test_percent(sw_get(cover, "ways")) >= least &&
           sw_test_percent(sw_get(cover, "paths")) >= least &&
           sw_test_percent(sw_get(cover, "paths")) >= bench->options->min_paths;
}

/** One row a runbook, whatever number of files test it. */
static const struct sw_value *coverage(struct bench *bench, bool *ret_is_enough)
{
    struct sw_map *covers = sw_map_new(bench->arena);
    struct sw_builder list = sw_list_begin(bench->arena);

    *ret_is_enough = true;
    for (size_t i = 0; i < bench->task_count; i++) {
        const struct unit *unit = bench->tasks[i].unit;
        struct sw_test_cover *cover = sw_map_get(covers, unit->file->runbook_path);

        if (cover == NULL) {
            cover = sw_test_cover_new(unit->runbook.runbook, bench->arena);
            sw_map_set(covers, unit->file->runbook_path, cover);
        }
        sw_test_cover_add(cover, sw_get(bench->results[i], "ways"),
                          sw_get(bench->results[i], "paths"));
    }
    for (size_t i = 0; i < sw_map_count(covers); i++) {
        const struct sw_value *document =
            sw_test_cover_document(sw_map_value_at(covers, i), bench->arena);
        struct sw_builder row = sw_map_begin(bench->arena);
        bool is_fine = is_enough(bench, document);

        for (size_t n = 0; n < document->as.map.count; n++) {
            sw_map_put(&row, document->as.map.entries[n].key, document->as.map.entries[n].value);
        }
        sw_map_put_bool(&row, "ok", is_fine);
        sw_list_add(&list, sw_built(&row));
        *ret_is_enough = *ret_is_enough && is_fine;
    }
    return sw_built(&list);
}

/* ---- the report ---- */

static const struct sw_value *report_of(struct bench *bench, bool *ret_is_fine)
{
    struct sw_builder report = sw_map_begin(bench->arena);
    struct sw_builder cases = sw_list_begin(bench->arena);
    int64_t failed = 0;
    bool is_enough_seen = false;
    const struct sw_value *covers = NULL;

    for (size_t i = 0; i < bench->task_count; i++) {
        bool is_fine = false;

        if (!sw_is_known(bench->results[i])) {
            bench->results[i] = died(bench, &bench->tasks[i], bench->results[i]);
        }
        sw_as_bool(sw_get(bench->results[i], "ok"), &is_fine);
        failed += is_fine ? 0 : 1;
        sw_list_add(&cases, bench->results[i]);
    }
    covers = coverage(bench, &is_enough_seen);
    *ret_is_fine = failed == 0 && is_enough_seen;
    sw_map_put_int(&report, "schema_version", 1);
    sw_map_put(&report, "cases", sw_built(&cases));
    sw_map_put(&report, "coverage", covers);
    sw_map_put_int(&report, "passed", (int64_t)bench->task_count - failed);
    sw_map_put_int(&report, "failed", failed);
    sw_map_put_bool(&report, "ok", *ret_is_fine);
    return sw_built(&report);
}

static void print(const struct sw_options *options, const struct sw_value *report)
{
    struct sw_buf out;
    struct sw_buf text;

    sw_buf_init(&out, REPORT_BYTES);
    sw_buf_init(&text, REPORT_BYTES);
    if (sw_text_is(options->output, "json")) {
        sw_json_write_pretty(&out, report, SW_JSON_PLAIN);
        sw_buf_add_char(&out, '\n');
    } else if (sw_text_is(options->output, "junit")) {
        sw_test_report_junit(&out, report);
    } else if (sw_text_is(options->output, "tap")) {
        sw_test_report_tap(&text, report);
    } else {
        sw_test_report_text(&text, report, options->is_verbose);
    }
    sw_plain_add(&out, text.bytes);
    fputs(out.bytes, stdout);
    sw_buf_release(&text);
    sw_buf_release(&out);
}

static int test(struct bench *bench, const struct sw_file_list *files)
{
    struct sw_error err = {0};
    int code = load_all(bench, files);
    bool is_fine = false;

    if (code != SW_EXIT_DONE) {
        return code;
    }
    if (bench->task_count == 0) {
        fprintf(stderr, "stepwise test: no case has '%s' in its name\n", bench->options->only);
        return SW_EXIT_USAGE;
    }
    bench->results = sw_alloc_array(bench->arena, bench->task_count, sizeof *bench->results);
    if (!sw_test_pool_run(bench->task_count, bench->options->jobs, CASE_MS, do_task, bench,
                          bench->arena, bench->results, &err)) {
        return sw_complain(&err);
    }
    print(bench->options, report_of(bench, &is_fine));
    return is_fine ? SW_EXIT_DONE : SW_EXIT_FAILED;
}

int sw_cmd_test(const struct sw_options *options, struct sw_arena *arena)
{
    static const char *const forms[] = {"human", "tap", "junit", "json"};
    static const char *const here[] = {"."};
    struct bench bench = {.arena = arena, .options = options};
    struct sw_file_list files;
    struct sw_error err = {0};
    bool is_form = options->output == NULL;

    for (size_t i = 0; i < SW_COUNT(forms); i++) {
        is_form = is_form || sw_text_is(options->output, forms[i]);
    }
    if (!is_form) {
        fprintf(stderr, "stepwise test: -o takes human, tap, junit or json, not '%s'\n",
                options->output);
        return SW_EXIT_USAGE;
    }
    if (!sw_file_list_read(options->operand_count == 0 ? here : options->operands,
                           options->operand_count == 0 ? 1 : options->operand_count, arena, &files,
                           &err)) {
        fprintf(stderr, "stepwise test: %s\n", err.text);
        return SW_EXIT_USAGE;
    }
    int code = test(&bench, &files);

    for (size_t i = 0; i < bench.unit_count; i++) {
        sw_loaded_release(&bench.units[i].loaded);
        if (bench.units[i].runbook.arena != NULL) {
            sw_loaded_release(&bench.units[i].runbook);
        }
    }
    return code;
}
