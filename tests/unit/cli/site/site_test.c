#include "cli/site/site.h"

#include "base/file.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SERVER                                                                                     \
    "site: 1\n"                                                                                    \
    "targets:\n"                                                                                   \
    "  server:\n"                                                                                  \
    "    kind: windows.server\n"                                                                   \
    "    settings: { host: fs01.contoso.example }\n"

#define SSH                                                                                        \
    "site: 1\n"                                                                                    \
    "targets:\n"                                                                                   \
    "  server:\n"                                                                                  \
    "    kind: windows.server\n"                                                                   \
    "    settings: { host: fs01.contoso.example, transport: ssh }\n"

#define CLOUD                                                                                      \
    "site: 1\n"                                                                                    \
    "targets:\n"                                                                                   \
    "  cloud:\n"                                                                                   \
    "    kind: azure.sync_group\n"                                                                 \
    "    settings:\n"                                                                              \
    "      subscription: 0b1f6471-1bf0-4dda-aec3-cb9272f09590\n"                                   \
    "      resource_group: g\n"                                                                    \
    "      service: s\n"                                                                           \
    "      sync_group: y\n"

/* ---- findings ---- */

/* Each text has exactly one finding: this code, at this line, with these words. */
static const struct {
    const char *text;
    unsigned code, line;
    const char *words;
} wrong[] = {
    {"targets: {}\n", 858, 1, "`site` is missing"},
    {"site: 2\ntargets: {}\n", 858, 1, "not 2"},
    {"site: 1\n", 852, 1, "`targets`"},
    {"site: 1\ntargets: {}\naprovers: {}\n", 850, 3, "`aprovers`"},
    {"site: 1\ntargets: {}\nproxy: not a url\n", 851, 3, "`proxy`"},
    {"site: 1\ntargets: []\n", 851, 2, "map"},
    {"site: 1\ntargets:\n  a: { kind: windows.srv, settings: {}, login: { by: none } }\n", 853, 3,
     "windows.srv"},
    {SERVER, 852, 3, "`login`"},
    {SERVER "    login: { by: kerberos }\n", 853, 6, "kerberos"},
    {SERVER "    login: { by: basic, user: ada, secret: Summer2026 }\n", 855, 6, "not written"},
    {SERVER "    login: { by: basic, user: ada }\n", 852, 6, "`secret`"},
    {SERVER "    login: { by: basic, secret: { env: A } }\n", 852, 6, "`user`"},
    {SERVER "    login: { by: basic, usr: a, user: b, secret: { env: A } }\n", 850, 6, "`usr`"},
    {SERVER "    login: { by: token, secret: { env: A } }\n", 854, 6, "does not take"},
    {CLOUD "    login: { by: basic, user: a, secret: { env: A } }\n", 854, 10, "does not take"},
    {CLOUD "    login: { by: client_secrt }\n", 853, 10, "client_secrt"},
    {CLOUD "    login: { by: client_secret, client: x, tenant: t, secret: { env: A } }\n", 851, 10,
     "`client`"},
    {CLOUD "    login: { by: managed_identity, secret: { env: A } }\n", 850, 10, "`secret`"},
    {SERVER "    login: { by: none, secret: { env: A } }\n", 850, 6, "`secret`"},
    {SERVER "    login: { by: basic, user: a, secret: { env: A, file: B } }\n", 851, 6, "one of"},
    {SERVER "    login: { by: basic, user: a, secret: { systemd: ../x } }\n", 851, 6, "one of"},
    {SERVER "    login: { by: basic, user: a, secret: { command: sh } }\n", 851, 6, "one of"},
    {SERVER "    login: { by: none }\nconnect:\n  - { to: 'a:1', at: '10.0.0.1:2' }\n", 856, 8,
     "10.0.0.1"},
    {SERVER "    login: { by: none }\nconnect:\n  - { to: a, at: '127.0.0.1:2' }\n", 851, 8,
     "HOST:PORT"},
    {SERVER "    login: { by: key, user: a, key: /k, known_hosts: /h }\n", 854, 6, "over winrm"},
    {SSH "    login: { by: basic, user: a, secret: { env: A } }\n", 854, 6, "over ssh"},
    {SSH "    login: { by: key, user: a, key: /k }\n", 852, 6, "`known_hosts`"},
    {SERVER "    login: { by: none }\npace: 60x\n", 857, 7, "faster"},
    {SERVER "    login: { by: none }\npace: 0.5x\n", 851, 7, "`pace`"},
    {SERVER "    login: { by: none }\napprovers: { owners: [] }\n", 851, 7, "at least one"},
    {SERVER "    login: { by: none }\npolicy: []\n", 851, 7, "map"},
    {SERVER "    login: { by: none }\npolicy: { parms: { a: 1 } }\n", 850, 7, "`parms`"},
    {SERVER "    login: { by: none }\npolicy: { params: { a: [1] } }\n", 851, 7, "`a`"},
    {SERVER "    login: { by: none }\npolicy: { before: [ { need: [filesync.never_synced] } ] }\n",
     852, 7, "`action`"},
    {SERVER "    login: { by: none }\npolicy: { before: [ { action: azure.delete_server_endpoint } "
            "] }\n",
     852, 7, "`need`"},
    {SERVER
     "    login: { by: none }\npolicy:\n  before:\n    - { action: azure.disable_cloud_tiering,"
     " need: [filesync.never_synced] }\n",
     851, 9, "can be undone"},
    {SERVER "    login: { by: none }\npolicy:\n  before:\n    - { action: "
            "azure.delete_server_endpoint, need: [filesync.never_sinced] }\n",
     853, 9, "filesync.never_sinced"},
    {SERVER "    login: { by: none }\npolicy:\n  before:\n    - { action: "
            "azure.delete_server_endpoint, need: [filesync.never_synced], outcomes: [same] }\n",
     853, 9, "'same'"},
};

