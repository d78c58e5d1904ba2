#include "serve/kept.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void
add(struct kept *k, const char *name, const char *answer)
{
	kept_add(k, slice_str(name), slice_str(answer));
}

/* NULL: it is not kept. */
static void
assert_kept(struct kept *k, const char *name, const char *wanted)
{
	struct buf out;

	buf_init(&out, 100);
	buf_str(&out, "-");
	assert_int_equal(kept_find(k, slice_str(name), &out), wanted != NULL);
	assert_int_equal(out.n, 1 + (wanted ? strlen(wanted) : 0));
	if (wanted)
		assert_string_equal(buf_cstr(&out) + 1, wanted);
	buf_fini(&out);
}

static void
test_names(void **state)
{
	struct kept *k = kept_new(4, 10);

	(void)state;
	assert_kept(k, "a", NULL);
	add(k, "a", "one");
	add(k, "", "");
	assert_kept(k, "a", "one");
	assert_kept(k, "", "");
	assert_kept(k, "A", NULL);
	add(k, "a", "again");
	assert_kept(k, "a", "again");
	kept_free(k);
	kept_free(NULL);
}

static void
test_longest(void **state)
{
	struct kept *k = kept_new(4, 3);

	(void)state;
	add(k, "a", "123");
	add(k, "b", "1234");
	assert_kept(k, "a", "123");
	assert_kept(k, "b", NULL);
	kept_free(k);
}

/* What nobody asked for goes first. */
static void
test_most(void **state)
{
	struct kept *k = kept_new(3, 10);

	(void)state;
	add(k, "a", "1");
	add(k, "b", "2");
	add(k, "c", "3");
	assert_kept(k, "a", "1");
	add(k, "d", "4");
	assert_kept(k, "b", NULL);
	add(k, "e", "5");
	assert_kept(k, "c", NULL);
	assert_kept(k, "a", "1");
	assert_kept(k, "d", "4");
	assert_kept(k, "e", "5");
	kept_free(k);
}

static void *
use(void *ctx)
{
	for (int i = 0; i < 5000; i++) {
		char name[16];
		struct buf out;

		snprintf(name, sizeof name, "%d", i % 7);
		buf_init(&out, 100);
		if (kept_find(ctx, slice_str(name), &out))
			assert_true(slice_is(buf_view(&out), name));
		else
			add(ctx, name, name);
		buf_fini(&out);
	}
	return NULL;
}

static void
test_threads(void **state)
{
	enum { THREADS = 4 };
	struct kept *k = kept_new(5, 10);
	pthread_t thread[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, use, k), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	kept_free(k);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_longest),
	    cmocka_unit_test(test_most),
	    cmocka_unit_test(test_threads),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
