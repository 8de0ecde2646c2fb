/* World files are typed and checked: what is wrong is said at its place. */
#include "stdlib/filesync/world/world_bench.h"

struct read {
    struct sw_arena *arena;
    struct sw_diags *diags;
    struct sw_fs_config config;
    bool is_good;
};

static struct read read_config(const char *json)
{
    struct read read = {.arena = sw_arena_new(), .diags = sw_diags_new()};
    struct bench bench = {.arena = read.arena};

    read.is_good =
        sw_fs_config_read(bench_value(&bench, json), read.arena, &read.config, read.diags);
    return read;
}

static void close_read(struct read *read)
{
    sw_diags_free(read->diags);
    sw_arena_free(read->arena);
}

static void expect_one(const char *json, unsigned code, const char *text, const char *hint)
{
    struct read read = read_config(json);

    assert_false(read.is_good);
    assert_int_equal(sw_diags_count(read.diags), 1);
    const struct sw_diag *diag = sw_diags_at(read.diags, 0);
    assert_int_equal(diag->code, code);
    if (strstr(diag->text, text) == NULL) {
        fail_msg("'%s' is not in '%s'", text, diag->text);
    }
    if (hint == NULL) {
        assert_null(diag->hint);
    } else {
        assert_non_null(diag->hint);
        assert_non_null(strstr(diag->hint, hint));
    }
    close_read(&read);
}

static void an_almost_empty_file_is_a_whole_world(void **state)
{
    (void)state;
    struct read read = read_config("{\"world\":\"filesync\"}");

    assert_true(read.is_good);
    assert_string_equal(read.config.endpoint.path, "D:\\Shares\\Team");
    assert_int_equal(read.config.endpoint.files, 240);
    assert_true(read.config.server.has_status);
    assert_int_equal(read.config.sync.vss_takes_ns, 25 * MINUTE);
    /* Without shares the folder itself is one. */
    assert_int_equal(read.config.share_count, 1);
    close_read(&read);
}

static void what_is_written_is_typed(void **state)
{
    (void)state;
    struct read read = read_config(
        "{\"world\":\"filesync\",\"latency\":\"1s500ms\",\"server\":{\"clock_skew\":\"-3s\","
        "\"has_status\":\"off\"},\"endpoint\":{\"bytes\":\"2GiB\"},\"item_errors\":["
        "{\"path\":\"a\",\"hresult\":\"0x80c80255\"},{\"path\":\"b\",\"hresult\":\"-2134375851\","
        "\"until\":\"vss+2h\"}],\"trouble\":[{\"at\":\"block+5m\",\"what\":\"access_back\","
        "\"for\":\"forever\"},{\"at\":\"-2m\",\"what\":\"session_running\"}]}");

    assert_true(read.is_good);
    assert_int_equal(read.config.latency_ns, 1500 * SW_NS_PER_MS);
    assert_int_equal(read.config.server.skew_ns, -3 * SECOND);
    assert_false(read.config.server.has_status);
    assert_int_equal(read.config.endpoint.bytes, INT64_C(2) << 30);
    /* Hex and signed decimal are the same code. */
    assert_int_equal(read.config.item_errors[0].hresult, read.config.item_errors[1].hresult);
    assert_int_equal(read.config.item_errors[0].until.from, SW_FS_NEVER);
    assert_int_equal(read.config.item_errors[1].until.from, SW_FS_FROM_VSS);
    assert_int_equal(read.config.troubles[0].at.from, SW_FS_FROM_BLOCK);
    assert_true(read.config.troubles[0].for_ns == SW_FS_FOREVER);
    assert_int_equal(read.config.troubles[1].at.offset_ns, -2 * MINUTE);
    close_read(&read);
}

static void unknown_keys_are_named_with_what_was_meant(void **state)
{
    (void)state;
    expect_one("{\"world\":\"filesync\",\"sync\":{\"evry\":\"5m\"}}", 801, "sync has no key 'evry'",
               "did you mean 'every'?");
    expect_one("{\"world\":\"filesync\",\"serve\":{}}", 801, "no key 'serve'", "'server'");
    expect_one("{\"world\":\"filesync\",\"trouble\":[{\"at\":\"1m\",\"what\":\"clear_log\","
               "\"count\":\"3\"}]}",
               801, "clear_log has no key 'count'", NULL);
}

static void values_of_the_wrong_form_say_what_is_expected(void **state)
{
    (void)state;
    expect_one("{\"world\":\"filesync\",\"users\":{\"write_every\":\"45\"}}", 802,
               "'write_every' of users is '45'; expected is a duration", NULL);
    expect_one("{\"world\":\"filesync\",\"endpoint\":{\"path\":\"/srv/team\"}}", 802,
               "a Windows path", NULL);
    expect_one("{\"world\":\"filesync\",\"server\":{\"has_status\":\"maybe\"}}", 802,
               "'true' or 'false'", NULL);
    expect_one("{\"world\":\"filesync\",\"shares\":\"Team\"}", 802, "has to be a list", NULL);
    expect_one("{\"world\":\"filesync\",\"users\":[\"6\"]}", 802, "has to be a map", NULL);
    expect_one("{\"world\":\"filesync\",\"item_errors\":[{\"path\":\"a\",\"hresult\":\"bad\"}]}",
               802, "an HRESULT", NULL);
}

static void a_share_needs_its_name(void **state)
{
    (void)state;
    expect_one("{\"world\":\"filesync\",\"shares\":[{\"path\":\"D:\\\\Shares\\\\Team\"}]}", 803,
               "needs the key 'name'", NULL);
}

