#!/bin/bash
# Canaries: the daemon, with a listener, at hubs that deliver and at such that do not.
#
# `...` in a description is no command; stubs are called by name.
# shellcheck disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317
set -u
# shellcheck source=tests/system/resident.sh
. "${srcdir:-.}/tests/system/resident.sh" || exit 99
tap_need curl openssl
# shellcheck source=tests/push/peers.sh
. "$root/tests/push/peers.sh"
peer=$(dirname "$XYSFEED")/tests/push/canary_peer
[ -x "$peer" ] || tap_need "$peer"

# began STATUS WHAT: nothing can follow when it did not.
began() {
	tap_report "$1" "$2"
	[ "$1" -eq 0 ] || tap_end
}

# hub NAME: its part of --push-status --json, as a Python expression of `h`.
hub() {
	xysfeed --push-status --json | "$python" -I -S -c 'import collections, json, sys
status = json.load(sys.stdin)
h = next((h for h in status["hubs"] if h["peer"] == "hub:" + sys.argv[1]), {})
c = collections.defaultdict(lambda: None, h.get("canary") or {})
print(eval(sys.argv[2]))' "$1" "$2"
}

is_so() {
	[ "$(hub "$1" "$2")" = True ]
}

names() { # whether the document names the hub
	grep -qF "rel=\"hub\" href=\"$farm/$1\"" public/main.atom ||
		grep -qF "href=\"$farm/$1\" rel=\"hub\"" public/main.atom
}

does_not_name() {
	! names "$1"
}

pings() { # of a hub, for a document
	lines "$farm" "hub=$1&event=ping&topic=$nginx_url/$2" | grep -c '"publish"'
}

start_peer_daemon() {
	: >log
	CANARY_PORT=$port "$peer" "$site/xysfeed.conf" 2>>log &
	pid=$!
	daemons+=("$pid")
	poll grep -q ' runs: ' log
}

nginx_missing && tap_skip 'canaries' 'nginx is missing' && tap_end
start_farm
began $? 'the farm starts'
mkdir -p "$tap_dir/canary/public"
start_nginx "$tap_dir/canary/public"
began $? 'a web server starts'
start_hub && real=$hub || real=''
unset -v hub

conf() { # CANARY DROP_DEAD
	site_new canary <<-END
		[daemon]
		settle = 100 ms
		sandbox = off
		log = stderr
		log_level = debug
		[push]
		debounce = 0 s
		canary = $1
		canary_after = 2
		canary_wait = 1 s
		drop_dead = $2
		[feed:main]
		formats = atom rss
		[hub:good]
		url = $farm/deliver
		rate = 60000
		[hub:mute]
		url = $farm/mute
		rate = 60000
		[hub:forge]
		url = $farm/forge
		rate = 60000
		[hub:shy]
		url = $farm/shy
		rate = 60000
		${real:+[hub:real]
		url = $real
		rate = 60000}
	END
	sed -i "s|^url = https://a.example/feeds/|url = $nginx_url/|" xysfeed.conf
}

conf yes yes
article first.md 2024-05-01
must_run
tap_like "$(xysfeed --push-status)" '^canary: no delivery can be proven without a listener' '--push-status: without a listener nothing can be proven'
tap_is "$(hub good 'status["canary"].split(" can ")[0]')" 'no delivery' 'in JSON, too'
start
await 'the daemon says so' grep -q 'canary: no delivery can be proven without a listener' log
finish TERM
tap_is "$(hub good 'h["canary"]')" None 'nothing is subscribed to'

read -r port < <(free_ports 1)
start_peer_daemon
began $? 'a daemon with a listener starts'
await 'a hub is subscribed to' is_so good 'c["subscribed_until"] is not None'
await 'and another' is_so mute 'c["subscribed_until"] is not None'
await 'and a third' is_so forge 'c["subscribed_until"] is not None'
tap_is "$(hub shy 'c["subscribed_until"], c["answer"]')" "(None, '202')" 'one that does not verify is not'
tap_is "$(hub good 'c["topic"]')" main.atom 'the topic is the first document'
line=$(lines "$farm" 'hub=deliver&event=verified' 1 | head -n 1)
tap_is "$(field topic <<<"$line") $(field lease <<<"$line")" "$nginx_url/main.atom 864000" 'for ten days'

write() { # the Nth article, until all hubs know it
	article "more$1.md" "2024-05-0$1"
	poll is_told "more$1"
}

is_told() {
	grep -q "$1" public/main.atom && is_so good 'all(not t["owed"] for t in h["topics"])' &&
		is_so mute 'all(not t["owed"] for t in h["topics"])'
}

tap_ok 'an article is told' write 2
await 'the good hub delivers' is_so good 'c["delivered"] is not None and c["unproven"] == 0'
took=$(hub good 'c["milliseconds"]')
tap_ok "ping to delivery: $took ms" test "$took" -ge 40 -a "$took" -lt 5000
await 'the mute one owes a delivery' is_so mute 'c["unproven"] == 1 and not c["dead"]'
await 'a wrong signature is no proof' grep -q 'hub:forge: what came for main.atom has not the right signature' log
if [ -n "$real" ]; then
	await 'a real hub delivers, too' is_so real 'c["delivered"] is not None'
	tap_note "@dwk/websub: $(hub real 'c["milliseconds"]') ms"
else
	tap_skip 'a real hub delivers, too' "$why"
fi
sleep 1.2
tap_ok 'a second article' write 3
await 'two in vain: the mute hub is dead' is_so mute 'c["dead"]'
await 'so is the forger' is_so forge 'c["dead"]'
tap_is "$(grep -c 'hub:mute accepted 2 pings' log)" 1 'which is said once'
tap_is "$(hub good 'c["dead"]')$(hub shy 'c["dead"], c["unproven"]')" 'False(False, 0)' 'neither the good one nor the one that never verified'
await 'documents do not name it' does_not_name mute
tap_ok 'but the good one' names deliver
before=$(pings mute main.rss)
tap_ok 'a third article' write 4
await 'the dead one is told of its document' is_so mute 'c["unproven"] >= 3'
tap_is "$(pings mute main.rss)" "$before" 'and of no other'
tap_like "$(xysfeed --push-status)" 'canary: dead, subscribed to main.atom until ' '--push-status: dead'

finish TERM
tap_is "$code" 0 'SIGTERM: exit 0'
must_run
tap_not 'a run without a daemon does not name it either' names mute
sums=$(cd public && sha256sum ./*.*)
must_run
same "$(cd public && sha256sum ./*.*)" "$sums" 'nor does it change anything'
curl -sS -d '{"hub": "mute", "behaviour": "deliver"}' "$farm/behave"
start_peer_daemon
tap_ok 'a fourth article' write 5
await 'it delivers: it lives' is_so mute 'not c["dead"] and c["delivered"] is not None'
tap_is "$(grep -c 'hub:mute delivered .*: it is no longer dead' log)" 1 'which is said once'
await 'documents name it again' names mute
await 'and it is told of all' is_so mute 'sorted(t["topic"] for t in h["topics"] if t["accepted_at"] and not t["owed"]) == ["main.atom", "main.rss"]'

finish TERM
start
await 'without a listener again' grep -q 'canary: no delivery can be proven' log
await 'what was known of deliveries is forgotten' is_so forge 'h["canary"] is None'
await 'and all are named' names forge
finish TERM
tap_end
