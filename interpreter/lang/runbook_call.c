/** @file The verb `call`: what it hands over, where its ends lead, what it gives back. */
#include "lang/runbook_load.h"

#include "base/limits.h"
#include "base/text.h"

static const char *const end_words[] = {"ok", "stopped", "failed"}; /* by enum sw_end */

static const struct sw_type list_of_any = {.kind = SW_T_LIST, .of = &sw_type_any};

/* ---- targets ---- */

static size_t our_target(struct sw_loader *loader, const struct sw_node *word,
                         const struct sw_target_decl *its)
{
    const struct sw_loader *caller = loader->caller;
    const struct sw_target_decl *ours = sw_map_get(caller->target_names, word->text);

    if (ours == NULL) {
        if (!sw_load_is_broken(caller, "targets")) {
            sw_load_unknown(
                loader, 352, word->mark, word->text,
                sw_load_names(loader->arena, caller->target_names),
                sw_map_count(caller->target_names),
                sw_format(loader->arena, "`%.80s` is not one of our `targets`", word->text));
        }
        return SW_NO_STEP;
    }
    if (its->kind != NULL && ours->kind != NULL && its->kind != ours->kind) {
        struct sw_diag *diag =
            sw_diag_add(loader->diags, SW_ERROR, 354, word->mark,
                        "target `%s` of `%s` is of kind %s, but `%s` is of kind %s", its->name,
                        loader->frame->name, its->kind->name, word->text, ours->kind->name);
        sw_diag_note(loader->diags, diag, its->mark, "`%s` is declared here", its->name);
        return SW_NO_STEP;
    }
    return caller->frame->bound[ours - caller->frame->targets];
}

static void check_extra_targets(struct sw_loader *loader, const struct sw_node *map)
{
    for (size_t i = 0; i < map->count; i++) {
        const char *name = map->keys[i]->text;

        if (!sw_map_has(loader->target_names, name)) {
            sw_load_unknown(loader, 352, map->keys[i]->mark, name,
                            sw_load_names(loader->arena, loader->target_names),
                            sw_map_count(loader->target_names),
                            sw_format(loader->arena, "`%s` has no target called `%.80s`",
                                      loader->frame->name, name));
        }
    }
}

void sw_load_call_targets(struct sw_loader *loader)
{
    struct sw_frame *frame = loader->frame;
    const struct sw_node *node = sw_node_get(loader->call, "targets");
    const struct sw_node *map = sw_load_map(loader->call, "targets");
    const struct sw_node *word = sw_load_scalar(loader->call, "call");

    if (node != NULL && map == NULL) {
        sw_diag_add(loader->diags, SW_ERROR, 205, node->mark,
                    "`targets` of a call is a map: { its: ours }");
    }
    for (size_t i = 0; i < frame->target_count; i++) {
        const char *name = frame->targets[i].name;
        const struct sw_node *ours = map == NULL ? NULL : sw_node_get(map, name);

        frame->bound[i] = SW_NO_STEP;
        if (ours != NULL && ours->kind == SW_NODE_SCALAR) {
            frame->bound[i] = our_target(loader, ours, &frame->targets[i]);
        } else if (ours != NULL) {
            sw_diag_add(loader->diags, SW_ERROR, 205, ours->mark, "this is one of our targets");
        } else if (node == NULL || map != NULL) {
            struct sw_diag *diag =
                sw_diag_add(loader->diags, SW_ERROR, 352, word->mark,
                            "`%s` must be told which target its `%s` is", frame->name, name);
            sw_diag_hint(loader->diags, diag, "targets: { %s: ONE_OF_OURS }", name);
            sw_diag_note(loader->diags, diag, frame->targets[i].mark, "`%s` is declared here",
                         name);
        }
    }
    if (map != NULL) {
        check_extra_targets(loader, map);
    }
}

/* ---- where it leads ---- */

static bool can_end(const struct sw_runbook *book, size_t frame, enum sw_end end)
{
    const struct sw_frame *of = &book->frames[frame];

    for (size_t i = of->first_step; i < of->first_step + of->step_count; i++) {
        if (book->steps[i].verb == SW_VERB_END && book->steps[i].end == end) {
            return true;
        }
    }
    return false;
}

