#include "input/kramdown.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "input/footnote.h"
#include "input/piece.h"
#include "input/text.h"

#include <string.h>
#include <utf8proc.h>

enum {
	TICKS = 32, /* md4c's longest run of backticks that opens code */
	STARS = 3,  /* longest run of stars that is looked after */
};

/* What is known of a piece while it is gone through from left to right. */
struct scan {
	struct slice s;
	bool no_gt, no_comment_end, no_note_end;
	bool no_ticks[TICKS + 1]; /* no more runs of that length */
};

/* Behind the code span that opens at `at`, or behind its backticks when they
 * open none. */
static size_t
code_end(struct scan *scan, size_t at)
{
	size_t n = slice_run(scan->s, at), i = at + n, m;

	if (n > TICKS || scan->no_ticks[n])
		return at + n;
	for (; i < scan->s.n; i += m) {
		i += slice_index(slice_from(scan->s, i), '`');
		m = i < scan->s.n ? slice_run(scan->s, i) : 0;
		if (m == n)
			return i + n;
	}
	scan->no_ticks[n] = true;
	return at + n;
}

/* Behind the next `end` in the piece; 0, and remembered, when there is none. */
static size_t
behind(struct scan *scan, size_t at, struct slice end, bool *none)
{
	size_t n = *none ? scan->s.n - at : slice_find(slice_from(scan->s, at), end);

	*none = at + n == scan->s.n;
	return *none ? 0 : at + n + end.n;
}

/* Behind the tag, comment or <address> at `at`, or behind a '<' that is text. */
static size_t
tag_end(struct scan *scan, size_t at)
{
	struct slice s = slice_from(scan->s, at);
	size_t end = 0;

	if (slice_starts(s, SLICE("<!--")))
		end = behind(scan, at, SLICE("-->"), &scan->no_comment_end);
	else if (piece_is_html(s))
		end = behind(scan, at, SLICE(">"), &scan->no_gt);
	return end ? end : at + 1;
}

/* Length of <!--more--> at the start of s, 0 when it is not there. */
static size_t
more_length(struct slice s)
{
	struct slice t = s;

	if (!slice_starts(t, SLICE("<!--")))
		return 0;
	t = slice_skip(slice_from(t, 4), " ");
	if (!slice_starts(t, SLICE("more")))
		return 0;
	t = slice_skip(slice_from(t, 4), " ");
	return slice_starts(t, SLICE("-->")) ? s.n - t.n + 3 : 0;
}

/* Length of {: … } or {:: … } or {:/ … } at the start of s, or 0. */
static size_t
attribute_length(struct slice s)
{
	struct slice in = slice_skip(slice_from(s, 2), " ");
	size_t n = 0;

	if (!slice_starts(s, SLICE("{:")) || !in.n ||
	    !(ascii_is_alnum(in.p[0]) || slice_one_of(in.p[0], ".#:/}")))
		return 0;
	while (n < in.n && !slice_one_of(in.p[n], "{}\n"))
		n++;
	return n < in.n && in.p[n] == '}' ? s.n - in.n + n + 1 : 0;
}

/* Length of {::comment}…{:/comment} at `at`, whose opener is of length n; n
 * when it is never closed. */
static size_t
note_length(struct scan *scan, size_t at, size_t n)
{
	struct slice close = SLICE("{:/");
	size_t end = behind(scan, at, close, &scan->no_note_end);

	if (end == 0)
		return n;
	end -= close.n;
	return end + attribute_length(slice_from(scan->s, end)) - at;
}

/* "# …" or "> # …" up to the end of `line`. */
static bool
is_heading(struct slice line)
{
	struct slice s = slice_skip(line, " \t>"), rest = slice_skip(s, "#");

	return rest.n < s.n && rest.n && slice_one_of(rest.p[0], " \t");
}

/* The line of = or - that makes a heading of the one above. */
static bool
is_underline(struct slice s)
{
	struct slice rest;

	s = slice_skip(s, " >");
	rest = slice_skip(s, s.n && s.p[0] == '=' ? "=" : "-");
	s.n -= rest.n;
	rest = slice_skip(rest, " \t\r");
	return s.n && (!rest.n || rest.p[0] == '\n');
}

