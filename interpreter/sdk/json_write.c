#include "base/text.h"
#include "base/time.h"
#include "sdk/json.h"
#include "sdk/number.h"

#include <string.h>

struct writer {
    struct sw_buf *buf;
    enum sw_json_form form;
    bool is_pretty;
};

void sw_json_write_text(struct sw_buf *buf, const char *text)
{
    size_t length = strlen(text);

    sw_buf_add_char(buf, '"');
    for (size_t at = 0; at < length;) {
        size_t plain = sw_text_plain(text + at, length - at);

        if (plain > 0) {
            sw_buf_add(buf, text + at, plain);
            at += plain;
            continue;
        }

        uint32_t point = 0;
        size_t step = sw_utf8_decode(text + at, length - at, &point);

        if (step == 0) {
            sw_buf_add_text(buf, "\xef\xbf\xbd"); /* U+FFFD: the output stays UTF-8 */
            at++;
            continue;
        }
        if (point == '"' || point == '\\') {
            sw_buf_add_char(buf, '\\');
            sw_buf_add_char(buf, (char)point);
        } else if (point == '\n') {
            sw_buf_add_text(buf, "\\n");
        } else if (point == '\r') {
            sw_buf_add_text(buf, "\\r");
        } else if (point == '\t') {
            sw_buf_add_text(buf, "\\t");
        } else if (point < 0x20 || (point >= 0x7f && point < 0xa0)) {
            sw_buf_addf(buf, "\\u%04x", (unsigned)point);
        } else {
            sw_buf_add(buf, text + at, step);
        }
        at += step;
    }
    sw_buf_add_char(buf, '"');
}

static void new_line(const struct writer *writer, unsigned depth)
{
    if (writer->is_pretty) {
        sw_buf_add_char(writer->buf, '\n');
        for (unsigned i = 0; i < depth; i++) {
            sw_buf_add_text(writer->buf, "  ");
        }
    }
}

static void write_real(struct sw_buf *buf, double real)
{
    char text[SW_REAL_TEXT_BYTES];

    sw_real_text(real, text);
    sw_buf_add_text(buf, text);
    /* 1 would read back as an integer. */
    if (strpbrk(text, ".e") == NULL) {
        sw_buf_add_text(buf, ".0");
    }
}

static void write_tagged_text(struct sw_buf *buf, const char *tag, const char *text)
{
    sw_buf_addf(buf, "{\"%s\":", tag);
    sw_json_write_text(buf, text);
    sw_buf_add_char(buf, '}');
}

/* Kinds that JSON has no word for; false: this is none of them. */
static bool write_typed(struct sw_buf *buf, const struct sw_value *value)
{
    char text[SW_TIME_TEXT_BYTES];

    switch (value->kind) {
    case SW_V_NULL:
        if (value->as.text[0] == '\0') {
            return false;
        }
        write_tagged_text(buf, "$null", value->as.text);
        return true;
    case SW_V_UNKNOWN:
        write_tagged_text(buf, "$unknown", value->as.text);
        return true;
    case SW_V_PERCENT:
        sw_buf_add_text(buf, "{\"$percent\":");
        write_real(buf, value->as.real);
        sw_buf_add_char(buf, '}');
        return true;
    case SW_V_VERSION:
        write_tagged_text(buf, "$version", value->as.text);
        return true;
    case SW_V_DURATION:
        sw_buf_addf(buf, "{\"$ms\":%lld}", (long long)value->as.integer);
        return true;
    case SW_V_SIZE:
        sw_buf_addf(buf, "{\"$bytes\":%lld}", (long long)value->as.integer);
        return true;
    case SW_V_TIME:
        sw_time_format(value->as.integer, text);
        sw_buf_addf(buf, "{\"$time\":\"%s\",\"clock\":%u}", text, (unsigned)value->clock);
        return true;
    case SW_V_BOOL:
    case SW_V_INT:
    case SW_V_FLOAT:
    case SW_V_TEXT:
    case SW_V_LIST:
    case SW_V_MAP:
        break;
    }
    return false;
}

