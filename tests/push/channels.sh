#!/bin/bash
# Hooks, search engines and rssCloud servers are told what changed, once, whatever fails in
# between; by a call from cron and by the daemon in its sandbox.
set -u
# shellcheck source=tests/system/resident.sh
. "${srcdir:-.}/tests/system/resident.sh"
tap_need python3 curl openssl
# shellcheck source=tests/push/peers.sh
. "${srcdir:-.}/tests/push/peers.sh"
trap 'exit 99' HUP INT TERM

start_farm || tap_bail 'no farm'

# channels NAME: a site that tells all of them at once.
channels() {
	site_new "$1" <<-END
		[push]
		live = no
		debounce = 0
		budget = 1 s
		[feed:main]
		[feed:tag]
		for_each = tag
		[hook:web]
		url = $farm/ok200/hook/$1
		feeds = main
		secret = s3cret
		header = X-Archive: xys
		[hook:tags]
		url = $farm/ok200/tags/$1
		feeds = tag
		[hook:run]
		command = ./take a 'b
		feeds = main
		when = published
		timeout = 2 s
		[indexnow]
		key = 0123456789abcdef
		endpoint = $farm/ok202/indexnow/$1
		[cloud:c]
		url = $farm/ok200/cloud/$1
		feeds = main
	END
	cat >take <<-'END'
		#!/bin/sh
		here=$(dirname "$0")
		[ ! -e "$here/hang" ] || exec sleep 60
		printf '%s\n' "$*" "$XYSFEED_FEED" "$XYSFEED_HOOK" "$(env | cut -d = -f 1 | sort | tr '\n' ' ')" "$PWD" >"$here/how"
		cat >>"$here/got"
		printf 'taken\n\033[31mred\n'
		exit "$(cat "$here/code" 2>/dev/null || echo 0)"
	END
	chmod +x take
}

# told NAME [COUNT]: the bodies that /ok200/NAME or the like got, one on a line.
told() {
	lines "$farm" "hub=$1&event=ping" "${2:-0}" | field body | grep .
}

# what EXPRESSION: of the last of the JSON lines on standard input, as d.
what() {
	tail -n 1 | "$python" -I -S -c "import json, sys; d = json.load(sys.stdin); print($1)" 2>&1
}

# news: the titles that are new, changed, gone in the last one.
news="'|'.join(','.join(e['title'] for e in d[k]) for k in ('new', 'changed', 'gone'))"

# --- from cron -----------------------------------------------------------------

channels cron
article a.md 2024-05-01 'title: A' 'tags: [x]'
must_run
tap_is "$(told ok200/hook/cron; told ok202/indexnow/cron; cat got 2>/dev/null)" '' 'of what was there before nobody is told'
tap_is "$(lines "$farm" 'hub=ok200/cloud/cron&event=ping' | field params)" \
	"{'url': ['https://a.example/feeds/main.rss']}" 'but the rssCloud server of the document, as a hub is'
tap_is "$(cat public/0123456789abcdef.txt)" 0123456789abcdef 'the key is published'
tap_like "$(cat public/main.rss)" \
	'<cloud domain="127.0.0.1" port="[0-9]+" path="/pleaseNotify" registerProcedure="" protocol="http-post"/>' \
	'RSS names the rssCloud server'
! grep -q '<cloud' public/tag/x.rss public/main.atom
tap_report $? 'where it is told of, and there alone'

later 1
article b.md 2024-05-02 'title: B' 'tags: [x, y]'
must_run
tap_is "$(told ok200/hook/cron | what "$news")" 'B||' 'a hook is told of a new entry'
tap_like "$said" '^hooks, search engines and clouds: 6 calls accepted, 0 to be sent, 0 refused$' 'the report says who accepted'
tap_is "$(told ok200/hook/cron | what "d['feed']['name'], d['feed']['key'], d['feed']['title'], d['feed']['home'], d['feed']['url']['atom'], d['publication']")" \
	'main main 海边的档案 https://a.example/ https://a.example/feeds/main.atom 1' 'and of its feed'
tap_is "$(told ok200/hook/cron | what "sorted(d['new'][0]), d['new'][0]['url'], d['new'][0]['published'], d['new'][0]['tags']")" \
	"['id', 'published', 'tags', 'title', 'updated', 'url'] https://a.example/2024/05/02/b.html 2024-05-02T00:00:00+08:00 ['x', 'y']" \
	'with all that a message needs'
signature=$(lines "$farm" 'hub=ok200/hook/cron&event=ping' | field headers | tail -n 1)
want=$(told ok200/hook/cron | tail -n 1 | openssl dgst -sha256 -hmac s3cret | sed 's/.* //')
tap_like "$signature" "'x-xysfeed-signature': 'sha256=$want'" 'what is sent is signed'
tap_like "$signature" "'x-archive': 'xys'" 'and bears the headers that were asked for'
tap_is "$(told ok200/tags/cron | grep -c .)" 2 'a hook for feeds of terms is told of each that changed'
tap_is "$(<how)" "a 'b
main
run
HOME LANG PATH PWD XYSFEED_FEED XYSFEED_HOOK 
/" 'a command gets its words, and an environment of its own'
tap_is "$(what "$news" <got)" 'B||' 'and the same news'
tap_is "$(told ok202/indexnow/cron | what "d")" \
	"{'host': 'a.example', 'key': '0123456789abcdef', 'keyLocation': 'https://a.example/feeds/0123456789abcdef.txt', 'urlList': ['https://a.example/2024/05/02/b.html']}" \
	'search engines are told of its address alone'

