/*
 * latency ARTICLES FEED ROUNDS PAUSE SCRATCH [TRACE]: write an article into the archive
 * that some program watches, and see how long it takes until the document FEED shows it.
 *
 * In turn the article is written in its place and closed, or written in SCRATCH and
 * renamed in; the clock starts just before that call, and stops with the event by which
 * FEED was closed or renamed into place, if the new article is in it by then. Each is a
 * copy of one of the archive's own articles, with a title and a date of its own. SCRATCH
 * is on the same file system. After each, PAUSE milliseconds for the program to end.
 *
 * TRACE is what a program did to the disk for one article, replayed in SCRATCH after
 * each round to learn what its flushes cost by themselves:
 *
 *     w FILE BYTES   written at its end        r FILE TO   renamed
 *     s FILE         flushed; "." is the       -           FEED was in its place
 *                    folder, "*" everything
 *
 * Prints for each round: close or rename, milliseconds until the article was seen,
 * those of the flushes before the "-", and those of all; the latter 0 without TRACE.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ARTICLE_MAX = 256 * 1024, PATIENCE = 300 * 1000, FILES = 512, FD_NONE = -1 };

struct text {
	char *p;
	size_t n, size;
};

struct bench {
	const char *articles, *feed, *scratch;
	int events; /* inotify, on the folder of the feed */
	char **model;
	size_t models;
	struct text seen; /* the feed as it was last read */
};

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
pause_ms(long ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static void *
grown(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p)
		err(1, "realloc");
	return p;
}

__attribute__((format(printf, 2, 3))) static void
path_print(char path[PATH_MAX], const char *form, ...)
{
	va_list args;
	int n;

	va_start(args, form);
	n = vsnprintf(path, PATH_MAX, form, args);
	va_end(args);
	if (n < 0 || n >= PATH_MAX)
		errx(1, "path too long");
}

static void
file_read(const char *path, struct text *t)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 1;

	for (t->n = 0; fd >= 0 && n > 0; t->n += (size_t)n) {
		if (t->size - t->n < ARTICLE_MAX) {
			t->size += t->size + ARTICLE_MAX;
			t->p = grown(t->p, t->size);
		}
		n = read(fd, t->p + t->n, t->size - t->n);
		if (n < 0)
			err(1, "%s", path);
	}
	if (fd >= 0)
		close(fd);
}

static void
put(int fd, const char *p, size_t n)
{
	if (write(fd, p, n) != (ssize_t)n)
		err(1, "write");
}

/* --- articles --------------------------------------------------------------- */

/* The articles of one folder, as models of new ones. */
static void
find_models(struct bench *b, const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *e;
	char path[PATH_MAX];

	if (!dir)
		err(1, "%s", folder);
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.' || !strstr(e->d_name, ".md"))
			continue;
		path_print(path, "%s/%s", folder, e->d_name);
		b->model = grown(b->model, (b->models + 1) * sizeof *b->model);
		b->model[b->models] = strdup(path);
		if (!b->model[b->models++])
			err(1, "strdup");
	}
	closedir(dir);
	if (b->models == 0)
		errx(1, "%s: no articles", folder);
}

static bool
begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

/* The model's tags and text under this token, as of now. */
static void
article_write(int fd, struct text *model, const char *token)
{
	char *line = model->p, *end = model->p + model->n, *next;
	time_t at = time(NULL);
	char date[64];
	int fences = 0;

	strftime(date, sizeof date, "date: %Y-%m-%dT%H:%M:%SZ\n", gmtime(&at));
	for (; line < end && fences < 2; line = next) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next ? next + 1 : end;
		if (begins(line, "---\n") && fences++ == 0)
			dprintf(fd, "---\ntitle: \"%s\"\n%s", token, date);
		else if (!begins(line, "title:") && !begins(line, "date:") &&
			 !begins(line, "from:"))
			put(fd, line, (size_t)(next - line));
	}
	dprintf(fd, "%s\n\n", token);
	put(fd, line, (size_t)(end - line));
}

