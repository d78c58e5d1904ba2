#!/bin/bash
# What the daemon serves: every header line, who gets what under which condition, what
# nobody gets, and how it bears those who do not behave.
#
# The parts below are called by name.
# shellcheck disable=SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/resident.sh
. "${srcdir:-.}/tests/system/resident.sh" || exit 99
tap_need curl
"$XYSFEED" --version >/dev/null || exit 99

# serve_new NAME [LINE...]: a site that serves, with these lines in [serve].
serve_new() {
	local name=$1
	shift
	{
		cat <<-'END'
			[daemon]
			settle = 100 ms
			[serve]
			listen = 127.0.0.1:0 unix:http.sock
		END
		printf '%s\n' "$@"
		cat <<-'END'
			[feed:main]
			archive = yes
			min_entries = 5
			min_hours = 0
			[feed:tags]
			for_each = tag
			path = tag/:term
			[limits]
			archive_entries = 3
			tombstone_days = 0
		END
	} >"$tap_dir/more"
	site_new "$name" <"$tap_dir/more"
	# A Unix socket has a whole path, and a port has to be looked up.
	reconf "s,unix:http.sock,unix:$site/http.sock,; s,^url = https://a.example/feeds/,&\nprecompress = br gz,"
}

reconf() {
	sed -i "$1" "$site/xysfeed.conf"
}

