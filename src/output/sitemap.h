/*
 * sitemap: sitemap.xml in the form of sitemaps.org 0.9, and the index over
 * several of them.
 */
#ifndef OUTPUT_SITEMAP_H
#define OUTPUT_SITEMAP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "base/zone.h"
#include "output/lint.h"

enum { SITEMAP_MAX = 50000 }; /* URLs of one document, at most */

struct sitemap_url {
	struct slice url;
	int64_t updated;
};

/* What a document lists. */
struct sitemap {
	const struct sitemap_url *url;
	size_t urls;
	const struct zone *zone;
	bool index; /* the URLs are those of sitemap documents */
};

int sitemap_write(struct buf *out, const struct sitemap *sitemap, struct err *err);
int sitemap_prove(
    struct slice doc, const struct sitemap *sitemap, struct lint *lint, struct err *err);

#endif
