#pragma once
/**
 * @file How a reference in a runbook becomes a file on this disk.
 *
 * A reference that begins with `./` or `../`, or ends in `.yaml` or `.lua`, is a file as seen from
 * the referring one. Any other is the name of a runbook: NAME.yaml is looked for in each --library
 * folder, those of STEPWISE_LIBRARY (`:` between them), `runbooks/` beside the referring file and
 * in each folder above it, and the installed ones; the first that is there must carry that name.
 *
 * A link that leads out of the folder in which something was found is refused, and so is a file
 * found by climbing that belongs to somebody else than the caller, root or the owner of the
 * referring file: /tmp/runbooks is anybody's.
 */
#include "lang/bundle.h"

/** Among the libraries, "hook:POINT=FILE": what a hook point is bound to, FILE as seen from here.
 */
#define SW_FIND_HOOK "hook:"

struct sw_find {
    const char *const *libraries; /**< NULL-ended, or NULL; and bindings of hook points */
    struct sw_map *real_names;    /**< real name -> the name that it was first found by */
};

/** @param find lives as long as the bundle; empty but for `libraries` */
struct sw_finder sw_find_on_disk(struct sw_find *find);
