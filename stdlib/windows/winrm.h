#pragma once
/**
 * @file The transport to a Windows server: one fixed script in a shell of its own.
 *
 * Conversation: Create, Command, Send (script and arguments on standard input, End), Receive until
 * Done, Signal terminate, Delete. Whatever goes wrong on the way, Signal and Delete still go out:
 * else shells stay until the server's idle time-out and use up the user's quota. An answer counts
 * only with state Done, an exit code, and an envelope that is whole and carries our nonce.
 *
 * Settings of the target: `host`; `port` (default 5986). HTTPS only; authentication is the
 * connection's business (Negotiate), so no credential passes through here.
 *
 * @errors SW_E_INTERNAL: an act's script as a look, or no such script. SW_E_BUSY: quota or an
 * unloading profile; SW_E_TIMEOUT: the command's end was not seen; the script's own refusals by
 * sw_powershell_code()
 */
#include "sdk/transport.h"

/** TimedOut faults (or empty replies) in a row before a silent command is given up: 30 minutes. */
#define SW_WINRM_SILENT_MAX 90u

/** What `Authorization` holds when the connection's client certificate is the login.
 * @source windows.md B5: all three open clients send it */
#define SW_WINRM_CERTIFICATE_LOGIN                                                                 \
    "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"

extern const struct sw_transport sw_winrm_transport;
