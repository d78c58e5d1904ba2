#include "output/menu_inside.h"

#include "base/uri.h"
#include "output/asset.h"
#include "output/opml.h"
#include "output/page.h"
#include "output/sitemap.h"

enum {
	DOCUMENT_MAX = 64 * 1000 * 1000,
	SITEMAP_RANGE = 1000, /* arrival numbers of one sitemap-N.xml */
};

bool
menu_is_due(const struct menu *m, struct slice path, bool changed)
{
	return changed || m->maker->plan->everything ||
	       slices_has(&m->request->broken, path);
}

static int
fail(struct menu *m, struct slice path, const struct lint *lint)
{
	struct job *job = ARENA_NEW(m->arena, struct job);
	struct made *made = m->made;

	err_prefix(m->err, "%.*s", SLICE_ARG(path));
	*job = (struct job){
	    .failed = true, .err = *m->err, .finding = lint->v, .findings = lint->n};
	made->document =
	    arena_grow(m->arena, made->document, made->documents, sizeof *made->document);
	made->document[made->documents++] =
	    (struct made_document){.path = path, .failed = true, .job = job};
	made->failed++;
	publish_keep(m->maker->publication, path);
	return publish_refuse(m->maker->publication, path, path, m->err);
}

int
menu_offer(struct menu *m, struct slice path, int64_t updated, size_t entries, int proven,
    const struct lint *lint)
{
	struct publication *p = m->maker->publication;
	struct made *made = m->made;
	struct document doc;

	if (proven < 0)
		return fail(m, path, lint);
	if (publish_offer(p, path, path, buf_view(&m->document), updated, NULL, m->arena,
		&doc, m->err) < 0 ||
	    publish_take(p, &doc, m->err) < 0)
		return -1;
	made->document =
	    arena_grow(m->arena, made->document, made->documents, sizeof *made->document);
	made->document[made->documents++] = (struct made_document){
	    .path = doc.path,
	    .changed = doc.changed || doc.parts,
	    .entries = entries,
	    .bytes = doc.bytes,
	    .bytes_before = doc.bytes_before,
	    .mtime = doc.mtime,
	};
	for (size_t i = 0; i < doc.parts; i++)
		made->bytes_written += doc.part[i].row.bytes;
	return 0;
}

int
menu_is_foreign(struct menu *m, struct slice path)
{
	int foreign = publish_is_foreign(m->maker->publication, path, m->err);

	if (foreign > 0) {
		m->made->foreign++;
		m->made->foreign_path = path;
	}
	return foreign;
}

/* --- feeds ---------------------------------------------------------------- */

static void
list_feed(struct menu *m, struct listing *listing, const struct feed_row *row,
    const struct config_feed *f)
{
	const struct config *c = m->maker->config;
	bool first = true;

	for (size_t i = 0; i < formats_n; i++) {
		if (!(f->formats & formats[i].bit))
			continue;
		listing->feed = arena_grow(
		    m->arena, listing->feed, listing->feeds, sizeof *listing->feed);
		listing->feed[listing->feeds++] = (struct listing_feed){
		    .title = row->title,
		    .url = compose_url(c,
			arena_printf(m->arena, "%.*s.%s", SLICE_ARG(row->path),
			    formats[i].extension),
			m->arena),
		    .home = c->site.url,
		    .lang = c->site.language,
		    .group = f->for_each < 0
				 ? SLICE_NONE
				 : slice_str(term_kind_name((enum term_kind)f->for_each)),
		    .format = &formats[i],
		    .first = first,
		    .main = f->for_each < 0,
		};
		first = false;
	}
}

/* Sections in the operator's order, which keeps groups together. */
static int
list_feeds(struct menu *m, struct listing *listing, int64_t *updated)
{
	const struct config *c = m->maker->config;
	struct feed_row *row;
	size_t rows;

	if (ledger_feeds(m->maker->ledger, m->arena, &row, &rows, m->err) < 0)
		return -1;
	for (size_t k = 0; k < c->feeds; k++)
		for (size_t i = 0; i < rows; i++)
			/* One without a title waits for its first document. */
			if (row[i].title.n &&
			    config_feed_named(c, row[i].name) == &c->feed[k])
				list_feed(m, listing, &row[i], &c->feed[k]);
	for (size_t i = 0; i < rows; i++)
		if (row[i].updated > *updated)
			*updated = row[i].updated;
	return 0;
}

