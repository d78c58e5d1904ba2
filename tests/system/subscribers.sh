#!/bin/bash
# --subscribers: the logs of a web server, told by feed of the seeds.
#
# The parts below are called by name.
# shellcheck disable=SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/site.sh
. "${srcdir:-.}/tests/system/site.sh" || exit 99

cd "$tap_dir" || exit 99

feedly() { # COUNT
	printf 'Feedly/1.0 (+http://www.feedly.com/fetcher.html; %d subscribers; like FeedFetcher-Google)' "$1"
}

# asked DAY ADDRESS TARGET STATUS BYTES AGENT: a line of the log.
asked() {
	printf '%s - - [%s/Mar/2024:10:00:00 +0800] "GET %s HTTP/1.1" %s %s "-" "%s"\n' \
		"$2" "$1" "$3" "$4" "$5" "$6"
}

subscribers() {
	"$XYSFEED" -c "$root/conf/xysfeed.conf" --subscribers "$@"
}

# row FEED: its line of the table that was printed last, with single spaces.
row() {
	grep -F "  $1" <<<"$tap_out" | grep -E "  $1\$" | tr -s ' ' | sed 's/^ //'
}

# Was the program built with zlib?
has_gzip() {
	echo | gzip >empty.gz
	subscribers empty.gz >/dev/null 2>&1
	local code=$?
	rm empty.gz
	return "$code"
}

life='/feeds/tag/%E7%94%9F%E6%B4%BB.atom'

# Two days in one log, the next ones in another, compressed.
write_logs() {
	{
		# Feedly from two addresses; the newest number counts.
		asked 01 192.0.2.1 /feeds/main.atom 200 5000 "$(feedly 25)"
		asked 01 192.0.2.2 /feeds/main.atom 304 0 "$(feedly 27)"
		asked 02 192.0.2.1 /feeds/main.atom 304 0 "$(feedly 26)"
		# Two ids of Feedbin are two readerships.
		asked 01 192.0.2.3 /feeds/main.atom 200 5000 'Feedbin feed-id:17 - 5 subscribers'
		asked 01 192.0.2.3 /feeds/main.atom 200 5000 'Feedbin feed-id:18 - 3 subscribers'
		# Somebody who never asks whether anything changed, over both logs.
		asked 01 2001:db8::7 /feeds/main.atom 200 5000 'curl/8.0 \"weekly\" \x22job\x22'
		asked 02 2001:db8::7 /feeds/main.atom 200 5000 'curl/8.0 \"weekly\" \x22job\x22'
		# The sibling, a query, the whole address: the same document.
		asked 01 192.0.2.4 /feeds/main.atom.gz 200 900 Miniflux/2.1
		asked 01 192.0.2.5 '/feeds/main.atom?utm=1' 200 5000 Miniflux/2.1
		asked 01 192.0.2.6 https://xys.example/feeds/main.atom 200 5000 Miniflux/2.1
		# What is no poll.
		asked 02 192.0.2.4 /feeds/main.atom 206 100 Miniflux/2.1
		asked 02 192.0.2.4 /feeds/main.atom 301 100 Miniflux/2.1
		asked 02 192.0.2.4 /feeds/main.atom 404 100 Miniflux/2.1
		asked 02 192.0.2.4 /feeds/main.atom 410 100 Miniflux/2.1
		printf '192.0.2.4 - - [02/Mar/2024:10:00:00 +0800] "HEAD /feeds/main.atom HTTP/1.1" 200 0 "-" "x"\n'
		# What is no feed: a page, an archive document, a tag that is not there,
		# a format that is not made, another folder, a stray percent sign, TLS.
		asked 01 192.0.2.7 /2024/02/28/x.html 200 9000 Mozilla/5.0
		asked 01 192.0.2.7 /feeds/main/archive-1.atom 200 9000 Mozilla/5.0
		asked 01 192.0.2.7 /feeds/tag/wp-login.atom 404 10 Mozilla/5.0
		asked 01 192.0.2.7 /feeds/main.php 200 10 Mozilla/5.0
		asked 01 192.0.2.7 /main.atom 200 10 Mozilla/5.0
		asked 01 192.0.2.7 /feeds/main%2eatom%zz% 200 10 Mozilla/5.0
		printf '192.0.2.8 - - [01/Mar/2024:10:00:00 +0800] "\\x16\\x03\\x01" 400 157 "-" "-"\n'
		# What is no line of a log.
		echo
		echo 'nginx: worker process exited'
		printf '192.0.2.8 - - [01/Mar/2024:10:00:00 +0800] "GET /feeds/main.atom HTTP/1.1" 200 157\n'
	} >access.log.1
	{
		asked 03 2001:db8::7 /feeds/main.atom 200 5000 'curl/8.0 \"weekly\" \x22job\x22'
		# Hubs.
		asked 03 192.0.2.9 /feeds/main.atom 200 5100 'FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)'
		asked 04 192.0.2.9 /feeds/main.atom 304 0 'FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)'
		asked 03 192.0.2.10 /feeds/main.atom 200 5100 'Superfeedr bot/2.0 http://superfeedr.com - feed-id:12'
		# A tag, however its name is written.
		asked 04 192.0.2.11 "$life" 200 700 'Mozilla/5.0 (compatible; theoldreader.com; 4 subscribers; feed-id=5f)'
		asked 04 192.0.2.12 '/feeds/tag/\xE7\x94\x9F\xE6\xB4\xBB.atom' 200 700 Liferea/1.15
		asked 04 192.0.2.13 '/feeds/tag/生活.atom' 304 0 Liferea/1.15
	} >access.log
}

