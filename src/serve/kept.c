#include "serve/kept.h"

#include "base/arena.h"
#include "base/digest.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct answer {
	struct digest name;
	uint64_t used; /* 0: it is free */
	char *p;
	size_t n;
};

struct kept {
	pthread_mutex_t lock;
	struct answer *answer;
	size_t n, longest;
	uint64_t used;
};

struct kept *
kept_new(size_t answers, size_t longest)
{
	struct kept *k = mem_alloc(sizeof *k);

	*k = (struct kept){.n = answers, .longest = longest};
	k->answer = mem_alloc(answers * sizeof *k->answer);
	memset(k->answer, 0, answers * sizeof *k->answer);
	pthread_mutex_init(&k->lock, NULL);
	return k;
}

void
kept_free(struct kept *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->n; i++)
		free(k->answer[i].p);
	free(k->answer);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

/* That of the name, or the one that was of no use for longest. */
static struct answer *
place_of(struct kept *k, const struct digest *name)
{
	struct answer *place = k->answer;

	for (size_t i = 0; i < k->n; i++) {
		struct answer *a = &k->answer[i];

		if (a->used && digest_eq(&a->name, name))
			return a;
		if (a->used < place->used)
			place = a;
	}
	return place;
}

bool
kept_find(struct kept *k, struct slice name, struct buf *out)
{
	const struct digest digest = digest_of(name);
	struct answer *a;
	bool found;

	pthread_mutex_lock(&k->lock);
	a = place_of(k, &digest);
	found = a->used && digest_eq(&a->name, &digest);
	if (found) {
		a->used = ++k->used;
		buf_add(out, a->p, a->n);
	}
	pthread_mutex_unlock(&k->lock);
	return found;
}

void
kept_add(struct kept *k, struct slice name, struct slice answer)
{
	const struct digest digest = digest_of(name);
	struct answer *a;

	if (answer.n > k->longest)
		return;
	pthread_mutex_lock(&k->lock);
	a = place_of(k, &digest);
	free(a->p);
	*a = (struct answer){.name = digest, .used = ++k->used, .n = answer.n};
	a->p = mem_alloc(answer.n + 1);
	memcpy(a->p, answer.p, answer.n);
	pthread_mutex_unlock(&k->lock);
}
