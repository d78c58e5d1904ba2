#include "serve/catalog.h"

#include "base/uri.h"

#include <inttypes.h>
#include <string.h>

enum { SHORTEST = 60, LONGEST = 3600, UNKNOWN = 900, YEAR = 365 * 24 * 3600 };

struct building {
	const struct config *config;
	const struct slices *dead;
	struct catalog *catalog;
	struct arena *arena; /* the catalog's */
	struct map feeds;    /* key -> struct feed_row */
};

/* --- what each document is -------------------------------------------------------- */

/* "main" of "main.atom", when its extension is a feed's. */
static struct slice
without_extension(struct slice path)
{
	const struct media_type *media = media_of(path);

	if (media->is & MEDIA_FEED)
		path.n -= strlen(media->extension);
	return path;
}

/* The number of an archive document "KEY/archive-12.atom"; -1: it is none. */
static int64_t
archive_number(struct slice path, struct slice key)
{
	struct slice rest = without_extension(path);
	int64_t number;

	if (rest.n == path.n || !slice_starts(rest, key))
		return -1;
	rest = slice_from(rest, key.n);
	if (!slice_starts(rest, SLICE("/archive-")))
		return -1;
	rest = slice_from(rest, strlen("/archive-"));
	number = slice_number(&rest, 9);
	return rest.n ? -1 : number;
}

static enum item_kind
kind_of(const struct building *b, const struct item *item)
{
	int64_t number = archive_number(item->path, item->feed);
	struct slice next;

	if (map_get(&b->feeds, item->feed) &&
	    slice_eq(without_extension(item->path), item->feed) &&
	    (item->media->is & MEDIA_FEED))
		return ITEM_LIVE;
	if (number < 0)
		return ITEM_OTHER;
	next = arena_printf(b->arena, "%.*s/archive-%" PRId64 "%s", SLICE_ARG(item->feed),
	    number + 1, item->media->extension);
	return map_get(&b->catalog->by_path, next) ? ITEM_ARCHIVE : ITEM_OTHER;
}

/* The document that the path is a compressed copy of; NULL: of none. */
static struct item *
whole_of(const struct catalog *c, struct slice path, int *coding)
{
	for (int i = CODING_GZIP; i < CODINGS; i++) {
		struct slice end = slice_str(coding_extension((enum coding)i));

		*coding = i;
		if (slice_ends(path, end))
			return map_get(&c->by_path, slice_part(path, 0, path.n - end.n));
	}
	return NULL;
}

/* By their own names they cannot be had. */
static void
fold_copies(struct catalog *c)
{
	for (size_t i = 0; i < c->items; i++) {
		struct item *copy = &c->item[i], *whole;
		int coding;

		whole = whole_of(c, copy->path, &coding);
		if (!whole)
			continue;
		if (copy->kind != ITEM_GONE)
			whole->codings |= 1U << coding;
		copy->kind = ITEM_GONE;
		map_remove(&c->by_path, copy->path);
	}
}

/* --- header lines ----------------------------------------------------------------- */

int64_t
catalog_fresh(int64_t cadence)
{
	int64_t quarter = cadence / 4;

	if (cadence <= 0)
		return UNKNOWN;
	return quarter < SHORTEST ? SHORTEST : quarter > LONGEST ? LONGEST : quarter;
}

static bool
names_hub(const struct building *b, const struct config_hub *hub, struct slice feed)
{
	return config_takes(&hub->feeds, feed) && !slices_has(b->dead, hub->name);
}

static bool
has_hub(const struct building *b, struct slice feed)
{
	for (size_t i = 0; i < b->config->hubs; i++)
		if (names_hub(b, &b->config->hub[i], feed))
			return true;
	return false;
}

/*
 * A closed archive document is not fetched again by those who archive (RFC 5005 section
 * 4), but caches between us and them ask every hour, so that a take-down gets through.
 * Such caches hold a pushed feed for a minute at most: a hub is told only when the public
 * address has the new version.
 */
