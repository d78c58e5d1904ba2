#include "config.h"

#include "place.h"

#include "app/sandbox.h"
#include "base/zone.h"
#include "input/charset.h"
#include "ledger/db.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <uv.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#ifdef HAVE_SECCOMP
#include <seccomp.h>
#endif

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What a child ends with when it did not come as far as its attempt. */
enum { NOT_ENTERED = 120, SIGNALLED = 128 };

/*
 * read/ is readable, out/ and state/ are writable, outside/ is neither; what a
 * child has open before it enters.
 */
struct here {
	struct place place;
	struct sandbox_request request;
	struct sandbox_state whole; /* what this kernel can */
	struct sockaddr_in listener;
	struct sockaddr_un abstract;
	int listening, abstracting;
	int tcp, other_tcp, dgram, connected; /* of the child */
};

/* --- attempts in children -------------------------------------------------- */

/* 0, or -1 with errno. */
typedef int attempt(struct here *h, const void *what);

struct in_thread {
	attempt *run;
	struct here *h;
	const void *what;
	int rc, why;
};

static void *
attempt_thread(void *arg)
{
	struct in_thread *t = arg;

	errno = 0;
	t->rc = t->run(t->h, t->what);
	t->why = errno;
	return NULL;
}

static int
attempt_in_thread(attempt *run, struct here *h, const void *what)
{
	struct in_thread t = {.run = run, .h = h, .what = what};
	pthread_t thread;
	int why = pthread_create(&thread, NULL, attempt_thread, &t);

	if (why == 0)
		why = pthread_join(thread, NULL);
	errno = why ? why : t.why;
	return why ? -1 : t.rc;
}

static int
connect_abstract(struct here *h, int fd)
{
	return connect(fd, (struct sockaddr *)&h->abstract, sizeof h->abstract);
}

static void
open_before(struct here *h)
{
	h->tcp = socket(AF_INET, SOCK_STREAM, 0);
	h->other_tcp = socket(AF_INET, SOCK_STREAM, 0);
	h->dgram = socket(AF_UNIX, SOCK_DGRAM, 0);
	h->connected = socket(AF_UNIX, SOCK_DGRAM, 0);
	connect_abstract(h, h->connected);
}

/* What became of it: 0, an errno, SIGNALLED + a signal. */
static int
wait_for(pid_t child)
{
	int status = 0;

	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status);
}

static int
try(struct here *h, attempt *run, const void *what, bool threaded)
{
	struct sandbox_state state;
	struct err err;
	pid_t child = fork();
	int rc;

	assert_true(child >= 0);
	if (child)
		return wait_for(child);
	alarm(20);
	signal(SIGSEGV, SIG_DFL); /* cmocka's would go on with the next test */
	open_before(h);
	if (sandbox_enter(&h->request, &state, &err) < 0)
		_exit(NOT_ENTERED);
	errno = 0;
	rc = threaded ? attempt_in_thread(run, h, what) : run(h, what);
	_exit(rc == 0 ? 0 : errno ? errno : EPROTO);
}

/* In an attempt: say where it went wrong. */
#define MUST(condition)                                                                  \
	do {                                                                             \
		if (!(condition)) {                                                      \
			dprintf(STDERR_FILENO, "# line %d: %s: %s\n", __LINE__,          \
			    #condition, strerror(errno));                                \
			return -1;                                                       \
		}                                                                        \
	} while (0)

static void
make_tree(struct place *place)
{
	place_write(place, "read/a.md", "hello");
	place_write(place, "out/one/a", "a");
	place_write(place, "out/two/b", "b");
	place_write(place, "state/old", "x");
	place_write(place, "outside/secret", "secret");
	place_link(place, "../outside/secret", "read/link");
	place_link(place, "../outside", "out/way");
	/* Others may look in too, for what is tried as another user. */
	assert_int_equal(chmod(place->path, 0755), 0);
}

static void
add_path(struct here *h, struct slices *list, const char *path)
{
	slices_add(list, h->place.arena, slice_str(place_path(&h->place, path)));
}

static void
ask_for(struct here *h)
{
	add_path(h, &h->request.readable, "read");
	add_path(h, &h->request.readable, "not there");
	sandbox_system_paths(&h->request.readable, h->place.arena, false);
	add_path(h, &h->request.writable, "out");
	add_path(h, &h->request.writable, "state");
}

/* What an intruder would like to reach. */
static void
open_listeners(struct here *h)
{
	socklen_t n = sizeof h->listener;

	h->listener = (struct sockaddr_in){
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	h->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(h->listening, (struct sockaddr *)&h->listener, n), 0);
	assert_int_equal(listen(h->listening, 64), 0);
	getsockname(h->listening, (struct sockaddr *)&h->listener, &n);

	h->abstract.sun_family = AF_UNIX;
	snprintf(h->abstract.sun_path + 1, sizeof h->abstract.sun_path - 1,
	    "xysfeed-test-%d", (int)getpid());
	h->abstracting = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
	    bind(h->abstracting, (struct sockaddr *)&h->abstract, sizeof h->abstract), 0);
}

/* A child enters and reports. */
static void
find_what_can_be(struct here *h)
{
	struct sandbox_state state;
	int report[2];
	struct err err;
	pid_t child;

	assert_int_equal(pipe(report), 0);
	child = fork();
	if (child == 0) {
		int rc = sandbox_enter(&h->request, &state, &err);

		_exit(rc < 0 || write(report[1], &state, sizeof state) != sizeof state);
	}
	assert_int_equal(wait_for(child), 0);
	assert_int_equal(read(report[0], &h->whole, sizeof h->whole), sizeof h->whole);
	close(report[0]);
	close(report[1]);
}

