/** @file Uses of actions: is there such an action, may this verb use it, has it what it needs? */
#include "lang/runbook_load.h"

#include "base/text.h"

#include <string.h>

static bool wants_subject(const struct sw_action *action)
{
    return action->takes_subject || action->yields != NULL || action->ends != NULL ||
           action->needs != NULL || action->listing != NULL;
}

/* A `do` changes something, a `read` is asked once, a `wait` may say "not yet". */
static bool fits_verb(struct sw_loader *loader, const struct sw_node *word, const char *key,
                      const struct sw_action *action, bool is_step)
{
    const char *right = action->effect != SW_EFFECT_READ ? "do" : action->is_wait ? "wait" : "read";
    if (sw_text_is(key, right)) {
        return true;
    }
    const char *why = action->effect != SW_EFFECT_READ ? "changes something"
                      : action->is_wait                ? "may have to be asked again and again"
                                                       : "only reads, and is asked once";
    struct sw_diag *diag =
        sw_diag_add(loader->diags, SW_ERROR, 351, word->mark,
                    "`%s` cannot be used with `%s`: it %s", action->name, key, why);
    sw_diag_hint(loader->diags, diag, "write `%s: %s`%s", right, action->name,
                 is_step ? "" : " as a step of its own");
    return false;
}

static void load_target(struct sw_loader *loader, const struct sw_node *node,
                        const struct sw_node *action_word, struct sw_use *use)
{
    const struct sw_action *action = use->action;
    const struct sw_node *word = sw_load_scalar(node, "target");

    use->target = SW_NO_STEP;
    if (word == NULL && action->target_kind == NULL) {
        return;
    }
    if (word == NULL) {
        if (sw_node_get(node, "target") == NULL) {
            struct sw_diag *diag = sw_diag_add(
                loader->diags, SW_ERROR, 352, action_word->mark,
                "`%s` must be told where to work: the `target` is missing", action->name);
            sw_diag_hint(loader->diags, diag, "add `target:` and the name of a target of kind %s",
                         action->target_kind);
        }
        return;
    }
    if (action->target_kind == NULL) {
        sw_diag_add(loader->diags, SW_ERROR, 354, word->mark,
                    "`%s` works nowhere in particular; "
                    "it takes no target",
                    action->name);
        return;
    }
    const struct sw_target_decl *target = sw_map_get(loader->target_names, word->text);
    if (target == NULL && sw_load_is_broken(loader, "targets")) {
        return;
    }
    if (target == NULL) {
        sw_load_unknown(
            loader, 352, word->mark, word->text, sw_load_names(loader->arena, loader->target_names),
            sw_map_count(loader->target_names),
            sw_format(loader->arena, "`%.80s` is not one of the `targets`", word->text));
        return;
    }
    if (target->kind != NULL && !sw_text_is(target->kind->name, action->target_kind)) {
        struct sw_diag *diag =
            sw_diag_add(loader->diags, SW_ERROR, 354, word->mark,
                        "`%s` works on a target of kind %s, but `%s` "
                        "is of kind %s",
                        action->name, action->target_kind, word->text, target->kind->name);
        sw_diag_note(loader->diags, diag, target->mark, "`%s` is declared here", word->text);
        return;
    }
    use->target = loader->frame->bound[target - loader->frame->targets];
}

/* The second target is not named: there must be just one that it can be. */
static void find_also(struct sw_loader *loader, const struct sw_node *word, struct sw_use *use)
{
    const struct sw_action *action = use->action;
    size_t count = 0;

    for (size_t i = 0; i < loader->frame->target_count; i++) {
        const struct sw_target_kind *kind = loader->frame->targets[i].kind;

        if (kind != NULL && sw_text_is(kind->name, action->also_kind)) {
            use->also = loader->frame->bound[i];
            count++;
        }
    }
    if (count != 1 && !sw_load_is_broken(loader, "targets")) {
        struct sw_diag *diag =
            sw_diag_add(loader->diags, SW_ERROR, 352, word->mark,
                        "`%s` also asks a target of kind %s; this runbook has %s of them",
                        action->name, action->also_kind, count == 0 ? "none" : "several");
        sw_diag_hint(loader->diags, diag, "declare one in `targets`");
    }
}

