/* The table of result codes has every code of the vendor's list, on the right side of it. */
#include "stdlib/filesync/hresult.h"

#include "base/file.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define LIST SW_SOURCE_DIR "/tests/data/filesync-hresults.tsv"
#define CODES 81

static char *read_list(struct sw_arena *arena)
{
    struct sw_buf file;
    struct sw_error err = {0};

    sw_buf_init(&file, 65536);
    assert_true(sw_file_read(LIST, &file, &err));
    char *text = sw_copy(arena, file.bytes, file.length);

    sw_buf_release(&file);
    return text;
}

/* "0x80c8305f", tab, "stop", tab, where it is met */
static void assert_row(const char *line)
{
    char *end = NULL;
    int64_t code = (int64_t)strtoull(line, &end, 16);
    const struct sw_hresult *known = sw_hresult_find(code);
    bool is_stop = sw_text_begins(end, "\tstop\t");

    assert_true(is_stop || sw_text_begins(end, "\twait\t"));
    if (known == NULL || known->kind != (is_stop ? SW_HRESULT_STOP : SW_HRESULT_WAIT)) {
        fail_msg("%.10s: %s", line, known == NULL ? "not in the table" : "on the other side");
    }
    if (known->meaning[0] == '\0' || (is_stop && known->remedy == NULL)) {
        fail_msg("%.10s: nobody would know what it means, or what to do", line);
    }
}

static void every_code_of_the_vendors_list_is_known_and_on_its_side(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    size_t rows = 0;

    (void)state;
    for (char *line = read_list(arena), *next = NULL; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        if (line[0] != '#' && line[0] != '\0') {
            assert_row(line);
            rows++;
        }
    }
    assert_int_equal(rows, CODES);
    sw_arena_free(arena);
}

static void a_code_that_is_not_known_is_shown_and_explained_by_nobody(void **state)
{
    struct sw_arena *arena = sw_arena_new();

    (void)state;
    assert_null(sw_hresult_find(0x80c8ffff));
    assert_string_equal(sw_hresult_text(arena, 0x80c8ffff), "0x80c8ffff (not in our table)");
    /* The vendor's decimal columns are the negated unsigned number; only 32 bits are a code. */
    assert_null(sw_hresult_find(-INT64_C(0x80c80283)));
    assert_non_null(sw_hresult_find(0x80c80283));
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_of_the_vendors_list_is_known_and_on_its_side),
        cmocka_unit_test(a_code_that_is_not_known_is_shown_and_explained_by_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
