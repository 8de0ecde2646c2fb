/* Who else could have written what a site file says, or read the keys that it names. */
#include "base/text.h"
#include "cli/site/site.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* @param forbidden bits of the mode */
static bool check_file(const char *path, const char *what, unsigned forbidden, const char *advice,
                       struct sw_error *err)
{
    struct stat about;

    if (stat(path, &about) != 0) {
        return sw_fail(err, SW_E_IO, "%s '%s': %s", what, path, strerror(errno));
    }
    if (!S_ISREG(about.st_mode)) {
        return true; /* a pipe of whoever calls */
    }
    if (about.st_uid != geteuid() && about.st_uid != 0) {
        return sw_fail(err, SW_E_DENIED, "%s '%s' belongs to somebody else (uid %u)", what, path,
                       (unsigned)about.st_uid);
    }
    if ((about.st_mode & forbidden) != 0) {
        return sw_fail(err, SW_E_DENIED, "%s '%s' %s (mode %04o): %s", what, path,
                       (forbidden & 044) != 0 ? "is open to others" : "may be written by others",
                       (unsigned)about.st_mode & 07777, advice);
    }
    return true;
}

bool sw_site_guard_file(const char *path, struct sw_error *err)
{
    return sw_text_is(path, "-") ||
           check_file(path, "the site file", 022,
                      "it says whom to trust and can name a program to start; chmod go-w", err);
}

static bool guard_login(const struct sw_site_login *login, struct sw_error *err)
{
    const char *key = sw_as_text(sw_get(login->settings, "key"));
    const char *known_hosts = sw_as_text(sw_get(login->settings, "known_hosts"));

    return (key == NULL || check_file(key, "the key", 077, "chmod 0400", err)) &&
           (known_hosts == NULL ||
            check_file(known_hosts, "known_hosts", 022, "it says whom to trust; chmod go-w", err));
}

bool sw_site_guard_hook(const char *hook, struct sw_error *err)
{
    return check_file(strchr(hook, '=') + 1, "the hook", 022,
                      "it runs with what this site grants it; chmod go-w", err);
}

bool sw_site_guard(const struct sw_site *site, struct sw_error *err)
{
    if (!sw_site_guard_file(site->path, err)) {
        return false;
    }
    if (site->ca_file != NULL &&
        !check_file(site->ca_file, "tls.ca_file", 022, "it says whom to trust; chmod go-w", err)) {
        return false;
    }
    for (const char *const *hook = site->hooks; hook != NULL && *hook != NULL; hook++) {
        if (!sw_site_guard_hook(*hook, err)) {
            return false;
        }
    }
    for (size_t i = 0; i < site->target_count; i++) {
        if (!guard_login(&site->targets[i].login, err)) {
            return sw_fail_while(err, "target '%s'", site->targets[i].name);
        }
    }
    return true;
}
