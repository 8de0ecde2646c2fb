/** @file Nodes of the YAML tree against the key tables, and scalars in their plain form. */
#include "lang/runbook_load.h"

#include "base/limits.h"
#include "base/text.h"

#include <string.h>

static bool form_fits(enum sw_key_form form, const struct sw_node *node)
{
    switch (form) {
    case SW_FORM_WORD:
    case SW_FORM_STEP:
    case SW_FORM_TEXT:
    case SW_FORM_CONDITION:
    case SW_FORM_BOOL:
    case SW_FORM_INT:
    case SW_FORM_NUMBER:
    case SW_FORM_PERCENT:
    case SW_FORM_DURATION:
    case SW_FORM_DURATION_TEXT:
        return node->kind == SW_NODE_SCALAR;
    case SW_FORM_WORDS:
    case SW_FORM_TEXTS:
    case SW_FORM_ROWS:
        return node->kind == SW_NODE_LIST;
    case SW_FORM_LITERAL:
    case SW_FORM_INPUT:
        return true;
    case SW_FORM_NEXT:
        return node->kind != SW_NODE_LIST;
    case SW_FORM_NAMED:
    case SW_FORM_INPUTS:
    case SW_FORM_KEYS:
        return node->kind == SW_NODE_MAP;
    }
    return false;
}

static bool form_is_literal(enum sw_key_form form)
{
    return form != SW_FORM_TEXT && form != SW_FORM_CONDITION && form != SW_FORM_DURATION_TEXT &&
           form != SW_FORM_TEXTS && form != SW_FORM_INPUTS && form != SW_FORM_INPUT;
}

/* Anywhere in a literal: nothing can be proven about a name that is filled in later. */
static void check_literal(struct sw_loader *loader, const char *key, const struct sw_node *node)
{
    if (node->kind == SW_NODE_SCALAR) {
        if (strstr(node->text, "${") != NULL) {
            struct sw_diag *diag =
                sw_diag_add(loader->diags, SW_ERROR, 207, node->mark,
                            "`%s` is taken as it is written; `${` cannot be used here", key);
            sw_diag_hint(loader->diags, diag, "write the value itself");
        }
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        check_literal(loader, key, node->items[i]);
    }
}

static void check_items(struct sw_loader *loader, const char *key, enum sw_key_form form,
                        const struct sw_node *list)
{
    if (form != SW_FORM_WORDS && form != SW_FORM_TEXTS) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->kind != SW_NODE_SCALAR || list->items[i]->length == 0) {
            sw_diag_add(loader->diags, SW_ERROR, 205, list->items[i]->mark,
                        "each item of `%s` is one text", key);
        }
    }
}

static const char *verbs_text(struct sw_arena *arena, unsigned on)
{
    const char *names[SW_VERB_END + 1];
    const char *text = "";
    size_t count = 0;

    for (enum sw_verb verb = SW_VERB_DO; verb <= SW_VERB_END; verb++) {
        if ((on & SW_ON(verb)) != 0) {
            names[count++] = sw_verb_name(verb);
        }
    }
    for (size_t i = 0; i < count; i++) {
        const char *glue = i == 0 ? "" : (i + 1 == count ? " and " : ", ");
        text = sw_format(arena, "%s%s`%s`", text, glue, names[i]);
    }
    return text;
}

static const char *verb_of(unsigned on)
{
    for (enum sw_verb verb = SW_VERB_DO; verb <= SW_VERB_END; verb++) {
        if (on == SW_ON(verb)) {
            return sw_verb_name(verb);
        }
    }
    return "?";
}

/* @return the key that was meant, or NULL */
/** Nothing is close: say what there is, where that is short enough to read. */
static void hint_keys(struct sw_loader *loader, struct sw_diag *diag, const char *const *names,
                      size_t count)
{
    const char *list = "";

    for (size_t i = 0; i < count; i++) {
        list = sw_format(loader->arena, "%s%s`%s`", list, i == 0 ? "" : ", ", names[i]);
    }
    if (count <= 12) {
        sw_diag_hint(loader->diags, diag,
                     "there is %s; begin it with `x-` if it is a note for "
                     "yourself",
                     list);
    } else {
        sw_diag_hint(loader->diags, diag, "begin it with `x-` if it is a note for yourself");
    }
}

