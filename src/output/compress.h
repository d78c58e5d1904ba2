/*
 * compress: the siblings that a web server sends instead (.gz, .br, .zst).
 * The same bytes in give the same bytes out, with no time or name in them.
 */
#ifndef OUTPUT_COMPRESS_H
#define OUTPUT_COMPRESS_H

#include "base/buf.h"

struct compressor {
	int bit;               /* PRECOMPRESS_GZ ... */
	const char *extension; /* ".gz" */
	/* False when the library refused or `out` is full. */
	bool (*compress)(struct buf *out, struct slice bytes);
};

/* Those that were built in. */
extern const struct compressor compressors[];
extern const size_t compressors_n;

#endif
