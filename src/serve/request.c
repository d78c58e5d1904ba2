#include "serve/request.h"

#include "base/ascii.h"
#include "base/date.h"
#include "base/utf8.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const field_names[FIELDS] = {
    [FIELD_ACCEPT] = "Accept",
    [FIELD_ACCEPT_ENCODING] = "Accept-Encoding",
    [FIELD_A_IM] = "A-IM",
    [FIELD_CONTENT_LENGTH] = "Content-Length",
    [FIELD_FORWARDED] = "Forwarded",
    [FIELD_HOST] = "Host",
    [FIELD_IF_MODIFIED_SINCE] = "If-Modified-Since",
    [FIELD_IF_NONE_MATCH] = "If-None-Match",
    [FIELD_IF_RANGE] = "If-Range",
    [FIELD_RANGE] = "Range",
    [FIELD_SEC_FETCH_DEST] = "Sec-Fetch-Dest",
    [FIELD_TRANSFER_ENCODING] = "Transfer-Encoding",
    [FIELD_USER_AGENT] = "User-Agent",
    [FIELD_X_FORWARDED_FOR] = "X-Forwarded-For",
};

bool
request_take(
    struct request *r, struct slice name, struct slice value, struct arena *arena)
{
	for (int i = 0; i < FIELDS; i++) {
		struct slice *field = &r->field[i];

		if (!slice_is_nocase(name, field_names[i]))
			continue;
		if (field->p)
			*field = arena_printf(
			    arena, "%.*s, %.*s", SLICE_ARG(*field), SLICE_ARG(value));
		else
			*field = slice_make(value.p ? value.p : "", value.n);
		return true;
	}
	return false;
}

bool
request_has_body(const struct request *r)
{
	struct slice length = r->field[FIELD_CONTENT_LENGTH];

	return r->field[FIELD_TRANSFER_ENCODING].p ||
	       (length.p && !slice_is(length, "0"));
}

/* --- the path ----------------------------------------------------------------- */

/* The byte that %xx at the front stands for; -1: it is no %xx. */
static int
encoded(struct slice s)
{
	int high, low;

	if (s.n < 3)
		return -1;
	high = ascii_hex(s.p[1]);
	low = ascii_hex(s.p[2]);
	return high < 0 || low < 0 ? -1 : 16 * high + low;
}

/* Into `to`, which has room; false: it is not what a path may be. */
static bool
decode(struct slice s, char *to, size_t *n)
{
	for (*n = 0; s.n; ++*n) {
		bool escape = *s.p == '%';
		int c = escape ? encoded(s) : (unsigned char)*s.p;

		if (c < ' ' || c == 0x7f || (escape && c == '/'))
			return false;
		to[*n] = (char)c;
		s = slice_from(s, escape ? 3 : 1);
	}
	return true;
}

static bool
is_clean(struct slice path)
{
	struct slice segment;

	if (slice_find(path, SLICE("//")) < path.n || utf8_valid(path) < path.n)
		return false;
	while (slice_token(&path, '/', &segment))
		if (slice_starts(segment, SLICE(".")))
			return false;
	return true;
}

/* The absolute form, which proxies send, counts like the other. */
static struct slice
without_host(struct slice target)
{
	static const char *const schemes[] = {"http://", "https://"};

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t n = strlen(schemes[i]);

		if (slice_is_nocase(slice_part(target, 0, n), schemes[i])) {
			target = slice_from(target, n);
			return slice_from(target, slice_index(target, '/'));
		}
	}
	return target;
}

struct slice
request_path(struct slice target, struct arena *arena)
{
	struct slice path = without_host(target), plain;
	char *room;
	size_t n;

	path.n = slice_index(path, '?');
	if (!slice_starts(path, SLICE("/")))
		return SLICE_NONE;
	room = arena_alloc(arena, path.n + 1);
	if (!decode(path, room, &n))
		return SLICE_NONE;
	plain = slice_make(room, n);
	return is_clean(plain) ? plain : SLICE_NONE;
}

/* --- lists ---------------------------------------------------------------------- */

/* The next member of a list, and its parameters behind ";". */
static bool
next_member(struct slice *rest, struct slice *name, struct slice *parameters)
{
	struct slice member;

	if (!slice_token(rest, ',', &member))
		return false;
	*name = slice_trim(slice_part(member, 0, slice_index(member, ';')));
	*parameters = slice_from(member, slice_index(member, ';') + 1);
	return true;
}