static const char *
cache_control(const struct building *b, const struct item *item)
{
	const struct feed_row *feed = map_get(&b->feeds, item->feed);
	struct slice s;

	if (item->kind == ITEM_LIVE)
		s = arena_printf(b->arena,
		    "public, max-age=%" PRId64 "%s, must-revalidate",
		    catalog_fresh(feed->cadence),
		    has_hub(b, feed->name) ? ", s-maxage=60" : "");
	else if (item->kind == ITEM_ARCHIVE)
		s = arena_printf(b->arena, "public, max-age=%d, s-maxage=%d, immutable",
		    YEAR, LONGEST);
	else
		s = arena_printf(
		    b->arena, "public, max-age=%" PRId64, item->media->fresh);
	return s.p;
}

static struct slice
address_of_path(const struct building *b, struct slice path)
{
	return arena_printf(b->arena, "%.*s%.*s", SLICE_ARG(b->config->output.url),
	    SLICE_ARG(uri_encode_path(b->arena, path)));
}

/* Up to ";", without parameters. */
static struct slice
bare_type(const struct media_type *media)
{
	struct slice type = slice_str(media->type);

	return slice_part(type, 0, slice_index(type, ';'));
}

static const char *
link_of(const struct building *b, const struct item *item)
{
	const struct feed_row *feed = map_get(&b->feeds, item->feed);
	struct buf out;
	const char *link;

	buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < b->config->hubs; i++)
		if (names_hub(b, &b->config->hub[i], feed->name))
			buf_printf(&out, "<%.*s>; rel=\"hub\", ",
			    SLICE_ARG(b->config->hub[i].url));
	buf_printf(
	    &out, "<%.*s>; rel=\"self\"", SLICE_ARG(address_of_path(b, item->path)));
	for (size_t i = 0; i < media_types_n; i++) {
		const struct media_type *m = &media_types[i];
		struct slice other =
		    arena_printf(b->arena, "%.*s%s", SLICE_ARG(item->feed), m->extension);

		if ((m->is & MEDIA_FEED) && m != item->media &&
		    map_get(&b->catalog->by_path, other))
			buf_printf(&out, ", <%.*s>; rel=\"alternate\"; type=\"%.*s\"",
			    SLICE_ARG(address_of_path(b, other)),
			    SLICE_ARG(bare_type(m)));
	}
	link = arena_cstr(b->arena, buf_view(&out));
	buf_fini(&out);
	return link;
}

/* --- building --------------------------------------------------------------------- */

static void
add(struct building *b, struct slice path, struct slice feed, enum item_kind kind)
{
	struct catalog *c = b->catalog;
	struct item *item = &c->item[c->items];

	*item = (struct item){.path = path,
	    .feed = feed,
	    .kind = kind,
	    .media = media_of(path),
	    .index = c->items++};
	map_put(&c->by_path, item->path, item);
}

static void
describe(struct building *b)
{
	struct catalog *c = b->catalog;

	fold_copies(c);
	for (size_t i = 0; i < c->items; i++) {
		struct item *item = &c->item[i];

		if (item->kind == ITEM_GONE)
			continue;
		item->kind = kind_of(b, item);
		item->cache_control = cache_control(b, item);
		item->link = item->kind == ITEM_LIVE ? link_of(b, item) : NULL;
	}
}

static int
add_files(struct building *b, struct ledger *ledger, struct err *err)
{
	struct file_row *row;
	struct slices removed;
	struct feed_row *feed;
	size_t rows, feeds;

	if (ledger_files(ledger, b->arena, &row, &rows, err) < 0 ||
	    ledger_removed(ledger, b->arena, &removed, err) < 0 ||
	    ledger_feeds(ledger, b->arena, &feed, &feeds, err) < 0)
		return -1;
	for (size_t i = 0; i < feeds; i++)
		map_put(&b->feeds, feed[i].path, &feed[i]);
	b->catalog->item =
	    arena_array(b->arena, rows + removed.n, sizeof *b->catalog->item);
	for (size_t i = 0; i < rows; i++)
		add(b, row[i].path, row[i].feed,
		    row[i].bytes == FILE_CONDEMNED ? ITEM_GONE : ITEM_OTHER);
	for (size_t i = 0; i < removed.n; i++)
		add(b, removed.v[i], SLICE_NONE, ITEM_GONE);
	return 0;
}