/* Length of the {#id} at `at` that ends a heading, 0 when it is none. */
static size_t
heading_id_length(struct slice s, size_t at)
{
	struct slice in = slice_from(s, at), tail;
	size_t n = 2, start = at;

	while (n < in.n && !slice_one_of(in.p[n], "{} \t\r\n"))
		n++;
	if (!slice_starts(in, SLICE("{#")) || n == in.n || in.p[n] != '}' || at == 0 ||
	    !slice_one_of(s.p[at - 1], " \t"))
		return 0;
	tail = slice_skip(slice_from(in, n + 1), " \t\r");
	if (tail.n && tail.p[0] != '\n')
		return 0;
	while (start > 0 && s.p[start - 1] != '\n')
		start--;
	return is_heading(slice_part(s, start, at)) || is_underline(slice_from(tail, 1))
		   ? n + 1
		   : 0;
}

struct edit {
	struct buf out;
	struct footnotes notes;
	struct scan scan;
	size_t done;          /* of scan.s, what stands before is in out */
	size_t brackets;      /* open ones */
	bool open[STARS + 1]; /* emphasis, by its delimiter's length */
};

static void
flush(struct edit *e, size_t to)
{
	buf_slice(&e->out, slice_part(e->scan.s, e->done, to));
	e->done = to;
}

static void
put_mark(struct edit *e, size_t at)
{
	flush(e, at);
	buf_str(&e->out, KRAMDOWN_MARK);
}

/* The item in `out` that {:toc} or {:footnotes} replaces goes. */
static void
drop_last_item(struct buf *out)
{
	struct slice all = buf_view(out), line;
	size_t n = all.n;

	while (n > 0 && (n == all.n || all.p[n - 1] != '\n'))
		n--;
	line = slice_from(all, n);
	if (piece_bullet(slice_skip(line, " ")))
		out->n = n;
}

/* Take out {: … } of length n at `at`, with its line when it fills one. */
static size_t
edit_attribute(struct edit *e, size_t at, size_t n)
{
	struct slice s = e->scan.s, tail = slice_skip(slice_from(s, at + n), " \t\r");
	size_t start = at;

	while (start > e->done && slice_one_of(s.p[start - 1], " \t>"))
		start--;
	if ((start > 0 && s.p[start - 1] != '\n') || (tail.n && tail.p[0] != '\n')) {
		flush(e, at);
		return e->done = at + n;
	}
	flush(e, start);
	if (slice_starts(slice_from(s, at), SLICE("{:toc")) ||
	    slice_starts(slice_from(s, at), SLICE("{:footnotes")))
		drop_last_item(&e->out);
	tail = slice_from(tail, 1);
	/* The paragraph ends here; a list goes on. */
	if (tail.n && !piece_bullet(slice_skip(tail, " ")))
		buf_char(&e->out, '\n');
	return e->done = s.n - tail.n;
}

static uint32_t
char_before(struct slice s, size_t at)
{
	s = slice_part(s, 0, at);
	return s.n ? utf8_prev(&s) : '\n';
}

static uint32_t
char_at(struct slice s, size_t at)
{
	s = slice_from(s, at);
	return s.n ? utf8_next(&s) : '\n';
}

