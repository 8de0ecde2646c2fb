#pragma once
/**
 * @file Every finding code: one row is the number, a title and the long text of `stepwise explain`.
 * The rows stand in codes_01.def ... codes_05.def, one file a layer; a code never changes its
 * meaning.
 */
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
