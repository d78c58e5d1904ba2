#include "input/html.h"

#include "input/html_fit.h"
#include "input/html_read.h"
#include "input/html_source.h"
#include "input/html_write.h"

#include <limits.h>

struct html {
	struct arena *arena;
	struct html_node *root;
};

static int
over(enum html_over what, const struct html_context *context, struct err *err)
{
	if (what == HTML_LEVELS)
		return err_set(err, ERR_LIMIT, "the HTML is more than %zu levels deep",
		    context->max_depth);
	return err_set(
	    err, ERR_LIMIT, "the HTML has more than %zu nodes", context->max_nodes);
}

static int
grow(struct html_tree *tree, struct slice text, const struct html_context *context,
    struct diags *diags, struct err *err)
{
	enum html_over what = html_read(tree, text, context, diags);

	if (what != HTML_WITHIN)
		return over(what, context, err);
	if (html_fit(tree) > context->max_depth)
		return over(HTML_LEVELS, context, err);
	if (tree->nodes > context->max_nodes)
		return over(HTML_NODES, context, err);
	return 0;
}

int
html_open(struct html **html, struct slice fragment, const struct html_context *context,
    struct diags *diags, struct err *err)
{
	struct arena *arena = arena_new();
	struct html_tree tree;
	struct buf text;
	int status;

	*html = NULL;
	buf_init(&text, INT_MAX);
	html_tree_init(&tree, arena);
	status = html_source(&text, fragment, err);
	if (status == 0)
		status = grow(&tree, buf_view(&text), context, diags, err);
	if (status == 0) {
		*html = ARENA_NEW(arena, struct html);
		**html = (struct html){.arena = arena, .root = tree.root};
	} else {
		arena_free(arena);
	}
	buf_fini(&text);
	return status;
}

void
html_close(struct html *html)
{
	if (html)
		arena_free(html->arena);
}

void
html_write(const struct html *html, struct buf *out)
{
	html_write_node(html->root, out);
}

void
html_text(const struct html *html, size_t max, struct buf *out)
{
	html_write_text(html->root, max, out);
}
