#include "input/front_tree.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <yaml.h>

/* FIRST_LINE: where the YAML starts in its file, behind the opening `---`. */
enum { MAX_BYTES = 64 * 1024, MAX_DEPTH = 32, MAX_EVENTS = 1000, FIRST_LINE = 2 };

struct builder {
	struct arena *arena;
	struct diags *diags;
	struct front_node *root;
	struct front_node **end[MAX_DEPTH + 1]; /* where the next child goes */
	size_t depth;
};

static int
bad(struct builder *b, int line, const char *why)
{
	diag_add(b->diags, DIAG_BAD, line, "front matter: %s", why);
	return -1;
}

static struct front_node *
append(struct builder *b, enum front_kind kind, int line)
{
	struct front_node *node = ARENA_NEW(b->arena, struct front_node);

	node->kind = kind;
	node->line = line;
	*b->end[b->depth] = node;
	b->end[b->depth] = &node->next;
	return node;
}

static int
descend(struct builder *b, enum front_kind kind, int line)
{
	struct front_node *node;

	if (b->depth == MAX_DEPTH)
		return bad(b, line, "lists and maps lie more than 32 deep");
	node = append(b, kind, line);
	b->end[++b->depth] = &node->first;
	return 0;
}

/* The escapes of double quotes can name characters that XML forbids. */
static struct slice
unescaped(struct builder *b, struct slice s, int line)
{
	struct buf clean;
	struct slice text;
	size_t first;

	buf_init(&clean, s.n);
	if (utf8_clean(&clean, s, &first) > 0)
		diag_add(b->diags, DIAG_WARN, line,
		    "front matter: characters that XML forbids are left out");
	text = arena_copy(b->arena, buf_view(&clean));
	buf_fini(&clean);
	return text;
}

static void
scalar(struct builder *b, const yaml_event_t *e, int line)
{
	struct front_node *node = append(b, FRONT_SCALAR, line);
	struct slice s =
	    slice_make((const char *)e->data.scalar.value, e->data.scalar.length);

	node->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->text = e->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE
			 ? unescaped(b, s, line)
			 : arena_copy(b->arena, s);
}

static int
build(struct builder *b, const yaml_event_t *e)
{
	int line = FIRST_LINE + (int)e->start_mark.line;

	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		return b->root ? bad(b, line, "more than one YAML document") : 0;
	case YAML_ALIAS_EVENT:
		return bad(b, line,
		    "YAML aliases are not taken (a text that starts with * needs "
		    "quotes)");
	case YAML_SCALAR_EVENT:
		scalar(b, e, line);
		return 0;
	case YAML_SEQUENCE_START_EVENT:
		return descend(b, FRONT_LIST, line);
	case YAML_MAPPING_START_EVENT:
		return descend(b, FRONT_MAP, line);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		b->depth--;
		return 0;
	default:
		return 0;
	}
}

/* libyaml's reader counts bytes, its scanner and parser lines. */
static int
refuse(struct builder *b, const yaml_parser_t *parser, struct slice yaml)
{
	size_t line = parser->problem_mark.line;

	if (parser->error == YAML_READER_ERROR) {
		struct slice before = slice_part(yaml, 0, parser->problem_offset), skip;

		for (line = 0; slice_index(before, '\n') < before.n; line++)
			slice_token(&before, '\n', &skip);
	}
	return bad(
	    b, FIRST_LINE + (int)line, parser->problem ? parser->problem : "is not YAML");
}

static int
build_all(struct builder *b, yaml_parser_t *parser, struct slice yaml)
{
	for (int n = 0;; n++) {
		yaml_event_t event;
		bool end;
		int rc;

		if (!yaml_parser_parse(parser, &event))
			return refuse(b, parser, yaml);
		end = event.type == YAML_STREAM_END_EVENT;
		rc = n < MAX_EVENTS ? build(b, &event)
				    : bad(b, FIRST_LINE + (int)event.start_mark.line,
					  "more than 1,000 YAML events");
		yaml_event_delete(&event);
		if (rc < 0 || end)
			return rc;
	}
}

int
front_tree(
    struct front_node **root, struct slice yaml, struct arena *arena, struct diags *diags)
{
	struct builder b = {.arena = arena, .diags = diags};
	yaml_parser_t parser;
	int rc;

	*root = NULL;
	if (yaml.n == 0)
		return 0;
	/* Before libyaml sees it: nested brackets cost it quadratic time. */
	if (yaml.n > MAX_BYTES)
		return bad(&b, FIRST_LINE, "more than 64 KiB");
	b.end[0] = &b.root;
	if (!yaml_parser_initialize(&parser))
		abort();
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)yaml.p, yaml.n);
	rc = build_all(&b, &parser, yaml);
	yaml_parser_delete(&parser);
	if (rc == 0)
		*root = b.root;
	return rc;
}

bool
front_absent(const struct front_node *node)
{
	static const char *const nothing[] = {"", "~", "null"};

	if (node->kind != FRONT_SCALAR)
		return !node->first;
	if (!node->plain)
		return utf8_trim(node->text).n == 0;
	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
		if (slice_is_nocase(node->text, nothing[i]))
			return true;
	return false;
}
