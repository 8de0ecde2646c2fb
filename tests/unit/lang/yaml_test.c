#include "yaml_bench.h"

#include "lang/codes.h"

static void every_node_knows_its_place_style_and_text(void **state)
{
    (void)state;
    struct bench bench = bench_read("name: a\nlist:\n  - 'b c'\n  - \"d\\te\"\nflow: { x: [1] }\n"
                                    "block: |\n  one\n  two\nfold: >-\n  one\n  two\n");
    const struct sw_node *root = bench.root;

    assert_non_null(root);
    assert_int_equal(root->kind, SW_NODE_MAP);
    assert_int_equal(root->count, 5);

    const struct sw_node *list = sw_node_get(root, "list");

    assert_int_equal(list->kind, SW_NODE_LIST);
    assert_false(list->is_flow);
    assert_int_equal(list->items[0]->style, SW_STYLE_SINGLE);
    assert_int_equal(list->items[0]->mark.line, 3);
    assert_int_equal(list->items[0]->mark.column, 5);
    assert_int_equal(list->items[0]->mark.length, 5);
    assert_string_equal(list->items[0]->text, "b c");
    assert_string_equal(list->items[1]->text, "d\te");
    assert_int_equal(list->items[1]->raw_length, 6);

    const struct sw_node *flow = sw_node_get(root, "flow");

    assert_true(flow->is_flow);
    assert_string_equal(sw_node_get(flow, "x")->items[0]->text, "1");
    assert_int_equal(sw_node_get(flow, "x")->mark.column, 12);
    assert_string_equal(sw_node_get(root, "block")->text, "one\ntwo\n");
    assert_int_equal(sw_node_get(root, "block")->style, SW_STYLE_LITERAL);
    assert_string_equal(sw_node_get(root, "fold")->text, "one two");
    assert_int_equal(sw_node_get(root, "fold")->style, SW_STYLE_FOLDED);
    assert_null(sw_node_get(root, "absent"));
    assert_null(sw_node_get(list, "name"));
    bench_close(&bench);
}

static void columns_count_characters_and_offsets_bytes(void **state)
{
    (void)state;
    struct bench bench = bench_read("a: { b: 'K\xC3\xB6ln \xF0\x9F\x94\xA5', c: \xE6\x97\xA5 }\n");
    const struct sw_node *c = sw_node_get(sw_node_get(bench.root, "a"), "c");

    assert_int_equal(c->mark.column, 22);
    assert_int_equal(c->mark.length, 1);
    assert_int_equal(c->mark.offset, 25);
    bench_close(&bench);
    refuses("a: { b: 'K\xC3\xB6ln \xF0\x9F\x94\xA5', b: 1 }\n", 130, 1, 19);
    refuses("a: '\xE6\x97\xA5\xE6\x9C\xAC\x80'\n", 101, 1, 7);
}

static void lines_may_end_with_cr_and_lf(void **state)
{
    (void)state;
    struct bench bench = bench_read("a: 1\r\nb: |\r\n  x\r\n  y\r\nc: 'q\r\n  r'\r\nd: 2\r\n");

    assert_non_null(bench.root);
    assert_int_equal(sw_diags_count(bench.diags), 0);
    assert_string_equal(sw_node_get(bench.root, "b")->text, "x\ny\n");
    assert_string_equal(sw_node_get(bench.root, "c")->text, "q r");
    assert_int_equal(sw_node_get(bench.root, "d")->mark.line, 7);
    assert_int_equal(sw_node_get(bench.root, "d")->mark.column, 4);
    assert_int_equal(sw_node_get(bench.root, "d")->mark.offset, 38);
    bench_close(&bench);
    refuses("a: 1\r\nb: 2\r\nb: 3\r\n", 130, 3, 1);
    refuses("a: 1\r\nb: x\ry\r\n", 104, 2, 5);
}

static void a_key_given_twice_names_the_first_place(void **state)
{
    (void)state;
    struct bench bench = bench_read("a: 1\nb: 2\n'a': 3\n\"\\x61\": 4\n");

    assert_int_equal(sw_diags_count(bench.diags), 2);
    assert_true(bench_has(&bench, 130, 3, 1));
    assert_true(bench_has(&bench, 130, 4, 1));

    const struct sw_diag *diag = sw_diags_at(bench.diags, 0);

    assert_string_equal(diag->text, "key 'a' is given twice");
    assert_int_equal(diag->note_count, 1);
    assert_int_equal(diag->notes[0].mark.line, 1);
    bench_close(&bench);
    accepts("a: { x: 1 }\nb: { x: 1 }\n");
}

