#include "stdlib/filesync/access_entries.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

#define EVERYONE_SID "S-1-1-0"
#define ENDS ":;[]"

static bool is_same_word(const struct sw_value *a, const struct sw_value *b, const char *key)
{
    return sw_text_is_folded(sw_as_text(sw_get(a, key)), sw_as_text(sw_get(b, key)));
}

bool sw_entry_is_of_same(const struct sw_value *a, const struct sw_value *b)
{
    const char *sid_a = sw_as_text(sw_get(a, "sid"));
    const char *sid_b = sw_as_text(sw_get(b, "sid"));

    if (sid_a != NULL && sid_b != NULL) {
        return sw_text_is_folded(sid_a, sid_b);
    }
    return sw_as_text(sw_get(a, "account")) != NULL && is_same_word(a, b, "account");
}

bool sw_entry_is_among(const struct sw_value *entries, const struct sw_value *entry)
{
    for (size_t i = 0; i < sw_list_count(entries); i++) {
        const struct sw_value *at = sw_list_at(entries, i);

        bool is_same = sw_entry_is_of_same(at, entry) || is_same_word(at, entry, "account");

        if (is_same && is_same_word(at, entry, "type") && is_same_word(at, entry, "right")) {
            return true;
        }
    }
    return false;
}

bool sw_entry_shuts_out(const struct sw_value *entry)
{
    return sw_text_is_folded(sw_as_text(sw_get(entry, "sid")), EVERYONE_SID) &&
           sw_text_is_folded(sw_as_text(sw_get(entry, "type")), "Deny") &&
           sw_text_is_folded(sw_as_text(sw_get(entry, "right")), "Full");
}

static const char *scope_of(const struct sw_value *share)
{
    const char *scope = sw_as_text(sw_get(share, "scope"));

    return scope == NULL || *scope == '\0' ? "*" : scope;
}

bool sw_share_is_same(const struct sw_value *a, const struct sw_value *b)
{
    return is_same_word(a, b, "name") && sw_text_is_folded(scope_of(a), scope_of(b));
}

static bool is_plain(const char *text)
{
    return text == NULL || (text[strcspn(text, ENDS)] == '\0' && text[0] != ' ' && *text != '\0' &&
                            text[strlen(text) - 1] != ' ');
}

static const char *or_nothing(const char *text)
{
    return text == NULL ? "" : text;
}

static bool add_entries(struct sw_buf *buf, const struct sw_value *share)
{
    const struct sw_value *access = sw_get(share, "access");
    const char *name = sw_as_text(sw_get(share, "name"));
    const char *scope = scope_of(share);

    for (size_t i = 0; i < sw_list_count(access); i++) {
        const struct sw_value *entry = sw_list_at(access, i);
        const char *account = sw_as_text(sw_get(entry, "account"));
        const char *sid = sw_as_text(sw_get(entry, "sid"));

        if (name == NULL || account == NULL || !is_plain(name) || !is_plain(scope) ||
            !is_plain(account) || !is_plain(sid)) {
            return false;
        }
        sw_buf_addf(buf, "%s%s%s%s: %s %s %s", buf->length == 0 ? "" : "; ",
                    sw_text_is(scope, "*") ? "" : scope, sw_text_is(scope, "*") ? "" : "\\", name,
                    or_nothing(sw_as_text(sw_get(entry, "type"))),
                    or_nothing(sw_as_text(sw_get(entry, "right"))), account);
        if (sid != NULL) {
            sw_buf_addf(buf, " [%s]", sid);
        }
    }
    return true;
}

const struct sw_value *sw_entries_text(struct sw_arena *arena, const struct sw_value *shares)
{
    struct sw_buf buf;
    bool is_fine = true;

    sw_buf_init(&buf, SW_LIMIT_REPLY_BYTES);
    for (size_t i = 0; i < sw_list_count(shares) && is_fine; i++) {
        is_fine = add_entries(&buf, sw_list_at(shares, i));
    }
    const struct sw_value *text =
        is_fine && !buf.is_over
            ? sw_text_n(arena, buf.length == 0 ? "" : buf.bytes, buf.length)
            : sw_null(arena, "the name of a share or an account holds one of : ; [ ]");
    sw_buf_release(&buf);
    return text;
}

/* ---- back ---- */

static const char *trimmed(struct sw_arena *arena, const char *text, size_t length)
{
    while (length > 0 && strchr(" \t\r\n", text[0]) != NULL) {
        text++;
        length--;
    }
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL) {
        length--;
    }
    return sw_copy(arena, text, length);
}

/* One of the words at the beginning, and the blank behind it. @return NULL: none of them */
static const char *take_word(const char *const *words, const char **at)
{
    for (; *words != NULL; words++) {
        size_t length = strlen(*words);

        if (strncmp(*at, *words, length) == 0 && (*at)[length] == ' ') {
            *at += length + 1;
            return *words;
        }
    }
    return NULL;
}

static const struct sw_value *read_entry(struct sw_arena *arena, const char *text)
{
    static const char *const types[] = {"Allow", "Deny", NULL};
    static const char *const rights[] = {"Full", "Change", "Read", "Custom", NULL};
    const char *colon = strchr(text, ':');
    struct sw_builder row = sw_map_begin(arena);

    if (colon == NULL || colon[1] != ' ') {
        return NULL;
    }
    const char *share = trimmed(arena, text, (size_t)(colon - text));
    const char *backslash = strchr(share, '\\');
    const char *at = colon + 2;
    const char *type = take_word(types, &at);
    const char *right = type == NULL ? NULL : take_word(rights, &at);
    size_t length = strcspn(at, "[");
    const char *account = trimmed(arena, at, length);
    const char *sid = NULL;

    if (at[length] == '[') {
        size_t inner = strcspn(at + length + 1, "]");

        sid = sw_copy(arena, at + length + 1, inner);
        if (at[length + 1 + inner] != ']' || at[length + 2 + inner] != '\0') {
            return NULL;
        }
    }
    const char *name = backslash == NULL ? share : backslash + 1;
    const char *scope =
        backslash == NULL ? "*" : sw_copy(arena, share, (size_t)(backslash - share));
    if (right == NULL || !is_plain(name) || !is_plain(scope) || !is_plain(account) ||
        !is_plain(sid)) {
        return NULL;
    }
    sw_map_put_text(&row, "name", name);
    sw_map_put_text(&row, "scope", scope);
    sw_map_put_text(&row, "account", account);
    sw_map_put_text(&row, "sid", sid);
    sw_map_put_text(&row, "type", type);
    sw_map_put_text(&row, "right", right);
    return sw_built(&row);
}

bool sw_entries_read(struct sw_arena *arena, const char *text, const struct sw_value **ret_rows,
                     struct sw_error *err)
{
    struct sw_builder rows = sw_list_begin(arena);

    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, ";");
        const char *entry = trimmed(arena, at, length);
        const struct sw_value *row = *entry == '\0' ? NULL : read_entry(arena, entry);

        if (*entry != '\0' && row == NULL) {
            return sw_fail(err, SW_E_INPUT,
                           "the saved entry '%.200s' is not understood: expected is what the "
                           "output `saved` says, such as 'Team: Allow Change CONTOSO\\Users "
                           "[S-1-5-...]'",
                           entry);
        }
        if (row != NULL) {
            sw_list_add(&rows, row);
        }
        at += length + (at[length] == ';' ? 1 : 0);
    }
    *ret_rows = sw_built(&rows);
    return true;
}
