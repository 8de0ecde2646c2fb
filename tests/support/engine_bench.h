#pragma once
/**
 * @file A bench for runs: a runbook text over engine_pack.h, a house that answers as scripted, a
 * virtual clock, a store in memory that can fail at a commit. One behaviour is one short test.
 *
 * Without a script the house is well behaved: a write happens and its probe then says so, evidence
 * holds, waits end clean, nothing is left over.
 */
#include "base/buf.h"
#include "engine/run.h"
#include "support/demo_load.h"

#include <stdio.h>

enum { BENCH_TARGETS = 4, BENCH_SCRIPTS = 128, BENCH_DONE = 32 };

/** What the house gives to one question or write, once. */
struct bench_reply {
    const char *op;
    const char *json; /**< NULL: none comes, `code` says why */
    enum sw_code code;
    bool may_have_acted;
    bool acts;          /**< a write takes effect although its reply fails */
    const char *follow; /**< accepted: look there */
    int64_t after_ms;
    int64_t retry_after_ms;
    bool is_for_ever; /**< also for all further times */
    bool is_used;
};

struct bench_store {
    struct sw_store base; /**< first: is what the engine holds */
    struct sw_store *inner;
    int fail_at;     /**< number of the commit that fails from now, 1 the next; 0: none */
    bool is_applied; /**< the failing one was applied all the same */
    bool is_dead;
    int commits;
};

struct bench {
    struct loaded *book;
    struct sw_arena *arena;
    struct bench_store store;
    struct sw_lease lease;
    struct sw_run *run;
    struct sw_target targets[BENCH_TARGETS];
    const struct sw_value *params;
    int64_t now;
    struct bench_reply replies[BENCH_SCRIPTS];
    size_t reply_count;
    const char *done[BENCH_DONE]; /**< what stands as wanted in the house */
    struct sw_buf log;            /**< questions and writes that were sent: "close close! close " */
    struct sw_buf records;        /**< "run facts locks ... enter:shut leave:shut=ok ... " */
    struct sw_buf notes;
    const struct sw_command *command;
    char answer_text[65536];
    size_t commands;
};

#define BENCH_START INT64_C(1795392000000000000) /* a Monday, 2026-11-23T00:00:00Z */

/** A runbook of this head (one fact, the subject) and these steps. */
struct bench *bench_new(const char *steps);
/** The whole text; `params` may be NULL. */
struct bench *bench_open(const char *text, const struct sw_value *params);
void bench_free_at(struct bench **bench);

/** The house gives this reply to the next question or write of that op (in order of the calls). */
void bench_says(struct bench *bench, const char *op, const char *json);
void bench_says_always(struct bench *bench, const char *op, const char *json);
void bench_fails(struct bench *bench, const char *op, enum sw_code code);
void bench_fails_always(struct bench *bench, const char *op, enum sw_code code);
void bench_reply(struct bench *bench, struct bench_reply reply);
/** From now on the scripts for this op count no more. */
void bench_forget(struct bench *bench, const char *op);

/** Go on until the run asks, parks or ends, or until a call of this op is to be carried (NULL: no
 * such); time passes as it wishes. */
const struct sw_command *bench_go(struct bench *bench);
const struct sw_command *bench_until(struct bench *bench, const char *op);
/** Carry the call that bench_until() stopped at. */
void bench_carry(struct bench *bench);
/** Let the house act on it, but lose the reply with the process. */
void bench_lose(struct bench *bench);

/** The process dies and another one goes on; the store works again.
 * @return false when there is nothing to go on with: the run is over */
bool bench_restart(struct bench *bench);

/** Answer as somebody who types what is asked and gives a reason. @return was it taken? */
bool bench_answer(struct bench *bench, const char *choice, const char *by);
void bench_pass(struct bench *bench, int64_t ms);

/** How often a word stands in the log. */
int bench_count(const struct bench *bench, const char *op);
bool bench_recorded(const struct bench *bench, const char *part);
bool bench_is_done(const struct bench *bench, const char *name);
void bench_set_done(struct bench *bench, const char *name, bool is_done);
