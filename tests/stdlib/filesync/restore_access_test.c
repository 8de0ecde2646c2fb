/* People are let in again: single entries, on named shares, and nothing of anybody else. */
#include "stdlib/filesync/restore_access.h"

#include "stdlib/filesync/access_entries.h"
#include "stdlib/filesync/bench.h"
#include "stdlib/filesync/make_read_only.h"
#include "stdlib/filesync/shares.h"

#define ENTRY(account, sid, type, right)                                                           \
    "{\"account\":\"" account "\",\"sid\":\"" sid "\",\"type\":\"" type "\",\"right\":\"" right    \
    "\"}"
#define EVERYONE(right) ENTRY("Jeder", "S-1-1-0", "Deny", right)
#define DENY EVERYONE("Full")
#define USERS(right) ENTRY("CONTOSO\\\\Users", "S-1-5-21-513", "Allow", right)
#define GONE "{\"account\":\"S-1-5-21-77\",\"sid\":null,\"type\":\"Allow\",\"right\":\"Read\"}"
#define SCOPED(name, scope, denies, access)                                                        \
    "{\"name\":\"" name "\",\"scope\":\"" scope "\",\"path\":\"D:\\\\Shares\\\\Projects\","        \
    "\"is_special\":false,\"security_written\":\"2026-11-01T00:00:00Z\",\"denies_"                 \
    "everyone\":" denies ",\"access\":[" access "]}"
#define SHARE(name, denies, access) SCOPED(name, "*", denies, access)
#define DRIVE                                                                                      \
    "{\"name\":\"D$\",\"scope\":\"*\",\"path\":\"D:\\\\\",\"is_special\":true,\"denies_everyone\"" \
    ":false,\"access\":[]}"
#define STATE(shares)                                                                              \
    "{\"path_exists\":true,\"shares\":[" shares "],\"open_files\":[],\"sessions\":[],"             \
    "\"counters\":{\"server_started\":\"2026-11-01T00:00:00Z\",\"sessions_opened\":12,"            \
    "\"files_opened\":40},\"usn\":{\"journal_id\":\"77\",\"first_usn\":1,\"next_usn\":900}}"

static const char script[] = "filesync/access-state";

static void give(struct bench *bench, const char *shares, const char *saved)
{
    struct sw_builder map = sw_map_begin(bench->arena);

    sw_map_put_text(&map, "shares", shares);
    sw_map_put_text(&map, "saved", saved);
    bench->view.inputs = sw_built(&map);
}

static enum sw_verdict probe(struct bench *bench, const char *says)
{
    bench_says(bench, script, says);
    return bench_probe(bench, sw_filesync_restore_access.probe);
}

static const char *out(struct bench *bench, const char *name)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 65536);
    sw_json_write(&buf, bench_output(bench, name), SW_JSON_PLAIN);
    return sw_copy(bench->arena, buf.bytes, buf.length);
}

static const char *act(struct bench *bench, const struct sw_write *row)
{
    struct sw_act act;
    struct sw_error err = {0};

    assert_true(row->build(&bench->view, &act, &err));
    return bench_act_json(bench, &act);
}

static void only_the_entry_that_we_add_goes_and_only_from_named_shares(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    const char *shut = STATE(SHARE("Projects", "true", USERS("Change") "," DENY) "," SHARE(
        "Private", "true", USERS("Change") "," DENY) "," SHARE("Open", "false",
                                                               USERS("Change")) "," DRIVE);

    give(bench, "projects , Open", "");
    assert_int_equal(probe(bench, shut), SW_NEEDED);
    assert_said(bench, "1 share to be opened again, 'Projects' among them");
    bench_keep_seen(bench);
    assert_true(sw_filesync_restore_access.writes[0].needed(&bench->view));
    assert_string_equal(act(bench, &sw_filesync_restore_access.writes[0]),
                        "filesync/change-access {\"shares\":[{\"name\":\"Projects\",\"scope\":"
                        "\"*\",\"remove\":[" DENY "],\"add\":[]}]}");
    assert_int_equal(probe(bench, STATE(SHARE("Projects", "false", USERS("Change")) "," SHARE(
                                      "Private", "true", USERS("Change") "," DENY))),
                     SW_ALREADY);
    assert_string_equal(out(bench, "opened"), "[\"Projects\"]");
    assert_string_equal(out(bench, "shut"), "[\"Private\"]");
    assert_string_equal(out(bench, "gone"), "[\"Open\"]");
}

