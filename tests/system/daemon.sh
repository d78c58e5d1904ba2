#!/bin/bash
# The daemon: what is published when, whom it obeys, and how it ends.
#
# The parts below are called by name; `...` in a description is no command.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/resident.sh
. "${srcdir:-.}/tests/system/resident.sh" || exit 99

# daemon_new NAME: a site with a daemon's keys and one feed.
daemon_new() {
	site_new "$1" <<-'END'
		[daemon]
		settle = 100 ms
		pidfile = xysfeed.pid
		log_level = debug
		[feed:main]
		min_entries = 100
	END
}

# --- start ------------------------------------------------------------------

foreground() {
	daemon_new foreground
	article a.md 2024-05-01 'title: 甲'
	article wait.md 2124-05-01
	printf -- '---\ntitle: [\n---\ntext\n' >articles/bad.md
	tap_is "$(status "d['daemon']")" None '--status: no daemon'
	local verb
	for verb in run reload stop; do
		tap_exit 7 "--$verb without a daemon: exit 7" xysfeed "--$verb"
	done
	start
	await 'the first run publishes' shows 甲
	await 'and is told' logged 'published .* 1 new.*1 left out'
	tap_ok 'the log says what was left out, and where' logged 'left out: bad\.md:[23]: '
	tap_is "$(cat xysfeed.pid)" "$pid" 'the pidfile'
	tap_is "$(stat -c %a xysfeed.db.sock)" 600 'the socket is its own'

	poll is_idle
	tap_is "$(status "d['daemon']['pid'], d['daemon']['runs'], d['daemon']['failures']")" "$pid 1 0" \
		'--status --json: process, runs'
	tap_is "$(status "d['articles']['live'], d['articles']['waits'], d['articles']['bad']")" '1 1 1' \
		'--status --json: the articles'
	tap_is "$(status "[x['path'] for x in d['not_published']], [x['path'] for x in d['feeds']]")" \
		"['bad.md', 'wait.md'] ['main']" '--status --json: by name'
	tap_is "$(status "d['daemon']['last']['cause'], d['daemon']['last']['at'] == d['last_run']")" \
		'start True' '--status --json: the last run'
	tap_is "$(status "3600 <= d['daemon']['next']['at'] - d['last_run'] < 3660, d['daemon']['next']['cause']")" \
		'True regular look at everything' '--status --json: what is next'
	tap_is "$(status "sorted(d['daemon']['sandbox']), d['daemon']['folders'], d['daemon']['log']")" \
		"['lacks', 'landlock', 'no_new_privs', 'seccomp'] 1 stderr" '--status --json: the rest'
	tap_ok '--status' xysfeed --status
	tap_like "$tap_out" "^daemon $pid, waiting; since 20.*, as $(id -un), log to stderr" '--status: the daemon'
	tap_like "$tap_out" '^  last at 20.* \(start\): published ' '--status: the last run'
	tap_like "$tap_out" '^  next at 20.*: regular look' '--status: what is next'
	tap_like "$tap_out" '^  bad bad\.md: line [23]: ' '--status: what is left out and why'
	tap_like "$tap_out" '^  main: 1 entries, updated ' '--status: the feeds'

	tap_exit 5 'a second daemon: exit 5' xysfeed
	tap_exit 5 'a second one in the background: the caller is told' xysfeed --daemon
	tap_like "$tap_out" 'xysfeed: .+' 'in a sentence'
	tap_is "$(cat xysfeed.pid),$(status "d['daemon']['pid']")" "$pid,$pid" 'the first one is not disturbed'
	ends_well INT SIGINT
	tap_ok 'the log says so' logged 'stopped$'
}

