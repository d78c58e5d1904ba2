#include "input/profile_lines.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/utf8.h"

#include <libxml/HTMLparser.h>
#include <string.h>

enum { MAX_LINE = 2048, MAX_OPEN = 16 };

/* ---- markup ---- */

/* Length of the tag or comment that s starts with, 0 when it starts with none. */
static size_t
tag_length(struct slice s)
{
	struct slice close = SLICE("-->");
	size_t n = s.n > 1 && s.p[1] == '/' ? 2 : 1, end;

	if (s.n < 3 || s.p[0] != '<')
		return 0;
	if (slice_starts(s, SLICE("<!--"))) {
		end = slice_find(s, close);
		return end < s.n ? end + close.n : 0;
	}
	if (!ascii_is_letter(s.p[n]))
		return 0;
	while (n < s.n && ascii_is_alnum(s.p[n]))
		n++;
	/* Markdown's <https://host/> is text. */
	if (n == s.n || !strchr(" \t/>", s.p[n]))
		return 0;
	end = slice_index(s, '>');
	return end < s.n ? end + 1 : 0;
}

static struct slice
tag_name(struct slice tag)
{
	size_t from = tag.p[1] == '/' ? 2 : 1, to = from;

	while (to < tag.n && !strchr(" \t/>", tag.p[to]))
		to++;
	return slice_part(tag, from, to);
}

static uint32_t
entity_number(struct slice digits)
{
	bool hex = digits.n > 0 && (digits.p[0] | 0x20) == 'x';
	uint32_t base = hex ? 16 : 10, c = 0;

	for (size_t i = hex; i < digits.n; i++) {
		char d = (char)(digits.p[i] | 0x20);
		uint32_t v = d >= '0' && d <= '9'          ? (uint32_t)(d - '0')
			     : hex && d >= 'a' && d <= 'f' ? (uint32_t)(d - 'a' + 10)
							   : base;

		if (v == base || c > 0x10FFFF)
			return 0;
		c = c * base + v;
	}
	return utf8_is_xml(c) ? c : 0;
}

static uint32_t
entity_name(struct slice name)
{
	char key[16];
	const htmlEntityDesc *entity;

	if (name.n >= sizeof key)
		return 0;
	memcpy(key, name.p, name.n);
	key[name.n] = '\0';
	entity = htmlEntityLookup((const xmlChar *)key);
	return entity ? entity->value : 0;
}

/* Length of the entity that s starts with and its character, or 0. */
static size_t
entity_length(struct slice s, uint32_t *c)
{
	enum { LONGEST = 12 };
	struct slice near = slice_part(s, 0, LONGEST);
	size_t end = slice_index(near, ';');

	if (s.n == 0 || s.p[0] != '&' || end == near.n || end < 3)
		return 0;
	*c = s.p[1] == '#' ? entity_number(slice_part(s, 2, end))
			   : entity_name(slice_part(s, 1, end));
	return *c ? end + 1 : 0;
}

/*
 * Does every element that opens here close here? An image or a rule is something
 * to keep and counts as open; a line break is not.
 */
static bool
is_balanced(struct slice s)
{
	struct slice open[MAX_OPEN];
	size_t depth = 0;

	for (size_t n; s.n; s = slice_from(s, n ? n : 1)) {
		struct slice tag, name;

		n = tag_length(s);
		if (n == 0 || s.p[1] == '!')
			continue;
		tag = slice_part(s, 0, n);
		name = tag_name(tag);
		if (slice_is_nocase(name, "br"))
			continue;
		if (tag.p[1] != '/') {
			if (depth == MAX_OPEN)
				return false;
			open[depth++] = name;
		} else if (depth == 0 || !slice_eq_nocase(open[--depth], name)) {
			return false;
		}
	}
	return depth == 0;
}

/* What stays of a part whose text goes. */
static void
add_tags(struct buf *out, struct slice s)
{
	if (is_balanced(s))
		return;
	for (size_t n; s.n; s = slice_from(s, n ? n : 1)) {
		n = tag_length(s);
		buf_slice(out, slice_part(s, 0, n));
	}
}

