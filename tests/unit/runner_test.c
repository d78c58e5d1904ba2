#include "place.h"

#include "push/runner.h"

#include <errno.h>
#include <signal.h>

/* Commands as a hook has them, each a script of the shell. */
static const char *const scripts[] = {
    "cat",                                       /* 0: all that it is given */
    "exit 7",                                    /* 1 */
    "kill -9 $$",                                /* 2 */
    "sleep 60 & echo $! >pid; wait",             /* 3: it takes too long, with another */
    "head -c 300000 /dev/zero | tr '\\0' x",     /* 4: more than is kept */
    "exec <&-; printf '\\377\\033[2J\\n\\0end'", /* 5: hostile, and reads nothing */
    "echo \"$XYSFEED_FEED|$XYSFEED_HOOK|$#\"; pwd; echo err >&2; ls /proc/self/fd",
    "trap '' HUP; (sleep 60 >&2) & echo $! >pid; echo done", /* 7: leaves one behind */
};
enum { CAT, EXIT, KILL, SLEEP, MUCH, HOSTILE, PLACE, LEAVES, SCRIPTS };
enum { MISSING = SCRIPTS };

struct here {
	struct place place;
	struct config config;
	struct runner *runner;
	uv_loop_t loop;
	struct err err;
	size_t ended;
	struct runner_end end;
	struct buf output;
};

static void
add_hook(struct here *h, struct slice name, struct slices command)
{
	struct config *c = &h->config;

	c->hook = arena_grow(h->place.arena, c->hook, c->hooks, sizeof *c->hook);
	c->hook[c->hooks++] = (struct config_hook){.name = name, .command = command};
}

static int
set_up(void **state)
{
	struct here *h = calloc(1, sizeof *h);
	struct slices missing = {0};

	signal(SIGPIPE, SIG_IGN);
	place_open(&h->place);
	buf_init(&h->output, 1 << 20);
	/* One with an address is none of the runner's. */
	add_hook(h, SLICE("web"), (struct slices){0});
	for (size_t i = 0; i < SCRIPTS; i++) {
		struct slices argv = {0};

		slices_add(&argv, h->place.arena, SLICE("sh"));
		slices_add(&argv, h->place.arena, SLICE("-c"));
		slices_add(&argv, h->place.arena,
		    arena_printf(h->place.arena, "cd %s; %s",
			i == PLACE ? "." : h->place.path, scripts[i]));
		add_hook(h, arena_printf(h->place.arena, "h%zu", i), argv);
	}
	slices_add(&missing, h->place.arena, SLICE("/nowhere/at/all"));
	add_hook(h, SLICE("missing"), missing);
	assert_int_equal(runner_start(&h->runner, &h->config, &h->err), 0);
	assert_non_null(h->runner);
	uv_loop_init(&h->loop);
	runner_attach(h->runner, &h->loop);
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct here *h = *state;

	if (h->runner)
		runner_detach(h->runner);
	uv_run(&h->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&h->loop), 0);
	runner_stop(h->runner);
	buf_fini(&h->output);
	place_close(&h->place);
	free(h);
	return 0;
}

static void
done(void *ctx, const struct runner_end *end)
{
	struct here *h = ctx;

	h->ended++;
	h->end = *end;
	buf_reset(&h->output);
	buf_slice(&h->output, end->output);
}

static void
await(struct here *h, size_t ended)
{
	while (h->ended < ended)
		uv_run(&h->loop, UV_RUN_ONCE);
}

static void
run(struct here *h, int command, struct slice input, int64_t timeout)
{
	size_t before = h->ended;

	runner_run(h->runner, command, SLICE("tag/海"), input, timeout, done, h);
	await(h, before + 1);
}

static void
ended(struct here *h, enum runner_how how, int value)
{
	assert_int_equal(h->end.how, how);
	assert_int_equal(h->end.value, value);
}

static void
exit_codes_and_signals(void **state)
{
	struct here *h = *state;

	run(h, CAT, SLICE("{\"a\":1}\n"), 60000);
	ended(h, RUNNER_EXITED, 0);
	assert_string_equal(buf_cstr(&h->output), "{\"a\":1}\n");
	run(h, EXIT, SLICE("x"), 60000);
	ended(h, RUNNER_EXITED, 7);
	run(h, KILL, SLICE("x"), 60000);
	ended(h, RUNNER_KILLED, 9);
	run(h, MISSING, SLICE("x"), 60000);
	/* Below valgrind there is no vfork, and the reason is lost. */
	if (h->end.how == RUNNER_EXITED)
		ended(h, RUNNER_EXITED, 127);
	else
		ended(h, RUNNER_UNSTARTED, ENOENT);
	run(h, CAT, SLICE_NONE, 60000);
	ended(h, RUNNER_EXITED, 0);
	assert_int_equal(h->output.n, 0);
}

/* Is what the script noted gone, or soon? */
static bool
is_gone(struct here *h)
{
	struct buf text;
	pid_t pid;
	struct err err;

	buf_init(&text, 100);
	assert_int_equal(file_slurp(place_path(&h->place, "pid"), 100, &text, &err), 0);
	pid = (pid_t)atol(buf_cstr(&text));
	buf_fini(&text);
	for (int i = 0; i < 500 && kill(pid, 0) == 0; i++)
		usleep(10000);
	return kill(pid, 0) < 0;
}

