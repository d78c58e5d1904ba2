/*
 * opml: OPML 2.0 of all feeds, one outline each, in its first format.
 */
#ifndef OUTPUT_OPML_H
#define OUTPUT_OPML_H

#include "output/listing.h"

int opml_write(struct buf *out, const struct listing *listing, struct err *err);
int opml_prove(
    struct slice doc, const struct listing *listing, struct lint *lint, struct err *err);

#endif
