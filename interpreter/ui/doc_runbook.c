/* The reference page of a runbook. */
#include "base/text.h"
#include "base/time.h"
#include "engine/plan_step.h"
#include "lang/flow.h"
#include "ui/doc.h"
#include "ui/escape.h"

struct page {
    struct sw_buf *out;
    struct sw_arena *arena;
    const struct sw_runbook *runbook;
};

static void add(const struct page *page, const char *own)
{
    sw_buf_add_text(page->out, own);
}

static void add_text(const struct page *page, const char *text)
{
    sw_md_add(page->out, text == NULL ? "" : text);
}

static const char *source(const struct page *page, const struct sw_template *template)
{
    return sw_template_source(template, page->arena);
}

static const char *duration(const struct page *page, int64_t ms)
{
    struct sw_buf out;

    sw_buf_init(&out, 256);
    sw_value_print(&out, sw_number(page->arena, SW_V_DURATION, ms));
    const char *text = sw_copy(page->arena, out.bytes, out.length);

    sw_buf_release(&out);
    return text;
}

static void add_value(const struct page *page, const struct sw_value *value)
{
    struct sw_buf out;

    sw_buf_init(&out, 64u * 1024u);
    sw_value_print(&out, value);
    sw_md_add_code(page->out, out.bytes);
    sw_buf_release(&out);
}

/* ---- above the steps ---- */

static void add_params(const struct page *page)
{
    const struct sw_runbook *book = page->runbook;

    if (book->param_count == 0) {
        return;
    }
    add(page, "\n## Parameters\n\n| parameter | type | when left out | |\n|---|---|---|---|\n");
    for (size_t i = 0; i < book->param_count; i++) {
        const struct sw_param *param = &book->params[i];

        sw_buf_addf(page->out, "| `%s` | ", param->name);
        add_text(page, sw_type_text(page->arena, param->type));
        add(page, " | ");
        if (param->is_required) {
            add(page, "must be given");
        } else if (param->preset != NULL) {
            add_value(page, param->preset);
        }
        add(page, " | ");
        add_text(page, param->description);
        if (param->description != NULL && !sw_text_ends(param->description, ".")) {
            add(page, ".");
        }
        if (param->min != NULL) {
            add(page, " At least ");
            add_value(page, param->min);
            add(page, ".");
        }
        if (param->max != NULL) {
            add(page, " At most ");
            add_value(page, param->max);
            add(page, ".");
        }
        if (param->pattern != NULL) {
            add(page, " Matches ");
            sw_md_add_code(page->out, param->pattern);
            add(page, ".");
        }
        add(page, " |\n");
    }
}

static void add_targets(const struct page *page)
{
    const struct sw_runbook *book = page->runbook;

    if (book->target_count > 0) {
        add(page, "\n## Targets\n\n| target | kind | |\n|---|---|---|\n");
    }
    for (size_t i = 0; i < book->target_count; i++) {
        sw_buf_addf(page->out, "| `%s` | `%s` | ", book->targets[i].name,
                    book->targets[i].kind->name);
        add_text(page, book->targets[i].kind->doc);
        add(page, " |\n");
    }
    if (book->fact_count > 0) {
        add(page, "\n## What is read first\n\n| fact | read by | |\n|---|---|---|\n");
    }
    for (size_t i = 0; i < book->fact_count; i++) {
        const struct sw_fact *fact = &book->facts[i];

        sw_buf_addf(page->out, "| `%s` | `%s` | ", fact->key, fact->use.action->name);
        add_text(page, fact->use.action->doc);
        add(page, i == book->subject ? " **The subject: evidence and delete are about this.** |\n"
                                     : " |\n");
    }
}

static void add_requires(const struct page *page)
{
    const struct sw_runbook *book = page->runbook;

    if (book->require_count == 0) {
        return;
    }
    add(page, "\n## What must hold first\n\nAll of it is shown when it does not; it is asked again "
              "at the point of no return, unless it says `at: start`.\n\n"
              "| row | must hold | else |\n|---|---|---|\n");
    for (size_t i = 0; i < book->require_count; i++) {
        const struct sw_row *row = &book->requires[i];

        sw_buf_addf(page->out, "| `%s`%s | ", row->id, row->is_at_start ? ", at the start" : "");
        sw_md_add_code(page->out, sw_expr_text(row->that));
        add(page, " | ");
        add_text(page, source(page, row->otherwise));
        add(page, " |\n");
    }
}

