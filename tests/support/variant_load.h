#pragma once
/** @file Load a variant of tests/data/lang/shelf.yaml: what the tests of lang/variant*.c do. */
#include "lang/bundle.h"
#include "support/demo_load.h"

/** Files that exist beside shelf.yaml. */
struct shelf_file {
    const char *name, *text;
};

/**
 * Load `text` as "variant.yaml". `shelf` finds tests/data/lang/shelf.yaml, any other reference one
 * of `files` (ends with a NULL name; or NULL).
 */
struct loaded *variant_load(const char *text, const struct shelf_file *files);

/** Head of a variant of the shelf, with `rows` behind `change:` (each line "  - { ... }\n"). */
struct loaded *variant_with(const char *rows);

/** Index of a step in the loaded runbook; fails where there is none. */
const struct sw_step *variant_step(const struct loaded *loaded, const char *id);

/** Does the step lead to that other one on an outcome or choice? */
bool leads(const struct loaded *loaded, const char *id, const char *outcome, const char *to);
