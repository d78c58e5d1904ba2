#include "input/html_image.h"

#include "base/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES_MAX = 16 };

/* Where scripts find the image, most telling first. */
static const char *const lazy_srcs[] = {"data-src", "data-lazy-src", "data-original",
    "data-original-src", "data-actualsrc", "data-lazyload", "data-lazy", "data-echo",
    "data-url", NULL};
static const char *const lazy_srcsets[] = {"data-srcset", "data-lazy-srcset", NULL};

/* The last part of a placeholder's path starts with or holds one of these. */
static const char *const placeholders[] = {"1x1.", "blank.gif", "blank.png", "grey.gif",
    "gray.gif", "lazy.", "lazyload.", "lazy-load.", "loading.gif", "pixel.gif",
    "placeholder.", "spacer.gif", "spacer.png", "transparent.", NULL};

void
html_images_init(struct html_images *images)
{
	*images = (struct html_images){0};
	map_init(&images->seen);
}

void
html_images_fini(struct html_images *images)
{
	map_fini(&images->seen);
}

static bool
is_placeholder(struct slice url)
{
	struct slice path = slice_part(url, 0, slice_index(url, '?')), name;

	while (slice_token(&path, '/', &name))
		;
	for (const char *const *p = placeholders; *p; p++) {
		size_t n = strlen(*p);

		for (size_t i = 0; i + n <= name.n; i++)
			if (slice_is_nocase(slice_part(name, i, i + n), *p))
				return true;
	}
	return false;
}

/* The URL of a real image, or none. */
static struct slice
real(const struct html_env *env, struct slice ref)
{
	struct slice url = html_attr_url(env, ref);

	return url.n && !is_placeholder(url) ? url : SLICE_NONE;
}

struct candidate {
	struct slice url;
	double number;
	char unit; /* 'w' or 'x' */
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* "2x", "1.5x", "640w"; nothing is "1x". */
static bool
descriptor_parse(struct slice text, struct candidate *candidate)
{
	char number[8], *end;

	text = slice_trim(text);
	if (text.n == 0)
		text = SLICE("1x");
	candidate->unit = text.p[text.n - 1];
	if (text.n > sizeof number || (candidate->unit != 'w' && candidate->unit != 'x'))
		return false;
	for (size_t i = 0; i + 1 < text.n; i++)
		if (!isdigit((unsigned char)text.p[i]) &&
		    (text.p[i] != '.' || i == 0 || i + 2 == text.n ||
			candidate->unit == 'w'))
			return false;
	memcpy(number, text.p, text.n - 1);
	number[text.n - 1] = '\0';
	candidate->number = strtod(number, &end);
	return *end == '\0' && candidate->number > 0;
}

/* Take the next candidate off a srcset (HTML section 4.8.4.2.1). False at its end. */
static bool
candidate_next(struct slice *rest, struct slice *url, struct slice *descriptor)
{
	size_t n = 0;

	while (rest->n && (is_space(rest->p[0]) || rest->p[0] == ','))
		*rest = slice_from(*rest, 1);
	if (rest->n == 0)
		return false;
	while (n < rest->n && !is_space(rest->p[n]))
		n++;
	*url = slice_part(*rest, 0, n);
	*rest = slice_from(*rest, n);
	*descriptor = SLICE_NONE;
	if (url->p[n - 1] != ',') {
		slice_token(rest, ',', descriptor);
		return true;
	}
	while (url->n && url->p[url->n - 1] == ',')
		url->n--;
	return true;
}

static bool
candidate_fits(const struct candidate *v, size_t n, const struct candidate *next)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].number == next->number)
			return false;
	return n == 0 || v[0].unit == next->unit;
}

static size_t
srcset_parse(const struct html_env *env, struct slice text, struct candidate *v)
{
	struct candidate next;
	struct slice url, descriptor;
	size_t n = 0;

	while (n < CANDIDATES_MAX && candidate_next(&text, &url, &descriptor)) {
		if (!descriptor_parse(descriptor, &next))
			continue;
		next.url = html_attr_url(env, url);
		if (next.url.n == 0 || next.url.p[next.url.n - 1] == ',' ||
		    !candidate_fits(v, n, &next))
			continue;
		v[n++] = next;
	}
	return n;
}

static struct slice
srcset_make(struct arena *arena, const struct candidate *v, size_t n)
{
	struct buf buf;
	struct slice srcset;

	buf_init(&buf, SIZE_MAX / 2);
	for (size_t i = 0; i < n; i++)
		buf_printf(&buf, "%s%.*s %g%c", i ? ", " : "", SLICE_ARG(v[i].url),
		    v[i].number, v[i].unit);
	srcset = arena_copy(arena, buf_view(&buf));
	buf_fini(&buf);
	return srcset;
}

