#pragma once
/** @file The only place that knows both the machine and the vocabulary: which packs, transports,
 * worlds. */
#include "sdk/embedded.h"
#include "sdk/grant.h"
#include "sdk/hook.h"
#include "sdk/pack.h"
#include "world/gate.h"
#include "world/world.h"

/** Every pack of this program. */
const struct sw_registry *sw_wire_registry(void);

/** How a target of this kind and these settings is spoken to; NULL when there is no way yet.
 * @param settings NULL: as by default */
const struct sw_transport *sw_wire_transport(const char *target_kind,
                                             const struct sw_value *settings);

/** The one origin that a target's requests may go to, "HOST:PORT", from its settings. */
const char *sw_wire_origin(const struct sw_target *target, struct sw_arena *arena);

/** A second place that the target's requests may go to, as a target of its own with the same name
 * (another origin, tokens for another service); NULL: it has none. */
const struct sw_target *sw_wire_second(const struct sw_target *target, struct sw_arena *arena);

/** A `Date` header, which requests to a second place carry. */
void sw_wire_date(int64_t ns, char out[30]);

/** Ways to log in that packs know, NULL-ended. */
const struct sw_grant *const *sw_wire_grants(void);

/** Hosts that logins may be sent to, NULL-ended: a served world answers for them, too. */
const char *const *sw_wire_sign_in_hosts(void);

/** Who is let in to a target of this kind when its model is served; NULL: everybody. */
const struct sw_gate_kind *sw_wire_gate(const char *target_kind);

/** Is it at hosts of a public cloud, where no private address can be right? */
bool sw_wire_is_public(const struct sw_target *target);

/** What `Authorization` says when the connection's certificate is the login; NULL: nothing. */
const char *sw_wire_certificate_login(const char *target_kind);

const struct sw_channel *sw_wire_channel(const char *name); /**< NULL: there is none */
const struct sw_embedded *sw_wire_hook_helpers(void);

/** A kind of model world by name; NULL when there is none. */
const struct sw_world_kind *sw_wire_world_kind(const char *name);

/** The world that a runbook of these targets is rehearsed in when none is named. */
const struct sw_world_kind *sw_wire_default_world(void);
