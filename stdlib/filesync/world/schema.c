/* The key tables of a world file as JSON Schema. */
#include "sdk/schema.h"
#include "base/text.h"
#include "stdlib/filesync/world/reader.h"
#include "stdlib/filesync/world/world_filesync.h"
#include "world/web.h"

static const struct sw_value *pair(struct sw_arena *arena, const char *key,
                                   const struct sw_value *value)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put(&map, key, value);
    return sw_built(&map);
}

static const struct sw_value *form_schema(struct sw_arena *arena, enum sw_fs_form form)
{
    static const char *const flags[] = {"on", "off", "yes", "no", NULL};

    switch (form) {
    case SW_FS_FORM_TEXT:
    case SW_FS_FORM_PATH:
        return sw_schema_text(arena, NULL);
    case SW_FS_FORM_TIME:
        return sw_schema_type(arena, &sw_type_time);
    case SW_FS_FORM_SPAN:
        return sw_schema_type(arena, &sw_type_duration);
    case SW_FS_FORM_LASTS:
        return sw_schema_either(arena, sw_schema_type(arena, &sw_type_duration),
                                pair(arena, "const", sw_text(arena, "forever")));
    case SW_FS_FORM_SIZE:
        return sw_schema_type(arena, &sw_type_size);
    case SW_FS_FORM_COUNT:
        return sw_schema_type(arena, &sw_type_int);
    case SW_FS_FORM_CODE:
        return sw_schema_either(arena, sw_schema_type(arena, &sw_type_int),
                                sw_schema_text(arena, "^(-?[0-9]+|0x[0-9A-Fa-f]+)$"));
    case SW_FS_FORM_FLAG:
        return sw_schema_either(arena, sw_schema_type(arena, &sw_type_bool),
                                sw_schema_words(arena, flags));
    case SW_FS_FORM_ANCHOR:
        return sw_schema_text(
            arena, "^(never|((start|block|vss|delete|tiering|recall|detect)[+-])?-?[0-9].*)$");
    case SW_FS_FORM_OTHER:
        break;
    }
    struct sw_builder any = sw_map_begin(arena); /* read by a function of its own */

    return sw_built(&any);
}

/* A map by its table. `sections` are put in the place of keys that are read elsewhere. */
static const struct sw_value *keys_schema(struct sw_arena *arena, const struct sw_fs_key *keys,
                                          const struct sw_value *sections, bool is_top)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder properties = sw_map_begin(arena);
    struct sw_builder required = sw_list_begin(arena);

    for (; keys->name != NULL; keys++) {
        const struct sw_value *schema = sw_get(sections, keys->name);
        bool has_preset = keys->preset != NULL && keys->preset[0] != '\0';

        schema = schema == NULL ? form_schema(arena, keys->form) : schema;
        sw_map_put(
            &properties, keys->name,
            sw_schema_about(arena, schema,
                            has_preset ? sw_format(arena, "Left out: %s.", keys->preset) : NULL));
        if (keys->preset == NULL && !is_top) {
            sw_list_add(&required, sw_text(arena, keys->name));
        }
    }
    if (is_top) {
        sw_list_add(&required, sw_text(arena, "world"));
    }
    sw_map_put_text(&map, "type", "object");
    sw_map_put(&map, "properties", sw_built(&properties));
    sw_map_put(&map, "required", sw_built(&required));
    sw_map_put(&map, "additionalProperties", sw_bool(false));
    return sw_built(&map);
}

const struct sw_value *sw_fs_config_schema(struct sw_arena *arena)
{
    const struct sw_fs_part *parts = sw_fs_config_parts(arena);
    struct sw_builder sections = sw_map_begin(arena);
    struct sw_builder troubles = sw_list_begin(arena);

    for (const struct sw_fs_part *part = parts + 1; part->name != NULL; part++) {
        struct sw_builder what = sw_map_begin(arena);

        sw_map_put(&what, "what", pair(arena, "const", sw_text(arena, part->name)));
        const struct sw_value *schema =
            keys_schema(arena, part->keys, part->is_trouble ? sw_built(&what) : NULL, false);

        if (part->is_trouble) {
            sw_list_add(&troubles, schema);
        } else if (sw_text_is(part->name, "never_synced")) {
            sw_map_put(&sections, part->name,
                       sw_schema_list(
                           arena, sw_schema_either(arena, sw_schema_text(arena, NULL), schema)));
        } else {
            sw_map_put(&sections, part->name,
                       part->is_list ? sw_schema_list(arena, schema) : schema);
        }
    }
    sw_map_put(&sections, "trouble",
               sw_schema_list(arena, pair(arena, "anyOf", sw_built(&troubles))));
    sw_map_put(&sections, "web", sw_web_schema(arena));
    sw_map_put(&sections, "world", pair(arena, "const", sw_text(arena, sw_filesync_world.name)));
    return sw_schema_document(arena, "world", "A model world of stepwise",
                              keys_schema(arena, parts[0].keys, sw_built(&sections), true));
}
