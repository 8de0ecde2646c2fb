/** @file Hooks: a Lua file becomes an action of its own, with inputs, outputs and effect. */
#include "lang/runbook_load.h"

#include "base/text.h"
#include "sdk/hook.h"

#include <stdlib.h>
#include <string.h>

/** One hook being read. */
struct hook {
    struct sw_loader *loader;
    const struct sw_part *part;
    const struct sw_value *said;
    bool is_wrong;
};

static struct sw_mark line_of(const struct sw_part *part, unsigned long line)
{
    struct sw_mark mark = {.file = part->source.name, .line = 1, .column = 1, .length = 1};

    for (size_t i = 0; i < part->source.length && mark.line < line; i++) {
        if (part->source.bytes[i] == '\n') {
            mark.line++;
            mark.offset = i + 1;
        }
    }
    return mark;
}

/** The place where the file says this first; the file itself when it does not. */
static struct sw_mark place_of(const struct hook *hook, const char *word)
{
    const struct sw_source *source = &hook->part->source;
    struct sw_mark mark = line_of(hook->part, 1);
    const char *at = word == NULL ? NULL : strstr(source->bytes, word);

    for (const char *p = source->bytes; at != NULL && p < at; p++) {
        mark.line += *p == '\n';
        mark.column = *p == '\n' ? 1 : mark.column + (((unsigned char)*p & 0xc0) != 0x80);
    }
    if (at != NULL) {
        mark.offset = (size_t)(at - source->bytes);
        mark.length = (uint32_t)strlen(word);
    }
    return mark;
}

/** @param word that the file holds, to show where; or NULL */
static void wrong(struct hook *hook, unsigned code, const char *word, const char *fmt, ...)
    SW_PRINTF(4, 5);
static void wrong(struct hook *hook, unsigned code, const char *word, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    sw_diag_add(hook->loader->diags, SW_ERROR, code, place_of(hook, word), "%s",
                sw_vformat(hook->loader->arena, fmt, args));
    va_end(args);
    hook->is_wrong = true;
}

/* ---- what it declares ---- */

static const struct sw_type *read_type(struct hook *hook, const char *what, const char *name,
                                       const struct sw_value *row)
{
    const char *word = sw_as_text(row);
    struct sw_arena *arena = hook->loader->arena;

    word = word != NULL ? word : sw_as_text(sw_get(row, "type"));
    if (sw_text_is(word, "list") || sw_text_is(word, "map")) {
        const char *of = sw_as_text(sw_get(row, "of"));
        struct sw_type *type = sw_alloc(arena, sizeof *type);

        *type = (struct sw_type){.kind = word[0] == 'l' ? SW_T_LIST : SW_T_MAP,
                                 .of = sw_type_by_name(of == NULL ? "string" : of)};
        if (type->of != NULL) {
            return type;
        }
        word = of;
    }
    const struct sw_type *type = word == NULL ? NULL : sw_type_by_name(word);

    if (type != NULL && type->kind == SW_T_SECRET) {
        wrong(hook, 703, name,
              "%s `%s` is a secret, which a hook never gets; let it call ctx.secret", what, name);
        return NULL;
    }
    if (type == NULL) {
        wrong(hook, 703, name, "%s `%s` has %s%.40s%s", what, name,
              word == NULL ? "no type; write { type = 'string' }" : "the type '",
              word == NULL ? "" : word, word == NULL ? "" : "', which there is not");
    }
    return type;
}

static const struct sw_field *read_fields(struct hook *hook, const char *key, const char *what)
{
    const struct sw_value *map = sw_get(hook->said, key);
    struct sw_arena *arena = hook->loader->arena;
    struct sw_field *fields = NULL;
    size_t count = 0;

    if (map == NULL) {
        return NULL;
    }
    if (map->kind != SW_V_MAP) {
        wrong(hook, 703, key, "`%s` is a table of names", key);
        return NULL;
    }
    fields = sw_alloc_array(arena, map->as.map.count + 1, sizeof *fields);
    for (size_t i = 0; i < map->as.map.count; i++) {
        const struct sw_value *row = map->as.map.entries[i].value;
        const char *doc = sw_as_text(sw_get(row, "doc"));
        bool is_required = false;
        struct sw_field field = {.name = map->as.map.entries[i].key,
                                 .type = read_type(hook, what, map->as.map.entries[i].key, row),
                                 .doc = doc == NULL ? "Of a hook." : doc};

        sw_as_bool(sw_get(row, "required"), &is_required);
        field.flags = is_required ? SW_FIELD_REQUIRED : 0;
        field.preset = sw_as_text(sw_get(row, "default"));
        if (field.type != NULL) {
            fields[count++] = field;
        }
    }
    return fields;
}