static void what_is_open_already_is_done_and_nothing_is_sent(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    give(bench, "Projects", "");
    assert_int_equal(probe(bench, STATE(SHARE("Projects", "false", USERS("Read")))), SW_ALREADY);
    assert_string_equal(out(bench, "opened"), "[]");
    assert_string_equal(out(bench, "left"), "[]");
    give(bench, " , ", "");
    assert_int_equal(probe(bench, STATE(SHARE("Projects", "true", DENY))), SW_ALREADY);
    assert_string_equal(out(bench, "shut"), "[\"Projects\"]");
}

static void a_deny_of_somebody_else_stays(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    const char *temps = STATE(SHARE(
        "Projects", "true", ENTRY("CONTOSO\\\\Temps", "S-1-5-21-9", "Deny", "Full") "," DENY));

    give(bench, "Projects", "");
    assert_int_equal(probe(bench, temps), SW_NEEDED);
    bench_keep_seen(bench);
    assert_null(strstr(act(bench, &sw_filesync_restore_access.writes[0]), "Temps"));
    /* Unblock-SmbShareAccess would take both of Everyone's. */
    bench->view.before = NULL;
    assert_int_equal(probe(bench, STATE(SHARE("Projects", "true", EVERYONE("Change") "," DENY))),
                     SW_ALREADY);
    assert_string_equal(out(bench, "left"),
                        "[\"'Projects' denies everyone a second time, in an entry that is not "
                        "ours and would go with it: it stays shut\"]");
    assert_string_equal(out(bench, "shut"), "[\"Projects\"]");
}

/* Rights and the shut door are two things: what was saved says nothing about who shut it. */
static void saved_rights_open_no_door(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    give(bench, "", "Projects: Allow Change CONTOSO\\Users [S-1-5-21-513]");
    assert_int_equal(probe(bench, STATE(SHARE("Projects", "true", USERS("Read") "," DENY))),
                     SW_NEEDED);
    bench_keep_seen(bench);
    assert_null(strstr(act(bench, &sw_filesync_restore_access.writes[0]), "S-1-1-0"));
    assert_int_equal(probe(bench, STATE(SHARE("Projects", "true", USERS("Change") "," DENY))),
                     SW_ALREADY);
    assert_string_equal(out(bench, "shut"), "[\"Projects\"]");
}

static void an_account_that_was_made_anew_gets_nothing(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    give(bench, "", "Projects: Allow Change CONTOSO\\Users [S-1-5-21-999]");
    assert_int_equal(probe(bench, STATE(SHARE("Projects", "false", USERS("Read")))), SW_ALREADY);
    assert_string_equal(out(bench, "left"), "[\"'Projects' allowed CONTOSO\\\\Users Change, and "
                                            "now nothing: somebody else changed that\"]");
    /* Where one id is not known, the name is all there is. */
    give(bench, "", "Projects: Allow Change CONTOSO\\Users");
    assert_int_equal(probe(bench, STATE(SHARE("Projects", "false", USERS("Read")))), SW_NEEDED);
}

