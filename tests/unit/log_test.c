#include "app/log.h"

#include "base/clock.h"

#include "place.h"

#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>

/*
 * A clock that stands still until it is told, and a syslog(3) that can be looked
 * at: they take the place of the library's own in this program. <syslog.h> is left
 * out, since with hardening it has a syslog that cannot be defined again.
 */
static int64_t elapsed = 5000;
static struct {
	int lines, priority, option, facility;
	char ident[32], text[8192];
} syslogged;

int64_t
clock_now(void)
{
	return 1795422001;
}

int64_t
clock_elapsed(void)
{
	return elapsed;
}

int64_t
clock_micros(void)
{
	return elapsed * 1000;
}

void openlog(const char *ident, int option, int facility);
void closelog(void);
void syslog(int priority, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void __syslog_chk(int priority, int flag, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

void
openlog(const char *ident, int option, int facility)
{
	snprintf(syslogged.ident, sizeof syslogged.ident, "%s", ident);
	syslogged.option = option;
	syslogged.facility = facility;
}

void
closelog(void)
{
	syslogged.ident[0] = '\0';
}

static void
take_syslog(int priority, const char *fmt, va_list ap)
{
	syslogged.lines++;
	syslogged.priority = priority;
	vsnprintf(syslogged.text, sizeof syslogged.text, fmt, ap);
}

void
syslog(int priority, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	take_syslog(priority, fmt, ap);
	va_end(ap);
}

void
__syslog_chk(int priority, int flag, const char *fmt, ...)
{
	va_list ap;

	(void)flag;
	va_start(ap, fmt);
	take_syslog(priority, fmt, ap);
	va_end(ap);
}

/* --- where a line may go ------------------------------------------------------ */

/* A file for standard error, a socket for the journal. */
struct scene {
	struct place place;
	struct log_places at;
	int journal;
};

static int
listen_at(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	snprintf(to.sun_path, sizeof to.sun_path, "%.100s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

static void
scene_open(struct scene *s)
{
	const char *err;

	unsetenv("JOURNAL_STREAM");
	place_open(&s->place);
	err = place_path(&s->place, "err");
	s->at = (struct log_places){
	    .journal = place_path(&s->place, "journal"),
	    .syslog = place_path(&s->place, "syslog"),
	    .err = open(err, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600),
	};
	assert_true(s->at.err >= 0);
	s->journal = listen_at(s->at.journal);
}

static void
scene_close(struct scene *s)
{
	unsetenv("JOURNAL_STREAM");
	close(s->at.err);
	close(s->journal);
	place_close(&s->place);
}

/* $JOURNAL_STREAM as systemd sets it, `off` inodes beside standard error's. */
static void
set_stream(struct scene *s, ino_t off)
{
	struct stat st = place_stat(&s->place, "err");
	char stream[64];

	snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)(st.st_ino + off));
	setenv("JOURNAL_STREAM", stream, 1);
}

static void
err_is_journal(struct scene *s)
{
	set_stream(s, 0);
}

/* What was written to standard error since the last time. */
static const char *
said(struct scene *s)
{
	const char *text = place_read(&s->place, "err");

	assert_int_equal(truncate(place_path(&s->place, "err"), 0), 0);
	return text;
}

static void
is_datagram(struct scene *s, const char *wanted, size_t n)
{
	char entry[200000];
	ssize_t got = recv(s->journal, entry, sizeof entry, 0);

	if (got != (ssize_t)n || memcmp(entry, wanted, n) != 0)
		fail_msg("%.*s", got < 0 ? 7 : (int)got, got < 0 ? "nothing" : entry);
}

#define IS_DATAGRAM(scene, literal) is_datagram(scene, literal, sizeof(literal) - 1)

static bool
is_silent(const struct scene *s)
{
	char c;

	return recv(s->journal, &c, 1, 0) < 0;
}

#define STAMP "2026-11-23T08:20:01Z xysfeed: "

/* --- the choice ----------------------------------------------------------------- */

static void
chooses_by_where_standard_error_goes(void **state)
{
	struct scene s;
	struct log *log;
	int file, null = open("/dev/null", O_WRONLY);

	(void)state;
	scene_open(&s);
	file = s.at.err;
	place_write(&s.place, "syslog", "");

	log = log_open_at(LOG_TO_AUTO, LEVEL_INFO, &s.at);
	assert_string_equal(log_sink_name(log), "stderr");
	log_close(log);

	set_stream(&s, 1); /* of the process that started us */
	log = log_open_at(LOG_TO_AUTO, LEVEL_INFO, &s.at);
	assert_string_equal(log_sink_name(log), "stderr");
	log_close(log);

	err_is_journal(&s);
	log = log_open_at(LOG_TO_AUTO, LEVEL_INFO, &s.at);
	assert_string_equal(log_sink_name(log), "journal");
	log_close(log);

	s.at.err = null;
	log = log_open_at(LOG_TO_AUTO, LEVEL_INFO, &s.at);
	assert_string_equal(log_sink_name(log), "syslog");
	log_close(log);

	close(null);
	s.at.err = null;
	log = log_open_at(LOG_TO_AUTO, LEVEL_INFO, &s.at);
	assert_string_equal(log_sink_name(log), "syslog");
	log_close(log);

	s.at.err = -1;
	s.at.syslog = "/nonexistent";
	log = log_open_at(LOG_TO_AUTO, LEVEL_INFO, &s.at);
	assert_string_equal(log_sink_name(log), "stderr");
	log_say(log, LEVEL_ERROR, NULL, "to nobody");
	log_close(log);

	s.at.err = file;
	scene_close(&s);
}

static void
the_sink_that_was_asked_for_wins(void **state)
{
	static const struct {
		enum log_sink sink;
		const char *name;
	} sinks[] = {
	    {LOG_TO_STDERR, "stderr"},
	    {LOG_TO_SYSLOG, "syslog"},
	    {LOG_TO_JOURNAL, "journal"},
	};
	struct scene s;

	(void)state;
	scene_open(&s);
	place_write(&s.place, "syslog", "");
	for (size_t i = 0; i < sizeof sinks / sizeof *sinks; i++) {
		struct log *log = log_open_at(sinks[i].sink, LEVEL_INFO, &s.at);

		assert_string_equal(log_sink_name(log), sinks[i].name);
		log_close(log);
	}
	scene_close(&s);
}

static void
what_cannot_be_reached_is_standard_error(void **state)
{
	static const char *const sockets[] = {"/nonexistent/socket", "/dev/null",
	    ("/a/path/that/is/longer/than/the/one/hundred/and/eight/bytes/which/an/"
	     "address/of/a/unix/socket/has/room/for/at/the/most")};
	struct scene s;
	struct log *log;

	(void)state;
	scene_open(&s);
	for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++) {
		s.at.journal = sockets[i];
		log = log_open_at(LOG_TO_JOURNAL, LEVEL_INFO, &s.at);
		assert_string_equal(log_sink_name(log), "stderr");
		log_say(log, LEVEL_ERROR, NULL, "hello");
		log_close(log);
		assert_string_equal(said(&s), STAMP "hello\n");
	}
	log = log_open_at(LOG_TO_SYSLOG, LEVEL_INFO, &s.at);
	assert_string_equal(log_sink_name(log), "stderr");
	log_say(log, LEVEL_ERROR, NULL, "hello");
	log_close(log);
	assert_string_equal(said(&s), STAMP "hello\n");
	scene_close(&s);
}

static void
the_systems_own_places_are_tried(void **state)
{
	struct log *log = log_open(LOG_TO_AUTO, LEVEL_ERROR);

	(void)state;
	assert_non_null(log_sink_name(log));
	log_close(log);
	log_close(NULL);
}

/* --- standard error ------------------------------------------------------------- */

static void
a_file_has_the_time(void **state)
{
	struct scene s;
	struct log *log;

	(void)state;
	scene_open(&s);
	log = log_open_at(LOG_TO_STDERR, LEVEL_INFO, &s.at);
	log_say(log, LEVEL_NOTICE, NULL, "published %d feeds", 3);
	assert_string_equal(said(&s), STAMP "published 3 feeds\n");
	log_close(log);
	assert_string_equal(said(&s), "");
	scene_close(&s);
}

static void
the_journal_has_priorities(void **state)
{
	static const char *const heads[] = {"<3>", "<4>", "<5>", "<6>", "<7>"};
	struct scene s;
	struct log *log;

	(void)state;
	scene_open(&s);
	err_is_journal(&s);
	log = log_open_at(LOG_TO_STDERR, LEVEL_DEBUG, &s.at);
	for (int level = LEVEL_ERROR; level <= LEVEL_DEBUG; level++) {
		char wanted[64];

		snprintf(wanted, sizeof wanted, "%sxysfeed: hello\n", heads[level]);
		log_say(log, (enum log_level)level, NULL, "hello");
		assert_string_equal(said(&s), wanted);
	}
	log_close(log);
	scene_close(&s);
}

static void
a_terminal_has_neither(void **state)
{
	struct scene s;
	struct log *log;
	char text[256] = "";
	int file, terminal = posix_openpt(O_RDWR | O_NOCTTY);

	(void)state;
	if (terminal < 0 || grantpt(terminal) < 0 || unlockpt(terminal) < 0) {
		print_message("# skipped: there are no terminals\n");
		skip();
	}
	scene_open(&s);
	file = s.at.err;
	s.at.err = open(ptsname(terminal), O_RDWR | O_NOCTTY);
	assert_true(s.at.err >= 0);
	log = log_open_at(LOG_TO_AUTO, LEVEL_INFO, &s.at);
	assert_string_equal(log_sink_name(log), "stderr");
	log_say(log, LEVEL_INFO, NULL, "hello");
	assert_true(read(terminal, text, sizeof text - 1) > 0);
	assert_string_equal(text, "xysfeed: hello\r\n");
	log_close(log);
	close(s.at.err);
	close(terminal);
	s.at.err = file;
	scene_close(&s);
}

static void
is_one_line_of_text(void **state)
{
	static const struct {
		const char *text, *line;
	} lines[] = {
	    {"two\nlines\r\n", "two lines  "},
	    {"\x1b[31mred\x07\t\x7f", " [31mred   "},
	    {"a\xc2\x85"
	     "b\xe2\x80\xa8"
	     "c\xe2\x80\xa9",
		"a b c "},
	    {"\xd6\xd0\xce\xc4", "???\?"},
	    {"\xed\xa0\x80", "???"},
	    {"新语丝 \xf0\x9f\x90\x9f", "新语丝 \xf0\x9f\x90\x9f"},
	    {"\xe6\x96", "??"},
	    {"100% %s", "100% %s"},
	    {"", ""},
	};
	struct scene s;
	struct log *log;

	(void)state;
	scene_open(&s);
	log = log_open_at(LOG_TO_STDERR, LEVEL_INFO, &s.at);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char wanted[128];

		snprintf(wanted, sizeof wanted, STAMP "%s\n", lines[i].line);
		log_say(log, LEVEL_INFO, NULL, "%s", lines[i].text);
		assert_string_equal(said(&s), wanted);
	}
	log_say(log, LEVEL_INFO, NULL, "a%cb", '\0');
	assert_string_equal(said(&s), STAMP "a b\n");
	log_close(log);
	scene_close(&s);
}

