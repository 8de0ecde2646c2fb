#pragma once
/** @file The attack strings of tests/data/injection. */
#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "sdk/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

struct attack {
    const char *id;
    const char *text; /**< NULL: holds a NUL, which no value can */
};

static inline size_t read_attacks(struct sw_arena *arena, struct attack *attacks, size_t room)
{
    size_t count = 0;
    struct sw_error err = {0};
    SW_CLEANUP(sw_buf_release) struct sw_buf file;

    sw_buf_init(&file, 4u << 20);
    assert_true(sw_file_read(SW_SOURCE_DIR "/tests/data/injection/injection.txt", &file, &err));
    for (const char *line = file.bytes; *line != '\0';) {
        size_t end = strcspn(line, "\n");
        const char *id = strchr(line, '\t');

        if (*line != '#' && id != NULL && (size_t)(id - line) < end) {
            const char *json = strchr(id + 1, '\t') + 1;
            size_t json_length = strcspn(json, "\t\n");
            const struct sw_value *value = NULL;
            struct sw_error ignored = {0};

            assert_true(count < room);
            bool is_text = sw_json_read(arena, json, json_length, SW_JSON_PLAIN, &value, &ignored);
            attacks[count++] =
                (struct attack){sw_copy(arena, id + 1, (size_t)(json - id - 2)),
                                is_text ? sw_copy_text(arena, sw_as_text(value)) : NULL};
        }
        line += end + (line[end] == '\n' ? 1 : 0);
    }
    return count;
}