static void each_mistake_has_its_finding_at_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < SW_COUNT(wrong); i++) {
        struct sw_loaded loaded;
        const struct sw_site *site = NULL;

        assert_false(sw_site_load_text("site.yaml", wrong[i].text, &loaded, &site));
        if (sw_diags_count(loaded.diags) != 1) {
            fail_msg("%zu findings, not one:\n%s", sw_diags_count(loaded.diags), wrong[i].text);
        }
        const struct sw_diag *diag = sw_diags_at(loaded.diags, 0);

        if (diag->code != wrong[i].code || diag->mark.line != wrong[i].line ||
            strstr(diag->text, wrong[i].words) == NULL) {
            fail_msg("SW%04u line %u: %s\n%s", diag->code, diag->mark.line, diag->text,
                     wrong[i].text);
        }
        sw_loaded_release(&loaded);
    }
}

static void a_sound_file_says_where_to_and_how(void **state)
{
    (void)state;
    struct sw_loaded loaded;
    const struct sw_site *site = NULL;

    assert_true(sw_site_load_text("site.yaml",
                                  SERVER "    login: { by: basic, user: ada, secret: { command: "
                                         "[pass, show, fs01] } }\n"
                                         "tls: { ca_file: /etc/ca.pem }\n"
                                         "approvers: { owners: [ada, bob] }\n"
                                         "connect:\n"
                                         "  - { to: 'FS01.contoso.example:5986', at: "
                                         "'127.0.0.1:8080', plain: true }\n"
                                         "pace: 600x\n",
                                  &loaded, &site));
    assert_int_equal(site->target_count, 1);
    assert_string_equal(sw_as_text(sw_get(site->targets[0].settings, "transport")), "winrm");
    assert_int_equal(site->targets[0].login.http, SW_HTTP_BASIC);
    assert_string_equal(site->targets[0].login.secret.argv[2], "fs01");
    assert_string_equal(site->ca_file, "/etc/ca.pem");
    assert_int_equal(site->detours[0].at_port, 8080);
    assert_true(site->detours[0].is_plain);
    assert_int_equal(sw_list_count(sw_get(site->approvers, "owners")), 2);
    assert_int_equal(strlen(site->digest), 64);
    sw_loaded_release(&loaded);
}

static void the_ways_of_the_packs_are_ways_to_log_in(void **state)
{
    static const char *const ways[] = {
        "{ by: client_secret, tenant: t, client: 0b1f6471-1bf0-4dda-aec3-cb9272f09590, secret: { "
        "file: /etc/x } }",
        "{ by: workload_identity, tenant: t, client: 0b1f6471-1bf0-4dda-aec3-cb9272f09590, secret: "
        "{ file: /etc/x } }",
        "{ by: managed_identity }", "{ by: az }"};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(ways); i++) {
        struct sw_arena *arena = sw_arena_new();
        struct sw_loaded loaded;
        const struct sw_site *site = NULL;

        assert_true(sw_site_load_text(
            "site.yaml", sw_format(arena, CLOUD "    login: %s\n", ways[i]), &loaded, &site));
        assert_non_null(site->targets[0].login.grant);
        sw_loaded_release(&loaded);
        sw_arena_free(arena);
    }
}

static bool is_rehearsal(const char *connect)
{
    struct sw_loaded loaded;
    const struct sw_site *site = NULL;
    struct sw_target_decl decls[] = {{.name = "server"}, {.name = "cloud"}};
    struct sw_runbook runbook = {.targets = decls, .target_count = SW_COUNT(decls)};
    struct sw_arena *arena = sw_arena_new();

    assert_true(sw_site_load_text(
        "site.yaml",
        sw_format(arena, "%s    login: { by: none }\n%s    login: { by: none }\n%s", SERVER,
                  strstr(CLOUD, "  cloud:"), connect),
        &loaded, &site));
    bool is = sw_site_is_rehearsal(site, &runbook, arena);

    sw_loaded_release(&loaded);
    sw_arena_free(arena);
    return is;
}

