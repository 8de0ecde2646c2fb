#include "stdlib/filesync/manifest.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

#define TICKS_PER_S INT64_C(10000000)
#define SECONDS_1601_TO_1970 INT64_C(11644473600)

/* ---- the order ---- */

static bool is_pair_even(uint32_t c)
{
    return (c >= 0x100 && c <= 0x12f) || (c >= 0x132 && c <= 0x137) || (c >= 0x14a && c <= 0x177) ||
           (c >= 0x460 && c <= 0x481) || (c >= 0x48a && c <= 0x4bf) || (c >= 0x4d0 && c <= 0x52f);
}

static bool is_pair_odd(uint32_t c)
{
    return (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
}

static uint32_t upper(uint32_t c)
{
    if (c < 0x80) {
        return c >= 'a' && c <= 'z' ? c - 0x20 : c;
    }
    if ((c >= 0xe0 && c <= 0xfe && c != 0xf7) || (c >= 0x3b1 && c <= 0x3c9 && c != 0x3c2) ||
        (c >= 0x430 && c <= 0x44f)) {
        return c - 0x20;
    }
    if (c >= 0x450 && c <= 0x45f) {
        return c - 0x50;
    }
    if (c == 0xff) {
        return 0x178;
    }
    if (is_pair_even(c)) {
        return c & ~UINT32_C(1);
    }
    return is_pair_odd(c) && (c & 1) == 0 ? c - 1 : c;
}

/* The folder's end sorts before any other character. Bytes that are no UTF-8 stand for themselves,
 * behind all characters. */
static uint32_t next_rank(const char **at, const char *end)
{
    unsigned char byte = (unsigned char)**at;
    uint32_t point = 0;

    if (byte < 0x80) {
        (*at)++;
        return byte == '\\' ? 0 : upper(byte);
    }
    size_t length = sw_utf8_decode(*at, (size_t)(end - *at), &point);

    *at += length == 0 ? 1 : length;
    return length == 0 ? UINT32_C(0x110000) + byte : upper(point);
}

int sw_manifest_order(const char *a, size_t a_length, const char *b, size_t b_length)
{
    const char *a_end = a + a_length;
    const char *b_end = b + b_length;

    while (a < a_end && b < b_end) {
        if (*a == *b && (unsigned char)*a < 0x80) {
            a++;
            b++;
            continue;
        }
        uint32_t x = next_rank(&a, a_end);
        uint32_t y = next_rank(&b, b_end);

        if (x != y) {
            return x < y ? -1 : 1;
        }
    }
    return a < a_end ? 1 : b < b_end ? -1 : 0;
}

bool sw_manifest_is_below(const char *path, size_t path_length, const char *folder,
                          size_t folder_length)
{
    const char *end = path + path_length;
    const char *folder_end = folder + folder_length;

    while (path < end && folder < folder_end) {
        if (next_rank(&path, end) != next_rank(&folder, folder_end)) {
            return false;
        }
    }
    return folder == folder_end && path < end && *path == '\\';
}

/* ---- times ---- */

/* Days since 1970-01-01. @source Howard Hinnant, "chrono-compatible low-level date algorithms" */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;

    int64_t era = year / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool digits(const char **at, int count, int64_t *ret)
{
    int64_t number = 0;

    for (int i = 0; i < count; i++, (*at)++) {
        if (**at < '0' || **at > '9') {
            return false;
        }
        number = number * 10 + (**at - '0');
    }
    *ret = number;
    return true;
}

static bool mark(const char **at, char wanted)
{
    return *(*at)++ == wanted;
}

bool sw_manifest_ticks(const char *text, int64_t *ret_ticks)
{
    int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, part = 0;
    int64_t scale = TICKS_PER_S;

    if (!digits(&text, 4, &year) || !mark(&text, '-') || !digits(&text, 2, &month) ||
        !mark(&text, '-') || !digits(&text, 2, &day) || !mark(&text, 'T') ||
        !digits(&text, 2, &hour) || !mark(&text, ':') || !digits(&text, 2, &minute) ||
        !mark(&text, ':') || !digits(&text, 2, &second) || year < 1601 || month < 1 || month > 12 ||
        day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) {
        return false;
    }
    if (*text == '.') {
        for (text++; *text >= '0' && *text <= '9' && scale > 1; text++) {
            scale /= 10;
            part += (*text - '0') * scale;
        }
    }
    if (text[0] != 'Z' || text[1] != '\0') {
        return false;
    }
    *ret_ticks = ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second +
                 SECONDS_1601_TO_1970;
    *ret_ticks = *ret_ticks * TICKS_PER_S + part;
    return true;
}

bool sw_manifest_time_ns(int64_t ticks, int64_t *ret_ns)
{
    int64_t since = ticks - SECONDS_1601_TO_1970 * TICKS_PER_S;

    if (since > INT64_MAX / 100 || since < INT64_MIN / 100) {
        return false;
    }
    *ret_ns = since * 100;
    return true;
}

/* ---- lines ---- */

/* One side: the line that is next, and what is behind it. */
struct reader {
    const char *at, *end;
    const char *side; /* for people */
    bool has_line;
    struct sw_manifest_line line;
    const char *before; /* path of the line before, or `after` */
    size_t before_length;
};

static bool number(const char **at, const char *end, int64_t *ret)
{
    int64_t value = 0;
    const char *from = *at;

    while (*at < end && **at >= '0' && **at <= '9' && value <= (INT64_MAX - 9) / 10) {
        value = value * 10 + (*(*at)++ - '0');
    }
    if (*at == from || *at == end || **at != ' ') {
        return false;
    }
    (*at)++;
    *ret = value;
    return true;
}

static bool is_broken(const struct reader *reader, const char *what, struct sw_error *err)
{
    return sw_fail(err, SW_E_PROTOCOL, "the list of %s %s behind '%.*s'", reader->side, what,
                   (int)(reader->before_length < 200 ? reader->before_length : 200),
                   reader->before);
}

/* Take the next line. Two names that differ in case only (a folder may be told to mind it) can't be
 * told apart: the second is counted as unreadable, by the kind that it gets. */
static bool next_line(struct reader *reader, struct sw_error *err)
{
    struct sw_manifest_line *line = &reader->line;

    reader->has_line = false;
    if (reader->at == reader->end) {
        return true;
    }
    const char *stop = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
    const char *at = reader->at + 2;

    if (stop == NULL || stop - reader->at < 7 || reader->at[1] != ' ' ||
        strchr("fterxau", reader->at[0]) == NULL || !number(&at, stop, &line->bytes) ||
        !number(&at, stop, &line->ticks) || at == stop) {
        return is_broken(reader, "has a line that is none", err);
    }
    line->kind = reader->at[0];
    line->path = at;
    line->path_length = (size_t)(stop - at);

    int order =
        sw_manifest_order(reader->before, reader->before_length, line->path, line->path_length);

    if (order > 0) {
        return is_broken(reader, "is sorted otherwise than it must be", err);
    }
    if (order == 0) {
        line->kind = 'u';
    }
    reader->before = line->path;
    reader->before_length = line->path_length;
    reader->at = stop + 1;
    reader->has_line = true;
    return true;
}

static bool begin(struct reader *reader, const struct sw_manifest_part *part, const char *side,
                  const char *after, struct sw_error *err)
{
    *reader = (struct reader){.at = part->text,
                              .end = part->text + part->length,
                              .side = side,
                              .before = after,
                              .before_length = strlen(after)};
    return next_line(reader, err);
}

/* ---- comparing ---- */

const char *sw_manifest_class_text(enum sw_manifest_class class)
{
    static const char *const texts[SW_MANIFEST_CLASSES] = {
        "the same",         "missing in the share",     "newer on the server",
        "of another size",  "newer in the share",       "only in the share",
        "left out by sync", "not readable on one side",
    };

    return texts[class];
}

static enum sw_manifest_class class_of(const struct sw_manifest_line *server,
                                       const struct sw_manifest_line *share)
{
    if (server == NULL) {
        return share->kind == 'u' ? SW_MANIFEST_UNREADABLE : SW_MANIFEST_ONLY_SHARE;
    }
    if (server->kind == 'u' || (share != NULL && share->kind == 'u')) {
        return SW_MANIFEST_UNREADABLE;
    }
    /* More streams than one: what the share has is not all of it, however alike. */
    if (strchr("xera", server->kind) != NULL) {
        return SW_MANIFEST_LEFT_OUT;
    }
    if (share == NULL) {
        return SW_MANIFEST_MISSING;
    }
    if (server->ticks != share->ticks) {
        return server->ticks > share->ticks ? SW_MANIFEST_NEWER : SW_MANIFEST_OLDER;
    }
    return server->bytes == share->bytes ? SW_MANIFEST_SAME : SW_MANIFEST_SIZE;
}

static void add_to_digest(struct sw_manifest_tally *tally, enum sw_manifest_class class,
                          const struct sw_manifest_line *line)
{
    struct sw_sha256 hash;
    uint8_t sum[SW_SHA256_BYTES];
    int64_t numbers[3] = {(int64_t) class, line->bytes, line->ticks};
    uint8_t bytes[sizeof numbers];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)((uint64_t)numbers[i / 8] >> (i % 8 * 8));
    }
    sw_sha256_init(&hash);
    sw_sha256_add(&hash, tally->digest, strlen(tally->digest));
    sw_sha256_add(&hash, bytes, sizeof bytes);
    sw_sha256_add(&hash, line->path, line->path_length);
    sw_sha256_end(&hash, sum);
    sw_hex(sum, sizeof sum, tally->digest);
}

