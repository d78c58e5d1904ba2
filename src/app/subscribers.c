#include "app/subscribers.h"

#include "app/json_shown.h"
#include "app/report.h"
#include "base/uri.h"
#include "base/utf8.h"
#include "output/format.h"
#include "push/audience.h"
#include "push/lines.h"

#include <curl/curl.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct tally {
	const struct config *config;
	struct slice base; /* path of [output] url, decoded */
	struct audience *audience;
	size_t lines, broken, other;
	int64_t first, last;
	struct arena *arena; /* of a line, then of a row */
	struct audience_feed **feed;
	size_t feeds;
};

/* --- which document ------------------------------------------------------- */

static struct slice
percent_decode(struct arena *arena, struct slice s)
{
	struct slice plain;
	char *p;
	int n = 0;

	if (slice_index(s, '%') == s.n)
		return s;
	p = curl_easy_unescape(NULL, s.p, (int)s.n, &n);
	plain = arena_copy(arena, slice_make(p, (size_t)n));
	curl_free(p);
	return plain;
}

/* Is `key` the path of the feed, or of one of its terms? */
static bool
is_key(const struct config_feed *feed, struct slice key)
{
	const struct slice mark = SLICE(":term");
	size_t at = feed->for_each < 0 ? feed->path.n : slice_find(feed->path, mark);
	struct slice before = slice_part(feed->path, 0, at);
	struct slice after = slice_from(feed->path, at + mark.n), term;

	if (at == feed->path.n)
		return slice_eq(key, feed->path);
	if (key.n <= before.n + after.n || !slice_starts(key, before) ||
	    !slice_ends(key, after))
		return false;
	term = slice_part(key, before.n, key.n - after.n);
	return slice_index(term, '/') == term.n && term.n <= NAME_MAX;
}

static bool
is_document(const struct config *c, struct slice path)
{
	for (size_t i = 0; i < formats_n; i++) {
		struct slice extension = slice_str(formats[i].extension);
		size_t n = path.n - extension.n - 1;

		if (path.n <= extension.n || path.p[n] != '.' ||
		    !slice_ends(path, extension))
			continue;
		for (size_t k = 0; k < c->feeds; k++)
			if (c->feed[k].formats & formats[i].bit &&
			    is_key(&c->feed[k], slice_part(path, 0, n)))
				return true;
	}
	return false;
}

/* The path below [output] dir of the feed that was asked for; none if it was none. */
static struct slice
find_document(const struct tally *t, struct slice target)
{
	static const struct slice siblings[] = {{".gz", 3}, {".br", 3}, {".zst", 4}};
	struct uri uri;
	struct slice path;

	uri_split(target, &uri);
	path = percent_decode(t->arena, uri.path);
	if (!slice_starts(path, t->base))
		return SLICE_NONE;
	path = slice_from(path, t->base.n);
	for (size_t i = 0; i < sizeof siblings / sizeof *siblings; i++) {
		if (slice_ends(path, siblings[i])) {
			path.n -= siblings[i].n;
			break;
		}
	}
	return is_document(t->config, path) ? path : SLICE_NONE;
}

/* --- reading -------------------------------------------------------------- */

static void
count_line(struct tally *t, struct slice line)
{
	struct access access;
	struct slice document;

	arena_reset(t->arena);
	t->lines++;
	if (!access_parse(&access, line, t->arena)) {
		t->broken++;
		return;
	}
	if (t->lines - t->broken == 1)
		t->first = t->last = access.time;
	t->first = access.time < t->first ? access.time : t->first;
	t->last = access.time > t->last ? access.time : t->last;
	document = find_document(t, access.target);
	if (!document.n || !audience_add(t->audience, document, &access))
		t->other++;
}

static int
count_log(struct tally *t, const char *path, struct err *err)
{
	struct lines *lines;
	struct slice line;
	int rc;

	if (lines_open(&lines, path, err) < 0)
		return -1;
	while ((rc = lines_next(lines, &line, err)) > 0)
		count_line(t, line);
	lines_close(lines);
	return rc;
}

struct log {
	const char *path;
	size_t place;
	int64_t time; /* of its first line; INT64_MAX: unknown */
};

/* Standard input cannot be read twice, so it is not looked at. */
static int64_t
first_time(const char *path, struct arena *arena)
{
	enum { LOOK = 100 };
	struct access access = {.time = INT64_MAX};
	struct lines *lines;
	struct slice line;
	struct err err;
	bool found = false;

	if (strcmp(path, "-") == 0 || lines_open(&lines, path, &err) < 0)
		return INT64_MAX;
	for (int i = 0; i < LOOK && !found && lines_next(lines, &line, &err) > 0; i++)
		found = access_parse(&access, line, arena);
	lines_close(lines);
	return found ? access.time : INT64_MAX;
}

