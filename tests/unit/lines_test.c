#include "config.h"

#include "push/lines.h"

#include "base/buf.h"
#include "base/compress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void
put_file(const char *path, struct slice bytes)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.n ? bytes.p : "", 1, bytes.n, f), bytes.n);
	assert_int_equal(fclose(f), 0);
}

/* All lines of the file, each in angle brackets; then "!" when it failed. */
static void
read_all(const char *path, struct buf *out)
{
	struct lines *lines;
	struct slice line;
	struct err err = {0};
	int rc;

	buf_reset(out);
	assert_int_equal(lines_open(&lines, path, &err), 0);
	while ((rc = lines_next(lines, &line, &err)) > 0) {
		buf_char(out, '<');
		buf_slice(out, line);
		buf_char(out, '>');
	}
	if (rc < 0) {
		assert_int_not_equal(err.kind, ERR_NONE);
		assert_non_null(strstr(err.text, path));
		buf_char(out, '!');
	}
	assert_int_equal(lines_next(lines, &line, &err), rc);
	lines_close(lines);
}

static void
test_ends(void **state)
{
	static const struct {
		const char *bytes, *want;
	} cases[] = {
	    {"", ""},
	    {"a", "<a>"},
	    {"a\n", "<a>"},
	    {"a\nb", "<a><b>"},
	    {"\n\na\n\n", "<><><a><>"},
	    {"a\r\nb\rc\r\n\r\n", "<a><b\rc><>"},
	    {"a\r", "<a>"},
	};
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put_file("lines.tmp", slice_str(cases[i].bytes));
		read_all("lines.tmp", &out);
		assert_string_equal(buf_cstr(&out), cases[i].want);
	}
	unlink("lines.tmp");
	buf_fini(&out);
}

/* Lines around the longest, and some that are longer than all room, in between. */
static void
test_long(void **state)
{
	static const size_t lengths[] = {1, LINES_LONGEST - 1, LINES_LONGEST,
	    LINES_LONGEST + 1, 3, 4 * LINES_LONGEST - 1, 4 * LINES_LONGEST,
	    4 * LINES_LONGEST + 1, 2, 23 * LINES_LONGEST, 0, 5};
	enum { N = sizeof lengths / sizeof *lengths };
	struct lines *lines;
	struct slice line;
	struct buf bytes;
	struct err err;

	(void)state;
	for (int last = 0; last < 2; last++) {
		buf_init(&bytes, 1 << 24);
		for (size_t i = 0; i < N; i++) {
			for (size_t k = 0; k < lengths[i]; k++)
				buf_char(&bytes, (char)('a' + i));
			if (i + 1 < N || last)
				buf_char(&bytes, '\n');
		}
		put_file("lines.tmp", buf_view(&bytes));
		assert_int_equal(lines_open(&lines, "lines.tmp", &err), 0);
		for (size_t i = 0; i < N; i++) {
			size_t n =
			    lengths[i] < LINES_LONGEST ? lengths[i] : LINES_LONGEST;

			assert_int_equal(lines_next(lines, &line, &err), 1);
			assert_int_equal(line.n, n);
			for (size_t k = 0; k < n; k++)
				assert_int_equal(line.p[k], 'a' + i);
		}
		assert_int_equal(lines_next(lines, &line, &err), 0);
		lines_close(lines);
		buf_fini(&bytes);
	}
	unlink("lines.tmp");
}

static void
test_compressed(void **state)
{
#ifdef HAVE_ZLIB
	struct buf bytes, gz, out;
	struct slice view;
	size_t plain;

	(void)state;
	buf_init(&bytes, 1 << 20);
	buf_init(&gz, 1 << 20);
	buf_init(&out, 1 << 20);
	for (int i = 0; i < 20000; i++)
		buf_printf(&bytes, "line %d, %d\n", i, i * 7919 % 10007);
	assert_true(compressors[0].compress(&gz, buf_view(&bytes), COMPRESS_WELL));
	put_file("lines.tmp", buf_view(&bytes));
	read_all("lines.tmp", &out);
	plain = out.n;
	/* what it is does not follow from its name, and it may be several in a row */
	put_file("lines.tmp", buf_view(&gz));
	read_all("lines.tmp", &out);
	assert_int_equal(out.n, plain);
	view = buf_view(&gz);
	buf_reset(&bytes);
	buf_slice(&bytes, view);
	buf_slice(&bytes, view);
	put_file("lines.tmp", buf_view(&bytes));
	read_all("lines.tmp", &out);
	assert_int_equal(out.n, 2 * plain);
	/* one that is cut short, or damaged, says so */
	put_file("lines.tmp", slice_part(view, 0, view.n / 2));
	read_all("lines.tmp", &out);
	assert_true(slice_starts(buf_view(&out), SLICE("<line 0, 0>")));
	assert_true(slice_ends(buf_view(&out), SLICE("!")));
	assert_true(out.n < plain);
	gz.p[gz.n - 6] ^= 1;
	put_file("lines.tmp", buf_view(&gz));
	read_all("lines.tmp", &out);
	assert_true(slice_ends(buf_view(&out), SLICE("!")));
	unlink("lines.tmp");
	buf_fini(&out);
	buf_fini(&gz);
	buf_fini(&bytes);
#else
	(void)state;
	print_message("# skipped: built without zlib\n");
	skip();
#endif
}

static void
test_unreadable(void **state)
{
	struct lines *lines;
	struct slice line;
	struct err err;

	(void)state;
	assert_int_equal(lines_open(&lines, "lines-that-are-not.tmp", &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_null(lines);
	assert_int_equal(lines_open(&lines, ".", &err), 0);
	assert_int_equal(lines_next(lines, &line, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	lines_close(lines);
	lines_close(NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ends),
	    cmocka_unit_test(test_long),
	    cmocka_unit_test(test_compressed),
	    cmocka_unit_test(test_unreadable),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
