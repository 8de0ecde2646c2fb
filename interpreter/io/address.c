#include "io/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* Loopback, link-local, unspecified, multicast: nothing that a name of a peer should lead to. */
static bool is_local_v4(uint32_t address)
{
    return address >> 24 == 127 || address >> 16 == 0xa9fe || address >> 24 == 0 ||
           address >> 28 >= 0xe;
}

/* RFC 1918, RFC 6598 (carriers), RFC 4193: where a private link or a wrong answer leads to. */
static bool is_private_v4(uint32_t address)
{
    return address >> 24 == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8 ||
           address >> 22 == 0x191;
}

/* An address of IPv6 that stands for one of IPv4: mapped, compatible, translated, 6to4.
 * @source RFC 4291, 2.5.5; RFC 6052, 2.1 (and RFC 8215 for its local prefix); RFC 3056, 2 */
static bool told_v4(const struct in6_addr *address, uint32_t *ret_v4)
{
    static const uint8_t translated[12] = {0x00, 0x64, 0xff, 0x9b};
    static const uint8_t translated_here[6] = {0x00, 0x64, 0xff, 0x9b, 0x00, 0x01};
    const uint8_t *b = address->s6_addr;

    if (b[0] == 0x20 && b[1] == 0x02) {
        b += 2;
    } else if (IN6_IS_ADDR_V4MAPPED(address) || IN6_IS_ADDR_V4COMPAT(address) ||
               memcmp(b, translated, sizeof translated) == 0 ||
               memcmp(b, translated_here, sizeof translated_here) == 0) {
        b += 12;
    } else {
        return false;
    }
    *ret_v4 = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    return true;
}

bool sw_address_is_private(const struct sockaddr *address)
{
    struct sockaddr_in6 in;
    uint32_t v4 = 0;

    if (address->sa_family == AF_INET) {
        struct sockaddr_in old;

        memcpy(&old, address, sizeof old);
        return is_private_v4(ntohl(old.sin_addr.s_addr));
    }
    memcpy(&in, address, sizeof in);
    return (told_v4(&in.sin6_addr, &v4) && is_private_v4(v4)) ||
           (in.sin6_addr.s6_addr[0] & 0xfe) == 0xfc || IN6_IS_ADDR_SITELOCAL(&in.sin6_addr);
}

bool sw_address_is_local(const struct sockaddr *address)
{
    struct sockaddr_in6 in;
    uint32_t v4 = 0;

    if (address->sa_family == AF_INET) {
        struct sockaddr_in old;

        memcpy(&old, address, sizeof old);
        return is_local_v4(ntohl(old.sin_addr.s_addr));
    }
    if (address->sa_family != AF_INET6) {
        return true;
    }
    memcpy(&in, address, sizeof in);
    return (told_v4(&in.sin6_addr, &v4) && is_local_v4(v4)) ||
           IN6_IS_ADDR_LOOPBACK(&in.sin6_addr) || IN6_IS_ADDR_LINKLOCAL(&in.sin6_addr) ||
           IN6_IS_ADDR_UNSPECIFIED(&in.sin6_addr) || IN6_IS_ADDR_MULTICAST(&in.sin6_addr);
}

bool sw_address_is_named_local(const char *host)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    size_t length = strlen(host);
    bool is_local = false;

    length -= length > 0 && host[length - 1] == '.' ? 1 : 0; /* the name's own root */
    if (length >= 9 && strncasecmp(host + length - 9, "localhost", 9) == 0 &&
        (length == 9 || host[length - 10] == '.')) {
        return true; /* RFC 6761, 6.3 */
    }
    if (getaddrinfo(host, NULL, &hints, &list) == 0) {
        is_local = sw_address_is_local(list->ai_addr);
        freeaddrinfo(list);
    }
    return is_local;
}
