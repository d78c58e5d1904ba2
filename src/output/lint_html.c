#include "output/lint.h"
#include "output/lint_element.h"
#include "output/lint_table.h"

#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 256, TABLES_MAX = 16, ATTRIBUTES_MAX = 24 };
enum { INLINE = KIND_FLOW | KIND_PHRASING };

struct attribute {
	const struct lint_attribute *row;
	struct slice value; /* as it stands there, references and all */
};

/* An open element; the lowest one is the fragment itself. */
struct frame {
	const struct lint_element *element;
	unsigned takes; /* what children it takes, transparency resolved */
	unsigned bars;  /* what none below may be */
	int state;      /* of its model */
	bool filled;    /* there is text in it, or an image with some */
};

/* The scan ends at its first finding: behind a fault all is guesswork. */
struct scan {
	struct lint *lint;
	struct slice id, html;
	size_t at; /* next byte to read */

	struct frame frame[DEPTH_MAX];
	size_t depth; /* of the innermost open element */
	struct lint_table table[TABLES_MAX];
	size_t tables; /* open ones */
	int heading;   /* rank of the last one, 0: none yet */
	bool picked;   /* a <source> before this stands for any image */
	bool dense;    /* one before this, in the same <picture>, has no sizes */

	struct attribute attribute[ATTRIBUTES_MAX]; /* of the tag at hand */
	size_t attributes;
	struct buf value; /* the one at hand, decoded */
	struct slice *ids;
	size_t n_ids;
};

/* Add a finding that quotes what stands at `at`. Returns false. */
static bool __attribute__((format(printf, 4, 5)))
fail(struct scan *s, const char *rule, size_t at, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	lint_add(s->lint, rule, s->id, "content, byte %zu: %s: \"%.*s\"", at, what,
	    SLICE_ARG(lint_quote(s->lint, slice_from(s->html, at))));
	return false;
}

static struct frame *
top(struct scan *s)
{
	return &s->frame[s->depth];
}

static int
peek(const struct scan *s)
{
	return s->at < s->html.n ? (unsigned char)s->html.p[s->at] : -1;
}

/* A name in lower case: [a-z][a-z0-9]* */
static struct slice
scan_name(struct scan *s)
{
	size_t from = s->at;

	while ((peek(s) >= 'a' && peek(s) <= 'z') ||
	       (s->at > from && peek(s) >= '0' && peek(s) <= '9'))
		s->at++;
	return slice_part(s->html, from, s->at);
}

/*
 * The character reference at `at` in text or in an attribute: bytes it takes
 * and what it stands for, or 0. Only those that the serialiser writes.
 */
