#include "stdlib/windows/powershell.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "sdk/json.h"
#include "stdlib/windows/soap.h"
#include "stdlib/windows/xml.h"

#include <string.h>

#define NS_CLIXML "http://schemas.microsoft.com/powershell/2004/04"
#define MARK "# stepwise: "
#define ARGUMENTS "$StepwiseArguments = '"

const char *const sw_powershell_arguments[] = {
    "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command", "-", NULL};

static const struct sw_embedded *embedded_of(const char *name)
{
    const struct sw_embedded *at = sw_scripts;

    while (at->name != NULL && !sw_text_is(at->name, name)) {
        at++;
    }
    return at->name == NULL ? NULL : at;
}

/* Take the next word of a line; NULL at its end. */
static const char *next_word(struct sw_arena *arena, const char **at)
{
    *at += strspn(*at, " \r");
    size_t length = strcspn(*at, " \r\n");
    const char *word = length == 0 ? NULL : sw_copy(arena, *at, length);

    *at += length;
    return word;
}

bool sw_powershell_find(struct sw_arena *arena, const char *name,
                        struct sw_powershell_script *ret_script, struct sw_error *err)
{
    const struct sw_embedded *script = embedded_of(name);

    if (script == NULL) {
        return sw_fail(err, SW_E_INTERNAL, "no script '%s'", name);
    }
    if (!sw_text_begins(script->text, MARK)) {
        return sw_fail(err, SW_E_INTERNAL, "script '%s' does not say what it is", name);
    }
    const char *at = script->text + strlen(MARK);
    const char *own_name = next_word(arena, &at);
    const char *kind = next_word(arena, &at);
    bool is_act = sw_text_is(kind, "act");
    if (!sw_text_is(own_name, name) || (!is_act && !sw_text_is(kind, "look"))) {
        return sw_fail(err, SW_E_INTERNAL, "script '%s' is neither a look nor an act", name);
    }
    SW_CLEANUP(sw_buf_release) struct sw_buf body;
    sw_buf_init(&body, SW_LIMIT_FILE_BYTES);
    const char *word = next_word(arena, &at);
    if (word != NULL && !sw_text_is(word, "with")) {
        return sw_fail(err, SW_E_INTERNAL, "script '%s': what is '%s'?", name, word);
    }
    while (word != NULL && (word = next_word(arena, &at)) != NULL) {
        const struct sw_embedded *part = embedded_of(word);
        if (part == NULL) {
            return sw_fail(err, SW_E_INTERNAL, "script '%s' wants a part '%s'", name, word);
        }
        sw_buf_add(&body, part->text, part->length);
        sw_buf_add_text(&body, "\n");
    }
    sw_buf_add(&body, script->text, script->length);
    sw_buf_add_text(&body, "\n\n"); /* the blank line that makes the last statement run */
    *ret_script = (struct sw_powershell_script){
        .embedded = script, .is_act = is_act, .body = sw_copy(arena, body.bytes, body.length)};
    return true;
}

const char *sw_powershell_input(struct sw_arena *arena, const struct sw_powershell_script *script,
                                const char *nonce, const struct sw_value *args)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder none = sw_map_begin(arena);
    SW_CLEANUP(sw_buf_release) struct sw_buf json;
    SW_CLEANUP(sw_buf_release) struct sw_buf text;

    sw_buf_init(&json, SW_LIMIT_REPLY_BYTES);
    sw_buf_init(&text, SW_LIMIT_REPLY_BYTES);
    sw_map_put_text(&map, "nonce", nonce);
    sw_map_put(&map, "args", args == NULL ? sw_built(&none) : args);
    sw_json_write(&json, sw_built(&map), SW_JSON_PLAIN);
    sw_buf_add_text(&text, ARGUMENTS);
    sw_base64_add(&text, json.bytes, json.length);
    sw_buf_add_text(&text, "'\n");
    sw_buf_add_text(&text, script->body);
    sw_require(!json.is_over && !text.is_over);
    return sw_copy(arena, text.bytes, text.length);
}

bool sw_powershell_take_apart(struct sw_arena *arena, const char *input, size_t length,
                              const struct sw_value **ret_nonce, const struct sw_value **ret_args,
                              const char **ret_body, struct sw_error *err)
{
    const char *text = sw_copy(arena, input, length);
    const struct sw_value *map = NULL;

    if (!sw_text_begins(text, ARGUMENTS)) {
        return sw_fail(err, SW_E_INPUT, "the text does not begin with its arguments");
    }
    const char *base64 = text + strlen(ARGUMENTS);
    const char *end = strstr(base64, "'\n");
    if (end == NULL) {
        return sw_fail(err, SW_E_INPUT, "the arguments have no end");
    }
    SW_CLEANUP(sw_buf_release) struct sw_buf json;
    sw_buf_init(&json, SW_LIMIT_REPLY_BYTES);
    if (!sw_base64_decode(base64, (size_t)(end - base64), &json, err) ||
        !sw_json_read(arena, json.bytes, json.length, SW_JSON_PLAIN, &map, err)) {
        err->code = SW_E_INPUT;
        return sw_fail_while(err, "read the arguments");
    }
    *ret_nonce = sw_get(map, "nonce");
    *ret_args = sw_get(map, "args");
    *ret_body = end + 2;
    return true;
}

