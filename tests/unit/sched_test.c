#include "app/sched.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1709082436, RESCAN = 3600 };

static int
set_up(void **state)
{
	*state = calloc(1, sizeof(struct sched));
	sched_init(*state, RESCAN);
	return 0;
}

static int
tear_down(void **state)
{
	sched_fini(*state);
	free(*state);
	return 0;
}

static void
touch(struct sched *s, const char *path)
{
	char copy[64];
	struct slice one = slice_str(strcpy(copy, path));

	sched_touch(s, &(struct slices){&one, 1});
	memset(copy, 'x', sizeof copy - 1); /* only borrowed */
}

/* There is a run to take, of this cause. */
static struct sched_run
take(struct sched *s, enum sched_cause cause, bool whole)
{
	struct sched_run run;

	assert_true(sched_take(s, &run));
	assert_int_equal(run.cause, cause);
	assert_int_equal(run.whole, whole);
	return run;
}

static void
end(struct sched *s, const struct sched_run *run, struct sched_end how)
{
	how.whole = run->whole;
	arena_free(run->arena);
	sched_ended(s, &how);
}

/* A run of this cause is taken, and ends so. */
static void
through(struct sched *s, enum sched_cause cause, bool whole, struct sched_end how)
{
	struct sched_run run = take(s, cause, whole);

	end(s, &run, how);
}

static void
assert_idle(struct sched *s)
{
	struct sched_run run;

	assert_false(sched_take(s, &run));
}

static void
assert_next(const struct sched *s, int64_t at, enum sched_cause cause, const char *what)
{
	enum sched_cause got = CAUSES;
	struct slice name = SLICE_NONE;

	assert_int_equal(sched_next(s, &got, &name), at);
	assert_int_equal(got, cause);
	assert_true(what ? slice_is(name, what) : name.n == 0);
}

static void
test_nothing(void **state)
{
	struct sched *s = *state;

	assert_idle(s);
	sched_touch(s, &(struct slices){0});
	sched_tick(s, INT64_MAX);
	assert_idle(s);
	assert_next(s, 0, CAUSES, NULL);
	for (int i = 0; i < CAUSES; i++)
		assert_non_null(sched_cause_name((enum sched_cause)i));
}

/* The first of the causes is told; files and due ones are no reason to look at
 * everything; and what was taken is not asked for again. */
static void
test_causes(void **state)
{
	struct sched *s = *state;

	for (int i = 0; i < CAUSES; i++) {
		sched_want(s, (enum sched_cause)i);
		sched_want(s, CAUSE_DUE);
		through(s, (enum sched_cause)i, i < CAUSE_FILES,
		    (struct sched_end){.now = NOW});
		assert_idle(s);
	}
}

static void
test_touched(void **state)
{
	struct sched *s = *state;
	struct sched_run run;

	touch(s, "a.md");
	touch(s, "b/");
	run = take(s, CAUSE_FILES, false);
	assert_int_equal(run.touched.n, 2);
	assert_true(slice_is(run.touched.v[0], "a.md"));
	assert_true(slice_is(run.touched.v[1], "b/"));
	/* While that is at work. */
	touch(s, "c.md");
	assert_true(slice_is(run.touched.v[0], "a.md"));
	end(s, &run, (struct sched_end){.now = NOW});
	run = take(s, CAUSE_FILES, false);
	assert_int_equal(run.touched.n, 1);
	assert_true(slice_is(run.touched.v[0], "c.md"));
	end(s, &run, (struct sched_end){.now = NOW});
	assert_idle(s);
}