static void
a_long_line_is_cut(void **state)
{
	static char text[100000];
	struct scene s;
	struct log *log;

	(void)state;
	scene_open(&s);
	log = log_open_at(LOG_TO_STDERR, LEVEL_INFO, &s.at);
	for (size_t n = 4080; n < 4100; n++) {
		const char *line;
		size_t length;

		elapsed += 60000; /* or those that are cut to the same would be counted */
		memset(text, 'x', n);
		text[n] = '\0';
		log_say(log, LEVEL_INFO, NULL, "%s", text);
		line = said(&s) + strlen(STAMP);
		length = strlen(line) - 1;
		assert_in_range(length, 4080, 4096);
		assert_true(length == n || strcmp(line + length - 3, "...\n") == 0);
	}
	memset(text, '\xff', sizeof text - 1);
	log_say(log, LEVEL_INFO, NULL, "%s", text);
	assert_in_range(strlen(said(&s)), 4080, 4096 + strlen(STAMP) + 1);
	log_close(log);
	scene_close(&s);
}

static void
a_level_keeps_the_lesser_ones_out(void **state)
{
	struct scene s;
	struct log *log;

	(void)state;
	scene_open(&s);
	log = log_open_at(LOG_TO_STDERR, LEVEL_WARN, &s.at);
	log_say(log, LEVEL_NOTICE, NULL, "no");
	log_say(log, LEVEL_INFO, NULL, "no");
	log_say(log, LEVEL_DEBUG, NULL, "no");
	assert_string_equal(said(&s), "");
	log_say(log, LEVEL_WARN, NULL, "yes");
	assert_string_equal(said(&s), STAMP "yes\n");
	log_close(log);
	log = log_open_at(LOG_TO_STDERR, LEVEL_DEBUG, &s.at);
	log_say(log, LEVEL_DEBUG, NULL, "yes");
	assert_string_equal(said(&s), STAMP "yes\n");
	log_close(log);
	scene_close(&s);
}