bool sw_powershell_answer(struct sw_arena *arena, const char *out, size_t length, const char *nonce,
                          struct sw_powershell_answer *ret_answer, struct sw_error *err)
{
    const struct sw_value *envelope = NULL;
    int64_t version = 0;
    struct sw_error ignored = {0};

    while (length > 0 && strchr("\r\n \t", out[length - 1]) != NULL && out[length - 1] != '\0') {
        length--;
    }
    size_t begin = length;
    while (begin > 0 && out[begin - 1] != '\n') {
        begin--;
    }
    /* A UTF-8 byte order mark comes first on some hosts. */
    if (length - begin >= 3 && memcmp(out + begin, "\xEF\xBB\xBF", 3) == 0) {
        begin += 3;
    }
    if (length == begin) {
        return sw_fail(err, SW_E_PROTOCOL, "the script said nothing");
    }
    if (!sw_json_read(arena, out + begin, length - begin, SW_JSON_PLAIN, &envelope, err)) {
        err->code = SW_E_PROTOCOL;
        return sw_fail_while(err, "read the script's answer");
    }
    if (!sw_as_int(sw_get(envelope, "stepwise"), &version) || version != 1) {
        return sw_fail(err, SW_E_PROTOCOL, "the script's answer is not one of ours");
    }
    if (!sw_text_is(sw_as_text(sw_get(envelope, "nonce")), nonce)) {
        return sw_fail(err, SW_E_PROTOCOL, "the answer of another call");
    }
    const struct sw_value *error = sw_get(envelope, "error");
    struct sw_powershell_answer answer = {.result = sw_get(envelope, "result")};
    if ((error == NULL) == (answer.result == NULL)) {
        return sw_fail(err, SW_E_PROTOCOL, "the script's answer has neither result nor error");
    }
    if (error != NULL) {
        answer.id = sw_as_text(sw_get(error, "id"));
        answer.message = sw_as_text(sw_get(error, "message"));
        answer.id = answer.id == NULL ? "" : answer.id;
        answer.message = answer.message == NULL ? "no reason given" : answer.message;
    }
    const char *time = sw_as_text(sw_get(envelope, "time"));
    if (time == NULL || !sw_time_parse(time, &answer.time_ns, &ignored)) {
        answer.time_ns = 0;
    }
    *ret_answer = answer;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "_x000D_" and the like; surrogate pairs come as two of them. @return the UTF-16 unit or -1 */
static int32_t escaped_unit(const char *at)
{
    int32_t unit = 0;

    if (at[0] != '_' || at[1] != 'x') {
        return -1;
    }
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    return at[6] == '_' ? unit : -1;
}

static void add_unescaped(struct sw_buf *buf, const char *text)
{
    while (*text != '\0') {
        int32_t unit = escaped_unit(text);
        if (unit < 0) {
            sw_buf_add_char(buf, *text++);
            continue;
        }
        text += 7;
        uint32_t point = (uint32_t)unit;
        int32_t low = point >= 0xD800 && point <= 0xDBFF ? escaped_unit(text) : -1;
        if (low >= 0xDC00 && low <= 0xDFFF) {
            point = 0x10000 + ((point - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
            text += 7;
        }
        char bytes[4];
        size_t width = sw_utf8_encode(point, bytes);
        sw_buf_add(buf, width == 0 ? "?" : bytes, width == 0 ? 1 : width);
    }
}

/* One line: runs of white space and control characters become one blank. */
static const char *one_line(struct sw_arena *arena, const char *text)
{
    char *line = sw_alloc(arena, strlen(text) + 1);
    size_t length = 0;

    for (; *text != '\0'; text++) {
        bool is_blank = (unsigned char)*text <= ' ' || *text == 0x7F;
        if (!is_blank) {
            line[length++] = *text;
        } else if (length > 0 && line[length - 1] != ' ') {
            line[length++] = ' ';
        }
    }
    while (length > 0 && line[length - 1] == ' ') {
        length--;
    }
    line[length] = '\0';
    return line;
}

const char *sw_powershell_errors(struct sw_arena *arena, const char *text, size_t length)
{
    const char *all = length == 0 ? "" : sw_copy(arena, text, length);
    const char *begin = strstr(all, "<Objs");
    const struct sw_xml *root = NULL;
    struct sw_error ignored = {0};

    if (strstr(all, "#< CLIXML") == NULL || begin == NULL) {
        return one_line(arena, all);
    }
    if (!sw_xml_read(arena, begin, strlen(begin), &root, &ignored)) {
        return one_line(arena, all); /* cut short, or plain text behind it: better raw than lost */
    }
    SW_CLEANUP(sw_buf_release) struct sw_buf said;
    sw_buf_init(&said, SW_LIMIT_REPLY_BYTES);
    for (const struct sw_xml *at = sw_xml_child(root, NS_CLIXML, "S"); at != NULL;
         at = sw_xml_again(at)) {
        if (sw_text_is(sw_xml_attribute(at, "S"), "Error")) {
            add_unescaped(&said, sw_xml_text(arena, at));
        }
    }
    return one_line(arena, sw_copy(arena, said.bytes, said.length));
}

enum sw_code sw_powershell_code(const char *id)
{
    static const struct {
        const char *part;
        enum sw_code code;
    } table[] = {
        {"Stepwise.Busy", SW_E_BUSY},
        {"Stepwise.Input", SW_E_INPUT},
        {"Stepwise.NotFound", SW_E_NOT_FOUND},
        {"Stepwise.Denied", SW_E_DENIED},
        /* Cmdlets that are made of CIM classes (SmbShare, ScheduledTasks) tell the system's own
         * number; their words are in the server's language. */
        {"Windows System Error 5,", SW_E_DENIED},
        {"HRESULT 0x80070005,", SW_E_DENIED},
        {"UnauthorizedAccess", SW_E_DENIED},
        {"AccessDenied", SW_E_DENIED},
        {"PermissionDenied", SW_E_DENIED},
        {"PathNotFound", SW_E_NOT_FOUND},
        {"ObjectNotFound", SW_E_NOT_FOUND},
        {"NoMatchingLogsFound", SW_E_NOT_FOUND},
        {"CmdletizationQuery_NotFound", SW_E_NOT_FOUND},
    };

    for (size_t i = 0; i < SW_COUNT(table); i++) {
        if (strstr(id, table[i].part) != NULL) {
            return table[i].code;
        }
    }
    return SW_E_REFUSED;
}

bool sw_powershell_judge(struct sw_arena *arena, const char *script, const char *nonce,
                         const struct sw_powershell_end *end, struct sw_answer *ret_answer,
                         struct sw_error *err)
{
    struct sw_powershell_answer answer = {0};
    struct sw_error why = {0};
    const char *said = sw_powershell_errors(arena, end->errors, end->errors_length);
    bool is_answer = sw_powershell_answer(arena, end->out, end->out_length, nonce, &answer, &why);

    if (is_answer && answer.result == NULL) {
        bool is_twice = sw_text_is(answer.id, answer.message);

        return sw_fail(err, sw_powershell_code(answer.id), "script '%s' failed: %s%s%s%s", script,
                       answer.message, is_twice ? "" : " (", is_twice ? "" : answer.id,
                       is_twice ? "" : ")");
    }
    if (!is_answer || end->exit_code != 0) {
        return sw_fail(err, SW_E_PROTOCOL, "script '%s' ended with exit code %d: %.300s", script,
                       end->exit_code,
                       said[0] != '\0'       ? said
                       : why.text[0] != '\0' ? why.text
                                             : "no reason given");
    }
    *ret_answer =
        (struct sw_answer){.status = 200, .body = answer.result, .peer_time_ns = answer.time_ns};
    return true;
}

const char *sw_powershell_preview(struct sw_arena *arena, const char *where,
                                  const struct sw_call *call)
{
    struct sw_powershell_script script;
    struct sw_error why = {0};
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    if (!sw_powershell_find(arena, call->op, &script, &why)) {
        return sw_copy_text(arena, why.text);
    }
    sw_buf_addf(&buf, "%s %s\nscript %s, arguments ", SW_POWERSHELL, where, call->op);
    if (call->args == NULL) {
        sw_buf_add_text(&buf, "{}");
    } else {
        sw_json_write(&buf, call->args, SW_JSON_PLAIN);
    }
    sw_buf_addf(&buf, "\n%s", script.embedded->text);
    return sw_copy(arena, buf.bytes, buf.length);
}

bool sw_powershell_prepare(const struct sw_talk *talk, const char **ret_input,
                           const char **ret_nonce, struct sw_error *err)
{
    struct sw_powershell_script script;

    if (!sw_text_is(talk->call.kind, "script")) {
        return sw_fail(err, SW_E_INTERNAL, "'%s' is nothing that a Windows server can do",
                       talk->call.kind);
    }
    if (!sw_powershell_find(talk->arena, talk->call.op, &script, err)) {
        return false;
    }
    if (script.is_act && !talk->is_act) {
        return sw_fail(err, SW_E_INTERNAL, "script '%s' changes the server and was asked as a look",
                       talk->call.op);
    }
    /* 5: behind "uuid:". */
    *ret_nonce = sw_soap_message_id(talk->arena, "nonce", talk->attempt, 0) + 5;
    *ret_input = sw_powershell_input(talk->arena, &script, *ret_nonce, talk->call.args);
    return true;
}
