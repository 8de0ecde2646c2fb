/* The formatter: examples, every file of the tree, and many made-up ones. */
#include "lang/fmt.h"

#include "base/buf.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct bench {
    struct sw_arena *arena;
    struct sw_diags *diags;
    struct sw_error err;
};

static struct bench bench_new(void)
{
    return (struct bench){.arena = sw_arena_new(), .diags = sw_diags_new()};
}

static void bench_free(struct bench *bench)
{
    sw_diags_free(bench->diags);
    sw_arena_free(bench->arena);
}

/* NULL: the file has errors. A result that would say something else fails the test. */
static const char *laid_out(struct bench *bench, const char *text, bool is_runbook)
{
    struct sw_source source;
    const char *out = NULL;
    size_t length = 0;

    sw_source_from_text(bench->arena, "t.yaml", text, strlen(text), &source);
    if (sw_fmt(&source, is_runbook ? &sw_keys_top : NULL, bench->arena, bench->diags, &out, &length,
               &bench->err)) {
        assert_int_equal(strlen(out), length);
        return out;
    }
    if (bench->err.code != SW_E_INPUT) {
        print_error("%s\n---\n%s---\n", bench->err.text, text);
    }
    assert_int_equal(bench->err.code, SW_E_INPUT);
    return NULL;
}

static void becomes(const char *text, const char *wanted)
{
    struct bench bench = bench_new();
    const char *out = laid_out(&bench, text, true);

    assert_non_null(out);
    assert_string_equal(out, wanted);
    assert_string_equal(laid_out(&bench, out, true), wanted);
    bench_free(&bench);
}

static void indentation_is_two_and_brackets_have_their_blanks(void **state)
{
    (void)state;
    becomes("params:\n    a: {type: int,default: 1}\n    b: [ x,y ]\nsteps:\n- id: a\n",
            "params:\n  a: { type: int, default: 1 }\n  b: [x, y]\nsteps:\n  - id: a\n");
}

static void keys_go_in_the_order_of_the_tables(void **state)
{
    (void)state;
    becomes("name: a/b\nstepwise: 1\nsteps:\n"
            "  - next: { some: y, none: x }\n    read: p.q\n    x-note: mine\n    id: a\n",
            "stepwise: 1\nname: a/b\nsteps:\n"
            "  - id: a\n    read: p.q\n    x-note: mine\n    next: { some: y, none: x }\n");
}

static void a_map_of_names_keeps_its_order(void **state)
{
    (void)state;
    becomes("facts:\n  z: { target: t, read: p.q }\n  a: { read: p.q }\n",
            "facts:\n  z: { read: p.q, target: t }\n  a: { read: p.q }\n");
}

static void comments_go_with_what_they_stand_at(void **state)
{
    (void)state;
    becomes("# The file.\n\n# The name.\nname: a/b # here\n# The version of the language.\n"
            "stepwise: 1\n# the end\n",
            "# The file.\n\n# The version of the language.\nstepwise: 1\n# The name.\n"
            "name: a/b  # here\n# the end\n");
}

static void a_comment_indented_deeper_than_what_follows_stays_below(void **state)
{
    (void)state;
    becomes("steps:\n  - id: a\n    do: b\n    # still of a\n  # of c\n  - id: c\n",
            "steps:\n  - id: a\n    do: b\n    # still of a\n  # of c\n  - id: c\n");
}

static void brackets_with_a_comment_in_them_are_opened(void **state)
{
    (void)state;
    becomes("params:\n  a: { type: int, # a count\n       default: 1 } # often\n",
            "params:\n  a:  # often\n    # a count\n    type: int\n    default: 1\n");
}

static void a_comment_never_comes_to_stand_behind_a_bare_condition(void **state)
{
    (void)state;
    becomes("steps:\n  - { when: a > 1, # why\n      id: a } # who\n",
            "steps:\n  # who\n  - id: a\n    # why\n    when: a > 1\n");
    becomes("steps:\n  - id: a\n    when: # why\n      a > 1\n",
            "steps:\n  - id: a\n    # why\n    when: a > 1\n");
}

static void comments_in_one_column_stay_in_one_column(void **state)
{
    (void)state;
    becomes("stepwise: 1            # a\nname: demo/longer      # b\nversion: 1 # c\n",
            "stepwise: 1        # a\nname: demo/longer  # b\nversion: 1  # c\n");
}

static void one_blank_line_is_kept_and_more_are_not(void **state)
{
    (void)state;
    becomes("\n\nstepwise: 1\n\n\n\nname: a/b\nsteps:\n\n  - id: a\n\n\n  - id: b\n\n",
            "stepwise: 1\n\nname: a/b\nsteps:\n  - id: a\n\n  - id: b\n");
}

static void long_brackets_are_opened(void **state)
{
    (void)state;
    becomes(
        "params:\n  a: { type: string, default: "
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaa }\n",
        "params:\n  a:\n    type: string\n    default: "
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaa\n");
}

