/* The reference of the language. */
#include "base/text.h"
#include "lang/codes.h"
#include "lang/keys.h"
#include "lang/reference.h"
#include "ui/doc.h"
#include "ui/escape.h"

static void add_verbs(struct sw_buf *out, unsigned on)
{
    const char *apart = "";

    if (on == SW_ON_ALL) {
        sw_buf_add_text(out, "all");
        return;
    }
    for (const struct sw_key *key = sw_keys_step.keys; key->name != NULL; key++) {
        enum sw_verb verb = SW_VERB_DO;

        if (sw_key_verb(key->name, &verb) && (on & SW_ON(verb)) != 0) {
            sw_buf_addf(out, "%s%s", apart, key->name);
            apart = ", ";
        }
    }
}

static void add_key(struct sw_buf *out, const struct sw_key *key, bool is_step)
{
    enum sw_verb verb = SW_VERB_DO;
    bool is_verb = sw_key_verb(key->name, &verb) && is_step;

    sw_buf_addf(out, "| `%s` | %s | ", key->name, sw_key_form_text(key->form));
    if (is_step) {
        if (is_verb) {
            sw_buf_add_text(out, "the verb");
        } else {
            add_verbs(out, key->on);
        }
        sw_buf_add_text(out, " | ");
    }
    if (key->required == SW_ON_ALL) {
        sw_buf_add_text(out, "yes");
    } else if (key->required != 0 && !is_verb) {
        add_verbs(out, key->required);
    }
    sw_buf_add_text(out, " | ");
    sw_md_add(out, key->doc);
    sw_buf_add_text(out, " |\n");
}

static void add_keys(struct sw_buf *out, const char *title, const struct sw_key_table *table)
{
    bool is_step = table == &sw_keys_step;

    sw_buf_addf(out, "\n### %s\n\n| key | takes |%s needed | |\n|---|---|%s---|---|\n", title,
                is_step ? " verbs |" : "", is_step ? "---|" : "");
    for (const struct sw_key *key = table->keys; key->name != NULL; key++) {
        add_key(out, key, is_step);
    }
}

static void add_rows(struct sw_buf *out, const char *title, const char *head,
                     const struct sw_reference_row *rows)
{
    sw_buf_addf(out, "\n## %s\n\n| | %s | |\n|---|---|---|\n", title, head);
    for (; rows->name != NULL; rows++) {
        sw_buf_add_text(out, "| ");
        sw_md_add_code(out, rows->name);
        sw_buf_add_text(out, " | ");
        sw_md_add_code(out, rows->usage);
        sw_buf_add_text(out, " | ");
        sw_md_add(out, rows->doc == NULL ? "" : rows->doc);
        sw_buf_add_text(out, " |\n");
    }
}

void sw_doc_language(struct sw_buf *out)
{
    static const struct {
        const char *title;
        const struct sw_key_table *table;
    } tables[] = {
        {"The top level", &sw_keys_top},
        {"A variant", &sw_keys_variant},
        {"`extends`", &sw_keys_extends},
        {"A row of `change`", &sw_keys_change},
        {"A parameter", &sw_keys_param},
        {"A target", &sw_keys_target},
        {"A fact", &sw_keys_fact},
        {"A row of `require`", &sw_keys_require},
        {"A step", &sw_keys_step},
        {"An arrow of `next`, `if_lapsed`", &sw_keys_arrow},
        {"A row of `branch`", &sw_keys_branch},
        {"A row of `assert`", &sw_keys_row},
        {"A row of `ensure`", &sw_keys_ensure},
        {"`poll`", &sw_keys_poll},
        {"`retry`", &sw_keys_retry},
        {"A row of `show`", &sw_keys_show},
        {"A choice of `decide`", &sw_keys_choice},
        {"`expires`", &sw_keys_expires},
        {"`edge`", &sw_keys_edge},
        {"`approve`", &sw_keys_approve},
        {"`window`", &sw_keys_window},
    };
    struct sw_arena *arena = sw_arena_new();

    sw_buf_add_text(out,
                    "# The runbook language, version 1\n\n"
                    "Made by `stepwise doc --language` from the tables that the program reads. A "
                    "file is strict YAML:\nUTF-8, one document, no anchors, no tags, no key twice. "
                    "Keys that begin with `x-` are notes of your own;\nany other unknown key is an "
                    "error. `stepwise explain WORD` explains any word on this page.\n\n## Keys\n");
    for (size_t i = 0; i < SW_COUNT(tables); i++) {
        add_keys(out, tables[i].title, tables[i].table);
    }
    add_rows(out, "Outcomes that the language gives", "written", sw_reference_outcomes());
    add_rows(out, "Types", "such as", sw_reference_types());
    sw_buf_add_text(
        out, "\n## Expressions\n\n`that` and `when` take a bare expression; in any other text "
             "`${...}` is filled in. A value is known, null (the\npeer did not say) or unknown "
             "(not read yet, or it could not be read). Operators and functions pass null and\n"
             "unknown on; a condition that is neither true nor false is never taken as true.\n");
    add_rows(out, "Operators, loosest first", "written", sw_reference_operators());
    add_rows(out, "Functions", "written", sw_reference_functions(arena));
    add_rows(out, "Names", "such as", sw_reference_roots());
    sw_buf_add_text(out, "\n## Findings\n\n| code | rule | |\n|---|---|---|\n");
    for (const struct sw_code_doc *row = sw_code_docs(); row->code != 0; row++) {
        sw_buf_addf(out, "| SW%04u | `%s` | ", row->code, sw_code_rule(row, arena));
        sw_md_add(out, row->title);
        sw_buf_add_text(out, " |\n");
    }
    sw_arena_free(arena);
}
