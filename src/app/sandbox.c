#include "config.h"

#include "app/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef HAVE_SECCOMP
#include <linux/netlink.h>
#include <seccomp.h>
#endif

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- what libraries read by themselves ------------------------------------- */

/* "$NAME" is what that variable of the environment says. */
static const char *const local_paths[] = {
    /* Code that is loaded late: iconv's converters, name services, libgcc_s. */
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    /* Time zones: ours, and those of the C library for syslog. */
    "$TZDIR",
    "/usr/share/zoneinfo",
    "/etc/localtime",
    /* SQLite and libcrypto; the latter's settings. */
    "/dev/null",
    "/dev/urandom",
    "/etc/ssl/openssl.cnf",
    /* The allocator, sysconf(3), libuv. */
    "/proc/self",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system/cpu",
};

static const char *const network_paths[] = {
    /* Names into addresses. The files in /run are replaced at any time. */
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/run/systemd/resolve",
    "/run/NetworkManager",
    "/run/resolvconf",
    /* Certificates; those in /etc/ssl/certs are links into the others. */
    "$SSL_CERT_FILE",
    "$SSL_CERT_DIR",
    "/etc/ssl",
    "/etc/pki",
    "/etc/ca-certificates",
    "/etc/crypto-policies",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
};

static void
add_paths(
    struct slices *readable, struct arena *arena, const char *const *paths, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct slice path =
		    slice_str(paths[i][0] == '$' ? getenv(paths[i] + 1) : paths[i]);

		if (path.n)
			slices_add(readable, arena, arena_copy(arena, path));
	}
}

void
sandbox_system_paths(struct slices *readable, struct arena *arena, bool network)
{
	add_paths(readable, arena, local_paths, COUNT(local_paths));
	if (network)
		add_paths(readable, arena, network_paths, COUNT(network_paths));
}

/* --- landlock: which files ------------------------------------------------- */

/* What headers of Linux 5.13 do not have yet. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif
#ifndef LANDLOCK_ACCESS_NET_BIND_TCP
#define LANDLOCK_ACCESS_NET_BIND_TCP    (1ULL << 0)
#define LANDLOCK_ACCESS_NET_CONNECT_TCP (1ULL << 1)
#endif
#ifndef LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
#define LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define LANDLOCK_SCOPE_SIGNAL               (1ULL << 1)
#endif

enum { SINCE_NET = 4, SINCE_SCOPE = 6, NEWEST = 7 };

/* struct landlock_ruleset_attr of the newest version; older kernels take it as
 * long as what they do not know is zero. */
struct ruleset {
	uint64_t fs, net, scope;
};

enum who { NOBODY, WRITER, READER }; /* a writer may what a reader may */
enum what { FOLDER, ANY_FILE };      /* what a right can be given on */

static const struct right {
	uint64_t bit;
	int since; /* version of the interface */
	enum who who;
	enum what what;
} rights[] = {
    {LANDLOCK_ACCESS_FS_READ_FILE, 1, READER, ANY_FILE},
    {LANDLOCK_ACCESS_FS_READ_DIR, 1, READER, FOLDER},
    {LANDLOCK_ACCESS_FS_WRITE_FILE, 1, WRITER, ANY_FILE},
    {LANDLOCK_ACCESS_FS_TRUNCATE, 3, WRITER, ANY_FILE},
    {LANDLOCK_ACCESS_FS_MAKE_REG, 1, WRITER, FOLDER},
    {LANDLOCK_ACCESS_FS_MAKE_DIR, 1, WRITER, FOLDER},
    {LANDLOCK_ACCESS_FS_MAKE_SOCK, 1, WRITER, FOLDER},
    {LANDLOCK_ACCESS_FS_REMOVE_FILE, 1, WRITER, FOLDER},
    {LANDLOCK_ACCESS_FS_REMOVE_DIR, 1, WRITER, FOLDER},
    {LANDLOCK_ACCESS_FS_REFER, 2, WRITER, FOLDER}, /* rename to another folder */
    {LANDLOCK_ACCESS_FS_EXECUTE, 1, NOBODY, ANY_FILE},
    {LANDLOCK_ACCESS_FS_MAKE_CHAR, 1, NOBODY, FOLDER},
    {LANDLOCK_ACCESS_FS_MAKE_BLOCK, 1, NOBODY, FOLDER},
    {LANDLOCK_ACCESS_FS_MAKE_FIFO, 1, NOBODY, FOLDER},
    {LANDLOCK_ACCESS_FS_MAKE_SYM, 1, NOBODY, FOLDER},
    {LANDLOCK_ACCESS_FS_IOCTL_DEV, 5, NOBODY, ANY_FILE},
};