static void independent_findings_come_in_one_pass(void **state)
{
    (void)state;
    struct bench bench = bench_read("a: &x 1\nB: 2\nc: !!int 3\nc: \"\\e\"\n# \xE2\x80\xAE\n"
                                    "d: 'a\nb'\ne: \"f\"#g\n");

    assert_null(bench.root);
    assert_true(bench_has(&bench, 125, 1, 4));
    assert_true(bench_has(&bench, 129, 2, 1));
    assert_true(bench_has(&bench, 126, 3, 4));
    assert_true(bench_has(&bench, 130, 4, 1));
    assert_true(bench_has(&bench, 103, 4, 5));
    assert_true(bench_has(&bench, 105, 5, 3));
    assert_true(bench_has(&bench, 133, 7, 1));
    assert_true(bench_has(&bench, 132, 8, 7));
    assert_int_equal(sw_diags_error_count(bench.diags), 8);
    bench_close(&bench);
}

static void broken_syntax_is_reported_once_where_it_begins(void **state)
{
    (void)state;
    refuses("a: 'open\nb: 1\n", 120, 1, 4);
    refuses("a: [1, 2\nb: 3\n", 120, 2, 2);
    refuses("a: b: c\n", 120, 1, 5);
    refuses("a: 1\n  b: 2\n", 120, 2, 4);
    refuses("a:\n    b: 1\n  c: 2\n", 120, 3, 3);
    refuses("a: \"D:\\Shares\"\n", 120, 1, 7);
    refuses("a: \"\\ud800\"\n", 101, 1, 5);
    refuses("a: { else: ${x} }\n", 120, 1, 13);
    refuses("a: `b`\n", 120, 1, 4);
    refuses("a:\n  - 1\n  2\n", 120, 3, 3);
}

static void tabs_are_refused_in_indentation_only(void **state)
{
    (void)state;
    refuses("a:\n  \tb: 1\n", 131, 2, 3);
    refuses("a: |\n  x\n\ty\n", 131, 3, 1);
    refuses("a: 'x\n  \ty'\n", 131, 2, 3);
    accepts("a: 'x\ty'\nb:\t1\n");
}

static void escapes_count_as_the_characters_that_they_give(void **state)
{
    (void)state;
    refuses("a: \"x\\0y\"\n", 103, 1, 6);
    refuses("a: \"\\x1b[2J\"\n", 103, 1, 5);
    refuses("a: \"\\r\"\n", 104, 1, 5);
    refuses("a: \"\\N\"\n", 104, 1, 5);
    refuses("a: \"\\u202e\"\n", 105, 1, 5);
    refuses("a: \"x\n  y\\U000E0041\"\n", 106, 2, 4);
    refuses("a: \"\\uFFFF\"\n", 107, 1, 5);
    accepts("a: \"\\u00e4\\n\\t\\\\e\\\"\\/\\_ \\\n  x\"\n");
    accepts("a: '\\e\\0'\n");
}

static void a_path_in_double_quotes_is_refused_where_it_would_change(void **state)
{
    (void)state;
    refuses("a: \"D:\\new\"\n", 109, 1, 4);
    refuses("a: \"D:\\\\data\\new\"\n", 109, 1, 4);
    refuses("a: \"\\\\\\\\fs01\\temp\"\n", 109, 1, 4);
    accepts("a: \"D:\\\\new\"\n");
    accepts("a: \"D:\\\\data is full.\\nFree it.\"\n");
    accepts("a: 'D:\\new'\nb: D:\\new\n");
}

static void keys_are_words(void **state)
{
    (void)state;
    accepts("a: 1\nx-team: 2\nedge.approve.people: 3\na_1: 4\n\"b\": 5\n");
    refuses("Name: 1\n", 129, 1, 1);
    refuses("a b: 1\n", 129, 1, 1);
    refuses("1a: 1\n", 129, 1, 1);
    refuses("a: { that: [x['b'] == 1, c]: 2 }\n", 120, 1, 14);
    refuses("'': 1\n", 129, 1, 1);
    refuses(": 1\n", 120, 1, 1);
    refuses("a: {{ b }}\n", 128, 1, 5);
    refuses("? a\n: b\n", 128, 1, 1);
    refuses("? # note\n  a\n: b\n", 128, 1, 1);
    refuses("a: [? b]\n", 128, 1, 5);
    refuses("a: {? b: c}\n", 128, 1, 5);
    refuses("a: {?b: c}\n", 128, 1, 5);
    refuses("<<: {}\n", 127, 1, 1);
}

static void a_key_may_have_128_bytes_and_no_more(void **state)
{
    (void)state;
    char text[256];

    memset(text, 'k', sizeof text);
    memcpy(text + 128, ": 1\n", 5);
    accepts(text);
    memset(text, 'k', sizeof text);
    memcpy(text + 129, ": 1\n", 5);
    refuses(text, 114, 1, 1);
}

static void brackets_and_quotes_go_on_deeper_than_their_key(void **state)
{
    (void)state;
    accepts("a: [b,\n  c\n ]\n");
    accepts("a: [b, # note\n# note\n  c]\n");
    accepts("s:\n  - t: 'x\n\n     y'\n");
    refuses("a: [\n  b\n]\n", 133, 3, 1);
    refuses("s:\n  - t: 'x\n    y'\n", 133, 3, 5);
    refuses("s:\n- [a,\nb]\n", 133, 3, 1);
    refuses("a: { b: \"x\ny\" }\n", 133, 2, 1);
}

