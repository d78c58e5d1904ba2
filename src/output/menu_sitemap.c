#include "output/menu_inside.h"

#include "base/uri.h"
#include "base/work.h"
#include "output/sitemap.h"

enum {
	RANGE = 1000, /* arrival numbers of one sitemap-N.xml */
	BATCH = 32,   /* sitemaps that are in memory at a time */
};

struct batch {
	struct menu *menu;
	struct arena *arena; /* what they list */
	struct part {
		struct sitemap map;
		struct draft draft;
	} part[BATCH];
	size_t n;
};

/* A sitemap lists pages of its own host, not parts of pages. */
static bool
is_listed(const struct uri *site, struct slice url)
{
	struct uri page;

	uri_split(url, &page);
	return slice_eq(page.authority, site->authority) && !page.has_fragment;
}

static void
make_part(void *ctx, size_t item, size_t worker)
{
	struct batch *b = ctx;
	struct arena *keep = b->menu->made->keep[worker];
	struct sitemap *map = &b->part[item].map;
	struct draft *d = &b->part[item].draft;
	struct buf text;

	buf_init(&text, MENU_DOCUMENT_MAX);
	lint_init(&d->lint, keep, b->menu->maker->latest);
	d->proven = sitemap_write(&text, map, &d->err);
	if (d->proven == 0)
		d->proven = sitemap_prove(buf_view(&text), map, &d->lint, &d->err);
	draft_offer(b->menu, d, buf_view(&text), keep);
	buf_fini(&text);
}

static int
make_batch(struct batch *b)
{
	int rc = 0;

	work_run(b->menu->maker->threads, b->n, make_part, b);
	for (size_t i = 0; rc == 0 && i < b->n; i++)
		rc = draft_take(b->menu, &b->part[i].draft);
	b->n = 0;
	arena_reset(b->arena);
	return rc;
}

static int
add_part(struct batch *b, struct slice path, const struct sitemap *map, int64_t updated)
{
	struct menu *m = b->menu;
	struct part *p = &b->part[b->n++];

	*p = (struct part){
	    .map = *map,
	    .draft = {.path = path, .updated = updated, .entries = map->urls},
	};
	p->map.zone = m->maker->config->site.zone;
	return b->n < BATCH ? 0 : make_batch(b);
}

/* The articles with these arrival numbers, oldest first. */
static int
add_articles(struct batch *b, struct slice path, int64_t first, int64_t end)
{
	const struct maker *maker = b->menu->maker;
	struct slice home = maker->config->site.url;
	struct sitemap_url *url;
	struct address *v;
	struct uri site;
	int64_t updated = 0;
	size_t n, urls = 0;

	if (ledger_addresses(maker->ledger, first, end, b->arena, &v, &n, b->menu->err) <
	    0)
		return -1;
	uri_split(home, &site);
	url = arena_array(b->arena, n + 1, sizeof *url);
	for (size_t i = 0; i < n; i++) {
		if (is_listed(&site, v[i].url))
			url[urls++] = (struct sitemap_url){v[i].url, v[i].updated};
		if (v[i].updated > updated)
			updated = v[i].updated;
	}
	/* None at all is no sitemap: the home page is always there. */
	if (urls == 0)
		url[urls++] = (struct sitemap_url){home, maker->born};
	return add_part(b, path, &(struct sitemap){.url = url, .urls = urls},
	    updated ? updated : maker->born);
}

static bool
range_changed(const struct menu *m, int64_t range)
{
	const struct changes *c = m->request->changes;

	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].seq / RANGE == range)
			return true;
	return false;
}

/* Of the sitemap as it now stands. */
static int64_t
time_of(const struct menu *m, struct slice path)
{
	for (size_t i = m->made->documents; i-- > 0;)
		if (slice_eq(m->made->document[i].path, path))
			return m->made->document[i].mtime;
	return publish_mtime(m->maker->publication, path);
}

static struct slice
range_path(const struct menu *m, int64_t range)
{
	return arena_printf(m->arena, "sitemap-%lld.xml", (long long)range + 1);
}

static int
make_ranges(struct batch *b, int64_t ranges)
{
	const struct menu *m = b->menu;

	for (int64_t i = 0; i < ranges; i++) {
		struct slice path = range_path(m, i);
		bool due =
		    range_changed(m, i) || !publish_mtime(m->maker->publication, path);

		if (menu_is_due(m, path, due) &&
		    add_articles(b, path, i * RANGE, (i + 1) * RANGE) < 0)
			return -1;
	}
	return make_batch(b);
}

static int
make_index(struct batch *b, struct slice path, int64_t ranges)
{
	const struct menu *m = b->menu;
	struct sitemap_url *url = arena_array(b->arena, (size_t)ranges, sizeof *url);
	int64_t updated = m->maker->born;

	for (int64_t i = 0; i < ranges; i++) {
		struct slice part = range_path(m, i);

		url[i].url = compose_url(m->maker->config, part, b->arena);
		url[i].updated = time_of(m, part);
		if (url[i].updated > updated)
			updated = url[i].updated;
	}
	return add_part(b, path,
	    &(struct sitemap){.url = url, .urls = (size_t)ranges, .index = true},
	    updated);
}

/* All, or one for each range of arrival numbers and an index over them. */
static int
make_due(struct batch *b, struct slice path, int64_t last)
{
	const int64_t ranges = last / RANGE + 1;

	if (ranges == 1)
		return add_articles(b, path, 0, INT64_MAX);
	return make_ranges(b, ranges) < 0 ? -1 : make_index(b, path, ranges);
}

int
menu_make_sitemaps(struct menu *m)
{
	const struct slice path = SLICE("sitemap.xml");
	bool changed = m->request->changes->n > 0;
	struct batch batch = {.menu = m};
	int64_t last;
	int rc;

	if (!m->maker->config->output.sitemap)
		return 0;
	if (ledger_last_seq(m->maker->ledger, &last, m->err) < 0)
		return -1;
	/* Any of the broken ones may be a sitemap. */
	if (!menu_is_due(m, path, changed || m->request->broken.n > 0))
		return 0;
	batch.arena = arena_new();
	rc = make_due(&batch, path, last);
	if (rc == 0)
		rc = make_batch(&batch);
	arena_free(batch.arena);
	return rc;
}
