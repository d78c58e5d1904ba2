/*
 * reading: what the ledger needs to know of an article that was just read.
 *
 * Small, because a first run holds one for every file of the archive.
 */
#ifndef MODEL_READING_H
#define MODEL_READING_H

#include "base/digest.h"
#include "base/file.h"
#include "model/entry.h"

enum article_state {
	ARTICLE_LIVE,
	ARTICLE_WAITS, /* dated in the future: `due` says until when */
	ARTICLE_HELD,  /* drips in: `due` says when */
	ARTICLE_OUT,   /* draft, hidden, expired, retracted */
	ARTICLE_BAD,   /* cannot be published, `reason` says why */
	ARTICLE_STATES,
};

struct reading {
	struct slice path;
	struct file_stat stat;

	enum article_state state;
	int64_t due;         /* when the state changes by itself; 0: never */
	struct slice reason; /* of OUT and BAD */

	struct slice title, url;
	struct slice guid;   /* front matter's id; none */
	struct slice source; /* URL it was taken from; none */
	struct digest hash;  /* of what readers see, without white space */
	int64_t published;
	int64_t updated; /* front matter's; 0: none */
	bool minor;      /* a change does not move `updated` */
	struct terms terms;
};

/* "live", "waits", "held", "out", "bad" */
const char *article_state_name(enum article_state state);

#endif
