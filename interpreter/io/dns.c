#include "io/dns.h"

#include "base/buf.h"
#include "base/text.h"
#include "sdk/json.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static void add(struct sw_buf *json, const char *text)
{
    sw_buf_add_text(json, json->length > 1 ? "," : "");
    sw_json_write_text(json, text);
}

/** Sorted as they come: a resolver turns them round, so the least comes first, each once. */
static void add_addresses(struct sw_buf *json, const struct addrinfo *list, struct sw_arena *arena)
{
    const char *last = "";

    for (;;) {
        const char *least = NULL;

        for (const struct addrinfo *at = list; at != NULL; at = at->ai_next) {
            char text[64] = "";

            if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text, NULL, 0,
                            NI_NUMERICHOST) == 0 &&
                strcmp(text, last) > 0 && (least == NULL || strcmp(text, least) < 0)) {
                least = sw_copy_text(arena, text);
            }
        }
        if (least == NULL) {
            return;
        }
        add(json, least);
        last = least;
    }
}

bool sw_dns_look_up(const char *name, const char *type, struct sw_arena *arena,
                    const char **ret_json, struct sw_error *err)
{
    bool is_alias = sw_text_is(type, "CNAME");
    struct addrinfo hints = {.ai_family = sw_text_is(type, "AAAA") ? AF_INET6
                                          : is_alias               ? AF_UNSPEC
                                                                   : AF_INET,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_CANONNAME};
    struct addrinfo *list = NULL;
    SW_CLEANUP(sw_buf_release) struct sw_buf json;
    int why = getaddrinfo(name, NULL, &hints, &list);

    sw_buf_init(&json, 65536);
    if (why != 0 && why != EAI_NONAME) {
        return sw_fail(err, SW_E_UNREACHABLE, "look up %s: %s", name, gai_strerror(why));
    }
    sw_buf_add_char(&json, '[');
    if (why == 0 && is_alias && list->ai_canonname != NULL &&
        !sw_text_is_folded(list->ai_canonname, name)) {
        add(&json, list->ai_canonname);
    } else if (why == 0 && !is_alias) {
        add_addresses(&json, list, arena);
    }
    sw_buf_add_char(&json, ']');
    if (why == 0) {
        freeaddrinfo(list);
    }
    *ret_json = sw_copy(arena, json.bytes, json.length);
    return true;
}
