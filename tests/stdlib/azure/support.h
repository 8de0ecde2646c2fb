#pragma once
/** @file Recorded exchanges, and a far end that answers by table, for the tests of this pack. */
#include "base/arena.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "sdk/json.h"
#include "sdk/probe.h"
#include "stdlib/azure/arm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* ---- values ---- */

static inline const struct sw_value *json(struct sw_arena *arena, const char *text)
{
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    if (!sw_json_read(arena, text, strlen(text), SW_JSON_PLAIN, &value, &err)) {
        fail_msg("%s in %s", err.text, text);
    }
    return value;
}

static inline const char *printed(struct sw_arena *arena, const struct sw_value *value)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    if (value == NULL) {
        return "(absent)";
    }
    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    sw_value_print(&buf, value);
    return sw_copy(arena, buf.bytes, buf.length);
}

/* "PATCH /id {body}", as a write would send it. */
static inline const char *call_text(struct sw_arena *arena, const struct sw_call *call)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    sw_buf_addf(&buf, "%s %s", call->op, call->path);
    if (call->args != NULL) {
        sw_buf_add_char(&buf, ' ');
        sw_json_write(&buf, call->args, SW_JSON_PLAIN);
    }
    return sw_copy(arena, buf.bytes, buf.length);
}

/* Compares the plain form, so that a failure shows what was there. */
#define assert_output(arena, map, name, text)                                                      \
    assert_string_equal(printed(arena, sw_get(map, name)), text)
#define assert_null_output(map, name)                                                              \
    assert_true(sw_get(map, name) != NULL && sw_get(map, name)->kind == SW_V_NULL)

/* ---- recordings ---- */

static inline const struct sw_value *recording(struct sw_arena *arena, const char *name)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error err = {0};
    const struct sw_value *value = NULL;

    sw_buf_init(&buf, SW_LIMIT_REPLY_BYTES);
    if (!sw_file_read(sw_format(arena, SW_SOURCE_DIR "/tests/data/azure-recordings/%s", name), &buf,
                      &err) ||
        !sw_json_read(arena, buf.bytes, buf.length, SW_JSON_PLAIN, &value, &err)) {
        fail_msg("%s", err.text);
    }
    return sw_get(value, "Entries");
}

static inline const char *entry_text(const struct sw_value *entry, const char *name)
{
    const char *text = sw_as_text(sw_get(entry, name));

    return text == NULL ? "" : text;
}

/* Absolute, whichever recorder it was. */
static inline const char *entry_url(struct sw_arena *arena, const struct sw_value *entry)
{
    const char *uri = entry_text(entry, "RequestUri");

    return *uri == '/' ? sw_format(arena, "https://management.azure.com%s", uri) : uri;
}

static inline const char *entry_header(const struct sw_value *entry, const char *name)
{
    return sw_as_text(sw_list_at(sw_get(sw_get(entry, "ResponseHeaders"), name), 0));
}

static inline struct sw_reply entry_reply(struct sw_arena *arena, const struct sw_value *entry)
{
    struct sw_reply reply = {0};
    const struct sw_value *headers = sw_get(entry, "ResponseHeaders");
    const struct sw_value *body = sw_get(entry, "ResponseBody");
    int64_t status = 0;

    assert_true(sw_as_int(sw_get(entry, "StatusCode"), &status));
    reply.status = (int)status;
    for (size_t i = 0; i < headers->as.map.count; i++) {
        const struct sw_entry *header = &headers->as.map.entries[i];

        sw_reply_set_header(&reply, header->key, sw_as_text(sw_list_at(header->value, 0)));
    }
    if (body != NULL && body->kind == SW_V_MAP) { /* transcribed */
        SW_CLEANUP(sw_buf_release) struct sw_buf buf;

        sw_buf_init(&buf, SW_LIMIT_REPLY_BYTES);
        sw_json_write(&buf, body, SW_JSON_PLAIN);
        reply.body = sw_copy(arena, buf.bytes, buf.length);
    } else {
        reply.body = entry_text(entry, "ResponseBody");
    }
    reply.body_length = strlen(reply.body);
    return reply;
}

/* Exchange number `nth` (from 0) of this method whose path, without the query, ends so. */
static inline const struct sw_value *entry_of(const struct sw_value *entries, const char *method,
                                              const char *path_end, size_t nth)
{
    size_t length = strlen(path_end);

    for (size_t i = 0; i < sw_list_count(entries); i++) {
        const struct sw_value *entry = sw_list_at(entries, i);
        const char *uri = entry_text(entry, "RequestUri");
        size_t path = strcspn(uri, "?");

        if (sw_text_is(entry_text(entry, "RequestMethod"), method) && path >= length &&
            strncmp(uri + path - length, path_end, length) == 0 && nth-- == 0) {
            return entry;
        }
    }
    fail_msg("no %s of ...%s", method, path_end);
    return NULL;
}

