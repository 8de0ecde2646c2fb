#include "lang/node.h"

#include "base/text.h"

struct sw_node *sw_node_get(const struct sw_node *map, const char *key)
{
    if (map == NULL || map->kind != SW_NODE_MAP) {
        return NULL;
    }
    for (size_t i = 0; i < map->count; i++) {
        if (sw_text_is(map->keys[i]->text, key)) {
            return map->items[i];
        }
    }
    return NULL;
}
