#include "cli/run/ask.h"

#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"

#include <stdio.h>
#include <string.h>

enum { ANSWER_USES = 100, SHOWN_ROWS = 20, SHORT_BYTES = 24 };

static bool is_shown(const struct sw_entry *entry)
{
    return sw_is_known(entry->value) && !sw_text_is(entry->key, "digest");
}

/** A row as people read it: `path: a, meaning: b`; what nobody knows and digests are left out. */
static void add_row(struct sw_buf *out, const struct sw_value *row)
{
    bool is_first = true;

    if (!sw_is_known(row) || row->kind != SW_V_MAP) {
        sw_value_print(out, row);
        return;
    }
    for (size_t i = 0; i < row->as.map.count; i++) {
        const struct sw_entry *entry = &row->as.map.entries[i];

        if (is_shown(entry)) {
            sw_buf_addf(out, "%s%s: ", is_first ? "" : ", ", entry->key);
            sw_value_print(out, entry->value);
            is_first = false;
        }
    }
}

static bool is_short(const struct sw_value *value)
{
    const char *text = sw_as_text(value);

    return text == NULL || strlen(text) <= SHORT_BYTES;
}

/**
 * A row among others as a small block: what it is about; what is said shortly, on one line; and
 * each sentence on a line of its own.
 */
static void add_block(struct sw_buf *out, const struct sw_value *row)
{
    size_t shorts = 0;

    sw_buf_addf(out, "%6s", "");
    if (!sw_is_known(row) || row->kind != SW_V_MAP || row->as.map.count < 3) {
        add_row(out, row);
        sw_buf_add_char(out, '\n');
        return;
    }
    sw_value_print(out, row->as.map.entries[0].value);
    for (size_t i = 1; i < row->as.map.count; i++) {
        const struct sw_entry *entry = &row->as.map.entries[i];

        if (is_shown(entry) && is_short(entry->value)) {
            sw_buf_addf(out, "%s%s: ", shorts == 0 ? "\n        " : ", ", entry->key);
            shorts++;
            sw_value_print(out, entry->value);
        }
    }
    for (size_t i = 1; i < row->as.map.count; i++) {
        const struct sw_entry *entry = &row->as.map.entries[i];

        if (is_shown(entry) && !is_short(entry->value)) {
            sw_buf_addf(out, "\n%8s%s: ", "", entry->key);
            sw_value_print(out, entry->value);
        }
    }
    sw_buf_add_char(out, '\n');
}

static void add_list(struct sw_buf *out, const struct sw_value *list)
{
    sw_buf_addf(out, "%zu\n", list->as.list.count);
    for (size_t i = 0; i < list->as.list.count && i < SHOWN_ROWS; i++) {
        add_block(out, list->as.list.items[i]);
    }
    if (list->as.list.count > SHOWN_ROWS) {
        sw_buf_addf(out, "      ... and %zu more\n", list->as.list.count - SHOWN_ROWS);
    }
}

static void add_output(struct sw_buf *out, const struct sw_entry *output)
{
    const struct sw_value *names = sw_get(output->value, "names");

    sw_buf_addf(out, "    %s: ", output->key);
    if (sw_is_known(output->value) && output->value->kind == SW_V_LIST) {
        add_list(out, output->value);
    } else if (sw_is_known(names) && names->kind == SW_V_LIST) {
        add_list(out, names);
    } else if (sw_is_known(output->value) && output->value->kind == SW_V_SIZE) {
        char size[SW_DURATION_TEXT_BYTES];

        sw_size_for_people(output->value->as.integer, size);
        sw_buf_addf(out, "%s\n", size);
    } else if (output->value->kind == SW_V_NULL) {
        const char *why = output->value->as.text;

        /* Neither a value nor a failure to read one: the reason is all that there is. */
        why = why == NULL || why[0] == '\0' ? "not said" : why;
        sw_buf_addf(out, "(%s)\n", why);
    } else {
        add_row(out, output->value);
        sw_buf_add_char(out, '\n');
    }
}

static void add_shown(struct sw_buf *out, const struct sw_value *shows)
{
    for (size_t i = 0; sw_is_known(shows) && i < shows->as.map.count; i++) {
        const struct sw_entry *show = &shows->as.map.entries[i];

        sw_buf_addf(out, "  %s:\n", show->key);
        if (!sw_is_known(show->value)) {
            sw_buf_add_text(out, "    ");
            sw_value_print(out, show->value);
            sw_buf_add_char(out, '\n');
            continue;
        }
        for (size_t n = 0; n < show->value->as.map.count; n++) {
            add_output(out, &show->value->as.map.entries[n]);
        }
    }
}

/** What a choice means, below it and further in: a listing must not look like more choices. */
static void add_statement(struct sw_buf *out, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        sw_buf_addf(out, "%13s%.*s\n", "", (int)length, text);
        text += length + (text[length] == '\n' ? 1 : 0);
    }
}

void sw_question_print(struct sw_buf *out, const struct sw_question *question)
{
    sw_buf_addf(out, "\n[%s] %s\n", question->id, question->title);
    if (question->text != NULL && question->text[0] != '\0') {
        sw_buf_addf(out, "%s%s", question->text, sw_text_ends(question->text, "\n") ? "" : "\n");
    }
    add_shown(out, question->shows);
    if (question->by != NULL) {
        sw_buf_addf(out, "  to be answered by: %s", question->by);
        if (question->people > 1) {
            sw_buf_addf(out, " (%d of %d people so far)", question->approved, question->people);
        }
        sw_buf_add_char(out, '\n');
    }
    if (question->expires_ns != 0) {
        char text[SW_TIME_TEXT_BYTES];

        sw_time_format(question->expires_ns, text);
        sw_buf_addf(out, "  the question stands until %s\n", text);
    }
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct sw_question_choice *choice = &question->choices[i];

        sw_buf_addf(out, "  %-10s %s\n", choice->name, choice->label);
        if (choice->statement != NULL) {
            add_statement(out, choice->statement);
        }
        if (choice->needs_reason) {
            sw_buf_addf(out, "%13sneeds a reason\n", "");
        }
        if (choice->typed_back != NULL) {
            sw_buf_addf(out, "%13sto confirm, type back: %s\n", "", choice->typed_back);
        }
    }
    for (size_t i = 0; i < question->withheld_count; i++) {
        sw_buf_addf(out, "  %-10s not offered: %s\n", question->withheld[i].name,
                    question->withheld[i].why);
    }
}

