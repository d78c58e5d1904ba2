/*
 * Whatever the bytes, what html_open lets through is a fixed point under the
 * same limits, UTF-8 without controls, and holds nothing that runs.
 */
#include "base/utf8.h"
#include "input/html.h"

#include <stdlib.h>

enum { NODES = 2000, DEPTH = 40 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* False when a limit was reached. */
static bool
clean(struct buf *out, struct slice fragment)
{
	static const struct html_context context = {
	    .page = {"https://own.example/2024/page.html", 34},
	    .base = {"http://other.example/dir/page.html?x=1", 38},
	    .max_nodes = NODES,
	    .max_depth = DEPTH,
	    .line = 1};
	struct arena *arena = arena_new();
	struct diags diags;
	struct err err = {0};
	struct html *html;
	bool good;

	diags_init(&diags, arena, SLICE("page.html"));
	good = html_open(&html, fragment, &context, &diags, &err) == 0;
	require(good || err.kind == ERR_LIMIT);
	if (good) {
		struct buf text;

		html_write(html, out);
		buf_init(&text, SIZE_MAX / 2);
		html_text(html, 100, &text);
		require(utf8_valid(buf_view(&text)) == text.n);
		buf_fini(&text);
	}
	html_close(html);
	arena_free(arena);
	return good;
}

static void
check_bytes(struct slice s)
{
	static const char *const never[] = {
	    "<script", "<style", "<iframe", "<form", "<svg", "<!--", NULL};

	require(utf8_valid(s) == s.n);
	for (size_t i = 0; i < s.n; i++)
		require(
		    (unsigned char)s.p[i] >= 0x20 || s.p[i] == '\n' || s.p[i] == '\t');
	for (const char *const *p = never; *p; p++)
		require(slice_find(s, slice_str(*p)) == s.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice fragment = {(const char *)data, size};
	struct buf once, twice;

	buf_init(&once, SIZE_MAX / 2);
	buf_init(&twice, SIZE_MAX / 2);
	if (clean(&once, fragment)) {
		check_bytes(buf_view(&once));
		require(clean(&twice, buf_view(&once)));
		require(slice_eq(buf_view(&once), buf_view(&twice)));
	}
	buf_fini(&once);
	buf_fini(&twice);
	return 0;
}
