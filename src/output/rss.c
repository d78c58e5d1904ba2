#include "output/rss.h"

#include "base/arena.h"
#include "base/date.h"
#include "output/proof.h"
#include "output/xml_feed.h"

#define TYPE      "application/rss+xml"
#define GENERATOR "xysfeed"
#define DOCS      "https://www.rssboard.org/rss-specification"

static struct slice
domain(struct arena *arena, const struct feed *f)
{
	return arena_printf(arena, "%.*s#category", SLICE_ARG(f->home));
}

/* A channel must have a description. */
static struct slice
about(const struct feed *f)
{
	return f->subtitle.n ? f->subtitle : f->title;
}

/* An item must have one too, also where only its content is asked for. */
static struct slice
description(const struct entry *e)
{
	return e->summary.n ? e->summary : e->title;
}

static struct slice
source(const struct origin *origin)
{
	return origin->name.n ? origin->name : origin->url;
}

static struct slice
is_permalink(const struct entry *e)
{
	return slice_eq(e->id, e->url) ? SLICE("true") : SLICE("false");
}

static struct slice
length(struct arena *arena, const struct media *media)
{
	return arena_printf(arena, "%lld", (long long)media->length);
}

struct writer {
	struct xml *xml;
	struct arena *arena; /* of dates and the like */
	struct buf html;     /* a description being made */
	const struct feed *feed;
};

static void
write_date(struct writer *w, const char *name, int64_t sec)
{
	xml_element(w->xml, name, date_rfc822(w->arena, sec, w->feed->zone));
}

static void
write_plain(struct writer *w, const char *name, struct slice text)
{
	if (text.n == 0)
		return;
	xml_start(w->xml, name);
	xml_text_hex(w->xml, text);
	xml_end(w->xml);
}

/* Readers take a description for HTML, so plain text is made HTML first. */
static void
write_description(struct writer *w, struct slice text)
{
	buf_reset(&w->html);
	xml_escape_text(&w->html, text);
	write_plain(w, "description", buf_view(&w->html));
}

static void
write_people(struct writer *w, const char *name, const struct people *people)
{
	for (size_t i = 0; i < people->n; i++)
		write_plain(w, name, people->v[i].name);
}

static void
write_categories(struct writer *w, const struct slices *terms, struct slice in)
{
	for (size_t i = 0; i < terms->n; i++) {
		xml_start(w->xml, "category");
		xml_attr_opt(w->xml, "domain", in);
		xml_text_hex(w->xml, terms->v[i]);
		xml_end(w->xml);
	}
}

static void
write_guid(struct writer *w, const struct entry *e)
{
	xml_start(w->xml, "guid");
	xml_attr(w->xml, "isPermaLink", is_permalink(e));
	xml_text(w->xml, e->id);
	xml_end(w->xml);
}

static void
write_enclosure(struct writer *w, const struct media *media)
{
	if (media->url.n == 0)
		return;
	xml_start(w->xml, "enclosure");
	xml_attr(w->xml, "url", media->url);
	xml_attr(w->xml, "length", length(w->arena, media));
	xml_attr(w->xml, "type", format_type(media));
	xml_end(w->xml);
}

static void
write_item(struct writer *w, const struct feed_item *item)
{
	const struct entry *e = item->entry;
	const struct zone *zone = w->feed->zone;
	struct xml *x = w->xml;

	xml_start(x, "item");
	write_plain(w, "title", e->title);
	xml_element(x, "link", e->url);
	write_guid(w, e);
	write_description(w, description(e));
	xml_element_opt(x, "content:encoded", format_content(item));
	write_people(w, "dc:creator", &e->authors);
	write_people(w, "dc:contributor", &e->contributors);
	write_plain(w, "dc:source", source(&e->origin));
	xml_element_opt(x, "dc:language", format_lang(w->feed, e));
	write_plain(w, "dc:rights", e->rights);
	write_categories(w, &e->categories, domain(w->arena, w->feed));
	write_categories(w, &e->tags, SLICE_NONE);
	xml_element_opt(x, "dcterms:created", format_day(w->arena, e->origin.date, zone));
	xml_element_opt(x, "dcterms:issued", format_day(w->arena, e->issued, zone));
	write_date(w, "pubDate", e->published);
	xml_element(x, "atom:updated", date_rfc3339(w->arena, e->updated, zone));
	xml_link(x, "atom:link", "via", SLICE_NONE, e->origin.url);
	write_enclosure(w, &e->enclosure);
	xml_thumbnail(x, e->image.url);
	xml_end(x);
}

