/* explain: any word of the language: a finding, an action, evidence, a function, a key, a type. */
#include "base/text.h"
#include "cli/verb/verbs.h"
#include "cli/wire.h"
#include "lang/codes.h"
#include "lang/keys.h"
#include "lang/reference.h"

#include <stdio.h>
#include <string.h>

struct explain {
    const char *word;
    struct sw_arena *arena;
    size_t found;
    const char **names; /* all that could have been meant */
    size_t count, room;
};

static void begin(struct explain *explain)
{
    printf("%s", explain->found++ == 0 ? "" : "\n");
}

/* Does the word mean this? Either way it may be what a misspelt word meant. */
static bool is_meant(struct explain *explain, const char *name)
{
    const char *dot = strrchr(name, '.');

    explain->names = sw_grow(explain->arena, explain->names, explain->count, &explain->room,
                             sizeof *explain->names);
    explain->names[explain->count++] = name;
    return sw_text_is_folded(name, explain->word) ||
           (dot != NULL && sw_text_is_folded(dot + 1, explain->word));
}

static void explain_code(struct explain *explain)
{
    const struct sw_code_doc *doc = sw_code_find(explain->word);

    if (doc != NULL) {
        begin(explain);
        printf("SW%04u: %s\n\n%s\nRule: %s\n", doc->code, doc->title, doc->text,
               sw_code_rule(doc, explain->arena));
    }
}

static void explain_actions(struct explain *explain)
{
    for (const struct sw_pack *const *pack = sw_wire_registry()->packs; *pack != NULL; pack++) {
        const struct sw_action *const *action = (*pack)->actions;

        for (; action != NULL && *action != NULL; action++) {
            if (is_meant(explain, (*action)->name)) {
                begin(explain);
                sw_print_action(explain->arena, *action);
            }
        }
    }
}

/* Who yields a piece of evidence, and who needs it. */
static void print_uses(const char *evidence)
{
    for (const struct sw_pack *const *pack = sw_wire_registry()->packs; *pack != NULL; pack++) {
        const struct sw_action *const *action = (*pack)->actions;

        for (; action != NULL && *action != NULL; action++) {
            const struct sw_yield *row = (*action)->yields;

            for (; row != NULL && row->evidence != NULL; row++) {
                if (sw_text_is(row->evidence, evidence)) {
                    printf("Yielded by\n  %s, when it ends with '%s'\n", (*action)->name,
                           row->outcome);
                }
            }
            if (sw_text_is((*action)->accept_yields, evidence)) {
                printf("Yielded by\n  a choice that accepts what %s lists\n", (*action)->name);
            }
            for (const char *const *name = (*action)->ends; name != NULL && *name != NULL; name++) {
                if (sw_text_is(*name, evidence)) {
                    printf("Taken away by\n  %s\n", (*action)->name);
                }
            }
            for (size_t i = 0; i < (*action)->need_count; i++) {
                const char *const *name = (*action)->needs[i].evidence;

                while (*name != NULL && !sw_text_is(*name, evidence)) {
                    name++;
                }
                if (*name != NULL) {
                    printf("Needed by\n  %s\n", (*action)->name);
                    break;
                }
            }
        }
    }
}

static void explain_evidence(struct explain *explain)
{
    for (const struct sw_pack *const *pack = sw_wire_registry()->packs; *pack != NULL; pack++) {
        const struct sw_evidence *const *piece = (*pack)->evidence;

        for (; piece != NULL && *piece != NULL; piece++) {
            if (!is_meant(explain, (*piece)->name)) {
                continue;
            }
            begin(explain);
            printf("%s (evidence)\n  %s\n", (*piece)->name, (*piece)->doc);
            for (const char *const *on = (*piece)->rests_on; on != NULL && *on != NULL; on++) {
                printf("%s  %s\n", on == (*piece)->rests_on ? "Rests on\n" : "", *on);
            }
            print_uses((*piece)->name);
            if ((*piece)->is_attestable) {
                printf("A trusted hook may attest it.\n");
            }
        }
    }
}

static void explain_kinds(struct explain *explain)
{
    for (const struct sw_pack *const *pack = sw_wire_registry()->packs; *pack != NULL; pack++) {
        const struct sw_target_kind *const *kind = (*pack)->target_kinds;

        for (; kind != NULL && *kind != NULL; kind++) {
            if (is_meant(explain, (*kind)->name)) {
                begin(explain);
                printf("%s (kind of target)\n  %s\n", (*kind)->name, (*kind)->doc);
                sw_print_fields(explain->arena, "Settings", (*kind)->settings);
            }
        }
    }
}

static void explain_rows(struct explain *explain, const char *what,
                         const struct sw_reference_row *rows)
{
    for (; rows->name != NULL; rows++) {
        if (is_meant(explain, rows->name)) {
            begin(explain);
            printf("%s (%s)\n  %s\n  %s\n", rows->name, what, rows->usage, rows->doc);
        }
    }
}

