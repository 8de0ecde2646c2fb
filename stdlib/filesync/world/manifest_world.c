/*
 * The list of the server's files and the share's own address, for comparing the two. The share
 * tells folders first, then files, in the order in which they came, a few in a page: nothing that a
 * caller could take for sorted.
 */
#include "base/text.h"
#include "base/time.h"
#include "stdlib/azure/http_time.h"
#include "stdlib/filesync/manifest.h"
#include "stdlib/filesync/share_list.h"
#include "stdlib/filesync/world/scripts.h"
#include "stdlib/windows/xml.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define TICKS_1601_TO_1970 INT64_C(116444736000000000)
#define PAGE_ENTRIES 25
#define SUFFIX "file.core.windows.net" /* the model lives in the public cloud */

static int64_t ticks_of(int64_t ns)
{
    return ns / 100 + TICKS_1601_TO_1970;
}

/* ---- the server's list ---- */

static char kind_of(const struct sw_fs_file *file, const char *unread)
{
    const char *why = file->never_synced;

    if (file->path == unread) {
        return 'u';
    }
    if (why == NULL) {
        return file->is_tiered ? 't' : 'f';
    }
    return sw_text_is(why, "efs")       ? 'e'
           : sw_text_is(why, "reparse") ? 'r'
           : sw_text_is(why, "ads")     ? 'a'
                                        : 'x';
}

static int by_path(const void *a, const void *b)
{
    const struct sw_fs_file *const *x = a;
    const struct sw_fs_file *const *y = b;

    return sw_manifest_order((*x)->path, strlen((*x)->path), (*y)->path, strlen((*y)->path));
}

void sw_fs_script_manifest(struct sw_fs_script *script)
{
    const struct sw_fs_model *model = script->model;
    const char *path = sw_as_text(sw_get(script->args, "path"));
    const char *after = sw_as_text(sw_get(script->args, "after"));
    int64_t max = sw_fs_script_max(script);
    const struct sw_fs_file **files =
        sw_alloc_array(script->arena, model->file_count + 1, sizeof *files);
    const char *unread = sw_fs_unread_below(model);
    const struct sw_fs_file folder = {.path = unread};
    size_t count = 0;
    const char *through = NULL;
    struct sw_builder map = sw_map_begin(script->arena);
    SW_CLEANUP(sw_buf_release) struct sw_buf lines;

    if (path == NULL || !sw_fs_path_covers(path, model->config.endpoint.path)) {
        sw_fs_script_throws(script, "Stepwise.NotFound: the folder is not there");
        return;
    }
    for (size_t i = 0; i < model->file_count; i++) {
        const struct sw_fs_file *file = &model->files[i];

        if (!file->is_outside && file->server_content != 0 && !sw_fs_file_is_hidden(model, i) &&
            sw_manifest_order(file->path, strlen(file->path), after, strlen(after)) > 0) {
            files[count++] = file;
        }
    }
    if (unread != NULL && sw_manifest_order(unread, strlen(unread), after, strlen(after)) > 0) {
        files[count++] = &folder;
    }
    if (count > 1) {
        qsort(files, count, sizeof *files, by_path);
    }
    sw_buf_init(&lines, 16u * 1024 * 1024);
    for (size_t i = 0; i < count && (int64_t)i < max; i++) {
        sw_buf_addf(&lines, "%c %" PRId64 " %" PRId64 " %s\n", kind_of(files[i], unread),
                    files[i]->bytes, ticks_of(sw_fs_server_ns(model, files[i]->changed_ns)),
                    files[i]->path);
        through = files[i]->path;
    }
    sw_map_put(&map, "lines", sw_text(script->arena, lines.bytes));
    sw_map_put(&map, "through",
               (int64_t)count > max ? sw_text(script->arena, through)
                                    : sw_null(script->arena, "the end was reached"));
    sw_map_put_int(&map, "count", (int64_t)count < max ? (int64_t)count : max);
    script->result = sw_built(&map);
}

/* ---- the share ---- */

struct asked {
    const struct sw_fs_model *model;
    const struct sw_request *request;
    struct sw_arena *arena;
    char *folder; /* with '\'; "" for the share */
    int64_t from, max;
};