static void
write_image(struct writer *w)
{
	const struct feed *f = w->feed;

	if (f->logo.n == 0)
		return;
	xml_start(w->xml, "image");
	xml_element(w->xml, "url", f->logo);
	write_plain(w, "title", f->title);
	xml_element(w->xml, "link", f->home);
	xml_end(w->xml);
}

static void
write_cadence(struct writer *w)
{
	const struct format_cadence *c = format_cadence(w->feed);

	if (!c)
		return;
	xml_element(w->xml, "ttl", slice_str(c->ttl));
	xml_element(w->xml, "sy:updatePeriod", slice_str(c->period));
	xml_element(w->xml, "sy:updateFrequency", slice_str(c->frequency));
}

/* All five attributes are required, though a server that is asked by POST has no
 * procedure. */
static void
write_cloud(struct writer *w)
{
	const struct feed_cloud *c = &w->feed->cloud;

	if (c->domain.n == 0)
		return;
	xml_start(w->xml, "cloud");
	xml_attr(w->xml, "domain", c->domain);
	xml_attr(w->xml, "port", c->port);
	xml_attr(w->xml, "path", c->path);
	xml_attr(w->xml, "registerProcedure", SLICE(""));
	xml_attr(w->xml, "protocol", SLICE("http-post"));
	xml_end(w->xml);
}

static void
write_head(struct writer *w)
{
	const struct feed *f = w->feed;
	struct xml *x = w->xml;

	write_plain(w, "title", f->title);
	xml_element(x, "link", f->home);
	write_plain(w, "description", about(f));
	xml_element_opt(x, "language", f->lang);
	write_plain(w, "copyright", f->rights);
	write_date(w, "lastBuildDate", f->updated);
	xml_element(x, "generator", SLICE(GENERATOR));
	xml_element(x, "docs", SLICE(DOCS));
	write_cloud(w);
	write_cadence(w);
	write_image(w);
	xml_link(x, "atom:link", "self", SLICE(TYPE), f->self);
	xml_links(x, "atom:link", f);
	if (f->archive)
		xml_element(x, "fh:archive", SLICE_NONE);
}

int
rss_write(struct buf *out, const struct feed *feed, struct err *err)
{
	struct writer w = {.xml = xml_open(out), .arena = arena_new(), .feed = feed};

	buf_init(&w.html, SIZE_MAX / 2);
	xml_stylesheet(w.xml, feed->stylesheet);
	xml_start(w.xml, "rss");
	xml_attr(w.xml, "version", SLICE("2.0"));
	xml_declare(w.xml, "atom content dc dcterms fh media sy");
	xml_start(w.xml, "channel");
	write_head(&w);
	for (size_t i = 0; i < feed->items; i++)
		write_item(&w, &feed->item[i]);
	xml_end(w.xml);
	xml_end(w.xml);
	buf_fini(&w.html);
	arena_free(w.arena);
	return xml_close(w.xml, err);
}

struct reader {
	struct proof proof;
	struct arena *arena;
	const struct feed *feed;
};

static void
read_people(struct place *in, const char *name, const struct people *people)
{
	for (size_t i = 0; i < people->n; i++)
		place_text(in, name, people->v[i].name);
}

static void
read_categories(struct place *in, const struct slices *terms, struct slice of)
{
	for (size_t i = 0; i < terms->n; i++)
		place_text_attrs(
		    in, "category", terms->v[i], PLACE_ATTRS({"domain", of}));
}

/* The plain text that a description shows when it is taken for HTML. */
static struct slice
shown(struct arena *arena, struct slice html)
{
	static const struct {
		const char *name;
		char is;
	} refs[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}};
	char *p = arena_alloc(arena, html.n);
	size_t n = 0;

	while (html.n) {
		char c = html.p[0];
		size_t taken = 1;

		for (size_t i = 0; c == '&' && i < sizeof refs / sizeof *refs; i++)
			if (slice_starts(html, slice_str(refs[i].name))) {
				c = refs[i].is;
				taken = slice_str(refs[i].name).n;
				break;
			}
		p[n++] = c;
		html = slice_from(html, taken);
	}
	return slice_make(p, n);
}

static void
read_description(struct reader *r, struct place *in, struct slice text)
{
	struct slice html;

	if (!place_content(in, "description", NULL, &html))
		return;
	if (slice_index(html, '<') < html.n)
		proof_fault(in->proof, "structure", "description has markup");
	proof_same(in->proof, "description", shown(r->arena, html), text);
}

static void
read_enclosure(struct reader *r, struct place *in, const struct media *media)
{
	if (media->url.n)
		place_empty(in, "enclosure",
		    PLACE_ATTRS({"url", media->url}, {"length", length(r->arena, media)},
			{"type", format_type(media)}));
}

