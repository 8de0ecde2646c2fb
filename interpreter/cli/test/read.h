#pragma once
/** @file What the reader of test files shares. Internal to cli/test/file.c and cli/test/names.c. */
#include "cli/test/file.h"
#include "lang/flow.h"

/** Findings. KEEP IN STEP: lang/codes_087.def. */
enum {
    SW_TEST_UNKNOWN_KEY = 870,
    SW_TEST_BAD_VALUE = 871,
    SW_TEST_MISSING_KEY = 872,
    SW_TEST_NOT_THERE = 873,
    SW_TEST_BAD_FILE = 874,
    SW_TEST_SAME_NAME = 875,
    SW_TEST_NO_TEST = 876,
};

struct sw_test_reader {
    struct sw_loaded *loaded;
    struct sw_arena *arena;
    struct sw_diags *diags;
    struct sw_test_file *file;
    const struct sw_runbook *runbook; /**< NULL: it has errors of its own */
    const struct sw_flow *flow;
    const struct sw_node *world, *params;
};

struct sw_diag *sw_test_complain(struct sw_test_reader *reader, unsigned code,
                                 const struct sw_mark *mark, const char *text);

/** Hang "did you mean" on a finding, if a name is close. */
void sw_test_closest(struct sw_test_reader *reader, struct sw_diag *diag, const char *word,
                     const char *const *names, size_t count);

/* Each adds a finding for a name that the runbook does not have. */
bool sw_test_check_step(struct sw_test_reader *reader, const char *id, const struct sw_mark *mark);
void sw_test_check_steps(struct sw_test_reader *reader, const struct sw_value *list);
void sw_test_check_evidence(struct sw_test_reader *reader, const struct sw_value *list);
/** STEP.WAY */
void sw_test_check_ways(struct sw_test_reader *reader, const struct sw_value *list);
/** An answer of a step, or of `parked`. */
void sw_test_check_choice(struct sw_test_reader *reader, const char *id,
                          const struct sw_node *node);