static void count(struct sw_manifest_tally *tally, const struct sw_manifest_line *server,
                  const struct sw_manifest_line *share, sw_manifest_differs_fn *differs,
                  void *context)
{
    enum sw_manifest_class class = class_of(server, share);
    const struct sw_manifest_line *line = server != NULL ? server : share;
    bool is_only_here = class == SW_MANIFEST_MISSING || class == SW_MANIFEST_NEWER ||
                        class == SW_MANIFEST_SIZE || class == SW_MANIFEST_LEFT_OUT;

    tally->files[class]++;
    tally->bytes[class] += line->bytes;
    if (server != NULL && server->kind == 't') {
        tally->tiered++;
        tally->tiered_bytes += server->bytes;
    }
    if (is_only_here && line->ticks > tally->newest_ticks) {
        tally->newest_ticks = line->ticks;
    }
    if (class != SW_MANIFEST_SAME) {
        add_to_digest(tally, class, line);
        differs(context, class, server, share);
    }
}

static const char *earlier(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return a == NULL ? b : a;
    }
    return sw_manifest_order(a, strlen(a), b, strlen(b)) <= 0 ? a : b;
}

static bool is_within(const struct reader *reader, const char *through, size_t length)
{
    return reader->has_line &&
           (through == NULL ||
            sw_manifest_order(reader->line.path, reader->line.path_length, through, length) <= 0);
}

