/** @file From a variant and its bases to one tree. */
#include "lang/variant_internal.h"

#include "base/limits.h"
#include "base/text.h"
#include "lang/yaml.h"

#include <string.h>

#define DIGEST_PREFIX "sha256:"

/** A variant and those that are being made from it, outermost last. */
struct chain {
    const struct sw_source *source;
    const char *name;
    struct sw_mark mark; /**< of its `extends` */
    const struct chain *above;
};

static bool read_one(struct sw_bundle *bundle, const struct sw_source *source, struct sw_merge *m,
                     const struct chain *above);

static const char *name_of(const struct sw_node *root, const struct sw_source *source)
{
    const char *name = sw_load_word(root, "name");

    return name == NULL ? source->name : name;
}

/* ---- finding the base ---- */

static bool is_round(struct sw_merge *m, const struct sw_part *part, const struct chain *chain)
{
    size_t depth = 0;
    const struct chain *first = NULL;

    for (const struct chain *link = chain; link != NULL; link = link->above) {
        depth++;
        first = sw_text_is(link->source->name, part->source.name) ? link : first;
    }
    if (first == NULL && depth <= SW_LIMIT_BASES) {
        return false;
    }
    struct sw_diag *diag =
        first != NULL ? sw_diag_add(m->loader.diags, SW_ERROR, 602, chain->mark,
                                    "`%s` would extend itself", first->name)
                      : sw_diag_add(m->loader.diags, SW_ERROR, 602, chain->mark,
                                    "more than %d runbooks extend one another", SW_LIMIT_BASES);

    sw_diag_hint(m->loader.diags, diag, "a chain of variants ends in a runbook with steps");
    for (const struct chain *link = chain->above; link != NULL; link = link->above) {
        sw_diag_note(m->loader.diags, diag, link->mark, "`%s` extends it here", link->name);
    }
    return true;
}

static void check_pins(struct sw_merge *m, const struct sw_node *extends,
                       const struct sw_base *base)
{
    const struct sw_node *version = sw_load_scalar(extends, "version");
    const struct sw_node *digest = sw_load_scalar(extends, "digest");
    struct sw_diags *diags = m->loader.diags;
    struct sw_diag *diag = NULL;

    if (version != NULL && version->length > 0 && !sw_text_is(version->text, base->version)) {
        diag = sw_diag_add(diags, SW_ERROR, 604, version->mark,
                           "this was written for version %.40s of `%s`, but the base is %.40s",
                           version->text, base->name, base->version);
        sw_diag_hint(diags, diag,
                     "read what changed (stepwise diff), try the variant, then: stepwise pin FILE");
    }
    if (digest == NULL || digest->length == 0) {
        return;
    }
    bool has_prefix = sw_text_begins(digest->text, DIGEST_PREFIX);
    const char *hex = has_prefix ? digest->text + strlen(DIGEST_PREFIX) : digest->text;

    if (!has_prefix || strlen(hex) != SW_SHA256_HEX_BYTES - 1 ||
        strspn(hex, "0123456789abcdef") != SW_SHA256_HEX_BYTES - 1) {
        diag = sw_diag_add(diags, SW_ERROR, 605, digest->mark, "this is no digest");
        sw_diag_hint(diags, diag, "let `stepwise pin FILE` write it: 'sha256:' and 64 digits");
    } else if (!sw_text_is(hex, base->part->digest)) {
        diag = sw_diag_add(diags, SW_ERROR, 605, digest->mark,
                           "`%s` is not the file that was pinned: pinned sha256:%.12s..., there is "
                           "sha256:%.12s...",
                           base->part->source.name, hex, base->part->digest);
        sw_diag_hint(diags, diag,
                     "read what changed (stepwise diff), try the variant, then: stepwise pin FILE");
    }
}

static struct sw_node *read_base(struct sw_merge *m, const struct sw_source *source,
                                 const struct sw_node *root, const struct chain *above)
{
    const struct sw_node *extends = sw_load_map(root, "extends");
    const struct sw_node *word = extends == NULL ? NULL : sw_load_scalar(extends, "runbook");
    struct sw_variant *result = m->result;
    struct sw_error err = {0};
    struct sw_merge base = {.loader = m->loader, .bundle = m->bundle, .result = result};

    if (word == NULL || word->length == 0) {
        return NULL; /* said by the key check */
    }
    struct chain chain = {source, name_of(root, source), word->mark, above};
    const struct sw_part *part =
        sw_bundle_part(m->bundle, source, word->text, SW_PART_RUNBOOK, &err);

    if (part == NULL) {
        struct sw_diag *diag = sw_diag_add(m->loader.diags, SW_ERROR, 601, word->mark,
                                           "the base cannot be read: %s", err.text);
        sw_diag_hint(m->loader.diags, diag,
                     "name a runbook, or its file from this one: ../base.yaml");
        return NULL;
    }
    if (is_round(m, part, &chain)) {
        return NULL;
    }
    size_t number = result->base_count;

    result->bases =
        sw_grow(m->loader.arena, result->bases, number, &m->base_room, sizeof *result->bases);
    result->bases[result->base_count++] = (struct sw_base){.part = part,
                                                           .mark = word->mark,
                                                           .extended_by = chain.name,
                                                           .name = part->source.name,
                                                           .version = ""};
    base.base_room = m->base_room;
    base.weakening_room = m->weakening_room;
    base.removal_room = m->removal_room;

    bool is_read = read_one(m->bundle, &part->source, &base, &chain);

    m->base_room = base.base_room;
    m->weakening_room = base.weakening_room;
    m->removal_room = base.removal_room;
    if (!is_read) {
        return NULL;
    }
    struct sw_base *kept = &result->bases[number];
    const char *version = sw_load_word(base.root, "version");

    kept->name = name_of(base.root, &part->source);
    kept->version = version == NULL ? "" : version;
    check_pins(m, extends, kept);
    return base.root;
}

