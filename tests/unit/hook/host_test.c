/* One call of a hook: what it is told, what it says, and what it costs. */
#include "hook/host.h"

#include "base/text.h"
#include "base/time.h"
#include "sdk/json.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static struct sw_hook_said call(struct sw_arena *arena, const char *phase, const char *source,
                                const char *json)
{
    struct sw_hook_host host = {.program = SW_HOOK_PROGRAM};
    struct sw_builder request = sw_map_begin(arena);
    struct sw_hook_said said = {.outcome = SW_HOOK_GARBLED};
    struct sw_error err = {0};
    const struct sw_value *more = NULL;

    if (!sw_json_read(arena, json, strlen(json), SW_JSON_PLAIN, &more, &err)) {
        fail_msg("%s", err.text);
    }
    sw_map_put_text(&request, "phase", phase);
    sw_map_put_text(&request, "file", "x.lua");
    sw_map_put_text(&request, "source", source);
    for (size_t i = 0; i < more->as.map.count; i++) {
        sw_map_put(&request, more->as.map.entries[i].key, more->as.map.entries[i].value);
    }
    if (!sw_hook_run(&host, sw_built(&request), arena, &said, &err)) {
        fail_msg("%s", err.text);
    }
    return said;
}

static const char *why(struct sw_arena *arena, const struct sw_hook_said *said)
{
    return sw_hook_why(said, "x.lua", arena);
}

static void assert_fails(const char *phase, const char *source, const char *json, const char *part)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_hook_said said = call(arena, phase, source, json);

    assert_int_equal(said.outcome, SW_HOOK_ERROR);
    if (strstr(why(arena, &said), part) == NULL) {
        fail_msg("no '%s' in: %s", part, why(arena, &said));
    }
    sw_arena_free(arena);
}

static void a_file_says_what_it_is(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_hook_said said =
        call(arena, "describe",
             "return { about = 'a', effect = 'read', grants = { http = { 'GET https://x/*' } },\n"
             "  check = function(ctx) return true end }",
             "{}");

    (void)state;
    assert_int_equal(said.outcome, SW_HOOK_OK);
    assert_string_equal(sw_as_text(sw_get(said.body, "about")), "a");
    assert_non_null(sw_get_path(said.body, "has", "check", NULL));
    assert_null(sw_get_path(said.body, "has", "apply", NULL));
    sw_arena_free(arena);
}

static void an_error_names_the_line_of_the_file(void **state)
{
    (void)state;
    assert_fails("check", "return {\n check = function(ctx)\n  error('no luck')\n end }", "{}",
                 "x.lua:3: no luck");
    assert_fails("check", "return {\n check = function(ctx) local x = nil; return x.y end }", "{}",
                 "x.lua:2: attempt to index a nil value");
    assert_fails("describe", "return {\n check = ", "{}", "x.lua:2:");
    assert_fails("describe", "return 5", "{}", "a hook file gives back a table");
    assert_fails("describe", "return { chek = function() end }", "{}", "has no `chek`");
}

static void what_is_not_known_is_an_error_and_never_false(void **state)
{
    static const char facts[] =
        "{\"facts\":{\"endpoint\":{\"health\":{\"$unknown\":\"the peer did not say\"},\"n\":3}}}";
    struct sw_arena *arena = sw_arena_new();
    struct sw_hook_said said;

    (void)state;
    assert_fails(
        "check",
        "return { check = function(ctx)\n return ctx.facts.endpoint.health == 'Good' end }", facts,
        "x.lua:2: ctx.facts.endpoint.health is not known: the peer did not say");
    assert_fails("check", "return { check = function(ctx) return ctx.facts.endpont.n == 3 end }",
                 facts, "ctx.facts has no endpont");
    assert_fails("check", "return { check = function(ctx) ctx.facts.endpoint.n = 4 end }", facts,
                 "can only be read");
    said = call(arena, "check",
                "return { check = function(ctx)\n"
                " return { done = not ctx.known(ctx.facts.endpoint, 'health') and\n"
                "   ctx.known(ctx.facts.endpoint, 'n') } end }",
                facts);
    assert_int_equal(said.outcome, SW_HOOK_OK);
    sw_arena_free(arena);
}

static void a_guard_must_say_exactly_true_or_false(void **state)
{
    (void)state;
    assert_fails("check", "return { check = function() end }", "{}", "this was nil");
    assert_fails("check", "return { check = function() return 0 end }", "{}", "this was number");
    assert_fails("check", "return { check = function() return { done = 1 } end }", "{}",
                 "a table without them");
}

