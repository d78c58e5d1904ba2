#!/bin/bash
# A cache in front of the web server, which keeps each answer for 5 s: a hub that takes a
# 304 for done is told when the new bytes are served, and not before.
#
# The parts below are called by name.
# shellcheck disable=SC2119,SC2154,SC2317
set -u
# shellcheck source=tests/push/telling.sh
. "${srcdir:-.}/tests/push/telling.sh" || exit 99

! nginx_missing || tap_skip_all 'nginx is missing'
start_farm || tap_skip_all 'the farm does not start'
nginx_keep=5s
nginx_lines='add_header Cache-Control max-age=5;'

# site_cached NAME LIVE: a site behind a cache; $topic is its feed, $hub its hub.
site_cached() {
	hub=lastmod/$1
	site_told "$1" <<-END
		[feed:main]
		[hub:h]
		url = $farm/$hub
		[daemon]
		settle = 50 ms
	END
	push_key live "$2"
	mkdir -p public
	start_nginx public cached
	reconf "s,^url = https://a.example/feeds/,url = $cache_url/,"
	topic=$cache_url/main.atom
	article a.md 2024-05-01 'title: 甲'
}

# fetched COUNT: what the hub did when it was told.
fetched() {
	lines "$farm" "event=fetch&hub=$hub" "$1" "${2:-10}" | tail -n 1
}

# has WHAT: the version that the hub holds.
has() {
	local sum
	sum=$(curl -s "$farm/version?hub=$hub&topic=$topic" | sha256sum)
	tap_is "${sum%% *}" "$(sha256sum "$1" | cut -d ' ' -f 1)" "$2"
}

shows_in() {
	curl -s "$topic" | grep -qF "$1"
}

# --- told at once: the update is lost ---------------------------------------------

site_cached careless no
tap_ok 'careless: a run' xysfeed --once --strict
tap_is "$(fetched 1 | field status)" 200 'careless: the hub fetches'
cp public/main.atom first
article b.md 2024-05-02 'title: 乙'
tap_ok 'careless: another run' xysfeed --once --strict
tap_note "careless: the hub is told, and gets $(fetched 2 | field status)"
tap_is "$(fetched 2 | field changed)" False 'careless: the hub gets nothing new'
has first 'careless: it keeps the old version'
careless=$hub careless_topic=$topic careless_site=$site

# --- told when it is served ---------------------------------------------------------

site_cached careful yes
start
tap_is "$(fetched 1 | field status)" 200 'careful: the hub fetches'
has public/main.atom 'careful: what is published'
cp -p public/main.atom first
article b.md 2024-05-02 'title: 乙'
saved=$EPOCHREALTIME
await 'careful: another version' shows 乙
published=$(find public/main.atom -printf '%C@')
tap_not 'careful: which the cache does not serve' shows_in 乙
tap_is "$(fetched 2 20 | field status)" 200 'careful: the hub fetches it'
served=$(fetched 2 | field t)
has public/main.atom 'careful: what is published now'
tap_is "$(fetched 2 | field conditional)" True 'careful: though it asked whether it is new'
old=$(TZ=Asia/Shanghai date -r first +%H:%M)
sentence="$topic still serves the version of ([0-9-]+ )?$old; a cache in front may keep it 5 s"
tap_ok 'careful: the log says which version is served, and why' logged "$sentence"
tap_note "$(grep 'still serves' log)"
tap_is "$(grep -c 'still serves' log)" 1 'careful: once'
# shellcheck disable=SC2317 # called by poll
is_told() {
	[ "$(states h)" = accepted ]
}
poll is_told
tap_is "$(pings "$hub")" 2 'careful: two versions, two pings'
stage 'saved to published' "$saved" "$published"
stage 'published to live' "$published" "$(hub_of h "['topics'][0]['live']")"
stage 'live to ping accepted' "$(hub_of h "['topics'][0]['live']")" "$(hub_of h "['topics'][0]['accepted_at']")"
stage 'saved to fetched by the hub' "$saved" "$served"
tap_note "asked $(grep -c 'main.atom.*xysfeed/' "$cache_log") times"
ends_well TERM SIGTERM

# --- never served: told all the same, after a while ---------------------------------

site_cached never yes
push_key budget '8 s'
printf '[push]\nlive_timeout = 1 s\n' >>xysfeed.conf
reconf "s,^url = $cache_url/,&elsewhere/,"
tap_ok 'never served: a run' xysfeed --once --strict
tap_like "$tap_out" "^xysfeed: $cache_url/elsewhere/main.atom answers 404 instead of the feed\$" 'never served: what is wrong'
tap_like "$tap_out" 'main.atom is not served as it was published; the hub is told all the same$' 'never served: a warning'
tap_is "$(pings "$hub")" 1 'never served: the hub is told'

# --- and the careless one never finds out --------------------------------------------

site=$careless_site hub=$careless topic=$careless_topic
cd "$site" || exit 99
tap_ok 'careless: by now the new version is served' poll shows_in 乙
tap_ok 'careless: a run after that' xysfeed --once --strict
tap_is "$(pings "$hub")" 2 'careless: tells nobody'
has first 'careless: the update is lost'
tap_end
