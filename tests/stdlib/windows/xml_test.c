#include "stdlib/windows/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const struct sw_xml *read_good(struct sw_arena *arena, const char *text)
{
    const struct sw_xml *root = NULL;
    struct sw_error err = {0};

    if (!sw_xml_read(arena, text, strlen(text), &root, &err)) {
        fail_msg("%s", err.text);
    }
    return root;
}

static enum sw_code read_bad(const char *text)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const struct sw_xml *root = NULL;
    struct sw_error err = {0};

    assert_false(sw_xml_read(arena, text, strlen(text), &root, &err));
    assert_null(root);
    return err.code;
}

static void names_are_compared_by_namespace_not_by_prefix(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const struct sw_xml *root =
        read_good(arena, "<a:r xmlns:a='urn:1' xmlns:b='urn:1'><b:x k='1' a:k='2'/><x/></a:r>");

    assert_true(sw_xml_is(root, "urn:1", "r"));
    assert_string_equal(sw_xml_attribute(sw_xml_child(root, "urn:1", "x"), "k"), "1");
    assert_non_null(sw_xml_child(root, "", "x"));
    assert_null(sw_xml_child(root, "urn:2", "x"));
    assert_null(sw_xml_child(NULL, "urn:1", "x"));
}

static void text_is_joined_over_pieces_and_children(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const struct sw_xml *root =
        read_good(arena, "<r> a&lt;<!-- no -->b<i>c<j/></i><![CDATA[<d>]]>\n</r>");

    assert_string_equal(sw_xml_text(arena, root), " a<bc<d>\n");
    assert_string_equal(sw_xml_word(arena, root), "a<bc<d>");
    assert_string_equal(sw_xml_text(arena, sw_xml_find(root, "", "j")), "");
    assert_null(sw_xml_text(arena, NULL));
}

static void elements_of_one_name_are_found_in_order_at_any_depth(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const struct sw_xml *root = read_good(arena, "<r><a><x>1</x></a><x>2</x><y/><x>3</x></r>");
    const struct sw_xml *first = sw_xml_child(root, "", "x");

    assert_string_equal(sw_xml_text(arena, sw_xml_find(root, "", "x")), "1");
    assert_string_equal(sw_xml_text(arena, first), "2");
    assert_string_equal(sw_xml_text(arena, sw_xml_again(first)), "3");
    assert_null(sw_xml_again(sw_xml_again(first)));
    assert_null(sw_xml_find(root, "", "none"));
}

static void documents_with_a_dtd_or_entities_are_refused(void **state)
{
    (void)state;
    assert_int_equal(read_bad("<!DOCTYPE r [<!ENTITY a 'b'>]><r>&a;</r>"), SW_E_PROTOCOL);
    assert_int_equal(read_bad("<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>"), SW_E_PROTOCOL);
    assert_int_equal(read_bad("<!DOCTYPE r><r/>"), SW_E_PROTOCOL);
    assert_int_equal(read_bad("<r>&a;</r>"), SW_E_PROTOCOL);
}

static void what_is_not_well_formed_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",         " ",           "<r>",         "<r></s>",
                                      "<r/><r/>", "text",        "<r a=1/>",    "<r a='1' a='2'/>",
                                      "<p:r/>",   "<r>\x01</r>", "<r>\xff</r>", "<r/>x"};

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        assert_int_equal(read_bad(bad[i]), SW_E_PROTOCOL);
    }
}

static void depth_and_nodes_are_bounded(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    sw_buf_init(&buf, 4u << 20);
    for (int i = 0; i < 64; i++) {
        sw_buf_add_text(&buf, "<a>");
    }
    for (int i = 0; i < 64; i++) {
        sw_buf_add_text(&buf, "</a>");
    }
    read_good(arena, buf.bytes);
    sw_buf_clear(&buf);
    for (int i = 0; i < 20000; i++) {
        sw_buf_add_text(&buf, "<a>");
    }
    assert_int_equal(read_bad(buf.bytes), SW_E_LIMIT);
    sw_buf_clear(&buf);
    sw_buf_add_text(&buf, "<r>");
    for (int i = 0; i < 100001; i++) {
        sw_buf_add_text(&buf, "<a/>");
    }
    sw_buf_add_text(&buf, "</r>");
    assert_int_equal(read_bad(buf.bytes), SW_E_LIMIT);
}

static void written_text_reads_back_as_the_same_bytes(void **state)
{
    (void)state;
    static const char *const texts[] = {"plain", "<&>\"'", "a\tb\nc\rd", "]]>", "こ😀", "&lt;", ""};

    for (size_t i = 0; i < SW_COUNT(texts); i++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        SW_CLEANUP(sw_buf_release) struct sw_buf buf;
        struct sw_error err = {0};
        sw_buf_init(&buf, 4096);
        sw_buf_add_text(&buf, "<r k=\"");
        assert_true(sw_xml_add_text(&buf, texts[i], &err));
        sw_buf_add_text(&buf, "\">");
        assert_true(sw_xml_add_text(&buf, texts[i], &err));
        sw_buf_add_text(&buf, "</r>");
        const struct sw_xml *root = read_good(arena, buf.bytes);
        assert_string_equal(sw_xml_text(arena, root), texts[i]);
        assert_string_equal(sw_xml_attribute(root, "k"), texts[i]);
    }
}

static void what_xml_cannot_hold_is_refused_not_dropped(void **state)
{
    (void)state;
    static const char *const bad[] = {"a\x01", "\x1b[31m",     "\x7f\x08", "\xef\xbf\xbe",
                                      "\xff",  "\xed\xa0\x80", "\xc0\xaf"};

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        SW_CLEANUP(sw_buf_release) struct sw_buf buf;
        struct sw_error err = {0};
        sw_buf_init(&buf, 4096);
        assert_false(sw_xml_add_text(&buf, bad[i], &err));
        assert_int_equal(err.code, SW_E_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_compared_by_namespace_not_by_prefix),
        cmocka_unit_test(text_is_joined_over_pieces_and_children),
        cmocka_unit_test(elements_of_one_name_are_found_in_order_at_any_depth),
        cmocka_unit_test(documents_with_a_dtd_or_entities_are_refused),
        cmocka_unit_test(what_is_not_well_formed_is_refused),
        cmocka_unit_test(depth_and_nodes_are_bounded),
        cmocka_unit_test(written_text_reads_back_as_the_same_bytes),
        cmocka_unit_test(what_xml_cannot_hold_is_refused_not_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