/* ---- steps ---- */

static void add_work(const struct page *page, const struct sw_step *step)
{
    static const char *const ends[] = {"done", "stopped", "failed"};

    sw_buf_addf(page->out, "- `%s`", sw_verb_name(step->verb));
    switch (step->verb) {
    case SW_VERB_DO:
    case SW_VERB_READ:
    case SW_VERB_WAIT:
        sw_buf_addf(page->out, " `%s`", step->use.action->name);
        if (step->use.target != SW_NO_STEP) {
            sw_buf_addf(page->out, " on `%s`", page->runbook->targets[step->use.target].name);
        }
        add(page, ": ");
        add_text(page, step->use.action->doc);
        break;
    case SW_VERB_DECIDE:
        sw_buf_addf(page->out, ": %s answers", step->by == NULL ? "any approver" : step->by);
        break;
    case SW_VERB_HOOK:
        sw_buf_addf(page->out, " `%s`%s", step->hook,
                    step->is_optional ? "; skipped where nothing is bound" : "");
        break;
    case SW_VERB_END:
        sw_buf_addf(page->out, " %s%s", ends[step->end],
                    step->is_rollback ? "; every change is put back first" : "");
        break;
    case SW_VERB_CALL:
        sw_buf_addf(page->out, " `%s`%s", page->runbook->frames[step->callee->frame].name,
                    step->callee->each == NULL ? "" : ", once an item");
        break;
    case SW_VERB_BRANCH:
    case SW_VERB_ASSERT:
        break;
    }
    add(page, "\n");
}

static void add_arguments(const struct page *page, const struct sw_step *step)
{
    for (size_t i = 0; i < step->use.argument_count; i++) {
        sw_buf_addf(page->out, "- with `%s`: ", step->use.arguments[i].field->name);
        sw_md_add_code(page->out, source(page, step->use.arguments[i].value));
        add(page, "\n");
    }
    if (step->has_when) {
        add(page, "- only when ");
        sw_md_add_code(page->out, sw_expr_text(step->when));
        add(page, "\n");
    }
    if (step->timeout != NULL) {
        add(page, "- at most ");
        sw_md_add_code(page->out, source(page, step->timeout));
        add(page, "\n");
    }
    if (step->has_poll) {
        sw_buf_addf(page->out, "- looks every %s", duration(page, step->poll.every_ms));
        if (step->poll.factor > 1) {
            sw_buf_addf(page->out, ", each time %g times later, at most %s", step->poll.factor,
                        duration(page, step->poll.max_ms));
        }
        add(page, "\n");
    }
    if (step->has_retry) {
        sw_buf_addf(page->out, "- tries %d times more, every %s\n", step->retry.times,
                    duration(page, step->retry.every_ms));
    }
}

static void add_arrow(const struct page *page, const char *what, const struct sw_arrow *arrow)
{
    add(page, "- ");
    add(page, what);
    sw_buf_addf(page->out, " → [`%s`](#%s)", page->runbook->steps[arrow->next].id,
                page->runbook->steps[arrow->next].id);
    if (arrow->max > 0) {
        sw_buf_addf(page->out, ", at most %d times in a run", arrow->max);
    }
    add(page, "\n");
}

static void add_rows(const struct page *page, const char *what, const struct sw_row *rows,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sw_buf_addf(page->out, "- %s ", what);
        sw_md_add_code(page->out, sw_expr_text(rows[i].that));
        add(page, "; else: ");
        add_text(page, source(page, rows[i].otherwise));
        add(page, "\n");
    }
}

