#pragma once
/** @file Step texts that the tests of the engine share, and how they look at an end. */
#include "support/engine_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SHUT "  - { id: shut, do: store.close, target: house, if_lapsed: { next: shut, max: 3 } }\n"
#define COPIED                                                                                     \
    "  - id: copied\n    wait: store.copied\n    target: house\n    timeout: 10h\n"                \
    "    poll: { every: 1m, factor: 1, max: 1m, jitter: 0% }\n"                                    \
    "    next: { clean: burn, some_left: stop, timeout: stop }\n"                                  \
    "    if_lapsed: { next: shut, max: 3 }\n"
#define BURN                                                                                       \
    "  - id: burn\n    do: store.burn\n    target: house\n"                                        \
    "    edge: { approve: { by: keepers, people: 1, good_for: 4h } }\n    next: done\n"
#define ENDS "  - { id: stop, end: stopped, rollback: true }\n  - { id: done, end: done }\n"
#define RETIRE SHUT COPIED BURN ENDS

#define assert_ended(bench, wanted, code)                                                          \
    do {                                                                                           \
        const struct sw_command *end_ = bench_go(bench);                                           \
        if (end_->kind != SW_COMMAND_ENDED) {                                                      \
            fail_msg("not ended, but: %s", end_->said);                                            \
        }                                                                                          \
        if (strcmp(end_->word, wanted) != 0 || end_->exit_code != (code)) {                        \
            fail_msg("ended as %s, %d: %s", end_->word, end_->exit_code, end_->said);              \
        }                                                                                          \
    } while (0)

#define assert_parked(bench, code, part)                                                           \
    do {                                                                                           \
        const struct sw_command *parked_ = bench_go(bench);                                        \
        if (parked_->kind != SW_COMMAND_PARKED) {                                                  \
            fail_msg("not parked, but %d: %s", (int)parked_->kind, parked_->said);                 \
        }                                                                                          \
        if (strstr(parked_->said, part) == NULL || parked_->exit_code != (code)) {                 \
            fail_msg("parked with %d: %s", parked_->exit_code, parked_->said);                     \
        }                                                                                          \
    } while (0)

#define assert_asks(bench, wanted)                                                                 \
    do {                                                                                           \
        const struct sw_command *ask_ = bench_go(bench);                                           \
        if (ask_->kind != SW_COMMAND_ASK || ask_->question->kind != (wanted)) {                    \
            fail_msg("does not ask, but %d: %s", (int)ask_->kind, ask_->said);                     \
        }                                                                                          \
    } while (0)
