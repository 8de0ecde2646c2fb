/* The reference of all actions, made from their tables. */
#include "base/text.h"
#include "ui/doc.h"
#include "ui/escape.h"

static const char *effect_text(const struct sw_action *action)
{
    switch (action->effect) {
    case SW_EFFECT_READ:
        return action->is_wait ? "`wait`: reads only, asked again and again"
                               : "`read`: reads only, asked once";
    case SW_EFFECT_REVERSIBLE:
        return action->undo != NULL ? "`do`: changes something, and can put it back"
                                    : "`do`: changes something; nothing has to be put back";
    case SW_EFFECT_IRREVERSIBLE:
        return "`do`: **cannot be undone**; needs evidence and an `edge`";
    }
    return "";
}

static void add_fields(struct sw_buf *out, struct sw_arena *arena, const char *title,
                       const struct sw_field *fields)
{
    if (fields == NULL || fields->name == NULL) {
        return;
    }
    sw_buf_addf(out, "\n| %s | type | |\n|---|---|---|\n", title);
    for (; fields->name != NULL; fields++) {
        sw_buf_addf(out, "| `%s` | ", fields->name);
        sw_md_add(out, sw_type_text(arena, fields->type));
        sw_buf_add_text(out, " | ");
        sw_md_add(out, fields->doc);
        if ((fields->flags & SW_FIELD_REQUIRED) != 0) {
            sw_buf_add_text(out, " Required.");
        }
        if (fields->preset != NULL) {
            sw_buf_add_text(out, " Left out: ");
            sw_md_add_code(out, fields->preset);
            sw_buf_add_text(out, ".");
        }
        sw_buf_add_text(out, " |\n");
    }
}

static void add_outcomes(struct sw_buf *out, const struct sw_action *action)
{
    const struct sw_outcome_doc *row = action->outcomes;
    const struct sw_action_error *error = action->errors;

    if (row != NULL && row->name != NULL) {
        sw_buf_add_text(out, "\n| outcome | |\n|---|---|\n");
        for (; row->name != NULL; row++) {
            sw_buf_addf(out, "| `%s` | ", row->name);
            sw_md_add(out, row->doc);
            sw_buf_add_text(out, " |\n");
        }
    }
    if (error != NULL && error->name != NULL) {
        sw_buf_add_text(out, "\n| error | retried | |\n|---|---|---|\n");
        for (; error->name != NULL; error++) {
            sw_buf_addf(out, "| `%s` | %s | ", error->name, error->is_transient ? "yes" : "no");
            sw_md_add(out, error->doc == NULL ? "" : error->doc);
            sw_buf_add_text(out, " |\n");
        }
    }
}

static void add_evidence(struct sw_buf *out, const struct sw_action *action)
{
    const struct sw_yield *yield = action->yields;

    for (; yield != NULL && yield->evidence != NULL; yield++) {
        sw_buf_addf(out, "- yields `%s` when it ends with `%s`\n", yield->evidence, yield->outcome);
    }
    if (action->accept_yields != NULL) {
        sw_buf_addf(out, "- a choice that accepts its listing yields `%s`\n",
                    action->accept_yields);
    }
    for (const char *const *name = action->ends; name != NULL && *name != NULL; name++) {
        sw_buf_addf(out, "- takes `%s` away\n", *name);
    }
    for (size_t i = 0; i < action->need_count; i++) {
        sw_buf_add_text(out, i == 0 ? "- needs " : "- or ");
        for (const char *const *name = action->needs[i].evidence; *name != NULL; name++) {
            sw_buf_addf(out, "%s`%s`", name == action->needs[i].evidence ? "" : " and ", *name);
        }
        sw_buf_add_text(out, "\n");
    }
    if (action->loss != NULL) {
        sw_buf_add_text(out, "- what is lost: ");
        sw_md_add(out, action->loss);
        sw_buf_add_text(out, "\n");
    }
    if (action->no_undo_reason != NULL) {
        sw_buf_add_text(out, "- why nothing has to be put back: ");
        sw_md_add(out, action->no_undo_reason);
        sw_buf_add_text(out, "\n");
    }
    for (const struct sw_write *row = action->writes; row != NULL && row->name != NULL; row++) {
        sw_buf_add_text(out, "- does: ");
        sw_md_add(out, row->doc);
        sw_buf_add_text(out, "\n");
    }
}

