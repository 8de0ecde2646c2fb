#include "lang/codes.h"

#include <stddef.h>

/* clang-format off: the rows are data */
#define SW_CODE(number, title, text) {number, title, text},
static const struct sw_code_doc rows[] = {
#include "lang/codes_01.def"
#include "lang/codes_02.def"
#include "lang/codes_03.def"
#include "lang/codes_03b.def"
#include "lang/codes_04.def"
#include "lang/codes_05.def"
#include "lang/codes_08.def"
#include "lang/codes_085.def"
    {0, NULL, NULL},
};
#undef SW_CODE
/* clang-format on */

const struct sw_code_doc *sw_code_doc(unsigned code)
{
    for (const struct sw_code_doc *row = rows; row->code != 0; row++) {
        if (row->code == code) {
            return row;
        }
    }
    return NULL;
}

const struct sw_code_doc *sw_code_docs(void)
{
    return rows;
}
