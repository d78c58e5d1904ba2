/*
 * ping: the words in which a hub is told of a document.
 *
 * PubSubHubbub Core 0.3 section 7.1 names hub.url, and some hubs read
 * hub.topic instead; several documents in one request are understood in three
 * ways. So: one document each, and both names, unless the configuration says
 * otherwise. With `content` the document itself and its signature go along
 * (as some private hubs take it).
 */
#ifndef PUSH_PING_H
#define PUSH_PING_H

#include "push/errand.h"
#include "push/http.h"

/* `document`: the bytes to send along; none: only where it is. All in the arena. */
void ping_write(const struct errand *errand, struct slice document, struct arena *arena,
    struct http_request *request);

#endif
