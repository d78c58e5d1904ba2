#!/bin/bash
# P8 fenced: something hostile within the daemon itself (tests/fault/intruder.c) gets
# nowhere, and the daemon's own work goes on.
#
# `...` in a description is no command; stubs are called by name.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/resident.sh
. "${srcdir:-.}/tests/system/resident.sh" || exit 99
XYSFEED=${top_builddir:-$root/build}/tests/fault/intruder
tap_need "$XYSFEED"

# What is to be spared, and somebody who can be called.
set_out() {
	export INTRUDER_OUTSIDE=$tap_dir/outside INTRUDER_SITE=$site INTRUDER_PORT
	rm -rf "$INTRUDER_OUTSIDE"
	mkdir "$INTRUDER_OUTSIDE"
	echo 秘密 >"$INTRUDER_OUTSIDE/secret"
	touch "$INTRUDER_OUTSIDE/remove"
	chmod 600 "$INTRUDER_OUTSIDE/secret"
	ln -s "$INTRUDER_OUTSIDE/secret" articles/link
	poll test -s "$tap_dir/port"
	INTRUDER_PORT=$(cat "$tap_dir/port")
}

listen() {
	"$python" -I -S - "$tap_dir/port" <<-'END' &
		import os, socket, sys
		s = socket.create_server(("127.0.0.1", 0))
		with open(sys.argv[1] + "~", "w") as f:
		    f.write(str(s.getsockname()[1]))
		os.rename(sys.argv[1] + "~", sys.argv[1])
		while True:
		    s.accept()[0].close()
	END
	daemons+=($!)
	disown
}

# site_with MODE: state has a folder of its own, so that none but it is written to.
site_with() {
	site_new "$1" <<-END
		[daemon]
		settle = 100 ms
		sandbox = $1
		[feed:main]
	END
	mkdir state
	reconf 's,^dir = public,&\nstate = state/xysfeed.db,'
	article a.md 2024-05-01 'title: 甲'
	set_out
}

spared() {
	(cd "$INTRUDER_OUTSIDE" && find . -printf '%P %m %s\n' | sort)
	ls "$site/beside" "$site/articles/planted.md" 2>/dev/null
}

told() {
	sed -n "s/^intruder: \(.*\): $1.*/\1/p" log
}

listen
site_with require
before=$(spared)
start
if ! is_alive; then
	tap_skip_all "$(tail -1 log)"
fi
poll logged 'intruder: over'
names=$(sed -n 's/^intruder: \(.*\): [a-z]* *.*/\1/p' log)
tap_report $(($(wc -l <<<"$names") < 20)) 'everything was tried'
while read -r name; do
	tap_ok "refused: $name" grep -qxF -- "$name" <(told refused)
done <<<"$names"
same "$(spared)" "$before" 'nothing came to harm'
await 'the article of that very run is published' shows 甲
article b.md 2024-05-02 'title: 乙'
await 'and a later one' shows 乙
tap_is "$(status "d['daemon']['failures'], d['daemon']['sandbox']['no_new_privs'], d['daemon']['sandbox']['landlock'] > 0, d['daemon']['sandbox']['seccomp'], d['daemon']['sandbox']['lacks']")" \
	'0 True True True ' '--status --json: all is in force'
tap_like "$(xysfeed --status)" '^  sandbox: no new privileges, configured folders only, needed system calls only$' '--status: too'
finish TERM
tap_is "$code" 0 'SIGTERM: exit 0'

site_with off
start
poll logged 'intruder: over'
undone=$(grep -vxFf <(told 'done') <<<"$names")
if [ "$(id -u)" -ne 0 ]; then
	undone=$(grep -v '(root)$' <<<"$undone")
fi
tap_is "$undone" '' 'without a sandbox each of them is done'
await 'and the article is published' shows 甲
tap_like "$(xysfeed --status)" '^  sandbox: none .*switched off' '--status: nothing is in force'
finish TERM
tap_is "$code" 0 'SIGTERM: exit 0'
tap_end
