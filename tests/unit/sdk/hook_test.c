/* Does a request fit what was granted? */
#include "sdk/hook.h"

#include "base/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_star_stands_for_any_text_and_all_else_for_itself(void **state)
{
    (void)state;
    assert_true(sw_hook_fits("GET https://x/a/*", "GET https://x/a/"));
    assert_true(sw_hook_fits("GET https://x/a/*", "GET https://x/a/b?c=d"));
    assert_true(sw_hook_fits("GET https://x/*/c", "GET https://x/a/b/c"));
    assert_true(sw_hook_fits("GET https://x/a?b=*", "GET https://x/a?b=c"));
    assert_true(sw_hook_fits("a*b*c", "aXbXbc"));
    assert_true(sw_hook_fits("*", ""));
    assert_true(sw_hook_fits("", ""));
    assert_false(sw_hook_fits("", "a"));
    assert_false(sw_hook_fits("GET https://x/a", "GET https://x/a/"));
    assert_false(sw_hook_fits("GET https://x/a", "GET https://x/A"));
    assert_false(sw_hook_fits("GET https://x/a", "HEAD https://x/a"));
    assert_false(sw_hook_fits("a*b*c", "aXbXb"));
}

static void a_star_within_a_path_does_not_reach_into_the_question(void **state)
{
    (void)state;
    assert_false(
        sw_hook_fits("POST https://x/api/*/comment", "POST https://x/api/users/delete?x=/comment"));
    assert_true(sw_hook_fits("POST https://x/api/*/comment", "POST https://x/api/7/comment"));
    assert_true(sw_hook_fits("GET https://x/*/list?of=*", "GET https://x/a/list?of=b?c"));
}

static void a_grant_counts_for_its_own_channel_only(void **state)
{
    static const struct sw_hook_grant grants[] = {{"http", "GET https://x/*"}, {"secret", "*"}};
    static const struct sw_hook hook = {.grants = grants, .grant_count = SW_COUNT(grants)};

    (void)state;
    assert_true(sw_hook_is_granted(&hook, "http", "GET https://x/a"));
    assert_false(sw_hook_is_granted(&hook, "dns", "GET https://x/a"));
    assert_false(sw_hook_is_granted(&hook, "powershell", "server Get-Thing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_star_stands_for_any_text_and_all_else_for_itself),
        cmocka_unit_test(a_star_within_a_path_does_not_reach_into_the_question),
        cmocka_unit_test(a_grant_counts_for_its_own_channel_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