/** One line from the terminal without its end; NULL at the end of input. */
static const char *read_line(struct sw_arena *arena, const char *prompt)
{
    char line[1024];

    fputs(prompt, stdout);
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL) {
        return NULL;
    }
    line[strcspn(line, "\n")] = '\0';
    return sw_copy_text(arena, line);
}

static const struct sw_question_choice *find(const struct sw_question *question, const char *name)
{
    for (size_t i = 0; i < question->choice_count; i++) {
        if (sw_text_is(question->choices[i].name, name)) {
            return &question->choices[i];
        }
    }
    return NULL;
}

static enum sw_asked ask_at_terminal(struct sw_driver *driver, const struct sw_command *command)
{
    const struct sw_question *question = command->question;
    struct sw_arena *arena = sw_arena_new();
    struct sw_buf out;
    enum sw_asked asked = SW_ASKED_NOBODY;

    sw_buf_init(&out, SW_LIMIT_RECORD_BYTES);
    sw_question_print(&out, question);
    fputs(out.bytes, stdout);
    sw_buf_release(&out);

    const char *name = read_line(arena, "choice (empty: leave it open)> ");
    const struct sw_question_choice *choice =
        name == NULL || name[0] == '\0' ? NULL : find(question, name);

    if (name != NULL && name[0] != '\0' && choice == NULL) {
        printf("'%s' is not one of the choices above.\n", name);
        asked = SW_ASKED_ANSWERED; /* asked again by the loop */
    } else if (choice != NULL) {
        struct sw_decision decision = {.choice = choice->name, .by = driver->by};
        struct sw_error err = {0};

        if (choice->typed_back != NULL) {
            decision.typed =
                read_line(arena, sw_format(arena, "type exactly: %s\n> ", choice->typed_back));
        }
        if (choice->needs_reason) {
            decision.reason = read_line(arena, "reason> ");
        }
        if (!sw_may_answer(driver, driver->by, &err) ||
            !sw_run_decide(driver->run, driver->port->ops->now(driver->port), &decision, &err)) {
            printf("%s.\n", err.text);
        }
        asked = SW_ASKED_ANSWERED;
    }
    sw_arena_free(arena);
    return asked;
}

static struct sw_prepared_answer *prepared(struct sw_driver *driver,
                                           const struct sw_question *question)
{
    const char *word = question->kind == SW_QUESTION_PARKED ? "parked" : question->id;
    const char *plain = question->kind == SW_QUESTION_PARKED || question->step == SW_NO_STEP
                            ? word
                            : driver->runbook->steps[question->step].id; /* of any item */
    struct sw_prepared_answer *last = NULL;
    bool is_bounded = question->expires_ns == 0;

    for (size_t i = 0; i < driver->answer_count; i++) {
        struct sw_prepared_answer *answer = &driver->answers[i];

        if (!sw_text_is(answer->step, word) && !sw_text_is(answer->step, plain)) {
            continue;
        }
        if (answer->uses == 0) {
            answer->uses = 1;
            return answer;
        }
        last = answer;
    }
    if (last != NULL && (is_bounded || !sw_text_is(last->choice, "wait")) &&
        ++last->uses > ANSWER_USES) {
        return NULL; /* the same answer leads to the same question again and again */
    }
    return last;
}

static enum sw_asked take_prepared(struct sw_driver *driver, const struct sw_question *question,
                                   const struct sw_prepared_answer *answer)
{
    const struct sw_question_choice *choice = find(question, answer->choice);
    struct sw_decision decision = {
        .choice = answer->choice,
        .by = driver->by,
        .reason = "given with --answer",
        .typed = choice == NULL ? NULL : choice->typed_back,
    };
    struct sw_error err = {0};

    if (!sw_may_answer(driver, driver->by, &err) ||
        !sw_run_decide(driver->run, driver->port->ops->now(driver->port), &decision, &err)) {
        if (!driver->is_silent) {
            fprintf(stderr, "stepwise: --answer %s=%s: %s\n", answer->step, answer->choice,
                    err.text);
        }
        return SW_ASKED_NOBODY;
    }
    return SW_ASKED_ANSWERED;
}

enum sw_asked sw_ask_people(struct sw_driver *driver, const struct sw_command *command)
{
    const struct sw_question *question = command->question;
    struct sw_prepared_answer *answer = prepared(driver, question);
    struct sw_buf out;

    if (answer != NULL && sw_text_is(answer->choice, "wait") && command->wake_ns != 0) {
        return SW_ASKED_WAIT;
    }
    if (answer != NULL) {
        return take_prepared(driver, question, answer);
    }
    if (driver->is_interactive) {
        return ask_at_terminal(driver, command);
    }
    if (!driver->is_quiet) {
        sw_buf_init(&out, SW_LIMIT_RECORD_BYTES);
        sw_question_print(&out, question);
        fputs(out.bytes, stdout);
        sw_buf_release(&out);
    }
    return SW_ASKED_NOBODY;
}
