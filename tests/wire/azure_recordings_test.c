/*
 * Every recording of the real service goes over a real wire: a child process replays it over TLS on
 * loopback, our codec and libcurl ask. A row of the table says what must come of each file; a file
 * without a row fails the test.
 *
 * Each recorded exchange of a call that we make is made again, byte for byte but for the version;
 * those of other providers stand for what the gateway in front of all of them does, and answer a
 * call of ours. Followed addresses are asked for verbatim: the server knows no others.
 */
#include "stdlib/azure/support.h"

#include "base/buf.h"
#include "io/http.h"
#include "io/httpd.h"
#include "stdlib/azure/arm_error.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDER SW_SOURCE_DIR "/tests/data/azure-recordings"
#define POLLS_MOST 200

static const struct row_of_table {
    const char *file;
    const char *expected; /* see tally_text() */
} table[] = {
    {"azps_2024-06-28_api2022-09-01_ServerEndpoint_GETs.transcribed.json", "2 answers"},
    {"cli-ext_2020-04-07_test_storagesync.json",
     "27 answers, 1 gone, 309 items, 6 accepted, 5 running, 6 succeeded, 4 of another protocol"},
    {"cli_2021-02-01_lab_ScopeLocked.json",
     "1 answers, 1 accepted, 3 running, 1 failed inside of 200, 1 locked"},
    {"cli_2025-01-24_backup_429_ResourceRequestsThrottled.excerpt.json",
     "2 answers, 1 throttled, 1 denied"},
    {"cli_2025-01-24_cannotdelete_resource_lock.json",
     "11 answers, 320 items, 1 accepted, 1 succeeded"},
    {"cli_2025-01-24_nextLink_empty_page.excerpt.json", "1 answers, 1 items"},
    {"cli_2025-01-24_poll_504_GatewayTimeout.excerpt.json",
     "1 answers, 3 running, 1 asked again, 1 succeeded"},
    {"cli_2025-01-24_storage_share_rm_with_stats.excerpt.json", "3 answers"},
    {"net-track1_api2018-04-02_CloudEndpointTests_CloudEndpointDeleteTest.json",
     "6 answers, 5 accepted, 3 running, 4 succeeded, 5 results"},
    {"net-track1_api2018-04-02_RegisteredServerTests_RegisteredServerDeleteTest.json",
     "4 answers, 5 accepted, 10 running, 3 succeeded, 1 failed inside of 200, 4 results"},
    {"net-track1_api2018-04-02_ServerEndpointTests_ServerEndpointAllOperationsTest.json",
     "11 answers, 2 items, 10 accepted, 15 running, 9 succeeded, 8 results"},
    {"net-track1_api2019-03-01_CloudEndpointTests_CloudEndpointCreateTest.json",
     "6 answers, 3 accepted, 2 running, 2 succeeded, 3 results"},
    {"net-track1_api2019-03-01_CloudEndpointTests_CloudEndpointDeleteTest.json",
     "6 answers, 5 accepted, 2 running, 4 succeeded, 5 results"},
    {"net-track1_api2019-03-01_CloudEndpointTests_CloudEndpointGetTest.json",
     "7 answers, 3 accepted, 2 running, 2 succeeded, 3 results"},
    {"net-track1_api2019-03-01_CloudEndpointTests_CloudEndpointInvokeChangeDetectionTest.json",
     "6 answers, 5 accepted, 2 running, 4 succeeded, 5 results"},
    {"net-track1_api2019-03-01_CloudEndpointTests_CloudEndpointListTest.json",
     "7 answers, 1 items, 3 accepted, 2 running, 2 succeeded, 3 results"},
    {"net-track1_api2019-03-01_RegisteredServerTests_RegisteredServerDeleteTest.json",
     "4 answers, 5 accepted, 14 running, 4 succeeded, 5 results"},
    {"net-track1_api2019-03-01_ServerEndpointTests_ServerEndpointAllOperationsTest.json",
     "11 answers, 2 items, 9 accepted, 21 running, 8 succeeded, 7 results"},
    {"net-track1_api2019-03-01_StorageSyncServiceTests_StorageSyncServiceBadRequestTest.json",
     "1 answers, 1 accepted, 2 running, 2 results, 1 refused"},
};

