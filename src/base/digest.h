/*
 * digest: SHA-256 (FIPS 180-4) of bytes in one piece or in several.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/slice.h"

#include <stdint.h>

struct digest {
	uint8_t byte[32];
};

struct digest digest_of(struct slice bytes);
bool digest_eq(const struct digest *a, const struct digest *b);
/* Lower-case hexadecimal and a NUL. */
void digest_hex(const struct digest *digest, char hex[65]);

/* Piecewise: open, add any number of times, close (which frees). */
struct digest_state;
struct digest_state *digest_open(void);
void digest_add(struct digest_state *state, struct slice bytes);
struct digest digest_close(struct digest_state *state);

#endif