static void block_text_moves_as_a_whole(void **state)
{
    (void)state;
    becomes("description: |\n      one\n        two\n\n      three\n\nname: a/b\n",
            "name: a/b\ndescription: |\n  one\n    two\n\n  three\n");
    becomes("x-a:\n   b: |2-\n       one\n      two\n   c: >+\n     keep\n\n\n   d: 1\n",
            "x-a:\n  b: |2-\n      one\n     two\n  c: >+\n    keep\n\n\n  d: 1\n");
}

static void text_over_lines_keeps_its_lines(void **state)
{
    (void)state;
    becomes("title: one\n     two\n\n     three # end\nname: 'a\n          b'\n",
            "name: 'a\n  b'\ntitle: one\n  two\n\n  three  # end\n");
}

static void a_document_mark_stays_first(void **state)
{
    (void)state;
    becomes("# head\n---\nname: a/b\nstepwise: 1\n", "# head\n---\nstepwise: 1\nname: a/b\n");
}

static void a_file_with_errors_is_not_laid_out(void **state)
{
    (void)state;
    struct bench bench = bench_new();

    assert_null(laid_out(&bench, "a: 1\na: 2\n", true));
    assert_int_equal(sw_diags_error_count(bench.diags), 1);
    bench_free(&bench);
}

/* ---- made-up files ---- */

struct maker {
    struct sw_buf out;
    uint64_t state;
    unsigned remarks;
};

static unsigned dice(struct maker *m, unsigned sides)
{
    m->state = m->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(m->state >> 33) % sides;
}

static void remark(struct maker *m)
{
    sw_buf_addf(&m->out, "# r%u of it: { [ 'x", m->remarks++);
}

/* The end of a line, perhaps with a comment, and perhaps lines of comments behind it. */
static void end_line(struct maker *m, bool may_have_remark)
{
    if (may_have_remark && dice(m, 5) == 0) {
        sw_buf_addf(&m->out, "%*s", (int)dice(m, 4) + 1, "");
        remark(m);
    }
    sw_buf_add_text(&m->out, dice(m, 9) == 0 ? "  \n" : "\n");
    while (dice(m, 6) == 0) {
        if (dice(m, 3) == 0) {
            sw_buf_add_text(&m->out, "\n");
        } else {
            sw_buf_addf(&m->out, "%*s", (int)dice(m, 9), "");
            remark(m);
            sw_buf_add_text(&m->out, "\n");
        }
    }
}

static const char *word(struct maker *m)
{
    static const char *const words[] = {
        "a",
        "steps.x.y",
        "'it''s # no remark'",
        "\"x\\ty \\\"#\"",
        "12",
        "D:\\x",
        "a - b",
        "x#y",
        "${params.a}",
        "'{ }'",
        "\"\"",
        "true",
        "a b c",
        "-1",
        "20%",
        "h\xc3\xa9",
        "''",
        "1h30m",
    };
    return words[dice(m, SW_COUNT(words))];
}

static const char *flow_word(struct maker *m)
{
    static const char *const words[] = {"a", "'b, c'", "\"}\"", "12", "a b", "x#y", "'# no'", "''"};

    return words[dice(m, SW_COUNT(words))];
}

static void key(struct maker *m, unsigned i, bool is_known)
{
    static const char *const keys[] = {"when", "id", "next", "title", "do", "x-a", "edge", "show"};

    if (is_known) {
        sw_buf_addf(&m->out, "%s", keys[(i * 3 + 1) % 8]);
    } else {
        const char *quote = dice(m, 4) == 0 ? "\"" : "";

        sw_buf_addf(&m->out, "%sk%u%s", quote, i, quote);
    }
}

/* White space among brackets: sometimes a line, sometimes with a comment. */
static void flow_space(struct maker *m, unsigned indent)
{
    unsigned what = dice(m, 12);

    if (what == 0) {
        sw_buf_addf(&m->out, "\n%*s", (int)indent, "");
    } else if (what == 1) {
        sw_buf_add_text(&m->out, " ");
        remark(m);
        sw_buf_addf(&m->out, "\n%*s", (int)indent, "");
    } else {
        sw_buf_addf(&m->out, "%*s", (int)dice(m, 3), "");
    }
}

static void flow(struct maker *m, unsigned indent, unsigned depth)
{
    bool is_map = dice(m, 2) == 0;
    unsigned count = dice(m, 4);

    sw_buf_add_text(&m->out, is_map ? "{" : "[");
    for (unsigned i = 0; i < count; i++) {
        flow_space(m, indent);
        if (is_map) {
            key(m, i, dice(m, 2) == 0);
            sw_buf_add_text(&m->out, ": ");
        }
        if (depth < 3 && dice(m, 4) == 0) {
            flow(m, indent, depth + 1);
        } else {
            sw_buf_add_text(&m->out, flow_word(m));
        }
        flow_space(m, indent);
        sw_buf_add_text(&m->out, i + 1 < count ? "," : "");
    }
    flow_space(m, indent);
    sw_buf_add_text(&m->out, is_map ? "}" : "]");
}

