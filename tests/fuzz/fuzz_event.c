/** @file Any bytes as an event of a log, as XML and as the text that people see. */
#include "base/arena.h"
#include "stdlib/windows/eventlog.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const struct sw_event *event)
{
    sw_require(event->record_id >= -1 && event->event_id >= -1);
    for (size_t i = 0; i < event->data_count; i++) {
        const char *name = event->data[i].name;
        int64_t number = 0;

        if (sw_event_hresult(event, name, &number)) {
            sw_require(number >= 0 && number <= UINT32_MAX);
        }
        (void)sw_event_int(event, name, &number);
        (void)sw_event_text(event, name);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const char *text = sw_copy(arena, size == 0 ? "" : (const char *)data, size);
    struct sw_event event = {0};
    struct sw_error err = {0};

    if (sw_event_read(arena, text, size, &event, &err)) {
        look_at(&event);
    } else {
        sw_require(err.text[0] != '\0');
    }
    return 0;
}
