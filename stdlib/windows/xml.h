#pragma once
/**
 * @file A small tree over expat for what peers send: no DTD, hence no entities of their own, and
 * bounds on depth, nodes and bytes. Names are namespace URI plus local name; prefixes are gone.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

struct sw_xml_attribute {
    const char *uri; /**< "" for an attribute without prefix */
    const char *name;
    const char *value;
};

/** An element, or (name == NULL) a piece of text. */
struct sw_xml {
    const char *uri; /**< "" when the element is in no namespace */
    const char *name;
    const char *text; /**< of a text node */
    const struct sw_xml_attribute *attributes;
    size_t attribute_count;
    const struct sw_xml *parent, *first, *next;
};

/**
 * Read one document.
 *
 * @errors SW_E_PROTOCOL with the line (not well-formed, or a DTD); SW_E_LIMIT (depth 64, 100,000
 * nodes, SW_LIMIT_REPLY_BYTES)
 */
bool sw_xml_read(struct sw_arena *arena, const char *text, size_t length,
                 const struct sw_xml **ret_root, struct sw_error *err);

bool sw_xml_is(const struct sw_xml *node, const char *uri, const char *name);

/** First child element of that name; NULL-safe, so that paths can be followed. */
const struct sw_xml *sw_xml_child(const struct sw_xml *node, const char *uri, const char *name);
/** Next sibling element of the same name. */
const struct sw_xml *sw_xml_again(const struct sw_xml *node);
/** First element of that name at any depth below (document order). */
const struct sw_xml *sw_xml_find(const struct sw_xml *node, const char *uri, const char *name);

/** Attribute without namespace; NULL when absent. */
const char *sw_xml_attribute(const struct sw_xml *node, const char *name);

/** All text below a node, in document order; NULL for a NULL node. */
const char *sw_xml_text(struct sw_arena *arena, const struct sw_xml *node);
/** The same without white space at both ends. */
const char *sw_xml_word(struct sw_arena *arena, const struct sw_xml *node);

/**
 * Append text as XML character data, also right within an attribute in double quotes.
 *
 * XML 1.0 can't hold most control characters, surrogates and U+FFFE/F, escaped or not: they are
 * refused rather than dropped, or the far end would act on another text than the one approved.
 *
 * @errors SW_E_INPUT (also for bytes that are no UTF-8)
 */
bool sw_xml_add_text(struct sw_buf *buf, const char *text, struct sw_error *err);
