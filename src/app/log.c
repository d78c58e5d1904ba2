#include "app/log.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "base/zone.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

enum {
	TEXT_MAX = 4096,           /* of a line, and of the value of a field */
	ENTRY_MAX = 128 * 1024,    /* a datagram of this size passes by default */
	REPEAT_WITHIN = 60 * 1000, /* milliseconds */
};

static const int priorities[] = {
    [LEVEL_ERROR] = LOG_ERR,
    [LEVEL_WARN] = LOG_WARNING,
    [LEVEL_NOTICE] = LOG_NOTICE,
    [LEVEL_INFO] = LOG_INFO,
    [LEVEL_DEBUG] = LOG_DEBUG,
};

/* What stands before a line on standard error. */
enum head {
	HEAD_NONE,
	HEAD_PRIORITY, /* the journal takes it off, sd-daemon(3) */
	HEAD_TIME,     /* nobody else would note it */
};

struct line {
	enum log_level level;
	size_t n;
	char text[TEXT_MAX];
};

struct log {
	pthread_mutex_t mutex; /* of all that changes: level, last, since, repeats */
	enum log_level level;
	enum log_sink sink;
	enum head head;
	int err;
	int socket; /* of the journal, or -1 */
	struct sockaddr_un journal;
	struct line last;
	int64_t since; /* when it was said, of clock_elapsed */
	size_t repeats;
};

/* --- where it goes ----------------------------------------------------------- */

/* $JOURNAL_STREAM names the device and inode of the stream to the journal. */
static bool
is_journal(const struct stat *st)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;

	return stream && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 &&
	       dev == st->st_dev && ino == st->st_ino;
}

static bool
is_null(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

static enum log_sink
choose_sink(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || is_null(&st))
		return LOG_TO_SYSLOG;
	return is_journal(&st) ? LOG_TO_JOURNAL : LOG_TO_STDERR;
}

static enum head
choose_head(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || isatty(fd))
		return HEAD_NONE;
	return is_journal(&st) ? HEAD_PRIORITY : HEAD_TIME;
}

