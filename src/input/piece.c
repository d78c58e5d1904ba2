#include "input/piece.h"

#include "base/ascii.h"

enum { CODE_INDENT = 4, MARKER_DIGITS = 9 };

/* The first line of s with its line end. */
static struct slice
first_line(struct slice s)
{
	return slice_part(s, 0, slice_index(s, '\n') + 1);
}

static bool
is_blank(struct slice s)
{
	return slice_trim(s).n == 0;
}

size_t
piece_bullet(struct slice s)
{
	size_t n = 0;

	while (n < s.n && n < MARKER_DIGITS && ascii_is_digit(s.p[n]))
		n++;
	if (n == s.n || !slice_one_of(s.p[n], n ? ".)" : "-*+"))
		return 0;
	return n + 1 < s.n && slice_one_of(s.p[n + 1], " \t") ? n + 2 : 0;
}

/* The line without the marks of quotes and list items that it is in. */
static struct slice
without_containers(struct slice line)
{
	line = slice_skip(line, " \t>");
	return slice_skip(slice_from(line, piece_bullet(line)), " \t");
}

/* Columns of white space before the text. */
static size_t
indent(struct slice line)
{
	size_t n = 0;

	for (size_t i = 0; i < line.n && slice_one_of(line.p[i], " \t"); i++)
		n += line.p[i] == '\t' ? CODE_INDENT : 1;
	return n;
}

/* Length of the fence that the line opens, 0 when it opens none. */
static size_t
fence_length(struct slice line)
{
	struct slice s = without_containers(line), info;
	size_t n = s.n && slice_one_of(s.p[0], "`~") ? slice_run(s, 0) : 0;

	info = slice_from(s, n);
	return n < 3 || (s.p[0] == '`' && slice_index(info, '`') < info.n) ? 0 : n;
}

static bool
closes_fence(struct slice line, char c, size_t length)
{
	struct slice s = slice_skip(line, " \t>");

	return s.n && s.p[0] == c && slice_run(s, 0) >= length &&
	       is_blank(slice_from(s, slice_run(s, 0)));
}

/* All up to the line that closes the fence which the first line opens. */
static size_t
fenced_length(struct slice s)
{
	struct slice line = first_line(s);
	size_t fence = fence_length(line), n = line.n;
	char c = fence ? without_containers(line).p[0] : '\0';

	if (!fence)
		return 0;
	while (n < s.n) {
		line = first_line(slice_from(s, n));
		n += line.n;
		if (closes_fence(line, c, fence))
			break;
	}
	return n;
}

static size_t
find_nocase(struct slice s, struct slice needle)
{
	for (size_t n = 0; n < s.n; n++) {
		n += slice_index(slice_from(s, n), needle.p[0]);
		if (slice_eq_nocase(slice_part(s, n, n + needle.n), needle))
			return n;
	}
	return s.n;
}

/* Elements whose content is as it stands, blank lines and all. */
static size_t
verbatim_length(struct slice s)
{
	static const char *const tags[][2] = {
	    {"<pre", "</pre>"},
	    {"<script", "</script>"},
	    {"<style", "</style>"},
	};
	struct slice start = slice_skip(first_line(s), " ");

	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		struct slice open = slice_str(tags[i][0]);
		struct slice after = slice_from(start, open.n);
		size_t n;

		if (!slice_eq_nocase(slice_part(start, 0, open.n), open) ||
		    (after.n && !slice_one_of(after.p[0], " \t\r\n>")))
			continue;
		n = find_nocase(s, slice_str(tags[i][1]));
		return n + first_line(slice_from(s, n)).n;
	}
	return 0;
}

/* A comment that goes on behind its first line may hold anything. */
static bool
starts_comment(struct slice line)
{
	return slice_starts(slice_skip(line, " "), SLICE("<!--")) &&
	       slice_find(line, SLICE("-->")) == line.n;
}

static size_t
comment_length(struct slice s)
{
	size_t n;

	if (!starts_comment(first_line(s)))
		return 0;
	n = slice_find(s, SLICE("-->"));
	return n + first_line(slice_from(s, n)).n;
}

