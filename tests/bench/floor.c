/**
 * @file The floor that `lint` is measured against: libyaml's events into structs, in an arena that
 * never frees, and one line printed a step. No check of any kind.
 *
 * floor FILE
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#define CHUNK_BYTES ((size_t)256 * 1024)
#define DEPTH 64

struct node {
    const char *text; /* scalar; or NULL */
    struct node *first, *last, *next;
    size_t line, column;
};

struct arena {
    char *chunk;
    size_t left;
};

static void *take(struct arena *arena, size_t size)
{
    size = (size + 15) & ~(size_t)15;
    if (arena->left < size) {
        arena->left = size > CHUNK_BYTES ? size : CHUNK_BYTES;
        arena->chunk = malloc(arena->left);
        if (arena->chunk == NULL) {
            abort();
        }
    }

    void *bytes = arena->chunk;

    arena->chunk += size;
    arena->left -= size;
    return bytes;
}

static struct node *node_of(struct arena *arena, const yaml_event_t *event)
{
    struct node *node = take(arena, sizeof *node);

    *node =
        (struct node){.line = event->start_mark.line + 1, .column = event->start_mark.column + 1};
    if (event->type == YAML_SCALAR_EVENT) {
        size_t length = event->data.scalar.length;
        char *text = take(arena, length + 1);

        memcpy(text, event->data.scalar.value, length);
        text[length] = '\0';
        node->text = text;
    }
    return node;
}

static struct node *read_tree(FILE *file)
{
    struct arena arena = {0};
    struct node *open[DEPTH + 1] = {&(struct node){0}};
    size_t depth = 0;
    yaml_parser_t parser;
    bool is_over = false;

    yaml_parser_initialize(&parser);
    yaml_parser_set_input_file(&parser, file);
    while (!is_over) {
        yaml_event_t event;

        if (!yaml_parser_parse(&parser, &event)) {
            return NULL;
        }
        is_over = event.type == YAML_STREAM_END_EVENT;
        if (event.type == YAML_SCALAR_EVENT || event.type == YAML_MAPPING_START_EVENT ||
            event.type == YAML_SEQUENCE_START_EVENT) {
            struct node *node = node_of(&arena, &event);
            struct node *parent = open[depth];

            if (parent->first == NULL) {
                parent->first = node;
            } else {
                parent->last->next = node;
            }
            parent->last = node;
            if (event.type != YAML_SCALAR_EVENT && depth < DEPTH) {
                open[++depth] = node;
            }
        } else if (event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT) {
            depth--;
        }
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return open[0]->first;
}

static const struct node *value_of(const struct node *map, const char *key)
{
    for (const struct node *at = map->first; at != NULL && at->next != NULL; at = at->next->next) {
        if (at->text != NULL && strcmp(at->text, key) == 0) {
            return at->next;
        }
    }
    return NULL;
}

int main(int count, char **args)
{
    FILE *file = count == 2 ? fopen(args[1], "rb") : NULL;
    const struct node *root = file == NULL ? NULL : read_tree(file);
    const struct node *steps = root == NULL ? NULL : value_of(root, "steps");
    size_t number = 0;

    if (steps == NULL) {
        (void)fputs("floor FILE: a runbook with steps\n", stderr);
        return 1;
    }
    for (const struct node *step = steps->first; step != NULL; step = step->next) {
        const struct node *id = value_of(step, "id");

        (void)printf("%zu %s %zu:%zu\n", ++number, id == NULL ? "" : id->text, step->line,
                     step->column);
    }
    return 0;
}
