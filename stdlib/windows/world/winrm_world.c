#include "stdlib/windows/world/winrm_world.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "sdk/embedded.h"
#include "sdk/json.h"
#include "stdlib/windows/powershell.h"
#include "stdlib/windows/soap.h"
#include "stdlib/windows/soap_reply.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* MaxShellsPerUser of a current server (windows.md B3). */
#define SHELL_MAX 30
/* Small and odd, so that pieces end inside a character. */
#define PIECE_BYTES 1021u
#define PIECES_PER_REPLY 64u

/* A shell with its only command: our client starts no second one. */
struct shell {
    char id[48], command_id[48];
    bool is_open, has_command, is_running;
    struct sw_buf input, out, errors;
    size_t out_sent, errors_sent;
    int exit_code;
    int64_t ready_ns;
};

struct sw_winrm_world {
    struct sw_winrm_backend backend;
    uint64_t seed, count;
    int64_t waited_ns;
    struct shell shells[SHELL_MAX];
};

struct sw_winrm_world *sw_winrm_world_new(const struct sw_winrm_backend *backend, uint64_t seed)
{
    struct sw_winrm_world *world = sw_heap(sizeof *world);

    memset(world, 0, sizeof *world);
    world->backend = *backend;
    world->seed = seed;
    return world;
}

static void shell_close(struct shell *shell)
{
    if (shell->is_open) {
        sw_buf_release(&shell->input);
        sw_buf_release(&shell->out);
        sw_buf_release(&shell->errors);
        *shell = (struct shell){0};
    }
}

void sw_winrm_world_free(struct sw_winrm_world *world)
{
    if (world == NULL) {
        return;
    }
    for (size_t i = 0; i < SHELL_MAX; i++) {
        shell_close(&world->shells[i]);
    }
    free(world);
}

int64_t sw_winrm_world_waited_ns(const struct sw_winrm_world *world)
{
    return world->waited_ns;
}

bool sw_winrm_world_owns(const struct sw_winrm_world *world, const struct sw_request *request)
{
    const char *scheme = strstr(request->url, "://");
    const char *host = scheme == NULL ? request->url : scheme + 3;
    size_t length = strcspn(host, ":/");

    if (length != strlen(world->backend.host)) {
        return false;
    }
    char name[256];
    if (length >= sizeof name) {
        return false;
    }
    memcpy(name, host, length);
    name[length] = '\0';
    return sw_text_is_folded(name, world->backend.host);
}

/* One request on its way to an answer. */
struct exchange {
    struct sw_winrm_world *world;
    struct sw_arena *arena;
    const char *message_id;
    const char *shell_id; /* NULL: no selector */
    const struct sw_xml *body;
    struct sw_reply *reply;
};

static void respond(struct exchange *x, int status, const char *action, const char *body)
{
    const char *id = sw_soap_message_id(x->arena, "server", x->world->seed, ++x->world->count);
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error ignored = {0};

    sw_buf_init(&buf, SW_LIMIT_REPLY_BYTES);
    sw_buf_addf(&buf,
                "<s:Envelope xml:lang=\"en-US\" xmlns:s=\"%s\" xmlns:a=\"%s\" xmlns:x=\"%s\" "
                "xmlns:w=\"%s\" xmlns:rsp=\"%s\" xmlns:p=\"%s\"><s:Header><a:Action>%s</a:Action>"
                "<a:MessageID>%s</a:MessageID><a:To>%s</a:To>",
                SW_NS_SOAP, SW_NS_ADDRESSING, SW_NS_TRANSFER, SW_NS_WSMAN, SW_NS_SHELL,
                SW_NS_WSMAN_MS, action, id, SW_ANONYMOUS);
    if (x->message_id != NULL) {
        sw_buf_add_text(&buf, "<a:RelatesTo>");
        sw_xml_add_text(&buf, x->message_id, &ignored);
        sw_buf_add_text(&buf, "</a:RelatesTo>");
    }
    sw_buf_add_text(&buf, "</s:Header><s:Body>");
    sw_buf_add_text(&buf, body);
    sw_buf_add_text(&buf, "</s:Body></s:Envelope>");
    x->reply->status = status;
    x->reply->body = sw_copy(x->arena, buf.bytes, buf.length);
    x->reply->body_length = buf.length;
    sw_reply_set_header(x->reply, "Content-Type", "application/soap+xml;charset=UTF-8");
}