/* Else a run that deletes for real could call itself one. */
static void it_is_a_rehearsal_only_when_every_target_is_here(void **state)
{
    (void)state;
    static const char server[] = "  - { to: 'FS01.contoso.example:5986', at: '127.0.0.1:1' }\n";
    static const char cloud[] = "  - { to: 'management.azure.com:443', at: '127.0.0.1:1' }\n";
    static const char other[] = "  - { to: 'other.example:443', at: '127.0.0.1:1' }\n";
    struct sw_arena *arena = sw_arena_new();

    assert_true(is_rehearsal(sw_format(arena, "connect:\n%s%s", server, cloud)));
    assert_false(is_rehearsal(""));
    assert_false(is_rehearsal(sw_format(arena, "connect:\n%s", other)));
    assert_false(is_rehearsal(sw_format(arena, "connect:\n%s%s", server, other)));
    assert_false(is_rehearsal(sw_format(arena, "connect:\n%s", cloud)));
    sw_arena_free(arena);
}

/* ---- secrets ---- */

static struct sw_secret at_file(const char *path)
{
    return (struct sw_secret){.place = SW_SECRET_FILE, .name = path};
}

static void check_refused(const struct sw_secret *secret, enum sw_code code)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_error err = {0};
    const char *text = NULL;

    assert_false(sw_secret_read(secret, arena, &text, &err));
    assert_int_equal(err.code, code);
    assert_null(strstr(err.text, "Summer2026"));
    sw_arena_free(arena);
}

static void check_read(const struct sw_secret *secret, const char *expected)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_error err = {0};
    const char *text = NULL;

    if (!sw_secret_read(secret, arena, &text, &err)) {
        fail_msg("%s", err.text);
    }
    assert_string_equal(text, expected);
    sw_arena_free(arena);
}

static void a_secret_file_is_read_only_when_nobody_else_can_read_it(void **state)
{
    (void)state;
    char folder[] = "/tmp/site-test-XXXXXX";
    char path[64];
    char link_path[64];
    struct sw_error err = {0};

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/secret", folder);
    snprintf(link_path, sizeof link_path, "%s/link", folder);
    struct sw_secret secret = at_file(path);
    struct sw_secret linked = at_file(link_path);

    assert_true(sw_file_write(path, "Summer2026!\n", 12, 0400, &err));
    check_read(&secret, "Summer2026!");
    assert_int_equal(chmod(path, 0440), 0);
    check_refused(&secret, SW_E_DENIED);
    assert_int_equal(chmod(path, 0404), 0);
    check_refused(&secret, SW_E_DENIED);
    assert_int_equal(chmod(path, 0600), 0);
    check_read(&secret, "Summer2026!");
    assert_int_equal(symlink(path, link_path), 0);
    check_refused(&linked, SW_E_DENIED);
    assert_true(sw_file_write(path, "Summer2026!\nmore\n", 17, 0400, &err));
    check_refused(&secret, SW_E_INPUT);
    assert_true(sw_file_write(path, "short\n", 6, 0400, &err));
    check_refused(&secret, SW_E_INPUT);
    assert_true(sw_file_write(path, "Summer2026\0!", 12, 0400, &err));
    check_refused(&secret, SW_E_INPUT);
    unlink(path);
    check_refused(&secret, SW_E_IO);
    secret = at_file(folder);
    check_refused(&secret, SW_E_DENIED);
    unlink(link_path);
    rmdir(folder);
}

static void a_secret_comes_from_the_environment_or_a_program(void **state)
{
    (void)state;
    static const char *const says[] = {"printf", "%s\n", "Summer2026!", NULL};
    static const char *const fails[] = {"sh", "-c", "echo Summer2026!; exit 3", NULL};
    struct sw_secret variable = {.place = SW_SECRET_ENV, .name = "SITE_TEST_SECRET"};
    struct sw_secret program = {.place = SW_SECRET_COMMAND, .argv = says};
    struct sw_secret failing = {.place = SW_SECRET_COMMAND, .argv = fails};
    struct sw_secret credential = {.place = SW_SECRET_SYSTEMD, .name = "server"};

    unsetenv("SITE_TEST_SECRET");
    unsetenv("CREDENTIALS_DIRECTORY");
    check_refused(&variable, SW_E_INPUT);
    setenv("SITE_TEST_SECRET", "Summer2026!", 1);
    check_read(&variable, "Summer2026!");
    check_read(&program, "Summer2026!");
    check_refused(&failing, SW_E_IO);
    check_refused(&credential, SW_E_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mistake_has_its_finding_at_its_place),
        cmocka_unit_test(a_sound_file_says_where_to_and_how),
        cmocka_unit_test(the_ways_of_the_packs_are_ways_to_log_in),
        cmocka_unit_test(it_is_a_rehearsal_only_when_every_target_is_here),
        cmocka_unit_test(a_secret_file_is_read_only_when_nobody_else_can_read_it),
        cmocka_unit_test(a_secret_comes_from_the_environment_or_a_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
