#pragma once
/** @file Names of files: folder, joining, and the one real name behind links. No word of what is in
 * them. */
#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

/** The folder part without its last slash: "." for "a.yaml" and "-", "/" for "/a". */
const char *sw_path_folder(struct sw_arena *arena, const char *path);

/**
 * `name` as seen from `folder`, with `.` and `..` taken out where that can be done by the text
 * alone: ("a/b", "../c") is "a/c". An absolute name stays.
 */
const char *sw_path_join(struct sw_arena *arena, const char *folder, const char *name);

/** The name without links, `.` and `..`; the file must be there. @errors SW_E_NOT_FOUND; SW_E_IO */
bool sw_path_real(struct sw_arena *arena, const char *path, const char **ret_real,
                  struct sw_error *err);

/** Is `path` this folder or in it? Both real names. */
bool sw_path_is_below(const char *path, const char *folder);
