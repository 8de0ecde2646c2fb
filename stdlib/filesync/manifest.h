#pragma once
/**
 * @file Two sorted lists of files, compared as they stream by: nothing is kept but counters, one
 * digest and a bounded sample.
 *
 * A list is text, one line an entry: `KIND BYTES TICKS PATH\n`. KIND is
 *   f a file · t a file whose content is in the cloud only (tiered) · x left out for its name ·
 *   e encrypted · r another reparse point · a a file with more streams than its content, or with
 *   more than one name ·
 *   u what could not be read (a folder, or a name that no line can hold).
 * BYTES is the length, also of a stub; TICKS the time of the last change, 100 ns since 1601 UTC, as
 * NTFS and the share both keep it; PATH is relative, with '\'.
 *
 * Order: folder by folder. Names are compared by code points, upper-cased as below, and an entry of
 * a folder comes with all that lies in it before the next name. Both sides sort by this very rule;
 * a list that breaks it is refused, for a merge over it would see differences where none are.
 *
 * Case: NTFS and the share both keep the case of a name and find it without. Each has its own table
 * for that; the rule here knows ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic. A name that
 * differs in the case of other letters only counts as missing on one side and as more on the other:
 * a difference too many, never one too few.
 *
 * KEEP IN STEP: the order in scripts/manifest.ps1.
 */
#include "base/digest.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sw_manifest_line {
    char kind;
    int64_t bytes, ticks;
    const char *path; /**< not NUL-ended */
    size_t path_length;
};

/** @return < 0, 0, > 0; 0 is the same file for both sides */
int sw_manifest_order(const char *a, size_t a_length, const char *b, size_t b_length);

/** Is `path` below the folder? By the same rule; not the folder itself. */
bool sw_manifest_is_below(const char *path, size_t path_length, const char *folder,
                          size_t folder_length);

/** "2026-11-20T19:00:00.1234567Z" to ticks; years 1601 to 9999. @return false: no such time */
bool sw_manifest_ticks(const char *text, int64_t *ret_ticks);
/** Ticks as time in ns since 1970. @return false: outside of what that can hold */
bool sw_manifest_time_ns(int64_t ticks, int64_t *ret_ns);

enum sw_manifest_class {
    SW_MANIFEST_SAME,
    SW_MANIFEST_MISSING,    /**< the share does not have it */
    SW_MANIFEST_NEWER,      /**< other, and the server's is the newer one */
    SW_MANIFEST_SIZE,       /**< same time, other length */
    SW_MANIFEST_OLDER,      /**< other, and the share's is the newer one */
    SW_MANIFEST_ONLY_SHARE, /**< the server does not have it */
    SW_MANIFEST_LEFT_OUT,   /**< sync never uploads it, or not all of it */
    SW_MANIFEST_UNREADABLE,
    SW_MANIFEST_CLASSES
};

/** "missing in the share", ... */
const char *sw_manifest_class_text(enum sw_manifest_class class);

struct sw_manifest_tally {
    int64_t files[SW_MANIFEST_CLASSES], bytes[SW_MANIFEST_CLASSES];
    int64_t tiered, tiered_bytes;     /**< of the server's, in whatever class */
    int64_t newest_ticks;             /**< of what only the server has: MISSING to SIZE, LEFT_OUT */
    char digest[SW_SHA256_HEX_BYTES]; /**< chained over all that is not SAME; "" at first */
};

/** Called for each entry that is not SAME, in order. @param server, share NULL: has none */
typedef void sw_manifest_differs_fn(void *context, enum sw_manifest_class class,
                                    const struct sw_manifest_line *server,
                                    const struct sw_manifest_line *share);

/** One side's part of the comparison. */
struct sw_manifest_part {
    const char *text;
    size_t length;
    const char *through; /**< all entries up to here are in it; NULL: all there are */
};

/**
 * Compare the entries behind `after` that both parts cover, and add them to the tally.
 *
 * @param after "" for the beginning
 * @param ret_through up to here both were compared: the next `after`; borrowed from the parts;
 * NULL: to the end
 * @errors SW_E_PROTOCOL: a line that is none, or one out of order
 */
bool sw_manifest_compare(const char *after, const struct sw_manifest_part *server,
                         const struct sw_manifest_part *share, sw_manifest_differs_fn *differs,
                         void *context, struct sw_manifest_tally *tally, const char **ret_through,
                         struct sw_error *err);
