/*
 * html_image: the picture that was meant.
 *
 * Pages that load their images late write a placeholder into src and the
 * truth into data-src or its like, and often the same image once more in a
 * <noscript> beside it. Readers run no scripts: they get the truth, once.
 */
#ifndef INPUT_HTML_IMAGE_H
#define INPUT_HTML_IMAGE_H

#include "base/map.h"
#include "input/html_attr.h"

/* What is remembered from one image to the next of an article. */
struct html_images {
	struct map seen;              /* by URL */
	const struct html_node *last; /* the last one that was taken */
	bool last_lazy, last_noscript;
	struct slice source; /* of the <picture> that is open: its first URL */
};

void html_images_init(struct html_images *images);
void html_images_fini(struct html_images *images);

/* A <source> of a picture. `pairs` as in html_attr_list. */
void html_image_source(
    struct html_images *images, const struct html_env *env, const char *const *pairs);

/*
 * The <img> for an image of the source; NULL for one that shows nothing: a
 * placeholder alone, a pixel that counts visitors, or the second of two twins.
 */
struct html_node *html_image_make(struct html_images *images, const struct html_env *env,
    struct html_tree *tree, const char *const *pairs, bool noscript);

#endif
