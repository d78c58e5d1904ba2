#!/bin/bash
# Files as they should not be: each is left out or mended and said, with its
# path; everything else is published, soon, and the run exits 0.
#
# The parts below are called by name; `...` in a description is no command.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/site.sh
. "${srcdir:-.}/tests/system/site.sh" || exit 99

# A run that must end, and what it says of everything.
bounded_run() {
	code=0
	said=$(timeout "${1:-20}" "$XYSFEED" -c xysfeed.conf --once -v --now "$now" 2>&1) || code=$?
}

# published NAME...: all of these are, and each feed parses.
published() {
	local have wrong=() name
	have=$(names public/main.atom | tr ' ' '\n')
	for name; do
		grep -qxF -- "$name" <<<"$have" || wrong+=("$name")
	done
	tap_is "${wrong[*]-}" '' "published: $*"
}

# front LINE...: front matter of a date and those lines.
front() {
	printf -- '---\ndate: 2024-05-01\n'
	[ $# -eq 0 ] || printf '%s\n' "$@"
	printf -- '---\n'
}

wellformed() {
	local bad
	bad=$(find public -name '*.atom' -o -name '*.rss' -o -name '*.xml' -o -name '*.opml' | "$python" -I -S -c '
import sys, xml.dom.minidom
for name in sys.stdin.read().split("\n"):
    if name: xml.dom.minidom.parse(name)' 2>&1)
	tap_is "$bad" '' 'what is published is well-formed'
	"$python" -I -S -m json.tool public/main.json >/dev/null 2>&1
	tap_is "$?" 0 'in JSON too'
}

# --- F21: what is no regular file, and names ---------------------------------

kinds() {
	site_new kinds <<-'END'
		[feed:main]
		min_entries = 50
	END
	article good.md 2024-05-01
	mkfifo articles/fifo.md
	mkdir -p articles/folder.md
	article folder.md/inside.md 2024-05-02
	"$python" -c 'import socket; socket.socket(socket.AF_UNIX).bind("articles/socket.md")'
	mknod articles/device.md c 1 5 2>/dev/null || mkfifo articles/device.md
	ln -s /etc/hostname articles/out.md
	ln -s absent.md articles/dangling.md
	ln -s loop2.md articles/loop1.md
	ln -s loop1.md articles/loop2.md
	ln -s . articles/here
	ln -s good.md articles/link.md
	article linked.md 2024-05-03
	ln articles/linked.md articles/hard.md
	article $'new\nline.md' 2024-05-04
	article $'bell\a.md' 2024-05-05
	article $'caf\351.md' 2024-05-06
	article '50% & <b> "q" #1?.md' 2024-05-07
	article "$(printf '长%.0s' {1..80}).md" 2024-05-08
	article '.hidden.md' 2024-05-09
	article '_private.md' 2024-05-09
	article '_drafts/x.md' 2024-05-09
	article 'backup.md~' 2024-05-09
	article '#auto.md#' 2024-05-09
	article 'notes.pdf' 2024-05-09
	article 'UPPER.MD' 2024-05-10
	article '_posts/2024-05-11-post.md' 2024-05-11
	mkdir articles/locked
	article locked/x.md 2024-05-12
	article unreadable.md 2024-05-12
	chmod 0 articles/locked articles/unreadable.md
	bounded_run
	tap_is "$code" 0 'links, sockets, devices and odd names: exit 0, without blocking'
	published good inside hard linked UPPER post
	for name in fifo.md socket.md device.md out.md loop1.md loop2.md 'caf?.md'; do
		LC_ALL=C grep -aq -- "$name: ." <<<"$said"
		tap_report "$?" "$(printf %q "$name") is reported"
	done
	tap_like "$said" 'control character' 'so are control characters in names'
	tap_is "$(entries public/main.atom url | grep -cE '50%25|%E9%95%BF|new%0Aline|bell%07')" 4 'other names are encoded'
	tap_is "$(entries public/main.atom url | grep -cE 'hidden|private|drafts|backup|auto|notes|caf|fifo')" 0 \
		'hidden, private, temporary and foreign files stay out'
	tap_is "$(grep -cF "$(cat /etc/hostname)" <(entries public/main.atom content))" 0 'nothing of outside is in'
	wellformed
	bounded_run
	tap_like "$said" '^nothing changed' 'a second run changes nothing'
	chmod 755 articles/locked
	chmod 644 articles/unreadable.md
	bounded_run
	tap_is "$(entries public/main.atom url | grep -cE '/(x|unreadable)\.html')" 2 'what can be read again is published'
}

permissions() {
	local plain=()
	site_new permissions <<-'END'
		[feed:main]
	END
	chmod 755 "$tap_dir"
	if [ "$(id -u)" -eq 0 ]; then
		plain=(setpriv --reuid=65534 --regid=65534 --clear-groups)
		"${plain[@]}" test -x "$XYSFEED" 2>/dev/null || {
			tap_skip 'what may not be read' 'nobody may run this program'
			return
		}
	fi
	article good.md 2024-05-01
	article locked/x.md 2024-05-12
	article unreadable.md 2024-05-12
	[ "$(id -u)" -ne 0 ] || chown -R 65534:65534 .
	chmod 0 articles/locked articles/unreadable.md
	said=$("${plain[@]}" "$XYSFEED" -c xysfeed.conf --once -v --now "$now" 2>&1)
	tap_is "$?" 0 'a folder and a file that may not be read: exit 0'
	tap_like "$said" '^  locked/?: .+' 'the folder is reported'
	tap_like "$said" '^  unreadable\.md: .*[Pp]ermission' 'so is the file, with the reason'
	tap_is "$(names public/main.atom)" good 'the rest is published'
	chmod 755 articles/locked
	chmod 644 articles/unreadable.md
	"${plain[@]}" "$XYSFEED" -c xysfeed.conf --once -q --now "$now"
	tap_is "$(find articles -name "*.md" | wc -l),$(entries public/main.atom id | wc -l)" 3,3 'then all of it'
	chmod 0 articles/locked
	"${plain[@]}" "$XYSFEED" -c xysfeed.conf --once -q --now "$now"
	tap_is "$(entries public/main.atom feed gone)" - 'a folder that cannot be listed for once takes nothing down'
	chmod 755 articles/locked
}

# --- F22: bytes -----------------------------------------------------------------

bytes() {
	site_new bytes <<-'END'
		[feed:main]
		min_entries = 50
	END
	reconf 's/^\[articles\]/&\nmax_size = 100000/'
	local text='江边的老屋住着一位修钟的人，他每天早上都要给邻居们校准时间。我们在那里度过了整个夏天，听他讲从前的故事。'
	article good.md 2024-05-01
	: >articles/empty.md
	printf ' \n\n' >articles/blank.md
	front 'title: 空' >articles/front-only.md
	{ front; head -c 200000 /dev/zero | tr '\0' 'x'; } >articles/huge.md
	head -c 5000 /dev/urandom >articles/random.md
	{ front; printf 'before\0after\n'; } >articles/nul.md
	{ front; printf 'one \001\002\010\033[1m two \177 three\n'; } >articles/control.md
	{ front 'title: 塞'; printf '一段 \xed\xa0\x80\xed\xb0\x80 话，长长的一段话，写在石头上面。\n'; } >articles/surrogates.md
	{ front; printf 'good \xff\xfe bad, with enough plain words around it to be text.\n'; } >articles/broken.md
	{ front 'title: 双'; printf '%s\n' "$text"; } | iconv -t UTF-16 >articles/utf16.md
	{ front 'title: 大'; printf '%s\n' "$text"; } | iconv -t UTF-16BE >articles/utf16be.md
	{ front 'title: 国'; printf '%s\n' "$text"; } | iconv -t GB18030 >articles/gbk.md
	{ front 'title: 繁'; printf '江邊的老屋住著一位修鐘的人，他每天早上都要給鄰居們校準時間。我們在那裡度過了整個夏天。\n'; } |
		iconv -t BIG5 >articles/big5.md
	{ printf '\xef\xbb\xbf'; front 'title: 标'; printf '%s\n' "$text"; } >articles/bom.md
	{ front 'title: 行'; printf '%s\r\n' "$text"; } | sed 's/$/\r/; s/\r\r$/\r/' >articles/crlf.md
	{ front 'title: 符'; printf '\xef\xbf\xbe\xef\xbf\xbd 非字符\n'; } >articles/noncharacter.md
	printf -- '---\ndate: 2024-05-01\ntitle: 点\n...\n正文。\n' >articles/dots.md
	bounded_run
	tap_is "$code" 0 'empty, huge, binary and misencoded files: exit 0'
	published good utf16 utf16be gbk big5 bom crlf dots control surrogates
	for name in empty blank huge random nul; do
		tap_like "$said" "^  $name\\.md: (line [0-9]+: |bad: )?.+" "$name.md is reported"
		tap_unlike "$(names public/main.atom)" "\\b$name\\b" "$name.md is left out"
	done
	for name in gbk big5 utf16 control surrogates; do
		tap_like "$said" "^  $name\\.md(:[0-9]+)?: .+" "$name.md is said to have been mended"
	done
	text_of() {
		entries public/main.json url content | sed -n "s,^[^\t]*/$1\.html\t,,p"
	}
	for name in utf16 utf16be gbk bom crlf; do
		tap_like "$(text_of "$name")" "^<p>$text</p>(\\\\n)?$" "$name.md has its text"
	done
	tap_like "$(text_of big5)" 江邊的老屋住著一位修鐘的人 'big5.md has its text'
	tap_is "$(LC_ALL=C grep -lP '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]' public/*.*)" '' 'no control character is published'
	tap_is "$(grep -l $'\ufffd' public/*.*)" '' 'nor a replacement character'
	wellformed
	local before
	before=$(entries public/main.atom id updated)
	iconv -f GB18030 articles/gbk.md >t && mv t articles/gbk.md
	later 1
	bounded_run
	same "$(entries public/main.atom id updated)" "$before" 'a file that was converted at last is no edit'
	bounded_run
	tap_like "$said" 'nothing changed' 'and again nothing'
}

# --- F19: files that change under the reader --------------------------------------

vanishing() {
	site_new vanishing <<-'END'
		[feed:main]
		min_entries = 500
	END
	batch x 200 2023-01-01
	must_run
	(
		trap 'exit 0' TERM
		while :; do
			for i in 001 050 100 150; do
				printf 'more\n' >>"articles/x/$i.md"
				mv "articles/x/$i.md" "articles/x/$i.moved.md"
				mv "articles/x/$i.moved.md" "articles/x/$i.md"
				: >articles/x/burst.md
				rm -f articles/x/burst.md
			done
		done
	) &
	local writer=$! failed=0
	for _ in 1 2 3 4 5 6 7 8; do
		later 1
		bounded_run || :
		[ "$code" -eq 0 ] || failed=$((failed + 1))
	done
	kill "$writer"
	wait "$writer" 2>/dev/null
	tap_is "$failed" 0 'files that change, vanish and come while they are read: exit 0'
	later 1
	bounded_run
	tap_is "$(entries public/main.atom id | sort -u | wc -l)" 200 'in the end all are there'
	tap_is "$(entries public/main.atom content | grep -c 'more$\|more<')" 4 'as they are in the end'
}

# --- F23: front matter -------------------------------------------------------------

# Each list is six times the one before.
laughs() {
	local before=a name
	printf -- '---\na: &a [x,x,x,x,x,x]\n'
	for name in b c d e f g h; do
		printf '%s: &%s [*%s,*%s,*%s,*%s,*%s,*%s]\n' "$name" "$name" \
			"$before" "$before" "$before" "$before" "$before" "$before"
		before=$name
	done
	printf -- '---\ntext\n'
}

yaml() {
	site_new yaml <<-'END'
		[feed:main]
		min_entries = 50
	END
	article good.md 2024-05-01
	bounded_run
	local plain
	plain=$(time_of bounded_run)
	laughs >articles/laughs.md
	{ printf -- '---\na: '; head -c 60000 /dev/zero | tr '\0' '['; printf '\n---\ntext\n'; } >articles/brackets.md
	{ printf -- '---\na: '; for ((i = 0; i < 2000; i++)); do printf '{a: '; done; printf '\n---\ntext\n'; } >articles/braces.md
	{ printf -- '---\ntitle: "'; head -c 5000000 /dev/zero | tr '\0' 'x'; printf '"\n---\ntext\n'; } >articles/scalar.md
	{ printf -- '---\ntags:\n'; for ((i = 0; i < 5000; i++)); do printf -- '- t%d\n' "$i"; done; printf -- '---\ntext\n'; } >articles/events.md
	front 'anchor: &x 1' 'alias: *x' >articles/alias.md && echo text >>articles/alias.md
	front $'\ttitle: tab' >articles/tab.md && echo text >>articles/tab.md
	front 'title: "unclosed' >articles/quote.md && echo text >>articles/quote.md
	front '- a list' >articles/list.md && echo text >>articles/list.md
	printf -- '---\ntitle: never closed\n\ntext\n' >articles/unclosed.md
	front 'title: !!python/object:os.system x' 'author: {name: 甲, email: [x]}' 'tags: {a: b}' >articles/odd.md && echo text >>articles/odd.md
	front 'title: 一' 'title: 二' >articles/twice.md && echo text >>articles/twice.md
	front "title: '<script>alert(1)</script> & <b>粗</b>'" 'author: "<i>x</i>"' 'tags: ["<x>&\""]' >articles/markup.md && echo text >>articles/markup.md
	bounded_run
	tap_is "$code" 0 'YAML bombs: exit 0'
	published good odd twice markup
	for name in laughs brackets braces scalar events alias tab quote list unclosed; do
		tap_like "$said" "^  $name\\.md: (bad: )?line [0-9]+: .+" "$name.md is left out, with line and reason"
	done
	tap_is "$(entries public/main.atom url title | sed -n 's,.*/twice\.html\t,,p')" 一 'of a key given twice the first counts'
	tap_like "$said" '^  twice\.md:[0-9]+: .*title' 'which is said'
	tap_is "$(entries public/main.json url title | sed -n 's,.*/markup\.html\t,,p')" '<script>alert(1)</script> & <b>粗</b>' \
		'markup in a title is text'
	wellformed
	touch articles/*
	local all
	all=$(time_of bounded_run)
	tap_is "$((all < plain * 5 + 1500))" 1 "YAML bombs cost little: $all ms beside $plain ms"
}

# time_of COMMAND...: milliseconds.
time_of() {
	local start=${EPOCHREALTIME/./}
	"$@" >/dev/null 2>&1
	echo $(((${EPOCHREALTIME/./} - start) / 1000))
}

# --- F24, F25: bodies ------------------------------------------------------------

# repeat N TEXT
repeat() {
	"$python" -I -S -c 'import sys; sys.stdout.write(sys.argv[2].encode().decode("unicode_escape") * int(sys.argv[1]))' "$@"
}

bombs() {
	site_new bombs <<-'END'
		[feed:main]
		min_entries = 50
		max_bytes = 50000000
	END
	reconf 's/^\[articles\]/&\nmax_size = 2MB/'
	article good.md 2024-05-01
	bounded_run
	local n=0 make plain all
	# A plain article of the same size, to measure by.
	{ front; repeat 12000 'plain words in a plain paragraph\n\n'; } >articles/plain.md
	plain=$(time_of bounded_run)
	while IFS= read -r make; do
		n=$((n + 1))
		{ front; eval "$make"; } >"articles/bomb$n.md"
	done <<-'END'
		repeat 100000 '['
		repeat 60000 '![a'
		repeat 50000 '*a **a '
		repeat 20000 '> '; echo x
		repeat 3000 '- '; echo x
		repeat 50000 '[a](<b'
		repeat 100000 '`'; repeat 50000 'a`'
		repeat 40000 '[^1]: x\n'
		repeat 30000 '[a]: /u\n'; repeat 20000 '[a]'
		repeat 100000 '<a '
		repeat 50000 '<!--'
		repeat 20000 '|a'; echo; repeat 20000 '|-'; echo; repeat 20000 '|b'
		repeat 100000 '<div>'
		repeat 50000 '<b><i>'
		repeat 30000 '<table><tr><td>'
		repeat 100000 '&'; repeat 30000 '&lt'
		repeat 50000 '{% highlight %}'
		repeat 50000 '{{'
		repeat 30000 '<p><a href=x>'
		repeat 100000 '\\u3000'
		repeat 30000 '<ul><li>'
		repeat 200 '<svg><math><foreignObject>'
		repeat 50000 '<select><option>'
		repeat 50000 '</p>'
	END
	cp articles/bomb13.md articles/bomb13.html
	repeat 20000 '<font><nobr>' >articles/formatting.html
	bounded_run 60
	tap_is "$code" 0 "$n bombs: exit 0"
	published good plain
	local missing=0 i
	for ((i = 1; i <= n; i++)); do
		entries public/main.atom url | grep -q "/bomb$i\.html" ||
			grep -q "^  bomb$i\.md: ." <<<"$said" || missing=$((missing + 1))
	done
	tap_is "$missing" 0 'each is published or left out with a reason'
	for ((i = 1; i <= n; i++)); do
		mv "articles/bomb$i.md" .
	done
	mv articles/*.html .
	bounded_run
	for ((i = 1; i <= n; i++)); do
		cp "bomb$i.md" articles/one.md
		all=$(time_of bounded_run 60)
		tap_is "$((all < plain * 8 + 1000))" 1 "bomb $i alone takes $all ms (a plain one $plain ms)"
	done
	tap_is "$(names public/main.atom | tr ' ' '\n' | grep -cx good)" 1 'and the rest is published throughout'
	wellformed
}

content() {
	site_new content <<-'END'
		[feed:main]
		min_entries = 50
		content = both
	END
	cat >articles/scripts.html <<-'END'
		<html><head><title>题</title><style>p{color:red}</style></head><body onload="steal()">
		<p onclick="steal()" style="position:fixed">甲<script>robbed()</script>
		<a href="javascript:steal()">乙</a> <a href=" java&#10;script:steal()">丙</a>
		<a href="data:text/html,<script>">丁</a> <a href="vbscript:x">戊</a>
		<img src="x.png" onerror="steal()"> <iframe src="https://evil.example/"></iframe>
		<object data="x"></object><embed src="x"><form action="x"><input name="a"></form>
		<svg onload="steal()"><a xlink:href="javascript:steal()"><text>x</text></a></svg>
		<math><mtext></mtext></math><base href="https://evil.example/"><meta http-equiv="refresh" content="0">
		<link rel="stylesheet" href="x"> <x-custom>己</x-custom> <!-- a -- comment --> ]]&gt; ]]>
		<p id="a" id="b">&nosuch; &#0; &#xD800; &amp;lt; &copy a&b < c
	END
	{
		front 'title: "]]> & <x>"'
		cat <<-'END'
			文字 ]]> <![CDATA[ x ]]> &amp;amp; <script>robbed()</script> &#x1; <b>粗 <i>斜</b> 乱</i>

			<a href="rel/x.html#f">相对</a> [片段](#here) ![图](pic.png) [坏](javascript:steal())

			<p><div>块在段里</div></p><td>散</td><li>项</li>
		END
	} >articles/markdown.md
	printf '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]><p>&b;&x;文</p>\n' >articles/entities.html
	touch -d 2024-05-02 articles/*.html
	bounded_run
	tap_is "$code" 0 'scripts and broken markup: exit 0'
	published scripts markdown entities
	local format all
	for format in atom rss json; do
		all=$(entries "public/main.$format" content summary title)
		tap_unlike "$all" '<script|<style|<iframe|<object|<embed|<form|<input|<svg|<math|<base|<meta|<link|<x-custom|<!--' \
			"$format: no element that acts"
		tap_unlike "$all" 'robbed|[^:]steal|on(load|click|error)=|"[[:space:]]*(javascript|vbscript|data):' "$format: no script in any place"
		tap_unlike "$all" 'root:x:|aaaa' "$format: no entity of the document"
		tap_unlike "$all" '(href|src)="([^h]|h[^t])' "$format: no relative address"
		tap_like "$all" '甲.*己' "$format: the text is all there"
	done
	wellformed
	if command -v xmllint >/dev/null; then
		xmllint --noout --nonet public/*.atom public/*.rss 2>&1
		tap_is "$?" 0 'xmllint agrees'
	fi
}

# --- F26 ------------------------------------------------------------------------

alone() {
	site_new alone <<-'END'
		[feed:main]
		min_entries = 2000
		max_bytes = 9000000
	END
	batch x 999 2015-01-01
	printf -- '---\n{{{{\n---\n' >articles/x/bad.md
	printf -- '---\na: [\n---\nx\n' >articles/x/500b.md
	bounded_run
	tap_is "$code,$(entries public/main.atom id | wc -l)" 0,999 'bad ones among a thousand: 999 are published'
	code=0
	"$XYSFEED" -c xysfeed.conf --once -q --strict --now "$now" >/dev/null 2>&1 || code=$?
	tap_is "$code" 3 'and --strict tells by the exit code'
}

[ $# -gt 0 ] || set -- kinds permissions bytes vanishing yaml bombs content alone
for part; do
	"$part"
done
tap_end
