#include "stdlib/filesync/world/reader.h"

#include "base/text.h"
#include "base/time.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct sw_mark sw_fs_mark_of(const struct sw_value *value)
{
    return value != NULL && value->mark != NULL ? *value->mark : (struct sw_mark){0};
}

void sw_fs_complain(struct sw_fs_reader *reader, unsigned code, const struct sw_value *at,
                    const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    const char *text = sw_vformat(reader->arena, fmt, args);
    va_end(args);
    sw_diag_add(reader->diags, SW_ERROR, code, sw_fs_mark_of(at), "%s", text);
    reader->has_failed = true;
}

/* A whole number with nothing behind it. */
static bool parse_integer(const char *text, int64_t *ret)
{
    char *end = NULL;

    errno = 0;
    long long number = strtoll(text, &end, 0);
    if (errno != 0 || end == text || *end != '\0' || *text == ' ' || *text == '+') {
        return false;
    }
    *ret = number;
    return true;
}

static bool parse_span(const char *text, int64_t *ret_ns)
{
    struct sw_error ignored = {0};
    bool is_negative = *text == '-';
    int64_t ms = 0;

    if (!sw_duration_parse(is_negative ? text + 1 : text, &ms, &ignored)) {
        return false;
    }
    *ret_ns = (is_negative ? -ms : ms) * SW_NS_PER_MS;
    return true;
}

static bool parse_anchor(const char *text, struct sw_fs_anchor *ret)
{
    static const struct {
        const char *name;
        enum sw_fs_anchor_from from;
    } anchors[] = {{"start", SW_FS_FROM_START},     {"block", SW_FS_FROM_BLOCK},
                   {"vss", SW_FS_FROM_VSS},         {"delete", SW_FS_FROM_DELETE},
                   {"tiering", SW_FS_FROM_TIERING}, {"recall", SW_FS_FROM_RECALL},
                   {"detect", SW_FS_FROM_DETECT}};
    struct sw_fs_anchor anchor = {.from = SW_FS_FROM_START};
    const char *rest = text;

    if (sw_text_is(text, "never")) {
        *ret = (struct sw_fs_anchor){.from = SW_FS_NEVER};
        return true;
    }
    for (size_t i = 0; i < SW_COUNT(anchors); i++) {
        if (sw_text_begins(text, anchors[i].name)) {
            anchor.from = anchors[i].from;
            rest = text + strlen(anchors[i].name);
            if (*rest == '+') {
                rest++;
            } else if (*rest != '-') {
                return false;
            }
            break;
        }
    }
    if (!parse_span(rest, &anchor.offset_ns)) {
        return false;
    }
    /* What will start a later anchor is not known beforehand. */
    if (anchor.offset_ns < 0 && anchor.from != SW_FS_FROM_START) {
        return false;
    }
    *ret = anchor;
    return true;
}

static bool parse_flag(const char *text, bool *ret)
{
    static const char *const yes[] = {"true", "on", "yes"};
    static const char *const no[] = {"false", "off", "no"};

    for (size_t i = 0; i < SW_COUNT(yes); i++) {
        if (sw_text_is(text, yes[i]) || sw_text_is(text, no[i])) {
            *ret = sw_text_is(text, yes[i]);
            return true;
        }
    }
    return false;
}

/* An HRESULT as people write it; the documentation has negated unsigned ones too (windows.md A10).
 */
static bool parse_code(const char *text, int64_t *ret)
{
    int64_t code = 0;

    if (!parse_integer(text, &code) || code > INT64_C(0xffffffff) || code < -INT64_C(0x80000000)) {
        return false;
    }
    *ret = code > INT32_MAX ? code - INT64_C(0x100000000) : code;
    return true;
}

static bool is_windows_path(const char *text)
{
    bool has_letter = (text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= 'a' && text[0] <= 'z');

    return has_letter && text[1] == ':' && text[2] == '\\' && strpbrk(text, "/*?\"<>|") == NULL;
}