# serve: start the daemon and learn its port.
serve() {
	start "$@"
	poll is_idle
	port=$(sed -n 's/.*serves feeds on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$site/log" | tail -n 1)
	url=http://127.0.0.1:$port/feeds
}

# ask [OPTION...] PATH: the status; header lines are in $site/head, the body in $site/body.
ask() {
	local path=${*: -1}
	rm -f "$site/head" "$site/body"
	curl -s -m 10 --path-as-is -D "$site/head" -o "$site/body" -w '%{http_code}' \
		"${@:1:$#-1}" "$url/$path"
}

# head_of NAME: of the last answer.
head_of() {
	sed -n "s/^$1: \(.*\)\r\$/\1/Ip" "$site/head"
}

# raw TEXT: sent as it is; what comes back. The other end has to close.
raw() {
	"$python" -I -S -c 'import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
s.sendall(sys.argv[2].encode("latin-1").decode("unicode_escape").encode("latin-1"))
out = b""
try:
    while (b := s.recv(65536)):
        out += b
except OSError:
    pass
sys.stdout.buffer.write(out)' "$port" "$1"
}

articles() {
	local i
	for i in 1 2 3 4 5 6 7; do
		article "$i.md" "2024-05-0$i" "title: 第$i篇" "tags: [海]"
	done
}

# --- answers --------------------------------------------------------------------

lines() {
	serve_new lines 'redirects = news=main' 'timeout = 2 s'
	articles
	serve
	tap_is "$(ask main.atom)" 200 'a feed'
	tap_ok 'is what was published' cmp body public/main.atom
	tap_is "$(head_of content-type)" 'application/atom+xml; charset=utf-8' 'its type'
	tap_like "$(head_of etag)" '^"[0-9a-f]+-[0-9a-f]+"$' 'its tag is strong'
	tap_is "$(date -u -d "$(head_of last-modified)" +%s)" "$(stat -c %Y public/main.atom)" 'its date'
	tap_is "$(head_of vary)" 'Accept-Encoding, Sec-Fetch-Dest' 'caches know what it depends on'
	tap_like "$(head_of cache-control)" '^public, max-age=[0-9]+, must-revalidate$' 'how long it may be kept'
	tap_is "$(head_of x-content-type-options),$(head_of accept-ranges)" 'nosniff,bytes' 'the rest'
	tap_is "$(head_of content-length)" "$(stat -c %s public/main.atom)" 'its length'
	tap_like "$(head_of link)" \
		'^<https://a.example/feeds/main.atom>; rel="self", <https://a.example/feeds/main.rss>; rel="alternate"; type="application/rss\+xml", ' \
		'its links'
	tap_is "$(ask -H 'Sec-Fetch-Dest: document' main.atom) $(head_of content-type)" \
		'200 application/xml; charset=utf-8' 'a feed in a browser, which shows it by its style sheet'
	tap_is "$(ask main.json) $(head_of content-type)" '200 application/feed+json' 'JSON Feed'
	tap_is "$(ask main/archive-1.atom) $(head_of cache-control)$(head_of link)" \
		'200 public, max-age=31536000, s-maxage=3600, immutable' 'a closed archive document'
	tap_is "$(ask main/archive-2.atom) $(head_of cache-control)" '200 public, max-age=31536000, s-maxage=3600, immutable' 'another'
	tap_is "$(ask main/archive-3.atom) $(head_of cache-control)" '200 public, max-age=3600' 'the open one'
	tap_is "$(ask autodiscovery.html) $(head_of content-security-policy | cut -d\; -f1)" "200 default-src 'none'" 'a page'
	tap_is "$(ask tag/%E6%B5%B7.atom)" 200 'a name that is not ASCII'
	tap_is "$(ask news.rss) $(head_of location)" '301 /feeds/main.rss' 'what has moved'
	tap_is "$(ask ../feeds/main.atom?x=y)" 404 'a dot segment'
	tap_is "$(ask 'main.atom?x=y')" 200 'a query'

	local get head
	for get in main.atom tag/ nothing.atom news.atom; do
		ask "$get" >/dev/null
		head=$(grep -v '^Date' head)
		curl -s -m 10 -I "$url/$get" >head2
		tap_is "$(grep -v '^Date' head2)" "$head" "HEAD is GET without body: $get"
	done
	tap_is "$(curl -s -m 10 --unix-socket http.sock -o /dev/null -w '%{http_code}' http://x/feeds/main.atom)" 200 'a Unix socket'
	tap_is "$(stat -c %a http.sock)" 666 'for everybody who may enter its folder'
}

conditions() {
	ask main.atom >/dev/null
	local tag date br_tag
	tag=$(head_of etag) date=$(head_of last-modified)
	tap_is "$(ask -H "If-None-Match: $tag" main.atom)" 304 'the same: not again'
	tap_is "$(head_of etag),$(head_of vary),$(cat body 2>/dev/null)" "$tag,Accept-Encoding, Sec-Fetch-Dest," 'and what that says'
	tap_is "$(ask -H "If-None-Match: W/$tag" main.atom)" 304 'a weak tag'
	tap_is "$(ask -H "If-None-Match: \"x\", $tag" main.atom)" 304 'a list'
	tap_is "$(ask -H 'If-None-Match: "x"' -H "If-None-Match: $tag" main.atom)" 304 'two lines'
	tap_is "$(ask -H 'If-None-Match: *' main.atom)" 304 'anything'
	tap_is "$(ask -H 'If-None-Match: "x"' -H "If-Modified-Since: $date" main.atom)" 200 'the tag counts, not the date'
	tap_is "$(ask -H "If-Modified-Since: $date" main.atom)" 304 'a date'
	tap_is "$(ask -H 'If-Modified-Since: Mon, 01 Jan 1990 00:00:00 GMT' main.atom)" 200 'an old date'
	tap_is "$(ask -H 'If-Modified-Since: tomorrow' main.atom)" 200 'no date'
	tap_is "$(ask -H 'Accept-Encoding: gzip, br' main.atom) $(head_of content-encoding)" '200 br' 'the smallest encoding'
	br_tag=$(head_of etag)
	tap_ok 'is the copy that was published' cmp body public/main.atom.br
	tap_is "$(head_of content-type)" 'application/atom+xml; charset=utf-8' 'of the same type'
	tap_unlike "$br_tag" "^$tag\$" 'with a tag of its own'
	tap_is "$(ask -H 'Accept-Encoding: br' -H "If-None-Match: $tag" main.atom)" 200 'the tag of another encoding'
	tap_is "$(ask -H 'Accept-Encoding: br' -H "If-None-Match: $br_tag" main.atom)" 304 'its own'
	tap_is "$(ask -H 'Accept-Encoding: br;q=0, gzip;q=0.1' main.atom) $(head_of content-encoding)" '200 gzip' 'what it does not want'
	tap_is "$(ask -H 'Accept-Encoding: *;q=0' main.atom) $(head_of content-encoding)" '200 ' 'none'
	tap_is "$(ask main.atom.br)" 404 'a copy has no address'

	tap_is "$(ask -r 10-19 main.atom) $(head_of content-range) $(cat body)" \
		"206 bytes 10-19/$(stat -c %s public/main.atom) $(head -c 20 public/main.atom | tail -c 10)" 'a part'
	tap_is "$(ask -r -5 main.atom) $(wc -c <body)" '206 5' 'the last bytes'
	tap_is "$(ask -r 0-1,5-6 main.atom)" 200 'several parts: the whole'
	tap_is "$(ask -r 9999999- main.atom) $(head_of content-range)" "416 bytes */$(stat -c %s public/main.atom)" 'nothing of it'
	tap_is "$(ask -r 0-9 -H "If-Range: $tag" main.atom)" 206 'a part of the same'
	tap_is "$(ask -r 0-9 -H 'If-Range: "x"' main.atom)" 200 'a part of something else'
	tap_is "$(ask -r 0-9 -H "If-None-Match: $tag" main.atom)" 304 'a part of what it has'
	tap_like "$(ask -H 'A-IM: feed' -H 'If-None-Match: "1-1"' main.atom)" '^2(00|26)$' 'only what is missing, or all'
}

