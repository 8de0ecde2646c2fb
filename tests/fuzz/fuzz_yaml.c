/** @file Any bytes: sw_yaml_read() gives a tree or an error with a place, within its limits. */
#include "base/limits.h"
#include "lang/yaml.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* @return nodes in the tree */
static size_t check(const struct sw_source *source, const struct sw_node *node, unsigned depth)
{
    size_t count = 1;

    sw_require(depth <= SW_LIMIT_DEPTH);
    sw_require(node->mark.line >= 1 && node->mark.line <= source->line_count);
    sw_require(node->mark.offset <= source->length && node->mark.length >= 1);

    struct sw_mark mark = sw_source_mark(source, node->mark.offset, 1);

    sw_require(mark.line == node->mark.line && mark.column == node->mark.column);
    if (node->kind == SW_NODE_SCALAR) {
        sw_require(node->length <= SW_LIMIT_SCALAR_BYTES && strlen(node->text) == node->length);
        sw_require(node->mark.offset + node->raw_length <= source->length);
    }
    for (size_t i = 0; i < node->count; i++) {
        count += check(source, node->items[i], depth + 1);
        if (node->kind == SW_NODE_MAP) {
            count += check(source, node->keys[i], depth + 1);
        }
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_diags *diags = sw_diags_new();
    struct sw_source source;

    sw_source_from_text(arena, "fuzz", size == 0 ? "" : (const char *)data, size, &source);

    const struct sw_node *root = sw_yaml_read(&source, arena, diags);

    sw_require((root == NULL) == (sw_diags_error_count(diags) > 0));
    if (root != NULL) {
        sw_require(root->kind == SW_NODE_MAP);
        sw_require(check(&source, root, 0) <= SW_LIMIT_NODES);
    }
    for (size_t i = 0; i < sw_diags_count(diags); i++) {
        const struct sw_diag *diag = sw_diags_at(diags, i);

        sw_require(diag->code / 100 == 1 && diag->hint != NULL);
        sw_require(diag->mark.line >= 1 && diag->mark.line <= source.line_count);
        sw_require(diag->mark.column >= 1 && diag->mark.length >= 1);
    }
    sw_diags_free(diags);
    sw_arena_free(arena);
    return 0;
}
