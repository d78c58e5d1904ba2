#include "sample.h"

#include "output/window.h"

#include <stdlib.h>

static void
test_holds(void **state)
{
	static const struct window_limits limits = {
	    .min_entries = 3, .since = 1000, .max_bytes = 10000};
	static const struct {
		size_t position;
		int64_t arrived;
		bool holds;
	} cases[] = {
	    {0, 0, true}, /* old, but among the first */
	    {2, 0, true},
	    {3, 0, false},
	    {3, 1000, false}, /* its hours are over */
	    {3, 1001, true},
	    {9999, 1001, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
		    window_holds(&limits, cases[i].position, cases[i].arrived),
		    cases[i].holds);
	assert_true(window_most(&limits) >= 1);
	assert_true(window_most(&limits) <= 100);
}

static struct slice
filled(struct arena *arena, char c, size_t n)
{
	char *p = arena_alloc(arena, n + 1);

	memset(p, c, n);
	return slice_make(p, n);
}

/* Texts of so many letters, that no escaping makes longer. */
static struct slice
letters(struct arena *arena, size_t n)
{
	return filled(arena, 'a', n);
}

static void
make_items(
    struct arena *arena, struct feed_item *item, size_t n, size_t content, size_t summary)
{
	for (size_t i = 0; i < n; i++) {
		struct entry *e = ARENA_NEW(arena, struct entry);

		e->content = letters(arena, content);
		e->summary = letters(arena, summary);
		item[i] = (struct feed_item){.entry = e, .content = content > 0};
	}
}

static void
test_fits_as_it_is(void **state)
{
	struct arena *arena = arena_new();
	struct feed_item item[10];

	(void)state;
	make_items(arena, item, 10, 1000, 100);
	assert_int_equal(window_fit(item, 10, 1000000), 10);
	for (size_t i = 0; i < 10; i++)
		assert_true(item[i].content && !item[i].summary);
	assert_int_equal(window_fit(item, 0, 1000), 0);
	arena_free(arena);
}

/* Oldest to summary first, one by one; then oldest out; the newest stays. */
static void
test_falls_in_order(void **state)
{
	struct arena *arena = arena_new();
	size_t shown_before = 10, full_before = 10;

	(void)state;
	for (int64_t budget = 300000; budget > -1000; budget -= 500) {
		struct feed_item item[10];
		size_t shown, full = 0;

		make_items(arena, item, 10, 20000, 500);
		shown = window_fit(item, 10, budget);
		assert_in_range(shown, 1, 10);
		while (full < shown && item[full].content)
			full++;
		for (size_t i = full; i < shown; i++)
			assert_true(!item[i].content && item[i].summary);
		if (shown < 10)
			assert_int_equal(full, 0);
		assert_true(shown <= shown_before && full <= full_before);
		assert_true(full_before - full <= 1 && shown_before - shown <= 1);
		shown_before = shown;
		full_before = full;
	}
	assert_int_equal(shown_before, 1);
	assert_int_equal(full_before, 0);
	arena_free(arena);
}

/* A large one among small ones falls only when it is its turn. */
static void
test_turns(void **state)
{
	struct arena *arena = arena_new();
	struct feed_item item[3];
	struct entry large;

	(void)state;
	make_items(arena, item, 3, 2000, 10);
	large = *item[0].entry;
	large.content = letters(arena, 90000);
	item[0].entry = &large;
	assert_int_equal(window_fit(item, 3, 97000), 3);
	assert_true(item[0].content);
	assert_false(item[2].content);
	assert_int_equal(window_fit(item, 3, 50000), 3);
	assert_false(item[0].content);
	arena_free(arena);
}

/* --- the bytes that are really written ------------------------------------ */

static struct slices
noisy_terms(struct arena *arena, uint32_t *seed, size_t n)
{
	struct slices s = {0};

	for (size_t i = 0; i < n; i++)
		slices_add(&s, arena, sample_noise(arena, seed));
	return s;
}

static struct people
noisy_people(struct arena *arena, uint32_t *seed, size_t n)
{
	struct people v = {0};

	for (size_t i = 0; i < n; i++)
		people_add(&v, arena,
		    (struct person){.name = sample_noise(arena, seed),
			.uri = SLICE("https://a.example/?a=1&b=2"),
			.email = SLICE("a&b@a.example")});
	return v;
}

static struct slice
noisy_text(struct arena *arena, uint32_t *seed, size_t n)
{
	struct slice s = SLICE("");

	for (size_t i = 0; i < n; i++)
		s = arena_printf(arena, "%.*s%.*s", SLICE_ARG(s),
		    SLICE_ARG(sample_noise(arena, seed)));
	return s;
}

static struct entry *
noisy_entry(struct arena *arena, uint32_t *seed)
{
	struct entry *e = ARENA_NEW(arena, struct entry);
	uint32_t dice = *seed >> 8;

	e->id = arena_printf(arena, "https://zazhi.example/?p=%u&x=&&", *seed);
	e->url = SLICE("https://zazhi.example/?a=1&b=2&c=3");
	e->title = noisy_text(arena, seed, 1 + dice % 20);
	e->summary = noisy_text(arena, seed, dice % 7);
	if (dice % 3 == 0)
		e->summary = filled(arena, "&<>\"\\\n"[dice % 6], 900);
	e->content = noisy_text(arena, seed, dice % 50);
	e->lang = SLICE("en-GB");
	e->rights = sample_noise(arena, seed);
	e->authors = noisy_people(arena, seed, 1 + dice % 30);
	e->contributors = noisy_people(arena, seed, dice % 11);
	e->tags = noisy_terms(arena, seed, dice % 40);
	e->categories = noisy_terms(arena, seed, dice % 13);
	e->origin.url = SLICE("https://o.example/?a=1&b=2");
	e->origin.name = sample_noise(arena, seed);
	e->origin.date = e->issued = sample_day(sample_time - 1000);
	e->image.url = SLICE("https://zazhi.example/i.jpg?a&b");
	e->image.title = sample_noise(arena, seed);
	e->enclosure = e->image;
	e->enclosure.type = SLICE("audio/mpeg");
	e->enclosure.length = 123456789;
	e->published = e->updated = sample_time - (int64_t)(dice % 100000);
	return e;
}

static int64_t
written(const struct format *format, const struct feed *feed)
{
	struct buf out;
	int64_t n;

	sample_write(&out, format, feed);
	n = (int64_t)out.n;
	buf_fini(&out);
	return n;
}

/* The least budget that leaves both items as they are. */
static int64_t
estimate(const struct feed_item two[2])
{
	int64_t low = 0, high = 1 << 20;

	while (low < high) {
		int64_t middle = low + (high - low) / 2;
		struct feed_item item[2] = {two[0], two[1]};
		bool fits = window_fit(item, 2, middle) == 2 &&
			    item[0].content == two[0].content &&
			    item[1].content == two[1].content;

		low = fits ? low : middle + 1;
		high = fits ? middle : high;
	}
	return low;
}

/* One character, over and over, in one field: none is longer than thought. */
static void
test_every_character_counts(void **state)
{
	enum { LENGTH = 2000, FIELDS = 9 };
	static const char characters[] = "&<>\"\\'\n\ta";

	(void)state;
	for (size_t i = 0; i < (sizeof characters - 1) * FIELDS; i++) {
		struct sample s;
		struct entry e;
		struct person person = {.name = SLICE("x")};
		struct slice text, *field[FIELDS];
		int64_t thought;

		sample_open(&s);
		text = filled(s.arena, characters[i / FIELDS], LENGTH);
		text = arena_printf(s.arena, "x%.*sx", SLICE_ARG(text));
		e = s.entry[1];
		e.authors = (struct people){&person, 1};
		e.tags = (struct slices){&(struct slice){"x", 1}, 1};
		e.categories = (struct slices){&(struct slice){"x", 1}, 1};
		e.summary = SLICE("x");
		field[0] = &e.title;
		field[1] = &e.summary;
		field[2] = &e.content;
		field[3] = &e.tags.v[0];
		field[4] = &e.categories.v[0];
		field[5] = &person.name;
		field[6] = &e.rights;
		field[7] = &e.origin.name;
		field[8] = &e.url;
		if (i % FIELDS < 8)
			*field[i % FIELDS] = text;
		else
			e.url = e.id = arena_printf(s.arena, "https://a.example/?%.*s",
			    SLICE_ARG(filled(s.arena, '&', LENGTH)));
		s.item[0] = (struct feed_item){&s.entry[1], true, true};
		s.item[1] = (struct feed_item){&e, true, true};
		thought = estimate(s.item);
		for (size_t f = 0; f < formats_n; f++) {
			int64_t frame, all;

			s.feed.items = 0;
			frame = written(&formats[f], &s.feed);
			s.feed.items = 2;
			all = written(&formats[f], &s.feed);
			if (all - frame > thought)
				fail_msg("field %zu of %d in %s: %lld, thought to be "
					 "%lld",
				    i % FIELDS, characters[i / FIELDS], formats[f].name,
				    (long long)(all - frame), (long long)thought);
		}
		sample_close(&s);
	}
}

/* Whatever stands in the entries, the documents keep within the budget. */
static void
test_budget_holds_in_every_format(void **state)
{
	enum { MOST = 12 };
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 30; round++) {
		struct sample s;
		struct feed_item item[MOST];
		int64_t budget = 4000 + round * 5000;
		size_t shown;

		sample_open(&s);
		for (size_t i = 0; i < MOST; i++) {
			const struct entry *e = noisy_entry(s.arena, &seed);

			item[i] = (struct feed_item){
			    .entry = e, .content = e->content.n > 0, .summary = i % 2};
		}
		shown = window_fit(item, MOST, budget);
		s.feed.item = item;
		for (size_t f = 0; f < formats_n && (shown > 1 || round > 25); f++) {
			int64_t frame, all;

			s.feed.items = 0;
			frame = written(&formats[f], &s.feed);
			s.feed.items = shown;
			all = written(&formats[f], &s.feed);
			if (all - frame > budget)
				fail_msg("%s: %lld bytes in a budget of %lld",
				    formats[f].name, (long long)(all - frame),
				    (long long)budget);
		}
		sample_close(&s);
	}
}

