#!/bin/bash
# What each action and option of the command line does, and leaves alone.
#
# The parts below are called by name; `...` in a description is no command.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/site.sh
. "${srcdir:-.}/tests/system/site.sh" || exit 99

xysfeed() {
	"$XYSFEED" -c "$site/xysfeed.conf" --now "$now" "$@"
}

# is_json DESCRIPTION: what the last command printed is, alone.
is_json() {
	tap_report "$("$python" -m json.tool <<<"$tap_out" >/dev/null 2>&1; echo $?)" "$1"
}

# field EXPRESSION: of the JSON that the last command printed.
field() {
	"$python" -I -S -c "import json, sys; d = json.load(sys.stdin); print($1)" <<<"$tap_out"
}

dry_run() {
	site_new dry-run <<-'END'
		[feed:main]
		max_bytes = 4000000
		archive = yes
		[feed:tag]
		for_each = tag
		formats = atom
	END
	article a.md 2024-05-01 'tags: [甲]'
	article b.md 2024-05-02 'tags: [乙]'
	tap_ok '--dry-run before anything' xysfeed --dry-run
	tap_is "$(ls)" $'articles\nxysfeed.conf' '--dry-run makes neither ledger nor output'
	tap_like "$tap_out" 'public/main\.atom \.rss \.json \.html: 2 entries, .* bytes, would be new' '--dry-run says what would be'
	tap_like "$tap_out" '^would publish [0-9]+ documents: 2 new, 0 changed, 0 gone' '--dry-run sums it up'
	must_run
	rm articles/b.md
	echo 更正。 >>articles/a.md
	article c.md 2024-05-03 'tags: [甲]'
	printf '很长的一段话。%.0s' {1..60000} >>articles/c.md
	local before
	before=$(stamps .)
	tap_ok '--dry-run' xysfeed --dry-run
	same "$(stamps .)" "$before" '--dry-run touches nothing, the ledger included'
	tap_like "$tap_out" 'main\.atom .*2 entries, [0-9 +]+ bytes, were [0-9 +]+, would change \(1 new, 1 updated, 1 gone\)' \
		'--dry-run counts new, updated, gone, and bytes before and after'
	tap_like "$tap_out" 'main\.atom .*over 1 MB' '--dry-run tells which limit of readers is crossed'
	tap_like "$tap_out" 'tag/甲\.atom \.html: .*\(1 new, 1 updated, 0 gone\)' '--dry-run counts by feed'
	tap_like "$tap_out" 'tag/乙\.atom \.html: 0 entries, .*\(0 new, 0 updated, 1 gone\)' '--dry-run names a feed that loses its last'
	tap_ok '--dry-run --json' xysfeed --dry-run --json
	is_json '--dry-run --json is JSON'
	tap_is "$(field '[(x["new"], x["updated"], x["gone"]) for x in d["documents"] if x["path"] == "main.rss"]')" \
		'[(1, 1, 1)]' '--dry-run --json has the same numbers'
	local bytes
	bytes=$(field '[x["bytes"] for x in d["documents"] if x["path"] == "main.atom"][0]')
	same "$(stamps .)" "$before" '--dry-run --json touches nothing'
	must_run
	tap_is "$(stat -c %s public/main.atom)" "$bytes" '--dry-run told the truth about bytes'
}

check() {
	site_new check <<-'END'
		[feed:main]
	END
	article a.md 2024-05-01
	printf -- '---\ntitle: "x\n---\ntext\n' >articles/bad.md
	body='{% unknown thing %} text' article liquid.md 2024-05-01
	local before
	before=$(stamps .)
	tap_ok '--check: exit 0' xysfeed --check
	same "$(stamps .)" "$before" '--check writes nothing'
	tap_like "$tap_out" '^  bad\.md: line [0-9]+: ' '--check lists what would be left out'
	tap_like "$tap_out" '^  liquid\.md:[0-9]+: ' '--check lists what is worth knowing'
	tap_like "$tap_out" '^checked 3 articles; 1 left out' '--check sums it up'
	must_run
	tap_ok '--check after a run' xysfeed --check
	tap_like "$tap_out" '^  liquid\.md:[0-9]+: ' '--check looks at every article, read before or not'
	tap_exit 3 '--check --strict' xysfeed --check --strict
	tap_ok '--check --json' xysfeed --check --json
	is_json '--check --json is JSON'
	printf 'x\n' >>xysfeed.conf
	tap_exit 2 '--check looks at the configuration too' xysfeed --check
}

