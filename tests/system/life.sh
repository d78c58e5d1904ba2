#!/bin/bash
# What becomes of an article, a term, a feed and an archive page over time.
#
# The parts below are called by name; `...` in a description is no command.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/site.sh
. "${srcdir:-.}/tests/system/site.sh" || exit 99

ids() {
	entries "public/${1:-main.atom}" id | sort
}

id_of() {
	entries public/main.atom id title | sed -n "s/\t$1\$//p"
}

gone() {
	entries "public/${1:-main.atom}" feed gone
}

titles() {
	entries "public/${1:-main.atom}" title | tr '\n' ' ' | sed 's/ $//'
}

# --- an article -------------------------------------------------------------

edit_and_move() {
	site_new edit <<-'END'
		[feed:main]
	END
	article a.md 2024-05-01 'title: 甲'
	article b.md 2024-05-02 'title: 乙' 'id: urn:x:b'
	article c.md 2024-05-03 'title: 丙' 'from: https://paper.example/1'
	must_run
	local id
	id=$(ids)
	later 1
	article new.md 2024-04-01 'title: 新'
	must_run
	tap_is "$(titles)" '新 丙 乙 甲' 'a new article comes first, whatever its date'
	tap_is "$(entries public/main.atom updated | head -1)" "$now" 'its `updated` is its arrival'
	later 1
	rm articles/new.md
	must_run
	tap_like "$(gone)" "/new\\.html $now" 'a removed one leaves a tombstone with its time'
	tap_is "$(titles)" '丙 乙 甲' 'and the feed'

	later 1
	body='全新的一段。' article sub/b2.md 2024-05-02 'title: 乙二' 'id: urn:x:b'
	rm articles/b.md
	must_run
	same "$(ids)" "$id" 'renamed, moved and rewritten, the same front matter id: the same entry'
	tap_is "$(titles)" '丙 乙二 甲' 'with its new title'
	later 1
	body='全新的另一段。' article c2.md 2024-05-03 'title: 丙二' 'from: https://paper.example/1'
	rm articles/c.md
	must_run
	same "$(ids)" "$id" 'the same source address: the same entry'
	later 1
	mkdir articles/2024
	mv articles/a.md articles/2024/z.md
	article a.md 2024-05-05 'title: 后来者'
	must_run
	tap_is "$(ids | grep -cxFf <(echo "$id"))" 3 'another article takes the old path: the moved one keeps its id'
	tap_is "$(ids | wc -l)" 4 'and the newcomer gets one of its own'
	tap_is "$(gone | grep -o ' 2024' | wc -l)" 1 'nothing else counts as removed'

	site_new swap <<-'END'
		[feed:main]
	END
	article a.md 2024-05-01 'title: 甲' 'id: urn:x:a'
	article b.md 2024-05-02 'title: 乙' 'id: urn:x:b'
	must_run
	mv articles/a.md t && mv articles/b.md articles/a.md && mv t articles/b.md
	later 1
	run
	tap_is "$code,$(entries public/main.atom id | sort | tr '\n' ' '),$(gone)" '0,urn:x:a urn:x:b ,-' \
		'two articles that swap names: the same two ids, and nothing is removed'
	article c.md 2024-05-03 'title: 冒名' 'id: urn:x:a'
	later 1
	run
	tap_is "$code,$(ids | wc -l)" 0,2 'a second article with the same id is left out'
	tap_like "$said" '^  c\.md: .*[ab]\.md' 'and reported, with the first'
	cp articles/a.md articles/copy.md
	sed -i '/^id:/d' articles/copy.md
	later 1
	must_run
	tap_is "$(ids | sort -u | wc -l),$(ids | wc -l)" 3,3 'a copy is an entry of its own'
}