/* --- repeats -------------------------------------------------------------------- */

static void
a_repeated_line_is_counted(void **state)
{
	struct scene s;
	struct log *log;

	(void)state;
	scene_open(&s);
	log = log_open_at(LOG_TO_STDERR, LEVEL_INFO, &s.at);
	for (int i = 0; i < 4; i++) {
		elapsed += 100;
		log_say(log, LEVEL_WARN, NULL, "%s is full", "the disk");
	}
	assert_string_equal(said(&s), STAMP "the disk is full\n");
	log_say(log, LEVEL_DEBUG, NULL, "not said, and so between no lines");
	log_say(log, LEVEL_WARN, NULL, "the disk is full");
	assert_string_equal(said(&s), "");
	log_say(log, LEVEL_INFO, NULL, "other");
	assert_string_equal(
	    said(&s), STAMP "repeated 4 times: the disk is full\n" STAMP "other\n");
	log_say(log, LEVEL_WARN, NULL, "other"); /* of another level: another line */
	log_say(log, LEVEL_WARN, NULL, "the disk is full");
	assert_string_equal(said(&s), STAMP "other\n" STAMP "the disk is full\n");
	log_close(log);
	assert_string_equal(said(&s), "");
	scene_close(&s);
}

static void
a_minute_ends_the_count(void **state)
{
	struct scene s;
	struct log *log;

	(void)state;
	scene_open(&s);
	log = log_open_at(LOG_TO_STDERR, LEVEL_INFO, &s.at);
	log_say(log, LEVEL_INFO, NULL, "x");
	assert_string_equal(said(&s), STAMP "x\n");
	elapsed += 59999;
	log_say(log, LEVEL_INFO, NULL, "x");
	assert_string_equal(said(&s), "");
	elapsed += 1;
	log_say(log, LEVEL_INFO, NULL, "x");
	assert_string_equal(said(&s), STAMP "repeated 1 times: x\n" STAMP "x\n");
	elapsed += 60000;
	log_say(log, LEVEL_INFO, NULL, "x");
	assert_string_equal(said(&s), STAMP "x\n");
	log_close(log);
	scene_close(&s);
}

