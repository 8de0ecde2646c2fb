#include "cli/run/notify.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"
#include "io/process.h"
#include "sdk/json.h"

#include <stdio.h>
#include <string.h>

#define NOTIFY_MS 20000
#define MESSAGE_BYTES (16u * 1024u)
#define ANSWER_BYTES (64u * 1024u)

static const char *message(const struct sw_news *news, struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    char time[SW_TIME_TEXT_BYTES];
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, MESSAGE_BYTES);
    sw_time_format(news->time_ns, time);
    sw_map_put_int(&map, "schema_version", 1);
    sw_map_put_text(&map, "event", news->event);
    sw_map_put_text(&map, "run", news->run);
    sw_map_put_text(&map, "runbook", news->runbook);
    if (news->step != NULL) {
        sw_map_put_text(&map, "step", news->step);
    }
    sw_map_put_text(&map, "text", news->text == NULL ? "" : news->text);
    sw_map_put_text(&map, "time", time);
    if (news->exit_code >= 0) {
        sw_map_put_int(&map, "exit_code", news->exit_code);
    }
    sw_json_write(&buf, sw_built(&map), SW_JSON_PLAIN);
    return sw_copy(arena, buf.bytes, buf.length);
}

static bool start(const struct sw_site *site, const struct sw_site_notify *row, const char *text,
                  struct sw_arena *arena, struct sw_error *err)
{
    struct sw_process process = {.argv = row->argv,
                                 .input = text,
                                 .input_length = strlen(text),
                                 .timeout_ms = NOTIFY_MS,
                                 .limit_bytes = ANSWER_BYTES,
                                 .hidden = sw_site_hidden(site, arena)};
    struct sw_process_end end = {0};

    if (!sw_process_talk(&process, arena, &end, err)) {
        return false;
    }
    return end.code == 0 ||
           sw_fail(err, SW_E_REFUSED, "'%s' ended with exit code %d", row->argv[0], end.code);
}

static bool post(const struct sw_site *site, const struct sw_site_notify *row, const char *text,
                 struct sw_arena *arena, struct sw_error *err)
{
    struct sw_http_config config = {.ca_file = site->ca_file,
                                    .proxy = site->proxy,
                                    .detours = site->detours,
                                    .detour_count = site->detour_count,
                                    .total_ms = NOTIFY_MS,
                                    .body_bytes = ANSWER_BYTES};
    struct sw_http_peer peer = {.login = SW_HTTP_NO_LOGIN};
    const char *url = NULL;
    struct sw_reply reply = {0};

    if (!sw_secret_read(&row->address, arena, &url, err)) {
        return false;
    }
    struct sw_request request = {
        .method = "POST", .url = url, .body = text, .body_length = strlen(text)};
    struct sw_http *http = sw_http_new(&config);

    sw_request_header(&request, "Content-Type", "application/json");
    bool is_sent = sw_http_exchange(http, sw_http_add(http, &peer), &request, arena, &reply, err);

    sw_http_free(http);
    if (!is_sent) {
        /* What went wrong may quote the address, which is a secret. */
        return sw_fail(err, err->code, "the webhook could not be reached");
    }
    return reply.status / 100 == 2 ||
           sw_fail(err, SW_E_REFUSED, "the webhook says %d", reply.status);
}

void sw_notify(const struct sw_site *site, const struct sw_news *news)
{
    for (size_t i = 0; site != NULL && i < site->notify_count; i++) {
        const struct sw_site_notify *row = &site->notify[i];
        struct sw_arena *arena = sw_arena_new();
        struct sw_error err = {0};
        const char *text = message(news, arena);

        if (!(row->is_webhook ? post(site, row, text, arena, &err)
                              : start(site, row, text, arena, &err))) {
            fprintf(stderr, "stepwise: row %zu of notify was not told that the run %s: %s\n", i + 1,
                    news->event, err.text);
        }
        sw_arena_free(arena);
    }
}
