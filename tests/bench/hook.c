/* bench_hook PROGRAM: a thousand calls of a hook, each a process started, run and reaped. */
#include "hook/host.h"

#include "base/text.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

enum { CALLS = 1000 };

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static long peak_kib(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

int main(int argc, char **argv)
{
    struct sw_hook_host host = {.program = argc > 1 ? argv[1] : "stepwise-hook"};
    struct sw_arena *arena = sw_arena_new();
    double least = 1e9;
    double began = now_ms();
    long first = 0;

    for (int i = 0; i < CALLS; i++) {
        struct sw_builder request = sw_map_begin(arena);
        struct sw_hook_said said = {.outcome = SW_HOOK_GARBLED};
        struct sw_error err = {0};
        double from = now_ms();

        sw_map_put_text(&request, "phase", "check");
        sw_map_put_text(&request, "file", "x.lua");
        sw_map_put_text(&request, "source", "return { check = function(ctx) return true end }");
        if (!sw_hook_run(&host, sw_built(&request), arena, &said, &err) ||
            said.outcome != SW_HOOK_OK) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        double took = now_ms() - from;

        least = took < least ? took : least;
        sw_arena_reset(arena);
        first = i == 10 ? peak_kib() : first;
    }
    printf("a hook call:         %.2f ms, %.2f ms over %d calls, %ld KiB grown (3 ms, none)\n",
           least, (now_ms() - began) / CALLS, CALLS, peak_kib() - first);
    sw_arena_free(arena);
    return 0;
}