static int
make_listings(struct menu *m)
{
	const struct config *c = m->maker->config;
	const struct slice opml = SLICE("feeds.opml"), page = SLICE("autodiscovery.html");
	bool want_opml = c->output.opml && menu_is_due(m, opml, m->made->menu_changed);
	bool want_page =
	    c->output.autodiscovery && menu_is_due(m, page, m->made->menu_changed);
	struct listing listing = {.title = c->site.title, .zone = c->site.zone};
	int64_t updated = m->maker->born;
	struct lint lint;
	int proven;

	if (!want_opml && !want_page)
		return 0;
	if (list_feeds(m, &listing, &updated) < 0)
		return -1;
	lint_init(&lint, m->arena, m->maker->latest);
	if (want_opml) {
		buf_reset(&m->document);
		proven = opml_write(&m->document, &listing, m->err);
		if (proven == 0)
			proven =
			    opml_prove(buf_view(&m->document), &listing, &lint, m->err);
		if (menu_offer(m, opml, updated, listing.feeds, proven, &lint) < 0)
			return -1;
	}
	if (want_page) {
		buf_reset(&m->document);
		proven = page_write(&m->document, &listing, m->err);
		if (menu_offer(m, page, updated, listing.feeds, proven, &lint) < 0)
			return -1;
	}
	return 0;
}

/* --- the key of [indexnow] ------------------------------------------------ */

static int
make_key(struct menu *m)
{
	const struct slice key = m->maker->config->indexnow.key;
	struct slice path = arena_printf(m->arena, "%.*s.txt", SLICE_ARG(key));
	struct lint lint;

	if (!key.n || !menu_is_due(m, path, false))
		return 0;
	lint_init(&lint, m->arena, m->maker->latest);
	buf_reset(&m->document);
	buf_slice(&m->document, key);
	return menu_offer(m, path, m->maker->born, 0, 0, &lint);
}

/* --- files that are published as they are ---------------------------------- */

static int
make_assets(struct menu *m)
{
	const struct config *c = m->maker->config;
	int rc = 0;

	for (const struct asset *a = assets; rc >= 0 && a < assets + assets_n; a++) {
		struct slice path = slice_str(a->path);
		struct lint lint;

		if (!a->wanted(c) || !menu_is_due(m, path, false))
			continue;
		rc = menu_is_foreign(m, path);
		if (rc)
			continue;
		lint_init(&lint, m->arena, m->maker->latest);
		buf_reset(&m->document);
		asset_write(&m->document, a, language_of(c->site.language));
		rc = menu_offer(m, path, m->maker->born, 0, 0, &lint);
	}
	return rc < 0 ? -1 : 0;
}

/* --- sitemap -------------------------------------------------------------- */

static int
write_sitemap(struct menu *m, struct slice path, struct sitemap *map, int64_t updated)
{
	struct lint lint;
	int proven;

	map->zone = m->maker->config->site.zone;
	lint_init(&lint, m->arena, m->maker->latest);
	buf_reset(&m->document);
	proven = sitemap_write(&m->document, map, m->err);
	if (proven == 0)
		proven = sitemap_prove(buf_view(&m->document), map, &lint, m->err);
	return menu_offer(m, path, updated, map->urls, proven, &lint);
}

/* A sitemap lists pages of its own host, not parts of pages. */
static bool
is_listed(const struct menu *m, struct slice url)
{
	struct uri page, site;

	uri_split(url, &page);
	uri_split(m->maker->config->site.url, &site);
	return slice_eq(page.authority, site.authority) && !page.has_fragment;
}

