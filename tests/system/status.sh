#!/bin/bash
# /status and /metrics of the daemon: what they say is what is, and costs nothing as long
# as nobody looks.
#
# The parts below are called by name.
# shellcheck disable=SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/resident.sh
. "${srcdir:-.}/tests/system/resident.sh" || exit 99
tap_need curl
"$XYSFEED" --version >/dev/null || exit 99

watched_new() {
	site_new "$1" <<-END
		[daemon]
		settle = 100 ms
		log_level = debug
		[serve]
		metrics_listen = 127.0.0.1:0
		[feed:main]
	END
	article 1.md 2024-05-01 'title: 海'
}

serve() {
	start
	poll is_idle
	at=$(sed -n 's/.*serves metrics on //p' "$site/log" | tail -n 1)
}

# look PAGE [FILE]: its status; the page is in FILE.
look() {
	curl -s -m 20 -o "${2:-page}" -w '%{http_code}' "http://$at/$1"
}

# runs_seen: as /metrics has them, once it has answered.
runs_seen() {
	[ "$(look metrics)" = 200 ] && awk '/^xysfeed_runs_total/ { n += $NF } END { print n }' page
}

readings() {
	grep -c 'a snapshot was read' "$site/log"
}

unlooked() {
	watched_new quiet
	serve
	local i
	for i in 2 3 4; do
		article "$i.md" 2024-05-02 "title: 第${i}篇"
		await "article $i" shows "第${i}篇"
	done
	tap_ok 'another run' xysfeed --run
	tap_is "$(look healthz)$(cat page)" 200ok 'it is well'
	tap_is "$(look status.css)" 200 'a style sheet'
	tap_is "$(look nothing)" 404 'something else'
	tap_is "$(readings)" 0 'nobody asked for a page: no snapshot was read'
}

looked() {
	local i want got='' lookers=()
	# What the watch may still gather is a run of its own.
	sleep 0.3
	poll is_idle
	for i in {1..30}; do
		look metrics "page.$i" >"code.$i" &
		lookers+=("$!")
	done
	wait "${lookers[@]}"
	want=$(runs)
	for i in {1..30}; do
		got+=$(cat "code.$i"; awk '/^xysfeed_runs_total/ { n += $NF } END { print "/" n }' "page.$i")' '
	done
	tap_is "$got" "$(printf "200/$want %.0s" {1..30})" 'thirty look at once: all see it as it is'
	tap_is "$(readings)" 1 'one snapshot was read for all of them'
	tap_is "$(look status)$(look metrics)$(look status)" 200200200 'nothing has changed since then'
	tap_is "$(readings)" 1 'so it is the same'
	for i in 1 2 3; do
		xysfeed --run >/dev/null
		tap_is "$(runs_seen)" "$(runs)" 'a run that is over is seen at once'
	done
	tap_ok 'a snapshot for each' test "$(readings)" -ge 4
}

# hold: the ledger is written to by somebody else, until release.
hold() {
	"$python" -I -S -c 'import os, sqlite3, time
db = sqlite3.connect("xysfeed.db", isolation_level=None, timeout=10)
db.execute("BEGIN IMMEDIATE")
open("held", "w").close()
while os.path.exists("held"):
    time.sleep(0.02)
db.execute("ROLLBACK")' 2>/dev/null &
	daemons+=("$!")
	poll test -e held
}

release() {
	rm -f held
}

is_at_work() {
	[ "$(look status)" = 200 ] && grep -q '正在运行' page
}

meanwhile() {
	if ! "$python" -I -S -c 'import sqlite3'; then
		tap_note 'no sqlite3 in python: nothing can hold up a run'
		return
	fi
	hold
	article 5.md 2024-05-05 'title: 第5篇'
	await 'a run that takes its time is seen' is_at_work
	tap_not 'it is not over' shows 第5篇
	release
	await 'then it is' shows 第5篇
	poll is_idle
	tap_is "$(look status),$(grep -c '正在运行' page)" 200,0 'and that is seen, too'
}

# Until `looking` is gone.
keep_looking() {
	while [ -e looking ]; do
		look "$1" "page.$1" >"code.$1"
		grep -q 200 "code.$1" || cp "code.$1" "bad.$1"
	done
}

reloaded() {
	local i
	touch looking
	for i in status metrics status.css; do
		keep_looking $i &
	done
	for i in 1 2 3; do
		sed -i "s/^title = .*/title = 档案 $i/" xysfeed.conf
		article 6.md 2024-05-06 "title: 又$i"
		tap_ok "--reload $i" xysfeed --reload
		await 'is in force' shows ">档案 $i</title>"
		xysfeed --run >/dev/null
		tap_is "$(look status),$(grep -c "<bdi>档案 $i<" page)" 200,1 'and seen'
	done
	rm looking
	tap_is "$(cat bad.* 2>/dev/null)" '' 'who looked meanwhile saw something'
}

# Somebody looks at every moment of the end.
ended() {
	touch looking
	keep_looking metrics &
	xysfeed --run >/dev/null
	ends_well TERM 'SIGTERM'
	rm looking
	tap_unlike "$(cat log)" 'AddressSanitizer|runtime error|ThreadSanitizer' 'without a complaint'
}

unreadable() {
	watched_new broken
	serve
	tap_is "$(look status)" 200 'it can be read'
	mv xysfeed.db whole.db
	echo 'this is no ledger, but some other file, of some length' >xysfeed.db
	xysfeed --run >/dev/null 2>&1
	tap_is "$(look healthz)$(look metrics)$(look status)" 503503503 'no old page is shown when it cannot'
	tap_ok 'the log says why' logged 'pages: .*xysfeed\.db'
	mv whole.db xysfeed.db
	tap_is "$(look metrics)" 200 'it is tried again for the next one'
	ends_well TERM 'SIGTERM'
}

watched_new probe
xysfeed -D "serve.listen=unix:$site/none/http.sock" 2>&1 | grep -q 'built without' &&
	tap_skip_all 'built without the server'
unlooked
looked
meanwhile
reloaded
ended
unreadable
tap_end
