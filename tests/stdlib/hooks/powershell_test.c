/* Which commands a hook may name, and which of them read. */
#include "stdlib/hooks/channels.h"

#include "base/text.h"
#include "sdk/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool reads(struct sw_arena *arena, const char *json, struct sw_hook_request *ret_request)
{
    const struct sw_value *what = NULL;
    struct sw_error err = {0};

    if (!sw_json_read(arena, json, strlen(json), SW_JSON_PLAIN, &what, &err)) {
        fail_msg("%s: %s", json, err.text);
    }
    return sw_hooks_powershell.read(what, arena, ret_request, &err);
}

static bool takes(const char *command, const char *rest, struct sw_hook_request *ret_request)
{
    struct sw_arena *arena = sw_arena_new();
    bool is_fine = reads(
        arena, sw_format(arena, "{\"target\":\"server\",\"command\":\"%s\"%s}", command, rest),
        ret_request);

    sw_arena_free(arena);
    return is_fine;
}

static void a_command_is_a_plain_name(void **state)
{
    static const char *const wrong[] = {"get-thing",
                                        "Get-",
                                        "Get",
                                        "Module\\\\Get-Thing",
                                        "Get-Thing;x",
                                        "C:\\\\x-y.ps1",
                                        "Get-Thing -x",
                                        "& Get-X",
                                        "Get-Thi*",
                                        "Get-\\u0130",
                                        "Get\\u2013Thing",
                                        "Get-A-B",
                                        "./Get-X",
                                        "Get-X\\n",
                                        "-Get",
                                        "Microsoft.X/Get-Foo",
                                        "Get-$(Stop-It)",
                                        "",
                                        "Get-1",
                                        "Ge t-X"};
    struct sw_hook_request request = {0};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(wrong); i++) {
        if (takes(wrong[i], "", &request)) {
            fail_msg("taken: %s", wrong[i]);
        }
    }
    assert_true(takes("Get-Thing", "", &request));
}

static void what_runs_other_text_is_refused_in_any_case(void **state)
{
    static const char *const wrong[] = {"Invoke-Expression", "INVOKE-EXPRESSION", "Invoke-Command",
                                        "Invoke-CimMethod",  "Invoke-WmiMethod",  "ForEach-Object",
                                        "Measure-Command",   "Start-ThreadJob"};
    struct sw_hook_request request = {0};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(wrong); i++) {
        if (takes(wrong[i], "", &request)) {
            fail_msg("taken: %s", wrong[i]);
        }
    }
}

static void a_verb_that_reads_does_not_make_a_repair_a_look(void **state)
{
    static const char *const writing[] = {"Test-Cluster",  "Test-ComputerSecureChannel",
                                          "Get-GPOReport", "Get-ClusterLog",
                                          "Find-Package",  "Set-Thing",
                                          "Remove-Thing",  "GET-Thing"};
    struct sw_hook_request request = {0};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(writing); i++) {
        assert_true(takes(writing[i], "", &request));
        if (!request.is_write || !sw_text_is(request.call.op, "hooks/run-command")) {
            fail_msg("reads: %s", writing[i]);
        }
    }
    assert_true(takes("Get-DfsnFolderTarget", "", &request));
    assert_false(request.is_write);
    assert_string_equal(request.call.op, "hooks/look-command");
    assert_true(takes("Set-Thing", "", &request));
    assert_true(request.is_repeatable);
    assert_true(takes("Test-Cluster", "", &request));
    assert_false(request.is_repeatable);
}

static void parameters_are_a_table_of_plain_names(void **state)
{
    struct sw_hook_request request = {0};

    (void)state;
    assert_false(takes("Get-Thing", ",\"with\":\"-Force\"", &request));
    assert_false(takes("Get-Thing", ",\"with\":[\"-Force\"]", &request));
    assert_false(takes("Get-Thing", ",\"with\":7", &request));
    assert_false(takes("Get-Thing", ",\"with\":{\"a;b\":1}", &request));
    assert_false(takes("Get-Thing", ",\"with\":{\"a b\":1}", &request));
    assert_false(takes("Get-Thing", ",\"with\":{\"\":1}", &request));
    assert_false(takes("Get-Thing", ",\"select\":[\"@{n='x';e={1}}\"]", &request));
    assert_false(takes("Get-Thing", ",\"select\":[7]", &request));
    assert_true(takes("Get-Thing", ",\"with\":{\"Name\":\"$(Stop-It)\"}", &request));
    assert_true(takes("Get-Thing", ",\"with\":null", &request));
}

static void a_grant_names_a_target_and_a_command(void **state)
{
    struct sw_error err = {0};

    (void)state;
    assert_true(sw_hooks_powershell.check_grant("server Get-*", &err));
    assert_true(sw_hooks_powershell.check_grant("server", &err));
    assert_false(sw_hooks_powershell.check_grant("* Get-Thing", &err));
    assert_false(sw_hooks_powershell.check_grant("server get-thing", &err));
    assert_false(sw_hooks_powershell.check_grant("", &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_is_a_plain_name),
        cmocka_unit_test(what_runs_other_text_is_refused_in_any_case),
        cmocka_unit_test(a_verb_that_reads_does_not_make_a_repair_a_look),
        cmocka_unit_test(parameters_are_a_table_of_plain_names),
        cmocka_unit_test(a_grant_names_a_target_and_a_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
