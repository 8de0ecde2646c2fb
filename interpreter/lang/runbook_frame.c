/** @file The frames of a run: every runbook that is called, where it is called. */
#include "lang/runbook_load.h"

#include "base/limits.h"
#include "base/text.h"
#include "lang/variant.h"

#include <string.h>

/** What is found before anything is typed. */
struct finding {
    struct sw_loader *loaders[SW_LIMIT_FRAMES];
    size_t count;
    size_t steps, facts;
    struct sw_map *trees; /**< name of a source -> its struct sw_variant, read once */
};

/** The tree of a part; its root is NULL when its text is broken, which is said once. */
static const struct sw_variant *tree_of(struct finding *all, struct sw_loader *loader,
                                        const struct sw_part *part)
{
    struct sw_variant *tree = sw_map_get(all->trees, part->source.name);

    if (tree != NULL) {
        return tree;
    }
    tree = sw_alloc(loader->arena, sizeof *tree);
    if (!sw_variant_read(loader->bundle, &part->source, loader->registry, loader->arena,
                         loader->diags, tree)) {
        tree->root = NULL;
    } else if (tree->root->kind != SW_NODE_MAP) {
        struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 205, tree->root->mark,
                                           "a runbook is a map of keys, and this is none");
        sw_diag_hint(loader->diags, diag, "begin with `stepwise: 1`");
        tree->root = NULL;
    }
    sw_map_set(all->trees, part->source.name, tree);
    return tree;
}

static size_t depth_of(const struct sw_loader *loader)
{
    size_t depth = 0;

    for (; loader->caller != NULL; loader = loader->caller) {
        depth++;
    }
    return depth;
}

/** A runbook that calls itself, through others or not, would never end. */
static bool is_circle(struct sw_loader *loader, const struct sw_node *word,
                      const struct sw_part *part)
{
    for (const struct sw_loader *at = loader; at != NULL; at = at->caller) {
        if (!sw_text_is(at->source->name, part->source.name)) {
            continue;
        }
        struct sw_diag *diag =
            sw_diag_add(loader->diags, SW_ERROR, 421, word->mark,
                        at == loader ? "a runbook cannot call itself"
                                     : "this calls `%s` again, which has called it",
                        word->text);
        sw_diag_hint(loader->diags, diag, "a loop is an arrow back, with a `max`");
        return true;
    }
    return false;
}

static const struct sw_part *find_part(struct sw_loader *loader, const struct sw_node *word)
{
    struct sw_error err = {0};
    const struct sw_part *part = sw_bundle_part(loader->bundle, sw_load_source(loader, word->mark),
                                                word->text, SW_PART_RUNBOOK, &err);

    if (part == NULL) {
        sw_diag_add(loader->diags, SW_ERROR, 420, word->mark, "%s", err.text);
    }
    return part;
}

static bool has_room(struct finding *all, struct sw_loader *loader, const struct sw_node *word)
{
    if (depth_of(loader) == SW_LIMIT_CALL_DEPTH) {
        sw_diag_add(loader->diags, SW_ERROR, 422, word->mark,
                    "calls go at most %d deep; this would be one more", SW_LIMIT_CALL_DEPTH);
        return false;
    }
    if (all->count == SW_LIMIT_FRAMES || all->steps > SW_LIMIT_STEPS) {
        sw_diag_add(loader->diags, SW_ERROR, 422, word->mark,
                    "a run has at most %d calls and %d steps, with all that is called",
                    SW_LIMIT_FRAMES, SW_LIMIT_STEPS);
        return false;
    }
    return true;
}

static void add(struct finding *all, struct sw_loader *loader)
{
    const struct sw_node *steps = sw_load_list(loader->root, "steps");
    const struct sw_node *facts = sw_load_map(loader->root, "facts");

    all->loaders[all->count++] = loader;
    all->steps += steps == NULL ? 0 : steps->count;
    all->facts += facts == NULL ? 0 : facts->count;
}

