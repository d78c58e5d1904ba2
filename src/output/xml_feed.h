/*
 * xml_feed: what Atom and RSS say in the same elements. place_link and place_links of
 * proof.h read them back.
 */
#ifndef OUTPUT_XML_FEED_H
#define OUTPUT_XML_FEED_H

#include "model/feed.h"
#include "output/xml.h"

/* A link as Atom has it, under this name; nothing where `href` is none. */
void xml_link(struct xml *xml, const char *name, const char *rel, struct slice type,
    struct slice href);
/* Those that a feed has in both: its other formats, its hubs, and its archive. */
void xml_links(struct xml *xml, const char *name, const struct feed *feed);
/* Nothing where `url` is none. */
void xml_thumbnail(struct xml *xml, struct slice url);

#endif