/* ---- one line ---- */

/* How many bytes of s stand before the next tag or entity there may be. */
static size_t
plain_length(struct slice s)
{
	size_t n = 1;

	while (n < s.n && s.p[n] != '<' && s.p[n] != '&')
		n++;
	return n;
}

/* line->text from line->raw, which has tags or entities. */
static void
resolve(struct profile_line *line, struct arena *arena)
{
	uint16_t *at = arena_array(arena, line->raw.n + 1, sizeof *at);
	char *text = arena_alloc(arena, line->raw.n + 1);
	size_t length = 0;

	for (size_t i = 0, n; i < line->raw.n; i += n) {
		struct slice rest = slice_from(line->raw, i);
		struct buf entity;
		uint32_t c;

		n = tag_length(rest);
		if (n > 0)
			continue;
		n = entity_length(rest, &c);
		if (n == 0) {
			n = plain_length(rest);
			memcpy(text + length, rest.p, n);
			for (size_t k = 0; k < n; k++)
				at[length++] = (uint16_t)(i + k);
			continue;
		}
		buf_init(&entity, n);
		buf_utf8(&entity, c);
		for (size_t k = 0; k < entity.n; k++) {
			text[length] = entity.p[k];
			at[length++] = (uint16_t)i;
		}
		buf_fini(&entity);
	}
	line->text = slice_make(text, length);
	line->at = at;
}

/* Cut white space off the text's ends; `at` moves along. */
static void
trim(struct profile_line *line)
{
	struct slice all = line->text;

	line->text = utf8_trim(all);
	if (line->at && line->text.n)
		line->at += line->text.p - all.p;
}

/* False for a blank line. */
static bool
look(struct profile_line *line, bool markup, struct arena *arena)
{
	line->text = line->raw;
	line->at = NULL;
	if (line->raw.n > MAX_LINE || utf8_valid(line->raw) < line->raw.n) {
		line->text = SLICE_NONE;
		return true;
	}
	if (markup && (slice_index(line->raw, '<') < line->raw.n ||
			  slice_index(line->raw, '&') < line->raw.n))
		resolve(line, arena);
	trim(line);
	return line->text.n > 0;
}

/* Where in raw the text before text[i] ends. */
static size_t
raw_end(const struct profile_line *line, size_t i)
{
	size_t at;
	uint32_t c;
	size_t n;

	if (i == 0)
		return line->at ? line->at[0] : (size_t)(line->text.p - line->raw.p);
	if (!line->at)
		return (size_t)(line->text.p - line->raw.p) + i;
	at = line->at[i - 1];
	n = entity_length(slice_from(line->raw, at), &c);
	return at + (n ? n : 1);
}

static size_t
raw_start(const struct profile_line *line, size_t i)
{
	return line->at && i < line->text.n ? line->at[i] : raw_end(line, i);
}

/* ---- lines of a body ---- */

void
profile_lines_init(
    struct profile_lines *lines, const struct article *article, struct arena *arena)
{
	*lines = (struct profile_lines){
	    .arena = arena,
	    .body = article->body,
	    .rest = article->body,
	    .markup = article->format != BODY_TEXT,
	};
}

