#pragma once
/** @file What goes over the socket between the engine's side and a hook's process: one request, one
 * answer, each JSON behind its length in four bytes, the highest first. */
#include "base/buf.h"
#include "base/error.h"
#include "sdk/value.h"

#include <stdint.h>

#define SW_HOOK_REQUEST_BYTES (4u * 1024u * 1024u)
#define SW_HOOK_ANSWER_BYTES (64u * 1024u)
#define SW_HOOK_HEAD_BYTES 4u

/** How a call of a hook ended. Everything but OK and ASKS says nothing about the world. */
enum sw_hook_outcome {
    SW_HOOK_OK,            /**< body: what it gave back */
    SW_HOOK_ASKS,          /**< body: the request whose answer it needs to go on */
    SW_HOOK_ERROR,         /**< body: text */
    SW_HOOK_OUT_OF_TIME,   /**< too many instructions, or over its time on a processor or a clock */
    SW_HOOK_OUT_OF_MEMORY, /**< more than it may hold */
    SW_HOOK_OUT_OF_ROOM,   /**< it would say more than SW_HOOK_ANSWER_BYTES */
    SW_HOOK_KILLED,        /**< it did what it may not, or fell over */
    SW_HOOK_GARBLED,       /**< what came is no answer */
};

struct sw_hook_said {
    enum sw_hook_outcome outcome;
    const struct sw_value *body; /**< map, or NULL */
    int signal;                  /**< KILLED: which */
};

/** Stable word: "ok", "asks", "error", "limit-cpu", "limit-mem", "limit-out", "killed",
 * "protocol-error". */
const char *sw_hook_outcome_name(enum sw_hook_outcome outcome);

/** Write a request with its length in front. @errors SW_E_LIMIT */
bool sw_hook_pack(const struct sw_value *request, struct sw_buf *out, struct sw_error *err);

/** Read the bytes of an answer (without the length). What cannot be read is GARBLED. */
struct sw_hook_said sw_hook_unpack(const char *bytes, size_t length, struct sw_arena *arena);

/**
 * A value as a hook sees it: durations in ms and sizes in bytes as numbers, times and versions as
 * text, and {"$unknown": why} for null, for unknown and for secrets, so that reading one is an
 * error and never false or 0.
 */
const struct sw_value *sw_hook_plain(const struct sw_value *value, struct sw_arena *arena);