static void fault(struct exchange *x, const char *who, const char *subcode, int64_t code,
                  const char *text)
{
    respond(x, 500, SW_ACTION_FAULT,
            sw_format(x->arena,
                      "<s:Fault><s:Code><s:Value>s:%s</s:Value><s:Subcode><s:Value>%s</s:Value>"
                      "</s:Subcode></s:Code><s:Reason><s:Text xml:lang=\"en-US\">%s</s:Text>"
                      "</s:Reason><s:Detail><f:WSManFault xmlns:f=\"%s\" Code=\"%" PRId64
                      "\" Machine=\"%s\"><f:Message>%s</f:Message></f:WSManFault></s:Detail>"
                      "</s:Fault>",
                      who, subcode, text, SW_NS_FAULT, code, x->world->backend.host, text));
}

static void fault_timed_out(struct exchange *x)
{
    x->world->waited_ns = SW_SOAP_OPERATION_S * SW_NS_PER_S;
    fault(x, "Receiver", "w:TimedOut", SW_FAULT_TIMED_OUT,
          "The WS-Management service cannot complete the operation within the time specified in "
          "OperationTimeout.  ");
}

static void fault_selectors(struct exchange *x)
{
    fault(x, "Sender", "w:InvalidSelectors", SW_FAULT_NO_SHELL,
          "The request for the Windows Remote Shell with ShellId failed because the shell was not "
          "found on the server.");
}

static struct shell *shell_of(struct exchange *x)
{
    for (size_t i = 0; x->shell_id != NULL && i < SHELL_MAX; i++) {
        struct shell *shell = &x->world->shells[i];
        if (shell->is_open && sw_text_is_folded(shell->id, x->shell_id)) {
            return shell;
        }
    }
    return NULL;
}

static void new_id(struct exchange *x, char id[48])
{
    const char *made = sw_soap_message_id(x->arena, "id", x->world->seed, ++x->world->count) + 5;

    memcpy(id, made, strlen(made) + 1);
}

static void on_create(struct exchange *x)
{
    struct shell *shell = NULL;

    for (size_t i = 0; i < SHELL_MAX && shell == NULL; i++) {
        shell = x->world->shells[i].is_open ? NULL : &x->world->shells[i];
    }
    if (shell == NULL) {
        fault(x, "Sender", "w:QuotaLimit", SW_FAULT_QUOTA,
              "This user is allowed a maximum number of 30 concurrent shells, which has been "
              "exceeded.");
        return;
    }
    *shell = (struct shell){.is_open = true};
    sw_buf_init(&shell->input, SW_LIMIT_REPLY_BYTES);
    sw_buf_init(&shell->out, SW_LIMIT_REPLY_BYTES);
    sw_buf_init(&shell->errors, SW_LIMIT_REPLY_BYTES);
    new_id(x, shell->id);
    respond(x, 200, SW_ACTION_CREATE "Response",
            sw_format(x->arena,
                      "<x:ResourceCreated><a:Address>https://%s:5986/wsman</a:Address>"
                      "<a:ReferenceParameters><w:ResourceURI>%s</w:ResourceURI><w:SelectorSet>"
                      "<w:Selector Name=\"ShellId\">%s</w:Selector></w:SelectorSet>"
                      "</a:ReferenceParameters></x:ResourceCreated><rsp:Shell><rsp:ShellId>%s"
                      "</rsp:ShellId><rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut></rsp:Shell>",
                      x->world->backend.host, SW_SHELL_RESOURCE, shell->id, shell->id));
}

static void on_command(struct exchange *x, struct shell *shell)
{
    const struct sw_xml *line = sw_xml_child(x->body, SW_NS_SHELL, "CommandLine");
    const char *command = sw_xml_word(x->arena, sw_xml_child(line, SW_NS_SHELL, "Command"));

    if (!sw_text_is(command, SW_POWERSHELL)) {
        fault(x, "Sender", "w:InternalError", 2147942402,
              "The system cannot find the file specified. ");
        return;
    }
    new_id(x, shell->command_id);
    shell->has_command = true;
    respond(x, 200, SW_ACTION_COMMAND "Response",
            sw_format(x->arena,
                      "<rsp:CommandResponse><rsp:CommandId>%s</rsp:CommandId>"
                      "</rsp:CommandResponse>",
                      shell->command_id));
}

/* What Windows PowerShell says about a text that it can't run. */
static void say_unknown(struct shell *shell)
{
    sw_buf_add_text(&shell->errors,
                    "#< CLIXML\r\n<Objs Version=\"1.1.0.1\" "
                    "xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">"
                    "<S S=\"Error\">this model of a shell knows only the scripts of this "
                    "program_x000D__x000A_</S></Objs>");
    shell->exit_code = 1;
}

static const char *script_of(struct sw_arena *arena, const char *body)
{
    for (const struct sw_embedded *at = sw_scripts; at->name != NULL; at++) {
        struct sw_powershell_script script;
        struct sw_error ignored = {0};
        if (sw_powershell_find(arena, at->name, &script, &ignored) &&
            sw_text_is(script.body, body)) {
            return at->name;
        }
    }
    return NULL;
}