static int
set_up(void **state)
{
	struct here *h = calloc(1, sizeof *h);

	place_open(&h->place);
	make_tree(&h->place);
	ask_for(h);
	open_listeners(h);
	find_what_can_be(h);
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct here *h = *state;

	close(h->listening);
	close(h->abstracting);
	place_close(&h->place);
	free(h);
	return 0;
}

/* --- what is refused ------------------------------------------------------- */

enum op {
	OPEN,
	LINK,
	RENAME,
	REMOVE,
	FOLDER,
	SYMLINK,
	NODE,
	TRUNCATE,
	CHMOD,
	CHOWN,
	TOUCH,
	EXECUTE,
	SPAWN,
};

struct path_case {
	enum op op;
	const char *path, *to; /* in the place, or absolute */
	int flags;
	int why;
	int landlock; /* the version that refuses it; 0: the filter does */
};

static int
opened(int fd)
{
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

static int
spawned(const char *path)
{
	char *argv[] = {(char *)path, NULL};
	pid_t child;

	errno = posix_spawn(&child, path, NULL, NULL, argv, NULL);
	return errno ? -1 : 0;
}

static int
do_path(struct here *h, const void *what)
{
	const struct path_case *c = what;
	const char *path = *c->path == '/' ? c->path : place_path(&h->place, c->path);
	const char *to = c->to ? place_path(&h->place, c->to) : NULL;

	switch (c->op) {
	case OPEN:
		return opened(open(path, c->flags | O_CLOEXEC, 0644));
	case LINK:
		return link(path, to);
	case RENAME:
		return rename(path, to);
	case REMOVE:
		return unlink(path);
	case FOLDER:
		return mkdir(path, 0755);
	case SYMLINK:
		return symlink(path, to);
	case NODE:
		return mknod(path, (mode_t)c->flags | 0600, makedev(1, 3));
	case TRUNCATE:
		return truncate(path, 0);
	case CHMOD:
		return chmod(path, 0644);
	case CHOWN:
		return chown(path, getuid(), getgid());
	case TOUCH:
		return utimensat(AT_FDCWD, path, NULL, 0);
	case EXECUTE:
		return execl(path, path, (char *)NULL);
	case SPAWN:
		return spawned(path);
	}
	return -1;
}

static int
do_fork(struct here *h, const void *what)
{
	pid_t child = fork();

	(void)h, (void)what;
	if (child == 0)
		_exit(0);
	return child < 0 ? -1 : 0;
}

static int
do_connect_tcp(struct here *h, const void *what)
{
	(void)what;
	return connect(h->tcp, (struct sockaddr *)&h->listener, sizeof h->listener);
}

static int
do_bind_tcp(struct here *h, const void *what)
{
	struct sockaddr_in any = h->listener;

	(void)what;
	any.sin_port = 0;
	return bind(h->other_tcp, (struct sockaddr *)&any, sizeof any);
}

static int
do_send_abstract(struct here *h, const void *what)
{
	(void)what;
	return sendto(h->dgram, "x", 1, 0, (struct sockaddr *)&h->abstract,
		   sizeof h->abstract) == 1
		   ? 0
		   : -1;
}

static const struct path_case refused[] = {
    {OPEN, "/etc/passwd", NULL, O_RDONLY, EACCES, 1},
    {OPEN, "/proc/1/status", NULL, O_RDONLY, EACCES, 1},
    {OPEN, "outside", NULL, O_RDONLY | O_DIRECTORY, EACCES, 1},
    {OPEN, "outside/secret", NULL, O_RDONLY, EACCES, 1},
    {OPEN, "out/one/../../outside/secret", NULL, O_RDONLY, EACCES, 1},
    {OPEN, "read/link", NULL, O_RDONLY, EACCES, 1},
    {OPEN, "out/way/secret", NULL, O_RDONLY, EACCES, 1},
    {OPEN, "outside/secret", NULL, O_WRONLY, EACCES, 1},
    {OPEN, "outside/new", NULL, O_WRONLY | O_CREAT, EACCES, 1},
    {OPEN, "out/way/new2", NULL, O_WRONLY | O_CREAT, EACCES, 1},
    {OPEN, "read/a.md", NULL, O_WRONLY, EACCES, 1},
    {OPEN, "read/new", NULL, O_WRONLY | O_CREAT, EACCES, 1},
    {OPEN, "read/empty", NULL, O_RDONLY | O_CREAT, EACCES, 1},
    {FOLDER, "outside/folder", NULL, 0, EACCES, 1},
    {FOLDER, "read/folder", NULL, 0, EACCES, 1},
    {LINK, "outside/secret", "out/hard", 0, EXDEV, 1},
    {LINK, "out/one/a", "outside/hard", 0, EXDEV, 1},
    {TRUNCATE, "outside/secret", NULL, 0, EPERM, 0},
    {CHMOD, "outside/secret", NULL, 0, EPERM, 0},
    {CHOWN, "outside/secret", NULL, 0, EPERM, 0},
    {TOUCH, "outside/secret", NULL, 0, EPERM, 0},
    {NODE, "out/device", NULL, S_IFCHR, EPERM, 0},
    {NODE, "out/fifo", NULL, S_IFIFO, EPERM, 0},
    {SYMLINK, "/etc/passwd", "out/link", 0, EPERM, 0},
    {EXECUTE, "/bin/true", NULL, 0, EPERM, 0},
    {SPAWN, "/bin/true", NULL, 0, EPERM, 0},
    /* Last, for without the sandbox they take what the others need. */
    {REMOVE, "read/a.md", NULL, 0, EACCES, 1},
    {RENAME, "out/one/a", "outside/a", 0, EXDEV, 1},
    {RENAME, "outside/secret", "out/secret", 0, EXDEV, 1},
};

/* System calls by number, as an intruder would. Those that are harmless are
 * also tried without the sandbox. The first three may be called with the network,
 * the next two not even then. */
static const struct call_case {
	const char *name;
	long number, args[5];
	bool harmless;
} calls[] = {
    {"socket AF_INET", SYS_socket, {AF_INET, SOCK_STREAM}, true},
    {"socket AF_INET6", SYS_socket, {AF_INET6, SOCK_DGRAM}, true},
    {"socket AF_NETLINK", SYS_socket, {AF_NETLINK, SOCK_RAW}, true},
    {"socket AF_PACKET", SYS_socket, {AF_PACKET, SOCK_DGRAM}, true},
    {"socket of uevents", SYS_socket, {AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT},
	true},
    {"socket AF_INET, upper half", SYS_socket, {1L << 32 | AF_INET, SOCK_STREAM}, true},
    {"kill", SYS_kill, {1, 0}, true},
    {"tkill", SYS_tkill, {1, 0}, true},
    {"tgkill of another", SYS_tgkill, {1, 1, 0}, true},
    {"ptrace", SYS_ptrace, {PTRACE_TRACEME}, true},
    {"unshare", SYS_unshare, {CLONE_NEWUTS}, true},
    {"setresuid", SYS_setresuid, {-1, -1, -1}, true},
    {"prctl PR_SET_DUMPABLE", SYS_prctl, {PR_SET_DUMPABLE, 1}, true},
    {"prlimit64 of another", SYS_prlimit64, {1, RLIMIT_CORE}, true},
    {"ioctl TIOCSTI", SYS_ioctl, {0, TIOCSTI}, true},
    {"mmap, writable code", SYS_mmap,
	{0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1},
	true},
    {"mmap, code from nowhere", SYS_mmap,
	{0, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1}, true},
    {"mprotect", SYS_mprotect, {0, 0, PROT_EXEC}, true},
    {"memfd_create", SYS_memfd_create, {0, 0}, true},
    {"mount", SYS_mount, {0}, true},
    {"umount2", SYS_umount2, {0}, true},
    {"chroot", SYS_chroot, {0}, true},
    {"setns", SYS_setns, {0}, true},
    {"execve", SYS_execve, {0}, true},
    {"execveat", SYS_execveat, {-1}, true},
    {"fchmodat", SYS_fchmodat, {-1}, true},
    {"fchownat", SYS_fchownat, {-1}, true},
    {"mknodat", SYS_mknodat, {-1}, true},
    {"symlinkat", SYS_symlinkat, {0, -1}, true},
    {"setxattr", SYS_setxattr, {0}, true},
    {"open_by_handle_at", SYS_open_by_handle_at, {-1}, true},
    {"process_vm_readv", SYS_process_vm_readv, {0}, true},
    {"pidfd_open", SYS_pidfd_open, {1, 0}, true},
    {"pivot_root", SYS_pivot_root, {0}, false},
    {"bpf", SYS_bpf, {0}, false},
    {"keyctl", SYS_keyctl, {0}, false},
    {"add_key", SYS_add_key, {0}, false},
    {"perf_event_open", SYS_perf_event_open, {0}, false},
    {"userfaultfd", SYS_userfaultfd, {0}, false},
    {"io_uring_setup", SYS_io_uring_setup, {0}, false},
    {"init_module", SYS_init_module, {0}, false},
    {"kexec_load", SYS_kexec_load, {0}, false},
    {"personality", SYS_personality, {0}, false},
    {"seccomp", SYS_seccomp, {0}, false},
    {"rt_sigqueueinfo", SYS_rt_sigqueueinfo, {0}, false},
    {"shmat", SYS_shmat, {0}, false},
    {"reboot", SYS_reboot, {0}, false},
    {"settimeofday", SYS_settimeofday, {0}, false},
    {"capset", SYS_capset, {0}, false},
};

static int
do_call(struct here *h, const void *what)
{
	const struct call_case *c = what;

	(void)h;
	return syscall(c->number, c->args[0], c->args[1], c->args[2], c->args[3],
		   c->args[4], 0) < 0
		   ? -1
		   : 0;
}

/* The C library has another way, and has to be told to take it. */
static int
do_clone3(struct here *h, const void *what)
{
	(void)h, (void)what;
	return (int)syscall(SYS_clone3, NULL, 0);
}

static const struct other_case {
	const char *name;
	attempt *run;
	int why;
	int landlock;
} others[] = {
    {"fork", do_fork, EPERM, 0},
    {"clone3", do_clone3, ENOSYS, 0},
    {"connect by TCP", do_connect_tcp, EACCES, 4},
    {"bind by TCP", do_bind_tcp, EACCES, 4},
    {"an abstract socket", do_send_abstract, EPERM, 6},
};

/* Is what refuses it in force here? The filter, or this version of landlock. */
static bool
can_judge(const struct here *h, const char *name, int landlock)
{
	bool can = landlock ? h->whole.landlock >= landlock : h->whole.seccomp;

	if (!can)
		print_message("# skipped: %s: landlock %d; %s\n", name, h->whole.landlock,
		    h->whole.lacks);
	return can;
}

static void
tell(const char *name, const char *to, int got)
{
	print_message("# %s %s: %d %s\n", name, to ? to : "", got, strerror(got));
}

static int
count_paths(struct here *h, bool threaded)
{
	int wrong = 0;

	for (size_t i = 0; i < COUNT(refused); i++) {
		const struct path_case *c = &refused[i];
		int got;

		if (!can_judge(h, c->path, c->landlock))
			continue;
		got = try(h, do_path, c, threaded);
		/* Which of the two depends on the right that was missing. */
		if (got == c->why || (c->why == EXDEV && got == EACCES))
			continue;
		tell(c->path, c->to, got);
		wrong++;
	}
	return wrong;
}

static int
count_calls(struct here *h, bool threaded)
{
	int wrong = 0;

	for (size_t i = 0; h->whole.seccomp && i < COUNT(calls); i++) {
		int got = try(h, do_call, &calls[i], threaded);

		if (got == EPERM)
			continue;
		tell(calls[i].name, NULL, got);
		wrong++;
	}
	return wrong;
}

static int
count_others(struct here *h, bool threaded)
{
	int wrong = 0;

	for (size_t i = 0; i < COUNT(others); i++) {
		int got;

		if (!can_judge(h, others[i].name, others[i].landlock))
			continue;
		got = try(h, others[i].run, NULL, threaded);
		if (got == others[i].why)
			continue;
		tell(others[i].name, NULL, got);
		wrong++;
	}
	return wrong;
}

static void
test_refused(void **state)
{
	assert_int_equal(count_paths(*state, false), 0);
	assert_int_equal(count_calls(*state, false), 0);
	assert_int_equal(count_others(*state, false), 0);
}

static void
test_refused_in_later_threads(void **state)
{
	assert_int_equal(count_paths(*state, true), 0);
	assert_int_equal(count_calls(*state, true), 0);
	assert_int_equal(count_others(*state, true), 0);
}

/* Without the sandbox nothing else refuses it, or the tests before prove nothing. */
static void
test_nothing_else_refuses(void **state)
{
	struct here *h = *state;
	int wrong = 0, got;

	if (geteuid() != 0) {
		print_message("# skipped: only root may do all of it\n");
		skip();
	}
	h->request.mode = SANDBOX_OFF;
	for (size_t i = 0; i < COUNT(refused); i++) {
		got = try(h, do_path, &refused[i], false);
		if (got != 0) {
			tell(refused[i].path, refused[i].to, got);
			wrong++;
		}
	}
	for (size_t i = 0; i < COUNT(calls); i++) {
		got = calls[i].harmless ? try(h, do_call, &calls[i], false) : 0;
		if (got == EPERM) {
			tell(calls[i].name, NULL, got);
			wrong++;
		}
	}
	for (size_t i = 0; i < COUNT(others); i++) {
		got = try(h, others[i].run, NULL, false);
		if (got == others[i].why) {
			tell(others[i].name, NULL, got);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

/* --- what is allowed ------------------------------------------------------- */

static int
open_at(struct here *h, const char *path, int flags)
{
	const struct path_case c = {.op = OPEN, .path = path, .flags = flags};

	return do_path(h, &c);
}

static int
do_read(struct here *h, const void *what)
{
	struct file_stat st;
	struct root root;
	struct buf out;
	struct err err;

	(void)what;
	MUST(root_open(&root, place_path(&h->place, "read"), false, &err) == 0);
	buf_init(&out, 100);
	MUST(file_read(&root, "a.md", 100, &out, &st, &err) == 0);
	MUST(slice_is(buf_view(&out), "hello"));
	buf_fini(&out);
	root_close(&root);
	return open_at(h, "read", O_RDONLY | O_DIRECTORY);
}

static int
do_write(struct here *h, const void *what)
{
	struct staged staged;
	struct root root;
	struct err err;

	(void)what;
	MUST(root_open(&root, place_path(&h->place, "out"), true, &err) == 0);
	MUST(file_stage(&root, "new/folder/file", SLICE("bytes"), 86400, h->place.arena,
		 &staged, &err) == 0);
	MUST(file_flush(&root, &staged, 1, false, &err) == 0);
	MUST(file_commit(&root, &staged, &err) == 0);
	MUST(file_flush(&root, &staged, 1, true, &err) == 0);
	MUST(syncfs(root.fd) == 0);
	MUST(renameat(root.fd, "new/folder/file", root.fd, "one/file") == 0);
	MUST(renameat(root.fd, "one/file", root.fd, "two/file") == 0);
	MUST(linkat(root.fd, "two/file", root.fd, "two/link", 0) == 0);
	MUST(file_remove(&root, "two/file", &err) == 0);
	MUST(file_remove(&root, "two/link", &err) == 0);
	MUST(unlinkat(root.fd, "new/folder", AT_REMOVEDIR) == 0);
	root_close(&root);
	return open_at(h, "state/old", O_RDWR | O_TRUNC);
}

static int
do_fchmod(struct here *h, const void *what)
{
	int fd = open(place_path(&h->place, "state/mode"), O_RDWR | O_CREAT, 0644);

	(void)what;
	MUST(fd >= 0);
	MUST(fchmod(fd, 0600) == 0);
	MUST(futimens(fd, NULL) == 0);
	MUST(ftruncate(fd, 100) == 0);
	MUST(file_lock(place_path(&h->place, "state/lock"), &(struct err){0}) >= 0);
	return 0;
}

static int
do_beneath(struct here *h, const void *what)
{
	struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_BENEATH};
	int dir = open(place_path(&h->place, "read"), O_PATH | O_DIRECTORY);
	long fd;

	(void)what;
	MUST(dir >= 0);
	fd = syscall(SYS_openat2, dir, "a.md", &how, sizeof how);
	MUST(fd >= 0);
	fd = syscall(SYS_openat2, dir, "link", &how, sizeof how);
	MUST(fd < 0 && errno == EXDEV);
	return 0;
}

static int
do_sqlite(struct here *h, const void *what)
{
	const char *path = place_path(&h->place, "state/ledger.db");
	struct db *db;
	struct err err;
	int64_t n;

	(void)what;
	MUST(db_open(&db, path, DB_WRITE, &err) == 0);
	MUST(db_exec(db, "CREATE TABLE t (a INTEGER, b TEXT)", &err) == 0);
	MUST(db_begin(db, false, &err) == 0);
	MUST(db_exec(db,
		 "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
		 "FROM n WHERE i < 20000) SELECT i, 'row ' || i FROM n",
		 &err) == 0);
	MUST(db_commit(db, &err) == 0);
	MUST(open_at(h, "state/ledger.db-wal", O_RDONLY) == 0);
	MUST(db_exec(db, "CREATE INDEX by_b ON t (b)", &err) == 0);
	db_close(db);
	MUST(db_open(&db, path, DB_WRITE, &err) == 0);
	MUST(db_ask(db, "SELECT COUNT(DISTINCT b) FROM t", &n, &err) == 0);
	MUST(n == 20000);
	db_close(db);
	return 0;
}

static int
do_convert(struct here *h, const void *what)
{
	static const struct {
		const char *charset, *bytes, *text;
	} cases[] = {
	    {"GB18030", "\xC4\xE3\xBA\xC3\x81\x39\xEE\x39", "你好㐀"},
	    {"BIG5-HKSCS", "\xA7\x41\xA6\x6E\x88\x62", "你好Ê̄"},
	    {"BIG5", "\xA7\x41\xA6\x6E", "你好"},
	    {"SHIFT_JIS", "\x93\xFA\x96\x7B", "日本"},
	};

	(void)what;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct diags diags;
		struct slice text;

		diags_init(&diags, h->place.arena, slice_str("a"));
		text = charset_utf8(slice_str(cases[i].bytes),
		    slice_str(cases[i].charset), h->place.arena, &diags);
		MUST(slice_is(text, cases[i].text));
	}
	return 0;
}

static int
do_patterns(struct here *h, const void *what)
{
	int why;
	size_t at;
	pcre2_code *code = pcre2_compile(
	    (PCRE2_SPTR) "(\\d+)年", PCRE2_ZERO_TERMINATED, PCRE2_UTF, &why, &at, NULL);
	pcre2_match_data *match;

	(void)h, (void)what;
	MUST(code);
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	match = pcre2_match_data_create_from_pattern(code, NULL);
	MUST(pcre2_match(code, (PCRE2_SPTR) "1994年", PCRE2_ZERO_TERMINATED, 0, 0, match,
		 NULL) == 2);
	pcre2_match_data_free(match);
	pcre2_code_free(code);
	return 0;
}

static int
do_zones(struct here *h, const void *what)
{
	const time_t noon = 86400 / 2;
	struct zone *zone;
	struct tm tm;
	struct err err;

	(void)h, (void)what;
	MUST(zone_open(&zone, SLICE("Asia/Shanghai"), &err) == 0);
	zone_free(zone);
	setenv("TZ", "Asia/Shanghai", 1);
	tzset();
	MUST(localtime_r(&noon, &tm) && tm.tm_hour == 20);
	return 0;
}

static int
do_watch(struct here *h, const void *what)
{
	union {
		struct inotify_event event;
		char room[512];
	} got;
	int fd = inotify_init1(IN_CLOEXEC);

	(void)what;
	MUST(fd >= 0);
	MUST(
	    inotify_add_watch(fd, place_path(&h->place, "out/two"), IN_CLOSE_WRITE) >= 0);
	MUST(open_at(h, "out/two/seen", O_WRONLY | O_CREAT) == 0);
	MUST(read(fd, &got, sizeof got) > 0);
	MUST(strcmp(got.event.name, "seen") == 0);
	MUST(inotify_rm_watch(fd, got.event.wd) == 0);
	return 0;
}

static int
do_timer(struct here *h, const void *what)
{
	struct itimerspec when = {.it_value.tv_nsec = 1000000};
	struct epoll_event event = {.events = EPOLLIN};
	int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC), poll = epoll_create1(0);
	uint64_t fired;

	(void)h, (void)what;
	MUST(fd >= 0 && poll >= 0);
	MUST(epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) == 0);
	MUST(timerfd_settime(fd, 0, &when, NULL) == 0);
	MUST(epoll_wait(poll, &event, 1, 5000) == 1);
	MUST(read(fd, &fired, sizeof fired) == sizeof fired);
	MUST(eventfd(0, EFD_CLOEXEC) >= 0);
	return 0;
}