/* Close names first; else those of the same pack: there are too many to list all. */
static void unknown_action(struct sw_loader *loader, const struct sw_node *word)
{
    size_t count = 0;
    const char *const *names = sw_registry_action_names(loader->registry, loader->arena, &count);
    const char *dot = strchr(word->text, '.');
    const char *text = sw_format(loader->arena, "there is no action `%.120s`", word->text);

    if (sw_text_closest(word->text, names, count) == NULL) {
        const char **same = sw_alloc_array(loader->arena, count + 1, sizeof *same);
        size_t same_count = 0;
        size_t length = dot == NULL ? strlen(word->text) : (size_t)(dot - word->text) + 1;
        for (size_t i = 0; i < count; i++) {
            if (strncmp(names[i], word->text, length) == 0) {
                same[same_count++] = names[i];
            }
        }
        if (same_count == 0 && strstr(word->text, "${") == NULL) {
            struct sw_diag *diag =
                sw_diag_add(loader->diags, SW_ERROR, 350, word->mark, "%s", text);
            sw_diag_hint(loader->diags, diag, "`stepwise doc` lists all actions");
            return;
        }
        names = same;
        count = same_count;
    }
    sw_load_unknown(loader, 350, word->mark, word->text, names, count, text);
}

static bool has_subject(const struct sw_loader *loader)
{
    return loader->book->frames[loader->frame->domain].subject != SW_NO_STEP;
}

/** May this be a role, which others call? It calls nobody itself and does nothing irreversible. */
static bool may_be_role(const struct sw_loader *loader)
{
    const struct sw_node *steps = sw_load_list(loader->root, "steps");

    for (size_t i = 0; steps != NULL && i < steps->count; i++) {
        const struct sw_node *step = steps->items[i];
        const struct sw_node *word = step->kind == SW_NODE_MAP ? sw_load_scalar(step, "do") : NULL;
        const struct sw_action *action =
            word == NULL ? NULL : sw_registry_action(loader->registry, word->text);

        if (step->kind != SW_NODE_MAP || sw_node_get(step, "edge") != NULL ||
            sw_node_get(step, "call") != NULL || sw_node_get(step, "hook") != NULL ||
            (word != NULL && (action == NULL || action->effect == SW_EFFECT_IRREVERSIBLE))) {
            return false;
        }
    }
    return loader->caller == NULL;
}

static void miss_subject(struct sw_loader *loader, const struct sw_use *use)
{
    bool is_role = may_be_role(loader);
    struct sw_diag *diag = sw_diag_add(
        loader->diags, SW_ERROR, is_role ? 507 : 505, use->mark,
        is_role ? "`%s` works on a subject, so this is a role: it runs only where another calls it"
                : "`%s` works on the subject, but this runbook names none",
        use->action->name);

    sw_diag_hint(loader->diags, diag,
                 is_role ? "run the runbook that calls it, or add `subject:` and the name of a fact"
                         : "add `subject:` and the name of the fact that all of this is about");
}

bool sw_load_use(struct sw_loader *loader, const struct sw_node *node, const char *key,
                 struct sw_use *ret_use)
{
    const struct sw_node *word = sw_load_scalar(node, key);
    struct sw_use use = {.target = SW_NO_STEP};

