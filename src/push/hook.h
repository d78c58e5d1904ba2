/*
 * hook: the words in which a program or an address is told which entries changed.
 *
 *     {"feed": {"name": "tag", "key": "tag/sea", "title": "...", "home": "https://...",
 *               "url": {"atom": "https://...", "rss": "...", "json": "..."}},
 *      "publication": 1207,
 *      "new": [{"id": "tag:...", "url": "https://...", "title": "...",
 *               "published": "2024-02-28T09:07:16+08:00", "updated": "...",
 *               "tags": ["..."]}],
 *      "changed": [...], "gone": [...], "more": true}
 *
 * Everything since the hook last accepted, oldest first: after failures it
 * gets what came in between, each entry once. An entry that came and
 * went is not told of. Of each kind 1,000 at most; `more` is there when that
 * is not all.
 */
#ifndef PUSH_HOOK_H
#define PUSH_HOOK_H

#include "push/errand.h"
#include "push/http.h"
#include "push/runner.h"

enum { HOOK_ENTRIES = 1000 };

int hook_prepare(struct bulletin *bulletin, struct errand *errand, struct err *err);
/* With a secret, its signature: "X-Xysfeed-Signature: sha256=HEX". */
void hook_write(const struct errand *errand, struct slice document, struct arena *arena,
    struct http_request *request);

/* Exit 0 accepted; all else is tried again. */
void hook_judge(
    const struct runner_end *end, struct arena *arena, struct judgement *judgement);

#endif
