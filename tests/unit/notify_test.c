#include "app/notify.h"

#include "base/clock.h"

#include "place.h"

#include <sys/socket.h>
#include <sys/un.h>

/* A socket of the manager, and $NOTIFY_SOCKET. A name with '@' is abstract. */
static int
listen_as(const char *name)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t n = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0 && n < sizeof to.sun_path);
	memcpy(to.sun_path, name, n);
	if (name[0] == '@')
		to.sun_path[0] = '\0';
	n += offsetof(struct sockaddr_un, sun_path);
	assert_int_equal(bind(fd, (struct sockaddr *)&to, (socklen_t)n), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static void
hears(int fd, const char *wanted)
{
	char message[8192] = "";
	ssize_t n = recv(fd, message, sizeof message - 1, 0);

	assert_string_equal(n < 0 ? "nothing" : message, wanted);
}

static void
clear(void)
{
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

static void
says_all(int fd)
{
	struct notify *notify = notify_open();
	char wanted[128];
	int64_t before = clock_micros(), then;
	char message[128] = "";

	assert_null(getenv("NOTIFY_SOCKET"));
	hears(fd, "nothing");
	snprintf(wanted, sizeof wanted, "READY=1\nMAINPID=%d\nSTATUS=3 feeds", getpid());
	notify_ready(notify, "3 feeds");
	hears(fd, wanted);
	notify_status(notify, "reads 10 articles");
	hears(fd, "STATUS=reads 10 articles");
	notify_alive(notify);
	hears(fd, "WATCHDOG=1");
	notify_stopping(notify);
	hears(fd, "STOPPING=1");
	notify_reloading(notify);
	assert_true(recv(fd, message, sizeof message - 1, 0) > 0);
	assert_int_equal(
	    sscanf(message, "RELOADING=1\nMONOTONIC_USEC=%ld", (long *)&then), 1);
	assert_in_range(then, before, clock_micros());
	notify_close(notify);
	close(fd);
}

static void
speaks_to_a_path(void **state)
{
	struct place p;

	(void)state;
	clear();
	place_open(&p);
	says_all(listen_as(place_path(&p, "notify")));
	place_close(&p);
}

static void
speaks_to_an_abstract_name(void **state)
{
	char name[64];

	(void)state;
	clear();
	snprintf(name, sizeof name, "@xysfeed-test-%d", getpid());
	says_all(listen_as(name));
}

static void
a_status_is_one_line(void **state)
{
	struct place p;
	struct notify *notify;
	char text[20000], message[20000] = "";
	int fd;

	(void)state;
	clear();
	place_open(&p);
	fd = listen_as(place_path(&p, "notify"));
	notify = notify_open();
	notify_status(notify, "a\nMAINPID=1\nb\r\t\x1b[1m\xff 新语丝");
	hears(fd, "STATUS=a?MAINPID=1?b???[1m? 新语丝");
	notify_status(notify, "");
	hears(fd, "STATUS=");
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	notify_status(notify, text);
	assert_in_range(recv(fd, message, sizeof message, 0), 1000, 4096);
	notify_close(notify);
	close(fd);
	place_close(&p);
}

/* No manager, one that cannot be reached, or one that went away. */
static void
fails_at_nothing(void **state)
{
	static const char *const names[] = {NULL, "", "/", "@", "relative", "vsock:2:1",
	    "/nonexistent/notify",
	    ("/a/path/that/is/longer/than/the/one/hundred/and/eight/bytes/which/an/"
	     "address/of/a/unix/socket/has/room/for/at/the/most")};
	struct place p;
	struct notify *notify;
	int fd;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		clear();
		if (names[i])
			setenv("NOTIFY_SOCKET", names[i], 1);
		notify = notify_open();
		assert_null(getenv("NOTIFY_SOCKET"));
		notify_ready(notify, "x");
		notify_status(notify, "x");
		notify_reloading(notify);
		notify_alive(notify);
		notify_stopping(notify);
		notify_close(notify);
	}
	notify_close(NULL);

	place_open(&p);
	fd = listen_as(place_path(&p, "notify"));
	notify = notify_open();
	close(fd);
	notify_alive(notify);
	unlink(place_path(&p, "notify"));
	notify_alive(notify);
	fd = listen_as(place_path(&p, "notify"));
	notify_alive(notify);
	hears(fd, "WATCHDOG=1");
	notify_close(notify);
	close(fd);
	place_close(&p);
}

/* The name of the longest address, which has no NUL behind it in the kernel's eyes. */
static void
speaks_to_the_longest_name(void **state)
{
	char name[sizeof((struct sockaddr_un *)NULL)->sun_path];

	(void)state;
	clear();
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = '\0';
	name[0] = '@';
	says_all(listen_as(name));
}

static const struct {
	const char *usec, *pid; /* "me": our own */
	int64_t every;
} watchdogs[] = {
    {NULL, NULL, 0},
    {"30000000", NULL, 15000},
    {"30000000", "me", 15000},
    {"30000000", "1", 0},
    {"30000000", "", 0},
    {"30000000", "x", 0},
    {NULL, "me", 0},
    {"0", "me", 0},
    {"", "me", 0},
    {"-5", "me", 0},
    {"30s", "me", 0},
    {"1", "me", 1},
    {"1999", "me", 1},
    {"4000", "me", 2},
    {"9223372036854775807", "me", 4611686018427387},
    {"18446744073709551615", "me", 0},
};

static void
the_watchdog_is_ours_alone(void **state)
{
	struct place p;
	char me[32];

	(void)state;
	place_open(&p);
	snprintf(me, sizeof me, "%d", getpid());
	for (size_t i = 0; i < sizeof watchdogs / sizeof *watchdogs; i++) {
		const char *pid = watchdogs[i].pid;
		struct notify *notify;

		clear();
		setenv("NOTIFY_SOCKET", place_path(&p, "notify"), 1);
		if (watchdogs[i].usec)
			setenv("WATCHDOG_USEC", watchdogs[i].usec, 1);
		if (pid)
			setenv("WATCHDOG_PID", strcmp(pid, "me") == 0 ? me : pid, 1);
		notify = notify_open();
		assert_int_equal(notify_watchdog(notify), watchdogs[i].every);
		assert_null(getenv("WATCHDOG_USEC"));
		assert_null(getenv("WATCHDOG_PID"));
		notify_close(notify);
	}
	place_close(&p);
}

static void
no_manager_no_watchdog(void **state)
{
	struct notify *notify;

	(void)state;
	clear();
	setenv("WATCHDOG_USEC", "30000000", 1);
	notify = notify_open();
	assert_int_equal(notify_watchdog(notify), 0);
	assert_null(getenv("WATCHDOG_USEC"));
	notify_close(notify);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(speaks_to_a_path),
	    cmocka_unit_test(speaks_to_an_abstract_name),
	    cmocka_unit_test(speaks_to_the_longest_name),
	    cmocka_unit_test(a_status_is_one_line),
	    cmocka_unit_test(fails_at_nothing),
	    cmocka_unit_test(the_watchdog_is_ours_alone),
	    cmocka_unit_test(no_manager_no_watchdog),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
