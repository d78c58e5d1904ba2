#include "tree.h"

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct walk {
	pthread_mutex_t lock;
	pthread_cond_t change;
	char **todo; /* folders found and not yet read */
	size_t n, size;
	int busy; /* workers that may still find some */
	void (*fn)(void *, int, int, const char *, const struct stat *);
	void *ctx;
};

struct worker {
	struct walk *walk;
	int number;
};

double
tree_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
walk_push(struct walk *walk, char *path)
{
	pthread_mutex_lock(&walk->lock);
	if (walk->n == walk->size) {
		walk->size = walk->size ? walk->size * 2 : 64;
		walk->todo = realloc(walk->todo, walk->size * sizeof *walk->todo);
		if (!walk->todo)
			err(1, "realloc");
	}
	walk->todo[walk->n++] = path;
	pthread_cond_signal(&walk->change);
	pthread_mutex_unlock(&walk->lock);
}

/* The next folder, or NULL when no worker can find any more. */
static char *
walk_pop(struct walk *walk)
{
	char *path = NULL;

	pthread_mutex_lock(&walk->lock);
	walk->busy--;
	while (walk->n == 0 && walk->busy > 0)
		pthread_cond_wait(&walk->change, &walk->lock);
	if (walk->n > 0) {
		path = walk->todo[--walk->n];
		walk->busy++;
	} else {
		pthread_cond_broadcast(&walk->change);
	}
	pthread_mutex_unlock(&walk->lock);
	return path;
}

static void
folder_read(struct worker *worker, const char *path)
{
	struct walk *walk = worker->walk;
	DIR *dir = opendir(path);
	if (!dir)
		err(1, "%s", path);

	struct dirent *d;
	while ((d = readdir(dir))) {
		if (d->d_name[0] == '.')
			continue;
		struct stat st;
		if (fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			err(1, "%s/%s", path, d->d_name);
		if (S_ISDIR(st.st_mode)) {
			char *sub;
			if (asprintf(&sub, "%s/%s", path, d->d_name) < 0)
				err(1, "asprintf");
			walk_push(walk, sub);
		} else if (S_ISREG(st.st_mode)) {
			walk->fn(walk->ctx, worker->number, dirfd(dir), d->d_name, &st);
		}
	}
	closedir(dir);
}

static void *
worker_main(void *arg)
{
	struct worker *worker = arg;
	char *path;

	while ((path = walk_pop(worker->walk))) {
		folder_read(worker, path);
		free(path);
	}
	return NULL;
}

void
tree_walk(const char *root,
    void (*fn)(void *, int, int, const char *, const struct stat *), void *ctx)
{
	struct walk walk = {
	    .lock = PTHREAD_MUTEX_INITIALIZER,
	    .change = PTHREAD_COND_INITIALIZER,
	    .busy = TREE_THREADS, /* each counts as busy until its first pop */
	    .fn = fn,
	    .ctx = ctx,
	};
	struct worker worker[TREE_THREADS];
	pthread_t thread[TREE_THREADS];

	walk_push(&walk, strdup(root));
	for (int i = 0; i < TREE_THREADS; i++) {
		worker[i] = (struct worker){&walk, i};
		if (pthread_create(&thread[i], NULL, worker_main, &worker[i]))
			errx(1, "pthread_create");
	}
	for (int i = 0; i < TREE_THREADS; i++)
		pthread_join(thread[i], NULL);
	free(walk.todo);
}