static void write_value(const struct writer *writer, const struct sw_value *value, unsigned depth);

static void write_list(const struct writer *writer, const struct sw_value *list, unsigned depth)
{
    size_t count = list->as.list.count;

    sw_buf_add_char(writer->buf, '[');
    for (size_t i = 0; i < count; i++) {
        sw_buf_add_text(writer->buf, i == 0 ? "" : ",");
        new_line(writer, depth + 1);
        write_value(writer, list->as.list.items[i], depth + 1);
    }
    if (count > 0) {
        new_line(writer, depth);
    }
    sw_buf_add_char(writer->buf, ']');
}

static void write_map(const struct writer *writer, const struct sw_value *map, unsigned depth)
{
    size_t count = map->as.map.count;

    sw_buf_add_char(writer->buf, '{');
    for (size_t i = 0; i < count; i++) {
        const struct sw_entry *entry = &map->as.map.entries[i];

        sw_buf_add_text(writer->buf, i == 0 ? "" : ",");
        new_line(writer, depth + 1);
        if (writer->form == SW_JSON_TYPED && entry->key[0] == '$') {
            sw_buf_add_text(writer->buf, "\"$");
            /* The key's own opening quote is what the pair above replaces. */
            size_t at = writer->buf->length;

            sw_json_write_text(writer->buf, entry->key);
            if (!writer->buf->is_over) {
                memmove(writer->buf->bytes + at, writer->buf->bytes + at + 1,
                        writer->buf->length - at);
                writer->buf->length--;
            }
        } else {
            sw_json_write_text(writer->buf, entry->key);
        }
        sw_buf_add_text(writer->buf, writer->is_pretty ? ": " : ":");
        write_value(writer, entry->value, depth + 1);
    }
    if (count > 0) {
        new_line(writer, depth);
    }
    sw_buf_add_char(writer->buf, '}');
}

static void write_value(const struct writer *writer, const struct sw_value *value, unsigned depth)
{
    struct sw_buf *buf = writer->buf;
    char text[SW_DURATION_TEXT_BYTES];

    if (value->is_secret) {
        sw_buf_add_text(buf, writer->form == SW_JSON_TYPED ? "{\"$secret\":true}" : "\"(secret)\"");
        return;
    }
    if (writer->form == SW_JSON_TYPED && write_typed(buf, value)) {
        return;
    }
    switch (value->kind) {
    case SW_V_NULL:
    case SW_V_UNKNOWN:
        sw_buf_add_text(buf, "null");
        return;
    case SW_V_BOOL:
        sw_buf_add_text(buf, value->as.boolean ? "true" : "false");
        return;
    case SW_V_INT:
    case SW_V_SIZE:
        sw_buf_addf(buf, "%lld", (long long)value->as.integer);
        return;
    case SW_V_FLOAT:
    case SW_V_PERCENT:
        write_real(buf, value->as.real);
        return;
    case SW_V_TEXT:
    case SW_V_VERSION:
        sw_json_write_text(buf, value->as.text);
        return;
    case SW_V_DURATION:
        sw_duration_format(value->as.integer, text);
        sw_json_write_text(buf, text);
        return;
    case SW_V_TIME:
        sw_time_format(value->as.integer, text);
        sw_json_write_text(buf, text);
        return;
    case SW_V_LIST:
        write_list(writer, value, depth);
        return;
    case SW_V_MAP:
        write_map(writer, value, depth);
        return;
    }
}

void sw_json_write(struct sw_buf *buf, const struct sw_value *value, enum sw_json_form form)
{
    write_value(&(struct writer){.buf = buf, .form = form}, value, 0);
}

void sw_json_write_pretty(struct sw_buf *buf, const struct sw_value *value, enum sw_json_form form)
{
    write_value(&(struct writer){.buf = buf, .form = form, .is_pretty = true}, value, 0);
}
