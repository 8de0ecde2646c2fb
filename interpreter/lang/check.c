/** @file What names in expressions mean at each place, and whether they mean anything yet. */
#include "lang/runbook_load.h"

#include "base/error.h"
#include "base/text.h"

/** A reference on its way to its type. */
struct reference {
    struct sw_loader *loader;
    const char *root;
    const char *const *path;
    size_t count;
    struct sw_mark mark;
    bool is_guarded;
};

static const struct sw_field run_fields[] = {
    {"id", &sw_type_string, 0, NULL, "Id of the run."},
    {"started", &sw_type_time, 0, NULL, "When the run began, by this machine's clock."},
    {"runbook", &sw_type_string, 0, NULL, "Name of the runbook."},
    {"version", &sw_type_version, 0, NULL, "Version of the runbook."},
    {NULL},
};
static const struct sw_type run_type = {.kind = SW_T_OBJECT, .fields = run_fields};

static size_t field_names(const struct sw_field *fields, struct sw_arena *arena,
                          const char *const **ret_names)
{
    size_t count = 0;

    for (const struct sw_field *field = fields; field != NULL && field->name != NULL; field++) {
        count++;
    }
    const char **names = sw_alloc_array(arena, count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = fields[i].name;
    }
    *ret_names = names;
    return count;
}

/* Follow names from position `at` of the path into a type. */
static const struct sw_type *descend(const struct reference *ref, const struct sw_type *type,
                                     size_t at)
{
    struct sw_loader *loader = ref->loader;
    struct sw_arena *arena = loader->arena;
    const char *text = ref->root;

    for (size_t i = 0; i < at; i++) {
        text = sw_format(arena, "%s.%s", text, ref->path[i]);
    }
    for (size_t i = at; i < ref->count; i++) {
        const struct sw_field *field = NULL;
        if (type->kind == SW_T_ANY) {
            return type;
        }
        if (type->kind == SW_T_OBJECT) {
            field = sw_field_find(type->fields, ref->path[i]);
        }
        if (type->kind == SW_T_MAP) {
            type = type->of;
        } else if (field != NULL) {
            type = field->type;
        } else if (type->kind == SW_T_OBJECT) {
            const char *const *names = NULL;
            size_t count = field_names(type->fields, arena, &names);
            sw_load_unknown(
                loader, 360, ref->mark, ref->path[i], names, count,
                sw_format(arena, "`%s` has nothing called `%.80s`", text, ref->path[i]));
            return NULL;
        } else {
            sw_diag_add(loader->diags, SW_ERROR, 360, ref->mark,
                        "`%s` is of type %s; nothing is inside it, so no `%.80s`", text,
                        sw_type_text(arena, type), ref->path[i]);
            return NULL;
        }
        text = sw_format(arena, "%s.%s", text, ref->path[i]);
    }
    return type;
}

static const struct sw_type *outputs_type(struct sw_arena *arena, const struct sw_action *action)
{
    static const struct sw_field none[] = {{NULL}};
    struct sw_type *type = sw_alloc(arena, sizeof *type);

    *type = (struct sw_type){.kind = SW_T_OBJECT,
                             .fields = action->outputs == NULL ? none : action->outputs};
    return type;
}

static const struct sw_type *unknown_name(const struct reference *ref, unsigned code,
                                          const struct sw_map *map, const char *what)
{
    sw_load_unknown(
        ref->loader, code, ref->mark, ref->path[0], sw_load_names(ref->loader->arena, map),
        sw_map_count(map),
        sw_format(ref->loader->arena, "there is no %s called `%.80s`", what, ref->path[0]));
    return NULL;
}

static const struct sw_type *type_of_param(const struct reference *ref)
{
    const struct sw_param *param = sw_map_get(ref->loader->param_names, ref->path[0]);

    return param == NULL ? unknown_name(ref, 355, ref->loader->param_names, "parameter")
                         : descend(ref, param->type, 1);
}

static const struct sw_type *type_of_fact(const struct reference *ref)
{
    struct sw_loader *loader = ref->loader;
    const struct sw_fact *fact = sw_map_get(loader->fact_names, ref->path[0]);

    if (fact == NULL) {
        return unknown_name(ref, 356, loader->fact_names, "fact");
    }
    size_t index = (size_t)(fact - loader->book->facts);
    if (loader->place.kind == SW_PLACE_FACT && index >= loader->place.index) {
        struct sw_diag *diag =
            sw_diag_add(loader->diags, SW_ERROR, 357, ref->mark,
                        index == loader->place.index ? "the fact `%s` refers to itself"
                                                     : "the fact `%s` is not read yet here",
                        fact->name);
        sw_diag_hint(loader->diags, diag,
                     "facts are read from top to bottom; use only those above");
        return NULL;
    }
    return fact->use.action == NULL
               ? &sw_type_any
               : descend(ref, outputs_type(loader->arena, fact->use.action), 1);
}

