/*
 * fence: the sandbox of a configuration: the folders that it names, and no others
 * (promise P8).
 */
#ifndef APP_FENCE_H
#define APP_FENCE_H

#include "app/sandbox.h"

/* See sandbox_enter. The folders have to be there. */
int fence_enter(
    const struct config *config, struct sandbox_state *state, struct err *err);

#endif