background() {
	daemon_new background
	article a.md 2024-05-01 'title: 甲'
	reconf 's/^min_entries = .*/min_entries = many/'
	tap_exit 2 '--daemon, a bad configuration: exit 2' xysfeed --daemon
	tap_like "$tap_out" 'xysfeed\.conf:[0-9]+: .*min_entries' 'with file and line'
	reconf 's/^min_entries = .*/min_entries = 5/'
	mv articles away
	tap_exit 1 '--daemon, no folder of articles: exit 1' xysfeed --daemon
	tap_like "$tap_out" "$site/articles: cannot open" 'with its path'
	mv away articles
	tap_is "$(ls xysfeed.pid 2>/dev/null)" '' 'no pidfile is left'

	mkdir elsewhere
	tap_exit 0 '--daemon: the caller returns' xysfeed --daemon
	tap_is "$tap_out" '' 'and says nothing'
	pid=$(cat xysfeed.pid)
	daemons+=("$pid")
	tap_is "$(status "d['daemon']['pid']")" "$pid" 'it answers already'
	await 'and publishes' shows 甲
	tap_is "$(readlink "/proc/$pid/cwd" "/proc/$pid/fd/0" "/proc/$pid/fd/2" | tr '\n' ' ')" '/ /dev/null /dev/null ' \
		'it holds neither folder nor terminal'
	tap_exit 0 '--stop' xysfeed --stop
	await 'ends it' is_over
	tap_is "$(ls xysfeed.db.sock xysfeed.pid 2>/dev/null)" '' 'socket and pidfile are gone'
}

# --- what is published --------------------------------------------------------