static void blocks_of_text_hold_no_hidden_spaces(void **state)
{
    (void)state;
    accepts("a: |\n  x\n\n  y\n \nb: 1\n");
    accepts("a: |2\n    x\n  y\nb: 1\n");
    accepts("a: |-  # note\n  x # text\n");
    refuses("a: |\n  x\n   \n  y\n", 135, 3, 1);
    refuses("a: |\n   \n  x\n", 135, 2, 1);
    refuses("a: |\n  x\n   ", 135, 3, 1);
    refuses("a: |\n  x", 135, 2, 3);
    refuses("a: |# note\n  x\n", 132, 1, 5);
}

static void comments_need_a_space_before_them(void **state)
{
    (void)state;
    accepts("a: [b, # c\n  d] # e\n# f\nb: c#d\n");
    refuses("a: [b,#c\n  d]\n", 132, 1, 7);
    refuses("a: [b]#c\n", 132, 1, 7);
    refuses("a: 'b'#c\n", 132, 1, 7);
}

static void a_comment_after_plain_text_is_noted_and_doubtful_ones_warned_of(void **state)
{
    (void)state;
    struct bench bench = bench_read("a: b # note\nc: d\ne: D:\\Shares #1\n");

    assert_non_null(bench.root);
    assert_true(sw_node_get(bench.root, "a")->has_comment);
    assert_false(sw_node_get(bench.root, "c")->has_comment);
    assert_string_equal(sw_node_get(bench.root, "e")->text, "D:\\Shares");
    assert_int_equal(sw_diags_count(bench.diags), 1);
    assert_true(bench_has(&bench, 137, 3, 14));
    assert_int_equal(sw_diags_at(bench.diags, 0)->severity, SW_WARNING);
    bench_close(&bench);
}

static void one_document_without_directives_is_all(void **state)
{
    (void)state;
    accepts("---\na: 1\n...\n");
    refuses("a: 1\n---\nb: 1\n", 123, 2, 1);
    refuses("a: 1\n...\nb: 1\n", 123, 3, 1);
    refuses("%TAG ! tag:x,2000:\n---\na: 1\n", 124, 1, 1);
    refuses("%FOO\n---\na: 1\n", 124, 1, 1);
    refuses("", 121, 1, 1);
    refuses("---\n", 121, 1, 1);
    refuses("# a\n", 121, 1, 1);
    refuses("~\n", 122, 1, 1);
    refuses("[a]\n", 122, 1, 1);
    refuses("''\n", 122, 1, 1);
}

static void text_shown_in_findings_is_made_harmless(void **state)
{
    (void)state;
    struct bench bench = bench_read("\"a b\xCC\x81\": 1\nok: 1\n\"a\xF0\x9D\x90\x9D\": 1\n");

    assert_int_equal(sw_diags_count(bench.diags), 2);
    assert_non_null(strstr(sw_diags_at(bench.diags, 1)->text, "U+1D41D"));
    bench_close(&bench);
}

static void every_finding_here_has_its_explanation(void **state)
{
    (void)state;
    static const unsigned codes[] = {101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111,
                                     112, 113, 114, 120, 121, 122, 123, 124, 125, 126, 127,
                                     128, 129, 130, 131, 132, 133, 134, 135, 136, 137};

    for (size_t i = 0; i < SW_COUNT(codes); i++) {
        const struct sw_code_doc *doc = sw_code_doc(codes[i]);

        assert_non_null(doc);
        assert_non_null(strstr(doc->text, "Wrong:\n    "));
        assert_non_null(strstr(doc->text, "Right:\n    "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_node_knows_its_place_style_and_text),
        cmocka_unit_test(columns_count_characters_and_offsets_bytes),
        cmocka_unit_test(lines_may_end_with_cr_and_lf),
        cmocka_unit_test(a_key_given_twice_names_the_first_place),
        cmocka_unit_test(independent_findings_come_in_one_pass),
        cmocka_unit_test(broken_syntax_is_reported_once_where_it_begins),
        cmocka_unit_test(tabs_are_refused_in_indentation_only),
        cmocka_unit_test(escapes_count_as_the_characters_that_they_give),
        cmocka_unit_test(a_path_in_double_quotes_is_refused_where_it_would_change),
        cmocka_unit_test(keys_are_words),
        cmocka_unit_test(a_key_may_have_128_bytes_and_no_more),
        cmocka_unit_test(brackets_and_quotes_go_on_deeper_than_their_key),
        cmocka_unit_test(blocks_of_text_hold_no_hidden_spaces),
        cmocka_unit_test(comments_need_a_space_before_them),
        cmocka_unit_test(a_comment_after_plain_text_is_noted_and_doubtful_ones_warned_of),
        cmocka_unit_test(one_document_without_directives_is_all),
        cmocka_unit_test(text_shown_in_findings_is_made_harmless),
        cmocka_unit_test(every_finding_here_has_its_explanation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
