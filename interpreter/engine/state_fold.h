#pragma once
/** @file What the files that fold records share. Internal to engine/state*.c. */
#include "engine/state.h"

/* Members of a record, copied into the state; NULL, 0 and false where they are absent. */
const char *sw_body_text(const struct sw_state *state, const struct sw_value *body,
                         const char *key);
int64_t sw_body_int(const struct sw_value *body, const char *key);
bool sw_body_bool(const struct sw_value *body, const char *key);
const struct sw_value *sw_body_value(const struct sw_state *state, const struct sw_value *body,
                                     const char *key);
/** The step that a record is about. @errors SW_E_CORRUPT */
bool sw_body_step(const struct sw_state *state, const struct sw_value *body, size_t *ret_step,
                  struct sw_error *err);

/** How often an arrow was taken, to be counted. */
int *sw_state_count(const struct sw_state *state, size_t step, const char *outcome);

/* state_call.c */
bool sw_fold_call(struct sw_state *state, const struct sw_value *body, struct sw_error *err);
bool sw_fold_return(struct sw_state *state, const struct sw_value *body, struct sw_error *err);
void sw_fold_facts(struct sw_state *state, const struct sw_value *body);
