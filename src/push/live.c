#include "push/live.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/uri.h"
#include "base/utf8.h"

enum { QUOTED_MAX = 300 }; /* bytes of what the other side says */

struct judge {
	const struct live_wanted *wanted;
	const struct http_answer *answer;
	struct arena *arena;
	struct live_found *found;
};

/* What the other side says, as it may be shown. */
static struct slice
shown(struct arena *arena, struct slice s)
{
	struct buf clean;

	buf_init(&clean, QUOTED_MAX);
	utf8_show(&clean, s);
	s = arena_copy(arena, buf_view(&clean));
	buf_fini(&clean);
	return s;
}

/* --- parameters of header fields (RFC 8288 appendix B.3) ---------------------- */

static struct slice
take_until(struct slice *rest, const char *set)
{
	struct slice s = *rest;
	size_t n = 0;

	while (n < s.n && !slice_one_of(s.p[n], set))
		n++;
	*rest = slice_from(s, n);
	return slice_trim(slice_part(s, 0, n));
}

/* From its opening quote on; one that is never closed ends with the field. */
static struct slice
take_quoted(struct slice *rest, struct arena *arena)
{
	struct slice s = *rest;
	size_t end = 1, n = 0;
	char *p;

	while (end < s.n && s.p[end] != '"')
		end += s.p[end] == '\\' && end + 1 < s.n ? 2 : 1;
	p = arena_alloc(arena, end);
	for (size_t i = 1; i < end; i++) {
		i += s.p[i] == '\\' && i + 1 < end;
		p[n++] = s.p[i];
	}
	*rest = slice_from(s, end + 1);
	return slice_make(p, n);
}

/* `name` or `name=value`, up to one of `ends`; the value perhaps in quotes. */
static struct slice
take_pair(struct slice *rest, struct slice *value, const char *ends, struct arena *arena)
{
	struct slice name = take_until(rest, "=;,");

	*value = SLICE_NONE;
	if (!slice_starts(*rest, SLICE("=")))
		return name;
	*rest = slice_skip(slice_from(*rest, 1), " \t");
	if (slice_starts(*rest, SLICE("\""))) {
		*value = take_quoted(rest, arena);
		take_until(rest, ends);
	} else {
		*value = take_until(rest, ends);
	}
	return name;
}

/* --- how long caches keep it (RFC 9111 section 5.2.2) --------------------------- */

/* Seconds; 0: nothing is said, or that they do not. */
static int64_t
kept(struct slice cache_control, struct arena *arena)
{
	int64_t age = -1, shared_age = -1;

	while (cache_control.n) {
		struct slice value;
		struct slice name = take_pair(&cache_control, &value, ",", arena);

		if (slice_is_nocase(name, "no-store") ||
		    slice_is_nocase(name, "no-cache"))
			return 0;
		if (slice_is_nocase(name, "max-age"))
			age = http_seconds(value);
		if (slice_is_nocase(name, "s-maxage"))
			shared_age = http_seconds(value);
		cache_control = slice_skip(cache_control, ",; \t");
	}
	age = shared_age >= 0 ? shared_age : age;
	return age > 0 ? age : 0;
}

static struct slice
span(int64_t sec, struct arena *arena)
{
	return sec < 60 ? arena_printf(arena, "%lld s", (long long)sec)
			: arena_printf(arena, "%lld min", ((long long)sec + 59) / 60);
}

/* "; a cache in front keeps it 10 min and has had it for 4 min" */
static struct slice
cache_clause(const struct http_answer *answer, struct arena *arena)
{
	int64_t keeps = kept(answer->cache_control, arena), age = answer->age;
	struct slice keeping = span(keeps, arena), had = span(age, arena);

	if (keeps && age > 0)
		return arena_printf(arena,
		    "; a cache in front keeps it %.*s and has had it for %.*s",
		    SLICE_ARG(keeping), SLICE_ARG(had));
	if (keeps)
		return arena_printf(arena, "; a cache in front %s it %.*s",
		    age < 0 ? "may keep" : "keeps", SLICE_ARG(keeping));
	if (age > 0)
		return arena_printf(
		    arena, "; a cache in front has had it for %.*s", SLICE_ARG(had));
	return SLICE_NONE;
}

/* --- which version it is ---------------------------------------------------------- */

/* "the version of 09:07", with the day if that is not the day of the answer. */
static struct slice
version(const struct judge *j)
{
	const struct zone *zone = j->wanted->zone;
	struct civil then, today;
	struct date date;
	struct err err;

	if (j->answer->last_modified.n == 0 ||
	    date_parse(&date, j->answer->last_modified, zone, &err) < 0 || !date.known)
		return SLICE("another version");
	zone_civil(zone, date.sec, &then);
	zone_civil(zone, j->answer->date, &today);
	if (then.year == today.year && then.month == today.month && then.day == today.day)
		return arena_printf(
		    j->arena, "the version of %02d:%02d", then.hour, then.minute);
	return arena_printf(j->arena, "the version of %04d-%02d-%02d %02d:%02d",
	    then.year, then.month, then.day, then.hour, then.minute);
}

static void
judge_stale(const struct judge *j)
{
	struct slice which = version(j), cache = cache_clause(j->answer, j->arena);

	j->found->live = LIVE_STALE;
	j->found->sentence = arena_printf(j->arena, "%.*s still serves %.*s%.*s",
	    SLICE_ARG(j->wanted->url), SLICE_ARG(which), SLICE_ARG(cache));
}

/* --- what is wrong -------------------------------------------------------------------- */