# explains FILE PATTERN DESCRIPTION
explains() {
	tap_ok "--explain $1" xysfeed --explain "$1"
	tap_like "$tap_out" "$2" "--explain: $3"
}

explain() {
	site_new explain <<-'END'
		[feed:main]
		min_entries = 3
		archive = yes
		[feed:old]
		min_entries = 1
		min_hours = 0
		[feed:tea]
		include = tag:茶
		[feed:tag]
		for_each = tag
	END
	batch first 4 2024-01-01 'tags: [茶]'
	article plain.md 2024-05-01 'title: 平常' 'author: [甲, 乙]' 'summary: 一句摘要'
	article draft.md 2024-05-01 'draft: true'
	article hidden.md 2024-05-01 'hidden: true'
	article nofeed.md 2024-05-01 'feed: false'
	article unpublished.md 2024-05-01 'published: false'
	article expired.md 2024-05-01 'expires: 2024-05-02'
	article future.md 2024-07-01
	printf -- '---\ntitle: "x\n---\ntext\n' >articles/bad.md
	article noted.md 2024-05-01 'updated: 2024-02-31'
	must_run
	local before
	before=$(stamps .)
	explains plain.md '^plain\.md: live' 'live'
	for want in 'title +平常' 'id +tag:a\.example,2000:' 'author +甲' 'author +乙' 'summary +一句摘要' \
		'url +https://a\.example/' 'published +2024-05-01T00:00:00\+08:00' 'updated +2024-' \
		'arrival +[0-9]+, ' 'feed main: in.* number [12] ' 'feed tea: out, by its rules'; do
		tap_like "$tap_out" "^ +$want" "--explain: it tells $want"
	done
	explains first/001.md '^ +feed main: left the window; in its archive, number [56] ' 'out of a window with an archive'
	tap_like "$tap_out" '^ +feed old: left the window, number' '--explain: out of one without'
	tap_like "$tap_out" '^ +feed tea: in' '--explain: in by a rule'
	tap_like "$tap_out" '^ +feed tag/茶: in' '--explain: in the feed of its tag'
	explains draft.md '^draft\.md: out, draft' 'a draft'
	tap_like "$tap_out" '^ +feed main: would be in' '--explain: where it would be'
	explains hidden.md '^hidden\.md: out, hidden' 'hidden'
	explains nofeed.md '^nofeed\.md: out, ' 'feed: false'
	explains unpublished.md '^unpublished\.md: out, published: false' 'unpublished'
	explains expired.md '^expired\.md: out, expired' 'expired'
	explains future.md '^future\.md: waits' 'dated in the future'
	explains bad.md '^bad\.md: bad, line [0-9]+: ' 'bad'
	explains noted.md '^ +line [0-9]+: .*2024-02-31' 'what was noted'
	explains articles/plain.md '^plain\.md: live' 'the path as the shell sees it'
	explains "$site/articles/plain.md" '^plain\.md: live' 'an absolute path'
	(cd articles && xysfeed --explain ./first/001.md) >said 2>&1
	tap_like "$(cat said)" '^first/001\.md: live' '--explain: the path from another folder'
	rm said
	tap_ok 'a retraction' xysfeed --retract plain.md
	explains plain.md '^plain\.md: out, retracted' 'retracted'
	article new.md 2024-05-01
	explains new.md '^new\.md: live' 'not yet announced'
	tap_like "$tap_out" '^ +feed main: would be in' '--explain: where it will be'
	before=$(stamps .)
	explains first/002.md 'live' 'and again'
	same "$(stamps .)" "$before" '--explain writes nothing'
	tap_not '--explain of a file that is not there' xysfeed --explain absent.md
	tap_like "$tap_out" 'absent\.md' '--explain: its name is said'
}

