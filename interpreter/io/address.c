#include "io/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

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

static uint32_t mapped_v4(const struct in6_addr *address)
{
    const uint8_t *b = address->s6_addr + 12;

    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

bool sw_address_is_private(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, address, sizeof in);
        return is_private_v4(ntohl(in.sin_addr.s_addr));
    }
    struct sockaddr_in6 in;

    memcpy(&in, address, sizeof in);
    return IN6_IS_ADDR_V4MAPPED(&in.sin6_addr)
               ? is_private_v4(mapped_v4(&in.sin6_addr))
               : (in.sin6_addr.s6_addr[0] & 0xfe) == 0xfc || IN6_IS_ADDR_SITELOCAL(&in.sin6_addr);
}

bool sw_address_is_local(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, address, sizeof in);
        return is_local_v4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in;

        memcpy(&in, address, sizeof in);
        if (IN6_IS_ADDR_V4MAPPED(&in.sin6_addr)) {
            return is_local_v4(mapped_v4(&in.sin6_addr));
        }
        return IN6_IS_ADDR_LOOPBACK(&in.sin6_addr) || IN6_IS_ADDR_LINKLOCAL(&in.sin6_addr) ||
               IN6_IS_ADDR_UNSPECIFIED(&in.sin6_addr) || IN6_IS_ADDR_MULTICAST(&in.sin6_addr);
    }
    return true;
}
