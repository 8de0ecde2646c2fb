#pragma once
/** @file Files from the command line: runbooks, checked; world files, as values; parameters, typed.
 */
#include "cli/book/find.h"
#include "lang/runbook.h"
#include "ui/caret.h"
#include "world/world.h"

/** A runbook or world file with what was found in it; lives in `arena`. */
struct sw_loaded {
    struct sw_arena *arena;
    struct sw_source source;
    struct sw_diags *diags;
    struct sw_runbook *runbook; /**< NULL: it has errors, or is no runbook */
    struct sw_bundle *bundle;   /**< of a runbook: all its files; NULL for others */
};

/**
 * Load and check; findings are in the result.
 *
 * @param libraries folders of other runbooks (cli/book/find.h), NULL-ended; or NULL
 * @errors SW_E_IO, SW_E_LIMIT: the file cannot be read
 */
bool sw_load_runbook(const char *path, const char *const *libraries, struct sw_loaded *ret_loaded,
                     struct sw_error *err);
/** The same from bytes that were read already. */
void sw_load_runbook_bytes(const char *path, const char *bytes, size_t length,
                           const char *const *libraries, struct sw_loaded *ret_loaded);
/** The same, whatever the lock beside it says: it is about to be written anew. */
void sw_load_runbook_to_pin(const char *path, const char *bytes, size_t length,
                            const char *const *libraries, struct sw_loaded *ret_loaded);
/** The same of a source that is read already, with another way to find what belongs to it.
 * @param loaded arena, diags and source are set @param finder lives as long as its arena */
void sw_load_runbook_found(struct sw_loaded *loaded, const struct sw_finder *finder);
/** The same from what sw_bundle_write() wrote for a journal: no file is looked at.
 * @errors SW_E_CORRUPT */
bool sw_load_runbook_text(const char *name, const char *text, struct sw_loaded *ret_loaded,
                          struct sw_error *err);
void sw_loaded_release(struct sw_loaded *loaded);

/**
 * Make a world from its file (NULL or "": the default world as it is without a file).
 *
 * @param text what the file held when the run began; NULL: read it now
 * @return false with findings in `loaded->diags`, or with err.code set when it cannot be read
 */
bool sw_load_world(const char *path, const char *text, uint64_t seed, struct sw_loaded *loaded,
                   struct sw_world **ret_world, struct sw_error *err);

/** The first half: what the file says, in `loaded`. The second: a world of it, with rows of trouble
 * added (or NULL). */
bool sw_read_world(const char *path, const char *text, struct sw_loaded *loaded,
                   const struct sw_value **ret_config, struct sw_error *err);
bool sw_make_world(const struct sw_value *config, const struct sw_value *trouble, uint64_t seed,
                   struct sw_loaded *loaded, struct sw_world **ret_world);

/** A tree of YAML as values: each scalar is a text, each value has its place. */
const struct sw_value *sw_node_value(struct sw_arena *arena, const struct sw_node *node);

/**
 * Bind a runbook's parameters: flags over environment (STEPWISE_PARAM_name) over what the world
 * suggests over defaults; typed and checked against min, max, values and pattern.
 *
 * @param flags NULL-ended list of "name=value"
 * @errors SW_E_INPUT naming every parameter that is missing, unknown or wrong
 */
bool sw_bind_params(const struct sw_runbook *runbook, const char *const *flags,
                    const struct sw_value *suggested, struct sw_arena *arena,
                    const struct sw_value **ret_params, struct sw_error *err);

/** Bind targets by kind to what the world offers. @errors SW_E_INPUT */
bool sw_bind_targets(const struct sw_runbook *runbook, const struct sw_world *world,
                     struct sw_arena *arena, const struct sw_target **ret_targets,
                     struct sw_error *err);

/** The sources that findings may stand in, in its arena. */
struct sw_sources sw_loaded_sources(const struct sw_loaded *loaded);

/** Does a terminal that knows colours read this descriptor? NO_COLOR and TERM=dumb say no. */
bool sw_wants_colors(int file);

/** Print the findings to standard error. */
void sw_print_findings(const struct sw_loaded *loaded);
