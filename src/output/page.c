#include "output/page.h"

#include "output/xml.h"

static void
write_link(struct buf *out, const struct listing_feed *f)
{
	buf_str(out, "<link rel=\"alternate\" type=\"");
	xml_escape_attr(out, slice_str(f->format->media_type));
	buf_str(out, "\" title=\"");
	xml_escape_attr(out, f->title);
	buf_str(out, " (");
	xml_escape_attr(out, slice_str(f->format->title));
	buf_str(out, ")\" href=\"");
	xml_escape_attr(out, f->url);
	buf_str(out, "\">\n");
}

int
page_write(struct buf *out, const struct listing *listing, struct err *err)
{
	for (size_t i = 0; i < listing->feeds; i++)
		if (listing->feed[i].main)
			write_link(out, &listing->feed[i]);
	if (out->full)
		return err_set(
		    err, ERR_LIMIT, "the document is larger than %zu bytes", out->max);
	return 0;
}