/* The recorded URL's path: an id. */
static inline const char *entry_id(struct sw_arena *arena, const struct sw_value *entry)
{
    const char *uri = entry_text(entry, "RequestUri");
    const char *path = *uri == '/' ? uri : strstr(uri + 8, "/");

    return sw_copy(arena, path, strcspn(path, "?"));
}

/* ---- talks ---- */

static inline struct sw_talk talk_of(struct sw_arena *arena, struct sw_call call, bool is_act)
{
    static const struct sw_target target = {.name = "cloud", .kind = "azure.sync_group"};

    return (struct sw_talk){.transport = &sw_arm_transport,
                            .target = &target,
                            .call = call,
                            .is_act = is_act,
                            .arena = arena,
                            .attempt = 7};
}

static inline struct sw_reply reply_of(int status, const char *body)
{
    return (struct sw_reply){.status = status, .body = body, .body_length = strlen(body)};
}

/* ---- a far end that answers by table ---- */

struct row {
    const char *path; /* of the URL, with its query but for the api-version */
    int status;
    const char *body;
};

static inline bool row_fits(const struct row *row, const char *url)
{
    const char *path = strstr(url, "/subscriptions/");
    size_t length = strcspn(row->path, "?");
    const char *query = row->path[length] == '?' ? row->path + length + 1 : "";

    return path != NULL && strncmp(path, row->path, length) == 0 && path[length] == '?' &&
           sw_text_ends(url, query);
}

/* Ask through the codec. An ask that no row answers fails the test. */
static inline struct sw_answer ask_table(struct sw_arena *arena, struct sw_call call,
                                         const struct row *rows)
{
    struct sw_talk talk = talk_of(arena, call, false);
    struct sw_error err = {0};
    enum sw_turn turn = sw_arm_transport.open(&talk, &err);

    while (turn == SW_TURN_SEND) {
        const struct row *row = rows;

        while (row->path != NULL && !row_fits(row, talk.out.url)) {
            row++;
        }
        if (row->path == NULL) {
            fail_msg("asked for %s", talk.out.url);
        }
        struct sw_reply reply = reply_of(row->status, row->body);

        sw_reply_set_header(&reply, "Date", "Fri, 28 Jun 2024 04:46:21 GMT");
        turn = sw_arm_transport.feed(&talk, &reply, &err);
    }
    if (turn != SW_TURN_DONE) {
        fail_msg("%s", err.text);
    }
    return talk.answer;
}

/* Run a probe to its verdict; the probe stays readable. */
static inline enum sw_verdict probe_table(struct sw_probe *probe, const struct sw_view *view,
                                          enum sw_verdict (*fn)(struct sw_probe *),
                                          const struct row *rows)
{
    enum sw_verdict verdict = SW_PENDING;

    sw_probe_begin(probe, view, true);
    for (unsigned round = 0; round < 20; round++) {
        verdict = sw_probe_call(probe, fn);
        if (verdict != SW_PENDING) {
            return verdict;
        }
        for (size_t i = 0; i < probe->ask_count; i++) {
            if (!probe->asks[i].is_answered) {
                struct sw_answer answer = ask_table(view->arena, probe->asks[i].look.call, rows);

                sw_probe_answer(probe, i, &answer);
            }
        }
    }
    fail_msg("the probe never ends");
    return verdict;
}

#define TEST_SUBSCRIPTION "11111111-2222-3333-4444-555555555555"
#define TEST_SERVICE                                                                               \
    "/subscriptions/" TEST_SUBSCRIPTION                                                            \
    "/resourceGroups/rg-files/providers/Microsoft.StorageSync/storageSyncServices/sss"
#define TEST_GROUP TEST_SERVICE "/syncGroups/sg"
#define TEST_ENDPOINT TEST_GROUP "/serverEndpoints/se-1"

/* A target of azure.sync_group. */
static inline struct sw_target target_of(struct sw_arena *arena)
{
    return (struct sw_target){.name = "cloud",
                              .kind = "azure.sync_group",
                              .settings =
                                  json(arena, "{\"subscription\":\"" TEST_SUBSCRIPTION "\","
                                              "\"resource_group\":\"rg-files\",\"service\":\"sss\","
                                              "\"sync_group\":\"sg\"}"),
                              .transport = &sw_arm_transport};
}

static inline int arena_setup(void **state)
{
    *state = sw_arena_new();
    return 0;
}

static inline int arena_teardown(void **state)
{
    sw_arena_free(*state);
    return 0;
}

#define test_in_arena(fn) cmocka_unit_test_setup_teardown(fn, arena_setup, arena_teardown)
