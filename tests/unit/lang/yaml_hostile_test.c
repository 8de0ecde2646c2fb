#include "yaml_bench.h"

#include <stdlib.h>

#define HOSTILE SW_SOURCE_DIR "/tests/data/hostile-yaml/"

/* Every row of EXPECTED.tsv stands in just one of these tables. */
struct refused {
    const char *file;
    unsigned code;
    uint32_t line, column;
};

static const struct refused refused[] = {
    {"s01-billion-laughs.yaml", 125, 1, 4},
    {"s02-billion-laughs-merge.yaml", 125, 1, 5},
    {"s04-flow-seq-100k-deep.yaml", 111, 1, 65},
    {"s05-flow-seq-100k-unclosed.yaml", 111, 1, 65},
    {"s07-block-seq-compact-20k-deep.yaml", 111, 1, 129},
    {"s08-explicit-key-20k-deep.yaml", 111, 1, 129},
    {"s10-depth-65.yaml", 111, 1, 65},
    {"s13-huge-scalar-100k.yaml", 113, 3, 7},
    {"s16-many-anchors-50k.yaml", 125, 1, 3},
    {"s22-folded-long-lines.yaml", 113, 1, 4},
    {"s23-question-run.yaml", 128, 1, 2},
    {"s25-anchor-long.yaml", 125, 1, 4},
    {"s26-key-over-1024.yaml", 120, 1, 1101},
    {"s28-empty-file.yaml", 121, 1, 1},
    {"s29-only-comment.yaml", 121, 1, 1},
    {"k01-dup-top.yaml", 130, 4, 1},
    {"k02-dup-step.yaml", 130, 7, 5},
    {"k04-dup-escaped.yaml", 130, 7, 5},
    {"k05-dup-nfc-nfd.yaml", 129, 4, 3},
    {"k07-dup-homoglyph.yaml", 129, 6, 5},
    {"k08-dup-int-str.yaml", 129, 4, 3},
    {"k10-key-sequence.yaml", 128, 3, 1},
    {"k11-key-mapping.yaml", 128, 3, 1},
    {"k13-merge.yaml", 127, 5, 3},
    {"k14-merge-quoted.yaml", 127, 4, 3},
    {"k19-key-trailing-space.yaml", 129, 6, 5},
    {"k20-key-nul.yaml", 103, 6, 11},
    {"t02-recursive-map.yaml", 125, 1, 4},
    {"t03-undefined-alias.yaml", 125, 1, 4},
    {"t05-anchor-forward.yaml", 125, 1, 4},
    {"t06-anchor-colon.yaml", 125, 1, 4},
    {"t08-tag-binary.yaml", 126, 3, 4},
    {"t09-tag-set.yaml", 126, 1, 4},
    {"t11-tag-str-on-map.yaml", 126, 1, 8},
    {"t12-tag-local.yaml", 126, 1, 8},
    {"t14-yaml-directive-13.yaml", 124, 1, 1},
    {"t15-yaml-directive-12.yaml", 124, 1, 1},
    {"t17-multi-doc.yaml", 123, 7, 1},
    {"t18-doc-end-then-more.yaml", 123, 7, 1},
    {"t20-tag-null.yaml", 126, 1, 11},
    {"t21-tag-float-inf.yaml", 126, 1, 10},
    {"e02-bom-middle.yaml", 106, 4, 4},
    {"e04-utf16be.yaml", 102, 1, 1},
    {"e05-utf16-no-bom.yaml", 102, 1, 1},
    {"e07-invalid-utf8.yaml", 101, 3, 8},
    {"e08-overlong-slash.yaml", 101, 3, 10},
    {"e10-surrogate.yaml", 101, 3, 8},
    {"e11-surrogate-escape.yaml", 101, 3, 8},
    {"e13-escape-above.yaml", 101, 3, 8},
    {"e14-truncated-utf8.yaml", 101, 6, 12},
    {"e16-nul-tail.yaml", 103, 6, 1},
    {"e17-nul-escape.yaml", 103, 3, 14},
    {"e19-escape-esc.yaml", 103, 3, 8},
    {"e20-del-c1.yaml", 103, 3, 8},
    {"e22-cr-only.yaml", 104, 1, 14},
    {"e25-nel-in-plain.yaml", 104, 3, 16},
    {"e28-latin1.yaml", 101, 3, 9},
    {"e29-noncharacter.yaml", 107, 3, 8},
    {"u02-bidi-isolate.yaml", 105, 3, 9},
    {"u03-bidi-in-value.yaml", 105, 3, 20},
    {"u06-zero-width-id.yaml", 106, 4, 13},
    {"u08-fullwidth-colon.yaml", 120, 3, 1},
    {"u09-nbsp-indent.yaml", 136, 4, 1},
    {"u11-invisible-plus.yaml", 106, 3, 10},
    {"i01-tab-indent.yaml", 131, 3, 1},
    {"i03-tab-in-quoted.yaml", 131, 4, 1},
    {"i04-glued-comment.yaml", 132, 3, 21},
    {"i07-flow-dash.yaml", 134, 1, 9},
    {"i09-flow-undented.yaml", 133, 2, 1},
    {"i10-quoted-undented.yaml", 133, 4, 1},
    {"i15-scalar-top.yaml", 122, 1, 1},
    {"i16-seq-top.yaml", 122, 1, 1},
    {"i19-block-leading-spaces.yaml", 135, 2, 1},
    {"i21-windows-path-dq.yaml", 120, 3, 10},
    {"i22-windows-path-n.yaml", 109, 3, 7},
    {"i24-at-backtick.yaml", 120, 1, 4},
    {"i25-unclosed-quote.yaml", 120, 3, 7},
    {"s19-colon-run.yaml", 113, 1, 1},
    {"s20-dash-run.yaml", 122, 1, 1},
};

