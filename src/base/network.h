/*
 * network: addresses of machines, and who a request comes from behind proxies
 * (RFC 7239, and X-Forwarded-For as it is in use).
 */
#ifndef BASE_NETWORK_H
#define BASE_NETWORK_H

#include "base/arena.h"
#include "base/err.h"

#include <stdint.h>

struct sockaddr;

/* As IPv6; IPv4 is mapped (RFC 4291 section 2.5.5.2). */
struct ip {
	uint8_t byte[16];
	bool known; /* false: none, as of a Unix socket */
};

struct ip ip_of(const struct sockaddr *peer);
/* "192.0.2.1", "2001:db8::1", in brackets or quotes, with a port or without. */
struct ip ip_parse(struct slice text);
bool ip_is_loopback(const struct ip *address);
/* What one subscriber has: an IPv4 address, a /64 of IPv6. The rest is zero. */
struct ip ip_subscriber(const struct ip *address);

struct network {
	struct ip address;
	int bits;   /* of 128 that count */
	bool local; /* "unix": who comes over a Unix socket */
};
struct networks {
	struct network *v;
	size_t n;
};

/* "192.0.2.0/24", "2001:db8::/32", an address, "unix". -1: ERR_CONFIG. */
int networks_parse(struct networks *networks, const struct slices *words,
    struct arena *arena, struct err *err);
struct networks networks_copy(const struct networks *networks, struct arena *arena);
bool networks_hold(const struct networks *networks, const struct ip *address);

/*
 * Who asks: `peer`, or when it is trusted the last one in the field that is not. Of a
 * request with both fields neither is believed: one of them the client made.
 */
struct ip network_client(const struct networks *trusted, const struct ip *peer,
    struct slice forwarded, struct slice x_forwarded_for);

#endif
