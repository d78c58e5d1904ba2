#include "input/summary.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "input/text.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

static const struct pair {
	uint32_t open, close;
} pairs[] = {
    {0x300A, 0x300B}, /* 《》 */
    {0x300C, 0x300D}, /* 「」 */
    {0x300E, 0x300F}, /* 『』 */
    {0x201C, 0x201D}, /* “” */
};
enum {
	PAIRS = sizeof pairs / sizeof *pairs,
	FEW = 10, /* characters that say too little to stand alone */
};

/* 。！？…．and what may close behind them: 》」』”’） */
static const uint32_t stops[] = {0x3002, 0xFF01, 0xFF1F, 0x2026, 0xFF0E, '.', '!', '?'};
static const uint32_t closers[] = {
    0x300B, 0x300D, 0x300F, 0x201D, 0x2019, 0xFF09, ')', '"', '\''};
static const uint32_t openers[] = {0x300A, 0x300C, 0x300E, 0x201C, 0x2018, 0xFF08, '('};
/* ，、；：— */
static const uint32_t pauses[] = {
    0xFF0C, 0x3001, 0xFF1B, 0xFF1A, 0x2014, ',', ';', ':', '-'};

/* What stands before a name in a byline. */
static const char *const roles[] = {"作者", "记者", "文", "by"};

static bool
among(uint32_t c, const uint32_t *set, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (set[i] == c)
			return true;
	return false;
}
#define AMONG(c, set) among((c), (set), sizeof(set) / sizeof *(set))

static bool
is_letter(uint32_t c)
{
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);

	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

static bool
is_mark(uint32_t c)
{
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);

	return c == 0x200D || /* joins emoji */
	       (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME);
}

/* Only the letters and digits of s, without case. */
static struct slice
letters(struct arena *arena, struct slice s)
{
	struct slice rest, result;
	struct buf out;

	if (s.n == 0)
		return s;
	rest = utf8_fold(arena, s);
	buf_init(&out, rest.n);
	while (rest.n) {
		uint32_t c = utf8_next(&rest);
		if (c != UTF8_BAD && is_letter(c))
			buf_utf8(&out, c);
	}
	result = arena_copy(arena, buf_view(&out));
	buf_fini(&out);
	return result;
}

/* Cut every `part` out of the bytes at *s, which are ours; did one stand there? */
static bool
cut_out(struct slice *s, struct slice part)
{
	char *p = (char *)s->p;
	struct slice rest = *s;
	size_t kept = 0, at;

	if (part.n == 0 || slice_find(rest, part) == rest.n)
		return false;
	while (rest.n) {
		at = slice_find(rest, part);
		memmove(p + kept, rest.p, at);
		kept += at;
		rest = slice_from(rest, at + part.n);
	}
	s->n = kept;
	return true;
}

/* What a leading line is compared with. */
struct heading {
	struct arena *arena;
	struct slice title;
	struct slices names;
	size_t longest; /* no line of more bytes repeats the heading */
};

static struct heading
heading_of(struct arena *arena, struct slice title, const struct people *authors)
{
	struct heading h = {.arena = arena, .title = letters(arena, title)};

	h.longest = 2 * title.n + 256;
	for (size_t i = 0; i < authors->n; i++) {
		slices_add(&h.names, arena, letters(arena, authors->v[i].name));
		h.longest += 2 * authors->v[i].name.n;
	}
	return h;
}

static bool
repeats(const struct heading *h, struct slice line)
{
	bool named = false;

	if (line.n > h->longest)
		return false;
	line = letters(h->arena, utf8_trim(line));
	if (line.n == 0 || slice_eq(line, h->title))
		return true;
	for (size_t i = 0; i < h->names.n; i++)
		named |= cut_out(&line, h->names.v[i]);
	for (size_t i = 0; named && i < sizeof roles / sizeof *roles; i++)
		cut_out(&line, slice_str(roles[i]));
	return named && line.n == 0;
}

static struct slice
without_heading(struct slice text, const struct heading *h)
{
	struct slice rest = text, line;

	while (slice_line(&rest, &line) && repeats(h, line))
		text = rest;
	return text;
}

/* The first `max` characters of text on one line; returns how many. */
static size_t
collect(struct slice text, uint32_t *to, size_t max)
{
	uint32_t gap = 0;
	size_t n = 0;

	while (text.n && n < max) {
		uint32_t c = utf8_next(&text);
		if (c == UTF8_BAD || c == 0x200B || c == 0xFEFF)
			continue;
		if (utf8_is_space(c)) {
			gap = c == '\n' || gap == '\n' ? '\n' : ' ';
			continue;
		}
		if (n && gap && !(gap == '\n' && text_joins(to[n - 1], c)))
			to[n++] = ' ';
		gap = 0;
		if (n < max)
			to[n++] = c;
	}
	return n;
}