static void add_choices(const struct page *page, const struct sw_step *step)
{
    for (size_t i = 0; i < step->show_count; i++) {
        sw_buf_addf(page->out, "- shows `%s`: ", step->shows[i].name);
        add_text(page, step->shows[i].use.action->doc);
        add(page, "\n");
    }
    for (size_t i = 0; i < step->choice_count; i++) {
        const struct sw_choice *choice = &step->choices[i];
        struct sw_buf what;

        sw_buf_init(&what, 64u * 1024u);
        sw_buf_addf(&what, "choice `%s`: ", choice->name);
        sw_md_add(&what, source(page, choice->label));
        if (choice->accepts_loss != SW_NO_STEP) {
            sw_buf_addf(&what, " (**gives up** what `%s` lists; typed back, with a reason)",
                        step->shows[choice->accepts_loss].name);
        } else if (choice->reason == SW_REASON_REQUIRED) {
            sw_buf_add_text(&what, " (with a reason)");
        }
        add_arrow(page, what.bytes, &choice->arrow);
        sw_buf_release(&what);
    }
    if (step->expires_after_ms > 0) {
        sw_buf_addf(page->out, "- nobody answers for %s: `%s`\n",
                    duration(page, step->expires_after_ms),
                    step->choices[step->expires_choice].name);
    }
}

static void add_ways(const struct page *page, const struct sw_step *step)
{
    for (size_t i = 0; i < step->arrow_count; i++) {
        const struct sw_arrow *arrow = &step->arrows[i];
        bool is_plain = sw_text_is(arrow->outcome, "ok") &&
                        arrow->next == (size_t)(step - page->runbook->steps) + 1;

        if (!is_plain) {
            add_arrow(page, sw_format(page->arena, "`%s`", arrow->outcome), arrow);
        }
    }
    for (size_t i = 0; i < step->branch_count; i++) {
        const struct sw_branch *row = &step->branches[i];
        struct sw_buf what;

        sw_buf_init(&what, 64u * 1024u);
        sw_buf_add_text(&what, row->when == NULL ? "else" : "when ");
        if (row->when != NULL) {
            sw_md_add_code(&what, sw_expr_text(row->when));
        }
        add_arrow(page, what.bytes, &row->arrow);
        sw_buf_release(&what);
    }
    if (step->has_if_lapsed) {
        add_arrow(page, "its evidence lapsed", &step->if_lapsed);
    }
}

static void add_edge(const struct page *page, const struct sw_step *step)
{
    const struct sw_action *action = step->use.action;

    if (step->edge == NULL) {
        return;
    }
    sw_buf_addf(page->out,
                "- **the point of no return**: %d of %s must approve; an approval is good for %s\n",
                step->edge->people, step->edge->by == NULL ? "all approvers" : step->edge->by,
                duration(page, step->edge->good_for_ms));
    if (step->edge->note != NULL) {
        add(page, "- note: ");
        add_text(page, source(page, step->edge->note));
        add(page, "\n");
    }
    if (action->loss != NULL) {
        add(page, "- what is lost: ");
        add_text(page, action->loss);
        add(page, "\n");
    }
    for (size_t i = 0; i < action->need_count; i++) {
        add(page, i == 0 ? "- needs " : "- or ");
        for (const char *const *name = action->needs[i].evidence; *name != NULL; name++) {
            sw_buf_addf(page->out, "%s`%s`", name == action->needs[i].evidence ? "" : " and ",
                        *name);
        }
        add(page, "\n");
    }
}

static void add_step(const struct page *page, const struct sw_step *step)
{
    const char *title = source(page, step->title);

    sw_buf_addf(page->out, "\n### %s\n\n", step->id);
    if (title != NULL) {
        add(page, "**");
        add_text(page, title);
        add(page, "**\n\n");
    }
    if (step->description != NULL) {
        add_text(page, source(page, step->description));
        add(page, "\n\n");
    }
    add_work(page, step);
    add_arguments(page, step);
    add_choices(page, step);
    add_rows(page, "must hold:", step->asserts, step->assert_count);
    add_rows(page, "then must hold:", step->ensures, step->ensure_count);
    add_edge(page, step);
    add_ways(page, step);
}

/* ---- evidence, waits ---- */

