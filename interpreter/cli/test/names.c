#include "cli/test/read.h"

#include "base/text.h"
#include "cli/run/answers.h"
#include "cli/test/cover.h"

#include <string.h>

struct sw_diag *sw_test_complain(struct sw_test_reader *reader, unsigned code,
                                 const struct sw_mark *mark, const char *text)
{
    return sw_diag_add(reader->diags, SW_ERROR, code, *mark, "%s", text);
}

#define NAMES_SHOWN 24 /* more would hide the finding */

void sw_test_closest(struct sw_test_reader *reader, struct sw_diag *diag, const char *word,
                     const char *const *names, size_t count)
{
    const char *close = sw_text_closest(word, names, count);

    if (close != NULL) {
        sw_diag_hint(reader->diags, diag, "did you mean '%s'?", close);
    } else if (count > 0 && count <= NAMES_SHOWN) {
        const char *all = names[0];

        for (size_t i = 1; i < count; i++) {
            all = sw_format(reader->arena, "%s, %s", all, names[i]);
        }
        sw_diag_hint(reader->diags, diag, "one of: %s", all);
    }
}

bool sw_test_check_step(struct sw_test_reader *reader, const char *id, const struct sw_mark *mark)
{
    const struct sw_runbook *runbook = reader->runbook;

    if (runbook == NULL || sw_runbook_step(runbook, id) != SW_NO_STEP) {
        return true;
    }
    const char **names = sw_alloc_array(reader->arena, runbook->step_count + 1, sizeof *names);

    for (size_t i = 0; i < runbook->step_count; i++) {
        names[i] = runbook->steps[i].id;
    }
    sw_test_closest(reader,
                    sw_test_complain(reader, SW_TEST_NOT_THERE, mark,
                                     sw_format(reader->arena, "the runbook has no step '%s'", id)),
                    id, names, runbook->step_count);
    return false;
}

void sw_test_check_steps(struct sw_test_reader *reader, const struct sw_value *list)
{
    for (size_t i = 0; i < sw_list_count(list); i++) {
        sw_test_check_step(reader, sw_as_text(sw_list_at(list, i)), sw_list_at(list, i)->mark);
    }
}

void sw_test_check_evidence(struct sw_test_reader *reader, const struct sw_value *list)
{
    for (size_t i = 0; reader->runbook != NULL && i < sw_list_count(list); i++) {
        const char *name = sw_as_text(sw_list_at(list, i));

        if (sw_registry_evidence(reader->runbook->registry, name) == NULL) {
            sw_test_complain(reader, SW_TEST_NOT_THERE, sw_list_at(list, i)->mark,
                             sw_format(reader->arena, "there is no evidence called '%s'", name));
        }
    }
}

/** STEP.WAY, where a step's id may have dots of its own in front. */
void sw_test_check_ways(struct sw_test_reader *reader, const struct sw_value *list)
{
    for (size_t i = 0; reader->runbook != NULL && i < sw_list_count(list); i++) {
        const struct sw_value *item = sw_list_at(list, i);
        const char *text = sw_as_text(item);
        const char *dot = strrchr(text, '.');
        const char *id = dot == NULL ? text : sw_copy(reader->arena, text, (size_t)(dot - text));
        size_t step = SW_NO_STEP;
        const struct sw_way *ways = NULL;
        bool is_there = false;

        if (dot == NULL) {
            sw_test_complain(reader, SW_TEST_BAD_VALUE, item->mark,
                             "write STEP.WAY, such as final_upload.clean");
            continue;
        }
        if (!sw_test_check_step(reader, id, item->mark)) {
            continue;
        }
        step = sw_runbook_step(reader->runbook, id);
        size_t count = sw_flow_ways(reader->flow, step, &ways);
        const char **names = sw_alloc_array(reader->arena, count + 2, sizeof *names);

        for (size_t n = 0; n < count; n++) {
            names[n] = sw_test_way_name(&reader->runbook->steps[step], &ways[n], reader->arena);
            is_there = is_there || sw_text_is(names[n], dot + 1);
        }
        if (reader->runbook->steps[step].has_if_lapsed) {
            names[count++] = "lapsed";
            is_there = is_there || sw_text_is("lapsed", dot + 1);
        }
        if (!is_there) {
            sw_test_closest(reader,
                            sw_test_complain(
                                reader, SW_TEST_NOT_THERE, item->mark,
                                sw_format(reader->arena, "step '%s' has no way '%s'", id, dot + 1)),
                            dot + 1, names, count);
        }
    }
}

void sw_test_check_choice(struct sw_test_reader *reader, const char *id, const struct sw_node *node)
{
    const char *names[SW_ANSWER_NAMES];

    if (reader->runbook == NULL) {
        return;
    }
    size_t count = sw_answer_choices(reader->runbook, id, reader->arena, names);

    for (size_t i = 0; i < count; i++) {
        if (sw_text_is(names[i], node->text)) {
            return;
        }
    }
    sw_test_closest(
        reader,
        sw_test_complain(reader, SW_TEST_NOT_THERE, &node->mark,
                         sw_format(reader->arena, "'%s' does not offer '%s'", id, node->text)),
        node->text, names, count);
}