/* Nor is the budget wasted: most of it is used when there is enough. */
static void
test_budget_is_used(void **state)
{
	enum { MOST = 200 };
	struct sample s;
	struct feed_item item[MOST];
	struct entry e;
	int64_t all;

	(void)state;
	sample_open(&s);
	e = s.entry[1];
	e.content = arena_printf(s.arena, "<p>%.*s</p>\n<p>%.*s &amp; \"%.*s\"</p>",
	    SLICE_ARG(letters(s.arena, 4000)), SLICE_ARG(letters(s.arena, 3000)),
	    SLICE_ARG(letters(s.arena, 1000)));
	for (size_t i = 0; i < MOST; i++)
		item[i] = (struct feed_item){.entry = &e, .content = true};
	s.feed.item = item;
	s.feed.items = window_fit(item, MOST, 1000000);
	all = written(&formats[0], &s.feed);
	assert_in_range(all, 750000, 1000000);
	sample_close(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_holds),
	    cmocka_unit_test(test_fits_as_it_is),
	    cmocka_unit_test(test_falls_in_order),
	    cmocka_unit_test(test_turns),
	    cmocka_unit_test(test_every_character_counts),
	    cmocka_unit_test(test_budget_holds_in_every_format),
	    cmocka_unit_test(test_budget_is_used),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
