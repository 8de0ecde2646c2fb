#include "ui/resolved.h"

#include "base/text.h"
#include "lang/keys.h"
#include "lang/variant.h"
#include "sdk/json.h"

#include <string.h>

/* ---- YAML ---- */

static void add_origin(struct sw_buf *out, struct sw_mark mark)
{
    sw_buf_addf(out, "  # %s:%u\n", mark.file, (unsigned)mark.line);
}

/* A bare word that means the same wherever it stands, and with a comment behind it. */
static bool is_bare(const struct sw_node *key, const struct sw_node *scalar)
{
    /* A bare condition with a comment behind it may have been cut short (SW0213). */
    bool is_condition =
        key != NULL && (sw_text_is(key->text, "that") || sw_text_is(key->text, "when"));
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    bool is_word = scalar->style == SW_STYLE_PLAIN && !is_condition;

    is_word = is_word && scalar->length > 0 && strchr(letters, scalar->text[0]) != NULL;
    for (const char *p = scalar->text; *p != '\0' && is_word; p++) {
        is_word = strchr(letters, *p) != NULL || strchr("_./-%", *p) != NULL;
    }
    return is_word;
}

static bool is_plain_line(const struct sw_node *scalar)
{
    for (size_t at = 0; at < scalar->length;) {
        uint32_t point = 0;
        size_t step = sw_utf8_decode(scalar->text + at, scalar->length - at, &point);

        if (step == 0 || point < 0x20 || sw_utf8_is_deceptive(point)) {
            return false;
        }
        at += step;
    }
    return true;
}

static void add_scalar(struct sw_buf *out, const struct sw_node *key, const struct sw_node *scalar)
{
    if (scalar->length == 0 && scalar->style == SW_STYLE_PLAIN) {
        return;
    }
    if (is_bare(key, scalar)) {
        sw_buf_add_text(out, scalar->text);
        return;
    }
    if (is_plain_line(scalar)) {
        sw_buf_add_char(out, '\'');
        for (const char *p = scalar->text; *p != '\0'; p++) {
            sw_buf_add_text(out, *p == '\'' ? "'" : "");
            sw_buf_add_char(out, *p);
        }
        sw_buf_add_char(out, '\'');
        return;
    }
    sw_buf_add_char(out, '"');
    for (const char *p = scalar->text; *p != '\0'; p++) {
        if (*p == '\n') {
            sw_buf_add_text(out, "\\n");
        } else if (*p == '"' || *p == '\\') {
            sw_buf_addf(out, "\\%c", *p);
        } else if ((unsigned char)*p < 0x20 || *p == 0x7f) {
            sw_buf_addf(out, "\\x%02X", (unsigned)(unsigned char)*p);
        } else {
            sw_buf_add_char(out, *p);
        }
    }
    sw_buf_add_char(out, '"');
}

/* `key`: of a map; NULL in a list. */
static void add_node(struct sw_buf *out, const struct sw_node *key, const struct sw_node *node,
                     int indent);

static void add_entry(struct sw_buf *out, const struct sw_node *key, const struct sw_node *value,
                      int indent)
{
    add_scalar(out, NULL, key);
    sw_buf_add_char(out, ':');
    add_node(out, key, value, indent + 2);
}

/* A list item that is a map begins on the line of its dash. */
static void add_item(struct sw_buf *out, const struct sw_node *item, int indent)
{
    sw_buf_addf(out, "%*s-", indent, "");
    if (item->kind != SW_NODE_MAP || item->count == 0) {
        add_node(out, NULL, item, indent + 2);
        return;
    }
    for (size_t i = 0; i < item->count; i++) {
        sw_buf_addf(out, "%*s", i == 0 ? 1 : indent + 2, "");
        add_entry(out, item->keys[i], item->items[i], indent + 2);
    }
}

/* Behind a colon or dash: the value, and the end of the line. */
static void add_node(struct sw_buf *out, const struct sw_node *key, const struct sw_node *node,
                     int indent)
{
    if (node->kind == SW_NODE_SCALAR) {
        sw_buf_add_char(out, ' ');
        add_scalar(out, key, node);
        add_origin(out, node->mark);
        return;
    }
    if (node->count == 0) {
        sw_buf_add_text(out, node->kind == SW_NODE_LIST ? " []" : " {}");
    }
    add_origin(out, key == NULL ? node->mark : key->mark);
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == SW_NODE_LIST) {
            add_item(out, node->items[i], indent);
        } else {
            sw_buf_addf(out, "%*s", indent, "");
            add_entry(out, node->keys[i], node->items[i], indent);
        }
    }
}

