#include "cli/verb/standing.h"

#include "base/text.h"
#include "sdk/json.h"

#include <string.h>

static bool is_kind(const struct sw_stored *record, const char *const *kinds)
{
    while (*kinds != NULL && strcmp(record->kind, *kinds) != 0) {
        kinds++;
    }
    return *kinds != NULL;
}

void sw_standing_read(const struct sw_stored *records, size_t count, struct sw_arena *arena,
                      struct sw_standing *ret_standing)
{
    /* An edge closes its question: either it is asked anew behind it, or all have approved. */
    static const char *const closing[] = {"enter", "answer", "reject", "edge",     "intent",
                                          "leave", "park",   "void",   "rollback", NULL};
    static const char *const going_on[] = {"enter", "unpark", "rollback", NULL};
    struct sw_error ignored = {0};

    *ret_standing = (struct sw_standing){0};
    for (size_t i = 0; i < count; i++) {
        const struct sw_value **at = strcmp(records[i].kind, "ask") == 0 ? &ret_standing->question
                                     : strcmp(records[i].kind, "park") == 0 ? &ret_standing->park
                                                                            : NULL;

        if (is_kind(&records[i], closing)) {
            ret_standing->question = NULL;
        }
        if (is_kind(&records[i], going_on)) {
            ret_standing->park = NULL;
        }
        if (strcmp(records[i].kind, "enter") == 0) {
            ret_standing->entered = i;
        }
        if (at != NULL &&
            !sw_json_read(arena, records[i].body, records[i].length, SW_JSON_TYPED, at, &ignored)) {
            *at = NULL;
        }
    }
}

void sw_standing_question(const struct sw_value *body, struct sw_arena *arena,
                          struct sw_question *ret_question)
{
    const struct sw_value *names = sw_get(body, "choices");
    const struct sw_value *reasons = sw_get(body, "need_reason");
    const struct sw_value *expires = sw_get(body, "expires");
    const char *label = NULL;
    size_t count = sw_list_count(names);
    struct sw_question_choice *choices = sw_alloc_array(arena, count + 1, sizeof *choices);

    for (size_t i = 0; i < count; i++) {
        const char *name = sw_as_text(sw_list_at(names, i));

        label = sw_as_text(sw_get_path(body, "labels", name, NULL));
        choices[i] = (struct sw_question_choice){
            .name = name,
            .label = label == NULL ? "" : label,
            .typed_back = sw_as_text(sw_get_path(body, "typed_back", name, NULL)),
            .statement = sw_as_text(sw_get_path(body, "statements", name, NULL)),
        };
        for (size_t n = 0; n < sw_list_count(reasons); n++) {
            choices[i].needs_reason |= sw_text_is(sw_as_text(sw_list_at(reasons, n)), name);
        }
    }
    const struct sw_value *not_offered = sw_get(body, "withheld");
    size_t withheld_count = sw_is_known(not_offered) ? not_offered->as.map.count : 0;
    struct sw_withheld_choice *withheld =
        sw_alloc_array(arena, withheld_count + 1, sizeof *withheld);

    for (size_t i = 0; i < withheld_count; i++) {
        const struct sw_entry *entry = &not_offered->as.map.entries[i];

        withheld[i] =
            (struct sw_withheld_choice){.name = entry->key, .why = sw_as_text(entry->value)};
    }
    *ret_question = (struct sw_question){
        .id = sw_as_text(sw_get(body, "step")),
        .title = sw_as_text(sw_get(body, "title")),
        .text = sw_as_text(sw_get(body, "text")),
        .shows = sw_get(body, "shows"),
        .choices = choices,
        .choice_count = count,
        .withheld = withheld,
        .withheld_count = withheld_count,
        .by = sw_as_text(sw_get(body, "by")),
        .expires_ns = expires != NULL && expires->kind == SW_V_TIME ? expires->as.integer : 0,
    };
}
