#include "stdlib/windows/shell.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"
#include "stdlib/windows/powershell.h"

#include <ctype.h>
#include <string.h>

#define WORDS 96 /* the options alone are half of it */

/** One call. */
struct shell {
    const char *nonce;
    bool is_remote;
    const char *words[WORDS];
    size_t count;
};

static void add(struct shell *shell, const char *word)
{
    sw_require(shell->count + 1 < WORDS); /* the last stays NULL */
    shell->words[shell->count++] = word;
}

static void add_option(struct shell *shell, const char *option)
{
    add(shell, "-o");
    add(shell, option);
}

static enum sw_turn fail_now(struct sw_talk *talk)
{
    talk->out = (struct sw_request){0};
    return SW_TURN_FAIL;
}

static const char *text_of(const struct sw_value *map, const char *name)
{
    return sw_as_text(sw_get(map, name));
}

/* A name to log in with: DOMAIN\user, user@domain. It stands on a command line as a word of its
 * own, and the client fills % in. */
static bool is_user(const char *user)
{
    if (user == NULL || !(isalnum((unsigned char)user[0]) || user[0] == '_')) {
        return false;
    }
    for (const char *at = user; *at != '\0'; at++) {
        if (!(isalnum((unsigned char)*at) || strchr("._-@\\$", *at) != NULL)) {
            return false;
        }
    }
    return true;
}

/* A path as the value of an option of the client, which takes quotes, % and ${} for its own. */
static bool is_plain_path(const char *path)
{
    if (path == NULL || path[0] != '/' || strpbrk(path, "\"%$\\ \t#'") != NULL) {
        return false;
    }
    for (const char *at = path; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f) {
            return false;
        }
    }
    return true;
}

static bool check(const struct sw_target *target, struct sw_error *err)
{
    const char *host = text_of(target->settings, "host");

    if (host == NULL || host[0] == '-') {
        return sw_fail(err, SW_E_INPUT, "target '%s' has no host", target->name);
    }
    if (!is_user(text_of(target->login, "user"))) {
        return sw_fail(err, SW_E_INPUT,
                       "target '%s': the user of a login by key is letters, digits and ._-@\\$",
                       target->name);
    }
    if (!is_plain_path(text_of(target->login, "key")) ||
        !is_plain_path(text_of(target->login, "known_hosts"))) {
        return sw_fail(err, SW_E_INPUT,
                       "target '%s': `key` and `known_hosts` are whole paths without blanks, "
                       "quotes, %% and $",
                       target->name);
    }
    return true;
}

/* The client as if nobody had configured it. */
static const char *const options[] = {
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    "GlobalKnownHostsFile=/dev/null",
    "CheckHostIP=no",
    "UpdateHostKeys=no",
    "VerifyHostKeyDNS=no",
    "IdentitiesOnly=yes",
    "IdentityAgent=none",
    "PreferredAuthentications=publickey",
    "PasswordAuthentication=no",
    "KbdInteractiveAuthentication=no",
    "ClearAllForwardings=yes",
    "ForwardAgent=no",
    "ForwardX11=no",
    "PermitLocalCommand=no",
    "ControlMaster=no",
    "ControlPath=none",
    "ConnectionAttempts=1",
    "ServerAliveInterval=15",
    "ServerAliveCountMax=4",
    "LogLevel=VERBOSE",
    NULL,
};

static void add_client(struct shell *shell, const struct sw_target *target, struct sw_arena *arena)
{
    const char *host = text_of(target->settings, "host");
    int64_t port = SW_SSH_PORT;

    sw_as_int(sw_get(target->settings, "port"), &port);
    add(shell, "ssh");
    add(shell, "-F");
    add(shell, "none");
    add(shell, "-T");
    for (const char *const *option = options; *option != NULL; option++) {
        add_option(shell, *option);
    }
    add_option(shell, sw_format(arena, "ConnectTimeout=%d", SW_SSH_CONNECT_S));
    add_option(shell,
               sw_format(arena, "UserKnownHostsFile=%s", text_of(target->login, "known_hosts")));
    if (target->at != NULL) {
        /* Its name stays what its key is known by. */
        add_option(shell, sw_format(arena, "HostKeyAlias=%s", host));
        add_option(shell, sw_format(arena, "HostName=%s", target->at));
        port = target->at_port;
    }
    add(shell, "-i");
    add(shell, text_of(target->login, "key"));
    add(shell, "-l");
    add(shell, text_of(target->login, "user"));
    add(shell, "-p");
    add(shell, sw_format(arena, "%lld", (long long)port));
    add(shell, "--");
    add(shell, host);
}

