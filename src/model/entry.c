#include "model/entry.h"

void
people_add(struct people *people, struct arena *arena, struct person person)
{
	people->v = arena_grow(arena, people->v, people->n, sizeof *people->v);
	people->v[people->n++] = person;
}

static const char *const kind_names[TERM_KINDS] = {
    [TERM_TAG] = "tag",
    [TERM_CATEGORY] = "category",
    [TERM_AUTHOR] = "author",
    [TERM_YEAR] = "year",
    [TERM_LANGUAGE] = "language",
    [TERM_SOURCE] = "source",
};

const char *
term_kind_name(enum term_kind kind)
{
	return kind_names[kind];
}

int
term_kind_parse(struct slice name)
{
	for (int i = 0; i < TERM_KINDS; i++)
		if (slice_is(name, kind_names[i]))
			return i;
	return -1;
}

bool
terms_have(const struct terms *terms, const struct term *term)
{
	for (size_t i = 0; i < terms->n; i++)
		if (terms->v[i].kind == term->kind &&
		    slice_eq(terms->v[i].value, term->value))
			return true;
	return false;
}
