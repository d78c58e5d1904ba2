/* http_inside: one request on its way, for the files that http is made of. */
#ifndef PUSH_HTTP_INSIDE_H
#define PUSH_HTTP_INSIDE_H

#include "base/buf.h"
#include "base/zone.h"
#include "push/http.h"

#include <curl/curl.h>

enum { HTTP_CONNECT_MS = 5000 };

/* Header fields of which one value is kept. */
enum http_field {
	FIELD_TYPE,
	FIELD_ENCODING,
	FIELD_ETAG,
	FIELD_LAST_MODIFIED,
	FIELD_CACHE_CONTROL,
	FIELD_LOCATION,
	FIELD_RETRY_AFTER,
	FIELD_AGE,
	FIELD_DATE,
	FIELDS,
};

struct http_call {
	struct http *http;
	struct http_call *prev, *next;
	struct arena *arena; /* all that it points to */
	CURL *easy;
	struct curl_slist *lines;
	char error[CURL_ERROR_SIZE];
	http_done *done;
	void *ctx;

	struct slice url;
	int64_t timeout, body_max;

	/* What came so far, of the last answer. */
	struct buf body;
	struct digest_state *digest; /* NULL: the body is kept */
	int64_t bytes;
	size_t head;
	int status;
	struct slice field[FIELDS];
	struct slices link;

	bool resolving; /* a name was looked up */
	bool temporary; /* some redirect was not for good */
	bool too_long;
};

/* NULL: it could not even be tried. The call is on no list yet. */
struct http_call *http_call_new(
    const struct http_request *request, http_done *done, void *ctx, struct err *err);
void http_call_free(struct http_call *call);
/* What became of it, once libcurl is through with it. */
void http_call_answer(struct http_call *call, CURLcode code, const struct zone *utc,
    struct http_answer *answer);

#endif