static uint64_t
rights_of(enum who who, enum what what, int version)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < COUNT(rights); i++)
		if (rights[i].who >= who && rights[i].what >= what &&
		    rights[i].since <= version)
			bits |= rights[i].bit;
	return bits;
}

static int
open_path(struct slice path, int flags)
{
	char name[PATH_MAX];

	if (path.n >= sizeof name) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(name, sizeof name, "%.*s", SLICE_ARG(path));
	return open(name, O_PATH | O_CLOEXEC | flags);
}

static int
allow_path(int rules, struct slice path, enum who who, int version)
{
	struct landlock_path_beneath_attr rule = {.parent_fd = open_path(path, 0)};
	struct stat st;
	long rc = -1;

	if (rule.parent_fd < 0)
		return -1;
	if (fstat(rule.parent_fd, &st) == 0) {
		rule.allowed_access =
		    rights_of(who, S_ISDIR(st.st_mode) ? FOLDER : ANY_FILE, version);
		rc = syscall(
		    SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	}
	close(rule.parent_fd);
	return (int)rc;
}

/* -1, or the descriptor of the rules; errno says what went wrong. */
static int
make_rules(const struct sandbox_request *request, int version)
{
	struct ruleset set = {.fs = rights_of(NOBODY, FOLDER, version)};
	int rules;

	if (version >= SINCE_NET && !request->network)
		set.net = LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP;
	if (version >= SINCE_SCOPE)
		set.scope = LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL;
	rules = (int)syscall(SYS_landlock_create_ruleset, &set, sizeof set, 0);
	if (rules < 0)
		return -1;
	for (size_t i = 0; i < request->readable.n; i++)
		allow_path(rules, request->readable.v[i], READER, version);
	for (size_t i = 0; i < request->writable.n; i++)
		if (allow_path(rules, request->writable.v[i], WRITER, version) < 0) {
			close(rules);
			return -1;
		}
	return rules;
}

static void lack(struct sandbox_state *state, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* One more thing that is not in force. */
static void
lack(struct sandbox_state *state, const char *fmt, ...)
{
	size_t n = strlen(state->lacks);
	char more[sizeof state->lacks];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(more, sizeof more, fmt, ap);
	va_end(ap);
	snprintf(state->lacks + n, sizeof state->lacks - n, "%s%s", n ? "; " : "", more);
}

static const char *
landlock_reason(int why)
{
	return why == ENOSYS       ? "this kernel has none (Linux 5.13 or later)"
	       : why == EOPNOTSUPP ? "it is switched off in this kernel (lsm= at boot)"
				   : strerror(why);
}

static void
fence(const struct sandbox_request *request, struct sandbox_state *state)
{
	long version = syscall(
	    SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	int known = version < NEWEST ? (int)version : NEWEST;
	int rules = known < 0 ? -1 : make_rules(request, known);

	if (rules >= 0 && syscall(SYS_landlock_restrict_self, rules, 0) == 0)
		state->landlock = known;
	else
		lack(state, "landlock: %s", landlock_reason(errno));
	if (rules >= 0)
		close(rules);
}

/* --- seccomp: which system calls ------------------------------------------- */

#ifdef HAVE_SECCOMP

/* These bits of an argument, counted from 0, are so. The kernel does not look at the
 * upper half of an int, so neither do we. */
#define BITS(argument, mask, value)                                                      \
	{                                                                                \
		argument, SCMP_CMP_MASKED_EQ, mask, value                                \
	}
#define INT(argument, value) BITS(argument, UINT32_MAX, value)
#define ZERO(argument)       BITS(argument, UINT64_MAX, 0)

enum {
	CONDITIONS = 2,
#ifdef __s390__
	CLONE_FLAGS = 1,
#else
	CLONE_FLAGS = 0,
#endif
	CLONE_NEW = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
		    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET,
};

/*
 * What may be called, and when. Everything else fails with EPERM. Names that this
 * machine does not have are passed over; those on "64" and "time64" are what 32-bit
 * machines call.
 */
static const struct row {
	const char *calls;
	struct scmp_arg_cmp when[CONDITIONS]; /* all of them hold; none: always */
	bool network;                         /* only to call other machines */
	int fails;                            /* with this errno, not EPERM */
} rows[] = {
    /* The process: memory, threads, signals, time, itself. */
    {.calls = "brk munmap mremap madvise mincore membarrier"},
    {.calls = "mmap mmap2", .when = {BITS(2, PROT_EXEC, 0)}},
    {.calls = "mmap mmap2",
	.when = {BITS(2, PROT_WRITE | PROT_EXEC, PROT_EXEC), BITS(3, MAP_ANONYMOUS, 0)}},
    {.calls = "mprotect", .when = {BITS(2, PROT_EXEC, 0)}},
    {.calls = "clone",
	.when = {BITS(CLONE_FLAGS, CLONE_THREAD | CLONE_NEW, CLONE_THREAD)}},
    {.calls = "clone3",
	.fails = ENOSYS}, /* its flags cannot be seen; then clone is tried */
    {.calls = "futex futex_time64 set_robust_list get_robust_list rseq sched_yield "
	      "sched_getaffinity getcpu exit exit_group"},
    {.calls = "rt_sigaction rt_sigprocmask rt_sigpending rt_sigreturn rt_sigsuspend "
	      "rt_sigtimedwait rt_sigtimedwait_time64 sigaltstack signalfd4 sigreturn "
	      "restart_syscall pause"},
    {.calls =
	    "clock_gettime clock_gettime64 clock_getres clock_getres_time64 gettimeofday "
	    "time times clock_nanosleep clock_nanosleep_time64 nanosleep"},
    {.calls = "getpid getppid gettid getpgrp getuid getuid32 geteuid geteuid32 getgid "
	      "getgid32 getegid getegid32 getgroups getgroups32 getresuid getresuid32 "
	      "getresgid getresgid32 getrlimit ugetrlimit getrusage"},
    {.calls = "prlimit64", .when = {INT(0, 0)}},
    {.calls = "prctl", .when = {INT(0, PR_SET_NAME)}},
    {.calls = "uname sysinfo getrandom getcwd umask"},

    /* Descriptors, and waiting for them. */
    {.calls = "close dup dup2 dup3 fcntl fcntl64 flock"},
    {.calls = "ioctl", .when = {INT(1, FIONBIO)}},
    {.calls = "ioctl", .when = {INT(1, FIONREAD)}},
    {.calls = "ioctl", .when = {INT(1, FIOCLEX)}},
    {.calls = "ioctl", .when = {INT(1, TCGETS)}}, /* isatty */
    {.calls = "pipe pipe2 eventfd2 timerfd_create timerfd_settime timerfd_settime64 "
	      "timerfd_gettime timerfd_gettime64"},
    {.calls = "epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 poll ppoll "
	      "ppoll_time64 select _newselect pselect6 pselect6_time64"},
    {.calls = "inotify_init1 inotify_add_watch inotify_rm_watch"},

    /* Files. Where, says landlock; it knows no modes and times, so these go by
     * descriptor, and futimens is utimensat without a path. */
    {.calls = "open openat openat2 access faccessat faccessat2 readlink readlinkat"},
    {.calls = "stat stat64 lstat lstat64 fstat fstat64 newfstatat fstatat64 statx statfs "
	      "statfs64 fstatfs fstatfs64 getdents getdents64"},
    {.calls = "read readv pread64 preadv write writev pwrite64 pwritev lseek _llseek "
	      "sendfile sendfile64 "
	      "fadvise64 fadvise64_64 arm_fadvise64_64"},
    {.calls = "ftruncate ftruncate64 fallocate sync_file_range sync_file_range2 fsync "
	      "fdatasync syncfs "
	      "fchmod"},
    {.calls = "utimensat utimensat_time64", .when = {ZERO(1)}},
    {.calls =
	    "mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat"},

    /* Sockets: without a family none is made. */
    {.calls = "bind listen accept accept4 connect shutdown getsockname getpeername "
	      "getsockopt setsockopt send sendto sendmsg sendmmsg recv recvfrom recvmsg "
	      "recvmmsg recvmmsg_time64"},
    {.calls = "socket socketpair", .when = {INT(0, AF_UNIX)}},
    {.calls = "socket", .when = {INT(0, AF_INET)}, .network = true},
    {.calls = "socket", .when = {INT(0, AF_INET6)}, .network = true},
    {.calls = "socket",
	.when = {INT(0, AF_NETLINK), INT(2, NETLINK_ROUTE)},
	.network = true},
};

static int
add_row(scmp_filter_ctx filter, const struct row *row)
{
	uint32_t action = row->fails ? SCMP_ACT_ERRNO(row->fails) : SCMP_ACT_ALLOW;
	struct slice rest = slice_str(row->calls), call;
	unsigned n = 0;

	while (n < CONDITIONS && row->when[n].op)
		n++;
	while (slice_token(&rest, ' ', &call)) {
		char name[32];
		int number;

		snprintf(name, sizeof name, "%.*s", SLICE_ARG(call));
		number = seccomp_syscall_resolve_name(name);
		if (number != __NR_SCMP_ERROR &&
		    seccomp_rule_add_array(filter, action, number, n, row->when) < 0)
			return -1;
	}
	return 0;
}

/* A signal to one of our own threads, for abort(3). */
static int
add_tgkill(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp own[] = {INT(0, (scmp_datum_t)getpid())};

	return seccomp_rule_add_array(
	    filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), COUNT(own), own);
}

static int
add_rows(scmp_filter_ctx filter, bool network)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if ((network || !rows[i].network) && add_row(filter, &rows[i]) < 0)
			return -1;
	return add_tgkill(filter);
}

static void
filter_calls(const struct sandbox_request *request, struct sandbox_state *state)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));

	state->seccomp = filter && add_rows(filter, request->network) == 0 &&
			 seccomp_load(filter) == 0;
	if (!state->seccomp)
		lack(state, "the filter of system calls: this kernel refuses it");
	seccomp_release(filter);
}

