#include "stdlib/azure/arm_id.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/* Does `text` begin with `with`, case folded? Gives what comes behind it. */
static const char *behind(const char *text, const char *with)
{
    for (; *with != '\0'; text++, with++) {
        char a[2] = {*text, '\0'};
        char b[2] = {*with, '\0'};

        if (!sw_text_is_folded(a, b)) {
            return NULL;
        }
    }
    return text;
}

bool sw_arm_name_check(const char *name, struct sw_error *err)
{
    size_t length = strlen(name);

    if (length == 0) {
        return sw_fail(err, SW_E_INPUT, "a name is empty");
    }
    if (length > (size_t)SW_ARM_NAME_CHARACTERS * 4) {
        return sw_fail(err, SW_E_INPUT, "a name is longer than %u characters",
                       SW_ARM_NAME_CHARACTERS);
    }

    size_t characters = 0;

    for (size_t at = 0; at < length; characters++) {
        uint32_t point = 0;
        size_t size = sw_utf8_decode(name + at, length - at, &point);

        if (size == 0) {
            return sw_fail(err, SW_E_INPUT, "a name is not valid UTF-8");
        }
        if (point < 0x20 || (point >= 0x7f && point < 0xa0) || sw_utf8_is_deceptive(point)) {
            return sw_fail(err, SW_E_INPUT, "a name holds the invisible character U+%04X",
                           (unsigned)point);
        }
        if (point < 0x80 && strchr("/\\%?#", (int)point) != NULL) {
            return sw_fail(err, SW_E_INPUT, "the name '%.80s' holds a '%c'", name, (int)point);
        }
        at += size;
    }
    if (characters > SW_ARM_NAME_CHARACTERS) {
        return sw_fail(err, SW_E_INPUT, "a name is longer than %u characters",
                       SW_ARM_NAME_CHARACTERS);
    }
    if (name[length - 1] == '.') {
        return sw_fail(err, SW_E_INPUT, "the name '%.80s' ends in a dot", name);
    }
    if (name[0] == ' ' || name[length - 1] == ' ') {
        return sw_fail(err, SW_E_INPUT, "the name '%.80s' begins or ends with a blank", name);
    }
    return true;
}

static void encode(struct sw_buf *buf, const char *name)
{
    static const char digits[] = "0123456789ABCDEF";

    for (const char *c = name; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;

        if (is_unreserved(byte)) {
            sw_buf_add_char(buf, *c);
        } else {
            sw_buf_add_char(buf, '%');
            sw_buf_add_char(buf, digits[byte >> 4]);
            sw_buf_add_char(buf, digits[byte & 15]);
        }
    }
}

static bool take(struct sw_arena *arena, const struct sw_buf *buf, const char **ret_text,
                 struct sw_error *err)
{
    if (buf->is_over) {
        return sw_fail(err, SW_E_INPUT, "a resource id is longer than %u bytes",
                       SW_LIMIT_URL_BYTES);
    }
    *ret_text = sw_copy(arena, buf->bytes, buf->length);
    return true;
}

bool sw_arm_id(struct sw_arena *arena, const char *form, const char *const *names,
               const char **ret_id, struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_URL_BYTES);
    for (const char *c = form; *c != '\0'; c++) {
        if (c[0] != '{' || c[1] != '}') {
            sw_buf_add_char(&buf, *c);
            continue;
        }
        if (*names == NULL) {
            return sw_fail(err, SW_E_INPUT, "a name of the resource is not known");
        }
        if (!sw_arm_name_check(*names, err)) {
            return false;
        }
        sw_buf_add_text(&buf, *names);
        names++;
        c++;
    }
    return take(arena, &buf, ret_id, err);
}

bool sw_arm_path(struct sw_arena *arena, const char *id, const char **ret_path,
                 struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_URL_BYTES);
    if (behind(id, "/subscriptions/") == NULL) {
        return sw_fail(err, SW_E_INPUT, "'%.120s' is no resource id", id);
    }
    for (const char *at = id; *at == '/';) {
        size_t length = strcspn(at + 1, "/");
        const char *name = sw_copy(arena, at + 1, length);

        if (!sw_arm_name_check(name, err)) {
            return sw_fail_while(err, "the resource id '%.200s'", id);
        }
        sw_buf_add_char(&buf, '/');
        encode(&buf, name);
        at += 1 + length;
    }
    return take(arena, &buf, ret_path, err);
}

bool sw_arm_id_is(const char *a, const char *b)
{
    return a != NULL && b != NULL && sw_text_is_folded(a, b);
}

const char *sw_arm_id_fold(struct sw_arena *arena, const char *id)
{
    char *folded = sw_copy_text(arena, id);

    sw_text_fold(folded);
    return folded;
}

const char *sw_arm_id_last(const char *id)
{
    const char *slash = id == NULL ? NULL : strrchr(id, '/');

    return slash == NULL || slash[1] == '\0' ? NULL : slash + 1;
}

bool sw_arm_id_is_child(const char *id, const char *parent, const char *type)
{
    const char *at = id == NULL || parent == NULL ? NULL : behind(id, parent);

    if (at == NULL || *at != '/' || (at = behind(at + 1, type)) == NULL || *at != '/') {
        return false;
    }
    return at[1] != '\0' && strchr(at + 1, '/') == NULL;
}
