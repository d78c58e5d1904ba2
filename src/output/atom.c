#include "output/atom.h"

#include "base/arena.h"
#include "base/date.h"
#include "output/proof.h"
#include "output/xml_feed.h"

#define ATOM "http://www.w3.org/2005/Atom"
#define TYPE "application/atom+xml"

/* Categories are told from tags by their scheme. */
static struct slice
scheme(struct arena *arena, const struct feed *f)
{
	return arena_printf(arena, "%.*s#category", SLICE_ARG(f->home));
}

/* A complete atom:source can be made. */
static bool
has_source(const struct origin *origin)
{
	return origin->name.n && origin->url.n && origin->date.known;
}

struct writer {
	struct xml *xml;
	struct arena *arena; /* of dates and the like */
	const struct feed *feed;
};

static void
write_date(struct writer *w, const char *name, int64_t sec)
{
	xml_element(w->xml, name, date_rfc3339(w->arena, sec, w->feed->zone));
}

static void
write_text(struct writer *w, const char *name, const char *type, struct slice text)
{
	if (text.n == 0)
		return;
	xml_start(w->xml, name);
	xml_attr(w->xml, "type", slice_str(type));
	xml_text(w->xml, text);
	xml_end(w->xml);
}

static void
write_person(struct writer *w, const char *name, const struct person *person)
{
	xml_start(w->xml, name);
	xml_element(w->xml, "name", person->name);
	xml_element_opt(w->xml, "uri", person->uri);
	xml_element_opt(w->xml, "email", person->email);
	xml_end(w->xml);
}

static void
write_people(struct writer *w, const char *name, const struct people *people)
{
	for (size_t i = 0; i < people->n; i++)
		write_person(w, name, &people->v[i]);
}

static void
write_categories(struct writer *w, const struct slices *terms, struct slice in)
{
	for (size_t i = 0; i < terms->n; i++) {
		xml_start(w->xml, "category");
		xml_attr(w->xml, "term", terms->v[i]);
		xml_attr_opt(w->xml, "scheme", in);
		xml_attr(w->xml, "label", terms->v[i]);
		xml_end(w->xml);
	}
}

static void
write_enclosure(struct writer *w, const struct media *media)
{
	if (media->url.n == 0)
		return;
	xml_start(w->xml, "link");
	xml_attr(w->xml, "rel", SLICE("enclosure"));
	xml_attr_opt(w->xml, "type", media->type);
	if (media->length > 0)
		xml_attr(w->xml, "length",
		    arena_printf(w->arena, "%lld", (long long)media->length));
	xml_attr(w->xml, "href", media->url);
	xml_end(w->xml);
}

static void
write_source(struct writer *w, const struct origin *origin)
{
	xml_start(w->xml, "source");
	xml_element(w->xml, "id", origin->url);
	xml_element(w->xml, "title", origin->name);
	write_date(w, "updated", origin->date.sec);
	xml_end(w->xml);
}

static void
write_entry(struct writer *w, const struct feed_item *item)
{
	const struct entry *e = item->entry;
	struct xml *x = w->xml;

	xml_start(x, "entry");
	xml_attr_opt(x, "xml:lang", format_lang(w->feed, e));
	xml_element(x, "id", e->id);
	write_text(w, "title", "text", e->title);
	write_date(w, "updated", e->updated);
	xml_element_opt(
	    x, "dcterms:created", format_day(w->arena, e->origin.date, w->feed->zone));
	xml_element_opt(
	    x, "dcterms:issued", format_day(w->arena, e->issued, w->feed->zone));
	write_date(w, "published", e->published);
	write_people(w, "author", &e->authors);
	write_people(w, "contributor", &e->contributors);
	xml_link(x, "link", "alternate", SLICE("text/html"), e->url);
	xml_link(x, "link", "via", SLICE_NONE, e->origin.url);
	write_enclosure(w, &e->enclosure);
	write_categories(w, &e->categories, scheme(w->arena, w->feed));
	write_categories(w, &e->tags, SLICE_NONE);
	xml_element_opt(x, "rights", e->rights);
	if (has_source(&e->origin))
		write_source(w, &e->origin);
	else
		xml_element_opt(x, "dc:source", e->origin.name);
	xml_thumbnail(x, e->image.url);
	write_text(w, "summary", "text", format_summary(item));
	write_text(w, "content", "html", format_content(item));
	xml_end(x);
}