static const char *unknown_key(struct sw_loader *loader, const struct sw_key_table *table,
                               const struct sw_node *key)
{
    struct sw_diags *diags = loader->diags;

    const char *names[64];
    size_t count = 0;
    for (const struct sw_key *row = table->keys; row->name != NULL; row++) {
        names[count++] = row->name;
    }
    struct sw_diag *diag =
        sw_diag_add(diags, SW_ERROR, 201, key->mark, "%s has no key `%s`", table->what, key->text);
    const char *closest = sw_text_closest(key->text, names, count);
    const struct sw_key_table *home = sw_key_home(key->text);
    if (home != NULL && home != table) {
        diag->code = 202;
        sw_diag_hint(diags, diag, "`%s` is a key of %s", key->text, home->what);
        return NULL;
    }
    if (closest != NULL) {
        sw_diag_hint(diags, diag, "did you mean `%s`?", closest);
    } else {
        hint_keys(loader, diag, names, count);
    }
    return closest;
}

/* @return the key that was meant by a misspelt one, or NULL */
static const char *check_key(struct sw_loader *loader, const struct sw_key_table *table,
                             const struct sw_node *key, const struct sw_node *value, unsigned on)
{
    struct sw_diags *diags = loader->diags;
    const struct sw_key *row = sw_key_find(table, key->text);
    struct sw_diag *diag;

    if (row == NULL) {
        return unknown_key(loader, table, key);
    }
    if (on != 0 && on != SW_ON_ALL && (row->on & on) == 0) {
        sw_diag_add(diags, SW_ERROR, 202, key->mark, "`%s` belongs to %s; this step is a `%s`",
                    key->text, verbs_text(loader->arena, row->on), verb_of(on));
    } else if (!form_fits(row->form, value)) {
        diag = sw_diag_add(diags, SW_ERROR, 205, value->mark, "`%s` wants %s", key->text,
                           sw_key_form_text(row->form));
        if (value->kind == SW_NODE_SCALAR && value->length == 0) {
            sw_diag_hint(diags, diag, "nothing stands behind the colon");
        }
    } else if (value->kind == SW_NODE_SCALAR && value->length == 0 &&
               value->style == SW_STYLE_PLAIN) {
        sw_diag_add(diags, SW_ERROR, 205, key->mark, "`%s` is empty; it wants %s", key->text,
                    sw_key_form_text(row->form));
    } else {
        check_items(loader, key->text, row->form, value);
        bool has_own_keys = row->inside != NULL && row->form != SW_FORM_NEXT;
        if (form_is_literal(row->form) && !has_own_keys) {
            check_literal(loader, key->text, value);
        }
    }
    return NULL;
}

static bool is_among(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sw_text_is(word, words[i])) {
            return true;
        }
    }
    return false;
}

bool sw_load_keys(struct sw_loader *loader, const struct sw_key_table *table,
                  const struct sw_node *node, unsigned on, struct sw_mark owner)
{
    const char *meant[8]; /* a key that is misspelt is not missing as well */
    size_t meant_count = 0;
    const char *missing = NULL;
    const struct sw_key *first = NULL;

    if (node->kind != SW_NODE_MAP) {
        sw_diag_add(loader->diags, SW_ERROR, 205, node->mark, "%s is a map of keys: `{ %s: ... }`",
                    table->what, table->keys[0].name);
        return false;
    }
    for (size_t i = 0; i < node->count; i++) {
        if (sw_text_begins(node->keys[i]->text, "x-")) {
            continue;
        }
        const char *key = check_key(loader, table, node->keys[i], node->items[i], on);
        if (key != NULL && meant_count < SW_COUNT(meant)) {
            meant[meant_count++] = key;
        }
    }
    for (const struct sw_key *row = table->keys; row->name != NULL; row++) {
        if ((row->required & on) != 0 && sw_node_get(node, row->name) == NULL &&
            !is_among(row->name, meant, meant_count)) {
            missing = missing == NULL ? sw_format(loader->arena, "`%s`", row->name)
                                      : sw_format(loader->arena, "%s, `%s`", missing, row->name);
            first = first == NULL ? row : first;
        }
    }
    if (missing != NULL) {
        const char *what =
            on == SW_ON_ALL ? table->what : sw_format(loader->arena, "a `%s` step", verb_of(on));
        struct sw_diag *diag =
            sw_diag_add(loader->diags, SW_ERROR, 204, owner, "%s needs %s", what, missing);
        sw_diag_hint(loader->diags, diag, "%s: %s. %s", first->name, sw_key_form_text(first->form),
                     first->doc);
    }
    return true;
}

