/** @file Everything above the steps: parameters, targets, facts, subject, locks, requirements. */
#include "lang/runbook_load.h"

#include "base/text.h"

void sw_load_params(struct sw_loader *loader)
{
    const struct sw_node *map = sw_load_map(loader->root, "params");
    struct sw_frame *frame = loader->frame;

    if (map == NULL) {
        return;
    }
    frame->params = sw_alloc_array(loader->arena, map->count, sizeof *frame->params);
    for (size_t i = 0; i < map->count; i++) {
        struct sw_param *param = &frame->params[frame->param_count];
        if (sw_text_begins(map->keys[i]->text, "x-")) {
            continue;
        }
        param->name = map->keys[i]->text;
        param->mark = map->keys[i]->mark;
        param->type = &sw_type_any;
        sw_load_is_id(loader, map->keys[i], "a parameter");
        if (sw_load_keys(loader, &sw_keys_param, map->items[i], SW_ON_ALL, param->mark)) {
            sw_load_param(loader, map->items[i], param);
        }
        frame->param_count++;
        sw_map_set(loader->param_names, param->name, param);
    }
}

void sw_load_targets(struct sw_loader *loader)
{
    const struct sw_node *map = sw_load_map(loader->root, "targets");
    struct sw_frame *frame = loader->frame;

    if (map == NULL) {
        return;
    }
    frame->targets = sw_alloc_array(loader->arena, map->count, sizeof *frame->targets);
    frame->bound = sw_alloc_array(loader->arena, map->count, sizeof *frame->bound);
    for (size_t i = 0; i < map->count; i++) {
        struct sw_target_decl *target = &frame->targets[frame->target_count];
        if (sw_text_begins(map->keys[i]->text, "x-")) {
            continue;
        }
        target->name = map->keys[i]->text;
        target->mark = map->keys[i]->mark;
        sw_load_is_id(loader, map->keys[i], "a target");
        frame->bound[frame->target_count] = frame->target_count; /* of the root: itself */
        frame->target_count++;
        sw_map_set(loader->target_names, target->name, target);
        if (!sw_load_keys(loader, &sw_keys_target, map->items[i], SW_ON_ALL, target->mark)) {
            continue;
        }
        const struct sw_node *kind = sw_load_scalar(map->items[i], "kind");
        if (kind == NULL) {
            continue;
        }
        target->kind = sw_registry_target_kind(loader->registry, kind->text);
        if (target->kind == NULL) {
            size_t count = 0;
            const char *const *names =
                sw_registry_target_kind_names(loader->registry, loader->arena, &count);
            sw_load_unknown(
                loader, 353, kind->mark, kind->text, names, count,
                sw_format(loader->arena, "there is no kind of target called `%.80s`", kind->text));
        }
    }
}

static bool has_identity(const struct sw_action *action)
{
    for (const struct sw_field *field = action->outputs; field != NULL && field->name != NULL;
         field++) {
        if ((field->flags & SW_FIELD_IDENTITY) != 0) {
            return true;
        }
    }
    return false;
}

static void load_subject(struct sw_loader *loader)
{
    const struct sw_node *node = sw_load_scalar(loader->root, "subject");
    struct sw_frame *frame = loader->frame;

    frame->subject = SW_NO_STEP;
    if (node == NULL) {
        return;
    }
    const struct sw_fact *fact = sw_map_get(loader->fact_names, node->text);
    if (fact == NULL && sw_load_is_broken(loader, "facts")) {
        frame->subject = frame->first_fact;
        return;
    }
    if (fact == NULL) {
        sw_load_unknown(
            loader, 361, node->mark, node->text, sw_load_names(loader->arena, loader->fact_names),
            sw_map_count(loader->fact_names),
            sw_format(loader->arena, "the subject `%.80s` is not one of the `facts`", node->text));
    } else if (fact->use.action != NULL && !has_identity(fact->use.action)) {
        struct sw_diag *diag =
            sw_diag_add(loader->diags, SW_ERROR, 361, node->mark,
                        "`%s` cannot be the subject: `%s` reads nothing that has an identity",
                        node->text, fact->use.action->name);
        sw_diag_hint(loader->diags, diag, "a proof must be about one thing that can be told apart");
    }
    /* Also where it is wrong: then nobody complains a second time that there is none. */
    frame->subject = fact == NULL ? frame->first_fact : (size_t)(fact - loader->book->facts);
}

