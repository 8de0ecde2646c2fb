#include "cli/run/answers.h"

#include "base/text.h"

#include <string.h>

static const char parked[] = "parked";

/* Without the numbers of items: what one item is asked, each is. */
static const struct sw_step *find_step(const struct sw_runbook *runbook, const char *id,
                                       struct sw_arena *arena)
{
    char *plain = sw_copy_text(arena, id);

    for (char *open = strchr(plain, '['); open != NULL; open = strchr(open, '[')) {
        char *close = strchr(open, ']');

        if (close == NULL) {
            return NULL;
        }
        memmove(open, close + 1, strlen(close + 1) + 1);
    }
    size_t index = sw_runbook_step(runbook, plain);

    return index == SW_NO_STEP ? NULL : &runbook->steps[index];
}

size_t sw_answer_choices(const struct sw_runbook *runbook, const char *step, struct sw_arena *arena,
                         const char *ret_names[SW_ANSWER_NAMES])
{
    static const char *const of_parked[] = {"retry", "rollback", "stop"};
    const struct sw_step *asking = find_step(runbook, step, arena);
    size_t count = 0;

    if (sw_text_is(step, parked)) {
        for (; count < SW_COUNT(of_parked); count++) {
            ret_names[count] = of_parked[count];
        }
    } else if (asking != NULL && asking->edge != NULL) {
        ret_names[count++] = "approve";
        ret_names[count++] = "reject";
    }
    for (size_t i = 0; asking != NULL && i < asking->choice_count && count + 1 < SW_ANSWER_NAMES;
         i++) {
        ret_names[count++] = asking->choices[i].name;
    }
    if (count > 0) {
        ret_names[count++] = "wait";
    }
    return count;
}

static bool refuse(const struct sw_prepared_answer *answer, const char *why, const char *word,
                   const char *const *names, size_t count, struct sw_arena *arena,
                   struct sw_error *err)
{
    const char *close = sw_text_closest(word, names, count);
    const char *list = "";

    for (size_t i = 0; i < count; i++) {
        list = sw_format(arena, "%s%s%s", list, i == 0 ? "" : ", ", names[i]);
    }
    return sw_fail(err, SW_E_INPUT, "--answer %s=%s: %s; %s%s%s", answer->step, answer->choice, why,
                   close != NULL ? "did you mean '" : "one of: ", close != NULL ? close : list,
                   close != NULL ? "'?" : "");
}

bool sw_answers_check(const struct sw_runbook *runbook, const struct sw_prepared_answer *answers,
                      size_t count, struct sw_arena *arena, struct sw_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const char *names[SW_ANSWER_NAMES];
        const char **asking = sw_alloc_array(arena, runbook->step_count + 1, sizeof *asking);
        size_t offered = sw_answer_choices(runbook, answers[i].step, arena, names);
        size_t asking_count = 0;
        size_t at = 0;

        if (offered == 0) {
            for (size_t s = 0; s < runbook->step_count; s++) {
                if (runbook->steps[s].edge != NULL || runbook->steps[s].choice_count > 0) {
                    asking[asking_count++] = runbook->steps[s].id;
                }
            }
            asking[asking_count++] = parked;
            return refuse(&answers[i], "nothing is asked there", answers[i].step, asking,
                          asking_count, arena, err);
        }
        while (at < offered && !sw_text_is(names[at], answers[i].choice)) {
            at++;
        }
        if (at == offered) {
            return refuse(&answers[i], "that is not offered there", answers[i].choice, names,
                          offered, arena, err);
        }
    }
    return true;
}
