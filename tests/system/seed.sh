#!/bin/bash
# A real article of the archive, in the configuration of the manual; and the
# smallest configuration that there is.
#
# The parts below are called by name; `...` in a description is no command.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/site.sh
. "${srcdir:-.}/tests/system/site.sh" || exit 99

# sample: the configuration of the manual, as it stands there.
sample() {
	mkdir -p "$tap_dir/$1/articles"
	cd "$tap_dir/$1" || exit 99
	cat >xysfeed.conf <<-'END'
		[site]
		url = https://xys.example/
		title = 新语丝
		language = zh-Hans
		timezone = Asia/Shanghai
		author = 新语丝
		tag = xys.example,1994

		[articles]
		dir = articles
		permalink = /:year/:month/:day/:title.html
		profile = xys

		[output]
		dir = public
		url = https://xys.example/feeds/
		formats = atom rss json
		state = xysfeed.db

		[feed:main]
		path = main
		min_entries = 50
		min_hours = 72
		max_bytes = 1000000
		archive = yes

		[feed:tags]
		for_each = tag
		path = tag/:term
	END
}

# once: a run that reads the profiles of this source tree.
once() {
	"$XYSFEED" -c xysfeed.conf --once -D "articles.profile_dir=$root/conf/profiles"
}

real() {
	local article=''
	for article in "${XYSFEED_SEEDS:-$root/../shared/seeds}"/000_*.txt; do
		[ -f "$article" ] || article=''
	done
	if [ -z "$article" ]; then
		tap_skip 'the article of the archive' 'it is not here'
		return
	fi
	sample real
	cp "$article" articles/
	tap_ok 'the article of the archive is published' once
	local format
	# value FIELD WANT DESCRIPTION
	value() {
		tap_is "$(entries "public/main.$format" "$1")" "$2" "$format: $3"
	}
	for format in atom rss json; do
		value title '中国“AI大混战”背后：想超越美国，又离不开美国' 'the title'
		value authors '孟建国; JOHN LIU; CADE METZ' 'three authors'
		value source 纽约时报 'the source'
		value source_date 2024-02-21 'its date'
		value contributors 纽约时报中文网 'the translator'
		value issued 2024-02-22 'the date of the issue'
		value tags '人工智能; 模型; 中国; 公司; 生成式; 新语丝' 'six tags'
		value updated 2024-02-28T01:07:17Z '`updated` from Lastmod'
		value published 2024-02-28T01:07:16Z '`published`'
		value id 'tag:xys.example,1994:2024/02/28/000_86fa8fbaf100a13f.html' 'a tag: URI'
		value url 'https://xys.example/2024/02/28/000_86fa8fbaf100a13f.html' 'the address'
		tap_like "$(entries "public/main.$format" content)" '^<p>去年ChatGPT' "$format: the content starts where it should"
		tap_unlike "$(entries "public/main.$format" content)" '◇|XYS20240222|记者：|翻译：|新语丝\(' \
			"$format: banner, byline and issue are not in it"
	done
	tap_like "$(entries public/main.rss summary)" '^去年ChatGPT' 'the summary starts there, too'
	tap_like "$(entries public/main.rss summary)" '[。！？…”]$' 'and ends with a sentence'
	tap_is "$(find public/tag -name '*.atom' -printf '%f\n' | sort | tr '\n' ' ')" \
		"$(printf '%s.atom\n' 人工智能 模型 中国 公司 生成式 新语丝 | sort | tr '\n' ' ')" 'a feed for each tag'
	tap_ok 'a second run' once
	tap_like "$tap_out" '^nothing changed: 1 article' 'changes nothing'
	"$XYSFEED" -c xysfeed.conf --once -q -D "articles.profile_dir=$root/conf/profiles" \
		-D 'articles.profile_off=byline dateline tags'
	tap_is "$(entries public/main.atom authors source tags)" $'新语丝\t-\t人工智能; 模型; 中国; 公司; 生成式，新语丝' \
		'rules of the profile can be switched off'
}

