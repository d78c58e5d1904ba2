#!/bin/bash
# From an article that is saved to the bytes at a subscriber: a web server, a real hub and
# a subscriber, with the daemon and from cron.
#
# shellcheck disable=SC2119,SC2154 # what the others have
set -u
# shellcheck source=tests/push/telling.sh
. "${srcdir:-.}/tests/push/telling.sh" || exit 99

! nginx_missing || tap_skip_all 'nginx is missing'
start_hub || tap_skip_all "$why"
start_subscriber || tap_skip_all 'the subscriber does not start'

# site_served NAME: a site in three formats, its web server and its subscriptions.
site_served() {
	site_told "$1" <<-END
		[feed:main]
		formats = atom rss json
		[hub:real]
		url = $hub
		[daemon]
		settle = 50 ms
	END
	push_key live yes
	mkdir -p public
	start_nginx public
	reconf "s,^url = https://a.example/feeds/,url = $nginx_url/,"
	article a.md 2024-05-01 'title: 甲'
	for format in atom rss json; do
		subscribe "$nginx_url/main.$format" "secret of $format" "name=$1-$format" >/dev/null
	done
}

# delivered NAME COUNT: the last line about it.
delivered() {
	lines "$subscriber" "event=delivered&name=$1" "$2" | tail -n 1
}

# arrives NAME COUNT: so many versions were delivered of each, the last as it is published.
arrives() {
	local format line type
	while read -r format type; do
		line=$(delivered "$1-$format" "$2")
		tap_is "$(field sha256 <<<"$line")" "$(sha256sum "public/main.$format" | cut -d ' ' -f 1)" \
			"$1, delivery $2: main.$format, byte for byte"
		tap_is "$(field signature <<<"$line") $(field content_type <<<"$line")" "right $type" \
			'signed, of the right type'
		tap_is "$(field links <<<"$line")" "{'hub': '$hub', 'self': '$nginx_url/main.$format'}" \
			'by this hub, of this address'
	done <<-END
		atom application/atom+xml
		rss application/rss+xml
		json application/feed+json
	END
}

# saved: when the article was; the next one is put down.
save() {
	article "$@"
	saved=$EPOCHREALTIME
}

# shellcheck disable=SC2317 # called by poll
is_told() {
	[ "$(states real)" = accepted ]
}

# stages NAME COUNT: of main.atom.
stages() {
	local published live accepted came
	published=$(find public/main.atom -printf '%C@')
	live=$(hub_of real "['topics'][0]['live']")
	accepted=$(hub_of real "['topics'][0]['accepted_at']")
	came=$(delivered "$1-atom" "$2" | field t)
	tap_note "$1, $(hub_of real "['topics'][0]['topic']"):"
	stage '  saved to published' "$saved" "$published"
	stage '  published to live' "$published" "$live"
	stage '  live to ping accepted' "$live" "$accepted"
	stage '  ping accepted to delivered' "$accepted" "$came"
	stage '  all' "$saved" "$came"
	tap_is "$("$python" -I -S -c "print($saved < $published < $live + .01 <= $accepted + .02 and $live < $came)")" \
		True 'one after the other'
}

# asked_first: our own look at the new version was there before the hub's.
asked_first() {
	tap_like "$(grep 'GET /main.atom' "$nginx_log" | head -n 1)" 'xysfeed/' "$1: the address was asked before the hub did"
}

site_served daemon
start
arrives daemon 1
asked_first daemon
poll is_told
save b.md 2024-05-02 'title: 乙'
arrives daemon 2
poll is_told
stages daemon 2
tap_ok 'it has the article' grep -q 乙 "$tap_dir/subscriber/$(delivered daemon-atom 2 | field file)"
rm articles/b.md
arrives daemon 3
tap_not 'it has it no more' grep -q 乙 "$tap_dir/subscriber/$(delivered daemon-atom 3 | field file)"
ends_well TERM SIGTERM
tap_is "$(states real)" accepted 'all is noted'

site_served cron
tap_ok 'cron: a run' xysfeed --once --strict
arrives cron 1
asked_first cron
save b.md 2024-05-02 'title: 乙'
tap_ok 'cron: another' xysfeed --once --strict
tap_like "$tap_out" '^hubs: 3 pings accepted, 0 to be sent, 0 refused$' 'cron: it says so'
arrives cron 2
stages cron 2
tap_ok 'cron: nothing new' xysfeed --once --strict
sleep 0.3
tap_is "$(lines "$subscriber" event=delivered | grep -c '"name": "cron-')" 6 'cron: nothing more was delivered'
tap_end
