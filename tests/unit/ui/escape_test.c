/* Text from outside, made harmless for terminals, HTML and Markdown. */
#include "ui/escape.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *made(struct sw_arena *arena, void (*add)(struct sw_buf *, const char *),
                        const char *text)
{
    struct sw_buf out;

    sw_buf_init(&out, 1 << 16);
    add(&out, text);

    const char *copy = sw_copy(arena, out.bytes, out.length);

    sw_buf_release(&out);
    return copy;
}

static void html_has_no_markup_and_no_quotes_of_the_text(void **state)
{
    struct sw_arena *arena = sw_arena_new();

    (void)state;
    assert_string_equal(made(arena, sw_html_add, "<b a='1' c=\"2\">&amp;"),
                        "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;");
    sw_arena_free(arena);
}

static void what_is_invisible_is_shown_by_its_number(void **state)
{
    struct sw_arena *arena = sw_arena_new();

    (void)state;
    assert_string_equal(made(arena, sw_html_add,
                             "a\xe2\x80\xae"
                             "b\x1b[2J"),
                        "a[U+202E]b[U+001B][2J");
    assert_string_equal(made(arena, sw_plain_add, "\x1b]0;x\x07\n\tok \xff"),
                        "[U+001B]]0;x[U+0007]\n\tok \xef\xbf\xbd");
    assert_string_equal(made(arena, sw_md_add,
                             "a\xe2\x80\x8b"
                             "b"),
                        "a[U+200B]b");
    sw_arena_free(arena);
}

static void letters_of_any_language_stay(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    const char *text = "Übersicht – 東京 ключ";

    (void)state;
    assert_string_equal(made(arena, sw_html_add, text), text);
    assert_string_equal(made(arena, sw_md_add, text), text);
    assert_string_equal(made(arena, sw_plain_add, text), text);
    sw_arena_free(arena);
}

static void markdown_makes_no_markup_of_the_text(void **state)
{
    static const char *const cases[][2] = {
        {"*a* _b_ `c` [d](e)", "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e)"},
        {"# 1. x", "\\# 1. x"},
        {"12. x", "12\\. x"},
        {"- x", "\\- x"},
        {"a - b.", "a - b."},
        {"D:\\Shares", "D:\\\\Shares"},
        {"<img src=x>", "&lt;img src=x&gt;"},
        {"https://evil.invalid", "https:<!-- -->//evil.invalid"},
        {"www.evil.invalid", "www<!-- -->.evil.invalid"},
        {"@team a@b", "@<!-- -->team a@<!-- -->b"},
        {"a\nb", "a<br>b"},
        {"    code", "code"},
        {"a|b", "a\\|b"},
    };
    struct sw_arena *arena = sw_arena_new();

    (void)state;
    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        assert_string_equal(made(arena, sw_md_add, cases[i][0]), cases[i][1]);
    }
    sw_arena_free(arena);
}

static void a_span_of_code_ends_where_it_should(void **state)
{
    struct sw_arena *arena = sw_arena_new();

    (void)state;
    assert_string_equal(made(arena, sw_md_add_code, "a"), "`a`");
    assert_string_equal(made(arena, sw_md_add_code, "a`b"), "``a`b``");
    assert_string_equal(made(arena, sw_md_add_code, "`"), "`` ` ``");
    assert_string_equal(made(arena, sw_md_add_code, "a\n\nb"), "`a  b`");
    assert_string_equal(made(arena, sw_md_add_code, ""), "(empty)");
    assert_string_equal(made(arena, sw_md_add_code, "  "), "(blanks)");
    sw_arena_free(arena);
}

static void a_block_of_code_has_a_fence_that_it_does_not_hold(void **state)
{
    struct sw_arena *arena = sw_arena_new();

    (void)state;
    assert_string_equal(made(arena, sw_md_add_block, "a\n````\nb"),
                        "`````text\na\n````\nb\n`````\n");
    assert_string_equal(made(arena, sw_md_add_block, "a\n"), "```text\na\n```\n");
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_has_no_markup_and_no_quotes_of_the_text),
        cmocka_unit_test(what_is_invisible_is_shown_by_its_number),
        cmocka_unit_test(letters_of_any_language_stay),
        cmocka_unit_test(markdown_makes_no_markup_of_the_text),
        cmocka_unit_test(a_span_of_code_ends_where_it_should),
        cmocka_unit_test(a_block_of_code_has_a_fence_that_it_does_not_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
