/*
 * menu_inside: what the parts of menu share. Only menu*.c include it.
 *
 *     menu.c       documents for programs, and files published as they are
 *     menu_face.c  pages for people
 */
#ifndef OUTPUT_MENU_INSIDE_H
#define OUTPUT_MENU_INSIDE_H

#include "output/menu.h"

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

int menu_make_faces(struct menu *menu);

#endif
