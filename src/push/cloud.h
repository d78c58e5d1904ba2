/*
 * cloud: telling an rssCloud server of an RSS document (http://rsscloud.co/).
 *
 * Publishing only: its servers keep the subscribers. That it is to be asked
 * stands in the document, as <cloud> (output/rss.h).
 */
#ifndef PUSH_CLOUD_H
#define PUSH_CLOUD_H

#include "push/errand.h"
#include "push/http.h"

void cloud_write(const struct errand *errand, struct slice document, struct arena *arena,
    struct http_request *request);
/* These servers say success="false" with status 200: not now, mostly. */
void cloud_judge(
    const struct http_answer *answer, struct arena *arena, struct judgement *judgement);

#endif
