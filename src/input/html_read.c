#include "input/html_read.h"

#include "base/buf.h"
#include "input/html_attr.h"
#include "input/html_chars.h"
#include "input/html_image.h"

#include <libxml/HTMLparser.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/*
 * libxml2 is used for what it reads, not for the tree it would build: its
 * callbacks drive an html_tree. An element of the source is known by its
 * place on the parser's stack (1 for the <body> that we put around).
 */
struct reader {
	htmlParserCtxtPtr parser;
	const struct html_context *context;
	struct html_env env;
	struct html_tree *tree;
	struct html_images images;
	struct buf text;         /* read, not yet given to the tree */
	size_t nodes;            /* read so far */
	enum html_over over;     /* the limit that was passed */
	size_t skip, quiet;      /* place of the element that is dropped; of <noscript> */
	size_t picture;          /* place of <picture> */
	struct html_node *media; /* <video> whose content is skipped */
	struct diags *diags;
	const char *told[8]; /* what was reported as lost */
	size_t tolds;
};

static void
flush(struct reader *r)
{
	struct slice text;

	if (r->text.n == 0)
		return;
	text = html_chars(r->env.arena, buf_view(&r->text));
	buf_reset(&r->text);
	if (text.n)
		html_tree_text(r->tree, text);
}

/* Something that readers of the article may miss: said once a kind. */
static void
lose(struct reader *r, const char *what)
{
	int line = r->parser->input ? r->parser->input->line : 1;

	for (size_t i = 0; i < r->tolds; i++)
		if (strcmp(r->told[i], what) == 0)
			return;
	if (r->tolds == sizeof r->told / sizeof *r->told)
		return;
	r->told[r->tolds++] = what;
	diag_add(
	    r->diags, DIAG_NOTE, r->context->line + line - 1, "%s was left out", what);
}

static void
leave(struct reader *r)
{
	const struct html_frame *top = &r->tree->frame[r->tree->frames - 1];

	if (top->tag != TAG_NONE || top->swallowed)
		flush(r);
	html_tree_leave(r->tree);
}

/* An element that leaves no trace, but for its place on the stack. */
static void
enter_none(struct reader *r)
{
	html_tree_enter(r->tree, TAG_NONE, NULL);
}

static void
end_media(struct reader *r)
{
	struct html_node *media = r->media;

	r->media = NULL;
	if (html_attr_find(media->attr, ATTR_SRC))
		media->first = media->last = NULL;
	else if (!media->first) {
		lose(r, media->tag == TAG_VIDEO ? "a video" : "a recording");
		return;
	}
	html_attr_set(&media->attr, r->env.arena, ATTR_CONTROLS, SLICE(""));
	html_tree_leaf(r->tree, media);
}

/*
 * The parser has `place` elements open: those above have ended. It does not
 * always say so itself.
 */
static void
sync(struct reader *r, size_t place)
{
	if (r->skip && place >= r->skip)
		return;
	r->skip = 0;
	if (r->media)
		end_media(r);
	while (r->tree->frames - 1 > place)
		leave(r);
	if (place < r->quiet)
		r->quiet = 0;
	if (place < r->picture) {
		r->picture = 0;
		r->images.source = SLICE_NONE;
	}
}

static void
start_kept(struct reader *r, const struct html_policy *policy, const char *const *pairs)
{
	struct html_attr *attr =
	    html_attr_list(&r->env, policy->tag, pairs, policy->align);

	if (!html_attr_enough(policy->tag, attr)) {
		enter_none(r);
		return;
	}
	flush(r);
	html_tree_enter(r->tree, policy->tag, attr);
}

static void
start_image(struct reader *r, const char *const *pairs)
{
	struct html_node *img;

	flush(r);
	img = html_image_make(&r->images, &r->env, r->tree, pairs, r->quiet != 0);
	if (img)
		html_tree_leaf(r->tree, img);
	enter_none(r);
}

static struct slice
find_url(const struct reader *r, const char *const *pairs)
{
	static const char *const names[] = {"src", "data-src", "data-lazy-src"};
	struct slice value, url = SLICE_NONE;

	for (size_t i = 0; url.n == 0 && i < sizeof names / sizeof *names; i++)
		if (html_attr_source(pairs, names[i], &value))
			url = html_attr_url(&r->env, value);
	return url;
}

static void
start_media(struct reader *r, enum html_tag tag, const char *const *pairs)
{
	struct slice url = find_url(r, pairs);

	flush(r);
	r->media = html_node_new(r->tree, tag);
	r->media->attr = html_attr_list(&r->env, tag, pairs, NULL);
	if (url.n)
		html_attr_set(&r->media->attr, r->env.arena, ATTR_SRC, url);
}

static void
start_media_source(struct reader *r, const char *const *pairs)
{
	enum { SOURCES_MAX = 8 };
	struct html_node *source;

	if (!find_url(r, pairs).n || r->media->children == SOURCES_MAX)
		return;
	source = html_node_new(r->tree, TAG_SOURCE);
	source->attr = html_attr_list(&r->env, TAG_SOURCE, pairs, NULL);
	html_attr_set(&source->attr, r->env.arena, ATTR_SRC, find_url(r, pairs));
	html_node_append(r->media, source);
}