# packed_delta FORMAT TAG: what came after that version, in the coding of the whole.
packed_delta() {
	local coding decode whole
	while read -r coding decode; do
		ask -H "Accept-Encoding: $coding" "main.$1" >/dev/null
		whole=$(head_of etag)
		for _ in 1 2; do
			tap_is "$(ask -H "Accept-Encoding: $coding" -H 'A-IM: feed' -H "If-None-Match: $2" "main.$1") $(head_of content-encoding)" \
				"226 $coding" "$1: what is new, in $coding"
			$decode <body >plain
			tap_is "$(grep -oE '<(entry|item)>' plain | wc -l),$(grep -c '第8篇' plain),$(head_of content-length)" \
				"1,1,$(stat -c %s body)" "$1: is one entry"
			tap_ok "$1: well-formed" xmllint --noout plain
			tap_is "$(head_of etag),$(head_of vary)" "$whole,Accept-Encoding, A-IM, If-None-Match" "$1: with it one has that whole"
		done
		tap_is "$(ask -H "Accept-Encoding: $coding" -H 'A-IM: feed' -H "If-None-Match: $whole" "main.$1")" 304 "$1: and nothing is new then"
	done <<-'END'
		gzip gzip -dc
		br brotli -dc
	END
	tap_is "$(ask -H 'A-IM: feed' -H "If-None-Match: $2" "main.$1") $(head_of content-encoding)" '226 ' "$1: plain for who takes no other"
}