void sw_load_call_arrows(struct sw_loader *loader, size_t index)
{
    struct sw_runbook *book = loader->book;
    struct sw_step *step = &book->steps[index];
    const char *words[SW_COUNT(end_words) + 1] = {0};
    size_t count = 0;

    if (step->callee == NULL) {
        *loader->is_graph_broken = true;
        return;
    }
    const struct sw_frame *frame = &book->frames[step->callee->frame];
    bool has_each = sw_node_get(loader->step_nodes[index], "each") != NULL;

    for (size_t end = 0; end < SW_COUNT(end_words); end++) {
        /* It fails without an `end`, too: where its requirements do not hold. */
        if (end == SW_END_FAILED || can_end(book, step->callee->frame, (enum sw_end)end)) {
            words[count++] = end_words[end];
        }
    }
    if (frame->step_count == 0 || !sw_load_outcomes(loader, index, words, count)) {
        *loader->is_graph_broken = true;
        return;
    }
    bool is_apart = frame->domain == step->callee->frame;
    struct sw_arrow *arrows =
        sw_alloc_array(loader->arena, SW_COUNT(end_words) + 1, sizeof *arrows);
    size_t kept = 0;

    arrows[kept++] = (struct sw_arrow){
        .outcome = "called", .next = frame->first_step, .is_entry = true, .mark = step->mark};
    for (size_t end = 0; end < SW_COUNT(end_words); end++) {
        const struct sw_arrow *arrow = sw_step_arrow(step, end_words[end]);

        if (arrow == NULL) {
            continue;
        }
        step->callee->returns[end] = *arrow;
        /* Past the steps of the other: what is proven here goes around them; an empty list does. */
        if (is_apart || end == SW_END_FAILED || (has_each && end == SW_END_DONE)) {
            arrows[kept++] = *arrow;
        }
    }
    step->arrows = arrows;
    step->arrow_count = kept;
}

/** An `end` of a called runbook goes on where the call goes on. */
void sw_load_end_arrows(struct sw_loader *loader, size_t index)
{
    struct sw_runbook *book = loader->book;
    struct sw_step *step = &book->steps[index];

    if (loader->caller == NULL) {
        return;
    }
    const struct sw_step *call = &book->steps[loader->frame->call];
    const struct sw_arrow *back = &call->callee->returns[step->end];
    bool is_apart = loader->frame->domain == loader->frame_index;
    bool has_next_item = sw_node_get(loader->call, "each") != NULL && !is_apart;

    step->arrows = sw_alloc_array(loader->arena, 2, sizeof *step->arrows);
    if (back->next != SW_NO_STEP) {
        step->arrows[step->arrow_count] = *back;
        step->arrows[step->arrow_count++].outcome = "returns";
    }
    if (has_next_item && step->end == SW_END_DONE) {
        step->arrows[step->arrow_count++] = (struct sw_arrow){.outcome = "next item",
                                                              .next = loader->frame->first_step,
                                                              .max = SW_LIMIT_LOOP_MAX,
                                                              .mark = step->mark};
    }
}

/* ---- what it is given ---- */

const struct sw_type *sw_load_item_type(const struct sw_step *step)
{
    const struct sw_type *type = step->callee == NULL || step->callee->each == NULL
                                     ? NULL
                                     : sw_template_type(step->callee->each);

    return type == NULL                                  ? NULL
           : type->kind == SW_T_LIST && type->of != NULL ? type->of
                                                         : &sw_type_any;
}

static const struct sw_param *find_param(struct sw_loader *loader, const struct sw_frame *frame,
                                         const struct sw_node *key)
{
    const char **names = sw_alloc_array(loader->arena, frame->param_count + 1, sizeof *names);

    for (size_t i = 0; i < frame->param_count; i++) {
        names[i] = frame->params[i].name;
        if (sw_text_is(names[i], key->text)) {
            return &frame->params[i];
        }
    }
    sw_load_unknown(
        loader, 216, key->mark, key->text, names, frame->param_count,
        sw_format(loader->arena, "`%s` has no parameter `%.80s`", frame->name, key->text));
    return NULL;
}

/** What is written there can be checked now; the rest when it is called. */
static void check_literal(struct sw_loader *loader, const struct sw_param *param,
                          const struct sw_template *value)
{
    const struct sw_value *accepted = NULL;
    struct sw_error err = {0};

    if (sw_template_is_literal(value) &&
        !sw_param_accept(param, sw_template_value(value, NULL, loader->arena), loader->arena,
                         &accepted, &err)) {
        sw_diag_add(loader->diags, SW_ERROR, 206, sw_template_mark(value), "%s: %s", param->name,
                    err.text);
    }
}

static void check_required(struct sw_loader *loader, const struct sw_node *with,
                           const struct sw_frame *frame, struct sw_mark mark)
{
    for (size_t i = 0; i < frame->param_count; i++) {
        const struct sw_param *param = &frame->params[i];

        if (param->is_required && param->preset == NULL &&
            (with == NULL || sw_node_get(with, param->name) == NULL)) {
            struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 217, mark,
                                               "`%s` needs `%s`", frame->name, param->name);
            sw_diag_hint(loader->diags, diag, "with: { %s: ... }%s%s", param->name,
                         param->description == NULL ? "" : "  ",
                         param->description == NULL ? "" : param->description);
            sw_diag_note(loader->diags, diag, param->mark, "`%s` is declared here", param->name);
        }
    }
}

