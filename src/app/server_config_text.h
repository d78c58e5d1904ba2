/*
 * server_config_text: what the configuration of each web server looks like, line by
 * line. Printed is the head, then the body; for the feeds, or some of them, live
 * and the body again; and the tail.
 */
#ifndef APP_SERVER_CONFIG_TEXT_H
#define APP_SERVER_CONFIG_TEXT_H

#include "base/compress.h"

/* When a line is printed; without any of these always. */
enum {
	IF_GZ = COMPRESS_GZ,
	IF_BR = COMPRESS_BR,
	IF_ZST = COMPRESS_ZST,
	IF_FOLDER = 1 << 8, /* the address has a folder of its own */
	IF_ROOT = 1 << 9,   /* the address is all of the host */
	IF_PACKED = 1 << 10,
	EACH_TYPE = 1 << 11, /* once for each extension */
};

/* @base@ and the like are replaced; server_config.c has the list of them. */
struct line {
	unsigned when;
	const char *text;
};

/* Lists of lines end with one whose text is NULL. */
struct server {
	const char *name;
	const struct line *head, *live, *body, *tail;
	const char *quote, *percent; /* in its texts */
	int copies;                  /* COMPRESS_ bits: what it can serve */
	size_t longest;              /* of an expression */
};

extern const struct server servers[];
extern const size_t servers_n;

#endif
