#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <stdlib.h>
#include <string.h>

struct digest
digest_of(struct slice bytes)
{
	struct digest d;

	SHA256((const unsigned char *)bytes.p, bytes.n, d.byte);
	return d;
}

bool
digest_eq(const struct digest *a, const struct digest *b)
{
	return memcmp(a->byte, b->byte, sizeof a->byte) == 0;
}

void
digest_hex(const struct digest *d, char hex[65])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof d->byte; i++) {
		hex[2 * i] = digits[d->byte[i] >> 4];
		hex[2 * i + 1] = digits[d->byte[i] & 15];
	}
	hex[64] = '\0';
}

/* The state is OpenSSL's; its failures here are only out of memory. */
struct digest_state *
digest_open(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (!ctx || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
		abort();
	return (struct digest_state *)ctx;
}

void
digest_add(struct digest_state *state, struct slice bytes)
{
	if (EVP_DigestUpdate((EVP_MD_CTX *)state, bytes.p, bytes.n) != 1)
		abort();
}

struct digest
digest_close(struct digest_state *state)
{
	struct digest d;

	if (EVP_DigestFinal_ex((EVP_MD_CTX *)state, d.byte, NULL) != 1)
		abort();
	EVP_MD_CTX_free((EVP_MD_CTX *)state);
	return d;
}