void sw_load_call_inputs(struct sw_loader *loader, const struct sw_node *node, struct sw_step *step)
{
    const struct sw_node *with = sw_load_map(node, "with");
    const struct sw_node *each = sw_node_get(node, "each");
    struct sw_callee *callee = step->callee;

    if (callee == NULL) {
        return;
    }
    const struct sw_frame *frame = &loader->book->frames[callee->frame];

    if (each != NULL) {
        callee->each = sw_template_compile_tree(loader->arena, each, &list_of_any, &loader->names,
                                                loader->diags);
        loader->place.kind = SW_PLACE_EACH;
    }
    check_required(loader, with, frame, step->mark);
    callee->arguments =
        sw_alloc_array(loader->arena, with == NULL ? 1 : with->count, sizeof *callee->arguments);
    for (size_t i = 0; with != NULL && i < with->count; i++) {
        const struct sw_param *param = find_param(loader, frame, with->keys[i]);
        struct sw_field *field = sw_alloc(loader->arena, sizeof *field);
        struct sw_template *value =
            param == NULL ? NULL
                          : sw_template_compile_tree(loader->arena, with->items[i], param->type,
                                                     &loader->names, loader->diags);
        if (value != NULL) {
            *field = (struct sw_field){.name = param->name, .type = param->type, .doc = ""};
            check_literal(loader, param, value);
            callee->arguments[callee->argument_count++] =
                (struct sw_argument){field, value, with->keys[i]->mark};
        }
    }
    loader->place.kind = SW_PLACE_STEP;
}

/* ---- what it gives back ---- */

static void add_output(struct sw_loader *loader, const struct sw_node *key,
                       const struct sw_node *value, bool is_first, size_t at)
{
    struct sw_frame *frame = loader->frame;
    struct sw_field *field = &frame->outputs[frame->output_count];
    struct sw_template *template =
        sw_template_compile_tree(loader->arena, value, NULL, &loader->names, loader->diags);

    loader->book->steps[at].outputs[frame->output_count] = template;
    if (is_first) {
        const struct sw_type *type = template == NULL ? NULL : sw_template_type(template);

        sw_load_is_id(loader, key, "an output");
        *field = (struct sw_field){.name = key->text,
                                   .type = type == NULL ? &sw_type_any : type,
                                   .doc = "What a call gives back."};
    }
    frame->output_count++;
}

void sw_load_outputs(struct sw_loader *loader)
{
    const struct sw_node *map = sw_load_map(loader->root, "outputs");
    struct sw_frame *frame = loader->frame;
    bool is_first = true;

    if (map == NULL) {
        return;
    }
    frame->outputs = sw_alloc_array(loader->arena, map->count + 1, sizeof *frame->outputs);
    for (size_t i = frame->first_step; i < frame->first_step + frame->step_count; i++) {
        struct sw_step *step = &loader->book->steps[i];

        if (step->verb != SW_VERB_END || step->end != SW_END_DONE ||
            loader->step_nodes[i] == NULL) {
            continue;
        }
        /* At each of them: what a path to it does not pass has no value there. */
        loader->place = (struct sw_place){SW_PLACE_STEP, i};
        step->outputs = sw_alloc_array(loader->arena, map->count, sizeof(void *));
        frame->output_count = 0;
        for (size_t n = 0; n < map->count; n++) {
            add_output(loader, map->keys[n], map->items[n], is_first, i);
        }
        is_first = false;
    }
}

const struct sw_type *sw_load_returned_type(const struct sw_loader *loader,
                                            const struct sw_step *step)
{
    static const struct sw_field none[] = {{NULL}};
    const struct sw_frame *frame =
        step->callee == NULL ? NULL : &loader->book->frames[step->callee->frame];
    struct sw_type *type = sw_alloc(loader->arena, sizeof *type);

    if (frame == NULL) {
        return &sw_type_any;
    }
    *type = (struct sw_type){.kind = SW_T_OBJECT,
                             .fields = frame->outputs == NULL ? none : frame->outputs};
    if (step->callee->each == NULL || frame->outputs == NULL) {
        return type;
    }
    struct sw_field *fields =
        sw_alloc_array(loader->arena, frame->output_count + 1, sizeof *fields);

    for (size_t i = 0; i < frame->output_count; i++) {
        struct sw_type *list = sw_alloc(loader->arena, sizeof *list);

        *list = (struct sw_type){.kind = SW_T_LIST, .of = frame->outputs[i].type};
        fields[i] = frame->outputs[i];
        fields[i].type = list;
    }
    type->fields = fields;
    return type;
}
