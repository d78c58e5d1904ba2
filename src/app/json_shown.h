/*
 * json_shown: text of any bytes as a JSON string. What is no text is shown, not lost.
 */
#ifndef APP_JSON_SHOWN_H
#define APP_JSON_SHOWN_H

#include "base/slice.h"

#include <jansson.h>

/* The caller's, as json_string's is. */
json_t *json_shown(struct slice text);

#endif