delete_and_return() {
	site_new return <<-'END'
		[feed:main]
		[feed:tag]
		for_each = tag
	END
	article a.md 2024-05-01 'title: 甲' 'tags: [独]'
	article b.md 2024-05-02 'title: 乙'
	must_run
	local id
	id=$(id_of 甲)
	mv articles/a.md "$tap_dir/kept.md"
	later 24
	must_run
	local when=$now
	tap_is "$(gone)" "$id $when" 'a tombstone in the feed'
	tap_is "$(gone tag/独.atom)" "$id $when" 'and in that of its tag'
	tap_is "$(entries public/tag/独.atom id)" '' 'which has nothing else'
	tap_unlike "$(cat public/sitemap.xml)" 'a\.html' 'it is out of the sitemap'
	later $((29 * 24))
	must_run
	tap_is "$(gone)" "$id $when" 'after 29 days it is there still'
	later 48
	must_run
	tap_is "$(gone)" - 'after 31 days it is not'
	tap_is "$(find public/tag -type f 2>/dev/null)" '' 'and the feed of its tag is gone'
	tap_unlike "$(cat public/feeds.opml)" 'xmlUrl=.*tag/' 'from the list of feeds too'
	cp "$tap_dir/kept.md" articles/a.md
	later 1
	must_run
	tap_is "$(id_of 甲)" "$id" 'returned, it has the id it had'
	tap_is "$(gone)" - 'and no tombstone'
	tap_is "$(names public/tag/独.atom)" a 'the feed of its tag is back'

	mv articles/a.md "$tap_dir/kept.md"
	later 1
	must_run
	mv "$tap_dir/kept.md" articles/other-name.md
	later 1
	must_run
	tap_is "$(id_of 甲)" "$id" 'returned under another name: the same'
	tap_is "$(gone)" - 'with its tombstone taken back'
	tap_exit 0 'a shorter limit' "$XYSFEED" -c xysfeed.conf --once -q --now "$now" -D limits.tombstone_days=0
}

states() {
	site_new states <<-'END'
		[feed:main]
	END
	article live.md 2024-05-01 'title: 早'
	article draft.md 2024-05-01 'title: 稿' 'draft: true'
	article expiring.md 2024-05-01 'title: 期' 'expires: 2024-06-10T12:00:00Z'
	article future.md 2024-06-05T12:00:00Z 'title: 明'
	must_run
	tap_is "$(titles | tr ' ' '\n' | sort | tr '\n' ' ')" '早 期 ' 'drafts and what is dated ahead are out'
	tap_like "$said" 'next due 2024-06-05T20:00:00\+08:00' 'the next due time is said'
	later 107
	must_run
	tap_unlike "$(titles)" 明 'an hour too early'
	later 1
	must_run
	tap_is "$(titles | cut -d' ' -f1)" 明 'its time has come: it arrives, without being touched'
	later 1
	sed -i 's/^draft: true/draft: false/' articles/draft.md
	must_run
	tap_is "$(titles | cut -d' ' -f1)" 稿 'a draft that is published arrives now'
	local id
	id=$(id_of 稿)
	sed -i 's/^draft: false/draft: true/' articles/draft.md
	later 1
	must_run
	tap_like "$(gone)" "$id $now" 'made a draft again, it is taken down'
	echo 一句补充。 >>articles/draft.md
	later 1
	must_run
	mv articles/draft.md articles/draft2.md
	later 1
	must_run
	sed -i 's/^draft: true/draft: false/' articles/draft2.md
	later 1
	must_run
	tap_is "$(id_of 稿)" "$id" 'edited, renamed and published again, it has its id'
	now=2024-06-10T11:59:59Z
	must_run
	tap_like "$(titles)" 期 'a second before it expires'
	now=2024-06-10T12:00:00Z
	must_run
	tap_unlike "$(titles)" 期 'expired, without being touched'
	later 1
	sed -i 's/^expires.*/expires: 2025-01-01/' articles/expiring.md
	must_run
	tap_like "$(titles)" 期 'given more time, it returns'
	sed -i 's/^date.*/date: 2024-12-31/' articles/live.md
	later 1
	must_run
	tap_unlike "$(titles)" 早 'dated ahead later on, it leaves'
	tap_unlike "$(gone)" "$(basename articles/live.html)" 'but is not said to be taken down'
	for line in 'hidden: true' 'feed: false' 'published: false' 'draft: perhaps' 'visibility: private' 'password: x'; do
		article out.md 2024-05-01 'title: 外' "$line"
		run
		tap_unlike "$(titles)" 外 "$line keeps it out"
	done
}

