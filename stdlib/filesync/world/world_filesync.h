#pragma once
/** @file The model world of this pack: `world: filesync` in a world file (see README.md). */
#include "world/world.h"

extern const struct sw_world_kind sw_filesync_world;