old_feed() {
	case $1 in
	atom)
		cat <<-'END'
			<?xml version="1.0" encoding="utf-8"?>
			<feed xmlns="http://www.w3.org/2005/Atom"><title>old</title><id>urn:old</id>
			<updated>2020-01-01T00:00:00Z</updated>
			<entry><title>a</title><id>urn:old:1</id><updated>2019-02-03T04:05:06Z</updated>
			<link href="http://a.example/2019/01/01/a.html/"/></entry>
			<entry><title>b</title><id>https://a.example/?p=2</id><updated>2019-02-04T04:05:06Z</updated>
			<link rel="alternate" href="https://a.example/2019/01/02/b.html"/></entry>
			</feed>
		END
		;;
	rss)
		cat <<-'END'
			<rss version="2.0"><channel><title>old</title><link>http://a.example/</link><description>d</description>
			<item><title>a</title><link>http://a.example/2019/01/01/a.html</link><guid isPermaLink="false">urn:old:1</guid>
			<pubDate>Sun, 03 Feb 2019 04:05:06 GMT</pubDate></item>
			<item><title>b</title><link>https://a.example/2019/01/02/b.html</link>
			<guid isPermaLink="false">https://a.example/?p=2</guid></item>
			</channel></rss>
		END
		;;
	json)
		cat <<-'END'
			{"version": "https://jsonfeed.org/version/1", "title": "old", "items": [
			{"id": "urn:old:1", "url": "http://a.example/2019/01/01/a.html", "content_text": "a",
			 "date_modified": "2019-02-03T04:05:06Z"},
			{"id": "https://a.example/?p=2", "url": "https://a.example/2019/01/02/b.html", "content_text": "b"}]}
		END
		;;
	esac
}

adopt() {
	for format in atom rss json; do
		site_new "adopt-$format" <<-'END'
			[feed:main]
		END
		reconf 's,^\[articles\],&\npermalink = /:year/:month/:day/:title.html,'
		article a.md 2019-01-01 'title: a'
		article b.md 2019-01-02 'title: b'
		article c.md 2019-01-03 'title: c'
		old_feed "$format" >"old.$format"
		tap_ok "--adopt $format" xysfeed --adopt "$site/old.$format"
		tap_like "$tap_out" '^adopted 2 ids' "--adopt $format: says how many"
		must_run
		for made in atom rss json; do
			tap_is "$(entries "public/main.$made" id | sort | tr '\n' ' ')" \
				'https://a.example/?p=2 tag:a.example,2000:2019/01/03/c.html urn:old:1 ' \
				"--adopt $format: the ids stand in $made"
		done
		mv articles/a.md articles/z.md
		later 1
		must_run
		tap_is "$(entries public/main.atom id | grep -c '^urn:old:1$')" 1 "--adopt $format: for life"
		tap_ok "--adopt $format once more" xysfeed --adopt "$site/old.$format"
		must_run
		tap_is "$(entries public/main.atom id | wc -l)" 3 "--adopt $format once more: nothing is replayed"
	done
	echo 'This is no feed.' >nofeed
	tap_exit 1 '--adopt of what is no feed' xysfeed --adopt "$site/nofeed"
	tap_exit 1 '--adopt of what is not there' xysfeed --adopt "$site/absent"
	tap_is "$(entries public/main.atom id | wc -l)" 3 '--adopt of nothing changes nothing'
	tap_ok '--adopt -q' xysfeed --adopt "$site/old.json" -q
	tap_is "$tap_out" '' '--adopt -q says nothing'
}

# everywhere TEXT: the published files that hold it.
everywhere() {
	grep -rlF -- "$1" public | sort | tr '\n' ' '
}

