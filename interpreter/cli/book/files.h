#pragma once
/** @file The files of a command line: named ones, and those below a folder, told apart by their
 * first key. */
#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum sw_file_kind {
    SW_FILE_RUNBOOK, /**< `stepwise:` */
    SW_FILE_SITE,    /**< `site:` */
    SW_FILE_WORLD,   /**< `world:` */
    SW_FILE_TEST,    /**< `test:` */
    SW_FILE_OTHER,   /**< none of these keys stands at the top */
};

/** By the first of our keys that begins a line. */
enum sw_file_kind sw_file_kind_of(const char *text);

/** "runbook", "site file", ... */
const char *sw_file_kind_name(enum sw_file_kind kind);

struct sw_file_list {
    const char **paths;
    bool *is_named; /**< on the command line, not found in a folder */
    size_t count;
};

/**
 * Put folders' files in the place of folders: all *.yaml and *.yml below, in order of their names.
 * What begins with a dot is left out, links to folders are not followed.
 *
 * @errors SW_E_IO: a folder cannot be read; SW_E_LIMIT: more than SW_LIMIT_FILES or too deep
 */
bool sw_file_list_read(const char *const *words, size_t count, struct sw_arena *arena,
                       struct sw_file_list *ret_list, struct sw_error *err);
