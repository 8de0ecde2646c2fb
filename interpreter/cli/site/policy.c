/* Of a site file: what it demands of every runbook that is run here. */
#include "base/buf.h"
#include "base/text.h"
#include "cli/site/read.h"
#include "cli/wire.h"

const struct sw_field sw_site_demand_fields[] = {
    {"action", &sw_type_string, SW_FIELD_REQUIRED, NULL, "An action that cannot be undone."},
    {NULL, NULL, 0, NULL, NULL},
};

/* ---- reading ---- */

static const struct sw_action *read_action(struct sw_site_reader *r, const struct sw_node *node)
{
    const struct sw_registry *registry = sw_wire_registry();
    const char *word = node->kind == SW_NODE_SCALAR ? node->text : "";
    const struct sw_action *action = sw_registry_action(registry, word);

    if (action == NULL) {
        size_t count = 0;
        const char *const *names = sw_registry_action_names(registry, r->arena, &count);

        sw_site_hint_closest(r,
                             sw_diag_add(r->diags, SW_ERROR, SW_SITE_UNKNOWN_WORD, node->mark,
                                         "there is no action called '%s'", word),
                             word, names, count);
    }
    return action;
}

static bool has_outcome(const struct sw_action *action, const char *word)
{
    const struct sw_outcome_doc *own = action->outcomes;

    while (own != NULL && own->name != NULL && !sw_text_is(own->name, word)) {
        own++;
    }
    return own == NULL ? sw_text_is(word, "ok") : own->name != NULL;
}

static bool read_outcome(struct sw_site_reader *r, const struct sw_node *node,
                         const struct sw_action *const *need)
{
    for (; node->kind == SW_NODE_SCALAR && *need != NULL; need++) {
        if (has_outcome(*need, node->text)) {
            return true;
        }
    }
    sw_diag_add(r->diags, SW_ERROR, SW_SITE_UNKNOWN_WORD, node->mark,
                "none of the actions in `need` has the outcome '%s'",
                node->kind == SW_NODE_SCALAR ? node->text : "");
    return false;
}

/* A list that is there and has an entry. */
static bool is_list(struct sw_site_reader *r, const struct sw_node *node, struct sw_mark mark,
                    const char *key)
{
    if (node == NULL || node->kind != SW_NODE_LIST || node->count == 0) {
        sw_diag_add(r->diags, SW_ERROR, node == NULL ? SW_SITE_MISSING_KEY : SW_SITE_BAD_VALUE,
                    node == NULL ? mark : node->mark,
                    node == NULL ? "a row of `before` lacks the key `%s`"
                                 : "`%s` is a list with at least one entry",
                    key);
        return false;
    }
    return true;
}

static void read_demand(struct sw_site_reader *r, const struct sw_node *node,
                        struct sw_demand *demand)
{
    static const char *const keys[] = {"need", "outcomes", NULL};
    const struct sw_node *action = sw_node_get(node, "action");
    const struct sw_node *need = sw_node_get(node, "need");
    const struct sw_node *outcomes = sw_node_get(node, "outcomes");

    *demand = (struct sw_demand){.mark = node->mark};
    if (!sw_site_is_map(r, node, "a row of `before`")) {
        return;
    }
    (void)sw_site_fields(r, node, "a row of `before`", sw_site_demand_fields, keys);
    demand->before = action == NULL ? NULL : read_action(r, action);
    if (demand->before != NULL && demand->before->effect != SW_EFFECT_IRREVERSIBLE) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, action->mark,
                    "%s can be undone; `before` speaks of what can't", demand->before->name);
    }
    if (!is_list(r, need, node->mark, "need")) {
        return;
    }
    const struct sw_action **actions = sw_alloc_array(r->arena, need->count + 1, sizeof *actions);
    size_t count = 0;

    for (size_t i = 0; i < need->count; i++) {
        actions[count] = read_action(r, need->items[i]);
        count += actions[count] != NULL ? 1 : 0;
    }
    demand->need = actions;
    if (outcomes == NULL || count < need->count || !is_list(r, outcomes, node->mark, "outcomes")) {
        return;
    }
    const char **words = sw_alloc_array(r->arena, outcomes->count + 1, sizeof *words);

    for (size_t i = 0; i < outcomes->count; i++) {
        words[i] = read_outcome(r, outcomes->items[i], actions) ? outcomes->items[i]->text : "";
    }
    demand->outcomes = words;
}

