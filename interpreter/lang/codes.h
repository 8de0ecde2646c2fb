#pragma once
/**
 * @file Every finding code: one row is the number, a title and the long text of `stepwise explain`.
 * The rows stand in codes_01.def ... codes_05.def, one file a layer; a code never changes its
 * meaning.
 */
struct sw_arena;

struct sw_code_doc {
    unsigned code;
    const char *title;
    const char
        *text; /**< what it means, why it is refused, an example of right and wrong; newlines */
};

/** NULL when there is no such code. */
const struct sw_code_doc *sw_code_doc(unsigned code);
/** All rows in order of number; ends with code 0. */
const struct sw_code_doc *sw_code_docs(void);

/** Name of a rule, the same for ever as its code is: as --allow, SARIF and `# stepwise: allow NAME`
 * have it: its title in lower case with hyphens, "a-path-without-its-evidence". */
const char *sw_code_rule(const struct sw_code_doc *doc, struct sw_arena *arena);
/** By rule or by code ("SW0504", "504"), in any case; NULL when there is none. */
const struct sw_code_doc *sw_code_find(const char *word);
