#!/bin/bash
# Pages that show the feeds: what writes them, and what does not.
#
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/site.sh
. "${srcdir:-.}/tests/system/site.sh" || exit 99

# Well-formed XML behind the document type, with no element that HTML would read otherwise.
well_formed() {
	"$python" -I - "$@" <<-'END'
		import sys
		from xml.dom import minidom
		for path in sys.argv[1:]:
		    text = open(path, encoding='utf-8').read()
		    assert text.startswith('<!DOCTYPE html>\n'), path
		    minidom.parseString(text.split('\n', 1)[1].encode())
	END
}

# changed BEFORE: the names of files that were written since `stamps` gave BEFORE.
changed() {
	diff <(printf '%s\n' "$1") <(stamps public) | sed -n 's/^[<>] //p' | cut -d' ' -f1 |
		grep '\.' | sort -u | tr '\n' ' ' | sed 's/ $//'
}

# months FILE: the rows of its table.
months() {
	grep -o '<tr><th scope="row">.*' "$1" | sed 's/<[^>]*>/ /g; s/  */ /g; s/^ //; s/ $//'
}

site_new pages <<-'END'
	[output]
	formats = atom json
	[feed:main]
	archive = yes
	min_entries = 3
	min_hours = 0
	[feed:tag]
	for_each = tag
	path = tag/:term
END
article a.md 2022-05-01 'title: 甲' 'tags: [山, 海]'
article b.md 2023-05-02 'title: 乙' 'tags: [海]'
article c.md 2024-01-02 'title: 丙' 'tags: [河]'
article d.md 2024-01-03 'title: 丁' 'tags: [河]'
reconf 's/^flood/tombstone_days = 0\n&/'
must_run
tap_ok 'every page is well-formed' well_formed public/{index,main}.html public/tag/*.html
tap_is "$(cd public && ls -- *.html *.css *.js tag/*.html | tr '\n' ' ')" \
	'autodiscovery.html feed.css index.css index.html index.js main.html tag/index.html tag/山.html tag/河.html tag/海.html ' \
	'one for all, one for each'
before=$(stamps public)
must_run
same "$(stamps public)" "$before" 'a second run touches nothing'
later 1
article e.md 2024-05-30 'title: 戊' 'tags: [山]'
must_run
tap_is "$(changed "$before")" \
	'index.html main.atom main.html main.json main/archive-1.atom sitemap.xml tag/山.atom tag/山.html tag/山.json' \
	'a new article writes its own feeds, their pages, and the first one'
tap_like "$(cat public/index.html)" '5 篇文章' 'which counts it'
tap_is "$(months public/tag/山.html)" $'2024 0 0 0 0 1 0 0 0 0 0 0 0 1\n2022 0 0 0 0 1 0 0 0 0 0 0 0 1' \
	'by year and month'

before=$(stamps public)
later 1
sed -i 's/^date: .*/date: 2021-12-31/' articles/a.md
must_run
tap_is "$(months public/main.html | tail -1)" '2021 0 0 0 0 0 0 0 0 0 0 0 1 1' \
	'an old article that moves to another month moves in the pages of its feeds'
tap_like "$(changed "$before")" 'tag/海.html' 'in all of them'
tap_unlike "$(changed "$before")" 'tag/河' 'and in no other'

before=$(stamps public)
later 1
echo '更正。' >>articles/a.md
must_run
tap_unlike "$(changed "$before")" 'main.html|河' 'a correction of what a page does not show does not write it'

later 1
rm articles/c.md articles/d.md
must_run
tap_not 'the page of a feed that is gone goes with it' test -e public/tag/河.html
tap_unlike "$(cat public/index.html public/tag/index.html)" '河' 'and nothing leads to it'

# What was added and taken away bit by bit is what a count of everything gives.
cp -a public was
rm -rf public xysfeed.db*
must_run
for page in index.html tag/index.html; do
	tap_ok "$page is as after a fresh start" diff <(sed 's/最近更新 [0-9-]*//' "was/$page") <(sed 's/最近更新 [0-9-]*//' "public/$page")
done
same "$(months public/main.html)" "$(months was/main.html)" 'and so are the sums'

rm public/index.html public/tag/海.html
must_run
tap_ok 'pages that were lost are made again' test -s public/index.html -a -s public/tag/海.html
must_run -D output.pages=no
tap_is "$(find public -name '*.html' -o -name 'index.*' | tr '\n' ' ')" 'public/autodiscovery.html ' \
	'without pages they all go'
tap_like "$(cat public/main.atom)" '^<\?xml-stylesheet type="text/css" href="feed.css"\?>$' \
	'feeds keep their style sheet'
article f.md 2024-05-31 'title: 己' 'tags: [山]'
must_run -D output.pages=no
must_run
tap_is "$(months public/index.html | head -1)" '2024 0 0 0 0 2 0 0 0 0 0 0 0 2' \
	'and with them again what came in between is counted'

site_new foreign <<-'END'
	[feed:main]
END
mkdir public
echo '<p>mine' >public/index.html
article a.md 2024-05-01
must_run
tap_is "$(cat public/index.html)" '<p>mine' 'a page that is not ours stays'
tap_like "$said" '; 1 page not written: index.html is there and not ours' 'and is told of'
tap_ok 'the others are there' test -s public/main.html
rm public/index.html
touch articles/a.md
article b.md 2024-05-02
must_run
tap_like "$(cat public/index.html)" 'generator' 'when it is gone ours takes its place'
must_run -D output.stylesheet=https://x.example/a.css
tap_like "$(cat public/main.rss)" '^<\?xml-stylesheet type="text/css" href="https://x.example/a.css"\?>$' \
	'a style sheet of the operator is named'
tap_not 'ours is not needed then' test -e public/feed.css

# Thousands of tags.
site_new many <<-'END'
	[feed:main]
	formats = atom
	[feed:tag]
	for_each = tag
	path = tag/:term
	formats = atom
END
tags=3000
[ -n "${XYSFEED_SLOW:-}" ] && tags=2100
for ((i = 1; i <= tags / 30; i++)); do
	list=
	for ((k = 1; k <= 30; k++)); do list+="标签$((30 * i + k)), "; done
	printf -v day '%04d-%02d-01' $((1994 + i % 30)) $((1 + i % 12))
	article "$i.md" "$day" "title: 第 $i 篇" "tags: [${list}常用]"
done
must_run -q
size=$(stat -c %s public/index.html)
tap_ok "with $tags tags the first page has $size bytes, less than 100,000" test "$size" -lt 100000
tap_is "$(grep -c 'class="feed"' public/tag/index.html),$(grep -c 'class="feed"' public/tag/index.2.html)" \
	1000,1000 'all of them are listed in parts'
tap_is "$(grep -o 'class="feed" href="tag[^<]*' public/index.html | head -1 | sed 's/.*>//')" 常用 'the largest first'
tap_ok 'and all is well-formed' well_formed public/index.html public/tag/index*.html
before=$(stamps public)
later 1
article new.md 2024-05-31 'title: 新' 'tags: [标签40]'
must_run -q
tap_is "$(changed "$before")" 'index.html main.atom main.html sitemap.xml tag/标签40.atom tag/标签40.html' \
	'a new article still writes nothing else'
tap_end
