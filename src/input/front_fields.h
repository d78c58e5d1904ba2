/*
 * front_fields: which keys front matter may have, and what each one fills.
 */
#ifndef INPUT_FRONT_FIELDS_H
#define INPUT_FRONT_FIELDS_H

#include "base/zone.h"
#include "input/front_tree.h"
#include "model/entry.h"

/* Fill in `article` from the map `root`. */
void front_fields(struct article *article, const struct front_node *root,
    const struct zone *zone, struct arena *arena, struct diags *diags);

#endif
