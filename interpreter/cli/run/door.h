#pragma once
/**
 * @file The door of a served model world: its certificate, and the logins that it asks for.
 *
 * All of it lies in one folder. cert.pem and key.pem are used when they are there, with ca.pem
 * beside them; else an authority and a certificate are made whose keys never leave memory, and
 * ca.pem is written. For each target a secret is made at random and written to TARGET.secret, which
 * only its owner may read; for each secret of a hook one to hook-NAME.secret. app.pem, when it is
 * there, is the certificate of an application that is let in, too.
 */
#include "cli/run/session.h"
#include "io/tls.h"
#include "world/gate.h"

struct sw_door {
    struct sw_tls *tls; /**< NULL: there is no door */
    const char *folder;
    const char *ca_file;
    size_t gate_count;
    struct sw_gate **gates;
    const char **logins; /**< one a target, as the site file says it; NULL entries: none */
};

/** @param folder made when it is not there @param lives_ms of a token; 0: an hour
 * @errors SW_E_INPUT: what is in the folder; SW_E_IO. `ret_door` is to be closed in any case */
bool sw_door_open(const struct sw_session *session, const char *folder, int64_t lives_ms,
                  struct sw_door *ret_door, struct sw_error *err);
void sw_door_close(struct sw_door *door);

/** Answer in the world's stead. @return false: let through */
bool sw_door_answer(const struct sw_door *door, int64_t world_ns, const struct sw_request *request,
                    struct sw_arena *arena, struct sw_reply *ret_reply);