dates() {
	site_new dates <<-'END'
		[feed:main]
	END
	local i=0 value
	while read -r value; do
		i=$((i + 1))
		article "$i.md" "$value"
	done <<-'END'
		2024-02-28T01:07:16.553836+00:00
		2024-02-28 09:07:16 +0800
		2024-02-28 09:07:16
		2024/2/28 09:07:16
		Wed, 28 Feb 2024 01:07:16 GMT
		1709082436
	END
	article day.md 2024年2月21日
	printf '没有日期。\n' >articles/2023-03-04-named.md
	printf '没有日期。\n' >articles/old.txt
	touch -d 2022-01-01T00:00:00Z articles/old.txt
	article never.md 2024-02-30
	touch -d 2022-02-02T00:00:00Z articles/never.md
	must_run -v
	published() {
		entries public/main.json url published | sed -n "s,.*/$1\.html\t,,p"
	}
	for ((i = 1; i <= 6; i++)); do
		tap_is "$(published "$i")" 2024-02-28T01:07:16Z "date: $(sed -n 's/^date: //p' "articles/$i.md")"
	done
	tap_is "$(published day)" 2024-02-20T16:00:00Z 'date: 2024年2月21日, in the time zone of the site'
	tap_is "$(published named)" 2023-03-03T16:00:00Z 'the date in the name'
	tap_is "$(published old)" 2022-01-01T00:00:00Z 'the time of the file'
	tap_like "$said" '^  old\.txt: no date' 'which is said'
	tap_is "$(published never)" 2022-02-02T00:00:00Z '30 February is no date'
	tap_like "$said" '^  never\.md:2: ' 'which is said, with the line'
	tap_is "$(entries public/main.atom updated | sort | uniq -d)" '' 'no two entries share an `updated`'
}

# --- terms, formats, configuration --------------------------------------------

