#include "cli/run/tape.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "sdk/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TAPE_BYTES (1024u * 1024u * 1024u)

struct sw_tape {
    int file;
};

void sw_tape_close(struct sw_tape *tape)
{
    if (tape != NULL) {
        close(tape->file);
        free(tape);
    }
}

static void append(struct sw_tape *tape, const struct sw_value *line)
{
    struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_REPLY_BYTES);
    sw_json_write(&buf, line, SW_JSON_PLAIN);
    sw_buf_add_char(&buf, '\n');
    for (size_t done = 0; done < buf.length;) {
        ssize_t n = write(tape->file, buf.bytes + done, buf.length - done);

        if (n <= 0) {
            break; /* a short tape is a world that remembers less; the run looks again */
        }
        done += (size_t)n;
    }
    sw_buf_release(&buf);
}

/** Cut off what a process that died left of its last line, or the next line would grow onto it. */
static bool cut_torn_line(int file)
{
    off_t end = lseek(file, 0, SEEK_END);
    char byte = '\n';

    for (off_t at = end; at > 0; at--) {
        if (pread(file, &byte, 1, at - 1) != 1) {
            return false;
        }
        if (byte == '\n') {
            return at == end || ftruncate(file, at) == 0;
        }
    }
    return end >= 0;
}

bool sw_tape_open(const char *path, const struct sw_value *head, struct sw_tape **ret_tape,
                  struct sw_error *err)
{
    int file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (file < 0) {
        return sw_fail(err, SW_E_IO, "open '%s': %s", path, strerror(errno));
    }
    if (head == NULL && !cut_torn_line(file)) {
        close(file);
        return sw_fail(err, SW_E_IO, "mend '%s': %s", path, strerror(errno));
    }
    *ret_tape = sw_heap(sizeof **ret_tape);
    (*ret_tape)->file = file;
    if (head != NULL) {
        append(*ret_tape, head);
    }
    return true;
}

bool sw_tape_head(const char *path, struct sw_arena *arena, const struct sw_value **ret_head,
                  struct sw_error *err)
{
    struct sw_buf text;
    bool is_fine = false;

    sw_buf_init(&text, TAPE_BYTES);
    if (sw_file_read(path, &text, err)) {
        const char *end = memchr(text.bytes, '\n', text.length);

        is_fine = end != NULL ? sw_json_read(arena, text.bytes, (size_t)(end - text.bytes),
                                             SW_JSON_PLAIN, ret_head, err)
                              : sw_fail(err, SW_E_CORRUPT, "'%s' has no first line", path);
    }
    sw_buf_release(&text);
    return is_fine;
}

void sw_tape_advance(void *tape, int64_t to_ns)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_builder line = sw_map_begin(arena);

    sw_map_put_int(&line, "advance", to_ns);
    append(tape, sw_built(&line));
    sw_arena_free(arena);
}

void sw_tape_exchange(void *tape, const struct sw_request *request)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_builder line = sw_map_begin(arena);
    struct sw_builder headers = sw_map_begin(arena);
    struct sw_buf body;

    for (size_t i = 0; i < request->header_count; i++) {
        sw_map_put_text(&headers, request->headers[i].name, request->headers[i].value);
    }
    sw_buf_init(&body, SW_LIMIT_REPLY_BYTES);
    if (request->body != NULL) {
        sw_base64_add(&body, request->body, request->body_length);
    }
    sw_map_put_text(&line, "method", request->method);
    sw_map_put_text(&line, "url", request->url);
    sw_map_put(&line, "headers", sw_built(&headers));
    sw_map_put_text(&line, "body", body.bytes);
    append(tape, sw_built(&line));
    sw_buf_release(&body);
    sw_arena_free(arena);
}

static void replay_request(const struct sw_value *line, struct sw_world *world,
                           struct sw_arena *arena)
{
    struct sw_request request = {.method = sw_as_text(sw_get(line, "method")),
                                 .url = sw_as_text(sw_get(line, "url"))};
    const struct sw_value *headers = sw_get(line, "headers");
    const char *body = sw_as_text(sw_get(line, "body"));
    struct sw_reply reply = {0};
    struct sw_error ignored = {0};
    struct sw_buf bytes;

    sw_buf_init(&bytes, SW_LIMIT_REPLY_BYTES);
    for (size_t i = 0; sw_is_known(headers) && i < headers->as.map.count; i++) {
        sw_request_header(&request, headers->as.map.entries[i].key,
                          sw_as_text(headers->as.map.entries[i].value));
    }
    if (body != NULL && body[0] != '\0' && sw_base64_decode(body, strlen(body), &bytes, &ignored)) {
        request.body = bytes.bytes;
        request.body_length = bytes.length;
    }
    if (request.method != NULL && request.url != NULL) {
        world->ops->exchange(world, &request, arena, &reply, &ignored);
    }
    sw_buf_release(&bytes);
}

static bool replay_line(const char *text, size_t length, struct sw_world *world,
                        struct sw_error *err)
{
    struct sw_arena *arena = sw_arena_new();
    const struct sw_value *line = NULL;
    int64_t to_ns = 0;
    bool is_read = sw_json_read(arena, text, length, SW_JSON_PLAIN, &line, err);

    if (is_read && sw_as_int(sw_get(line, "advance"), &to_ns)) {
        world->ops->advance(world, to_ns);
    } else if (is_read && sw_get(line, "method") != NULL) {
        replay_request(line, world, arena);
    }
    sw_arena_free(arena);
    return is_read || sw_fail(err, SW_E_CORRUPT, "the tape of the model world is damaged");
}

bool sw_tape_replay(const char *path, struct sw_world *world, struct sw_error *err)
{
    struct sw_buf text;
    bool is_fine = true;

    sw_buf_init(&text, TAPE_BYTES);
    if (access(path, F_OK) == 0) {
        is_fine = sw_file_read(path, &text, err);
    }
    for (const char *at = text.bytes; is_fine && at < text.bytes + text.length;) {
        const char *end = memchr(at, '\n', (size_t)(text.bytes + text.length - at));

        if (end == NULL) {
            break; /* torn: the process died while writing it */
        }
        is_fine = replay_line(at, (size_t)(end - at), world, err);
        at = end + 1;
    }
    sw_buf_release(&text);
    return is_fine;
}
