#pragma once
/**
 * @file The second line of defence for secrets. The first is that no code can print one; this one
 * is for peers and programs that say one back, in an error text or a page: what comes in is
 * searched for every form in which a secret that was used may stand there, and masked before
 * anything else sees it.
 *
 * Forms: as it is; base64 and base64url at the three alignments, of the bytes and of their UTF-16LE
 * form (a command for another shell); hex; percent-encoded once and twice, as a form too; with the
 * escapes of XML, HTML and JSON, whichever characters a writer escapes and in whichever of their
 * spellings; with quotes doubled; UTF-16LE. Hex digits of escapes count in either case, and all
 * forms also broken by line ends.
 *
 * @source ../tests/data/injection, secret-forms
 */
#include "base/arena.h"

#define SW_REDACT_SECRETS 64 /**< kept; past it the oldest goes */
#define SW_REDACT_LEAST 8    /**< bytes; a shorter text would mask what is no secret */

struct sw_redact;

struct sw_redact *sw_redact_new(void);
void sw_redact_free(struct sw_redact *redact); /**< wipes what it knew; NULL is fine */

/** Know one secret more; copied. One that is known, or too short, changes nothing. */
void sw_redact_learn(struct sw_redact *redact, const char *secret) SW_NONNULL;

/**
 * The bytes with `*` over each byte of a secret: lengths and what stands around it stay.
 *
 * @return `bytes` itself where there is nothing to mask, else a copy in the arena, NUL-ended
 */
const char *sw_redact_mask(const struct sw_redact *redact, struct sw_arena *arena,
                           const char *bytes, size_t length);