/* "0.75" in thousandths; -1: it is none. */
static int
parse_weight(struct slice s)
{
	int weight = 0, unit = 100;

	if (s.n == 0 || s.n > 5 || (*s.p != '0' && *s.p != '1') ||
	    (s.n > 1 && s.p[1] != '.'))
		return -1;
	weight = 1000 * (*s.p - '0');
	for (size_t i = 2; i < s.n; i++, unit /= 10) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		weight += unit * (s.p[i] - '0');
	}
	return weight > 1000 ? -1 : weight;
}

/* Of "q", 1000 when there is none; what is no weight wants nothing. */
static int
weight_of(struct slice parameters)
{
	struct slice one;

	while (slice_token(&parameters, ';', &one)) {
		one = slice_trim(one);
		if (slice_is_nocase(slice_part(one, 0, 2), "q=")) {
			int weight = parse_weight(slice_from(one, 2));

			return weight < 0 ? 0 : weight;
		}
	}
	return 1000;
}

/* --- codings -------------------------------------------------------------------- */

static const struct {
	const char *name, *extension;
} codings[CODINGS] = {
    [CODING_IDENTITY] = {"", ""},
    [CODING_GZIP] = {"gzip", ".gz"},
    [CODING_ZSTD] = {"zstd", ".zst"},
    [CODING_BR] = {"br", ".br"},
};

const char *
coding_name(enum coding coding)
{
	return codings[coding].name;
}

const char *
coding_extension(enum coding coding)
{
	return codings[coding].extension;
}

/* CODINGS: none of ours. */
static int
find_coding(struct slice name)
{
	int i = CODING_GZIP;

	if (slice_is_nocase(name, "identity"))
		return CODING_IDENTITY;
	if (slice_is_nocase(name, "x-gzip"))
		return CODING_GZIP;
	while (i < CODINGS && !slice_is_nocase(name, codings[i].name))
		i++;
	return i;
}

enum coding
request_coding(const struct request *r, unsigned offered)
{
	struct slice rest = r->field[FIELD_ACCEPT_ENCODING], name, parameters;
	int weight[CODINGS + 1], others = 0;
	enum coding best = CODING_IDENTITY;

	for (int i = 0; i <= CODINGS; i++)
		weight[i] = -1;
	while (next_member(&rest, &name, &parameters)) {
		if (slice_is(name, "*"))
			others = weight_of(parameters);
		else
			weight[find_coding(name)] = weight_of(parameters);
	}
	/* Unless it says otherwise, plain is what it can read, not what it likes. */
	if (weight[CODING_IDENTITY] < 0)
		weight[CODING_IDENTITY] = 0;
	for (int i = CODING_GZIP; i < CODINGS; i++) {
		if (weight[i] < 0)
			weight[i] = others;
		if ((offered & 1U << i) && weight[i] > 0 && weight[i] >= weight[best])
			best = (enum coding)i;
	}
	return best;
}

/* --- entity tags ---------------------------------------------------------------- */

/* The next tag with its quotes and without W/; false at the end, or at what is none. */
static bool
next_tag(struct slice *rest, struct slice *tag)
{
	size_t end;

	*rest = slice_skip(*rest, " \t,");
	if (slice_starts(*rest, SLICE("W/")))
		*rest = slice_from(*rest, 2);
	if (!slice_starts(*rest, SLICE("\"")))
		return false;
	end = slice_index(slice_from(*rest, 1), '"') + 2;
	if (end > rest->n)
		return false;
	*tag = slice_part(*rest, 0, end);
	*rest = slice_from(*rest, end);
	return true;
}

bool
request_matches(const struct request *r, struct slice etag)
{
	struct slice rest = r->field[FIELD_IF_NONE_MATCH], tag;

	if (slice_is(slice_trim(rest), "*"))
		return true;
	while (next_tag(&rest, &tag))
		if (slice_eq(tag, etag))
			return true;
	return false;
}

size_t
etag_write(char etag[ETAG_MAX], int64_t modified, int64_t size, enum coding coding)
{
	const char *name = coding_name(coding);

	return (size_t)snprintf(etag, ETAG_MAX, "\"%" PRIx64 "-%" PRIx64 "%s%s\"",
	    (uint64_t)modified, (uint64_t)size, *name ? "-" : "", name);
}