static void add_action(struct sw_buf *out, struct sw_arena *arena, const struct sw_action *action)
{
    sw_buf_addf(out, "\n### `%s`\n\n", action->name);
    sw_md_add(out, action->doc);
    sw_buf_addf(out, "\n\n- %s\n", effect_text(action));
    if (action->target_kind != NULL) {
        sw_buf_addf(out, "- on a target of kind `%s`%s%s%s\n", action->target_kind,
                    action->also_kind == NULL ? "" : "; also asks one of kind `",
                    action->also_kind == NULL ? "" : action->also_kind,
                    action->also_kind == NULL ? "" : "`");
    }
    if (action->takes_subject) {
        sw_buf_add_text(out, "- works on the runbook's `subject`\n");
    }
    add_evidence(out, action);
    add_fields(out, arena, "input", action->inputs);
    add_fields(out, arena, "output", action->outputs);
    add_outcomes(out, action);
    if (action->example != NULL && *action->example != NULL) {
        struct sw_buf lines;

        sw_buf_init(&lines, 64u * 1024u);
        for (const char *const *line = action->example; *line != NULL; line++) {
            sw_buf_addf(&lines, "%s\n", *line);
        }
        sw_buf_addf(out, "\n```yaml\n%s```\n", lines.bytes);
        sw_buf_release(&lines);
    }
    sw_buf_add_text(out, "\nSource: ");
    sw_md_add(out, action->source);
    sw_buf_add_text(out, "\n");
}

static void add_pack(struct sw_buf *out, struct sw_arena *arena, const struct sw_pack *pack)
{
    const struct sw_target_kind *const *kind = pack->target_kinds;
    const struct sw_evidence *const *piece = pack->evidence;
    const struct sw_action *const *action = pack->actions;

    sw_buf_addf(out, "\n## Pack `%s`\n\n", pack->name);
    sw_md_add(out, pack->doc);
    sw_buf_add_text(out, "\n");
    for (; kind != NULL && *kind != NULL; kind++) {
        sw_buf_addf(out, "\n### Kind of target `%s`\n\n", (*kind)->name);
        sw_md_add(out, (*kind)->doc);
        sw_buf_add_text(out, "\n");
        add_fields(out, arena, "setting", (*kind)->settings);
    }
    if (piece != NULL && *piece != NULL) {
        sw_buf_addf(out,
                    "\n### Evidence of `%s`\n\n| evidence | rests on | it proves |\n"
                    "|---|---|---|\n",
                    pack->name);
    }
    for (; piece != NULL && *piece != NULL; piece++) {
        sw_buf_addf(out, "| `%s` | ", (*piece)->name);
        for (const char *const *name = (*piece)->rests_on; name != NULL && *name != NULL; name++) {
            sw_buf_addf(out, "%s`%s`", name == (*piece)->rests_on ? "" : ", ", *name);
        }
        sw_buf_add_text(out, " | ");
        sw_md_add(out, (*piece)->doc);
        sw_buf_add_text(out,
                        (*piece)->is_attestable ? " A trusted hook may attest it. |\n" : " |\n");
    }
    for (; action != NULL && *action != NULL; action++) {
        add_action(out, arena, *action);
    }
}

void sw_doc_actions(struct sw_buf *out, const struct sw_registry *registry)
{
    struct sw_arena *arena = sw_arena_new();

    sw_buf_add_text(out, "# Reference of all actions\n\n"
                         "Made by `stepwise doc --actions` from the tables of the program; each "
                         "example is run through `lint` by a test.\n");
    for (const struct sw_pack *const *pack = registry->packs; *pack != NULL; pack++) {
        add_pack(out, arena, *pack);
    }
    sw_arena_free(arena);
}
