/*
 * buf: bytes being made, with a ceiling.
 *
 * A buf grows as it is appended to until `max` bytes; what does not fit is
 * refused and `full` set, once, so that a writer appends freely and checks
 * at its end. The bytes belong to the buf until buf_fini.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/slice.h"

#include <stdint.h>

struct buf {
	char *p;
	size_t n, cap, max;
	bool full; /* something did not fit */
};

void buf_init(struct buf *buf, size_t max);
void buf_fini(struct buf *buf);
void buf_reset(struct buf *buf); /* empty again, memory kept */

void buf_add(struct buf *buf, const void *p, size_t n);
void buf_slice(struct buf *buf, struct slice s);
void buf_str(struct buf *buf, const char *cstr);
void buf_char(struct buf *buf, char c);
void buf_utf8(struct buf *buf, uint32_t codepoint);
void buf_printf(struct buf *buf, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* What is in it, borrowed until the next append. */
struct slice buf_view(const struct buf *buf);
/* The same with a NUL behind it (the NUL is not counted). */
const char *buf_cstr(struct buf *buf);

#endif