# What a reader lacks, for who asks for no more.
deltas() {
	local format
	local -A tag
	serve_new deltas
	articles
	serve
	for format in atom rss; do
		tap_is "$(ask -H 'A-IM: feed' main.$format)" 200 "$format: who has nothing gets all of it"
		tag[$format]=$(head_of etag)
		tap_is "$(ask -H 'A-IM: feed' -H "If-None-Match: ${tag[$format]}" main.$format)" 304 "$format: nothing is new"
	done
	article 8.md 2024-05-08 'title: 第8篇'
	await 'another article' shows 第8篇
	for format in atom rss; do
		tap_is "$(ask -H 'A-IM: x, feed' -H "If-None-Match: ${tag[$format]}" main.$format) $(head_of im)" '226 feed' \
			"$format: what is new"
		tap_is "$(grep -oE '<(entry|item)>' body | wc -l),$(grep -c '第8篇' body)" 1,1 "$format: is one entry"
		tap_ok "$format: well-formed" xmllint --noout body
		tap_is "$(head_of cache-control), $(head_of vary)" 'no-store, im, Accept-Encoding, A-IM, If-None-Match' "$format: nobody keeps it"
		tap_note "$(stat -c %s body) bytes instead of $(stat -c %s public/main.$format)"
		tap_is "$(ask -H 'A-IM: feed' -H "If-None-Match: $(head_of etag)" main.$format)" 304 "$format: then it has all"
		tap_is "$(ask -H "If-None-Match: ${tag[$format]}" main.$format)" 200 "$format: who does not ask for less"
		tap_ok "$format: gets all of it" cmp body "public/main.$format"
		packed_delta "$format" "${tag[$format]}"
		tap_is "$(ask -A 'feedparser/6.0.10' -H 'A-IM: feed' -H "If-None-Match: ${tag[$format]}" main.$format)" 200 \
			"$format: so does who asks without knowing it"
	done
	tap_is "$(ask -H 'A-IM: feed' -H 'If-None-Match: "1-1"' main.atom)" 200 'a version that was never seen'
	article 9.md 2024-05-09 'title: 第9篇'
	await 'one more' shows 第9篇
	for format in atom rss; do
		tap_is "$(ask -H 'Accept-Encoding: gzip' -H 'A-IM: feed' -H "If-None-Match: ${tag[$format]}" main.$format)" 226 "$format: later"
		tap_is "$(gzip -dc <body | grep -cE '第[89]篇</title>')" 2 "$format: what came since, not what was made before"
	done
	ends_well TERM 'SIGTERM'
}

refused() {
	local verb
	for verb in POST PUT DELETE OPTIONS TRACE PROPFIND; do
		tap_is "$(ask -X "$verb" main.atom) $(head_of allow)" '405 GET, HEAD' "$verb"
	done
	tap_is "$(ask -X POST -d x=y main.atom) $(head_of connection)" '413 close' 'a body'
	tap_is "$(ask -X GET -d x=y main.atom)" 413 'a body of a GET'
	tap_is "$(ask -X GET -H 'Transfer-Encoding: chunked' -d x=y main.atom)" 413 'one in pieces'
	tap_is "$(raw 'GET /feeds/main.atom HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /GET /feeds/main.atom HTTP/1.1\r\nHost: x\r\n\r\n' |
		grep -ac '^HTTP/1.1')" 1 'what follows a body is no request'
}

# What is in the folder, and is not published; what is outside.
outside() {
	echo secret >public/secret.txt
	echo secret >public/.hidden
	echo secret >public/.xysfeed-main.atom
	echo secret >secret.txt
	mkdir -p public/dir
	echo secret >public/dir/index.html
	ln -sf ../secret.txt public/link.txt
	local path
	while IFS= read -r path; do
		tap_is "$(ask "$path")$(grep -c secret body)" 4040 "nothing there: $path"
	done <<-'END'
		secret.txt
		.hidden
		.xysfeed-main.atom
		link.txt
		dir/
		dir
		tag
		../secret.txt
		../../../../../../etc/passwd
		..%2f..%2fsecret.txt
		%2e%2e/secret.txt
		%2e%2e%2fsecret.txt
		..%c0%afsecret.txt
		%c0%ae%c0%ae/secret.txt
		..\secret.txt
		..%5csecret.txt
		%252e%252e/secret.txt
		./main.atom
		tag/../main.atom
		/main.atom
		main.atom/
		main.atom%00
		main.atom%00.html
		main.atom%0d%0aX:%20y
		main.atom;x
		main.ato%6
		main.ato%zz
		MAIN.ATOM
		main.atom.gz
		xysfeed.db
		main.atom~
		%ff
		%F0%80%80%AF
	END
	tap_is "$(raw 'GET ../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' | grep -c root:)" 0 'a target that is no path'
	tap_is "$(raw 'GET http://x/feeds/../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' | head -1 | tr -d '\r')" \
		'HTTP/1.1 404 Not Found' 'with a host'
	tap_is "$(raw 'GET http://x/feeds/main.rss HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' | head -1 | tr -d '\r')" \
		'HTTP/1.1 200 OK' 'and one that is there'
	rm -rf public/secret.txt public/.hidden public/.xysfeed-main.atom public/dir public/link.txt
}

