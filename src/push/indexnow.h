/*
 * indexnow: telling search engines which addresses changed
 * (https://www.indexnow.org/documentation).
 *
 * Only what changed since it was configured, what is gone too; up to 10,000
 * addresses at once, which is what the protocol takes. The key stands in a
 * file on the site (see menu.h), by which they know that it is the site that speaks.
 */
#ifndef PUSH_INDEXNOW_H
#define PUSH_INDEXNOW_H

#include "push/errand.h"
#include "push/http.h"

int indexnow_prepare(struct bulletin *bulletin, struct errand *errand, struct err *err);
void indexnow_write(const struct errand *errand, struct slice document,
    struct arena *arena, struct http_request *request);
/* As of a hub, with what 403 and 422 ask for. */
void indexnow_judge(
    const struct http_answer *answer, struct arena *arena, struct judgement *judgement);

#endif