struct tally {
    unsigned answers, gone, accepted, running, asked_again, succeeded, failed, results, locked,
        throttled, denied, refused, items, elsewhere;
};

static const char *tally_text(struct sw_arena *arena, const struct tally *t)
{
    const struct {
        const char *name;
        unsigned count;
    } rows[] = {{"answers", t->answers},     {"gone", t->gone},
                {"items", t->items},         {"accepted", t->accepted},
                {"running", t->running},     {"asked again", t->asked_again},
                {"succeeded", t->succeeded}, {"failed inside of 200", t->failed},
                {"results", t->results},     {"locked", t->locked},
                {"throttled", t->throttled}, {"denied", t->denied},
                {"refused", t->refused},     {"of another protocol", t->elsewhere}};
    const char *text = "";

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        if (rows[i].count > 0) {
            text = sw_format(arena, "%s%s%u %s", text, *text == '\0' ? "" : ", ", rows[i].count,
                             rows[i].name);
        }
    }
    return text;
}

/* ---- the far end ---- */

struct replay {
    const struct sw_value *entries;
    bool used[256];
};

static int digit_of(char c)
{
    return c >= '0' && c <= '9'                 ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
}

/* Decoded: a recorder may have written an address in another of its forms,
 * and one slash for two. */
static const char *decoded(struct sw_arena *arena, const char *url)
{
    char *out = sw_copy_text(arena, url);
    size_t used = 0;

    for (size_t i = 0; url[i] != '\0'; i++) {
        bool is_escape = url[i] == '%' && digit_of(url[i + 1]) >= 0 && digit_of(url[i + 2]) >= 0;

        out[used++] = (char)(is_escape       ? digit_of(url[i + 1]) * 16 + digit_of(url[i + 2])
                             : url[i] == '+' ? ' '
                                             : url[i]);
        i += is_escape ? 2 : 0;
        used -= used > 1 && out[used - 1] == '/' && out[used - 2] == '/';
    }
    out[used] = '\0';
    return out;
}

static bool url_fits(struct sw_arena *arena, const struct sw_value *entry, const char *url)
{
    const char *recorded = strstr(entry_url(arena, entry), "://");
    const char *asked = strstr(url, "://");

    return sw_text_is(decoded(arena, strchr(recorded + 3, '/')),
                      decoded(arena, strchr(asked + 3, '/')));
}

/* The exchange that the request names, else the next one of this address. */
static size_t find_entry(struct replay *replay, const struct sw_request *request,
                         struct sw_arena *arena)
{
    size_t count = sw_list_count(replay->entries);

    for (size_t i = 0; i < request->header_count; i++) {
        if (sw_text_is_folded(request->headers[i].name, "X-Replay")) {
            return (size_t)strtoul(request->headers[i].value, NULL, 10);
        }
    }
    for (size_t i = 0; i < count; i++) {
        const struct sw_value *entry = sw_list_at(replay->entries, i);

        if (!replay->used[i] && sw_text_is(entry_text(entry, "RequestMethod"), request->method) &&
            url_fits(arena, entry, request->url)) {
            return i;
        }
    }
    return count;
}

/* The recorder of one cassette renamed a deployment in what was asked, not in what was answered. */
static const char *as_recorded(struct sw_arena *arena, const char *value)
{
    static const char was[] = "/lab_template/";
    const char *at = strstr(value, was);

    return at == NULL ? value
                      : sw_format(arena, "%.*s/mock-deployment/%s", (int)(at - value), value,
                                  at + sizeof was - 1);
}

static enum sw_served answer(void *context, const struct sw_request *request,
                             struct sw_arena *arena, struct sw_reply *ret_reply)
{
    struct replay *replay = context;
    size_t at = find_entry(replay, request, arena);

    if (at >= sw_list_count(replay->entries)) {
        ret_reply->status = 418; /* nobody recorded that */
        return SW_SERVED;
    }
    replay->used[at] = true;
    struct sw_reply recorded = entry_reply(arena, sw_list_at(replay->entries, at));

