/* doctor: what keeps a site from being used. */
#include "cli/run/doctor.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/verb/verbs.h"
#include "sdk/json.h"

#include <stdio.h>

struct report {
    struct sw_arena *arena;
    struct sw_builder rows;
    bool is_json;
    size_t counts[3];
};

static const char *const words[] = {
    [SW_FINDING_OK] = "ok",
    [SW_FINDING_WARN] = "warning",
    [SW_FINDING_MISSING] = "MISSING",
};
static const char *const states[] = {
    [SW_FINDING_OK] = "ok",
    [SW_FINDING_WARN] = "warning",
    [SW_FINDING_MISSING] = "missing",
};

static void on_finding(void *context, const struct sw_doctor_finding *finding)
{
    struct report *report = context;
    struct sw_builder row = sw_map_begin(report->arena);

    report->counts[finding->state]++;
    if (!report->is_json) {
        printf("%-8s %-10s %-13s %s\n", words[finding->state], finding->target, finding->name,
               finding->text);
        fflush(stdout);
        return;
    }
    sw_map_put_text(&row, "target", finding->target);
    sw_map_put_text(&row, "check", finding->name);
    sw_map_put_text(&row, "state", states[finding->state]);
    sw_map_put_text(&row, "text", finding->text);
    sw_list_add(&report->rows, sw_built(&row));
}

static void print_json(struct report *report, const struct sw_site *site)
{
    struct sw_builder map = sw_map_begin(report->arena);
    struct sw_buf out;

    sw_buf_init(&out, SW_LIMIT_FILE_BYTES);
    sw_map_put_int(&map, "schema_version", 1);
    sw_map_put_text(&map, "site", site->path);
    sw_map_put_int(&map, "missing", (int64_t)report->counts[SW_FINDING_MISSING]);
    sw_map_put_int(&map, "warnings", (int64_t)report->counts[SW_FINDING_WARN]);
    sw_map_put(&map, "checks", sw_built(&report->rows));
    sw_json_write_pretty(&out, sw_built(&map), SW_JSON_PLAIN);
    puts(out.bytes);
    sw_buf_release(&out);
}

static int examine(const struct sw_options *options, const struct sw_site *site,
                   const struct sw_runbook *runbook, struct sw_arena *arena)
{
    struct report report = {.arena = arena,
                            .rows = sw_list_begin(arena),
                            .is_json = sw_text_is(options->output, "json")};
    struct sw_doctor doctor = {.site = site,
                               .runbook = runbook,
                               .state = sw_options_state(options, arena),
                               .arena = arena,
                               .found = on_finding,
                               .context = &report};
    size_t *missing = &report.counts[SW_FINDING_MISSING];

    sw_doctor_run(&doctor);
    if (report.is_json) {
        print_json(&report, site);
    } else if (doctor.ending == 0) {
        printf("\n%zu %s missing, %zu %s. Nothing was changed.\n", *missing,
               sw_plural(*missing, "thing", "things"), report.counts[SW_FINDING_WARN],
               sw_plural(report.counts[SW_FINDING_WARN], "warning", "warnings"));
    }
    if (doctor.ending != 0) {
        return 128 + doctor.ending;
    }
    return *missing == 0 ? SW_EXIT_DONE : SW_EXIT_FAILED;
}

int sw_cmd_doctor(const struct sw_options *options, struct sw_arena *arena)
{
    struct sw_loaded site_file = {0};
    struct sw_loaded runbook = {0};
    const struct sw_site *site = NULL;
    struct sw_error err = {0};
    int code = SW_EXIT_INVALID;

    if (options->site == NULL) {
        fprintf(stderr, "stepwise doctor: name the site file with --site SITE.yaml\n");
        return SW_EXIT_USAGE;
    }
    if (options->output != NULL && !sw_text_is(options->output, "json") &&
        !sw_text_is(options->output, "human")) {
        fprintf(stderr, "stepwise doctor: -o is human or json, not '%s'\n", options->output);
        return SW_EXIT_USAGE;
    }
    if (!sw_site_load(options->site, &site_file, &site, &err)) {
        code = err.code != SW_E_NONE ? sw_complain(&err) : code;
        sw_print_findings(&site_file);
    } else if (options->operand_count == 1 &&
               !sw_load_runbook(options->operands[0],
                                sw_site_places(site, options->libraries, arena), &runbook, &err)) {
        code = sw_complain(&err);
    } else if (options->operand_count == 1 && runbook.runbook == NULL) {
        sw_print_findings(&runbook);
    } else {
        code = examine(options, site, runbook.runbook, arena);
    }
    if (runbook.arena != NULL) {
        sw_loaded_release(&runbook);
    }
    sw_loaded_release(&site_file);
    return code;
}
