#include "config.h"

#include "base/compress.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#ifdef HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef HAVE_BROTLI
#include <brotli/encode.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

/* Room for the worst case, filled by a library, then given to the buf. */
static bool
append(struct buf *out, void *room, size_t n, bool ok)
{
	if (ok)
		buf_add(out, room, n);
	free(room);
	return ok && !out->full;
}

#ifdef HAVE_ZLIB
static bool
gz(struct buf *out, struct slice bytes, enum compress_effort effort)
{
	static const int level[] = {[COMPRESS_WELL] = 9, [COMPRESS_QUICKLY] = 6};
	enum { GZIP_WRAPPER = 16 };
	z_stream z = {0};
	uLong most;
	void *room;
	bool ok;

	if (deflateInit2(&z, level[effort], Z_DEFLATED, 15 + GZIP_WRAPPER, 9,
		Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	most = deflateBound(&z, bytes.n);
	room = mem_alloc(most);
	z.next_in = (Bytef *)bytes.p;
	z.avail_in = (uInt)bytes.n;
	z.next_out = room;
	z.avail_out = (uInt)most;
	ok = deflate(&z, Z_FINISH) == Z_STREAM_END;
	most = z.total_out;
	deflateEnd(&z);
	return append(out, room, most, ok);
}
#endif

#ifdef HAVE_BROTLI
static bool
br(struct buf *out, struct slice bytes, enum compress_effort effort)
{
	static const int quality[] = {[COMPRESS_WELL] = 9, [COMPRESS_QUICKLY] = 5};
	size_t n = BrotliEncoderMaxCompressedSize(bytes.n);
	uint8_t *room = mem_alloc(n);
	bool ok = BrotliEncoderCompress(quality[effort], BROTLI_DEFAULT_WINDOW,
	    BROTLI_MODE_TEXT, bytes.n, (const uint8_t *)bytes.p, &n, room);

	return append(out, room, n, ok);
}
#endif

#ifdef HAVE_ZSTD
static bool
zst(struct buf *out, struct slice bytes, enum compress_effort effort)
{
	static const int level[] = {[COMPRESS_WELL] = 12, [COMPRESS_QUICKLY] = 5};
	size_t most = ZSTD_compressBound(bytes.n);
	void *room = mem_alloc(most);
	size_t n = ZSTD_compress(room, most, bytes.p, bytes.n, level[effort]);

	return append(out, room, n, !ZSTD_isError(n));
}
#endif

const struct compressor compressors[] = {
#ifdef HAVE_ZLIB
    {COMPRESS_GZ, ".gz", gz},
#endif
#ifdef HAVE_BROTLI
    {COMPRESS_BR, ".br", br},
#endif
#ifdef HAVE_ZSTD
    {COMPRESS_ZST, ".zst", zst},
#endif
    {0, NULL, NULL},
};
const size_t compressors_n = sizeof compressors / sizeof *compressors - 1;

const struct compressor *
compress_find(const char *extension)
{
	for (size_t i = 0; i < compressors_n; i++)
		if (strcmp(compressors[i].extension, extension) == 0)
			return &compressors[i];
	return NULL;
}