#define ASKING                                                                                     \
    "local function get(ctx)\n"                                                                    \
    "  return ctx.try{ url = 'https://x/a' }\n"                                                    \
    "end\n"                                                                                        \
    "return { check = function(ctx) return get(ctx).status == 200 end,\n"                          \
    "  apply = function(ctx) ctx.state.n = (ctx.state.n or 0) + 1; ctx.put{ url = 'u' } end }"
#define HELPERS                                                                                    \
    "\"helpers\":[{\"name\":\"h\",\"text\":\"local ctx, ask = ... "                                \
    "function ctx.try(r) return ask('web', r, false) end "                                         \
    "function ctx.put(r) return ask('web', r, true) end\"}]"

static void a_question_ends_the_process_and_its_answer_leads_on(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_hook_said said = call(arena, "check", ASKING, "{" HELPERS "}");
    const char *text = NULL;

    (void)state;
    assert_int_equal(said.outcome, SW_HOOK_ASKS);
    assert_string_equal(sw_as_text(sw_get_path(said.body, "request", "channel", NULL)), "web");
    text = sw_as_text(sw_get(said.body, "text"));
    assert_non_null(text);

    struct sw_builder answer = sw_map_begin(arena);
    struct sw_builder reply = sw_map_begin(arena);
    struct sw_builder answers = sw_list_begin(arena);
    struct sw_builder all = sw_map_begin(arena);
    struct sw_buf json;

    sw_map_put_int(&reply, "status", 200);
    sw_map_put_text(&answer, "text", text);
    sw_map_put(&answer, "answer", sw_built(&reply));
    sw_list_add(&answers, sw_built(&answer));
    sw_map_put(&all, "answers", sw_built(&answers));
    sw_buf_init(&json, 10000);
    sw_buf_add_text(&json, "{" HELPERS ",");
    sw_json_write(&json, sw_built(&all), SW_JSON_PLAIN);
    memmove(strstr(json.bytes, ",{") + 1, strstr(json.bytes, ",{") + 2,
            strlen(strstr(json.bytes, ",{") + 2) + 1);
    said = call(arena, "check", ASKING, json.bytes);
    assert_int_equal(said.outcome, SW_HOOK_OK);
    sw_buf_release(&json);
    assert_fails("check", ASKING, "{" HELPERS ",\"answers\":[{\"text\":\"{}\",\"answer\":{}}]}",
                 "is not the one that was answered before");
    sw_arena_free(arena);
}

static void a_look_cannot_write_and_keeps_nothing(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_hook_said said = call(arena, "apply", ASKING, "{" HELPERS ",\"state\":{\"n\":4}}");
    int64_t n = 0;

    (void)state;
    assert_int_equal(said.outcome, SW_HOOK_ASKS);
    assert_true(sw_as_int(sw_get_path(said.body, "state", "n", NULL), &n));
    assert_int_equal(n, 5);
    assert_fails("check", "return { check = function(ctx)\n ctx.put{ url = 'u' } end }",
                 "{" HELPERS "}", "x.lua:2: web: `check` can only read");
    assert_fails("plan", "return { plan = function(ctx)\n ctx.put{ url = 'u' } end }",
                 "{" HELPERS "}", "`plan` can only read");
    assert_fails("check", "return { check = function(ctx) ctx.state.x = 1 end }", "{}",
                 "can only be set in apply");
    assert_fails("check", "return { check = function(ctx) ctx.sleep(5) end }", "{}",
                 "does not wait");
    sw_arena_free(arena);
}

static void a_hook_that_hangs_is_killed_at_its_deadline(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    const char *sleeper = "/bin/sleep"; /* a process that never reads */
    struct sw_hook_host host = {.program = sleeper, .wall_ms = 50};
    struct sw_builder request = sw_map_begin(arena);
    struct sw_hook_said said;
    struct sw_error err = {0};

    (void)state;
    /* Without an argument it ends at once, and says nothing. */
    assert_true(sw_hook_run(&host, sw_built(&request), arena, &said, &err));
    assert_int_equal(said.outcome, SW_HOOK_GARBLED);
    host = (struct sw_hook_host){.program = SW_HOOK_PROGRAM, .wall_ms = 100};
    sw_map_put_text(&request, "phase", "chunk");
    sw_map_put_text(&request, "file", "x.lua");
    sw_map_put_text(&request, "source", "local s = ('').rep('', 1 << 62) return s");
    assert_true(sw_hook_run(&host, sw_built(&request), arena, &said, &err));
    assert_int_equal(said.outcome, SW_HOOK_OUT_OF_TIME);
    assert_non_null(strstr(why(arena, &said), "it was killed"));
    sw_arena_free(arena);
}

