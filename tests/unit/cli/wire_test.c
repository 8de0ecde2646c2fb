#include "cli/wire.h"

#include "sdk/pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void all_packs_of_the_program_fit_together(void **state)
{
    (void)state;
    struct sw_error err = {0};

    if (!sw_registry_check(sw_wire_registry(), &err)) {
        fail_msg("%s", err.text);
    }
}

static void the_default_world_is_found_by_its_name(void **state)
{
    (void)state;
    const struct sw_world_kind *kind = sw_wire_default_world();

    assert_ptr_equal(sw_wire_world_kind(kind->name), kind);
    assert_null(sw_wire_world_kind("nowhere"));
}

static void a_kind_that_nobody_speaks_to_has_no_transport(void **state)
{
    (void)state;
    assert_non_null(sw_wire_transport("azure.sync_group", NULL));
    assert_non_null(sw_wire_transport("windows.server", NULL));
    assert_null(sw_wire_transport("nobody.nothing", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_packs_of_the_program_fit_together),
        cmocka_unit_test(the_default_world_is_found_by_its_name),
        cmocka_unit_test(a_kind_that_nobody_speaks_to_has_no_transport),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
