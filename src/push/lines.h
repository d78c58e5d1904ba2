/*
 * lines: a text file line by line, plain or compressed by gzip, of any length.
 */
#ifndef PUSH_LINES_H
#define PUSH_LINES_H

#include "base/err.h"
#include "base/slice.h"

enum { LINES_LONGEST = 64 * 1024 };

struct lines;

/* "-": standard input. What it is shows in its first bytes, not in its name. */
int lines_open(struct lines **lines, const char *path, struct err *err);
void lines_close(struct lines *lines); /* NULL is allowed */

/*
 * 1 and the next line without its LF or CRLF, valid until the next call; 0 at the
 * end; -1, also at the end of a compressed file that is cut short, after its last
 * bytes. What is longer than LINES_LONGEST is cut there.
 */
int lines_next(struct lines *lines, struct slice *line, struct err *err);

#endif
