#include "base/uri.h"

#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>

/* A result is valid, and its own normal form. */
static void
check_normal(struct arena *arena, struct slice uri)
{
	if (uri.n == 0)
		return;
	if (!uri_is_valid(uri) || !slice_eq(uri_absolute(arena, uri), uri) ||
	    !slice_eq(uri_resolve(arena, SLICE("https://xys.example/"), uri), uri))
		abort();
}

static void
check_encoded(struct arena *arena, struct slice text)
{
	struct slice segment = uri_encode_segment(arena, text);
	struct slice path = uri_encode_path(arena, text);

	if (slice_index(segment, '/') < segment.n || slice_index(path, '?') < path.n)
		abort();
	if (!uri_is_valid(arena_printf(arena, "https://xys.example/%s", path.p)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The text before the first NUL is a base, what follows a reference. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_make((const char *)data, size), ref = text, base;
	struct arena *arena = arena_new();
	struct slice http = uri_http(arena, text);

	check_normal(arena, http);
	if (http.n && !uri_has_scheme(http, "http") && !uri_has_scheme(http, "https"))
		abort();
	check_normal(arena, uri_absolute(arena, text));
	check_normal(arena, uri_resolve(arena, SLICE("https://xys.example/a/b?c"), text));
	if (slice_token(&ref, '\0', &base))
		check_normal(arena, uri_resolve(arena, base, ref));
	check_encoded(arena, text);
	if (uri_is_valid(text) && slice_index(text, ' ') < text.n)
		abort();
	arena_free(arena);
	return 0;
}