static void explain_keys(struct explain *explain)
{
    static const struct sw_key_table *const tables[] = {
        &sw_keys_top,     &sw_keys_param,  &sw_keys_target,  &sw_keys_fact,    &sw_keys_require,
        &sw_keys_step,    &sw_keys_row,    &sw_keys_ensure,  &sw_keys_arrow,   &sw_keys_choice,
        &sw_keys_show,    &sw_keys_branch, &sw_keys_poll,    &sw_keys_retry,   &sw_keys_edge,
        &sw_keys_approve, &sw_keys_window, &sw_keys_expires, &sw_keys_extends, &sw_keys_change,
    };

    for (size_t i = 0; i < SW_COUNT(tables); i++) {
        for (const struct sw_key *key = tables[i]->keys; key->name != NULL; key++) {
            if (!is_meant(explain, key->name)) {
                continue;
            }
            begin(explain);
            printf("%s (key of %s)\n  %s\n  It takes %s.\n", key->name, tables[i]->what, key->doc,
                   sw_key_form_text(key->form));
            for (const struct sw_key *in = key->inside == NULL ? NULL : key->inside->keys;
                 in != NULL && in->name != NULL && key->inside != &sw_keys_step; in++) {
                printf("%s  %-14s %s%s\n", in == key->inside->keys ? "Keys inside\n" : "", in->name,
                       in->required == SW_ON_ALL ? "(required) " : "", in->doc);
            }
        }
    }
}

/* ---- keys of the other files, from their schemas ---- */

static const char *about_of(const struct sw_value *schema)
{
    const char *text = sw_as_text(sw_get(schema, "description"));

    return text == NULL ? "" : text;
}

/* The keys of a map, or of the rows of a list. NULL: it has none of its own. */
static const struct sw_value *keys_in(const struct sw_value *schema)
{
    const struct sw_value *items = sw_get(schema, "items");
    const struct sw_value *keys = sw_get(items == NULL ? schema : items, "properties");

    return keys != NULL && keys->kind == SW_V_MAP ? keys : NULL;
}

static void print_inside(const struct sw_value *keys, const char *title)
{
    for (size_t i = 0; keys != NULL && i < keys->as.map.count; i++) {
        const struct sw_entry *entry = &keys->as.map.entries[i];

        printf("%s  %-14s %s\n", i == 0 ? title : "", entry->key, about_of(entry->value));
    }
}

static void explain_file_key(struct explain *explain, const char *what, const struct sw_value *root,
                             const struct sw_entry *entry)
{
    bool is_file = sw_get(root, "$id") != NULL && entry == &keys_in(root)->as.map.entries[0];

    if (!is_meant(explain, entry->key)) {
        return;
    }
    begin(explain);
    printf("%s (key of a %s file)\n  %s\n", entry->key, what, about_of(entry->value));
    print_inside(keys_in(entry->value), "Keys inside\n");
    if (is_file) {
        print_inside(keys_in(root), "Keys of such a file\n");
    }
}

/* All that a schema describes; what stands in many alternatives is told in the first. */
static void explain_schema(struct explain *explain, const char *what, const struct sw_value *schema)
{
    static const char *const deeper[] = {"items", "additionalProperties"};
    const struct sw_value *keys = sw_get(schema, "properties");

    for (size_t i = 0; keys != NULL && i < keys->as.map.count; i++) {
        explain_file_key(explain, what, schema, &keys->as.map.entries[i]);
        explain_schema(explain, what, keys->as.map.entries[i].value);
    }
    for (size_t i = 0; i < SW_COUNT(deeper); i++) {
        const struct sw_value *next = sw_get(schema, deeper[i]);

        if (next != NULL && next->kind == SW_V_MAP) {
            explain_schema(explain, what, next);
        }
    }
}

static void explain_files(struct explain *explain)
{
    static const char *const files[] = {"test", "site", "world"};

    for (size_t i = 0; i < SW_COUNT(files); i++) {
        explain_schema(explain, files[i], sw_schema_named(files[i], explain->arena));
    }
}

int sw_cmd_explain(const struct sw_options *options, struct sw_arena *arena)
{
    struct explain explain = {.word = options->operands[0], .arena = arena};

    explain_code(&explain);
    explain_actions(&explain);
    explain_evidence(&explain);
    explain_kinds(&explain);
    explain_keys(&explain);
    explain_files(&explain);
    explain_rows(&explain, "function", sw_reference_functions(arena));
    explain_rows(&explain, "operator", sw_reference_operators());
    explain_rows(&explain, "type", sw_reference_types());
    explain_rows(&explain, "name in expressions", sw_reference_roots());
    explain_rows(&explain, "outcome", sw_reference_outcomes());
    if (explain.found > 0) {
        return SW_EXIT_DONE;
    }
    const char *close = sw_text_closest(explain.word, explain.names, explain.count);

    fprintf(stderr,
            "stepwise explain: there is no '%s'%s%s%s It explains findings (SW0501), actions, "
            "evidence, keys of all files, functions, operators and types.\n",
            explain.word, close == NULL ? "." : "; did you mean '", close == NULL ? "" : close,
            close == NULL ? "" : "'?");
    return SW_EXIT_USAGE;
}
