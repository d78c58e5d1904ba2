/*
 * slice: borrowed bytes, a pointer and a length.
 *
 * A slice owns nothing. It is valid as long as the arena, buf or literal it
 * points into. It need not end in NUL. The empty slice may have p == NULL.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
	const char *p;
	size_t n;
};

/* A list of slices; the array belongs to whoever made it (an arena). */
struct slices {
	struct slice *v;
	size_t n;
};

#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})
#define SLICE_NONE     ((struct slice){NULL, 0})
/* For printf: "%.*s", SLICE_ARG(s) */
#define SLICE_ARG(s) (int)(s).n, (s).n ? (s).p : ""

struct slice slice_str(const char *cstr); /* NULL gives the empty slice */
struct slice slice_make(const char *p, size_t n);

bool slice_eq(struct slice a, struct slice b);
bool slice_is(struct slice a, const char *cstr);
/* ASCII letters compare without case; other bytes exactly. */
bool slice_eq_nocase(struct slice a, struct slice b);
bool slice_is_nocase(struct slice a, const char *cstr);
int slice_cmp(struct slice a, struct slice b); /* byte order */

bool slice_starts(struct slice s, struct slice prefix);
bool slice_ends(struct slice s, struct slice suffix);

/* Index of the first `c` or `needle`, or s.n when there is none. */
size_t slice_index(struct slice s, char c);
size_t slice_find(struct slice s, struct slice needle);

/* s without its first n bytes; from..to. Ends past the slice are cut. */
struct slice slice_from(struct slice s, size_t n);
struct slice slice_part(struct slice s, size_t from, size_t to);

struct slice slice_trim(struct slice s); /* ASCII white space, both ends */

/* Is `c` a byte of `set`? NUL never is. */
bool slice_one_of(char c, const char *set);
/* s without the bytes of `set` that it starts with. */
struct slice slice_skip(struct slice s, const char *set);
/* How many bytes from `at` on, which is in s, are the one that is there. */
size_t slice_run(struct slice s, size_t at);

/* Take digits off the front of *s; -1, and *s as it was: there are none, or more than
 * `max`, which is at most 18. */
int64_t slice_number(struct slice *s, size_t max);

/*
 * Take the next line off *rest, without its LF or CRLF; false at the end.
 * A last line without LF counts.
 */
bool slice_line(struct slice *rest, struct slice *line);

/* Take what stands before the next `c` off *rest; false at the end. */
bool slice_token(struct slice *rest, char c, struct slice *token);

#endif
