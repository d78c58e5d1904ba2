/*
 * work: the same function over many items, on several threads.
 *
 * work_run calls fn(ctx, item, worker) once for each item in 0..n-1, taken in
 * order but finished in any, and returns when all are done. `worker` is
 * 0..threads-1: what a worker needs for itself (an arena, a parser) is kept
 * in an array by that number. Nothing else is shared without the caller's care.
 */
#ifndef BASE_WORK_H
#define BASE_WORK_H

#include <stddef.h>

enum { WORK_MAX = 16 };

void work_run(size_t threads, size_t n, void (*fn)(void *ctx, size_t item, size_t worker),
    void *ctx);

/* How many processors this process may use, 1 to WORK_MAX. */
size_t work_cores(void);

#endif