static void add_head(struct sw_buf *out, const struct sw_runbook *runbook)
{
    sw_buf_addf(out, "# %s %s as it is after all changes, digest sha256:%s\n", runbook->name,
                runbook->version, runbook->digest);
    for (size_t i = 0; i < runbook->base_count; i++) {
        const struct sw_base *base = &runbook->bases[i];

        sw_buf_addf(out, "# %s %s %s, %s, sha256:%s\n", i == 0 ? "extends" : "which extends",
                    base->name, base->version, base->part->source.name, base->part->digest);
    }
    for (size_t i = 0; i < runbook->weakening_count; i++) {
        const struct sw_weakening *row = &runbook->weakenings[i];

        /* A reason on several lines would end the comment. */
        sw_buf_addf(out, "# asks for less than its base at %s: %s, because: ", row->owner,
                    row->what);
        for (const char *p = row->reason; *p != '\0'; p++) {
            sw_buf_add_char(out, *p == '\n' ? ' ' : *p);
        }
        sw_buf_addf(out, " (%s:%u)\n", row->mark.file, (unsigned)row->mark.line);
    }
}

void sw_resolved_yaml(struct sw_buf *out, const struct sw_runbook *runbook)
{
    const struct sw_node *root = runbook->root;

    add_head(out, runbook);
    for (const struct sw_key *row = sw_keys_top.keys; row->name != NULL; row++) {
        for (size_t i = 0; i < root->count; i++) {
            if (sw_text_is(root->keys[i]->text, row->name)) {
                add_entry(out, root->keys[i], root->items[i], 0);
            }
        }
    }
}

/* ---- JSON ---- */

struct origins {
    struct sw_arena *arena;
    struct sw_builder *map;
};

static const char *pointer(struct sw_arena *arena, const char *above, const char *key)
{
    const char *text = above;
    const char *part = key;

    for (; *part != '\0'; part += strcspn(part, "~/")) {
        size_t plain = strcspn(part, "~/");

        text = sw_format(arena, "%s%.*s", part == key ? sw_format(arena, "%s/", text) : text,
                         (int)plain, part);
        part += plain;
        if (*part == '\0') {
            return text;
        }
        text = sw_format(arena, "%s%s", text, *part == '~' ? "~0" : "~1");
        part++;
    }
    return text;
}

static const struct sw_value *value_of(struct origins *origins, const struct sw_node *node,
                                       const char *at)
{
    struct sw_arena *arena = origins->arena;

    sw_map_put_text(origins->map, at,
                    sw_format(arena, "%s:%u", node->mark.file, (unsigned)node->mark.line));
    if (node->kind == SW_NODE_SCALAR) {
        return sw_text_n(arena, node->text, node->length);
    }
    struct sw_builder built =
        node->kind == SW_NODE_LIST ? sw_list_begin(arena) : sw_map_begin(arena);

    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == SW_NODE_LIST) {
            sw_list_add(&built,
                        value_of(origins, node->items[i], sw_format(arena, "%s/%zu", at, i)));
        } else {
            sw_map_put(&built, node->keys[i]->text,
                       value_of(origins, node->items[i], pointer(arena, at, node->keys[i]->text)));
        }
    }
    return sw_built(&built);
}

static const struct sw_value *bases(struct sw_arena *arena, const struct sw_runbook *runbook)
{
    struct sw_builder list = sw_list_begin(arena);

    for (size_t i = 0; i < runbook->base_count; i++) {
        const struct sw_base *base = &runbook->bases[i];
        struct sw_builder row = sw_map_begin(arena);

        sw_map_put_text(&row, "name", base->name);
        sw_map_put_text(&row, "version", base->version);
        sw_map_put_text(&row, "file", base->part->source.name);
        sw_map_put_text(&row, "digest", base->part->digest);
        sw_list_add(&list, sw_built(&row));
    }
    return sw_built(&list);
}

static const struct sw_value *weakenings(struct sw_arena *arena, const struct sw_runbook *runbook)
{
    struct sw_builder list = sw_list_begin(arena);

    for (size_t i = 0; i < runbook->weakening_count; i++) {
        const struct sw_weakening *weakening = &runbook->weakenings[i];
        struct sw_builder row = sw_map_begin(arena);

        sw_map_put_text(&row, "at", weakening->owner);
        sw_map_put_text(&row, "what", weakening->what);
        sw_map_put_text(&row, "reason", weakening->reason);
        sw_map_put_text(&row, "file", weakening->mark.file);
        sw_map_put_int(&row, "line", weakening->mark.line);
        sw_list_add(&list, sw_built(&row));
    }
    return sw_built(&list);
}

void sw_resolved_json(struct sw_buf *out, const struct sw_runbook *runbook)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_builder top = sw_map_begin(arena);
    struct sw_builder map = sw_map_begin(arena);
    struct origins origins = {.arena = arena, .map = &map};

    sw_map_put_int(&top, "schema_version", 1);
    sw_map_put_text(&top, "name", runbook->name);
    sw_map_put_text(&top, "version", runbook->version);
    sw_map_put_text(&top, "digest", runbook->digest);
    sw_map_put(&top, "extends", bases(arena, runbook));
    sw_map_put(&top, "weakenings", weakenings(arena, runbook));
    sw_map_put(&top, "runbook", value_of(&origins, runbook->root, ""));
    sw_map_put(&top, "origins", sw_built(&map));
    sw_json_write_pretty(out, sw_built(&top), SW_JSON_PLAIN);
    sw_buf_add_char(out, '\n');
    sw_arena_free(arena);
}
