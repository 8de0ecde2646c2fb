#pragma once
/** @file Secrets in what a hook sends: put in at the last moment, and known nowhere before. */
#include "cli/site/site.h"
#include "io/redact.h"

/**
 * Put secrets of the site file in the place of their handles, `{{secret:NAME}}`. Which of them a
 * hook may name was judged before (cli/run/hook.c).
 *
 * @param redact learns them, so that no answer shows one
 * @errors SW_E_UNREACHABLE: one cannot be read, and nothing has left
 */
bool sw_hook_fill(const struct sw_site *site, struct sw_redact *redact, const char *text,
                  struct sw_arena *arena, const char **ret_text, struct sw_error *err);
