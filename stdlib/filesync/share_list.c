#include "stdlib/filesync/share_list.h"

#include "base/limits.h"
#include "base/text.h"
#include "stdlib/azure/arm.h"
#include "stdlib/azure/cloud.h"
#include "stdlib/azure/http_time.h"
#include "stdlib/filesync/manifest.h"
#include "stdlib/windows/xml.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define KIND "share"
/* A page of the service's most (5,000) would be more than sw_xml_read() takes: 21 nodes a file. */
#define PAGE_ENTRIES "2000"
#define REQUESTS_MAX 300u /* of one range; then it ends early */
#define PAGES_MAX 100000u /* of one folder: 200 million names */
#define DEPTH_MAX 1000u   /* paths have 2,048 characters at most */
#define LINES_MAX INT64_C(100000)
#define LINES_BYTES (SW_LIMIT_REPLY_BYTES * 2u)

struct entry {
    const char *name;
    size_t length;
    int64_t bytes, ticks;
    char kind; /* f, u; F: a folder */
};

/* A folder on the way down: what of it lies in the range, sorted once it is read. */
struct level {
    struct level *above;
    struct sw_arena *arena;
    const char *path; /* with '\'; "" for the share itself */
    struct entry *entries;
    size_t count, capacity, next;
    unsigned pages, depth;
    bool is_cut; /* only its smallest names are here */
};

struct list {
    const char *account, *share, *after;
    const char *suffix; /* of the account's host */
    int64_t max, line_count;
    struct level *level;
    struct sw_buf lines;
    const char *done; /* all up to here is in the range and told */
    unsigned requests;
    int64_t folders;
};

struct sw_look sw_share_list(struct sw_arena *arena, const char *account, const char *share,
                             const char *after, int64_t max)
{
    struct sw_builder args = sw_map_begin(arena);

    sw_map_put_text(&args, "account", account);
    sw_map_put_text(&args, "share", share);
    sw_map_put_text(&args, "after", after);
    sw_map_put_int(&args, "max", max);
    return (struct sw_look){
        .call = {.kind = KIND, .op = "LIST", .path = "", .args = sw_built(&args)}};
}

/* ---- requests ---- */

static const char *suffix_of(const struct sw_target *target)
{
    return sw_azure_cloud_of(target == NULL ? NULL : target->settings)->file_suffix;
}

static bool has_only(const char *text, const char *characters)
{
    return text != NULL && text[strspn(text, characters)] == '\0';
}

/* Both become part of an address, so nothing but what the service allows.
 * @source Microsoft Learn, "Naming and referencing shares, directories, files, and metadata" */
static bool names_are_sound(const char *account, const char *share)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

    return has_only(account, "abcdefghijklmnopqrstuvwxyz0123456789") && strlen(account) >= 3 &&
           strlen(account) <= 24 && has_only(share, letters) && strlen(share) >= 3 &&
           strlen(share) <= 63;
}

static void add_encoded(struct sw_buf *buf, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (; *text != '\0'; text++) {
        if (*text == '\\') {
            sw_buf_add_char(buf, '/');
        } else if (strchr(plain, *text) != NULL) {
            sw_buf_add_char(buf, *text);
        } else {
            sw_buf_addf(buf, "%%%02X", (unsigned)(unsigned char)*text);
        }
    }
}

static enum sw_turn fail(struct sw_talk *talk)
{
    struct list *list = talk->own;

    for (; list->level != NULL; list->level = list->level->above) {
        sw_arena_free(list->level->arena);
    }
    sw_buf_release(&list->lines);
    talk->may_have_acted = false;
    return SW_TURN_FAIL;
}

static enum sw_turn ask_page(struct sw_talk *talk, const char *marker, struct sw_error *err)
{
    struct list *list = talk->own;
    struct sw_request out = {.method = "GET"};
    SW_CLEANUP(sw_buf_release) struct sw_buf url;

