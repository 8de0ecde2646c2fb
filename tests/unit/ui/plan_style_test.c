/* The palette of the HTML plan can be read: contrast by WCAG 2.2, 1.4.3 and 1.4.11. */
#include "ui/plan_style.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* @source WCAG 2.2, "relative luminance" */
static double luminance(const char *color)
{
    unsigned rgb[3] = {0};
    double linear[3];

    assert_int_equal(sscanf(color, "#%2x%2x%2x", &rgb[0], &rgb[1], &rgb[2]), 3);
    for (int i = 0; i < 3; i++) {
        double part = rgb[i] / 255.0;

        linear[i] = part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

static double contrast(const char *a, const char *b)
{
    double la = luminance(a);
    double lb = luminance(b);

    return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

static const struct sw_plan_color *color(const char *name)
{
    for (const struct sw_plan_color *row = sw_plan_palette; row->name != NULL; row++) {
        if (strcmp(row->name, name) == 0) {
            return row;
        }
    }
    fail_msg("no colour %s", name);
    return NULL;
}

static void every_pair_that_is_read_has_enough_contrast(void **state)
{
    (void)state;
    for (const struct sw_plan_pair *pair = sw_plan_pairs; pair->front != NULL; pair++) {
        const struct sw_plan_color *front = color(pair->front);
        const struct sw_plan_color *back = color(pair->back);
        double light = contrast(front->light, back->light);
        double dark = contrast(front->dark, back->dark);

        if (light < pair->least || dark < pair->least) {
            fail_msg("%s on %s: light %.2f, dark %.2f, least %.1f", pair->front, pair->back, light,
                     dark, pair->least);
        }
    }
}

static void the_style_sheet_names_no_colour_outside_of_the_palette(void **state)
{
    struct sw_buf style;

    (void)state;
    sw_buf_init(&style, 1 << 20);
    sw_plan_style(&style);
    assert_non_null(strstr(style.bytes, "prefers-color-scheme:dark"));
    assert_non_null(strstr(style.bytes, "@media print"));
    assert_null(strstr(style.bytes, "url("));
    assert_null(strstr(style.bytes, "@import"));
    for (const char *at = style.bytes; (at = strstr(at, "var(--")) != NULL; at++) {
        char name[32];

        assert_int_equal(sscanf(at, "var(--%31[a-z_])", name), 1);
        color(name);
    }
    sw_buf_release(&style);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_that_is_read_has_enough_contrast),
        cmocka_unit_test(the_style_sheet_names_no_colour_outside_of_the_palette),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
