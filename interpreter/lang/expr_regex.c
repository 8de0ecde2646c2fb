/** @file matches(): PCRE2 under limits. Sole home of pcre2.h. */
#include "base/text.h"
#include "lang/expr_internal.h"

#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* A pattern that backtracks keeps its frames on the heap; this is far above what the match limit
 * lets an honest one use. */
#define HEAP_KIB 4096U

struct sw_expr_pattern {
    pcre2_code *code;
};

/* The arena owns what PCRE2 allocates, so a pattern needs no release of its own. */
static void *take(size_t size, void *arena)
{
    return sw_alloc(arena, size);
}

static void give_back(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

const struct sw_expr_pattern *sw_expr_pattern_new(struct sw_arena *arena, const char *pattern,
                                                  bool is_folded, size_t *ret_offset,
                                                  const char **ret_why)
{
    pcre2_general_context *general = pcre2_general_context_create(take, give_back, arena);
    pcre2_compile_context *context = pcre2_compile_context_create(general);
    uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | (is_folded ? PCRE2_CASELESS : 0U);
    int number = 0;
    size_t offset = 0;

    pcre2_set_parens_nest_limit(context, SW_LIMIT_DEPTH);

    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, &number,
                                     &offset, context);

    if (code == NULL) {
        PCRE2_UCHAR why[160] = {0};
        size_t length = strlen(pattern);

        pcre2_get_error_message(number, why, sizeof why);
        *ret_offset = offset < length ? offset : (length > 0 ? length - 1 : 0);
        *ret_why = sw_format(arena, "%s", (const char *)why);
        return NULL;
    }

    struct sw_expr_pattern *made = sw_alloc(arena, sizeof *made);

    made->code = code;
    return made;
}

const struct sw_value *sw_expr_pattern_match(const struct sw_expr_pattern *pattern,
                                             const char *text, struct sw_arena *arena)
{
    pcre2_general_context *general = pcre2_general_context_create(take, give_back, arena);
    pcre2_match_context *context = pcre2_match_context_create(general);
    pcre2_match_data *data = pcre2_match_data_create(1, general);

    pcre2_set_match_limit(context, SW_LIMIT_MATCH_STEPS);
    pcre2_set_depth_limit(context, SW_LIMIT_MATCH_STEPS);
    pcre2_set_heap_limit(context, HEAP_KIB);

    int count = pcre2_match(pattern->code, (PCRE2_SPTR)text, strlen(text), 0, 0, data, context);

    if (count >= 0) {
        return sw_bool(true);
    }
    if (count == PCRE2_ERROR_NOMATCH) {
        return sw_bool(false);
    }
    if (count == PCRE2_ERROR_MATCHLIMIT || count == PCRE2_ERROR_DEPTHLIMIT ||
        count == PCRE2_ERROR_HEAPLIMIT) {
        return sw_null(arena, "the pattern of matches took too many steps on this text");
    }
    return sw_null(arena, "matches could not read this text");
}
