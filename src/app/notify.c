#include "app/notify.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { MESSAGE_MAX = 4096 };

struct notify {
	int fd; /* -1: nobody wants to know */
	struct sockaddr_un to;
	socklen_t to_size;
	int64_t watchdog;
};

/* An absolute path, or "@name" in the abstract namespace. */
static bool
set_address(struct notify *notify, const char *name)
{
	size_t n = name ? strlen(name) : 0;

	if (n < 2 || (name[0] != '/' && name[0] != '@') ||
	    n >= sizeof notify->to.sun_path)
		return false;
	notify->to.sun_family = AF_UNIX;
	memcpy(notify->to.sun_path, name, n);
	if (name[0] == '@')
		notify->to.sun_path[0] = '\0';
	notify->to_size =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (name[0] == '/'));
	return true;
}

/* A number above 0, or 0. */
static int64_t
number(const char *text)
{
	char *end;
	long long value;

	if (!text || !*text)
		return 0;
	errno = 0;
	value = strtoll(text, &end, 10);
	return errno || *end || value < 0 ? 0 : value;
}

static int64_t
watchdog(void)
{
	const char *pid = getenv("WATCHDOG_PID");
	int64_t usec = number(getenv("WATCHDOG_USEC"));

	if (usec == 0 || (pid && number(pid) != getpid()))
		return 0;
	return usec < 2000 ? 1 : usec / 2000;
}

/* A manager that does not listen must not stop us for good. */
static int
open_socket(void)
{
	const struct timeval patience = {.tv_sec = 1};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	return fd;
}

struct notify *
notify_open(void)
{
	struct notify *notify = mem_alloc(sizeof *notify);

	*notify = (struct notify){.fd = -1};
	if (set_address(notify, getenv("NOTIFY_SOCKET"))) {
		notify->fd = open_socket();
		/* In a sandbox an abstract address can only be reached by
		 * who was connected before. */
		(void)connect(
		    notify->fd, (const struct sockaddr *)&notify->to, notify->to_size);
		notify->watchdog = watchdog();
	}
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	return notify;
}

void
notify_close(struct notify *notify)
{
	if (notify && notify->fd >= 0)
		close(notify->fd);
	free(notify);
}

int64_t
notify_watchdog(const struct notify *notify)
{
	return notify->watchdog;
}

/* What cannot be delivered is lost: there is nobody to tell. */
static void
send_to(const struct notify *notify, struct slice message)
{
	if (notify->fd >= 0)
		sendto(notify->fd, message.p, message.n, MSG_NOSIGNAL,
		    (const struct sockaddr *)&notify->to, notify->to_size);
}

/* Shown as on a terminal: a line break would begin another assignment. */
static void
send_status(const struct notify *notify, const char *before, const char *status)
{
	struct buf message;

	buf_init(&message, MESSAGE_MAX);
	buf_printf(&message, "%sSTATUS=", before);
	utf8_show(&message, slice_str(status));
	send_to(notify, buf_view(&message));
	buf_fini(&message);
}

void
notify_ready(const struct notify *notify, const char *status)
{
	char ready[64];

	snprintf(ready, sizeof ready, "READY=1\nMAINPID=%ld\n", (long)getpid());
	send_status(notify, ready, status);
}

void
notify_status(const struct notify *notify, const char *status)
{
	send_status(notify, "", status);
}

void
notify_reloading(const struct notify *notify)
{
	char message[64];

	snprintf(message, sizeof message, "RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)clock_micros());
	send_to(notify, slice_str(message));
}

void
notify_stopping(const struct notify *notify)
{
	send_to(notify, SLICE("STOPPING=1"));
}

void
notify_alive(const struct notify *notify)
{
	send_to(notify, SLICE("WATCHDOG=1"));
}