static const struct sw_type *type_of_target(const struct reference *ref)
{
    static const struct sw_field none[] = {{NULL}};
    const struct sw_target_decl *target = sw_map_get(ref->loader->target_names, ref->path[0]);

    if (target == NULL) {
        return unknown_name(ref, 352, ref->loader->target_names, "target");
    }
    if (target->kind == NULL) {
        return &sw_type_any;
    }
    struct sw_type *type = sw_alloc(ref->loader->arena, sizeof *type);
    *type = (struct sw_type){
        .kind = SW_T_OBJECT,
        .fields = target->kind->settings == NULL ? none : target->kind->settings,
    };
    return descend(ref, type, 1);
}

/* The path that leaves the step out, so that people see which one is meant. */
static void note_path(struct sw_loader *loader, struct sw_diag *diag, size_t avoid, size_t at)
{
    const size_t *path = NULL;
    size_t count = sw_flow_path(loader->flow, avoid, at, loader->arena, &path);
    const char *text = "";

    for (size_t i = 0; i < count; i++) {
        if (count > 12 && i == 6) {
            text = sw_format(loader->arena, "%s -> ...", text);
            i = count - 6;
        }
        text = sw_format(loader->arena, "%s%s%s", text, i == 0 ? "" : " -> ",
                         loader->book->steps[path[i]].id);
    }
    if (count > 0) {
        sw_diag_note(loader->diags, diag, loader->book->steps[at].mark, "a path without it: %s",
                     text);
    }
}

/* NULL after a finding: no such step, no steps here, or not on every path. */
static const struct sw_step *find_step(struct sw_loader *loader, const char *id,
                                       struct sw_mark mark, bool is_guarded)
{
    const struct sw_step *step = sw_map_get(loader->step_ids, id);
    bool is_in_step = loader->place.kind == SW_PLACE_STEP ||
                      loader->place.kind == SW_PLACE_ENSURE || loader->place.kind == SW_PLACE_EACH;

    if (step == NULL) {
        sw_load_unknown(loader, 358, mark, id, sw_load_names(loader->arena, loader->step_ids),
                        sw_map_count(loader->step_ids),
                        sw_format(loader->arena, "there is no step called `%.80s`", id));
        return NULL;
    }
    if (!is_in_step) {
        struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 359, mark,
                                           "no step has run yet here, so `%s` has no outputs", id);
        sw_diag_hint(loader->diags, diag, "facts, locks and requirements come before the steps");
        return NULL;
    }
    if (is_guarded || loader->flow == NULL) {
        return step;
    }
    size_t index = (size_t)(step - loader->book->steps);
    if (!sw_flow_reaches(loader->flow, loader->place.index) ||
        sw_flow_passes(loader->flow, index, loader->place.index)) {
        return step;
    }
    const char *here = loader->book->steps[loader->place.index].id;
    struct sw_diag *diag;
    if (index == loader->place.index) {
        diag = sw_diag_add(loader->diags, SW_ERROR, 359, mark,
                           "`%s` has not run yet when its own keys are read", id);
        sw_diag_hint(loader->diags, diag, "in `ensure` write `result` for what it just read");
        return NULL;
    }
    diag = sw_diag_add(loader->diags, SW_ERROR, 359, mark,
                       "`%s` may not have run when `%s` is entered", id, here);
    sw_diag_hint(loader->diags, diag,
                 "say what to take then: default(..., value), or ask is_null(...)");
    note_path(loader, diag, index, loader->place.index);
    return NULL;
}

static const struct sw_type *type_of_step(const struct reference *ref)
{
    struct sw_loader *loader = ref->loader;
    const char *id = ref->path[0];
    const struct sw_step *step = find_step(loader, id, ref->mark, ref->is_guarded);

    if (step == NULL) {
        return NULL;
    }
    if (step->use.action != NULL) {
        return descend(ref, outputs_type(loader->arena, step->use.action), 1);
    }
    if (step->verb == SW_VERB_DO || step->verb == SW_VERB_READ || step->verb == SW_VERB_WAIT) {
        return &sw_type_any; /* its action was not understood */
    }
    if (step->verb == SW_VERB_CALL) {
        return descend(ref, sw_load_returned_type(loader, step), 1);
    }
    if (step->verb == SW_VERB_HOOK) {
        sw_diag_add(loader->diags, SW_ERROR, 364, ref->mark,
                    "`%s` is a hook: what a hook gives back cannot be referred to", id);
        return NULL;
    }
    struct sw_diag *diag =
        sw_diag_add(loader->diags, SW_ERROR, 360, ref->mark, "`%s` is a `%s`, which has no outputs",
                    id, sw_verb_name(step->verb));
    if (step->verb == SW_VERB_DECIDE) {
        sw_diag_hint(loader->diags, diag, "write choice(%s) for what was chosen", id);
    }
    return NULL;
}

