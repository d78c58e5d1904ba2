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

	if (map_get(&b->catalog->feeds, item->feed) &&
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

/* The beginning of its Link. */
static const char *
hubs_of(const struct catalog *c, const struct feed_row *feed)
{
	return map_get(&c->hubs, feed->name);
}

/*
 * A closed archive document is not fetched again by those who archive (RFC 5005 section
 * 4), but caches between us and them ask every hour, so that a take-down gets through.
 * Such caches hold a pushed feed for a minute at most: a hub is told only when the public
 * address has the new version.
 */
static const char *
cache_control(const struct catalog *c, const struct item *item, struct arena *arena)
{
	const struct feed_row *feed = map_get(&c->feeds, item->feed);
	struct slice s;

	if (item->kind == ITEM_LIVE)
		s = arena_printf(arena, "public, max-age=%" PRId64 "%s, must-revalidate",
		    catalog_fresh(feed->cadence),
		    hubs_of(c, feed)[0] ? ", s-maxage=60" : "");
	else if (item->kind == ITEM_ARCHIVE)
		s = arena_printf(
		    arena, "public, max-age=%d, s-maxage=%d, immutable", YEAR, LONGEST);
	else
		s = arena_printf(arena, "public, max-age=%" PRId64, item->media->fresh);
	return s.p;
}

static struct slice
address_of_path(const struct catalog *c, struct slice path, struct arena *arena)
{
	return arena_printf(arena, "%.*s%.*s", SLICE_ARG(c->url),
	    SLICE_ARG(uri_encode_path(arena, path)));
}

/* Up to ";", without parameters. */
static struct slice
bare_type(const struct media_type *media)
{
	struct slice type = slice_str(media->type);

	return slice_part(type, 0, slice_index(type, ';'));
}

static const char *
link_of(const struct catalog *c, const struct item *item, struct arena *arena)
{
	struct buf out;
	const char *link;

	buf_init(&out, SIZE_MAX);
	buf_printf(&out, "%s<%.*s>; rel=\"self\"",
	    hubs_of(c, map_get(&c->feeds, item->feed)),
	    SLICE_ARG(address_of_path(c, item->path, arena)));
	for (size_t i = 0; i < media_types_n; i++) {
		const struct media_type *m = &media_types[i];
		struct slice other =
		    arena_printf(arena, "%.*s%s", SLICE_ARG(item->feed), m->extension);

		if ((m->is & MEDIA_FEED) && m != item->media &&
		    map_get(&c->by_path, other))
			buf_printf(&out, ", <%.*s>; rel=\"alternate\"; type=\"%.*s\"",
			    SLICE_ARG(address_of_path(c, other, arena)),
			    SLICE_ARG(bare_type(m)));
	}
	link = arena_cstr(arena, buf_view(&out));
	buf_fini(&out);
	return link;
}

struct item
catalog_describe(const struct catalog *c, const struct item *item, struct arena *arena)
{
	struct item described = *item;

	described.cache_control = cache_control(c, item, arena);
	described.link = item->kind == ITEM_LIVE ? link_of(c, item, arena) : NULL;
	return described;
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
find_kinds(struct building *b)
{
	struct catalog *c = b->catalog;

	fold_copies(c);
	for (size_t i = 0; i < c->items; i++) {
		struct item *item = &c->item[i];

		if (item->kind != ITEM_GONE)
			item->kind = kind_of(b, item);
	}
}

static const char *
name_hubs(const struct building *b, struct slice feed)
{
	struct buf out;
	const char *text;

	buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < b->config->hubs; i++) {
		const struct config_hub *hub = &b->config->hub[i];

		if (config_takes(&hub->feeds, feed) && !slices_has(b->dead, hub->name))
			buf_printf(&out, "<%.*s>; rel=\"hub\", ", SLICE_ARG(hub->url));
	}
	text = arena_cstr(b->arena, buf_view(&out));
	buf_fini(&out);
	return text;
}

static void
add_feed(struct building *b, struct feed_row *feed)
{
	struct catalog *c = b->catalog;

	map_put(&c->feeds, feed->path, feed);
	if (!map_get(&c->hubs, feed->name))
		map_put(&c->hubs, feed->name, (void *)name_hubs(b, feed->name));
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
		add_feed(b, &feed[i]);
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
	c->url = arena_copy(b->arena, config->output.url);
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
	map_init(&c->feeds);
	map_init(&c->hubs);
	rc = take_settings(&b, err);
	if (rc == 0)
		rc = add_files(&b, ledger, err);
	if (rc == 0)
		find_kinds(&b);
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
	map_fini(&c->feeds);
	map_fini(&c->hubs);
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