static void
test_due(void **state)
{
	struct sched *s = *state;
	char name[] = "main";

	sched_want(s, CAUSE_START);
	through(s, CAUSE_START, true,
	    (struct sched_end){.now = NOW,
		.article = {.at = NOW + 20, .what = SLICE("x.md")},
		.feed = {.at = NOW + 10, .what = slice_str(name)}});
	memset(name, 'x', 4);
	assert_next(s, NOW + 10, CAUSE_DUE, "main");
	sched_tick(s, NOW + 9);
	assert_idle(s);
	sched_tick(s, NOW + 10);
	/* Not settled by its run: not again at once. */
	through(s, CAUSE_DUE, false,
	    (struct sched_end){.began = NOW + 10,
		.now = NOW + 11,
		.article = {.at = NOW + 5000, .what = SLICE("x.md")},
		.feed = {.at = NOW + 10, .what = SLICE("main")}});
	sched_tick(s, NOW + 12);
	assert_idle(s);
	assert_next(s, NOW + 11 + 60, CAUSE_DUE, "main");
	/* What fell due while a run was at work comes right after it. */
	sched_tick(s, NOW + 71);
	through(s, CAUSE_DUE, false,
	    (struct sched_end){.began = NOW - 5,
		.now = NOW + 13,
		.feed = {.at = NOW - 3, .what = SLICE("main")}});
	sched_tick(s, NOW + 13);
	through(
	    s, CAUSE_DUE, false, (struct sched_end){.began = NOW + 13, .now = NOW + 13});
	/* One of files finds out anew what is due. */
	touch(s, "a.md");
	through(s, CAUSE_FILES, false,
	    (struct sched_end){
		.now = NOW + 30, .article = {.at = NOW + 50, .what = SLICE("x.md")}});
	assert_next(s, NOW + 50, CAUSE_DUE, "x.md");
	touch(s, "a.md");
	through(s, CAUSE_FILES, false, (struct sched_end){.now = NOW + 31});
	assert_next(s, NOW + RESCAN, CAUSE_RESCAN, NULL);
}

static void
test_rescan(void **state)
{
	struct sched *s = *state;

	sched_want(s, CAUSE_START);
	through(s, CAUSE_START, true, (struct sched_end){.now = NOW});
	touch(s, "a.md");
	through(s, CAUSE_FILES, false, (struct sched_end){.now = NOW + 100});
	assert_next(s, NOW + RESCAN, CAUSE_RESCAN, NULL);
	sched_tick(s, NOW + RESCAN - 1);
	assert_idle(s);
	sched_tick(s, NOW + RESCAN);
	through(s, CAUSE_RESCAN, true, (struct sched_end){.now = NOW + RESCAN + 5});
	assert_next(s, NOW + 2 * RESCAN + 5, CAUSE_RESCAN, NULL);
	/* Whatever else looked at everything puts it off. */
	sched_want(s, CAUSE_ASKED);
	through(s, CAUSE_ASKED, true, (struct sched_end){.now = NOW + 2 * RESCAN});
	assert_next(s, NOW + 3 * RESCAN, CAUSE_RESCAN, NULL);
}

/* After a failure: later and later, and over everything. */
static void
test_failures(void **state)
{
	static const int64_t patience[] = {
	    60, 120, 240, 480, 960, 1920, 3600, 3600, 3600};
	struct sched *s = *state;
	int64_t now = NOW;

	s->rescan = 24 * 3600;
	touch(s, "a.md");
	through(s, CAUSE_FILES, false, (struct sched_end){.now = now, .failed = true});
	for (size_t i = 0; i < sizeof patience / sizeof *patience; i++) {
		assert_next(s, now + patience[i], CAUSE_RETRY, NULL);
		sched_tick(s, now + patience[i] - 1);
		assert_idle(s);
		now += patience[i];
		sched_tick(s, now);
		through(
		    s, CAUSE_RETRY, true, (struct sched_end){.now = now, .failed = true});
	}
	/* Files do not wait for it, but what the others missed is made up for. */
	touch(s, "b.md");
	through(s, CAUSE_FILES, true, (struct sched_end){.now = now});
	assert_next(s, now + s->rescan, CAUSE_RESCAN, NULL);
	touch(s, "c.md");
	through(s, CAUSE_FILES, false, (struct sched_end){.now = now, .failed = true});
	assert_next(s, now + 60, CAUSE_RETRY, NULL);
}

/* Nothing comes by itself, but whoever looks next looks at everything. */
static void
test_held(void **state)
{
	struct sched *s = *state;

	sched_want(s, CAUSE_START);
	through(s, CAUSE_START, true, (struct sched_end){.now = NOW});
	touch(s, "a.md");
	through(s, CAUSE_FILES, false,
	    (struct sched_end){.now = NOW + 1,
		.held = true,
		.feed = {.at = NOW, .what = SLICE("main")}});
	assert_next(s, NOW + RESCAN, CAUSE_RESCAN, NULL);
	touch(s, "b.md");
	through(s, CAUSE_FILES, true, (struct sched_end){.now = NOW + 2, .held = true});
	sched_want(s, CAUSE_ASKED);
	through(s, CAUSE_ASKED, true, (struct sched_end){.now = NOW + 3});
	touch(s, "c.md");
	through(s, CAUSE_FILES, false, (struct sched_end){.now = NOW + 4});
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(test_nothing),
	    TEST(test_causes),
	    TEST(test_touched),
	    TEST(test_due),
	    TEST(test_rescan),
	    TEST(test_failures),
	    TEST(test_held),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
