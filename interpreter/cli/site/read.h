#pragma once
/** @file What the files that read a site file share; only for site*.c. */
#include "cli/site/site.h"

/* KEEP IN STEP: lang/codes_085.def. */
enum {
    SW_SITE_UNKNOWN_KEY = 850,
    SW_SITE_BAD_VALUE = 851,
    SW_SITE_MISSING_KEY = 852,
    SW_SITE_UNKNOWN_WORD = 853,
    SW_SITE_WRONG_LOGIN = 854,
    SW_SITE_WRITTEN_SECRET = 855,
    SW_SITE_NOT_LOCAL = 856,
    SW_SITE_PACE_NOT_LOCAL = 857,
    SW_SITE_NO_SITE = 858,
    SW_SITE_NO_SECRET = 859,
};

struct sw_site_reader {
    struct sw_arena *arena;
    struct sw_diags *diags;
    struct sw_site *site;
};

/** "did you mean", when a name is close. */
void sw_site_hint_closest(struct sw_site_reader *r, struct sw_diag *diag, const char *word,
                          const char *const *names, size_t count);

/** Is it one? A finding when not. */
bool sw_site_is_map(struct sw_site_reader *r, const struct sw_node *node, const char *what);

/** A map by its field table, or NULL for none; keys in `also` are left to the caller. */
const struct sw_value *sw_site_fields(struct sw_site_reader *r, const struct sw_node *node,
                                      const char *what, const struct sw_field *fields,
                                      const char *const *also);

/* `hooks` and `secrets` (site_hooks.c). */
void sw_site_read_hooks(struct sw_site_reader *r, const struct sw_node *node);
void sw_site_read_secrets(struct sw_site_reader *r, const struct sw_node *node);

/** `login` of a target whose kind and settings are read. */
void sw_site_read_login(struct sw_site_reader *r, const struct sw_node *node,
                        struct sw_site_target *target);

/** Where a secret is. */
void sw_site_read_secret(struct sw_site_reader *r, const struct sw_node *node,
                         struct sw_secret *secret);
void sw_site_read_operators(struct sw_site_reader *r, const struct sw_node *node);
void sw_site_read_notify(struct sw_site_reader *r, const struct sw_node *node);
void sw_site_read_policy(struct sw_site_reader *r, const struct sw_node *node);

/** A way to log in that is none of a pack's (site_login.c). */
struct sw_site_way {
    const char *name; /**< NULL ends the list */
    enum sw_http_login http;
    bool is_token, has_secret;
    const struct sw_field *fields;
};
const struct sw_site_way *sw_site_ways(void);

/* The keys of a site file as the reader has them. */
extern const struct sw_field sw_site_top_fields[], sw_site_tls_fields[], sw_site_detour_fields[],
    sw_site_demand_fields[];
extern const char
    *const sw_site_part_keys[]; /**< of the top level, read by functions of their own */