retract() {
	site_new retract <<-'END'
		[feed:main]
		archive = yes
		[feed:tag]
		for_each = tag
	END
	reconf 's/^flood.*/&\narchive_entries = 2/'
	body=一号正文 article a.md 2024-01-01 'title: a' 'tags: [甲]'
	body=二号正文 article b.md 2024-01-02 'title: b' 'tags: [甲]'
	body=三号正文 article c.md 2024-01-03 'title: c' 'tags: [丙]'
	body=四号正文 article d.md 2024-01-04 'title: d'
	must_run
	local id_a id_c
	id_a=$(entries public/main.atom id title | sed -n 's/\ta$//p')
	id_c=$(entries public/main.atom id title | sed -n 's/\tc$//p')
	later 1
	tap_ok '--retract by id' xysfeed --retract "$id_a" --reason '作者要求'
	tap_is "$(everywhere 一号正文)" '' '--retract: out of feeds and archives at once'
	tap_is "$(everywhere https://a.example/2024/01/01/a.html)" '' '--retract: and out of the sitemap'
	tap_is "$(entries public/main.atom feed gone)" "$id_a $now" '--retract: a tombstone with its time'
	tap_like "$(cat public/main.atom)" '作者要求' '--retract: and the reason'
	tap_is "$(entries public/tag/甲.atom feed gone)" "$id_a $now" '--retract: in the feed of its tag as well'
	tap_is "$(entries public/main.atom title | sort | tr '\n' ' ')" 'b c d ' '--retract: the others stay'
	later 1
	tap_ok '--retract by path' xysfeed --retract c.md
	tap_is "$(everywhere 三号正文)" '' '--retract by path: out at once'
	tap_like "$(entries public/main.atom feed gone)" "$id_c $now" '--retract by path: a tombstone'
	tap_is "$(entries public/tag/丙.atom feed gone)" "$id_c $now" '--retract by path: in the feed that it leaves empty, too'

	away() {
		later 1
		must_run
		tap_is "$(everywhere 一号)$(everywhere "$id_a\"/>" | wc -c)" 0 "--retract: it stays away after $1"
		tap_is "$(entries public/main.atom id | grep -cF "$id_a")" 0 "--retract: its id, too, after $1"
	}
	must_run
	away 'a run'
	body=一号正文改了 article a.md 2024-01-01 'title: a' 'tags: [甲]'
	away 'an edit'
	mv articles/a.md articles/e.md
	away 'a rename'
	body=一号正文再改 article e.md 2024-01-01 'title: a' 'tags: [甲]'
	away 'another edit'
	mv articles/e.md "$tap_dir/e.md"
	away 'its removal'
	mv "$tap_dir/e.md" articles/e.md
	away 'its return'
	reconf 's/^title = .*/title = 新名字/'
	away 'a change of configuration'
	tap_exit 1 '--retract of what is not there' xysfeed --retract absent.md
	tap_like "$tap_out" 'absent\.md' '--retract: its name is said'
	tap_exit 1 '--retract twice' xysfeed --retract "$id_a"
	tap_exit 2 '--reason without --retract' xysfeed --once --reason x
}

status() {
	site_new status <<-'END'
		[feed:main]
		[feed:tag]
		for_each = tag
	END
	tap_ok '--status before the first run' xysfeed --status
	tap_like "$tap_out" 'never' '--status: there was none'
	tap_is "$(ls)" $'articles\nxysfeed.conf' '--status makes no ledger'
	article a.md 2024-05-01 'tags: [甲]'
	article future.md 2024-06-20T12:00:00Z
	article draft.md 2024-05-01 'draft: true'
	echo >articles/bad.md
	must_run
	local before
	before=$(stamps .)
	tap_ok '--status' xysfeed --status
	for want in '^last run 2024-06-01T08:00:00\+08:00: 4 articles, 4 read; 1 new' \
		'1 live, 1 waits, 0 held, 1 out, 1 bad' '^next due 2024-06-20T20:00:00\+08:00' \
		'^  waits future\.md' '^  bad bad\.md: .*empty' '^  main: 1 entries' '^  tag/甲: 1 entries'; do
		tap_like "$tap_out" "$want" "--status: $want"
	done
	tap_ok '--status --json' xysfeed --status --json
	is_json '--status --json is JSON'
	tap_is "$(field 'd["articles"]["live"], d["next_due"], len(d["feeds"])')" '1 1718884800 2' \
		'--status --json has the same numbers'
	same "$(stamps .)" "$before" '--status writes nothing'
}

