#include "world/web.h"

#include "base/text.h"
#include "sdk/field.h"
#include "sdk/hook.h"
#include "sdk/schema.h"

#include <string.h>

#define STATUS_OK INT64_C(200)

enum fails { ANSWERS, TIMEOUT, LOST, UNREACHABLE };

struct row {
    const char *on, *after, *body;
    int64_t status, times;
    enum fails fails;
    int64_t used;
    uint64_t after_at; /**< when a request last fitted `after`; 0: never */
};

struct sw_web {
    struct row *rows;
    size_t count;
    uint64_t asked;
};

static const char *const fail_words[] = {"timeout", "lost", "unreachable", NULL};
static const struct sw_type type_fails = {.kind = SW_T_ENUM, .values = fail_words};

/* KEEP IN STEP: read_key. */
static const struct sw_field row_keys[] = {
    {"on", &sw_type_string, SW_FIELD_REQUIRED, NULL,
     "Pattern of the request that it answers: METHOD URL BODY, TYPE NAME of the DNS, or COMMAND "
     "PARAMETERS (JSON); * stands for any text."},
    {"after", &sw_type_string, 0, NULL,
     "It answers only once a request that fits this pattern was answered; of several rows the one "
     "whose `after` came last."},
    {"status", &sw_type_int, 0, "200", "Status of the answer."},
    {"body", &sw_type_string, 0, NULL, "Body of the answer; for a command the JSON it gives back."},
    {"fails", &type_fails, 0, NULL,
     "No answer comes: it was not done (`timeout`), it was done all the same (`lost`), or there is "
     "no "
     "connection."},
    {"times", &sw_type_int, 0, NULL, "It answers only so often."},
    {0},
};

/** Column 1 of nowhere, where a world has no file. */
static struct sw_mark mark_of(const struct sw_value *value)
{
    return value->mark == NULL ? (struct sw_mark){0} : *value->mark;
}

static bool read_number(const struct sw_value *value, int64_t *ret, struct sw_arena *arena)
{
    const struct sw_value *typed = NULL;
    struct sw_error ignored = {0};

    return sw_as_text(value) != NULL &&
           sw_type_parse(&sw_type_int, sw_as_text(value), arena, &typed, &ignored) &&
           sw_as_int(typed, ret) && *ret >= 0;
}

static bool read_fails(const struct sw_value *value, enum fails *ret)
{
    for (size_t i = 0; fail_words[i] != NULL; i++) {
        if (sw_text_is(fail_words[i], sw_as_text(value))) {
            *ret = (enum fails)(i + 1);
            return true;
        }
    }
    return false;
}

static void unknown_key(const char *key, struct sw_mark mark, struct sw_diags *diags)
{
    const char *names[SW_COUNT(row_keys)];

    for (size_t i = 0; row_keys[i].name != NULL; i++) {
        names[i] = row_keys[i].name;
    }
    const char *close = sw_text_closest(key, names, SW_COUNT(row_keys) - 1);
    struct sw_diag *diag =
        sw_diag_add(diags, SW_ERROR, 810, mark, "a row of `web` has no key `%.40s`", key);

    if (close != NULL) {
        sw_diag_hint(diags, diag, "did you mean `%s`?", close);
    }
}

static void read_key(struct row *row, const struct sw_entry *entry, struct sw_arena *arena,
                     struct sw_diags *diags)
{
    const struct sw_value *value = entry->value;
    bool is_fine = true;

    if (sw_text_is(entry->key, "on")) {
        row->on = sw_as_text(value);
    } else if (sw_text_is(entry->key, "after")) {
        row->after = sw_as_text(value);
    } else if (sw_text_is(entry->key, "body")) {
        row->body = sw_as_text(value);
    } else if (sw_text_is(entry->key, "status")) {
        is_fine = read_number(value, &row->status, arena);
    } else if (sw_text_is(entry->key, "times")) {
        is_fine = read_number(value, &row->times, arena);
    } else if (sw_text_is(entry->key, "fails")) {
        is_fine = read_fails(value, &row->fails);
    } else {
        unknown_key(entry->key, mark_of(value), diags);
        return;
    }
    if (!is_fine || value->kind != SW_V_TEXT) {
        sw_diag_add(diags, SW_ERROR, 810, mark_of(value), "`%s` of a row of `web` cannot be read",
                    entry->key);
    }
}

