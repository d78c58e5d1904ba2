#include "push/canary_request.h"

#include "push/form.h"
#include "push/http.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

/* --- verification --------------------------------------------------------------- */

static bool
is_challenge(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || slice_one_of(s.p[i], "<>&\"'"))
			return false;
	return s.n > 0 && s.n <= CANARY_CHALLENGE_MAX;
}

/* Seconds; -1: it does not say, 0: nonsense. */
static int64_t
lease_of(struct slice query, struct arena *arena)
{
	struct slice text;
	int found = form_find(query, "hub.lease_seconds", arena, &text);
	int64_t n = found > 0 ? http_seconds(text) : 0;

	return found == 0 ? -1 : n > 0 ? n : 0;
}

static bool
field_is(struct slice query, const char *name, struct slice want, struct arena *arena)
{
	struct slice value;

	return form_find(query, name, arena, &value) > 0 && slice_eq(value, want);
}

static enum canary_wish
read_query(struct canary_request *out, struct slice query, struct slice topic,
    struct arena *arena)
{
	if (!field_is(query, "hub.topic", topic, arena))
		return CANARY_NONSENSE;
	if (field_is(query, "hub.mode", SLICE("denied"), arena))
		return CANARY_DENY;
	out->lease = lease_of(query, arena);
	return field_is(query, "hub.mode", SLICE("subscribe"), arena) &&
		       form_find(query, "hub.challenge", arena, &out->challenge) > 0 &&
		       is_challenge(out->challenge) && out->lease != 0
		   ? CANARY_VERIFY
		   : CANARY_NONSENSE;
}

/* --- signature ------------------------------------------------------------------ */

static const EVP_MD *
method_of(struct slice name)
{
	const struct {
		const char *name;
		const EVP_MD *method;
	} rows[] = {
	    {"sha1", EVP_sha1()},
	    {"sha256", EVP_sha256()},
	    {"sha384", EVP_sha384()},
	    {"sha512", EVP_sha512()},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (slice_is_nocase(name, rows[i].name))
			return rows[i].method;
	return NULL;
}

/* "method=hex" */
static bool
is_signed(struct slice header, struct slice secret, struct slice body)
{
	size_t at = slice_index(header, '=');
	struct slice given = slice_from(header, at + 1);
	const EVP_MD *method = method_of(slice_part(header, 0, at));
	unsigned char mac[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE], lower[2 * EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	if (!method || given.n != 2 * (size_t)EVP_MD_size(method) ||
	    !HMAC(method, secret.p, (int)secret.n,
		(const unsigned char *)(body.n ? body.p : ""), body.n, mac, &n))
		return false;
	for (unsigned int i = 0; i < n; i++) {
		hex[2 * i] = "0123456789abcdef"[mac[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[mac[i] & 15];
	}
	for (size_t i = 0; i < given.n; i++)
		lower[i] = given.p[i] >= 'A' && given.p[i] <= 'F'
			       ? (char)(given.p[i] | 0x20)
			       : given.p[i];
	return CRYPTO_memcmp(hex, lower, given.n) == 0;
}

static struct slice
header_of(const struct listener_request *r, const char *name)
{
	for (size_t i = 0; i < r->headers; i++)
		if (slice_is_nocase(r->header[i].name, name))
			return slice_trim(r->header[i].value);
	return SLICE_NONE;
}

void
canary_request_read(struct canary_request *out, const struct listener_request *r,
    struct slice topic, struct slice secret, struct arena *arena)
{
	*out = (struct canary_request){.wish = CANARY_NONSENSE};
	if (slice_is(r->method, "GET"))
		out->wish = read_query(out, r->query, topic, arena);
	else if (slice_is(r->method, "POST"))
		out->wish = is_signed(header_of(r, "X-Hub-Signature"), secret, r->body)
				? CANARY_DELIVERY
				: CANARY_FORGERY;
}
