/*
 * page: autodiscovery.html, <link rel="alternate"> lines for a site's <head>:
 * the `main` feeds in all their formats.
 */
#ifndef OUTPUT_PAGE_H
#define OUTPUT_PAGE_H

#include "output/listing.h"

int page_write(struct buf *out, const struct listing *listing, struct err *err);

#endif
