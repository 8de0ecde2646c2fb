/** @file Any bytes as a variant, and behind a line `=== base` as its base: one sound runbook whose
 * resolved text says the same and which differs from itself in nothing, or findings with places. */
#include "base/text.h"
#include "cli/wire.h"
#include "lang/bundle.h"
#include "lang/codes.h"
#include "lang/diff.h"
#include "lang/node_edit.h"
#include "sdk/diag.h"
#include "ui/resolved.h"

#include <string.h>

#define SEPARATOR "=== base\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool find(void *context, const struct sw_source *from, const char *reference,
                 enum sw_part_kind kind, struct sw_arena *arena, struct sw_source *ret_source,
                 struct sw_error *err)
{
    const struct sw_source *base = context;

    (void)from;
    (void)arena;
    if (kind != SW_PART_RUNBOOK || !sw_text_is(reference, "base")) {
        return sw_fail(err, SW_E_NOT_FOUND, "only `base` is here");
    }
    *ret_source = *base;
    return true;
}

/* Each finding stands in one of the two files. */
static void check_places(const struct sw_diags *diags, const struct sw_source *own,
                         const struct sw_source *base)
{
    for (size_t i = 0; i < sw_diags_count(diags); i++) {
        const struct sw_diag *diag = sw_diags_at(diags, i);
        const struct sw_source *in = sw_text_is(diag->mark.file, base->name) ? base : own;

        sw_require(sw_text_is(diag->mark.file, in->name));
        sw_require(diag->mark.line >= 1 && diag->mark.line <= in->line_count);
        sw_require(sw_code_doc(diag->code) != NULL && diag->text[0] != '\0');
    }
}

/* A name that begins with `x-` is the author's own; the resolved text leaves it out. */
static bool is_same(const struct sw_runbook *a, const struct sw_runbook *b)
{
    return sw_node_equal(sw_node_get(a->root, "steps"), sw_node_get(b->root, "steps")) &&
           sw_node_equal(sw_node_get(a->root, "require"), sw_node_get(b->root, "require")) &&
           sw_node_equal(sw_node_get(a->root, "params"), sw_node_get(b->root, "params")) &&
           sw_node_equal(sw_node_get(a->root, "facts"), sw_node_get(b->root, "facts"));
}

static void check_sound(const struct sw_runbook *book, struct sw_arena *arena)
{
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    SW_CLEANUP(sw_buf_release) struct sw_buf out;
    struct sw_source source;
    struct sw_diff diff;

    sw_buf_init(&out, (size_t)64 * 1024 * 1024);
    sw_resolved_yaml(&out, book);
    sw_source_from_text(arena, "resolved", out.bytes, out.length, &source);

    /* What is told beside each line can make it larger than a file may be. */
    const struct sw_runbook *again = sw_runbook_load(&source, book->registry, arena, diags);

    sw_require(again == NULL ? out.length > (size_t)1024 * 1024 : is_same(book, again));
    sw_diff_runbooks(book, book, arena, &diff);
    sw_require(diff.count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    const char *text = sw_copy(arena, size == 0 ? "" : (const char *)data, size);
    const char *split = strstr(text, SEPARATOR);
    size_t length = split == NULL ? size : (size_t)(split - text);
    size_t behind = split == NULL ? size : length + strlen(SEPARATOR);
    struct sw_source own, base;
    struct sw_finder finder = {.context = &base, .find = find};

    sw_source_from_text(arena, "own", text, length, &own);
    sw_source_from_text(arena, "base", text + behind, size - behind, &base);

    const struct sw_runbook *book = sw_runbook_load_bundle(sw_bundle_new(arena, &own, &finder),
                                                           sw_wire_registry(), arena, diags);

    sw_require((book == NULL) == (sw_diags_error_count(diags) > 0));
    check_places(diags, &own, &base);
    if (book != NULL) {
        check_sound(book, arena);
    }
    return 0;
}
