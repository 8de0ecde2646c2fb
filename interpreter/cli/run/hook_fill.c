#include "cli/run/hook_fill.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"
#include "sdk/hook.h"
#include "sdk/json.h"

#include <string.h>

enum place {
    PLACE_TEXT,
    PLACE_HEADER,
    PLACE_PERCENT, /* of a URL, of a form */
    PLACE_JSON,
    PLACE_XML,
};

struct filling {
    const struct sw_site *site;
    struct sw_redact *redact;
    struct sw_arena *arena;
    struct sw_error *err;
};

/* ---- one secret ---- */

static bool read_secret(const struct filling *f, const char *name, const char **ret_value)
{
    const struct sw_site_secret *row = sw_site_secret(f->site, name);

    if (row == NULL) {
        return sw_fail(f->err, SW_E_INPUT,
                       "%s has no secret '%s' for a hook; write it there below `secrets:`",
                       f->site->path, name);
    }
    if (!sw_secret_read(&row->secret, f->arena, ret_value, f->err)) {
        f->err->code = SW_E_INPUT; /* ours to mend: nothing has left, no repetition helps */
        return sw_fail_while(f->err, "the hook's secret '%s' (%s:%u)", name, f->site->path,
                             (unsigned)row->mark.line);
    }
    sw_redact_learn(f->redact, *ret_value);
    return true;
}

static bool is_utf8(const char *text)
{
    uint32_t ignored = 0;
    size_t step = 0;

    for (size_t left = strlen(text); left > 0; left -= step, text += step) {
        step = sw_utf8_decode(text, left, &ignored);
        if (step == 0) {
            return false;
        }
    }
    return true;
}