/* The configuration has them as OLD=NEW. */
static void
take_redirects(struct building *b)
{
	const struct slices *words = &b->config->serve.redirects;
	struct catalog *c = b->catalog;

	c->redirects = words->n;
	c->redirect = arena_array(b->arena, words->n, sizeof *c->redirect);
	for (size_t i = 0; i < words->n; i++) {
		struct slice word = arena_copy(b->arena, words->v[i]);
		size_t at = slice_index(word, '=');

		c->redirect[i].from = slice_part(word, 0, at);
		c->redirect[i].to = slice_from(word, at + 1);
	}
}

static int
take_settings(struct building *b, struct err *err)
{
	const struct config *config = b->config;
	struct catalog *c = b->catalog;
	struct uri uri;

	uri_split(config->output.url, &uri);
	c->link = arena_copy(b->arena, uri.path);
	c->base = request_path(c->link, b->arena);
	c->min_interval = config->serve.min_interval;
	c->trusted = networks_copy(&config->serve.trusted_proxies, b->arena);
	take_redirects(b);
	if (root_open(&c->root, arena_cstr(b->arena, config->output.dir), false, err) < 0)
		return -1;
	return zone_open(&c->utc, SLICE("UTC"), err);
}

int
catalog_build(struct catalog **out, const struct config *config, struct ledger *ledger,
    const struct slices *dead, struct err *err)
{
	struct arena *arena = arena_new();
	struct catalog *c = ARENA_NEW(arena, struct catalog);
	struct building b = {
	    .config = config, .dead = dead, .catalog = c, .arena = arena};
	int rc;

	c->arena = arena;
	c->root.fd = -1;
	map_init(&c->by_path);
	map_init(&b.feeds);
	rc = take_settings(&b, err);
	if (rc == 0)
		rc = add_files(&b, ledger, err);
	if (rc == 0)
		describe(&b);
	map_fini(&b.feeds);
	*out = c;
	if (rc < 0) {
		catalog_free(c);
		*out = NULL;
	}
	return rc;
}

void
catalog_free(struct catalog *c)
{
	if (!c)
		return;
	zone_free(c->utc);
	root_close(&c->root);
	map_fini(&c->by_path);
	arena_free(c->arena);
}

/* --- asking ----------------------------------------------------------------------- */

/* Below the folder; false: it is not. */
static bool
take_base(const struct catalog *c, struct slice *path)
{
	if (!slice_starts(*path, c->base))
		return false;
	*path = slice_from(*path, c->base.n);
	return true;
}

const struct item *
catalog_find(const struct catalog *c, struct slice path, struct arena *arena)
{
	if (!take_base(c, &path))
		return NULL;
	if (path.n == 0 || slice_ends(path, SLICE("/")))
		path = arena_printf(arena, "%.*sindex.html", SLICE_ARG(path));
	return map_get(&c->by_path, path);
}

/* What of the path stands behind what has moved; false: something else has. */
static bool
has_moved(const struct redirect *r, struct slice path, struct slice *behind)
{
	if (!slice_starts(path, r->from))
		return false;
	*behind = slice_from(path, r->from.n);
	return behind->n == 0 || slice_ends(r->from, SLICE("/")) ||
	       without_extension(path).n == r->from.n;
}

struct slice
catalog_moved(const struct catalog *c, struct slice path, struct arena *arena)
{
	struct slice behind;

	if (!take_base(c, &path))
		return SLICE_NONE;
	for (size_t i = 0; i < c->redirects; i++) {
		const struct redirect *r = &c->redirect[i];

		if (!has_moved(r, path, &behind))
			continue;
		behind = uri_encode_path(arena, behind);
		if (uri_http(arena, r->to).n)
			return arena_printf(
			    arena, "%.*s%.*s", SLICE_ARG(r->to), SLICE_ARG(behind));
		return arena_printf(arena, "%.*s%.*s%.*s", SLICE_ARG(c->link),
		    SLICE_ARG(uri_encode_path(arena, r->to)), SLICE_ARG(behind));
	}
	return SLICE_NONE;
}
