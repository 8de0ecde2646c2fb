/** @file A secret that a peer says back is masked, whatever form it has there. */
#include "io/redact.h"

#include "base/text.h"
#include "sdk/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "S3cr3t+/Value=~'\"<&"

struct fixture {
    struct sw_arena *arena;
    struct sw_redact *redact;
};

static int set_up(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct fixture *fixture = sw_alloc(arena, sizeof *fixture);

    *fixture = (struct fixture){.arena = arena, .redact = sw_redact_new()};
    sw_redact_learn(fixture->redact, SECRET);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    sw_redact_free(fixture->redact);
    sw_arena_free(fixture->arena);
    return 0;
}

static const char *masked_bytes(struct fixture *f, const char *bytes, size_t length)
{
    return sw_redact_mask(f->redact, f->arena, bytes, length);
}

static const char *masked(struct fixture *f, const char *text)
{
    return masked_bytes(f, text, strlen(text));
}

/* Each form with text around it: what stays is the text around it. */
static void check(struct fixture *f, const char *form)
{
    const char *text = sw_format(f->arena, "error: <%s> is wrong", form);
    const char *safe = masked(f, text);

    if (strstr(safe, form) != NULL) {
        fail_msg("not masked: %s", form);
    }
    assert_int_equal(strlen(safe), strlen(text));
    assert_true(sw_text_begins(safe, "error: <"));
    assert_string_equal(safe + strlen(safe) - strlen("> is wrong"), "> is wrong");
}

static void every_published_form_of_a_secret_is_masked(void **state)
{
    static const char *const whole[] = {"01", "03", "06", "07", "09", "10", "12", "13", "15", "18"};
    struct fixture *f = *state;
    FILE *file = fopen(SW_SOURCE_DIR "/tests/data/injection/injection.txt", "r");
    char line[8192];
    size_t seen = 0;

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (!sw_text_begins(line, "secret-forms\t")) {
            continue;
        }
        const char *number = strchr(line, '\t') + strlen("\tsecret-forms-");
        const char *quoted = strchr(number, '\t') + 1;
        size_t length = strcspn(quoted, "\t\n");
        const struct sw_value *form = NULL;
        struct sw_error err = {0};

        for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
            if (strncmp(number, whole[i], 2) == 0) {
                assert_true(sw_json_read(f->arena, quoted, length, SW_JSON_PLAIN, &form, &err));
                check(f, sw_as_text(form));
                seen++;
            }
        }
    }
    fclose(file);
    assert_int_equal(seen, sizeof whole / sizeof *whole);
}

static void a_header_with_user_and_secret_is_masked(void **state)
{
    struct fixture *f = *state;
    const char *safe = masked(f, "Authorization: Basic dXNlcjpTM2NyM3QrL1ZhbHVlPX4nIjwm");

    assert_null(strstr(safe, "M3QrL1Zhb"));
    assert_true(sw_text_begins(safe, "Authorization: Basic dXNlcj"));
}

static void hex_in_either_case_is_masked(void **state)
{
    struct fixture *f = *state;

    check(f, "5333637233742b2f56616c75653d7e27223c26");
    check(f, "5333637233742B2F56616C75653D7E27223C26");
}

static void wide_characters_are_masked(void **state)
{
    struct fixture *f = *state;
    char wide[2 * sizeof SECRET];

    for (size_t i = 0; i < strlen(SECRET); i++) {
        wide[2 * i] = SECRET[i];
        wide[2 * i + 1] = '\0';
    }
    const char *safe = masked_bytes(f, wide, 2 * strlen(SECRET));

    for (size_t i = 0; i < 2 * strlen(SECRET); i++) {
        assert_int_equal(safe[i], '*');
    }
}

/* Python, Go, .NET, PHP and JavaScript each escape other characters, and spell them otherwise. */
static void each_writer_s_choice_of_escapes_is_masked(void **state)
{
    struct fixture *f = *state;
    static const char *const forms[] = {
        "a\"b\\c\td/e <\x01>'&%+~\xc3\xa9\xf0\x9f\x94\x91z",
        "a\\\"b\\\\c\\td/e <\\u0001>'&%+~\\u00e9\\ud83d\\udd11z",
        "a\\\"b\\\\c\\td\\/e <\\u0001>'&%+~\\u00E9\\uD83D\\uDD11z",
        "a\\\"b\\\\c\\td/e \\u003c\\u0001\\u003e'\\u0026%+~\xc3\xa9\xf0\x9f\x94\x91z",
        "a\\u0022b\\u005cc\\u0009d/e \\u003C\\u0001\\u003E\\u0027\\u0026%\\u002B~"
        "\\u00E9\\uD83D\\uDD11z",
        "a&quot;b\\c&#9;d/e &lt;&#x1;&gt;&#39;&amp;%+~&#233;&#x1F511;z",
        "a&#34;b\\c\td/e &lt;\x01&gt;&#x27;&#038;%+~\xc3\xa9\xf0\x9f\x94\x91z",
        "a%22b%5Cc%09d/e%20%3C%01%3E'%26%25%2B~%C3%A9%F0%9F%94%91z",
        "a%22b%5cc%09d%2fe+%3c%01%3e%27%26%25%2b%7e%c3%a9%f0%9f%94%91z",
    };

    sw_redact_learn(f->redact, forms[0]);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        check(f, forms[i]);
    }
}

static void what_only_begins_like_a_secret_is_left(void **state)
{
    struct fixture *f = *state;
    static const char *const texts[] = {
        "S3cr3t+\\",       "S3cr3t+\\u", "S3cr3t\\u002b\\u002f", "S3cr3t&",
        "S3cr3t&;&#;&#x;", "S3cr3t%2",   "S3cr3t&#x2",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_ptr_equal(masked(f, texts[i]), texts[i]);
    }
}

static void what_holds_no_secret_is_not_even_copied(void **state)
{
    struct fixture *f = *state;
    const char *text = "S3cr3t and Value, but not together";

    assert_ptr_equal(masked(f, text), text);
    assert_ptr_equal(masked(f, ""), masked(f, ""));
}

static void a_text_too_short_to_be_a_secret_is_not_learned(void **state)
{
    struct fixture *f = *state;

    sw_redact_learn(f->redact, "Value");
    assert_string_equal(masked(f, "Value"), "Value");
}

static void twice_the_same_secret_is_masked_twice(void **state)
{
    struct fixture *f = *state;

    sw_redact_learn(f->redact, "another-one");
    assert_string_equal(masked(f, "another-one,another-one"), "***********,***********");
}

static void of_many_secrets_the_newest_are_known(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < SW_REDACT_SECRETS; i++) {
        sw_redact_learn(f->redact, sw_format(f->arena, "token-%08d", i));
    }
    assert_string_equal(masked(f, "token-00000000"), "**************");
    assert_string_equal(masked(f, "token-00000063"), "**************");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_published_form_of_a_secret_is_masked, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_header_with_user_and_secret_is_masked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hex_in_either_case_is_masked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wide_characters_are_masked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_writer_s_choice_of_escapes_is_masked, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_only_begins_like_a_secret_is_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_holds_no_secret_is_not_even_copied, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_text_too_short_to_be_a_secret_is_not_learned, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(twice_the_same_secret_is_masked_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_many_secrets_the_newest_are_known, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
