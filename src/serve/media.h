/*
 * media: as what a published file is sent, from its name.
 */
#ifndef SERVE_MEDIA_H
#define SERVE_MEDIA_H

#include "base/slice.h"

#include <stdint.h>

enum {
	MEDIA_FEED = 1,
	MEDIA_DELTA = 2,  /* delta.h knows it */
	MEDIA_ACTIVE = 4, /* a browser gives it rights */
	MEDIA_STYLED = 8, /* it names a style sheet: a browser shows it, as MEDIA_XML */
};

struct media_type {
	const char *extension; /* with its dot */
	const char *type;      /* Content-Type, with charset where there is one */
	unsigned is;           /* MEDIA_ bits */
	int64_t fresh;         /* seconds that it may be kept, unless it is a feed */
};

#define MEDIA_XML "application/xml; charset=utf-8"

/* The last row, application/octet-stream, is for all other names. */
extern const struct media_type media_types[];
extern const size_t media_types_n;

const struct media_type *media_of(struct slice path);

#endif
