/*
 * entry: what is talked about. An `article` is what one file says; an `entry`
 * is what the feeds say of it. All slices are borrowed from the arena that
 * the struct was filled with. Text is UTF-8 of XML characters only.
 */
#ifndef MODEL_ENTRY_H
#define MODEL_ENTRY_H

#include "base/date.h"
#include "base/digest.h"
#include "base/slice.h"

#include <stdint.h>

struct person {
	struct slice name; /* never empty */
	struct slice uri, email;
};

struct people {
	struct person *v;
	size_t n;
};

void people_add(struct people *people, struct arena *arena, struct person person);

/* An image or an enclosure (RFC 4287 section 4.2.7, RSS <enclosure>). */
struct media {
	struct slice url;   /* as written in the article; absolute in an entry */
	struct slice type;  /* media type; none when unknown */
	struct slice title; /* alternative text */
	int64_t length;     /* bytes; 0 when unknown */
};

/* Where an article was taken from. */
struct origin {
	struct slice url;  /* front matter `from:`; none when it is our own */
	struct slice name; /* "纽约时报" */
	struct date date;  /* when it appeared there */
};

enum body_format { BODY_MARKDOWN, BODY_HTML, BODY_TEXT };

struct article {
	struct slice path; /* relative to [articles] dir */

	/* From front matter, then from the profile, then by default. */
	struct slice title;
	struct slice summary;   /* front matter's own; none otherwise */
	struct slice lang;      /* BCP 47; none: the site's */
	struct slice guid;      /* front matter `id` */
	struct slice permalink; /* front matter's, as written */
	struct slice slug;
	struct slice rights;
	struct people authors, contributors;
	struct slices tags, categories; /* squeezed, NFC, no two the same */
	struct origin origin;
	struct media image, enclosure; /* url none: there is none */
	struct date published, updated, expires;
	struct date issued; /* of the issue it was part of, e.g. (XYS20240222) */

	bool draft, hidden; /* hidden: also `feed: false` */
	bool unpublished;   /* `published: false` */
	bool minor;         /* this edit does not move `updated` */

	enum body_format format;
	struct slice body; /* source text behind the front matter */
	int body_line;     /* line of its first byte in the file */
};

/*
 * What makes an entry belong to a feed. A term is compared by `key` (NFC,
 * squeezed) and shown as it was first seen.
 */
enum term_kind {
	TERM_TAG,
	TERM_CATEGORY,
	TERM_AUTHOR,
	TERM_YEAR,
	TERM_LANGUAGE,
	TERM_SOURCE,
	TERM_KINDS,
};

/* "tag", "category", ...; and back, -1 when there is no such kind. */
const char *term_kind_name(enum term_kind kind);
int term_kind_parse(struct slice name);

struct term {
	enum term_kind kind;
	struct slice value;
};

struct terms {
	struct term *v;
	size_t n;
};

bool terms_have(const struct terms *terms, const struct term *term);

struct entry {
	int64_t seq;       /* arrival number: immutable, never used again */
	struct slice id;   /* atom:id, RSS guid, JSON id: for life */
	struct slice url;  /* absolute permalink */
	struct slice path; /* of the article, for reports */

	struct slice title;   /* plain text, never empty */
	struct slice summary; /* plain text; may be none */
	struct slice content; /* clean HTML5 fragment; none: summary only */
	struct slice lang;
	struct slice rights;
	struct people authors, contributors; /* at least one author */
	struct slices tags, categories;
	struct origin origin;
	struct media image, enclosure;
	struct date issued;

	int64_t published; /* POSIX seconds */
	int64_t updated;   /* no two entries share one */
	int64_t arrived;   /* when it came into the feeds */
};

#endif
