#include "stdlib/windows/xml.h"

#include "base/limits.h"
#include "base/text.h"

#include <expat.h>
#include <string.h>

/* A character that no URI and no name can hold stands between both in expat's joined names. */
#define SEPARATOR '\x1f'

struct reading {
    XML_Parser parser;
    struct sw_arena *arena;
    struct sw_xml *root;
    struct sw_xml *open[SW_LIMIT_DEPTH]; /* from the root down to the innermost open element */
    struct sw_xml *last[SW_LIMIT_DEPTH]; /* newest child of each */
    struct sw_buf *text;                 /* character data comes in pieces */
    size_t depth, nodes;
    enum sw_code code;
    const char *wrong;
};

static void stop(struct reading *r, enum sw_code code, const char *wrong)
{
    if (r->wrong == NULL) {
        r->code = code;
        r->wrong = wrong;
        XML_StopParser(r->parser, XML_FALSE);
    }
}

static void split_name(struct sw_arena *arena, const char *joined, const char **ret_uri,
                       const char **ret_name)
{
    const char *cut = strchr(joined, SEPARATOR);

    *ret_uri = cut == NULL ? "" : sw_copy(arena, joined, (size_t)(cut - joined));
    *ret_name = sw_copy_text(arena, cut == NULL ? joined : cut + 1);
}

static struct sw_xml *add_node(struct reading *r)
{
    struct sw_xml *node = sw_alloc(r->arena, sizeof *node);

    if (++r->nodes > SW_LIMIT_NODES) {
        stop(r, SW_E_LIMIT, "too many elements");
    }
    if (r->depth > 0) {
        size_t top = r->depth - 1;
        node->parent = r->open[top];
        if (r->last[top] == NULL) {
            r->open[top]->first = node;
        } else {
            r->last[top]->next = node;
        }
        r->last[top] = node;
    }
    return node;
}

static void flush_text(struct reading *r)
{
    if (r->text->length > 0 && r->depth > 0) {
        add_node(r)->text = sw_copy(r->arena, r->text->bytes, r->text->length);
    }
    sw_buf_clear(r->text);
}

static void XMLCALL on_start(void *context, const XML_Char *name, const XML_Char **pairs)
{
    struct reading *r = context;
    size_t count = 0;

    flush_text(r);
    if (r->depth >= SW_LIMIT_DEPTH) {
        stop(r, SW_E_LIMIT, "nested too deep");
        return;
    }
    struct sw_xml *node = add_node(r);
    split_name(r->arena, name, &node->uri, &node->name);
    while (pairs[2 * count] != NULL) {
        count++;
    }
    if (count > 0) {
        struct sw_xml_attribute *attributes = sw_alloc_array(r->arena, count, sizeof *attributes);
        for (size_t i = 0; i < count; i++) {
            split_name(r->arena, pairs[2 * i], &attributes[i].uri, &attributes[i].name);
            attributes[i].value = sw_copy_text(r->arena, pairs[2 * i + 1]);
        }
        node->attributes = attributes;
        node->attribute_count = count;
    }
    if (r->root == NULL) {
        r->root = node;
    }
    r->open[r->depth] = node;
    r->last[r->depth++] = NULL;
}

static void XMLCALL on_end(void *context, const XML_Char *name)
{
    struct reading *r = context;

    (void)name;
    flush_text(r);
    if (r->depth > 0) {
        r->depth--;
    }
}

static void XMLCALL on_text(void *context, const XML_Char *text, int length)
{
    struct reading *r = context;

    sw_buf_add(r->text, text, (size_t)length);
    if (r->text->is_over) {
        stop(r, SW_E_LIMIT, "too much text");
    }
}

static void XMLCALL on_doctype(void *context, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int has_internal_subset)
{
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    stop(context, SW_E_PROTOCOL, "a document type is not allowed");
}

bool sw_xml_read(struct sw_arena *arena, const char *text, size_t length,
                 const struct sw_xml **ret_root, struct sw_error *err)
{
    if (length > SW_LIMIT_REPLY_BYTES) {
        return sw_fail(err, SW_E_LIMIT, "XML of %zu bytes; %u are allowed", length,
                       SW_LIMIT_REPLY_BYTES);
    }
    SW_CLEANUP(sw_buf_release) struct sw_buf piece;
    sw_buf_init(&piece, SW_LIMIT_REPLY_BYTES);
    struct reading r = {.arena = arena, .text = &piece};

    r.parser = XML_ParserCreateNS(NULL, SEPARATOR);
    sw_require(r.parser != NULL); /* out of memory, as for our own allocations */
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);

    enum XML_Status status = XML_Parse(r.parser, text, (int)length, XML_TRUE);
    bool is_bad = status != XML_STATUS_OK || r.wrong != NULL || r.root == NULL;
    /* expat counts lines only when asked, by reading everything once more. */
    unsigned long line = is_bad ? (unsigned long)XML_GetCurrentLineNumber(r.parser) : 0;
    const char *wrong = r.wrong != NULL ? r.wrong : XML_ErrorString(XML_GetErrorCode(r.parser));
    XML_ParserFree(r.parser);
    if (is_bad) {
        return sw_fail(err, r.wrong != NULL ? r.code : SW_E_PROTOCOL, "XML, line %lu: %s", line,
                       wrong == NULL ? "no element" : wrong);
    }
    *ret_root = r.root;
    return true;
}

