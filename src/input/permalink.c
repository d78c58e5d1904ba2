#include "input/permalink.h"

#include "base/buf.h"
#include "base/uri.h"
#include "base/utf8.h"

#include <string.h>

/* Where the last `c` stands; s.n when there is none. */
static size_t
last_index(struct slice s, char c)
{
	const char *at = s.n ? memrchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

static struct slice
folder_of(struct slice path)
{
	size_t slash = last_index(path, '/');

	return slice_part(path, 0, slash < path.n ? slash : 0);
}

static struct slice
basename_of(struct slice path)
{
	size_t slash = last_index(path, '/'), dot;

	if (slash < path.n)
		path = slice_from(path, slash + 1);
	dot = last_index(path, '.');
	return dot > 0 ? slice_part(path, 0, dot) : path;
}

/* Digits, from `least` to `most` of them, and a '-' behind them; 0 when not. */
static size_t
number_part(struct slice s, size_t least, size_t most)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n >= least && n <= most && n < s.n && s.p[n] == '-' ? n + 1 : 0;
}

/* "2024-02-28-" or "2024-2-8-", with something behind it, as Jekyll has it. */
static struct slice
without_date(struct slice name)
{
	static const size_t digits[3][2] = {{4, 4}, {1, 2}, {1, 2}};
	struct slice rest = name;

	for (int i = 0; i < 3; i++) {
		size_t n = number_part(rest, digits[i][0], digits[i][1]);

		if (!n)
			return name;
		rest = slice_from(rest, n);
	}
	return rest.n ? rest : name;
}

struct slice
permalink_slug(struct slice path)
{
	return without_date(basename_of(path));
}

enum { DAY = 86400 };

struct making {
	struct arena *arena;
	const struct article *article;
	struct civil local;
	struct civil thursday; /* of its week, which is in the week's year */
	struct buf out;
};

static int
day_of_year(const struct civil *c)
{
	const struct civil first = {.year = c->year, .month = 1, .day = 1};

	return (int)((civil_seconds(c) - civil_seconds(&first)) / DAY) + 1;
}

/* Monday is 1. */
static int
day_of_week(const struct civil *c)
{
	return c->weekday ? c->weekday : 7;
}

static void
find_day(struct making *m, const struct zone *zone, int64_t sec)
{
	zone_civil(zone, sec, &m->local);
	civil_from_seconds(
	    civil_seconds(&m->local) + (4 - day_of_week(&m->local)) * (int64_t)DAY,
	    &m->thursday);
}

static void
add_categories(struct making *m)
{
	for (size_t i = 0; i < m->article->categories.n; i++) {
		struct slice c = uri_encode_segment(
		    m->arena, utf8_fold(m->arena, m->article->categories.v[i]));

		buf_printf(&m->out, "%s%.*s", i ? "/" : "", SLICE_ARG(c));
	}
}

/* The values of Jekyll's placeholders; longest names first, as they share
 * beginnings. */
static size_t
add_placeholder(struct making *m, struct slice at)
{
	const struct article *a = m->article;
	static const char *const months[] = {"January", "February", "March", "April",
	    "May", "June", "July", "August", "September", "October", "November",
	    "December"};
	static const char *const days[] = {
	    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
	const struct civil *c = &m->local, *t = &m->thursday;
	struct slice slug = a->slug.n ? a->slug : permalink_slug(a->path);
	struct slice month = slice_str(months[c->month - 1]);
	struct slice day = slice_str(days[c->weekday]);
	const struct {
		const char *name;
		int number, width;
		struct slice text;
	} table[] = {
	    {":short_month", 0, 0, slice_part(month, 0, 3)},
	    {":short_year", c->year % 100, 2, SLICE_NONE},
	    {":output_ext", 0, 0, SLICE(".html")},
	    {":categories", -1, 0, SLICE_NONE},
	    {":long_month", 0, 0, month},
	    {":short_day", 0, 0, slice_part(day, 0, 3)},
	    {":basename", 0, 0, basename_of(a->path)},
	    {":long_day", 0, 0, day},
	    {":i_month", c->month, 1, SLICE_NONE},
	    {":minute", c->minute, 2, SLICE_NONE},
	    {":second", c->second, 2, SLICE_NONE},
	    {":i_day", c->day, 1, SLICE_NONE},
	    {":month", c->month, 2, SLICE_NONE},
	    {":w_year", t->year, 4, SLICE_NONE},
	    {":title", 0, 0, slug},
	    {":y_day", day_of_year(c), 3, SLICE_NONE},
	    {":w_day", day_of_week(c), 1, SLICE_NONE},
	    {":week", (day_of_year(t) + 6) / 7, 2, SLICE_NONE},
	    {":year", c->year, 4, SLICE_NONE},
	    {":hour", c->hour, 2, SLICE_NONE},
	    {":slug", 0, 0, slug},
	    {":path", 0, 0, folder_of(a->path)},
	    {":day", c->day, 2, SLICE_NONE},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (!slice_starts(at, slice_str(table[i].name)))
			continue;
		if (table[i].number < 0)
			add_categories(m);
		else if (table[i].width)
			buf_printf(&m->out, "%0*d", table[i].width, table[i].number);
		else
			buf_slice(&m->out, uri_encode_path(m->arena, table[i].text));
		return strlen(table[i].name);
	}
	return 0;
}

/* Slashes that an empty placeholder left side by side become one. */
static struct slice
single_slashes(struct arena *arena, struct slice path)
{
	char *p = arena_alloc(arena, path.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] != '/' || n == 0 || p[n - 1] != '/')
			p[n++] = path.p[i];
	return slice_make(p, n);
}

static bool
is_pattern(struct slice s)
{
	return s.p[0] == ':' || slice_find(s, SLICE("/:")) < s.n;
}

static struct slice
expand(struct making *m, struct slice pattern)
{
	struct slice path;

	buf_init(&m->out, 16 * 1024);
	while (pattern.n) {
		size_t taken = pattern.p[0] == ':' ? add_placeholder(m, pattern) : 0;

		if (!taken) {
			buf_char(&m->out, pattern.p[0]);
			taken = 1;
		}
		pattern = slice_from(pattern, taken);
	}
	path = single_slashes(m->arena, buf_view(&m->out));
	buf_fini(&m->out);
	return path;
}

struct slice
permalink_make(struct arena *arena, const struct config_site *site, struct slice pattern,
    const struct article *article)
{
	struct making m = {.arena = arena, .article = article};
	struct slice own = article->permalink, path;

	if (own.n && !is_pattern(own)) {
		path = uri_http(arena, own);
		if (path.n)
			return path;
		path = own;
	} else {
		find_day(&m, site->zone, article->published.sec);
		path = expand(&m, own.n ? own : pattern);
	}
	while (path.n && path.p[0] == '/')
		path = slice_from(path, 1);
	return uri_resolve(
	    arena, site->url, arena_printf(arena, "./%.*s", SLICE_ARG(path)));
}
