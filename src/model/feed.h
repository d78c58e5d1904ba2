/*
 * feed: one document about to be written, the same for every format.
 *
 * Built by the plan, read by the writers in output/. Borrowed throughout.
 */
#ifndef MODEL_FEED_H
#define MODEL_FEED_H

#include "base/zone.h"
#include "model/entry.h"

/* An entry as it stands in one document. */
struct feed_item {
	const struct entry *entry;
	bool content; /* with its content */
	bool summary; /* with its summary */
};

/* RFC 6721: an entry that was taken down. */
struct tombstone {
	struct slice id;
	int64_t when;
	struct slice reason; /* may be none */
};

/* The same feed in another format, or a neighbour. */
struct feed_link {
	struct slice href, type, title;
};

/* Where to ask an rssCloud server to be told of the document. */
struct feed_cloud {
	struct slice domain, port, path; /* none: there is no such server */
};

struct feed {
	struct slice id;         /* of the feed, for life, the same in all formats */
	struct slice self;       /* public URL of this very document */
	struct slice home;       /* the site, for people */
	struct slice stylesheet; /* as the document names it; none */
	struct slice title, subtitle, lang, author, rights, icon, logo;
	const struct zone *zone;
	int64_t updated; /* newest of its entries, never the clock */

	struct feed_item *item; /* newest first */
	size_t items;
	struct tombstone *gone;
	size_t gones;

	struct slices hubs;          /* none on archive documents */
	struct feed_cloud cloud;     /* likewise; RSS alone names it */
	struct feed_link *alternate; /* other formats of the same feed */
	size_t alternates;

	/* RFC 5005 section 4; URLs, none where not so. */
	bool archive; /* this is an archive document */
	struct slice prev_archive, next_archive, current;
	struct slice archive_type; /* media type of those documents */

	int64_t cadence; /* seconds between two arrivals, 0 unknown: ttl, sy:* */
};

#endif
