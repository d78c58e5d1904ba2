# shellcheck shell=bash
#
# resident: a daemon that serves the site of site.sh. Source it instead of that one.
#
#	site_new plain <<<'[feed:main]'
#	start                        in the foreground, as a job; $pid
#	await 'the article' shows 海边
#	run_of 'asked' --run         what it says and how it ends, as site.sh's run
#	finish TERM                  $code
#
# What is waited for is polled, for $patience seconds at most; all daemons end with the test.

# shellcheck source=tests/system/site.sh
. "${srcdir:-.}/tests/system/site.sh" || exit 99
trap 'kill_daemons; rm -rf "$tap_dir"' EXIT
trap 'exit 99' HUP INT TERM
patience=20
daemons=() pid=''

# is_ours PID: it lives, and its command line names our scratch folder.
is_ours() {
	grep -qF -- "$tap_dir" "/proc/$1/cmdline" 2>/dev/null
}

kill_daemons() {
	local each
	for each in "${daemons[@]}"; do
		is_ours "$each" && kill -KILL "$each"
	done
	wait 2>/dev/null
}

# poll COMMAND...: until it succeeds.
poll() {
	local end=$((SECONDS + patience))
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.02
	done
}

# await DESCRIPTION COMMAND...: it comes true in time.
await() {
	local what=$1 got=0
	shift
	poll "$@" || got=1
	tap_report "$got" "$what"
	[ "$got" -eq 0 ] || tap_note "not within $patience s: $*" "$(tail -5 "$site/log")"
}

xysfeed() {
	"$XYSFEED" -c "$site/xysfeed.conf" "$@"
}

# start [OPTION...]: until it runs, or has ended.
start() {
	: >log
	"$XYSFEED" -c "$site/xysfeed.conf" "$@" 2>>log &
	pid=$!
	daemons+=("$pid")
	poll has_begun
}

has_begun() {
	grep -q ' runs: ' log || ! is_alive
}

is_alive() {
	kill -0 "$pid" 2>/dev/null
}

is_over() {
	! is_alive
}

# finish SIGNAL: it has 5 seconds. $code is what it ended with, -1 when it did not.
finish() {
	local began=${EPOCHREALTIME/./}
	kill -"$1" "$pid"
	poll is_over
	spent=$(((${EPOCHREALTIME/./} - began) / 1000))
	code=-1
	if is_over; then
		wait "$pid" 2>/dev/null && code=0 || code=$?
	fi
}

# ends_well SIGNAL DESCRIPTION
ends_well() {
	finish "$1"
	tap_is "$code,$((spent < 5000))" 0,1 "$2: exit 0 within 5 s"
	tap_is "$(ls xysfeed.db.sock xysfeed.pid 2>/dev/null)" '' "$2: socket and pidfile are gone"
}

# status EXPRESSION...: of the JSON of --status.
status() {
	xysfeed --status --json 2>/dev/null | "$python" -I -S -c "import json, sys; d = json.load(sys.stdin); print(*[$1])" 2>/dev/null
}

logged() {
	grep -Eq -- "$1" "$site/log"
}

# shows TEXT [FILE], hides TEXT: in the feed.
shows() {
	grep -qF -- "$1" "public/${2:-main.atom}" 2>/dev/null
}

hides() {
	[ -e public/main.atom ] && ! shows "$1"
}

# is_idle [RUNS]: nothing is under way, and so many runs were made at least.
is_idle() {
	[ "$(status "(d['daemon'] or {}).get('working') is False and d['daemon']['runs'] >= ${1:-1}" 2>/dev/null)" = True ]
}

runs() {
	status "d['daemon']['runs']"
}