/* What a form expects, for the message; NULL when `text` was read into `into`. */
static const char *read_form(enum sw_fs_form form, const char *text, void *into)
{
    struct sw_error ignored = {0};
    int64_t *number = into;

    switch (form) {
    case SW_FS_FORM_TEXT:
        *(const char **)into = text;
        return NULL;
    case SW_FS_FORM_PATH:
        *(const char **)into = text;
        return is_windows_path(text) ? NULL : "a Windows path such as 'D:\\Shares\\Team'";
    case SW_FS_FORM_TIME:
        return sw_time_parse(text, number, &ignored) ? NULL : "a time such as 2026-11-20T19:00:00Z";
    case SW_FS_FORM_LASTS:
        if (sw_text_is(text, "forever")) {
            *number = SW_FS_FOREVER;
            return NULL;
        }
        return parse_span(text, number) ? NULL : "a duration such as 20m, or 'forever'";
    case SW_FS_FORM_SPAN:
        return parse_span(text, number) ? NULL : "a duration such as 45s or 1h30m";
    case SW_FS_FORM_SIZE:
        return sw_size_parse(text, number, &ignored) ? NULL : "a size such as 3GiB";
    case SW_FS_FORM_COUNT:
        return parse_integer(text, number) ? NULL : "a whole number";
    case SW_FS_FORM_CODE:
        return parse_code(text, number) ? NULL : "an HRESULT such as 0x80c80255 or -2134375851";
    case SW_FS_FORM_FLAG:
        return parse_flag(text, into) ? NULL : "'true' or 'false'";
    case SW_FS_FORM_ANCHOR:
        return parse_anchor(text, into) ? NULL
                                        : "a time such as 40m (from the start), block+5m, vss+10m, "
                                          "tiering+5m, recall+10m, "
                                          "detect+1m or delete+0s";
    case SW_FS_FORM_OTHER:
        return NULL;
    }
    return NULL;
}

static bool has_bounds(const struct sw_fs_key *key)
{
    return key->form == SW_FS_FORM_SPAN || key->form == SW_FS_FORM_LASTS ||
           key->form == SW_FS_FORM_SIZE || key->form == SW_FS_FORM_COUNT;
}

static void read_one(struct sw_fs_reader *reader, const struct sw_value *value,
                     const struct sw_fs_key *key, const char *where, char *base)
{
    const char *text = sw_as_text(value);
    void *into = base + key->at;

    if (text == NULL) {
        sw_fs_complain(reader, 802, value, "'%s' of %s has to be one value, not a list or a map",
                       key->name, where);
        return;
    }
    const char *expected = read_form(key->form, text, into);
    if (expected != NULL) {
        unsigned code = key->form == SW_FS_FORM_ANCHOR ? 805 : 802;
        sw_fs_complain(reader, code, value, "'%s' of %s is '%s'; expected is %s", key->name, where,
                       text, expected);
        return;
    }
    if (!has_bounds(key)) {
        return;
    }
    int64_t number = *(const int64_t *)into;
    bool is_bounded = key->least != 0 || key->most != 0;
    if (is_bounded ? number < key->least || number > key->most : number < 0) {
        sw_fs_complain(reader, 806, value, "'%s' of %s is %s, which is outside its bounds",
                       key->name, where, text);
    }
}

static void check_names(struct sw_fs_reader *reader, const struct sw_value *map,
                        const struct sw_fs_key *keys, const char *where)
{
    const char *names[32];
    size_t count = 0;

    for (const struct sw_fs_key *key = keys; key->name != NULL && count < SW_COUNT(names); key++) {
        names[count++] = key->name;
    }
    for (size_t i = 0; i < map->as.map.count; i++) {
        const struct sw_entry *entry = &map->as.map.entries[i];
        bool is_known = false;

        for (size_t k = 0; k < count; k++) {
            is_known = is_known || sw_text_is(names[k], entry->key);
        }
        if (is_known) {
            continue;
        }
        const char *close = sw_text_closest(entry->key, names, count);
        struct sw_diag *diag =
            sw_diag_add(reader->diags, SW_ERROR, 801, sw_fs_mark_of(entry->value),
                        "%s has no key '%s'", where, entry->key);
        reader->has_failed = true;
        if (close != NULL) {
            sw_diag_hint(reader->diags, diag, "did you mean '%s'?", close);
        }
    }
}

void sw_fs_read_keys(struct sw_fs_reader *reader, const struct sw_value *map,
                     const struct sw_fs_key *keys, const char *where, void *into)
{
    char *base = into;

    if (map != NULL && map->kind != SW_V_MAP) {
        sw_fs_complain(reader, 802, map, "%s has to be a map of keys", where);
        map = NULL;
    }
    if (map != NULL) {
        check_names(reader, map, keys, where);
    }
    for (const struct sw_fs_key *key = keys; key->name != NULL; key++) {
        const struct sw_value *value = sw_get(map, key->name);

        if (key->form == SW_FS_FORM_OTHER) {
            continue;
        }
        if (value != NULL) {
            read_one(reader, value, key, where, base);
        } else if (key->preset == NULL) {
            sw_fs_complain(reader, 803, map, "%s needs the key '%s'", where, key->name);
        } else {
            /* A preset that does not read is our own mistake. */
            sw_require(read_form(key->form, key->preset, base + key->at) == NULL);
        }
    }
}
