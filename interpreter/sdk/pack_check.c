#include "base/text.h"
#include "sdk/pack.h"

#include <string.h>

/* What a failure is about, for messages: "action 'x.y'". */
struct row {
    const struct sw_registry *registry;
    const char *what;
    const char *name;
    struct sw_error *err;
};

static bool wrong(const struct row *row, const char *why)
{
    return sw_fail(row->err, SW_E_INTERNAL, "%s '%s' %s", row->what,
                   row->name == NULL ? "(without a name)" : row->name, why);
}

static bool wrong_about(const struct row *row, const char *why, const char *about)
{
    return sw_fail(row->err, SW_E_INTERNAL, "%s '%s' %s '%s'", row->what, row->name, why,
                   about == NULL ? "" : about);
}

static bool has_text(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static bool check_fields(const struct row *row, const struct sw_field *fields)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    for (const struct sw_field *field = fields; field != NULL && field->name != NULL; field++) {
        const struct sw_value *preset = NULL;
        struct sw_error why = {0};

        if (!has_text(field->doc)) {
            return wrong_about(row, "has no doc for its field", field->name);
        }
        if (field->type == NULL) {
            return wrong_about(row, "has no type for its field", field->name);
        }
        if (sw_field_find(field + 1, field->name) != NULL) {
            return wrong_about(row, "has two fields", field->name);
        }
        if (field->preset != NULL &&
            !sw_type_parse(field->type, field->preset, arena, &preset, &why)) {
            return wrong_about(row, "has a preset of another type for its field", field->name);
        }
        if (field->preset != NULL && (field->flags & SW_FIELD_REQUIRED) != 0) {
            return wrong_about(row, "requires, but presets, its field", field->name);
        }
    }
    return true;
}

static bool check_evidence_names(const struct row *row, const char *const *names, size_t most)
{
    for (size_t i = 0; names != NULL && i < most && names[i] != NULL; i++) {
        if (sw_registry_evidence(row->registry, names[i]) == NULL) {
            return wrong_about(row, "names evidence that does not exist:", names[i]);
        }
    }
    return true;
}

/* Without a table there is only `ok`; with one, `ok` stands in it like any other. */
static bool has_outcome(const struct sw_action *action, const char *name)
{
    if (action->outcomes == NULL) {
        return sw_text_is(name, "ok");
    }
    for (const struct sw_outcome_doc *row = action->outcomes; row->name != NULL; row++) {
        if (sw_text_is(row->name, name)) {
            return true;
        }
    }
    return false;
}

static bool check_proof(const struct row *row, const struct sw_action *action)
{
    for (const struct sw_yield *yield = action->yields; yield != NULL && yield->evidence != NULL;
         yield++) {
        if (!check_evidence_names(row, &yield->evidence, 1)) {
            return false;
        }
        if (!has_outcome(action, yield->outcome)) {
            return wrong_about(row, "yields on an outcome that it does not have:", yield->outcome);
        }
    }
    for (size_t i = 0; i < action->need_count; i++) {
        if (action->needs == NULL || action->needs[i].evidence[0] == NULL) {
            return wrong(row, "counts more alternatives than it lists");
        }
        if (!check_evidence_names(row, action->needs[i].evidence,
                                  SW_COUNT(action->needs[i].evidence))) {
            return false;
        }
    }
    if (action->needs != NULL && action->needs[action->need_count].evidence[0] != NULL) {
        return wrong(row, "lists more alternatives than it counts");
    }
    if (!check_evidence_names(row, action->ends, SIZE_MAX)) {
        return false;
    }
    if (action->listing != NULL) {
        const struct sw_field *listing = sw_field_find(action->outputs, action->listing);

        if (listing == NULL || listing->type->kind != SW_T_LISTING) {
            return wrong_about(row, "has no output of type listing named", action->listing);
        }
    }
    if (action->accept_yields != NULL && action->listing == NULL) {
        return wrong(row, "yields evidence for a listing that it does not have");
    }
    return check_evidence_names(row, &action->accept_yields, 1);
}

static bool check_writes(const struct row *row, const struct sw_write *writes)
{
    for (const struct sw_write *write = writes; write != NULL && write->name != NULL; write++) {
        if (!has_text(write->doc) || write->build == NULL) {
            return wrong_about(row, "has no doc or builder for its write", write->name);
        }
        if (write->settles_ms < 0) {
            return wrong_about(row, "has a negative time to settle for its write", write->name);
        }
        for (const struct sw_write *other = write + 1; other->name != NULL; other++) {
            if (sw_text_is(write->name, other->name)) {
                return wrong_about(row, "has two writes", write->name);
            }
        }
    }
    return true;
}

static bool has_rows(const struct sw_write *writes)
{
    return writes != NULL && writes[0].name != NULL;
}

