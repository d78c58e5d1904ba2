/* form: application/x-www-form-urlencoded, as WebSub speaks it in bodies and queries. */
#ifndef PUSH_FORM_H
#define PUSH_FORM_H

#include "base/arena.h"
#include "base/buf.h"

/* What is not plainly harmless is encoded. */
void form_add(struct buf *out, const char *name, struct slice value);

/* 1 and the decoded value, into the arena; 0: there is no such field; -1: it is there
 * twice, or badly encoded. Names are compared as they stand. */
int form_find(
    struct slice form, const char *name, struct arena *arena, struct slice *value);

#endif
