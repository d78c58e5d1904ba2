/*
 * answer: what a hub, hook or search engine meant by its answer.
 *
 * The publish ping stands in no recommendation, only in PubSubHubbub Core 0.3
 * section 7.1, and hubs disagree about it; this is one table of what their
 * answers mean. Pure: no network, no clock.
 */
#ifndef PUSH_ANSWER_H
#define PUSH_ANSWER_H

#include "push/http.h"
#include "push/retry.h"

enum verdict {
	VERDICT_ACCEPTED,
	VERDICT_NOBODY, /* the hub has no subscriber for it: as good as accepted */
	VERDICT_RETRY,
	VERDICT_FAILED, /* asking again would not help, until somebody mends it */
	VERDICTS,
};

/* "accepted", "nobody subscribed", "to be tried again", "failed" */
const char *verdict_name(enum verdict verdict);

struct judgement {
	enum verdict verdict;
	int64_t wait; /* seconds that it asks to wait, at most RETRY_AFTER_MAX; 0 */
	struct slice sentence; /* for people: "202", "500: Topic not found", "connection
				* refused"; of a text that is not HTML the first line, in
				* UTF-8 without control characters, at most 200 bytes */
	struct slice warning;  /* moved for good, accepted in part; none */
};

/*
 * 2xx accepted, 207 with a warning of what its report says is not; 500 "Topic not
 * found" nobody; 408, 425, 429, 5xx, and whatever brought no answer, retry; all else
 * failed. An answer whose body was too long is judged by its status.
 */
void answer_judge(
    const struct http_answer *answer, struct arena *arena, struct judgement *judgement);

/* The first line of what somebody says, as in a sentence; none of HTML. */
struct slice answer_first_line(struct slice says, struct arena *arena);

#endif
