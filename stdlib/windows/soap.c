#include "stdlib/windows/soap.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "stdlib/windows/xml.h"

/* One envelope under construction: the first text that XML can't hold is remembered. */
struct envelope {
    struct sw_arena *arena;
    struct sw_buf buf;
    struct sw_error *err;
    bool is_good;
};

static void add(struct envelope *e, const char *markup)
{
    sw_buf_add_text(&e->buf, markup);
}

static void add_text(struct envelope *e, const char *text)
{
    e->is_good = e->is_good && sw_xml_add_text(&e->buf, text, e->err);
}

static void begin(struct envelope *e, struct sw_arena *arena, const struct sw_soap_to *to,
                  const char *action, const char *options, struct sw_error *err)
{
    *e = (struct envelope){.arena = arena, .err = err, .is_good = true};
    sw_buf_init(&e->buf, SW_LIMIT_REPLY_BYTES);
    add(e, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope xmlns:s=\"" SW_NS_SOAP
           "\" xmlns:a=\"" SW_NS_ADDRESSING "\" xmlns:w=\"" SW_NS_WSMAN
           "\" xmlns:p=\"" SW_NS_WSMAN_MS "\" xmlns:rsp=\"" SW_NS_SHELL "\"><s:Header><a:To>");
    add_text(e, to->url);
    add(e, "</a:To><a:ReplyTo><a:Address s:mustUnderstand=\"true\">" SW_ANONYMOUS
           "</a:Address></a:ReplyTo><a:Action s:mustUnderstand=\"true\">");
    add(e, action);
    add(e, "</a:Action><a:MessageID>");
    add_text(e, to->message_id);
    sw_buf_addf(&e->buf,
                "</a:MessageID><w:ResourceURI s:mustUnderstand=\"true\">" SW_SHELL_RESOURCE
                "</w:ResourceURI><w:MaxEnvelopeSize s:mustUnderstand=\"true\">%d"
                "</w:MaxEnvelopeSize><w:OperationTimeout>PT%dS</w:OperationTimeout>",
                SW_SOAP_ENVELOPE_BYTES, SW_SOAP_OPERATION_S);
    add(e, "<w:Locale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>"
           "<p:DataLocale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>");
    if (to->shell_id != NULL) {
        add(e, "<w:SelectorSet><w:Selector Name=\"ShellId\">");
        add_text(e, to->shell_id);
        add(e, "</w:Selector></w:SelectorSet>");
    }
    add(e, options);
    add(e, "</s:Header><s:Body>");
}

static bool end(struct envelope *e, const char **ret_body)
{
    bool is_good = e->is_good;

    add(e, "</s:Body></s:Envelope>");
    if (is_good && e->buf.is_over) {
        is_good =
            sw_fail(e->err, SW_E_LIMIT, "a message of more than %u bytes", SW_LIMIT_REPLY_BYTES);
    }
    if (is_good) {
        *ret_body = sw_copy(e->arena, e->buf.bytes, e->buf.length);
    }
    sw_buf_release(&e->buf);
    return is_good;
}

bool sw_soap_create(struct sw_arena *arena, const struct sw_soap_to *to, const char **ret_body,
                    struct sw_error *err)
{
    struct envelope e;

    /* 65001: else stdout comes in the OEM code page (windows.md B4). */
    begin(&e, arena, to, SW_ACTION_CREATE,
          "<w:OptionSet><w:Option Name=\"WINRS_NOPROFILE\">TRUE</w:Option>"
          "<w:Option Name=\"WINRS_CODEPAGE\">65001</w:Option></w:OptionSet>",
          err);
    add(&e, "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams>"
            "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>");
    return end(&e, ret_body);
}

