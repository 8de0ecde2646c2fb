/* The world alone: what the domain does by itself, seen through the scripts that runs use. */
#include "stdlib/filesync/world/world_bench.h"

#define PLAIN "{\"world\":\"filesync\"}"
#define UNTIL_CLEAN_MAX (24 * HOUR)

/* The whole of scenario 1 with the literal check, or with one that knows when sessions begin. */
static struct sw_verdict_of_world retire(struct bench *bench, bool knows_beginnings)
{
    int64_t mark = 0;
    int64_t waited = 0;
    bool is_clean = false;

    bench_cut_access(bench);
    mark = bench_mark(bench);
    bench_script(bench, "filesync/start-vss-upload", "{}");
    while (!is_clean && waited < UNTIL_CLEAN_MAX) {
        bench_pass(bench, MINUTE);
        waited += MINUTE;
        is_clean = knows_beginnings
                       ? bench->model->last_upload != NULL && bench->model->last_upload->is_snapshot
                       : bench_is_clean(bench, mark);
    }
    assert_true(is_clean);
    return bench_delete(bench);
}

static void a_retired_endpoint_loses_nothing_when_all_goes_well(void **state)
{
    (void)state;
    struct bench bench = bench_open(PLAIN);
    struct sw_verdict_of_world verdict = retire(&bench, true);

    assert_int_equal(verdict.files_lost, 0);
    assert_true(verdict.files_total >= 240);
    assert_int_equal(verdict.deletes, 1);
    assert_false(verdict.is_deleted_twice);
    assert_non_null(strstr(verdict.text, "0 files lost"));
    bench_close(&bench);
}

static void deleting_at_once_loses_what_was_not_yet_uploaded(void **state)
{
    (void)state;
    struct bench bench = bench_open(PLAIN);

    bench_until(&bench, 3 * MINUTE);
    size_t changed = sw_fs_changed_count(bench.model);
    struct sw_verdict_of_world verdict = bench_delete(&bench);

    assert_true(changed > 0);
    assert_true(verdict.files_lost > 0);
    assert_non_null(verdict.lost_names[0]);
    assert_non_null(strstr(verdict.text, "NOBODY HAD GIVEN"));
    bench_close(&bench);
}

#define ALREADY_RUNNING                                                                            \
    "{\"world\":\"filesync\",\"server\":{\"cancel_running\":\"false\"},"                           \
    "\"users\":{\"count\":\"12\",\"write_every\":\"20s\",\"hold_for\":\"3m\"},"                    \
    "\"trouble\":[{\"at\":\"-2m\",\"what\":\"session_running\",\"takes\":\"35m\"}]}"

static void the_literal_check_loses_files_when_a_session_was_already_running(void **state)
{
    (void)state;
    struct bench bench = bench_open(ALREADY_RUNNING);
    struct sw_verdict_of_world verdict = retire(&bench, false);

    assert_true(verdict.files_lost > 0);
    assert_int_equal(verdict.files_accepted, 0);
    bench_close(&bench);
}

static void waiting_for_the_snapshots_own_session_loses_nothing_then(void **state)
{
    (void)state;
    struct bench bench = bench_open(ALREADY_RUNNING);
    struct sw_verdict_of_world verdict = retire(&bench, true);

    assert_int_equal(verdict.files_lost, 0);
    bench_close(&bench);
}

/* Not by luck of one seed. */
static void it_is_so_for_every_seed(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct bench naive = bench_open_seeded(ALREADY_RUNNING, seed);
        struct bench careful = bench_open_seeded(ALREADY_RUNNING, seed);

        if (retire(&naive, false).files_lost == 0 || retire(&careful, true).files_lost > 0) {
            fail_msg("seed %llu", (unsigned long long)seed);
        }
        bench_close(&naive);
        bench_close(&careful);
    }
}

static void the_task_cancels_a_running_session_which_says_so_at_once(void **state)
{
    static const char *const cancelled[] = {"'HResult'>-2134375780<", NULL};
    (void)state;
    struct bench bench = bench_open(
        "{\"world\":\"filesync\",\"trouble\":[{\"at\":\"-2m\",\"what\":\"session_running\"}]}");
    int64_t mark = bench_mark(&bench);

    bench_cut_access(&bench);
    bench_script(&bench, "filesync/start-vss-upload", "{}");
    bench_pass(&bench, 10 * SECOND);
    assert_int_equal(bench_count_events(&bench, mark, cancelled), 1);
    bench_pass(&bench, 2 * MINUTE);
    assert_non_null(bench.model->upload);
    assert_true(bench.model->upload->is_snapshot);
    bench_close(&bench);
}

