#include "base/arena.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 * 1024, ALIGN = 16 };

struct block {
	struct block *next;
	size_t used, cap;
	_Alignas(ALIGN) char bytes[];
};

struct arena {
	struct block *head;
	size_t size;
};

void *
mem_alloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		abort();
	return p;
}

void *
mem_resize(void *p, size_t n)
{
	p = realloc(p, n ? n : 1);
	if (!p)
		abort();
	return p;
}

void
mem_trim(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

void
mem_heaps(size_t n)
{
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, (int)n);
#else
	(void)n;
#endif
}

static struct block *
block_new(size_t cap, struct block *next)
{
	struct block *b = mem_alloc(sizeof *b + cap);

	b->next = next;
	b->used = 0;
	b->cap = cap;
	return b;
}

struct arena *
arena_new(void)
{
	struct arena *a = mem_alloc(sizeof *a);

	a->head = NULL;
	a->size = 0;
	return a;
}

static void
blocks_free(struct block *b)
{
	while (b) {
		struct block *next = b->next;
		free(b);
		b = next;
	}
}

void
arena_free(struct arena *a)
{
	if (!a)
		return;
	blocks_free(a->head);
	free(a);
}

void
arena_reset(struct arena *a)
{
	struct block *keep = NULL, *next;

	for (struct block *b = a->head; b; b = next) {
		next = b->next;
		if (!keep && b->cap == BLOCK) {
			keep = b;
			continue;
		}
		free(b);
	}
	if (keep) {
		keep->next = NULL;
		keep->used = 0;
	}
	a->head = keep;
	a->size = 0;
}

size_t
arena_size(const struct arena *a)
{
	return a->size;
}

/* A large piece gets a block of its own behind the current one. */
static void *
take(struct arena *a, size_t n)
{
	struct block *b = a->head;

	if (n > SIZE_MAX - ALIGN - sizeof *b)
		abort();
	n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	a->size += n;
	if (b && b->cap - b->used >= n) {
		b->used += n;
		return b->bytes + b->used - n;
	}
	if (b && n > BLOCK / 4) {
		b->next = block_new(n, b->next);
		b = b->next;
	} else {
		a->head = b = block_new(n > BLOCK ? n : BLOCK, b);
	}
	b->used = n;
	return b->bytes;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	return memset(take(a, n), 0, n);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		abort();
	return arena_alloc(a, n * size);
}

void *
arena_grow(struct arena *a, void *v, size_t n, size_t size)
{
	enum { FIRST = 4 };
	void *wider;

	if (n >= FIRST && (n & (n - 1)) != 0)
		return v;
	if (n > 0 && n < FIRST)
		return v;
	wider = arena_array(a, n ? 2 * n : FIRST, size);
	return n ? memcpy(wider, v, n * size) : wider;
}

struct slice
arena_copy(struct arena *a, struct slice s)
{
	char *p = take(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct slice){p, s.n};
}

char *
arena_cstr(struct arena *a, struct slice s)
{
	return (char *)arena_copy(a, s).p;
}

struct slice
arena_printf(struct arena *a, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	int n;
	char *p;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	if ((size_t)n < sizeof small)
		return arena_copy(a, slice_make(small, (size_t)n));
	p = take(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct slice){p, (size_t)n};
}

void
slices_add(struct slices *list, struct arena *a, struct slice s)
{
	list->v = arena_grow(a, list->v, list->n, sizeof *list->v);
	list->v[list->n++] = s;
}

bool
slices_has(const struct slices *list, struct slice s)
{
	for (size_t i = 0; i < list->n; i++)
		if (slice_eq(list->v[i], s))
			return true;
	return false;
}
