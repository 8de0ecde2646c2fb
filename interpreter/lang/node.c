#include "lang/node.h"

#include <string.h>

struct sw_node *sw_node_get(const struct sw_node *map, const char *key)
{
    if (map == NULL || map->kind != SW_NODE_MAP) {
        return NULL;
    }

    size_t length = strlen(key);

    for (size_t i = 0; i < map->count; i++) {
        const struct sw_node *at = map->keys[i];

        if (at->length == length && at->text != NULL && memcmp(at->text, key, length) == 0) {
            return map->items[i];
        }
    }
    return NULL;
}
