/*
 * sandbox: what the daemon gives up before it looks at the first article
 * (promise P8).
 *
 * No new privileges (prctl), the folders that were configured and no others
 * (landlock(7)), the system calls that it needs and no others (seccomp(2)). All of it
 * holds for the threads that are started later and cannot be undone.
 *
 * The order of a start: fork into the background, open what only root may open,
 * privilege_drop, sandbox_enter, threads.
 *
 * What has to be known to live inside:
 * - A path stands for what is there now. A file that is renamed over a
 *   listed one is not listed: give the folder of the configuration, not the file,
 *   and start again after a folder was replaced.
 * - Landlock fences what is opened, made, renamed and removed. Names, sizes and times
 *   can be seen everywhere; modes and times are changed through a descriptor only
 *   (fchmod, futimens; chmod(2) is refused, so is uv_pipe_chmod), owners not at all.
 * - Before Linux 5.19 nothing is renamed from one folder to another.
 * - Nothing is executed and no process started or signalled. Code is mapped from files
 *   (iconv and name services load theirs late) and from nowhere else, so patterns that
 *   are compiled inside are interpreted.
 * - Sockets are Unix ones unless `network`. Those with a name in a folder can be
 *   reached anywhere (syslog); an abstract one of others only when it was connected
 *   before (an "@" in $NOTIFY_SOCKET).
 * - SQLite's temporary files need temp_store = MEMORY.
 * - valgrind and LeakSanitizer (not AddressSanitizer) cannot work inside: run them
 *   with SANDBOX_OFF.
 */
#ifndef APP_SANDBOX_H
#define APP_SANDBOX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"
#include "model/config.h"

struct sandbox_request {
	enum sandbox_mode mode;
	struct slices
	    readable; /* absolute paths of files and folders; missing ones are skipped */
	struct slices writable; /* folders: create, write, rename, remove below them */
	bool network;           /* may it call other machines? */
};

struct sandbox_state {
	bool no_new_privs, seccomp;
	int landlock;    /* version of the interface in force; 0: none */
	char lacks[200]; /* what is not in force and why, one sentence; "" */
};

/* Before any thread was started. -1 only with SANDBOX_REQUIRE (or when a writable
 * folder is not there). */
int sandbox_enter(
    const struct sandbox_request *request, struct sandbox_state *state, struct err *err);

/* Add what the C library and the libraries that we link read by themselves, some of it
 * late; `network`: to call other machines, too. */
void sandbox_system_paths(struct slices *readable, struct arena *arena, bool network);

/*
 * From root to this user, its group and its supplementary groups, without any
 * capability, for good. "user" or "user:group", names or numbers; a number that is no
 * user here needs its group. Who is not root stays who he is: 0 when that is the
 * very user, else ERR_CONFIG. To "become" root changes nothing.
 */
int privilege_drop(const char *user, struct err *err);

#endif
