#include "output/xml_feed.h"

void
xml_link(struct xml *xml, const char *name, const char *rel, struct slice type,
    struct slice href)
{
	if (href.n == 0)
		return;
	xml_start(xml, name);
	xml_attr(xml, "rel", slice_str(rel));
	xml_attr_opt(xml, "type", type);
	xml_attr(xml, "href", href);
	xml_end(xml);
}

void
xml_links(struct xml *xml, const char *name, const struct feed *f)
{
	for (size_t i = 0; i < f->alternates; i++)
		xml_link(
		    xml, name, "alternate", f->alternate[i].type, f->alternate[i].href);
	for (size_t i = 0; i < f->hubs.n && !f->archive; i++)
		xml_link(xml, name, "hub", SLICE_NONE, f->hubs.v[i]);
	xml_link(xml, name, "prev-archive", f->archive_type, f->prev_archive);
	xml_link(xml, name, "next-archive", f->archive_type, f->next_archive);
	xml_link(xml, name, "current", f->archive_type, f->current);
}

void
xml_thumbnail(struct xml *xml, struct slice url)
{
	if (url.n == 0)
		return;
	xml_start(xml, "media:thumbnail");
	xml_attr(xml, "url", url);
	xml_end(xml);
}