static void run(struct exchange *x, struct shell *shell)
{
    const struct sw_winrm_backend *backend = &x->world->backend;
    const struct sw_value *nonce = NULL, *args = NULL, *result = NULL;
    const char *body = NULL, *id = NULL, *message = NULL;
    struct sw_error ignored = {0};
    char now[SW_TIME_TEXT_BYTES];

    shell->is_running = true;
    shell->ready_ns = backend->now(backend->context);
    const char *name = sw_powershell_take_apart(x->arena, shell->input.bytes, shell->input.length,
                                                &nonce, &args, &body, &ignored)
                           ? script_of(x->arena, body)
                           : NULL;
    if (name == NULL) {
        say_unknown(shell);
        return;
    }
    sw_time_format(shell->ready_ns, now);
    struct sw_builder envelope = sw_map_begin(x->arena);
    sw_map_put_int(&envelope, "stepwise", 1);
    sw_map_put(&envelope, "nonce", nonce);
    sw_map_put_text(&envelope, "time", now);
    if (backend->script(backend->context, name, args, x->arena, &result, &id, &message)) {
        sw_map_put(&envelope, "result", result);
    } else {
        struct sw_builder error = sw_map_begin(x->arena);
        sw_map_put_text(&error, "id", id == NULL ? "" : id);
        sw_map_put_text(&error, "message", message == NULL ? "" : message);
        sw_map_put(&envelope, "error", sw_built(&error));
        shell->exit_code = 20;
    }
    sw_json_write(&shell->out, sw_built(&envelope), SW_JSON_PLAIN);
    sw_buf_add_text(&shell->out, "\r\n");
    shell->ready_ns += backend->takes_ns == NULL ? 0 : backend->takes_ns(backend->context, name);
}

static void on_send(struct exchange *x, struct shell *shell)
{
    const struct sw_xml *stream = sw_xml_find(x->body, SW_NS_SHELL, "Stream");
    const char *text = sw_xml_text(x->arena, stream);
    const char *id = sw_xml_attribute(stream, "CommandId");
    struct sw_error ignored = {0};

    if (!shell->has_command || !sw_text_is_folded(id, shell->command_id)) {
        fault_selectors(x);
        return;
    }
    if (text == NULL || shell->is_running ||
        !sw_base64_decode(text, strlen(text), &shell->input, &ignored)) {
        fault(x, "Sender", "w:InvalidParameter", 87, "The parameter is incorrect. ");
        return;
    }
    if (sw_text_is_folded(sw_xml_attribute(stream, "End"), "true")) {
        run(x, shell);
    }
    respond(x, 200, SW_ACTION_SEND "Response", "<rsp:SendResponse/>");
}

/* Add what is left of a stream in small pieces, and its end mark. @return is it all out? */
static bool add_pieces(struct sw_buf *buf, const struct shell *shell, const char *name,
                       const struct sw_buf *from, size_t *sent)
{
    for (size_t i = 0; i < PIECES_PER_REPLY && *sent < from->length; i++) {
        size_t left = from->length - *sent;
        size_t piece = left < PIECE_BYTES ? left : PIECE_BYTES;
        sw_buf_addf(buf, "<rsp:Stream Name=\"%s\" CommandId=\"%s\">", name, shell->command_id);
        sw_base64_add(buf, from->bytes + *sent, piece);
        sw_buf_add_text(buf, "</rsp:Stream>");
        *sent += piece;
    }
    if (*sent < from->length) {
        return false;
    }
    sw_buf_addf(buf, "<rsp:Stream Name=\"%s\" CommandId=\"%s\" End=\"true\"/>", name,
                shell->command_id);
    return true;
}

static void on_receive(struct exchange *x, struct shell *shell)
{
    const struct sw_xml *stream = sw_xml_find(x->body, SW_NS_SHELL, "DesiredStream");

    if (!shell->has_command ||
        !sw_text_is_folded(sw_xml_attribute(stream, "CommandId"), shell->command_id)) {
        fault_selectors(x);
        return;
    }
    const struct sw_winrm_backend *backend = &x->world->backend;
    if (!shell->is_running || backend->now(backend->context) < shell->ready_ns) {
        fault_timed_out(x);
        return;
    }
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    sw_buf_init(&buf, SW_LIMIT_REPLY_BYTES);
    sw_buf_add_text(&buf, "<rsp:ReceiveResponse>");
    bool is_out = add_pieces(&buf, shell, "stdout", &shell->out, &shell->out_sent);
    bool is_errors = add_pieces(&buf, shell, "stderr", &shell->errors, &shell->errors_sent);
    if (is_out && is_errors) {
        sw_buf_addf(&buf,
                    "<rsp:CommandState CommandId=\"%s\" State=\"%s\"><rsp:ExitCode>%d"
                    "</rsp:ExitCode></rsp:CommandState>",
                    shell->command_id, SW_STATE_DONE, shell->exit_code);
        shell->has_command = false; /* finished and collected */
    } else {
        sw_buf_addf(&buf, "<rsp:CommandState CommandId=\"%s\" State=\"%s\"/>", shell->command_id,
                    SW_STATE_RUNNING);
    }
    sw_buf_add_text(&buf, "</rsp:ReceiveResponse>");
    respond(x, 200, SW_ACTION_RECEIVE "Response", buf.bytes);
}

