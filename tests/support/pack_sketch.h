#pragma once
/**
 * @file The vocabulary of the two sketches of the language (tests/data/lang/sketch-*.yaml), with
 * nothing behind it: whole runbooks of both scenarios must load and be proven, whatever the packs
 * of stdlib/ have so far.
 */
#include "sdk/pack.h"

extern const struct sw_registry sketch_registry;
