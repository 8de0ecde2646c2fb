#pragma once
/**
 * @file Fuzz input as HTTP replies: a line with the status, lines `name: value`, an empty line, the
 * body; a line `----` ends a reply. Behind the last one, replies are lost. `@ID@` in a body stands
 * for the MessageID of the request, which no fuzzer would guess.
 */
#include "sdk/transport.h"

#include <stdint.h>

struct replies {
    struct sw_arena *arena;
    const char *text;
    size_t length, at;
};

/** The next reply, each part in a copy of its own. @return false: there is none left */
bool replies_next(struct replies *replies, struct sw_reply *ret_reply);

/** Talk until its end or until there are no replies left: those are lost. @return the last turn */
enum sw_turn replies_talk(struct replies *replies, struct sw_talk *talk, struct sw_error *err);