bool sw_fs_share_owns(const struct sw_fs_model *model, const struct sw_request *request,
                      struct sw_arena *arena)
{
    const char *origin = sw_format(arena, "https://%s." SUFFIX, model->config.azure.account);
    const char *rest = request->url + strlen(origin);

    return sw_text_begins(request->url, origin) &&
           (rest[0] == '/' || sw_text_begins(rest, ":443/"));
}

static const char *header_of(const struct sw_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (sw_text_is_folded(request->headers[i].name, name)) {
            return request->headers[i].value;
        }
    }
    return "";
}

static void say(struct sw_reply *reply, struct sw_arena *arena, int status, const char *code,
                const char *body)
{
    reply->status = status;
    sw_reply_set_header(reply, "Content-Type", "application/xml");
    sw_reply_set_header(reply, "x-ms-version", SW_SHARE_VERSION);
    if (code != NULL) {
        sw_reply_set_header(reply, "x-ms-error-code", code);
        body = sw_format(arena,
                         "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>%s"
                         "</Code><Message>The request was refused.</Message></Error>",
                         code);
    }
    reply->body = body;
    reply->body_length = strlen(body);
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static char *decoded(struct sw_arena *arena, const char *text, size_t length)
{
    char *copy = sw_copy(arena, text, length);
    size_t at = 0;

    for (size_t i = 0; i < length; i++) {
        bool is_escape = text[i] == '%' && i + 2 < length && hex(text[i + 1]) >= 0;

        copy[at++] = is_escape        ? (char)(hex(text[i + 1]) * 16 + hex(text[i + 2]))
                     : text[i] == '/' ? '\\'
                                      : text[i];
        i += is_escape ? 2 : 0;
    }
    copy[at] = '\0';
    return copy;
}

static int64_t member(const char *query, const char *name, int64_t preset)
{
    const char *at = strstr(query, name);

    return at == NULL ? preset : strtoll(at + strlen(name), NULL, 10);
}

/* What stands below the folder: the rest of the path, or NULL. */
static const char *below(const struct asked *asked, const struct sw_fs_file *file)
{
    size_t length = strlen(asked->folder);

    if (file->is_outside || file->share_content == 0 || file->never_synced != NULL) {
        return NULL;
    }
    if (length == 0) {
        return file->path;
    }
    return sw_manifest_is_below(file->path, strlen(file->path), asked->folder, length)
               ? file->path + length + 1
               : NULL;
}

/* Is a folder of this name told by an earlier file? */
static bool is_told(const struct asked *asked, size_t file, const char *rest, size_t length)
{
    for (size_t i = 0; i < file; i++) {
        const char *other = below(asked, &asked->model->files[i]);

        if (other != NULL && strcspn(other, "\\") == length && other[length] == '\\' &&
            memcmp(other, rest, length) == 0) {
            return true;
        }
    }
    return false;
}

/* An older content has an older time; somebody who writes in the share leaves the share's. */
static int64_t share_time_ns(const struct sw_fs_model *model, const struct sw_fs_file *file)
{
    if (file->share_content > file->server_content) {
        return sw_fs_service_ns(model, file->share_written_ns);
    }
    return sw_fs_server_ns(model, file->changed_ns) -
           (file->share_content < file->server_content ? 3600 * SW_NS_PER_S : 0);
}

static void add_file(const struct asked *asked, struct sw_buf *xml, const struct sw_fs_file *file,
                     const char *name, size_t length)
{
    struct sw_error ignored = {0};

    sw_buf_add_text(xml, "<File><Name>");
    (void)sw_xml_add_text(xml, sw_copy(asked->arena, name, length), &ignored);
    sw_buf_addf(xml,
                "</Name><FileId>%llu</FileId><Properties><Content-Length>%lld</Content-Length>"
                "<LastWriteTime>%s</LastWriteTime></Properties><Attributes>Archive</Attributes>"
                "</File>",
                (unsigned long long)file->share_content, (long long)file->bytes,
                sw_fs_time(asked->arena, share_time_ns(asked->model, file)));
}

static void add_folder(const struct asked *asked, struct sw_buf *xml, const char *name,
                       size_t length)
{
    struct sw_error ignored = {0};

    sw_buf_add_text(xml, "<Directory><Name>");
    (void)sw_xml_add_text(xml, sw_copy(asked->arena, name, length), &ignored);
    sw_buf_add_text(xml, "</Name><Properties /><Attributes>Directory</Attributes></Directory>");
}

/* @return how many there are */
static int64_t add_entries(const struct asked *asked, struct sw_buf *xml, bool folders,
                           int64_t seen)
{
    for (size_t i = 0; i < asked->model->file_count; i++) {
        const struct sw_fs_file *file = &asked->model->files[i];
        const char *rest = below(asked, file);
        size_t length = rest == NULL ? 0 : strcspn(rest, "\\");

        if (rest == NULL || (rest[length] == '\\') != folders ||
            (folders && is_told(asked, i, rest, length))) {
            continue;
        }
        if (seen >= asked->from && seen < asked->from + asked->max) {
            if (folders) {
                add_folder(asked, xml, rest, length);
            } else {
                add_file(asked, xml, file, rest, length);
            }
        }
        seen++;
    }
    return seen;
}

static void list_folder(const struct asked *asked, struct sw_reply *reply)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf xml;

    sw_buf_init(&xml, 16u * 1024 * 1024);
    sw_buf_add_text(&xml, "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?>"
                          "<EnumerationResults><Entries>");
    int64_t count = add_entries(asked, &xml, true, 0);

    count = add_entries(asked, &xml, false, count);
    sw_buf_add_text(&xml, "</Entries>");
    if (count > asked->from + asked->max) {
        sw_buf_addf(&xml, "<NextMarker>%lld</NextMarker>", (long long)(asked->from + asked->max));
    } else {
        sw_buf_add_text(&xml, "<NextMarker />");
    }
    sw_buf_add_text(&xml, "</EnumerationResults>");
    if (count == 0 && asked->folder[0] != '\0') {
        say(reply, asked->arena, 404, "ResourceNotFound", NULL);
        return;
    }
    say(reply, asked->arena, 200, NULL, sw_copy(asked->arena, xml.bytes, xml.length));
}