# The same habits, in an article of our own that is always here.
invented() {
	sample invented
	cat >articles/ferry.txt <<-'END'
		---
		Lastmod: 2024-03-05T01:02:03.500000+00:00
		date: 2024-03-04T01:00:00.250000+00:00
		title: "渡口的“新船”：能走多远"
		author: ""
		tags: [渡口,船，江、桥]
		---

		◇◇新语丝(www.xys.org)(xys.example)◇◇

		渡口的“新船”：能走多远

		记者：周渡、ANNA LEE（常驻江北）, 陈舟　　2024年3月1日江声日报

		船是上个月下水的。码头上的人都来看了。

		**新船**比旧船快一倍。

		翻译：江声日报中文网

		(XYS20240304)

		◇◇新语丝(www.xys.org)(xys.example)◇◇
	END
	tap_ok 'an article with the habits of the archive' once
	local format
	for format in atom rss json; do
		tap_is "$(entries "public/main.$format" authors contributors source source_date issued tags updated)" \
			$'周渡; ANNA LEE; 陈舟\t江声日报中文网\t江声日报\t2024-03-01\t2024-03-04\t渡口; 船; 江; 桥\t2024-03-05T01:02:03Z' \
			"$format: all of them are understood"
		tap_like "$(entries "public/main.$format" content)" '^<p>船是上个月下水的。码头上的人都来看了。</p>\\n<p><strong>新船</strong>比旧船快一倍。</p>(\\n)?$' \
			"$format: and gone from the text, which is Markdown"
	done
}

minimal() {
	mkdir -p "$tap_dir/minimal/articles"
	cd "$tap_dir/minimal" || exit 99
	cat >xysfeed.conf <<-'END'
		[site]
		url = https://b.example/

		[articles]
		dir = articles

		[output]
		dir = public
	END
	article 2024-02-03-a-walk.md '2024-02-03 10:00' 'categories: [road, trip]'
	tap_ok 'a configuration of three keys' "$XYSFEED" -c xysfeed.conf --once
	tap_is "$(cd public && find . -type f | sort | tr '\n' ' ')" \
		'./autodiscovery.html ./feed.css ./feeds.opml ./index.css ./index.html ./index.js ./main.atom ./main.html ./main.json ./main.rss ./sitemap.xml ' \
		'makes one feed, in three formats, with its pages'
	tap_is "$(ls)" $'articles\npublic\nxysfeed.conf\nxysfeed.db\nxysfeed.db.lock' 'and the ledger, beside the output folder'
	tap_is "$(entries public/main.atom title url authors published)" \
		$'a-walk\thttps://b.example/road/trip/2024/02/03/a-walk.html\tb.example\t2024-02-03T10:00:00Z' 'with defaults for everything'
	tap_is "$(entries public/main.rss feed self)" 'https://b.example/main.rss' 'at the address of the site'
	tap_like "$(entries public/main.atom id)" '^tag:b\.example,20[0-9]{2}:' 'and ids of its own'
	tap_ok 'a second run' "$XYSFEED" -c xysfeed.conf --once
	tap_like "$tap_out" '^nothing changed: 1 article' 'changes nothing'
}

seeds() {
	if [ ! -d "$root/seeds" ]; then
		tap_skip 'the seeds' 'they are not here'
		return
	fi
	mkdir -p "$tap_dir/seeds"
	cd "$tap_dir/seeds" || exit 99
	tap_ok 'the seeds' "$XYSFEED" -c "$root/conf/xysfeed.conf" --once --now 2026-01-01 \
		-D "output.dir=$PWD/public" -D "output.state=$PWD/xysfeed.db"
	tap_is "$(sed -n '/^left out:/,/^published/s/^  \([^:]*\): ..*/\1/p' <<<"$tap_out" | tr '\n' ' ')" \
		'2005/broken-front-matter.md 2007/scanner-output.txt 2017/recursive-list.md ' 'three are left out, each with a reason'
	tap_is "$(entries public/main.atom id | wc -l)" \
		"$(($(find "$root/seeds" -name '[!_.]*' \( -name '*.md' -o -name '*.txt' -o -name '*.html' \) | wc -l) - 7))" \
		'all others but four that say so themselves are published'
	local before
	before=$(stamps)
	tap_ok 'again' "$XYSFEED" -c "$root/conf/xysfeed.conf" --once --now 2026-01-02 \
		-D "output.dir=$PWD/public" -D "output.state=$PWD/xysfeed.db"
	same "$(stamps)" "$before" 'nothing is touched'
}

[ $# -gt 0 ] || set -- real invented minimal seeds
for part; do
	"$part"
done
tap_end