static void an_unknown_trouble_is_named_with_what_was_meant(void **state)
{
    (void)state;
    expect_one("{\"world\":\"filesync\",\"trouble\":[{\"at\":\"1m\",\"what\":\"acces_back\"}]}",
               804, "no trouble 'acces_back'", "'access_back'");
    expect_one("{\"world\":\"filesync\",\"trouble\":[{\"at\":\"1m\"}]}", 804, "without 'what'",
               NULL);
}

static void times_of_trouble_are_checked(void **state)
{
    (void)state;
    expect_one("{\"world\":\"filesync\",\"trouble\":[{\"at\":\"noon\",\"what\":\"clear_log\"}]}",
               805, "vss+10m", NULL);
    /* Nobody knows beforehand when the task will be started. */
    expect_one("{\"world\":\"filesync\",\"trouble\":[{\"at\":\"vss-5m\",\"what\":\"clear_log\"}]}",
               805, "'at' of clear_log", NULL);
    expect_one("{\"world\":\"filesync\",\"trouble\":[{\"at\":\"-3h\",\"what\":\"clear_log\"}]}",
               805, "before the world begins", NULL);
}

static void numbers_out_of_bounds_and_contradictions_are_refused(void **state)
{
    (void)state;
    expect_one("{\"world\":\"filesync\",\"endpoint\":{\"files\":\"0\"}}", 806, "bounds", NULL);
    expect_one("{\"world\":\"filesync\",\"server\":{\"log_records\":\"-1\"}}", 806, "bounds", NULL);
    expect_one("{\"world\":\"filesync\",\"endpoint\":{\"files\":\"10\",\"tiered\":\"11\"}}", 807,
               "10 files, but 11 of them are tiered", NULL);
    expect_one("{\"world\":\"filesync\",\"never_synced\":[\"Minutes\\\\board.docx\"]}", 807,
               "File Sync would upload 'Minutes\\board.docx'", NULL);
}

static void all_mistakes_are_found_in_one_pass(void **state)
{
    (void)state;
    struct read read =
        read_config("{\"world\":\"filesync\",\"latncy\":\"1s\",\"users\":{"
                    "\"count\":\"x\"},\"trouble\":[{\"at\":\"1m\",\"what\":\"?\"}]}");

    assert_false(read.is_good);
    assert_int_equal(sw_diags_count(read.diags), 3);
    close_read(&read);
}

static void a_world_with_a_mistake_is_not_made(void **state)
{
    (void)state;
    struct bench bench = {.arena = sw_arena_new()};
    struct sw_diags *diags = sw_diags_new();

    assert_null(sw_filesync_world.make(
        bench_value(&bench, "{\"world\":\"filesync\",\"oops\":\"1\"}"), 1, diags));
    assert_int_equal(sw_diags_error_count(diags), 1);
    sw_diags_free(diags);
    sw_arena_free(bench.arena);
}

#define MORE(keys) "{\"world\":\"filesync\",\"more_endpoints\":[{" keys "}]}"

static void endpoints_of_a_server_share_nothing_that_is_one_endpoints_alone(void **state)
{
    (void)state;
    expect_one(MORE("\"name\":\"b\",\"path\":\"E:\\\\B\",\"group\":\"TEAM-files\""), 807,
               "have the same sync group", NULL);
    expect_one(MORE("\"name\":\"b\",\"path\":\"d:\\\\B\",\"group\":\"b\""), 807,
               "have the same volume", NULL);
    expect_one(MORE("\"name\":\"b\",\"path\":\"E:\\\\B\",\"group\":\"team\""), 807,
               "have the same share", NULL);
    expect_one(MORE("\"name\":\"b\",\"path\":\"E:\\\\B\""), 803, "needs the key 'group'", NULL);
    expect_one("{\"world\":\"filesync\",\"item_errors\":[{\"path\":\"a\",\"endpoint\":\"x\"}]}",
               807, "no endpoint of this world is named 'x'", NULL);
}

static void names_that_are_never_synced_are_known(void **state)
{
    (void)state;
    assert_non_null(sw_fs_never_synced_name("a\\Desktop.INI"));
    assert_non_null(sw_fs_never_synced_name("~$plan.docx"));
    assert_non_null(sw_fs_never_synced_name("b\\c.TMP"));
    assert_non_null(sw_fs_never_synced_name("x.laccdb"));
    assert_null(sw_fs_never_synced_name("desktop.ini\\plan.docx"));
    assert_null(sw_fs_never_synced_name("tmp"));
    assert_null(sw_fs_never_synced_name("a.tmpx"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_almost_empty_file_is_a_whole_world),
        cmocka_unit_test(what_is_written_is_typed),
        cmocka_unit_test(unknown_keys_are_named_with_what_was_meant),
        cmocka_unit_test(values_of_the_wrong_form_say_what_is_expected),
        cmocka_unit_test(a_share_needs_its_name),
        cmocka_unit_test(an_unknown_trouble_is_named_with_what_was_meant),
        cmocka_unit_test(times_of_trouble_are_checked),
        cmocka_unit_test(numbers_out_of_bounds_and_contradictions_are_refused),
        cmocka_unit_test(all_mistakes_are_found_in_one_pass),
        cmocka_unit_test(a_world_with_a_mistake_is_not_made),
        cmocka_unit_test(endpoints_of_a_server_share_nothing_that_is_one_endpoints_alone),
        cmocka_unit_test(names_that_are_never_synced_are_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
