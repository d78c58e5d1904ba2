/*
 * menu_inside: what the parts of menu share. Only menu*.c include it.
 *
 *     menu.c          documents for programs, and files published as they are
 *     menu_face.c     pages for people
 *     menu_sitemap.c  sitemaps
 */
#ifndef OUTPUT_MENU_INSIDE_H
#define OUTPUT_MENU_INSIDE_H

#include "output/menu.h"

enum { MENU_DOCUMENT_MAX = 64 * 1000 * 1000 };

struct menu {
	const struct maker *maker;
	const struct menu_request *request;
	struct arena *arena;
	struct made *made;
	struct err *err;
	struct buf document;
};

bool menu_is_due(const struct menu *menu, struct slice path, bool changed);
/* What is in the buffer, proven or not, takes its place or is refused. */
int menu_offer(struct menu *menu, struct slice path, int64_t updated, size_t entries,
    int proven, const struct lint *lint);
/* 1: somebody else's file stands where a file for people should, and stays. 0, -1. */
int menu_is_foreign(struct menu *menu, struct slice path);

/* A document on its way: written and proven, offered, and then taken. */
struct draft {
	struct slice path;
	int64_t updated;
	size_t entries;
	int proven; /* -1: it is refused, `lint` and `err` say why */
	struct lint lint;
	int offered;
	struct document document;
	struct err err;
};
/* Several threads at once; `keep` is the caller's and lives as long as `made`. */
void draft_offer(
    const struct menu *menu, struct draft *draft, struct slice text, struct arena *keep);
/* One after the other. */
int draft_take(struct menu *menu, const struct draft *draft);

int menu_make_faces(struct menu *menu);
int menu_make_sitemaps(struct menu *menu);

#endif