static void
closing_says_what_was_counted(void **state)
{
	struct scene s;
	struct log *log;

	(void)state;
	scene_open(&s);
	err_is_journal(&s);
	log = log_open_at(LOG_TO_STDERR, LEVEL_INFO, &s.at);
	log_say(log, LEVEL_WARN, NULL, "x");
	log_say(log, LEVEL_WARN, NULL, "x");
	log_say(log, LEVEL_WARN, NULL, "x");
	log_close(log);
	assert_string_equal(said(&s), "<4>xysfeed: x\n<4>xysfeed: repeated 2 times: x\n");
	scene_close(&s);
}

/* --- the journal ------------------------------------------------------------------ */

static void
an_entry_has_fields(void **state)
{
	const struct log_field fields[] = {
	    {"FEED", SLICE("all")},
	    {"PATH", SLICE("新语丝=1.md")},
	    {"EMPTY", SLICE_NONE},
	    {"LINES", SLICE("one\ntwo\n")},
	    {"NUL", SLICE("a\0b")},
	    {NULL, SLICE_NONE},
	};
	struct scene s;
	struct log *log;

	(void)state;
	scene_open(&s);
	log = log_open_at(LOG_TO_JOURNAL, LEVEL_INFO, &s.at);
	log_say(log, LEVEL_WARN, NULL, "one\nline");
	IS_DATAGRAM(&s, "PRIORITY=4\nSYSLOG_IDENTIFIER=xysfeed\nMESSAGE=one line\n");
	log_say(log, LEVEL_NOTICE, fields, "published %s", "all");
	IS_DATAGRAM(&s, "PRIORITY=5\nSYSLOG_IDENTIFIER=xysfeed\nMESSAGE=published all\n"
			"XYSFEED_FEED=all\nXYSFEED_PATH=新语丝=1.md\nXYSFEED_EMPTY=\n"
			"XYSFEED_LINES\n\x08\0\0\0\0\0\0\0one\ntwo\n\n"
			"XYSFEED_NUL=a\0b\n");
	log_say(log, LEVEL_NOTICE, NULL, "published all");
	assert_true(is_silent(&s));
	log_close(log);
	IS_DATAGRAM(&s, "PRIORITY=5\nSYSLOG_IDENTIFIER=xysfeed\n"
			"MESSAGE=repeated 1 times: published all\n");
	assert_true(is_silent(&s));
	assert_string_equal(said(&s), "");
	scene_close(&s);
}

