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

/* Of its week, which is in the week's year. */
static struct civil
thursday_of(const struct civil *c)
{
	struct civil thursday;

	civil_from_seconds(
	    civil_seconds(c) + (4 - day_of_week(c)) * (int64_t)DAY, &thursday);
	return thursday;
}

struct making {
	struct arena *arena;
	const struct article *article;
	struct buf out;
};

static void
add_categories(struct making *m)
{
	for (size_t i = 0; i < m->article->categories.n; i++) {
		struct slice c = uri_encode_segment(
		    m->arena, utf8_fold(m->arena, m->article->categories.v[i]));

		buf_printf(&m->out, "%s%.*s", i ? "/" : "", SLICE_ARG(c));
	}
}

struct placeholder {
	const char *name;
	int number, width; /* width 0: the text; number -1: the categories */
	struct slice text;
};

/* Add what the one stands for that `at` starts with; its length, or 0. */
static size_t
add_placeholder(struct making *m, const struct placeholder *p, struct slice at)
{
	while (p->name && !slice_starts(at, slice_str(p->name)))
		p++;
	if (!p->name)
		return 0;
	if (p->number < 0)
		add_categories(m);
	else if (p->width)
		buf_printf(&m->out, "%0*d", p->width, p->number);
	else
		buf_slice(&m->out, uri_encode_path(m->arena, p->text));
	return strlen(p->name);
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
fill(struct making *m, const struct placeholder *table, struct slice pattern)
{
	struct slice path;

	buf_init(&m->out, 16 * 1024);
	while (pattern.n) {
		size_t taken =
		    pattern.p[0] == ':' ? add_placeholder(m, table, pattern) : 0;

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

/* The values of Jekyll's placeholders; longest names first, as they share
 * beginnings. */
static struct slice
expand(struct arena *arena, struct slice pattern, const struct article *a,
    const struct civil *c)
{
	static const char *const months[] = {"January", "February", "March", "April",
	    "May", "June", "July", "August", "September", "October", "November",
	    "December"};
	static const char *const days[] = {
	    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
	struct civil thursday = thursday_of(c);
	struct slice slug = a->slug.n ? a->slug : permalink_slug(a->path);
	struct slice month = slice_str(months[c->month - 1]);
	struct slice day = slice_str(days[c->weekday]);
	const struct placeholder table[] = {
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
	    {":w_year", thursday.year, 4, SLICE_NONE},
	    {":title", 0, 0, slug},
	    {":y_day", day_of_year(c), 3, SLICE_NONE},
	    {":w_day", day_of_week(c), 1, SLICE_NONE},
	    {":week", (day_of_year(&thursday) + 6) / 7, 2, SLICE_NONE},
	    {":year", c->year, 4, SLICE_NONE},
	    {":hour", c->hour, 2, SLICE_NONE},
	    {":slug", 0, 0, slug},
	    {":path", 0, 0, folder_of(a->path)},
	    {":day", c->day, 2, SLICE_NONE},
	    {0},
	};

	return fill(&(struct making){.arena = arena, .article = a}, table, pattern);
}

struct slice
permalink_make(struct arena *arena, const struct config_site *site, struct slice pattern,
    const struct article *article)
{
	struct slice own = article->permalink, path;
	struct civil local;

	if (own.n && !is_pattern(own)) {
		path = uri_http(arena, own);
		if (path.n)
			return path;
		path = own;
	} else {
		zone_civil(site->zone, article->published.sec, &local);
		path = expand(arena, own.n ? own : pattern, article, &local);
	}
	while (path.n && path.p[0] == '/')
		path = slice_from(path, 1);
	return uri_resolve(
	    arena, site->url, arena_printf(arena, "./%.*s", SLICE_ARG(path)));
}
