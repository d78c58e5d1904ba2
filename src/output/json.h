/*
 * json: JSON Feed 1.1. See format.h.
 *
 * An item always has content: content_html, or content_text with the summary.
 * `tags` are the categories and then the tags. What the format has no word
 * for stands in each item's extension, each member only where it is known:
 *
 *   "_xysfeed": {
 *     "source": {"name", "url", "date"},   where it was taken from
 *     "issued": "2024-02-22",              the issue that it was part of
 *     "contributors": [{"name", "url"}],   translators and the like
 *     "rights": "..."
 *   }
 *
 * There is no next_url: the history is in the Atom and RSS archives.
 */
#ifndef OUTPUT_JSON_H
#define OUTPUT_JSON_H

#include "output/format.h"

int json_write(struct buf *out, const struct feed *feed, struct err *err);
int json_prove(
    struct slice doc, const struct feed *feed, struct lint *lint, struct err *err);

#endif
