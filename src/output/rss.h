/*
 * rss: RSS 2.0 in the Advisory Board's profile. See format.h.
 *
 * An item has, in this order: title, link, guid (the entry's id, whose
 * isPermaLink is "true" only where it is the link too), description (the
 * summary as HTML, always there and before the content), content:encoded,
 * dc:creator for each author and never author, dc:contributor, dc:source (the
 * name, else the address, of where it was taken from), dc:language where it is
 * not the feed's, dc:rights, category (domain HOME#category; tags have none),
 * dcterms:created and dcterms:issued as in Atom, pubDate (published),
 * atom:updated, atom:link rel="via", enclosure, media:thumbnail.
 *
 * In plain text `&`, `<` and `>` are hexadecimal references, as the profile
 * has it; markup in descriptions and content is escaped, never CDATA.
 */
#ifndef OUTPUT_RSS_H
#define OUTPUT_RSS_H

#include "output/format.h"

int rss_write(struct buf *out, const struct feed *feed, struct err *err);
int rss_prove(
    struct slice doc, const struct feed *feed, struct lint *lint, struct err *err);

#endif
