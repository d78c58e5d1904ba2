#!/bin/bash
# The clock jumps, and the machine sleeps, while a hub is to be tried again.
#
# The hub asks for 20 seconds and the wait is drawn from up to 30, so whatever is sent here
# within a second is sent because of the jump.
#
# The parts below are called by name.
# shellcheck disable=SC2317
set -u
# shellcheck source=tests/system/resident.sh
. "${srcdir:-.}/tests/system/resident.sh" || exit 99
tap_need curl openssl
# shellcheck source=tests/push/peers.sh
. "${srcdir:-.}/tests/push/peers.sh"
trap 'exit 99' HUP INT TERM

for faketime in /usr/lib/*/faketime/libfaketimeMT.so.1 ''; do
	[ ! -e "$faketime" ] || break
done
[ -n "$faketime" ] || tap_skip_all 'libfaketime is missing'
hour=3600 day=86400

# The program with a clock of its own; what it measures durations with goes on as it was.
clock=$tap_dir/time
cat >"$tap_dir/xysfeed" <<END
#!/bin/sh
exec env LD_PRELOAD=$faketime FAKETIME_TIMESTAMP_FILE=$clock FAKETIME_NO_CACHE=1 \\
	FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 $XYSFEED "\$@"
END
chmod +x "$tap_dir/xysfeed"
XYSFEED=$tap_dir/xysfeed
offset=0

# jump SECONDS: the kernel would tell of it; libfaketime does not, but the signal does.
jump() {
	offset=$((offset + $1))
	printf '%+d\n' "$offset" >"$clock.new"
	mv "$clock.new" "$clock"
	kill -USR1 "$pid" 2>/dev/null
}

hub=always204/clock
answers() {
	curl -sS -d "$1" "$farm/behave"
}
fails() {
	answers "{\"hub\": \"$hub\", \"behaviour\": \"busy503\", \"times\": 1000000, \"retry_after\": 20}"
}
recovers() {
	answers "{\"hub\": \"$hub\", \"behaviour\": \"always204\"}"
}

# pings: how many came so far.
pings() {
	lines "$farm" "hub=$hub&event=ping" | wc -l
}
more() {
	[ "$(pings)" -ge "$1" ]
}

# comes COUNT DESCRIPTION: so many more pings come, and then none for a while.
sent=0
comes() {
	sent=$((sent + $1))
	[ "$1" -eq 0 ] || poll more "$sent"
	sleep 0.4
	tap_is "$(pings)" "$sent" "$2"
	sent=$(pings)
}

# news: the next article, when what was accepted before is long ago.
n=0
news() {
	jump $((2 * hour))
	n=$((n + 1))
	article "$n.md" 2024-05-01 "title: 第$n篇"
}

# state NAME: of the document.
state() {
	xysfeed --push-status --json |
		"$python" -I -S -c "import json, sys; print(json.load(sys.stdin)['hubs'][0]['topics'][0]['$1'])"
}
# shellcheck disable=SC2016
is_accepted() {
	[ "$(state state)" = accepted ] && [ "$(state accepted)" = "$(state wanted)" ]
}

# has_tried COUNT: and knows that it was in vain.
has_tried() {
	[ "$(state attempts)" -ge "$1" ]
}

# jumps SECONDS NAME: during the wait, then the hub recovers.
jumps() {
	patience=5
	fails
	news
	comes 1 "$2: the hub is told, and fails"
	jump "$1"
	comes 1 "$2: the jump makes it be tried again, once"
	recovers
	comes 0 "$2: but not before its time"
	jump "$hour"
	comes 1 "$2: it is told in its time"
	await "$2: and that is known" is_accepted
}

site_new clock <<-END
	[daemon]
	settle = 20 ms
	sandbox = off
	[push]
	live = no
	[feed:main]
	formats = atom
	[hub:clock]
	url = ${farm:=FARM}/$hub
	rate = 6000
END
start_farm || exit 99
reconf "s,FARM,$farm,"
printf '+0\n' >"$clock"
article first.md 2024-05-01
start
comes 1 'the first version is told'

jumps $day 'a day ahead'
jumps -$day 'a day back'
jumps $hour 'an hour ahead'
jumps -$hour 'an hour back'

# What was accepted "in an hour" does not hold back what is new now.
jump $((-2 * hour))
comes 0 'back again: nothing is owed, nobody is told'
article back.md 2024-05-01
comes 1 'what is new is told at once, though the last ping seems to be ahead'

# The same for a whole process that stands still, as with a machine that sleeps.
fails
news
comes 1 'asleep: the hub is told, and fails'
kill -STOP "$pid"
jump $((3 * day))
sleep 1
comes 0 'asleep: nothing is sent'
kill -CONT "$pid"
comes 1 'asleep: tried again when it wakes, once'
jump "$hour"
comes 1 'asleep: and is not given up after days in which nothing was tried'
recovers
jump "$hour"
comes 1 'asleep: it is told'
answers "{\"hub\": \"$hub\", \"behaviour\": \"always204\", \"delay\": 0.5}"
news
poll more $((sent + 1))
kill -STOP "$pid"
sleep 1.5
kill -CONT "$pid"
comes 1 'asleep, with an answer on its way: it is not told twice'
await 'asleep, with an answer on its way: and that is known' is_accepted

# A clock that never keeps still: an hour a step, until it is given up.
fails
news
for ((i = 1; i <= 25; i++)); do
	poll more $((sent + i))
	poll has_tried "$i"
	jump "$hour"
done
comes 25 'in the hours of a day: one ping each, and one more'
tap_is "$(state state)" failed 'then it is given up'
recovers
jump "$day"
comes 0 'what was given up is not told'
news
comes 1 'the next version is'

ends_well TERM 'with another clock'
tap_unlike "$(cat log)" 'assert|Sanitizer' 'the log is clean'
tap_end
