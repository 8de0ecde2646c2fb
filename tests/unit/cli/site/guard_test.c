/* Files that say whom to trust belong to us or to root, and nobody else may write them. */
#include "base/arena.h"
#include "base/text.h"
#include "cli/site/site.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    struct sw_arena *arena;
    char path[64];
};

static int make_place(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct place *place = sw_alloc(arena, sizeof *place);

    *place = (struct place){.arena = arena, .path = "/tmp/stepwise-guard-XXXXXX"};
    int file = mkstemp(place->path);

    assert_true(file >= 0);
    assert_int_equal(write(file, "a-long-secret\n", 14), 14);
    close(file);
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;

    unlink(place->path);
    sw_arena_free(place->arena);
    return 0;
}

static bool takes_login(const struct place *place, const char *key)
{
    struct sw_builder settings = sw_map_begin(place->arena);
    struct sw_error err = {0};

    sw_map_put_text(&settings, key, place->path);
    struct sw_site_target target = {.name = "server", .login = {.settings = sw_built(&settings)}};
    struct sw_site site = {.path = "-", .targets = &target, .target_count = 1};
    bool is_taken = sw_site_guard(&site, &err);

    assert_true(is_taken || err.code == SW_E_DENIED);
    assert_true(is_taken || strstr(err.text, "chmod") != NULL);
    return is_taken;
}

static void known_hosts_that_others_may_write_are_not_used(void **state)
{
    struct place *place = *state;

    chmod(place->path, 0644);
    assert_true(takes_login(place, "known_hosts"));
    chmod(place->path, 0664);
    assert_false(takes_login(place, "known_hosts"));
    chmod(place->path, 0646);
    assert_false(takes_login(place, "known_hosts"));
}

static void a_key_that_others_may_read_is_not_used(void **state)
{
    struct place *place = *state;

    chmod(place->path, 0400);
    assert_true(takes_login(place, "key"));
    chmod(place->path, 0404);
    assert_false(takes_login(place, "key"));
}

static void authorities_that_others_may_write_are_not_believed(void **state)
{
    struct place *place = *state;
    struct sw_site site = {.path = "-", .ca_file = place->path};
    struct sw_error err = {0};

    chmod(place->path, 0644);
    assert_true(sw_site_guard(&site, &err));
    chmod(place->path, 0666);
    assert_false(sw_site_guard(&site, &err));
    assert_int_equal(err.code, SW_E_DENIED);
    assert_non_null(strstr(err.text, "tls.ca_file"));
}

/* Only root can give a file away. */
static void what_belongs_to_somebody_else_is_not_used(void **state)
{
    struct place *place = *state;
    struct sw_site site = {.path = "-", .ca_file = place->path};
    struct sw_secret secret = {.place = SW_SECRET_FILE, .name = place->path};
    const char *text = NULL;
    struct sw_error err = {0};

    if (geteuid() != 0) {
        skip();
    }
    chmod(place->path, 0400);
    assert_true(sw_secret_read(&secret, place->arena, &text, &err));
    assert_int_equal(chown(place->path, 65534, 65534), 0);
    assert_false(sw_secret_read(&secret, place->arena, &text, &err));
    assert_non_null(strstr(err.text, "belongs to somebody else"));
    assert_false(sw_site_guard(&site, &err));
    assert_non_null(strstr(err.text, "belongs to somebody else"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(known_hosts_that_others_may_write_are_not_used),
        T(a_key_that_others_may_read_is_not_used),
        T(authorities_that_others_may_write_are_not_believed),
        T(what_belongs_to_somebody_else_is_not_used),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
