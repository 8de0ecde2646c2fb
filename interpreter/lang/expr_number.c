/** @file Arithmetic that never wraps: what does not fit is null with the reason. */
#include "base/time.h"
#include "lang/expr_internal.h"

#include <math.h>

static const struct sw_value *overflow(struct sw_expr_run *run)
{
    return sw_null(run->arena, "the number is too large");
}

static bool is_integral(enum sw_kind kind)
{
    return kind == SW_V_INT || kind == SW_V_DURATION || kind == SW_V_SIZE;
}

static bool is_real(enum sw_kind kind)
{
    return kind == SW_V_FLOAT || kind == SW_V_PERCENT;
}

static bool is_number(enum sw_kind kind)
{
    return kind == SW_V_INT || kind == SW_V_FLOAT;
}

static double real_of(const struct sw_value *value)
{
    return is_real(value->kind) ? value->as.real : (double)value->as.integer;
}

static const struct sw_value *real(struct sw_expr_run *run, enum sw_kind kind, double value)
{
    return isfinite(value) ? sw_real(run->arena, kind, value) : overflow(run);
}

static bool add(int64_t a, int64_t b, int64_t *ret)
{
    if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b) {
        return false;
    }
    *ret = a + b;
    return true;
}

static bool subtract(int64_t a, int64_t b, int64_t *ret)
{
    if (b < 0 ? a > INT64_MAX + b : a < INT64_MIN + b) {
        return false;
    }
    *ret = a - b;
    return true;
}

static bool multiply(int64_t a, int64_t b, int64_t *ret)
{
    bool fits = true;

    if (a > 0) {
        fits = b > 0 ? a <= INT64_MAX / b : b >= INT64_MIN / a;
    } else if (a < 0) {
        fits = b > 0 ? a >= INT64_MIN / b : b == 0 || a >= INT64_MAX / b;
    }
    if (!fits) {
        return false;
    }
    *ret = a * b;
    return true;
}

static const struct sw_value *eval_sum(struct sw_expr_run *run, enum sw_expr_op op,
                                       const struct sw_value *a, const struct sw_value *b)
{
    bool is_plus = op == SW_X_ADD;
    int64_t sum = 0;

    if (a->kind == SW_V_TIME && b->kind == SW_V_TIME && !is_plus) {
        return subtract(a->as.integer, b->as.integer, &sum)
                   ? sw_number(run->arena, SW_V_DURATION, sum / SW_NS_PER_MS)
                   : overflow(run);
    }
    if (a->kind == b->kind && is_integral(a->kind)) {
        bool fits = is_plus ? add(a->as.integer, b->as.integer, &sum)
                            : subtract(a->as.integer, b->as.integer, &sum);

        return fits ? sw_number(run->arena, a->kind, sum) : overflow(run);
    }
    if ((is_number(a->kind) && is_number(b->kind)) ||
        (a->kind == SW_V_PERCENT && b->kind == SW_V_PERCENT)) {
        double x = real_of(a);
        double y = real_of(b);

        return real(run, a->kind == SW_V_PERCENT ? SW_V_PERCENT : SW_V_FLOAT,
                    is_plus ? x + y : x - y);
    }
    return sw_expr_null_mix(run, a, b);
}

/** A duration or size by a real number, rounded to the nearest ms or byte. */
static const struct sw_value *scaled(struct sw_expr_run *run, enum sw_kind kind, double value)
{
    /* 2^63 is the first double that no int64_t holds */
    if (!isfinite(value) || value >= 9223372036854775808.0 || value < -9223372036854775808.0) {
        return overflow(run);
    }
    return sw_number(run->arena, kind, (int64_t)llround(value));
}

static const struct sw_value *eval_product(struct sw_expr_run *run, const struct sw_value *a,
                                           const struct sw_value *b)
{
    int64_t product = 0;
    bool has_scaled = !is_number(a->kind) || !is_number(b->kind);
    enum sw_kind kind = is_number(a->kind) ? b->kind : a->kind;

    if (has_scaled && ((kind != SW_V_DURATION && kind != SW_V_SIZE) ||
                       (!is_number(a->kind) && !is_number(b->kind)))) {
        return sw_expr_null_mix(run, a, b);
    }
    if (is_integral(a->kind) && is_integral(b->kind)) {
        return multiply(a->as.integer, b->as.integer, &product)
                   ? sw_number(run->arena, has_scaled ? kind : SW_V_INT, product)
                   : overflow(run);
    }
    return has_scaled ? scaled(run, kind, real_of(a) * real_of(b))
                      : real(run, SW_V_FLOAT, real_of(a) * real_of(b));
}

static const struct sw_value *eval_quotient(struct sw_expr_run *run, const struct sw_value *a,
                                            const struct sw_value *b)
{
    bool is_scaled = a->kind == SW_V_DURATION || a->kind == SW_V_SIZE;

    if (!is_number(b->kind) || (!is_scaled && !is_number(a->kind))) {
        return sw_expr_null_mix(run, a, b);
    }
    if (fpclassify(real_of(b)) == FP_ZERO) {
        return sw_null(run->arena, "division by zero");
    }
    return is_scaled ? scaled(run, a->kind, real_of(a) / real_of(b))
                     : real(run, SW_V_FLOAT, real_of(a) / real_of(b));
}

const struct sw_value *sw_expr_arithmetic(struct sw_expr_run *run, enum sw_expr_op op,
                                          const struct sw_value *a, const struct sw_value *b)
{
    const struct sw_value *missing = sw_expr_missing(a, b);

    if (missing != NULL) {
        return missing;
    }
    if (op == SW_X_MULTIPLY) {
        return eval_product(run, a, b);
    }
    if (op == SW_X_DIVIDE) {
        return eval_quotient(run, a, b);
    }
    return eval_sum(run, op, a, b);
}

const struct sw_value *sw_expr_negate(struct sw_expr_run *run, const struct sw_value *value)
{
    if (!sw_is_known(value)) {
        return value;
    }
    if (is_real(value->kind)) {
        return sw_real(run->arena, value->kind, -value->as.real);
    }
    if (!is_integral(value->kind)) {
        return sw_null(run->arena, "only numbers, durations and sizes have a negative");
    }
    return value->as.integer == INT64_MIN ? overflow(run)
                                          : sw_number(run->arena, value->kind, -value->as.integer);
}