# knows PATH: the file is where the daemon last saw it.
knows() {
	[ "$("$python" -I -S -c 'import sqlite3, sys
print(*sqlite3.connect("file:xysfeed.db?mode=ro", uri=True).execute("SELECT path FROM article WHERE path = ?", sys.argv[1:]).fetchone())' "$1" 2>/dev/null)" = "$1" ]
}

ids() {
	entries public/main.atom id
}

changes() {
	daemon_new changes
	article a.md 2024-05-01 'title: 甲'
	start
	poll shows 甲
	article sub/deep/b.md 2024-05-02 'title: 乙'
	await 'a new article in new folders' shows 乙
	body='更正过的一段。' article a.md 2024-05-01 'title: 甲'
	await 'an edit' shows 更正过的一段
	local before
	before=$(ids)
	mv articles/sub/deep/b.md articles/c.md
	await 'a rename' shows a.example/2024/05/02/c.html
	mv articles/sub articles/other
	mv articles/c.md articles/other/deep/
	await 'a rename into a folder that was renamed' knows other/deep/c.md
	same "$(ids)" "$before" 'the ids stay'
	rm articles/a.md
	await 'a removal' hides '<title>甲'
	tap_is "$(entries public/main.atom feed gone | wc -l)" 1 'leaves a tombstone'
	article again.md 2024-05-03 'title: 丙'
	await 'and it goes on' shows 丙
	tap_is "$(status "d['daemon']['failures'], d['articles']['live']")" '0 2' 'nothing failed'

	reconf 's/^settle = .*/settle = 1 s/'
	tap_ok '--reload takes another settle' xysfeed --reload
	poll is_idle
	mkdir prepared
	local i
	for i in {1..30}; do article "../prepared/$i.md" 2024-05-04 "title: 批$i"; done
	before=$(runs)
	mv prepared/*.md articles/
	await 'a burst of 30' shows 批30
	poll is_idle
	tap_is "$(grep -c '>批' public/main.atom),$(($(runs) - before))" 30,1 'is one run'
	ends_well TERM SIGTERM
}

# A file that is written for two seconds, with a line now and then. `gap` is the longest
# time between two of them.
slowly() {
	local i last=${EPOCHREALTIME/./} this
	gap=0
	exec 3>articles/slow.md
	printf -- '---\ndate: 2024-05-02\ntitle: 慢\n---\n' >&3
	for i in {1..16}; do
		sleep 0.1
		echo "第 $i 句。" >&3
		this=${EPOCHREALTIME/./}
		[ $((this - last)) -le "$gap" ] || gap=$((this - last))
		last=$this
		shows 慢 && early=1
	done
	printf '最后一句。\n' >&3
	exec 3>&-
}

half_written() {
	daemon_new half
	article a.md 2024-05-01 'title: 甲'
	start
	poll shows 甲
	local gap early=0
	article b.md 2024-05-02 'title: 乙'
	slowly
	if [ "$gap" -lt 400000 ]; then
		tap_is "$early" 0 'a file that is being written is not read'
	else
		tap_skip 'a file that is being written' 'this machine is too busy to write in time'
	fi
	await 'once it is closed it is' shows 最后一句
	tap_ok 'other articles did not wait for it' logged 'published .* 1 new'
	exec 3>articles/open.md
	printf -- '---\ndate: 2024-05-02\ntitle: 开着\n---\n半句。\n' >&3
	await 'one that stays open is taken when it is quiet' shows 开着
	printf '后半句。\n' >&3
	exec 3>&-
	await 'and again when it goes on' shows 后半句
	ends_well TERM 'SIGTERM after that'
}

due() {
	daemon_new due
	article a.md 2024-05-01 'title: 甲'
	start
	poll shows 甲
	local at=$((EPOCHSECONDS + 2)) early=0
	article b.md "$(date -u -d "@$at" +%FT%TZ)" 'title: 将来' "expires: $(date -u -d "@$((at + 2))" +%FT%TZ)"
	await 'an article dated ahead is known' waits
	shows 将来 && [ "$EPOCHSECONDS" -lt "$at" ] && early=1
	tap_is "$early" 0 'and not published'
	await 'until it is time' shows 将来
	tap_report $((EPOCHSECONDS < at)) 'not before'
	await 'it expires' hides 将来
	tap_report $((EPOCHSECONDS < at + 2)) 'not before'
	poll is_idle
	tap_is "$(status "d['daemon']['failures'], d['daemon']['last']['cause'], d['next_due']")" '0 due None' \
		'each by a run of its own'
	ends_well TERM 'SIGTERM while it waits'
}

waits() {
	[ "$(status "d['articles']['waits'] == 1 or d['articles']['live'] == 2")" = True ]
}

# Written through a name outside of the tree, which the kernel does not tell.
untold() {
	daemon_new untold
	article a.md 2024-05-01 'title: 甲'
	ln articles/a.md alias.md
	start
	poll shows 甲
	poll is_idle
	echo 悄悄加上的一句。 >>alias.md
	tap_exit 0 '--run looks at everything' xysfeed --run
	tap_like "$tap_out" '^published .* 0 new, 1 changed' 'and finds what the kernel did not tell'
	tap_ok 'which is published' shows 悄悄加上
	article b.md 2024-05-02 'title: 乙'
	poll shows 乙

	mkdir nested
	mv articles nested/
	tap_not 'the folder of articles is moved away: --run fails' xysfeed --run
	tap_ok 'nothing is withdrawn' shows 乙
	mkdir articles
	tap_exit 4 'an empty folder in its place: held' xysfeed --run
	tap_ok 'still nothing is withdrawn' shows 乙
	rmdir articles
	mv nested/articles .
	tap_exit 0 'it is back: all is well' xysfeed --run
	article c.md 2024-05-03 'title: 丙'
	await 'and watched again' shows 丙
	tap_is "$(entries public/main.atom feed gone)" '-' 'nobody was told that anything is gone'
	ends_well TERM 'SIGTERM after that'
}

# --- signals and requests -------------------------------------------------------

reload() {
	daemon_new reload
	article a.md 2024-05-01 'title: 甲'
	start
	poll shows 甲
	reconf 's/^title = .*/title = 山上的档案/'
	kill -HUP "$pid"
	await 'SIGHUP: the new title' shows 山上的档案
	cp xysfeed.conf good
	reconf 's/^title = .*/title = 错/; s/^min_entries = .*/min_entries = many/'
	kill -HUP "$pid"
	await 'SIGHUP, a bad configuration: file and line are in the log' logged 'xysfeed\.conf:[0-9]+: .*; the old configuration stays'
	tap_exit 2 '--reload: exit 2' xysfeed -D feed:main.min_entries=5 --reload
	tap_like "$tap_out" 'xysfeed\.conf:[0-9]+: .*; the old configuration stays in force' 'and the same sentence'
	article b.md 2024-05-02 'title: 乙'
	await 'the daemon goes on' shows 乙
	tap_ok 'with the old one' shows 山上的档案

	local key
	for key in 's/^dir = public/&\nstate = other.db/' 's/^pidfile = .*/pidfile = other.pid/' \
		's/^settle = .*/&\nsocket = other.sock/' 's/^settle = .*/&\numask = 077/' \
		's/^settle = .*/&\nsandbox = off/' 's/^settle = .*/&\nuser = nobody/'; do
		cp good xysfeed.conf
		reconf "$key"
		tap_exit 2 "--reload, refused: $key" xysfeed -D "daemon.socket=$site/xysfeed.db.sock" --reload
		tap_like "$tap_out" 'cannot change while the daemon runs.*the old configuration stays' 'in a sentence'
	done
	cp good xysfeed.conf
	reconf 's/^dir = articles/dir = absent/'
	tap_exit 2 '--reload, a folder that is not there: exit 2' xysfeed --reload
	cp good xysfeed.conf
	reconf 's/^dir = articles/&\nprofile = absent.conf/; s|^dir = public|&/other\nstate = xysfeed.db|'
	tap_exit 2 '--reload, a profile that is not there: exit 2' xysfeed --reload
	tap_ok 'and no folder was made for it' test ! -e public/other
	cp good xysfeed.conf
	tap_exit 0 '--reload, a good one' xysfeed --reload
	tap_like "$tap_out" 'in force' 'says so'

	poll is_idle
	local before
	before=$(runs)
	kill -USR1 "$pid"
	await 'SIGUSR1: a run' is_idle $((before + 1))
	kill -USR2 "$pid"
	await 'SIGUSR2: the status is in the log' logged "daemon $pid, waiting;"
	ends_well TERM SIGTERM
}

beside() {
	daemon_new beside
	reconf 's/^flood = .*/flood = 5/'
	article a.md 2024-05-01 'title: 甲'
	start
	poll shows 甲
	poll is_idle
	tap_exit 0 '--once beside it' xysfeed --once
	tap_like "$tap_out" '^nothing changed: 1 article;' 'tells of the run that the daemon made'
	tap_exit 0 '--run --json' xysfeed --run --json
	tap_is "$("$python" -I -S -c 'import json, sys; print(json.load(sys.stdin)["articles"])' <<<"$tap_out" 2>&1)" \
		"$("$python" -I -S -c 'import json, sys; print(json.load(sys.stdin)["articles"])' < <(xysfeed --once --json) 2>&1)" \
		'gives the JSON of --once'
	tap_is "$(xysfeed --run -q)" '' '--run -q says nothing'
	printf -- '---\ntitle: [\n---\n' >articles/bad.md
	tap_exit 3 '--run --strict' xysfeed --run --strict
	rm articles/bad.md
	tap_exit 5 '--retract beside it finds the lock taken' xysfeed --retract a.md
	tap_exit 5 '--once --now cannot be asked of it' xysfeed --once --now 2024-06-01
	tap_exit 0 '--dry-run goes on beside it' xysfeed --dry-run
	tap_exit 0 '--check goes on beside it' xysfeed --check

	poll is_idle
	batch many 8 2024-05-02
	await 'a flood is held, and said' logged 'held: '
	tap_exit 4 '--run: exit 4' xysfeed --run
	tap_is "$(names public/main.atom)" a 'nothing of it is published'
	tap_exit 0 '--run --allow-flood releases it' xysfeed --run --allow-flood
	tap_is "$(names public/main.atom | wc -w)" 9 'all of it'
	ends_well TERM SIGTERM
}

# --- the end --------------------------------------------------------------------

# The times of some files are those of their run.
digests() {
	(cd public && find . -type f -exec sha256sum {} + | sort -k 2)
}

# many COUNT: small articles, soon.
many() {
	"$python" -I -S - "$1" <<-'END'
		import sys
		for i in range(int(sys.argv[1])):
		    with open(f"articles/{i:05}.md", "w") as f:
		        f.write(f"---\ndate: 2020-01-01\ntags: [甲{i % 20}]\n---\n第 {i} 篇，写在海边。\n")
	END
}

interrupted() {
	daemon_new interrupted
	cat >>xysfeed.conf <<-'END'
		archive = yes
		[feed:tag]
		for_each = tag
	END
	many 5000
	cp -a "$site" "$tap_dir/whole"
	local wait cut=0
	for wait in 0 0.1; do
		start
		sleep "$wait"
		ends_well TERM "SIGTERM $wait s into a first import"
		logged published || cut=$((cut + 1))
	done
	tap_note "$cut of 2 runs were cut short"
	tap_report $((cut == 0)) 'the run was not finished first'
	tap_is "$(find public -name '.xysfeed-*' | wc -l)" 0 'no staged file is left'
	tap_exit 0 'the next --once' xysfeed --once
	local got
	got=$(digests)
	cd "$tap_dir/whole" || exit 99
	site=$PWD
	tap_exit 0 '--once of a site that never was interrupted' xysfeed --once
	same "$got" "$(digests)" 'P10: the same tree'
}

# What was rendered in one run is at hand in the next.
kept() {
	daemon_new kept
	batch old 5 2024-04-01
	article sound.md 2024-05-01 'title: 声' 'enclosure: sea.mp3'
	printf 'sea' >articles/sea.mp3
	article edited.md 2024-05-02 'title: 甲'
	article named.md 2024-05-03 'title: 丙'
	start
	await 'published' shows 'length="3"'
	printf 'deep sea' >articles/sea.mp3
	article edited.md 2024-05-02 'title: 乙'
	await 'an edit shows' shows 乙
	tap_ok 'and how long a file has become by now' shows 'length="8"'
	hides 甲
	tap_report $? 'nothing is left of what was there before'
	mv articles/named.md articles/renamed.md
	article new.md 2024-05-04 'title: 丁'
	await 'a new one beside a renamed one' shows 丁
	tap_ok 'which still is there' shows 丙
	poll is_idle
	ends_well TERM SIGTERM
	local got
	got=$(digests)
	rm -r public
	tap_exit 0 'all of it anew' xysfeed --once
	same "$got" "$(digests)" 'P2: the same bytes'
}

killed() {
	daemon_new killed
	article a.md 2024-05-01 'title: 甲'
	start
	poll shows 甲
	finish KILL
	tap_is "$code,$(find . -maxdepth 1 -name '*.sock' -o -maxdepth 1 -name '*.pid' | sort | tr '\n' ' ')" \
		'137,./xysfeed.db.sock ./xysfeed.pid ' 'kill -9 leaves socket and pidfile'
	tap_exit 7 '--run: nobody is there' xysfeed --run
	tap_ok '--status: it is not taken for a daemon' xysfeed --status
	article b.md 2024-05-02 'title: 乙'
	start
	await 'the next start takes their place' shows 乙
	tap_is "$(cat xysfeed.pid),$(status "d['daemon']['pid']")" "$pid,$pid" 'and answers there'
	ends_well TERM SIGTERM
}

# --- whom it runs as ---------------------------------------------------------------

as_user() {
	if [ "$(id -u)" -ne 0 ]; then
		tap_skip '[daemon] user' 'only root can become somebody else'
		return
	fi
	if ! id nobody >/dev/null 2>&1; then
		tap_skip '[daemon] user' 'there is no user nobody'
		return
	fi
	daemon_new user
	reconf 's/^settle = .*/&\nuser = nobody\numask = 027/'
	article a.md 2024-05-01 'title: 甲'
	tap_exit 1 'a folder that the user cannot write to' xysfeed
	chmod 755 "$tap_dir"
	chown -R nobody "$site"
	start
	await 'with a user: it publishes' shows 甲
	tap_is "$(awk '/^Uid:/ { print $2, $3, $4, $5 }' "/proc/$pid/status")" "$(printf '%s ' {,,,}"$(id -u nobody)" | sed 's/ $//')" \
		'it runs as the user'
	tap_is "$(awk '/^Cap(Prm|Eff):/ { print $2 }' "/proc/$pid/status" | sort -u)" 0000000000000000 'without capabilities'
	tap_is "$(stat -c '%U %a' public/main.atom)" 'nobody 640' 'its files are the user'"'"'s, with the umask'
	tap_is "$(status "d['daemon']['user']")" nobody '--status tells it, and root may ask'
	ends_well TERM 'as a user, SIGTERM'
}

completion() {
	local shell
	for shell in bash zsh; do
		tap_exit 0 "--completion $shell" "$XYSFEED" --completion "$shell"
		if command -v "$shell" >/dev/null; then
			tap_exit 0 "$shell takes it" "$shell" -n <(printf '%s\n' "$tap_out")
		else
			tap_skip "$shell takes it" "$shell is missing"
		fi
	done
}

for part in foreground background changes half_written due untold reload beside interrupted kept killed as_user completion; do
	if [ $# -gt 0 ] && [[ " $* " != *" $part "* ]]; then
		continue
	fi
	tap_note "$part"
	"$part"
done
tap_end
