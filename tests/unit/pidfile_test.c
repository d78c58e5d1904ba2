#include "app/pidfile.h"

#include "place.h"

#include <signal.h>
#include <sys/wait.h>

static int
take(const char *path)
{
	struct err err;
	int fd = pidfile_open(path, &err);

	if (fd < 0)
		fail_msg("%s", err.text);
	return fd;
}

static void
write_number(int fd, pid_t pid)
{
	struct err err;

	if (pidfile_write(fd, pid, &err) < 0)
		fail_msg("%s", err.text);
}

static void
is_refused(const char *path, enum err_kind kind, const char *sentence)
{
	struct err err;

	assert_int_equal(pidfile_open(path, &err), -1);
	assert_int_equal(err.kind, kind);
	if (!strstr(err.text, sentence))
		fail_msg("%s", err.text);
}

static void
holds_the_number_and_goes_away(void **state)
{
	struct place p;
	const char *path;
	int fd;

	(void)state;
	place_open(&p);
	path = place_path(&p, "pid");
	umask(022);
	fd = take(path);
	assert_string_equal(place_read(&p, "pid"), "");
	assert_int_equal(place_stat(&p, "pid").st_mode & 07777, 0644);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	write_number(fd, 4194303);
	assert_string_equal(place_read(&p, "pid"), "4194303\n");
	write_number(fd, 7);
	assert_string_equal(place_read(&p, "pid"), "7\n");
	pidfile_close(fd, path);
	assert_false(place_has(&p, "pid"));
	pidfile_close(-1, path);
	place_close(&p);
}

static void
is_held_by_one(void **state)
{
	struct place p;
	const char *path;
	int fd;

	(void)state;
	place_open(&p);
	path = place_path(&p, "pid");
	fd = take(path);
	is_refused(path, ERR_BUSY, "pid: another process has it");
	write_number(fd, 1234);
	is_refused(path, ERR_BUSY, "pid: process 1234 has it");
	assert_string_equal(place_read(&p, "pid"), "1234\n");
	pidfile_close(fd, path);
	pidfile_close(take(path), path);
	place_close(&p);
}

/* Whatever wrote there before us. */
static void
a_stale_one_is_taken(void **state)
{
	static const char *const texts[] = {"", "99999\n", "no number",
	    "12345678901234567890123456789012345678901234567890"};
	struct place p;

	(void)state;
	place_open(&p);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *path = place_path(&p, "pid");
		int fd;

		place_write(&p, "pid", texts[i]);
		fd = take(path);
		is_refused(path, ERR_BUSY, " has it");
		write_number(fd, 42);
		assert_string_equal(place_read(&p, "pid"), "42\n");
		pidfile_close(fd, path);
	}
	place_close(&p);
}

static void
only_a_regular_file_is_taken(void **state)
{
	struct place p;

	(void)state;
	place_open(&p);
	place_write(&p, "victim", "precious");
	place_link(&p, place_path(&p, "victim"), "link");
	is_refused(place_path(&p, "link"), ERR_IO, "link");
	assert_string_equal(place_read(&p, "victim"), "precious");
	assert_int_equal(mkfifo(place_path(&p, "fifo"), 0600), 0);
	is_refused(place_path(&p, "fifo"), ERR_CONFIG, "fifo: is no regular file");
	assert_true(place_has(&p, "fifo"));
	is_refused(p.path, ERR_IO, p.path);
	is_refused("/dev/null", ERR_CONFIG, "/dev/null: is no regular file");
	is_refused(place_path(&p, "no/folder"), ERR_IO, "no/folder");
	place_close(&p);
}

static void
what_is_not_ours_stays(void **state)
{
	struct place p;
	const char *path;
	int fd, other;

	(void)state;
	place_open(&p);
	path = place_path(&p, "pid");
	fd = take(path);
	assert_int_equal(unlink(path), 0);
	place_write(&p, "pid", "somebody else's");
	pidfile_close(fd, path);
	assert_string_equal(place_read(&p, "pid"), "somebody else's");

	fd = take(path);
	assert_int_equal(unlink(path), 0);
	other = take(path);
	write_number(other, 5);
	pidfile_close(fd, path);
	is_refused(path, ERR_BUSY, "process 5 has it");
	pidfile_close(other, path);
	pidfile_close(take(path), path);
	place_close(&p);
}

