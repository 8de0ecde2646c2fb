/* What a file is, by its first key. */
#include "cli/book/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_first_of_our_keys_tells_what_a_file_is(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sw_file_kind kind;
    } rows[] = {
        {"# words\nsite: 1\n", SW_FILE_SITE}, {"stepwise: 1\nsite: 1\n", SW_FILE_RUNBOOK},
        {"world: filesync", SW_FILE_WORLD},   {"\r\ntest: 1\r\n", SW_FILE_TEST},
        {"a: 1\n site: 1\n", SW_FILE_OTHER},  {"sites: 1\n", SW_FILE_OTHER},
        {"site\n: 1\n", SW_FILE_OTHER},       {"", SW_FILE_OTHER},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (sw_file_kind_of(rows[i].text) != rows[i].kind) {
            fail_msg("'%s' is not a %s", rows[i].text, sw_file_kind_name(rows[i].kind));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_of_our_keys_tells_what_a_file_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
