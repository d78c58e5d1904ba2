/*
 * compress: bytes in the codings of HTTP, with the extensions of their files. The same
 * bytes in give the same bytes out, with no time or name in them.
 */
#ifndef BASE_COMPRESS_H
#define BASE_COMPRESS_H

#include "base/buf.h"

enum { COMPRESS_GZ = 1, COMPRESS_BR = 2, COMPRESS_ZST = 4 }; /* a set */

enum compress_effort {
	COMPRESS_WELL,    /* once, for many to read */
	COMPRESS_QUICKLY, /* while somebody waits */
};

struct compressor {
	int bit;               /* COMPRESS_GZ ... */
	const char *extension; /* ".gz" */
	/* False when the library refused or `out` is full. */
	bool (*compress)(
	    struct buf *out, struct slice bytes, enum compress_effort effort);
};

/* Those that were built in. */
extern const struct compressor compressors[];
extern const size_t compressors_n;

const struct compressor *compress_find(const char *extension); /* or NULL */

#endif