static void
a_long_field_is_cut(void **state)
{
	static char text[100000], wanted[5000];
	struct scene s;
	struct log *log;
	int head, n;

	(void)state;
	scene_open(&s);
	memset(text, 'y', sizeof text);
	text[10] = '\n';
	head = snprintf(wanted, sizeof wanted,
	    "PRIORITY=6\nSYSLOG_IDENTIFIER=xysfeed\nMESSAGE=m\nXYSFEED_LONG\n");
	memcpy(wanted + head, "\0\x10\0\0\0\0\0\0", 8); /* 4096 */
	memcpy(wanted + head + 8, text, 4096);
	n = head + 8 + 4096;
	wanted[n++] = '\n';
	log = log_open_at(LOG_TO_JOURNAL, LEVEL_INFO, &s.at);
	log_say(log, LEVEL_INFO,
	    (struct log_field[]){
		{"LONG", slice_make(text, sizeof text)}, {NULL, SLICE_NONE}},
	    "m");
	is_datagram(&s, wanted, (size_t)n);
	log_close(log);
	scene_close(&s);
}

/* Twenty of them pass; so many that the entry is full go without it, as text. */
static void
the_largest_entry_passes(void **state)
{
	static char text[4096];
	struct log_field fields[41] = {{NULL, SLICE_NONE}};
	char entry[200000];
	struct scene s;
	struct log *log;

	(void)state;
	scene_open(&s);
	memset(text, 'z', sizeof text);
	log = log_open_at(LOG_TO_JOURNAL, LEVEL_INFO, &s.at);
	for (int i = 0; i < 20; i++)
		fields[i] = (struct log_field){"Z", slice_make(text, sizeof text)};
	log_say(log, LEVEL_INFO, fields, "large");
	assert_in_range(recv(s.journal, entry, sizeof entry, 0), 20 * 4096, 21 * 4096);
	assert_string_equal(said(&s), "");
	for (int i = 0; i < 40; i++)
		fields[i] = fields[0];
	log_say(log, LEVEL_INFO, fields, "too large");
	assert_true(is_silent(&s));
	assert_string_equal(said(&s), STAMP "too large\n");
	log_close(log);
	scene_close(&s);
}

static void
a_journal_may_go_and_come_back(void **state)
{
	struct scene s;
	struct log *log;

	(void)state;
	scene_open(&s);
	err_is_journal(&s);
	log = log_open_at(LOG_TO_AUTO, LEVEL_INFO, &s.at);
	close(s.journal);
	log_say(log, LEVEL_INFO, NULL, "a");
	unlink(s.at.journal);
	log_say(log, LEVEL_INFO, NULL, "b");
	assert_string_equal(said(&s), "<6>xysfeed: a\n<6>xysfeed: b\n");
	assert_string_equal(log_sink_name(log), "journal");
	s.journal = listen_at(s.at.journal);
	log_say(log, LEVEL_INFO, NULL, "c");
	IS_DATAGRAM(&s, "PRIORITY=6\nSYSLOG_IDENTIFIER=xysfeed\nMESSAGE=c\n");
	assert_string_equal(said(&s), "");
	log_close(log);
	scene_close(&s);
}

