#include "base/buf.h"
#include "base/time.h"
#include "sdk/json.h"
#include "sdk/number.h"
#include "sdk/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The fewest digits that read back as the same double: 15 are enough for what people write, 17
 * for all. */
void sw_real_text(double real, char out[SW_REAL_TEXT_BYTES])
{
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(out, SW_REAL_TEXT_BYTES, "%.*g", digits, real);

        double again = strtod(out, NULL);

        if (!(again < real) && !(again > real)) {
            return;
        }
    }
}

static void print_not_known(struct sw_buf *buf, const char *why)
{
    sw_buf_add_text(buf, "(not known");
    if (why[0] != '\0') {
        sw_buf_add_text(buf, ": ");
        sw_buf_add_text(buf, why);
    }
    sw_buf_add_char(buf, ')');
}

void sw_value_print(struct sw_buf *buf, const struct sw_value *value)
{
    char text[SW_DURATION_TEXT_BYTES > SW_TIME_TEXT_BYTES ? SW_DURATION_TEXT_BYTES
                                                          : SW_TIME_TEXT_BYTES] = "";

    if (value == NULL) {
        print_not_known(buf, "");
        return;
    }
    if (value->is_secret) {
        sw_buf_add_text(buf, "(secret)");
        return;
    }
    switch (value->kind) {
    case SW_V_NULL:
    case SW_V_UNKNOWN:
        print_not_known(buf, value->as.text);
        return;
    case SW_V_BOOL:
        sw_buf_add_text(buf, value->as.boolean ? "true" : "false");
        return;
    case SW_V_INT:
        sw_buf_addf(buf, "%lld", (long long)value->as.integer);
        return;
    case SW_V_FLOAT:
    case SW_V_PERCENT:
        sw_real_text(value->as.real, text);
        sw_buf_add_text(buf, text);
        if (value->kind == SW_V_PERCENT) {
            sw_buf_add_char(buf, '%');
        }
        return;
    case SW_V_TEXT:
    case SW_V_VERSION:
        sw_buf_add_text(buf, value->as.text);
        return;
    case SW_V_DURATION:
        sw_duration_format(value->as.integer, text);
        sw_buf_add_text(buf, text);
        return;
    case SW_V_SIZE:
        sw_size_format(value->as.integer, text);
        sw_buf_add_text(buf, text);
        return;
    case SW_V_TIME:
        sw_time_format(value->as.integer, text);
        sw_buf_add_text(buf, text);
        return;
    case SW_V_LIST:
        for (size_t i = 0; i < value->as.list.count; i++) {
            sw_buf_add_text(buf, i == 0 ? "" : ", ");
            sw_value_print(buf, value->as.list.items[i]);
        }
        return;
    case SW_V_MAP:
        sw_json_write(buf, value, SW_JSON_PLAIN);
        return;
    }
}
