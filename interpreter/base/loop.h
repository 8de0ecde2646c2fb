#pragma once
/**
 * @file The one place in which this process waits: for files, for the end of a child, for a moment,
 * or for a signal that asks it to end. It sleeps until one of them comes and looks at nothing
 * meanwhile, so each is told at once, and a long wait costs nothing.
 *
 * Only the store, which can be told of no event, naps by itself (engine/store/sql.c); and a
 * question at the terminal is read where it is asked.
 */
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SW_BREAKER_SIGNALS 4

/**
 * Who may break off a wait before its time.
 *
 * The signals are held back (blocked) by whoever made this, all the time: between two waits they
 * stay pending, and none is lost. One that is not blocked at the moment does what it does by
 * itself.
 */
struct sw_breaker {
    int signals[SW_BREAKER_SIGNALS]; /**< the rest 0 */
    /** Is it over? Asked when a wait begins and when one of the signals has come. It takes each
     * that is pending (sigtimedwait), or the wait would never sleep. */
    bool (*is_over)(void *context);
    void *context;
};

enum sw_woken {
    SW_WOKEN_OVER,  /**< the breaker says so; goes before all else */
    SW_WOKEN_READY, /**< something can be done with a file; revents tells */
    SW_WOKEN_ENDED, /**< the child has ended, and no file is ready */
    SW_WOKEN_TIME,  /**< it is that late, and nothing came */
};

struct sw_wait {
    const struct sw_breaker *breaker; /**< NULL: nobody breaks it off */
    int64_t until_ns;                 /**< by sw_boot_ns(); INT64_MAX: without end */
    /** POLLIN and POLLOUT are told, in POLLIN the end of what can be read, too; fd < 0: left out */
    struct pollfd *files;
    size_t file_count;
    pid_t child;    /**< one of ours; 0: none. While it lives SIGCHLD is not ignored */
    bool has_ended; /**< the child has, with this status, and is reaped */
    int status;
};

/** Nanoseconds since the machine was started, its sleep included; setting the clock changes none.
 */
int64_t sw_boot_ns(void);

/** Dispositions and mask of all signals are afterwards as they were before. */
enum sw_woken sw_wait(struct sw_wait *wait);
