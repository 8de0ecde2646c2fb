/** @file Any text: what sw_type_parse() takes, it takes again in its printed form. */
#include "base/buf.h"
#include "sdk/field.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct sw_arena *arena, const struct sw_type *type, const char *text)
{
    const struct sw_value *value = NULL;
    const struct sw_value *again = NULL;
    struct sw_error err = {0};
    struct sw_buf printed;

    if (!sw_type_parse(type, text, arena, &value, &err)) {
        sw_require(err.code == SW_E_INPUT || err.code == SW_E_LIMIT);
        sw_require(err.text[0] != '\0' && value == NULL);
        return;
    }
    sw_buf_init(&printed, 1024 * 1024);
    sw_value_print(&printed, value);
    sw_require(!printed.is_over);
    sw_require(sw_type_accept(type, value, arena, &again, &err));
    sw_require(sw_value_same(value, again));
    /* A real may print with an exponent; the plain form knows that, too. */
    sw_require(sw_type_parse(type, printed.bytes, arena, &again, &err));
    sw_require(sw_value_same(value, again));
    sw_buf_release(&printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct sw_type *const types[] = {
        &sw_type_bool, &sw_type_int,      &sw_type_float,    &sw_type_percent,
        &sw_type_size, &sw_type_version,  &sw_type_duration, &sw_type_time,
        &sw_type_path, &sw_type_win_path, &sw_type_unc_path, &sw_type_host,
        &sw_type_url,  &sw_type_guid,     &sw_type_string,   &sw_type_resource_id,
    };
    struct sw_arena *arena = sw_arena_new();

    if (size > 0 && memchr(data, '\0', size) == NULL) {
        const char *text = sw_copy(arena, (const char *)data + 1, size - 1);

        check(arena, types[data[0] % SW_COUNT(types)], text);
    }
    sw_arena_free(arena);
    return 0;
}
