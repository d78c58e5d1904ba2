/*
 * listing: the feeds by name, for the documents that stand beside them and
 * point at them: feeds.opml (opml.h) and autodiscovery.html (page.h).
 */
#ifndef OUTPUT_LISTING_H
#define OUTPUT_LISTING_H

#include "output/format.h"

/* One feed in one format. */
struct listing_feed {
	struct slice title, url, home, lang;
	struct slice group; /* OPML outline it stands under: "tag"; none: top */
	const struct format *format;
	bool first; /* of its feed's formats: the one that OPML names */
	bool main;  /* goes into autodiscovery.html */
};

struct listing {
	struct slice title;
	const struct zone *zone;
	struct listing_feed *feed; /* those of one group stand together */
	size_t feeds;
};

#endif