/* Accepted, with the code of a warning or 0. */
static const struct accepted {
    const char *file;
    unsigned warning;
} accepted[] = {
    {"s11-depth-60-ok.yaml", 0},   {"e01-bom-utf8.yaml", 0},
    {"e23-mixed-eol.yaml", 108},   {"e26-no-final-newline.yaml", 0},
    {"u12-emoji-ok.yaml", 0},      {"n01-norway.yaml", 0},
    {"n15-int-precision.yaml", 0}, {"n24-date.yaml", 0},
    {"n25-guid-e.yaml", 0},        {"n27-equals.yaml", 0},
    {"i06-plain-hash.yaml", 137},  {"i13-seq-same-indent.yaml", 0},
    {"i18-block-keep.yaml", 0},    {"i30-valid-reference.yaml", 0},
};

/* Good YAML whose fault only the typed layers can know: keys, types, ids, required values. */
static const struct other_layer {
    const char *file, *classes;
} other_layers[] = {
    {"k16-unknown-key-typo.yaml", "E_UNKNOWN_KEY"},
    {"k17-unknown-top.yaml", "E_UNKNOWN_KEY"},
    {"u05-homoglyph-step.yaml", "E_ID"},
    {"u14-math-alnum-id.yaml", "E_ID"},
    {"n03-y-n.yaml", "E_BOOL"},
    {"n04-true-case.yaml", "E_BOOL"},
    {"n06-octal.yaml", "E_NUM"},
    {"n07-octal-o.yaml", "E_NUM"},
    {"n09-sexagesimal.yaml", "E_NUM"},
    {"n10-underscore.yaml", "E_NUM"},
    {"n12-inf-nan.yaml", "E_NUM"},
    {"n13-nan.yaml", "E_NUM"},
    {"n16-negative-timeout.yaml", "E_RANGE"},
    {"n18-minus-zero.yaml", "E_NUM"},
    {"n19-huge-digits.yaml", "E_NUM"},
    {"n21-null-forms.yaml", "E_NULL"},
    {"n22-empty-value.yaml", "E_NULL"},
    {"i12-forgotten-space.yaml", "E_SYNTAX|E_TYPE"},
    {"i27-truncated.yaml", "E_SCHEMA"},
    {"i28-dup-step-id.yaml", "E_DUPID"},
};

/* Too large to ship: made below. */
static const char *const made[] = {"s14-many-keys-100k.yaml", "s17-comment-2mb.yaml"};

/* Which codes say what a reason class says. */
static const struct class_codes {
    const char *name;
    unsigned codes[6];
} classes[] = {
    {"E_ANCHOR", {125}},      {"E_DEPTH", {111}},
    {"E_SCALAR", {113}},      {"E_SYNTAX", {120, 128, 134}},
    {"E_EMPTY", {121}},       {"E_DUPKEY", {130}},
    {"E_ID", {129, 106}},     {"E_KEYTYPE", {128, 129}},
    {"E_MERGE", {127}},       {"E_CTRL", {103, 104, 106, 107, 136}},
    {"E_TAG", {126}},         {"E_DIRECTIVE", {124}},
    {"E_MULTIDOC", {123}},    {"E_ENC", {102}},
    {"E_UTF8", {101}},        {"E_BIDI", {105}},
    {"E_TAB", {131}},         {"E_COMMENT", {132}},
    {"E_INDENT", {133, 135}}, {"E_TYPE", {122}},
    {"E_PATH", {109}},
};