/* Does c[i] end a sentence, and not an abbreviation or a number? */
static bool
is_stop(const uint32_t *c, size_t i)
{
	uint32_t next = c[i + 1];

	if (!AMONG(c[i], stops))
		return false;
	if (c[i] >= 0x80)
		return true;
	if (c[i] == '.' && i > 0 && c[i - 1] >= 'A' && c[i - 1] <= 'Z' &&
	    (i == 1 || !utf8_is_word(c[i - 2])))
		return false;
	return next == ' ' || utf8_is_cjk(next) || AMONG(next, closers) ||
	       AMONG(next, stops);
}

/* Between c[i - 1] and c[i]: white space, or CJK that may be parted. */
static bool
is_gap(const uint32_t *c, size_t i)
{
	if (c[i] == ' ' || c[i - 1] == ' ')
		return true;
	if (AMONG(c[i - 1], openers) || is_mark(c[i]))
		return false;
	return utf8_is_cjk(c[i - 1]) || utf8_is_cjk(c[i]);
}

static bool
is_inside_word(const uint32_t *c, size_t i)
{
	return (utf8_is_word(c[i - 1]) && utf8_is_word(c[i])) || is_mark(c[i]);
}

/* Which pairs stand open behind c, a bit for each. */
static unsigned
open_behind(unsigned open, uint32_t c)
{
	for (size_t k = 0; k < PAIRS; k++)
		if (c == pairs[k].open)
			open |= 1u << k;
		else if (c == pairs[k].close)
			open &= ~(1u << k);
	return open;
}

/* The last places of each kind, in characters from the start; 0 is none. */
struct places {
	size_t sentence, gap, elsewhere;
};

static size_t
best(const struct places *p)
{
	return p->sentence ? p->sentence : p->gap ? p->gap : p->elsewhere;
}

static void
note_place(struct places *p, const uint32_t *c, size_t n, bool sentence)
{
	if (sentence)
		p->sentence = n;
	if (is_gap(c, n))
		p->gap = n;
	else if (!is_inside_word(c, n))
		p->elsewhere = n;
}

/*
 * How many of more than `max` characters stay; 0 when there is no place to
 * cut. *whole: what stays ends with a sentence.
 */
static size_t
cut_at(const uint32_t *c, size_t max, bool *whole)
{
	struct places anywhere = {0}, outside = {0}, *use;
	bool stopped = false;
	unsigned open = 0;

	for (size_t n = 1; n <= max; n++) {
		uint32_t last = c[n - 1], next = c[n];
		bool sentence;

		open = open_behind(open, last);
		stopped = is_stop(c, n - 1) || (stopped && AMONG(last, closers));
		sentence = stopped && n > max / 2 && !AMONG(next, stops) &&
			   !AMONG(next, closers);
		note_place(&anywhere, c, n, sentence);
		if (!open)
			note_place(&outside, c, n, sentence);
	}
	use = best(&outside) > FEW ? &outside : &anywhere;
	*whole = use->sentence > 0;
	return best(use);
}

static bool
goes_before_ellipsis(uint32_t c)
{
	return c == ' ' || AMONG(c, pauses) || AMONG(c, stops);
}

struct slice
summary_make(struct arena *arena, struct slice text, struct slice title,
    const struct people *authors, size_t max)
{
	struct heading heading = heading_of(arena, title, authors);
	struct slice result = SLICE_NONE;
	struct buf out;
	uint32_t *c;
	size_t n;
	bool whole = true, lettered = false;

	text = without_heading(text, &heading);
	if (max > text.n)
		max = text.n;
	c = arena_array(arena, max + 2, sizeof *c); /* ends in 0 */
	n = collect(text, c, max + 1);
	if (n > max) {
		n = cut_at(c, max, &whole);
		while (!whole && n && goes_before_ellipsis(c[n - 1]))
			n--;
	}
	buf_init(&out, SIZE_MAX / 2);
	for (size_t i = 0; i < n; i++) {
		buf_utf8(&out, c[i]);
		lettered = lettered || is_letter(c[i]);
	}
	if (!whole)
		buf_utf8(&out, 0x2026);
	if (lettered)
		result = arena_copy(arena, buf_view(&out));
	buf_fini(&out);
	return result;
}
