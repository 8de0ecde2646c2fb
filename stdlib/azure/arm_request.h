#pragma once
/** @file What leaves for the resource manager: URLs that can't point elsewhere, and headers. */
#include "sdk/transport.h"

/** Is the call one of ours, and is a changing method allowed? @errors SW_E_INTERNAL */
bool sw_arm_call_check(const struct sw_call *call, bool is_act, struct sw_error *err);

/**
 * The absolute URL of a call, with the api-version of its provider.
 *
 * @errors SW_E_INTERNAL for an id that sw_arm_id() can't have made, or an unknown provider
 */
bool sw_arm_url(struct sw_arena *arena, const struct sw_target *target, const struct sw_call *call,
                const char **ret_url, struct sw_error *err);

/**
 * May a URL that a peer (or a journal) named be asked with our token? https, the resource
 * manager's host in the target's cloud and no other, printable ASCII, at most SW_LIMIT_URL_BYTES.
 *
 * @errors SW_E_PROTOCOL
 */
bool sw_arm_url_check(const struct sw_target *target, const char *url, struct sw_error *err);

/**
 * Fill talk->out. @param number of the request within the talk: makes the request id differ
 *
 * @errors SW_E_INPUT for a token that is no header text, SW_E_LIMIT for a large body
 */
bool sw_arm_request(struct sw_talk *talk, const char *method, const char *url, unsigned number,
                    struct sw_error *err);

/** Method, URL and body of a call, for a plan. */
const char *sw_arm_preview(const struct sw_target *target, const struct sw_call *call,
                           struct sw_arena *arena);
