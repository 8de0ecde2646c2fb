#include "sdk/pack.h"

#include "base/text.h"

#include <string.h>

const struct sw_action *sw_registry_action(const struct sw_registry *registry, const char *name)
{
    for (size_t p = 0; registry->packs[p] != NULL; p++) {
        const struct sw_action *const *actions = registry->packs[p]->actions;

        for (size_t i = 0; actions != NULL && actions[i] != NULL; i++) {
            if (sw_text_is(actions[i]->name, name)) {
                return actions[i];
            }
        }
    }
    return NULL;
}

const struct sw_evidence *sw_registry_evidence(const struct sw_registry *registry, const char *name)
{
    for (size_t p = 0; registry->packs[p] != NULL; p++) {
        const struct sw_evidence *const *rows = registry->packs[p]->evidence;

        for (size_t i = 0; rows != NULL && rows[i] != NULL; i++) {
            if (sw_text_is(rows[i]->name, name)) {
                return rows[i];
            }
        }
    }
    return NULL;
}

const struct sw_target_kind *sw_registry_target_kind(const struct sw_registry *registry,
                                                     const char *name)
{
    for (size_t p = 0; registry->packs[p] != NULL; p++) {
        const struct sw_target_kind *const *kinds = registry->packs[p]->target_kinds;

        for (size_t i = 0; kinds != NULL && kinds[i] != NULL; i++) {
            if (sw_text_is(kinds[i]->name, name)) {
                return kinds[i];
            }
        }
    }
    return NULL;
}

struct names {
    struct sw_arena *arena;
    const char **rows;
    size_t count;
    size_t capacity;
};

static void add_name(struct names *names, const char *name)
{
    names->rows =
        sw_grow(names->arena, names->rows, names->count, &names->capacity, sizeof *names->rows);
    names->rows[names->count++] = name;
}

const char *const *sw_registry_action_names(const struct sw_registry *registry,
                                            struct sw_arena *arena, size_t *ret_count)
{
    struct names names = {.arena = arena};

    for (size_t p = 0; registry->packs[p] != NULL; p++) {
        const struct sw_action *const *actions = registry->packs[p]->actions;

        for (size_t i = 0; actions != NULL && actions[i] != NULL; i++) {
            add_name(&names, actions[i]->name);
        }
    }
    *ret_count = names.count;
    return names.rows;
}

const char *const *sw_registry_target_kind_names(const struct sw_registry *registry,
                                                 struct sw_arena *arena, size_t *ret_count)
{
    struct names names = {.arena = arena};

    for (size_t p = 0; registry->packs[p] != NULL; p++) {
        const struct sw_target_kind *const *kinds = registry->packs[p]->target_kinds;

        for (size_t i = 0; kinds != NULL && kinds[i] != NULL; i++) {
            add_name(&names, kinds[i]->name);
        }
    }
    *ret_count = names.count;
    return names.rows;
}