    sw_buf_init(&url, SW_LIMIT_URL_BYTES);
    sw_buf_addf(&url, "https://%s.%s/%s", list->account, list->suffix, list->share);
    if (list->level->path[0] != '\0') {
        sw_buf_add_char(&url, '/');
        add_encoded(&url, list->level->path);
    }
    sw_buf_add_text(&url, "?restype=directory&comp=list&maxresults=" PAGE_ENTRIES
                          "&include=Timestamps%2CAttributes");
    if (marker != NULL) {
        sw_buf_add_text(&url, "&marker=");
        for (const char *c = marker; *c != '\0'; c++) { /* opaque: '\' and '/' too */
            if (*c == '\\' || *c == '/') {
                sw_buf_addf(&url, "%%%02X", (unsigned)(unsigned char)*c);
            } else {
                char one[2] = {*c, '\0'};
                add_encoded(&url, one);
            }
        }
    }
    if (url.is_over) {
        (void)sw_fail(err, SW_E_LIMIT, "the address of a folder is too long: '%.200s'",
                      list->level->path);
        return fail(talk);
    }
    out.url = sw_copy_text(talk->arena, url.bytes);
    sw_request_header(&out, "Accept", "application/xml");
    sw_request_header(&out, "x-ms-version", SW_SHARE_VERSION);
    sw_request_header(&out, "x-ms-file-request-intent", "backup");
    sw_request_header(&out, "x-ms-file-extended-info", "true");
    sw_request_header(&out, "x-ms-allow-trailing-dot", "true");
    list->requests++;
    list->level->pages++;
    talk->out = out;
    return SW_TURN_SEND;
}

/* ---- what a folder holds ---- */

static int by_name(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;

    return sw_manifest_order(x->name, x->length, y->name, y->length);
}

static void sort(struct level *level)
{
    if (level->count > 1) {
        qsort(level->entries, level->count, sizeof *level->entries, by_name);
    }
}

/* Keep the smallest names only, in an arena of their own. */
static void cut(struct level *level, size_t keep)
{
    struct sw_arena *arena = sw_arena_new();
    struct entry *kept = sw_alloc_array(arena, level->capacity, sizeof *kept);

    sort(level);
    for (size_t i = 0; i < keep; i++) {
        kept[i] = level->entries[i];
        kept[i].name = sw_copy(arena, level->entries[i].name, level->entries[i].length);
    }
    sw_arena_free(level->arena);
    level->arena = arena;
    level->entries = kept;
    level->count = keep;
    level->is_cut = true;
}

static const char *full_path(struct sw_arena *arena, const struct level *level, const char *name)
{
    return level->path[0] == '\0' ? sw_copy_text(arena, name)
                                  : sw_format(arena, "%s\\%s", level->path, name);
}

static bool is_system_folder(const struct level *level, const char *name)
{
    return level->path[0] == '\0' && (sw_text_is_folded(name, ".SystemShareInformation") ||
                                      sw_text_is_folded(name, "System Volume Information"));
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* A name as the share has it. Such as XML can't hold come percent-encoded; one that no line of ours
 * can hold stays so and counts as unreadable. */
static const char *name_of(struct sw_arena *arena, const struct sw_xml *node, char *kind)
{
    const char *text = sw_xml_text(arena, node);

    if (text == NULL || text[0] == '\0') {
        return NULL;
    }
    if (sw_text_is_folded(sw_xml_attribute(node, "Encoded"), "true")) {
        char *name = sw_copy_text(arena, text);
        size_t length = 0;

        for (const char *c = text; *c != '\0'; c++) {
            bool is_escape = c[0] == '%' && hex(c[1]) >= 0 && hex(c[2]) >= 0;

            name[length++] = is_escape ? (char)(hex(c[1]) * 16 + hex(c[2])) : c[0];
            c += is_escape ? 2 : 0;
        }
        if (memchr(name, '\0', length) != NULL) {
            *kind = 'u';
            return text;
        }
        name[length] = '\0';
        if (strpbrk(name, "\r\n\\/") != NULL) {
            *kind = 'u';
            return text;
        }
        return name;
    }
    if (strpbrk(text, "\r\n\\/") != NULL) {
        *kind = 'u';
        return "?";
    }
    return text;
}

static bool number_of(const char *text, int64_t *ret)
{
    int64_t value = 0;

    if (text == NULL || *text == '\0' || strlen(text) > 18) {
        return false;
    }
    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (*text - '0');
    }
    *ret = value;
    return *text == '\0';
}