static size_t
reference(struct slice s, bool in_text, const char **means)
{
	static const struct {
		struct slice name;
		const char *means;
		bool in_text, in_attribute;
	} references[] = {
	    {{"&amp;", 5}, "&", true, true},
	    {{"&lt;", 4}, "<", true, true},
	    {{"&gt;", 4}, ">", true, true},
	    {{"&nbsp;", 6}, "\u00A0", true, true},
	    {{"&quot;", 6}, "\"", false, true},
	};

	for (size_t i = 0; i < sizeof references / sizeof *references; i++)
		if (slice_starts(s, references[i].name)) {
			*means = references[i].means;
			return (in_text ? references[i].in_text
					: references[i].in_attribute)
				   ? references[i].name.n
				   : 0;
		}
	return 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

/*
 * Past one character that needs a look: a reference, or what must be written
 * as one. The first byte of U+00A0 is that of many others.
 */
static bool
scan_special(struct scan *s, bool in_text, const char **means)
{
	struct slice rest = slice_from(s->html, s->at);
	size_t n;

	*means = NULL;
	if (rest.p[0] == '&') {
		n = reference(rest, in_text, means);
		if (n == 0)
			return fail(s, "html-entity", s->at,
			    "an & that starts none of the five references");
		s->at += n;
		return true;
	}
	if (rest.p[0] == '<' || rest.p[0] == '>' || slice_starts(rest, SLICE("\u00A0")))
		return fail(s, "html-escape", s->at, "a character not escaped");
	s->at++;
	return true;
}

static bool
is_special(char c)
{
	return c == '&' || c == '<' || c == '>' || c == '\xC2';
}

/* Up to the next tag. */
static bool
scan_text(struct scan *s)
{
	struct frame *in = top(s);
	const char *means;
	size_t from = s->at;
	bool blank = true;

	while (s->at < s->html.n && s->html.p[s->at] != '<') {
		blank = blank && is_blank(s->html.p[s->at]);
		if (!is_special(s->html.p[s->at]))
			s->at++;
		else if (!scan_special(s, true, &means))
			return false;
	}
	if (blank)
		return true;
	in->filled = true;
	in->state = lint_step(in->element->model, in->state, INLINE);
	if (in->state < 0 || !(in->takes & INLINE))
		return fail(
		    s, "html-model", from, "text directly in <%s>", in->element->name);
	return true;
}

/* From behind the opening quote to behind the closing one; `value` is decoded. */
static bool
scan_value(struct scan *s, struct slice *raw, struct slice *value)
{
	size_t from = s->at, copied = s->at;
	const char *means;

	buf_reset(&s->value);
	while (peek(s) != '"') {
		size_t here = s->at;

		if (peek(s) < 0)
			return fail(s, "html-syntax", from, "a value without end");
		if (!is_special(s->html.p[here])) {
			s->at++;
			continue;
		}
		if (!scan_special(s, false, &means))
			return false;
		if (means) {
			buf_slice(&s->value, slice_part(s->html, copied, here));
			buf_str(&s->value, means);
			copied = s->at;
		}
	}
	*raw = *value = slice_part(s->html, from, s->at);
	if (copied > from) {
		buf_slice(&s->value, slice_part(s->html, copied, s->at));
		*value = buf_view(&s->value);
	}
	s->at++;
	return true;
}

static void
add_id(struct scan *s, struct slice id)
{
	if ((s->n_ids & (s->n_ids - 1)) == 0)
		s->ids =
		    mem_resize(s->ids, (s->n_ids ? 2 * s->n_ids : 1) * sizeof *s->ids);
	s->ids[s->n_ids++] = id;
}

/* One name="value", its leading space already taken. */
static bool
scan_attribute(struct scan *s, const struct lint_element *element)
{
	size_t from = s->at;
	struct slice name, raw, value;
	const struct lint_attribute *row;
	const char *wrong;

	while (peek(s) > ' ' && !strchr("\"'<>/=", peek(s)))
		s->at++;
	name = slice_part(s->html, from, s->at);
	if (name.n == 0 || !slice_starts(slice_from(s->html, s->at), SLICE("=\"")))
		return fail(s, "html-syntax", from, "not name=\"value\"");
	s->at += 2;
	if (!scan_value(s, &raw, &value))
		return false;
	row = lint_attribute_find(element, name);
	if (!row)
		return fail(
		    s, "html-attribute", from, "<%s> may not have", element->name);
	for (size_t i = 0; i < s->attributes; i++)
		if (s->attribute[i].row == row)
			return fail(s, "html-duplicate", from, "given twice");
	wrong = lint_value_wrong(row->value, row->name, value);
	if (wrong)
		return fail(s, lint_value_is_url(row->value) ? "html-url" : "html-value",
		    from, "not %s", wrong);
	if (row->value == VALUE_ID)
		add_id(s, raw);
	s->attribute[s->attributes++] = (struct attribute){row, raw};
	return true;
}

/* The value of an attribute of the tag at hand, or NULL. */
static const struct slice *
get(const struct scan *s, const char *name)
{
	for (size_t i = 0; i < s->attributes; i++)
		if (strcmp(s->attribute[i].row->name, name) == 0)
			return &s->attribute[i].value;
	return NULL;
}

/* What an element must have, given what it has. */
static bool
check_attributes(struct scan *s, size_t at, const struct lint_element *element)
{
	static const struct {
		const char *element, *attribute, *needs;
	} needs[] = {
	    {"a", "download", "href"},
	    {"a", "hreflang", "href"},
	    {"a", "rel", "href"},
	    {"a", "target", "href"},
	    {"a", "type", "href"},
	    {"img", "sizes", "srcset"},
	};
	const struct slice *srcset = get(s, "srcset"), *sizes = get(s, "sizes");

	for (const struct lint_attribute *a = element->attribute; a && a->name; a++)
		if (a->required && !get(s, a->name))
			return fail(s, "html-required", at, "no %s in", a->name);
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
		if (strcmp(needs[i].element, element->name) == 0 &&
		    get(s, needs[i].attribute) && !get(s, needs[i].needs))
			return fail(s, "html-required", at, "%s without %s in",
			    needs[i].attribute, needs[i].needs);
	if (srcset && lint_srcset_has_widths(*srcset) != (sizes != NULL))
		return fail(
		    s, "html-required", at, "widths in srcset and sizes go together, in");
	if (get(s, "value") && strcmp(top(s)->element->name, "ol") != 0)
		return fail(s, "html-attribute", at, "value outside of <ol>");
	return true;
}

/*
 * In a picture: a source that every reader would take hides what follows. And
 * widths are not to be mixed with densities.
 */
static bool
check_source(struct scan *s, size_t at, const struct lint_element *element)
{
	const struct slice *srcset = get(s, "srcset");

	if (top(s)->element->model != MODEL_PICTURE)
		return true;
	if (s->picked && srcset)
		return fail(s, "html-required", at,
		    "the <source> before has neither media nor type:");
	if (s->dense && srcset && lint_srcset_has_widths(*srcset))
		return fail(s, "html-required", at, "the <source> before has no sizes:");
	s->picked = (element->is & KIND_SOURCE) && !get(s, "media") && !get(s, "type");
	s->dense |= (element->is & KIND_SOURCE) && !get(s, "sizes");
	return true;
}

/* Ranks go down one at a time. What the first one follows is not known here. */
static bool
check_heading(struct scan *s, size_t at, const struct lint_element *element)
{
	int rank = element->name[1] - '0';

	if (s->heading > 0 && rank > s->heading + 1)
		return fail(
		    s, "html-heading", at, "skips a rank after <h%d>", s->heading);
	s->heading = rank;
	return true;
}

static size_t
number(const struct scan *s, const char *name)
{
	const struct slice *value = get(s, name);

	return value ? lint_value_number(*value) : 1;
}

/* What the start of an element means to the innermost table. */
static bool
table_start(struct scan *s, size_t at, const struct lint_element *element)
{
	struct lint_table *table = s->tables ? &s->table[s->tables - 1] : NULL;
	const char *wrong = NULL;

	if (element->is & KIND_TABLE) {
		if (s->tables == TABLES_MAX)
			return fail(s, "html-depth", at, "too many tables in tables");
		lint_table_init(&s->table[s->tables++]);
	} else if ((element->is & KIND_COL) || get(s, "span")) {
		wrong = lint_table_columns(table, number(s, "span"));
	} else if (element->is & KIND_CELL) {
		wrong =
		    lint_table_cell(table, number(s, "colspan"), number(s, "rowspan"));
	}
	return wrong ? fail(s, "html-table", at, "the table %s", wrong) : true;
}

static bool
table_end(struct scan *s, size_t at, const struct frame *frame)
{
	struct lint_table *table = s->tables ? &s->table[s->tables - 1] : NULL;
	unsigned is = frame->element->is;
	const char *wrong = NULL;

	if ((is & KIND_COLGROUP) && !frame->filled && frame->state == STATE_START)
		wrong = lint_table_columns(table, 1);
	else if (is & KIND_ROW)
		wrong = lint_table_row_end(table);
	else if (is & (KIND_HEAD | KIND_BODY | KIND_FOOT))
		wrong = lint_table_group_end(table);
	else if (is & KIND_TABLE) {
		wrong = lint_table_end(table);
		s->tables--;
	}
	return wrong ? fail(s, "html-table", at, "the table %s", wrong) : true;
}

/* May this element stand here? Moves the parent's state. */
static bool
check_place(struct scan *s, size_t at, const struct lint_element *element)
{
	struct frame *parent = top(s);
	unsigned is = element->is;

	if ((is & KIND_MEDIA) && get(s, "controls"))
		is |= KIND_INTERACTIVE;
	if (!(is & parent->takes))
		return fail(s, "html-model", at, "<%s> takes no <%s>",
		    parent->element->name, element->name);
	if (is & parent->bars)
		return fail(
		    s, "html-model", at, "<%s> somewhere in what bars it", element->name);
	parent->state = lint_step(parent->element->model, parent->state, is);
	if (parent->state < 0)
		return fail(s, "html-model", at, "<%s> takes no <%s> at this place",
		    parent->element->name, element->name);
	return true;
}

static bool
open_element(struct scan *s, size_t at, const struct lint_element *element)
{
	const struct frame *parent = top(s);
	struct frame frame = {
	    element, element->takes, parent->bars | element->bars, 0, false};

	if (s->depth + 1 == DEPTH_MAX)
		return fail(s, "html-depth", at, "more than %d levels deep", DEPTH_MAX);
	if (element->takes & KIND_TRANSPARENT)
		frame.takes |= parent->takes & INLINE;
	if (element->model == MODEL_MEDIA && get(s, "src"))
		frame.state = STATE_NO_SOURCE;
	if (element->model == MODEL_COLGROUP && get(s, "span"))
		frame.state = STATE_NO_COL;
	if (element->model == MODEL_PICTURE)
		s->picked = s->dense = false;
	s->frame[++s->depth] = frame;
	if (strcmp(element->name, "pre") == 0 && peek(s) == '\n')
		return fail(
		    s, "html-syntax", at, "a line feed first, which is dropped, in");
	return true;
}

static bool
scan_start(struct scan *s)
{
	size_t at = s->at++;
	struct slice name = scan_name(s);
	const struct lint_element *element = lint_element_find(name);

	if (name.n == 0)
		return fail(s, "html-syntax", at, "no tag");
	if (!element)
		return fail(s, "html-element", at, "no element of a feed");
	element = lint_element_within(element, top(s)->element);
	s->attributes = 0;
	while (peek(s) == ' ') {
		s->at++;
		if (!scan_attribute(s, element))
			return false;
	}
	if (peek(s) != '>')
		return fail(s, "html-syntax", at, "no tag in the strict form");
	s->at++;
	if (!check_place(s, at, element) || !check_attributes(s, at, element) ||
	    !check_source(s, at, element) || !table_start(s, at, element))
		return false;
	if ((element->is & KIND_HEADING) && !check_heading(s, at, element))
		return false;
	if (!(element->is & KIND_VOID))
		return open_element(s, at, element);
	if (element->is & (KIND_IMAGE | KIND_COL))
		top(s)->filled |= (element->is & KIND_COL) || get(s, "alt")->n > 0;
	return true;
}

static bool
scan_end(struct scan *s)
{
	struct frame *frame = top(s);
	size_t at = s->at;
	struct slice name;
	const char *missing;

	s->at += 2;
	name = scan_name(s);
	if (name.n == 0 || peek(s) != '>')
		return fail(s, "html-syntax", at, "no end tag in the strict form");
	s->at++;
	if (s->depth == 0 || !slice_is(name, frame->element->name))
		return fail(s, "html-balance", at, "ends <%s>", frame->element->name);
	missing = lint_missing(frame->element->model, frame->state);
	if (missing)
		return fail(s, "html-model", at, "<%s> without %s", frame->element->name,
		    missing);
	if ((frame->element->is & KIND_HEADING) && !frame->filled)
		return fail(s, "html-heading", at, "an empty heading");
	s->depth--;
	top(s)->filled |= frame->filled;
	return table_end(s, at, frame);
}

static bool
scan_tag(struct scan *s)
{
	struct slice rest = slice_from(s->html, s->at);

	if (slice_starts(rest, SLICE("<!")) || slice_starts(rest, SLICE("<?")))
		return fail(s, "html-comment", s->at, "a comment or declaration");
	return slice_starts(rest, SLICE("</")) ? scan_end(s) : scan_start(s);
}

static int
compare_ids(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

static bool
check_ids(struct scan *s)
{
	if (s->n_ids > 1)
		qsort(s->ids, s->n_ids, sizeof *s->ids, compare_ids);
	for (size_t i = 1; i < s->n_ids; i++)
		if (slice_eq(s->ids[i - 1], s->ids[i]))
			return fail(s, "html-duplicate",
			    (size_t)(s->ids[i].p - s->html.p), "an id given twice");
	return true;
}

static bool
scan_all(struct scan *s)
{
	while (s->at < s->html.n)
		if (!(peek(s) == '<' ? scan_tag(s) : scan_text(s)))
			return false;
	if (s->depth > 0)
		return fail(
		    s, "html-balance", s->at, "<%s> is not ended", top(s)->element->name);
	return check_ids(s);
}

void
lint_html(struct lint *lint, struct slice id, struct slice html)
{
	static const struct lint_element fragment = {
	    "fragment", 0, KIND_FLOW, 0, MODEL_ANY, NULL};
	size_t before = lint->n;
	struct scan s;

	lint_text(lint, id, "content", html);
	if (lint->n > before)
		return;
	/* Not zeroed as a whole: the frames and tables are large. */
	s.lint = lint;
	s.id = id;
	s.html = html;
	s.at = s.depth = s.tables = s.attributes = s.n_ids = 0;
	s.heading = 0;
	s.picked = s.dense = false;
	s.ids = NULL;
	s.frame[0] = (struct frame){&fragment, fragment.takes, 0, 0, false};
	buf_init(&s.value, html.n);
	scan_all(&s);
	buf_fini(&s.value);
	free(s.ids);
}