init() {
	site_new init <<-'END'
	END
	mkdir -p jekyll/_posts bare
	cat >jekyll/_config.yml <<-'END'
		title: "海边 # 的站"
		description: 一个站
		url: "https://jekyll.example"
		baseurl: /blog
		timezone: Asia/Tokyo
		lang: zh-Hant
		author:
		  name: 丁
		permalink: /:year/:title/
		plugins: [x, y]
	END
	printf -- '---\ntitle: 一\n---\n正文\n' >jekyll/_posts/2024-01-02-one.md
	local before
	before=$(stamps jekyll)
	tap_ok '--init' "$XYSFEED" --init jekyll
	same "$(stamps jekyll)" "$before" '--init writes nothing'
	tap_like "$tap_out" '^# ' '--init: with comments'
	tap_out=$("$XYSFEED" --init jekyll 2>/dev/null)
	printf '%s\n' "$tap_out" >jekyll/_xysfeed.conf
	tap_ok '--init: it can be run as it is' "$XYSFEED" -c jekyll/_xysfeed.conf --once --now "$now"
	tap_is "$(find . -name main.atom -exec "$python" -I -S "$root/tests/system/entries" {} url \;)" \
		'https://jekyll.example/blog/2024/one/' '--init: with the addresses that Jekyll has'
	tap_is "$(find . -name main.atom -exec "$python" -I -S "$root/tests/system/entries" {} feed title lang author \;)" \
		$'海边 # 的站\tzh-Hant\t丁' '--init: title, language, author'
	tap_ok '--init without _config.yml' "$XYSFEED" --init bare
	printf '%s\n' "$tap_out" >bare/x.conf
	tap_ok '--init without _config.yml: it parses' "$XYSFEED" -c bare/x.conf --print-config
	tap_not '--init of what is not there' "$XYSFEED" --init absent
	printf 'title: [\n' >bare/_config.yml
	tap_not '--init of what is no YAML' "$XYSFEED" --init bare
	tap_like "$tap_out" '_config\.yml' '--init: its name is said'
}

settings() {
	sed 's/^#.*//; s/ *;.*//; /^$/d' "$1"
}