bool sw_xml_is(const struct sw_xml *node, const char *uri, const char *name)
{
    return node != NULL && node->name != NULL && sw_text_is(node->name, name) &&
           sw_text_is(node->uri, uri);
}

static const struct sw_xml *first_of(const struct sw_xml *node, const char *uri, const char *name)
{
    while (node != NULL && !sw_xml_is(node, uri, name)) {
        node = node->next;
    }
    return node;
}

const struct sw_xml *sw_xml_child(const struct sw_xml *node, const char *uri, const char *name)
{
    return node == NULL ? NULL : first_of(node->first, uri, name);
}

const struct sw_xml *sw_xml_again(const struct sw_xml *node)
{
    return first_of(node->next, node->uri, node->name);
}

/* The node that follows in document order inside `root`; NULL behind the last one. */
static const struct sw_xml *following(const struct sw_xml *root, const struct sw_xml *node)
{
    if (node->first != NULL) {
        return node->first;
    }
    while (node != root && node->next == NULL) {
        node = node->parent;
    }
    return node == root ? NULL : node->next;
}

const struct sw_xml *sw_xml_find(const struct sw_xml *node, const char *uri, const char *name)
{
    if (node == NULL) {
        return NULL;
    }
    for (const struct sw_xml *at = following(node, node); at != NULL; at = following(node, at)) {
        if (sw_xml_is(at, uri, name)) {
            return at;
        }
    }
    return NULL;
}

const char *sw_xml_attribute(const struct sw_xml *node, const char *name)
{
    for (size_t i = 0; node != NULL && i < node->attribute_count; i++) {
        if (node->attributes[i].uri[0] == '\0' && sw_text_is(node->attributes[i].name, name)) {
            return node->attributes[i].value;
        }
    }
    return NULL;
}

const char *sw_xml_text(struct sw_arena *arena, const struct sw_xml *node)
{
    if (node == NULL) {
        return NULL;
    }
    if (node->first != NULL && node->first->name == NULL && node->first->next == NULL) {
        return node->first->text; /* one piece of text only: the usual case, no copy */
    }
    SW_CLEANUP(sw_buf_release) struct sw_buf all;
    sw_buf_init(&all, SW_LIMIT_REPLY_BYTES);
    for (const struct sw_xml *at = following(node, node); at != NULL; at = following(node, at)) {
        if (at->name == NULL) {
            sw_buf_add_text(&all, at->text);
        }
    }
    return sw_copy(arena, all.bytes, all.length);
}

const char *sw_xml_word(struct sw_arena *arena, const struct sw_xml *node)
{
    const char *text = sw_xml_text(arena, node);

    if (text == NULL) {
        return NULL;
    }
    text += strspn(text, " \t\r\n");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL) {
        length--;
    }
    return sw_copy(arena, text, length);
}

/* https://www.w3.org/TR/xml/#charsets */
static bool is_xml_char(uint32_t point)
{
    return point == 0x9 || point == 0xA || point == 0xD || (point >= 0x20 && point <= 0xD7FF) ||
           (point >= 0xE000 && point <= 0xFFFD) || (point >= 0x10000 && point <= 0x10FFFF);
}

bool sw_xml_add_text(struct sw_buf *buf, const char *text, struct sw_error *err)
{
    size_t length = strlen(text);
    size_t at = 0;

    while (at < length) {
        size_t plain = sw_text_plain(text + at, length - at);
        if (plain > 0) {
            sw_buf_add(buf, text + at, plain);
            at += plain;
            continue;
        }
        uint32_t point = 0;
        size_t width = sw_utf8_decode(text + at, length - at, &point);
        if (width == 0) {
            return sw_fail(err, SW_E_INPUT, "byte %zu of a text is no UTF-8", at);
        }
        if (!is_xml_char(point)) {
            return sw_fail(err, SW_E_INPUT, "XML can't hold the character U+%04X", (unsigned)point);
        }
        if (point == '<') {
            sw_buf_add_text(buf, "&lt;");
        } else if (point == '>') {
            sw_buf_add_text(buf, "&gt;");
        } else if (point == '&') {
            sw_buf_add_text(buf, "&amp;");
        } else if (point == '"') {
            sw_buf_add_text(buf, "&quot;");
        } else if (point == '\t' || point == '\n' || point == '\r') {
            sw_buf_addf(buf, "&#%u;", (unsigned)point); /* readers would make spaces of them */
        } else {
            sw_buf_add(buf, text + at, width);
        }
        at += width;
    }
    return true;
}
