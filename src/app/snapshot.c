#include "app/snapshot.h"

#include "base/file.h"
#include "push/channel.h"

#include <stdlib.h>
#include <sys/stat.h>

struct snapshot *
snapshot_new(int64_t now)
{
	struct snapshot *s = mem_alloc(sizeof *s);

	*s = (struct snapshot){.arena = arena_new(), .now = now};
	return s;
}

void
snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	zone_free(s->zone);
	arena_free(s->arena);
	free(s);
}

static int
by_update(const void *a, const void *b)
{
	const struct feed_row *x = a, *y = b;
	int newer = (x->updated < y->updated) - (x->updated > y->updated);

	return newer ? newer : slice_cmp(x->path, y->path);
}

static int
read_feeds(struct snapshot *s, struct ledger *ledger, struct err *err)
{
	struct arena *all = arena_new();
	struct feed_row *v;
	size_t n;
	int rc = ledger_feeds(ledger, all, &v, &n, err);

	if (rc == 0 && n) {
		qsort(v, n, sizeof *v, by_update);
		s->feeds_all = (int64_t)n;
		s->feeds = n < SNAPSHOT_FEEDS ? n : SNAPSHOT_FEEDS;
		s->feed = arena_array(s->arena, s->feeds, sizeof *s->feed);
		for (size_t i = 0; i < s->feeds; i++) {
			s->feed[i] = v[i];
			s->feed[i].path = arena_copy(s->arena, v[i].path);
			s->feed[i].name = arena_copy(s->arena, v[i].name);
			s->feed[i].title = arena_copy(s->arena, v[i].title);
		}
	}
	arena_free(all);
	return rc;
}

static int
read_peers(struct snapshot *s, const struct config *config, struct ledger *ledger,
    struct err *err)
{
	struct channels channels = channels_of(config, s->arena);
	static const struct peer unknown;
	struct errand_counts *counts;
	struct peer *peer;
	size_t n, peers;

	if (errands_count(config, ledger, s->arena, &counts, &n, err) < 0 ||
	    told_peers(ledger, s->arena, &peer, &peers, err) < 0)
		return -1;
	s->peers = channels.n;
	s->peer = arena_array(s->arena, channels.n, sizeof *s->peer);
	for (size_t i = 0; i < channels.n; i++) {
		struct slice name = channels.v[i].peer;
		const struct peer *p = told_peer_find(peer, peers, name);

		if (!p)
			p = &unknown;
		s->peer[i] = (struct snapshot_peer){
		    .name = arena_copy(s->arena, name),
		    .where = arena_copy(s->arena, channels.v[i].where),
		    .counts = counts[i],
		    .accepted = p->accepted,
		    .failed = p->failed,
		    .median = peer_median(p),
		    .next = p->next,
		};
	}
	return 0;
}

static int64_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static int
read_ledger(struct snapshot *s, const struct config *config, struct ledger *ledger,
    struct err *err)
{
	if (status_last_run(ledger, s->arena, &s->run, err) < 0 ||
	    ledger_states(ledger, s->states, err) < 0 ||
	    ledger_last_seq(ledger, &s->last_seq, err) < 0 ||
	    ledger_next_due(ledger, s->arena, &s->article_due, &s->feed_due, err) < 0 ||
	    ledger_troubled_in(ledger, ARTICLE_BAD, ARTICLE_HELD, SNAPSHOT_TROUBLES,
		s->arena, &s->troubled, &s->troubles, err) < 0 ||
	    ledger_files_sum(ledger, &s->files, &s->file_bytes, err) < 0 ||
	    read_feeds(s, ledger, err) < 0)
		return -1;
	return read_peers(s, config, ledger, err);
}

int
snapshot_read(struct snapshot *s, const struct config *config, struct err *err)
{
	const char *path = arena_cstr(s->arena, config->output.state);
	struct ledger *ledger;
	int rc;

	if (zone_open(&s->zone, config->site.timezone, err) < 0)
		return -1;
	s->title = arena_copy(s->arena, config->site.title);
	s->language = arena_copy(s->arena, config->site.language);
	rc = ledger_open(&ledger, path, DB_READ, err);
	if (rc == 0)
		rc = read_ledger(s, config, ledger, err);
	ledger_close(ledger);
	s->ledger_bytes =
	    size_of(path) + size_of(arena_printf(s->arena, "%s-wal", path).p);
	return rc;
}