terms() {
	site_new terms <<-'END'
		[feed:main]
		[feed:tag]
		for_each = tag
		[feed:cat]
		for_each = category
		path = c/:term/feed
		[feed:by]
		for_each = author
		[feed:year]
		for_each = year
		path = y/:year
		[feed:lang]
		for_each = language
		[feed:from]
		for_each = source
	END
	article a.md 2024-05-01 'tags: [C/C++, 猫]' 'category: 随笔' 'author: 甲'
	article b.md 2023-05-01 'tags: [C-C++]' 'lang: en' 'source: 某报'
	article c.md 2022-12-31T18:00:00Z 'tags: [c-c++, 猫]' 'from: https://paper.example/x'
	article d.md 2022-12-31T02:00:00Z 'tags: ["猫 ", "a:b?c*|<>\"", "é", "é", "#%&+"]'
	must_run
	tap_is "$(find public/y -name '*.atom' | sort | tr '\n' ' ')" 'public/y/2022.atom public/y/2023.atom public/y/2024.atom ' \
		'for_each year, in the time zone of the site'
	tap_is "$(names public/y/2023.atom)" 'b c' 'a year begins where the site is'
	tap_is "$(names public/c/随笔/feed.rss)" a 'for_each category, with a path around it'
	tap_is "$(names public/by/甲.json)" a 'for_each author'
	tap_is "$(names public/lang/en.atom)" b 'for_each language'
	tap_is "$(entries public/lang/en.atom feed lang)" en 'whose language the feed has'
	tap_is "$(names public/from/某报.atom)$(names public/from/paper-example.atom)" bc 'for_each source, by name or host'
	tap_is "$(names public/tag/猫.atom)" 'a c d' 'a tag is the same with white space'
	tap_is "$(find public/tag -name '*.atom' | wc -l)" 7 'terms that collide have feeds of their own'
	tap_is "$(find public/tag -name '*.atom' -printf '%f\n' | tr '[:upper:]' '[:lower:]' | sort | uniq -d)" '' \
		'also where a file system ignores case'
	of() {
		grep -l "<title type=\"text\">[^<]* · $1</title>" public/tag/*.atom
	}
	local first second third
	first=$(of 'C/C++') second=$(of 'C-C++') third=$(of 'c-c++')
	tap_is "$(names "$first") $(names "$second") $(names "$third")" 'a b c' 'each with its own entries'
	tap_is "$(entries public/main.atom id | wc -l),$(grep -c '<outline type' public/feeds.opml)" \
		"4,$(find public -name '*.atom' ! -name 'archive-*' | wc -l)" 'all of them are in feeds.opml'
	same "$("$python" - <<-'END'
		import glob, urllib.parse, xml.etree.ElementTree as E
		base = "https://a.example/feeds/"
		for path in glob.glob("public/**/*.atom", recursive=True):
		    link = [l.get("href") for l in E.parse(path).getroot() if l.get("rel") == "self"][0]
		    if not link.isascii() or base + urllib.parse.unquote(link[len(base):]) != base + path[7:]:
		        print(path, link)
	END
	)" '' 'each self link names the file that it stands in'
	article e.md 2024-05-31 'tags: [C-C++, c-c++]'
	later 1
	must_run
	tap_is "$(of 'C/C++') $(of 'C-C++') $(of 'c-c++')" "$first $second $third" 'and paths that stay'
	rm -rf public xysfeed.db*
	must_run
	tap_is "$(of 'C/C++' | wc -l),$(of 'C-C++' | wc -l),$(of 'c-c++' | wc -l)" 1,1,1 'from scratch, too'

	reconf 's/^for_each = author/&\nformats = rss/'
	later 1
	must_run
	tap_is "$(ls public/by | tr '\n' ' ')" 'index.html 甲.html 甲.rss '  'a format that is no longer wanted: its files go'
	must_run -D 'output.formats=json' -D feed:by.formats=json
	tap_is "$(find public -name '*.atom' -o -name '*.rss')" '' 'in all feeds'
	must_run
	reconf '/^\[feed:cat\]/,/^path/d'
	must_run
	tap_is "$(find public/c -type f 2>/dev/null)" '' 'a feed that is no longer wanted goes'
	tap_not 'with its folder' test -e public/c
	reconf 's/^title = .*/title = 另一个名字/'
	local before
	before=$(ids)
	must_run
	tap_is "$(entries public/main.rss feed title),$(entries public/y/2022.json feed title)" \
		'另一个名字,另一个名字 · 2022' 'a new title is in every feed'
	same "$(ids)" "$before" 'and changes no id'
	sed -i 's/猫/狗/' articles/a.md
	later 1
	must_run
	tap_is "$(names public/tag/狗.atom) - $(names public/tag/猫.atom)" 'a - c d' 'a tag given and a tag taken away'
}