    *ret_reply = (struct sw_reply){
        .status = recorded.status, .body = recorded.body, .body_length = recorded.body_length};
    for (size_t i = 0; i < recorded.header_count; i++) {
        if (!sw_text_is_folded(recorded.headers[i].name, "Transfer-Encoding") &&
            !sw_text_is_folded(recorded.headers[i].name, "Content-Encoding")) {
            sw_reply_set_header(ret_reply, recorded.headers[i].name,
                                as_recorded(arena, recorded.headers[i].value));
        }
    }
    return SW_SERVED;
}

struct bench {
    struct sw_arena *arena;
    const struct sw_value *entries;
    bool used[256]; /* asked for, first or followed */
    char folder[32];
    pid_t child;
    struct sw_http *http;
    size_t peer;
    struct tally tally;
};

static int serve(struct bench *bench, const char **ret_ca)
{
    struct replay *replay = sw_alloc(bench->arena, sizeof *replay);
    struct sw_tls *tls = NULL;
    struct sw_httpd *httpd = NULL;
    const char *pem = NULL;
    struct sw_error err = {0};

    replay->entries = bench->entries;
    *ret_ca = sw_format(bench->arena, "%s/ca.pem", bench->folder);
    if (!sw_tls_make("DNS:" SW_ARM_HOST, bench->arena, &pem, &tls, &err) ||
        !sw_file_write(*ret_ca, pem, strlen(pem), 0600, &err)) {
        fail_msg("%s", err.text);
    }
    struct sw_httpd_service service = {.answer = answer, .context = replay, .tls = tls};

    assert_true(sw_httpd_open("127.0.0.1", 0, &service, &httpd, &err));
    int port = sw_httpd_port(httpd);

    bench->child = fork();
    assert_true(bench->child >= 0);
    if (bench->child == 0) {
        alarm(300);
        for (;;) {
            sw_httpd_step(httpd, 1000);
        }
    }
    sw_httpd_close(httpd);
    sw_tls_close(tls);
    return port;
}

static void begin(struct bench *bench, const char *file)
{
    const char *ca = NULL;

    *bench = (struct bench){.folder = "/tmp/replay-test-XXXXXX", .arena = sw_arena_new()};
    bench->entries = recording(bench->arena, file);
    assert_true(sw_list_count(bench->entries) <= SW_COUNT(bench->used));
    assert_non_null(mkdtemp(bench->folder));
    struct sw_http_detour detour = {
        .host = SW_ARM_HOST, .port = 443, .at = "127.0.0.1", .at_port = serve(bench, &ca)};
    struct sw_http_config config = {
        .detours = &detour, .detour_count = 1, .ca_file = ca, .total_ms = 20000};
    struct sw_http_peer nobody = {.login = SW_HTTP_NO_LOGIN};

    bench->http = sw_http_new(&config);
    bench->peer = sw_http_add(bench->http, &nobody);
}

static void end(struct bench *bench)
{
    int status = 0;

    sw_http_free(bench->http);
    kill(bench->child, SIGKILL);
    assert_int_equal(waitpid(bench->child, &status, 0), bench->child);
    unlink(sw_format(bench->arena, "%s/ca.pem", bench->folder));
    rmdir(bench->folder);
    sw_arena_free(bench->arena);
}

/* ---- our end ---- */

static enum sw_turn exchange(struct bench *bench, struct sw_talk *talk, struct sw_error *err)
{
    struct sw_reply reply = {0};

    if (!sw_http_exchange(bench->http, bench->peer, &talk->out, bench->arena, &reply, err)) {
        fail_msg("%s: %s", sw_arm_mask(bench->arena, talk->out.url), err->text);
    }
    if (reply.status == 418) {
        fail_msg("asked for what nobody recorded: %s %s", talk->out.method, talk->out.url);
    }
    return sw_arm_transport.feed(talk, &reply, err);
}

