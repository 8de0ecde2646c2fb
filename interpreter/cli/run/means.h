#pragma once
/** @file What the codecs of logins may have done for them: signing, random numbers, and the files
 * by which a machine proves who uses it. */
#include "sdk/grant.h"

/** @param target settings of the target, borrowed @errors SW_E_IO: no random numbers */
bool sw_means_make(int64_t now_ns, const struct sw_value *target, struct sw_arena *arena,
                   struct sw_grant_means *ret, struct sw_error *err);

/**
 * Read the file that a challenge names: in its folder, no link, a plain file of root's or of the
 * folder's owner, not writable by all, as is the folder.
 *
 * @errors SW_E_DENIED: one of these is not so, or this process may not read it: it says who may
 */
bool sw_means_answer(const struct sw_grant_challenge *challenge, struct sw_arena *arena,
                     const char **ret_text, struct sw_error *err);