/* A page within the page: a link to it, on a line of its own. */
static void
start_frame(struct reader *r, const char *what, const char *const *pairs)
{
	struct slice url = find_url(r, pairs), text = url, title;
	struct html_attr *href;

	if (url.n == 0) {
		lose(r, what);
		return;
	}
	flush(r);
	if (html_attr_source(pairs, "title", &title)) {
		title = html_chars(r->env.arena, title);
		text = html_is_blank(title) ? url : title;
	}
	href = ARENA_NEW(r->env.arena, struct html_attr);
	*href = (struct html_attr){.name = ATTR_HREF, .value = url};
	html_tree_enter(r->tree, TAG_P, NULL);
	html_tree_enter(r->tree, TAG_A, href);
	html_tree_text(r->tree, text);
	html_tree_leave(r->tree);
	html_tree_leave(r->tree);
}

/* The check boxes of task lists are for looking at. */
static void
start_input(struct reader *r, const char *const *pairs)
{
	struct slice value;

	if (!html_attr_source(pairs, "type", &value) ||
	    !slice_is_nocase(value, "checkbox") ||
	    !html_attr_source(pairs, "disabled", &value))
		return;
	buf_str(&r->text, html_attr_source(pairs, "checked", &value) ? "☑ " : "☐ ");
}

static bool
is_quiet(const struct reader *r, enum html_action action)
{
	return r->quiet && action != HTML_IMAGE && action != HTML_PICTURE &&
	       action != HTML_SOURCE && action != HTML_DROP;
}

static void
start_element(struct reader *r, size_t place, const struct html_policy *policy,
    const char *const *pairs)
{
	enum html_action action = policy->action;

	if (is_quiet(r, action)) {
		enter_none(r);
		return;
	}
	if (policy->loss && action != HTML_FRAME)
		lose(r, policy->loss);
	switch (action) {
	case HTML_UNWRAP:
		enter_none(r);
		break;
	case HTML_KEEP:
		start_kept(r, policy, pairs);
		break;
	case HTML_VOID:
		enter_none(r);
		break;
	case HTML_DROP:
		r->skip = place;
		break;
	case HTML_IMAGE:
		start_image(r, pairs);
		break;
	case HTML_PICTURE:
		r->picture = place;
		enter_none(r);
		break;
	case HTML_MEDIA:
		start_media(r, policy->tag, pairs);
		r->skip = place;
		break;
	case HTML_SOURCE:
		if (r->picture)
			html_image_source(&r->images, &r->env, pairs);
		enter_none(r);
		break;
	case HTML_NOSCRIPT:
		r->quiet = place;
		enter_none(r);
		break;
	case HTML_FRAME:
		start_frame(r, policy->loss, pairs);
		r->skip = place;
		break;
	case HTML_INPUT:
		start_input(r, pairs);
		enter_none(r);
		break;
	}
}

/* How deep the result is will be seen; here the parser's own stack is kept
 * short, for which closing tags are searched from top to bottom. */
static void
check_limits(struct reader *r, size_t place)
{
	enum { WITHOUT_TRACE = 1000 };

	if (r->nodes > r->context->max_nodes || r->tree->nodes > r->context->max_nodes)
		r->over = HTML_NODES;
	if (place > r->context->max_depth + WITHOUT_TRACE)
		r->over = HTML_LEVELS;
	if (r->over)
		xmlStopParser(r->parser);
}

static void
on_start(void *ctx, const xmlChar *name, const xmlChar **pairs)
{
	struct reader *r = ctx;
	size_t place = (size_t)r->parser->nameNr;
	const struct html_policy *policy = html_policy_find((const char *)name);

	sync(r, place - 1);
	r->nodes++;
	check_limits(r, place);
	if (r->over)
		return;
	if (!r->skip)
		start_element(r, place, policy, (const char *const *)pairs);
	else if (r->media && policy->action == HTML_SOURCE)
		start_media_source(r, (const char *const *)pairs);
}

static void
on_end(void *ctx, const xmlChar *name)
{
	struct reader *r = ctx;

	(void)name;
	if (!r->over)
		sync(r, (size_t)r->parser->nameNr - 1);
}

static void
on_text(void *ctx, const xmlChar *text, int n)
{
	struct reader *r = ctx;

	if (r->over)
		return;
	sync(r, (size_t)r->parser->nameNr);
	if (r->skip || r->quiet)
		return;
	r->nodes += r->text.n == 0;
	buf_add(&r->text, text, (size_t)n);
}

static void
parse(struct reader *r, struct slice text)
{
	enum {
		OPTIONS = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
			  HTML_PARSE_NONET | HTML_PARSE_NODEFDTD | HTML_PARSE_NOIMPLIED |
			  HTML_PARSE_IGNORE_ENC
	};

	r->parser = htmlNewParserCtxt();
	if (!r->parser)
		abort();
	*r->parser->sax = (xmlSAXHandler){.startElement = on_start,
	    .endElement = on_end,
	    .characters = on_text,
	    .ignorableWhitespace = on_text,
	    .cdataBlock = on_text};
	r->parser->userData = r;
	htmlCtxtReadMemory(r->parser, text.p, (int)text.n, NULL, "UTF-8", OPTIONS);
	if (!r->over)
		sync(r, 0);
	flush(r);
	htmlFreeParserCtxt(r->parser);
}

enum html_over
html_read(struct html_tree *tree, struct slice text, const struct html_context *context,
    struct diags *diags)
{
	struct reader r = {.context = context,
	    .env = {tree->arena, context->page, context->base},
	    .tree = tree,
	    .diags = diags};

	buf_init(&r.text, INT_MAX);
	html_images_init(&r.images);
	parse(&r, text);
	html_images_fini(&r.images);
	buf_fini(&r.text);
	return r.over;
}
