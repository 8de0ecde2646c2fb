/*
 * What a real PowerShell made of the scripts (tests/powershell/cases/NAME.expect, recorded by
 * hand), next to what the model world answers to the same: the same names in the same places, of
 * the same kinds. What is null on one side is there on the other.
 */
#include "base/file.h"
#include "stdlib/filesync/world/world_bench.h"
#include "stdlib/windows/powershell.h"

#include <dirent.h>

#define FOLDER SW_SOURCE_DIR "/tests/powershell/cases"
#define PATH "\"path\":\"D:\\\\Shares\\\\Team\""
#define LOG "\"channel\":\"Microsoft-FileSync-Agent/"
#define GROUP "\"sync_group\":\"team-files\""

/* How the model is asked for one of each; its share is called Team. */
static const struct {
    const char *script, *args;
} calls[] = {
    {"filesync/agent-facts", "{}"},
    {"filesync/block-access", "{\"shares\":[]}"},
    {"filesync/make-read-only", "{\"shares\":[]}"},
    {"filesync/restore-access", "{\"shares\":[]}"},
    {"filesync/change-access", "{\"shares\":[]}"},
    {"filesync/access-state", "{" PATH "}"},
    {"filesync/close-open-files", "{" PATH "}"},
    {"filesync/never-synced", "{" PATH ",\"max\":10}"},
    {"filesync/manifest", "{" PATH ",\"after\":\"\",\"max\":10}"},
    {"filesync/change-journal", "{" PATH ",\"journal_id\":\"1\",\"since_usn\":1,\"max\":10}"},
    {"filesync/tiered-scan", "{" PATH ",\"max\":10}"},
    {"filesync/tiered-since", "{" PATH ",\"journal_id\":\"1\",\"since_usn\":1,\"max\":10}"},
    {"filesync/changed-since", "{" PATH ",\"since\":\"2020-01-01T00:00:00Z\",\"max\":10}"},
    {"filesync/volume-space", "{" PATH "}"},
    {"windows/folder-count", "{" PATH "}"},
    {"filesync/upload-state", "{" PATH "," LOG "Telemetry\"}"},
    {"filesync/start-vss-upload", "{}"},
    {"filesync/sync-sessions", "{" PATH "," LOG "Telemetry\",\"since_record_id\":0,\"max\":10}"},
    {"filesync/item-results", "{" LOG "ItemResults\",\"since_record_id\":0,\"max\":10,"
                              "\"correlation_id\":\"{11111111-2222-3333-4444-555555555555}\"}"},
    {"filesync/start-recall", "{" GROUP ",\"threads\":4,\"retries\":3,\"retry_delay_s\":10}"},
    {"filesync/recall-state", "{" GROUP ",\"max\":10}"},
};

static const char *args_for(const char *script)
{
    for (size_t i = 0; i < SW_COUNT(calls); i++) {
        if (sw_text_is(calls[i].script, script)) {
            return calls[i].args;
        }
    }
    return NULL;
}

static void assert_same_names(const struct sw_value *a, const struct sw_value *b, const char *where)
{
    for (size_t i = 0; i < a->as.map.count; i++) {
        if (sw_get(b, a->as.map.entries[i].key) == NULL) {
            fail_msg("%s: '%s' is on one side only", where, a->as.map.entries[i].key);
        }
    }
}

static void assert_same_shape(struct sw_arena *arena, const struct sw_value *model,
                              const struct sw_value *answer, const char *where)
{
    if (model->kind == SW_V_NULL || answer->kind == SW_V_NULL) {
        return;
    }
    if (model->kind != answer->kind) {
        fail_msg("%s: kind %d in the model, %d from PowerShell", where, (int)model->kind,
                 (int)answer->kind);
    }
    if (model->kind == SW_V_MAP) {
        assert_same_names(model, answer, where);
        assert_same_names(answer, model, where);
        for (size_t i = 0; i < model->as.map.count; i++) {
            const char *key = model->as.map.entries[i].key;
            assert_same_shape(arena, model->as.map.entries[i].value, sw_get(answer, key),
                              sw_format(arena, "%s.%s", where, key));
        }
    }
    for (size_t i = 0; sw_list_count(model) > 0 && i < sw_list_count(answer); i++) {
        assert_same_shape(arena, sw_list_at(model, 0), sw_list_at(answer, i),
                          sw_format(arena, "%s[%d]", where, (int)i));
    }
}

static const char *text_of(struct sw_arena *arena, const char *name)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf file;
    struct sw_error err = {0};

    sw_buf_init(&file, 1 << 20);
    if (!sw_file_read(sw_format(arena, "%s/%s", FOLDER, name), &file, &err)) {
        fail_msg("%s", err.text);
    }
    return sw_copy(arena, file.bytes, file.length);
}

/* A recording: a first line that is JSON is an answer; the rest is an error, or what was called. */
static void compare(struct bench *bench, const char *name)
{
    const char *told = text_of(bench->arena, name);
    const char *base = sw_copy(bench->arena, name, strlen(name) - strlen(".expect"));
    const char *case_text = text_of(bench->arena, sw_format(bench->arena, "%s.ps1", base));
    const char *at = strstr(case_text, "# script: ");

    assert_non_null(at);
    at += strlen("# script: ");
    const char *script = sw_copy(bench->arena, at, strcspn(at, "\n"));
    const char *args = args_for(script);
    if (told[0] != '{' || args == NULL) {
        return; /* an error, or what a hook asks for: any command's items */
    }
    const struct sw_value *answer =
        bench_value(bench, sw_copy(bench->arena, told, strcspn(told, "\n")));
    assert_same_shape(bench->arena, bench_script(bench, script, args), answer, base);
}

static void a_recorded_answer_has_the_shape_of_the_models(void **state)
{
    struct bench bench =
        bench_open("{\"world\":\"filesync\",\"endpoint\":{\"path\":\"D:\\\\Shares\\\\Team\"},"
                   "\"users\":{\"count\":\"4\"}}");
    DIR *folder = opendir(FOLDER);
    size_t count = 0;

    (void)state;
    assert_non_null(folder);
    bench_until(&bench, HOUR);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        size_t length = strlen(entry->d_name);
        if (length > 7 && sw_text_is(entry->d_name + length - 7, ".expect")) {
            compare(&bench, entry->d_name);
            count++;
        }
    }
    (void)closedir(folder);
    assert_true(count > 0);
    bench_close(&bench);
}

/* The scripts of the packs, but for those of hooks, and the list above know each other. */
static void every_script_is_recorded(void **state)
{
    size_t count = 0;

    (void)state;
    for (const struct sw_embedded *at = sw_scripts; at->name != NULL; at++) {
        const char *end = strchr(at->text, '\n');
        bool is_part = strstr(at->text, " part") != NULL && strstr(at->text, " part") < end;
        bool is_hooks = sw_text_begins(at->name, "hooks/");
        if (is_part || is_hooks) {
            continue;
        }
        count++;
        if (args_for(at->name) == NULL) {
            fail_msg("%s has no row here, and perhaps no case in tests/powershell", at->name);
        }
    }
    assert_int_equal(count, SW_COUNT(calls));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recorded_answer_has_the_shape_of_the_models),
        cmocka_unit_test(every_script_is_recorded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
