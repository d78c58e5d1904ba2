#include "app/renditions.h"

#include "base/work.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROOMY = 1024 * 1024, TEXT = 1000 };

static const struct file_stat as_it_was = {
    .size = 10, .mtime_ns = 20, .inode = 30, .regular = true};
static const struct digest made_by[2] = {{{1}}, {{2}}};

static struct record
record_of(int64_t seq)
{
	return (struct record){.seq = seq,
	    .path = SLICE("2024/river.md"),
	    .url = SLICE("https://xys.example/river"),
	    .hash = {{7}}};
}

/* Its content is n times the letter of its number. */
static struct entry
entry_of(const struct record *record, char *text, size_t n)
{
	memset(text, 'a' + (int)(record->seq % 26), n);
	return (struct entry){.seq = record->seq,
	    .id = SLICE("tag:one"),
	    .path = record->path,
	    .url = record->url,
	    .title = SLICE("河"),
	    .content = slice_make(text, n)};
}

static void
keep(struct renditions *rs, int64_t seq, size_t n)
{
	struct record record = record_of(seq);
	char *text = malloc(n);
	struct entry entry = entry_of(&record, text, n);

	renditions_keep(rs, &record, true, &as_it_was, &entry);
	memset(text, '!', n);
	free(text);
}

static const struct entry *
find(struct renditions *rs, int64_t seq)
{
	struct record record = record_of(seq);

	return renditions_find(rs, &record, true, &as_it_was);
}

static struct renditions *
open_renditions(size_t max)
{
	struct renditions *rs = renditions_new(max);

	renditions_begin(rs, made_by);
	return rs;
}

/* Nothing of what was kept is borrowed, and all of it is there. */
static void
test_copy(void **state)
{
	struct renditions *rs = open_renditions(ROOMY);
	struct record record = record_of(1);
	struct arena *arena = arena_new();
	struct slice texts[20];
	struct entry e = {0};
	const struct entry *got;

	(void)state;
	for (int i = 0; i < 20; i++)
		texts[i] = arena_printf(arena, "text %d", i);
	e.path = arena_copy(arena, record.path);
	e.url = arena_copy(arena, record.url);
	e.title = texts[0];
	e.summary = texts[1];
	e.content = texts[2];
	e.lang = texts[3];
	e.rights = texts[4];
	people_add(&e.authors, arena, (struct person){texts[5], texts[6], texts[7]});
	people_add(&e.authors, arena, (struct person){.name = texts[8]});
	people_add(&e.contributors, arena, (struct person){.name = texts[9]});
	slices_add(&e.tags, arena, texts[10]);
	slices_add(&e.tags, arena, texts[11]);
	slices_add(&e.categories, arena, texts[12]);
	e.origin = (struct origin){texts[13], texts[14], {.sec = 5, .known = true}};
	e.image = (struct media){texts[15], texts[16], texts[17], 6};
	e.enclosure = (struct media){texts[18], texts[19], SLICE_NONE, 7};
	e.issued = (struct date){.sec = 8, .known = true};
	renditions_keep(rs, &record, true, &as_it_was, &e);
	for (int i = 0; i < 20; i++)
		memset((char *)texts[i].p, '!', texts[i].n);
	arena_free(arena);

	got = find(rs, 1);
	assert_non_null(got);
	assert_string_equal(got->title.p, "text 0");
	assert_string_equal(got->summary.p, "text 1");
	assert_string_equal(got->content.p, "text 2");
	assert_string_equal(got->lang.p, "text 3");
	assert_string_equal(got->rights.p, "text 4");
	assert_int_equal(got->authors.n, 2);
	assert_string_equal(got->authors.v[0].name.p, "text 5");
	assert_string_equal(got->authors.v[0].uri.p, "text 6");
	assert_string_equal(got->authors.v[0].email.p, "text 7");
	assert_string_equal(got->authors.v[1].name.p, "text 8");
	assert_int_equal(got->authors.v[1].uri.n, 0);
	assert_int_equal(got->contributors.n, 1);
	assert_string_equal(got->contributors.v[0].name.p, "text 9");
	assert_int_equal(got->tags.n, 2);
	assert_string_equal(got->tags.v[0].p, "text 10");
	assert_string_equal(got->tags.v[1].p, "text 11");
	assert_int_equal(got->categories.n, 1);
	assert_string_equal(got->categories.v[0].p, "text 12");
	assert_string_equal(got->origin.url.p, "text 13");
	assert_string_equal(got->origin.name.p, "text 14");
	assert_int_equal(got->origin.date.sec, 5);
	assert_string_equal(got->image.url.p, "text 15");
	assert_string_equal(got->image.type.p, "text 16");
	assert_string_equal(got->image.title.p, "text 17");
	assert_int_equal(got->image.length, 6);
	assert_string_equal(got->enclosure.url.p, "text 18");
	assert_string_equal(got->enclosure.type.p, "text 19");
	assert_int_equal(got->enclosure.title.n, 0);
	assert_int_equal(got->enclosure.length, 7);
	assert_int_equal(got->issued.sec, 8);
	renditions_free(rs);
}

