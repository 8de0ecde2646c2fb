#include "sdk/checked_text.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* Longest path of either platform, in UTF-16 units there and in bytes here: near enough for a
 * bound. @source learn.microsoft.com, "Maximum Path Length Limitation" */
#define PATH_BYTES 32767u
#define HOST_BYTES 253u /* @source RFC 1035, section 2.3.4, without the final dot */
#define LABEL_BYTES 63u
#define RESOURCE_ID_BYTES 2048u

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool sw_is_version(const char *text)
{
    size_t parts = 0;

    for (;;) {
        size_t digits = 0;

        while (is_digit(*text)) {
            text++;
            digits++;
        }
        if (digits == 0 || digits > 10 || ++parts > 8) {
            return false;
        }
        if (*text == '\0') {
            return true;
        }
        if (*text++ != '.') {
            return false;
        }
    }
}

/* Control and bidi characters make a path show as another one; "D:\new" in double quotes has
 * become a line break. Joiners are part of how some scripts are written. */
static bool is_clean(const char *text, const char *what, struct sw_error *err)
{
    size_t length = strlen(text);

    for (size_t at = 0; at < length;) {
        uint32_t point = 0;
        size_t step = sw_utf8_decode(text + at, length - at, &point);

        if (step == 0) {
            return sw_fail(err, SW_E_INPUT, "%s that is not valid UTF-8", what);
        }
        if (point < 0x20 || (point >= 0x7f && point < 0xa0)) {
            return sw_fail(err, SW_E_INPUT,
                           "%s with a control character (U+%04X); a backslash in double quotes "
                           "makes one: use single quotes",
                           what, (unsigned)point);
        }
        if (sw_utf8_is_deceptive(point) && point != 0x200c && point != 0x200d) {
            return sw_fail(err, SW_E_INPUT, "%s with an invisible character (U+%04X)", what,
                           (unsigned)point);
        }
        at += step;
    }
    return true;
}

static bool check_path(const char *text, struct sw_error *err)
{
    if (text[0] == '\0') {
        return sw_fail(err, SW_E_INPUT, "an empty path");
    }
    if (strlen(text) > PATH_BYTES) {
        return sw_fail(err, SW_E_INPUT, "a path longer than %u bytes", PATH_BYTES);
    }
    return is_clean(text, "a path", err);
}

/* Names between backslashes. What the far end would silently drop or resolve (a final dot or
 * space, "." and "..") is refused, so that one place has one spelling. One final backslash is
 * fine. */
static bool check_parts(const char *parts, const char *whole, struct sw_error *err)
{
    while (*parts != '\0') {
        size_t length = strcspn(parts, "\\");

        if (length == 0) {
            return sw_fail(err, SW_E_INPUT, "'%.200s' has an empty part between backslashes",
                           whole);
        }
        if (parts[length - 1] == '.' || parts[length - 1] == ' ') {
            return sw_fail(err, SW_E_INPUT, "'%.200s' has a part that ends in a dot or a space",
                           whole);
        }
        parts += length;
        if (*parts == '\\') {
            parts++;
        }
    }
    return true;
}

static bool check_characters(const char *parts, const char *whole, struct sw_error *err)
{
    const char *bad = strpbrk(parts, "<>:\"|?*/");

    if (bad != NULL) {
        return sw_fail(err, SW_E_INPUT, "'%.200s' has a '%c', which no such path can hold%s", whole,
                       *bad, *bad == '/' ? "; write backslashes" : "");
    }
    return true;
}

static bool check_win_path(const char *text, struct sw_error *err)
{
    if (!check_path(text, err)) {
        return false;
    }
    if (!is_letter(text[0]) || text[1] != ':' || text[2] != '\\') {
        return sw_fail(err, SW_E_INPUT, "'%.200s' is no path like 'D:\\Data'", text);
    }
    return check_characters(text + 3, text, err) && check_parts(text + 3, text, err);
}

static bool check_host(const char *text, struct sw_error *err)
{
    unsigned char address[16];
    size_t length = strlen(text);
    const char *label = text;

    if (inet_pton(AF_INET6, text, address) == 1 || inet_pton(AF_INET, text, address) == 1) {
        return true;
    }
    if (length == 0 || length > HOST_BYTES) {
        return sw_fail(err, SW_E_INPUT, "'%.60s' is no host name", text);
    }
    for (;;) {
        size_t size = strcspn(label, ".");
        bool is_number = true;

        for (size_t i = 0; i < size; i++) {
            if (!is_letter(label[i]) && !is_digit(label[i]) && label[i] != '-' && label[i] != '_') {
                return sw_fail(err, SW_E_INPUT, "'%.60s' is no host name", text);
            }
            is_number = is_number && is_digit(label[i]);
        }
        if (size == 0 || size > LABEL_BYTES || label[0] == '-' || label[size - 1] == '-') {
            return sw_fail(err, SW_E_INPUT, "'%.60s' is no host name", text);
        }
        if (label[size] == '\0') {
            /* No top-level name is a number; this was meant as an address. */
            return !is_number ||
                   sw_fail(err, SW_E_INPUT, "'%.60s' is neither a host name nor an address", text);
        }
        label += size + 1;
    }
}

