/* What a hook may ask a web server for, read as if an enemy had said it. */
#include "stdlib/hooks/channels.h"

#include "base/text.h"
#include "sdk/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool reads(struct sw_arena *arena, const char *json, struct sw_hook_request *ret_request)
{
    const struct sw_value *what = NULL;
    struct sw_error err = {0};

    if (!sw_json_read(arena, json, strlen(json), SW_JSON_PLAIN, &what, &err)) {
        fail_msg("%s: %s", json, err.text);
    }
    bool is_fine = sw_hooks_http.read(what, arena, ret_request, &err);

    assert_true(is_fine || (err.code == SW_E_INPUT && err.text[0] != '\0'));
    return is_fine;
}

static void assert_refused(const char *json)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_hook_request request = {0};

    if (reads(arena, json, &request)) {
        fail_msg("taken: %s", json);
    }
    sw_arena_free(arena);
}

static void assert_url(const char *url, bool is_taken)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_hook_request request = {0};

    if (reads(arena, sw_format(arena, "{\"url\":\"%s\"}", url), &request) != is_taken) {
        fail_msg("%s: %s", is_taken ? "refused" : "taken", url);
    }
    sw_arena_free(arena);
}

static void a_url_means_one_host_to_every_reader(void **state)
{
    static const char *const wrong[] = {"https://x.example@y.example/a",
                                        "https://x.example:443@y.example/",
                                        "https://x.example\\\\y.example/",
                                        "https://x.example%2fy/a",
                                        "https://x.example#y/a",
                                        "https://x.example?y/a",
                                        "https://x\xe3\x80\x82"
                                        "example/a",
                                        "https://[::1]/a",
                                        "https://x.example",
                                        "https:///a",
                                        "https://x.example/a b",
                                        "https://x.example/a\\tb",
                                        "HTTPS://x.example/a",
                                        "https://../a",
                                        "https://.x/a",
                                        "https://x..y/a",
                                        "https://x:/a",
                                        "https://x:1:2/a",
                                        "https://x:1a/a",
                                        "https://:1/a",
                                        "https://-x/a",
                                        "https://x:123456/a",
                                        "http://x.example/a",
                                        "file:///etc/passwd",
                                        "https://*.example/a",
                                        "https://{{secret:a}}/",
                                        "https://{{secret:a}}.example/a",
                                        "https://x.example:{{secret:a}}/",
                                        "https://x.example/{{secret:A}}",
                                        "https://x.example/{{secret:a}",
                                        "https://x.example/{{secret:a}}/../b",
                                        "dns:x?type=A"};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(wrong); i++) {
        assert_url(wrong[i], false);
    }
    assert_url("https://x.example/", true);
    assert_url("https://x.example:8443/a?b=c/../d", true);
    assert_url("https://x.example/{{secret:a}}/b?code={{secret:b_2}}", true);
}

static void a_path_leads_upwards_in_no_spelling(void **state)
{
    static const char *const wrong[] = {
        "/a/../b",     "/a/..",          "/./a",         "/a/%2e%2e/b", "/a/.%2e/b",
        "/a/%2E./b",   "/a/..%2fb",      "/a%2f..%2fb",  "/a/..%5cb",   "/a%5c..%5Cb",
        "/a/..;x=1/b", "/a/%252e%252e/", "/a/..%252fb",  "/a/%2e;/b",   "/a/%zz",
        "/a/%",        "/a/%2",          "/a/%25252e./", "/a/..?x",     "/a/%2e%2E"};
    static const char *const right[] = {
        "/a/...",  "/a/.b", "/a/b..", "/a..b/c",  "/a%2fb/c", "/a/..b",    "/a;x=../b",
        "/a/%20b", "/a/",   "/a//b",  "/a?x=../", "/a?x=%",   "/100%25/b", "/.well-known/x"};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(wrong); i++) {
        struct sw_arena *arena = sw_arena_new();

        assert_url(sw_format(arena, "https://x.example%s", wrong[i]), false);
        sw_arena_free(arena);
    }
    for (size_t i = 0; i < SW_COUNT(right); i++) {
        struct sw_arena *arena = sw_arena_new();

        assert_url(sw_format(arena, "https://x.example%s", right[i]), true);
        sw_arena_free(arena);
    }
}

