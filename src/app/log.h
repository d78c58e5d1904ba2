/*
 * log: what the daemon tells its operator.
 *
 * To standard error, to syslog(3), or to the journal by its native protocol
 * with fields. A line that comes again within a minute is counted rather than
 * said; "repeated 3 times: LINE" follows before the next line that is said.
 */
#ifndef APP_LOG_H
#define APP_LOG_H

#include "base/err.h"
#include "base/slice.h"
#include "model/config.h"

struct log;

/* A field of a journal entry: upper case name, as FEED. Others leave it out. */
struct log_field {
	const char *name; /* NULL ends a list */
	struct slice value;
};

/* Never fails: what cannot be reached falls back to standard error. */
struct log *log_open(enum log_sink sink, enum log_level level);

/* The same with other places than the system's, for tests. */
struct log_places {
	const char *journal; /* its socket of the native protocol */
	const char *syslog;  /* what must be there for syslog(3) to reach anybody */
	int err;             /* standard error */
};
struct log *log_open_at(
    enum log_sink sink, enum log_level level, const struct log_places *places);

void log_close(struct log *log); /* says what was still being counted; NULL is allowed */
/* "stderr", "syslog", "journal": where it goes. */
const char *log_sink_name(const struct log *log);

/* One line of at most 4 KiB; line breaks and control characters within become
 * spaces, bytes that are no UTF-8 '?'. NULL fields: none. Any thread. */
void log_say(struct log *log, enum log_level level, const struct log_field *fields,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