print_config() {
	site_new print-config <<-'END'
		[feed:main]
		title = :site – 全部
		include = tag:"a b" or not (year:2001 and path:x/**)
		[feed:each]
		for_each = category
		[hub:one]
		url = https://hub.example/
	END
	mkdir conf.d
	printf '[feed:extra]\nformats = atom json\nmax_bytes = 20kB\n' >conf.d/x.conf
	printf 'include = conf.d/*.conf\n' | cat - xysfeed.conf >new && mv new xysfeed.conf
	tap_ok '--print-config' xysfeed --print-config -D feed:extra.min_entries=7
	printf '%s\n' "$tap_out" >one.conf
	tap_ok '--print-config of its own output' "$XYSFEED" -c one.conf --print-config
	printf '%s\n' "$tap_out" >two.conf
	same "$(settings two.conf)" "$(settings one.conf)" '--print-config parses again to the same'
	tap_like "$(cat one.conf)" 'conf\.d/x\.conf:3' '--print-config tells file and line'
	tap_like "$(cat one.conf)" 'default' '--print-config tells defaults'
	tap_like "$(cat one.conf)" '-D' '--print-config tells overrides'
	tap_like "$(settings one.conf)" '^min_entries = 7$' '--print-config has the overridden value'
	tap_is "$(ls)" $'articles\nconf.d\none.conf\ntwo.conf\nxysfeed.conf' '--print-config writes nothing else'
	article a.md 2001-01-01 'tags: ["a b"]' 'category: c d'
	must_run
	local want
	want=$(tree)
	rm -rf public xysfeed.db*
	tap_ok 'a run by its output' "$XYSFEED" -c two.conf --once -q --now "$now" -D feed:extra.min_entries=20
	same "$(tree)" "$want" '--print-config: it publishes the same'
}

quiet() {
	site_new quiet <<-'END'
		[feed:main]
	END
	article a.md 2024-05-01
	printf 'x' >articles/undated.txt
	touch -d 2024-05-02 articles/undated.txt
	tap_ok '-q: a run' xysfeed --once -q
	tap_is "$tap_out" '' '-q: says nothing'
	echo >articles/bad.md
	tap_ok '-q: with an article left out' xysfeed --once -q
	tap_is "$tap_out" '' '-q: says nothing'
	tap_exit 3 '-q --strict' xysfeed --once --quiet --strict
	tap_exit 1 '-q: an error' xysfeed --once -q -D "articles.dir=$site/absent"
	tap_like "$tap_out" '^xysfeed: ' '-q: errors are said'
	tap_ok '--json with -q' xysfeed --once -q --json
	is_json '--json with -q is JSON'
	touch -d 2024-05-03 articles/undated.txt
	tap_ok '-v' xysfeed --once -v
	tap_like "$tap_out" '^  undated\.txt: no date' '-v: notes are listed'
	article b.md 2024-05-02
	xysfeed --once >out 2>err
	tap_is "$(cat err)" '' 'a report goes to standard output'
	xysfeed --once -D "articles.dir=$site/absent" >out 2>err
	tap_is "$(cat out)" '' 'and errors to standard error'
	printf 'caf\351\n' >$'articles/caf\351.md'
	tap_ok '--json with a name that is not UTF-8' xysfeed --once --json
	is_json 'is JSON'
	tap_is "$(field 'd["new"], d["failed"], d["held_by_flood_guard"]')" '0 0 False' '--json has the numbers'
	tap_is "$(field 'sorted(x["path"] for x in d["not_published"])[0]')" 'bad.md' '--json has what is left out'
}

overrides() {
	site_new overrides <<-'END'
		[feed:main]
	END
	batch x 9 2024-01-01
	tap_ok '-D' xysfeed --once -D feed:main.min_entries=4 -D 'site.title=别名 = 等于' --define output.opml=no
	tap_is "$(entries public/main.rss id | wc -l)" 4 '-D sets a number'
	tap_is "$(entries public/main.json feed title)" '别名 = 等于' '-D takes all behind the first ='
	tap_is "$(find public -name feeds.opml)" '' '-D, --define: each counts'
	must_run
	tap_is "$(entries public/main.rss id | wc -l)" 9 'without -D the file holds again'
	tap_is "$(find public -name feeds.opml)" public/feeds.opml 'for files too'
	tap_ok 'a relative path' env -C articles "$XYSFEED" -c ../xysfeed.conf --once --now "$now" -D output.dir=../here
	tap_is "$(find here -name main.atom)" here/main.atom '-D: a path starts from the working directory'
}

help() {
	cd "$tap_dir" || exit 99
	tap_ok '--help' "$XYSFEED" --help
	local option
	for option in --once --dry-run --check --explain --adopt --retract --reason --status --init \
		--print-config --server-config --config --define --json --quiet --verbose --version --allow-flood --strict; do
		tap_like "$tap_out" "(^|[ ,])$option( |\$)" "--help names $option"
	done
	tap_ok '-h' "$XYSFEED" -h
	tap_ok '--version' "$XYSFEED" --version
	tap_like "$tap_out" '^xysfeed [0-9]+\.[0-9]+' '--version says it'
	tap_exit 2 'an unknown short option' "$XYSFEED" -Z
	tap_exit 2 'an unknown long option' "$XYSFEED" --frobnicate
	tap_exit 2 'an argument for an option that takes none' "$XYSFEED" --once=now
}

[ $# -gt 0 ] || set -- dry_run check explain adopt retract status init print_config quiet overrides help
for part; do
	"$part"
done
tap_end