static int
by_time(const void *left, const void *right)
{
	const struct log *a = left, *b = right;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

/* All of them; -1 and the first reason when one could not be read. */
static int
count_logs(struct tally *t, const struct slices *paths, struct err *err)
{
	struct arena *arena = arena_new();
	struct log *log = arena_array(arena, paths->n, sizeof *log);
	struct err each;
	int rc = 0;

	for (size_t i = 0; i < paths->n; i++) {
		log[i].path = arena_cstr(arena, paths->v[i]);
		log[i].place = i;
		log[i].time = first_time(log[i].path, arena);
	}
	qsort(log, paths->n, sizeof *log, by_time);
	for (size_t i = 0; i < paths->n; i++) {
		if (count_log(t, log[i].path, &each) == 0)
			continue;
		if (rc == 0)
			*err = each;
		rc = -1;
	}
	arena_free(arena);
	return rc;
}

/* --- for people ----------------------------------------------------------- */

static void
write_claims(struct buf *out, const struct audience_feed *f)
{
	for (size_t i = 0; i < f->claims; i++) {
		const struct audience_claim *c = f->claim[i];

		buf_printf(out, "%11lld  ", (long long)c->subscribers);
		utf8_show(out, c->program.n ? c->program : SLICE("(no name)"));
		if (c->feed_id.n) {
			buf_str(out, ", feed id ");
			utf8_show(out, c->feed_id);
		}
		buf_str(out, c->hub ? " (a hub)\n" : "\n");
	}
}

static void
write_row(struct buf *out, const struct tally *t, const struct audience_feed *f)
{
	const struct slice hub =
	    f->hub_fetches ? report_time(t->config, f->hub_last, t->arena) : SLICE("-");

	buf_printf(out, "%11lld %7zu %8zu %8zu %4zu%% %6zu %6zu %11llu %6zu  %-25.*s  ",
	    (long long)f->subscribers, f->pollers, f->ok, f->unmodified,
	    100 * f->unmodified / (f->ok + f->unmodified), f->other, f->unconditional,
	    (unsigned long long)f->wasted, f->hub_fetches, SLICE_ARG(hub));
	utf8_show(out, f->document);
	buf_char(out, '\n');
}

static void
write_table(struct buf *out, const struct tally *t, bool verbose)
{
	enum { SHOWN = 20 };
	size_t shown = verbose || t->feeds < SHOWN ? t->feeds : SHOWN;

	if (shown)
		buf_printf(out, "%11s %7s %8s %8s %5s %6s %6s %11s %6s  %-25s  %s\n",
		    "subscribers", "pollers", "200", "304", "304%", "other", "uncond",
		    "wasted", "hubs", "last hub fetch", "feed");
	for (size_t i = 0; i < shown; i++) {
		arena_reset(t->arena);
		write_row(out, t, t->feed[i]);
		if (verbose)
			write_claims(out, t->feed[i]);
	}
	if (shown < t->feeds)
		buf_printf(out, "... and %zu more, with --verbose\n", t->feeds - shown);
}

static void
write_text(struct buf *out, const struct tally *t, bool verbose)
{
	size_t beyond = audience_beyond(t->audience);

	write_table(out, t, verbose);
	buf_printf(out, "other requests: %zu\n", t->other);
	if (beyond)
		buf_printf(out,
		    "room for %d pollers was not enough: %zu later polls are in the "
		    "answers only\n",
		    AUDIENCE_MAX, beyond);
	if (t->broken)
		buf_printf(
		    out, "lines that are not in the combined format: %zu\n", t->broken);
	if (t->lines > t->broken)
		buf_printf(out, "lines: %zu, from %.*s to %.*s\n", t->lines,
		    SLICE_ARG(report_time(t->config, t->first, t->arena)),
		    SLICE_ARG(report_time(t->config, t->last, t->arena)));
}

/* --- for programs --------------------------------------------------------- */

static json_t *
count_of(size_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *
feed_json(const struct audience_feed *f)
{
	json_t *claims = json_array();

	for (size_t i = 0; i < f->claims; i++) {
		const struct audience_claim *c = f->claim[i];

		json_array_append_new(
		    claims, json_pack("{s:o, s:o, s:I, s:I, s:b}", "program",
				json_shown(c->program), "feed_id",
				c->feed_id.n ? json_shown(c->feed_id) : json_null(),
				"subscribers", (json_int_t)c->subscribers, "at",
				(json_int_t)c->when, "hub", c->hub));
	}
	return json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o}",
	    "path", json_shown(f->document), "subscribers", (json_int_t)f->subscribers,
	    "pollers", count_of(f->pollers), "ok", count_of(f->ok), "not_modified",
	    count_of(f->unmodified), "other", count_of(f->other), "unconditional",
	    count_of(f->unconditional), "wasted", (json_int_t)f->wasted, "hub_fetches",
	    count_of(f->hub_fetches), "hub_last",
	    f->hub_fetches ? json_integer(f->hub_last) : json_null(), "claims", claims);
}

static void
write_json(struct buf *out, const struct tally *t)
{
	bool any = t->lines > t->broken;
	json_t *feeds = json_array(), *o;

	for (size_t i = 0; i < t->feeds; i++)
		json_array_append_new(feeds, feed_json(t->feed[i]));
	o = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "lines", count_of(t->lines),
	    "broken", count_of(t->broken), "other_requests", count_of(t->other), "beyond",
	    count_of(audience_beyond(t->audience)), "from",
	    any ? json_integer(t->first) : json_null(), "to",
	    any ? json_integer(t->last) : json_null(), "feeds", feeds);
	json_shown_write(out, o);
}

int
subscribers_write(struct buf *out, const struct config *config, const struct slices *logs,
    bool json, bool verbose, struct err *err)
{
	struct arena *arena = arena_new();
	struct tally t = {.config = config,
	    .audience = audience_new(AUDIENCE_MAX),
	    .arena = arena_new()};
	struct uri uri;
	int rc;

	uri_split(config->output.url, &uri);
	t.base = percent_decode(arena, uri.path);
	rc = count_logs(&t, logs, err);
	t.feed = audience_finish(t.audience, t.last, &t.feeds);
	if (json)
		write_json(out, &t);
	else
		write_text(out, &t, verbose);
	audience_free(t.audience);
	arena_free(t.arena);
	arena_free(arena);
	return rc;
}
