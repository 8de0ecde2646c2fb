#include "engine/store/owner.h"

#include "base/text.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define TAIL " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 "

static void the_start_is_field_22_whatever_the_programs_name_is(void **state)
{
    uint64_t start = 0;
    bool is_gone = true;

    (void)state;
    assert_true(sw_owner_parse_stat("7 (sw) S" TAIL "4711 9 9\n", &start, &is_gone));
    assert_int_equal(start, 4711);
    assert_false(is_gone);
    assert_true(sw_owner_parse_stat("7 (a) Z 1 (b) R" TAIL "12 9\n", &start, &is_gone));
    assert_int_equal(start, 12);
    assert_false(is_gone);
    assert_true(sw_owner_parse_stat("7 (sw) Z" TAIL "13 9\n", &start, &is_gone));
    assert_true(is_gone);
}

static void other_text_is_not_taken_for_a_stat(void **state)
{
    static const char *const texts[] = {"", "7 (sw", "7 (sw)", "7 (sw) S 1 2 3\n",
                                        "7 (sw) S" TAIL "x 9"};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(texts); i++) {
        uint64_t start;
        bool is_gone;

        assert_false(sw_owner_parse_stat(texts[i], &start, &is_gone));
    }
}

static void we_are_alive_and_so_is_who_cannot_be_told_apart(void **state)
{
    struct sw_owner self;
    struct sw_owner other;

    (void)state;
    sw_owner_self(&self);
    assert_int_equal(self.pid, getpid());
    assert_true(self.start > 0);
    assert_true(sw_owner_is_alive(&self));

    other = self;
    other.start = 0; /* written where there was no /proc */
    other.boot[0] = '\0';
    assert_true(sw_owner_is_alive(&other));
}

static void another_start_another_boot_or_nobody_is_dead(void **state)
{
    struct sw_owner self;
    struct sw_owner other;

    (void)state;
    sw_owner_self(&self);
    other = self;
    other.start++;
    assert_false(sw_owner_is_alive(&other));
    assert_false(sw_owner_is(&other, &self));
    other = self;
    other.boot[0] = other.boot[0] == 'a' ? 'b' : 'a';
    assert_false(sw_owner_is_alive(&other));
    assert_false(sw_owner_is(&other, &self));
    other = (struct sw_owner){.pid = 0};
    assert_false(sw_owner_is_alive(&other));
}

static void a_process_that_ended_is_dead_even_as_a_zombie(void **state)
{
    struct sw_owner child = {.pid = fork()};
    siginfo_t info;

    (void)state;
    if (child.pid == 0) {
        _exit(0);
    }
    assert_int_equal(waitid(P_PID, (id_t)child.pid, &info, WEXITED | WNOWAIT), 0);
    assert_false(sw_owner_is_alive(&child));
    assert_int_equal(waitpid((pid_t)child.pid, NULL, 0), child.pid);
    assert_false(sw_owner_is_alive(&child));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_start_is_field_22_whatever_the_programs_name_is),
        cmocka_unit_test(other_text_is_not_taken_for_a_stat),
        cmocka_unit_test(we_are_alive_and_so_is_who_cannot_be_told_apart),
        cmocka_unit_test(another_start_another_boot_or_nobody_is_dead),
        cmocka_unit_test(a_process_that_ended_is_dead_even_as_a_zombie),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
