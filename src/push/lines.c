#include "config.h"

#include "push/lines.h"

#include "base/arena.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_ZLIB
#include <zlib.h>
#endif

enum { ROOM = 4 * LINES_LONGEST };

struct lines {
	const char *name;
	int fd;
#ifdef HAVE_ZLIB
	gzFile gz; /* owns fd */
#endif
	char *p; /* ROOM bytes, of which those in from..to are to be read */
	size_t from, to;
	bool end;          /* nothing follows */
	bool skip;         /* what is next is the rest of a line that was cut */
	struct err failed; /* why it ended */
};

#ifdef HAVE_ZLIB
static int
start(struct lines *l, struct err *err)
{
	l->gz = gzdopen(l->fd, "rb");
	if (!l->gz)
		return err_set(err, ERR_IO, "%s: cannot be read", l->name);
	gzbuffer(l->gz, ROOM);
	return 0;
}

static void
stop(struct lines *l)
{
	if (l->gz)
		gzclose_r(l->gz);
	else
		close(l->fd);
}

/* How many bytes were read; fewer than asked for only at the end. */
static int
fill(struct lines *l, char *p, size_t n, size_t *got, struct err *err)
{
	int code, r = gzread(l->gz, p, (unsigned)n);
	const char *why;

	*got = r > 0 ? (size_t)r : 0;
	if (*got == n)
		return 0;
	why = gzerror(l->gz, &code);
	if (code == Z_ERRNO)
		return err_errno(err, "%s: cannot read", l->name);
	if (code == Z_BUF_ERROR)
		return err_set(
		    err, ERR_INPUT, "%s: the compressed file is cut short", l->name);
	if (code != Z_OK && code != Z_STREAM_END)
		return err_set(err, ERR_INPUT, "%s: damaged: %s", l->name, why);
	return 0;
}
#else
static int
start(struct lines *l, struct err *err)
{
	(void)l;
	(void)err;
	return 0;
}

static void
stop(struct lines *l)
{
	close(l->fd);
}

static int
fill(struct lines *l, char *p, size_t n, size_t *got, struct err *err)
{
	*got = 0;
	while (*got < n) {
		ssize_t r = read(l->fd, p + *got, n - *got);

		if (r < 0)
			return err_errno(err, "%s: cannot read", l->name);
		if (r == 0)
			break;
		*got += (size_t)r;
	}
	if (p == l->p && slice_starts(slice_make(p, *got), SLICE("\x1f\x8b"))) {
		*got = 0;
		return err_set(err, ERR_INPUT,
		    "%s: it is compressed, and this program was built without zlib",
		    l->name);
	}
	return 0;
}
#endif

int
lines_open(struct lines **lines, const char *path, struct err *err)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	struct lines *l;

	*lines = NULL;
	if (fd < 0)
		return err_errno(err, "%s: cannot open", path);
	l = mem_alloc(sizeof *l);
	*l = (struct lines){
	    .name = standard ? "standard input" : path, .fd = fd, .p = mem_alloc(ROOM)};
	if (start(l, err) < 0) {
		lines_close(l);
		return -1;
	}
	*lines = l;
	return 0;
}

void
lines_close(struct lines *l)
{
	if (!l)
		return;
	stop(l);
	free(l->p);
	free(l);
}

static void
refill(struct lines *l)
{
	size_t got;

	l->to -= l->from;
	memmove(l->p, l->p + l->from, l->to);
	l->from = 0;
	l->end = fill(l, l->p + l->to, ROOM - l->to, &got, &l->failed) < 0 ||
		 l->to + got < ROOM;
	l->to += got;
}

int
lines_next(struct lines *l, struct slice *line, struct err *err)
{
	for (;;) {
		const char *p = l->p + l->from;
		size_t n = l->to - l->from;
		const char *lf = memchr(p, '\n', n);
		bool rest = l->skip;

		if (!lf && l->end && n == 0)
			break;
		if (!lf && !l->end && n < LINES_LONGEST) {
			refill(l);
			continue;
		}
		n = lf ? (size_t)(lf - p) : n;
		l->from += n + (lf != NULL);
		l->skip = !lf;
		if (rest)
			continue;
		*line = slice_part(slice_make(p, n), 0, LINES_LONGEST);
		if (slice_ends(*line, SLICE("\r")))
			line->n--;
		return 1;
	}
	if (l->failed.kind == ERR_NONE)
		return 0;
	*err = l->failed;
	return -1;
}
