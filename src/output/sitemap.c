#include "output/sitemap.h"

#include "base/arena.h"
#include "base/date.h"
#include "output/proof.h"
#include "output/xml.h"

#include <assert.h>

#define NS "http://www.sitemaps.org/schemas/sitemap/0.9"

static const char *
root_name(const struct sitemap *s)
{
	return s->index ? "sitemapindex" : "urlset";
}

static const char *
row_name(const struct sitemap *s)
{
	return s->index ? "sitemap" : "url";
}

int
sitemap_write(struct buf *out, const struct sitemap *s, struct err *err)
{
	struct xml *x = xml_open(out);
	struct arena *arena = arena_new();

	assert(s->urls <= SITEMAP_MAX);
	xml_start(x, root_name(s));
	xml_attr(x, "xmlns", SLICE(NS));
	for (size_t i = 0; i < s->urls; i++) {
		xml_start(x, row_name(s));
		xml_element(x, "loc", s->url[i].url);
		xml_element(
		    x, "lastmod", date_rfc3339(arena, s->url[i].updated, s->zone));
		xml_end(x);
	}
	xml_end(x);
	arena_free(arena);
	return xml_close(x, err);
}

static void
read_row(struct place *in, const char *name, const struct sitemap_url *url)
{
	struct place at;

	if (!place_enter(in, name, NULL, &at))
		return;
	lint_uri(in->proof->lint, SLICE_NONE, "loc", url->url);
	place_text(&at, "loc", url->url);
	place_instant(&at, "lastmod", url->updated, PROOF_RFC3339);
	place_end(&at);
}

static void
read_urls(struct proof *p, struct slice doc, const struct sitemap *s)
{
	const xmlNode *root = proof_root(p, doc, root_name(s), NS);
	struct place in;

	if (!root)
		return;
	in = place_of(p, root, NS);
	for (size_t i = 0; i < s->urls; i++)
		read_row(&in, row_name(s), &s->url[i]);
	place_end(&in);
}

int
sitemap_prove(
    struct slice doc, const struct sitemap *sitemap, struct lint *lint, struct err *err)
{
	struct proof p;

	proof_init(&p, lint, sitemap->zone);
	read_urls(&p, doc, sitemap);
	return proof_verdict(&p, err);
}