    ret_use->target = SW_NO_STEP;
    if (word == NULL) {
        return false;
    }
    use.mark = word->mark;
    use.action = sw_registry_action(loader->registry, word->text);
    if (use.action == NULL) {
        unknown_action(loader, word);
        return false;
    }
    if (!fits_verb(loader, word, key, use.action, sw_node_get(node, "id") != NULL)) {
        return false;
    }
    if (wants_subject(use.action) && !has_subject(loader) && !loader->has_missed_subject &&
        !sw_load_is_broken(loader, "subject")) {
        loader->has_missed_subject = true; /* once is enough */
        miss_subject(loader, &use);
    }
    load_target(loader, node, word, &use);
    if (use.action->also_kind != NULL) {
        find_also(loader, word, &use);
    }
    *ret_use = use;
    return true;
}

static void check_required(struct sw_loader *loader, const struct sw_node *with,
                           const struct sw_use *use)
{
    const char *missing = NULL;
    const struct sw_field *first = NULL;

    for (const struct sw_field *field = use->action->inputs; field != NULL && field->name != NULL;
         field++) {
        if ((field->flags & SW_FIELD_REQUIRED) != 0 && field->preset == NULL &&
            (with == NULL || sw_node_get(with, field->name) == NULL)) {
            missing = missing == NULL ? sw_format(loader->arena, "`%s`", field->name)
                                      : sw_format(loader->arena, "%s, `%s`", missing, field->name);
            first = first == NULL ? field : first;
        }
    }
    if (missing != NULL) {
        struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 217, use->mark, "`%s` needs %s",
                                           use->action->name, missing);
        sw_diag_hint(loader->diags, diag, "with: { %s: ... }  (%s)", first->name, first->doc);
    }
}

static const struct sw_field *find_input(struct sw_loader *loader, const struct sw_action *action,
                                         const struct sw_node *key)
{
    const char *names[64];
    size_t count = 0;

    for (const struct sw_field *field = action->inputs; field != NULL && field->name != NULL;
         field++) {
        if (sw_text_is(field->name, key->text)) {
            return field;
        }
        if (count < SW_COUNT(names)) {
            names[count++] = field->name;
        }
    }
    sw_load_unknown(
        loader, 216, key->mark, key->text, names, count,
        sw_format(loader->arena,
                  count == 0 ? "`%s` takes no inputs, so no `%.80s`" : "`%s` has no input `%.80s`",
                  action->name, key->text));
    return NULL;
}

void sw_load_inputs(struct sw_loader *loader, const struct sw_node *node, struct sw_use *use)
{
    const struct sw_node *with = sw_load_map(node, "with");

    check_required(loader, with, use);
    if (with == NULL) {
        return;
    }
    use->arguments = sw_alloc_array(loader->arena, with->count + 1, sizeof *use->arguments);
    for (size_t i = 0; i < with->count; i++) {
        const struct sw_field *field = find_input(loader, use->action, with->keys[i]);
        if (field == NULL) {
            continue;
        }
        struct sw_template *value = sw_template_compile_tree(
            loader->arena, with->items[i], field->type, &loader->names, loader->diags);
        if (value != NULL) {
            use->arguments[use->argument_count++] =
                (struct sw_argument){field, value, with->keys[i]->mark};
        }
    }
}

void sw_load_free_inputs(struct sw_loader *loader, const struct sw_node *node, struct sw_use *use)
{
    const struct sw_node *with = sw_load_map(node, "with");

    use->target = SW_NO_STEP;
    if (with == NULL) {
        return;
    }
    use->arguments = sw_alloc_array(loader->arena, with->count + 1, sizeof *use->arguments);
    for (size_t i = 0; i < with->count; i++) {
        struct sw_field *field = sw_alloc(loader->arena, sizeof *field);
        *field = (struct sw_field){
            .name = with->keys[i]->text, .type = &sw_type_any, .doc = "What the hook is given."};
        sw_load_is_id(loader, with->keys[i], "an input of a hook");
        struct sw_template *value = sw_template_compile_tree(loader->arena, with->items[i], NULL,
                                                             &loader->names, loader->diags);
        if (value != NULL) {
            use->arguments[use->argument_count++] =
                (struct sw_argument){field, value, with->keys[i]->mark};
        }
    }
}
