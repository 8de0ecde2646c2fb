/* A site file against a runbook's targets. */
#include "base/text.h"
#include "cli/site/site.h"
#include "cli/wire.h"

const struct sw_site_target *sw_site_target(const struct sw_site *site, const char *name)
{
    for (size_t i = 0; i < site->target_count; i++) {
        if (sw_text_is(site->targets[i].name, name)) {
            return &site->targets[i];
        }
    }
    return NULL;
}

/* The row of `connect` for a target, or NULL. */
static const struct sw_http_detour *
detour_of(const struct sw_site *site, const struct sw_target *target, struct sw_arena *arena)
{
    for (size_t i = 0; i < site->detour_count; i++) {
        const struct sw_http_detour *detour = &site->detours[i];
        const char *to = sw_format(arena, "%s:%d", detour->host, detour->port);

        if (sw_text_is_folded(sw_wire_origin(target, arena), to)) {
            return detour;
        }
    }
    return NULL;
}

/* For those that are reached by a program. */
static void use_detour(const struct sw_site *site, struct sw_target *target, struct sw_arena *arena)
{
    const struct sw_http_detour *detour = detour_of(site, target, arena);

    if (detour != NULL) {
        target->at = detour->at;
        target->at_port = detour->at_port;
    }
}

bool sw_site_is_here(const struct sw_site *site, const struct sw_site_target *target,
                     struct sw_arena *arena)
{
    struct sw_target as = {.kind = target->kind == NULL ? "" : target->kind->name,
                           .settings = target->settings};

    if (target->kind == NULL || target->settings == NULL || detour_of(site, &as, arena) == NULL) {
        return false;
    }
    const struct sw_target *second = sw_wire_second(&as, arena);

    return second == NULL || detour_of(site, second, arena) != NULL;
}

bool sw_site_is_rehearsal(const struct sw_site *site, const struct sw_runbook *runbook,
                          struct sw_arena *arena)
{
    for (size_t i = 0; i < runbook->target_count; i++) {
        const struct sw_site_target *target = sw_site_target(site, runbook->targets[i].name);

        if (target == NULL || !sw_site_is_here(site, target, arena)) {
            return false;
        }
    }
    return site->detour_count > 0;
}

bool sw_site_bind(const struct sw_site *site, const struct sw_runbook *runbook,
                  struct sw_arena *arena, const struct sw_target **ret_targets,
                  struct sw_error *err)
{
    struct sw_target *targets = sw_alloc_array(arena, runbook->target_count + 1, sizeof *targets);

    for (size_t i = 0; i < runbook->target_count; i++) {
        const struct sw_target_decl *decl = &runbook->targets[i];
        const struct sw_site_target *bound = sw_site_target(site, decl->name);

        if (bound == NULL) {
            return sw_fail(err, SW_E_INPUT, "the site file '%s' does not bind target '%s' (%s)",
                           site->path, decl->name, decl->kind->name);
        }
        if (!sw_text_is(bound->kind->name, decl->kind->name)) {
            return sw_fail(err, SW_E_INPUT,
                           "the site file '%s' binds target '%s' to a %s; the runbook wants a %s",
                           site->path, decl->name, bound->kind->name, decl->kind->name);
        }
        targets[i] = (struct sw_target){
            .name = decl->name,
            .kind = decl->kind->name,
            .settings = bound->settings,
            .login = bound->login.settings,
            .transport = sw_wire_transport(decl->kind->name, bound->settings),
        };
        use_detour(site, &targets[i], arena);
        if (targets[i].transport == NULL) {
            return sw_fail(err, SW_E_INPUT, "there is no way yet to speak to a %s",
                           decl->kind->name);
        }
    }
    *ret_targets = targets;
    return true;
}

const char *const *sw_site_hidden(const struct sw_site *site, struct sw_arena *arena)
{
    const char **names = sw_alloc_array(
        arena, site->target_count + site->notify_count + site->secret_count + 1, sizeof *names);
    size_t count = 0;

    for (size_t i = 0; i < site->notify_count; i++) {
        if (site->notify[i].address.place == SW_SECRET_ENV) {
            names[count++] = site->notify[i].address.name;
        }
    }

    for (size_t i = 0; i < site->target_count; i++) {
        const struct sw_secret *secret = &site->targets[i].login.secret;

        if (secret->place == SW_SECRET_ENV) {
            names[count++] = secret->name;
        }
    }
    for (size_t i = 0; i < site->secret_count; i++) {
        if (site->secrets[i].secret.place == SW_SECRET_ENV) {
            names[count++] = site->secrets[i].secret.name;
        }
    }
    return names;
}