static bool check_unc_path(const char *text, struct sw_error *err)
{
    char host[HOST_BYTES + 1];

    if (!check_path(text, err)) {
        return false;
    }

    size_t length = strncmp(text, "\\\\", 2) == 0 ? strcspn(text + 2, "\\") : 0;

    if (length == 0 || length > HOST_BYTES || text[2 + length] == '\0' ||
        text[3 + length] == '\0') {
        return sw_fail(err, SW_E_INPUT, "'%.200s' is no path like '\\\\server\\share'", text);
    }
    memcpy(host, text + 2, length);
    host[length] = '\0';
    return check_host(host, err) && check_characters(text + 3 + length, text, err) &&
           check_parts(text + 3 + length, text, err);
}

/* Host and port of a URL, up to its path. */
static bool check_authority(const char *from, size_t length, const char *text, struct sw_error *err)
{
    char host[HOST_BYTES + 1];
    size_t end = length;

    if (memchr(from, '@', length) != NULL) {
        return sw_fail(err, SW_E_INPUT, "a URL with a user name or password in it");
    }
    while (end > 0 && is_digit(from[end - 1])) {
        end--;
    }
    /* What follows the last colon is a port, unless that colon is inside [...]. */
    if (end > 0 && from[end - 1] == ':' && length - end >= 1 && length - end <= 5) {
        length = end - 1;
    }
    if (length > 2 && from[0] == '[' && from[length - 1] == ']') {
        from++;
        length -= 2;
    }
    if (length == 0 || length > HOST_BYTES) {
        return sw_fail(err, SW_E_INPUT, "'%.200s' is a URL without a host", text);
    }
    memcpy(host, from, length);
    host[length] = '\0';
    return check_host(host, err);
}

static bool check_url(const char *text, struct sw_error *err)
{
    size_t begin = sw_text_begins(text, "https://") ? 8 : sw_text_begins(text, "http://") ? 7 : 0;

    if (begin == 0) {
        return sw_fail(err, SW_E_INPUT, "'%.200s' does not begin with https:// or http://", text);
    }
    for (const char *c = text; *c != '\0'; c++) {
        if (*c <= 0x20 || *c == 0x7f || strchr("\"<>\\^`{|}", *c) != NULL) {
            return sw_fail(err, SW_E_INPUT,
                           "a URL with a character that must be written as %%XX, at byte %zu",
                           (size_t)(c - text));
        }
    }
    return check_authority(text + begin, strcspn(text + begin, "/?#"), text, err);
}

static bool check_guid(const char *text, struct sw_error *err)
{
    for (size_t i = 0; i < 36; i++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (is_dash ? text[i] != '-' : !is_hex(text[i])) {
            return sw_fail(err, SW_E_INPUT,
                           "'%.60s' is no GUID like 6f9619ff-8b86-d011-b42d-00cf4fc964ff", text);
        }
    }
    return text[36] == '\0' || sw_fail(err, SW_E_INPUT, "'%.60s' is longer than a GUID", text);
}

static bool check_resource_id(const char *text, struct sw_error *err)
{
    if (text[0] != '/' || text[1] == '\0' || strlen(text) > RESOURCE_ID_BYTES) {
        return sw_fail(err, SW_E_INPUT, "'%.200s' is no resource id like /part/name/part/name",
                       text);
    }
    if (!is_clean(text, "a resource id", err)) {
        return false;
    }
    if (strpbrk(text, "?#%\\") != NULL) {
        return sw_fail(err, SW_E_INPUT, "'%.200s' has a character that no resource id holds", text);
    }
    for (const char *part = text + 1;;) {
        size_t length = strcspn(part, "/");

        if (length == 0 || (length == 1 && part[0] == '.') ||
            (length == 2 && part[0] == '.' && part[1] == '.')) {
            return sw_fail(err, SW_E_INPUT, "'%.200s' has an empty part, '.' or '..'", text);
        }
        if (part[length] == '\0') {
            return true;
        }
        part += length + 1;
    }
}

bool sw_checked_text(enum sw_type_kind kind, const char *text, struct sw_error *err)
{
    if (kind == SW_T_PATH) {
        return check_path(text, err);
    }
    if (kind == SW_T_WIN_PATH) {
        return check_win_path(text, err);
    }
    if (kind == SW_T_UNC_PATH) {
        return check_unc_path(text, err);
    }
    if (kind == SW_T_HOST) {
        return check_host(text, err);
    }
    if (kind == SW_T_URL) {
        return check_url(text, err);
    }
    if (kind == SW_T_GUID) {
        return check_guid(text, err);
    }
    return check_resource_id(text, err);
}
