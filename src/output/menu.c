#include "output/menu_inside.h"

#include "base/uri.h"
#include "output/asset.h"
#include "output/opml.h"
#include "output/page.h"

bool
menu_is_due(const struct menu *m, struct slice path, bool changed)
{
	return changed || m->maker->plan->everything ||
	       slices_has(&m->request->broken, path);
}

static void
add_made(struct menu *m, struct made_document document)
{
	struct made *made = m->made;

	made->document =
	    arena_grow(m->arena, made->document, made->documents, sizeof *made->document);
	made->document[made->documents++] = document;
}

static int
refuse(struct menu *m, const struct draft *d)
{
	struct job *job = ARENA_NEW(m->arena, struct job);

	*m->err = d->err;
	err_prefix(m->err, "%.*s", SLICE_ARG(d->path));
	*job = (struct job){
	    .failed = true, .err = *m->err, .finding = d->lint.v, .findings = d->lint.n};
	add_made(m, (struct made_document){.path = d->path, .failed = true, .job = job});
	m->made->failed++;
	publish_keep(m->maker->publication, d->path);
	return publish_refuse(m->maker->publication, d->path, d->path, m->err);
}

void
draft_offer(const struct menu *m, struct draft *d, struct slice text, struct arena *keep)
{
	if (d->proven == 0)
		d->offered = publish_offer(m->maker->publication, d->path, d->path, text,
		    d->updated, NULL, keep, &d->document, &d->err);
}

int
draft_take(struct menu *m, const struct draft *d)
{
	const struct document *doc = &d->document;

	if (d->proven < 0)
		return refuse(m, d);
	if (d->offered < 0) {
		*m->err = d->err;
		return -1;
	}
	if (publish_take(m->maker->publication, doc, m->err) < 0)
		return -1;
	add_made(m, (struct made_document){
			.path = doc->path,
			.changed = doc->changed || doc->parts,
			.entries = d->entries,
			.bytes = doc->bytes,
			.bytes_before = doc->bytes_before,
			.mtime = doc->mtime,
		    });
	for (size_t i = 0; i < doc->parts; i++)
		m->made->bytes_written += doc->part[i].row.bytes;
	return 0;
}

int
menu_offer(struct menu *m, struct slice path, int64_t updated, size_t entries, int proven,
    const struct lint *lint)
{
	struct draft draft = {.path = path,
	    .updated = updated,
	    .entries = entries,
	    .proven = proven,
	    .lint = *lint,
	    .err = *m->err};

	draft_offer(m, &draft, buf_view(&m->document), m->arena);
	return draft_take(m, &draft);
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
	buf_init(&m.document, MENU_DOCUMENT_MAX);
	rc = make_listings(&m);
	if (rc == 0)
		rc = menu_make_faces(&m);
	if (rc == 0)
		rc = make_assets(&m);
	if (rc == 0)
		rc = make_key(&m);
	if (rc == 0)
		rc = menu_make_sitemaps(&m);
	buf_fini(&m.document);
	return rc;
}