static bool is_in_range(const struct list *list, struct sw_arena *scratch, const char *name,
                        bool is_folder)
{
    const char *path = full_path(scratch, list->level, name);
    size_t length = strlen(path);
    size_t after = strlen(list->after);
    int order = sw_manifest_order(path, length, list->after, after);

    return order > 0 ||
           (is_folder && (order == 0 || sw_manifest_is_below(list->after, after, path, length)));
}

static bool add_entry(struct list *list, const struct sw_xml *node, struct sw_arena *scratch,
                      struct sw_error *err)
{
    struct level *level = list->level;
    const struct sw_xml *properties = sw_xml_child(node, "", "Properties");
    bool is_folder = sw_xml_is(node, "", "Directory");
    struct entry entry = {.kind = is_folder ? 'F' : 'f'};
    const char *name = name_of(scratch, sw_xml_child(node, "", "Name"), &entry.kind);

    if (name == NULL) {
        return sw_fail(err, SW_E_PROTOCOL, "the share listed a file without its name in '%.200s'",
                       level->path);
    }
    if (!is_in_range(list, scratch, name, is_folder) ||
        (is_folder && is_system_folder(level, name))) {
        return true;
    }
    const char *changed = sw_xml_word(scratch, sw_xml_child(properties, "", "LastWriteTime"));

    if (entry.kind == 'f' &&
        (!number_of(sw_xml_word(scratch, sw_xml_child(properties, "", "Content-Length")),
                    &entry.bytes) ||
         changed == NULL || !sw_manifest_ticks(changed, &entry.ticks))) {
        entry.kind = 'u';
    }
    entry.name = sw_copy_text(level->arena, name);
    entry.length = strlen(name);
    level->entries = sw_grow(level->arena, level->entries, level->count, &level->capacity,
                             sizeof *level->entries);
    level->entries[level->count++] = entry;
    if (level->count >= 2 * (size_t)list->max) {
        cut(level, (size_t)list->max);
    }
    return true;
}

/* ---- walking ---- */

static void push(struct sw_talk *talk, const char *path)
{
    struct list *list = talk->own;
    struct level *level = sw_alloc(talk->arena, sizeof *level);

    *level = (struct level){.above = list->level,
                            .arena = sw_arena_new(),
                            .path = path,
                            .depth = list->level == NULL ? 0 : list->level->depth + 1};
    list->level = level;
    list->folders++;
}

static enum sw_turn done(struct sw_talk *talk, const char *through, struct sw_error *err)
{
    struct list *list = talk->own;
    struct sw_builder body = sw_map_begin(talk->arena);
    bool is_over = list->lines.is_over;

    sw_map_put(&body, "lines", sw_text_n(talk->arena, list->lines.bytes, list->lines.length));
    sw_map_put(&body, "through",
               through == NULL ? sw_null(talk->arena, "the end was reached")
                               : sw_text(talk->arena, through));
    sw_map_put_int(&body, "folders", list->folders);
    (void)fail(talk); /* all of its own goes */
    if (is_over) {
        (void)sw_fail(err, SW_E_LIMIT, "a range of the share's list is more than %u bytes",
                      LINES_BYTES);
        return SW_TURN_FAIL;
    }
    talk->answer = (struct sw_answer){
        .status = 200, .body = sw_built(&body), .peer_time_ns = talk->answer.peer_time_ns};
    return SW_TURN_DONE;
}

static void is_done(struct sw_talk *talk, const char *path)
{
    struct list *list = talk->own;

    if (sw_manifest_order(list->done, strlen(list->done), path, strlen(path)) < 0) {
        list->done = sw_copy_text(talk->arena, path);
    }
}