rules() {
	site_new rules <<-'END'
		[feed:main]
		[feed:r1]
		include = tag:x and not tag:y
		[feed:r2]
		include = category:"b c" or author:丁
		[feed:r3]
		exclude = path:old/** or lang:en
		[feed:r4]
		include = year:2023 and (lang:zh or source:某报)
		[feed:r5]
		for_each = tag
		include = path:*.md
		exclude = tag:y
		[feed:r6]
		include = tag:nowhere
	END
	article a.md 2024-01-01 'tags: [x]'
	article b.md 2023-01-02 'tags: [x, y]' 'category: b c'
	article old/c.md 2023-01-03 'author: 丁' 'lang: zh-Hant'
	article d.md 2023-01-04 'lang: en' 'source: 某报'
	must_run
	tap_is "$(names public/main.atom | tr ' ' '\n' | sort | tr '\n' ' ')" 'a b c d ' 'no rule takes all'
	tap_is "$(names public/r1.atom)" a 'and not'
	tap_is "$(names public/r2.atom)" 'c b' 'or, quoted'
	tap_is "$(names public/r3.atom)" 'a b' 'exclude by path and language'
	tap_is "$(names public/r4.atom)" 'd c b' 'parentheses, and a language takes its subtags'
	tap_is "$(find public/r5 -name '*.atom'),$(names public/r5/x.atom)" 'public/r5/x.atom,a' 'rules and for_each together'
	tap_is "$(entries public/r6.atom id 2>&1)" '' 'a feed that nothing is in'
	article a.md 2024-01-01 'tags: [x, y]'
	later 1
	must_run
	tap_is "$(names public/r1.atom)" '' 'an entry that a rule no longer takes leaves'
	tap_is "$(gone r1.atom)" - 'without a tombstone'
	must_run -D 'articles.exclude=old/** d.md'
	tap_is "$(names public/main.atom | tr ' ' '\n' | sort | tr '\n' ' ')" 'a b ' '[articles] exclude'
	must_run -D 'articles.include=old/**'
	tap_is "$(names public/main.atom)" 'c' '[articles] include'
}

# --- windows ------------------------------------------------------------------

windows() {
	site_new windows <<-'END'
		[feed:main]
		min_entries = 5
		min_hours = 24
		[feed:small]
		min_entries = 30
		max_bytes = 40000
		[feed:tiny]
		min_entries = 30
		max_bytes = 4000
		[feed:summaries]
		content = summary
		[feed:both]
		content = both
		[feed:dated]
		order = published
		min_entries = 3
	END
	body=$(printf '这一段足够长，可以占去一些位置。%.0s' {1..60})
	local i
	for ((i = 1; i <= 20; i++)); do
		article "$(printf %02d "$i").md" "2024-04-$(printf %02d "$i")" "summary: 第$i篇的摘要"
	done
	body=''
	must_run
	tap_is "$(ids | wc -l)" 5 'min_entries'
	tap_is "$(ids small.atom | wc -l)" 20 'max_bytes: entries lose their content first'
	local full
	full=$(entries public/small.atom content | grep -vc '^-$')
	tap_is "$((full > 1 && full < 20))" 1 "max_bytes: $full of 20 have content"
	tap_is "$(entries public/small.atom content | head -"$full" | grep -c '^-$')" 0 'max_bytes: the newest'
	tap_is "$(entries public/small.atom summary | tail -1)" '第1篇的摘要' 'max_bytes: the oldest its summary'
	for format in atom rss json; do
		tap_is "$(($(stat -c %s "public/small.$format") <= 40000))" 1 "max_bytes holds in $format"
		tap_is "$(($(stat -c %s "public/tiny.$format") <= 4000))" 1 "max_bytes holds in a tiny $format"
	done
	tap_is "$(names public/tiny.atom | cut -c1-2)" 20 'max_bytes: then the oldest entries go'
	tap_is "$(($(ids tiny.atom | wc -l) < 20))" 1 "max_bytes: $(ids tiny.atom | wc -l) of 20 are left"
	tap_is "$(entries public/summaries.atom content | sort -u),$(entries public/summaries.json content | sort -u)" '-,-' \
		'content = summary has no content'
	tap_is "$(entries public/summaries.rss summary | head -1)" '第20篇的摘要' 'but summaries'
	tap_is "$(entries public/both.atom content summary | grep -c '^-\|	-')" 0 'content = both has both'
	tap_is "$(entries public/main.atom summary | sort -u)" - 'content = full has content alone'
	for ((i = 21; i <= 28; i++)); do
		article "$i.md" "2024-03-$i"
	done
	later 1
	must_run
	tap_is "$(ids | wc -l)" 8 'min_hours keeps more than min_entries'
	tap_is "$(names public/dated.atom | cut -d' ' -f1-3)" '20 19 18' 'order = published'
	later 22
	must_run
	tap_is "$(ids | wc -l)" 8 'for all its hours'
	later 2
	must_run
	tap_is "$(names public/main.atom)" '28 27 26 25 24' 'and no longer'
	local before
	before=$(stat -c %Y public/main.atom)
	later 24
	must_run
	tap_is "$(stat -c %Y public/main.atom)" "$before" 'then it is still'
}

bare() {
	site_new bare <<-'END'
		[feed:main]
		content = summary
	END
	body='![](x.png)' article image.md 2024-05-04
	body='标题' article repeat.md 2024-05-05 'title: 标题'
	must_run
	tap_is "$(entries public/main.atom title summary | sort | tr '\t\n' '= ')" 'image=image 标题=标题 ' \
		'an image alone, or a title alone, is an article too where only summaries are wanted'
}

mtimes() {
	site_new mtimes <<-'END'
		[feed:main]
		min_hours = 1
		min_entries = 1
	END
	reconf 's/^\[output\]/&\nprecompress = gz br zst/'
	article a.md 2024-05-01 'title: 甲'
	must_run
	updated() {
		local at
		at=$(entries public/main.atom feed updated)
		date -u -d "${at:?}" +%s
	}
	tap_is "$(stat -c %Y public/main.atom public/main.rss public/main.json | sort -u)" "$(updated)" \
		'the time of a feed is its `updated`'
	siblings() {
		local file
		for file in public/*.atom public/*.rss public/*.json public/*.xml public/*.opml; do
			for packer in 'gzip gz' 'brotli br' 'zstd zst'; do
				command -v "${packer% *}" >/dev/null || continue
				"${packer% *}" -dc <"$file.${packer#* }" | cmp -s - "$file" ||
					echo "$file.${packer#* } differs"
				[ "$(stat -c %Y "$file")" = "$(stat -c %Y "$file.${packer#* }")" ] ||
					echo "$file.${packer#* } has another time"
			done
		done
	}
	tap_is "$(siblings)" '' 'compressed siblings: the same bytes and times'
	local last now_is step
	last=$(stat -c %Y public/main.atom)
	for step in 'echo 一句。 >>articles/a.md' 'article b.md 2020-01-01' 'rm articles/b.md' \
		'sed -i s/甲/乙/ articles/a.md' 'reconf s/^title.*/title=换名/' 'true' 'sed -i s/^date/minor:\ true\\ndate/ articles/a.md' \
		'echo 小改。 >>articles/a.md'; do
		later 2
		eval "$step"
		cp public/main.atom before
		must_run
		now_is=$(stat -c %Y public/main.atom)
		if cmp -s before public/main.atom; then
			tap_is "$now_is" "$last" "time: unmoved with the bytes ($step)"
		else
			tap_is "$((now_is > last))" 1 "time: forward when the bytes change ($step)"
		fi
		last=$now_is
		tap_is "$(siblings)" '' "siblings follow ($step)"
	done
	rm public/main.atom.gz
	later 1
	must_run
	tap_is "$(siblings)" '' 'a lost sibling is made again'
	echo junk >>public/main.rss
	later 1
	must_run
	tap_is "$(siblings)" '' 'a damaged document is made again'
	tap_unlike "$(tail -1 public/main.rss)" junk 'as it was'
	reconf 's/^precompress.*/precompress = gz/'
	must_run
	tap_is "$(find public -name '*.br' -o -name '*.zst')" '' 'siblings that are no longer wanted go'
}