/* What a process says that is no hook's: a script that writes `bytes` (as printf takes them). */
static struct sw_hook_said forged(struct sw_arena *arena, const char *script)
{
    char path[] = "/tmp/stepwise-forged-XXXXXX";
    struct sw_hook_host host = {.program = path, .wall_ms = 1000};
    struct sw_builder request = sw_map_begin(arena);
    struct sw_hook_said said = {.outcome = SW_HOOK_OK};
    struct sw_error err = {0};
    int file = mkstemp(path);

    assert_true(file >= 0);
    dprintf(file, "#!/bin/sh\n%s\n", script);
    assert_int_equal(fchmod(file, 0700), 0);
    close(file);

    bool is_run = sw_hook_run(&host, sw_built(&request), arena, &said, &err);

    unlink(path);
    assert_true(is_run);
    return said;
}

static void a_forged_answer_is_none(void **state)
{
    static const struct {
        const char *script;
        enum sw_hook_outcome outcome;
    } rows[] = {
        {":", SW_HOOK_GARBLED},
        {"printf 'a' >&0", SW_HOOK_GARBLED},
        {"printf 'abc' >&0", SW_HOOK_GARBLED}, /* one less than a head */
        {"printf '\\0\\0\\0' >&0", SW_HOOK_GARBLED},
        {"printf '\\0\\0\\0\\0' >&0", SW_HOOK_GARBLED},
        {"printf '\\0\\0\\0\\2{}' >&0", SW_HOOK_GARBLED},
        {"printf '\\0\\0\\0\\3{}' >&0", SW_HOOK_GARBLED},
        {"printf '\\0\\0\\0\\17{\"outcome\":\"ok\"' >&0", SW_HOOK_GARBLED},
        {"printf '\\0\\0\\0\\20{\"outcome\":\"ok\"}' >&0", SW_HOOK_GARBLED},
        {"printf '\\0\\0\\0\\32{\"outcome\":\"ok\",\"body\":{}}' >&0", SW_HOOK_OK},
        {"printf '\\0\\0\\0\\32{\"outcome\":\"ok\",\"body\":[]}' >&0", SW_HOOK_GARBLED},
        {"printf '\\0\\0\\0\\32{\"outcome\":\"OK\",\"body\":{}}' >&0", SW_HOOK_GARBLED},
        {"f='\\0\\0\\0\\32{\"outcome\":\"ok\",\"body\":{}}'; printf \"$f$f\" >&0",
         SW_HOOK_GARBLED}, /* two answers */
        {"printf '\\377\\377\\377\\377' >&0", SW_HOOK_OUT_OF_ROOM},
        /* It has said all that it can, and does not end. */
        {"printf '\\0\\0\\0\\32{\"outcome\":\"ok\",\"body\":{}}' >&0; exec 0>&-; exec sleep 60",
         SW_HOOK_OUT_OF_TIME},
        {"while printf '%01000d' 0 >&0; do :; done", SW_HOOK_OUT_OF_ROOM},
        {"kill -SEGV $$", SW_HOOK_KILLED},
        {"printf '\\0\\0\\0\\32{\"outcome\":\"ok\",\"body\":{}}' >&0; kill -SEGV $$",
         SW_HOOK_KILLED}, /* it fell over behind its answer */
        {"printf '\\0\\0\\0\\32{\"outcome\":\"ok\",\"body\":{}}' >&0; while :; do :; done",
         SW_HOOK_OUT_OF_TIME}, /* the answer came, its end did not */
    };

    (void)state;
    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        struct sw_arena *arena = sw_arena_new();
        struct sw_hook_said said = forged(arena, rows[i].script);

        if (said.outcome != rows[i].outcome) {
            fail_msg("%s: %s", rows[i].script, sw_hook_outcome_name(said.outcome));
        }
        sw_arena_free(arena);
    }
}

static void what_it_gives_back_may_have_many_names(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_hook_said said =
        call(arena, "check",
             "return { check = function(ctx) local t = {} for i = 1, 2000 do t['k' .. i] = i end\n"
             "  return { done = true, reading = t } end }",
             "{}");

    (void)state;
    assert_int_equal(said.outcome, SW_HOOK_OK);
    assert_string_equal(sw_get_path(said.body, "result", "reading", NULL)->as.map.entries[2].key,
                        "k100");
    sw_arena_free(arena);
}

static void a_line_of_its_log_is_cut_between_letters(void **state)
{
    struct sw_arena *arena = sw_arena_new();

    (void)state;
    for (int i = 0; i < 4; i++) {
        static const char *const starts[] = {"", "a", "aa", "aaa"};
        struct sw_hook_said said = call(
            arena, "check",
            sw_format(arena,
                      "return { check = function(ctx) ctx.log('%s' .. ('\xc3\xa9'):rep(400) .. "
                      "('\xf0\x9f\x98\x80'):rep(200)) return true end }",
                      starts[i]),
            "{}");

        assert_int_equal(said.outcome, SW_HOOK_OK);
        assert_in_range(strlen(sw_as_text(sw_list_at(sw_get(said.body, "log"), 0))), 497, 500);
    }
    sw_arena_free(arena);
}

