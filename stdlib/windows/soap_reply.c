#include "stdlib/windows/soap_reply.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

/* Decimal only, up to 15 digits: an HRESULT as unsigned 32-bit number fits, garbage does not. */
static bool decimal(const char *text, int64_t *ret)
{
    bool is_negative = text != NULL && text[0] == '-';
    const char *at = text == NULL ? "" : text + (is_negative ? 1 : 0);
    size_t digits = strspn(at, "0123456789");
    int64_t sum = 0;

    if (digits == 0 || digits > 15 || at[digits] != '\0') {
        return false;
    }
    for (size_t i = 0; i < digits; i++) {
        sum = sum * 10 + (at[i] - '0');
    }
    *ret = is_negative ? -sum : sum;
    return true;
}

static bool fail_without_envelope(const struct sw_reply *reply, struct sw_error *err)
{
    switch (reply->status) {
    case 401:
        return sw_fail(err, SW_E_DENIED,
                       "the server refused the credentials or the way of authentication (401). Is "
                       "the ticket still good (klist), is the account right, and does the listener "
                       "offer this way (winrm get winrm/config/service/auth)?");
    case 403:
        return sw_fail(err, SW_E_DENIED,
                       "not allowed (403): the login must be an administrator of the server, as "
                       "only those may open shells");
    case 404:
        return sw_fail(err, SW_E_REFUSED,
                       "no WinRM listener at this address (404): winrm enumerate "
                       "winrm/config/listener tells port and URL prefix; /wsman is expected");
    case 413:
        return sw_fail(err, SW_E_LIMIT,
                       "the server takes no message of this size (413): raise MaxEnvelopeSizekb "
                       "there to 500, which is what new servers have");
    case 503:
        return sw_fail(err, SW_E_BUSY,
                       "the service is not available (503): is the service WinRM running there?");
    case 500:
        if (reply->body_length == 0) {
            return sw_fail(err, SW_E_PROTOCOL,
                           "500 without a word: usually an unencrypted message that the server's "
                           "policy refuses. Give it a listener over HTTPS; never AllowUnencrypted");
        }
        break;
    default:
        break;
    }
    return sw_fail(err, SW_E_PROTOCOL, "status %d without a SOAP envelope", reply->status);
}

static void read_fault(struct sw_arena *arena, const struct sw_xml *node,
                       struct sw_soap_fault *ret_fault)
{
    const struct sw_xml *detail = sw_xml_find(node, SW_NS_FAULT, "WSManFault");
    const struct sw_xml *provider = sw_xml_find(detail, SW_NS_FAULT, "ProviderFault");
    const struct sw_xml *code = sw_xml_child(node, SW_NS_SOAP, "Code");
    const struct sw_xml *subcode = sw_xml_child(code, SW_NS_SOAP, "Subcode");
    const char *text = sw_xml_word(arena, provider);

    if (text == NULL || text[0] == '\0') {
        text = sw_xml_word(arena, sw_xml_child(detail, SW_NS_FAULT, "Message"));
    }
    if (text == NULL || text[0] == '\0') {
        text = sw_xml_word(arena, sw_xml_child(node, SW_NS_SOAP, "Reason"));
    }
    *ret_fault = (struct sw_soap_fault){0};
    if (!decimal(sw_xml_attribute(detail, "Code"), &ret_fault->code)) {
        ret_fault->code = 0;
    }
    ret_fault->subcode = sw_xml_word(arena, sw_xml_child(subcode, SW_NS_SOAP, "Value"));
    ret_fault->text = text == NULL || text[0] == '\0' ? "no reason given" : text;
}

bool sw_soap_read(struct sw_arena *arena, const struct sw_reply *reply, const char *message_id,
                  enum sw_soap_kind *ret_kind, const struct sw_xml **ret_body,
                  struct sw_soap_fault *ret_fault, struct sw_error *err)
{
    const struct sw_xml *root = NULL;
    struct sw_error why = {0};

    if (reply->body_length == 0) {
        return fail_without_envelope(reply, err);
    }
    if (!sw_xml_read(arena, reply->body, reply->body_length, &root, &why)) {
        if (reply->status != 200) {
            return fail_without_envelope(reply, err); /* a proxy's HTML page, for instance */
        }
        *err = why;
        return sw_fail_while(err, "read the server's answer");
    }
    const struct sw_xml *body = sw_xml_child(root, SW_NS_SOAP, "Body");
    if (!sw_xml_is(root, SW_NS_SOAP, "Envelope") || body == NULL) {
        return fail_without_envelope(reply, err);
    }
    const struct sw_xml *fault = sw_xml_child(body, SW_NS_SOAP, "Fault");
    const char *relates = sw_xml_word(arena, sw_xml_child(sw_xml_child(root, SW_NS_SOAP, "Header"),
                                                          SW_NS_ADDRESSING, "RelatesTo"));
    /* A fault about a message that could not be read relates to nothing. */
    bool must_relate = message_id != NULL && (fault == NULL || relates != NULL);
    if (must_relate && !sw_text_is_folded(relates, message_id)) {
        return sw_fail(err, SW_E_PROTOCOL, "an answer to another message (%s)",
                       relates == NULL ? "it does not say to which" : relates);
    }
    if (fault != NULL) {
        read_fault(arena, fault, ret_fault);
        *ret_kind = SW_SOAP_FAULT;
    } else if (reply->status != 200) {
        return sw_fail(err, SW_E_PROTOCOL, "status %d with an envelope that is no fault",
                       reply->status);
    } else {
        *ret_kind = SW_SOAP_REPLY;
    }
    *ret_body = body;
    return true;
}

