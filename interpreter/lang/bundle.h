#pragma once
/**
 * @file All the files that one runbook is made of: itself, the runbooks it extends and calls, and
 * its hooks. Each is found once, kept whole, and counts into one digest: what was checked, planned
 * and approved is what runs, also years later from the journal alone.
 *
 * lang/ opens no file but through a finder: at the command line it looks on the disk, on resume it
 * gives what the journal kept.
 */
#include "base/buf.h"
#include "base/digest.h"
#include "lang/runbook.h"

enum sw_part_kind { SW_PART_RUNBOOK, SW_PART_HOOK };

struct sw_part {
    enum sw_part_kind kind;
    const char *from;      /**< name of the source that refers to it first; NULL: the root */
    const char *reference; /**< as written there; "" for the root */
    struct sw_source source;
    char digest[SW_SHA256_HEX_BYTES]; /**< of the file's bytes */
};

/** How a reference becomes a file. */
struct sw_finder {
    void *context;
    /**
     * @param from the source that refers
     * @param ret_source in the arena; its name tells files apart: one file, one name
     * @errors SW_E_NOT_FOUND with all the places that were looked at; SW_E_IO, SW_E_LIMIT
     */
    bool (*find)(void *context, const struct sw_source *from, const char *reference,
                 enum sw_part_kind kind, struct sw_arena *arena, struct sw_source *ret_source,
                 struct sw_error *err);
};

struct sw_bundle;
struct sw_hook_reader;

/** Who says what a hook file declares (sdk/hook.h); before loading. NULL: no hook can be used. */
void sw_bundle_use_hooks(struct sw_bundle *bundle, const struct sw_hook_reader *reader);
const struct sw_hook_reader *sw_bundle_hooks(const struct sw_bundle *bundle);

/** @param finder NULL: the runbook stands alone, each reference fails with SW_E_NOT_FOUND */
struct sw_bundle *sw_bundle_new(struct sw_arena *arena, const struct sw_source *root,
                                const struct sw_finder *finder);

/** The part behind a reference, found on first use. @return NULL: `err` says why */
const struct sw_part *sw_bundle_part(struct sw_bundle *bundle, const struct sw_source *from,
                                     const char *reference, enum sw_part_kind kind,
                                     struct sw_error *err);

/** Parts in the order they were found; the root is number 0. */
size_t sw_bundle_count(const struct sw_bundle *bundle);
const struct sw_part *sw_bundle_at(const struct sw_bundle *bundle, size_t index);

/**
 * The bundle as one text that holds every part and who refers to it how: what a journal keeps. A
 * runbook that stands alone is written as it is. @errors SW_E_LIMIT
 */
bool sw_bundle_write(const struct sw_bundle *bundle, struct sw_buf *out, struct sw_error *err);

/**
 * A bundle from what sw_bundle_write() wrote; it looks up nothing that is not in there.
 *
 * @param name of the root, for a text that is a runbook alone
 * @errors SW_E_CORRUPT
 */
bool sw_bundle_read(struct sw_arena *arena, const char *name, const char *text,
                    struct sw_bundle **ret_bundle, struct sw_error *err);

/** Does it come from sw_bundle_read()? What it says was checked when it was written; what only this
 * machine lacks is no fault of it. */
bool sw_bundle_is_recorded(const struct sw_bundle *bundle);

/** One digest over all parts; of a runbook that stands alone that of its file. */
void sw_bundle_digest(const struct sw_bundle *bundle, char ret_hex[SW_SHA256_HEX_BYTES]);

/**
 * Load and check the runbook at the root with all its parts, as sw_runbook_load() does one that
 * stands alone. Findings stand in the part that is wrong.
 *
 * @return NULL when there was an error (in `diags`)
 */
struct sw_runbook *sw_runbook_load_bundle(struct sw_bundle *bundle,
                                          const struct sw_registry *registry,
                                          struct sw_arena *arena, struct sw_diags *diags);
