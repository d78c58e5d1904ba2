#include "app/pidfile.h"

#include "base/file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Does the path still lead to what is open? */
static bool
is_at(int fd, const char *path)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && lstat(path, &there) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

static bool
is_regular(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* Name the process that has it, if it has written its number yet. */
static int
refuse(const char *path, struct err *err)
{
	struct buf text;
	struct err unread;
	size_t digits;

	buf_init(&text, 32);
	file_slurp(path, 32, &text, &unread);
	digits = strspn(buf_cstr(&text), "0123456789");
	err_set(err, ERR_BUSY, "%s: %s%.*s has it", path,
	    digits ? "process " : "another process", (int)digits, buf_cstr(&text));
	buf_fini(&text);
	return -1;
}

/*
 * The one that had the lock may have removed the file between our opening and
 * our locking it; then the lock is on a file that nobody else will find.
 */
int
pidfile_open(const char *path, struct err *err)
{
	int fd;

	while ((fd = file_lock(path, err)) >= 0 && !is_at(fd, path))
		close(fd);
	if (fd < 0)
		return err->kind == ERR_BUSY ? refuse(path, err) : -1;
	if (!is_regular(fd)) {
		close(fd);
		return err_set(err, ERR_CONFIG, "%s: is no regular file", path);
	}
	return fd;
}

/* Cut to length last: who reads meanwhile finds a whole number in the first line. */
int
pidfile_write(int fd, pid_t pid, struct err *err)
{
	char text[32];
	int n = snprintf(text, sizeof text, "%ld\n", (long)pid);

	if (pwrite(fd, text, (size_t)n, 0) != n || ftruncate(fd, n) < 0)
		return err_errno(err, "cannot write the number of the process");
	return 0;
}

/* Removed while still locked: nobody else can have taken it. */
void
pidfile_close(int fd, const char *path)
{
	if (fd < 0)
		return;
	if (is_at(fd, path))
		unlink(path);
	close(fd);
}
