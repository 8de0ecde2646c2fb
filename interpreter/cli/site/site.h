#pragma once
/**
 * @file A site file: what a runbook's targets are at this place. It binds each target to settings
 * and to a login by reference, says who may approve, and how to get there. It never holds a secret.
 *
 *     site: 1
 *     targets:
 *       NAME:                              as the runbook calls it
 *         kind: PACK.NOUN
 *         settings: { ... }                of the kind
 *         login: { by: WAY, ..., secret: { file: PATH } }
 *     tls: { ca_file: PATH }               beside nothing else: the system's are then not used
 *     proxy: URL
 *     hooks: { POINT: FILE.lua }           what hook points are here, as seen from this file
 *     secrets: { NAME: { file: PATH } }    what hooks may name with ctx.secret
 *     approvers: { ROLE: [LOGIN, ...] }    left out: anybody who can reach the run may answer
 *     operators: [LOGIN, ...]              who may stop or roll back a run of somebody else;
 *                                          left out: anybody who can reach it
 *     notify:                              told when a run asks, stands still or has ended
 *       - { command: [PROGRAM, ...] }      gets a JSON object on its standard input
 *       - { webhook: { file: PATH } }      its https address, which is a secret, as below
 *     policy:                              what is demanded of every run here
 *       params: { NAME: VALUE }            of each runbook that has such a parameter
 *       before:
 *         - { action: NAME, need: [NAME, ...], outcomes: [WORD, ...] }
 *     connect:                             tests and rehearsals: a host that is really here
 *       - { to: HOST:PORT, at: 127.0.0.1:PORT, plain: true }
 *     pace: 600x                           of the clock; only where every target is connected here
 *
 * Ways to log in: none, basic (user, secret), negotiate (the ticket of kinit), certificate
 * (certificate, key), key (user, key, known_hosts: over SSH), token (secret), and those of the
 * packs (sw_wire_grants()).
 * The secret of a client_certificate is its key, PEM, of many lines.
 * A secret is at a `file` (nobody else's, nobody else may read it), in an `env` variable, a
 * `systemd` credential, or what a `command` (a list of words, no shell) prints.
 */
#include "cli/book/load.h"
#include "io/http.h"
#include "lang/policy.h"
#include "sdk/grant.h"

enum sw_secret_place {
    SW_SECRET_NONE,
    SW_SECRET_FILE,
    SW_SECRET_ENV,
    SW_SECRET_SYSTEMD,
    SW_SECRET_COMMAND,
};

struct sw_secret {
    enum sw_secret_place place;
    const char *name;          /**< path, variable or credential */
    const char *const *argv;   /**< COMMAND */
    const char *const *hidden; /**< variables with other secrets: the command does not get them */
    const struct sw_breaker *breaker; /**< who may have the command killed; NULL: nobody */
};

struct sw_site_login {
    const char *by;
    enum sw_http_login http;
    bool is_token;                   /**< the secret is the token itself */
    const struct sw_grant *grant;    /**< or NULL */
    const struct sw_value *settings; /**< map, typed */
    struct sw_secret secret;
};

struct sw_site_target {
    const char *name;
    const struct sw_target_kind *kind;
    const struct sw_value *settings; /**< map, typed */
    struct sw_site_login login;
};

/** One that is told. */
struct sw_site_notify {
    bool is_webhook;
    struct sw_secret address; /**< of a webhook */
    const char *const *argv;
};

/** A secret that hooks may name. */
struct sw_site_secret {
    const char *name;
    struct sw_secret secret;
    struct sw_mark mark; /**< of its name */
};

/** What every run here must hold to (site_policy.c). */
struct sw_policy {
    const struct sw_value *params; /**< map: name -> text; or NULL */
    const struct sw_demand *demands;
    size_t demand_count;
};

struct sw_site {
    const char *path;
    const char *const *hooks; /**< "hook:POINT=FILE", NULL-ended (cli/book/find.h); or NULL */
    const struct sw_site_secret *secrets;
    size_t secret_count;
    struct sw_mark secrets_mark; /**< of `secrets`, else of the file */
    char digest[65];             /**< SHA-256 of its text */
    const struct sw_site_target *targets;
    size_t target_count;
    const char *ca_file, *proxy; /**< or NULL */
    const struct sw_http_detour *detours;
    size_t detour_count;
    const struct sw_value *approvers; /**< map: role -> list of logins; or NULL */
    const struct sw_value *operators; /**< list of logins; or NULL */
    const struct sw_site_notify *notify;
    size_t notify_count;
    struct sw_policy policy;
    double pace; /**< 1 unless it says otherwise */
};

