/*
 * Any bytes as content. The lint ends, gives at most one finding with a rule
 * that is listed, and what it passes holds nothing that runs, and passes in
 * another element, too.
 */
#include "base/buf.h"
#include "output/lint.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

static bool
is_listed(const char *name)
{
	size_t n;
	const struct lint_rule *rule = lint_rules(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(rule[i].name, name) == 0)
			return true;
	return false;
}

/* The rule that the content is against, or NULL. */
static const char *
verdict(struct arena *arena, struct slice html)
{
	struct lint lint;

	lint_init(&lint, arena, 1700000000);
	lint_html(&lint, SLICE("urn:x:1"), html);
	demand(lint.n <= 1);
	if (lint.n == 0)
		return NULL;
	demand(is_listed(lint.v[0].rule) && lint.v[0].text.n > 0);
	return lint.v[0].rule;
}

static void
check_passed(struct arena *arena, struct slice html)
{
	static const char *const bad[] = {"<script", "<style", "<!--", "<p><p>", "<br/>",
	    "<a href=\"javascript:", "<p onclick=", "<p></div>"};
	struct buf wrapped;
	const char *rule;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		demand(slice_find(html, slice_str(bad[i])) == html.n);
	buf_init(&wrapped, html.n + 64);
	buf_str(&wrapped, "<div>");
	buf_slice(&wrapped, html);
	buf_str(&wrapped, "</div><p>中</p>");
	rule = verdict(arena, buf_view(&wrapped));
	demand(!rule || strcmp(rule, "html-depth") == 0);
	buf_fini(&wrapped);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct slice html = slice_make((const char *)data, size);

	if (!verdict(arena, html))
		check_passed(arena, html);
	arena_free(arena);
	return 0;
}