later 1
reconf 's/^title = .*/title = 山中的档案/'
must_run
tap_is "$(told ok200/hook/cron | grep -c .),$(wc -l <got),$(told ok202/indexnow/cron | grep -c .)" 1,1,1 \
	'of documents that are built anew nobody is told'

later 1
body='另一段文字。' article a.md 2024-05-01 'title: A2' 'tags: [x]'
rm articles/b.md
must_run
tap_is "$(told ok200/hook/cron | what "$news")" '|A2|B' 'what changed and what is gone'
tap_is "$(told ok202/indexnow/cron | what "d['urlList']")" \
	"['https://a.example/2024/05/01/a.html', 'https://a.example/2024/05/02/b.html']" 'to search engines it is the same'
tap_is "$(told ok200/hook/cron | grep -c .),$(wc -l <got),$(told ok202/indexnow/cron | grep -c .)" 2,2,2 \
	'once for each publication'

# fail_all, mend_all: what /ok200/hook/cron and the command do from now on.
fail_all() {
	echo 3 >code
	curl -sS -d '{"hub": "ok200/hook/cron", "behaviour": "busy500", "times": 1000}' "$farm/behave"
}
mend_all() {
	rm code
	curl -sS -d '{"hub": "ok200/hook/cron", "behaviour": "ok200"}' "$farm/behave"
}
later 1
fail_all
article c.md 2024-05-03 'title: C' 'tags: [x]'
article d.md 2024-05-04 'title: D' 'tags: [y]'
run -v
tap_like "$said" 'hook:run, main.atom: to be tried again \(exit 3: taken\)' 'a command that fails is to be tried again'
tap_like "$said" 'hook:run: \?\[31mred' 'what it says is told, fit for a terminal'
tap_like "$said" 'hook:web, main.atom: to be tried again' 'and so is an address that does not answer well'
later 1
mend_all
rm articles/c.md
article e.md 2024-05-05 'title: E'
must_run
tap_is "$(told ok200/hook/cron | what "$news"),$(what "$news" <got)" 'D,E||,D,E||' \
	'then of all that came in between, but for what is gone again'
tap_like "$(xysfeed --push-status)" 'hook:web .*ok200/hook/cron' '--push-status has them'

# More than one request may hold.
channels many
sed -i '/^\[hook:tags\]/,/^feeds/d; s/^feeds = main$//' xysfeed.conf
article a.md 2024-05-01 'title: A'
must_run
batch more 1100 2020-01-01 'title: M'
must_run --allow-flood
tap_is "$(told ok200/hook/many | what "len(d['new']), d.get('more')")" '1000 True' 'a hook gets a thousand, and that there are more'
tap_is "$(told ok202/indexnow/many | what "len(d['urlList'])")" 1100 'search engines get all'

# Only who asked for it is told before the public address serves the change.
channels gate
article a.md 2024-05-01 'title: A'
must_run
reconf 's/^live = no/live = yes/'
article b.md 2024-05-02 'title: B'
must_run
tap_is "$(what "$news" <got),$(told ok200/hook/gate)" 'B||,' 'a hook waits until it is served, unless it is not to'
must_run -D push.live=no
tap_is "$(told ok200/hook/gate | what "$news")" 'B||' 'and is told then'

# was_told TITLE: the command.
was_told() {
	grep -q "\"title\":\"$1\"" got 2>/dev/null
}

# --- the daemon ----------------------------------------------------------------

channels daemon
article a.md 2024-05-01 'title: A'
start
tap_is "$(is_alive && echo yes)" yes 'the daemon runs'
await 'and publishes' is_idle
article b.md 2024-05-02 'title: B'
await 'from within its sandbox a command is told' was_told B
tap_is "$(what "$news" <got)" 'B||' 'of what is new'
tap_is "$(told ok200/hook/daemon 1 | what "$news")" 'B||' 'and an address'
tap_is "$(told ok202/indexnow/daemon 1 | what "len(d['urlList'])")" 1 'and search engines'
await 'it says what the command said' logged 'hook:run: taken'

reconf 's,^command = ./take a,command = ./take c,'
run_of() { code=0 && said=$(xysfeed "$@" 2>&1) || code=$?; }
run_of --reload
tap_like "$said" '\[hook:NAME\] command: cannot change while the daemon runs' 'another command needs a restart'
reconf 's,^command = ./take c,command = ./take a,; s/^timeout = 2 s/timeout = 1 s/'
run_of --reload
tap_is "$code" 0 'another timeout does not'
: >hang
article c.md 2024-05-03 'title: C'
await 'a command that hangs is ended' logged 'hook:run, main.atom: to be tried again \(took too long\)'
rm hang
article d.md 2024-05-04 'title: D'
await 'and told again with the next change' was_told D
tap_is "$(grep -c '"title":"B"' got),$(grep -c '"title":"C"' got),$(grep -c '"title":"D"' got)" 1,1,1 'of both, and nothing twice'
reconf 's/^timeout = 1 s/timeout = 1 min/'
run_of --reload
: >hang
article e.md 2024-05-05 'title: E'
hangs() { pgrep -P "$(pgrep -P "$pid" -f xysfeed)" >/dev/null; }
await 'one is under way' hangs
runner=$(pgrep -P "$pid")
ends_well TERM 'the daemon'
gone() { ! kill -0 "$runner" 2>/dev/null; }
await 'and who starts its commands ends with it' gone
rm hang
: >got
start
await 'what was interrupted is told of at the next start' was_told E
ends_well TERM 'the daemon, again'
tap_end
