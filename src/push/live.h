/*
 * live: does the public address serve what was published?
 *
 * A hub that is told before the web server (or the cache in front of it)
 * serves the new bytes fetches the old ones, takes them for an answer, and
 * the update is lost. So the address is asked first. This judges what it
 * served; announce asks it. Pure.
 */
#ifndef PUSH_LIVE_H
#define PUSH_LIVE_H

#include "base/zone.h"
#include "push/http.h"

enum live {
	LIVE,
	LIVE_STALE, /* another version: wait */
	LIVE_WRONG, /* not what a subscriber could use (a redirect, 404, ...): wait too, and
		     * say so */
};

/* The request is to take the digest, not to follow redirects, and to give up what is
 * longer than the file: that is another version. */
struct live_wanted {
	struct slice url;
	struct digest digest;    /* of the file */
	const char *type;        /* "application/atom+xml", without parameters */
	struct slices hub;       /* addresses that may be named in Link headers */
	const struct zone *zone; /* times in sentences */
};

struct live_found {
	enum live live;
	struct slice
	    sentence; /* unless LIVE: "https://... still serves the version of 09:07; a
				* cache in front keeps it 10 min" */
	struct slices
	    warning; /* when LIVE, what a subscriber would stumble over though the
				* bytes are right, one sentence for each kind: Content-Type,
				* no ETag and no Last-Modified, a Link header (RFC 8288) with
				* another self or with a hub that is not ours, more than one
				* self (WebSub section 4) */
};

void live_judge(const struct live_wanted *wanted, const struct http_answer *answer,
    struct arena *arena, struct live_found *found);

#endif