static void pop(struct sw_talk *talk)
{
    struct list *list = talk->own;
    struct level *level = list->level;

    is_done(talk, level->path);
    list->level = level->above;
    sw_arena_free(level->arena);
}

static enum sw_turn walk(struct sw_talk *talk, struct sw_error *err)
{
    struct list *list = talk->own;

    while (list->level != NULL) {
        struct level *level = list->level;
        bool has_moved =
            sw_manifest_order(list->done, strlen(list->done), list->after, strlen(list->after)) > 0;

        if (level->next == level->count) {
            if (level->is_cut) {
                return done(talk, list->done, err);
            }
            pop(talk);
            continue;
        }
        const struct entry *entry = &level->entries[level->next];
        const char *path = full_path(talk->arena, level, entry->name);

        if ((entry->kind != 'F' && list->line_count == list->max) ||
            (entry->kind == 'F' && has_moved && list->requests >= REQUESTS_MAX)) {
            return done(talk, list->done, err);
        }
        level->next++;
        if (entry->kind == 'F') {
            if (level->depth >= DEPTH_MAX) {
                (void)sw_fail(err, SW_E_LIMIT, "the share's folders are nested too deeply");
                return fail(talk);
            }
            push(talk, path);
            return ask_page(talk, NULL, err);
        }
        sw_buf_addf(&list->lines, "%c %" PRId64 " %" PRId64 " %s\n", entry->kind, entry->bytes,
                    entry->ticks, path);
        list->line_count++;
        is_done(talk, path);
    }
    return done(talk, NULL, err);
}

/* ---- replies ---- */

static enum sw_turn refuse(struct sw_talk *talk, const struct sw_reply *reply,
                           struct sw_arena *scratch, struct sw_error *err)
{
    const struct list *list = talk->own;
    const struct sw_xml *root = NULL;
    struct sw_error ignored = {0};
    const char *code = sw_reply_header(reply, "x-ms-error-code");
    enum sw_code kind = SW_E_REFUSED;
    const char *hint = "";

    if (code == NULL && reply->body_length > 0 &&
        sw_xml_read(scratch, reply->body, reply->body_length, &root, &ignored)) {
        code = sw_xml_word(scratch, sw_xml_child(root, "", "Code"));
    }
    switch (reply->status) {
    case 401:
    case 403:
        kind = SW_E_DENIED;
        hint = "; listing takes the role Storage File Data Privileged Reader on the share, and a "
               "way through the storage account's firewall";
        break;
    case 404:
        kind = SW_E_NOT_FOUND;
        break;
    case 408:
    case 504:
        kind = SW_E_TIMEOUT;
        break;
    case 429:
        kind = SW_E_THROTTLED;
        break;
    default:
        kind = reply->status >= 500 ? SW_E_BUSY : SW_E_REFUSED;
        break;
    }
    (void)sw_fail(err, kind, "list '%.200s' of the share: HTTP %d, %.80s%s", list->level->path,
                  reply->status, code == NULL ? "no reason given" : code, hint);
    err->retry_after_ms = sw_http_retry_after_ms(reply);
    return fail(talk);
}

static enum sw_turn fed_page(struct sw_talk *talk, const struct sw_reply *reply,
                             struct sw_arena *scratch, struct sw_error *err)
{
    struct list *list = talk->own;
    const struct sw_xml *root = NULL;

    talk->answer.peer_time_ns = sw_http_peer_time(reply);
    if (reply->status == 404 && list->level->above != NULL) {
        pop(talk); /* deleted since its name was read */
        return walk(talk, err);
    }
    if (reply->status != 200) {
        return refuse(talk, reply, scratch, err);
    }
    const char *body = reply->body == NULL ? "" : reply->body;
    size_t length = reply->body_length;

