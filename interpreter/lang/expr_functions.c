/** @file The evaluator: functions. Strict ones pass the null or unknown of their arguments on. */
#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"
#include "lang/expr_internal.h"

#include <string.h>

static const struct sw_value *arg(struct sw_expr_run *run, const struct sw_expr_node *node,
                                  size_t index)
{
    return sw_expr_eval_node(run, node->args[index]);
}

static const struct sw_value *not_a(struct sw_expr_run *run, const struct sw_expr_node *node,
                                    const char *what)
{
    return sw_null(run->arena, sw_format(run->arena, "%s was not given %s", node->name, what));
}

const struct sw_value *sw_expr_eval_if(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    const struct sw_value *condition = arg(run, node, 0);
    bool is_true = false;

    if (!sw_is_known(condition)) {
        return condition;
    }
    if (!sw_as_bool(condition, &is_true)) {
        return not_a(run, node, "a condition");
    }
    return arg(run, node, is_true ? 1 : 2);
}

/* Lists. */

/** The condition for one item; anything but true and false comes back as null or unknown. */
static const struct sw_value *ask_item(struct sw_expr_run *run, const struct sw_expr_node *node,
                                       const struct sw_value *item)
{
    struct sw_expr_bound bound = {
        .name = node->args[1]->name,
        .value = sw_expr_taken(run, item),
        .outer = run->bound,
    };

    run->bound = &bound;

    const struct sw_value *value = arg(run, node, 2);

    run->bound = bound.outer;
    if (sw_is_known(value) && value->kind != SW_V_BOOL) {
        return not_a(run, node, "a condition");
    }
    return value;
}

/** any and all: one `decider` decides, else doubt stays doubt. */
static const struct sw_value *quantify(struct sw_expr_run *run, const struct sw_expr_node *node,
                                       bool decider)
{
    const struct sw_value *list = arg(run, node, 0);
    const struct sw_value *doubt = NULL;

    if (!sw_is_known(list)) {
        return list;
    }
    if (list->kind != SW_V_LIST) {
        return not_a(run, node, "a list");
    }
    for (size_t i = 0; i < sw_list_count(list); i++) {
        const struct sw_value *value = ask_item(run, node, sw_list_at(list, i));
        bool is_true = false;

        if (!sw_as_bool(value, &is_true)) {
            doubt = sw_expr_doubt(doubt, value);
        } else if (is_true == decider) {
            return value;
        }
    }
    return doubt != NULL ? doubt : sw_bool(!decider);
}

const struct sw_value *sw_expr_eval_any(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    return quantify(run, node, true);
}

const struct sw_value *sw_expr_eval_all(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    return quantify(run, node, false);
}

const struct sw_value *sw_expr_eval_count(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    const struct sw_value *list = arg(run, node, 0);
    const struct sw_value *missing = NULL;
    int64_t count = 0;

    if (!sw_is_known(list)) {
        return list;
    }
    if (list->kind != SW_V_LIST) {
        return not_a(run, node, "a list");
    }
    for (size_t i = 0; i < sw_list_count(list); i++) {
        const struct sw_value *value = ask_item(run, node, sw_list_at(list, i));
        bool is_true = false;

        if (!sw_as_bool(value, &is_true)) {
            missing = missing == NULL ? value : sw_expr_missing(missing, value);
        }
        count += is_true ? 1 : 0;
    }
    return missing != NULL ? missing : sw_int(run->arena, count);
}

const struct sw_value *sw_expr_eval_len(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    const struct sw_value *value = arg(run, node, 0);
    const char *text = sw_as_text(value);
    int64_t length = 0;

    if (!sw_is_known(value)) {
        return value;
    }
    if (value->kind == SW_V_LIST) {
        return sw_int(run->arena, (int64_t)sw_list_count(value));
    }
    if (value->kind == SW_V_MAP) {
        return sw_int(run->arena, (int64_t)value->as.map.count);
    }
    if (text == NULL) {
        return not_a(run, node, "a list, a map or text");
    }
    for (const char *at = text; *at != '\0'; at++) {
        length += ((unsigned char)*at & 0xC0U) != 0x80U ? 1 : 0;
    }
    return sw_int(run->arena, length);
}

/* Text. */

