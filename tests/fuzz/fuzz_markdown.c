/*
 * Text of an article into HTML and a summary. Well-formed UTF-8 goes in (as
 * charset gives it), and well-formed UTF-8 must come out of every step.
 *
 * The first byte chooses how long a summary is, and where the title ends.
 */
#include "base/utf8.h"
#include "input/liquid.h"
#include "input/markdown.h"
#include "input/summary.h"
#include "input/text.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_HTML = 4 * 1024 * 1024 };

static void
check(bool promise)
{
	if (!promise)
		abort();
}

static void
check_utf8(struct slice s)
{
	check(utf8_valid(s) == s.n);
}

static struct slice
find(void *ctx, struct arena *arena, struct slice name)
{
	(void)ctx;
	return arena_printf(arena, "/%.*s.html", SLICE_ARG(name));
}

static void
check_diags(const struct diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		check_utf8(diags->v[i].text);
		check(diags->v[i].line >= 1);
	}
}

static struct slice
expand(struct slice text, bool markdown, struct slice title, struct arena *arena)
{
	struct liquid_env env = {.site_url = SLICE("https://a.example/blog"),
	    .baseurl = SLICE("/blog"),
	    .page_url = SLICE("/a.html"),
	    .page_title = title,
	    .find = find};
	struct diags diags;

	diags_init(&diags, arena, SLICE("a.md"));
	text = liquid_expand(text, markdown, &env, 1, arena, &diags);
	check_diags(&diags);
	check_utf8(text);
	return text;
}

static void
check_html(struct slice text, struct arena *arena)
{
	struct slice excerpt = markdown_excerpt(text);
	struct err err = {0};
	struct buf out;

	buf_init(&out, MAX_HTML);
	if (markdown_html(&out, text, arena, &err) == 0)
		check_utf8(buf_view(&out));
	else
		check(err.kind == ERR_LIMIT && err.text[0]);
	buf_reset(&out);
	text_html(&out, text);
	if (!out.full)
		check_utf8(buf_view(&out));
	buf_fini(&out);
	check(excerpt.n == 0 || (excerpt.p == text.p && excerpt.n < text.n));
	markdown_looks_like(text);
}

static void
check_summary(struct slice text, struct slice title, size_t max, struct arena *arena)
{
	struct person author = {.name = slice_part(title, 0, title.n / 2)};
	struct people authors = {&author, 1};
	struct slice summary = summary_make(arena, text, title, &authors, max);

	check_utf8(summary);
	check(utf8_count(summary) <= max + 1);
	check(slice_index(summary, '\n') == summary.n);
	check(slice_eq(utf8_trim(summary), summary));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena;
	struct slice text, title;
	struct buf clean;

	if (size == 0)
		return 0;
	arena = arena_new();
	buf_init(&clean, size);
	utf8_clean(&clean, slice_make((const char *)data + 1, size - 1), &(size_t){0});
	text = buf_view(&clean);
	title = slice_part(text, 0, data[0]);
	title.n = utf8_valid(title);

	check_html(expand(text, true, title, arena), arena);
	expand(text, false, title, arena);
	check_summary(text, title, data[0], arena);

	buf_fini(&clean);
	arena_free(arena);
	return 0;
}