struct sw_web *sw_web_read(const struct sw_value *rows, struct sw_arena *arena,
                           struct sw_diags *diags)
{
    struct sw_web *web = sw_alloc(arena, sizeof *web);

    if (rows == NULL) {
        return web;
    }
    if (rows->kind != SW_V_LIST) {
        sw_diag_add(diags, SW_ERROR, 810, mark_of(rows), "`web` is a list of rows");
        return web;
    }
    web->rows = sw_alloc_array(arena, sw_list_count(rows) + 1, sizeof *web->rows);
    for (size_t i = 0; i < sw_list_count(rows); i++) {
        const struct sw_value *given = sw_list_at(rows, i);
        struct row *row = &web->rows[web->count++];

        *row = (struct row){.status = STATUS_OK, .body = ""};
        for (size_t n = 0; given->kind == SW_V_MAP && n < given->as.map.count; n++) {
            read_key(row, &given->as.map.entries[n], arena, diags);
        }
        if (row->on == NULL) {
            sw_diag_add(diags, SW_ERROR, 810, mark_of(given),
                        "a row of `web` needs `on`: the request that it answers");
            row->on = "";
        }
    }
    return web;
}

static bool counts(const struct row *row, const char *asked)
{
    return sw_hook_fits(row->on, asked) && (row->after == NULL || row->after_at > 0) &&
           (row->times == 0 || row->used < row->times);
}

/** It happened: rows that come after it count from now on. */
static void happened(struct sw_web *web, const char *asked)
{
    web->asked++;
    for (size_t i = 0; i < web->count; i++) {
        if (web->rows[i].after != NULL && sw_hook_fits(web->rows[i].after, asked)) {
            web->rows[i].after_at = web->asked;
        }
    }
}

bool sw_web_answer(struct sw_web *web, const char *asked, struct sw_reply *ret_reply,
                   struct sw_error *err)
{
    struct row *best = NULL;

    for (size_t i = 0; i < web->count; i++) {
        struct row *row = &web->rows[i];

        if (counts(row, asked) && (best == NULL || row->after_at > best->after_at)) {
            best = row;
        }
    }
    if (best == NULL) {
        return sw_fail(err, SW_E_NOT_FOUND, "the world file has no row in `web` that fits '%.300s'",
                       asked);
    }
    best->used++;
    if (best->fails == UNREACHABLE) {
        return sw_fail(err, SW_E_UNREACHABLE, "no connection (`fails: unreachable` in the world)");
    }
    if (best->fails != TIMEOUT && best->status < 300) {
        happened(web, asked);
    }
    if (best->fails != ANSWERS) {
        return sw_fail(err, SW_E_TIMEOUT, "no answer (`fails` in the world)");
    }
    *ret_reply = (struct sw_reply){
        .status = (int)best->status, .body = best->body, .body_length = strlen(best->body)};
    return true;
}

const char *sw_web_asked(const struct sw_request *request, struct sw_arena *arena)
{
    static const char scheme[] = "dns:";
    const char *type = strstr(request->url, "?type=");

    if (sw_text_begins(request->url, scheme) && type != NULL) {
        const char *name = request->url + sizeof scheme - 1;

        return sw_format(arena, "%s %.*s", type + strlen("?type="), (int)(type - name), name);
    }
    return request->body == NULL || request->body_length == 0
               ? sw_format(arena, "%s %s", request->method, request->url)
               : sw_format(arena, "%s %s %.*s", request->method, request->url,
                           (int)request->body_length, request->body);
}

const struct sw_value *sw_web_schema(struct sw_arena *arena)
{
    return sw_schema_about(arena, sw_schema_list(arena, sw_schema_fields(arena, row_keys, false)),
                           "What hooks are answered, row by row.");
}