# --- those who do not behave ---------------------------------------------------------

nuisances() {
	local long
	long=$(printf '%020000d' 0)
	tap_like "$(raw "GET /feeds/$long HTTP/1.1\r\nHost: x\r\n\r\n" | head -1)" '^(HTTP/1.1 4|$)' 'a target of 20 KB'
	tap_like "$(raw "GET /feeds/main.atom HTTP/1.1\r\nHost: x\r\nX: $long\r\n\r\n" | head -1)" '^(HTTP/1.1 4|$)' 'a line of 20 KB'
	tap_like "$(raw "GET /feeds/main.atom HTTP/1.1\r\nHost: x\r\n$(printf 'X: 1\\r\\n%.0s' {1..5000})\r\n" | head -1)" '^(HTTP/1.1 4|$)' '5000 lines'
	tap_like "$(raw 'GET /feeds/main.atom HTTP/1.1\r\n\r\n' | head -1)" '^HTTP/1.1 400' 'no Host'
	tap_like "$(raw 'nonsense\r\n\r\n' | head -1)" '^(HTTP/1.1 4|$)' 'no request'
	tap_like "$(raw '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n' | head -1)" '^(HTTP/1.1 4|$)' 'TLS'
	tap_is "$(raw 'GET /feeds/main.atom HTTP/1.1\r\nHost: x\r\n\r\nHEAD /feeds/main.rss HTTP/1.1\r\nHost: x\r\n\r\nGET /feeds/none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' |
		grep -a '^HTTP/1.1' | tr -d '\r' | cut -d' ' -f2 | tr '\n' ' ')" '200 200 404 ' 'three at once'
	# One byte now and then does not keep it alive, before a request and between two.
	"$python" -I -S - "$port" >slow <<-'END'
		import socket, sys, time
		def drip(first):
		    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
		    s.settimeout(0.1)
		    began = time.monotonic()
		    try:
		        s.sendall(first)
		        while time.monotonic() - began < 8:
		            try:
		                if s.recv(65536) == b"":
		                    break
		            except TimeoutError:
		                s.sendall(b"X")
		    except OSError:
		        pass
		    return time.monotonic() - began
		for first in b"GET / HTTP/1.1\r\nX", b"GET /feeds/main.atom HTTP/1.1\r\nHost: x\r\n\r\nGET /":
		    print(1.5 < drip(first) < 7)
	END
	tap_is "$(tr '\n' ' ' <slow)" 'True True ' 'a slow client is hung up on'
	tap_is "$(ask main.atom)" 200 'others are served'
	tap_ok 'it lives' is_alive
}

# --- in the course of time -------------------------------------------------------------

