/** @file Any bytes as a variant, behind a line `=== base` as its base and behind a line `===
 * called` as a runbook that either may call: one sound runbook whose resolved text says the same
 * and which differs from itself in nothing, and whose bundle comes back from the journal as it was;
 * or findings with places. */
#include "base/text.h"
#include "cli/wire.h"
#include "lang/bundle.h"
#include "lang/codes.h"
#include "lang/diff.h"
#include "lang/node_edit.h"
#include "sdk/diag.h"
#include "ui/resolved.h"

#include <string.h>

enum { OWN, BASE, CALLED, FILES };

static const char *const separators[FILES] = {"", "=== base\n", "=== called\n"};
static const char *const names[FILES] = {"own", "base", "called"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool find(void *context, const struct sw_source *from, const char *reference,
                 enum sw_part_kind kind, struct sw_arena *arena, struct sw_source *ret_source,
                 struct sw_error *err)
{
    const struct sw_source *sources = context;

    (void)from;
    (void)arena;
    for (size_t i = 0; i < FILES && kind == SW_PART_RUNBOOK; i++) {
        if (sw_text_is(reference, names[i])) {
            *ret_source = sources[i];
            return true;
        }
    }
    return sw_fail(err, SW_E_NOT_FOUND, "only `own`, `base` and `called` are here");
}

/* Each finding stands in one of the files. */
static void check_places(const struct sw_diags *diags, const struct sw_source *sources)
{
    for (size_t i = 0; i < sw_diags_count(diags); i++) {
        const struct sw_diag *diag = sw_diags_at(diags, i);
        const struct sw_source *in = NULL;

        for (size_t n = 0; n < FILES; n++) {
            in = sw_text_is(diag->mark.file, names[n]) ? &sources[n] : in;
        }
        sw_require(in != NULL);
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

/* What a journal keeps loads again, with the same digest, without any file. */
static void check_kept(const struct sw_runbook *book, struct sw_arena *arena)
{
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    SW_CLEANUP(sw_buf_release) struct sw_buf out;
    struct sw_bundle *kept = NULL;
    struct sw_error err = {0};

    sw_buf_init(&out, (size_t)64 * 1024 * 1024);
    sw_require(sw_bundle_write(book->bundle, &out, &err));
    sw_require(sw_bundle_read(arena, "own", out.bytes, &kept, &err));

    const struct sw_runbook *again = sw_runbook_load_bundle(kept, book->registry, arena, diags);

    sw_require(again != NULL && sw_text_is(again->digest, book->digest));
    sw_require(again->step_count == book->step_count && is_same(book, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    const char *text = sw_copy(arena, size == 0 ? "" : (const char *)data, size);
    const char *begin[FILES + 1] = {text, NULL, NULL, text + size};
    struct sw_source sources[FILES];
    struct sw_finder finder = {.context = sources, .find = find};

    for (size_t i = FILES - 1; i > OWN; i--) {
        begin[i] = strstr(text, separators[i]);
        begin[i] = begin[i] == NULL || begin[i] > begin[i + 1] ? begin[i + 1] : begin[i];
    }
    for (size_t i = OWN; i < FILES; i++) {
        size_t length = (size_t)(begin[i + 1] - begin[i]);
        size_t skipped = length < strlen(separators[i]) ? length : strlen(separators[i]);

        sw_source_from_text(arena, names[i], begin[i] + skipped, length - skipped, &sources[i]);
    }
    const struct sw_runbook *book = sw_runbook_load_bundle(
        sw_bundle_new(arena, &sources[OWN], &finder), sw_wire_registry(), arena, diags);

    sw_require((book == NULL) == (sw_diags_error_count(diags) > 0));
    check_places(diags, sources);
    if (book != NULL) {
        check_kept(book, arena);
        /* Alone the resolved text has nothing to call. */
        if (book->frame_count == 1) {
            check_sound(book, arena);
        }
    }
    return 0;
}
