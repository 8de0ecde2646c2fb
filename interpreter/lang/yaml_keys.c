#include "lang/yaml_parts.h"

#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* First character of `text` that a key must not have, as an offset; `length` when there is none. */
static size_t bad_key_place(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        bool is_letter = c >= 'a' && c <= 'z';
        bool is_other = (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';

        if (!is_letter && (i == 0 || !is_other)) {
            return i;
        }
    }
    return length;
}

static void refuse_key_name(struct sw_yaml *yaml, const struct sw_node *key, size_t at)
{
    const char *shown = sw_yaml_shown(yaml->arena, key->text, key->length);
    uint32_t point = 0;
    size_t width = sw_utf8_decode(key->text + at, key->length - at, &point);

    if (width > 1) {
        struct sw_diag *diag = sw_diag_add(
            yaml->diags, SW_ERROR, SW_Y_KEY_NAME, key->mark,
            "key '%s' holds U+%04X, which is none of the letters a to z", shown, (unsigned)point);

        sw_yaml_hint(yaml, diag, "type the word again; some letters only look alike");
        return;
    }

    struct sw_diag *diag =
        sw_diag_add(yaml->diags, SW_ERROR, SW_Y_KEY_NAME, key->mark, "'%s' cannot be a key", shown);

    if (strpbrk(key->text, "[](){}'\"$,=<>") != NULL) {
        sw_yaml_hint(yaml, diag, "if this is part of a condition or of text, quote the whole");
    } else {
        sw_yaml_hint(yaml, diag,
                     "a key is made of a-z, 0-9, '_', '-' and '.', and begins with a letter");
    }
}

void sw_yaml_check_key(struct sw_yaml *yaml, const struct sw_node *key)
{
    if (sw_text_is(key->text, "<<")) {
        struct sw_diag *diag =
            sw_yaml_find(yaml, SW_Y_MERGE, key->mark, "merge keys ('<<') are not allowed");

        sw_yaml_hint(yaml, diag, "write the keys out where they are used");
        return;
    }
    if (key->length > SW_LIMIT_KEY_BYTES) {
        struct sw_diag *diag = sw_yaml_find(yaml, SW_Y_KEY_LENGTH, key->mark,
                                            "a key of %zu bytes; at most %u are allowed",
                                            key->length, SW_LIMIT_KEY_BYTES);

        sw_yaml_hint(yaml, diag, "if this is text, quote the whole");
        return;
    }

    size_t bad = bad_key_place(key->text, key->length);

    if (bad < key->length || key->length == 0) {
        refuse_key_name(yaml, key, bad);
    }
}

/* By name, then by place, so that equal keys stand together in the order of the file. */
static int compare_keys(const void *a, const void *b)
{
    const struct sw_node *first = *(struct sw_node *const *)a;
    const struct sw_node *second = *(struct sw_node *const *)b;
    int order = strcmp(first->text, second->text);

    if (order != 0) {
        return order;
    }
    return first->mark.offset < second->mark.offset ? -1 : 1;
}

/* Sorted rather than hashed: no choice of keys can make this quadratic. */
void sw_yaml_check_duplicates(struct sw_yaml *yaml, const struct sw_node *map)
{
    if (map->count < 2) {
        return;
    }

    struct sw_node **sorted = sw_alloc_array(yaml->arena, map->count, sizeof(struct sw_node *));
    size_t count = 0;

    for (size_t i = 0; i < map->count; i++) {
        if (map->keys[i]->kind == SW_NODE_SCALAR && map->keys[i]->length > 0) {
            sorted[count++] = map->keys[i];
        }
    }
    qsort(sorted, count, sizeof(struct sw_node *), compare_keys);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(sorted[i - 1]->text, sorted[i]->text) == 0) {
            struct sw_diag *diag = sw_diag_add(
                yaml->diags, SW_ERROR, SW_Y_DUPLICATE, sorted[i]->mark, "key '%s' is given twice",
                sw_yaml_shown(yaml->arena, sorted[i]->text, sorted[i]->length));

            sw_diag_note(yaml->diags, diag, sorted[i - 1]->mark, "first given here");
            sw_yaml_hint(yaml, diag, "keep one of the two");
        }
    }
}