times() {
	tap_is "$(curl -s -m 10 "http://127.0.0.1:$port/healthz")" ok 'healthy'
	tap_is "$(curl -s -m 10 -o /dev/null -w '%{http_code}' -H 'X-Forwarded-For: 192.0.2.1' "http://127.0.0.1:$port/healthz")" 404 'not for others'
	tap_is "$(curl -s -m 10 -o /dev/null -w '%{http_code}' -H 'Host: evil.example' "http://127.0.0.1:$port/healthz")" 404 'nor under another name'
	local before runs
	ask main.atom >/dev/null
	before=$(head_of etag) runs=$(runs)
	article 8.md 2024-05-08 'title: 第8篇' 'tags: [山]'
	await 'a new article' shows 第8篇
	poll is_idle $((runs + 1))
	tap_is "$(ask -H "If-None-Match: $before" main.atom)" 200 'is served'
	tap_unlike "$(head_of etag)" "^$before\$" 'under another tag'
	tap_is "$(ask tag/%E5%B1%B1.rss)" 200 'so is a new feed'
	runs=$(runs)
	rm articles/8.md
	await 'a removal' hides 第8篇
	poll is_idle $((runs + 1))
	tap_is "$(ask tag/%E5%B1%B1.rss)" 410 'a feed that is no more'
	tap_ok 'another run' xysfeed --run
	tap_is "$(ask tag/%E5%B1%B1.rss)" 410 'stays so'
	finish TERM
	tap_is "$code" 0 'it ends'
	tap_is "$(ls http.sock 2>/dev/null)" '' 'the socket is gone'
	serve
	tap_is "$(ask tag/%E5%B1%B1.rss)" 410 'and is so after a restart'
	tap_is "$(ask main.atom)" 200 'the others are there'

	reconf 's/^redirects = .*/redirects = old=main/'
	tap_ok '--reload' xysfeed --reload
	await 'takes other redirects' moved
	reconf 's,a.example/feeds/,a.example/f/,'
	tap_ok '--reload' xysfeed --reload
	await 'serves at another address' elsewhere
	tap_is "$(ask main.atom)" 404 'and no longer at the old one'
	reconf 's,a.example/f/,a.example/feeds/,; s/^timeout = .*/timeout = 3 s/'
	tap_not '--reload does not take another timeout' xysfeed --reload
	tap_like "$tap_out" '\[serve\] timeout: .*restart' 'and says so'
	reconf 's/^timeout = .*/timeout = 2 s/'
	kill -KILL "$pid"
	poll is_over
	serve
	tap_is "$(curl -s -m 10 --unix-socket http.sock -o /dev/null -w '%{http_code}' http://x/feeds/main.atom)" 200 'killed and started: the socket is taken over'
	ends_well TERM 'SIGTERM'
}

moved() {
	[ "$(ask old.atom)" = 301 ]
}

elsewhere() {
	[ "$(curl -s -m 10 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/f/main.atom")" = 200 ]
}

limits() {
	serve_new limits 'max_per_address = 3' 'min_interval = 1 h' 'trusted_proxies = unix' 'metrics_listen = 127.0.0.1:0'
	articles
	serve
	local metrics from='http://x/feeds/main.atom'
	metrics=$(sed -n 's/.*serves metrics on \(.*\)$/\1/p' log)
	tap_is "$(curl -s -m 10 "http://$metrics/healthz")" ok 'health has a socket of its own'
	tap_is "$(curl -s -m 10 -o /dev/null -w '%{http_code}' "http://$metrics/feeds/main.atom")" 404 'without feeds'
	tap_is "$(curl -s -m 10 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/healthz")" 404 'and they have none'
	tap_is "$(ask main.atom)" 200 'the first request'
	tap_is "$(ask main.atom)" 429 'too soon'
	tap_like "$(head_of retry-after)" '^3(600|5[0-9][0-9])$' 'it says for how long'
	tap_is "$(ask main.rss)" 200 'another feed'
	tap_is "$(curl -s -m 10 --unix-socket http.sock -o /dev/null -w '%{http_code}' -H 'Forwarded: for=192.0.2.1' "$from")" 200 'for another client'
	tap_is "$(curl -s -m 10 --unix-socket http.sock -o /dev/null -w '%{http_code}' -H 'X-Forwarded-For: 192.0.2.9, 192.0.2.1' "$from")" 429 'for the same one'
	tap_is "$("$python" -I -S - "$port" <<-'END'
		import socket, sys
		s = [socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10) for i in range(6)]
		n = 0
		for x in s:
		    x.settimeout(5)
		    try:
		        x.sendall(b"GET /feeds/autodiscovery.html HTTP/1.1\r\nHost: x\r\n\r\n")
		        n += x.recv(12) == b"HTTP/1.1 200"
		    except OSError:
		        pass
		print(n)
	END
	)" 3 'of six connections three are served'
	ends_well TERM 'SIGTERM'
}