# --- the archive ----------------------------------------------------------------

# chain REL FROM: the documents from one on, following a link relation.
chain() {
	local at=$2 next n=0
	while [ -n "$at" ] && [ $((n++)) -lt 100 ]; do
		echo "$at"
		next=$(xmllint --xpath "string(/*/*[local-name()='link'][@rel='$1']/@href)" "public/$at")
		at=${next#https://a.example/feeds/}
	done
}

all_ids() {
	local file
	while read -r file; do
		xmllint --xpath "//*[local-name()='entry']/*[local-name()='id']/text()" "public/$file" 2>/dev/null
		echo
	done | grep . | sort
}

archive() {
	command -v xmllint >/dev/null || {
		tap_skip 'archives' 'xmllint is missing'
		return
	}
	site_new archive <<-'END'
		[feed:main]
		min_entries = 3
		min_hours = 1
		archive = yes
		[feed:tag]
		for_each = tag
		archive = yes
		min_entries = 3
	END
	reconf 's/^flood.*/&\narchive_entries = 10/'
	batch first 34 2024-01-01 'tags: [潮]'
	must_run
	local walk all
	walk=$(chain prev-archive main.atom)
	tap_is "$(tr '\n' ' ' <<<"$walk")" \
		'main.atom main/archive-4.atom main/archive-3.atom main/archive-2.atom main/archive-1.atom ' \
		'from the feed back to the first page'
	all=$(all_ids <<<"$walk" | sort -u)
	tap_is "$(wc -l <<<"$all")" 34 'every entry is on the way'
	tap_is "$(grep archive <<<"$walk" | all_ids | uniq -d)" '' 'each on one page'
	tap_is "$(grep archive <<<"$walk" | all_ids | wc -l)" 34 'and in the pages alone all of them'
	same "$(chain next-archive main/archive-1.atom | sort)" "$(grep archive <<<"$walk" | sort)" 'forward by next-archive, too'
	tap_is "$(entries public/main/archive-2.atom feed archive current hubs)" \
		$'yes\thttps://a.example/feeds/main.atom\t-' 'a page says that it is one, and where the feed is'
	tap_is "$(entries public/main/archive-2.atom feed self)" https://a.example/feeds/main/archive-2.atom 'and where it is itself'
	tap_is "$(chain prev-archive tag/潮.atom | all_ids | sort -u | wc -l)" 34 'so does the feed of a tag'

	pages() {
		(cd public/main && sha256sum archive-[123].atom && stat -c '%i %Y' archive-[123].atom)
	}
	local before
	before=$(pages)
	batch second 40 1999-01-01 'tags: [潮]'
	later 1
	must_run
	same "$(pages)" "$before" 'back-dated arrivals rewrite no closed page'
	tap_is "$(chain prev-archive main.atom | all_ids | sort -u | wc -l)" 74 'all are on the way back'
	tap_is "$(chain next-archive main/archive-1.atom | all_ids | wc -l)" 74 'and forward, once each'
	local i
	for ((i = 1; i <= 12; i++)); do
		later 1
		article "one$i.md" 2024-05-01
		must_run
		chain prev-archive main.atom | all_ids | sort -u | wc -l
		chain next-archive main/archive-1.atom | all_ids | wc -l
	done >counts
	tap_is "$(tr '\n' ' ' <counts)" "$(for i in {75..86}; do printf '%d %d ' "$i" "$i"; done)" \
		'one by one, nothing is ever missed between window and archive'
	same "$(pages)" "$before" 'and the first pages are still as they were'

	stamp_pages() {
		(cd public/main && stat -c '%n %i' archive-*.atom)
	}
	before=$(stamp_pages)
	echo 更正一句。 >>articles/first/015.md
	later 1
	must_run
	tap_is "$(diff <(echo "$before") <(stamp_pages) | grep '^>' | cut -d' ' -f2)" archive-2.atom \
		'a correction rewrites the page it is on, alone'
	tap_like "$(cat public/main/archive-2.atom)" 更正一句 'where it stands'
	before=$(stamp_pages)
	rm articles/first/025.md
	later 1
	must_run
	tap_is "$(diff <(echo "$before") <(stamp_pages) | grep '^>' | cut -d' ' -f2)" archive-3.atom \
		'so does a take-down'
	tap_is "$(chain next-archive main/archive-1.atom | all_ids | wc -l)" 85 'which is on no page any more'
	rm articles/first/00?.md articles/first/010.md
	later 1
	must_run
	tap_is "$(chain next-archive main/archive-1.atom | all_ids | wc -l)" 75 'a page that lost all its entries breaks no chain'
	tap_is "$(chain prev-archive main.atom | all_ids | sort -u | wc -l)" 75 'nor backwards'
	reconf '/^\[feed:main\]/,/^\[feed:tag\]/s/^archive = yes/archive = no/'
	later 1
	must_run
	tap_is "$(find public/main -type f 2>/dev/null)" '' 'without archive = yes the pages go'
	tap_is "$(entries public/main.atom feed prev)" - 'and the link to them'
}

[ $# -gt 0 ] || set -- edit_and_move delete_and_return states dates terms rules windows bare mtimes archive
for part; do
	"$part"
done
tap_end