static void a_sleep_is_an_hour_at_most(void **state)
{
    (void)state;
    assert_fails("apply", "return { apply = function(ctx) ctx.sleep('2h') end }", "{}",
                 "an hour at most");
    assert_fails("apply", "return { apply = function(ctx) ctx.sleep(-1) end }", "{}",
                 "say it in seconds");
    assert_fails("apply", "return { apply = function(ctx) ctx.sleep(1/0) end }", "{}",
                 "say it in seconds");
    assert_fails("apply", "return { apply = function(ctx) ctx.sleep({}) end }", "{}",
                 "say it in seconds");
}

static void a_sort_keeps_ties_as_they_were(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_hook_said said = call(arena, "chunk",
                                    "local t = {} for i = 1, 7 do t[i] = { k = i % 2, i = i } end\n"
                                    "table.sort(t, function(a, b) return a.k < b.k end)\n"
                                    "local s = {} for i = 1, 7 do s[i] = t[i].i end\n"
                                    "local u = { 'c', 'a', 'b' } table.sort(u) table.sort({})\n"
                                    "return table.concat(s) .. table.concat(u)",
                                    "{}");

    (void)state;
    assert_string_equal(sw_as_text(sw_get(said.body, "result")), "2461357abc");
    sw_arena_free(arena);
}

static size_t open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;

    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

static void a_parent_that_ignores_the_ends_of_children_learns_them_all_the_same(void **state)
{
    struct sw_arena *arena = sw_arena_new();

    (void)state;
    signal(SIGCHLD, SIG_IGN);
    struct sw_hook_said said =
        call(arena, "check", "return { check = function(ctx) return true end }", "{}");

    assert_int_equal(said.outcome, SW_HOOK_OK);
    said = forged(arena, "kill -SEGV $$");
    assert_int_equal(said.outcome, SW_HOOK_KILLED);
    assert_true(signal(SIGCHLD, SIG_DFL) == SIG_IGN); /* and it is as it was */
    sw_arena_free(arena);
}

static void a_thousand_calls_leave_nothing_behind(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    size_t before = open_files();

    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct sw_hook_said said =
            call(arena, "check", "return { check = function(ctx) return true end }", "{}");

        assert_int_equal(said.outcome, SW_HOOK_OK);
        sw_arena_reset(arena);
    }
    assert_int_equal(open_files(), before);
    sw_arena_free(arena);
}

static void secrets_and_what_is_not_known_look_alike_to_a_hook(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_builder map = sw_map_begin(arena);
    const struct sw_value *plain = NULL;
    int64_t ms = 0;

    (void)state;
    sw_map_put(&map, "wait", sw_number(arena, SW_V_DURATION, 90000));
    sw_map_put(&map, "gone", sw_null(arena, "not said"));
    sw_map_put(&map, "token", sw_with_secret(arena, sw_text(arena, "hunter2")));
    plain = sw_hook_plain(sw_built(&map), arena);
    assert_true(sw_as_int(sw_get(plain, "wait"), &ms));
    assert_int_equal(ms, 90000);
    assert_string_equal(sw_as_text(sw_get_path(plain, "gone", "$unknown", NULL)), "not said");
    assert_non_null(sw_get_path(plain, "token", "$unknown", NULL));
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_says_what_it_is),
        cmocka_unit_test(an_error_names_the_line_of_the_file),
        cmocka_unit_test(what_is_not_known_is_an_error_and_never_false),
        cmocka_unit_test(a_guard_must_say_exactly_true_or_false),
        cmocka_unit_test(a_question_ends_the_process_and_its_answer_leads_on),
        cmocka_unit_test(a_look_cannot_write_and_keeps_nothing),
        cmocka_unit_test(a_hook_that_hangs_is_killed_at_its_deadline),
        cmocka_unit_test(a_forged_answer_is_none),
        cmocka_unit_test(what_it_gives_back_may_have_many_names),
        cmocka_unit_test(a_line_of_its_log_is_cut_between_letters),
        cmocka_unit_test(a_sleep_is_an_hour_at_most),
        cmocka_unit_test(a_sort_keeps_ties_as_they_were),
        cmocka_unit_test(a_parent_that_ignores_the_ends_of_children_learns_them_all_the_same),
        cmocka_unit_test(a_thousand_calls_leave_nothing_behind),
        cmocka_unit_test(secrets_and_what_is_not_known_look_alike_to_a_hook),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