static void find_called(struct finding *all, struct sw_loader *caller, const struct sw_node *step)
{
    const struct sw_node *word = step->kind == SW_NODE_MAP ? sw_load_scalar(step, "call") : NULL;
    const struct sw_part *part = NULL;
    const struct sw_variant *tree = NULL;

    if (word == NULL || word->length == 0 || strstr(word->text, "${") != NULL) {
        return; /* no call, or said by its keys */
    }
    part = find_part(caller, word);
    if (part == NULL || is_circle(caller, word, part) || !has_room(all, caller, word)) {
        *caller->is_graph_broken = true;
        return;
    }
    tree = tree_of(all, caller, part);
    if (tree->root == NULL) {
        *caller->is_graph_broken = true;
        return;
    }
    struct sw_loader *loader = sw_alloc(caller->arena, sizeof *loader);

    *loader = (struct sw_loader){
        .source = &part->source,
        .call = step,
        .caller = caller,
        .bundle = caller->bundle,
        .registry = caller->registry,
        .arena = caller->arena,
        .diags = caller->diags,
        .book = caller->book,
        .root = tree->root,
        .variant = tree,
        .is_graph_broken = caller->is_graph_broken,
        .all_ids = caller->all_ids,
    };
    add(all, loader);
}

/** Fill in the frame as far as it does not need its own text. */
static void place(struct sw_loader *loader, size_t index, size_t *step, size_t *fact)
{
    struct sw_runbook *book = loader->book;
    struct sw_frame *frame = &book->frames[index];
    const struct sw_node *steps = sw_load_list(loader->root, "steps");
    const struct sw_node *facts = sw_load_map(loader->root, "facts");
    const struct sw_node *id = loader->call == NULL ? NULL : sw_load_scalar(loader->call, "id");
    bool has_subject = sw_node_get(loader->root, "subject") != NULL;

    *frame = (struct sw_frame){
        .caller = SW_NO_STEP,
        .call = SW_NO_STEP,
        .domain = index,
        .prefix = "",
        .source = loader->source,
        .root = loader->root,
        .subject = SW_NO_STEP,
        .first_step = *step,
        .step_count = steps == NULL ? 0 : steps->count,
        .first_fact = *fact,
    };
    if (loader->caller != NULL) {
        const struct sw_frame *caller = loader->caller->frame;

        frame->caller = loader->caller->frame_index;
        frame->domain = has_subject ? index : caller->domain;
        frame->is_repeated = caller->is_repeated || sw_node_get(loader->call, "each") != NULL;
        frame->prefix =
            sw_format(loader->arena, "%s%s/", caller->prefix, id == NULL ? "?" : id->text);
    }
    *step += frame->step_count;
    *fact += facts == NULL ? 0 : facts->count;
    loader->frame = frame;
    loader->frame_index = index;
    loader->step_ids = sw_map_new(loader->arena);
    loader->param_names = sw_map_new(loader->arena);
    loader->target_names = sw_map_new(loader->arena);
    loader->fact_names = sw_map_new(loader->arena);
    loader->names = sw_check_names(loader);
}

static void make_steps(struct sw_runbook *book, size_t count, struct sw_arena *arena)
{
    book->step_count = count;
    book->steps = sw_alloc_array(arena, count + 1, sizeof *book->steps);
    for (size_t i = 0; i < count; i++) {
        book->steps[i] = (struct sw_step){.id = "?", .verb = SW_VERB_READ};
        book->steps[i].use.target = SW_NO_STEP;
    }
}

/** Each call step and the frame that it leads to. */
static void join(struct finding *all)
{
    for (size_t i = 1; i < all->count; i++) {
        struct sw_loader *loader = all->loaders[i];
        struct sw_frame *frame = loader->frame;
        const struct sw_node *list = sw_load_list(loader->caller->root, "steps");
        size_t at = 0;

        while (list->items[at] != loader->call) {
            at++;
        }
        frame->call = loader->caller->frame->first_step + at;

        struct sw_callee *callee = sw_alloc(loader->arena, sizeof *callee);

        callee->frame = i;
        for (size_t end = 0; end < SW_COUNT(callee->returns); end++) {
            callee->returns[end].next = SW_NO_STEP;
        }
        loader->book->steps[frame->call].callee = callee;
    }
}

