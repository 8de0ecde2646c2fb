#pragma once
/**
 * @file What hooks may ask for, and how it looks in bytes: a web server, the DNS, a command on a
 * server of the runbook. Each reads what a hook says as if an enemy had said it.
 */
#include "sdk/hook.h"

/** ctx.http{ method, url, headers, json or body }: https only, no redirect. Grants: "METHOD URL".
 */
extern const struct sw_channel sw_hooks_http;
/** ctx.dns{ name, type }: A, AAAA or CNAME. Grants: "TYPE NAME". */
extern const struct sw_channel sw_hooks_dns;
/** ctx.powershell{ target, command, with, select }: one command, its parameters as data. Grants:
 * "TARGET" or "TARGET COMMAND". */
extern const struct sw_channel sw_hooks_powershell;

/** Where a DNS question goes, in bytes: "dns:NAME?type=TYPE". @source RFC 4501 */
#define SW_HOOKS_DNS_URL "dns:"
