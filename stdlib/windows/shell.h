#pragma once
/**
 * @file The transports that start a program: PowerShell of a Windows server through the OpenSSH
 * client, and PowerShell of this machine. The same scripts and the same envelope as over WinRM.
 *
 * One exchange: script and arguments on standard input, the envelope on standard output, errors on
 * standard error. The script's own exit code comes back. Nothing of a call stands on a command
 * line but words that are fixed and the names of host, user and files from the site file.
 *
 * Over SSH: `user`, `key` and `known_hosts` of the login, `host` and `port` (default 22) of the
 * settings. Only the key logs in; the host's key must stand in known_hosts; no configuration of
 * the user is read, nothing is forwarded. The shell that sshd starts may be cmd.exe, PowerShell or
 * a POSIX one: the command is plain words.
 *
 * What has not happened for certain: the client ends with 255, said nothing on standard output, did
 * not say that it was authenticated (it says so to LogLevel VERBOSE), and names a cause of a table.
 * All else may have acted. @source ssh(1), ssh_config(5) of OpenSSH 9.2; windows.md B8
 *
 * @errors as sw_winrm_transport; SW_E_DENIED: the key is refused or the host's key is another
 */
#include "sdk/transport.h"

/** A script runs no longer; the same as over WinRM. Long work is a scheduled task. */
#define SW_SHELL_LIMIT_MS (1800 * INT64_C(1000))
#define SW_SSH_CONNECT_S 15
#define SW_SSH_PORT 22

extern const struct sw_transport sw_ssh_transport;
extern const struct sw_transport sw_local_transport;
