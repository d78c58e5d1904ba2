#include "base/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { MAPPED = 96, ALL = 128 };

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static bool
is_mapped(const struct ip *a)
{
	return memcmp(a->byte, mapped, sizeof mapped) == 0;
}

static struct ip
from_ipv4(const void *four)
{
	struct ip a = {.known = true};

	memcpy(a.byte, mapped, sizeof mapped);
	memcpy(a.byte + sizeof mapped, four, 4);
	return a;
}

static struct ip
from_ipv6(const void *sixteen)
{
	struct ip a = {.known = true};

	memcpy(a.byte, sixteen, sizeof a.byte);
	return a;
}

struct ip
ip_of(const struct sockaddr *peer)
{
	switch (peer->sa_family) {
	case AF_INET:
		return from_ipv4(
		    &((const struct sockaddr_in *)(const void *)peer)->sin_addr);
	case AF_INET6:
		return from_ipv6(
		    &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr);
	default:
		return (struct ip){.known = false};
	}
}

/* Without quotes, brackets and port. */
static struct slice
bare(struct slice s)
{
	size_t colon;

	s = slice_trim(s);
	if (s.n >= 2 && slice_starts(s, SLICE("\"")) && slice_ends(s, SLICE("\"")))
		s = slice_part(s, 1, s.n - 1);
	if (slice_starts(s, SLICE("[")))
		return slice_part(s, 1, slice_index(s, ']'));
	colon = slice_index(s, ':');
	if (slice_index(slice_from(s, colon + 1), ':') == s.n - colon - 1 && colon < s.n)
		s.n = colon;
	return s;
}

struct ip
ip_parse(struct slice text)
{
	char name[INET6_ADDRSTRLEN];
	struct in6_addr six;
	struct in_addr four;

	text = bare(text);
	if (text.n == 0 || text.n >= sizeof name)
		return (struct ip){.known = false};
	memcpy(name, text.p, text.n);
	name[text.n] = '\0';
	if (inet_pton(AF_INET, name, &four) == 1)
		return from_ipv4(&four);
	if (inet_pton(AF_INET6, name, &six) == 1)
		return from_ipv6(&six);
	return (struct ip){.known = false};
}

bool
ip_is_loopback(const struct ip *a)
{
	static const uint8_t loopback[16] = {[15] = 1};

	return a->known &&
	       (is_mapped(a) ? a->byte[12] == 127
			     : memcmp(a->byte, loopback, sizeof loopback) == 0);
}

struct ip
ip_subscriber(const struct ip *a)
{
	struct ip s = *a;

	if (!is_mapped(a))
		memset(s.byte + 8, 0, 8);
	return s;
}

/* --- networks ------------------------------------------------------------------- */

static bool
parse_network(struct slice word, struct network *network)
{
	size_t slash = slice_index(word, '/');
	struct slice digits = slice_from(word, slash + 1);
	int64_t bits = ALL;

	network->local = slice_is(word, "unix");
	network->address = ip_parse(slice_part(word, 0, slash));
	if (network->local)
		return true;
	if (!network->address.known)
		return false;
	if (slash < word.n) {
		bits = slice_number(&digits, 3);
		if (bits < 0 || digits.n)
			return false;
		if (is_mapped(&network->address))
			bits += MAPPED;
	}
	network->bits = (int)bits;
	return bits <= ALL;
}

int
networks_parse(struct networks *networks, const struct slices *words, struct arena *arena,
    struct err *err)
{
	*networks = (struct networks){
	    .v = arena_array(arena, words->n, sizeof *networks->v), .n = words->n};
	for (size_t i = 0; i < words->n; i++)
		if (!parse_network(words->v[i], &networks->v[i]))
			return err_set(err, ERR_CONFIG,
			    "\"%.*s\" is no network such as 192.0.2.0/24 or "
			    "2001:db8::/32, no address and not unix",
			    SLICE_ARG(words->v[i]));
	return 0;
}

struct networks
networks_copy(const struct networks *from, struct arena *arena)
{
	struct networks to = {arena_array(arena, from->n, sizeof *to.v), from->n};

	if (from->n)
		memcpy(to.v, from->v, from->n * sizeof *to.v);
	return to;
}

static bool
holds(const struct network *network, const struct ip *a)
{
	size_t whole = (size_t)network->bits / 8;
	unsigned left = (unsigned)network->bits % 8;

	if (memcmp(network->address.byte, a->byte, whole) != 0)
		return false;
	return left == 0 ||
	       (network->address.byte[whole] ^ a->byte[whole]) >> (8 - left) == 0;
}

bool
networks_hold(const struct networks *networks, const struct ip *a)
{
	for (size_t i = 0; i < networks->n; i++) {
		const struct network *network = &networks->v[i];

		if (a->known ? !network->local && holds(network, a) : network->local)
			return true;
	}
	return false;
}

/* --- proxies -------------------------------------------------------------------- */

/* Take the last member off a list. */
static bool
last_member(struct slice *list, struct slice *member)
{
	size_t at = list->n;

	if (list->n == 0)
		return false;
	while (at && list->p[at - 1] != ',')
		at--;
	*member = slice_trim(slice_from(*list, at));
	list->n = at ? at - 1 : 0;
	return true;
}

/* "for=192.0.2.1;proto=https": the address; none that is hidden or unknown. */
static struct slice
forwarded_for(struct slice element)
{
	struct slice pair;

	while (slice_token(&element, ';', &pair)) {
		pair = slice_trim(pair);
		if (slice_is_nocase(slice_part(pair, 0, 4), "for="))
			return slice_from(pair, 4);
	}
	return SLICE_NONE;
}

struct ip
network_client(const struct networks *trusted, const struct ip *peer,
    struct slice forwarded, struct slice x_forwarded_for)
{
	struct slice list = forwarded.p ? forwarded : x_forwarded_for, member;
	struct ip client = *peer;

	if (forwarded.p && x_forwarded_for.p)
		return client;
	while (networks_hold(trusted, &client) && last_member(&list, &member)) {
		struct ip next = ip_parse(forwarded.p ? forwarded_for(member) : member);

		if (!next.known)
			break;
		client = next;
	}
	return client;
}