/* --- syslog ----------------------------------------------------------------------- */

static void
syslog_gets_lines(void **state)
{
	struct scene s;
	struct log *log;

	(void)state;
	scene_open(&s);
	place_write(&s.place, "syslog", "");
	syslogged.lines = 0;
	log = log_open_at(LOG_TO_SYSLOG, LEVEL_DEBUG, &s.at);
	assert_string_equal(syslogged.ident, "xysfeed");
	assert_int_equal(syslogged.facility, 3 << 3); /* daemon */
	for (int level = LEVEL_ERROR; level <= LEVEL_DEBUG; level++) {
		log_say(log, (enum log_level)level, NULL, "100%%\n%s", "%s");
		assert_int_equal(syslogged.priority, 3 + level);
		assert_string_equal(syslogged.text, "100% %s");
	}
	assert_int_equal(syslogged.lines, 5);
	log_say(log, LEVEL_DEBUG, NULL, "100%% %%s");
	assert_int_equal(syslogged.lines, 5);
	log_close(log);
	assert_int_equal(syslogged.lines, 6);
	assert_string_equal(syslogged.text, "repeated 1 times: 100% %s");
	assert_string_equal(syslogged.ident, "");
	assert_string_equal(said(&s), "");
	scene_close(&s);
}

/* --- threads ---------------------------------------------------------------------- */

enum { THREADS = 4, LINES = 500 };

static void *
say_many(void *arg)
{
	struct log *log = arg;

	for (int i = 0; i < LINES; i++) {
		log_say(log, LEVEL_INFO, NULL, "line %d of %p end", i, (void *)&i);
		log_say(log, LEVEL_INFO, NULL, "the same");
	}
	return NULL;
}

/* Said or counted, no line is lost. */
static void
any_thread_may_speak(void **state)
{
	pthread_t thread[THREADS];
	struct slice text, line;
	struct scene s;
	struct log *log;
	int own = 0, same = 0;

	(void)state;
	scene_open(&s);
	log = log_open_at(LOG_TO_STDERR, LEVEL_INFO, &s.at);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, say_many, log), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	log_close(log);
	text = slice_str(said(&s));
	while (slice_line(&text, &line)) {
		int n;

		assert_true(slice_starts(line, slice_str(STAMP)));
		line = slice_from(line, strlen(STAMP));
		if (slice_is(line, "the same"))
			same++;
		else if (sscanf(line.p, "repeated %d times: the same", &n) == 1)
			same += n;
		else if (slice_ends(line, SLICE(" end")))
			own++;
	}
	assert_int_equal(own, THREADS * LINES);
	assert_int_equal(same, THREADS * LINES);
	scene_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(chooses_by_where_standard_error_goes),
	    cmocka_unit_test(the_sink_that_was_asked_for_wins),
	    cmocka_unit_test(what_cannot_be_reached_is_standard_error),
	    cmocka_unit_test(the_systems_own_places_are_tried),
	    cmocka_unit_test(a_file_has_the_time),
	    cmocka_unit_test(the_journal_has_priorities),
	    cmocka_unit_test(a_terminal_has_neither),
	    cmocka_unit_test(is_one_line_of_text),
	    cmocka_unit_test(a_long_line_is_cut),
	    cmocka_unit_test(a_level_keeps_the_lesser_ones_out),
	    cmocka_unit_test(a_repeated_line_is_counted),
	    cmocka_unit_test(a_minute_ends_the_count),
	    cmocka_unit_test(closing_says_what_was_counted),
	    cmocka_unit_test(an_entry_has_fields),
	    cmocka_unit_test(a_long_field_is_cut),
	    cmocka_unit_test(the_largest_entry_passes),
	    cmocka_unit_test(a_journal_may_go_and_come_back),
	    cmocka_unit_test(syslog_gets_lines),
	    cmocka_unit_test(any_thread_may_speak),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
