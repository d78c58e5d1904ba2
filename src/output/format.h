/*
 * format: the feed formats, one row each, and what they decide alike.
 *
 * To add a format: one file NAME.c with NAME_write and NAME_prove, one row in
 * format.c, one bit in model/config.h.
 */
#ifndef OUTPUT_FORMAT_H
#define OUTPUT_FORMAT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/feed.h"
#include "output/lint.h"

struct format {
	int bit;                /* FORMAT_ATOM ... */
	const char *name;       /* "atom", as in [output] formats */
	const char *extension;  /* without dot */
	const char *media_type; /* without parameters */
	const char *title;      /* "Atom", for people */
	/* Bytes of the document, the same for the same feed. -1: ERR_LIMIT. */
	int (*write)(struct buf *out, const struct feed *feed, struct err *err);
	/* Read `doc` back and hold it against the rules and against `feed`:
	 * every entry is there, in order, with its id, title, dates and content.
	 * Entries themselves were looked at by lint_entry before, once for all
	 * documents that they are in.
	 * Findings go to `lint`; -1 (ERR_PROOF) when there are any. */
	int (*prove)(struct slice doc, const struct feed *feed, struct lint *lint,
	    struct err *err);
};

extern const struct format formats[];
extern const size_t formats_n;

const struct format *format_find(struct slice name); /* or NULL */
const struct format *format_of(int bit);

/*
 * What an item shows. Its content, or none; its summary, or none when the
 * content is there. Never both none: where neither is asked for or there is
 * none, the summary shows, and at the last the title.
 */
struct slice format_content(const struct feed_item *item);
struct slice format_summary(const struct feed_item *item);

/* The entry's language where it is not the feed's; none otherwise. */
struct slice format_lang(const struct feed *feed, const struct entry *entry);
/* The media type of an enclosure, which RSS and JSON Feed insist on. */
struct slice format_type(const struct media *media);
/* 2024-02-22, the local day; none when there is no date. */
struct slice format_day(struct arena *arena, struct date date, const struct zone *zone);

/*
 * How often to look again, from the feed's measured cadence: RSS ttl, and
 * sy:updatePeriod with sy:updateFrequency. In steps, so that a feed's bytes
 * do not change with every arrival. NULL: unknown, or an archive document,
 * which does not change.
 */
struct format_cadence {
	int64_t seconds;
	const char *ttl;                /* minutes, 15 to 1440 */
	const char *period, *frequency; /* "daily", "2" */
};
const struct format_cadence *format_cadence(const struct feed *feed);

#endif