/* Punctuation as CommonMark has it. */
static bool
is_punct(uint32_t c)
{
	utf8proc_category_t category;

	if (c < 0x80)
		return c > ' ' && c < 0x7F && !ascii_is_alnum((char)c);
	category = utf8proc_category((utf8proc_int32_t)c);
	return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

/* What a run of stars may do by CommonMark (section 6.2), and what it would
 * do if Chinese counted as having spaces around it. */
struct flanks {
	bool opens, closes;
	bool should_open, should_close;
};

static struct flanks
flanks_of(struct slice s, size_t at, size_t n)
{
	uint32_t before = char_before(s, at), after = char_at(s, at + n);
	bool space_before = utf8_is_space(before), space_after = utf8_is_space(after);
	bool punct_before = is_punct(before), punct_after = is_punct(after);
	struct flanks f;

	f.opens = !space_after && (!punct_after || space_before || punct_before);
	f.closes = !space_before && (!punct_before || space_after || punct_after);
	f.should_open =
	    !f.opens && !space_after && (after >= 0x80 || utf8_is_cjk(before));
	f.should_close =
	    !f.closes && !space_before && (before >= 0x80 || utf8_is_cjk(after));
	return f;
}

static size_t
edit_stars(struct edit *e, size_t at)
{
	size_t n = slice_run(e->scan.s, at);
	struct flanks f;
	bool *open;

	if (n > STARS)
		return at + n;
	f = flanks_of(e->scan.s, at, n);
	open = &e->open[n];
	if (!*open && f.should_open)
		put_mark(e, at);
	if (*open && f.should_close)
		put_mark(e, at + n);
	*open = *open ? !f.closes && !f.should_close : f.opens || f.should_open;
	return at + n;
}

/* Is `at` in a link's destination, behind "](" or "]: "? */
static bool
in_destination(struct slice s, size_t at)
{
	while (at > 0 && slice_one_of(s.p[at - 1], " \t"))
		at--;
	return at > 1 && s.p[at - 2] == ']' && slice_one_of(s.p[at - 1], "(:");
}

/*
 * Length of the address at `at`, 0 when none is there. *touched: something
 * that is not ASCII touches it, so that md4c would miss it or its end.
 */
static size_t
url_at(struct slice s, size_t at, bool *touched)
{
	uint32_t before = char_before(s, at);
	size_t n;

	*touched = false;
	if ((before < 0x80 && ascii_is_alnum((char)before)) ||
	    !slice_one_of(s.p[at], "hw"))
		return 0;
	n = text_url(slice_from(s, at));
	if (n == 0 || in_destination(s, at))
		return n;
	if (before >= 0x80 && !utf8_is_space(before))
		*touched = true;
	else if (before >= 0x80 || slice_one_of((char)before, " \t\n*_~("))
		*touched = char_at(s, at + n) >= 0x80;
	return n;
}

static size_t
edit_url(struct edit *e, size_t at)
{
	struct slice url = slice_from(e->scan.s, at);
	bool touched;

	url.n = url_at(e->scan.s, at, &touched);
	if (!touched || e->brackets)
		return at + (url.n ? url.n : 1);
	flush(e, at);
	if (url.p[0] == 'w')
		buf_printf(
		    &e->out, "[%.*s](<http://%.*s>)", SLICE_ARG(url), SLICE_ARG(url));
	else
		buf_printf(&e->out, "<%.*s>", SLICE_ARG(url));
	return e->done = at + url.n;
}

static size_t
edit_heading_id(struct edit *e, size_t at)
{
	size_t n = heading_id_length(e->scan.s, at);

	if (n == 0)
		return at + 1;
	flush(e, at);
	return e->done = at + n;
}

static size_t
edit_bracket(struct edit *e, size_t at)
{
	struct slice name;
	size_t n = piece_footnote(slice_from(e->scan.s, at), &name);
	size_t number = n ? footnotes_number(&e->notes, name) : 0;

	if (number == 0) {
		e->brackets++;
		return at + 1;
	}
	flush(e, at);
	buf_printf(&e->out, "<sup>%zu</sup>", number);
	return e->done = at + n;
}

/* One step: what is at `at`; returns where to go on. */
static size_t
edit_at(struct edit *e, size_t at, bool html)
{
	struct slice here = slice_from(e->scan.s, at);
	size_t n;

	switch (here.p[0]) {
	case '{':
		n = attribute_length(here);
		if (n == 0)
			break;
		if (slice_starts(here, SLICE("{::comment}")))
			n = note_length(&e->scan, at, n);
		return edit_attribute(e, at, n);
	case '<':
		n = more_length(here);
		if (n == 0)
			return tag_end(&e->scan, at);
		flush(e, at);
		return e->done = at + n;
	}
	if (html)
		return at + 1;
	switch (here.p[0]) {
	case '\\':
		return at + 2;
	case '`':
		return code_end(&e->scan, at);
	case '*':
		return edit_stars(e, at);
	case '{':
		return edit_heading_id(e, at);
	case '[':
		return edit_bracket(e, at);
	case ']':
		e->brackets -= e->brackets > 0;
		return at + 1;
	case 'h':
	case 'w':
		return edit_url(e, at);
	}
	return at + 1;
}

static void
edit_piece(struct edit *e, struct slice piece, bool html)
{
	e->scan = (struct scan){.s = piece};
	e->done = e->brackets = 0;
	memset(e->open, 0, sizeof e->open);
	for (size_t at = 0; at < piece.n;)
		if ((unsigned char)piece.p[at] >= 0x80)
			at += utf8_wide(slice_from(piece, at));
		else
			at = edit_at(e, at, html);
	flush(e, piece.n);
}

/* Does `c` stand in the text with `rest` behind it? */
static bool
has(struct slice text, char c, struct slice rest)
{
	for (size_t at = 0; at < text.n; at++) {
		at += slice_index(slice_from(text, at), c);
		if (at < text.n && slice_starts(slice_from(text, at + 1), rest))
			return true;
	}
	return false;
}

static bool
has_weak_stars(struct slice text)
{
	for (size_t at = 0; at < text.n;) {
		size_t n = slice_index(slice_from(text, at), '*');
		struct flanks f;

		at += n;
		if (at == text.n)
			break;
		n = slice_run(text, at);
		f = flanks_of(text, at, n);
		if (f.should_open || f.should_close)
			return true;
		at += n;
	}
	return false;
}

/* An address has `c` so many bytes behind its start. */
static bool
has_touched_url(struct slice text, char c, size_t behind)
{
	bool touched = false;

	for (size_t at = 0, n; !touched; at += n ? n : 1) {
		n = 0;
		at += slice_index(slice_from(text, at), c);
		if (at >= text.n)
			break;
		if (at >= behind && (n = url_at(text, at - behind, &touched)) > 0)
			n -= behind;
	}
	return touched;
}

/*
 * Nearly every article needs nothing of this, and shall not pay for it. What
 * is searched for are bytes that are rare in Chinese text.
 */
static bool
needs_edit(struct slice text)
{
	return has(text, '{', SLICE(":")) || has(text, '{', SLICE("#")) ||
	       has(text, '[', SLICE("^")) || has(text, '<', SLICE("!--")) ||
	       has_weak_stars(text) || has_touched_url(text, ':', 4) ||
	       has_touched_url(text, ':', 5) || has_touched_url(text, 'w', 0);
}

static void
edit_text(struct edit *e, struct slice text)
{
	struct pieces pieces = {.rest = text};
	enum piece_kind kind;
	struct slice piece;

	while (piece_next(&pieces, &piece, &kind))
		if (kind == PIECE_TEXT || kind == PIECE_HTML)
			edit_piece(e, piece, kind == PIECE_HTML);
		else if (kind != PIECE_NOTE && kind != PIECE_FOOTNOTE)
			buf_slice(&e->out, piece);
}

/* They may refer to each other, so that one gives the next its number. */
static void
put_footnotes(struct edit *e)
{
	const char *rule = "\n\n<hr>\n\n";
	struct slice note;

	for (; footnotes_next(&e->notes, &note); rule = "") {
		buf_str(&e->out, rule);
		edit_text(e, note);
	}
}

struct slice
kramdown_plain(struct slice text, struct arena *arena)
{
	struct edit edit = {0};

	if (!needs_edit(text))
		return text;
	buf_init(&edit.out, SIZE_MAX / 2);
	if (has(text, '[', SLICE("^")))
		footnotes_init(&edit.notes, text, arena);
	edit_text(&edit, text);
	put_footnotes(&edit);
	footnotes_fini(&edit.notes);
	text = arena_copy(arena, buf_view(&edit.out));
	buf_fini(&edit.out);
	return text;
}

static size_t
more_in(struct slice piece)
{
	struct scan scan = {.s = piece};
	size_t at = 0;

	while (at < piece.n)
		if (piece.p[at] == '`')
			at = code_end(&scan, at);
		else if (more_length(slice_from(piece, at)))
			break;
		else
			at = piece.p[at] == '<' ? tag_end(&scan, at) : at + 1;
	return at;
}

size_t
kramdown_more(struct slice text)
{
	struct pieces pieces = {.rest = text};
	enum piece_kind kind;
	struct slice piece;

	if (!has(text, '<', SLICE("!--")))
		return text.n;
	while (piece_next(&pieces, &piece, &kind)) {
		bool prose = kind == PIECE_TEXT || kind == PIECE_HTML;
		size_t n = prose ? more_in(piece) : piece.n;
		if (n < piece.n)
			return (size_t)(piece.p - text.p) + n;
	}
	return text.n;
}
