#include "io/url.h"

#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

bool sw_url_is_text(const char *url)
{
    size_t length = strlen(url);

    for (size_t i = 0; i < length; i++) {
        if (url[i] <= ' ' || url[i] >= 0x7f || url[i] == '\\') {
            return false;
        }
    }
    return length <= SW_LIMIT_URL_BYTES;
}

bool sw_url_origin(struct sw_arena *arena, const char *authority, int port, struct sw_origin *ret,
                   struct sw_error *err)
{
    size_t length = strcspn(authority, "/?#");
    char *host = sw_copy(arena, authority, length);
    char *colon = host[0] == '[' ? strstr(host, "]:") : strchr(host, ':');

    if (colon != NULL) {
        char *digits = colon + (host[0] == '[' ? 2 : 1);
        char *end = NULL;
        long number = strtol(digits, &end, 10);

        if (end == digits || *end != '\0' || number < 1 || number > 65535) {
            return sw_fail(err, SW_E_UNREACHABLE, "'%.200s' has no port that can be", host);
        }
        port = (int)number;
        *colon = '\0';
    }
    if (host[0] == '[') {
        host[strcspn(host, "]")] = '\0';
        host++;
    }
    if (*host == '\0' || strpbrk(host, "@%") != NULL) {
        return sw_fail(err, SW_E_UNREACHABLE, "a URL must name a host, and no user in it");
    }
    *ret = (struct sw_origin){.host = host, .port = port, .rest = authority + length};
    return true;
}
