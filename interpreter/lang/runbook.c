/** @file Loading a runbook, from text to proof; small questions about the model. */
#include "lang/runbook.h"

#include "base/limits.h"
#include "base/text.h"
#include "lang/bundle.h"
#include "lang/evidence.h"
#include "lang/runbook_load.h"
#include "lang/variant.h"

#include <string.h>

const char *sw_verb_name(enum sw_verb verb)
{
    switch (verb) {
    case SW_VERB_DO:
        return "do";
    case SW_VERB_READ:
        return "read";
    case SW_VERB_WAIT:
        return "wait";
    case SW_VERB_DECIDE:
        return "decide";
    case SW_VERB_BRANCH:
        return "branch";
    case SW_VERB_HOOK:
        return "hook";
    case SW_VERB_ASSERT:
        return "assert";
    case SW_VERB_CALL:
        return "call";
    case SW_VERB_END:
        return "end";
    }
    return "?";
}

size_t sw_runbook_step(const struct sw_runbook *runbook, const char *id)
{
    const struct sw_step *step = sw_map_get(runbook->step_ids, id);

    return step == NULL ? SW_NO_STEP : (size_t)(step - runbook->steps);
}

const struct sw_arrow *sw_step_arrow(const struct sw_step *step, const char *outcome)
{
    for (size_t i = 0; i < step->arrow_count; i++) {
        if (sw_text_is(step->arrows[i].outcome, outcome)) {
            return &step->arrows[i];
        }
    }
    return NULL;
}

/* PACK/NAME: parts as ids, with `-` allowed. */
static void check_name(struct sw_loader *loader, const struct sw_node *scalar)
{
    bool is_start = true;
    bool is_good = scalar->length <= SW_LIMIT_KEY_BYTES;

    for (const char *p = scalar->text; *p != '\0' && is_good; p++) {
        bool is_letter = *p >= 'a' && *p <= 'z';
        bool is_other = (*p >= '0' && *p <= '9') || *p == '_' || *p == '-' || *p == '/';
        is_good = is_letter || (!is_start && is_other);
        is_start = *p == '/';
    }
    if (!is_good || is_start) {
        struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 208, scalar->mark,
                                           "`%.80s` cannot be the name of a runbook", scalar->text);
        sw_diag_hint(loader->diags, diag,
                     "parts of small letters, digits, `_` and `-` with `/` between them: "
                     "storage/retire-server");
    }
}

static void load_head(struct sw_loader *loader)
{
    struct sw_runbook *book = loader->book;
    struct sw_frame *frame = loader->frame;
    const struct sw_node *root = loader->root;
    const struct sw_node *language = sw_load_scalar(root, "stepwise");
    const struct sw_node *name = sw_load_scalar(root, "name");
    const struct sw_node *version = sw_load_scalar(root, "version");
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    if (language != NULL && language->length > 0 && !sw_text_is(language->text, "1")) {
        struct sw_diag *diag =
            sw_diag_add(loader->diags, SW_ERROR, 210, language->mark,
                        "this is version 1 of the language, not `%.40s`", language->text);
        sw_diag_hint(loader->diags, diag, "write `stepwise: 1`");
    }
    if (name != NULL && name->length > 0) {
        check_name(loader, name);
    }
    if (version != NULL && version->length > 0 &&
        !sw_type_parse(&sw_type_version, version->text, loader->arena, &value, &err)) {
        sw_diag_add(loader->diags, SW_ERROR, 206, version->mark, "%s", err.text);
    }
    frame->name = name == NULL ? "" : name->text;
    frame->version = version == NULL ? "" : version->text;
    frame->title = sw_load_word(root, "title");
    if (loader->caller == NULL) {
        book->description = sw_load_word(root, "description");
        sw_load_duration(loader, sw_load_scalar(root, "timeout"), &book->timeout_ms);
    }
}

/** First look at one frame: enough to know every name, type and step of it. */
static void load_names(struct sw_loader *loader)
{
    sw_load_keys(loader, &sw_keys_top, loader->root, SW_ON_ALL, loader->root->mark);
    load_head(loader);
    sw_load_params(loader);
    sw_load_targets(loader);
    if (loader->caller != NULL) {
        sw_load_call_targets(loader);
    }
    sw_load_facts(loader);
    sw_load_steps(loader);
}

/** Second look: every text and condition. */
static void load_bodies(struct sw_loader *loader)
{
    const struct sw_frame *frame = loader->frame;

    sw_load_fact_inputs(loader);
    sw_load_requires(loader);
    for (size_t i = 0; i < frame->step_count; i++) {
        sw_load_body(loader, frame->first_step + i);
    }
    sw_load_outputs(loader);
}