static void begin_evidence(const struct page *page, bool *has_begun)
{
    if (!*has_begun) {
        add(page, "\n## Evidence\n\n| evidence | by step | it proves |\n|---|---|---|\n");
        *has_begun = true;
    }
}

static void add_yields(const struct page *page, const struct sw_step *step, bool *has_begun)
{
    const struct sw_action *action = step->use.action;
    const struct sw_yield *row = action == NULL ? NULL : action->yields;

    for (; row != NULL && row->evidence != NULL; row++) {
        const struct sw_evidence *piece =
            sw_registry_evidence(page->runbook->registry, row->evidence);

        begin_evidence(page, has_begun);
        sw_buf_addf(page->out, "| `%s` | `%s`, when it ends with `%s` | ", row->evidence, step->id,
                    row->outcome);
        add_text(page, piece == NULL ? NULL : piece->doc);
        add(page, " |\n");
    }
    for (size_t i = 0; i < step->choice_count; i++) {
        size_t show = step->choices[i].accepts_loss;
        const char *name = show == SW_NO_STEP ? NULL : step->shows[show].use.action->accept_yields;
        const struct sw_evidence *piece =
            name == NULL ? NULL : sw_registry_evidence(page->runbook->registry, name);

        if (piece != NULL) {
            begin_evidence(page, has_begun);
            sw_buf_addf(page->out, "| `%s` | `%s`, when `%s` is chosen | ", name, step->id,
                        step->choices[i].name);
            add_text(page, piece->doc);
            add(page, " |\n");
        }
    }
}

static const struct sw_value *preset_of(void *context, const char *root, const char *const *path,
                                        size_t path_count, struct sw_arena *arena)
{
    const struct sw_runbook *book = context;

    for (size_t i = 0; sw_text_is(root, "params") && path_count > 0 && i < book->param_count; i++) {
        if (sw_text_is(book->params[i].name, path[0]) && book->params[i].preset != NULL) {
            return book->params[i].preset;
        }
    }
    return sw_unknown(arena, "not known before a run");
}

static const struct sw_value *no_word(void *context, const char *step, bool is_choice,
                                      struct sw_arena *arena)
{
    (void)context;
    (void)step;
    (void)is_choice;
    return sw_unknown(arena, "not known before a run");
}

static int64_t no_clock(void *context, unsigned clock)
{
    (void)context;
    (void)clock;
    return 0;
}

static void add_waits(const struct page *page)
{
    struct sw_runbook *book = sw_alloc(page->arena, sizeof *book);

    *book = *page->runbook;
    struct sw_scope scope = {
        .value_of = preset_of, .word_of = no_word, .now = no_clock, .context = book};
    int64_t ms = sw_longest_wait(page->runbook, scope, page->arena);

    add(page, "\n## How long it may take\n\n");
    sw_buf_addf(page->out,
                "The longest wait along one path, loops not counted and with the "
                "parameters' own values: %s.\n",
                duration(page, ms));
    if (page->runbook->timeout_ms > 0) {
        sw_buf_addf(page->out, "\nA run that is older than %s parks.\n",
                    duration(page, page->runbook->timeout_ms));
    }
}

void sw_doc_runbook(struct sw_buf *out, const struct sw_runbook *runbook)
{
    struct page page = {.out = out, .arena = sw_arena_new(), .runbook = runbook};
    bool has_begun = false;

    sw_buf_addf(out, "# %s %s\n\n", runbook->name, runbook->version);
    if (runbook->title != NULL) {
        add_text(&page, runbook->title);
        add(&page, ".\n\n");
    }
    if (runbook->description != NULL) {
        add_text(&page, runbook->description);
        add(&page, "\n\n");
    }
    add(&page, "Made by `stepwise doc` from the runbook.\n");
    add_params(&page);
    add_targets(&page);
    add_requires(&page);
    for (size_t i = 0; i < runbook->step_count; i++) {
        add_yields(&page, &runbook->steps[i], &has_begun);
    }
    add_waits(&page);
    add(&page, "\n## Steps\n");
    for (size_t i = 0; i < runbook->step_count; i++) {
        add_step(&page, &runbook->steps[i]);
    }
    sw_arena_free(page.arena);
}
