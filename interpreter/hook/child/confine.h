#pragma once
/**
 * @file Take everything from this process but memory, a processor for two seconds, and one socket.
 * Nothing here can be given back: not by us, and not by whoever takes the interpreter over.
 */
#include <stdbool.h>

/** The one file that stays open, to read the request from and to write the answer to. */
#define SW_CHILD_SOCKET 0

/* @source measured over the hostile scripts of tests/data/hostile-lua */
#define SW_CHILD_CPU_S 2u
#define SW_CHILD_SPACE_BYTES (256u * 1024u * 1024u) /**< addresses, code and libraries included */
#define SW_CHILD_HEAP_BYTES (64u * 1024u * 1024u)   /**< what a script may hold */

/** @return NULL, or what could not be taken: then nothing may run here */
const char *sw_child_confine(void);