static void
write_tombstone(struct writer *w, const struct tombstone *t)
{
	xml_start(w->xml, "at:deleted-entry");
	xml_attr(w->xml, "ref", t->id);
	xml_attr(w->xml, "when", date_rfc3339(w->arena, t->when, w->feed->zone));
	xml_element_opt(w->xml, "at:comment", t->reason);
	xml_end(w->xml);
}

static void
write_cadence(struct writer *w)
{
	const struct format_cadence *c = format_cadence(w->feed);

	if (!c)
		return;
	xml_element(w->xml, "sy:updatePeriod", slice_str(c->period));
	xml_element(w->xml, "sy:updateFrequency", slice_str(c->frequency));
}

static void
write_head(struct writer *w)
{
	const struct feed *f = w->feed;
	struct xml *x = w->xml;

	xml_element(x, "id", f->id);
	write_text(w, "title", "text", f->title);
	write_text(w, "subtitle", "text", f->subtitle);
	write_date(w, "updated", f->updated);
	if (f->author.n)
		write_person(w, "author", &(struct person){.name = f->author});
	xml_link(x, "link", "self", SLICE(TYPE), f->self);
	xml_link(x, "link", "alternate", SLICE("text/html"), f->home);
	xml_links(x, "link", f);
	xml_element_opt(x, "rights", f->rights);
	xml_element_opt(x, "icon", f->icon);
	xml_element_opt(x, "logo", f->logo);
	xml_element(x, "generator", SLICE("xysfeed"));
	if (f->archive)
		xml_element(x, "fh:archive", SLICE_NONE);
	write_cadence(w);
	for (size_t i = 0; i < f->gones; i++)
		write_tombstone(w, &f->gone[i]);
}

int
atom_write(struct buf *out, const struct feed *feed, struct err *err)
{
	struct writer w = {.xml = xml_open(out), .arena = arena_new(), .feed = feed};

	xml_stylesheet(w.xml, feed->stylesheet);
	xml_start(w.xml, "feed");
	xml_attr(w.xml, "xmlns", SLICE(ATOM));
	xml_declare(w.xml, "dc dcterms fh media sy");
	if (feed->gones)
		xml_declare(w.xml, "at");
	xml_attr_opt(w.xml, "xml:lang", feed->lang);
	write_head(&w);
	for (size_t i = 0; i < feed->items; i++)
		write_entry(&w, &feed->item[i]);
	xml_end(w.xml);
	arena_free(w.arena);
	return xml_close(w.xml, err);
}

struct reader {
	struct proof proof;
	struct arena *arena;
	const struct feed *feed;
};

static void
read_text(struct place *in, const char *name, const char *type, struct slice text)
{
	place_text_attrs(in, name, text, PLACE_ATTRS({"type", slice_str(type)}));
}

static void
read_person(struct place *in, const char *name, const struct person *person)
{
	struct place at;

	if (!place_enter(in, name, NULL, &at))
		return;
	place_text(&at, "name", person->name);
	place_text(&at, "uri", person->uri);
	place_text(&at, "email", person->email);
	place_end(&at);
}

static void
read_people(struct place *in, const char *name, const struct people *people)
{
	for (size_t i = 0; i < people->n; i++)
		read_person(in, name, &people->v[i]);
}

static void
read_categories(struct place *in, const struct slices *terms, struct slice of)
{
	for (size_t i = 0; i < terms->n; i++)
		place_empty(in, "category",
		    PLACE_ATTRS(
			{"term", terms->v[i]}, {"scheme", of}, {"label", terms->v[i]}));
}

static void
read_enclosure(struct reader *r, struct place *in, const struct media *media)
{
	struct slice length = SLICE_NONE;

	if (media->url.n == 0)
		return;
	if (media->length > 0)
		length = arena_printf(r->arena, "%lld", (long long)media->length);
	place_empty(in, "link",
	    PLACE_ATTRS({"rel", SLICE("enclosure")}, {"type", media->type},
		{"length", length}, {"href", media->url}));
}

static void
read_source(struct place *in, const struct origin *origin)
{
	struct place at;

	if (!place_enter(in, "source", NULL, &at))
		return;
	place_text(&at, "id", origin->url);
	place_text(&at, "title", origin->name);
	place_instant(&at, "updated", origin->date.sec, PROOF_RFC3339);
	place_end(&at);
}