static bool check_effect(const struct row *row, const struct sw_action *action)
{
    bool has_undo = has_rows(action->undo);

    if (has_undo != (action->probe_undo != NULL)) {
        return wrong(row, "needs undo rows and probe_undo together");
    }
    switch (action->effect) {
    case SW_EFFECT_READ:
        if (has_rows(action->writes) || has_undo) {
            return wrong(row, "is a read, but has writes");
        }
        return true;
    case SW_EFFECT_REVERSIBLE:
        if (!has_rows(action->writes)) {
            return wrong(row, "changes something, but has no writes");
        }
        if (has_undo == has_text(action->no_undo_reason)) {
            return wrong(row, "is reversible: it has either undo rows or a reason for none");
        }
        return true;
    case SW_EFFECT_IRREVERSIBLE:
        if (!has_rows(action->writes)) {
            return wrong(row, "changes something, but has no writes");
        }
        if (has_undo || action->no_undo_reason != NULL) {
            return wrong(row, "is irreversible, but has an undo");
        }
        if (!has_text(action->loss)) {
            return wrong(row, "is irreversible, but does not say what is lost");
        }
        if (action->need_count == 0) {
            return wrong(row, "is irreversible, but needs no evidence");
        }
        return true;
    }
    return wrong(row, "has an effect that does not exist");
}

static bool check_action(const struct row *row, const struct sw_action *action)
{
    if (!has_text(action->name) || !has_text(action->doc) || !has_text(action->source)) {
        return wrong(row, "lacks a name, a doc or a source");
    }
    if (sw_registry_action(row->registry, action->name) != action) {
        return wrong(row, "is there twice");
    }
    if (action->probe == NULL) {
        return wrong(row, "has no probe");
    }
    if ((action->is_wait || action->reads_log) && action->effect != SW_EFFECT_READ) {
        return wrong(row, "waits, but is no read");
    }
    if (action->target_kind != NULL &&
        sw_registry_target_kind(row->registry, action->target_kind) == NULL) {
        return wrong_about(row, "works on a target kind that does not exist:", action->target_kind);
    }
    if (action->also_kind != NULL &&
        (action->effect != SW_EFFECT_READ ||
         sw_registry_target_kind(row->registry, action->also_kind) == NULL)) {
        return wrong_about(row, "also asks what it can't:", action->also_kind);
    }
    for (const struct sw_outcome_doc *outcome = action->outcomes;
         outcome != NULL && outcome->name != NULL; outcome++) {
        if (!has_text(outcome->doc)) {
            return wrong_about(row, "has no doc for its outcome", outcome->name);
        }
    }
    for (const struct sw_action_error *error = action->errors; error != NULL && error->name != NULL;
         error++) {
        if (!has_text(error->doc)) {
            return wrong_about(row, "has no doc for its error", error->name);
        }
    }
    return check_effect(row, action) && check_fields(row, action->inputs) &&
           check_fields(row, action->outputs) && check_writes(row, action->writes) &&
           check_writes(row, action->undo) && check_proof(row, action);
}

static bool check_evidence(const struct row *row, const struct sw_evidence *evidence)
{
    if (!has_text(evidence->name) || !has_text(evidence->doc)) {
        return wrong(row, "lacks a name or a doc");
    }
    if (sw_registry_evidence(row->registry, evidence->name) != evidence) {
        return wrong(row, "is there twice");
    }
    if (evidence->reread == NULL) {
        return wrong(row, "can't be read again");
    }
    if (evidence->target_kind != NULL &&
        sw_registry_target_kind(row->registry, evidence->target_kind) == NULL) {
        return wrong_about(row,
                           "is read on a target kind that does not exist:", evidence->target_kind);
    }
    return check_evidence_names(row, evidence->rests_on, SIZE_MAX);
}

static bool check_target_kind(const struct row *row, const struct sw_target_kind *kind)
{
    if (!has_text(kind->name) || !has_text(kind->doc)) {
        return wrong(row, "lacks a name or a doc");
    }
    if (sw_registry_target_kind(row->registry, kind->name) != kind) {
        return wrong(row, "is there twice");
    }
    if (kind->identity_action != NULL) {
        const struct sw_action *read = sw_registry_action(row->registry, kind->identity_action);

        if (read == NULL || read->effect != SW_EFFECT_READ) {
            return wrong_about(
                row, "is identified by a read that does not exist:", kind->identity_action);
        }
        if (sw_field_find(read->outputs, kind->identity_output) == NULL) {
            return wrong_about(
                row, "is identified by an output that does not exist:", kind->identity_output);
        }
        if (kind->subject_output == NULL) {
            return wrong(row, "is identified, but not by an output of the subject");
        }
    }
    return check_fields(row, kind->settings);
}

bool sw_registry_check(const struct sw_registry *registry, struct sw_error *err)
{
    for (size_t p = 0; registry->packs[p] != NULL; p++) {
        const struct sw_pack *pack = registry->packs[p];

        for (size_t i = 0; pack->actions != NULL && pack->actions[i] != NULL; i++) {
            struct row row = {registry, "action", pack->actions[i]->name, err};

            if (!check_action(&row, pack->actions[i])) {
                return false;
            }
        }
        for (size_t i = 0; pack->evidence != NULL && pack->evidence[i] != NULL; i++) {
            struct row row = {registry, "evidence", pack->evidence[i]->name, err};

            if (!check_evidence(&row, pack->evidence[i])) {
                return false;
            }
        }
        for (size_t i = 0; pack->target_kinds != NULL && pack->target_kinds[i] != NULL; i++) {
            struct row row = {registry, "target kind", pack->target_kinds[i]->name, err};

            if (!check_target_kind(&row, pack->target_kinds[i])) {
                return false;
            }
        }
    }
    return true;
}
