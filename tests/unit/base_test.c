#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/map.h"
#include "base/slice.h"
#include "base/work.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
err_gathers_context(void **state)
{
	struct err err;

	(void)state;
	errno = ENOSPC;
	assert_int_equal(err_errno(&err, "cannot write %s", "a.atom"), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_int_equal(err_prefix(&err, "feed %s", "main"), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_string_equal(
	    err.text, "feed main: cannot write a.atom: No space left on device");
	assert_int_equal(err_set(&err, ERR_LIMIT, "%d is too many", 3), -1);
	assert_int_equal(err.kind, ERR_LIMIT);
	assert_string_equal(err.text, "3 is too many");
}

static void
err_cuts_what_is_too_long(void **state)
{
	char text[2000];
	struct err err;

	(void)state;
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	err_set(&err, ERR_INPUT, "%s", text);
	err_prefix(&err, "%s", text);
	err_errno(&err, "%s", text);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void
slices_compare(void **state)
{
	struct slice abc = SLICE("abc");

	(void)state;
	assert_true(slice_eq(abc, slice_str("abc")) && slice_is(abc, "abc"));
	assert_false(slice_is(abc, "ab") || slice_is(abc, "abcd"));
	assert_true(slice_eq(SLICE_NONE, slice_str(NULL)) && slice_is(SLICE_NONE, ""));
	assert_true(slice_eq_nocase(abc, SLICE("aBC")) && slice_is_nocase(abc, "ABC"));
	assert_false(slice_eq_nocase(SLICE("["), SLICE("{")));
	assert_true(slice_cmp(abc, SLICE("abd")) < 0 && slice_cmp(abc, SLICE("ab")) > 0);
	assert_true(slice_cmp(SLICE("\xFF"), SLICE("a")) > 0);
	assert_int_equal(slice_cmp(SLICE_NONE, SLICE("")), 0);
	assert_true(slice_starts(abc, SLICE("ab")) && slice_starts(abc, SLICE("")));
	assert_true(slice_ends(abc, SLICE("bc")) && !slice_ends(abc, SLICE("xabc")));
}

static void
slices_are_searched_and_cut(void **state)
{
	struct slice s = SLICE("a=b=c");

	(void)state;
	assert_int_equal(slice_index(s, '='), 1);
	assert_int_equal(slice_index(s, 'x'), 5);
	assert_int_equal(slice_find(s, SLICE("=c")), 3);
	assert_int_equal(slice_find(s, SLICE("=d")), 5);
	assert_int_equal(slice_find(SLICE_NONE, SLICE("a")), 0);
	assert_true(slice_is(slice_from(s, 2), "b=c") && slice_is(slice_from(s, 9), ""));
	assert_true(
	    slice_is(slice_part(s, 2, 3), "b") && slice_is(slice_part(s, 4, 99), "c"));
	assert_true(slice_is(slice_part(s, 4, 2), ""));
	assert_true(slice_is(slice_trim(SLICE(" \t\v\r\nx y\n")), "x y"));
	assert_true(slice_is(slice_trim(SLICE(" \n")), ""));
}

static void
slices_know_sets_and_runs(void **state)
{
	struct slice s = SLICE("  \t==\0=");

	(void)state;
	assert_true(slice_one_of('b', "abc") && !slice_one_of('d', "abc"));
	assert_false(slice_one_of('a', "") || slice_one_of('\0', "abc"));
	assert_true(slice_eq(slice_skip(s, " "), slice_from(s, 2)));
	assert_true(slice_eq(slice_skip(s, "\t "), slice_from(s, 3)));
	assert_true(slice_eq(slice_skip(s, "= \t"), slice_from(s, 5)));
	assert_true(slice_eq(slice_skip(s, "="), s) && slice_eq(slice_skip(s, ""), s));
	assert_true(slice_is(slice_skip(SLICE("=="), "="), ""));
	assert_int_equal(slice_skip(SLICE_NONE, " ").n, 0);
	assert_int_equal(slice_run(s, 0), 2);
	assert_int_equal(slice_run(s, 1), 1);
	assert_int_equal(slice_run(s, 3), 2);
	assert_int_equal(slice_run(s, 5), 1);
	assert_int_equal(slice_run(s, 6), 1);
}

static void
lines_and_tokens_end(void **state)
{
	struct slice rest = SLICE("one\r\n\ntwo\rx\nlast"), line;
	static const char *const want[] = {"one", "", "two\rx", "last"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_true(slice_line(&rest, &line));
		assert_true(slice_is(line, want[i]));
	}
	assert_false(slice_line(&rest, &line));
	rest = SLICE("a,,b,");
	assert_true(slice_token(&rest, ',', &line) && slice_is(line, "a"));
	assert_true(slice_token(&rest, ',', &line) && slice_is(line, ""));
	assert_true(slice_token(&rest, ',', &line) && slice_is(line, "b"));
	assert_false(slice_token(&rest, ',', &line));
}

static void
arena_gives_aligned_zeros(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (int round = 0; round < 2; round++) {
		size_t sum = 0;

		for (size_t n = 0; n < 200000; n = n * 2 + 1) {
			char *p = arena_alloc(arena, n);

			assert_int_equal((uintptr_t)p % 16, 0);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xAA, n);
			sum += n;
		}
		assert_true(arena_size(arena) >= sum);
		arena_reset(arena);
		assert_int_equal(arena_size(arena), 0);
	}
	arena_free(arena);
	arena_free(NULL);
}

static void
arena_copies_and_grows(void **state)
{
	struct arena *arena = arena_new();
	struct slice s = arena_copy(arena, SLICE("a\0b"));
	struct slices list = {0};

	(void)state;
	assert_true(slice_eq(s, SLICE("a\0b")) && s.p[3] == '\0');
	assert_string_equal(arena_cstr(arena, SLICE_NONE), "");
	s = arena_printf(arena, "%d-%s", 7, "x");
	assert_true(slice_is(s, "7-x") && s.p[3] == '\0');
	for (int i = 0; i < 1000; i++)
		slices_add(&list, arena, arena_printf(arena, "%d", i));
	assert_int_equal(list.n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_true(slice_eq(list.v[i], arena_printf(arena, "%d", i)));
	assert_true(slices_has(&list, SLICE("999")) && !slices_has(&list, SLICE("1000")));
	arena_free(arena);
}

static void
buf_stops_at_its_ceiling(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 10);
	assert_string_equal(buf_cstr(&buf), "");
	buf_str(&buf, "12345");
	buf_printf(&buf, "%d", 678);
	buf_utf8(&buf, 0xE9);
	assert_string_equal(buf_cstr(&buf), "12345678é");
	assert_false(buf.full);
	buf_char(&buf, 'x');
	assert_true(buf.full);
	assert_true(slice_is(buf_view(&buf), "12345678é"));
	buf_reset(&buf);
	assert_true(buf.n == 0 && !buf.full);
	buf_slice(&buf, SLICE("12345678901"));
	assert_true(buf.full && buf.n == 0);
	buf_slice(&buf, SLICE("1")); /* what comes after a gap stays out */
	assert_int_equal(buf.n, 0);
	buf_fini(&buf);
}

static void
buf_grows(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, SIZE_MAX);
	for (int i = 0; i < 100000; i++)
		buf_add(&buf, "0123456789", 10);
	assert_int_equal(buf.n, 1000000);
	for (size_t i = 0; i < buf.n; i++)
		assert_int_equal(buf.p[i], '0' + (int)(i % 10));
	buf_fini(&buf);
}

static void
map_keeps_the_order(void **state)
{
	struct arena *arena = arena_new();
	struct map map;
	static int value[5000], other;

	(void)state;
	map_init(&map);
	assert_null(map_get(&map, SLICE("0")));
	map_remove(&map, SLICE("0"));
	for (int i = 0; i < 5000; i++)
		map_put(&map, arena_printf(arena, "%d", i), &value[i]);
	assert_int_equal(map.n, 5000);
	map_reserve(&map, 20000);
	map_reserve(&map, 1);
	assert_true(map.cap >= 20000);
	for (int i = 0; i < 5000; i++) {
		assert_ptr_equal(map_get(&map, arena_printf(arena, "%d", i)), &value[i]);
		assert_ptr_equal(map.item[i].value, &value[i]);
	}
	assert_null(map_get(&map, SLICE("5000")));
	map_put(&map, SLICE("17"), &other);
	assert_ptr_equal(map.item[17].value, &other);
	map_remove(&map, SLICE("17"));
	assert_null(map_get(&map, SLICE("17")));
	assert_null(map.item[17].value);
	map_put(&map, SLICE("17"), &other);
	assert_ptr_equal(map_get(&map, SLICE("17")), &other);
	map_fini(&map);
	arena_free(arena);
}

/* Keys that are alike, at each length, spread over the slots no worse than by chance. */
static void
hashes_spread(void **state)
{
	enum { KEYS = 4096, SLOTS = 8192 };
	char key[40];

	(void)state;
	for (size_t length = 6; length <= 40; length++) {
		unsigned char used[SLOTS] = {0};
		size_t slots = 0;

		memset(key, 'a', sizeof key);
		for (int i = 0; i < KEYS; i++) {
			uint32_t hash;

			for (int digit = 0; digit < 4; digit++)
				key[length - 1 - (size_t)digit] =
				    (char)('0' + (i >> (3 * digit) & 7));
			hash = map_hash((struct slice){key, length});
			assert_int_equal(hash, map_hash((struct slice){key, length}));
			slots += !used[hash % SLOTS]++;
		}
		/* By chance 8192 (1 - exp(-1/2)) = 3223. */
		assert_true(slots > 2900);
	}
}

/* The vectors of FIPS 180. */
static void
digests_are_the_published_ones(void **state)
{
	struct digest whole = digest_of(SLICE("abc")), parts;
	struct digest_state *pieces = digest_open();
	char hex[65];

	(void)state;
	digest_hex(&whole, hex);
	assert_string_equal(
	    hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_add(pieces, SLICE("a"));
	digest_add(pieces, SLICE_NONE);
	digest_add(pieces, SLICE("bc"));
	parts = digest_close(pieces);
	assert_true(digest_eq(&whole, &parts));
	whole = digest_of(SLICE_NONE);
	assert_false(digest_eq(&whole, &parts));
	digest_hex(&whole, hex);
	assert_string_equal(
	    hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

enum { ITEMS = 10000 };

struct tally {
	atomic_int done[ITEMS];
	atomic_int busy[WORK_MAX];
	atomic_int wrong;
};

/* Cmocka's assertions belong to the thread of the test: count instead. */
static void
count_item(void *ctx, size_t item, size_t worker)
{
	struct tally *t = ctx;

	if (item >= ITEMS || worker >= WORK_MAX ||
	    atomic_fetch_add(&t->busy[worker], 1) != 0) {
		atomic_fetch_add(&t->wrong, 1);
		return;
	}
	atomic_fetch_add(&t->done[item], 1);
	atomic_fetch_sub(&t->busy[worker], 1);
}

static void
work_does_each_item_once(void **state)
{
	static const size_t threads[] = {0, 1, 2, 5, WORK_MAX, 1000};

	(void)state;
	for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
		static struct tally t;

		memset(&t, 0, sizeof t);
		work_run(threads[i], ITEMS, count_item, &t);
		assert_int_equal(t.wrong, 0);
		for (size_t item = 0; item < ITEMS; item++)
			assert_int_equal(t.done[item], 1);
		work_run(threads[i], 0, count_item, &t);
		assert_int_equal(t.done[0], 1);
	}
	assert_in_range(work_cores(), 1, WORK_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(err_gathers_context),
	    cmocka_unit_test(err_cuts_what_is_too_long),
	    cmocka_unit_test(slices_compare),
	    cmocka_unit_test(slices_are_searched_and_cut),
	    cmocka_unit_test(slices_know_sets_and_runs),
	    cmocka_unit_test(lines_and_tokens_end),
	    cmocka_unit_test(arena_gives_aligned_zeros),
	    cmocka_unit_test(arena_copies_and_grows),
	    cmocka_unit_test(buf_stops_at_its_ceiling),
	    cmocka_unit_test(buf_grows),
	    cmocka_unit_test(map_keeps_the_order),
	    cmocka_unit_test(hashes_spread),
	    cmocka_unit_test(digests_are_the_published_ones),
	    cmocka_unit_test(work_does_each_item_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