/* A journal that does not listen must not stop us for good. */
static bool
open_journal(struct log *log, const char *path)
{
	const struct timeval patience = {.tv_sec = 1};
	const struct sockaddr *address = (const struct sockaddr *)&log->journal;
	size_t n = strlen(path);

	if (n >= sizeof log->journal.sun_path)
		return false;
	log->journal.sun_family = AF_UNIX;
	memcpy(log->journal.sun_path, path, n);
	log->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (log->socket < 0 || connect(log->socket, address, sizeof log->journal) < 0)
		return false;
	setsockopt(log->socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	return true;
}

/* All that it opens is opened now, the zone of its local times too: later a
 * sandbox may be around us. */
static bool
open_syslog(const char *path)
{
	if (access(path, F_OK) < 0)
		return false;
	tzset();
	openlog("xysfeed", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	return true;
}

struct log *
log_open_at(enum log_sink sink, enum log_level level, const struct log_places *places)
{
	struct log *log = mem_alloc(sizeof *log);

	*log = (struct log){.level = level, .err = places->err, .socket = -1};
	pthread_mutex_init(&log->mutex, NULL);
	log->head = choose_head(log->err);
	log->sink = sink == LOG_TO_AUTO ? choose_sink(log->err) : sink;
	if ((log->sink == LOG_TO_JOURNAL && !open_journal(log, places->journal)) ||
	    (log->sink == LOG_TO_SYSLOG && !open_syslog(places->syslog)))
		log->sink = LOG_TO_STDERR;
	return log;
}

struct log *
log_open(enum log_sink sink, enum log_level level)
{
	static const struct log_places system = {
	    .journal = "/run/systemd/journal/socket",
	    .syslog = "/dev/log",
	    .err = STDERR_FILENO,
	};

	return log_open_at(sink, level, &system);
}

const char *
log_sink_name(const struct log *log)
{
	static const char *const names[] = {
	    [LOG_TO_STDERR] = "stderr",
	    [LOG_TO_SYSLOG] = "syslog",
	    [LOG_TO_JOURNAL] = "journal",
	};

	return names[log->sink];
}

/* --- one line ------------------------------------------------------------------ */

static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

/* In place: nothing becomes longer. Returns the length. */
static size_t
clean(char *text, size_t n)
{
	struct slice rest = slice_make(text, n);
	size_t out = 0;

	while (rest.n) {
		const char *from = rest.p;
		size_t before = rest.n;
		uint32_t c = utf8_next(&rest);

		if (c == UTF8_BAD) {
			text[out++] = '?';
		} else if (is_control(c)) {
			text[out++] = ' ';
		} else {
			memmove(text + out, from, before - rest.n);
			out += before - rest.n;
		}
	}
	return out;
}

static void
line_vprintf(struct line *line, const char *fmt, va_list ap)
{
	static const char more[] = "...";
	const size_t room = sizeof line->text - sizeof more;
	int n = vsnprintf(line->text, room, fmt, ap);

	line->n = n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
	line->n = clean(line->text, line->n);
	if (n >= (int)room) {
		memcpy(line->text + line->n, more, sizeof more - 1);
		line->n += sizeof more - 1;
	}
}

static void __attribute__((format(printf, 2, 3)))
line_printf(struct line *line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line_vprintf(line, fmt, ap);
	va_end(ap);
}

static void
write_head(const struct log *log, enum log_level level, char *head, size_t size)
{
	struct civil c;

	switch (log->head) {
	case HEAD_NONE:
		head[0] = '\0';
		break;
	case HEAD_PRIORITY:
		snprintf(head, size, "<%d>", priorities[level]);
		break;
	case HEAD_TIME:
		civil_from_seconds(clock_now(), &c);
		snprintf(head, size, "%04d-%02d-%02dT%02d:%02d:%02dZ ", c.year, c.month,
		    c.day, c.hour, c.minute, c.second);
		break;
	}
}

/* In one call, so that lines of several processes do not mix. */
static void
say_stderr(const struct log *log, const struct line *line)
{
	char head[64];
	struct iovec part[] = {
	    {head, 0},
	    {(char *)"xysfeed: ", strlen("xysfeed: ")},
	    {(char *)line->text, line->n},
	    {(char *)"\n", 1},
	};
	ssize_t n;

	write_head(log, line->level, head, sizeof head);
	part[0].iov_len = strlen(head);
	do
		n = writev(log->err, part, sizeof part / sizeof *part);
	while (n < 0 && errno == EINTR);
}

/* NAME=value, or with line breaks within NAME, the length in 8 bytes, value. */
static void
add_field(struct buf *entry, const char *prefix, const char *name, struct slice value)
{
	value = slice_part(value, 0, TEXT_MAX);
	buf_printf(entry, "%s%s", prefix, name);
	if (slice_index(value, '\n') == value.n) {
		buf_char(entry, '=');
	} else {
		buf_char(entry, '\n');
		for (size_t i = 0; i < 8; i++)
			buf_char(entry, (char)((uint64_t)value.n >> 8 * i & 0xFF));
	}
	buf_slice(entry, value);
	buf_char(entry, '\n');
}

/* Addressed each time: a journal that was started again has another socket there. */
static bool
send_entry(const struct log *log, struct slice entry)
{
	const struct sockaddr *address = (const struct sockaddr *)&log->journal;
	ssize_t n;

	do
		n = sendto(log->socket, entry.p, entry.n, MSG_NOSIGNAL, address,
		    sizeof log->journal);
	while (n < 0 && errno == EINTR);
	return n >= 0;
}

static bool
say_journal(
    const struct log *log, const struct line *line, const struct log_field *fields)
{
	struct buf entry;
	bool said;

	buf_init(&entry, ENTRY_MAX);
	buf_printf(&entry, "PRIORITY=%d\n", priorities[line->level]);
	buf_str(&entry, "SYSLOG_IDENTIFIER=xysfeed\n");
	add_field(&entry, "", "MESSAGE", slice_make(line->text, line->n));
	for (; fields && fields->name; fields++)
		add_field(&entry, "XYSFEED_", fields->name, fields->value);
	said = !entry.full && send_entry(log, buf_view(&entry));
	buf_fini(&entry);
	return said;
}

static void
say(const struct log *log, const struct line *line, const struct log_field *fields)
{
	if (log->sink == LOG_TO_SYSLOG)
		syslog(priorities[line->level], "%.*s", (int)line->n, line->text);
	else if (log->sink != LOG_TO_JOURNAL || !say_journal(log, line, fields))
		say_stderr(log, line);
}

/* --- lines that repeat -------------------------------------------------------- */

static bool
is_repeat(const struct log *log, const struct line *line, int64_t now)
{
	return line->level == log->last.level &&
	       slice_eq(slice_make(line->text, line->n),
		   slice_make(log->last.text, log->last.n)) &&
	       now - log->since < REPEAT_WITHIN && log->last.n > 0;
}

static void
say_repeats(struct log *log)
{
	struct line line = {.level = log->last.level};

	if (log->repeats == 0)
		return;
	line_printf(&line, "repeated %zu times: %.*s", log->repeats, (int)log->last.n,
	    log->last.text);
	say(log, &line, NULL);
	log->repeats = 0;
}

static void
say_once(struct log *log, const struct line *line, const struct log_field *fields)
{
	int64_t now = clock_elapsed();

	if (is_repeat(log, line, now)) {
		log->repeats++;
		return;
	}
	say_repeats(log);
	say(log, line, fields);
	log->last = *line;
	log->since = now;
}

void
log_say(struct log *log, enum log_level level, const struct log_field *fields,
    const char *fmt, ...)
{
	struct line line = {.level = level};
	va_list ap;

	va_start(ap, fmt);
	pthread_mutex_lock(&log->mutex);
	if (level <= log->level) {
		line_vprintf(&line, fmt, ap);
		say_once(log, &line, fields);
	}
	pthread_mutex_unlock(&log->mutex);
	va_end(ap);
}

void
log_close(struct log *log)
{
	if (!log)
		return;
	say_repeats(log);
	if (log->socket >= 0)
		close(log->socket);
	if (log->sink == LOG_TO_SYSLOG)
		closelog();
	pthread_mutex_destroy(&log->mutex);
	free(log);
}
