/*
 * status_page_inside: what the parts of the page share. Only status_page*.c include it.
 *
 *     status_page.c       the page and its sections
 *     status_page_plot.c  the last day as two pictures
 *     status_page_text.c  all words in both languages, and the style
 */
#ifndef APP_STATUS_PAGE_INSIDE_H
#define APP_STATUS_PAGE_INSIDE_H

#include "app/status_page.h"

enum text {
	TEXT_STATUS,
	TEXT_AS_OF,
	TEXT_DAEMON,
	TEXT_SINCE,
	TEXT_STATE,
	TEXT_WORKING,
	TEXT_WAITING,
	TEXT_LAST_RUN,
	TEXT_NEXT_RUN,
	TEXT_NEVER,
	TEXT_RUNS,
	TEXT_FAILED,
	TEXT_WATCHED,
	TEXT_FOLDERS,
	TEXT_USER,
	TEXT_SANDBOX,
	TEXT_NO_SANDBOX,
	TEXT_LEDGER,
	TEXT_PUBLISHED,
	TEXT_DOCUMENTS,
	TEXT_LAST_DAY,
	TEXT_RUN_TIMES,
	TEXT_REQUESTS,
	TEXT_PER_SLOT,
	TEXT_MEDIAN,
	TEXT_LONGEST,
	TEXT_DONE,
	TEXT_NOT_DONE,
	TEXT_OPEN_CONNECTIONS,
	TEXT_NOT_MODIFIED,
	TEXT_ARTICLES,
	TEXT_ANNOUNCED,
	TEXT_LIVE,
	TEXT_WAITS,
	TEXT_HELD,
	TEXT_OUT,
	TEXT_BAD,
	TEXT_TROUBLES,
	TEXT_NO_TROUBLES,
	TEXT_PATH,
	TEXT_REASON,
	TEXT_UNTIL,
	TEXT_AND,
	TEXT_MORE,
	TEXT_FEEDS,
	TEXT_FEED,
	TEXT_ENTRIES,
	TEXT_UPDATED,
	TEXT_PUSH,
	TEXT_NOBODY_TOLD,
	TEXT_PEER,
	TEXT_ACCEPTED,
	TEXT_OWED,
	TEXT_REFUSED,
	TEXT_ANSWERS_IN,
	TEXT_IN_A_ROW,
	TEXT_LEFT_ALONE,
	TEXTS,
};

enum page_language { PAGE_ENGLISH, PAGE_CHINESE, PAGE_LANGUAGES };

extern const char *const status_page_texts[TEXTS][PAGE_LANGUAGES];

struct page_writer {
	struct buf *out;
	struct arena *arena;
	enum page_language language;
	const struct status_page *page;
	const struct snapshot *s;
};

/* All text that is not the program's own goes through here: escaped, shortened, and what
 * is no text as '?'. */
void page_text(struct page_writer *w, struct slice text);
void page_word(struct page_writer *w, enum text text);
/* <time>; "never" for 0. */
void page_time(struct page_writer *w, int64_t sec);
/* "66 ms", "1.2 s", "12 s", "3 min" */
void page_cost(struct page_writer *w, int64_t ms);

/* status_page_plot.c */
void page_plot_runs(struct page_writer *w);
void page_plot_requests(struct page_writer *w);

#endif