static void rights_come_back_where_people_may_only_read(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    give(bench, "Projects",
         "Projects: Allow Change CONTOSO\\Users [S-1-5-21-513]; "
         "Projects: Allow Full CONTOSO\\Ada [S-1-5-21-8]; Projects: Allow Read CONTOSO\\Guests");
    assert_int_equal(probe(bench, STATE(SHARE("Projects", "true", USERS("Read") "," DENY))),
                     SW_NEEDED);
    bench_keep_seen(bench);
    assert_string_equal(act(bench, &sw_filesync_restore_access.writes[0]),
                        "filesync/change-access {\"shares\":[{\"name\":\"Projects\",\"scope\":"
                        "\"*\",\"remove\":[" DENY
                        "," USERS("Read") "],\"add\":[" USERS("Change") "]}]}");
    assert_string_equal(act(bench, &sw_filesync_restore_access.undo[0]),
                        "filesync/change-access {\"shares\":[{\"name\":\"Projects\",\"scope\":"
                        "\"*\",\"remove\":[" USERS("Change") "],\"add\":[" DENY
                                                             "," USERS("Read") "]}]}");
    /* The deny went, the right did not come yet: not done, and still the same change. */
    assert_int_equal(probe(bench, STATE(SHARE("Projects", "false", ""))), SW_NEEDED);
    assert_int_equal(probe(bench, STATE(SHARE("Projects", "false", USERS("Change")))), SW_ALREADY);
    assert_string_equal(out(bench, "left"), "[\"'Projects' allowed CONTOSO\\\\Ada Full, and now "
                                            "nothing: somebody else changed that\"]");
}

static void undo_shuts_again_what_this_step_opened(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    give(bench, "Projects", "");
    probe(bench, STATE(SHARE("Projects", "true", USERS("Change") "," DENY)));
    bench_keep_seen(bench);
    bench_says(bench, script, STATE(SHARE("Projects", "false", USERS("Change"))));
    assert_int_equal(bench_probe(bench, sw_filesync_restore_access.probe_undo), SW_NEEDED);
    assert_said(bench, "share 'Projects' is not as this step found it yet");
    bench_says(bench, script, STATE(SHARE("Projects", "true", DENY "," USERS("Change"))));
    assert_int_equal(bench_probe(bench, sw_filesync_restore_access.probe_undo), SW_ALREADY);
    /* A share that is gone lets nobody in. */
    bench_says(bench, script, STATE(DRIVE));
    assert_int_equal(bench_probe(bench, sw_filesync_restore_access.probe_undo), SW_ALREADY);
    bench_says(bench, script, "{\"path_exists\":false}");
    assert_int_equal(bench_probe(bench, sw_filesync_restore_access.probe_undo), SW_UNCLEAR);
}

static void what_cannot_be_told_is_not_guessed(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    give(bench, "Projects", "");
    assert_int_equal(probe(bench, "{\"path_exists\":false}"), SW_BLOCKED);
    assert_int_equal(probe(bench, "{\"path_exists\":true,\"shares\":null}"), SW_FAILED);
    assert_int_equal(probe(bench, STATE(SHARE("Projects", "true", USERS("Change")))), SW_FAILED);
    assert_said(bench, "share 'Projects' denies everyone, but its entries do not say by which");
    give(bench, "", "Projects Allow Change Users");
    assert_int_equal(probe(bench, STATE(SHARE("Projects", "true", DENY))), SW_BLOCKED);
    assert_said(bench, "the saved entry 'Projects Allow Change Users' is not understood");
    bench->view.subject = bench_json(bench, "{}");
    give(bench, "Projects", "");
    assert_int_equal(probe(bench, "{}"), SW_BLOCKED);
}

/* What one step puts out, another takes in: also shares of a cluster and accounts that are gone. */
static void saved_entries_go_through_text_and_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    const struct sw_value *rows = NULL;
    struct sw_error err = {0};

    bench_says(bench, script,
               STATE(SHARE("Projects", "false", USERS("Change") "," GONE) "," SCOPED(
                   "Team share", "FSC1", "false", USERS("Full"))));
    bench_probe(bench, sw_filesync_make_read_only.probe);
    assert_string_equal(sw_as_text(bench_output(bench, "saved")), "");
    bench_keep_seen(bench);
    bench_probe(bench, sw_filesync_make_read_only.probe);
    const char *saved = sw_as_text(bench_output(bench, "saved"));
    assert_string_equal(saved, "Projects: Allow Change CONTOSO\\Users [S-1-5-21-513]; "
                               "Projects: Allow Read S-1-5-21-77; "
                               "FSC1\\Team share: Allow Full CONTOSO\\Users [S-1-5-21-513]");
    assert_true(sw_entries_read(bench->arena, saved, &rows, &err));
    assert_int_equal(sw_list_count(rows), 3);
    assert_string_equal(sw_as_text(sw_get(sw_list_at(rows, 2), "name")), "Team share");
    assert_string_equal(sw_as_text(sw_get(sw_list_at(rows, 2), "scope")), "FSC1");
    assert_null(sw_as_text(sw_get(sw_list_at(rows, 1), "sid")));
}