static const struct sw_node *get_kind(const struct sw_node *map, const char *key,
                                      enum sw_node_kind kind)
{
    const struct sw_node *node = sw_node_get(map, key);

    return node != NULL && node->kind == kind ? node : NULL;
}

const struct sw_node *sw_load_scalar(const struct sw_node *map, const char *key)
{
    return get_kind(map, key, SW_NODE_SCALAR);
}

const struct sw_node *sw_load_list(const struct sw_node *map, const char *key)
{
    return get_kind(map, key, SW_NODE_LIST);
}

const struct sw_node *sw_load_map(const struct sw_node *map, const char *key)
{
    return get_kind(map, key, SW_NODE_MAP);
}

const char *sw_load_word(const struct sw_node *map, const char *key)
{
    const struct sw_node *node = sw_load_scalar(map, key);

    return node == NULL ? NULL : node->text;
}

/* `${` was found there: then the word is no wrong name as well. */
static bool is_filled_in(const struct sw_loader *loader, struct sw_mark mark)
{
    for (size_t i = 0; i < sw_diags_count(loader->diags); i++) {
        const struct sw_diag *diag = sw_diags_at(loader->diags, i);
        if (diag->code == 207 && diag->mark.offset == mark.offset &&
            sw_text_is(diag->mark.file, mark.file)) {
            return true;
        }
    }
    return false;
}

bool sw_load_is_id(struct sw_loader *loader, const struct sw_node *scalar, const char *what)
{
    static const char *const reserved[] = {"true", "false", "null", "yes", "no",   "on",
                                           "off",  "y",     "n",    "and", "or",   "not",
                                           "in",   "if",    "any",  "all", "count"};
    const char *text = scalar->text;
    if ((scalar->length == 0 && scalar->style == SW_STYLE_PLAIN) ||
        is_filled_in(loader, scalar->mark)) {
        return false; /* said by sw_load_keys */
    }
    bool is_good = scalar->length > 0 && scalar->length <= SW_LIMIT_ID_BYTES && text[0] >= 'a' &&
                   text[0] <= 'z';

    for (const char *p = text; *p != '\0' && is_good; p++) {
        is_good = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_';
    }
    if (!is_good) {
        struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 208, scalar->mark,
                                           "`%.80s` cannot be the name of %s", text, what);
        sw_diag_hint(loader->diags, diag,
                     "a small letter, then small letters, digits and `_`, at most %u in all",
                     SW_LIMIT_ID_BYTES);
        return false;
    }
    for (size_t i = 0; i < SW_COUNT(reserved); i++) {
        if (sw_text_is(text, reserved[i])) {
            struct sw_diag *diag =
                sw_diag_add(loader->diags, SW_ERROR, 208, scalar->mark,
                            "`%s` means something else to YAML or in a condition", text);
            sw_diag_hint(loader->diags, diag, "choose another name for %s", what);
            return false;
        }
    }
    return true;
}

static const struct sw_value *parse(struct sw_loader *loader, const struct sw_node *scalar,
                                    const struct sw_type *type)
{
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    if (strstr(scalar->text, "${") != NULL || scalar->length == 0) {
        return NULL; /* said by sw_load_keys */
    }
    if (!sw_type_parse(type, scalar->text, loader->arena, &value, &err)) {
        sw_diag_add(loader->diags, SW_ERROR, 206, scalar->mark, "%s", err.text);
        return NULL;
    }
    return value;
}

bool sw_load_bool(struct sw_loader *loader, const struct sw_node *scalar, bool *ret)
{
    return scalar != NULL && sw_as_bool(parse(loader, scalar, &sw_type_bool), ret);
}

bool sw_load_int(struct sw_loader *loader, const struct sw_node *scalar, int64_t min, int64_t max,
                 int64_t *ret)
{
    int64_t number = 0;

    if (scalar == NULL || !sw_as_int(parse(loader, scalar, &sw_type_int), &number)) {
        return false;
    }
    if (number < min || number > max) {
        sw_diag_add(loader->diags, SW_ERROR, 212, scalar->mark,
                    "%lld is out of bounds: from %lld to %lld", (long long)number, (long long)min,
                    (long long)max);
        return false;
    }
    *ret = number;
    return true;
}

