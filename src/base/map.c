#include "base/map.h"

#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 64 };

void
map_init(struct map *m)
{
	*m = (struct map){0};
}

void
map_fini(struct map *m)
{
	free(m->item);
	free(m->slot);
	*m = (struct map){0};
}

/* The upper half of the product is the better one. */
static uint64_t
mix(uint64_t h, uint64_t word)
{
	const uint64_t odd = 0x9e3779b97f4a7c15; /* of the golden ratio */
	uint64_t product = (h ^ word) * odd;

	return product ^ product >> 32;
}

uint32_t
map_hash(struct slice key)
{
	uint64_t h = key.n, word;
	size_t i = 0;

	for (; i + sizeof word <= key.n; i += sizeof word) {
		memcpy(&word, key.p + i, sizeof word);
		h = mix(h, word);
	}
	word = 0;
	if (i < key.n)
		memcpy(&word, key.p + i, key.n - i);
	return (uint32_t)mix(mix(h, word), 0);
}

/* The slot of the key, or the free slot where it would go. */
static uint32_t *
find(const struct map *m, struct slice key, uint32_t hash)
{
	size_t mask = m->slots - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		const struct map_item *it;

		if (m->slot[i] == 0)
			return &m->slot[i];
		it = &m->item[m->slot[i] - 1];
		if (it->hash == hash && slice_eq(it->key, key))
			return &m->slot[i];
	}
}

static void
widen(struct map *m, size_t slots)
{
	m->slots = slots;
	m->cap = m->slots / 2;
	m->item = mem_resize(m->item, m->cap * sizeof *m->item);
	free(m->slot);
	m->slot = mem_alloc(m->slots * sizeof *m->slot);
	memset(m->slot, 0, m->slots * sizeof *m->slot);
	for (size_t i = 0; i < m->n; i++)
		*find(m, m->item[i].key, m->item[i].hash) = (uint32_t)i + 1;
}

void
map_reserve(struct map *m, size_t keys)
{
	size_t slots = m->slots ? m->slots : SLOTS_MIN;

	while (slots / 2 < keys)
		slots *= 2;
	if (slots != m->slots)
		widen(m, slots);
}

void *
map_get(const struct map *m, struct slice key)
{
	uint32_t *slot;

	if (m->slots == 0)
		return NULL;
	slot = find(m, key, map_hash(key));
	return *slot ? m->item[*slot - 1].value : NULL;
}

void
map_put(struct map *m, struct slice key, void *value)
{
	uint32_t hash = map_hash(key), *slot;

	assert(value);
	if (m->n == m->cap)
		map_reserve(m, m->n + 1);
	slot = find(m, key, hash);
	if (*slot == 0) {
		m->item[m->n++] = (struct map_item){.key = key, .hash = hash};
		*slot = (uint32_t)m->n;
	}
	m->item[*slot - 1].value = value;
}

void
map_remove(struct map *m, struct slice key)
{
	uint32_t *slot;

	if (m->slots == 0)
		return;
	slot = find(m, key, map_hash(key));
	if (*slot)
		m->item[*slot - 1].value = NULL;
}
