/*
 * http: requests to other machines, several at a time, on a loop.
 *
 * libcurl's multi interface, driven by libuv: nothing here waits. Every
 * request ends: with an answer, at its deadline, at its ceiling of bytes, or
 * when the whole is closed. Only http and https are spoken, also after a
 * redirect, and https does not become http by one; certificates are always
 * verified; nothing is taken from the environment (proxies, .netrc), no
 * cookie is kept.
 *
 * All but http_library_* belongs to the thread of the loop. SIGPIPE has to be
 * ignored.
 */
#ifndef PUSH_HTTP_H
#define PUSH_HTTP_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/slice.h"

#include <uv.h>

enum {
	HTTP_BODY_MAX = 64 * 1024, /* of an answer that is kept */
	HTTP_HEAD_MAX = 64 * 1024, /* of all header lines, also of redirects and 1xx */
	HTTP_REDIRECTS = 3,
};

/* Once for the program, before its first thread; and at its end. */
int http_library_open(struct err *err);
void http_library_close(void);

struct http;

/* `all` and `per_host`: connections at once; what exceeds them waits. */
int http_open(
    struct http **http, uv_loop_t *loop, long all, long per_host, struct err *err);
/* Requests under way end without their callback. What is ours on the loop is
 * closed; it has to turn once more. May be called from a callback. NULL is allowed. */
void http_close(struct http *http);

struct http_request {
	struct slice url;
	bool post; /* body and type go with it */
	struct slice body, type;
	struct slices header;    /* more lines: "Name: value". Redirects get them too, but
				  * Authorization and Cookie stay with the host of the url */
	struct slice user_agent; /* none: "xysfeed/VERSION" */
	struct slice ca_file;    /* none: the system's certificates */
	struct slice proxy;      /* none: no proxy, whatever the environment says */
	/* milliseconds for the whole, above 0, waiting for others included; 5 s of it to
	 * connect */
	int64_t timeout;
	int64_t body_max; /* bytes, decoded; an answer that is longer is given up */
	bool digest;      /* take the digest of the body and do not keep it */
	bool gzip;        /* ask for it, and decode it */
	bool follow;      /* up to HTTP_REDIRECTS redirects; a POST stays a POST */
};

/* How a request ended. */
enum http_end {
	HTTP_ANSWERED,      /* with `status`, whatever it is */
	HTTP_NO_NAME,       /* its host has no address, or the resolver does not answer */
	HTTP_NO_CONNECTION, /* refused, unreachable */
	HTTP_TLS,           /* the certificate, or no TLS at all */
	HTTP_TIMEOUT,
	HTTP_BROKEN,   /* reset, closed too early */
	HTTP_TOO_LONG, /* body or header */
	HTTP_NONSENSE, /* not HTTP; redirects in a circle, or to another protocol */
	HTTP_ENDS,
};

struct http_answer {
	enum http_end end;
	struct slice why;     /* unless HTTP_ANSWERED: a clause, "connection refused" */
	int status;           /* of the last answer in a row of redirects; 0: none */
	struct slice body;    /* what was kept of it, also of one that was too long */
	int64_t bytes;        /* of the body that came, decoded */
	struct digest digest; /* when it was asked for and HTTP_ANSWERED */
	struct slice moved;   /* where 301 and 308 alone led, and something good was: the
			       * address to use from now on; none */
	int64_t date;         /* POSIX seconds: its own Date, else the time here */
	int64_t
	    retry_after; /* seconds, a date counted from `date`; -1: it says nothing */
	/* As sent, not cleaned. A field that comes twice is joined by ", ". */
	struct slice type, encoding, etag, last_modified, cache_control, location;
	int64_t age;        /* seconds; -1: it says nothing */
	struct slices link; /* Link headers, one for each line */
	int64_t elapsed;    /* milliseconds */
};

/* All of the answer goes when the callback returns. It may send again, and close. */
typedef void http_done(void *ctx, const struct http_answer *answer);

/* -1, ERR_CONFIG: it could not even be tried (the url, a header line), and `done` is not
 * called; else it is, later. What the request points to is copied. */
int http_send(struct http *http, const struct http_request *request, http_done *done,
    void *ctx, struct err *err);
/* Requests that have not ended. */
size_t http_pending(const struct http *http);

/* delta-seconds of RFC 9111 section 1.2.2, of Retry-After, Age, max-age; at most
 * INT32_MAX. -1: it is none. */
int64_t http_seconds(struct slice text);

#endif
