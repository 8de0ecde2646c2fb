#pragma once
/** @file Virtual time: a queue of events in order of time, then of insertion; and a seeded random
 * source. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void (*sw_happening_fn)(void *context, int64_t now_ns, uint64_t argument);

struct sw_happening {
    int64_t at_ns;
    uint64_t order;
    sw_happening_fn fn;
    void *context;
    uint64_t argument;
};

struct sw_clock {
    int64_t now_ns;
    struct sw_happening *heap;
    size_t count, capacity;
    uint64_t next_order;
};

void sw_clock_init(struct sw_clock *clock, int64_t start_ns);
void sw_clock_release(struct sw_clock *clock);
/** Schedule; a time in the past happens at the next advance. */
void sw_clock_at(struct sw_clock *clock, int64_t at_ns, sw_happening_fn fn, void *context,
                 uint64_t argument);
/** Run everything due up to `to_ns`, setting now to each happening's time, then to `to_ns`. */
void sw_clock_advance(struct sw_clock *clock, int64_t to_ns);

/** xoshiro-like small generator; same seed, same sequence everywhere. */
struct sw_random {
    uint64_t state[4];
};
void sw_random_init(struct sw_random *random, uint64_t seed);
uint64_t sw_random_next(struct sw_random *random);
/** Uniform in [0, below); 0 for below == 0. */
uint64_t sw_random_below(struct sw_random *random, uint64_t below);