static void a_saved_text_is_read_strictly(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    static const char *const wrong[] = {"Team",
                                        "Team:Allow Full A",
                                        "Team: allow Full A",
                                        "Team: Allow Write A",
                                        ": Allow Full A",
                                        "Team: Allow Full ",
                                        "Team: Allow Full A [S-1",
                                        "Team: Allow Full A [] B",
                                        "Team: Allow Full A [S-1] B",
                                        "\\Team: Allow Full A",
                                        "Team: Allow Full A []",
                                        NULL};
    const struct sw_value *rows = NULL;
    struct sw_error err = {0};

    for (size_t i = 0; wrong[i] != NULL; i++) {
        if (sw_entries_read(bench->arena, wrong[i], &rows, &err)) {
            fail_msg("'%s' was understood", wrong[i]);
        }
    }
    assert_true(sw_entries_read(bench->arena, " ; Team: Allow Full A b ;\n", &rows, &err));
    assert_int_equal(sw_list_count(rows), 1);
    assert_string_equal(sw_as_text(sw_get(sw_list_at(rows, 0), "account")), "A b");
    /* A name that would end an entry is not written at all. */
    assert_false(sw_is_known(sw_entries_text(
        bench->arena,
        bench_json(bench, "[{\"name\":\"a;b\",\"scope\":\"*\",\"access\":[" DENY "]}]"))));
}

static void shares_are_told_with_their_entries(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    bench->view.inputs = bench_json(bench, "{\"path\":\"D:\\\\Shares\\\\Projects\\\\\"}");
    bench_says(bench, "filesync/agent-facts", "{\"computer_name\":\"FS01\"}");
    bench_says(bench, script,
               STATE(SHARE("Projects", "true", USERS("Change") "," DENY) "," SCOPED(
                   "New", "FSC1", "true", DENY) "," SHARE("None", "false", "") "," DRIVE));
    assert_int_equal(bench_probe(bench, sw_filesync_shares.probe), SW_DONE);
    assert_string_equal(sw_as_text(bench_output(bench, "id")), "FS01 D:\\Shares\\Projects");
    assert_string_equal(sw_as_text(bench_output(bench, "shut")), "Projects, New");
    assert_string_equal(
        out(bench, "entries"),
        "[\"Projects (D:\\\\Shares\\\\Projects): Allow Change CONTOSO\\\\Users; Deny Full Jeder\","
        "\"FSC1\\\\New (D:\\\\Shares\\\\Projects): Deny Full Jeder\","
        "\"None (D:\\\\Shares\\\\Projects): nobody\"]");
    bench_says(bench, script, "{\"path_exists\":false}");
    assert_int_equal(bench_probe(bench, sw_filesync_shares.probe), SW_FAILED);
    assert_said(bench, "there is no folder D:\\Shares\\Projects on server FS01");
    bench_says(bench, "filesync/agent-facts", "{}");
    assert_int_equal(bench_probe(bench, sw_filesync_shares.probe), SW_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_entry_that_we_add_goes_and_only_from_named_shares),
        cmocka_unit_test(what_is_open_already_is_done_and_nothing_is_sent),
        cmocka_unit_test(a_deny_of_somebody_else_stays),
        cmocka_unit_test(saved_rights_open_no_door),
        cmocka_unit_test(an_account_that_was_made_anew_gets_nothing),
        cmocka_unit_test(rights_come_back_where_people_may_only_read),
        cmocka_unit_test(undo_shuts_again_what_this_step_opened),
        cmocka_unit_test(what_cannot_be_told_is_not_guessed),
        cmocka_unit_test(saved_entries_go_through_text_and_back),
        cmocka_unit_test(a_saved_text_is_read_strictly),
        cmocka_unit_test(shares_are_told_with_their_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