static enum sw_turn open_shell(struct sw_talk *talk, bool is_remote, struct sw_error *err)
{
    struct shell *shell = sw_alloc(talk->arena, sizeof *shell);
    const char *input = NULL;

    *shell = (struct shell){.is_remote = is_remote};
    talk->own = shell;
    talk->may_have_acted = false;
    if ((is_remote && !check(talk->target, err)) ||
        !sw_powershell_prepare(talk, &input, &shell->nonce, err)) {
        return fail_now(talk);
    }
    if (is_remote) {
        add_client(shell, talk->target, talk->arena);
    }
    add(shell, SW_POWERSHELL);
    for (const char *const *word = sw_powershell_arguments; *word != NULL; word++) {
        add(shell, *word);
    }
    talk->may_have_acted = talk->is_act;
    talk->out = (struct sw_request){.argv = shell->words,
                                    .limit_ms = SW_SHELL_LIMIT_MS,
                                    .body = input,
                                    .body_length = strlen(input)};
    return SW_TURN_SEND;
}

static enum sw_turn ssh_open(struct sw_talk *talk, struct sw_error *err)
{
    return open_shell(talk, true, err);
}

static enum sw_turn local_open(struct sw_talk *talk, struct sw_error *err)
{
    return open_shell(talk, false, err);
}

/* ---- what comes back ---- */

/* What the client itself says when it is verbose, and nobody wants to read. */
static const char *const chatter[] = {"Authenticated to ", "Transferred: sent ",
                                      "Bytes per second: sent ", "debug", NULL};

static bool is_chatter(const char *line, size_t length)
{
    for (const char *const *begin = chatter; *begin != NULL; begin++) {
        if (length >= strlen(*begin) && memcmp(line, *begin, strlen(*begin)) == 0) {
            return true;
        }
    }
    return false;
}

/* Lines end with a line feed; what PowerShell says as CLIXML ends without one. */
static size_t line_length(const char *text, size_t length)
{
    static const char clixml_end[] = "</Objs>";
    const char *feed = memchr(text, '\n', length);
    size_t line = feed == NULL ? length : (size_t)(feed - text) + 1;

    for (size_t i = sizeof clixml_end - 1; i < line; i++) {
        if (memcmp(text + i - (sizeof clixml_end - 1), clixml_end, sizeof clixml_end - 1) == 0) {
            return i;
        }
    }
    return line;
}

static const char *without_chatter(struct sw_arena *arena, const char *text, size_t length)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf kept;

    sw_buf_init(&kept, SW_LIMIT_REPLY_BYTES);
    for (size_t at = 0; at < length;) {
        size_t line = line_length(text + at, length - at);

        if (!is_chatter(text + at, line)) {
            sw_buf_add(&kept, text + at, line);
        }
        at += line;
    }
    return sw_copy(arena, kept.bytes, kept.length);
}

/* Why the client did not get in. The first that is found counts. @source tried with OpenSSH 9.2 */
static const struct {
    const char *words;
    enum sw_code code;
    const char *advice;
} causes[] = {
    {"REMOTE HOST IDENTIFICATION HAS CHANGED", SW_E_DENIED,
     "its key is not the one in known_hosts. Somebody may be in between, or it was set up anew: "
     "compare the key at its console before you change the file"},
    {"Host key verification failed", SW_E_DENIED,
     "its key is not in known_hosts. Read the key at its console and add it there"},
    {"UNPROTECTED PRIVATE KEY FILE", SW_E_DENIED, "others may read the key file; make it 0400"},
    {"Load key", SW_E_DENIED,
     "the key file cannot be used: it needs a passphrase, or it is no key"},
    {"Permission denied", SW_E_DENIED,
     "it does not take this key. Keys of administrators stand in "
     "C:\\ProgramData\\ssh\\administrators_authorized_keys there, which only Administrators and "
     "SYSTEM may own"},
    {"not accessible", SW_E_UNREACHABLE, "the key file is not there"},
    {"Could not resolve hostname", SW_E_UNREACHABLE, "no such name"},
    {"Connection refused", SW_E_UNREACHABLE,
     "nobody listens at the port. Is the service sshd running there?"},
    {"timed out", SW_E_UNREACHABLE, "no answer. A firewall, or it is off"},
    {"No route to host", SW_E_UNREACHABLE, "there is no way to it"},
    {"Network is unreachable", SW_E_UNREACHABLE, "there is no way to it"},
    {"no matching", SW_E_UNREACHABLE, "client and server share no algorithm"},
    {"kex_exchange_identification", SW_E_UNREACHABLE, "what answers there is no SSH server"},
    {"Connection closed by", SW_E_UNREACHABLE, "it closed the connection before the login"},
    {"Connection reset by", SW_E_UNREACHABLE, "it closed the connection before the login"},
};

