/*
 * uri: addresses, as RFC 3986 has them, from what people write.
 *
 * Input is what stands in an article: perhaps with spaces, raw Chinese, a
 * Windows backslash, a half-encoded percent. Output is always a URI in
 * ASCII: what may not stand is percent-encoded as UTF-8, a valid %xx stays
 * (with upper-case digits), a lone % becomes %25; so encoding twice changes
 * nothing. As in browsers, white space around is cut, tabs and line breaks
 * inside are dropped (not in the scheme), and in http(s) a backslash before
 * the query is a slash. The host is lower-case and a name or an address;
 * one that is not ASCII goes through IDNA (libcurl's URL API when that has
 * it), else the URI is refused. A default port goes; an empty path of http(s)
 * becomes "/"; dot segments are removed from paths that start with a slash.
 *
 * Results live in the arena. "none" is the empty slice.
 */
#ifndef BASE_URI_H
#define BASE_URI_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"

/* A URI taken apart; slices into the text it was parsed from. */
struct uri {
	struct slice scheme;    /* without ':' ; none when relative */
	struct slice authority; /* without '//' ; see has_authority */
	struct slice host, port, userinfo;
	struct slice path, query, fragment; /* without '?' and '#' */
	bool has_authority, has_query, has_fragment;
};

/* RFC 3986 appendix B. Every text parses as a URI reference. */
void uri_split(struct slice text, struct uri *uri);

/* An absolute http or https URI with a host, in normal form; none if `text`
 * (trimmed) is not one. */
struct slice uri_http(struct arena *arena, struct slice text);

/* Any absolute URI (http, mailto, tag, urn …) in normal form, or none. */
struct slice uri_absolute(struct arena *arena, struct slice text);

/*
 * Resolve a reference against an absolute base (section 5.2, strict), in
 * normal form. Protocol-relative, root-relative, path-relative, "?q",
 * "#fragment" and "" all work. None when the result is no absolute URI,
 * e.g. because the host is empty or the port no number.
 */
struct slice uri_resolve(struct arena *arena, struct slice base, struct slice ref);

/*
 * Percent-encode one path segment, or a path with its slashes kept: all but
 * unreserved / sub-delims / ":" / "@" is encoded. A '%' is always encoded:
 * the input is plain text (a file name, a term), not a URI.
 */
struct slice uri_encode_segment(struct arena *arena, struct slice text);
struct slice uri_encode_path(struct arena *arena, struct slice text);
/* Append a value of a query or a form: all but what is unreserved is encoded. */
void uri_add_value(struct buf *out, struct slice text);

/* Has the scheme `name` (lower-case)? No white space or control characters
 * are skipped: "java\nscript:" is no scheme. */
bool uri_has_scheme(struct slice text, const char *name);
/* Is it one URI, ASCII, no space, valid %xx, with a scheme, and with a host if
 * http(s)? For lint. */
bool uri_is_valid(struct slice text);

#endif
