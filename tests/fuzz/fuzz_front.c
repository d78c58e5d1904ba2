/* Any bytes as an article: what front_split and front_parse promise holds. */
#include "input/front.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static bool
lies_in(struct slice part, struct slice whole)
{
	return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void
check_terms(const struct slices *terms, struct arena *arena)
{
	must(terms->n <= 256);
	for (size_t i = 0; i < terms->n; i++) {
		struct slices before = {terms->v, i};

		must(terms->v[i].n > 0);
		must(slice_eq(front_tidy(arena, terms->v[i]), terms->v[i]));
		must(!slices_has(&before, terms->v[i]));
	}
}

static void
check_people(const struct people *people)
{
	must(people->n <= 256);
	for (size_t i = 0; i < people->n; i++) {
		must(people->v[i].name.n > 0);
		for (size_t k = 0; k < i; k++)
			must(!slice_eq(people->v[i].name, people->v[k].name));
	}
}

static void
check_date(const struct date *date)
{
	must(!date->known || (date->sec >= 631152000 && date->sec <= 253402300799));
}

static void
check_article(const struct article *a, struct arena *arena)
{
	check_terms(&a->tags, arena);
	check_terms(&a->categories, arena);
	check_people(&a->authors);
	check_date(&a->published);
	check_date(&a->updated);
	check_date(&a->expires);
	check_date(&a->origin.date);
	must(slice_index(a->title, '\0') == a->title.n);
	must(a->enclosure.length >= 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_make((const char *)data, size), yaml;
	struct arena *arena = arena_new();
	struct article article = {0};
	struct zone *zone = NULL;
	struct people people = {0};
	struct diags diags;
	struct err err;

	must(zone_open(&zone, SLICE("+08:00"), &err) == 0);
	diags_init(&diags, arena, SLICE("a"));
	front_split(text, &yaml, &article.body, &article.body_line, &diags);
	must(lies_in(yaml, text) && lies_in(article.body, text));
	must(article.body_line >= 1);
	front_parse(&article, yaml, zone, arena, &diags);
	check_article(&article, arena);
	/* without its fences, so that most inputs reach libyaml */
	article = (struct article){0};
	front_parse(&article, text, zone, arena, &diags);
	check_article(&article, arena);
	front_names(&people, text, arena);
	check_people(&people);
	zone_free(zone);
	arena_free(arena);
	return 0;
}