table() {
	write_logs
	local want='34 10 11 3 21% 5 1 10000 3 2024-03-04T10:00:00+08:00 main.atom'
	tap_ok 'two logs' subscribers access.log.1 access.log
	tap_is "$(row main.atom)" "$want" 'the main feed, with every number'
	tap_is "$(row tag/生活.atom)" '4 3 2 1 33% 0 0 0 0 - tag/生活.atom' 'the feed of a tag'
	tap_is "$(grep -c '\.atom$' <<<"$tap_out")" 2 'nothing else is a feed'
	tap_like "$tap_out" '^other requests: 7$' 'the rest are one number'
	tap_like "$tap_out" 'not in the combined format: 3$' 'broken lines are counted'
	tap_like "$tap_out" '^lines: 32, from 2024-03-01T10:00:00\+08:00 to 2024-03-04T10:00:00\+08:00$' 'lines and days'
	local plain=$tap_out
	tap_ok 'the newer log first' subscribers access.log access.log.1
	tap_is "$tap_out" "$plain" 'makes no difference'
	tap_ok 'from standard input' bash -c 'cat access.log.1 access.log | "$@"' - \
		"$XYSFEED" -c "$root/conf/xysfeed.conf" --subscribers -
	tap_is "$tap_out" "$plain" 'they say the same'
	if has_gzip; then
		gzip -n access.log.1
		tap_ok 'one of them compressed' subscribers access.log access.log.1.gz
		tap_is "$tap_out" "$plain" 'it says the same'
	else
		tap_skip 'one of them compressed' 'built without zlib'
	fi
	tap_ok 'with --verbose' subscribers access.log access.log.1* --verbose
	tap_like "$tap_out" '^ +26  Feedly$' 'an aggregator and its newest number'
	tap_like "$tap_out" '^ +3  Feedbin, feed id 18$' 'one with its feed id'
	tap_is "$(printf '%s ' *)" "$(printf '%s ' access.log access.log.1*)" 'nothing is written'
}

json() {
	write_logs
	tap_ok 'with --json' subscribers --json access.log access.log.1
	field() {
		tap_is "$("$python" -I -S -c "import json, sys; d = json.load(sys.stdin); print($1)" <<<"$tap_out")" "$2" "$3"
	}
	field '[d[k] for k in ("lines", "broken", "other_requests", "beyond", "from", "to")]' \
		'[32, 3, 7, 0, 1709258400, 1709517600]' 'the whole'
	field '[list(f.values())[:10] for f in d["feeds"]]' \
		"[['main.atom', 34, 10, 11, 3, 5, 1, 10000, 3, 1709517600], ['tag/生活.atom', 4, 3, 2, 1, 0, 0, 0, 0, None]]" \
		'each feed'
	field '[(c["program"], c["feed_id"], c["subscribers"], c["hub"]) for f in d["feeds"] for c in f["claims"]]' \
		"[('Feedly', None, 26, False), ('Feedbin', '17', 5, False), ('Feedbin', '18', 3, False), ('theoldreader.com', '5f', 4, False)]" \
		'each claim'
}

wrong() {
	write_logs
	tap_exit 2 'without a log' subscribers
	tap_exit 2 'with another action' subscribers access.log --status
	tap_exit 1 'a log that is not there' subscribers nowhere.log access.log
	tap_like "$tap_out" 'nowhere\.log: cannot open: No such file' 'is named'
	tap_is "$(row tag/生活.atom)" '4 3 2 1 33% 0 0 0 0 - tag/生活.atom' 'the others are told'
	tap_exit 1 'a folder' subscribers .
	tap_ok 'an empty log' subscribers /dev/null
	tap_is "$tap_out" 'other requests: 0' 'says nothing'
	{ head -c 3000000 /dev/urandom; echo; cat access.log.1 access.log; } >noise.log
	tap_ok 'after three megabytes of noise' subscribers noise.log
	tap_is "$(row main.atom | cut -d ' ' -f 1-9)" '34 10 11 3 21% 5 1 10000 3' 'the lines behind it are read'
	gzip -nc noise.log | head -c 100000 >cut.gz
	tap_exit 1 'a compressed log that is cut short' subscribers cut.gz access.log
	tap_like "$tap_out" 'cut\.gz: .*(cut short|without zlib)' 'is named'
	tap_is "$(row tag/生活.atom)" '4 3 2 1 33% 0 0 0 0 - tag/生活.atom' 'the others are told'
	asked 01 192.0.2.1 "$(printf '/feeds/tag/%%1b%%0a%%5b2J.atom')" 200 5 'x\x1b[2J 3 subscribers' >escape.log
	tap_ok 'control characters' subscribers -v escape.log
	tap_is "$(tr -d '\n' <<<"$tap_out" | LC_ALL=C tr -dc '\000-\037')" '' 'do not reach the terminal'
	asked 01 192.0.2.1 "/feeds/tag/$(printf 'x%.0s' {1..300}).atom" 200 5 x >name.log
	tap_ok 'a name that no file has' subscribers name.log
	tap_like "$tap_out" '^other requests: 1$' 'is no feed'
	local i
	for ((i = 0; i < 30; i++)); do
		asked 01 192.0.2.1 "/feeds/tag/t$i.atom" 200 5 x
	done >many.log
	tap_ok 'many feeds' subscribers many.log
	tap_is "$(grep -c '\.atom$' <<<"$tap_out")" 20 'twenty are shown'
	tap_like "$tap_out" '^\.\.\. and 10 more, with --verbose' 'and how many there are'
	tap_ok 'with --verbose' subscribers -v many.log
	tap_is "$(grep -c '\.atom$' <<<"$tap_out")" 30 'all'
}

[ $# -gt 0 ] || set -- table json wrong
for part; do
	mkdir "$tap_dir/$part" && cd "$tap_dir/$part" || exit 99
	"$part"
done
tap_end
