/*
 * request: what a request asks for, from its bytes (RFC 9110, RFC 3229).
 *
 * Pure functions over slices: no file, no clock, nothing allocated but in the arena. A
 * field that was not sent has p == NULL; one that was sent several times is joined by
 * ", ". What is not understood is as if it had not been sent: the answer then is the
 * whole document, which is never wrong.
 */
#ifndef SERVE_REQUEST_H
#define SERVE_REQUEST_H

#include "base/arena.h"
#include "base/zone.h"

#include <stdint.h>

enum request_field {
	FIELD_ACCEPT,
	FIELD_ACCEPT_ENCODING,
	FIELD_A_IM,
	FIELD_CONTENT_LENGTH,
	FIELD_FORWARDED,
	FIELD_HOST,
	FIELD_IF_MODIFIED_SINCE,
	FIELD_IF_NONE_MATCH,
	FIELD_IF_RANGE,
	FIELD_RANGE,
	FIELD_SEC_FETCH_DEST,
	FIELD_TRANSFER_ENCODING,
	FIELD_USER_AGENT,
	FIELD_X_FORWARDED_FOR,
	FIELDS,
};

struct request {
	bool head;           /* HEAD; else GET */
	struct slice target; /* as sent */
	struct slice field[FIELDS];
};

/* Keep the field if it is one of ours; true when it was. A second one is joined. */
bool request_take(
    struct request *request, struct slice name, struct slice value, struct arena *arena);
/* Does it announce a body? */
bool request_has_body(const struct request *request);

/*
 * The target without scheme, host and query, decoded once; none when it is no path that
 * could name anything: not beginning with "/", a wrong %xx, a control character or an
 * encoded slash in it, or a segment that is empty (but for the last one), begins with a
 * dot, or is no UTF-8. So dot segments, hidden names and files being written are out.
 */
struct slice request_path(struct slice target, struct arena *arena);

/* A set of them is made of 1 << CODING. */
enum coding { CODING_IDENTITY, CODING_GZIP, CODING_ZSTD, CODING_BR, CODINGS };

/* "br"; "" for identity. */
const char *coding_name(enum coding coding);
/* ".br", "" */
const char *coding_extension(enum coding coding);

/*
 * Which of those offered (identity always is) the client likes best; of several alike
 * the last in the order above, which is the smallest as a rule. Identity when it takes
 * none at all: that is what everybody can read.
 */
enum coding request_coding(const struct request *request, unsigned offered);

/* Is `etag`, with its quotes, in If-None-Match ("*" is any)? By weak comparison. */
bool request_matches(const struct request *request, struct slice etag);
/* Is the document no newer than If-Modified-Since, which counts only without
 * If-None-Match? `utc` for a date without a zone. */
bool request_unmodified(
    const struct request *request, int64_t modified, const struct zone *utc);

enum range {
	RANGE_NONE,  /* all of it: no range, several, or not understood */
	RANGE_PART,  /* *first and *n */
	RANGE_WRONG, /* nothing of it is there: 416 */
};
/* The part that is asked for of `size` bytes; If-Range is looked at too. */
enum range request_range(const struct request *request, struct slice etag,
    int64_t modified, const struct zone *utc, int64_t size, int64_t *first, int64_t *n);

/* Does a browser want it for a window of its own (Fetch Metadata, section 2.1)? */
bool request_is_browsing(const struct request *request);
/* Does it take instance manipulation "feed" (RFC 3229)? */
bool request_takes_feed(const struct request *request);

/*
 * Entity tags that we make: time, size and coding, in hexadecimal, so that the time of
 * what a client has is known from its tag. Strong: publish.h promises another time for
 * other bytes.
 */
enum { ETAG_MAX = 48 };
/* With its quotes, and a NUL; its length. */
size_t etag_write(
    char etag[ETAG_MAX], int64_t modified, int64_t size, enum coding coding);
/* The latest time in our tags in If-None-Match that is before `modified`; -1: none. */
int64_t request_since(const struct request *request, int64_t modified);

#endif
