/*
 * places: where the program finds what came with it.
 */
#ifndef APP_PLACES_H
#define APP_PLACES_H

#include "base/arena.h"
#include "model/config.h"

/*
 * The file of the configured profile, for profile_open. It is in [articles]
 * profile_dir; when it is not there, with the program itself: in the share
 * folder of the prefix that it is installed under, or in the sources that it
 * was built from.
 */
const char *places_profile(const struct config_articles *config, struct arena *arena);

#endif
