#include "app/places.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

/* From the folder of the program. */
static const char *const beside[] = {"../share/xysfeed/profiles", "../conf/profiles"};

static const char *
profile_in(struct slice folder, struct slice name, struct arena *arena)
{
	return arena_printf(arena, "%.*s/%.*s.conf", SLICE_ARG(folder), SLICE_ARG(name))
	    .p;
}

/* The folder that the running program is in; none when nobody knows. */
static struct slice
own_folder(struct arena *arena)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);
	const char *slash = n > 0 ? memrchr(path, '/', (size_t)n) : NULL;

	return slash ? arena_copy(arena, slice_make(path, (size_t)(slash - path)))
		     : SLICE_NONE;
}

const char *
places_profile(const struct config_articles *config, struct arena *arena)
{
	const char *wanted = profile_in(config->profile_dir, config->profile, arena);
	struct slice own = own_folder(arena);

	if (access(wanted, F_OK) == 0 || !own.n)
		return wanted;
	for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
		struct slice folder =
		    arena_printf(arena, "%.*s/%s", SLICE_ARG(own), beside[i]);
		const char *path = profile_in(folder, config->profile, arena);

		if (access(path, F_OK) == 0)
			return path;
	}
	return wanted;
}
