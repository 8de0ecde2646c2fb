#pragma once
/** @file One function a verb. */
#include "cli/exit.h"
#include "cli/run/options.h"

struct sw_verb_row {
    const char *name;
    const char *operands; /**< as help shows them */
    const char *doc;
    unsigned options;
    size_t least, most; /**< operands */
    int (*run)(const struct sw_options *options, struct sw_arena *arena);
};

int sw_cmd_lint(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_fmt(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_schema(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_pin(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_diff(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_show(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_graph(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_doc(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_complete(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_completion(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_man(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_new(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_explain(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_actions(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_test(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_plan(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_rehearse(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_run(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_resume(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_ls(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_status(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_log(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_decide(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_approve(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_reject(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_retry(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_stop(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_rollback(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_evidence(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_doctor(const struct sw_options *options, struct sw_arena *arena);
int sw_cmd_version(const struct sw_options *options, struct sw_arena *arena);

struct sw_action;
struct sw_value;
struct sw_field;

/** An action with all that its table says, on standard output. */
void sw_print_action(struct sw_arena *arena, const struct sw_action *action);
/** Fields under a title; nothing when there are none. */
void sw_print_fields(struct sw_arena *arena, const char *title, const struct sw_field *fields);
/** JSON Schema of `runbook`, `site`, `world` or `test`. @return NULL: there is none of this name */
const struct sw_value *sw_schema_named(const char *word, struct sw_arena *arena);