/* The client's own failure. */
static enum sw_turn not_in(struct sw_talk *talk, const struct sw_reply *reply, struct sw_error *err)
{
    const char *host = text_of(talk->target->settings, "host");
    const char *all = sw_copy(talk->arena, reply->errors, reply->errors_length);
    const char *said =
        sw_powershell_errors(talk->arena, without_chatter(talk->arena, all, reply->errors_length),
                             strlen(without_chatter(talk->arena, all, reply->errors_length)));

    for (size_t i = 0; reply->body_length == 0 && i < SW_COUNT(causes); i++) {
        if (strstr(all, "Authenticated to ") == NULL && strstr(all, causes[i].words) != NULL) {
            talk->may_have_acted = false;
            sw_fail(err, causes[i].code, "SSH to %s: %s (%.200s)", host, causes[i].advice, said);
            return fail_now(talk);
        }
    }
    sw_fail(err, SW_E_TIMEOUT, "SSH to %s broke off: %.300s", host,
            said[0] == '\0' ? "no reason given" : said);
    return fail_now(talk);
}

static enum sw_turn shell_feed(struct sw_talk *talk, const struct sw_reply *reply,
                               struct sw_error *err)
{
    const struct shell *shell = talk->own;

    if (reply == NULL) {
        if (err->code == SW_E_UNREACHABLE) {
            talk->may_have_acted = false; /* the program was not started */
        }
        return fail_now(talk);
    }
    if (shell->is_remote && reply->status == 255) {
        return not_in(talk, reply, err);
    }
    const char *errors = reply->errors_length == 0 ? "" : reply->errors;
    const char *said =
        shell->is_remote ? without_chatter(talk->arena, errors, reply->errors_length) : errors;
    struct sw_powershell_end end = {.out = reply->body,
                                    .out_length = reply->body_length,
                                    .errors = said,
                                    .errors_length =
                                        shell->is_remote ? strlen(said) : reply->errors_length,
                                    .exit_code = reply->status};

    return sw_powershell_judge(talk->arena, talk->call.op, shell->nonce, &end, &talk->answer, err)
               ? SW_TURN_DONE
               : fail_now(talk);
}

static enum sw_turn shell_resume(struct sw_talk *talk, const char *follow, struct sw_error *err)
{
    sw_fail(err, SW_E_INTERNAL, "a script can't be followed at '%s'", follow);
    return fail_now(talk);
}

static const char *ssh_preview(const struct sw_target *target, const struct sw_call *call,
                               struct sw_arena *arena)
{
    const char *host = text_of(target->settings, "host");
    const char *user = text_of(target->login, "user");

    return sw_powershell_preview(arena,
                                 sw_format(arena, "over SSH, %s%s%s", user == NULL ? "" : user,
                                           user == NULL ? "" : " at ",
                                           host == NULL ? "(no host)" : host),
                                 call);
}

static const char *local_preview(const struct sw_target *target, const struct sw_call *call,
                                 struct sw_arena *arena)
{
    (void)target;
    return sw_powershell_preview(arena, "of this machine", call);
}

static const char *const ssh_logins[] = {"key", NULL};
static const char *const local_logins[] = {NULL};

const struct sw_transport sw_ssh_transport = {
    .name = "ssh",
    .logins = ssh_logins,
    .open = ssh_open,
    .feed = shell_feed,
    .resume = shell_resume,
    .preview = ssh_preview,
};

const struct sw_transport sw_local_transport = {
    .name = "local",
    .logins = local_logins,
    .open = local_open,
    .feed = shell_feed,
    .resume = shell_resume,
    .preview = local_preview,
};
