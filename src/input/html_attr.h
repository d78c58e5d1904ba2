/*
 * html_attr: which attributes stay, and with which values.
 */
#ifndef INPUT_HTML_ATTR_H
#define INPUT_HTML_ATTR_H

#include "input/html.h"
#include "input/html_tree.h"

/* What values are judged by. */
struct html_env {
	struct arena *arena;
	struct slice page, base; /* as in struct html_context */
};

/*
 * From an element's names and values, as libxml2 has them (pairs that end
 * with a NULL name; NULL for no attributes): those that `tag` may bear,
 * with their clean values. `align` is what its name says ("center"), or NULL.
 */
struct html_attr *html_attr_list(const struct html_env *env, enum html_tag tag,
    const char *const *pairs, const char *align);

/* Has the list what `tag` cannot do without? */
bool html_attr_enough(enum html_tag tag, const struct html_attr *list);

/* The written name. */
const char *html_attr_name(enum html_attr_name name);

/* The source's own value: *value is empty for an attribute without one. */
bool html_attr_source(const char *const *pairs, const char *name, struct slice *value);

/* An absolute http(s) URL for a reference, or none. */
struct slice html_attr_url(const struct html_env *env, struct slice ref);

/* A non-negative number of at most 5 digits, "px" behind it cut off; or none. */
struct slice html_attr_length(struct slice value);

#endif