static void an_open_handle_goes_on_writing_after_the_share_denies(void **state)
{
    (void)state;
    struct bench bench =
        bench_open("{\"world\":\"filesync\",\"users\":{\"count\":\"8\",\"hold_for\":\"30m\"}}");

    bench_script(&bench, "filesync/block-access",
                 "{\"shares\":[{\"name\":\"Team\",\"scope\":\"*\"}]}");
    uint64_t content = bench.model->next_content;
    uint64_t opened = bench.model->files_opened;
    bench_until(&bench, 6 * MINUTE);
    assert_true(bench.model->next_content > content);
    assert_true(bench.model->files_opened == opened);

    bench_script(&bench, "filesync/close-open-files", AT_PATH);
    content = bench.model->next_content;
    bench_until(&bench, 30 * MINUTE);
    assert_true(bench.model->next_content == content);
    assert_int_equal(sw_list_count(sw_get(bench_access(&bench), "open_files")), 0);
    bench_close(&bench);
}

static void a_share_that_can_only_be_read_is_read_and_not_written(void **state)
{
    (void)state;
    struct bench bench =
        bench_open("{\"world\":\"filesync\",\"users\":{\"count\":\"8\",\"hold_for\":\"5m\"}}");

    bench_script(&bench, "filesync/make-read-only",
                 "{\"shares\":[{\"name\":\"Team\",\"scope\":\"*\"}]}");
    bench_script(&bench, "filesync/close-open-files", AT_PATH);
    uint64_t content = bench.model->next_content;
    uint64_t opened = bench.model->files_opened;
    bench_until(&bench, 2 * HOUR);
    assert_true(bench.model->next_content == content);
    assert_true(bench.model->files_opened > opened);
    const struct sw_value *share = sw_list_at(sw_get(bench_access(&bench), "shares"), 0);
    const struct sw_value *access = sw_get(share, "access");
    assert_int_equal(sw_list_count(access), 2);
    for (size_t i = 0; i < sw_list_count(access); i++) {
        assert_string_equal(sw_as_text(sw_get(sw_list_at(access, i), "right")), "Read");
    }
    bench_close(&bench);
}

static void nothing_moves_while_access_is_cut(void **state)
{
    (void)state;
    struct bench bench = bench_open(PLAIN);

    bench_cut_access(&bench);
    const struct sw_value *before = bench_access(&bench);
    bench_until(&bench, 4 * HOUR);
    const struct sw_value *after = bench_access(&bench);
    assert_true(sw_value_same(sw_get(before, "shares"), sw_get(after, "shares")));
    assert_true(sw_value_same(sw_get(before, "counters"), sw_get(after, "counters")));
    /* Other folders of the volume and the agent itself do move the journal. */
    assert_false(sw_value_same(sw_get(before, "usn"), sw_get(after, "usn")));
    const struct sw_value *journal = bench_script(
        &bench, "filesync/change-journal",
        sw_format(bench.arena,
                  "{\"path\":\"D:\\\\Shares\\\\Team\",\"journal_id\":\"%s\",\"since_usn\":%lld,"
                  "\"max\":100}",
                  sw_as_text(sw_get_path(before, "usn", "journal_id", NULL)),
                  (long long)bench_int(sw_get_path(before, "usn", "next_usn", NULL))));
    /* Tiering did change the path, but the journal marks its changes as replication's own. */
    assert_int_equal(sw_list_count(sw_get(journal, "changes")), 0);
    size_t by_sync = 0;
    for (size_t i = 0; i < bench.model->change_count; i++) {
        by_sync += sw_fs_usn_at(bench.model, i)->by_sync ? 1 : 0;
    }
    assert_true(by_sync > 0);
    bench_close(&bench);
}

static void access_back_between_two_polls_shows_in_counters_and_costs_a_file(void **state)
{
    (void)state;
    struct bench bench =
        bench_open("{\"world\":\"filesync\",\"users\":{\"count\":\"0\"},"
                   "\"trouble\":[{\"at\":\"vss+10m7s\",\"what\":\"access_back\",\"for\":\"8s\"}]}");

    bench_cut_access(&bench);
    bench_script(&bench, "filesync/start-vss-upload", "{}");
    bench_until(&bench, 10 * MINUTE);
    const struct sw_value *before = bench_access(&bench);
    bench_until(&bench, 11 * MINUTE);
    const struct sw_value *after = bench_access(&bench);
    assert_int_equal(sw_list_count(sw_get(after, "open_files")), 0);
    assert_false(sw_value_same(sw_get(before, "shares"), sw_get(after, "shares")));
    assert_int_equal(bench_int(sw_get_path(after, "counters", "files_opened", NULL)),
                     bench_int(sw_get_path(before, "counters", "files_opened", NULL)) + 1);
    /* The snapshot is older than this write. */
    assert_int_equal(bench_delete(&bench).files_lost, 1);
    bench_close(&bench);
}

