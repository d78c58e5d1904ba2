#include "input/text.h"

#include "base/ascii.h"
#include "base/utf8.h"

enum { SHORT = 40 }; /* columns; Chinese text is wrapped at 64 and more */

static size_t
scheme_length(struct slice s)
{
	static const char *const starts[] = {"http://", "https://", "www."};

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		struct slice start = slice_str(starts[i]);
		if (slice_eq_nocase(slice_part(s, 0, start.n), start))
			return start.n;
	}
	return 0;
}

/* Bytes of the Han that s starts with. */
static size_t
han_length(struct slice s)
{
	size_t all = s.n, n = 0;
	uint32_t c;

	while (s.n && (c = utf8_next(&s)) >= 0x3400 && c <= 0x9FFF)
		n = all - s.n;
	return n;
}

/* Length of s without the punctuation at its end that belongs to the sentence. */
static size_t
trimmed_url(struct slice s)
{
	size_t open = 0, close = 0;

	for (size_t i = 0; i < s.n; i++) {
		open += s.p[i] == '(';
		close += s.p[i] == ')';
	}
	for (; s.n; s.n--) {
		char last = s.p[s.n - 1];

		if (last == ')' && close > open)
			close--;
		else if (last == '(')
			open--;
		else if (!slice_one_of(last, ".,:;!?'*_~"))
			break;
	}
	return s.n;
}

size_t
text_url(struct slice s)
{
	size_t start = scheme_length(s), n = start;
	bool in_path = false;

	if (start == 0 || start == s.n || !ascii_is_alnum(s.p[start]))
		return 0;
	while (n < s.n) {
		size_t step = 1;

		if (!ascii_is_alnum(s.p[n]) &&
		    !slice_one_of(s.p[n], "-._~:/?#@!$&'()*+,;=%"))
			step = in_path && slice_one_of(s.p[n - 1], "/=-_")
				   ? han_length(slice_from(s, n))
				   : 0;
		if (step == 0)
			break;
		in_path |= s.p[n] == '/';
		n += step;
	}
	return trimmed_url(slice_part(s, 0, n));
}

static const char *
entity(char c)
{
	return c == '&'   ? "&amp;"
	       : c == '<' ? "&lt;"
	       : c == '>' ? "&gt;"
	       : c == '"' ? "&quot;"
			  : NULL;
}

static void
escape(struct buf *out, struct slice s)
{
	size_t done = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *name = entity(s.p[i]);
		if (!name)
			continue;
		buf_slice(out, slice_part(s, done, i));
		buf_str(out, name);
		done = i + 1;
	}
	buf_slice(out, slice_from(s, done));
}

static void
link_url(struct buf *out, struct slice url)
{
	buf_str(out, "<a href=\"");
	if ((url.p[0] | 0x20) == 'w')
		buf_str(out, "http://");
	escape(out, url);
	buf_str(out, "\">");
	escape(out, url);
	buf_str(out, "</a>");
}

static void
escape_and_link(struct buf *out, struct slice s)
{
	size_t done = 0, i = 0;

	while (i < s.n) {
		bool may_start = slice_one_of(s.p[i], "hHwW") &&
				 (i == 0 || !ascii_is_alnum(s.p[i - 1]));
		size_t n = may_start ? text_url(slice_from(s, i)) : 0;

		if (n == 0) {
			i++;
			continue;
		}
		escape(out, slice_part(s, done, i));
		link_url(out, slice_part(s, i, i + n));
		done = i += n;
	}
	escape(out, slice_from(s, done));
}

static bool
is_indented(struct slice line)
{
	return slice_starts(line, SLICE("\u3000")) || slice_starts(line, SLICE("  ")) ||
	       slice_starts(line, SLICE("\t"));
}

static bool
is_short(struct slice line)
{
	size_t columns = 0;

	while (line.n && columns < SHORT)
		columns += utf8_is_cjk(utf8_next(&line)) ? 2 : 1;
	return columns < SHORT;
}

bool
text_joins(uint32_t last, uint32_t next)
{
	bool shared_last = last >= 0x2014 && last <= 0x2026;
	bool shared_next = next >= 0x2014 && next <= 0x2026;

	return (utf8_is_cjk(last) && (utf8_is_cjk(next) || shared_next)) ||
	       (shared_last && utf8_is_cjk(next));
}

/* What stands between a line and the next one of its paragraph. */
static const char *
joint(struct slice line, struct slice next)
{
	if (is_short(line))
		return "<br>\n";
	return text_joins(utf8_prev(&line), utf8_next(&next)) ? "" : " ";
}

void
text_html(struct buf *out, struct slice text)
{
	struct slice line, last = SLICE_NONE; /* of the open paragraph */

	while (slice_line(&text, &line)) {
		struct slice words = utf8_trim(line);

		if (last.n && (words.n == 0 || is_indented(line))) {
			buf_str(out, "</p>\n");
			last = SLICE_NONE;
		}
		if (words.n) {
			buf_str(out, last.n ? joint(last, words) : "<p>");
			escape_and_link(out, words);
			last = words;
		}
	}
	if (last.n)
		buf_str(out, "</p>\n");
}
