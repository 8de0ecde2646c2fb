/* schema: JSON Schema for editors, made from the tables that the loaders read. */
#include "lang/schema.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/site/site.h"
#include "cli/test/file.h"
#include "cli/verb/verbs.h"
#include "cli/wire.h"
#include "sdk/json.h"

#include <stdio.h>

/* ---- tests: the key tables of cli/test/file.c ---- */

static const struct sw_value *pair(struct sw_arena *arena, const char *key,
                                   const struct sw_value *value)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put(&map, key, value);
    return sw_built(&map);
}

static const struct sw_value *test_keys(struct sw_arena *arena, const struct sw_test_key *keys,
                                        const char *required);

/* KEEP IN STEP: the words for forms in cli/test/file.c; one that is not known may be anything. */
static const struct sw_value *test_form(struct sw_arena *arena, const struct sw_test_key *key)
{
    static const char *const ends[] = {"done", "stopped", "failed", "refused", "parked", NULL};
    const struct sw_value *text = sw_schema_text(arena, NULL);
    const struct sw_value *map = pair(arena, "type", sw_text(arena, "object"));

    if (sw_text_is(key->name, "test")) {
        return pair(arena, "const", sw_int(arena, 1));
    }
    if (sw_text_is(key->name, "cases")) {
        return sw_schema_list(arena, test_keys(arena, sw_test_keys_case, "name"));
    }
    if (sw_text_is(key->name, "expect")) {
        return test_keys(arena, sw_test_keys_expect, NULL);
    }
    if (sw_text_is(key->name, "answers")) {
        return sw_schema_map(arena, NULL,
                             sw_schema_either(arena, text, sw_schema_list(arena, text)));
    }
    if (sw_text_is(key->name, "trouble")) {
        return sw_schema_list(arena, map);
    }
    if (sw_text_is(key->name, "end")) {
        return sw_schema_words(arena, ends);
    }
    if (sw_text_is(key->form, "a whole number")) {
        return sw_schema_type(arena, &sw_type_int);
    }
    if (sw_text_is(key->form, "a map")) {
        return map;
    }
    if (sw_text_is(key->form, "a file, or a map")) {
        return sw_schema_either(arena, text, map);
    }
    if (sw_text_begins(key->form, "a list")) {
        return sw_schema_list(arena, text);
    }
    if (sw_text_is(key->form, "a text") || sw_text_is(key->form, "a file") ||
        sw_text_is(key->form, "a step")) {
        return text;
    }
    struct sw_builder any = sw_map_begin(arena);

    return sw_built(&any);
}

static const struct sw_value *test_keys(struct sw_arena *arena, const struct sw_test_key *keys,
                                        const char *required)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder properties = sw_map_begin(arena);
    struct sw_builder list = sw_list_begin(arena);

    for (; keys->name != NULL; keys++) {
        sw_map_put(&properties, keys->name,
                   sw_schema_about(arena, test_form(arena, keys), keys->doc));
    }
    if (required != NULL) {
        sw_list_add(&list, sw_text(arena, required));
    }
    sw_map_put_text(&map, "type", "object");
    sw_map_put(&map, "properties", sw_built(&properties));
    sw_map_put(&map, "patternProperties", pair(arena, "^x-", sw_bool(true)));
    sw_map_put(&map, "additionalProperties", sw_bool(false));
    sw_map_put(&map, "required", sw_built(&list));
    return sw_built(&map);
}

static const struct sw_value *test_schema(struct sw_arena *arena)
{
    return sw_schema_document(arena, "test", "Tests of a runbook of stepwise",
                              test_keys(arena, sw_test_keys_top, "test"));
}

const struct sw_value *sw_schema_named(const char *word, struct sw_arena *arena)
{
    if (sw_text_is(word, "runbook")) {
        return sw_schema_runbook(sw_wire_registry(), arena);
    }
    if (sw_text_is(word, "site")) {
        return sw_site_schema(arena);
    }
    if (sw_text_is(word, "world")) {
        return sw_wire_default_world()->schema(arena);
    }
    return sw_text_is(word, "test") ? test_schema(arena) : NULL;
}

int sw_cmd_schema(const struct sw_options *options, struct sw_arena *arena)
{
    static const char *const words[] = {"runbook", "site", "world", "test"};
    const char *word = options->operand_count == 0 ? "runbook" : options->operands[0];
    const struct sw_value *schema = sw_schema_named(word, arena);
    struct sw_buf out;

    if (schema == NULL) {
        const char *close = sw_text_closest(word, words, SW_COUNT(words));

        fprintf(stderr, "stepwise schema: there is none of '%s'%s%s%s\n", word,
                close == NULL ? "" : "; did you mean '", close == NULL ? "" : close,
                close == NULL ? "" : "'?");
        return SW_EXIT_USAGE;
    }
    sw_buf_init(&out, SW_LIMIT_REPLY_BYTES);
    sw_json_write_pretty(&out, schema, SW_JSON_PLAIN);
    puts(out.bytes);
    sw_buf_release(&out);
    return SW_EXIT_DONE;
}
