#pragma once
/**
 * @file Text from anywhere, made harmless for where it is shown. What is invisible or turns text
 * around (sw_utf8_is_deceptive) is shown by its number, such as [U+202E]; line breaks stay.
 */
#include "base/buf.h"

/** For a terminal: no control sequences. Tabs stay. */
void sw_plain_add(struct sw_buf *out, const char *text);

/** For HTML, as text or inside a quoted attribute. */
void sw_html_add(struct sw_buf *out, const char *text);

/** For a line of Markdown (GitHub's and GitLab's too): no markup, no HTML, no link, no mention
 * comes out of it; a line break becomes `<br>`. @pre not behind a backslash */
void sw_md_add(struct sw_buf *out, const char *text);

/** A span of code in Markdown; "" becomes (empty). Line breaks become blanks. */
void sw_md_add_code(struct sw_buf *out, const char *text);

/** A block of code in Markdown, lines and all, with a fence that the text does not hold. */
void sw_md_add_block(struct sw_buf *out, const char *text);