static const struct sw_type *type_of_result(const struct reference *ref)
{
    struct sw_loader *loader = ref->loader;
    const struct sw_step *step = NULL;

    if (loader->place.kind != SW_PLACE_ENSURE) {
        struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 362, ref->mark,
                                           "`result` means something only in `ensure`");
        sw_diag_hint(loader->diags, diag, "elsewhere write steps.ID.OUTPUT");
        return NULL;
    }
    step = &loader->book->steps[loader->place.index];
    if (step->use.action == NULL) {
        return step->verb == SW_VERB_HOOK
                   ? unknown_name(ref, 364, sw_map_new(loader->arena), "output of a hook")
                   : &sw_type_any;
    }
    return descend(ref, outputs_type(loader->arena, step->use.action), 0);
}

static const struct sw_type *type_of(void *context, const char *root, const char *const *path,
                                     size_t path_count, struct sw_mark mark, bool is_guarded,
                                     struct sw_diags *diags)
{
    struct reference ref = {context, root, path, path_count, mark, is_guarded};
    bool is_result = sw_text_is(root, "result");
    bool is_section =
        sw_text_is(root, "params") || sw_text_is(root, "facts") || sw_text_is(root, "targets");

    if (sw_text_is(root, "each")) {
        const struct sw_step *step = ref.loader->place.kind == SW_PLACE_EACH
                                         ? &ref.loader->book->steps[ref.loader->place.index]
                                         : NULL;
        const struct sw_type *type = step == NULL ? NULL : sw_load_item_type(step);
        if (type == NULL) {
            struct sw_diag *diag = sw_diag_add(diags, SW_ERROR, 362, mark,
                                               "`each` means something only in the `with` of a "
                                               "`call` that has an `each`");
            sw_diag_hint(diags, diag, "it is one item of that list; hand it on as a parameter");
        }
        return type == NULL ? NULL : descend(&ref, type, 0);
    }
    if (path_count == 0 && !is_result) {
        sw_diag_add(diags, SW_ERROR, 360, mark, "`%s` alone is no value: write %s.NAME", root,
                    root);
        return NULL;
    }
    if (is_result) {
        return type_of_result(&ref);
    }
    if (is_section && sw_load_is_broken(ref.loader, root)) {
        return &sw_type_any;
    }
    if (sw_text_is(root, "params")) {
        return type_of_param(&ref);
    }
    if (sw_text_is(root, "facts")) {
        return type_of_fact(&ref);
    }
    if (sw_text_is(root, "targets")) {
        return type_of_target(&ref);
    }
    if (sw_text_is(root, "steps")) {
        return type_of_step(&ref);
    }
    sw_require(sw_text_is(root, "run")); /* the expression compiler lets no other root through */
    return descend(&ref, &run_type, 0);
}

static const char *const *words_of(void *context, const char *id, bool is_choice,
                                   struct sw_mark mark, bool is_guarded, struct sw_diags *diags)
{
    struct sw_loader *loader = context;
    const struct sw_step *step = find_step(loader, id, mark, is_guarded);

    if (step == NULL) {
        return NULL;
    }
    if (is_choice != (step->verb == SW_VERB_DECIDE)) {
        sw_diag_add(diags, SW_ERROR, 363, mark,
                    is_choice ? "`%s` is a `%s`: nothing is chosen there"
                              : "`%s` is a `%s`: ask for choice(...), not for outcome(...)",
                    id, sw_verb_name(step->verb));
        return NULL;
    }
    size_t count = 0;
    if (!is_choice) {
        const char *const *words = sw_step_outcomes(step, loader->arena, &count);
        if (count == 0) {
            sw_diag_add(diags, SW_ERROR, 363, mark, "`%s` is a `%s`, which has no outcome", id,
                        sw_verb_name(step->verb));
            return NULL;
        }
        return words;
    }
    const char **names = sw_alloc_array(loader->arena, step->choice_count + 1, sizeof *names);
    for (size_t i = 0; i < step->choice_count; i++) {
        names[i] = step->choices[i].name;
    }
    return names;
}

struct sw_names sw_check_names(struct sw_loader *loader)
{
    return (struct sw_names){.type_of = type_of, .words_of = words_of, .context = loader};
}
