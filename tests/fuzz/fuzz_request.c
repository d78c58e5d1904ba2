#include "base/network.h"
#include "base/utf8.h"
#include "serve/request.h"

#include <stdlib.h>
#include <string.h>

enum { SIZE = 1000, NOW = 0x65df1a24 };

/* It is clean, and below the root. */
static void
check_path(struct slice target, struct arena *arena)
{
	struct slice path = request_path(target, arena);

	if (!path.n)
		return;
	if (*path.p != '/' || utf8_valid(path) != path.n ||
	    slice_find(path, SLICE("/.")) < path.n ||
	    slice_find(path, SLICE("//")) < path.n || memchr(path.p, 0, path.n))
		abort();
}

static void
check_range(const struct request *r, struct slice etag, const struct zone *utc)
{
	int64_t first = 0, n = 0;

	if (request_range(r, etag, NOW, utc, SIZE, &first, &n) != RANGE_PART)
		return;
	if (first < 0 || n < 1 || first + n > SIZE || !r->field[FIELD_RANGE].n)
		abort();
}

static void
check_codings(const struct request *r)
{
	for (unsigned offered = 0; offered < 1 << CODINGS; offered++) {
		enum coding coding = request_coding(r, offered);

		if (coding != CODING_IDENTITY && !(offered & 1U << coding))
			abort();
	}
}

static void
check_client(const struct request *r, struct arena *arena)
{
	struct slice words[] = {SLICE("10.0.0.0/8"), SLICE("unix")};
	struct ip peer = ip_parse(SLICE("192.0.2.1"));
	struct networks trusted;
	struct ip client;
	struct err err;

	if (networks_parse(&trusted, &(struct slices){words, 2}, arena, &err) < 0)
		abort();
	client = network_client(
	    &trusted, &peer, r->field[FIELD_FORWARDED], r->field[FIELD_X_FORWARDED_FOR]);
	/* whom nobody trusts speaks for himself */
	if (memcmp(client.byte, peer.byte, sizeof peer.byte) != 0)
		abort();
	peer = ip_parse(SLICE("10.0.0.1"));
	client = network_client(
	    &trusted, &peer, r->field[FIELD_FORWARDED], r->field[FIELD_X_FORWARDED_FOR]);
	if (!client.known)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The target on the first line, then header lines. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_make((const char *)data, size), line;
	struct arena *arena = arena_new();
	struct request r = {.target = SLICE_NONE};
	char etag[ETAG_MAX];
	struct zone *utc;
	struct err err;
	int64_t since;

	if (zone_open(&utc, SLICE("UTC"), &err) < 0)
		abort();
	(void)slice_line(&rest, &r.target);
	while (slice_line(&rest, &line)) {
		size_t at = slice_index(line, ':');

		request_take(&r, slice_part(line, 0, at),
		    slice_trim(slice_from(line, at + 1)), arena);
	}
	etag_write(etag, NOW, SIZE, CODING_BR);
	check_path(r.target, arena);
	check_codings(&r);
	check_range(&r, slice_str(etag), utc);
	check_client(&r, arena);
	since = request_since(&r, NOW);
	if (since < -1 || since >= NOW)
		abort();
	request_matches(&r, slice_str(etag));
	request_unmodified(&r, NOW, utc);
	request_takes_feed(&r);
	request_has_body(&r);
	zone_free(utc);
	arena_free(arena);
	return 0;
}
