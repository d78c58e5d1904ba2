/*
 * menu: the documents beside the feeds, which name the feeds and the articles:
 * feeds.opml, autodiscovery.html, sitemap.xml; pages for people (face.h); files
 * that are published as they are (asset.h); and KEY.txt, by which search engines
 * know that it is the site that tells them (push/indexnow.h).
 *
 * The sitemap of an archive of more than a thousand arrivals is an index over
 * sitemap-N.xml, each for a fixed range of arrival numbers, so that a new
 * article writes one of them.
 */
#ifndef OUTPUT_MENU_H
#define OUTPUT_MENU_H

#include "output/make.h"

struct menu_request {
	const struct changes *changes;
	struct slices broken; /* keys: here a document's own path */
};

/* Makes those that are due and adds them to `made`. */
int menu_make(const struct maker *maker, const struct menu_request *request,
    struct arena *arena, struct made *made, struct err *err);

#endif
