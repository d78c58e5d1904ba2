/* Any bytes as an older feed: what adopt_read promises of each adoption holds. */
#include "input/adopt.h"

#include "base/map.h"
#include "base/uri.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_adoption(const struct adoption *adoption, struct arena *arena, struct map *seen)
{
	must(adoption->url.n && slice_eq(uri_http(arena, adoption->url), adoption->url));
	must(slice_eq(uri_absolute(arena, adoption->id), adoption->id));
	must(uri_is_valid(adoption->id));
	must(adoption->updated == 0 || adoption->updated >= 631152000);
	must(!map_get(seen, adoption->url));
	map_put(seen, adoption->url, seen);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct adoption *v;
	struct diags diags;
	struct err err = {0};
	struct map seen;
	size_t n;
	int rc;

	map_init(&seen);
	diags_init(&diags, arena, SLICE("feed"));
	rc =
	    adopt_read(slice_make((const char *)data, size), arena, &v, &n, &diags, &err);
	if (rc < 0) {
		must(n == 0 && err.kind == ERR_INPUT);
		must(strncmp(err.text, "line ", 5) == 0);
	}
	for (size_t i = 0; i < n; i++)
		check_adoption(&v[i], arena, &seen);
	for (size_t i = 0; i < diags.n; i++)
		must(diags.v[i].level != DIAG_BAD && diags.v[i].text.n > 0);
	map_fini(&seen);
	arena_free(arena);
	return 0;
}