static void
a_write_that_fails_is_told(void **state)
{
	struct err err;
	int fd = open("/dev/full", O_RDWR);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(pidfile_write(fd, 1, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	close(fd);
}

/* As a daemon does: the parent takes the file, the child writes its number and stays. */
static void
a_child_keeps_it(void **state)
{
	struct place p;
	const char *path;
	int fd, status;
	pid_t child;

	(void)state;
	place_open(&p);
	path = place_path(&p, "pid");
	fd = take(path);
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	write_number(fd, child);
	close(fd);
	is_refused(
	    path, ERR_BUSY, arena_printf(p.arena, "process %d has it", (int)child).p);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(place_has(&p, "pid"));
	pidfile_close(take(path), path);
	assert_false(place_has(&p, "pid"));
	place_close(&p);
}

enum { RACERS = 6, ROUNDS = 40, LAPS = 400 };

/* Waits for the start, says 'w' or 'l', and who won holds it until killed. */
static void
race(const char *path, int start, int said)
{
	struct err err;
	char c;
	int fd;

	while (read(start, &c, 1) > 0)
		;
	fd = pidfile_open(path, &err);
	c = fd >= 0 ? 'w' : err.kind == ERR_BUSY ? 'l' : '?';
	if (write(said, &c, 1) == 1 && fd >= 0)
		pause();
	_exit(0);
}

static void
count_said(int said, int *winners, int *losers)
{
	*winners = *losers = 0;
	for (int i = 0; i < RACERS; i++) {
		char c;

		assert_int_equal(read(said, &c, 1), 1);
		*winners += c == 'w';
		*losers += c == 'l';
	}
}

/* The file that the winner leaves when it is killed is there in the next round. */
static void
of_many_exactly_one_wins(void **state)
{
	struct place p;
	const char *path;

	(void)state;
	place_open(&p);
	path = place_path(&p, "pid");
	for (int round = 0; round < ROUNDS; round++) {
		int start[2], said[2], winners, losers;
		pid_t racer[RACERS];

		assert_int_equal(pipe(start), 0);
		assert_int_equal(pipe(said), 0);
		for (int i = 0; i < RACERS; i++) {
			racer[i] = fork();
			if (racer[i] == 0) {
				close(start[1]);
				race(path, start[0], said[1]);
			}
		}
		close(start[1]);
		count_said(said[0], &winners, &losers);
		for (int i = 0; i < RACERS; i++) {
			kill(racer[i], SIGKILL);
			waitpid(racer[i], NULL, 0);
		}
		assert_int_equal(winners, 1);
		assert_int_equal(losers, RACERS - 1);
		close(start[0]);
		close(said[0]);
		close(said[1]);
	}
	place_close(&p);
}

/* Takes it and lets it go over and over: nobody else may be inside meanwhile. */
static void
come_and_go(const char *path, const char *inside)
{
	struct err err;

	for (int lap = 0; lap < LAPS; lap++) {
		int fd = pidfile_open(path, &err), mark;

		if (fd < 0 && err.kind != ERR_BUSY)
			_exit(1);
		if (fd < 0)
			continue;
		mark = open(inside, O_CREAT | O_EXCL | O_WRONLY, 0600);
		if (mark < 0 || pidfile_write(fd, getpid(), &err) < 0)
			_exit(2);
		close(mark);
		unlink(inside);
		pidfile_close(fd, path);
	}
	_exit(0);
}

static void
removing_it_lets_nobody_slip_in(void **state)
{
	struct place p;
	pid_t child[RACERS];

	(void)state;
	place_open(&p);
	for (int i = 0; i < RACERS; i++) {
		child[i] = fork();
		if (child[i] == 0)
			come_and_go(place_path(&p, "pid"), place_path(&p, "inside"));
	}
	for (int i = 0; i < RACERS; i++) {
		int status;

		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	assert_false(place_has(&p, "pid"));
	place_close(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(holds_the_number_and_goes_away),
	    cmocka_unit_test(is_held_by_one),
	    cmocka_unit_test(a_stale_one_is_taken),
	    cmocka_unit_test(only_a_regular_file_is_taken),
	    cmocka_unit_test(what_is_not_ours_stays),
	    cmocka_unit_test(a_write_that_fails_is_told),
	    cmocka_unit_test(a_child_keeps_it),
	    cmocka_unit_test(of_many_exactly_one_wins),
	    cmocka_unit_test(removing_it_lets_nobody_slip_in),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
