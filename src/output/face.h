/*
 * face: pages that show the feeds to people.
 *
 *     index.html      the archive: its feeds, its newest articles, its years
 *     tag/X.html      one feed, beside its documents
 *     tag/index.html  all feeds of a section with for_each, in parts
 *
 * No template and no other text than that of words.h. They are read without the script,
 * and load nothing from elsewhere. Each is made of what it is given alone, and proven: read
 * back, it names every feed and article that it should.
 */
#ifndef OUTPUT_FACE_H
#define OUTPUT_FACE_H

#include "ledger/tally.h"
#include "model/feed.h"
#include "output/lint.h"
#include "output/words.h"

enum {
	FACE_NEWEST = 20,  /* articles on a page */
	FACE_LARGEST = 60, /* feeds of a section on the first page */
	FACE_CARDS = 8,    /* feeds with their addresses on it */
	FACE_PART = 1000,  /* feeds on a page that lists them */
};

#define FACE_EXTENSION "html"

/* What every page is made of. */
struct face {
	const struct config *config;
	enum language language;
	struct slice path; /* of the page, below [output] dir */
	struct arena *arena;
};

/* A feed as other pages name it. */
struct face_feed {
	const struct config_feed *config;
	struct slice name, about; /* about: may be none */
	struct slice key;         /* as plan_feed's */
	int64_t total, updated, pace;
	bool has_page;
};

struct face_entry {
	struct slice title, url, lang, summary; /* lang, summary: may be none */
	int64_t published;
};

/* One feed. */
struct face_one {
	struct face face;
	struct face_feed feed;
	struct face_entry *entry; /* newest first */
	size_t entries;
	struct slices archive; /* paths of the last archive documents, newest first */
	size_t archives;       /* of all there are */
	struct tally_months tally;
};

int face_one_write(struct buf *out, const struct face_one *one, struct err *err);
int face_one_prove(
    struct slice doc, const struct face_one *one, struct lint *lint, struct err *err);

/* A section with for_each. */
struct face_section {
	const struct config_feed *config;
	struct face_feed *feed; /* the largest first */
	size_t feeds, all;
};

struct face_index {
	struct face face;
	struct face_feed
	    *feed; /* of sections without for_each, in the operator's order */
	size_t feeds;
	struct face_section *section;
	size_t sections;
	struct face_entry *entry;
	size_t entries;
	struct tally_months tally;
	int64_t updated;
};

int face_index_write(struct buf *out, const struct face_index *index, struct err *err);
int face_index_prove(
    struct slice doc, const struct face_index *index, struct lint *lint, struct err *err);

/* A part of all feeds of a section. */
struct face_list {
	struct face face;
	const struct config_feed *config;
	struct face_feed *feed;
	size_t feeds;
	size_t part, parts; /* from 1 */
};

/* "tag/index.html", "tag/index.2.html" */
struct slice face_list_path(
    const struct config_feed *config, size_t part, struct arena *arena);
int face_list_write(struct buf *out, const struct face_list *list, struct err *err);
int face_list_prove(
    struct slice doc, const struct face_list *list, struct lint *lint, struct err *err);

/* What people call the feeds of a kind: "Tags". */
enum word face_kind(const struct config_feed *config);

#endif