static void a_regular_session_leaves_files_that_are_open_for_the_next_one(void **state)
{
    (void)state;
    struct bench bench = bench_open("{\"world\":\"filesync\",\"users\":{\"count\":\"1\","
                                    "\"write_every\":\"1h\",\"hold_for\":\"9h\"}}");
    const struct sw_fs_user *user = &bench.model->users[0];
    const struct sw_fs_file *file = NULL;

    for (int i = 0; i < 600 && file == NULL; i++) {
        bench_pass(&bench, MINUTE);
        if (user->handle != 0 && sw_fs_file_is_changed(&bench.model->files[user->file])) {
            file = &bench.model->files[user->file];
        }
    }
    assert_non_null(file);
    uint64_t content = file->server_content;
    size_t sessions = bench.model->session_count;
    bench_pass(&bench, 20 * MINUTE);
    /* Nobody wrote again, sessions came and went, and still it is not in the share. */
    assert_true(file->server_content == content);
    assert_true(bench.model->session_count > sessions + 1);
    assert_true(sw_fs_file_is_changed(file));
    bench_close(&bench);
}

#define TWO_WRITES(second)                                                                         \
    "{\"world\":\"filesync\",\"users\":{\"count\":\"0\"},\"sync\":{\"takes\":\"4m\"},"             \
    "\"trouble\":["                                                                                \
    "{\"at\":\"0s\",\"what\":\"local_write\",\"path\":\"Minutes\\\\005 survey.dwg\"},"             \
    "{\"at\":\"" second "\",\"what\":\"local_write\",\"path\":\"Minutes\\\\005 survey.dwg\"}]}"

static void a_snapshot_session_uploads_what_was_there_at_the_snapshot(void **state)
{
    (void)state;
    struct bench bench = bench_open(TWO_WRITES("vss+10m"));
    const struct sw_fs_file *file =
        &bench.model->files[sw_fs_file_find(bench.model, "Minutes\\005 survey.dwg")];

    bench_until(&bench, 10 * SECOND);
    uint64_t first = file->server_content;
    bench_script(&bench, "filesync/start-vss-upload", "{}");
    while (bench.model->last_upload == NULL || !bench.model->last_upload->is_snapshot) {
        bench_pass(&bench, SECOND);
    }
    assert_true(file->share_content == first);
    assert_true(file->server_content > first);
    assert_int_equal(bench_delete(&bench).files_lost, 1);
    bench_close(&bench);
}

static void a_file_that_changes_during_a_regular_session_waits_for_the_next(void **state)
{
    static const char *const passed_over[] = {"'SyncFileCount'>1<", "'AppliedFileCount'>0<", NULL};
    static const char *const taken[] = {"'SyncFileCount'>1<", "'AppliedFileCount'>1<", NULL};
    (void)state;
    struct bench bench = bench_open(TWO_WRITES("3m"));
    int64_t mark = bench_mark(&bench);

    bench_until(&bench, 30 * MINUTE);
    assert_int_equal(bench_count_events(&bench, mark, passed_over), 1);
    assert_int_equal(bench_count_events(&bench, mark, taken), 1);
    bench_close(&bench);
}

static void item_errors_are_counted_named_and_left_behind(void **state)
{
    static const char *const with_error[] = {"'PerItemErrorCount'>1<", "'HResult'>0<", NULL};
    (void)state;
    struct bench bench =
        bench_open("{\"world\":\"filesync\",\"item_errors\":[{\"path\":\"Minutes\\\\bad?.txt\","
                   "\"hresult\":\"0x80c80255\",\"until\":\"vss+3h\"}]}");
    int64_t mark = bench_mark(&bench);

    bench_cut_access(&bench);
    bench_script(&bench, "filesync/start-vss-upload", "{}");
    bench_pass(&bench, 50 * MINUTE);
    assert_true(bench_count_events(&bench, mark, with_error) >= 1);
    const struct sw_value *items = bench_script(
        &bench, "filesync/item-results",
        sw_format(bench.arena,
                  "{\"channel\":\"Microsoft-FileSync-Agent/ItemResults\",\"since_record_id\":0,"
                  "\"max\":100,\"correlation_id\":\"{%s}\"}",
                  sw_fs_correlation(bench.model, bench.arena, bench.model->last_upload)));
    const struct sw_value *events = sw_get(items, "events");
    assert_int_equal(sw_list_count(events), 1);
    const char *xml = sw_as_text(sw_list_at(events, 0));
    assert_non_null(strstr(xml, "&lt;CI&gt;Minutes\\bad?.txt&lt;/CI&gt;"));
    assert_non_null(strstr(xml, "'HResult'>-2134375851<"));
    bench_pass(&bench, 4 * HOUR);
    assert_int_equal(bench_delete(&bench).files_lost, 0);
    bench_close(&bench);
}

