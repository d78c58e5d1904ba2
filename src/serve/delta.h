/*
 * delta: of a feed, only the entries that a reader lacks (RFC 3229, with the instance
 * manipulation "feed": A-IM: feed, answered by 226).
 *
 * No date in a document says what is new to whom. `updated` is the author's word where
 * he gives one, the dates of a batch go back one second each, behind the version before
 * it, and an article that was unfit for a while comes back as it was. So the entries
 * themselves are compared: of each document that somebody asks for in this way it is
 * remembered, by digest, which entry it shows since which version, and which versions
 * were seen. Nothing of it outlives the program; who has a version from before gets the
 * whole document once.
 *
 * Several threads at once.
 */
#ifndef SERVE_DELTA_H
#define SERVE_DELTA_H

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

#include <stdint.h>

enum {
	DELTA_DOCUMENTS = 512, /* that are remembered: some kilobytes each */
	DELTA_VERSIONS = 64,   /* of each */
};

struct delta;

/* Remembers at most `documents`, those that were asked for last. */
struct delta *delta_new(size_t documents);
void delta_free(struct delta *delta); /* NULL is allowed */

struct delta_request {
	struct slice path; /* of the document: any name that is always the same */
	/* Times of files: of the one that is served, and of the one that the reader has, 0
	 * when he has none. No two versions of a published document have the same. */
	int64_t version, since;
};

/*
 * `document`: all bytes of this version, Atom or RSS as published by us. To be called for
 * every such request that is not answered by 304, also by a reader who has nothing yet: that
 * is how the versions become known.
 *
 * 1: appends the document without the entries, and the entries about what was deleted, that
 * the version `since` has too; all else is there byte for byte. 0: nothing can be left out,
 * or what `since` had is not known; nothing is appended, and the reader gets all of it.
 * -1: ERR_INPUT, not a feed of ours, so he does too; ERR_LIMIT, it does not fit into `out`.
 */
int delta_write(struct delta *delta, const struct delta_request *request,
    struct slice document, struct buf *out, struct err *err);

/*
 * Does somebody ask for it who may not know? feedparser says A-IM: feed for every program that
 * uses it, and some of them (rss2email 3.13) take a 226 for a failure: they would never see
 * anything new. It is known by its User-Agent, and by an Accept that it always sends.
 */
bool delta_is_unwitting(struct slice agent, struct slice accept);

#endif