#else

static void
filter_calls(const struct sandbox_request *request, struct sandbox_state *state)
{
	(void)request;
	lack(state, "the filter of system calls: built without libseccomp");
}

#endif

/* --- all of it ------------------------------------------------------------- */

static int
check_folders(const struct slices *folders, struct err *err)
{
	for (size_t i = 0; i < folders->n; i++) {
		int fd = open_path(folders->v[i], O_DIRECTORY);

		if (fd < 0)
			return err_errno(err, "%.*s: cannot open this folder",
			    SLICE_ARG(folders->v[i]));
		close(fd);
	}
	return 0;
}

int
sandbox_enter(
    const struct sandbox_request *request, struct sandbox_state *state, struct err *err)
{
	*state = (struct sandbox_state){0};
	if (request->mode == SANDBOX_OFF) {
		lack(state, "the sandbox is switched off");
		return 0;
	}
	if (check_folders(&request->writable, err) < 0)
		return -1;
	state->no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	if (!state->no_new_privs)
		lack(state, "no new privileges: %s", strerror(errno));
	fence(request, state);
	filter_calls(request, state);
	if (request->mode == SANDBOX_REQUIRE && state->lacks[0])
		return err_set(err, ERR_CONFIG,
		    "the sandbox is required, but not whole: %s", state->lacks);
	return 0;
}