static int
do_socket(struct here *h, const void *what)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "sock"};
	int folder = open(place_path(&h->place, "state"), O_PATH | O_DIRECTORY);
	int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;
	char got[8] = "";

	(void)what;
	MUST(server >= 0 && client >= 0);
	snprintf(at.sun_path, sizeof at.sun_path, "/proc/self/fd/%d/sock", folder);
	MUST(bind(server, (struct sockaddr *)&at, sizeof at) == 0);
	MUST(listen(server, 4) == 0);
	MUST(connect(client, (struct sockaddr *)&at, sizeof at) == 0);
	fd = accept4(server, NULL, NULL, SOCK_CLOEXEC);
	MUST(fd >= 0);
	MUST(send(client, "hello", 5, 0) == 5);
	MUST(recv(fd, got, 5, MSG_WAITALL) == 5 && strcmp(got, "hello") == 0);
	MUST(unlinkat(folder, "sock", 0) == 0);
	return 0;
}

static int
do_send_connected(struct here *h, const void *what)
{
	(void)what;
	MUST(send(h->connected, "x", 1, 0) == 1);
	return 0;
}

static int
do_nothing(struct here *h, const void *what)
{
	(void)h, (void)what;
	return 0;
}

static int
do_threads(struct here *h, const void *what)
{
	(void)what;
	for (int i = 0; i < 8; i++)
		MUST(attempt_in_thread(do_nothing, h, NULL) == 0);
	MUST(pthread_setname_np(pthread_self(), "worker") == 0);
	MUST(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
	MUST(sysconf(_SC_PHYS_PAGES) > 0);
	return 0;
}

static int
do_system_files(struct here *h, const void *what)
{
	static const char *const files[] = {"/dev/null", "/dev/urandom",
	    "/proc/self/status", "/proc/meminfo", "/proc/sys/vm/overcommit_memory"};

	(void)h, (void)what;
	for (size_t i = 0; i < COUNT(files); i++) {
		int fd = open(files[i], O_RDONLY | O_CLOEXEC);
		char byte;

		MUST(fd >= 0);
		MUST(read(fd, &byte, 1) >= 0);
		close(fd);
	}
	return 0;
}

struct looped {
	int done, signals;
	bool worked;
	uv_signal_t signal;
	uv_timer_t timer;
	uv_pipe_t pipe;
	struct here *h;
};

static void
close_all(struct looped *l)
{
	if (++l->done < 3)
		return;
	uv_close((uv_handle_t *)&l->signal, NULL);
	uv_close((uv_handle_t *)&l->timer, NULL);
	uv_close((uv_handle_t *)&l->pipe, NULL);
}

static void
on_signal(uv_signal_t *signal, int number)
{
	(void)number;
	close_all(signal->data);
}

static void
on_timer(uv_timer_t *timer)
{
	raise(SIGUSR1);
	close_all(timer->data);
}

static void
on_work(uv_work_t *work)
{
	struct looped *l = work->data;

	l->worked = open_at(l->h, "out/work", O_WRONLY | O_CREAT) == 0 &&
		    open_at(l->h, "outside/secret", O_RDONLY) < 0;
}

static void
after_work(uv_work_t *work, int status)
{
	(void)status;
	close_all(work->data);
}

/* Signals, timers, a listening pipe and the pool of threads. */
static int
do_loop(struct here *h, const void *what)
{
	struct looped l = {.h = h};
	uv_work_t work = {.data = &l};
	uv_loop_t loop;

	(void)what;
	MUST(uv_loop_init(&loop) == 0);
	l.signal.data = l.timer.data = &l;
	MUST(uv_signal_init(&loop, &l.signal) == 0);
	MUST(uv_timer_init(&loop, &l.timer) == 0);
	MUST(uv_pipe_init(&loop, &l.pipe, 0) == 0);
	MUST(uv_signal_start(&l.signal, on_signal, SIGUSR1) == 0);
	MUST(uv_timer_start(&l.timer, on_timer, 1, 0) == 0);
	MUST(uv_pipe_bind(&l.pipe, place_path(&h->place, "state/pipe")) == 0);
	MUST(uv_listen((uv_stream_t *)&l.pipe, 4, NULL) == 0);
	MUST(uv_queue_work(&loop, &work, on_work, after_work) == 0);
	MUST(uv_run(&loop, UV_RUN_DEFAULT) == 0);
	MUST(uv_loop_close(&loop) == 0);
	MUST(h->whole.landlock == 0 || l.worked);
	return 0;
}

static const struct allowed {
	const char *what;
	attempt *run;
	int landlock; /* this version or none: older ones refuse it */
} allowed[] = {
    {"reading", do_read, 1},
    {"writing, flushing, renaming, removing", do_write, 2},
    {"mode, time and length of what is open, a lock", do_fchmod, 1},
    {"openat2", do_beneath, 1},
    {"SQLite", do_sqlite, 1},
    {"iconv", do_convert, 1},
    {"patterns", do_patterns, 1},
    {"time zones", do_zones, 1},
    {"inotify", do_watch, 1},
    {"timerfd, epoll, eventfd", do_timer, 1},
    {"a Unix socket", do_socket, 1},
    {"a socket that was connected before", do_send_connected, 1},
    {"threads", do_threads, 1},
    {"files of the system", do_system_files, 1},
    {"a loop of libuv", do_loop, 1},
};

static void
test_allowed(void **state)
{
	struct here *h = *state;
	int wrong = 0;

	for (size_t i = 0; i < COUNT(allowed); i++) {
		int got;

		if (h->whole.landlock && h->whole.landlock < allowed[i].landlock) {
			print_message("# skipped: %s: landlock %d\n", allowed[i].what,
			    h->whole.landlock);
			continue;
		}
		got = try(h, allowed[i].run, NULL, false);
		if (got) {
			print_message(
			    "# %s: %d %s\n", allowed[i].what, got, strerror(got));
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static int
do_resolve(struct here *h, const void *what)
{
	struct addrinfo *found = NULL;

	(void)h, (void)what;
	if (getaddrinfo("localhost", "80", NULL, &found) != 0)
		return -1;
	freeaddrinfo(found);
	return 0;
}

static void
test_network(void **state)
{
	struct here *h = *state;
	int resolved;

	h->request.mode = SANDBOX_OFF;
	resolved = try(h, do_resolve, NULL, false);
	h->request.mode = SANDBOX_AUTO;
	h->request.network = true;
	sandbox_system_paths(&h->request.readable, h->place.arena, true);
	for (int i = 0; i < 3; i++)
		assert_int_equal(try(h, do_call, &calls[i], false), 0);
	for (int i = 3; i < 5 && h->whole.seccomp; i++)
		assert_int_equal(try(h, do_call, &calls[i], false), EPERM);
	assert_int_equal(try(h, do_connect_tcp, NULL, false), 0);
	assert_int_equal(try(h, do_resolve, NULL, false), resolved);
	if (h->whole.seccomp)
		assert_int_equal(try(h, do_fork, NULL, false), EPERM);
	if (h->whole.landlock)
		assert_int_equal(try(h, do_path, &refused[0], false), EACCES);
}

static int
do_abort(struct here *h, const void *what)
{
	const struct rlimit none = {0};

	(void)h, (void)what;
	setrlimit(RLIMIT_CORE, &none);
	abort();
}

/* An assertion that fails ends the program as it should, in any thread. */
static void
test_abort(void **state)
{
	assert_int_equal(try(*state, do_abort, NULL, false), SIGNALLED + SIGABRT);
	assert_int_equal(try(*state, do_abort, NULL, true), SIGNALLED + SIGABRT);
}

/* --- how it is asked for --------------------------------------------------- */

static int
do_require(struct here *h, const void *what)
{
	struct sandbox_state state;
	struct err err = {0};
	bool whole = !*h->whole.lacks;

	(void)what;
	h->request.mode = SANDBOX_REQUIRE;
	MUST((sandbox_enter(&h->request, &state, &err) == 0) == whole);
	if (whole)
		MUST(state.no_new_privs && state.seccomp && state.landlock > 0);
	else
		MUST(err.kind == ERR_CONFIG && strstr(err.text, h->whole.lacks));
	return 0;
}

static int
do_without_folder(struct here *h, const void *what)
{
	struct sandbox_state state;
	struct err err = {0};

	(void)what;
	slices_add(&h->request.writable, h->place.arena, SLICE("/no/such/folder"));
	h->request.mode = SANDBOX_AUTO;
	MUST(sandbox_enter(&h->request, &state, &err) == -1);
	MUST(err.kind == ERR_IO && strstr(err.text, "/no/such/folder"));
	h->request.writable.v[0] =
	    slice_str(place_path(&h->place, "read/a.md")); /* a file */
	MUST(sandbox_enter(&h->request, &state, &err) == -1);
	return 0;
}

static int
do_long_path(struct here *h, const void *what)
{
	char *path = calloc(1, 10001);
	struct sandbox_state state;
	struct err err = {0};

	(void)what;
	memset(path, '/', 10000);
	slices_add(&h->request.readable, h->place.arena, slice_str(path));
	h->request.mode = SANDBOX_AUTO;
	MUST(sandbox_enter(&h->request, &state, &err) == 0);
	return 0;
}

static int
do_off(struct here *h, const void *what)
{
	struct sandbox_state state;
	struct err err;

	(void)what;
	MUST(sandbox_enter(&h->request, &state, &err) == 0);
	MUST(!state.no_new_privs && !state.seccomp && state.landlock == 0);
	MUST(strstr(state.lacks, "off"));
	MUST(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
	return 0;
}

/* These enter by themselves. */
static void
test_modes(void **state)
{
	struct here *h = *state;

	print_message("# landlock %d, seccomp %s\n", h->whole.landlock,
	    h->whole.seccomp ? "yes" : "no");
	h->request.mode = SANDBOX_OFF;
	assert_int_equal(try(h, do_off, NULL, false), 0);
	assert_int_equal(try(h, do_require, NULL, false), 0);
	assert_int_equal(try(h, do_without_folder, NULL, false), 0);
	assert_int_equal(try(h, do_long_path, NULL, false), 0);
}

#ifdef HAVE_SECCOMP

static const struct lacking {
	const char *call;
	int fails;
	const char *sentence;
} lacking[] = {
    {"landlock_create_ruleset", ENOSYS,
	"landlock: this kernel has none (Linux 5.13 or later)"},
    {"landlock_create_ruleset", EOPNOTSUPP,
	"landlock: it is switched off in this kernel (lsm= at boot)"},
    {"landlock_add_rule", EPERM, "landlock: Operation not permitted"},
    {"landlock_restrict_self", E2BIG, "landlock: Argument list too long"},
    {"seccomp", EINVAL, "the filter of system calls: this kernel refuses it"},
};

/* As on a kernel that has not this call. */
static int
lose(const struct lacking *l)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	const struct scmp_arg_cmp set = {0, SCMP_CMP_EQ, PR_SET_SECCOMP, 0};
	int number = seccomp_syscall_resolve_name(l->call);

	MUST(number != __NR_SCMP_ERROR);
	MUST(seccomp_rule_add(filter, SCMP_ACT_ERRNO(l->fails), number, 0) == 0);
	if (number == SYS_seccomp)
		MUST(seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(l->fails),
			 SCMP_SYS(prctl), 1, &set) == 0);
	MUST(seccomp_load(filter) == 0);
	seccomp_release(filter);
	return 0;
}

static int
enter_lacking(struct here *h, const struct lacking *l)
{
	bool landlock = strstr(l->sentence, "landlock");
	struct sandbox_state state;
	struct err err = {0};

	MUST(lose(l) == 0);
	h->request.mode = SANDBOX_REQUIRE;
	MUST(sandbox_enter(&h->request, &state, &err) == -1);
	MUST(err.kind == ERR_CONFIG && strstr(err.text, l->sentence));
	MUST(strcmp(state.lacks, l->sentence) == 0);
	MUST(landlock ? state.landlock == 0 && state.seccomp
		      : state.landlock > 0 && !state.seccomp);
	return 0;
}

static int
enter_anyway(struct here *h, const struct lacking *l)
{
	struct sandbox_state state;
	struct err err = {0};

	MUST(lose(l) == 0);
	h->request.mode = SANDBOX_AUTO;
	MUST(sandbox_enter(&h->request, &state, &err) == 0);
	MUST(strcmp(state.lacks, l->sentence) == 0);
	return do_read(h, NULL);
}

static int
try_lacking(struct here *h, const struct lacking *l,
    int (*run)(struct here *h, const struct lacking *l))
{
	pid_t child = fork();

	if (child == 0)
		_exit(run(h, l) == 0 ? 0 : 1);
	return wait_for(child);
}

static void
test_lacking(void **state)
{
	struct here *h = *state;

	if (*h->whole.lacks) {
		print_message("# skipped: %s\n", h->whole.lacks);
		skip();
	}
	for (size_t i = 0; i < COUNT(lacking); i++) {
		assert_int_equal(try_lacking(h, &lacking[i], enter_lacking), 0);
		assert_int_equal(try_lacking(h, &lacking[i], enter_anyway), 0);
	}
}

#else

static void
test_lacking(void **state)
{
	struct here *h = *state;

	assert_non_null(strstr(h->whole.lacks, "built without libseccomp"));
}

#endif

/* --- another user ---------------------------------------------------------- */

static bool
has_capabilities(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	bool any = !f;

	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, "CapInh:", 7) == 0 ||
		    strncmp(line, "CapPrm:", 7) == 0 ||
		    strncmp(line, "CapEff:", 7) == 0 || strncmp(line, "CapAmb:", 7) == 0)
			any = any || strtoull(line + 7, NULL, 16) != 0;
	if (f)
		fclose(f);
	return any;
}

static int
is_now(uid_t uid, gid_t gid, bool root_group)
{
	uid_t u[3];
	gid_t g[3], groups[64];
	int n = getgroups(64, groups);

	MUST(getresuid(&u[0], &u[1], &u[2]) == 0 && getresgid(&g[0], &g[1], &g[2]) == 0);
	for (int i = 0; i < 3; i++)
		MUST(u[i] == uid && g[i] == gid);
	MUST(n >= 0);
	for (int i = 0; i < n; i++)
		MUST(root_group || groups[i] != 0);
	MUST(!has_capabilities());
	MUST(setuid(0) < 0 && seteuid(0) < 0 && setresuid(0, 0, 0) < 0);
	MUST(setgid(0) < 0 && setegid(0) < 0);
	MUST(setgroups(0, NULL) < 0);
	return 0;
}

static int
do_drop_nobody(struct here *h, const void *what)
{
	const struct passwd *nobody = getpwnam("nobody");
	uid_t uid = nobody->pw_uid;
	gid_t gid = nobody->pw_gid;
	struct err err;

	(void)h, (void)what;
	MUST(setgroups(2, (gid_t[]){0, 4}) == 0);
	MUST(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0);
	MUST(privilege_drop("nobody", &err) == 0);
	MUST(is_now(uid, gid, false) == 0);
	MUST(open("/etc/shadow", O_RDONLY) < 0);
	/* Again, as himself, and as somebody else. */
	MUST(privilege_drop("nobody", &err) == 0);
	MUST(privilege_drop("root", &err) == -1);
	MUST(err.kind == ERR_CONFIG && strstr(err.text, "root"));
	return is_now(uid, gid, false);
}

static int
do_drop_group(struct here *h, const void *what)
{
	const struct passwd *nobody = getpwnam("nobody");
	uid_t uid = nobody->pw_uid;
	const struct group *daemon = getgrnam("daemon");
	struct err err;

	(void)h, (void)what;
	MUST(privilege_drop("nobody:daemon", &err) == 0);
	MUST(is_now(uid, daemon->gr_gid, false) == 0);
	MUST(privilege_drop("nobody:daemon", &err) == 0);
	MUST(privilege_drop("nobody:tty", &err) == -1);
	return 0;
}

static int
do_drop_number(struct here *h, const void *what)
{
	struct err err;

	(void)h, (void)what;
	MUST(privilege_drop("47110:47111", &err) == 0);
	MUST(is_now(47110, 47111, false) == 0);
	MUST(getgroups(0, NULL) == 0);
	return 0;
}

static int
do_drop_number_of_user(struct here *h, const void *what)
{
	const struct passwd *nobody = getpwnam("nobody");
	char number[32];
	uid_t uid = nobody->pw_uid;
	gid_t gid = nobody->pw_gid;
	struct err err;

	(void)h, (void)what;
	snprintf(number, sizeof number, "%u", uid);
	MUST(privilege_drop(number, &err) == 0);
	return is_now(uid, gid, false);
}

static int
do_stay_root(struct here *h, const void *what)
{
	struct err err;

	(void)h, (void)what;
	MUST(privilege_drop("root", &err) == 0);
	MUST(privilege_drop("0", &err) == 0);
	MUST(geteuid() == 0 && has_capabilities());
	return 0;
}

/* Dropped, then fenced, as the daemon does it. */
static int
do_drop_and_enter(struct here *h, const void *what)
{
	struct sandbox_state state;
	struct err err;

	(void)what;
	MUST(chmod(place_path(&h->place, "state"), 0777) == 0);
	MUST(privilege_drop("nobody", &err) == 0);
	h->request.mode = SANDBOX_AUTO;
	MUST(sandbox_enter(&h->request, &state, &err) == 0);
	MUST(state.landlock == h->whole.landlock && state.seccomp == h->whole.seccomp);
	MUST(do_sqlite(h, NULL) == 0);
	MUST(do_convert(h, NULL) == 0);
	return do_read(h, NULL);
}

static void
test_drop(void **state)
{
	struct here *h = *state;

	if (geteuid() != 0) {
		print_message("# skipped: only root can become another\n");
		skip();
	}
	h->request.mode = SANDBOX_OFF;
	assert_int_equal(try(h, do_drop_nobody, NULL, false), 0);
	assert_int_equal(try(h, do_drop_group, NULL, false), 0);
	assert_int_equal(try(h, do_drop_number, NULL, false), 0);
	assert_int_equal(try(h, do_drop_number_of_user, NULL, false), 0);
	assert_int_equal(try(h, do_stay_root, NULL, false), 0);
	assert_int_equal(try(h, do_drop_and_enter, NULL, false), 0);
}

static void
test_drop_unknown(void **state)
{
	static const char *const unknown[] = {"no-such-user-here",
	    "no-such-user-here:daemon", "47110", "", ":", ":daemon",
	    "4294967295:4294967295", "-1:-1", "99999999999:1", "47110:no-such-group",
	    "47110:", "nobody:-1", "47110x:1"};
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(unknown); i++) {
		err.kind = ERR_NONE;
		assert_int_equal(privilege_drop(unknown[i], &err), -1);
		assert_int_equal(err.kind, ERR_CONFIG);
	}
	privilege_drop("no-such-user-here", &err);
	assert_non_null(strstr(err.text, "no-such-user-here"));
	privilege_drop("47110:no-such-group", &err);
	assert_non_null(strstr(err.text, "no-such-group"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_refused_in_later_threads, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_nothing_else_refuses, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_allowed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_network, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_abort, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_modes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_lacking, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_drop, set_up, tear_down),
	    cmocka_unit_test(test_drop_unknown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
