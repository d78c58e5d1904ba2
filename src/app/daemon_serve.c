#include "app/daemon_inside.h"

#include "app/push_canary.h"

/* Why what is served is not what was published last; the caller logs it. */
static int
build(struct catalog **catalog, const struct config *config, struct err *err)
{
	struct arena *arena = arena_new();
	struct slices dead = {0};
	struct ledger *ledger;
	int rc =
	    ledger_open(&ledger, arena_cstr(arena, config->output.state), DB_READ, err);

	*catalog = NULL;
	if (rc == 0)
		rc = push_dead(config, ledger, arena, &dead, err);
	if (rc == 0)
		rc = catalog_build(catalog, config, ledger, &dead, err);
	ledger_close(ledger);
	arena_free(arena);
	return rc;
}

int
daemon_renew_catalog(struct daemon *d, struct err *err)
{
	struct catalog *catalog;

	if (!d->serve)
		return 0;
	if (build(&catalog, d->config, err) < 0)
		return err_prefix(err, "what was published is not served yet");
	serve_take(d->serve, catalog);
	return 0;
}

/* Once there is something to show, and so a server. */
static void
count(void *ctx, struct serve_counts *counts)
{
	struct daemon *d = ctx;

	serve_counters(d->serve, counts);
}

/* Below the address at which hubs read the feeds, so they can reach it. */
int
daemon_renew_listener(struct daemon *d, struct err *err)
{
	struct arena *arena;
	int rc;

	if (!d->serve || d->options->listen)
		return 0;
	if (d->listener)
		d->listener->close(d->listener);
	d->listener = NULL;
	arena = arena_new();
	rc = serve_listener(d->serve, &d->loop,
	    arena_printf(arena, "%.*swebsub/", SLICE_ARG(d->config->output.url)),
	    &d->listener, err);
	arena_free(arena);
	return rc;
}

int
daemon_open_serve(struct daemon *d, struct err *err)
{
	const struct serve_sockets *sockets = d->options->sockets;
	const struct config_serve *c = &d->config->serve;

	if (!sockets || sockets->n == 0)
		return 0;
	d->shown.server = (struct pages_server){count, d};
	daemon_open_pages(d, &d->shown.server);
	if (serve_open(&d->serve,
		&(struct serve_options){
		    .sockets = sockets,
		    .threads = c->threads,
		    .max_connections = c->max_connections,
		    .max_per_address = c->max_per_address,
		    .timeout = c->timeout,
		    .want = daemon_want_page,
		    .page = daemon_answer_page,
		    .ctx = d,
		},
		err) < 0 ||
	    daemon_renew_catalog(d, err) < 0 || daemon_renew_listener(d, err) < 0)
		return -1;
	for (size_t i = 0; i < sockets->n; i++)
		log_say(d->log, LEVEL_INFO, NULL, "serves %s on %.*s",
		    sockets->v[i].metrics ? "metrics" : "feeds",
		    SLICE_ARG(sockets->v[i].name));
	return 0;
}

void
daemon_close_serve(struct daemon *d)
{
	serve_close(d->serve);
	d->serve = NULL;
}

static bool
same_listens(const struct config_listens *a, const struct config_listens *b)
{
	for (size_t i = 0; i < a->n && a->n == b->n; i++)
		if (a->v[i].kind != b->v[i].kind ||
		    !slice_eq(a->v[i].host, b->v[i].host) ||
		    !slice_eq(a->v[i].port, b->v[i].port) ||
		    !slice_eq(a->v[i].path, b->v[i].path))
			return false;
	return a->n == b->n;
}

/* The rest goes with the catalog. */
const char *
daemon_fixed_serve(const struct config_serve *old, const struct config_serve *new)
{
	return !same_listens(&old->listen, &new->listen) ? "listen"
	       : !same_listens(&old->metrics_listen, &new->metrics_listen)
		   ? "metrics_listen"
	       : old->threads != new->threads                 ? "threads"
	       : old->max_connections != new->max_connections ? "max_connections"
	       : old->max_per_address != new->max_per_address ? "max_per_address"
	       : old->timeout != new->timeout                 ? "timeout"
							      : NULL;
}
