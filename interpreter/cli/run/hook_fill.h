#pragma once
/**
 * @file Secrets in what a hook sends: put in at the last moment, and known nowhere before.
 *
 * The place where a handle stands decides its form, so that a secret stays one value there whatever
 * it holds: within a text of JSON with JSON's escapes, in a form and in a URL percent-encoded, in
 * XML with its references, in a header and in any other body as it is. A body is JSON when its type
 * says so or when it reads as an object or a list.
 */
#include "cli/site/site.h"
#include "io/redact.h"

/**
 * Put secrets of the site file in the place of their handles (sdk/hook.h) in URL, header values and
 * body. Which of them a hook may name was judged before (cli/run/hook.c).
 *
 * @param redact learns them, so that no answer shows one
 * @errors SW_E_INPUT: one is not there, cannot be read, or cannot stand where it should; nothing
 * has left, and asking again does not help
 */
bool sw_hook_fill(const struct sw_site *site, struct sw_redact *redact, struct sw_request *request,
                  struct sw_arena *arena, struct sw_error *err);