/** What a run is given and told is that of the root. */
static void take_root(struct sw_runbook *book)
{
    const struct sw_frame *root = &book->frames[0];

    book->name = root->name;
    book->version = root->version;
    book->title = root->title;
    book->params = root->params;
    book->param_count = root->param_count;
    book->targets = root->targets;
    book->target_count = root->target_count;
    book->subject = root->subject;
    book->requires = root->requires;
    book->require_count = root->require_count;
    book->locks = root->locks;
    book->lock_count = root->lock_count;
}

static void load_all(struct sw_loader *root, size_t first_diag)
{
    struct sw_runbook *book = root->book;
    struct sw_loader **loaders = sw_load_frames(root);
    struct sw_flow *flow = NULL;

    for (size_t i = 0; i < book->frame_count; i++) {
        load_names(loaders[i]);
    }
    for (size_t i = 0; i < book->frame_count; i++) {
        const struct sw_frame *frame = loaders[i]->frame;

        for (size_t n = 0; n < frame->step_count; n++) {
            sw_load_arrows(loaders[i], frame->first_step + n);
        }
    }
    if (!*root->is_graph_broken) {
        flow = sw_flow_new(book, root->arena);
    }
    for (size_t i = book->frame_count; i-- > 0;) { /* what is called first: callers use its types */
        loaders[i]->flow = flow;
        load_bodies(loaders[i]);
    }
    take_root(book);
    for (size_t i = 0; i < book->frame_count; i++) {
        sw_load_check_targets(loaders[i]);
    }
    if (flow != NULL) {
        sw_flow_check(flow, root->diags);
        sw_evidence_check(book, root->diags);
    }
    sw_load_finish(loaders, first_diag);
}

bool sw_runbook_parts_ways(const struct sw_runbook *runbook, size_t from, size_t to)
{
    return runbook->frames[runbook->steps[from].frame].domain !=
           runbook->frames[runbook->steps[to].frame].domain;
}

bool sw_frame_is_within(const struct sw_runbook *runbook, size_t frame, size_t outer)
{
    while (frame != outer && frame != SW_NO_STEP) {
        frame = runbook->frames[frame].caller;
    }
    return outer != SW_NO_STEP && frame == outer;
}

bool sw_frame_is_irreversible(const struct sw_runbook *runbook, size_t frame)
{
    for (size_t i = 0; i < runbook->step_count; i++) {
        if (sw_step_is_irreversible(&runbook->steps[i]) &&
            sw_frame_is_within(runbook, runbook->steps[i].frame, frame)) {
            return true;
        }
    }
    return false;
}

struct sw_runbook *sw_runbook_load(const struct sw_source *source,
                                   const struct sw_registry *registry, struct sw_arena *arena,
                                   struct sw_diags *diags)
{
    return sw_runbook_load_bundle(sw_bundle_new(arena, source, NULL), registry, arena, diags);
}

struct sw_runbook *sw_runbook_load_bundle(struct sw_bundle *bundle,
                                          const struct sw_registry *registry,
                                          struct sw_arena *arena, struct sw_diags *diags)
{
    const struct sw_source *source = &sw_bundle_at(bundle, 0)->source;
    size_t errors_before = sw_diags_error_count(diags);
    size_t first = sw_diags_count(diags);
    struct sw_variant variant;

    if (!sw_variant_read(bundle, source, registry, arena, diags, &variant)) {
        return NULL;
    }
    const struct sw_node *root = variant.root;

    if (root->kind != SW_NODE_MAP) {
        struct sw_diag *diag = sw_diag_add(diags, SW_ERROR, 205, root->mark,
                                           "a runbook is a map of keys, and this is none");
        sw_diag_hint(diags, diag, "begin with `stepwise: 1`");
        return NULL;
    }
    struct sw_runbook *book = sw_alloc(arena, sizeof *book);
    bool is_graph_broken = false;
    struct sw_loader loader = {
        .source = source,
        .bundle = bundle,
        .registry = registry,
        .arena = arena,
        .diags = diags,
        .book = book,
        .root = root,
        .variant = &variant,
        .is_graph_broken = &is_graph_broken,
        .all_ids = sw_map_new(arena),
    };
    book->file = source->name;
    book->registry = registry;
    book->source = source;
    book->bundle = bundle;
    book->root = root;
    book->bases = variant.bases;
    book->base_count = variant.base_count;
    book->step_ids = loader.all_ids;
    load_all(&loader, first);
    sw_bundle_digest(bundle, book->digest);
    return sw_diags_error_count(diags) == errors_before ? book : NULL;
}
