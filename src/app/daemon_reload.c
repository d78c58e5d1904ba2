#include "app/daemon_inside.h"

#include "app/places.h"
#include "input/profile.h"

#define RESTART "cannot change while the daemon runs; restart it"

/* The next hook that has a command. */
static const struct config_hook *
next_command(const struct config *c, size_t *at)
{
	while (*at < c->hooks && c->hook[*at].command.n == 0)
		++*at;
	return *at < c->hooks ? &c->hook[(*at)++] : NULL;
}

static bool
same_words(const struct slices *a, const struct slices *b)
{
	for (size_t i = 0; i < a->n && a->n == b->n; i++)
		if (!slice_eq(a->v[i], b->v[i]))
			return false;
	return a->n == b->n;
}

/* The process that starts them has them in this order. */
static bool
same_commands(const struct config *old, const struct config *new)
{
	size_t i = 0, k = 0;

	for (;;) {
		const struct config_hook *x = next_command(old, &i);
		const struct config_hook *y = next_command(new, &k);

		if (!x || !y)
			return x == y;
		if (!slice_eq(x->name, y->name) || !same_words(&x->command, &y->command))
			return false;
	}
}

/* What was opened before the privileges were given up. */
static int
check_fixed(const struct config *old, const struct config *new, struct err *err)
{
	const struct {
		const char *name;
		struct slice old, new;
	} fixed[] = {
	    {"[output] state", old->output.state, new->output.state},
	    {"[daemon] socket", old->daemon.socket, new->daemon.socket},
	    {"[daemon] pidfile", old->daemon.pidfile, new->daemon.pidfile},
	    {"[daemon] user", old->daemon.user, new->daemon.user},
	};
	const char *serve = daemon_fixed_serve(&old->serve, &new->serve);

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (!slice_eq(fixed[i].old, fixed[i].new))
			return err_set(err, ERR_CONFIG, "%s: " RESTART, fixed[i].name);
	if (old->daemon.umask != new->daemon.umask)
		return err_set(err, ERR_CONFIG, "[daemon] umask: " RESTART);
	if (serve)
		return err_set(err, ERR_CONFIG, "[serve] %s: " RESTART, serve);
	if (!config_tells(old) && config_tells(new))
		return err_set(err, ERR_CONFIG,
		    "the daemon was started without any hub, hook or the like, and gave "
		    "up to call other machines; restart it");
	if (!same_commands(old, new))
		return err_set(err, ERR_CONFIG, "[hook:NAME] command: " RESTART);
	if (old->daemon.sandbox != new->daemon.sandbox)
		return err_set(err, ERR_CONFIG, "[daemon] sandbox: " RESTART);
	return 0;
}

/* Can all that it names be reached, from within the sandbox? The folder of the feeds is
 * made, so it comes last: of a configuration that is refused nothing stays. */
static int
check_places(const struct config *c, struct err *err)
{
	struct arena *arena = arena_new();
	struct profile *profile = NULL;
	struct root root = {.fd = -1};
	int rc = root_open(&root, arena_cstr(arena, c->articles.dir), false, err);

	root_close(&root);
	if (rc == 0 && c->articles.profile.n)
		rc = profile_open(&profile, places_profile(&c->articles, arena),
		    &c->articles.profile_off, err);
	if (rc == 0)
		rc = root_open(&root, arena_cstr(arena, c->output.dir), true, err);
	root_close(&root);
	profile_free(profile);
	arena_free(arena);
	return rc;
}

static int
check(struct daemon *d, const struct config *new, struct err *err)
{
	const char *hint = d->sandbox.landlock
			       ? "; a folder that the sandbox does not know yet needs a "
				 "restart"
			       : "";
	struct err why;

	if (check_fixed(d->config, new, err) < 0)
		return err_prefix(err, "%s", d->options->file);
	if (check_places(new, &why) < 0)
		return err_set(err, ERR_CONFIG, "%s%s", why.text, hint);
	return 0;
}

int
daemon_reload(struct daemon *d, struct err *err)
{
	struct config *new;
	int rc;

	notify_reloading(d->notify);
	rc = config_open(&new, d->options->file, d->options->overrides, err);
	if (rc == 0 && check(d, new, err) < 0) {
		config_free(new);
		rc = -1;
	}
	if (rc < 0) {
		log_say(d->log, LEVEL_ERROR, NULL,
		    "%s; the old configuration stays in force", err->text);
	} else {
		log_say(d->log, LEVEL_INFO, NULL, "%s: read again", d->options->file);
		config_free(d->next);
		d->next = new;
	}
	notify_ready(d->notify, "running");
	daemon_next(d);
	return rc;
}

void
daemon_take_config(struct daemon *d)
{
	struct err err;

	if (d->questions)
		return;
	daemon_close_push(d);
	config_free(d->config);
	d->config = d->next;
	d->next = NULL;
	d->sched.rescan = d->config->daemon.rescan / 1000;
	daemon_open_log(d);
	if (daemon_renew_listener(d, &err) < 0)
		log_say(d->log, LEVEL_ERROR, NULL, "%s", err.text);
	daemon_open_push(d);
	if (daemon_watch(d, &err) < 0)
		log_say(d->log, LEVEL_ERROR, NULL, "%s", err.text);
	sched_want(&d->sched, CAUSE_CONFIG);
}