/* Whatever it was made of has to be as it was. */
static void
test_stale(void **state)
{
	struct renditions *rs = open_renditions(ROOMY);
	struct record record = record_of(1);
	struct file_stat stat = as_it_was;

	(void)state;
	assert_null(find(rs, 1));
	keep(rs, 1, TEXT);
	assert_non_null(find(rs, 1));
	assert_null(find(rs, 2));
	assert_null(find(rs, 1 + 512));
	assert_null(renditions_find(rs, &record, false, &stat));
	stat.size++;
	assert_null(renditions_find(rs, &record, true, &stat));
	assert_non_null(renditions_find(rs, &record, true, NULL));
	stat = as_it_was;
	stat.mtime_ns++;
	assert_null(renditions_find(rs, &record, true, &stat));
	stat = as_it_was;
	stat.inode++;
	assert_null(renditions_find(rs, &record, true, &stat));
	record.hash.byte[31]++;
	assert_null(renditions_find(rs, &record, true, NULL));
	record = record_of(1);
	record.path = SLICE("2024/brook.md");
	assert_null(renditions_find(rs, &record, true, NULL));
	record = record_of(1);
	record.url = SLICE("https://xys.example/brook");
	assert_null(renditions_find(rs, &record, true, NULL));
	renditions_free(rs);
}

static void
test_configuration(void **state)
{
	struct renditions *rs = open_renditions(ROOMY);
	struct digest other[2] = {made_by[0], made_by[1]};

	(void)state;
	for (int i = 0; i < 2; i++) {
		keep(rs, 1, TEXT);
		renditions_begin(rs, other);
		assert_non_null(find(rs, 1));
		other[i].byte[0]++;
		renditions_begin(rs, other);
		assert_null(find(rs, 1));
		assert_int_equal(renditions_size(rs), 0);
	}
	renditions_free(rs);
}

/* A new one takes the place of the stale, but not under the eyes of who looks at it. */
static void
test_replaced(void **state)
{
	struct renditions *rs = open_renditions(ROOMY);
	const struct entry *e;
	size_t size;

	(void)state;
	keep(rs, 1, TEXT);
	size = renditions_size(rs);
	e = find(rs, 1);
	keep(rs, 1, 2 * TEXT);
	assert_ptr_equal(find(rs, 1), e);
	assert_int_equal(e->content.n, TEXT);
	renditions_begin(rs, made_by);
	keep(rs, 1, 2 * TEXT);
	e = find(rs, 1);
	assert_int_equal(e->content.n, 2 * TEXT);
	assert_int_equal(e->content.p[2 * TEXT - 1], 'b');
	assert_true(renditions_size(rs) >= size + TEXT);
	assert_true(renditions_size(rs) < 2 * size + TEXT);
	renditions_free(rs);
}

/* Of ten there is room for four: those used last. */
static void
test_bounded(void **state)
{
	enum { MAX = 4 * (TEXT + 1000) };
	struct renditions *rs = open_renditions(MAX);
	int found = 0;

	(void)state;
	for (int i = 0; i < 4; i++) {
		renditions_begin(rs, made_by);
		keep(rs, i, TEXT);
	}
	renditions_begin(rs, made_by);
	assert_non_null(find(rs, 0));
	for (int i = 4; i < 10; i++) {
		renditions_begin(rs, made_by);
		keep(rs, i, TEXT);
		assert_non_null(find(rs, 0));
		assert_true(renditions_size(rs) <= MAX);
	}
	assert_non_null(find(rs, 9));
	assert_null(find(rs, 1));
	/* In one run what is used stays, and the rest goes without. */
	renditions_begin(rs, made_by);
	for (int i = 10; i < 30; i++)
		keep(rs, i, TEXT);
	for (int i = 10; i < 30; i++)
		found += find(rs, i) != NULL;
	assert_true(found >= 4 && found < 8);
	assert_null(find(rs, 0));
	assert_true(renditions_size(rs) <= MAX);
	keep(rs, 30, 2 * MAX);
	assert_null(find(rs, 30));
	renditions_begin(rs, made_by);
	keep(rs, 30, 2 * MAX);
	assert_null(find(rs, 30));
	assert_non_null(find(rs, 10));
	renditions_free(rs);
}

static void
use(void *ctx, size_t item, size_t worker)
{
	struct renditions *rs = ctx;
	int64_t seq = (int64_t)(item % 100);
	const struct entry *e = find(rs, seq);

	(void)worker;
	if (!e) {
		keep(rs, seq, TEXT);
		e = find(rs, seq);
	}
	for (size_t i = 0; e && i < e->content.n; i++)
		if (e->content.p[i] != 'a' + (char)(seq % 26))
			abort();
}

static void
test_threads(void **state)
{
	struct renditions *rs = open_renditions(20 * TEXT);

	(void)state;
	for (int run = 0; run < 20; run++) {
		renditions_begin(rs, made_by);
		work_run(4, 2000, use, rs);
		assert_true(renditions_size(rs) <= 20 * TEXT);
	}
	renditions_free(rs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_stale),
	    cmocka_unit_test(test_configuration),
	    cmocka_unit_test(test_replaced),
	    cmocka_unit_test(test_bounded),
	    cmocka_unit_test(test_threads),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