/* --- another user ---------------------------------------------------------- */

struct identity {
	char name[LOGIN_NAME_MAX]; /* "": a number that is no user here */
	uid_t uid;
	gid_t gid;
	bool has_group; /* it was asked for by itself */
};

static bool
is_number(const char *text, unsigned *number)
{
	unsigned long value = strtoul(text, NULL, 10);

	/* The greatest is "leave as it is" to the kernel. */
	if (!*text || text[strspn(text, "0123456789")] || value >= UINT_MAX)
		return false;
	*number = (unsigned)value;
	return true;
}

static int
find_user(struct identity *who, const char *name, struct err *err)
{
	const struct passwd *entry = getpwnam(name);

	if (!entry && is_number(name, &who->uid)) {
		entry = getpwuid(who->uid);
		if (!entry && who->has_group)
			return 0;
	}
	if (!entry)
		return err_set(err, ERR_CONFIG,
		    "there is no user \"%s\" here (a number alone needs its group: "
		    "1000:1000)",
		    name);
	snprintf(who->name, sizeof who->name, "%s", entry->pw_name);
	who->uid = entry->pw_uid;
	who->gid = entry->pw_gid;
	return 0;
}

static int
find_group(struct identity *who, const char *name, struct err *err)
{
	const struct group *entry = getgrnam(name);

	if (entry)
		who->gid = entry->gr_gid;
	else if (!is_number(name, &who->gid))
		return err_set(err, ERR_CONFIG, "there is no group \"%s\" here", name);
	return 0;
}