static const struct sw_value *recase(struct sw_expr_run *run, const struct sw_expr_node *node,
                                     char from, char to)
{
    const struct sw_value *value = arg(run, node, 0);

    if (!sw_is_known(value)) {
        return value;
    }
    if (sw_as_text(value) == NULL) {
        return not_a(run, node, "text");
    }

    char *text = sw_copy_text(run->arena, sw_as_text(value));

    for (char *at = text; *at != '\0'; at++) {
        if (*at >= from && *at <= from + 25) {
            *at = (char)(*at - from + to);
        }
    }
    return sw_text(run->arena, text);
}

const struct sw_value *sw_expr_eval_lower(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    return recase(run, node, 'A', 'a');
}

const struct sw_value *sw_expr_eval_upper(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    return recase(run, node, 'a', 'A');
}

const struct sw_value *sw_expr_eval_trim(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    static const char blank[] = " \t\r\n";
    const struct sw_value *value = arg(run, node, 0);
    const char *text = sw_as_text(value);

    if (!sw_is_known(value)) {
        return value;
    }
    if (text == NULL) {
        return not_a(run, node, "text");
    }
    text += strspn(text, blank);

    size_t length = strlen(text);

    while (length > 0 && strchr(blank, text[length - 1]) != NULL) {
        length--;
    }
    return sw_text_n(run->arena, text, length);
}

/** Two texts, folded where the node says so. @return NULL, or what the function gives instead */
static const struct sw_value *two_texts(struct sw_expr_run *run, const struct sw_expr_node *node,
                                        const char *ret_texts[2])
{
    const struct sw_value *a = arg(run, node, 0);
    const struct sw_value *b = arg(run, node, 1);
    const struct sw_value *missing = sw_expr_missing(a, b);

    if (missing != NULL) {
        return missing;
    }
    ret_texts[0] = sw_as_text(a);
    ret_texts[1] = sw_as_text(b);
    if (ret_texts[0] == NULL || ret_texts[1] == NULL) {
        return not_a(run, node, "text");
    }
    for (size_t i = 0; node->is_folded && i < 2; i++) {
        char *folded = sw_copy_text(run->arena, ret_texts[i]);

        sw_text_fold(folded);
        ret_texts[i] = folded;
    }
    return NULL;
}

const struct sw_value *sw_expr_eval_contains(struct sw_expr_run *run,
                                             const struct sw_expr_node *node)
{
    const char *texts[2] = {NULL, NULL};
    const struct sw_value *instead = two_texts(run, node, texts);

    return instead != NULL ? instead : sw_bool(strstr(texts[0], texts[1]) != NULL);
}

const struct sw_value *sw_expr_eval_starts(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    const char *texts[2] = {NULL, NULL};
    const struct sw_value *instead = two_texts(run, node, texts);

    return instead != NULL ? instead : sw_bool(sw_text_begins(texts[0], texts[1]));
}

const struct sw_value *sw_expr_eval_ends(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    const char *texts[2] = {NULL, NULL};
    const struct sw_value *instead = two_texts(run, node, texts);

    return instead != NULL ? instead : sw_bool(sw_text_ends(texts[0], texts[1]));
}

const struct sw_value *sw_expr_eval_matches(struct sw_expr_run *run,
                                            const struct sw_expr_node *node)
{
    const struct sw_value *value = arg(run, node, 0);

    if (!sw_is_known(value)) {
        return value;
    }
    if (sw_as_text(value) == NULL) {
        return not_a(run, node, "text");
    }

    const struct sw_value *result =
        sw_expr_pattern_match(node->pattern, sw_as_text(value), run->arena);

    if (!sw_is_known(result)) {
        run->work_left -=
            run->work_left < SW_EXPR_WORK_LOST_MATCH ? run->work_left : SW_EXPR_WORK_LOST_MATCH;
    }
    return result;
}

const struct sw_value *sw_expr_eval_string(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    const struct sw_value *value = arg(run, node, 0);

    if (!sw_is_known(value) || value->kind == SW_V_TEXT) {
        return value;
    }

    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_SCALAR_BYTES);
    sw_value_print(&buf, value);
    if (buf.is_over) {
        return sw_null(run->arena, "the text would be too long");
    }
    return sw_text_n(run->arena, buf.bytes, buf.length);
}

