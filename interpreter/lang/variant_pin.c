#include "lang/variant_pin.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

/** Bytes to put in the place of others. */
struct edit {
    size_t offset, length;
    const char *text;
};

static bool is_plain_version(const char *version)
{
    return version[0] != '\0' && strspn(version, "0123456789.") != strlen(version)
               ? strcspn(version, " :#,[]{}'\"") == strlen(version)
               : strchr(version, '.') !=
                     strrchr(version, '.'); /* 1.0 would be a number elsewhere */
}

static const char *written(struct sw_arena *arena, const char *version)
{
    return is_plain_version(version) ? version : sw_format(arena, "'%s'", version);
}

/* Where a key that is new goes: right behind the value of the key above it. */
static struct edit insertion(const struct sw_source *source, const struct sw_node *extends,
                             const struct sw_node *above, const char *text, struct sw_arena *arena)
{
    size_t end = above->mark.offset + above->raw_length;

    if (extends->is_flow) {
        return (struct edit){end, 0, sw_format(arena, ", %s", text)};
    }
    /* At the end of the line, so that a comment there stays with what it is about. */
    while (end < source->length && source->bytes[end] != '\n') {
        end++;
    }
    bool has_return = end > 0 && source->bytes[end - 1] == '\r';
    int column = (int)extends->keys[0]->mark.column - 1;

    return (struct edit){has_return ? end - 1 : end, 0,
                         sw_format(arena, "%s%*s%s", has_return ? "\r\n" : "\n", column, "", text)};
}

static struct edit pin_key(const struct sw_source *source, const struct sw_node *extends,
                           const char *key, const char *value, struct sw_arena *arena)
{
    const struct sw_node *old = sw_node_get(extends, key);
    const struct sw_node *version = sw_node_get(extends, "version");
    bool has_version = version != NULL && version->kind == SW_NODE_SCALAR;
    const struct sw_node *above = has_version ? version : sw_node_get(extends, "runbook");

    if (old != NULL && old->kind == SW_NODE_SCALAR && old->raw_length > 0) {
        return (struct edit){old->mark.offset, old->raw_length, value};
    }
    return insertion(source, extends, above, sw_format(arena, "%s: %s", key, value), arena);
}

/* With a digest the braces are wider than a line: the keys are laid out below each other, as `fmt`
 * does. @return false: something else stands in the braces, a comment or a key that is not known */
static bool unfold(const struct sw_source *source, const struct sw_node *extends,
                   const char *version, const char *digest, struct sw_arena *arena,
                   struct edit *ret_edit)
{
    const struct sw_node *runbook = sw_node_get(extends, "runbook");
    const struct sw_node *last = extends->items[extends->count - 1];
    size_t begin = extends->mark.offset;
    size_t end = last->mark.offset + last->raw_length;

    for (size_t i = 0; i < extends->count; i++) {
        const char *key = extends->keys[i]->text;

        if (!sw_text_is(key, "runbook") && !sw_text_is(key, "version") &&
            !sw_text_is(key, "digest")) {
            return false;
        }
    }
    while (end < source->length && source->bytes[end] == ' ') {
        end++;
    }
    while (begin > 0 && source->bytes[begin - 1] == ' ') {
        begin--;
    }
    if (end >= source->length || source->bytes[end] != '}' || begin == 0 ||
        source->bytes[begin - 1] != ':' ||
        memchr(source->bytes + begin, '\n', end - begin) != NULL) {
        return false;
    }
    *ret_edit = (struct edit){begin, end + 1 - begin,
                              sw_format(arena, "\n  runbook: %.*s\n  version: %s\n  digest: %s",
                                        (int)runbook->raw_length,
                                        source->bytes + runbook->mark.offset, version, digest)};
    return true;
}

bool sw_variant_pin(const struct sw_source *source, const struct sw_node *root, const char *version,
                    const char *digest, struct sw_arena *arena, const char **ret_text,
                    size_t *ret_length)
{
    const struct sw_node *extends = root->kind == SW_NODE_MAP ? sw_node_get(root, "extends") : NULL;
    const struct sw_node *runbook =
        extends == NULL || extends->kind != SW_NODE_MAP ? NULL : sw_node_get(extends, "runbook");
    SW_CLEANUP(sw_buf_release) struct sw_buf out = {0};

    if (runbook == NULL || runbook->kind != SW_NODE_SCALAR) {
        return false;
    }
    const char *seal = sw_format(arena, "'sha256:%s'", digest);
    struct edit edits[2] = {
        pin_key(source, extends, "version", written(arena, version), arena),
        pin_key(source, extends, "digest", seal, arena),
    };
    size_t count = SW_COUNT(edits);

    if (extends->is_flow &&
        unfold(source, extends, written(arena, version), seal, arena, &edits[0])) {
        count = 1;
    } else if (edits[1].offset < edits[0].offset) {
        struct edit first = edits[1];

        edits[1] = edits[0];
        edits[0] = first;
    }
    size_t at = 0;

    sw_buf_init(&out, (size_t)2 * SW_LIMIT_FILE_BYTES);
    for (size_t i = 0; i < count; i++) {
        sw_buf_add(&out, source->bytes + at, edits[i].offset - at);
        sw_buf_add_text(&out, edits[i].text);
        at = edits[i].offset + edits[i].length;
    }
    sw_buf_add(&out, source->bytes + at, source->length - at);
    *ret_text = sw_copy(arena, out.bytes, out.length);
    *ret_length = out.length;
    return true;
}
