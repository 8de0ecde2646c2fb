/* Keys in the order of their tables. */
#include "lang/fmt_parts.h"

#include "base/text.h"

struct keys sw_fmt_inside(const struct keys *keys, const char *name)
{
    const struct sw_key *key = NULL;

    if (keys->table == NULL) {
        return (struct keys){0};
    }
    if (keys->is_named) {
        return (struct keys){.table = keys->table};
    }
    key = sw_key_find(keys->table, name);
    if (key == NULL || key->inside == NULL) {
        return (struct keys){0};
    }
    return (struct keys){.table = key->inside,
                         .is_named = key->form == SW_FORM_NAMED || key->form == SW_FORM_NEXT};
}

static size_t rank_of(const struct sw_key_table *table, const char *name)
{
    for (size_t i = 0; table->keys[i].name != NULL; i++) {
        if (sw_text_is(table->keys[i].name, name)) {
            return i + 1;
        }
    }
    return 0;
}

const size_t *sw_fmt_order(struct sw_arena *arena, const struct sw_node *map,
                           const struct keys *keys)
{
    size_t *order = sw_alloc_array(arena, map->count + 1, sizeof *order);
    size_t *ranks = sw_alloc_array(arena, map->count + 1, sizeof *ranks);

    for (size_t i = 0; i < map->count; i++) {
        size_t at = i;

        if (keys->table != NULL && !keys->is_named) {
            ranks[i] = rank_of(keys->table, map->keys[i]->text);
            ranks[i] = ranks[i] == 0 && i > 0 ? ranks[i - 1] : ranks[i];
        }
        while (at > 0 && ranks[order[at - 1]] > ranks[i]) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    return order;
}
