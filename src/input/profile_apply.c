#include "input/profile.h"

#include "base/utf8.h"
#include "input/front.h"
#include "input/profile_lines.h"
#include "input/profile_rules.h"

#include <stdlib.h>
#include <string.h>

/* One article under the rules. */
struct work {
	const struct profile *profile;
	const struct zone *zone;
	struct arena *arena;
	struct diags *diags;
	pcre2_match_data *match;
	struct profile_lines lines;
	int first_line; /* of the body in the file */
};

/* ---- fields ---- */

/* Fill a field, or find it to be so already. False: it does not fit. */
typedef bool taker(struct work *w, struct article *article, struct slice text, int line);

static uint32_t
next_visible(struct slice *s)
{
	while (s->n) {
		uint32_t c = utf8_next(s);

		if (!utf8_is_space(c))
			return c;
	}
	return 0;
}

static bool
take_title(struct work *w, struct article *article, struct slice text, int line)
{
	struct slice title = article->title;
	uint32_t c;

	(void)w, (void)line;
	do {
		c = next_visible(&text);
		if (c != next_visible(&title))
			return false;
	} while (c);
	return article->title.n > 0;
}

/* The text without what the profile cuts out of names. */
static struct slice
bare_names(struct work *w, struct slice text)
{
	size_t n = text.n + 1;
	char *out = arena_alloc(w->arena, n);

	if (!w->profile->names_cut ||
	    pcre2_substitute(w->profile->names_cut, (PCRE2_SPTR)text.p, text.n, 0,
		PCRE2_SUBSTITUTE_GLOBAL | PCRE2_NO_UTF_CHECK, NULL, w->profile->limits,
		(PCRE2_SPTR) "", 0, (PCRE2_UCHAR *)out, &n) < 0)
		return text;
	return slice_make(out, n);
}

static bool
add_names(struct work *w, struct people *people, struct slice text)
{
	struct slice rest = bare_names(w, text);
	struct person person = {0};
	size_t before = people->n;

	while (front_cut(&rest, w->profile->names_split, &person.name))
		front_person(people, person, w->arena);
	return people->n > before;
}

static bool
has_person(const struct people *people, struct slice name)
{
	for (size_t i = 0; i < people->n; i++)
		if (slice_eq(people->v[i].name, name))
			return true;
	return false;
}

static bool
take_authors(struct work *w, struct article *article, struct slice text, int line)
{
	struct people names = {0};

	(void)line;
	if (!add_names(w, &names, text))
		return false;
	if (article->authors.n == 0)
		article->authors = names;
	for (size_t i = 0; i < names.n; i++)
		if (!has_person(&article->authors, names.v[i].name))
			return false;
	return true;
}

static bool
take_contributors(struct work *w, struct article *article, struct slice text, int line)
{
	(void)line;
	return add_names(w, &article->contributors, text);
}

static bool
take_source(struct work *w, struct article *article, struct slice text, int line)
{
	struct slice name = front_tidy(w->arena, text);

	(void)line;
	if (article->origin.name.n == 0)
		article->origin.name = name;
	return name.n > 0 && slice_eq(article->origin.name, name);
}

static bool
agree(struct work *w, struct date *known, struct slice text, int line)
{
	struct date date;

	front_date(&date, text, line, w->zone, w->diags);
	if (!known->known)
		*known = date;
	return date.known && date.sec == known->sec;
}

static bool
take_date(struct work *w, struct article *article, struct slice text, int line)
{
	return agree(w, &article->origin.date, text, line);
}

static bool
take_issued(struct work *w, struct article *article, struct slice text, int line)
{
	return agree(w, &article->issued, text, line);
}

static bool
take_tags(struct work *w, struct article *article, struct slice text, int line)
{
	struct slice tag;

	(void)line;
	while (front_cut(&text, w->profile->names_split, &tag))
		front_term(&article->tags, tag, w->arena);
	return true;
}

static taker *const takers[PROFILE_FIELDS] = {
    [PROFILE_TITLE] = take_title,
    [PROFILE_AUTHOR] = take_authors,
    [PROFILE_CONTRIBUTOR] = take_contributors,
    [PROFILE_SOURCE] = take_source,
    [PROFILE_DATE] = take_date,
    [PROFILE_ISSUED] = take_issued,
    [PROFILE_TAGS] = take_tags,
};

/* ---- rules ---- */

/* All groups that took part in the match, or nothing. */
static bool
take_all(struct work *w, const struct profile_rule *rule, struct article *article,
    const struct profile_line *line)
{
	const size_t *at = pcre2_get_ovector_pointer(w->match);
	struct article filled = *article;
	int number = w->first_line + profile_lines_number(&w->lines, line);

	for (size_t i = 0; i < rule->groups; i++) {
		size_t from = at[2 * rule->group[i].number];
		size_t to = at[2 * rule->group[i].number + 1];

		if (from == PCRE2_UNSET)
			continue;
		if (!takers[rule->group[i].field](
			w, &filled, slice_part(line->text, from, to), number))
			return false;
	}
	*article = filled;
	return true;
}

static bool
try_line(struct work *w, const struct profile_rule *rule, struct article *article,
    struct profile_line *line)
{
	const size_t *at = pcre2_get_ovector_pointer(w->match);

	if (line->text.n == 0 ||
	    pcre2_match(rule->code, (PCRE2_SPTR)line->text.p, line->text.n, 0,
		PCRE2_NO_UTF_CHECK, w->match, w->profile->limits) < 0 ||
	    !take_all(w, rule, article, line))
		return false;
	if (rule->drop == PROFILE_DROP_LINE)
		profile_lines_drop(&w->lines, line);
	else if (rule->drop == PROFILE_DROP_MATCH)
		profile_lines_cut(&w->lines, line, at[0], at[1]);
	return true;
}

static void
try_lines(struct work *w, const struct profile_rule *rule, struct article *article)
{
	for (int end = PROFILE_HEAD; end <= PROFILE_TAIL; end++) {
		size_t left = rule->window[end];
		struct profile_line *line;

		for (size_t i = 0; left > 0; i++) {
			line = profile_lines_get(&w->lines, (enum profile_end)end, i);
			if (!line)
				break;
			if (line->dropped)
				continue;
			if (try_line(w, rule, article, line) && !rule->again)
				return;
			left -= !line->dropped;
		}
	}
}

static void
split_tags(struct work *w, const struct profile_rule *rule, struct article *article)
{
	struct slices tags = {0};

	for (size_t i = 0; i < article->tags.n; i++) {
		struct slice rest = article->tags.v[i], tag;

		while (front_cut(&rest, rule->split, &tag))
			front_term(&tags, tag, w->arena);
	}
	article->tags = tags;
}

void
profile_apply(const struct profile *profile, struct article *article,
    const struct zone *zone, struct arena *arena, struct diags *diags)
{
	struct work w = {.profile = profile,
	    .zone = zone,
	    .arena = arena,
	    .diags = diags,
	    .first_line = article->body_line};
	int skipped;

	w.match = pcre2_match_data_create(profile->pairs, NULL);
	if (!w.match)
		abort();
	profile_lines_init(&w.lines, article, arena);
	for (size_t i = 0; i < profile->rules; i++)
		if (profile->rule[i].split)
			split_tags(&w, &profile->rule[i], article);
		else
			try_lines(&w, &profile->rule[i], article);
	article->body = profile_lines_join(&w.lines, &skipped);
	article->body_line += skipped;
	pcre2_match_data_free(w.match);
}
