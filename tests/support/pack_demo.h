#pragma once
/**
 * @file A vocabulary for tests that need no stdlib: retire a warehouse shelf. Close the shelf, copy
 * it, wait for the copy, settle what is left over, burn the shelf. Neutral names, the shape of a
 * real pack: outcomes, evidence that rests on evidence, listings, an action that cannot be undone.
 *
 * Its probes can't run: no test of the language needs them to.
 */
#include "sdk/pack.h"

extern const struct sw_pack demo_pack;
extern const struct sw_registry demo_registry;
