/* Is every target that steps use for the subject compared with the subject's own? */
#include "base/text.h"
#include "lang/runbook_load.h"

/** In this frame or in one that it calls for its subject. */
static bool works_on_subject(const struct sw_runbook *book, size_t domain, size_t target)
{
    for (size_t i = 0; i < book->step_count; i++) {
        const struct sw_use *use = &book->steps[i].use;

        if (book->frames[book->steps[i].frame].domain == domain && use->action != NULL &&
            use->action->takes_subject && use->target == target) {
            return true;
        }
    }
    return false;
}

static bool is_read(const struct sw_runbook *book, size_t frame, size_t target, const char *action)
{
    for (size_t i = 0; i < book->fact_count; i++) {
        const struct sw_use *use = &book->facts[i].use;

        if (book->facts[i].frame == frame && use->action != NULL && use->target == target &&
            sw_text_is(use->action->name, action)) {
            return true;
        }
    }
    return false;
}

void sw_load_check_targets(struct sw_loader *loader)
{
    const struct sw_runbook *book = loader->book;
    const struct sw_frame *frame = loader->frame;

    for (size_t i = 0; frame->subject != SW_NO_STEP && i < frame->target_count; i++) {
        const struct sw_target_decl *target = &frame->targets[i];
        const char *action = target->kind == NULL ? NULL : target->kind->identity_action;

        if (book->facts[frame->subject].use.target == frame->bound[i]) {
            continue; /* the subject is a thing of this very target: there is no other to mix it up
                         with */
        }
        if (action == NULL || !works_on_subject(book, loader->frame_index, frame->bound[i]) ||
            is_read(book, loader->frame_index, frame->bound[i], action)) {
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
