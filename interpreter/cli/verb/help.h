#pragma once
/** @file Help: all commands, or one with its options and examples; the manual pages use the same
 * tables. */
#include "cli/verb/verbs.h"

#include <stdio.h>

/** What `-o` of a verb takes, NULL-ended; NULL when it takes none. */
const char *const *sw_help_forms(const char *verb);

/** Exit codes with what they mean. */
struct sw_exit_row {
    int code;
    const char *doc;  /**< a few words; NULL ends the table */
    const char *more; /**< a sentence */
};
const struct sw_exit_row *sw_help_exits(void);

/** `help exit-codes`: each in a line of its own. */
void sw_help_exit_codes(FILE *to);
void sw_help_all(FILE *to, const struct sw_verb_row *verbs);
void sw_help_verb(FILE *to, const struct sw_verb_row *verb);
