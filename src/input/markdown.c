#include "input/markdown.h"

#include "input/kramdown.h"
#include "input/piece.h"

#include <limits.h>
#include <md4c-html.h>
#include <stdint.h>

static const unsigned flavour = MD_FLAG_TABLES | MD_FLAG_TASKLISTS |
				MD_FLAG_STRIKETHROUGH | MD_FLAG_PERMISSIVEAUTOLINKS;

/*
 * md4c's time grows with the square of what may be a link in one paragraph,
 * times its lines; and its output with the length of a link definition times
 * the number of its uses, or a table's head times its lines. Some 10^9 of the
 * first take half a second.
 */
static const uint64_t max_work = 1000 * 1000 * 1000;
static const uint64_t max_growth = 128 * 1024 * 1024;
enum {
	SMALL = 64 * 1024, /* below, even the worst of links takes 0.1 s */
	CELL = 10,         /* bytes of an empty <td> */
};

static bool
may_link(char c)
{
	return slice_one_of(c, "[]<:@.!`");
}

static uint64_t
count(struct slice s, char c)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/* The largest product of one paragraph. CR ends lines too. */
static uint64_t
work_of(struct slice text)
{
	uint64_t links = 0, lines = 1, worst = 0;
	struct slice line;

	while (slice_line(&text, &line)) {
		if (slice_trim(line).n == 0)
			links = lines = 0;
		lines += 1 + count(line, '\r');
		for (size_t i = 0; i < line.n; i++)
			links += may_link(line.p[i]);
		if (links * (links + lines) > worst)
			worst = links * (links + lines);
	}
	return worst;
}

/* How much all uses of the longest possible definition might give. */
static uint64_t
growth_of(struct slice text)
{
	uint64_t uses = 0, paragraph = 0, longest = 0;
	bool defines = false;
	struct slice line, needle = SLICE("]:");

	while (slice_line(&text, &line)) {
		if (slice_trim(line).n == 0) {
			paragraph = 0;
			defines = false;
		}
		paragraph += line.n;
		defines |= slice_find(line, needle) < line.n;
		if (defines && paragraph > longest)
			longest = paragraph;
		for (size_t i = 0; i < line.n; i++)
			uses += line.p[i] == '[';
	}
	return longest * uses;
}

/* What the largest table in one paragraph might give: each of its rows is
 * filled up to the width of its head. */
static uint64_t
table_of(struct slice text)
{
	uint64_t columns = 0, lines = 0, worst = 0;
	struct slice line;

	while (slice_line(&text, &line)) {
		uint64_t n = count(line, '|') + 1;

		if (slice_trim(line).n == 0)
			columns = lines = 0;
		lines += 1 + count(line, '\r');
		if (n > columns)
			columns = n;
		if (columns * lines > worst)
			worst = columns * lines;
	}
	return worst * CELL;
}

static bool
is_too_much(struct slice text)
{
	if (text.n > UINT_MAX / 2)
		return true;
	if (text.n > SMALL && work_of(text) > max_work)
		return true;
	if (slice_index(text, '|') < text.n && table_of(text) > max_growth)
		return true;
	return slice_find(text, SLICE("]:")) < text.n && growth_of(text) > max_growth;
}

/* md4c hands raw HTML over in pieces of its own, so a mark is one whole. */
static void
append(const MD_CHAR *p, MD_SIZE n, void *ctx)
{
	struct buf *out = ctx;

	if (!out->full && !slice_eq(slice_make(p, n), SLICE(KRAMDOWN_MARK)))
		buf_add(out, p, n);
}

int
markdown_html(struct buf *out, struct slice text, struct arena *arena, struct err *err)
{
	text = kramdown_plain(text, arena);
	if (is_too_much(text))
		return err_set(err, ERR_LIMIT,
		    "its Markdown has a paragraph with too many links, lines or cells");
	if (text.n && md_html(text.p, (MD_SIZE)text.n, append, out, flavour,
			  MD_HTML_FLAG_VERBATIM_ENTITIES) != 0)
		return err_set(err, ERR_LIMIT, "its Markdown is too large to parse");
	if (out->full)
		return err_set(
		    err, ERR_LIMIT, "its HTML is larger than %zu bytes", out->max);
	return 0;
}

struct slice
markdown_excerpt(struct slice text)
{
	size_t n = kramdown_more(text);

	return n < text.n ? slice_part(text, 0, n) : SLICE_NONE;
}

static bool
is_heading(struct slice line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == '#')
		n++;
	return n >= 1 && n <= 6 && n + 1 < line.n && line.p[n] == ' ';
}

/* **so**, no row of stars. */
static bool
has_strong(struct slice line)
{
	size_t open = slice_find(line, SLICE("**"));
	struct slice in = slice_from(line, open + 2);

	return in.n && in.p[0] != '*' && in.p[0] != ' ' &&
	       slice_find(in, SLICE("**")) < in.n;
}

static bool
has_link(struct slice line)
{
	size_t middle = slice_find(line, SLICE("]("));

	return slice_index(line, '[') < middle && middle < line.n &&
	       slice_index(slice_from(line, middle), ')') < line.n - middle;
}

static bool
is_fence(struct slice line)
{
	return slice_starts(line, SLICE("```")) || slice_starts(line, SLICE("~~~"));
}

bool
markdown_looks_like(struct slice text)
{
	enum { ENOUGH = 2 };
	size_t signs = 0, indented = 0;
	struct slice line;

	while (slice_line(&text, &line)) {
		indented += slice_starts(line, SLICE("\u3000"));
		signs += is_heading(line) || is_fence(line) || has_link(line) ||
				 has_strong(line)
			     ? ENOUGH
			     : piece_bullet(line) > 0;
	}
	return signs >= ENOUGH && signs > indented;
}