/* slice_line from the other end. */
static bool
last_line(struct slice *rest, struct slice *line)
{
	const char *lf;

	if (rest->n == 0)
		return false;
	if (rest->p[rest->n - 1] == '\n')
		rest->n--;
	lf = rest->n ? memrchr(rest->p, '\n', rest->n) : NULL;
	*line = lf ? slice_from(*rest, (size_t)(lf + 1 - rest->p)) : *rest;
	rest->n -= line->n;
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

/* Take the next line that is not blank off the rest of the body. */
static bool
take(struct profile_lines *lines, enum profile_end end)
{
	struct profile_line line = {0};

	while (end == PROFILE_HEAD ? slice_line(&lines->rest, &line.raw)
				   : last_line(&lines->rest, &line.raw)) {
		struct profile_line *kept;

		if (!look(&line, lines->markup, lines->arena))
			continue;
		kept = ARENA_NEW(lines->arena, struct profile_line);
		*kept = line;
		kept->was = line.raw;
		lines->end[end].v = arena_grow(
		    lines->arena, lines->end[end].v, lines->end[end].n, sizeof kept);
		lines->end[end].v[lines->end[end].n++] = kept;
		return true;
	}
	return false;
}

struct profile_line *
profile_lines_get(struct profile_lines *lines, enum profile_end end, size_t i)
{
	enum profile_end other = end == PROFILE_HEAD ? PROFILE_TAIL : PROFILE_HEAD;
	size_t far;

	while (i >= lines->end[end].n)
		if (!take(lines, end))
			break;
	if (i < lines->end[end].n)
		return lines->end[end].v[i];
	far = i - lines->end[end].n;
	if (far >= lines->end[other].n)
		return NULL;
	return lines->end[other].v[lines->end[other].n - 1 - far];
}

/* Put in the place of raw[from..to) the tags of it that must stay. */
static void
replace(struct profile_lines *lines, struct profile_line *line, size_t from, size_t to)
{
	struct buf out;

	buf_init(&out, line->raw.n);
	buf_slice(&out, slice_part(line->raw, 0, from));
	if (lines->markup)
		add_tags(&out, slice_part(line->raw, from, to));
	buf_slice(&out, slice_from(line->raw, to));
	line->raw = arena_copy(lines->arena, buf_view(&out));
	buf_fini(&out);
	lines->changed = true;
}

void
profile_lines_drop(struct profile_lines *lines, struct profile_line *line)
{
	replace(lines, line, 0, line->raw.n);
	line->text = SLICE_NONE;
	line->dropped = true;
}

void
profile_lines_cut(
    struct profile_lines *lines, struct profile_line *line, size_t from, size_t to)
{
	if (from >= to)
		return;
	replace(lines, line, raw_start(line, from), raw_end(line, to));
	if (!look(line, lines->markup, lines->arena))
		profile_lines_drop(lines, line);
}

int
profile_lines_number(const struct profile_lines *lines, const struct profile_line *line)
{
	struct slice before =
	    slice_make(lines->body.p, (size_t)(line->was.p - lines->body.p));
	struct slice skip;
	int n = 0;

	while (slice_token(&before, '\n', &skip))
		n++;
	return n;
}

/* Append the body from *from up to the line, and what became of the line. */
static void
add_line(struct buf *out, const char **from, const struct profile_line *line)
{
	buf_add(out, *from, (size_t)(line->was.p - *from));
	buf_slice(out, line->raw);
	*from = line->was.p + line->was.n;
}

static struct slice
skip_blank(struct slice body, int *skipped)
{
	struct slice rest = body, line;

	for (*skipped = 0; slice_line(&rest, &line) && utf8_trim(line).n == 0;
	     body = rest)
		++*skipped;
	return body;
}

struct slice
profile_lines_join(const struct profile_lines *lines, int *skipped)
{
	const char *from = lines->body.p;
	struct slice whole;
	struct buf out;

	*skipped = 0;
	if (!lines->changed)
		return lines->body;
	buf_init(&out, lines->body.n);
	for (size_t i = 0; i < lines->end[PROFILE_HEAD].n; i++)
		add_line(&out, &from, lines->end[PROFILE_HEAD].v[i]);
	for (size_t i = lines->end[PROFILE_TAIL].n; i-- > 0;)
		add_line(&out, &from, lines->end[PROFILE_TAIL].v[i]);
	buf_add(&out, from, (size_t)(lines->body.p + lines->body.n - from));
	whole = arena_copy(lines->arena, buf_view(&out));
	buf_fini(&out);
	return skip_blank(whole, skipped);
}
