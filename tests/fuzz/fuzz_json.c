/** @file Any bytes: sw_json_read() refuses them or gives a value whose text reads back the same. */
#include "base/limits.h"
#include "sdk/json.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct sw_arena *arena, const char *text, size_t length, enum sw_json_form form)
{
    const struct sw_value *value = NULL;
    const struct sw_value *again = NULL;
    struct sw_error err = {0};
    struct sw_buf first;
    struct sw_buf second;

    if (!sw_json_read(arena, text, length, form, &value, &err)) {
        sw_require(err.code == SW_E_PROTOCOL || err.code == SW_E_LIMIT);
        sw_require(err.text[0] != '\0' && value == NULL);
        return;
    }
    sw_buf_init(&first, 32 * (size_t)SW_LIMIT_FILE_BYTES);
    sw_buf_init(&second, 32 * (size_t)SW_LIMIT_FILE_BYTES);
    sw_json_write(&first, value, form);
    if (!first.is_over) {
        sw_require(sw_json_read(arena, first.bytes, first.length, form, &again, &err));
        sw_require(sw_value_same(value, again));
        sw_json_write(&second, again, form);
        sw_require(strcmp(first.bytes, second.bytes) == 0);
        sw_buf_clear(&second);
        sw_json_write_pretty(&second, again, form);
        sw_require(sw_json_read(arena, second.bytes, second.length, form, &again, &err));
        sw_require(sw_value_same(value, again));
    }
    sw_buf_release(&first);
    sw_buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sw_arena *arena = sw_arena_new();

    check(arena, (const char *)data, size, SW_JSON_PLAIN);
    check(arena, (const char *)data, size, SW_JSON_TYPED);
    sw_arena_free(arena);
    return 0;
}