bool sw_manifest_compare(const char *after, const struct sw_manifest_part *server,
                         const struct sw_manifest_part *share, sw_manifest_differs_fn *differs,
                         void *context, struct sw_manifest_tally *tally, const char **ret_through,
                         struct sw_error *err)
{
    const char *through = earlier(server->through, share->through);
    size_t length = through == NULL ? 0 : strlen(through);
    struct reader a, b;

    if (through != NULL && sw_manifest_order(through, length, after, strlen(after)) <= 0) {
        return sw_fail(err, SW_E_PROTOCOL, "a list does not go on behind '%.200s'", after);
    }
    if (!begin(&a, server, "the server", after, err) ||
        !begin(&b, share, "the share", after, err)) {
        return false;
    }
    for (;;) {
        bool has_a = is_within(&a, through, length);
        bool has_b = is_within(&b, through, length);

        if (!has_a && !has_b) {
            *ret_through = through;
            return true;
        }
        int order = !has_a   ? 1
                    : !has_b ? -1
                             : sw_manifest_order(a.line.path, a.line.path_length, b.line.path,
                                                 b.line.path_length);

        count(tally, order <= 0 ? &a.line : NULL, order >= 0 ? &b.line : NULL, differs, context);
        if ((order <= 0 && !next_line(&a, err)) || (order >= 0 && !next_line(&b, err))) {
            return false;
        }
    }
}
