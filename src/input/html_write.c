#include "input/html_write.h"

#include "base/utf8.h"
#include "input/html_attr.h"

/* What stands for a byte in text or, with `quoted`, in a value; or NULL. */
static const char *
escape_of(struct slice rest, bool quoted)
{
	switch (rest.p[0]) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return quoted ? "&quot;" : NULL;
	case '\xC2':
		return slice_starts(rest, SLICE("\xC2\xA0")) ? "&nbsp;" : NULL;
	default:
		return NULL;
	}
}

static void
write_escaped(struct buf *out, struct slice text, bool quoted)
{
	size_t from = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		const char *escape;

		if (c > '>' && c != 0xC2)
			continue;
		escape = escape_of(slice_from(text, i), quoted);
		if (!escape)
			continue;
		buf_add(out, text.p + from, i - from);
		buf_str(out, escape);
		i += c == 0xC2;
		from = i + 1;
	}
	buf_add(out, text.p + from, text.n - from);
}

static void
write_start(struct buf *out, const struct html_node *node)
{
	buf_char(out, '<');
	buf_str(out, html_rule(node->tag)->name);
	for (const struct html_attr *a = node->attr; a; a = a->next) {
		buf_char(out, ' ');
		buf_str(out, html_attr_name(a->name));
		buf_str(out, "=\"");
		write_escaped(out, a->value, true);
		buf_char(out, '"');
	}
	buf_char(out, '>');
}

static void
write_end(struct buf *out, const struct html_node *node)
{
	static const uint64_t voids =
	    TAG_BIT(TAG_BR) | TAG_BIT(TAG_HR) | TAG_BIT(TAG_IMG) | TAG_BIT(TAG_SOURCE);

	if (html_tag_in(node->tag, voids))
		return;
	buf_str(out, "</");
	buf_str(out, html_rule(node->tag)->name);
	buf_char(out, '>');
}

/* White space at the very end means nothing. */
static const struct html_node *
last_of(const struct html_node *root)
{
	const struct html_node *last = root->last;

	while (last && html_node_is_blank(last))
		last = last->prev;
	return last;
}

void
html_write_node(const struct html_node *root, struct buf *out)
{
	const struct html_node *last = last_of(root);
	struct html_step at = {(struct html_node *)root, true, 0};

	for (; at.node; html_step(&at, root)) {
		if (at.node != root && at.node->tag == TAG_TEXT && at.enters)
			write_escaped(out, at.node->text, false);
		else if (at.node != root && at.node->tag != TAG_TEXT)
			(at.enters ? write_start : write_end)(out, at.node);
		if (at.node == last && !at.enters)
			return;
	}
}

/* Plain text while it is made: white space is owed until a character follows. */
struct plain {
	struct buf *out;
	size_t count;            /* characters written */
	uint32_t last;           /* the last one */
	bool started, newline;   /* owed: the end of a line, */
	bool space, source_line; /* a space, one that was a line feed in the source */
};

/* What is owed, before the character c. */
static void
pay(struct plain *p, uint32_t c)
{
	bool joined = p->source_line && utf8_is_cjk(p->last) && utf8_is_cjk(c);

	if (p->started && p->newline)
		buf_char(p->out, '\n');
	else if (p->started && p->space && !joined)
		buf_char(p->out, ' ');
	p->newline = p->space = p->source_line = false;
	p->started = true;
}

/* Take characters off *text up to white space. */
static void
add_word(struct plain *p, struct slice *text)
{
	struct slice word = *text, rest = *text;
	uint32_t c;

	for (; rest.n && !utf8_is_space(c = utf8_next(&rest)); *text = rest) {
		if (text->p == word.p)
			pay(p, c);
		p->last = c;
		p->count++;
	}
	buf_add(p->out, word.p, word.n - text->n);
}

static void
add_text(struct plain *p, struct slice text)
{
	while (text.n) {
		add_word(p, &text);
		if (text.n == 0)
			break;
		p->space = true;
		p->source_line = utf8_next(&text) == '\n' || p->source_line;
	}
}

/* Readings of ruby are read aloud, not read on. */
static bool
is_unseen(const struct html_node *node)
{
	const struct slice *style = html_attr_find(node->attr, ATTR_STYLE);

	return node->tag == TAG_RT || node->tag == TAG_RP ||
	       html_attr_find(node->attr, ATTR_HIDDEN) ||
	       (style && slice_ends(*style, SLICE("display:none")));
}

void
html_write_text(const struct html_node *root, size_t max, struct buf *out)
{
	struct html_step at = {(struct html_node *)root, true, 0};
	struct plain plain = {.out = out};

	for (; at.node; html_step(&at, root)) {
		if (at.enters && is_unseen(at.node))
			at.enters = false;
		else if (at.node->tag == TAG_TEXT && at.enters)
			add_text(&plain, at.node->text);
		else if (at.node->tag == TAG_BR ||
			 html_rule(at.node->tag)->role >= ROLE_RULE)
			plain.newline = true;
		if (plain.newline && plain.count >= max)
			return;
	}
}
