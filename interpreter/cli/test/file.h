#pragma once
/**
 * @file A `*.test.yaml`: cases of a runbook, each with a model world, answers, trouble, and what
 * must come of it. The key tables below are the one source of what may stand where.
 */
#include "cli/book/load.h"
#include "cli/run/drive.h"

/** A row of a key table. */
struct sw_test_key {
    const char *name; /**< NULL ends a table */
    const char *form; /**< what stands behind it, for messages and the reference */
    const char *doc;
};

extern const struct sw_test_key sw_test_keys_top[], sw_test_keys_case[], sw_test_keys_expect[];

/** What must come of a case; a NULL or -1 is not asked for. Lists are of texts, with marks. */
struct sw_test_expect {
    int64_t exit, lost, given_up, deletes, writes; /**< -1: anything */
    const char *end;                               /**< done, stopped, failed, refused, parked */
    const char *asks;                              /**< step that waits for a person at the end */
    const struct sw_value *path;     /**< all steps that were entered, in their order */
    const struct sw_value *passes;   /**< these in this order; others may lie between */
    const struct sw_value *takes;    /**< STEP.WAY */
    const struct sw_value *never;    /**< steps that are not entered */
    const struct sw_value *evidence; /**< held at the point of no return, or at the end */
    const struct sw_value *lapsed;   /**< evidence that lapsed */
    const struct sw_value *undone;   /**< steps that were put back */
    const struct sw_value *sends;    /**< map: step -> number of changing requests */
    const struct sw_value *says;     /**< texts in the timeline or a question */
};

struct sw_test_case {
    const char *name;
    const struct sw_mark *mark;
    const char *world;                   /**< file; NULL: `world_config`, or the default world */
    const struct sw_value *world_config; /**< or NULL */
    const struct sw_value *trouble;      /**< more rows, or NULL */
    const char **params;                 /**< name=value, NULL-ended */
    struct sw_prepared_answer *answers;
    size_t answer_count;
    uint64_t seed, seed_count; /**< seeds seed .. seed + seed_count - 1 */
    struct sw_test_expect expect;
};

struct sw_test_file {
    const char *path;
    const char *runbook_path;
    struct sw_test_case *cases;
    size_t case_count;
};

/**
 * Read and check a test file against its runbook.
 *
 * @param text its bytes; NULL: read them
 * @param ret_runbook the runbook that it tests, with its own findings; released by the caller
 * @return NULL when it has errors (in `loaded->diags`), or with err->code set when it cannot be
 * read
 */
const struct sw_test_file *sw_test_file_load(const char *path, const char *text,
                                             const char *const *libraries, struct sw_loaded *loaded,
                                             struct sw_loaded *ret_runbook, struct sw_error *err);