/* ---- sections beside `change` ---- */

static void replace(struct sw_merge *m, struct sw_node *own, const char *key)
{
    for (size_t i = 0; i < own->count; i++) {
        if (sw_text_is(own->keys[i]->text, key)) {
            sw_node_put(m->loader.arena, m->root, own->keys[i], own->items[i]);
        }
    }
}

/* `required` and `default` exclude each other; the variant's word takes the other one away. */
static void settle_preset(struct sw_node *param, const struct sw_node *own)
{
    if (sw_node_get(own, "default") != NULL && sw_node_get(own, "required") == NULL) {
        sw_node_drop(param, "required");
    }
    if (sw_node_get(own, "default") == NULL && sw_text_is(sw_load_word(own, "required"), "true")) {
        sw_node_drop(param, "default");
    }
}

static void merge_param(struct sw_merge *m, struct sw_node *params, struct sw_node *key,
                        struct sw_node *own)
{
    struct sw_node *param = sw_node_get(params, key->text);

    if (param == NULL || param->kind != SW_NODE_MAP || own->kind != SW_NODE_MAP) {
        sw_node_put(m->loader.arena, params, key, own);
        return;
    }
    struct sw_node *before = sw_node_clone(m->loader.arena, param);
    const char *owner = sw_format(m->loader.arena, "params.%s", key->text);

    settle_preset(param, own);
    for (size_t i = 0; i < own->count; i++) {
        sw_merge_touch(m, owner, own->keys[i]->text, own->keys[i]->mark);
        sw_node_put(m->loader.arena, param, own->keys[i], own->items[i]);
    }
    m->row = NULL;
    sw_merge_compare(m, owner, &sw_keys_param, before, param, true);
}

/* The map of a section in the base, made where it has none; NULL when either is no map. */
static struct sw_node *section(struct sw_merge *m, struct sw_node *own, const char *name)
{
    struct sw_node *from = sw_node_get(own, name);
    struct sw_node *to = sw_node_get(m->root, name);

    if (from == NULL || (to != NULL && to->kind != from->kind)) {
        return NULL;
    }
    if (to == NULL) {
        replace(m, own, name);
        return NULL;
    }
    return to;
}

static void merge_params(struct sw_merge *m, struct sw_node *own)
{
    struct sw_node *from = sw_node_get(own, "params");
    struct sw_node *to = section(m, own, "params");

    for (size_t i = 0; to != NULL && i < from->count; i++) {
        merge_param(m, to, from->keys[i], from->items[i]);
    }
}

/* What has a name in the base stays as it is: everything below was proven with it. */
static void add_names(struct sw_merge *m, struct sw_node *own, const char *name)
{
    struct sw_node *from = sw_node_get(own, name);
    struct sw_node *to = section(m, own, name);

    for (size_t i = 0; to != NULL && i < from->count; i++) {
        struct sw_node **slot = sw_node_slot(to, from->keys[i]->text);

        if (slot == NULL) {
            sw_node_put(m->loader.arena, to, from->keys[i], from->items[i]);
            continue;
        }
        struct sw_diag *diag =
            sw_diag_add(m->loader.diags, SW_ERROR, 603, from->keys[i]->mark,
                        "`%s` is in the `%s` of the base already", from->keys[i]->text, name);

        sw_diag_hint(m->loader.diags, diag,
                     sw_text_is(name, "facts")
                         ? "choose another name, or change it with { fact: NAME, set: { ... } }"
                         : "choose another name");
        sw_diag_note(m->loader.diags, diag, (*slot)->mark, "there");
    }
}

static void add_rows(struct sw_merge *m, struct sw_node *own, const char *name)
{
    struct sw_node *from = sw_node_get(own, name);
    struct sw_node *to = section(m, own, name);

    if (to != NULL && to->kind == SW_NODE_LIST) {
        sw_node_splice(m->loader.arena, to, to->count, from->items, from->count);
    }
}