static void read_grant(struct hook *hook, struct sw_hook *out, const char *channel,
                       const struct sw_value *what)
{
    const struct sw_hook_reader *reader = sw_bundle_hooks(hook->loader->bundle);
    struct sw_hook_grant grant = {.channel = channel, .what = sw_as_text(what)};
    struct sw_hook_grant *grants = NULL;
    struct sw_error err = {0};

    if (grant.what == NULL) {
        wrong(hook, 704, channel, "a grant of `%s` is a text", channel);
        return;
    }
    if (!reader->check_grant(reader->context, &grant, &err)) {
        wrong(hook, 704, grant.what, "grant `%s: %.200s`: %s", channel, grant.what, err.text);
        return;
    }
    grants = sw_alloc_array(hook->loader->arena, out->grant_count + 1, sizeof *grants);
    if (out->grant_count > 0) {
        memcpy(grants, out->grants, out->grant_count * sizeof *grants);
    }
    grants[out->grant_count++] = grant;
    out->grants = grants;
}

static void read_grants(struct hook *hook, struct sw_hook *out)
{
    const struct sw_value *map = sw_get(hook->said, "grants");

    if (map != NULL && map->kind != SW_V_MAP) {
        wrong(hook, 704, "grants", "`grants` is a table: a list of patterns for each channel");
        return;
    }
    for (size_t i = 0; map != NULL && i < map->as.map.count; i++) {
        const struct sw_entry *entry = &map->as.map.entries[i];

        if (sw_as_text(entry->value) != NULL) {
            read_grant(hook, out, entry->key, entry->value);
        }
        for (size_t n = 0; n < sw_list_count(entry->value); n++) {
            read_grant(hook, out, entry->key, sw_list_at(entry->value, n));
        }
    }
}

static enum sw_effect read_effect(struct hook *hook)
{
    static const char *const words[] = {"read", "reversible", "irreversible"};
    const char *word = sw_as_text(sw_get(hook->said, "effect"));
    bool has_apply = sw_get_path(hook->said, "has", "apply", NULL) != NULL;
    bool has_undo = sw_get_path(hook->said, "has", "undo", NULL) != NULL;
    enum sw_effect effect = SW_EFFECT_READ;

    while (effect <= SW_EFFECT_IRREVERSIBLE && !sw_text_is(word, words[effect])) {
        effect++;
    }
    if (effect > SW_EFFECT_IRREVERSIBLE) {
        wrong(hook, 703, "effect", "`effect` is 'read', 'reversible' or 'irreversible'");
        return SW_EFFECT_READ;
    }
    if (sw_get_path(hook->said, "has", "check", NULL) == NULL) {
        wrong(hook, 705, "return",
              "it has no function `check`, which reads whether all is as wanted");
    }
    if (has_apply != (effect != SW_EFFECT_READ)) {
        wrong(hook, 705, has_apply ? "apply" : "effect",
              has_apply ? "a hook with the effect '%s' has no `apply`"
                        : "a hook with the effect '%s' needs a function `apply`",
              word);
    }
    if (has_undo != (effect == SW_EFFECT_REVERSIBLE)) {
        wrong(hook, 705, has_undo ? "undo" : word,
              has_undo ? "a hook with the effect '%s' has no `undo`"
                       : "a hook with the effect '%s' needs a function `undo`",
              word);
    }
    return effect;
}

/* ---- trust ---- */

static bool declares(const struct hook *hook, const char *name)
{
    const struct sw_value *yields = sw_get(hook->said, "yields");

    for (size_t i = 0; i < sw_list_count(yields); i++) {
        if (sw_text_is(sw_as_text(sw_list_at(yields, i)), name)) {
            return true;
        }
    }
    return sw_text_is(sw_as_text(yields), name);
}

static bool may_attest(struct sw_loader *loader, const struct hook *hook,
                       const struct sw_node *word)
{
    const struct sw_evidence *kind = sw_registry_evidence(loader->registry, word->text);
    const char *why = NULL;

    if (kind == NULL) {
        why = "there is no such evidence";
    } else if (!kind->is_attestable) {
        why = "no hook can attest it: only its own actions yield it";
    } else if (hook != NULL && !declares(hook, word->text)) {
        why =
            sw_format(loader->arena, "%s does not declare it in `yields`", hook->part->source.name);
    } else if (sw_node_get(loader->root, "subject") == NULL) {
        why = "the runbook has no `subject` that it could be about";
    }
    if (why != NULL) {
        sw_diag_add(loader->diags, SW_ERROR, 708, word->mark, "`%.80s` cannot be trusted here: %s",
                    word->text, why);
    }
    return why == NULL;
}

/** @param hook NULL: the point is not bound */
static const struct sw_yield *read_trust(struct sw_loader *loader, const struct sw_node *node,
                                         const struct hook *hook)
{
    const struct sw_node *trust = sw_load_list(node, "trust");
    struct sw_yield *yields = NULL;
    size_t count = 0;

    if (trust == NULL) {
        return NULL;
    }
    yields = sw_alloc_array(loader->arena, trust->count + 1, sizeof *yields);
    for (size_t i = 0; i < trust->count; i++) {
        if (trust->items[i]->kind == SW_NODE_SCALAR && may_attest(loader, hook, trust->items[i])) {
            yields[count++] = (struct sw_yield){.outcome = "ok", .evidence = trust->items[i]->text};
        }
    }
    return count == 0 ? NULL : yields;
}

/* ---- the whole ---- */