#define WITH(headers) "{\"url\":\"https://x.example/a\",\"headers\":" headers "}"

static void headers_are_a_table_of_texts_without_line_breaks(void **state)
{
    (void)state;
    assert_refused(WITH("\"Accept: x\""));
    assert_refused(WITH("[\"Accept: x\"]"));
    assert_refused(WITH("7"));
    assert_refused(WITH("true"));
    assert_refused(WITH("{\"A\":7}"));
    assert_refused(WITH("{\"A\":\"b\\r\\nHost: y\"}"));
    assert_refused(WITH("{\"A: b\":\"c\"}"));
    assert_refused(WITH("{\"\":\"c\"}"));
}

static void a_json_body_has_one_type_its_own_first(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_hook_request request = {0};

    (void)state;
    assert_true(reads(arena,
                      "{\"url\":\"https://x.example/\",\"method\":\"PATCH\",\"json\":{},"
                      "\"headers\":{\"content-type\":\"application/merge-patch+json\"}}",
                      &request));
    assert_int_equal(request.request.header_count, 1);
    assert_string_equal(request.request.headers[0].value, "application/merge-patch+json");
    assert_true(
        reads(arena, "{\"url\":\"https://x.example/\",\"method\":\"PUT\",\"json\":{}}", &request));
    assert_string_equal(request.request.headers[0].value, "application/json");
    sw_arena_free(arena);
}

static void a_header_names_no_other_host_method_or_path(void **state)
{
    (void)state;
    assert_refused(WITH("{\"Host\":\"y\"}"));
    assert_refused(WITH("{\"TRANSFER-ENCODING\":\"chunked\"}"));
    assert_refused(WITH("{\"X-HTTP-Method-Override\":\"DELETE\"}"));
    assert_refused(WITH("{\"X-Http-Method\":\"DELETE\"}"));
    assert_refused(WITH("{\"X-Method-Override\":\"DELETE\"}"));
    assert_refused(WITH("{\"X-Original-URL\":\"/admin\"}"));
    assert_refused(WITH("{\"X-Rewrite-Url\":\"/admin\"}"));
}

static void only_get_and_head_read(void **state)
{
    static const char *const methods[] = {"GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"};
    struct sw_arena *arena = sw_arena_new();

    (void)state;
    for (size_t i = 0; i < SW_COUNT(methods); i++) {
        struct sw_hook_request request = {0};

        assert_true(reads(
            arena,
            sw_format(arena, "{\"url\":\"https://x.example/\",\"method\":\"%s\"}", methods[i]),
            &request));
        assert_int_equal(request.is_write, i >= 2);
        assert_int_equal(request.is_repeatable, i < 4);
    }
    assert_refused("{\"url\":\"https://x.example/\",\"method\":\"get\"}");
    assert_refused("{\"url\":\"https://x.example/\",\"method\":\"CONNECT\"}");
    assert_refused("{\"url\":\"https://x.example/\",\"method\":\"GET / HTTP/1.1\"}");
    assert_refused("{\"url\":7}");
    assert_refused("{}");
    sw_arena_free(arena);
}