static void block_text(struct maker *m, unsigned indent)
{
    static const char *const headers[] = {"|", ">", "|-", ">-", "|+"};
    unsigned step = 1 + dice(m, 4);

    sw_buf_addf(&m->out, "%s\n", headers[dice(m, SW_COUNT(headers))]);
    for (unsigned i = 0; i < 1 + dice(m, 3); i++) {
        sw_buf_addf(&m->out, "%*s%s\n", (int)(indent + step + (i > 0 ? dice(m, 3) : 0)), "",
                    i % 2 == 0 ? "text # of it" : "- more: x");
        sw_buf_add_text(&m->out, dice(m, 3) == 0 ? "\n" : "");
    }
}

static void block(struct maker *m, unsigned indent, unsigned depth, bool is_map, bool is_begun);

/* What stands behind a key or a dash; ends the line. `indent`: of the key or the dash. */
static void value(struct maker *m, unsigned indent, unsigned depth, bool is_item)
{
    unsigned what = dice(m, 10);

    if (what < 2 && depth < 4) {
        unsigned deeper = indent + 1 + dice(m, 4);

        if (is_item && dice(m, 2) == 0) {
            sw_buf_add_text(&m->out, " ");
            block(m, indent + 2, depth + 1, dice(m, 4) != 0, true);
            return;
        }
        end_line(m, true);
        block(m, deeper, depth + 1, dice(m, 3) != 0, false);
    } else if (what < 5) {
        sw_buf_add_text(&m->out, " ");
        flow(m, indent + 2, 0);
        end_line(m, true);
    } else if (what == 5) {
        sw_buf_add_text(&m->out, " ");
        block_text(m, indent);
    } else if (what == 6) {
        sw_buf_addf(&m->out, " one\n%*stwo\n%s%*sthree", (int)indent + 3, "",
                    dice(m, 2) == 0 ? "\n" : "", (int)indent + 1, "");
        end_line(m, true);
    } else {
        sw_buf_addf(&m->out, " %s", word(m));
        end_line(m, true);
    }
}

static void block(struct maker *m, unsigned indent, unsigned depth, bool is_map, bool is_begun)
{
    unsigned count = 1 + dice(m, 4);
    bool is_known = dice(m, 2) == 0;

    for (unsigned i = 0; i < count; i++) {
        sw_buf_addf(&m->out, "%*s", is_begun && i == 0 ? 0 : (int)indent, "");
        if (is_map) {
            key(m, i, is_known);
            sw_buf_add_text(&m->out, ":");
        } else {
            sw_buf_add_text(&m->out, "-");
        }
        value(m, indent, depth, !is_map);
    }
}

static unsigned occurrences(const char *text, const char *word)
{
    unsigned count = 0;

    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        count++;
    }
    return count;
}

static void made_up_files_keep_every_comment_and_are_laid_out_once(void **state)
{
    (void)state;
    unsigned done = 0;

    for (uint64_t seed = 1; seed <= 5000; seed++) {
        struct maker m = {.state = seed * 77};
        struct bench bench = bench_new();

        sw_buf_init(&m.out, 1u << 20);
        end_line(&m, false);
        block(&m, 0, 0, true, false);
        const char *once = laid_out(&bench, m.out.bytes, seed % 2 == 0);

        if (once != NULL) {
            const char *twice = laid_out(&bench, once, seed % 2 == 0);

            done++;
            assert_non_null(twice);
            if (!sw_text_is(once, twice)) {
                print_error("--- seed %u\n%s--- once\n%s--- twice\n%s", (unsigned)seed, m.out.bytes,
                            once, twice);
            }
            assert_string_equal(once, twice);
            for (unsigned i = 0; i < m.remarks; i++) {
                char name[32];

                snprintf(name, sizeof name, "# r%u of it: { [ 'x\n", i);
                assert_int_equal(occurrences(once, name), 1);
            }
        }
        sw_buf_release(&m.out);
        bench_free(&bench);
    }
    print_message("%u files were laid out\n", done);
    assert_true(done == 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indentation_is_two_and_brackets_have_their_blanks),
        cmocka_unit_test(keys_go_in_the_order_of_the_tables),
        cmocka_unit_test(a_map_of_names_keeps_its_order),
        cmocka_unit_test(comments_go_with_what_they_stand_at),
        cmocka_unit_test(a_comment_indented_deeper_than_what_follows_stays_below),
        cmocka_unit_test(brackets_with_a_comment_in_them_are_opened),
        cmocka_unit_test(a_comment_never_comes_to_stand_behind_a_bare_condition),
        cmocka_unit_test(comments_in_one_column_stay_in_one_column),
        cmocka_unit_test(one_blank_line_is_kept_and_more_are_not),
        cmocka_unit_test(long_brackets_are_opened),
        cmocka_unit_test(block_text_moves_as_a_whole),
        cmocka_unit_test(text_over_lines_keeps_its_lines),
        cmocka_unit_test(a_document_mark_stays_first),
        cmocka_unit_test(a_file_with_errors_is_not_laid_out),
        cmocka_unit_test(made_up_files_keep_every_comment_and_are_laid_out_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