/**
 * Read and check a site file; findings SW085x are in `loaded`, which the site lives in.
 *
 * @return false with findings, or with err.code set when it cannot be read
 */
bool sw_site_load(const char *path, struct sw_loaded *loaded, const struct sw_site **ret_site,
                  struct sw_error *err);
/** The same from text. */
bool sw_site_load_text(const char *path, const char *text, struct sw_loaded *loaded,
                       const struct sw_site **ret_site);

/**
 * May its words be trusted: do site file, hooks, keys, known_hosts and ca_file belong to us or
 * root, and can nobody else write them (or read the keys)?
 *
 * @errors SW_E_DENIED, SW_E_IO naming the file and what to do
 */
bool sw_site_guard(const struct sw_site *site, struct sw_error *err);
bool sw_site_guard_file(const char *path, struct sw_error *err);
/** @param hook a row of `hooks` */
bool sw_site_guard_hook(const char *hook, struct sw_error *err);

/** Bind a runbook's targets by name. @errors SW_E_INPUT naming target and site file */
bool sw_site_bind(const struct sw_site *site, const struct sw_runbook *runbook,
                  struct sw_arena *arena, const struct sw_target **ret_targets,
                  struct sw_error *err);

/**
 * Does a runbook with these parameters hold to the policy?
 *
 * @param params bound, those of the policy among them: they are given as suggestions
 * @errors SW_E_REFUSED with the row of the policy and the way around it; SW_E_INPUT: the policy
 * sets a parameter to what the runbook can't take
 */
bool sw_site_hold(const struct sw_site *site, const struct sw_runbook *runbook,
                  const struct sw_value *params, struct sw_arena *arena, struct sw_error *err);

/** The secret of this name, which hooks may name; or NULL. */
const struct sw_site_secret *sw_site_secret(const struct sw_site *site, const char *name);

/**
 * Can each secret be read that a hook of this runbook is granted? One finding (SW0859) for each
 * that cannot.
 */
bool sw_site_hold_secrets(const struct sw_site *site, const struct sw_runbook *runbook,
                          struct sw_diags *diags);

/** Names of the variables that hold secrets of this site, NULL-ended: programs do not get them. */
const char *const *sw_site_hidden(const struct sw_site *site, struct sw_arena *arena);

/**
 * Where runbooks are looked for and what points are bound to; the command line comes first.
 *
 * @param site      or NULL
 * @param libraries of the command line, NULL-ended
 */
const char *const *sw_site_places(const struct sw_site *site, const char *const *libraries,
                                  struct sw_arena *arena);

/** The target of this name, or NULL. */
const struct sw_site_target *sw_site_target(const struct sw_site *site, const char *name);

/** Does `connect` lead to this machine for it? */
bool sw_site_is_here(const struct sw_site *site, const struct sw_site_target *target,
                     struct sw_arena *arena);
/** All of the runbook's targets are here. With one that is elsewhere it is none: it changes it. */
bool sw_site_is_rehearsal(const struct sw_site *site, const struct sw_runbook *runbook,
                          struct sw_arena *arena);

/**
 * Fetch a secret. One line end behind it is left out.
 *
 * @errors SW_E_DENIED: the file belongs to somebody else or others may read it; SW_E_INPUT: shorter
 * than 8 bytes, several lines, or a variable that is not set; SW_E_IO; SW_E_TIMEOUT
 */
bool sw_secret_read(const struct sw_secret *secret, struct sw_arena *arena, const char **ret_text,
                    struct sw_error *err);

/** JSON Schema of site files (site_schema.c). */
const struct sw_value *sw_site_schema(struct sw_arena *arena);

/** The same of many lines, as it is: a key. */
bool sw_secret_read_lines(const struct sw_secret *secret, struct sw_arena *arena,
                          const char **ret_text, struct sw_error *err);
