#!/bin/bash
# The peers of the push tests do what those rely on.
set -u
# shellcheck source=tests/tap.sh
. "${srcdir:-.}/tests/tap.sh"
tap_need python3 curl openssl
# shellcheck source=tests/push/peers.sh
. "${srcdir:-.}/tests/push/peers.sh"
trap 'exit 99' HUP INT TERM

topic='http://127.0.0.1:9/a?b=c&d=海'

# ping URL [OPTION...]: what came of it, as `HTTP-STATUS CURL-STATUS`.
ping() {
	curl -s -m 10 -o "$tap_dir/body" -w '%{http_code} %{exitcode}' -d hub.mode=publish \
		--data-urlencode "hub.url=$topic" --data-urlencode "hub.topic=$topic" "${@:2}" "$1"
}

behave() {
	curl -sS -d "$1" "$farm/behave"
}

# delivery LINE FILE: whether the same bytes came, what the signature is worth, the type.
delivery() {
	local line=$1 file
	file=$tap_dir/subscriber/$(field file <<<"$line")
	cmp "$file" "$2" >&2 || return
	echo "same $(field signature <<<"$line") $(field content_type <<<"$line")"
}

# began STATUS WHAT: nothing can follow when it did not.
began() {
	tap_report "$1" "$2"
	[ "$1" -eq 0 ] || tap_end
}

start_farm
began $? 'the farm starts'

# patience WANT: seconds; where curl is to give up, it has not got many.
patience() {
	case $1 in
	*' 28') echo 1 ;;
	*) echo 10 ;;
	esac
}

# Each hub as curl sees it.
while read -r hub want; do
	tap_is "$(ping "$farm/$hub" -m "$(patience "$want")")" "$want" "$hub"
done <<-END
	always204 204 0
	ok202 202 0
	ok200 200 0
	partial207 207 0
	topic_not_found 500 0
	topic_only 202 0
	url_only 204 0
	private 401 0
	bad400 400 0
	gone404 404 0
	gone410 410 0
	large413 413 0
	nonsense 404 0
	hang 000 28
	slow 000 28
	close 000 52
	reset 000 56
	reset_late 200 56
	garbage 000 1
	drip_body 200 28
	endless_headers 200 56
	endless_line 200 27
	endless_1xx 103 56
	short_body 200 18
	stuck_body 200 28
	long_body 200 0
END

# The others want more than one ping, or a certain one.
tap_is "$(ping "$farm/endless_body" -m 1 | cut -c 1-3)" 200 'endless_body'
tap_is "$(ping "$farm/private" -H 'Authorization: Bearer right')" '204 0' 'private, with its header'
refusal=$(curl -s -d hub.url=x -w ' %{http_code}' "$farm/topic_only")
tap_is "$refusal" 'MUST supply at least one hub.topic 400' 'topic_only, without'
refusal=$(curl -s -d hub.topic=x -w ' %{http_code}' "$farm/url_only")
tap_is "$refusal" 'MUST supply at least one hub.url 400' 'url_only, without'
for hub in redirect301 redirect302 redirect303 redirect307 redirect308 redirect_chain redirect_other; do
	tap_is "$(ping "$farm/$hub" -L --post301 --post302 --post303)" '204 0' "$hub, kept a POST"
done
for hub in redirect301 redirect302 redirect303; do
	tap_is "$(ping "$farm/$hub" -L) $(grep -c Welcome "$tap_dir/body")" '200 0 1' "$hub, become a GET"
done
tap_is "$(ping "$farm/redirect_loop" -L --max-redirs 5)" '308 47' 'redirect_loop'
tap_is "$(ping "$farm/redirect_file" -L)" '301 1' 'redirect_file'

answers=
for _ in 1 2 3; do
	answers+=" $(ping "$farm/busy503?times=2&retry_after=7" -D "$tap_dir/headers")"
	answers+=" $(sed -n 's/\r$//; s/^Retry-After: //p' "$tap_dir/headers")"
done
tap_is "$answers" ' 503 0 7 503 0 7 204 0 ' 'busy503, twice, then no more'
behave '{"hub": "always204/b", "behaviour": "busy429", "seconds": 0.3}'
answers=$(ping "$farm/always204/b")
sleep 0.3
tap_is "$answers $(ping "$farm/always204/b")" '429 0 204 0' 'told to be busy for a time'
for hub in busy_date huge_retry huge_retry_date; do
	ping "$farm/$hub" -D "$tap_dir/headers" >/dev/null
	tap_note "$hub $(grep Retry-After "$tap_dir/headers")"
done
year=$(date -u +%Y)
tap_like "$(cat "$tap_dir/headers")" "^Retry-After: .* ($((year + 9))|$((year + 10))) .* GMT" \
	'a date in ten years'

# Certificates.
ca=$(ready farm "['ca_file']")
while read -r name want; do
	url=$(ready farm "['https']['$name']")
	tap_is "$(ping "$url/always204" --cacert "$ca" -m "$(patience "$want")")" "$want" "TLS: $name"
done <<-END
	right 204 0
	self_signed 000 60
	expired 000 60
	wrong_host 000 60
	old 000 35
	silent 000 28
END
tap_is "$(ping "$(ready farm "['refused']")")" '000 7' 'a port where nobody listens'

# What was written down.
line=$(lines "$farm" 'hub=always204&event=ping&tls=None' 1)
for name in topic answer n; do
	field "$name" <<<"$line"