/* The articles with these arrival numbers, oldest first. */
static int
sitemap_of(struct menu *m, struct slice path, int64_t first, int64_t end)
{
	struct arena *arena = arena_new();
	int64_t updated = 0;
	struct sitemap_url *url;
	struct address *v;
	size_t n, listed = 0;
	int rc = ledger_addresses(m->maker->ledger, first, end, arena, &v, &n, m->err);

	if (rc == 0) {
		url = arena_array(arena, n + 1, sizeof *url);
		for (size_t i = 0; i < n; i++) {
			if (is_listed(m, v[i].url))
				url[listed++] =
				    (struct sitemap_url){v[i].url, v[i].updated};
			if (v[i].updated > updated)
				updated = v[i].updated;
		}
		/* None at all is no sitemap: the home page is always there. */
		if (listed == 0)
			url[listed++] = (struct sitemap_url){
			    m->maker->config->site.url, m->maker->born};
		rc = write_sitemap(m, path, &(struct sitemap){.url = url, .urls = listed},
		    updated ? updated : m->maker->born);
	}
	arena_free(arena);
	return rc;
}

static struct slice
part_path(struct menu *m, int64_t part)
{
	return arena_printf(m->arena, "sitemap-%lld.xml", (long long)part + 1);
}

static bool
part_changed(const struct menu *m, int64_t part)
{
	const struct changes *c = m->request->changes;

	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].seq / SITEMAP_RANGE == part)
			return true;
	return false;
}

/* Of the part as it now stands. */
static int64_t
part_time(const struct menu *m, struct slice path)
{
	for (size_t i = m->made->documents; i-- > 0;)
		if (slice_eq(m->made->document[i].path, path))
			return m->made->document[i].mtime;
	return publish_mtime(m->maker->publication, path);
}

static int
sitemap_in_parts(struct menu *m, int64_t last)
{
	int64_t parts = last / SITEMAP_RANGE + 1, updated = m->maker->born;
	struct sitemap_url *url = arena_array(m->arena, (size_t)parts, sizeof *url);

	for (int64_t i = 0; i < parts; i++) {
		struct slice path = part_path(m, i);

		bool due =
		    part_changed(m, i) || publish_mtime(m->maker->publication, path) == 0;

		if (menu_is_due(m, path, due) &&
		    sitemap_of(m, path, i * SITEMAP_RANGE, (i + 1) * SITEMAP_RANGE) < 0)
			return -1;
		url[i].url = compose_url(m->maker->config, path, m->arena);
		url[i].updated = part_time(m, path);
		if (url[i].updated > updated)
			updated = url[i].updated;
	}
	return write_sitemap(m, SLICE("sitemap.xml"),
	    &(struct sitemap){.url = url, .urls = (size_t)parts, .index = true}, updated);
}

static int
make_sitemap(struct menu *m)
{
	const struct slice path = SLICE("sitemap.xml");
	int64_t last;

	if (!m->maker->config->output.sitemap)
		return 0;
	if (ledger_last_seq(m->maker->ledger, &last, m->err) < 0)
		return -1;
	if (last >= SITEMAP_RANGE)
		return m->request->changes->n || m->request->broken.n ||
			       m->maker->plan->everything
			   ? sitemap_in_parts(m, last)
			   : 0;
	if (!menu_is_due(m, path, m->request->changes->n > 0))
		return 0;
	return sitemap_of(m, path, 0, INT64_MAX);
}

int
menu_make(const struct maker *maker, const struct menu_request *request,
    struct arena *arena, struct made *made, struct err *err)
{
	struct menu m = {
	    .maker = maker, .request = request, .arena = arena, .made = made, .err = err};
	int rc;

	for (size_t i = 0; i < made->documents; i++)
		if (made->document[i].gone || made->document[i].bytes_before < 0)
			made->menu_changed = true;
	buf_init(&m.document, DOCUMENT_MAX);
	rc = make_listings(&m);
	if (rc == 0)
		rc = menu_make_faces(&m);
	if (rc == 0)
		rc = make_assets(&m);
	if (rc == 0)
		rc = make_key(&m);
	if (rc == 0)
		rc = make_sitemap(&m);
	buf_fini(&m.document);
	return rc;
}