bool sw_soap_shell_id(struct sw_arena *arena, const struct sw_xml *body, const char **ret_id,
                      struct sw_error *err)
{
    const struct sw_xml *selector = sw_xml_find(body, SW_NS_WSMAN, "Selector");
    const char *id = NULL;

    while (selector != NULL && !sw_text_is(sw_xml_attribute(selector, "Name"), "ShellId")) {
        selector = sw_xml_again(selector);
    }
    id = sw_xml_word(arena, selector);
    if (id == NULL || id[0] == '\0') {
        id = sw_xml_word(arena, sw_xml_find(body, SW_NS_SHELL, "ShellId"));
    }
    if (id == NULL || id[0] == '\0') {
        return sw_fail(err, SW_E_PROTOCOL, "the server made a shell but gave no ShellId");
    }
    *ret_id = id; /* with a "uuid:" in front if it came so: it goes back as it came */
    return true;
}

bool sw_soap_command_id(struct sw_arena *arena, const struct sw_xml *body, const char **ret_id,
                        struct sw_error *err)
{
    const struct sw_xml *reply = sw_xml_child(body, SW_NS_SHELL, "CommandResponse");
    const char *id = sw_xml_word(arena, sw_xml_child(reply, SW_NS_SHELL, "CommandId"));

    if (id == NULL || id[0] == '\0') {
        return sw_fail(err, SW_E_PROTOCOL, "the server started a command but gave no CommandId");
    }
    *ret_id = id;
    return true;
}

/* Another command's id is another command's output; a missing one can only be ours. */
static bool is_ours(const struct sw_xml *node, const char *command_id)
{
    const char *id = sw_xml_attribute(node, "CommandId");

    return id == NULL || sw_text_is_folded(id, command_id);
}

static bool append(struct sw_arena *arena, struct sw_soap_stream *stream, const char *bytes,
                   size_t length, struct sw_error *err)
{
    if (length > SW_LIMIT_REPLY_BYTES - stream->length) {
        return sw_fail(err, SW_E_LIMIT, "more than %u bytes of output", SW_LIMIT_REPLY_BYTES);
    }
    if (stream->length + length + 1 > stream->capacity) {
        size_t capacity = 2 * (stream->length + length + 1);
        char *bigger = sw_alloc(arena, capacity);
        if (stream->length > 0) {
            memcpy(bigger, stream->bytes, stream->length);
        }
        stream->bytes = bigger;
        stream->capacity = capacity;
    }
    if (length > 0) {
        memcpy(stream->bytes + stream->length, bytes, length);
    }
    stream->length += length;
    stream->bytes[stream->length] = '\0';
    return true;
}

static bool add_stream(struct sw_arena *arena, const struct sw_xml *node,
                       struct sw_soap_output *output, struct sw_error *err)
{
    const char *name = sw_xml_attribute(node, "Name");
    struct sw_soap_stream *stream = sw_text_is(name, "stdout")   ? &output->out
                                    : sw_text_is(name, "stderr") ? &output->errors
                                                                 : NULL;
    const char *text = sw_xml_text(arena, node);

    if (stream == NULL) {
        return sw_fail(err, SW_E_PROTOCOL, "output on an unknown stream");
    }
    SW_CLEANUP(sw_buf_release) struct sw_buf bytes;
    sw_buf_init(&bytes, SW_LIMIT_REPLY_BYTES);
    if (!sw_base64_decode(text, strlen(text), &bytes, err)) {
        err->code = SW_E_PROTOCOL;
        return sw_fail_while(err, "read %s", name);
    }
    return append(arena, stream, bytes.bytes, bytes.length, err);
}

static bool read_state(struct sw_arena *arena, const struct sw_xml *state,
                       struct sw_soap_output *output, struct sw_error *err)
{
    const char *exit_code = sw_xml_word(arena, sw_xml_child(state, SW_NS_SHELL, "ExitCode"));
    int64_t wide = 0;

    if (!sw_text_is(sw_xml_attribute(state, "State"), SW_STATE_DONE)) {
        return true;
    }
    output->is_done = true;
    if (exit_code == NULL) {
        return true; /* has_exit_code stays false: missing is not zero */
    }
    if (!decimal(exit_code, &wide) || wide < INT32_MIN || wide > (int64_t)UINT32_MAX) {
        return sw_fail(err, SW_E_PROTOCOL, "exit code '%.40s'", exit_code);
    }
    output->has_exit_code = true;
    output->exit_code = (int32_t)(wide > INT32_MAX ? wide - (INT64_C(1) << 32) : wide);
    return true;
}

bool sw_soap_receive_add(struct sw_arena *arena, const struct sw_xml *body, const char *command_id,
                         struct sw_soap_output *output, struct sw_error *err)
{
    const struct sw_xml *reply = sw_xml_child(body, SW_NS_SHELL, "ReceiveResponse");

    if (reply == NULL) {
        return sw_fail(err, SW_E_PROTOCOL, "no ReceiveResponse where one was expected");
    }
    for (const struct sw_xml *at = sw_xml_child(reply, SW_NS_SHELL, "Stream"); at != NULL;
         at = sw_xml_again(at)) {
        if (is_ours(at, command_id) && !add_stream(arena, at, output, err)) {
            return false;
        }
    }
    const struct sw_xml *state = sw_xml_child(reply, SW_NS_SHELL, "CommandState");
    return state == NULL || !is_ours(state, command_id) || read_state(arena, state, output, err);
}