static int
find_identity(struct identity *who, const char *text, struct err *err)
{
	const char *colon = strchrnul(text, ':');
	char user[LOGIN_NAME_MAX];

	*who = (struct identity){.has_group = *colon};
	snprintf(user, sizeof user, "%.*s", (int)(colon - text), text);
	if (find_user(who, user, err) < 0)
		return -1;
	return who->has_group ? find_group(who, colon + 1, err) : 0;
}

static bool
is_identity(const struct identity *who)
{
	uid_t real, effective, saved;

	if (geteuid() == 0)
		return who->uid == 0;
	return getresuid(&real, &effective, &saved) == 0 && real == who->uid &&
	       effective == who->uid && saved == who->uid &&
	       (!who->has_group || getegid() == who->gid);
}

static long
drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	return syscall(SYS_capset, &header, none);
}

static int
become(const struct identity *who)
{
	int rc = *who->name ? initgroups(who->name, who->gid) : setgroups(0, NULL);

	if (rc < 0 || setresgid(who->gid, who->gid, who->gid) < 0 ||
	    setresuid(who->uid, who->uid, who->uid) < 0 || drop_capabilities() < 0)
		return -1;
	return 0;
}

/* It is tried: that is the only proof. */
static bool
can_return(const struct identity *who)
{
	const uid_t same = (uid_t)-1;

	return setresuid(same, 0, same) == 0 ||
	       (who->gid != 0 && setresgid(same, 0, same) == 0);
}

int
privilege_drop(const char *user, struct err *err)
{
	struct identity who;

	if (find_identity(&who, user, err) < 0)
		return -1;
	if (is_identity(&who))
		return 0;
	if (geteuid() != 0)
		return err_set(err, ERR_CONFIG,
		    "cannot become %s: start as root or as that user", user);
	if (become(&who) < 0)
		return err_errno(err, "cannot become %s", user);
	if (can_return(&who))
		return err_set(err, ERR_IO, "became %s, but could be root again", user);
	return 0;
}