done >"$tap_dir/fields"
tap_is "$(paste -sd ' ' "$tap_dir/fields")" "$topic 204 1" 'a ping is in the log'
curl -sS -H 'Content-Type: application/json' -H 'X-Xysfeed-Signature: sha256=00' \
	-d '{"a": "海"}' "$farm/ok200/hook" >/dev/null
line=$(lines "$farm" 'hub=ok200/hook' 1)
tap_is "$(field body <<<"$line")" '{"a": "海"}' 'what is no form is kept whole'
tap_like "$(field headers <<<"$line")" "'x-xysfeed-signature': 'sha256=00'" 'with all headers'
line=$(lines "$farm" 'hub=hang&event=end' 1)
tap_like "$(field lasted <<<"$line")" '^(0\.9|[1-9])' 'how long somebody waited is in the log'
curl -sS -x "$farm" -d x=y http://hub.invalid/ok202/far >/dev/null
target=$(lines "$farm" hub=ok202/far 1 | field target)
tap_is "$target" http://hub.invalid/ok202/far 'taken for a proxy, it answers'
clients=()
for _ in 1 2 3; do
	ping "$farm/always204/slow?delay=1" >/dev/null &
	clients+=($!)
done
wait "${clients[@]}"
most=$(lines "$farm" hub=always204/slow 3 | field open | sort | tail -n 1)
tap_is "$most" 3 'three at once are counted'
count=$(lines "$farm" '' | wc -l)
tap_is "$(wc -l <"$tap_dir/farm/farm.jsonl")" "$count" 'the file has as many lines'

mkfifo "$tap_dir/fifo"
mkdir "$tap_dir/short"
"$python" "$push/farm.py" "$tap_dir/short" <"$tap_dir/fifo" >/dev/null &
short=$!
sleep 0.5 >"$tap_dir/fifo"
tap_ok 'it ends when its input is closed' wait_until test ! -e "/proc/$short/exe"

# With a web server, and a cache that is behind it for a moment.
mkdir "$tap_dir/public"
feed=$tap_dir/public/main.atom
echo '<feed>one</feed>' >"$feed"
nginx_keep=4s
if nginx_missing; then
	tap_skip 'a web server, a cache, a real hub' 'nginx is missing'
	tap_end
fi
start_nginx "$tap_dir/public" cached
began $? 'a web server starts'
type=$(curl -s -o "$tap_dir/body" -w '%{content_type}' "$nginx_url/main.atom")
tap_is "$type $(cat "$tap_dir/body")" 'application/atom+xml <feed>one</feed>' 'it serves a feed'
tap_ok 'and writes that down' grep -q 'GET /main.atom HTTP/1.1" 200' "$nginx_log"

topic=$cache_url/main.atom

# fetched COUNT: the status of so many fetches of the hub, the last of them.
fetched() {
	lines "$farm" "event=fetch&topic=$topic" "$1" | field status | tail -n 1
}

# held: the bytes that it has.
held() {
	curl -s "$farm/version?hub=lastmod&topic=$topic"
}

# shellcheck disable=SC2317 # called by wait_until
is_fresh() {
	curl -s "$topic" | grep -q other
}

ping "$farm/lastmod" >/dev/null
tap_is "$(fetched 1)" 200 'a hub fetches the topic'
echo '<feed>the other</feed>' >"$feed"
headers=$(curl -s -o "$tap_dir/body" -D - -H 'Cache-Control: no-cache' "$topic" | tr -d '\r')
tap_like "$headers" '^X-Cache: HIT$' 'a cache does not care for no-cache'
ping "$farm/lastmod" >/dev/null
tap_is "$(fetched 2)" 304 'a ping too early is answered by the cache'
tap_is "$(held)" '<feed>one</feed>' 'and that update is lost'
tap_ok 'the cache serves the new one in time' wait_until is_fresh
ping "$farm/lastmod" >/dev/null
tap_is "$(fetched 3)" 200 'a ping in time is answered with it'
tap_is "$(held)" '<feed>the other</feed>' 'and that is not lost'

# A subscriber at a real hub.
start_subscriber
began $? 'a subscriber starts'
if ! start_hub; then
	tap_skip 'a real hub' "$why"
	tap_end
fi
topic=$nginx_url/main.atom
tap_ok 'it subscribes' subscribe "$topic" 'a secret'
tap_is "$(ping "$hub")" '202 0' 'the hub takes a ping'
line=$(lines "$subscriber" event=delivered 1)
tap_is "$(delivery "$line" "$feed")" 'same right application/atom+xml' 'the feed is delivered, signed'
tap_is "$(field links <<<"$line")" "{'hub': '$hub', 'self': '$topic'}" 'with its links'
yes '<entry>海</entry>' | head -n 20000 >"$feed"
gzip -k "$feed"
ping "$hub" >/dev/null
line=$(lines "$subscriber" event=delivered 2 | tail -n 1)
tap_is "$(delivery "$line" "$feed")" 'same right application/atom+xml' 'a large one, that was compressed, too'
for header in '' 'X-Hub-Signature: sha256=00'; do
	curl -sS ${header:+-H "$header"} -d x "$subscriber/callback/a"
done
worth=$(lines "$subscriber" event=delivered 4 | tail -n 2 | field signature | paste -sd ' ')
tap_is "$worth" 'missing wrong' 'other signatures are judged'
tap_end