static size_t
note_length(struct pieces *w)
{
	struct slice start = SLICE("{::comment}"), line;
	size_t n;

	if (w->no_note_end || !slice_starts(slice_skip(w->rest, " "), start))
		return 0;
	n = slice_find(w->rest, SLICE("{:/"));
	w->no_note_end = n == w->rest.n;
	if (w->no_note_end)
		return 0;
	n += slice_index(slice_from(w->rest, n), '}') + 1;
	line = first_line(slice_from(w->rest, n));
	return is_blank(line) ? n + line.n : n;
}

bool
piece_is_html(struct slice line)
{
	struct slice s = slice_skip(line, " ");

	return s.n > 1 && s.p[0] == '<' && (ascii_is_letter(s.p[1]) || s.p[1] == '/');
}

size_t
piece_footnote(struct slice s, struct slice *name)
{
	size_t n = 2;

	if (!slice_starts(s, SLICE("[^")))
		return 0;
	while (n < s.n && !slice_one_of(s.p[n], "[]^ \t\r\n"))
		n++;
	if (n == 2 || n == s.n || s.p[n] != ']')
		return 0;
	*name = slice_part(s, 2, n);
	return n + 1;
}

static bool
starts_footnote(struct slice line)
{
	struct slice s = slice_skip(line, " "), name;
	size_t n = indent(line) < CODE_INDENT ? piece_footnote(s, &name) : 0;

	return n > 0 && slice_starts(slice_from(s, n), SLICE(":"));
}

static bool
is_indented_code(const struct pieces *w, struct slice line)
{
	return !w->in_paragraph && indent(line) >= (w->in_list ? 2u : 1u) * CODE_INDENT;
}

/* Does something other than a line of text stand at the start of s? */
static bool
ends_text(struct slice s)
{
	struct slice line = first_line(s);

	return is_blank(line) || piece_is_html(line) || fence_length(line) ||
	       starts_footnote(line) || starts_comment(line) ||
	       slice_starts(slice_skip(line, " "), SLICE("{::comment}"));
}

/* Up to a line that is not indented and stands behind a blank one, or is no
 * text: a heading, a quote, an item. */
static size_t
footnote_length(struct slice s)
{
	size_t n = first_line(s).n, end = n;

	while (n < s.n) {
		struct slice line = first_line(slice_from(s, n));
		bool goes_on = n == end && !ends_text(slice_from(s, n)) &&
			       !slice_one_of(line.p[0], "#>") && !piece_bullet(line);

		n += line.n;
		if (goes_on || (!is_blank(line) && indent(line) >= CODE_INDENT))
			end = n;
		else if (!is_blank(line))
			break;
	}
	return end;
}

static size_t
text_length(struct pieces *w)
{
	size_t n = 0;

	do {
		struct slice line = first_line(slice_from(w->rest, n));
		if (piece_bullet(slice_skip(line, " \t")))
			w->in_list = true;
		else if (!w->in_paragraph && indent(line) == 0)
			w->in_list = false;
		w->in_paragraph = true;
		n += line.n;
	} while (n < w->rest.n && !ends_text(slice_from(w->rest, n)));
	return n;
}

static size_t
html_length(struct slice s)
{
	size_t n = 0;

	while (n < s.n && !is_blank(first_line(slice_from(s, n))))
		n += first_line(slice_from(s, n)).n;
	return n;
}

bool
piece_next(struct pieces *w, struct slice *piece, enum piece_kind *kind)
{
	struct slice line = first_line(w->rest);
	size_t n;

	if (w->rest.n == 0)
		return false;
	if (is_blank(line)) {
		*kind = PIECE_BLANK;
		n = line.n;
		w->in_paragraph = false;
	} else if ((n = fenced_length(w->rest)) || (n = verbatim_length(w->rest)) ||
		   (n = comment_length(w->rest))) {
		*kind = PIECE_CODE;
		w->in_paragraph = false;
	} else if (is_indented_code(w, line)) {
		*kind = PIECE_CODE;
		n = line.n;
	} else if ((n = note_length(w))) {
		*kind = PIECE_NOTE;
	} else if (starts_footnote(line)) {
		*kind = PIECE_FOOTNOTE;
		n = footnote_length(w->rest);
		w->in_paragraph = false;
	} else if (piece_is_html(line)) {
		*kind = PIECE_HTML;
		n = html_length(w->rest);
	} else {
		*kind = PIECE_TEXT;
		n = text_length(w);
	}
	*piece = slice_part(w->rest, 0, n);
	w->rest = slice_from(w->rest, n);
	return true;
}
