/*
 * intruder: the real program with something hostile in it.
 *
 * The linker puts __wrap_read_article in the place of read_article (-Wl,--wrap), so that
 * within the daemon's own thread, while an article is read, each of a table of
 * misdeeds is tried once. Each is told to standard error:
 *
 *	intruder: NAME: done
 *	intruder: NAME: refused (Permission denied)
 *
 * $INTRUDER_SITE is the folder of the site, $INTRUDER_OUTSIDE one that the
 * configuration does not name, $INTRUDER_PORT where somebody listens.
 */
#include "input/read.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void __real_read_article(const struct reader *reader, struct slice path,
    struct scratch *scratch, struct article *article, struct file_stat *stat,
    struct digest *hash, struct diags *diags);
void __wrap_read_article(const struct reader *reader, struct slice path,
    struct scratch *scratch, struct article *article, struct file_stat *stat,
    struct digest *hash, struct diags *diags);

struct path {
	char text[4096];
};

/* "$INTRUDER_SITE/articles", ... */
static struct path
path_in(const char *variable, const char *below)
{
	const char *folder = getenv(variable);
	struct path path;

	snprintf(path.text, sizeof path.text, "%s/%s", folder ? folder : "", below);
	return path;
}

static struct path
outside(const char *below)
{
	return path_in("INTRUDER_OUTSIDE", below);
}

static struct path
site(const char *below)
{
	return path_in("INTRUDER_SITE", below);
}

/* --- misdeeds: -1 and errno when they could not be done ----------------------- */

static int
try_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	return close(fd);
}

static int
read_passwd(void)
{
	return try_open("/etc/passwd", O_RDONLY);
}

static int
read_outside(void)
{
	return try_open(outside("secret").text, O_RDONLY);
}

static int
read_by_dots(void)
{
	return try_open(site("articles/../../outside/secret").text, O_RDONLY);
}

static int
read_by_link(void)
{
	return try_open(site("articles/link").text, O_RDONLY);
}

static int
list_outside(void)
{
	return try_open(outside("").text, O_RDONLY | O_DIRECTORY);
}

static int
write_outside(void)
{
	return try_open(outside("written").text, O_WRONLY | O_CREAT);
}

static int
write_over(void)
{
	return try_open(outside("secret").text, O_WRONLY | O_TRUNC);
}

static int
write_beside_output(void)
{
	return try_open(site("beside").text, O_WRONLY | O_CREAT);
}

static int
write_article(void)
{
	return try_open(site("articles/planted.md").text, O_WRONLY | O_CREAT);
}

static int
write_configuration(void)
{
	return try_open(site("xysfeed.conf").text, O_WRONLY);
}

static int
make_folder(void)
{
	return mkdir(outside("folder").text, 0700);
}

static int
make_link(void)
{
	return symlink("/etc/passwd", outside("planted").text);
}

static int
remove_outside(void)
{
	return unlink(outside("remove").text);
}

static int
rename_out(void)
{
	if (try_open(site("public/carried").text, O_WRONLY | O_CREAT) < 0)
		return -1;
	return rename(site("public/carried").text, outside("carried").text);
}

static int
change_mode(void)
{
	return chmod(outside("secret").text, 0666);
}

static int
make_socket(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -1 : close(fd);
}

static int
call_out(void)
{
	const char *port = getenv("INTRUDER_PORT");
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)atoi(port ? port : "0")),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), rc;

	if (fd < 0)
		return -1;
	rc = connect(fd, (struct sockaddr *)&to, sizeof to);
	close(fd);
	return rc;
}

static int
start_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? -1 : waitpid(pid, NULL, 0) < 0 ? -1 : 0;
}

/* In a child, so that the daemon is there afterwards; without one as it is. */
static int
run_program(void)
{
	char name[] = "true", *const argv[] = {name, NULL}, *const envp[] = {NULL};
	pid_t pid = fork();
	int status;

	if (pid <= 0) {
		execve("/bin/true", argv, envp);
		if (pid == 0)
			_exit(errno);
		return -1;
	}
	if (waitpid(pid, &status, 0) < 0)
		return -1;
	errno = WEXITSTATUS(status);
	return errno ? -1 : 0;
}

/* A child, or whoever started us when there is none. */
static int
trace(void)
{
	pid_t pid = fork(), target = pid < 0 ? getppid() : pid;
	int rc, why;

	if (pid == 0)
		for (;;)
			pause();
	rc = (int)ptrace(PTRACE_SEIZE, target, NULL, NULL);
	why = errno;
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, __WALL);
	}
	errno = why;
	return rc;
}

static int
signal_others(void)
{
	return kill(getppid(), SIGCONT);
}

static int
make_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -1 : munmap(p, 4096);
}

/* Who may mount is told that there is no such place. */
static int
mount_over(void)
{
	int rc = mount("none", outside("absent").text, "tmpfs", 0, NULL);

	return rc < 0 && errno == ENOENT ? 0 : rc;
}

static int
leave_root(void)
{
	int rc = chroot(outside("absent").text);

	return rc < 0 && errno == ENOENT ? 0 : rc;
}

static const struct misdeed {
	const char *name;
	int (*attempt)(void);
} misdeeds[] = {
    {"read /etc/passwd", read_passwd},
    {"read outside", read_outside},
    {"read outside by ..", read_by_dots},
    {"read outside by a link", read_by_link},
    {"list outside", list_outside},
    {"write outside", write_outside},
    {"write over a file outside", write_over},
    {"write beside the output", write_beside_output},
    {"write an article", write_article},
    {"write the configuration", write_configuration},
    {"make a folder outside", make_folder},
    {"make a link outside", make_link},
    {"remove outside", remove_outside},
    {"rename out of the output", rename_out},
    {"change a mode outside", change_mode},
    {"make a socket", make_socket},
    {"call out", call_out},
    {"start a process", start_process},
    {"run a program", run_program},
    {"trace a process", trace},
    {"signal a process", signal_others},
    {"make code", make_code},
    {"mount (root)", mount_over},
    {"change the root (root)", leave_root},
};

static void
misbehave(void)
{
	for (size_t i = 0; i < sizeof misdeeds / sizeof *misdeeds; i++) {
		const struct misdeed *m = &misdeeds[i];

		errno = 0;
		if (m->attempt() == 0)
			fprintf(stderr, "intruder: %s: done\n", m->name);
		else
			fprintf(stderr, "intruder: %s: %s (%s)\n", m->name,
			    errno == EPERM || errno == EACCES || errno == EXDEV
				? "refused"
				: "failed",
			    strerror(errno));
	}
	fputs("intruder: over\n", stderr);
}

void
__wrap_read_article(const struct reader *reader, struct slice path,
    struct scratch *scratch, struct article *article, struct file_stat *stat,
    struct digest *hash, struct diags *diags)
{
	static atomic_flag done = ATOMIC_FLAG_INIT;

	if (!atomic_flag_test_and_set(&done))
		misbehave();
	__real_read_article(reader, path, scratch, article, stat, hash, diags);
}