bool sw_soap_command(struct sw_arena *arena, const struct sw_soap_to *to, const char *command,
                     const char *const *arguments, const char **ret_body, struct sw_error *err)
{
    struct envelope e;

    /* CONSOLEMODE_STDIN must be FALSE, or standard input never ends. */
    begin(&e, arena, to, SW_ACTION_COMMAND,
          "<w:OptionSet><w:Option Name=\"WINRS_CONSOLEMODE_STDIN\">FALSE</w:Option>"
          "<w:Option Name=\"WINRS_SKIP_CMD_SHELL\">FALSE</w:Option></w:OptionSet>",
          err);
    add(&e, "<rsp:CommandLine><rsp:Command>");
    add_text(&e, command);
    add(&e, "</rsp:Command>");
    for (size_t i = 0; arguments[i] != NULL; i++) {
        add(&e, "<rsp:Arguments>");
        add_text(&e, arguments[i]);
        add(&e, "</rsp:Arguments>");
    }
    add(&e, "</rsp:CommandLine>");
    return end(&e, ret_body);
}

bool sw_soap_send(struct sw_arena *arena, const struct sw_soap_to *to, const char *command_id,
                  const char *bytes, size_t length, bool is_end, const char **ret_body,
                  struct sw_error *err)
{
    struct envelope e;

    begin(&e, arena, to, SW_ACTION_SEND, "", err);
    add(&e, "<rsp:Send><rsp:Stream Name=\"stdin\" CommandId=\"");
    add_text(&e, command_id);
    add(&e, is_end ? "\" End=\"true\">" : "\">");
    sw_base64_add(&e.buf, bytes, length);
    add(&e, "</rsp:Stream></rsp:Send>");
    return end(&e, ret_body);
}

bool sw_soap_receive(struct sw_arena *arena, const struct sw_soap_to *to, const char *command_id,
                     const char **ret_body, struct sw_error *err)
{
    struct envelope e;

    begin(&e, arena, to, SW_ACTION_RECEIVE, "", err);
    add(&e, "<rsp:Receive><rsp:DesiredStream CommandId=\"");
    add_text(&e, command_id);
    add(&e, "\">stdout stderr</rsp:DesiredStream></rsp:Receive>");
    return end(&e, ret_body);
}

bool sw_soap_terminate(struct sw_arena *arena, const struct sw_soap_to *to, const char *command_id,
                       const char **ret_body, struct sw_error *err)
{
    struct envelope e;

    begin(&e, arena, to, SW_ACTION_SIGNAL, "", err);
    add(&e, "<rsp:Signal CommandId=\"");
    add_text(&e, command_id);
    add(&e, "\"><rsp:Code>" SW_SIGNAL_TERMINATE "</rsp:Code></rsp:Signal>");
    return end(&e, ret_body);
}

bool sw_soap_delete(struct sw_arena *arena, const struct sw_soap_to *to, const char **ret_body,
                    struct sw_error *err)
{
    struct envelope e;

    begin(&e, arena, to, SW_ACTION_DELETE, "", err);
    return end(&e, ret_body);
}

const char *sw_soap_message_id(struct sw_arena *arena, const char *salt, uint64_t seed,
                               uint64_t number)
{
    struct sw_sha256 hash;
    uint8_t sum[SW_SHA256_BYTES];
    const char *text = sw_format(arena, "%s %llu %llu", salt, (unsigned long long)seed,
                                 (unsigned long long)number);
    size_t length = 0;

    while (text[length] != '\0') {
        length++;
    }
    sw_sha256_init(&hash);
    sw_sha256_add(&hash, text, length);
    sw_sha256_end(&hash, sum);
    /* Version 4, variant 1 of RFC 4122, though the bits come from a hash. */
    sum[6] = (uint8_t)((sum[6] & 0x0F) | 0x40);
    sum[8] = (uint8_t)((sum[8] & 0x3F) | 0x80);
    return sw_format(arena,
                     "uuid:%02X%02X%02X%02X-%02X%02X-%02X%02X-%02X%02X-%02X%02X%02X%02X%02X%02X",
                     sum[0], sum[1], sum[2], sum[3], sum[4], sum[5], sum[6], sum[7], sum[8], sum[9],
                     sum[10], sum[11], sum[12], sum[13], sum[14], sum[15]);
}