static void
read_fields(struct reader *r, struct place *at, const struct feed_item *item)
{
	const struct entry *e = item->entry;

	place_text(at, "title", e->title);
	place_text(at, "link", e->url);
	place_text_attrs(
	    at, "guid", e->id, PLACE_ATTRS({"isPermaLink", is_permalink(e)}));
	read_description(r, at, description(e));
	place_text(at, "content:encoded", format_content(item));
	read_people(at, "dc:creator", &e->authors);
	read_people(at, "dc:contributor", &e->contributors);
	place_text(at, "dc:source", source(&e->origin));
	place_text(at, "dc:language", format_lang(r->feed, e));
	place_text(at, "dc:rights", e->rights);
	read_categories(at, &e->categories, domain(r->arena, r->feed));
	read_categories(at, &e->tags, SLICE_NONE);
	place_day(at, "dcterms:created", e->origin.date);
	place_day(at, "dcterms:issued", e->issued);
	place_instant(at, "pubDate", e->published, PROOF_RFC822);
	place_instant(at, "atom:updated", e->updated, PROOF_RFC3339);
	place_link(at, "atom:link", "via", SLICE_NONE, e->origin.url);
	read_enclosure(r, at, &e->enclosure);
	if (e->image.url.n)
		place_empty(at, "media:thumbnail", PLACE_ATTRS({"url", e->image.url}));
	place_end(at);
}

static void
read_item(struct reader *r, struct place *in, const struct feed_item *item)
{
	struct place at;

	r->proof.entry = item->entry;
	if (place_enter(in, "item", NULL, &at))
		read_fields(r, &at, item);
	r->proof.entry = NULL;
}

static void
read_image(struct reader *r, struct place *in)
{
	struct place at;

	if (r->feed->logo.n == 0 || !place_enter(in, "image", NULL, &at))
		return;
	place_text(&at, "url", r->feed->logo);
	place_text(&at, "title", r->feed->title);
	place_text(&at, "link", r->feed->home);
	place_end(&at);
}

static void
read_cloud(struct reader *r, struct place *in)
{
	const struct feed_cloud *c = &r->feed->cloud;

	if (c->domain.n)
		place_empty(in, "cloud",
		    PLACE_ATTRS({"domain", c->domain}, {"port", c->port},
			{"path", c->path}, {"registerProcedure", PLACE_BLANK},
			{"protocol", SLICE("http-post")}));
}

static void
read_head(struct reader *r, struct place *in)
{
	const struct feed *f = r->feed;
	const struct format_cadence *c = format_cadence(f);

	place_text(in, "title", f->title);
	place_text(in, "link", f->home);
	place_text(in, "description", about(f));
	place_text(in, "language", f->lang);
	place_text(in, "copyright", f->rights);
	place_instant(in, "lastBuildDate", f->updated, PROOF_RFC822);
	place_text(in, "generator", SLICE(GENERATOR));
	place_text(in, "docs", SLICE(DOCS));
	read_cloud(r, in);
	place_text(in, "ttl", slice_str(c ? c->ttl : NULL));
	place_text(in, "sy:updatePeriod", slice_str(c ? c->period : NULL));
	place_text(in, "sy:updateFrequency", slice_str(c ? c->frequency : NULL));
	read_image(r, in);
	place_link(in, "atom:link", "self", SLICE(TYPE), f->self);
	place_links(in, "atom:link", f);
	if (f->archive)
		place_empty(in, "fh:archive", NULL);
}

static void
read_rss(struct reader *r, struct slice doc)
{
	const xmlNode *root = proof_root(&r->proof, doc, "rss", NULL);
	struct place in, channel;

	if (!root)
		return;
	proof_stylesheet(&r->proof, r->feed->stylesheet);
	in = place_of(&r->proof, root, NULL);
	place_attrs(&in, root, PLACE_ATTRS({"version", SLICE("2.0")}));
	if (!place_enter(&in, "channel", NULL, &channel))
		return;
	place_end(&in);
	read_head(r, &channel);
	for (size_t i = 0; i < r->feed->items; i++)
		read_item(r, &channel, &r->feed->item[i]);
	place_end(&channel);
}

int
rss_prove(struct slice doc, const struct feed *feed, struct lint *lint, struct err *err)
{
	struct reader r = {.arena = arena_new(), .feed = feed};

	proof_init(&r.proof, lint, feed->zone);
	proof_feed(&r.proof, feed);
	read_rss(&r, doc);
	arena_free(r.arena);
	return proof_verdict(&r.proof, err);
}
