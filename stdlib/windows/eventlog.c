#include "stdlib/windows/eventlog.h"

#include "base/text.h"
#include "base/time.h"
#include "stdlib/windows/xml.h"

#include <string.h>

#define NS_EVENT "http://schemas.microsoft.com/win/2004/08/events/event"
#define INT_DIGITS 18 /* what int64 holds for sure */

static bool int_parse(const char *text, int64_t *ret)
{
    bool is_negative = text != NULL && text[0] == '-';
    const char *at = text == NULL ? "" : text + (is_negative ? 1 : 0);
    size_t digits = strspn(at, "0123456789");
    int64_t sum = 0;

    if (digits == 0 || digits > INT_DIGITS || at[digits] != '\0') {
        return false;
    }
    for (size_t i = 0; i < digits; i++) {
        sum = sum * 10 + (at[i] - '0');
    }
    *ret = is_negative ? -sum : sum;
    return true;
}

static bool hex_parse(const char *text, int64_t *ret)
{
    int64_t sum = 0;
    size_t digits = strspn(text, "0123456789abcdefABCDEF");

    if (digits == 0 || digits > 8 || text[digits] != '\0') {
        return false;
    }
    for (size_t i = 0; i < digits; i++) {
        char c = text[i];
        sum = sum * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    *ret = sum;
    return true;
}

static bool fold_hresult(int64_t wide, int64_t *ret)
{
    if (wide < -(int64_t)UINT32_MAX || wide > (int64_t)UINT32_MAX) {
        return false;
    }
    if (wide < INT32_MIN) {
        wide = -wide; /* the unsigned value with a minus in front */
    } else if (wide < 0) {
        wide += INT64_C(1) << 32;
    }
    *ret = wide;
    return true;
}

bool sw_hresult_parse(const char *text, int64_t *ret)
{
    int64_t wide = 0;

    if (text == NULL) {
        return false;
    }
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        return hex_parse(text + 2, ret);
    }
    return int_parse(text, &wide) && fold_hresult(wide, ret);
}

bool sw_hresult_of(const struct sw_value *value, int64_t *ret)
{
    int64_t wide = 0;

    if (sw_as_int(value, &wide)) {
        return fold_hresult(wide, ret);
    }
    return sw_hresult_parse(sw_as_text(value), ret);
}

/* Take the privacy marker off; also where it was escaped once more than needed. */
static const char *bare(struct sw_arena *arena, const char *text)
{
    static const struct {
        const char *before, *behind;
    } wraps[] = {{"<CI>", "</CI>"}, {"&lt;CI&gt;", "&lt;/CI&gt;"}};

    for (size_t i = 0; i < SW_COUNT(wraps); i++) {
        size_t before = strlen(wraps[i].before);
        size_t behind = strlen(wraps[i].behind);
        size_t length = strlen(text);
        if (length >= before + behind && sw_text_begins(text, wraps[i].before) &&
            sw_text_ends(text, wraps[i].behind)) {
            return sw_copy(arena, text + before, length - before - behind);
        }
    }
    return text;
}

static int64_t int_of(struct sw_arena *arena, const struct sw_xml *node)
{
    int64_t number = -1;

    return int_parse(sw_xml_word(arena, node), &number) && number >= 0 ? number : -1;
}

static void read_system(struct sw_arena *arena, const struct sw_xml *system, struct sw_event *event)
{
    struct sw_error ignored = {0};
    const char *time =
        sw_xml_attribute(sw_xml_child(system, NS_EVENT, "TimeCreated"), "SystemTime");

    event->record_id = int_of(arena, sw_xml_child(system, NS_EVENT, "EventRecordID"));
    event->event_id = int_of(arena, sw_xml_child(system, NS_EVENT, "EventID"));
    event->provider = sw_xml_attribute(sw_xml_child(system, NS_EVENT, "Provider"), "Name");
    event->channel = sw_xml_word(arena, sw_xml_child(system, NS_EVENT, "Channel"));
    event->computer = sw_xml_word(arena, sw_xml_child(system, NS_EVENT, "Computer"));
    event->has_time = time != NULL && sw_time_parse(time, &event->time_ns, &ignored);
}

bool sw_event_read(struct sw_arena *arena, const char *xml, size_t length,
                   struct sw_event *ret_event, struct sw_error *err)
{
    const struct sw_xml *root = NULL;
    struct sw_event event = {.record_id = -1, .event_id = -1};
    struct sw_event_data *data = NULL;
    size_t capacity = 0;

    if (!sw_xml_read(arena, xml, length, &root, err)) {
        return sw_fail_while(err, "read an event");
    }
    const struct sw_xml *system = sw_xml_child(root, NS_EVENT, "System");
    if (!sw_xml_is(root, NS_EVENT, "Event") || system == NULL) {
        return sw_fail(err, SW_E_PROTOCOL, "this is not the XML of an event");
    }
    read_system(arena, system, &event);
    const struct sw_xml *pairs = sw_xml_child(root, NS_EVENT, "EventData");
    for (const struct sw_xml *at = sw_xml_child(pairs, NS_EVENT, "Data"); at != NULL;
         at = sw_xml_again(at)) {
        const char *name = sw_xml_attribute(at, "Name");
        if (name == NULL) {
            continue; /* without a name it can only be guessed what it is */
        }
        data = sw_grow(arena, data, event.data_count, &capacity, sizeof *data);
        data[event.data_count++] =
            (struct sw_event_data){name, bare(arena, sw_xml_word(arena, at))};
    }
    event.data = data;
    *ret_event = event;
    return true;
}

const char *sw_event_text(const struct sw_event *event, const char *name)
{
    for (size_t i = 0; i < event->data_count; i++) {
        if (sw_text_is(event->data[i].name, name)) {
            const char *value = event->data[i].value;
            return value == NULL || value[0] == '\0' ? NULL : value;
        }
    }
    return NULL;
}

bool sw_event_int(const struct sw_event *event, const char *name, int64_t *ret)
{
    return int_parse(sw_event_text(event, name), ret);
}

bool sw_event_hresult(const struct sw_event *event, const char *name, int64_t *ret)
{
    return sw_hresult_parse(sw_event_text(event, name), ret);
}
