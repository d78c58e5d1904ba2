#include "app/fence.h"

#include "app/places.h"

static struct slice
folder_of(struct slice path)
{
	while (path.n > 1 && path.p[--path.n] != '/')
		;
	return path;
}

/*
 * A configuration that is replaced is another file, so its folder has to be
 * readable to read it again; not /etc itself, with all that is in it.
 */
static void
allow_configuration(
    const struct config *config, struct slices *readable, struct arena *arena)
{
	for (size_t i = 0; i < config->files.n; i++) {
		struct slice file = config->files.v[i], folder = folder_of(file);
		bool common = slice_is(folder, "/etc") || slice_is(folder, "/");

		slices_add(readable, arena, common ? file : folder);
	}
}

static void
allow_reach(
    const struct config_reach *reach, struct slices *readable, struct arena *arena)
{
	if (reach->ca_file.n)
		slices_add(readable, arena, reach->ca_file);
}

static void
allow_certificates(const struct config *c, struct slices *readable, struct arena *arena)
{
	for (size_t i = 0; i < c->hubs; i++)
		allow_reach(&c->hub[i].reach, readable, arena);
	for (size_t i = 0; i < c->hooks; i++)
		allow_reach(&c->hook[i].reach, readable, arena);
	for (size_t i = 0; i < c->clouds; i++)
		allow_reach(&c->cloud[i].reach, readable, arena);
	allow_reach(&c->indexnow.reach, readable, arena);
}

int
fence_enter(const struct config *c, struct sandbox_state *state, struct err *err)
{
	struct sandbox_request request = {
	    .mode = c->daemon.sandbox, .network = config_tells(c)};
	struct arena *arena = arena_new();
	int rc;

	slices_add(&request.readable, arena, c->articles.dir);
	if (c->articles.profile.n)
		slices_add(&request.readable, arena,
		    folder_of(slice_str(places_profile(&c->articles, arena))));
	allow_configuration(c, &request.readable, arena);
	allow_certificates(c, &request.readable, arena);
	sandbox_system_paths(&request.readable, arena, request.network);
	slices_add(&request.writable, arena, c->output.dir);
	slices_add(&request.writable, arena, folder_of(c->output.state));
	slices_add(&request.writable, arena, folder_of(c->daemon.socket));
	if (c->daemon.pidfile.n)
		slices_add(&request.writable, arena, folder_of(c->daemon.pidfile));
	rc = sandbox_enter(&request, state, err);
	arena_free(arena);
	return rc;
}