/** @source RFC 9110, 5.5; XML 1.0, 2.2: of control characters both take the tab only */
static bool has_control(const char *text)
{
    for (; *text != '\0'; text++) {
        if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

static void add_json(struct sw_buf *out, const char *value)
{
    struct sw_buf quoted;

    sw_buf_init(&quoted, SW_LIMIT_FILE_BYTES);
    sw_json_write_text(&quoted, value);
    sw_buf_add(out, quoted.bytes + 1, quoted.length - 2);
    sw_buf_release(&quoted);
}

/** @source RFC 3986, 2.3 */
static void add_percent(struct sw_buf *out, const char *value)
{
    for (; *value != '\0'; value++) {
        if ((*value >= 'a' && *value <= 'z') || (*value >= 'A' && *value <= 'Z') ||
            (*value >= '0' && *value <= '9') || strchr("-._~", *value) != NULL) {
            sw_buf_add_char(out, *value);
        } else {
            sw_buf_addf(out, "%%%02X", (unsigned)(unsigned char)*value);
        }
    }
}

static void add_xml(struct sw_buf *out, const char *value)
{
    static const char special[] = "&<>\"'\t";
    static const char *const words[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#9;"};

    for (; *value != '\0'; value++) {
        const char *at = strchr(special, *value);

        if (at == NULL) {
            sw_buf_add_char(out, *value);
        } else {
            sw_buf_add_text(out, words[at - special]);
        }
    }
}

static bool add_secret(const struct filling *f, enum place place, const char *name,
                       struct sw_buf *out)
{
    const char *value = NULL;

    if (!read_secret(f, name, &value)) {
        return false;
    }
    switch (place) {
    case PLACE_TEXT:
        sw_buf_add_text(out, value);
        return true;
    case PLACE_HEADER:
        sw_buf_add_text(out, value);
        return !has_control(value) ||
               sw_fail(f->err, SW_E_INPUT,
                       "the hook's secret '%s' holds a control character, which no header carries",
                       name);
    case PLACE_PERCENT:
        add_percent(out, value);
        return true;
    case PLACE_JSON:
        add_json(out, value);
        return is_utf8(value) || sw_fail(f->err, SW_E_INPUT,
                                         "the hook's secret '%s' is no UTF-8 text, and JSON "
                                         "carries no other",
                                         name);
    case PLACE_XML:
        add_xml(out, value);
        return (is_utf8(value) && !has_control(value)) ||
               sw_fail(f->err, SW_E_INPUT,
                       "the hook's secret '%s' holds a character that XML cannot carry", name);
    }
    return false;
}

/* ---- a text with handles ---- */

static bool fill_text(const struct filling *f, enum place place, const char **text)
{
    struct sw_buf out;
    bool is_fine = true;
    bool is_quoted = false; /* within a text of JSON */

    if (*text == NULL || strstr(*text, SW_HOOK_SECRET) == NULL) {
        return true;
    }
    sw_buf_init(&out, SW_LIMIT_FILE_BYTES);
    for (const char *at = *text; is_fine && *at != '\0';) {
        const char *name = NULL;
        size_t length = sw_hook_handle(at, f->arena, &name);

        if (length == 0) {
            /* what stands behind a backslash neither begins nor ends a text */
            size_t step = is_quoted && *at == '\\' && at[1] != '\0' ? 2 : 1;

            is_quoted = (*at == '"') != is_quoted;
            sw_buf_add(&out, at, step);
            at += step;
            continue;
        }
        is_fine = place == PLACE_JSON && !is_quoted
                      ? sw_fail(f->err, SW_E_INPUT,
                                "in JSON the secret '%s' has to stand between quotes", name)
                      : add_secret(f, place, name, &out);
        at += length;
    }
    if (is_fine && out.is_over) {
        is_fine = sw_fail(f->err, SW_E_INPUT, "with its secrets a request of a hook is too long");
    }
    *text = is_fine ? sw_copy(f->arena, out.bytes, out.length) : *text;
    sw_buf_release(&out);
    return is_fine;
}

/** Its type without parameters, in lower case; "": it has none. */
static const char *type_of(const struct sw_request *request, struct sw_arena *arena)
{
    const char *type = "";

    for (size_t i = 0; i < request->header_count; i++) {
        if (sw_text_is_folded(request->headers[i].name, "Content-Type")) {
            type = request->headers[i].value;
        }
    }
    type += strspn(type, " \t");
    char *own = sw_copy(arena, type, strcspn(type, "; \t"));

    for (char *at = own; *at != '\0'; at++) {
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at + 'a' - 'A') : *at;
    }
    return own;
}

static enum place place_of_body(const struct sw_request *request, struct sw_arena *arena)
{
    const char *type = type_of(request, arena);
    const struct sw_value *json = NULL;
    struct sw_error ignored = {0};

    if (sw_text_is(type, "application/json") || sw_text_ends(type, "+json")) {
        return PLACE_JSON;
    }
    if (sw_text_is(type, "application/x-www-form-urlencoded")) {
        return PLACE_PERCENT;
    }
    if (sw_text_is(type, "application/xml") || sw_text_is(type, "text/xml") ||
        sw_text_ends(type, "+xml")) {
        return PLACE_XML;
    }
    bool is_json =
        sw_json_read(arena, request->body, strlen(request->body), SW_JSON_PLAIN, &json, &ignored) &&
        (json->kind == SW_V_MAP || json->kind == SW_V_LIST);

    return is_json ? PLACE_JSON : PLACE_TEXT;
}

bool sw_hook_fill(const struct sw_site *site, struct sw_redact *redact, struct sw_request *request,
                  struct sw_arena *arena, struct sw_error *err)
{
    struct filling f = {.site = site, .redact = redact, .arena = arena, .err = err};

    if (!fill_text(&f, PLACE_PERCENT, &request->url)) {
        return false;
    }
    if (request->body != NULL) {
        if (!fill_text(&f, place_of_body(request, arena), &request->body)) {
            return false;
        }
        request->body_length = strlen(request->body);
    }
    for (size_t i = 0; i < request->header_count; i++) {
        if (!fill_text(&f, PLACE_HEADER, &request->headers[i].value)) {
            return false;
        }
    }
    return true;
}