/* Refused by another rule than the one that the list has in mind, and earlier. */
static const char *const refused_earlier[] = {
    "s19-colon-run.yaml", /* as a text of 200,000 bytes */
    "s20-dash-run.yaml",  /* as a list at the top */
};

static bool fits_class(const char *wanted, unsigned code)
{
    for (size_t i = 0; i < SW_COUNT(classes); i++) {
        const char *at = strstr(wanted, classes[i].name);

        for (size_t k = 0; at != NULL && k < SW_COUNT(classes[i].codes); k++) {
            if (classes[i].codes[k] == code) {
                return true;
            }
        }
    }
    return false;
}

static bool is_in(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static struct bench read_hostile(const char *file)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf = {0};
    char path[512] = HOSTILE;

    assert_true(strlen(path) + strlen(file) < sizeof path);
    memcpy(path + strlen(path), file, strlen(file) + 1);
    bench_load(path, &buf);
    return bench_read_bytes(buf.bytes, buf.length);
}

static unsigned check_refused(const char *file, const char *verdict, const char *wanted)
{
    for (size_t i = 0; i < SW_COUNT(refused); i++) {
        const struct refused *row = &refused[i];

        if (strcmp(row->file, file) == 0) {
            struct bench bench = read_hostile(file);

            assert_string_equal(verdict, "reject");
            if (bench.root != NULL || !bench_has(&bench, row->code, row->line, row->column)) {
                fail_msg("%s should give SW%04u at %u:%u", file, row->code, row->line, row->column);
            }
            if (!fits_class(wanted, row->code) &&
                !is_in(refused_earlier, SW_COUNT(refused_earlier), file)) {
                fail_msg("%s: SW%04u is not %s", file, row->code, wanted);
            }
            bench_close(&bench);
            return 1;
        }
    }
    return 0;
}

static unsigned check_accepted(const char *file, const char *verdict, const char *wanted)
{
    for (size_t i = 0; i < SW_COUNT(accepted); i++) {
        if (strcmp(accepted[i].file, file) == 0) {
            struct bench bench = read_hostile(file);

            assert_string_not_equal(verdict, "reject");
            assert_non_null(bench.root);
            assert_int_equal(sw_diags_count(bench.diags), accepted[i].warning == 0 ? 0 : 1);
            assert_int_equal(strcmp(wanted, "warn") == 0, accepted[i].warning != 0);
            if (accepted[i].warning != 0) {
                assert_int_equal(sw_diags_at(bench.diags, 0)->code, accepted[i].warning);
            }
            bench_close(&bench);
            return 1;
        }
    }
    return 0;
}

/* They must be read without a finding, or the typed layers could not speak of them. */
static unsigned check_other_layer(const char *file, const char *wanted)
{
    for (size_t i = 0; i < SW_COUNT(other_layers); i++) {
        if (strcmp(other_layers[i].file, file) == 0) {
            struct bench bench = read_hostile(file);

            assert_string_equal(other_layers[i].classes, wanted);
            assert_non_null(bench.root);
            assert_int_equal(sw_diags_count(bench.diags), 0);
            bench_close(&bench);
            return 1;
        }
    }
    return 0;
}

static void every_hostile_file_gets_its_verdict_and_its_place(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf list = {0};
    unsigned rows = 0;

    bench_load(HOSTILE "EXPECTED.tsv", &list);
    for (char *line = strchr(list.bytes, '\n'); line != NULL && line[1] != '\0';) {
        char *file = line + 1;
        char *verdict = strchr(file, '\t');
        char *wanted = strchr(verdict + 1, '\t');
        char *bytes = strchr(wanted + 1, '\t');

        *verdict = *wanted = *bytes = '\0';
        unsigned tables = check_refused(file, verdict + 1, wanted + 1) +
                          check_accepted(file, verdict + 1, wanted + 1) +
                          check_other_layer(file, wanted + 1) +
                          (is_in(made, SW_COUNT(made), file) ? 1 : 0);

        if (tables != 1) {
            fail_msg("%s stands in %u tables", file, tables);
        }
        rows++;
        line = strchr(bytes + 1, '\n');
    }
    assert_int_equal(rows, SW_COUNT(refused) + SW_COUNT(accepted) + SW_COUNT(other_layers) +
                               SW_COUNT(made));
}

