#include "output/opml.h"

#include "output/proof.h"
#include "output/xml.h"

static void
write_feed(struct xml *x, const struct listing_feed *f)
{
	xml_start(x, "outline");
	xml_attr(x, "type", SLICE("rss"));
	xml_attr(x, "text", f->title);
	xml_attr(x, "title", f->title);
	xml_attr(x, "xmlUrl", f->url);
	xml_attr_opt(x, "htmlUrl", f->home);
	xml_attr_opt(x, "language", f->lang);
	xml_end(x);
}

static void
write_body(struct xml *x, const struct listing *l)
{
	struct slice group = SLICE_NONE;

	xml_start(x, "body");
	for (size_t i = 0; i < l->feeds; i++) {
		const struct listing_feed *f = &l->feed[i];

		if (!f->first)
			continue;
		if (!slice_eq(f->group, group)) {
			if (group.n)
				xml_end(x);
			group = f->group;
			if (group.n) {
				xml_start(x, "outline");
				xml_attr(x, "text", group);
			}
		}
		write_feed(x, f);
	}
	if (group.n)
		xml_end(x);
	xml_end(x);
}

int
opml_write(struct buf *out, const struct listing *listing, struct err *err)
{
	struct xml *x = xml_open(out);

	xml_start(x, "opml");
	xml_attr(x, "version", SLICE("2.0"));
	xml_start(x, "head");
	xml_element(x, "title", listing->title);
	xml_end(x);
	write_body(x, listing);
	xml_end(x);
	return xml_close(x, err);
}

static void
read_outline(struct place *in, const struct listing_feed *f)
{
	lint_text(in->proof->lint, SLICE_NONE, "title", f->title);
	lint_uri(in->proof->lint, SLICE_NONE, "xmlUrl", f->url);
	place_empty(in, "outline",
	    PLACE_ATTRS({"type", SLICE("rss")}, {"text", f->title}, {"title", f->title},
		{"xmlUrl", f->url}, {"htmlUrl", f->home}, {"language", f->lang}));
}

static void
read_body(struct place *body, const struct listing *l)
{
	struct place group, *in = body;
	struct slice name = SLICE_NONE;

	for (size_t i = 0; i < l->feeds; i++) {
		const struct listing_feed *f = &l->feed[i];

		if (!f->first)
			continue;
		if (!slice_eq(f->group, name)) {
			if (in == &group)
				place_end(&group);
			name = f->group;
			in = body;
			if (name.n && place_enter(body, "outline",
					  PLACE_ATTRS({"text", name}), &group))
				in = &group;
		}
		read_outline(in, f);
	}
	if (in == &group)
		place_end(&group);
	place_end(body);
}

static void
read_opml(struct proof *p, struct slice doc, const struct listing *l)
{
	const xmlNode *root = proof_root(p, doc, "opml", NULL);
	struct place in, head, body;

	if (!root)
		return;
	in = place_of(p, root, NULL);
	place_attrs(&in, root, PLACE_ATTRS({"version", SLICE("2.0")}));
	if (!place_enter(&in, "head", NULL, &head) ||
	    !place_enter(&in, "body", NULL, &body))
		return;
	place_end(&in);
	place_text(&head, "title", l->title);
	place_end(&head);
	read_body(&body, l);
}

int
opml_prove(
    struct slice doc, const struct listing *listing, struct lint *lint, struct err *err)
{
	struct proof p;

	proof_init(&p, lint, listing->zone);
	read_opml(&p, doc, listing);
	return proof_verdict(&p, err);
}