# A hub that calls back, as one does that is subscribed at.
hub() {
	"$python" -I -S -u - >hub.log 2>hub.err <<-'END'
		import http.server, threading, urllib.error, urllib.parse, urllib.request
		def call(url, body=None, verb=None):
		    try:
		        with urllib.request.urlopen(urllib.request.Request(url, body, method=verb), timeout=10) as r:
		            return r.status, r.read()[:100]
		    except urllib.error.HTTPError as e:
		        return e.code, e.read()[:100]
		    except OSError as e:
		        return "closed", b""
		def verify(f):
		    back, topic = f["hub.callback"][0], f["hub.topic"][0]
		    q = urllib.parse.urlencode({"hub.mode": "subscribe", "hub.topic": topic,
		                                "hub.challenge": "a+b-c", "hub.lease_seconds": 1000})
		    print("wrong", call(back + "x?" + q), flush=True)
		    print("verb", call(back, verb="DELETE")[0], flush=True)
		    print("long", call(back, b"x" * 17000000)[0], flush=True)
		    print("verify", call(back + "?" + q), flush=True)
		    print("forged", call(back, b"<feed/>")[0], flush=True)
		class Hub(http.server.BaseHTTPRequestHandler):
		    def do_POST(self):
		        f = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
		        self.send_response(202)
		        self.send_header("Content-Length", "0")
		        self.end_headers()
		        if f["hub.mode"] == ["subscribe"]:
		            threading.Thread(target=verify, args=(f,)).start()
		    def log_message(self, *a):
		        pass
		s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
		print(s.server_port, flush=True)
		s.serve_forever()
	END
}

called() {
	grep -q '^forged' hub.log
}

callbacks() {
	serve_new callbacks
	articles
	hub &
	local calls=$! at
	daemons+=("$calls")
	poll test -s hub.log
	at=$("$python" -I -S -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	reconf "s,127.0.0.1:0,127.0.0.1:$at,; s,^url = https://a.example/feeds/,url = http://127.0.0.1:$at/feeds/,"
	printf '[push]\ncanary = yes\nlive = no\n[hub:one]\nurl = http://127.0.0.1:%s/\nfeeds = main\n' \
		"$(head -n 1 hub.log)" >>xysfeed.conf
	serve
	await 'a hub calls back' called
	tap_like "$(cat hub.log)" "^wrong \(404, " 'an address that nobody has'
	tap_like "$(cat hub.log)" '^verb 405' 'another method'
	tap_like "$(cat hub.log)" '^long (413|closed)' 'a body of 17 MB'
	tap_like "$(cat hub.log)" "^verify \(200, b'a\+b-c'\)" 'a subscription is confirmed'
	tap_like "$(cat hub.log)" '^forged 202' 'a delivery is taken, whoever it is from'
	tap_is "$(ask main.atom)" 200 'feeds are served'
	ends_well TERM 'SIGTERM'
	kill "$calls"
	wait "$calls" 2>/dev/null
}

once() {
	serve_new once
	articles
	run
	tap_is "$code,$(ls http.sock 2>/dev/null)" 0, '--once serves nothing'
	port=$("$python" -I -S -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	"$python" -I -S - "$XYSFEED" "$site/xysfeed.conf" 2>log <<-'END' &
		import os, socket, sys
		s = socket.socket()
		s.bind(("127.0.0.1", 0))
		s.listen(5)
		print("serves feeds on 127.0.0.1:%d" % s.getsockname()[1], file=sys.stderr, flush=True)
		os.dup2(s.fileno(), 3)
		os.set_inheritable(3, True)
		os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="http")
		os.execv(sys.argv[1], [sys.argv[1], "-c", sys.argv[2], "-D", "serve.listen=systemd"])
	END
	pid=$!
	daemons+=("$pid")
	poll has_begun
	poll is_idle
	port=$(sed -n 's/.*serves feeds on 127\.0\.0\.1:\([0-9]*\)$/\1/p' log | head -n 1)
	url=http://127.0.0.1:$port/feeds
	tap_is "$(ask main.atom)" 200 'a socket of the service manager'
	ends_well TERM 'SIGTERM'
	tap_not 'none is handed over: it does not start' xysfeed -D serve.listen=systemd
}

serve_new probe
xysfeed -D "serve.listen=unix:$site/none/http.sock" 2>&1 | grep -q 'built without' &&
	tap_skip_all 'built without the server'
lines
conditions
refused
outside
nuisances
times
limits
deltas
callbacks
once
tap_end