static void read_set(struct sw_site_reader *r, const struct sw_node *node)
{
    struct sw_builder map = sw_map_begin(r->arena);

    for (size_t i = 0; sw_site_is_map(r, node, "`params`") && i < node->count; i++) {
        if (node->items[i]->kind == SW_NODE_SCALAR) {
            sw_map_put_text(&map, node->keys[i]->text, node->items[i]->text);
        } else {
            sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, node->items[i]->mark,
                        "`%s` is a single value", node->keys[i]->text);
        }
    }
    r->site->policy.params = sw_built(&map);
}

void sw_site_read_policy(struct sw_site_reader *r, const struct sw_node *node)
{
    static const char *const keys[] = {"params", "before", NULL};
    const struct sw_node *params = sw_node_get(node, "params");
    const struct sw_node *before = sw_node_get(node, "before");

    if (!sw_site_is_map(r, node, "`policy`")) {
        return;
    }
    (void)sw_site_fields(r, node, "`policy`", NULL, keys);
    if (params != NULL) {
        read_set(r, params);
    }
    if (before == NULL) {
        return;
    }
    if (before->kind != SW_NODE_LIST) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, before->mark, "`before` is a list");
        return;
    }
    struct sw_demand *demands = sw_alloc_array(r->arena, before->count + 1, sizeof *demands);

    for (size_t i = 0; i < before->count; i++) {
        read_demand(r, before->items[i], &demands[i]);
    }
    r->site->policy.demands = demands;
    r->site->policy.demand_count = before->count;
}

/* ---- holding to it ---- */

static bool hold_params(const struct sw_site *site, const struct sw_runbook *runbook,
                        const struct sw_value *params, struct sw_arena *arena, struct sw_error *err)
{
    for (size_t i = 0; i < runbook->param_count; i++) {
        const struct sw_param *param = &runbook->params[i];
        const struct sw_value *text = sw_get(site->policy.params, param->name);
        const struct sw_value *value = NULL;

        if (text == NULL) {
            continue;
        }
        if (!sw_param_accept(param, text, arena, &value, err)) {
            return sw_fail_while(err, "set '%s' as the policy of '%s' says", param->name,
                                 site->path);
        }
        if (!sw_value_same(value, sw_get(params, param->name))) {
            return sw_fail(err, SW_E_REFUSED,
                           "the policy of the site file '%s' sets %s to %s in every run; leave "
                           "out -p %s",
                           site->path, param->name, sw_as_text(text), param->name);
        }
    }
    return true;
}

static const char *words_of(const struct sw_demand *demand, struct sw_arena *arena)
{
    const char *text = "";

    for (const struct sw_action *const *need = demand->need; *need != NULL; need++) {
        text = sw_format(arena, "%s%s%s", text, need == demand->need ? "" : " or ", (*need)->name);
    }
    for (const char *const *word = demand->outcomes; word != NULL && *word != NULL; word++) {
        text = sw_format(arena, "%s%s%s%s", text, word == demand->outcomes ? " (" : ", ", *word,
                         word[1] == NULL ? ")" : "");
    }
    return text;
}

static bool fail_breach(const struct sw_site *site, const struct sw_runbook *runbook,
                        const struct sw_demand *demand, const size_t *steps, size_t count,
                        struct sw_arena *arena, struct sw_error *err)
{
    const char *path = "";

    for (size_t i = 0; i < count; i++) {
        path = sw_format(arena, "%s%s%s", path, i == 0 ? "" : " > ", runbook->steps[steps[i]].id);
    }
    return sw_fail(err, SW_E_REFUSED,
                   "%s:%u:%u: the policy demands %s before %s. Use a runbook, or parameters, that "
                   "always do it; %s can get there without, by: %s",
                   site->path, (unsigned)demand->mark.line, (unsigned)demand->mark.column,
                   words_of(demand, arena), demand->before->name, runbook->name, path);
}

bool sw_site_hold(const struct sw_site *site, const struct sw_runbook *runbook,
                  const struct sw_value *params, struct sw_arena *arena, struct sw_error *err)
{
    if (!hold_params(site, runbook, params, arena, err)) {
        return false;
    }
    for (size_t i = 0; i < site->policy.demand_count; i++) {
        const struct sw_demand *demand = &site->policy.demands[i];
        const size_t *steps = NULL;
        size_t count = sw_demand_breach(demand, runbook, params, arena, &steps);

        if (count > 0) {
            return fail_breach(site, runbook, demand, steps, count, arena, err);
        }
    }
    return true;
}