const struct sw_source *sw_load_source(const struct sw_loader *loader, struct sw_mark mark)
{
    for (size_t i = 0; mark.file != NULL && i < sw_bundle_count(loader->bundle); i++) {
        const struct sw_part *part = sw_bundle_at(loader->bundle, i);

        if (sw_text_is(part->source.name, mark.file)) {
            return &part->source;
        }
    }
    return loader->source;
}

static const struct sw_value *describe(struct sw_loader *loader, const struct sw_part *part)
{
    const struct sw_hook_reader *reader = sw_bundle_hooks(loader->bundle);
    const struct sw_value *said = NULL;
    struct sw_error err = {0};
    unsigned long line = 1;

    if (reader != NULL && reader->describe(reader->context, part->source.name, part->source.bytes,
                                           part->source.length, loader->arena, &said, &err)) {
        return said;
    }
    const char *text = reader == NULL ? "hooks cannot be read here" : err.text;
    size_t name = strlen(part->source.name);

    if (strncmp(text, part->source.name, name) == 0 && text[name] == ':') {
        char *end = NULL;

        line = strtoul(text + name + 1, &end, 10);
        text = end[0] == ':' && end[1] == ' ' ? end + 2 : text;
    }
    sw_diag_add(loader->diags, SW_ERROR, 702, line_of(part, line), "%s", text);
    return NULL;
}

/** What of it counts, `trust` says. */
static void read_yields(const struct hook *hook, struct sw_hook *made)
{
    const struct sw_value *list = sw_get(hook->said, "yields");
    size_t count = sw_is_known(list) ? sw_list_count(list) : 0;
    const char **yields = sw_alloc_array(hook->loader->arena, count + 1, sizeof *yields);
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        const char *name = sw_as_text(sw_list_at(list, i));

        if (name != NULL) {
            yields[kept++] = name;
        }
    }
    made->yields = yields;
}

static void make_action(struct sw_loader *loader, const struct sw_node *node,
                        const struct sw_part *part, struct sw_step *step)
{
    struct hook hook = {.loader = loader, .part = part};
    struct sw_hook *made = sw_alloc(loader->arena, sizeof *made);
    struct sw_action *action = sw_alloc(loader->arena, sizeof *action);

    hook.said = describe(loader, part);
    if (hook.said == NULL) {
        *loader->is_graph_broken = true;
        return;
    }
    *made = (struct sw_hook){
        .file = part->source.name,
        .source = part->source.bytes,
        .length = part->source.length,
        .digest = part->digest,
        .about = sw_as_text(sw_get(hook.said, "about")),
        .has_plan = sw_get_path(hook.said, "has", "plan", NULL) != NULL,
        .called_at =
            sw_format(loader->arena, "%s:%u", step->use.mark.file, (unsigned)step->use.mark.line),
    };
    if (made->about == NULL) {
        wrong(&hook, 703, NULL, "`about` is missing: one sentence that says what it does");
        made->about = "";
    }
    read_grants(&hook, made);
    read_yields(&hook, made);
    *action = sw_hook_action(made, read_effect(&hook));
    action->inputs = read_fields(&hook, "inputs", "input");
    action->outputs = read_fields(&hook, "outputs", "output");
    action->yields = read_trust(loader, node, &hook);
    step->use.action = action;
    if (hook.is_wrong) {
        *loader->is_graph_broken = true;
    }
}

void sw_load_hook(struct sw_loader *loader, const struct sw_node *node, struct sw_step *step)
{
    const struct sw_node *word = sw_load_scalar(node, "hook");
    const struct sw_node *optional = sw_load_scalar(node, "optional");
    const struct sw_part *part = NULL;
    struct sw_error err = {0};

    sw_load_bool(loader, optional, &step->is_optional);
    if (word == NULL) {
        return;
    }
    step->hook = word->text;
    step->use.mark = word->mark;

    bool is_file = sw_text_ends(word->text, ".lua");

    if (!is_file && !sw_load_is_id(loader, word, "a hook point")) {
        return;
    }
    part = sw_bundle_part(loader->bundle, sw_load_source(loader, word->mark), word->text,
                          SW_PART_HOOK, &err);
    if (part == NULL && !is_file && err.code == SW_E_NOT_FOUND) {
        read_trust(loader, node, NULL); /* nobody binds it, so it yields nothing */
        return;
    }
    if (part == NULL) {
        sw_diag_add(loader->diags, SW_ERROR, 701, word->mark, "%s", err.text);
        *loader->is_graph_broken = true;
        return;
    }
    make_action(loader, node, part, step);
    if (is_file && step->is_optional) {
        /* A variant that puts a file in the place of its base's optional point says nothing odd. */
        if (sw_text_is(optional->mark.file, word->mark.file)) {
            sw_diag_add(loader->diags, SW_WARNING, 709, optional->mark,
                        "`%s` is a file, not a point: it is never left out", word->text);
        }
        step->is_optional = false;
    }
    if (!is_file && step->use.action != NULL &&
        step->use.action->effect == SW_EFFECT_IRREVERSIBLE) {
        sw_diag_add(loader->diags, SW_ERROR, 707, word->mark,
                    "the point `%s` is bound to %s, which cannot be undone", word->text,
                    part->source.name);
    }
}