static void
judge_wrong(const struct judge *j)
{
	const struct http_answer *answer = j->answer;
	struct slice url = j->wanted->url;
	struct slice to = shown(j->arena, answer->location);

	j->found->live = LIVE_WRONG;
	if (answer->end != HTTP_ANSWERED)
		j->found->sentence =
		    arena_printf(j->arena, "%.*s cannot be fetched: %.*s", SLICE_ARG(url),
			SLICE_ARG(answer->why));
	else if (answer->status / 100 == 3 && to.n)
		j->found->sentence = arena_printf(j->arena,
		    "%.*s redirects to %.*s; hubs and readers need the feed at the "
		    "address "
		    "itself",
		    SLICE_ARG(url), SLICE_ARG(to));
	else
		j->found->sentence =
		    arena_printf(j->arena, "%.*s answers %d instead of the feed",
			SLICE_ARG(url), answer->status);
}

/* --- what a subscriber would stumble over ------------------------------------------ */

static void
warn(const struct judge *j, const char *what, struct slice which)
{
	which = shown(j->arena, which);
	slices_add(&j->found->warning, j->arena,
	    arena_printf(j->arena, "%.*s %s%.*s", SLICE_ARG(j->wanted->url), what,
		SLICE_ARG(which)));
}

static void
look_at_type(const struct judge *j)
{
	struct slice all = j->answer->type;
	struct slice type = slice_trim(slice_part(all, 0, slice_index(all, ';')));

	if (slice_is_nocase(type, j->wanted->type))
		return;
	warn(j, type.n ? "has the wrong Content-Type " : "has no Content-Type", type);
}

static void
look_at_validators(const struct judge *j)
{
	if (j->answer->etag.n == 0 && j->answer->last_modified.n == 0)
		warn(j,
		    "has no ETag and no Last-Modified, so that it is fetched whole each "
		    "time",
		    SLICE_NONE);
}

struct link {
	struct slice target, rel, anchor;
	bool has_anchor;
};

static void
take_parameters(struct slice *rest, struct link *link, struct arena *arena)
{
	while (slice_starts(*rest = slice_skip(*rest, " \t"), SLICE(";"))) {
		struct slice value, name;

		*rest = slice_from(*rest, 1);
		name = take_pair(rest, &value, ";,", arena);
		if (slice_is_nocase(name, "rel") && link->rel.n == 0)
			link->rel = value;
		if (slice_is_nocase(name, "anchor")) {
			link->anchor = value;
			link->has_anchor = true;
		}
	}
}

/* Take a link off the field's value (appendix B.2); false at the end, or at what is none. */
static bool
take_link(struct slice *rest, struct link *link, struct arena *arena)
{
	size_t end;

	*link = (struct link){0};
	*rest = slice_skip(*rest, " \t,");
	end = slice_index(*rest, '>');
	if (!slice_starts(*rest, SLICE("<")) || end == rest->n)
		return false;
	link->target = slice_trim(slice_part(*rest, 1, end));
	*rest = slice_from(*rest, end + 1);
	take_parameters(rest, link, arena);
	take_until(rest, ",");
	return true;
}

static bool
has_rel(const struct link *link, const char *name)
{
	struct slice words = link->rel, word;

	while (words = slice_skip(words, " \t"), words.n) {
		word = take_until(&words, " \t");
		if (slice_is_nocase(word, name))
			return true;
	}
	return false;
}

static bool
is_same(const struct judge *j, struct slice target, struct slice url)
{
	struct slice a = uri_resolve(j->arena, j->wanted->url, target);
	struct slice b = uri_http(j->arena, url);

	return a.n > 0 && slice_eq(a, b);
}

static bool
is_ours(const struct judge *j, struct slice target)
{
	for (size_t i = 0; i < j->wanted->hub.n; i++)
		if (is_same(j, target, j->wanted->hub.v[i]))
			return true;
	return false;
}

/* The first of each kind: there may be thousands. */
struct links {
	size_t selves;
	bool other, foreign;
};

static void
look_at_link(const struct judge *j, const struct link *link, struct links *seen)
{
	if (link->has_anchor && !is_same(j, link->anchor, j->wanted->url))
		return;
	if (has_rel(link, "self")) {
		if (!seen->other && !is_same(j, link->target, j->wanted->url)) {
			seen->other = true;
			warn(j, "has a Link header with another self, ", link->target);
		}
		if (++seen->selves == 2)
			warn(j, "has Link headers with more than one self", SLICE_NONE);
	}
	if (!seen->foreign && has_rel(link, "hub") && !is_ours(j, link->target)) {
		seen->foreign = true;
		warn(j, "has a Link header with a hub that is not configured, ",
		    link->target);
	}
}

static void
look_at_links(const struct judge *j)
{
	struct links seen = {0};
	struct link link;

	for (size_t i = 0; i < j->answer->link.n; i++) {
		struct slice rest = j->answer->link.v[i];

		while (take_link(&rest, &link, j->arena))
			look_at_link(j, &link, &seen);
	}
}

/* --- all of it ------------------------------------------------------------------------- */

void
live_judge(const struct live_wanted *wanted, const struct http_answer *answer,
    struct arena *arena, struct live_found *found)
{
	const struct judge j = {wanted, answer, arena, found};
	bool whole = answer->end == HTTP_ANSWERED;
	bool longer = answer->end == HTTP_TOO_LONG && answer->bytes > 0;

	*found = (struct live_found){.live = LIVE};
	if (answer->status != 200 || !(whole || longer)) {
		judge_wrong(&j);
	} else if (longer || !digest_eq(&wanted->digest, &answer->digest)) {
		judge_stale(&j);
	} else {
		look_at_type(&j);
		look_at_validators(&j);
		look_at_links(&j);
	}
}