struct sw_loader **sw_load_frames(struct sw_loader *root)
{
    struct finding all = {
        .trees = sw_map_new(root->arena),
    };
    struct sw_runbook *book = root->book;
    size_t step = 0;
    size_t fact = 0;

    add(&all, root);
    for (size_t i = 0; i < all.count; i++) {
        const struct sw_node *steps = sw_load_list(all.loaders[i]->root, "steps");

        for (size_t n = 0; steps != NULL && n < steps->count; n++) {
            find_called(&all, all.loaders[i], steps->items[n]);
        }
    }
    make_steps(book, all.steps, root->arena);
    book->facts = sw_alloc_array(root->arena, all.facts + 1, sizeof *book->facts);
    book->frames = sw_alloc_array(root->arena, all.count, sizeof *book->frames);
    book->frame_count = all.count;

    const struct sw_node **nodes =
        sw_alloc_array(root->arena, all.steps + 1, sizeof *root->step_nodes);
    struct sw_loader **loaders = sw_alloc_array(root->arena, all.count + 1, sizeof(void *));

    for (size_t i = 0; i < all.count; i++) {
        loaders[i] = all.loaders[i];
        loaders[i]->step_nodes = nodes;
        place(loaders[i], i, &step, &fact);
    }
    join(&all);
    book->fact_count = fact;
    return loaders;
}

static void note_callers(struct sw_loader *const *loaders, size_t first_diag)
{
    struct sw_diags *diags = loaders[0]->diags;

    for (size_t i = first_diag; i < sw_diags_count(diags); i++) {
        const struct sw_diag *diag = sw_diags_at(diags, i);

        for (size_t n = 1; n < loaders[0]->book->frame_count; n++) {
            const struct sw_loader *at = loaders[n];

            if (!sw_text_is(diag->mark.file, at->source->name) ||
                sw_text_is(diag->mark.file, loaders[0]->source->name)) {
                continue;
            }
            for (; at->caller != NULL; at = at->caller) {
                const struct sw_node *word = sw_load_scalar(at->call, "call");

                sw_diags_note_at(diags, i, word->mark, "called here, from `%s`",
                                 at->caller->frame->name);
            }
            break; /* one way that leads there is enough */
        }
    }
}

/** What a called variant weakens is weakened in the run. */
static void take_weakenings(struct sw_loader *const *loaders)
{
    struct sw_runbook *book = loaders[0]->book;
    struct sw_weakening *all = NULL;
    size_t count = 0;

    for (size_t i = 0; i < book->frame_count; i++) {
        count += loaders[i]->variant->weakening_count;
    }
    all = sw_alloc_array(loaders[0]->arena, count + 1, sizeof *all);
    count = 0;
    for (size_t i = 0; i < book->frame_count; i++) {
        const struct sw_variant *variant = loaders[i]->variant;

        for (size_t n = 0; n < variant->weakening_count; n++) {
            all[count] = variant->weakenings[n];
            all[count].owner =
                sw_format(loaders[0]->arena, "%s%s", loaders[i]->frame->prefix, all[count].owner);
            count++;
        }
    }
    book->weakenings = all;
    book->weakening_count = count;
}

void sw_load_finish(struct sw_loader *const *loaders, size_t first_diag)
{
    for (size_t i = 0; i < loaders[0]->book->frame_count; i++) {
        size_t first = 0;

        while (loaders[first]->variant != loaders[i]->variant) {
            first++;
        }
        if (first == i) { /* once, however often it is called */
            sw_variant_explain(loaders[i]->variant, loaders[i]->diags, first_diag);
        }
    }
    take_weakenings(loaders);
    note_callers(loaders, first_diag);
}