bool sw_load_duration(struct sw_loader *loader, const struct sw_node *scalar, int64_t *ret_ms)
{
    int64_t ms = 0;

    if (scalar == NULL || !sw_as_int(parse(loader, scalar, &sw_type_duration), &ms)) {
        return false;
    }
    if (ms <= 0) {
        sw_diag_add(loader->diags, SW_ERROR, 212, scalar->mark, "this must be longer than 0s");
        return false;
    }
    *ret_ms = ms;
    return true;
}

bool sw_load_real(struct sw_loader *loader, const struct sw_node *scalar,
                  const struct sw_type *type, double min, double max, double *ret)
{
    const struct sw_value *value = scalar == NULL ? NULL : parse(loader, scalar, type);

    if (value == NULL) {
        return false;
    }
    double real = value->kind == SW_V_INT ? (double)value->as.integer : value->as.real;
    if (!(real >= min && real <= max)) {
        sw_diag_add(loader->diags, SW_ERROR, 212, scalar->mark,
                    "%g is out of bounds: from %g to %g", real, min, max);
        return false;
    }
    *ret = real;
    return true;
}

struct sw_template *sw_load_text(struct sw_loader *loader, const struct sw_node *map,
                                 const char *key)
{
    const struct sw_node *node = sw_load_scalar(map, key);

    if (node == NULL) {
        return NULL;
    }
    /* Any type: every value has a form for people. */
    return sw_template_compile(loader->arena, node, &sw_type_any, &loader->names, loader->diags);
}

struct sw_template *sw_load_duration_text(struct sw_loader *loader, const struct sw_node *map,
                                          const char *key)
{
    const struct sw_node *node = sw_load_scalar(map, key);

    if (node == NULL) {
        return NULL;
    }
    return sw_template_compile(loader->arena, node, &sw_type_duration, &loader->names,
                               loader->diags);
}

struct sw_expr *sw_load_condition(struct sw_loader *loader, const struct sw_node *map,
                                  const char *key)
{
    const struct sw_node *node = sw_load_scalar(map, key);

    if (node == NULL || node->length == 0) {
        return NULL;
    }
    if (node->has_comment) {
        struct sw_diag *diag =
            sw_diag_add(loader->diags, SW_ERROR, 213, node->mark,
                        "a comment follows this bare condition, which may have cut it short");
        sw_diag_hint(loader->diags, diag,
                     "quote the whole condition, or put the comment on the line above");
        return NULL;
    }
    return sw_expr_compile_scalar(loader->arena, node, &sw_type_bool, &loader->names,
                                  loader->diags);
}

void sw_load_unknown(struct sw_loader *loader, unsigned code, struct sw_mark mark, const char *word,
                     const char *const *candidates, size_t count, const char *text)
{
    struct sw_diags *diags = loader->diags;

    if (is_filled_in(loader, mark)) {
        return;
    }
    struct sw_diag *diag = sw_diag_add(diags, SW_ERROR, code, mark, "%s", text);
    const char *closest = sw_text_closest(word, candidates, count);

    if (closest != NULL) {
        sw_diag_hint(diags, diag, "did you mean `%s`?", closest);
        return;
    }
    const char *list = "";
    for (size_t i = 0; i < count && i < 12; i++) {
        list = sw_format(loader->arena, "%s%s%s", list, i == 0 ? "" : ", ", candidates[i]);
    }
    if (count > 0) {
        sw_diag_hint(diags, diag, "there is: %s%s", list, count > 12 ? ", ..." : "");
    }
}

bool sw_load_is_broken(const struct sw_loader *loader, const char *section)
{
    const struct sw_node *node = sw_node_get(loader->root, section);

    for (size_t i = 0; node == NULL && i < loader->root->count; i++) {
        const char *key = loader->root->keys[i]->text;
        if (sw_key_find(&sw_keys_top, key) == NULL && sw_text_closest(key, &section, 1) != NULL) {
            return true;
        }
    }
    return node != NULL && node->kind != SW_NODE_MAP;
}

const char *const *sw_load_names(struct sw_arena *arena, const struct sw_map *map)
{
    size_t count = sw_map_count(map);
    const char **names = sw_alloc_array(arena, count + 1, sizeof *names);

    for (size_t i = 0; i < count; i++) {
        names[i] = sw_map_key_at(map, i);
    }
    return names;
}
