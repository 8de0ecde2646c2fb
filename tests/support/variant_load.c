#include "support/variant_load.h"

#include "base/file.h"
#include "base/text.h"
#include "support/pack_demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES_MAX ((size_t)1024 * 1024)

static bool find(void *context, const struct sw_source *from, const char *reference,
                 enum sw_part_kind kind, struct sw_arena *arena, struct sw_source *ret_source,
                 struct sw_error *err)
{
    (void)from;
    (void)kind;
    if (sw_text_is(reference, "shelf")) {
        return sw_source_read(arena, SW_SOURCE_DIR "/tests/data/lang/shelf.yaml", TEXT_BYTES_MAX,
                              ret_source, err);
    }
    for (const struct shelf_file *file = context; file != NULL && file->name != NULL; file++) {
        if (sw_text_is(file->name, reference)) {
            sw_source_from_text(arena, file->name, file->text, strlen(file->text), ret_source);
            return true;
        }
    }
    return sw_fail(err, SW_E_NOT_FOUND, "'%s' is not on the shelf", reference);
}

struct loaded *variant_load(const char *text, const struct shelf_file *files)
{
    struct loaded *loaded = sw_heap(sizeof *loaded);

    loaded->arena = sw_arena_new();
    loaded->diags = sw_diags_new();

    struct sw_finder *finder = sw_alloc(loaded->arena, sizeof *finder);
    size_t count = 0;

    while (files != NULL && files[count].name != NULL) {
        count++;
    }
    struct shelf_file *copy = sw_alloc_array(loaded->arena, count + 1, sizeof *copy);

    for (size_t i = 0; i < count; i++) {
        copy[i] = files[i];
    }
    *finder = (struct sw_finder){.context = copy, .find = find};
    sw_source_from_text(loaded->arena, "variant.yaml", text, strlen(text), &loaded->source);
    loaded->book = sw_runbook_load_bundle(sw_bundle_new(loaded->arena, &loaded->source, finder),
                                          &demo_registry, loaded->arena, loaded->diags);
    sw_diags_sort(loaded->diags);
    return loaded;
}

struct loaded *variant_with(const char *rows)
{
    struct sw_arena *arena = sw_arena_new();
    struct loaded *loaded = variant_load(sw_format(arena,
                                                   "stepwise: 1\n"
                                                   "name: demo/variant\n"
                                                   "version: 2.0.0\n"
                                                   "extends: { runbook: shelf }\n"
                                                   "change:%s%s",
                                                   rows[0] == ' ' ? "\n" : " ", rows),
                                         NULL);

    sw_arena_free(arena);
    return loaded;
}

const struct sw_step *variant_step(const struct loaded *loaded, const char *id)
{
    size_t index = loaded->book == NULL ? SW_NO_STEP : sw_runbook_step(loaded->book, id);

    if (index == SW_NO_STEP) {
        print_findings(loaded);
        fprintf(stderr, "there is no step %s\n", id);
        abort();
    }
    return &loaded->book->steps[index];
}

bool leads(const struct loaded *loaded, const char *id, const char *outcome, const char *to)
{
    const struct sw_step *step = variant_step(loaded, id);
    size_t next = SW_NO_STEP;

    for (size_t i = 0; i < step->arrow_count; i++) {
        next = sw_text_is(step->arrows[i].outcome, outcome) ? step->arrows[i].next : next;
    }
    for (size_t i = 0; i < step->choice_count; i++) {
        next = sw_text_is(step->choices[i].name, outcome) ? step->choices[i].arrow.next : next;
    }
    if (sw_text_is(outcome, "if_lapsed") && step->has_if_lapsed) {
        next = step->if_lapsed.next;
    }
    bool is_there = next != SW_NO_STEP && sw_text_is(loaded->book->steps[next].id, to);

    if (!is_there) {
        fprintf(stderr, "%s: %s leads to %s\n", id, outcome,
                next == SW_NO_STEP ? "nowhere" : loaded->book->steps[next].id);
    }
    return is_there;
}
