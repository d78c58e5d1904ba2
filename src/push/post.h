/*
 * post: what the words to all kinds of peers have in common.
 */
#ifndef PUSH_POST_H
#define PUSH_POST_H

#include "base/buf.h"
#include "model/config.h"
#include "push/http.h"

/* "sha256=HEX": the HMAC of the bytes (RFC 2104). */
struct slice post_sign(struct slice secret, struct slice bytes, struct arena *arena);
/* A POST as the configuration wants it; the body is not copied. */
void post_request(const struct config_reach *reach, struct slice url, struct slice type,
    struct slice body, struct http_request *request);

#define POST_FORM SLICE("application/x-www-form-urlencoded")
#define POST_JSON SLICE("application/json")

#endif