/* The smallest and the largest. */

/** What min(list) or min(a, b, ...) chooses from, as one list; or the null or unknown instead. */
static const struct sw_value *candidates(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    const struct sw_value *first = arg(run, node, 0);
    struct sw_builder list = sw_list_begin(run->arena);

    if (node->count == 1 && (!sw_is_known(first) || first->kind == SW_V_LIST)) {
        return first;
    }
    sw_list_add(&list, first);
    for (size_t i = 1; i < node->count; i++) {
        sw_list_add(&list, arg(run, node, i));
    }
    return sw_built(&list);
}

static const struct sw_value *extreme(struct sw_expr_run *run, const struct sw_expr_node *node,
                                      int sign)
{
    const struct sw_value *list = candidates(run, node);
    const struct sw_value *missing = NULL;
    const struct sw_value *best = NULL;

    if (!sw_is_known(list)) {
        return list;
    }
    for (size_t i = 0; i < sw_list_count(list); i++) {
        const struct sw_value *item = sw_expr_taken(run, sw_list_at(list, i));
        const struct sw_value *instead = sw_is_known(item) ? NULL : item;
        int order = sign;

        if (instead == NULL && best != NULL) {
            instead = sw_expr_order(run, node, item, best, &order);
        }
        if (instead != NULL) {
            missing = missing == NULL ? instead : sw_expr_missing(missing, instead);
        } else if (order * sign > 0) {
            best = item;
        }
    }
    if (missing != NULL) {
        return missing;
    }
    return best != NULL ? best
                        : sw_null(run->arena, sw_format(run->arena, "%s of nothing", node->name));
}

const struct sw_value *sw_expr_eval_min(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    return extreme(run, node, -1);
}

const struct sw_value *sw_expr_eval_max(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    return extreme(run, node, 1);
}

/* What is not known. */

const struct sw_value *sw_expr_eval_is_null(struct sw_expr_run *run,
                                            const struct sw_expr_node *node)
{
    const struct sw_value *value = arg(run, node, 0);

    return value->kind == SW_V_UNKNOWN ? value : sw_bool(value->kind == SW_V_NULL);
}

const struct sw_value *sw_expr_eval_default(struct sw_expr_run *run,
                                            const struct sw_expr_node *node)
{
    const struct sw_value *value = arg(run, node, 0);

    return value->kind == SW_V_NULL ? arg(run, node, 1) : value;
}

/* The world outside. */

const struct sw_value *sw_expr_eval_age(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    const struct sw_value *time = arg(run, node, 0);
    const struct sw_scope *scope = run->scope;

    if (!sw_is_known(time)) {
        return time;
    }
    if (time->kind != SW_V_TIME) {
        return not_a(run, node, "a time");
    }

    int64_t now = scope != NULL && scope->now != NULL ? scope->now(scope->context, time->clock) : 0;

    if (now == 0) {
        return sw_unknown(run->arena, "the clock that this time came from was not read");
    }
    return sw_expr_arithmetic(run, SW_X_SUBTRACT, sw_time_at(run->arena, now, time->clock), time);
}

static const struct sw_value *word(struct sw_expr_run *run, const struct sw_expr_node *node,
                                   bool is_choice)
{
    const struct sw_scope *scope = run->scope;
    const struct sw_value *value = NULL;

    if (scope != NULL && scope->word_of != NULL) {
        value = scope->word_of(scope->context, node->path[0], is_choice, run->arena);
    }
    if (value != NULL && sw_is_known(value)) {
        return value;
    }

    const char *why = value != NULL && value->as.text != NULL ? value->as.text : "";

    if (value != NULL && value->kind == SW_V_NULL) {
        return sw_null(run->arena, sw_format(run->arena, "%s(%s): %s", node->name, node->path[0],
                                             why[0] != '\0' ? why : "there is none"));
    }
    return sw_unknown(run->arena, "%s(%s): %s", node->name, node->path[0],
                      why[0] != '\0' ? why : "not finished yet");
}

const struct sw_value *sw_expr_eval_outcome(struct sw_expr_run *run,
                                            const struct sw_expr_node *node)
{
    return word(run, node, false);
}

const struct sw_value *sw_expr_eval_choice(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    return word(run, node, true);
}
