#include "lang/codes.h"

#include "base/arena.h"
#include "base/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off: the rows are data */
#define SW_CODE(number, title, text) {number, title, text},
static const struct sw_code_doc rows[] = {
#include "lang/codes_01.def"
#include "lang/codes_02.def"
#include "lang/codes_03.def"
#include "lang/codes_03b.def"
#include "lang/codes_04.def"
#include "lang/codes_05.def"
#include "lang/codes_06.def"
#include "lang/codes_07.def"
#include "lang/codes_08.def"
#include "lang/codes_085.def"
#include "lang/codes_087.def"
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

const char *sw_code_rule(const struct sw_code_doc *doc, struct sw_arena *arena)
{
    size_t length = strcspn(doc->title, "("); /* behind it: "(a warning)" */
    char *name = sw_alloc(arena, length + 1);
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)doc->title[i];

        if (c < 128 && isalnum(c)) {
            name[used++] = (char)tolower(c);
        } else if (used > 0 && name[used - 1] != '-') {
            name[used++] = '-';
        }
    }
    while (used > 0 && name[used - 1] == '-') {
        used--;
    }
    name[used] = '\0';
    return name;
}

const struct sw_code_doc *sw_code_find(const char *word)
{
    bool has_prefix = (word[0] == 'S' || word[0] == 's') && (word[1] == 'W' || word[1] == 'w');
    const char *digits = has_prefix ? word + 2 : word;
    char *end = NULL;
    unsigned long code = strtoul(digits, &end, 10);
    const struct sw_code_doc *found = NULL;

    if (isdigit((unsigned char)digits[0]) && *end == '\0' && code < 10000) {
        return sw_code_doc((unsigned)code);
    }
    struct sw_arena *arena = sw_arena_new();

    for (const struct sw_code_doc *row = rows; row->code != 0 && found == NULL; row++) {
        found = sw_text_is_folded(sw_code_rule(row, arena), word) ? row : NULL;
    }
    sw_arena_free(arena);
    return found;
}
