#include "serve/server.h"

/* Built without libmicrohttpd. */

bool
serve_exists(void)
{
	return false;
}

int
serve_open(struct serve **serve, const struct serve_options *options, struct err *err)
{
	(void)options;
	*serve = NULL;
	return err_set(err, ERR_CONFIG, "built without libmicrohttpd");
}

void
serve_close(struct serve *serve)
{
	(void)serve;
}

void
serve_take(struct serve *serve, struct catalog *catalog)
{
	(void)serve;
	catalog_free(catalog);
}

void
serve_ready(struct serve *serve, uint64_t number)
{
	(void)serve, (void)number;
}

void
serve_health(struct serve *serve, bool well)
{
	(void)serve, (void)well;
}

int
serve_listener(struct serve *serve, uv_loop_t *loop, struct slice url,
    struct listener **listener, struct err *err)
{
	(void)serve, (void)loop, (void)url;
	*listener = NULL;
	return err_set(err, ERR_CONFIG, "built without libmicrohttpd");
}

void
serve_counters(struct serve *serve, struct serve_counts *counts)
{
	(void)serve;
	*counts = (struct serve_counts){.arena = arena_new()};
}
