#pragma once
/**
 * @file A hook: a team's own Lua file as one more action. The engine plans, journals, settles and
 * undoes it like any other; what it asks for goes through channels, against the grants it declares.
 *
 * Nothing of Lua is known here. A phase of a hook is one look of kind SW_HOOK_KIND, whose `op` is
 * the phase: who carries it runs the hook in a process of its own, answers what it reads, and
 * brings back what it says. A write that it wants is never made meanwhile: it comes back as `next`,
 * and the engine journals it before it goes out as an act of the same kind.
 */
#include "sdk/action.h"

#define SW_HOOK_KIND "hook"
/** Of an act: send one request that a hook asked for. */
#define SW_HOOK_SEND "send"
/** Of a look: what `apply` would send first. Nothing is sent. */
#define SW_HOOK_PREVIEW "preview"

/** A hook has no secret in its hands, but a handle: `{{secret:NAME}}`, which the transport alone
 * puts the secret in for. */
#define SW_HOOK_SECRET "{{secret:"
/** Does a handle begin here? @param ret_name of its secret @return its bytes; 0: no */
size_t sw_hook_handle(const char *at, struct sw_arena *arena, const char **ret_name);

struct sw_hook_grant {
    const char *channel; /**< "http", "dns", ..., or "secret" */
    const char *what;    /**< a pattern: `*` stands for any text */
};

struct sw_hook {
    const char *file; /**< as people know it */
    const char *source;
    size_t length;
    const char *digest; /**< SHA-256 hex of it */
    const char *about;
    const struct sw_hook_grant *grants;
    size_t grant_count;
    const char *const *yields; /**< evidence that the file offers to attest, NULL-ended */
    bool has_plan;
    const char *called_at; /**< "FILE:LINE" of the runbook */
};

/** May it ask for this? Texts are compared exactly, but for `*`. */
bool sw_hook_is_granted(const struct sw_hook *hook, const char *channel, const char *what);
/** Does `text` fit `pattern`, in which `*` stands for any text? */
bool sw_hook_fits(const char *pattern, const char *text);

/** Turns what a hook file says of itself into an action. */
struct sw_hook_reader {
    void *context;
    /** @param ret_said map: about, effect, inputs, outputs, grants, yields, has
     * @errors SW_E_INPUT: "FILE:LINE: why"; SW_E_NOT_FOUND, SW_E_IO: it cannot be run here */
    bool (*describe)(void *context, const char *file, const char *source, size_t length,
                     struct sw_arena *arena, const struct sw_value **ret_said,
                     struct sw_error *err);
    /** A channel's own check of a grant. @errors SW_E_INPUT, a sentence */
    bool (*check_grant)(void *context, const struct sw_hook_grant *grant, struct sw_error *err);
};

/** What a hook asks for, understood by a channel: in words that grants use, and in bytes. */
struct sw_hook_request {
    const char *summary;       /**< "GET https://x/y", "server Get-Thing" */
    const char *text;          /**< the whole of it for people, without secrets */
    bool is_write;             /**< may change something */
    bool is_repeatable;        /**< doing it twice is doing it once */
    const char *target;        /**< the runbook's target that it goes to; NULL: `request` */
    struct sw_call call;       /**< to that target */
    struct sw_request request; /**< to a host of its own */
};

/** A way out of a hook. */
struct sw_channel {
    const char *name;
    const char *doc;
    /** @errors SW_E_INPUT: nothing that this channel can ask for, and why */
    bool (*read)(const struct sw_value *what, struct sw_arena *arena,
                 struct sw_hook_request *ret_request, struct sw_error *err);
    /** What the hook gets to see of a reply to `request`; NULL: this channel speaks to targets. */
    bool (*take)(const struct sw_hook_request *request, const struct sw_reply *reply,
                 struct sw_arena *arena, const struct sw_value **ret_answer, struct sw_error *err);
    bool (*check_grant)(const char *what, struct sw_error *err);
};

/* The phases as probes; their view has a hook. */

/** `check`: READ: DONE with its outputs, or BLOCKED when it says no. Else ALREADY or NEEDED; in a
 * preview it sees `would`: a list of {does, request}. UNCLEAR when it cannot be told. */
enum sw_verdict sw_hook_check(struct sw_probe *probe);
/** `apply`, with all answers so far: NEEDED and it sees `next`, the write that it wants now;
 * ALREADY when it has ended. Both see `state` and `known`. */
enum sw_verdict sw_hook_apply(struct sw_probe *probe);
/** `undo`, the same way. */
enum sw_verdict sw_hook_undo(struct sw_probe *probe);
/** `check` as the re-reading of the evidence that the hook attests. */
enum sw_verdict sw_hook_reread(struct sw_probe *probe);

/** The action of a hook: inputs, outputs and yields are those of the file; the caller sets them. */
struct sw_action sw_hook_action(const struct sw_hook *hook, enum sw_effect effect);
