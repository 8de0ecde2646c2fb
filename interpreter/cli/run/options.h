#pragma once
/** @file The command line, read once into a struct; a verb says which options it takes. */
#include "base/error.h"
#include "cli/run/drive.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sw_option {
    SW_OPT_PARAM = 1 << 0,     /**< -p name=value */
    SW_OPT_WORLD = 1 << 1,     /**< --world FILE; --rehearse FILE is the same */
    SW_OPT_SEED = 1 << 2,      /**< --seed N */
    SW_OPT_ANSWER = 1 << 3,    /**< --answer STEP=CHOICE */
    SW_OPT_PACE = 1 << 4,      /**< --pace 600x */
    SW_OPT_STATE = 1 << 5,     /**< --state FOLDER */
    SW_OPT_OUTPUT = 1 << 6,    /**< -o FORM */
    SW_OPT_REASON = 1 << 7,    /**< --reason TEXT */
    SW_OPT_TYPED = 1 << 8,     /**< --typed TEXT */
    SW_OPT_EVIDENCE = 1 << 9,  /**< --evidence FILE */
    SW_OPT_DETAILED = 1 << 10, /**< --detailed-exitcode */
    SW_OPT_NO_INPUT = 1 << 11, /**< --no-input */
    SW_OPT_DRY_RUN = 1 << 12,  /**< --dry-run, -n, --check, --what-if */
    SW_OPT_SERVE = 1 << 13,    /**< --serve ADDRESS:PORT, --tls FOLDER, --token-lives, --for */
    SW_OPT_SITE = 1 << 14,     /**< --site FILE */
    SW_OPT_LIBRARY = 1 << 15,  /**< --library FOLDER */
    SW_OPT_SAVE = 1 << 16,     /**< --out FILE, --diff FILE */
    SW_OPT_PLAN = 1 << 17,     /**< --plan FILE */
    SW_OPT_TEST = 1 << 18,     /**< -j N, --min-coverage N, --min-paths N, --only TEXT */
    SW_OPT_RESOLVED = 1 << 28, /**< --resolved */
    SW_OPT_LINT = 1 << 24,     /**< --strict, --allow RULE */
    SW_OPT_DOC = 1 << 25,      /**< --language, --actions */
    SW_OPT_NEW = 1 << 26,      /**< --from RUNBOOK, --name PACK/NAME */
};

struct sw_verb_row;

/** One option: what reads the command line, and what help, completion and manual pages show. */
struct sw_option_row {
    const char *name, *other; /**< two spellings; the second may be NULL */
    unsigned bit;             /**< of enum sw_option; 0: every verb takes it */
    const char *value;        /**< what its value is called; NULL: it has none */
    int letter;
    const char *doc;
};

/** All options, the last with a NULL name. */
const struct sw_option_row *sw_option_rows(void);

struct sw_options {
    const char **operands; /**< what is no option */
    size_t operand_count;
    const char **params; /**< NULL-ended */
    size_t param_count;
    const char **libraries; /**< NULL-ended */
    size_t library_count;
    struct sw_prepared_answer *answers;
    size_t answer_count;
    const char **allowed; /**< --allow, NULL-ended */
    size_t allow_count;
    const char *world, *state, *output, *reason, *typed, *evidence, *serve, *tls, *site;
    const char *from, *name;       /**< of a new runbook */
    const char *out, *diff, *plan; /**< of a saved plan */
    int64_t for_ms;                /**< --for; 0: no end */
    int64_t token_lives_ms;        /**< --token-lives; 0: an hour */
    /* tests */
    const char *only;                /**< cases with this in their name; NULL: all */
    uint64_t jobs;                   /**< processes */
    int64_t min_coverage, min_paths; /**< percent */

    uint64_t seed;
    bool has_seed;
    double pace;
    bool is_detailed, is_no_input, is_quiet, is_verbose, is_dry_run, wants_help;
    bool is_strict, is_language, is_actions;
    const struct sw_verb_row *verbs; /**< all of the program, the last with a NULL name */
};

struct sw_arena;

/** @param taken bits of enum sw_option @errors SW_E_INPUT: which word, and what is meant */
bool sw_options_read(struct sw_options *options, struct sw_arena *arena, unsigned taken, int argc,
                     char **argv, struct sw_error *err);

/** Folder of the journals: --state, STEPWISE_STATE, XDG_STATE_HOME/stepwise,
 * ~/.local/state/stepwise. */
const char *sw_options_state(const struct sw_options *options, struct sw_arena *arena);

/** Login of who calls. */
const char *sw_login(struct sw_arena *arena);
