/*
 * notify: telling the service manager how it stands, by sd_notify(3)'s
 * protocol: datagrams to the socket in $NOTIFY_SOCKET. Without one nothing is
 * sent and nothing fails.
 */
#ifndef APP_NOTIFY_H
#define APP_NOTIFY_H

#include <stdint.h>

struct notify;

/* Takes NOTIFY_SOCKET and WATCHDOG_USEC/WATCHDOG_PID out of the environment. */
struct notify *notify_open(void);
void notify_close(struct notify *notify); /* NULL is allowed */

/* Half of the time in which the manager wants a sign of life, in milliseconds;
 * 0: never, also when there is no manager. */
int64_t notify_watchdog(const struct notify *notify);

/* A status is one line; what a terminal cannot show becomes '?'. */
void notify_ready(const struct notify *notify, const char *status); /* with MAINPID */
void notify_status(const struct notify *notify, const char *status);
void notify_reloading(const struct notify *notify); /* notify_ready ends it */
void notify_stopping(const struct notify *notify);
void notify_alive(const struct notify *notify);

#endif