static void dispatch(struct exchange *x, const char *action)
{
    struct shell *shell = shell_of(x);

    if (sw_text_is(action, SW_ACTION_CREATE)) {
        on_create(x);
    } else if (shell == NULL) {
        fault_selectors(x);
    } else if (sw_text_is(action, SW_ACTION_COMMAND)) {
        on_command(x, shell);
    } else if (sw_text_is(action, SW_ACTION_SEND)) {
        on_send(x, shell);
    } else if (sw_text_is(action, SW_ACTION_RECEIVE)) {
        on_receive(x, shell);
    } else if (sw_text_is(action, SW_ACTION_SIGNAL)) {
        respond(x, 200, SW_ACTION_SIGNAL "Response", "<rsp:SignalResponse/>");
    } else if (sw_text_is(action, SW_ACTION_DELETE)) {
        shell_close(shell);
        respond(x, 200, SW_ACTION_DELETE "Response", "");
    } else {
        fault(x, "Sender", "a:ActionNotSupported", 2150858752,
              "The action is not supported by the service. ");
    }
}

/* Headers that a real server demands (windows.md B1, tried against openwsman). */
static bool has_headers(struct sw_arena *arena, const struct sw_xml *header)
{
    const struct sw_xml *reply_to = sw_xml_child(header, SW_NS_ADDRESSING, "ReplyTo");
    const char *resource = sw_xml_word(arena, sw_xml_child(header, SW_NS_WSMAN, "ResourceURI"));

    return sw_xml_child(header, SW_NS_ADDRESSING, "To") != NULL &&
           sw_xml_child(header, SW_NS_ADDRESSING, "MessageID") != NULL &&
           sw_text_is(sw_xml_word(arena, sw_xml_child(reply_to, SW_NS_ADDRESSING, "Address")),
                      SW_ANONYMOUS) &&
           sw_text_is(resource, SW_SHELL_RESOURCE);
}

void sw_winrm_world_answer(struct sw_winrm_world *world, const struct sw_request *request,
                           struct sw_arena *arena, struct sw_reply *ret_reply)
{
    struct exchange x = {.world = world, .arena = arena, .reply = ret_reply};
    const struct sw_xml *root = NULL;
    struct sw_error ignored = {0};

    world->waited_ns = 0;
    *ret_reply = (struct sw_reply){.status = 400};
    if (!sw_text_is(request->method, "POST") || !sw_text_ends(request->url, "/wsman")) {
        ret_reply->status = 404;
        return;
    }
    if (!sw_xml_read(arena, request->body == NULL ? "" : request->body, request->body_length, &root,
                     &ignored)) {
        return;
    }
    const struct sw_xml *header = sw_xml_child(root, SW_NS_SOAP, "Header");
    const struct sw_xml *selectors = sw_xml_child(header, SW_NS_WSMAN, "SelectorSet");
    x.body = sw_xml_child(root, SW_NS_SOAP, "Body");
    x.message_id = sw_xml_word(arena, sw_xml_child(header, SW_NS_ADDRESSING, "MessageID"));
    x.shell_id = sw_xml_word(arena, sw_xml_child(selectors, SW_NS_WSMAN, "Selector"));
    if (sw_xml_child(x.body, SW_NS_IDENTITY, "Identify") != NULL) {
        respond(&x, 200, "",
                "<wsmid:IdentifyResponse xmlns:wsmid=\"" SW_NS_IDENTITY "\">"
                "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
                "<wsmid:ProductVersion>OS: 10.0.17763 SP: 0.0 Stack: 3.0"
                "</wsmid:ProductVersion></wsmid:IdentifyResponse>");
        return;
    }
    if (!has_headers(arena, header)) {
        fault(&x, "Sender", "a:MessageInformationHeaderRequired", 2150858767,
              "A required message information header is missing. ");
        return;
    }
    dispatch(&x, sw_xml_word(arena, sw_xml_child(header, SW_NS_ADDRESSING, "Action")));
}