/* The candidates of the image, those for scripts before those for all. */
static size_t
find_candidates(const struct html_env *env, const char *const *pairs, struct candidate *v)
{
	struct slice text;
	size_t n;

	for (const char *const *name = lazy_srcsets; *name; name++)
		if (html_attr_source(pairs, *name, &text) &&
		    (n = srcset_parse(env, text, v)) > 0)
			return n;
	return html_attr_source(pairs, "srcset", &text) ? srcset_parse(env, text, v) : 0;
}

/* What scripts would load, or none. */
static struct slice
find_lazy(const struct html_env *env, const char *const *pairs)
{
	struct slice text, url;

	for (const char *const *name = lazy_srcs; *name; name++)
		if (html_attr_source(pairs, *name, &text) && (url = real(env, text)).n)
			return url;
	return SLICE_NONE;
}

static struct slice
find_source(const struct html_env *env, const char *const *pairs)
{
	struct candidate v[CANDIDATES_MAX];
	struct slice text, url;
	size_t n;

	if ((url = find_lazy(env, pairs)).n)
		return url;
	if (html_attr_source(pairs, "src", &text) && (url = real(env, text)).n)
		return url;
	n = find_candidates(env, pairs, v);
	return n && !is_placeholder(v[0].url) ? v[0].url : SLICE_NONE;
}

static bool
is_lazy(const struct html_env *env, const char *const *pairs)
{
	struct slice text;

	return find_lazy(env, pairs).n || html_attr_source(pairs, "data-srcset", &text) ||
	       html_attr_source(pairs, "data-lazy-srcset", &text);
}

void
html_image_source(
    struct html_images *images, const struct html_env *env, const char *const *pairs)
{
	if (images->source.n == 0)
		images->source = find_source(env, pairs);
}

static bool
is_pixel(const char *const *pairs)
{
	static const char *const sides[] = {"width", "height"};

	for (size_t i = 0; i < 2; i++) {
		struct slice text;

		if (!html_attr_source(pairs, sides[i], &text))
			return false;
		text = html_attr_length(text);
		if (text.n != 1 || text.p[0] > '1')
			return false;
	}
	return true;
}

/* Is it the same image as one before, of which one is in a <noscript>? */
static bool
is_twin(const struct html_images *images, const struct html_tree *tree, struct slice url,
    bool lazy, bool noscript)
{
	if (noscript && map_get(&images->seen, url))
		return true;
	if (!images->last || images->last != tree->leaf)
		return false;
	return noscript ? images->last_lazy : lazy && images->last_noscript;
}

static struct html_attr *
make_attrs(const struct html_env *env, const char *const *pairs, struct slice src)
{
	struct html_attr *list = html_attr_list(env, TAG_IMG, pairs, NULL);
	struct candidate v[CANDIDATES_MAX];
	size_t n = find_candidates(env, pairs, v);

	html_attr_set(&list, env->arena, ATTR_SRC, src);
	if (n > 1)
		html_attr_set(
		    &list, env->arena, ATTR_SRCSET, srcset_make(env->arena, v, n));
	if (n > 1 && v[0].unit == 'w')
		html_attr_set(&list, env->arena, ATTR_SIZES, SLICE("100vw"));
	if (!html_attr_find(list, ATTR_ALT))
		html_attr_set(&list, env->arena, ATTR_ALT, SLICE(""));
	if (is_pixel(pairs)) {
		html_attr_set(&list, env->arena, ATTR_WIDTH, SLICE_NONE);
		html_attr_set(&list, env->arena, ATTR_HEIGHT, SLICE_NONE);
	}
	return list;
}

struct html_node *
html_image_make(struct html_images *images, const struct html_env *env,
    struct html_tree *tree, const char *const *pairs, bool noscript)
{
	struct slice src = find_source(env, pairs);
	bool lazy = is_lazy(env, pairs);
	struct html_node *img;

	if (src.n == 0)
		src = images->source;
	if (src.n == 0 || (is_pixel(pairs) && !lazy) ||
	    is_twin(images, tree, src, lazy, noscript))
		return NULL;
	img = html_node_new(tree, TAG_IMG);
	img->attr = make_attrs(env, pairs, src);
	images->last = img;
	images->last_lazy = lazy;
	images->last_noscript = noscript;
	map_put(&images->seen, src, img);
	return img;
}
