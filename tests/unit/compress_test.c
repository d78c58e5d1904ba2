#include "config.h"

#include "base/compress.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#ifdef HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

enum { LARGE = 300000 };

static struct slice
sample(struct arena *arena, size_t n)
{
	char *p = arena_alloc(arena, n + 1);
	uint32_t seed = 1;

	for (size_t i = 0; i < n; i++) {
		seed = seed * 1103515245u + 12345u;
		p[i] = i % 97 < 60 ? "<entry>text"[i % 11] : (char)(seed >> 24);
	}
	return slice_make(p, n);
}

static void
check_same(const struct compressor *c, enum compress_effort effort)
{
	static const size_t sizes[] = {0, 1, 1000, LARGE};
	struct arena *arena = arena_new();

	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		struct slice bytes = sample(arena, sizes[k]);
		struct buf a, b;

		buf_init(&a, 2 * LARGE);
		buf_init(&b, 2 * LARGE);
		assert_true(c->compress(&a, bytes, effort));
		assert_true(c->compress(&b, bytes, effort));
		assert_true(a.n > 0);
		assert_true(slice_eq(buf_view(&a), buf_view(&b)));
		if (sizes[k] == LARGE)
			assert_true(a.n < LARGE * 3 / 4);
		buf_fini(&a);
		buf_fini(&b);
	}
	arena_free(arena);
}

static void
test_same_in_same_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < compressors_n; i++) {
		check_same(&compressors[i], COMPRESS_WELL);
		check_same(&compressors[i], COMPRESS_QUICKLY);
	}
}

/* What does not fit is said, and nothing cut is left. */
static void
test_full(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < compressors_n; i++) {
		struct buf out;

		buf_init(&out, 100);
		assert_false(
		    compressors[i].compress(&out, sample(arena, 100000), COMPRESS_WELL));
		assert_int_equal(out.n, 0);
		buf_fini(&out);
	}
	arena_free(arena);
}

static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < compressors_n; i++) {
		assert_int_equal(compressors[i].extension[0], '.');
		assert_ptr_equal(
		    compress_find(compressors[i].extension), &compressors[i]);
		for (size_t k = 0; k < i; k++)
			assert_int_equal(compressors[i].bit & compressors[k].bit, 0);
	}
	assert_null(compressors[compressors_n].compress);
	assert_null(compress_find(""));
	assert_null(compress_find(".xz"));
}

#ifdef HAVE_ZLIB
/* RFC 1952: flags, time and name are not set; it reads back. */
static void
test_gz(void **state)
{
	struct arena *arena = arena_new();
	struct slice bytes = sample(arena, 5000);
	unsigned char back[5001];
	z_stream z = {0};
	struct buf out;

	(void)state;
	buf_init(&out, LARGE);
	assert_true(compressors[0].compress(&out, bytes, COMPRESS_WELL));
	assert_memory_equal(out.p, "\x1f\x8b\x08\0\0\0\0\0", 8);
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (unsigned char *)out.p;
	z.avail_in = (unsigned)out.n;
	z.next_out = back;
	z.avail_out = sizeof back;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, bytes.n);
	assert_memory_equal(back, bytes.p, bytes.n);
	inflateEnd(&z);
	buf_fini(&out);
	arena_free(arena);
}
#endif

#ifdef HAVE_ZSTD
static void
test_zst(void **state)
{
	struct arena *arena = arena_new();
	struct slice bytes = sample(arena, 5000);
	char back[5001];
	struct buf out;

	(void)state;
	buf_init(&out, LARGE);
	assert_true(compressors[compressors_n - 1].compress(&out, bytes, COMPRESS_WELL));
	assert_int_equal(ZSTD_decompress(back, sizeof back, out.p, out.n), bytes.n);
	assert_memory_equal(back, bytes.p, bytes.n);
	buf_fini(&out);
	arena_free(arena);
}
#endif

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same_in_same_out),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_table),
#ifdef HAVE_ZLIB
	    cmocka_unit_test(test_gz),
#endif
#ifdef HAVE_ZSTD
	    cmocka_unit_test(test_zst),
#endif
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