static void text_that_other_parsers_read_as_numbers_or_booleans_stays_as_written(void **state)
{
    (void)state;
    struct bench bench = read_hostile("n01-norway.yaml");
    const struct sw_node *vars = sw_node_get(bench.root, "vars");

    assert_string_equal(sw_node_get(vars, "country")->text, "NO");
    assert_string_equal(sw_node_get(vars, "b")->text, "no");
    bench_close(&bench);

    bench = read_hostile("n15-int-precision.yaml");
    assert_string_equal(sw_node_get(sw_node_get(bench.root, "vars"), "size")->text,
                        "9007199254740993");
    bench_close(&bench);

    bench = read_hostile("n25-guid-e.yaml");
    assert_string_equal(sw_node_get(sw_node_get(bench.root, "vars"), "tenant")->text, "0e123456");
    bench_close(&bench);
}

static void a_byte_order_mark_does_not_become_part_of_the_first_key(void **state)
{
    (void)state;
    struct bench bench = read_hostile("e01-bom-utf8.yaml");

    assert_string_equal(bench.root->keys[0]->text, "runbook");
    assert_int_equal(bench.root->keys[0]->mark.column, 1);
    bench_close(&bench);
}

static void fill(struct sw_buf *buf, char c, size_t count)
{
    char block[4096];

    memset(block, c, sizeof block);
    for (; count > 0; count -= count < sizeof block ? count : sizeof block) {
        sw_buf_add(buf, block, count < sizeof block ? count : sizeof block);
    }
}

static void refuses_made(const struct sw_buf *buf, unsigned code, uint32_t line, uint32_t column)
{
    struct bench bench = bench_read_bytes(buf->bytes, buf->length);

    assert_false(buf->is_over);
    assert_null(bench.root);
    assert_true(bench_has(&bench, code, line, column));
    bench_close(&bench);
}

static void a_file_over_one_mebibyte_is_refused_where_it_becomes_too_long(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf = {0};

    sw_buf_init(&buf, 8u << 20);
    sw_buf_add_text(&buf, "name: a\n#");
    fill(&buf, 'x', 2u << 20);
    refuses_made(&buf, 110, 2, (1u << 20) - 8 + 1);

    sw_buf_clear(&buf);
    sw_buf_add_text(&buf, "name: ");
    fill(&buf, 'x', 4u << 20);
    refuses_made(&buf, 110, 1, (1u << 20) + 1);

    sw_buf_clear(&buf);
    for (unsigned i = 0; i < 100000; i++) {
        sw_buf_addf(&buf, "k%u: %u\n", i, i);
    }
    refuses_made(&buf, 110, 76486, 7);
}

static void a_file_of_one_mebibyte_is_read(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf = {0};

    sw_buf_init(&buf, 8u << 20);
    sw_buf_add_text(&buf, "name: a\n#");
    fill(&buf, 'x', (1u << 20) - 10);
    sw_buf_add_char(&buf, '\n');
    struct bench bench = bench_read_bytes(buf.bytes, buf.length);

    assert_int_equal(buf.length, 1u << 20);
    assert_non_null(bench.root);
    bench_close(&bench);
}

static void the_node_after_the_hundred_thousandth_is_refused(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf = {0};

    /* The root, one key and its list are three nodes. */
    sw_buf_init(&buf, 8u << 20);
    sw_buf_add_text(&buf, "a:\n");
    for (unsigned i = 3; i < 100000; i++) {
        sw_buf_add_text(&buf, " - b\n");
    }
    struct bench bench = bench_read_bytes(buf.bytes, buf.length);

    assert_non_null(bench.root);
    assert_int_equal(sw_node_get(bench.root, "a")->count, 99997);
    bench_close(&bench);
    sw_buf_add_text(&buf, " - c\n");
    refuses_made(&buf, 112, 99999, 4);
}

static void a_text_may_have_64_kibibytes_and_no_more(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf = {0};

    sw_buf_init(&buf, 8u << 20);
    sw_buf_add_text(&buf, "a: ");
    fill(&buf, 'x', 64u << 10);
    struct bench bench = bench_read_bytes(buf.bytes, buf.length);

    assert_non_null(bench.root);
    bench_close(&bench);
    fill(&buf, 'x', 1);
    refuses_made(&buf, 113, 1, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hostile_file_gets_its_verdict_and_its_place),
        cmocka_unit_test(text_that_other_parsers_read_as_numbers_or_booleans_stays_as_written),
        cmocka_unit_test(a_byte_order_mark_does_not_become_part_of_the_first_key),
        cmocka_unit_test(a_file_over_one_mebibyte_is_refused_where_it_becomes_too_long),
        cmocka_unit_test(a_file_of_one_mebibyte_is_read),
        cmocka_unit_test(the_node_after_the_hundred_thousandth_is_refused),
        cmocka_unit_test(a_text_may_have_64_kibibytes_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