void sw_load_facts(struct sw_loader *loader)
{
    const struct sw_node *map = sw_load_map(loader->root, "facts");
    struct sw_frame *frame = loader->frame;

    frame->subject =
        frame->domain == loader->frame_index && sw_load_scalar(loader->root, "subject") != NULL
            ? frame->first_fact
            : SW_NO_STEP;
    for (size_t i = 0; map != NULL && i < map->count; i++) {
        struct sw_fact *fact = &loader->book->facts[frame->first_fact + frame->fact_count];
        if (sw_text_begins(map->keys[i]->text, "x-")) {
            continue;
        }
        fact->name = map->keys[i]->text;
        fact->key = sw_format(loader->arena, "%s%s", frame->prefix, fact->name);
        fact->frame = loader->frame_index;
        fact->mark = map->keys[i]->mark;
        fact->use.target = SW_NO_STEP;
        sw_load_is_id(loader, map->keys[i], "a fact");
        frame->fact_count++;
        sw_map_set(loader->fact_names, fact->name, fact);
        if (sw_load_keys(loader, &sw_keys_fact, map->items[i], SW_ON_ALL, fact->mark)) {
            sw_load_use(loader, map->items[i], "read", &fact->use);
        }
    }
    load_subject(loader);
}

void sw_load_fact_inputs(struct sw_loader *loader)
{
    const struct sw_node *map = sw_load_map(loader->root, "facts");

    for (size_t n = 0; n < loader->frame->fact_count; n++) {
        size_t i = loader->frame->first_fact + n;
        struct sw_fact *fact = &loader->book->facts[i];
        const struct sw_node *node = sw_node_get(map, fact->name);
        if (node->kind == SW_NODE_MAP && fact->use.action != NULL) {
            loader->place = (struct sw_place){SW_PLACE_FACT, i};
            sw_load_inputs(loader, node, &fact->use);
        }
    }
}

size_t sw_load_rows(struct sw_loader *loader, const struct sw_node *list, struct sw_row **ret_rows)
{
    struct sw_row *rows = sw_alloc_array(loader->arena, list->count + 1, sizeof *rows);
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->kind != SW_NODE_MAP) {
            continue;
        }
        struct sw_row *row = &rows[count++];
        row->mark = list->items[i]->mark;
        row->that = sw_load_condition(loader, list->items[i], "that");
        row->otherwise = sw_load_text(loader, list->items[i], "else");
    }
    if (list->count == 0) {
        sw_diag_add(loader->diags, SW_ERROR, 205, list->mark, "this list needs at least one row");
    }
    *ret_rows = rows;
    return count;
}

static void load_require_head(struct sw_loader *loader, const struct sw_node *node,
                              struct sw_row *row, struct sw_map *seen)
{
    const struct sw_node *id = sw_load_scalar(node, "id");
    const struct sw_node *at = sw_load_scalar(node, "at");

    if (id != NULL && sw_load_is_id(loader, id, "a row of `require`")) {
        const struct sw_node *first = sw_map_get(seen, id->text);
        if (first != NULL) {
            struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 209, id->mark,
                                               "two rows of `require` are called `%s`", id->text);
            sw_diag_note(loader->diags, diag, first->mark, "the first is here");
        }
        sw_map_set(seen, id->text, id);
    }
    row->id = id == NULL ? "" : id->text;
    if (at != NULL && !sw_text_is(at->text, "start")) {
        struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 206, at->mark,
                                           "`at` can only be `start`, not `%.80s`", at->text);
        sw_diag_hint(loader->diags, diag,
                     "without `at` the row must hold at the start and again at the point of no "
                     "return");
    }
    row->is_at_start = at != NULL;
}

void sw_load_requires(struct sw_loader *loader)
{
    const struct sw_node *list = sw_load_list(loader->root, "require");
    const struct sw_node *locks = sw_load_list(loader->root, "lock");
    struct sw_frame *frame = loader->frame;
    struct sw_map *seen = sw_map_new(loader->arena);

    loader->place = (struct sw_place){SW_PLACE_LOCK, 0};
    if (locks != NULL) {
        frame->locks = sw_alloc_array(loader->arena, locks->count + 1, sizeof *frame->locks);
    }
    for (size_t i = 0; locks != NULL && i < locks->count; i++) {
        if (locks->items[i]->kind != SW_NODE_SCALAR) {
            continue;
        }
        struct sw_template *lock = sw_template_compile(
            loader->arena, locks->items[i], &sw_type_string, &loader->names, loader->diags);
        if (lock != NULL) {
            frame->locks[frame->lock_count++] = lock;
        }
    }
    loader->place = (struct sw_place){SW_PLACE_REQUIRE, 0};
    if (list == NULL) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        sw_load_keys(loader, &sw_keys_require, list->items[i], SW_ON_ALL, list->items[i]->mark);
    }
    frame->require_count = sw_load_rows(loader, list, &frame->requires);
    for (size_t i = 0, row = 0; i < list->count; i++) {
        if (list->items[i]->kind == SW_NODE_MAP) {
            load_require_head(loader, list->items[i], &frame->requires[row++], seen);
        }
    }
}
