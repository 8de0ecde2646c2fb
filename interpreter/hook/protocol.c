#include "hook/protocol.h"

#include "base/limits.h"
#include "base/text.h"
#include "sdk/json.h"

/* KEEP IN STEP with hook/child/sandbox.h. */
static const char *const outcome_names[] = {
    [SW_HOOK_OK] = "ok",
    [SW_HOOK_ASKS] = "asks",
    [SW_HOOK_ERROR] = "error",
    [SW_HOOK_OUT_OF_TIME] = "limit-cpu",
    [SW_HOOK_OUT_OF_MEMORY] = "limit-mem",
    [SW_HOOK_OUT_OF_ROOM] = "limit-out",
    [SW_HOOK_KILLED] = "killed",
    [SW_HOOK_GARBLED] = "protocol-error",
};

const char *sw_hook_outcome_name(enum sw_hook_outcome outcome)
{
    return outcome_names[outcome];
}

bool sw_hook_pack(const struct sw_value *request, struct sw_buf *out, struct sw_error *err)
{
    sw_buf_clear(out);
    sw_buf_add(out, "\0\0\0\0", SW_HOOK_HEAD_BYTES);
    sw_json_write(out, request, SW_JSON_PLAIN);
    if (out->is_over || out->length > SW_HOOK_REQUEST_BYTES) {
        return sw_fail(err, SW_E_LIMIT, "a hook is told more than %u bytes", SW_HOOK_REQUEST_BYTES);
    }
    size_t length = out->length - SW_HOOK_HEAD_BYTES;

    for (unsigned i = 0; i < SW_HOOK_HEAD_BYTES; i++) {
        out->bytes[i] = (char)((length >> (24 - 8 * i)) & 0xff);
    }
    return true;
}

struct sw_hook_said sw_hook_unpack(const char *bytes, size_t length, struct sw_arena *arena)
{
    struct sw_hook_said said = {.outcome = SW_HOOK_GARBLED};
    struct sw_error err = {0};
    const struct sw_value *answer = NULL;

    if (!sw_json_read(arena, bytes, length, SW_JSON_PLAIN, &answer, &err)) {
        return said;
    }
    const char *word = sw_as_text(sw_get(answer, "outcome"));

    for (enum sw_hook_outcome i = SW_HOOK_OK; i <= SW_HOOK_OUT_OF_ROOM; i++) {
        if (sw_text_is(word, outcome_names[i])) {
            said.outcome = i;
        }
    }
    said.body = sw_get(answer, "body");
    if (said.outcome <= SW_HOOK_ERROR && (said.body == NULL || said.body->kind != SW_V_MAP)) {
        said.outcome = SW_HOOK_GARBLED;
    }
    return said;
}

static const struct sw_value *not_known(const char *why, struct sw_arena *arena)
{
    struct sw_builder marked = sw_map_begin(arena);

    sw_map_put_text(&marked, "$unknown", why[0] == '\0' ? "the peer did not say" : why);
    return sw_built(&marked);
}

static const struct sw_value *plain_list(const struct sw_value *value, struct sw_arena *arena)
{
    struct sw_builder list = sw_list_begin(arena);

    for (size_t i = 0; i < value->as.list.count; i++) {
        sw_list_add(&list, sw_hook_plain(value->as.list.items[i], arena));
    }
    return sw_built(&list);
}

static const struct sw_value *plain_map(const struct sw_value *value, struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);

    for (size_t i = 0; i < value->as.map.count; i++) {
        const struct sw_entry *entry = &value->as.map.entries[i];

        sw_map_put(&map, entry->key, sw_hook_plain(entry->value, arena));
    }
    return sw_built(&map);
}

static const struct sw_value *printed(const struct sw_value *value, struct sw_arena *arena)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf text;

    sw_buf_init(&text, SW_LIMIT_SCALAR_BYTES);
    sw_value_print(&text, value);
    return sw_text_n(arena, text.bytes, text.length);
}

const struct sw_value *sw_hook_plain(const struct sw_value *value, struct sw_arena *arena)
{
    if (value == NULL) {
        return not_known("it was not given", arena);
    }
    if (value->is_secret) {
        return not_known("it is a secret; ctx.secret gives a handle to one", arena);
    }
    switch (value->kind) {
    case SW_V_NULL:
    case SW_V_UNKNOWN:
        return not_known(value->as.text, arena);
    case SW_V_DURATION:
    case SW_V_SIZE:
        return sw_int(arena, value->as.integer);
    case SW_V_PERCENT:
        return sw_real(arena, SW_V_FLOAT, value->as.real);
    case SW_V_TIME:
    case SW_V_VERSION:
        return printed(value, arena);
    case SW_V_LIST:
        return plain_list(value, arena);
    case SW_V_MAP:
        return plain_map(value, arena);
    case SW_V_BOOL:
    case SW_V_INT:
    case SW_V_FLOAT:
    case SW_V_TEXT:
        break;
    }
    return value;
}
