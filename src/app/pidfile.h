/*
 * pidfile: the number of the daemon's process in a file, for init scripts.
 */
#ifndef APP_PIDFILE_H
#define APP_PIDFILE_H

#include "base/err.h"

#include <sys/types.h>

/*
 * Take the file: made if absent and locked, so that a stale one is told from a
 * live one. The descriptor, to be kept open as long as the daemon lives, or -1.
 * ERR_BUSY: a living process has it. A fork shares the lock; the parent
 * then only exits, or closes the descriptor.
 */
int pidfile_open(const char *path, struct err *err);
int pidfile_write(int fd, pid_t pid, struct err *err);
/* Removes the file if it is still ours; fd -1 is allowed. */
void pidfile_close(int fd, const char *path);

#endif
