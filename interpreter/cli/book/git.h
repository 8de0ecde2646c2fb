#pragma once
/** @file What git knows of a file: its text in a revision, and where a checkout stands. git is a
 * child process, started without a shell, that is only asked. */
#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Split "REV:FILE". A word that is the name of a file is a file, whatever it looks like.
 *
 * @return false: it is no revision of a file
 */
bool sw_git_split(struct sw_arena *arena, const char *word, const char **ret_revision,
                  const char **ret_path);

/**
 * The bytes of a file in a revision; the path is seen from here, else from the top of the checkout.
 *
 * @errors SW_E_INPUT: the revision begins with `-`; SW_E_NOT_FOUND with git's own words; SW_E_IO:
 * git cannot be started
 */
bool sw_git_read(struct sw_arena *arena, const char *revision, const char *path,
                 const char **ret_bytes, size_t *ret_length, struct sw_error *err);

/** Where the checkout around a file stands. */
struct sw_git_place {
    const char *commit; /**< its full name */
    bool is_dirty;      /**< a file of `paths` that lies in a checkout is not as it was committed */
};

/**
 * @param paths files that must be as committed for the place not to be dirty, NULL-ended; the first
 * one tells the checkout
 * @return false: no checkout, no commit yet, or no git; then nobody knows
 */
bool sw_git_place(struct sw_arena *arena, const char *const *paths, struct sw_git_place *ret_place);