static void a_file_that_is_never_synced_is_lost_unless_a_person_gave_it_up(void **state)
{
    (void)state;
    struct bench bench = bench_open("{\"world\":\"filesync\",\"users\":{\"count\":\"0\"},"
                                    "\"never_synced\":[\"Minutes\\\\desktop.ini\",\"a.tmp\"]}");
    const struct sw_value *listed = bench_script(&bench, "filesync/never-synced", AT_PATH);

    assert_int_equal(bench_int(sw_get(listed, "count")), 2);
    bench.world->ops->accept_loss(
        bench.world, bench_value(&bench, "{\"names\":[\"MINUTES\\\\desktop.ini\"]}"), NULL);
    struct sw_verdict_of_world verdict = retire(&bench, true);
    assert_int_equal(verdict.files_lost, 2);
    assert_int_equal(verdict.files_accepted, 1);
    bench_close(&bench);
}

static void clearing_the_log_restarts_its_ids_and_its_creation_time(void **state)
{
    (void)state;
    struct bench bench = bench_open(
        "{\"world\":\"filesync\",\"trouble\":[{\"at\":\"10m\",\"what\":\"clear_log\"}]}");

    bench_until(&bench, 9 * MINUTE);
    int64_t mark = bench_mark(&bench);
    const struct sw_value *before = sw_get(bench_sessions(&bench, mark), "log");
    bench_until(&bench, 12 * MINUTE);
    const struct sw_value *after = sw_get(bench_sessions(&bench, mark), "log");
    assert_int_equal(bench_int(sw_get(after, "oldest_record_id")), 1);
    assert_true(bench_int(sw_get(after, "newest_record_id")) < mark);
    assert_false(sw_value_same(sw_get(before, "created"), sw_get(after, "created")));
    bench_close(&bench);
}

static void a_log_that_rolled_over_no_longer_reaches_back_to_the_mark(void **state)
{
    (void)state;
    struct bench bench = bench_open("{\"world\":\"filesync\",\"server\":{\"log_records\":\"200\"},"
                                    "\"trouble\":[{\"at\":\"10m\",\"what\":\"roll_log\"}]}");
    int64_t mark = bench_mark(&bench);

    bench_until(&bench, 11 * MINUTE);
    const struct sw_value *log = sw_get(bench_sessions(&bench, mark), "log");
    assert_true(bench_int(sw_get(log, "oldest_record_id")) > mark + 1);
    bench_close(&bench);
}

static void other_groups_log_clean_sessions_of_their_own(void **state)
{
    static const char *const others[] = {"&lt;CI&gt;archive&lt;/CI&gt;", "'HResult'>0<", NULL};
    (void)state;
    struct bench bench = bench_open("{\"world\":\"filesync\",\"other_groups\":[{\"name\":"
                                    "\"archive\",\"every\":\"4m\",\"takes\":\"50s\"}]}");
    int64_t mark = bench_mark(&bench);

    bench_until(&bench, 30 * MINUTE);
    assert_true(bench_count_events(&bench, mark, others) >= 3);
    bench_close(&bench);
}

static void an_old_agent_has_no_status_and_an_empty_session_every_half_hour(void **state)
{
    static const char *const empty[] = {"'SyncDirection'>Upload<", "'SyncFileCount'>0<", NULL};
    (void)state;
    struct bench bench = bench_open(
        "{\"world\":\"filesync\",\"server\":{\"agent\":\"13.0.0.0\",\"has_status\":\"no\"}}");
    int64_t mark = bench_mark(&bench);

    bench_cut_access(&bench);
    bench_script(&bench, "filesync/start-vss-upload", "{}");
    bench_until(&bench, 3 * HOUR);
    assert_int_equal(sw_get(bench_sessions(&bench, mark), "status")->kind, SW_V_NULL);
    size_t count = bench_count_events(&bench, mark, empty);
    assert_in_range(count, 3, 6);
    bench_close(&bench);
}

