#include "output/face_inside.h"

#include "base/uri.h"

/* As readers of the page take a reference: from where the page is. */
static bool
leads_to(const struct sheet_proof *p, struct slice got, struct slice want)
{
	return slice_eq(got, want) || slice_eq(uri_resolve(p->arena, p->url, got), want);
}

static void
fault(struct sheet_proof *p, const char *what, struct slice text)
{
	lint_add(p->lint, "read-back", SLICE_NONE, "%s is not there: %.*s", what,
	    SLICE_ARG(lint_quote(p->lint, text)));
}

bool
sheet_proof_begin(struct sheet_proof *p, const struct face *face, struct slice doc,
    struct slice title, struct lint *lint)
{
	const xmlNode *root, *node;

	*p = (struct sheet_proof){
	    .face = face, .lint = lint, .before = lint->n, .arena = face->arena};
	p->url = arena_printf(p->arena, "%.*s%.*s", SLICE_ARG(face->config->output.url),
	    SLICE_ARG(uri_encode_path(p->arena, face->path)));
	p->tree = markup_read(lint, doc);
	if (!p->tree)
		return false;
	root = xmlDocGetRootElement(p->tree);
	for (node = root; node && !markup_is(node, "h1"); node = markup_next(root, node))
		;
	if (!node || !slice_eq(markup_content(p->arena, node), title))
		fault(p, "the heading", title);
	return node != NULL;
}

static const xmlNode *
next_link(const struct sheet_proof *p, const char *class)
{
	const xmlNode *root = xmlDocGetRootElement(p->tree);
	const xmlNode *node = markup_next(root, p->at);

	while (node &&
	       !(markup_is(node, "a") && slice_is(markup_value(node, "class"), class)))
		node = markup_next(root, node);
	return node;
}

void
sheet_proof_last(struct sheet_proof *p, const char *class)
{
	if (next_link(p, class))
		lint_add(p->lint, "read-back", SLICE_NONE, "%s is too much", class);
}

void
sheet_proof_link(
    struct sheet_proof *p, const char *class, struct slice url, struct slice text)
{
	const xmlNode *node = next_link(p, class);

	if (!node) {
		fault(p, class, text);
		return;
	}
	p->at = node;
	if (!leads_to(p, markup_value(node, "href"), url))
		fault(p, "an address", url);
	if (!slice_eq(markup_content(p->arena, node), text))
		fault(p, class, text);
}

int
sheet_proof_end(struct sheet_proof *p, struct err *err)
{
	const struct finding *first;

	xmlFreeDoc(p->tree);
	if (p->lint->n == p->before)
		return 0;
	first = &p->lint->v[p->before];
	return err_set(err, ERR_PROOF, "%s: %.*s", first->rule, SLICE_ARG(first->text));
}

void
sheet_proof_entries(struct sheet_proof *p, const struct face_entry *entry, size_t entries)
{
	for (size_t i = 0; i < entries; i++)
		sheet_proof_link(p, "entry", entry[i].url, entry[i].title);
}

struct slice
sheet_proof_url(const struct sheet_proof *p, struct slice key, const char *extension)
{
	return arena_printf(p->arena, "%.*s%.*s.%s",
	    SLICE_ARG(p->face->config->output.url),
	    SLICE_ARG(uri_encode_path(p->arena, key)), extension);
}

void
sheet_proof_feeds(struct sheet_proof *p, const struct face_feed *feed, size_t feeds)
{
	for (size_t i = 0; i < feeds; i++) {
		const char *extension = FACE_EXTENSION;

		for (size_t k = formats_n; k-- > 0 && !feed[i].has_page;)
			if (feed[i].config->formats & formats[k].bit)
				extension = formats[k].extension;
		sheet_proof_link(
		    p, "feed", sheet_proof_url(p, feed[i].key, extension), feed[i].name);
	}
}
