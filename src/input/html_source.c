#include "input/html_source.h"

#include "base/utf8.h"

#include <ctype.h>
#include <string.h>

enum { ATTRS_MAX = 2000 };

/* The source between two of these is moved down over what was taken out. */
struct cursor {
	char *to;         /* where kept bytes go */
	const char *kept; /* up to here all is moved or taken out */
};

static void
keep_until(struct cursor *c, const char *p)
{
	size_t n = (size_t)(p - c->kept);

	memmove(c->to, c->kept, n);
	c->to += n;
	c->kept = p;
}

static const char *
behind(const char *found, size_t n, const char *text)
{
	return found ? found + n : text + strlen(text);
}

/* From "<!--" to behind the end of the comment. */
static const char *
skip_comment(const char *p)
{
	p += sizeof "<!--" - 1;
	if (*p == '>')
		return p + 1;
	if (p[0] == '-' && p[1] == '>')
		return p + 2;
	for (const char *end = p; (end = strchr(end, '-')) != NULL; end++) {
		if (strncmp(end, "-->", 3) == 0)
			return end + 3;
		if (strncmp(end, "--!>", 4) == 0)
			return end + 4;
	}
	return p + strlen(p);
}

static const char *
skip_declaration(const char *p)
{
	if (strncmp(p, "<!--", 4) == 0)
		return skip_comment(p);
	return behind(strchr(p, '>'), 1, p);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || slice_one_of(c, ":_.-");
}

static const char *
skip_blanks(const char *p)
{
	while (is_blank(*p))
		p++;
	return p;
}

static const char *
skip_word(const char *p)
{
	while (*p && *p != '>' && !is_blank(*p))
		p++;
	return p;
}

static const char *
skip_name(const char *p)
{
	while (is_name(*p))
		p++;
	return p;
}

/* Behind "=": what is quoted to the quote's end, else a word. */
static const char *
skip_value(const char *p)
{
	p = skip_blanks(p);
	if (*p == '"' || *p == '\'')
		return behind(strchr(p + 1, *p), 1, p);
	return skip_word(p);
}

/* From "<" of a tag to its ">", and how many attributes libxml2 sees in it. */
static const char *
skip_tag(const char *p, size_t *attrs)
{
	p = skip_blanks(skip_name(p + 1));
	for (*attrs = 0; *p && *p != '>'; p = skip_blanks(p)) {
		if (!is_name(*p)) {
			p = skip_word(p);
			continue;
		}
		++*attrs;
		p = skip_blanks(skip_name(p));
		if (*p == '=')
			p = skip_value(p + 1);
	}
	return p;
}

/* From the end of a tag over content that is no markup, to "</". */
static const char *
skip_raw_text(const char *tag, const char *p)
{
	static const char *const ends[] = {"</script", "</style"};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t n = strlen(ends[i]) - 2;

		if (strncasecmp(tag + 1, ends[i] + 2, n) == 0 && !is_name(tag[1 + n]))
			return behind(strcasestr(p, ends[i]), 0, p);
	}
	return p;
}

static int
drop_declarations(struct buf *text, struct err *err)
{
	const char *p = buf_cstr(text);
	struct cursor cursor = {text->p, p};
	size_t attrs;

	while ((p = strchr(p, '<')) != NULL) {
		const char *tag = p;

		if (p[1] == '!' || p[1] == '?') {
			keep_until(&cursor, p);
			p = cursor.kept = skip_declaration(p);
		} else if (!isalpha((unsigned char)p[1])) {
			p++;
		} else {
			p = skip_raw_text(tag, skip_tag(p, &attrs));
			if (attrs > ATTRS_MAX)
				return err_set(err, ERR_LIMIT,
				    "an element has more than %d attributes", ATTRS_MAX);
		}
	}
	keep_until(&cursor, text->p + text->n);
	text->n = (size_t)(cursor.to - text->p);
	return 0;
}

/* CR LF and CR become LF. */
static void
mend_line_ends(struct buf *text)
{
	size_t n = 0;

	if (!memchr(text->p, '\r', text->n))
		return;
	for (size_t i = 0; i < text->n; i++) {
		if (text->p[i] != '\r')
			text->p[n++] = text->p[i];
		else if (i + 1 == text->n || text->p[i + 1] != '\n')
			text->p[n++] = '\n';
	}
	text->n = n;
}

int
html_source(struct buf *out, struct slice fragment, struct err *err)
{
	size_t first;

	buf_str(out, "<body>");
	utf8_clean(out, fragment, &first);
	if (out->full)
		return err_set(err, ERR_LIMIT, "the HTML is too long");
	mend_line_ends(out);
	return drop_declarations(out, err);
}