void sw_fs_share_answer(const struct sw_fs_model *model, const struct sw_request *request,
                        struct sw_arena *arena, struct sw_reply *ret_reply)
{
    const char *path = strchr(strstr(request->url, SUFFIX), '/') + 1;
    size_t length = strcspn(path, "?");
    const char *query = path + length;
    char *whole = decoded(arena, path, length);
    size_t share = strcspn(whole, "\\");
    char date[30];
    /* Each endpoint's share is its own. */
    model = sw_fs_guest_of_share(model, sw_copy(arena, whole, share));
    struct asked asked = {.model = model, .request = request, .arena = arena, .max = PAGE_ENTRIES};

    *ret_reply = (struct sw_reply){0};
    sw_http_date_format(sw_fs_service_ns(model, model->clock.now_ns), date);
    sw_reply_set_header(ret_reply, "Date", sw_copy_text(arena, date));
    if (model->clock.now_ns < model->host->throttled_until_ns ||
        model->clock.now_ns < model->host->share_busy_until_ns) {
        sw_reply_set_header(ret_reply, "Retry-After", "30");
        say(ret_reply, arena, 503, "ServerBusy", NULL);
        return;
    }
    if (!sw_text_is(request->method, "GET") || strstr(query, "restype=directory") == NULL ||
        strstr(query, "comp=list") == NULL) {
        say(ret_reply, arena, 405, "UnsupportedHttpVerb", NULL);
        return;
    }
    if (!sw_text_is(header_of(request, "x-ms-file-request-intent"), "backup")) {
        say(ret_reply, arena, 400, "MissingRequiredHeader", NULL);
        return;
    }
    if (!sw_text_is(sw_copy(arena, whole, share), model->config.azure.share)) {
        say(ret_reply, arena, 404, "ShareNotFound", NULL);
        return;
    }
    asked.folder = whole + share + (whole[share] == '\\');
    asked.from = member(query, "&marker=", 0);
    if (member(query, "&maxresults=", PAGE_ENTRIES) < asked.max) {
        asked.max = member(query, "&maxresults=", PAGE_ENTRIES);
    }
    list_folder(&asked, ret_reply);
}