static void a_reply_that_may_follow_a_change_is_no_refusal(void **state)
{
    struct sw_hook_request write = {.is_write = true, .summary = "POST https://x.example/a"};
    struct sw_hook_request look = {.summary = "GET https://x.example/a"};
    struct sw_arena *arena = sw_arena_new();
    static const struct {
        int status;
        enum sw_code write, look;
    } rows[] = {{200, SW_E_NONE, SW_E_NONE},           {404, SW_E_REFUSED, SW_E_NONE},
                {302, SW_E_REFUSED, SW_E_REFUSED},     {401, SW_E_DENIED, SW_E_DENIED},
                {429, SW_E_THROTTLED, SW_E_THROTTLED}, {502, SW_E_TIMEOUT, SW_E_BUSY}};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        struct sw_reply reply = {.status = rows[i].status, .body = "x", .body_length = 1};
        const struct sw_value *answer = NULL;
        struct sw_error err = {0};

        assert_int_equal(sw_hooks_http.take(&write, &reply, arena, &answer, &err),
                         rows[i].write == SW_E_NONE);
        assert_int_equal(err.code, rows[i].write);
        err = (struct sw_error){0};
        assert_int_equal(sw_hooks_http.take(&look, &reply, arena, &answer, &err),
                         rows[i].look == SW_E_NONE);
        assert_int_equal(err.code, rows[i].look);
    }
    sw_arena_free(arena);
}

/* KEEP IN STEP: REPLY_BYTES in stdlib/hooks/http.c. */
static void an_answer_that_is_too_long_says_nothing_of_a_change(void **state)
{
    enum { MOST = 40 * 1024 };
    struct sw_hook_request write = {.is_write = true, .summary = "POST https://x.example/a"};
    struct sw_hook_request look = {.summary = "GET https://x.example/a"};
    struct sw_arena *arena = sw_arena_new();
    char *body = sw_alloc(arena, MOST + 2);
    struct sw_reply reply = {.status = 200, .body = body, .body_length = MOST};
    const struct sw_value *answer = NULL;
    struct sw_error err = {0};

    (void)state;
    memset(body, 'x', MOST + 1);
    assert_true(sw_hooks_http.take(&write, &reply, arena, &answer, &err));
    reply.body_length = MOST + 1;
    assert_false(sw_hooks_http.take(&write, &reply, arena, &answer, &err));
    assert_int_equal(err.code, SW_E_PROTOCOL); /* it may have happened */
    assert_false(sw_hooks_http.take(&look, &reply, arena, &answer, &err));
    assert_int_equal(err.code, SW_E_LIMIT);
    sw_arena_free(arena);
}

static void a_hook_sets_twelve_headers_at_most(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_hook_request request = {0};
    const char *headers = "";

    (void)state;
    for (int i = 1; i <= 13; i++) {
        headers = sw_format(arena, "%s%s\"X-%d\":\"a\"", headers, i == 1 ? "" : ",", i);
        assert_int_equal(
            reads(arena,
                  sw_format(arena, "{\"url\":\"https://x.example/a\",\"headers\":{%s}}", headers),
                  &request),
            i <= 12);
    }
    sw_arena_free(arena);
}

static void a_grant_writes_its_host_out(void **state)
{
    struct sw_error err = {0};

    (void)state;
    assert_true(sw_hooks_http.check_grant("GET https://x.example/a/*", &err));
    assert_false(sw_hooks_http.check_grant("GET https://*/a", &err));
    assert_false(sw_hooks_http.check_grant("GET https://x.*/a", &err));
    assert_false(sw_hooks_http.check_grant("GET https://x.example*", &err));
    assert_false(sw_hooks_http.check_grant("* https://x.example/a", &err));
    assert_false(sw_hooks_http.check_grant("GET  https://x.example/a", &err));
    assert_false(sw_hooks_http.check_grant("https://x.example/a", &err));
    assert_false(sw_hooks_http.check_grant("", &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_means_one_host_to_every_reader),
        cmocka_unit_test(a_path_leads_upwards_in_no_spelling),
        cmocka_unit_test(headers_are_a_table_of_texts_without_line_breaks),
        cmocka_unit_test(a_json_body_has_one_type_its_own_first),
        cmocka_unit_test(a_header_names_no_other_host_method_or_path),
        cmocka_unit_test(only_get_and_head_read),
        cmocka_unit_test(a_reply_that_may_follow_a_change_is_no_refusal),
        cmocka_unit_test(an_answer_that_is_too_long_says_nothing_of_a_change),
        cmocka_unit_test(a_hook_sets_twelve_headers_at_most),
        cmocka_unit_test(a_grant_writes_its_host_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
