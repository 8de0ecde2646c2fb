#pragma once
/** @file Whole files: read with a limit, written so that a crash leaves the old or the new. */
#include "base/buf.h"
#include "base/error.h"

/** Append the file's bytes to `buf` (whose limit holds). "-" reads standard input.
 * @errors SW_E_NOT_FOUND; SW_E_IO; SW_E_LIMIT when it is larger */
bool sw_file_read(const char *path, struct sw_buf *buf, struct sw_error *err) SW_NONNULL;

/** Write beside, fsync, rename, fsync the folder. @param mode e.g. 0600 @errors SW_E_IO */
bool sw_file_write(const char *path, const void *bytes, size_t length, unsigned mode,
                   struct sw_error *err);

/** Create a folder and its parents, mode 0700 for those that it creates. @errors SW_E_IO */
bool sw_folder_make(const char *path, struct sw_error *err) SW_NONNULL;