static void
read_fields(struct reader *r, struct place *at, const struct feed_item *item)
{
	const struct entry *e = item->entry;

	place_text(at, "id", e->id);
	read_text(at, "title", "text", e->title);
	place_instant(at, "updated", e->updated, PROOF_RFC3339);
	place_day(at, "dcterms:created", e->origin.date);
	place_day(at, "dcterms:issued", e->issued);
	place_instant(at, "published", e->published, PROOF_RFC3339);
	read_people(at, "author", &e->authors);
	read_people(at, "contributor", &e->contributors);
	place_link(at, "link", "alternate", SLICE("text/html"), e->url);
	place_link(at, "link", "via", SLICE_NONE, e->origin.url);
	read_enclosure(r, at, &e->enclosure);
	read_categories(at, &e->categories, scheme(r->arena, r->feed));
	read_categories(at, &e->tags, SLICE_NONE);
	place_text(at, "rights", e->rights);
	if (has_source(&e->origin))
		read_source(at, &e->origin);
	else
		place_text(at, "dc:source", e->origin.name);
	if (e->image.url.n)
		place_empty(at, "media:thumbnail", PLACE_ATTRS({"url", e->image.url}));
	read_text(at, "summary", "text", format_summary(item));
	read_text(at, "content", "html", format_content(item));
	place_end(at);
}

static void
read_entry(struct reader *r, struct place *in, const struct feed_item *item)
{
	struct slice lang = format_lang(r->feed, item->entry);
	struct place at;

	r->proof.entry = item->entry;
	if (place_enter(in, "entry", PLACE_ATTRS({"xml:lang", lang}), &at))
		read_fields(r, &at, item);
	r->proof.entry = NULL;
}

static void
read_tombstone(struct reader *r, struct place *in, const struct tombstone *t)
{
	struct slice when = date_rfc3339(r->arena, t->when, r->feed->zone);
	struct place at;

	if (!place_enter(
		in, "at:deleted-entry", PLACE_ATTRS({"ref", t->id}, {"when", when}), &at))
		return;
	place_text(&at, "at:comment", t->reason);
	place_end(&at);
}

static void
read_head(struct reader *r, struct place *in)
{
	const struct feed *f = r->feed;
	const struct format_cadence *c = format_cadence(f);

	place_text(in, "id", f->id);
	read_text(in, "title", "text", f->title);
	read_text(in, "subtitle", "text", f->subtitle);
	place_instant(in, "updated", f->updated, PROOF_RFC3339);
	if (f->author.n)
		read_person(in, "author", &(struct person){.name = f->author});
	place_link(in, "link", "self", SLICE(TYPE), f->self);
	place_link(in, "link", "alternate", SLICE("text/html"), f->home);
	place_links(in, "link", f);
	place_text(in, "rights", f->rights);
	place_text(in, "icon", f->icon);
	place_text(in, "logo", f->logo);
	place_text(in, "generator", SLICE("xysfeed"));
	if (f->archive)
		place_empty(in, "fh:archive", NULL);
	place_text(in, "sy:updatePeriod", slice_str(c ? c->period : NULL));
	place_text(in, "sy:updateFrequency", slice_str(c ? c->frequency : NULL));
	for (size_t i = 0; i < f->gones; i++)
		read_tombstone(r, in, &f->gone[i]);
}

static void
read_feed(struct reader *r, struct slice doc)
{
	const xmlNode *root = proof_root(&r->proof, doc, "feed", ATOM);
	struct place in;

	if (!root)
		return;
	proof_stylesheet(&r->proof, r->feed->stylesheet);
	in = place_of(&r->proof, root, ATOM);
	place_attrs(&in, root, PLACE_ATTRS({"xml:lang", r->feed->lang}));
	read_head(r, &in);
	for (size_t i = 0; i < r->feed->items; i++)
		read_entry(r, &in, &r->feed->item[i]);
	place_end(&in);
}

int
atom_prove(struct slice doc, const struct feed *feed, struct lint *lint, struct err *err)
{
	struct reader r = {.arena = arena_new(), .feed = feed};

	proof_init(&r.proof, lint, feed->zone);
	proof_feed(&r.proof, feed);
	read_feed(&r, doc);
	arena_free(r.arena);
	return proof_verdict(&r.proof, err);
}
