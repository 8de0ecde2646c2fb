#include "world/clock.h"

#include "base/arena.h"
#include "base/error.h"

#include <stdlib.h>

void sw_clock_init(struct sw_clock *clock, int64_t start_ns)
{
    *clock = (struct sw_clock){.now_ns = start_ns};
}

void sw_clock_release(struct sw_clock *clock)
{
    free(clock->heap);
    *clock = (struct sw_clock){.now_ns = clock->now_ns};
}

static bool is_before(const struct sw_happening *a, const struct sw_happening *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

static void swap(struct sw_happening *a, struct sw_happening *b)
{
    struct sw_happening kept = *a;

    *a = *b;
    *b = kept;
}

void sw_clock_at(struct sw_clock *clock, int64_t at_ns, sw_happening_fn fn, void *context,
                 uint64_t argument)
{
    size_t at = clock->count;

    sw_require(fn != NULL);
    if (clock->count == clock->capacity) {
        clock->capacity = clock->capacity == 0 ? 16 : clock->capacity * 2;
        clock->heap = sw_heap_again(clock->heap, clock->capacity * sizeof *clock->heap);
    }
    clock->heap[clock->count++] = (struct sw_happening){
        .at_ns = at_ns,
        .order = clock->next_order++,
        .fn = fn,
        .context = context,
        .argument = argument,
    };
    while (at > 0 && is_before(&clock->heap[at], &clock->heap[(at - 1) / 2])) {
        swap(&clock->heap[at], &clock->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static struct sw_happening take_first(struct sw_clock *clock)
{
    struct sw_happening first = clock->heap[0];
    size_t at = 0;

    clock->heap[0] = clock->heap[--clock->count];
    for (;;) {
        size_t least = at;

        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < clock->count; child++) {
            if (is_before(&clock->heap[child], &clock->heap[least])) {
                least = child;
            }
        }
        if (least == at) {
            return first;
        }
        swap(&clock->heap[at], &clock->heap[least]);
        at = least;
    }
}

void sw_clock_advance(struct sw_clock *clock, int64_t to_ns)
{
    while (clock->count > 0 && clock->heap[0].at_ns <= to_ns) {
        struct sw_happening next = take_first(clock);

        /* One that was scheduled too late happens now: time never runs backwards. */
        if (next.at_ns > clock->now_ns) {
            clock->now_ns = next.at_ns;
        }
        next.fn(next.context, clock->now_ns, next.argument);
    }
    if (to_ns > clock->now_ns) {
        clock->now_ns = to_ns;
    }
}

/* SplitMix64: spreads any seed, also 0, over the whole state (Vigna, prng.di.unimi.it). */
static uint64_t spread(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void sw_random_init(struct sw_random *random, uint64_t seed)
{
    for (size_t i = 0; i < SW_COUNT(random->state); i++) {
        random->state[i] = spread(&seed);
    }
}

static uint64_t turn(uint64_t x, unsigned by)
{
    return (x << by) | (x >> (64 - by));
}

/* xoshiro256** 1.0 (Blackman and Vigna, prng.di.unimi.it). */
uint64_t sw_random_next(struct sw_random *random)
{
    uint64_t *s = random->state;
    uint64_t result = turn(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = turn(s[3], 45);
    return result;
}

uint64_t sw_random_below(struct sw_random *random, uint64_t below)
{
    uint64_t uneven;
    uint64_t drawn;

    if (below == 0) {
        return 0;
    }
    /* The first 2^64 mod below numbers would come once too often. */
    uneven = (0 - below) % below;
    do {
        drawn = sw_random_next(random);
    } while (drawn < uneven);
    return drawn % below;
}
