#pragma once
/** @file Is a server endpoint gone? More than a 404 is asked for. */
#include "sdk/action.h"

/**
 * After a 404 for `id`: 404 alone may mean lost rights or a wrong subscription. Gone is only what
 * its visible parent does not list any more.
 *
 * @return SW_ALREADY: gone; SW_PENDING; SW_UNCLEAR (with what was said): can't be told
 * @source reliability.md F37
 */
enum sw_verdict sw_azure_endpoint_absent(struct sw_probe *probe, const char *id);

/** azure.server_endpoint_gone: absent twice, a minute apart. */
extern const struct sw_action sw_azure_server_endpoint_gone;