    if (length >= 3 && memcmp(body, "\xef\xbb\xbf", 3) == 0) {
        body += 3;
        length -= 3;
    }
    if (!sw_xml_read(scratch, body, length, &root, err)) {
        return fail(talk);
    }
    const struct sw_xml *entries = sw_xml_child(root, "", "Entries");

    if (!sw_xml_is(root, "", "EnumerationResults") || entries == NULL) {
        (void)sw_fail(err, SW_E_PROTOCOL, "the share's answer is no list");
        return fail(talk);
    }
    for (const struct sw_xml *node = entries->first; node != NULL; node = node->next) {
        if ((sw_xml_is(node, "", "File") || sw_xml_is(node, "", "Directory")) &&
            !add_entry(list, node, scratch, err)) {
            return fail(talk);
        }
    }
    const char *marker = sw_xml_word(scratch, sw_xml_child(root, "", "NextMarker"));

    if (marker != NULL && *marker != '\0') {
        if (list->level->pages >= PAGES_MAX) {
            (void)sw_fail(err, SW_E_LIMIT, "the list of '%.200s' does not end", list->level->path);
            return fail(talk);
        }
        return ask_page(talk, marker, err);
    }
    sort(list->level);
    return walk(talk, err);
}

/* ---- the transport ---- */

static bool is_list(const struct sw_talk *talk)
{
    return sw_text_is(talk->call.kind, KIND);
}

static enum sw_turn cloud_open(struct sw_talk *talk, struct sw_error *err)
{
    if (!is_list(talk)) {
        return sw_arm_transport.open(talk, err);
    }
    struct list *list = sw_alloc(talk->arena, sizeof *list);
    const struct sw_value *args = talk->call.args;

    talk->own = list;
    talk->has_own_memory = true;
    *list = (struct list){.suffix = suffix_of(talk->target),
                          .account = sw_as_text(sw_get(args, "account")),
                          .share = sw_as_text(sw_get(args, "share")),
                          .after = sw_as_text(sw_get(args, "after"))};
    sw_buf_init(&list->lines, LINES_BYTES);
    list->done = list->after;
    if (talk->is_act || !names_are_sound(list->account, list->share) || list->after == NULL ||
        !sw_as_int(sw_get(args, "max"), &list->max) || list->max < 2 || list->max > LINES_MAX) {
        (void)sw_fail(err, SW_E_INPUT, "'%.80s' of account '%.80s' is no share that can be listed",
                      list->share == NULL ? "" : list->share,
                      list->account == NULL ? "" : list->account);
        return fail(talk);
    }
    push(talk, "");
    return ask_page(talk, NULL, err);
}

static enum sw_turn cloud_feed(struct sw_talk *talk, const struct sw_reply *reply,
                               struct sw_error *err)
{
    if (!is_list(talk)) {
        return sw_arm_transport.feed(talk, reply, err);
    }
    if (reply == NULL) {
        return fail(talk);
    }
    struct sw_arena *scratch = sw_arena_new();
    enum sw_turn turn = fed_page(talk, reply, scratch, err);

    sw_arena_free(scratch);
    return turn;
}

static enum sw_turn cloud_resume(struct sw_talk *talk, const char *follow, struct sw_error *err)
{
    return sw_arm_transport.resume(talk, follow, err);
}

static const char *cloud_preview(const struct sw_target *target, const struct sw_call *call,
                                 struct sw_arena *arena)
{
    if (!sw_text_is(call->kind, KIND)) {
        return sw_arm_transport.preview(target, call, arena);
    }
    const char *account = sw_as_text(sw_get(call->args, "account"));
    const char *share = sw_as_text(sw_get(call->args, "share"));

    return sw_format(arena, "GET https://%s.%s/%s/FOLDER?restype=directory&comp=list",
                     account == NULL ? "?" : account, suffix_of(target),
                     share == NULL ? "?" : share);
}

const struct sw_transport sw_filesync_cloud_transport = {
    .name = "arm",
    .open = cloud_open,
    .feed = cloud_feed,
    .resume = cloud_resume,
    .preview = cloud_preview,
};
