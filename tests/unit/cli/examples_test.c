/* The example of every action is YAML that the checker takes, put into a runbook around it. */
#include "base/buf.h"
#include "base/text.h"
#include "cli/wire.h"
#include "lang/runbook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char top[] =
    "stepwise: 1\nname: test/example\nversion: 1.0.0\n"
    "params:\n  endpoint: { type: string, required: true }\n"
    "targets:\n  cloud: { kind: azure.sync_group }\n  server: { kind: windows.server }\n"
    "facts:\n";
static const char *const facts[] = {
    "endpoint: { read: azure.server_endpoint, target: cloud, with: { name: '${params.endpoint}' } "
    "}",
    "share: { read: azure.share, target: cloud }",
    "agent: { read: filesync.agent, target: server }",
};

static void add_lines(struct sw_buf *out, const char *const *lines, const char *indent)
{
    for (; *lines != NULL; lines++) {
        sw_buf_addf(out, "%s%s\n", indent, *lines);
    }
}

/* Steps that the arrows of the example lead to. */
static void add_ends(struct sw_buf *out, const char *const *lines)
{
    char known[4096] = " next max ";

    /* itself: "- id: NAME" */
    memcpy(known + strlen(known), *lines + 6, strlen(*lines + 6) + 1);
    memcpy(known + strlen(known), " ", 2);

    for (; *lines != NULL; lines++) {
        bool is_next = strstr(*lines, "next:") != NULL || strncmp(*lines, "       ", 7) == 0;

        for (const char *at = is_next ? strstr(*lines, ": ") : NULL; at != NULL;
             at = strstr(at + 1, ": ")) {
            size_t length = strspn(at + 2, "abcdefghijklmnopqrstuvwxyz_");
            char word[80];

            if (length == 0 || length > 60 || strlen(known) > 4000) {
                continue;
            }
            word[0] = ' ';
            memcpy(word + 1, at + 2, length);
            word[length + 1] = ' ';
            word[length + 2] = '\0';
            if (strstr(known, word) == NULL) {
                memcpy(known + strlen(known), word + 1, length + 2);
                word[length + 1] = '\0';
                sw_buf_addf(out, "  - { id: %s, end: failed }\n", word + 1);
            }
        }
    }
}

/* Facts that examples speak of, but for the one that is the example itself. */
static void add_facts(struct sw_buf *out, const char *example)
{
    for (size_t i = 0; i < SW_COUNT(facts); i++) {
        size_t length = strcspn(facts[i], ":") + 1;

        if (example == NULL || strncmp(example, facts[i], length) != 0) {
            sw_buf_addf(out, "  %s\n", facts[i]);
        }
    }
}

/* The runbook around an example; what the example is, its first line says. */
static void add_runbook(struct sw_buf *out, const char *const *example)
{
    bool is_step = strncmp(*example, "- ", 2) == 0;
    bool is_facts = sw_text_is(*example, "facts:");
    bool is_show = sw_text_is(*example, "show:");

    sw_buf_add_text(out, top);
    add_facts(out, is_step || is_show ? NULL : is_facts ? example[1] + 2 : *example);
    if (!is_step && !is_show) {
        add_lines(out, is_facts ? example + 1 : example, is_facts ? "" : "  ");
    }
    sw_buf_add_text(out, "subject: endpoint\nsteps:\n");
    if (is_step) {
        add_lines(out, example, "  ");
    }
    if (is_show) {
        sw_buf_add_text(out, "  - id: ask\n");
        add_lines(out, example, "    ");
        sw_buf_add_text(out, "    decide: { go: { label: Go on, next: end_of_it } }\n");
    }
    if (is_step) {
        add_ends(out, example);
    }
    sw_buf_add_text(out, "  - { id: end_of_it, end: done }\n");
}

/* Codes that speak of the runbook around the example: evidence, targets that are not compared,
 * steps that no path reaches. */
static bool is_around(const struct sw_diag *diag)
{
    return diag->severity == SW_WARNING || (diag->code >= 500 && diag->code < 600) ||
           diag->code == 406;
}

static void every_example_is_taken_by_the_checker(void **state)
{
    (void)state;
    size_t count = 0;

    for (const struct sw_pack *const *pack = sw_wire_registry()->packs; *pack != NULL; pack++) {
        const struct sw_action *const *action = (*pack)->actions;

        for (; action != NULL && *action != NULL; action++) {
            struct sw_arena *arena = sw_arena_new();
            struct sw_diags *diags = sw_diags_new();
            struct sw_source source;
            struct sw_buf text;

            assert_non_null((*action)->example);
            sw_buf_init(&text, 1u << 20);
            add_runbook(&text, (*action)->example);
            assert_non_null(strstr(text.bytes, (*action)->name));
            sw_source_from_text(arena, (*action)->name, text.bytes, text.length, &source);
            sw_runbook_load(&source, sw_wire_registry(), arena, diags);
            for (size_t i = 0; i < sw_diags_count(diags); i++) {
                const struct sw_diag *diag = sw_diags_at(diags, i);

                if (!is_around(diag)) {
                    print_error("%s:%u: SW%04u: %s\n%s\n", (*action)->name, diag->mark.line,
                                diag->code, diag->text, text.bytes);
                    fail();
                }
            }
            count++;
            sw_buf_release(&text);
            sw_diags_free(diags);
            sw_arena_free(arena);
        }
    }
    assert_true(count > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_is_taken_by_the_checker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
