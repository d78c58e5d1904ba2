/*
 * map: from bytes to a pointer; iterates in the order of insertion.
 *
 * Keys are borrowed slices and must stay valid while the map lives.
 * Values are the caller's. NULL is not a value: map_get gives it for "none".
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/slice.h"

#include <stdint.h>

struct map_item {
	struct slice key;
	void *value; /* NULL when removed: skip it when iterating */
	uint32_t hash;
};

struct map {
	struct map_item *item; /* in insertion order */
	size_t n, cap;
	uint32_t *slot; /* index + 1, 0 when free */
	size_t slots;
};

void map_init(struct map *map);
void map_fini(struct map *map);

/* Room for this many keys in all. */
void map_reserve(struct map *map, size_t keys);

void *map_get(const struct map *map, struct slice key);
/* Set or replace. `value` is not NULL. */
void map_put(struct map *map, struct slice key, void *value);
/* Forget a key; its place in the order is freed when it is put again. */
void map_remove(struct map *map, struct slice key);

/* The hash that the map uses: eight bytes at a time. Another one on another machine. */
uint32_t map_hash(struct slice key);

#endif
