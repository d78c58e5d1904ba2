/*
 * reply: how a request is answered: status, header lines, which bytes (RFC 9110, 9111).
 *
 * Everything is decided here, from the request, the catalog, and what the file's stat
 * says; server.c only carries it out.
 */
#ifndef SERVE_REPLY_H
#define SERVE_REPLY_H

#include "serve/catalog.h"

/* A page may use what it was published with, and nothing else; nobody frames it. */
#define REPLY_POLICY                                                                     \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "       \
	"data:; "                                                                        \
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/* What a request is for. */
struct reply_target {
	int status;              /* 200, 301, 404, 410 */
	const struct item *item; /* of 200, 410 */
	struct slice location;   /* of 301 */
};
struct reply_target reply_find(
    const struct catalog *catalog, const struct request *request, struct arena *arena);

/* One representation of a document, as its file is now. */
struct representation {
	struct form {
		enum coding coding;
		bool styled; /* for a browser, which would show a feed as plain text */
	} form;
	int64_t modified, size;
	char etag[ETAG_MAX];
};
/* The one that this client likes best, if its file is there. */
struct form reply_form(const struct request *request, const struct item *item);
struct representation representation_of(
    const struct form *form, int64_t modified, int64_t size);

struct verdict {
	int status;       /* 200, 206, 304, 416 */
	int64_t first, n; /* bytes of the body */
};
struct verdict reply_judge(const struct request *request,
    const struct representation *version, const struct zone *utc);

/* Header lines; the values are the arena's, or constant. */
enum { HEADERS_MAX = 16 };
struct headers {
	struct header {
		const char *name, *value;
	} v[HEADERS_MAX];
	size_t n;
};

/* Of an answer with a document, or none of it. 226 is what delta_write made, in the coding
 * of `version`; its tag is that of the whole, which the client has then (RFC 3229). */
void reply_headers(struct headers *headers, const struct item *item,
    const struct representation *version, const struct verdict *verdict,
    struct arena *arena);
/* Of all other answers: small, typed, telling nothing. */
void reply_error_headers(struct headers *headers, int status);
/* Its body; also of 301. */
const char *reply_text(int status);
void headers_add(struct headers *headers, const char *name, const char *value);

#endif
