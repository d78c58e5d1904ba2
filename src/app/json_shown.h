/*
 * json_shown: answers in JSON. What is no text is shown, not lost.
 */
#ifndef APP_JSON_SHOWN_H
#define APP_JSON_SHOWN_H

#include "base/buf.h"
#include "base/slice.h"

#include <jansson.h>

/* Text of any bytes as a string: the caller's, as json_string's is. */
json_t *json_shown(struct slice text);
/* Append the whole answer, and the end of its line. Takes it, as json_decref does. */
void json_shown_write(struct buf *out, json_t *answer);

#endif
