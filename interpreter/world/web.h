#pragma once
/**
 * @file What a model world answers to hooks: rows of a world file, section `web`.
 *
 *     web:
 *       - on: 'GET https://change.example/tickets?*'   a pattern: * stands for any text
 *         after: 'POST https://change.example/t*'      only once such a request was answered
 *         status: 201                                  left out: 200
 *         body: '{"state": "approved"}'
 *         fails: timeout                               or lost (it acted), or unreachable
 *         times: 1                                     only that often
 *
 * A request is compared as "METHOD URL BODY", a DNS question as "TYPE NAME", a command as
 * "COMMAND PARAMETERS" (JSON). Of the rows that fit, the one whose `after` came last wins, then the
 * upper one; so a row stands for a state that a request has brought about.
 */
#include "sdk/diag.h"
#include "sdk/transport.h"

struct sw_web;

/** The section as JSON Schema, for editors and `explain`. */
const struct sw_value *sw_web_schema(struct sw_arena *arena);

/** @param rows a list, scalars as TEXT with marks; NULL: no rows. Findings SW0810. */
struct sw_web *sw_web_read(const struct sw_value *rows, struct sw_arena *arena,
                           struct sw_diags *diags);

/** @return false with SW_E_NOT_FOUND: no row fits; SW_E_UNREACHABLE, SW_E_TIMEOUT: as a row says */
bool sw_web_answer(struct sw_web *web, const char *asked, struct sw_reply *ret_reply,
                   struct sw_error *err);

/** The request, as rows name it. */
const char *sw_web_asked(const struct sw_request *request, struct sw_arena *arena);
