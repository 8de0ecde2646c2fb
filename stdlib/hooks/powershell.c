/* One command of PowerShell on a server of the runbook, its parameters as data. */
#include "stdlib/hooks/channels.h"

#include "base/buf.h"
#include "base/text.h"
#include "sdk/json.h"

#include <ctype.h>
#include <string.h>

/* Verbs that change nothing, by the rules that Microsoft gives their authors.
 * @source learn.microsoft.com, "Approved Verbs for PowerShell Commands" */
static const char *const reading[] = {"Get", "Test", "Resolve", "Measure", "Find", "Search", NULL};
/* Doing these twice is doing them once: the state is named, not a step to it. */
static const char *const repeatable[] = {"Set", "Enable", "Disable", "Block", "Unblock", NULL};
/* Named as if they read, but they repair, install, take down or write a file when told to.
 * @source learn.microsoft.com, the page of each */
static const char *const writing[] = {"Test-Cluster",
                                      "Test-ComputerSecureChannel",
                                      "Get-ClusterLog",
                                      "Get-GPOReport",
                                      "Get-GPResultantSetOfPolicy",
                                      "Get-WindowsUpdateLog",
                                      "Get-PackageProvider",
                                      "Find-Package",
                                      "Find-PackageProvider",
                                      NULL};
/* They run text, reach other computers, or give names to other things. */
static const char *const refused[] = {"Invoke-Expression",
                                      "Invoke-Command",
                                      "Start-Process",
                                      "Start-Job",
                                      "Add-Type",
                                      "New-Alias",
                                      "Set-Alias",
                                      "Import-Module",
                                      "Get-Credential",
                                      "New-PSSession",
                                      "Enter-PSSession",
                                      "Set-Variable",
                                      "Invoke-Item",
                                      "Invoke-CimMethod",
                                      "Invoke-WmiMethod",
                                      "Invoke-History",
                                      "Invoke-WebRequest",
                                      "Invoke-RestMethod",
                                      "ForEach-Object",
                                      "Measure-Command",
                                      "Start-ThreadJob",
                                      "Register-EngineEvent",
                                      "Register-WmiEvent",
                                      "Register-CimIndicationEvent",
                                      "Set-PSBreakpoint",
                                      "Register-ObjectEvent",
                                      NULL};

static bool is_in(const char *word, size_t length, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strlen(*list) == length && strncmp(*list, word, length) == 0) {
            return true;
        }
    }
    return false;
}

/** Verb-Noun. */
static bool is_command(const char *name, bool is_pattern)
{
    bool has_dash = false;

    if (!isupper((unsigned char)name[0]) || strlen(name) > 64) {
        return false;
    }
    for (const char *at = name; *at != '\0'; at++) {
        if (*at == '-' && !has_dash &&
            (isalpha((unsigned char)at[1]) || (is_pattern && at[1] == '*'))) {
            has_dash = true;
        } else if (!isalnum((unsigned char)*at) && !(is_pattern && *at == '*')) {
            return false;
        }
    }
    return has_dash || (is_pattern && strchr(name, '*') != NULL);
}

static bool is_one_of(const char *name, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (sw_text_is_folded(*list, name)) {
            return true;
        }
    }
    return false;
}

static bool check_grant(const char *what, struct sw_error *err)
{
    size_t length = strspn(what, "abcdefghijklmnopqrstuvwxyz0123456789_");

    if (length == 0 || (what[length] != '\0' && what[length] != ' ') ||
        (what[length] == ' ' && !is_command(what + length + 1, true))) {
        return sw_fail(err, SW_E_INPUT,
                       "write the name of a target of the runbook and a command, "
                       "such as 'server Get-DfsnFolderTarget'");
    }
    return true;
}

static bool are_parameters(const struct sw_value *with)
{
    if (with != NULL && with->kind != SW_V_MAP) {
        return !sw_is_known(with); /* a text, or a list: nothing that has names */
    }
    for (size_t i = 0; with != NULL && i < with->as.map.count; i++) {
        const char *name = with->as.map.entries[i].key;

        if (name[0] == '\0') {
            return false;
        }
        for (const char *at = name; *at != '\0'; at++) {
            if (!isalnum((unsigned char)*at)) {
                return false;
            }
        }
    }
    return true;
}

static bool are_names(const struct sw_value *list)
{
    for (size_t i = 0; i < sw_list_count(list); i++) {
        const char *name = sw_as_text(sw_list_at(list, i));

        if (name == NULL || name[0] == '\0' ||
            strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") !=
                strlen(name)) {
            return false;
        }
    }
    return true;
}

static const char *shown(const char *target, const char *command, const struct sw_value *with,
                         struct sw_arena *arena)
{
    struct sw_buf text;
    const char *copy = NULL;

    sw_buf_init(&text, 65536);
    sw_buf_addf(&text, "on %s: %s", target, command);
    for (size_t i = 0; with != NULL && i < with->as.map.count; i++) {
        sw_buf_addf(&text, " -%s ", with->as.map.entries[i].key);
        sw_json_write(&text, with->as.map.entries[i].value, SW_JSON_PLAIN);
    }
    copy = sw_copy(arena, text.bytes, text.length);
    sw_buf_release(&text);
    return copy;
}

static bool read_request(const struct sw_value *what, struct sw_arena *arena,
                         struct sw_hook_request *ret_request, struct sw_error *err)
{
    const char *target = sw_as_text(sw_get(what, "target"));
    const char *command = sw_as_text(sw_get(what, "command"));
    const struct sw_value *with = sw_get(what, "with");
    struct sw_builder args = sw_map_begin(arena);
    struct sw_builder none = sw_map_begin(arena);
    struct sw_builder nothing = sw_list_begin(arena);
    size_t verb = command == NULL ? 0 : strcspn(command, "-");

    if (target == NULL || command == NULL || !is_command(command, false)) {
        return sw_fail(err, SW_E_INPUT,
                       "a command needs a `target` of the runbook, and a "
                       "`command` such as Get-DfsnFolderTarget");
    }
    if (is_one_of(command, refused)) {
        return sw_fail(err, SW_E_INPUT, "%s can run anything, so no hook may ask for it", command);
    }
    if (!are_parameters(with) || !are_names(sw_get(what, "select"))) {
        return sw_fail(err, SW_E_INPUT,
                       "`with` is a table of parameters, `select` a list of names "
                       "of properties");
    }
    bool reads = is_in(command, verb, reading) && !is_one_of(command, writing);

    with = sw_is_known(with) ? with : sw_built(&none);
    sw_map_put_text(&args, "command", command);
    sw_map_put(&args, "with", with);
    sw_map_put(&args, "select",
               sw_list_count(sw_get(what, "select")) > 0 ? sw_get(what, "select")
                                                         : sw_built(&nothing));
    struct sw_hook_request out = {
        .summary = sw_format(arena, "%s %s", target, command),
        .text = shown(target, command, with, arena),
        .is_write = !reads,
        .is_repeatable = reads || is_in(command, verb, repeatable),
        .target = target,
    };

    out.call = (struct sw_call){.kind = "script",
                                .op = out.is_write ? "hooks/run-command" : "hooks/look-command",
                                .path = "",
                                .args = sw_built(&args)};
    *ret_request = out;
    return true;
}

const struct sw_channel sw_hooks_powershell = {
    .name = "powershell",
    .doc = "Run one command on a server of the runbook; its parameters are data, never text.",
    .read = read_request,
    .check_grant = check_grant,
};
