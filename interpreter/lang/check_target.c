/* Is every target that steps use for the subject compared with the subject's own? */
#include "base/text.h"
#include "lang/runbook_load.h"

static bool works_on_subject(const struct sw_runbook *book, size_t target)
{
    for (size_t i = 0; i < book->step_count; i++) {
        const struct sw_use *use = &book->steps[i].use;

        if (use->action != NULL && use->action->takes_subject && use->target == target) {
            return true;
        }
    }
    return false;
}

static bool is_read(const struct sw_runbook *book, size_t target, const char *action)
{
    for (size_t i = 0; i < book->fact_count; i++) {
        const struct sw_use *use = &book->facts[i].use;

        if (use->action != NULL && use->target == target && sw_text_is(use->action->name, action)) {
            return true;
        }
    }
    return false;
}

void sw_load_check_targets(struct sw_loader *loader)
{
    const struct sw_runbook *book = loader->book;

    for (size_t i = 0; book->subject != SW_NO_STEP && i < book->target_count; i++) {
        const struct sw_target_decl *target = &book->targets[i];
        const char *action = target->kind == NULL ? NULL : target->kind->identity_action;

        if (action == NULL || !works_on_subject(book, i) || is_read(book, i, action)) {
            continue;
        }
        struct sw_diag *diag =
            sw_diag_add(loader->diags, SW_ERROR, 506, target->mark,
                        "nothing tells whether `%s` is the subject's own", target->name);
        sw_diag_hint(
            loader->diags, diag,
            "add a fact that reads it: `{ read: %s, target: %s }`; its `%s` is compared with "
            "the subject's `%s`",
            action, target->name, target->kind->identity_output, target->kind->subject_output);
    }
}
