/* Each string of tests/data/injection in every part of a login by key. */
#include "unit/cli/injection.h"

#include "stdlib/windows/shell.h"

#include <stdlib.h>

/* What a login by key says becomes words of a command line: each one word of its own, or refused.
 */
static void no_string_of_a_login_by_key_is_more_than_its_word(void **state)
{
    (void)state;
    static const char *const names[] = {"user", "key", "known_hosts"};
    struct attack *attacks = calloc(256, sizeof *attacks);
    struct sw_arena *arena = sw_arena_new();
    size_t count = read_attacks(arena, attacks, 256);
    size_t sent = 0;

    for (size_t i = 0; i < count * SW_COUNT(names); i++) {
        const char *slot = names[i % SW_COUNT(names)];
        const char *text = attacks[i / SW_COUNT(names)].text;
        struct sw_builder login = sw_map_begin(arena);
        struct sw_builder settings = sw_map_begin(arena);
        struct sw_error err = {0};

        if (text == NULL) {
            continue;
        }
        sw_map_put_text(&settings, "host", "fs01.contoso.example");
        for (size_t n = 0; n < SW_COUNT(names); n++) {
            sw_map_put_text(&login, names[n],
                            sw_text_is(names[n], slot) ? text
                            : n == 0                   ? "ada"
                                                       : "/etc/stepwise/x");
        }
        struct sw_target target = {
            .name = "it", .settings = sw_built(&settings), .login = sw_built(&login)};
        struct sw_talk talk = {.transport = &sw_ssh_transport,
                               .target = &target,
                               .call = {.kind = "script", .op = "filesync/agent-facts", .path = ""},
                               .arena = arena};

        if (sw_ssh_transport.open(&talk, &err) != SW_TURN_SEND) {
            assert_int_equal(err.code, SW_E_INPUT);
            assert_null(talk.out.argv);
            continue;
        }
        const char *word = sw_text_is(slot, "known_hosts")
                               ? sw_format(arena, "UserKnownHostsFile=%s", text)
                               : text;
        size_t found = 0;

        sent++;
        for (const char *const *at = talk.out.argv; *at != NULL; at++) {
            found += sw_text_is(*at, word) ? 1 : 0;
        }
        assert_int_equal(found, 1);
        assert_null(strpbrk(text, " \t\r\n\"'%${}`;|&<>"));
        assert_int_not_equal(text[0], '-');
    }
    assert_true(sent > 0);
    free(attacks);
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_string_of_a_login_by_key_is_more_than_its_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