static void
timeouts(void **state)
{
	struct here *h = *state;

	run(h, SLEEP, SLICE("x"), 300);
	assert_int_equal(h->end.how, RUNNER_TIMEOUT);
	assert_true(is_gone(h));
	run(h, EXIT, SLICE("x"), 60000);
	ended(h, RUNNER_EXITED, 7);
}

/* Pipes hold 64 KiB: both sides would wait for each other. */
static void
much_of_it(void **state)
{
	struct here *h = *state;
	struct slice input = {arena_alloc(h->place.arena, 5000000), 5000000};

	memset((char *)input.p, 'i', input.n);
	run(h, CAT, input, 60000);
	ended(h, RUNNER_EXITED, 0);
	assert_int_equal(h->output.n, RUNNER_OUTPUT);
	run(h, MUCH, input, 60000);
	ended(h, RUNNER_EXITED, 0);
	assert_int_equal(h->output.n, RUNNER_OUTPUT);
	run(h, HOSTILE, input, 60000);
	ended(h, RUNNER_EXITED, 0);
	assert_int_equal(h->output.n, 10);
	assert_memory_equal(h->output.p, "\377\033[2J\n\0end", 10);
}

static void
surroundings(void **state)
{
	struct here *h = *state;

	run(h, PLACE, SLICE("x"), 60000);
	ended(h, RUNNER_EXITED, 0);
	assert_string_equal(buf_cstr(&h->output), "tag/海|h6|0\n/\nerr\n0\n1\n2\n3\n");
}

/* Who was started by the command, and holds its output, is not waited for. */
static void
others_left_behind(void **state)
{
	struct here *h = *state;
	char command[600];

	run(h, LEAVES, SLICE("x"), 60000);
	ended(h, RUNNER_EXITED, 0);
	assert_string_equal(buf_cstr(&h->output), "done\n");
	snprintf(command, sizeof command, "kill $(cat %s)", place_path(&h->place, "pid"));
	assert_int_equal(system(command), 0);
}

static void
one_at_a_time_in_order(void **state)
{
	struct here *h = *state;

	for (int i = 0; i < 20; i++)
		runner_run(h->runner, i % 2 ? CAT : EXIT, SLICE("f"), SLICE("y"), 60000,
		    done, h);
	await(h, 20);
	ended(h, RUNNER_EXITED, 0);
}

/* A loop that is left does not hear of it, the next one is not confused. */
static void
from_loop_to_loop(void **state)
{
	struct here *h = *state;

	runner_run(h->runner, CAT, SLICE("f"), SLICE("one"), 60000, done, h);
	runner_detach(h->runner);
	uv_run(&h->loop, UV_RUN_DEFAULT);
	runner_attach(h->runner, &h->loop);
	run(h, CAT, SLICE("two"), 60000);
	assert_int_equal(h->ended, 1);
	assert_string_equal(buf_cstr(&h->output), "two");
}

static void
ends_with_us(void **state)
{
	struct here *h = *state;

	runner_run(h->runner, SLEEP, SLICE("f"), SLICE("x"), 60000, done, h);
	for (int i = 0; i < 500 && !place_has(&h->place, "pid"); i++) {
		uv_run(&h->loop, UV_RUN_NOWAIT);
		usleep(10000);
	}
	usleep(50000); /* until the number is in it */
	runner_detach(h->runner);
	uv_run(&h->loop, UV_RUN_DEFAULT);
	runner_stop(h->runner);
	h->runner = NULL;
	assert_int_equal(h->ended, 0);
	assert_true(is_gone(h));
}

/* The process was killed, by a system that needed its memory perhaps. */
static void
lost(void **state)
{
	struct here *h = *state;
	char command[100];

	snprintf(command, sizeof command, "pkill -KILL -P %d xysfeed-hooks", getpid());
	assert_int_equal(system(command), 0);
	run(h, CAT, SLICE("x"), 60000);
	ended(h, RUNNER_LOST, 0);
	run(h, CAT, SLICE("x"), 60000);
	ended(h, RUNNER_LOST, 0);
	runner_detach(h->runner);
	runner_attach(h->runner, &h->loop);
	run(h, CAT, SLICE("x"), 60000);
	ended(h, RUNNER_LOST, 0);
}

static void
none_needed(void **state)
{
	struct config none = {0};
	struct runner *runner;
	struct err err;

	(void)state;
	assert_int_equal(runner_start(&runner, &none, &err), 0);
	assert_null(runner);
	runner_stop(runner);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(exit_codes_and_signals),
	    TEST(timeouts),
	    TEST(much_of_it),
	    TEST(surroundings),
	    TEST(others_left_behind),
	    TEST(one_at_a_time_in_order),
	    TEST(from_loop_to_loop),
	    TEST(ends_with_us),
	    TEST(lost),
	    cmocka_unit_test(none_needed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