static void a_disabled_task_says_so_and_a_running_one_ignores_a_second_start(void **state)
{
    (void)state;
    struct bench off =
        bench_open("{\"world\":\"filesync\",\"server\":{\"task_enabled\":\"false\"}}");
    struct bench on = bench_open(PLAIN);
    const struct sw_value *result = NULL;
    const char *id = NULL;
    const char *message = NULL;

    assert_false(sw_fs_script(off.model, "filesync/start-vss-upload", NULL, off.arena, &result, &id,
                              &message));
    assert_non_null(strstr(id, "0x80041326"));
    bench_script(&on, "filesync/start-vss-upload", "{}");
    bench_script(&on, "filesync/start-vss-upload", "{}");
    assert_int_equal(on.model->task_runs, 1);
    assert_int_equal(on.model->writes, 1);
    bench_close(&off);
    bench_close(&on);
}

static void a_reboot_keeps_the_denial_and_drops_the_running_session_without_a_trace(void **state)
{
    static const char *const all[] = {"'SyncDirection'>Upload<", NULL};
    (void)state;
    struct bench bench = bench_open(
        "{\"world\":\"filesync\",\"trouble\":[{\"at\":\"vss+10m\",\"what\":\"reboot\"}]}");
    int64_t mark = bench_mark(&bench);

    bench_cut_access(&bench);
    const struct sw_value *before = bench_access(&bench);
    bench_script(&bench, "filesync/start-vss-upload", "{}");
    bench_pass(&bench, 14 * MINUTE);
    assert_false(sw_fs_is_online(bench.model));
    size_t ended = bench_count_events(&bench, mark, all);
    bench_pass(&bench, 2 * MINUTE);
    const struct sw_value *after = bench_access(&bench);
    assert_true(sw_fs_is_online(bench.model));
    assert_true(sw_value_same(sw_get(before, "shares"), sw_get(after, "shares")));
    assert_false(sw_value_same(sw_get_path(before, "counters", "server_started", NULL),
                               sw_get_path(after, "counters", "server_started", NULL)));
    assert_true(ended <= 1); /* at most the one that the task cancelled */
    bench_pass(&bench, HOUR);
    for (size_t i = 0; i < bench.model->session_count; i++) {
        const struct sw_fs_session *session = bench.model->sessions[i];
        assert_true(!session->is_snapshot || session->was_dropped);
    }
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_retired_endpoint_loses_nothing_when_all_goes_well),
        cmocka_unit_test(deleting_at_once_loses_what_was_not_yet_uploaded),
        cmocka_unit_test(the_literal_check_loses_files_when_a_session_was_already_running),
        cmocka_unit_test(waiting_for_the_snapshots_own_session_loses_nothing_then),
        cmocka_unit_test(it_is_so_for_every_seed),
        cmocka_unit_test(the_task_cancels_a_running_session_which_says_so_at_once),
        cmocka_unit_test(an_open_handle_goes_on_writing_after_the_share_denies),
        cmocka_unit_test(a_share_that_can_only_be_read_is_read_and_not_written),
        cmocka_unit_test(nothing_moves_while_access_is_cut),
        cmocka_unit_test(access_back_between_two_polls_shows_in_counters_and_costs_a_file),
        cmocka_unit_test(a_regular_session_leaves_files_that_are_open_for_the_next_one),
        cmocka_unit_test(a_snapshot_session_uploads_what_was_there_at_the_snapshot),
        cmocka_unit_test(a_file_that_changes_during_a_regular_session_waits_for_the_next),
        cmocka_unit_test(item_errors_are_counted_named_and_left_behind),
        cmocka_unit_test(a_file_that_is_never_synced_is_lost_unless_a_person_gave_it_up),
        cmocka_unit_test(clearing_the_log_restarts_its_ids_and_its_creation_time),
        cmocka_unit_test(a_log_that_rolled_over_no_longer_reaches_back_to_the_mark),
        cmocka_unit_test(other_groups_log_clean_sessions_of_their_own),
        cmocka_unit_test(an_old_agent_has_no_status_and_an_empty_session_every_half_hour),
        cmocka_unit_test(a_disabled_task_says_so_and_a_running_one_ignores_a_second_start),
        cmocka_unit_test(a_reboot_keeps_the_denial_and_drops_the_running_session_without_a_trace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