/* When it was closed or renamed in. */
static double
article_add(struct bench *b, int round, const char *token)
{
	bool renames = round % 2;
	char path[PATH_MAX], draft[PATH_MAX], day[16];
	struct text model = {0};
	time_t at = time(NULL);
	double start;
	int fd;

	strftime(day, sizeof day, "%Y-%m-%d", gmtime(&at));
	path_print(path, "%s/2023/12/%s-%s.md", b->articles, day, token);
	path_print(draft, "%s/draft", b->scratch);
	file_read(b->model[(size_t)round % b->models], &model);
	fd = open(renames ? draft : path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		err(1, "%s", renames ? draft : path);
	article_write(fd, &model, token);
	free(model.p);
	start = now_ms();
	close(fd);
	if (renames) {
		start = now_ms();
		if (rename(draft, path) < 0)
			err(1, "%s", path);
	}
	return start;
}

/* --- the feed --------------------------------------------------------------- */

static void
feed_watch(struct bench *b)
{
	char folder[PATH_MAX];
	char *slash;

	path_print(folder, "%s", b->feed);
	slash = strrchr(folder, '/');
	if (!slash)
		errx(1, "%s: not a path", b->feed);
	*slash = '\0';
	b->events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (b->events < 0 ||
	    inotify_add_watch(b->events, folder, IN_MOVED_TO | IN_CLOSE_WRITE) < 0)
		err(1, "%s", folder);
}

/* Is one of the events that wait of the feed? */
static bool
feed_touched(struct bench *b)
{
	_Alignas(struct inotify_event) char room[64 * 1024];
	const char *name = strrchr(b->feed, '/') + 1;
	bool touched = false;
	ssize_t n;

	while ((n = read(b->events, room, sizeof room)) > 0) {
		const struct inotify_event *e;

		for (char *at = room; at < room + n; at += sizeof *e + e->len) {
			e = (const struct inotify_event *)(const void *)at;
			touched |= e->len && strcmp(e->name, name) == 0;
		}
	}
	return touched;
}

/* When the feed that shows the token took its place. */
static double
feed_await(struct bench *b, const char *token)
{
	double give_up = now_ms() + PATIENCE, seen;
	struct pollfd poller = {.fd = b->events, .events = POLLIN};

	do {
		if (poll(&poller, 1, PATIENCE) < 0)
			err(1, "poll");
		seen = now_ms();
		if (seen > give_up)
			errx(1, "%s: does not show %s", b->feed, token);
		if (!feed_touched(b))
			continue;
		file_read(b->feed, &b->seen);
	} while (!b->seen.n || !memmem(b->seen.p, b->seen.n, token, strlen(token)));
	b->seen.n = 0;
	return seen;
}

/* --- the floor -------------------------------------------------------------- */

struct floor {
	struct text trace;
	int at;        /* the folder in which it is replayed */
	int fd[FILES]; /* of files that are written */
};

static int
floor_file(struct floor *f, const char *name, unsigned long n)
{
	if (n >= FILES)
		errx(1, "the trace names more than %d files", FILES);
	if (f->fd[n] == FD_NONE)
		f->fd[n] = openat(f->at, name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (f->fd[n] < 0)
		err(1, "%s", name);
	return f->fd[n];
}

static void
floor_fill(int fd, long bytes)
{
	static const char zeros[64 * 1024];

	lseek(fd, 0, SEEK_END);
	for (; bytes > 0; bytes -= (long)sizeof zeros)
		put(fd, zeros, bytes < (long)sizeof zeros ? (size_t)bytes : sizeof zeros);
}

/* A file that took another's place is not written again. */
static void
floor_rename(struct floor *f, const char *from, const char *to)
{
	unsigned long n = strtoul(from, NULL, 10);

	if (renameat(f->at, from, f->at, to) < 0)
		err(1, "rename %s", from);
	if (n < FILES && f->fd[n] != FD_NONE) {
		close(f->fd[n]);
		f->fd[n] = FD_NONE;
	}
}

static double
floor_flush(struct floor *f, const char *name)
{
	bool special = *name == '.' || *name == '*';
	int fd = special ? f->at : floor_file(f, name, strtoul(name, NULL, 10));
	double start = now_ms();

	if ((*name == '*' ? syncfs(fd) : fsync(fd)) < 0)
		err(1, "fsync");
	return now_ms() - start;
}

static void
floor_step(struct floor *f, const char *line, double *before, double *all)
{
	char op, name[32], rest[32];
	int n = sscanf(line, "%c %31s %31s", &op, name, rest);

	if (n == 3 && op == 'w')
		floor_fill(floor_file(f, name, strtoul(name, NULL, 10)), atol(rest));
	else if (n == 3 && op == 'r')
		floor_rename(f, name, rest);
	else if (n == 2 && op == 's')
		*all += floor_flush(f, name);
	else if (n == 1 && op == '-')
		*before = *all;
	else
		errx(1, "the trace has a strange line: %s", line);
}

static void
floor_replay(struct floor *f, double *before, double *all)
{
	char *steps = strdup(f->trace.p), *rest = steps, *line;

	if (!steps)
		err(1, "strdup");
	*before = *all = 0;
	while ((line = strsep(&rest, "\n")))
		if (*line)
			floor_step(f, line, before, all);
	free(steps);
	for (int i = 0; i < FILES; i++) {
		if (f->fd[i] != FD_NONE)
			close(f->fd[i]);
		f->fd[i] = FD_NONE;
	}
}

static void
floor_open(struct floor *f, const char *scratch, const char *trace)
{
	char folder[PATH_MAX];

	file_read(trace, &f->trace);
	if (f->trace.n == 0)
		errx(1, "%s: nothing in it", trace);
	f->trace.p[f->trace.n] = '\0';
	path_print(folder, "%s/floor", scratch);
	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		err(1, "%s", folder);
	f->at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->at < 0)
		err(1, "%s", folder);
	for (int i = 0; i < FILES; i++)
		f->fd[i] = FD_NONE;
}

int
main(int argc, char **argv)
{
	struct bench b = {0};
	struct floor floor = {.at = FD_NONE};
	char folder[PATH_MAX], token[64];

	if (argc != 6 && argc != 7)
		errx(2, "usage: latency ARTICLES FEED ROUNDS PAUSE SCRATCH [TRACE]");
	b.articles = argv[1];
	b.feed = argv[2];
	b.scratch = argv[5];
	path_print(folder, "%s/2010/05", b.articles);
	find_models(&b, folder);
	feed_watch(&b);
	if (argc == 7)
		floor_open(&floor, b.scratch, argv[6]);
	for (int i = 0, rounds = atoi(argv[3]); i < rounds; i++) {
		double start, seen, before = 0, all = 0;

		snprintf(token, sizeof token, "latency-%d-%d", (int)getpid(), i);
		start = article_add(&b, i, token);
		seen = feed_await(&b, token);
		pause_ms(atol(argv[4]));
		if (argc == 7)
			floor_replay(&floor, &before, &all);
		printf("%s %.3f %.3f %.3f\n", i % 2 ? "rename" : "close", seen - start,
		    before, all);
		fflush(stdout);
	}
	return 0;
}
