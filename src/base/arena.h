/*
 * arena: a lifetime. All that is taken from an arena is freed together.
 *
 * There is one arena for a configuration, one for a run, one for each piece
 * of work that a thread does. An arena is used by one thread at a time.
 * Memory never runs out for the caller: when the system has none left the
 * program stops (input is bounded by configuration, so this is not reached).
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/slice.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);         /* NULL is allowed */
void arena_reset(struct arena *arena);        /* all is gone, one block is kept */
size_t arena_size(const struct arena *arena); /* bytes handed out */

/* Zeroed, aligned for any type. n == 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t n);
/* A zeroed array; the product is checked. */
void *arena_array(struct arena *arena, size_t n, size_t size);
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

/*
 * Room for one more element in an array of *n elements that grows by
 * doubling: returns the (perhaps moved) array; the caller stores at v[*n]
 * and increments. The capacity follows from *n, so none is kept.
 */
void *arena_grow(struct arena *arena, void *v, size_t n, size_t size);

/* Copies; both end in a NUL that the slice does not count. */
struct slice arena_copy(struct arena *arena, struct slice s);
char *arena_cstr(struct arena *arena, struct slice s);
struct slice arena_printf(struct arena *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Append s to a list, not copying its bytes. */
void slices_add(struct slices *list, struct arena *arena, struct slice s);
bool slices_has(const struct slices *list, struct slice s);

/* Plain heap for the few things that outlive or outgrow an arena. */
void *mem_alloc(size_t n);           /* not zeroed; never NULL */
void *mem_resize(void *p, size_t n); /* never NULL */
/* Give freed memory back to the system, where the C library can. */
void mem_trim(void);
/* At most so many heaps for all threads, where the C library has several: what is free in
 * one is of no use to the others. Before the first thread is started. */
void mem_heaps(size_t n);

#endif