/* As the server does, so that no followed exchange is made a call of its own. */
static void mark(struct bench *bench, const char *url)
{
    for (size_t i = 0; i < sw_list_count(bench->entries); i++) {
        const struct sw_value *entry = sw_list_at(bench->entries, i);

        if (!bench->used[i] && sw_text_is(entry_text(entry, "RequestMethod"), "GET") &&
            url_fits(bench->arena, entry, url)) {
            bench->used[i] = true;
            return;
        }
    }
}

static bool is_recorded(struct bench *bench, const char *url)
{
    for (size_t i = 0; i < sw_list_count(bench->entries); i++) {
        const struct sw_value *entry = sw_list_at(bench->entries, i);

        if (!bench->used[i] && sw_text_is(entry_text(entry, "RequestMethod"), "GET") &&
            url_fits(bench->arena, entry, url)) {
            return true;
        }
    }
    return false;
}

static const char *plain_url(const char *follow)
{
    return sw_text_begins(follow, "location:") ? follow + strlen("location:") : follow;
}

/* To its end; each poll a talk of its own, as after a restart. */
static void follow(struct bench *bench, const struct sw_call *call, const char *address)
{
    bool is_result = sw_text_begins(address, "location:");

    for (unsigned polls = 0; polls < POLLS_MOST; polls++) {
        struct sw_talk talk = talk_of(bench->arena, *call, true);
        struct sw_error err = {0};

        assert_int_equal(sw_arm_transport.resume(&talk, address, &err), SW_TURN_SEND);
        assert_string_equal(talk.out.url, plain_url(address));
        mark(bench, talk.out.url);
        switch (exchange(bench, &talk, &err)) {
        case SW_TURN_FOLLOW:
            assert_string_equal(talk.follow, address);
            bench->tally.running++;
            break;
        case SW_TURN_DONE:
            bench->tally.succeeded += !is_result;
            bench->tally.results += is_result;
            return;
        case SW_TURN_FAIL:
            if (err.code == SW_E_REFUSED) {
                assert_non_null(strstr(err.text, "the operation failed: "));
                bench->tally.failed++;
                return;
            }
            assert_true(talk.may_have_acted); /* it says nothing of the operation */
            bench->tally.asked_again++;
            break;
        case SW_TURN_SEND:
            fail_msg("a poll asks twice");
        }
    }
    fail_msg("it never ends: %s", sw_arm_mask(bench->arena, address));
}

static void count_failure(struct bench *bench, const struct sw_talk *talk,
                          const struct sw_error *err)
{
    struct tally *tally = &bench->tally;

    if (talk->may_have_acted) {
        fail_msg("%s %s: %s", talk->call.op, talk->call.path, err->text);
    }
    if (sw_text_begins(err->text, "a lock forbids it")) {
        tally->locked++;
    } else if (err->code == SW_E_THROTTLED) {
        tally->throttled++;
    } else if (err->code == SW_E_DENIED) {
        tally->denied++;
    } else if (err->code == SW_E_REFUSED) {
        tally->refused++;
    } else {
        fail_msg("%s", err->text);
    }
}

static bool is_of_ours(struct sw_arena *arena, const char *id)
{
    static const char *const providers[] = {"/providers/microsoft.storagesync/",
                                            "/providers/microsoft.storage/",
                                            "/providers/microsoft.authorization/"};
    char *folded = sw_format(arena, "%s/", id);

    sw_text_fold(folded);
    const char *last = NULL;

    for (const char *at = folded; (at = strstr(at, "/providers/")) != NULL; at++) {
        last = at;
    }
    for (size_t i = 0; last != NULL && i < SW_COUNT(providers); i++) {
        if (sw_text_begins(last, providers[i])) {
            return strstr(folded, "/operations/") == NULL &&
                   strstr(folded, "/operationresults/") == NULL;
        }
    }
    return false;
}

