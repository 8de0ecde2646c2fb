#include "support/demo_load.h"

#include "base/file.h"
#include "lang/bundle.h"
#include "support/pack_demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES_MAX (1024 * 1024)

/* Further files stand in the same text, each behind a line "=== NAME". */
static bool find_in_text(void *context, const struct sw_source *from, const char *reference,
                         enum sw_part_kind kind, struct sw_arena *arena,
                         struct sw_source *ret_source, struct sw_error *err)
{
    const char *head = sw_format(arena, "\n=== %s\n", reference);
    const char *at = strstr(context, head);

    (void)from;
    (void)kind;
    if (at == NULL) {
        return sw_fail(err, SW_E_NOT_FOUND, "there is no file %s", reference);
    }
    at += strlen(head);

    const char *end = strstr(at, "\n=== ");
    size_t length = end == NULL ? strlen(at) : (size_t)(end - at) + 1;

    sw_source_from_text(arena, reference, at, length, ret_source);
    return true;
}

struct loaded *load_text_in(const char *text, const struct sw_registry *registry)
{
    struct loaded *loaded = sw_heap(sizeof *loaded);
    const char *end = strstr(text, "\n=== ");

    loaded->arena = sw_arena_new();
    loaded->diags = sw_diags_new();

    struct sw_finder *finder = sw_alloc(loaded->arena, sizeof *finder);

    *finder =
        (struct sw_finder){.context = sw_copy_text(loaded->arena, text), .find = find_in_text};
    sw_source_from_text(loaded->arena, "shelf.yaml", text,
                        end == NULL ? strlen(text) : (size_t)(end - text) + 1, &loaded->source);
    loaded->book = sw_runbook_load_bundle(sw_bundle_new(loaded->arena, &loaded->source, finder),
                                          registry, loaded->arena, loaded->diags);
    sw_diags_sort(loaded->diags);
    return loaded;
}

struct loaded *load_text(const char *text)
{
    return load_text_in(text, &demo_registry);
}

static void change(struct sw_buf *text, const struct change *change)
{
    const char *at = strstr(text->bytes, change->old);

    if (at == NULL) {
        fprintf(stderr, "the demo runbook does not hold: %s\n", change->old);
        abort();
    }
    size_t before = (size_t)(at - text->bytes);
    struct sw_buf changed;
    sw_buf_init(&changed, TEXT_BYTES_MAX);
    sw_buf_add(&changed, text->bytes, before);
    sw_buf_add_text(&changed, change->new_text);
    sw_buf_add_text(&changed, at + strlen(change->old));
    sw_buf_release(text);
    *text = changed;
}

struct loaded *load_file_in(const char *name, const struct sw_registry *registry,
                            const struct change *changes, size_t count)
{
    struct sw_error err = {0};
    char path[512];
    struct sw_buf text;

    snprintf(path, sizeof path, "%s/tests/data/lang/%s", SW_SOURCE_DIR, name);
    sw_buf_init(&text, TEXT_BYTES_MAX);
    if (!sw_file_read(path, &text, &err)) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    for (size_t i = 0; i < count; i++) {
        change(&text, &changes[i]);
    }
    struct loaded *loaded = load_text_in(text.bytes, registry);
    sw_buf_release(&text);
    return loaded;
}

struct loaded *load_changed(const struct change *changes, size_t count)
{
    return load_file_in("shelf.yaml", &demo_registry, changes, count);
}

struct loaded *load_with(const char *old, const char *new_text)
{
    struct change one = {old, new_text};

    return load_changed(&one, 1);
}

void loaded_free_at(struct loaded **loaded)
{
    if (*loaded != NULL) {
        sw_diags_free((*loaded)->diags);
        sw_arena_free((*loaded)->arena);
        free(*loaded);
    }
    *loaded = NULL;
}

const struct sw_diag *finding(const struct loaded *loaded, unsigned code, size_t nth)
{
    for (size_t i = 0; i < sw_diags_count(loaded->diags); i++) {
        const struct sw_diag *diag = sw_diags_at(loaded->diags, i);
        if (diag->code == code && nth-- == 0) {
            return diag;
        }
    }
    return NULL;
}

bool has_note(const struct sw_diag *diag, const char *text)
{
    for (size_t i = 0; i < diag->note_count; i++) {
        if (strstr(diag->notes[i].text, text) != NULL) {
            return true;
        }
    }
    return false;
}

bool print_findings(const struct loaded *loaded)
{
    for (size_t i = 0; i < sw_diags_count(loaded->diags); i++) {
        const struct sw_diag *diag = sw_diags_at(loaded->diags, i);
        fprintf(stderr, "%u:%u SW%04u %s\n", diag->mark.line, diag->mark.column, diag->code,
                diag->text);
        for (size_t n = 0; n < diag->note_count; n++) {
            fprintf(stderr, "    %s\n", diag->notes[n].text);
        }
    }
    return false;
}

static bool is_found(const struct mistake *mistake)
{
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_with(mistake->old, mistake->new_text);

    for (size_t i = 0; i < sw_diags_count(loaded->diags); i++) {
        const struct sw_diag *diag = sw_diags_at(loaded->diags, i);
        if (diag->code == mistake->code && diag->mark.line == mistake->line &&
            diag->mark.column == mistake->column &&
            sw_diags_count(loaded->diags) == mistake->count &&
            (loaded->book == NULL) == (diag->severity == SW_ERROR)) {
            return true;
        }
    }
    fprintf(stderr, "wanted %u:%u SW%04u of %zu for: %s\n", mistake->line, mistake->column,
            mistake->code, mistake->count, mistake->new_text);
    return print_findings(loaded);
}

size_t wrong_findings(const struct mistake *mistakes, size_t count)
{
    size_t wrong = 0;

    for (size_t i = 0; i < count; i++) {
        wrong += is_found(&mistakes[i]) ? 0 : 1;
    }
    return wrong;
}
