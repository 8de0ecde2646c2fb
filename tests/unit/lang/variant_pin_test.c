/* Pinning changes two values and nothing else. */
#include "lang/variant_pin.h"

#include "lang/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *before, *after;
} cases[] = {
    /* Braces would be wider than a line: as `fmt` lays it out. */
    {"extends: { runbook: a/b }\n",
     "extends:\n  runbook: a/b\n  version: 1.2.3\n  digest: 'sha256:ff'\n"},
    {"extends: { runbook: 'a/b', digest: 'sha256:00', version: 0.1.0 } # why\n",
     "extends:\n  runbook: 'a/b'\n  version: 1.2.3\n  digest: 'sha256:ff' # why\n"},
    {"extends: { version: 0.1.0, runbook: a/b }\n",
     "extends:\n  runbook: a/b\n  version: 1.2.3\n  digest: 'sha256:ff'\n"},
    /* What is not known there stays where it is. */
    {"extends: { runbook: a/b, # why\n  version: 0.1.0 }\n",
     "extends: { runbook: a/b, # why\n  version: 1.2.3, digest: 'sha256:ff' }\n"},
    {"extends: { runbook: a/b, x-why: c }\n",
     "extends: { runbook: a/b, version: 1.2.3, digest: 'sha256:ff', x-why: c }\n"},
    {"extends:\n  runbook: a/b   # the vendor's\n\n# more\nx-a: 1\n",
     "extends:\n  runbook: a/b   # the vendor's\n  version: 1.2.3\n  digest: 'sha256:ff'\n\n# "
     "more\nx-a: 1\n"},
    {"extends:\r\n    runbook: 'a/b'\r\nx-a: 1\r\n",
     "extends:\r\n    runbook: 'a/b'\r\n    version: 1.2.3\r\n    digest: 'sha256:ff'\r\nx-a: "
     "1\r\n"},
    {"extends:\n  runbook: a/b",
     "extends:\n  runbook: a/b\n  version: 1.2.3\n  digest: 'sha256:ff'"},
    {"extends:\n  version: \"9\"\n  runbook: a/b\n",
     "extends:\n  version: 1.2.3\n  digest: 'sha256:ff'\n  runbook: a/b\n"},
};

static void only_the_two_values_change(void **state)
{
    (void)state;
    size_t wrong = 0;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
        struct sw_source source;
        const char *text = NULL;
        size_t length = 0;

        sw_source_from_text(arena, "v.yaml", cases[i].before, strlen(cases[i].before), &source);
        const struct sw_node *root = sw_yaml_read(&source, arena, diags);

        assert_non_null(root);
        assert_true(sw_variant_pin(&source, root, "1.2.3", "ff", arena, &text, &length));
        if (strcmp(text, cases[i].after) != 0 || length != strlen(text)) {
            fprintf(stderr, "wanted:\n%s\nhere:\n%s\n", cases[i].after, text);
            wrong++;
        }
        /* Again: it stays as it is. */
        struct sw_source again;
        const char *same = NULL;

        sw_source_from_text(arena, "v.yaml", text, length, &again);
        root = sw_yaml_read(&again, arena, diags);
        assert_non_null(root);
        assert_true(sw_variant_pin(&again, root, "1.2.3", "ff", arena, &same, &length));
        assert_string_equal(same, text);
    }
    assert_int_equal(wrong, 0);
}

static void what_extends_nothing_is_not_pinned(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    const char *texts[] = {"a: 1\n", "extends: a/b\n", "extends: { version: 1.0.0 }\n"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct sw_source source;
        const char *text = NULL;
        size_t length = 0;

        sw_source_from_text(arena, "v.yaml", texts[i], strlen(texts[i]), &source);
        assert_false(sw_variant_pin(&source, sw_yaml_read(&source, arena, diags), "1.0.0", "ff",
                                    arena, &text, &length));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_two_values_change),
        cmocka_unit_test(what_extends_nothing_is_not_pinned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
