#pragma once
/** @file Which addresses a peer's name may not lead to: a name is anybody's who answers for it. */
#include <stdbool.h>
#include <sys/socket.h>

/** Loopback, link-local, unspecified, multicast, or of another family than IP: nothing that a name
 * of a peer should lead to. */
bool sw_address_is_local(const struct sockaddr *address);

/** Does the text itself say so: `localhost`, or such an address in any spelling? A proxy looks
 * names up by itself, so of those nothing more can be known here. */
bool sw_address_is_named_local(const char *host);

/** Of a network that is not routed in the Internet. */
bool sw_address_is_private(const struct sockaddr *address);