/* Hexadecimal digits off the front; -1: none, or too many. */
static int64_t
take_hex(struct slice *s)
{
	enum { LONGEST = 15 };
	int64_t value = 0;
	size_t n = 0;

	for (; n < s->n && n < LONGEST && ascii_hex(s->p[n]) >= 0; n++)
		value = 16 * value + ascii_hex(s->p[n]);
	*s = slice_from(*s, n);
	return n ? value : -1;
}

/* The time in a tag; -1: it is none of ours. */
static int64_t
tag_time(struct slice tag)
{
	struct slice rest = slice_part(tag, 1, tag.n - 1);
	int64_t modified = take_hex(&rest);

	if (modified < 0 || !slice_starts(rest, SLICE("-")))
		return -1;
	rest = slice_from(rest, 1);
	if (take_hex(&rest) < 0)
		return -1;
	return rest.n == 0 || (slice_starts(rest, SLICE("-")) &&
				  find_coding(slice_from(rest, 1)) < CODINGS)
		   ? modified
		   : -1;
}

int64_t
request_since(const struct request *r, int64_t modified)
{
	struct slice rest = r->field[FIELD_IF_NONE_MATCH], tag;
	int64_t since = -1;

	while (next_tag(&rest, &tag)) {
		int64_t time = tag_time(tag);

		if (time < modified && time > since)
			since = time;
	}
	return since;
}

bool
request_is_browsing(const struct request *r)
{
	return slice_is(r->field[FIELD_SEC_FETCH_DEST], "document");
}

bool
request_takes_feed(const struct request *r)
{
	struct slice rest = r->field[FIELD_A_IM], name, parameters;

	while (next_member(&rest, &name, &parameters))
		if (slice_is_nocase(name, "feed"))
			return weight_of(parameters) > 0;
	return false;
}

/* --- dates and ranges ----------------------------------------------------------- */

/* All three forms begin with the day of the week. */
static bool
parse_date(struct slice text, const struct zone *utc, int64_t *sec)
{
	struct date date;
	struct err err;

	if (text.n == 0 || text.n > 64 || (*text.p | 0x20) < 'a' ||
	    (*text.p | 0x20) > 'z')
		return false;
	if (date_parse(&date, text, utc, &err) < 0)
		return false;
	*sec = date.sec;
	return true;
}

bool
request_unmodified(const struct request *r, int64_t modified, const struct zone *utc)
{
	int64_t since;

	return !r->field[FIELD_IF_NONE_MATCH].p &&
	       parse_date(r->field[FIELD_IF_MODIFIED_SINCE], utc, &since) &&
	       modified <= since;
}

/* Is what the client has a part of just this? By strong comparison. */
static bool
same_as_before(
    struct slice if_range, struct slice etag, int64_t modified, const struct zone *utc)
{
	int64_t sec;

	return !if_range.p || slice_eq(if_range, etag) ||
	       (parse_date(if_range, utc, &sec) && sec == modified);
}

enum range
request_range(const struct request *r, struct slice etag, int64_t modified,
    const struct zone *utc, int64_t size, int64_t *first, int64_t *n)
{
	enum { DIGITS = 18 };
	struct slice rest = r->field[FIELD_RANGE];
	int64_t from, to = size - 1;

	if (!slice_is_nocase(slice_part(rest, 0, 6), "bytes=") ||
	    !same_as_before(r->field[FIELD_IF_RANGE], etag, modified, utc))
		return RANGE_NONE;
	rest = slice_trim(slice_from(rest, 6));
	from = slice_number(&rest, DIGITS);
	if (!slice_starts(rest, SLICE("-")))
		return RANGE_NONE;
	rest = slice_from(rest, 1);
	if (rest.n) {
		to = slice_number(&rest, DIGITS);
		if (to < 0 || rest.n || (from >= 0 && to < from))
			return RANGE_NONE;
	} else if (from < 0) {
		return RANGE_NONE;
	}
	/* "-500": the last 500. */
	if (from < 0) {
		from = to < size ? size - to : 0;
		to = to ? size - 1 : -1;
	}
	if (from >= size || to < from)
		return RANGE_WRONG;
	*first = from;
	*n = (to < size ? to : size - 1) - from + 1;
	return RANGE_PART;
}