static void apply(struct sw_merge *m, struct sw_node *own)
{
    static const char *const head[] = {"stepwise", "name",        "version",
                                       "title",    "description", "timeout"};
    struct sw_node *changes = sw_node_get(own, "change");

    for (size_t i = 0; i < SW_COUNT(head); i++) {
        replace(m, own, head[i]);
    }
    merge_params(m, own);
    add_names(m, own, "targets");
    add_names(m, own, "facts");
    add_rows(m, own, "lock");
    add_rows(m, own, "require");
    for (size_t i = 0; changes != NULL && changes->kind == SW_NODE_LIST && i < changes->count;
         i++) {
        if (sw_merge_steps(m) != NULL) {
            sw_merge_change(m, changes->items[i]);
        }
    }
}

static bool read_one(struct sw_bundle *bundle, const struct sw_source *source, struct sw_merge *m,
                     const struct chain *above)
{
    struct sw_node *own = sw_yaml_read(source, m->loader.arena, m->loader.diags);
    size_t errors = sw_diags_error_count(m->loader.diags);

    (void)bundle;
    m->root = own;
    if (own == NULL || own->kind != SW_NODE_MAP) {
        return own != NULL; /* said by who loads it */
    }
    if (sw_node_get(own, "extends") == NULL) {
        const struct sw_node *change = sw_node_get(own, "change");

        if (change != NULL) {
            struct sw_diag *diag = sw_diag_add(m->loader.diags, SW_ERROR, 603, change->mark,
                                               "`change` needs a base to change");
            sw_diag_hint(m->loader.diags, diag, "add: extends: { runbook: NAME }");
        }
        return change == NULL;
    }
    sw_load_keys(&m->loader, &sw_keys_variant, own, SW_ON_ALL, own->mark);
    const struct sw_node *extends = sw_load_map(own, "extends");

    if (extends != NULL) {
        sw_load_keys(&m->loader, &sw_keys_extends, extends, SW_ON_ALL, extends->mark);
    }
    m->root = read_base(m, source, own, above);
    if (m->root == NULL) {
        return false;
    }
    if (m->root->kind != SW_NODE_MAP) {
        sw_diag_add(m->loader.diags, SW_ERROR, 601, extends->mark, "the base is no runbook");
        return false;
    }
    apply(m, own);
    return errors == sw_diags_error_count(m->loader.diags);
}

bool sw_variant_read(struct sw_bundle *bundle, const struct sw_source *source,
                     const struct sw_registry *registry, struct sw_arena *arena,
                     struct sw_diags *diags, struct sw_variant *ret_variant)
{
    struct sw_variant result = {0};
    struct sw_merge merge = {
        .loader = {.registry = registry, .arena = arena, .diags = diags, .bundle = bundle},
        .bundle = bundle,
        .result = &result};
    size_t first = sw_diags_count(diags);
    bool is_read = read_one(bundle, source, &merge, NULL);

    result.root = is_read ? merge.root : NULL;
    if (!is_read) {
        sw_variant_explain(&result, diags, first);
    }
    *ret_variant = result;
    return is_read;
}

/* ---- who says so ---- */

static void add_chain(const struct sw_variant *variant, struct sw_diags *diags,
                      struct sw_diag *diag)
{
    const char *file = diag->mark.file;

    for (size_t i = variant->base_count; i > 0 && file != NULL; i--) {
        const struct sw_base *base = &variant->bases[i - 1];

        if (sw_text_is(base->part->source.name, file)) {
            sw_diag_note(diags, diag, base->mark, "`%s` extends it here", base->extended_by);
            file = base->mark.file;
        }
    }
}

/* A proof that lacks what a change took away: the change is what is wrong. */
static void point_at_removal(const struct sw_variant *variant, struct sw_diags *diags,
                             struct sw_diag *diag)
{
    for (size_t i = 0; i < variant->removal_count; i++) {
        const struct sw_removal *removal = &variant->removals[i];

        for (const char *const *name = removal->evidence; *name != NULL; name++) {
            if (strstr(diag->text, *name) != NULL) {
                struct sw_mark step = diag->mark;

                diag->mark = removal->mark;
                sw_diag_hint(diags, diag,
                             "keep `%s`, or insert another step that yields `%s`; no `weaken` "
                             "allows this",
                             removal->id, *name);
                sw_diag_note(diags, diag, step, "the step that cannot be undone");
                return;
            }
        }
    }
}

void sw_variant_explain(const struct sw_variant *variant, struct sw_diags *diags, size_t first)
{
    for (size_t i = first; variant->base_count > 0 && i < sw_diags_count(diags); i++) {
        struct sw_diag *diag = sw_diags_edit(diags, i);

        if (diag->code == 501) {
            point_at_removal(variant, diags, diag);
        }
        add_chain(variant, diags, diag);
    }
}