static void make_call(struct bench *bench, size_t at)
{
    const struct sw_value *entry = sw_list_at(bench->entries, at);
    const char *method = entry_text(entry, "RequestMethod");
    const char *id = entry_id(bench->arena, entry);
    bool is_act = !sw_text_is(method, "GET");
    struct sw_call call = {.kind = "arm",
                           .op = method,
                           /* A name with odd characters is refused before anything is sent. */
                           .path = is_of_ours(bench->arena, id) && strchr(id, '%') == NULL ? id
                                   : is_act ? TEST_ENDPOINT
                                            : TEST_GROUP,
                           .args = is_act && !sw_text_is(method, "DELETE")
                                       ? json(bench->arena, "{\"properties\":{}}")
                                       : NULL};
    struct sw_talk talk = talk_of(bench->arena, call, is_act);
    struct sw_error err = {0};
    enum sw_turn turn = sw_arm_transport.open(&talk, &err);

    bench->used[at] = true;
    if (turn != SW_TURN_SEND) {
        fail_msg("%s", err.text);
    }
    sw_request_header(&talk.out, "X-Replay", sw_format(bench->arena, "%zu", at));
    turn = exchange(bench, &talk, &err);
    while (turn == SW_TURN_SEND) { /* further pages, verbatim */
        mark(bench, talk.out.url);
        turn = exchange(bench, &talk, &err);
    }
    if (turn == SW_TURN_FOLLOW) {
        const char *status_url = entry_header(entry, "Azure-AsyncOperation");
        const char *location = entry_header(entry, "Location");

        location = location != NULL ? location : entry_header(entry, "location");
        bench->tally.accepted++;
        follow(bench, &call, talk.follow);
        if (status_url != NULL && location != NULL && is_recorded(bench, location)) {
            follow(bench, &call, sw_format(bench->arena, "location:%s", location));
        }
    } else if (turn == SW_TURN_FAIL) {
        count_failure(bench, &talk, &err);
    } else {
        bench->tally.answers++;
        bench->tally.gone += talk.answer.status == 404;
        bench->tally.items += (unsigned)sw_list_count(sw_get(talk.answer.body, "value"));
    }
}

/* A recording that begins in the middle of an operation. */
static bool is_poll(const struct sw_value *entry)
{
    const char *uri = entry_text(entry, "RequestUri");

    return strstr(uri, "/operations/") != NULL || strstr(uri, "/operationresults/") != NULL ||
           strstr(uri, "/operationResults/") != NULL;
}

static void every_recording_goes_over_the_wire_as_its_row_says(void **state)
{
    unsigned differing = 0;

    (void)state;
    for (size_t i = 0; i < SW_COUNT(table); i++) {
        struct bench bench;

        begin(&bench, table[i].file);
        for (size_t at = 0; at < sw_list_count(bench.entries); at++) {
            const struct sw_value *entry = sw_list_at(bench.entries, at);
            struct sw_call none = sw_arm_delete(bench.arena, TEST_ENDPOINT).call;

            if (bench.used[at]) {
                continue;
            }
            if (!sw_text_begins(entry_url(bench.arena, entry), "https://" SW_ARM_HOST "/")) {
                bench.tally.elsewhere++; /* the share's own: no call of the manager */
            } else if (is_poll(entry)) {
                bool is_result =
                    strstr(entry_text(entry, "RequestUri"), "/operationresults/") != NULL;

                follow(&bench, &none,
                       sw_format(bench.arena, "%s%s", is_result ? "location:" : "",
                                 entry_url(bench.arena, entry)));
            } else {
                make_call(&bench, at);
            }
        }
        const char *came = tally_text(bench.arena, &bench.tally);

        if (!sw_text_is(came, table[i].expected)) {
            print_message("%s\n  expected: %s\n  came:     %s\n", table[i].file, table[i].expected,
                          came);
            differing++;
        }
        end(&bench);
    }
    assert_int_equal(differing, 0);
}

static void every_recording_has_a_row(void **state)
{
    DIR *folder = opendir(FOLDER);
    size_t files = 0;

    (void)state;
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        bool is_there = !sw_text_ends(entry->d_name, ".json");

        files += !is_there;
        for (size_t i = 0; i < SW_COUNT(table); i++) {
            is_there = is_there || sw_text_is(table[i].file, entry->d_name);
        }
        if (!is_there) {
            fail_msg("%s is in no row", entry->d_name);
        }
    }
    closedir(folder);
    assert_int_equal(files, SW_COUNT(table));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_recording_has_a_row),
        cmocka_unit_test(every_recording_goes_over_the_wire_as_its_row_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
