#!/bin/bash
# The promises of ARCHITECTURE that one machine can show without a network.
#
# The parts below are called by name; `...` in a description is no command.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/site.sh
. "${srcdir:-.}/tests/system/site.sh" || exit 99

can_trace() {
	strace -qq -o /dev/null true 2>/dev/null
}

# --- P1 whole -------------------------------------------------------------

digests() {
	(cd public && find . -type f ! -name '.xysfeed-*' -exec sha256sum {} +)
}

# The files of public/ that hold what neither of two trees holds.
torn() {
	digests | grep -vxFf <(cat before after)
}

p1() {
	site_new p1 <<-'END'
		[feed:main]
		[feed:tag]
		for_each = tag
	END
	batch old 8 2024-03-01 'tags: [甲, 乙]'
	must_run
	digests >before
	cp -a public public.before
	cp -a xysfeed.db ledger.before
	exec 3<public/main.atom
	article new.md 2024-05-30 'tags: [甲]'
	must_run
	digests >after
	same "$(cat <&3)" "$(cat public.before/main.atom)" \
		'P1: who had the old feed open still reads all of the old feed'
	exec 3<&-
	tap_not 'P1: and the path has the new one' cmp -s public/main.atom public.before/main.atom
	if ! can_trace; then
		tap_skip 'P1: killed between renames' 'strace is missing or may not trace'
		return
	fi
	for k in 1 3 6; do
		rm -rf public && cp -a public.before public && cp -a ledger.before xysfeed.db
		(strace -f -qq -o /dev/null -e trace=rename,renameat,renameat2 \
			-e inject=rename,renameat,renameat2:signal=KILL:when="$k" \
			"$XYSFEED" -c xysfeed.conf --once --now "$now") >/dev/null 2>&1
		same "$(torn)" '' "P1: killed at rename $k, every path is whole"
		same "$(digests | wc -l)" "$(wc -l <before)" \
			"P1: killed at rename $k, no path is gone"
		must_run
		same "$(digests | sort)" "$(sort after)" "P10: killed at rename $k, the next run gives the same tree"
	done
}

# --- P2 still -------------------------------------------------------------

p2() {
	site_new p2 <<-'END'
		[feed:main]
		archive = yes
		[feed:tag]
		for_each = tag
		[feed:year]
		for_each = year
	END
	batch old 30 2023-12-10 'tags: [茶, tea]'
	printf 'Line one\n\nNo date, only a file time.\n' >articles/undated.txt
	touch -d '2024-02-02 20:00:00Z' articles/undated.txt
	must_run -D 'output.precompress=gz'
	touch stamp
	local before
	before=$(stamps)
	must_run -D 'output.precompress=gz'
	same "$(stamps)" "$before" 'P2: a second run touches neither file nor folder'
	tap_is "$(find public -newer stamp)" '' 'P2: nothing is newer than a stamp'
	tap_like "$said" '^nothing changed: 31 articles' 'P2: and it says so'
	later 24
	must_run -D 'output.precompress=gz'
	same "$(stamps)" "$before" 'P2: nor does a run a day later'
	touch articles/old/003.md
	must_run -D 'output.precompress=gz'
	same "$(stamps)" "$before" 'P2: nor does one after an article was only touched'

	later -24
	must_run
	local want
	want=$(tree)
	again() {
		local what=$1
		shift
		rm -rf public xysfeed.db*
		"$@"
		same "$(tree)" "$want" "P2: the same tree $what"
	}
	elsewhere() {
		(cd / && run)
	}
	masked() {
		(umask 077 && run)
	}
	again 'from scratch' must_run
	again 'in another time zone' env_run TZ=America/New_York
	again 'in another locale' env_run LC_ALL=C LANG=C
	again 'in a locale of its own, perhaps' env_run LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8
	again 'with a strict umask' masked
	again 'from another folder' elsewhere
	again 'with one thread' must_run -D limits.threads=1
	again 'with two threads' must_run -D limits.threads=2
	again 'with seven threads' must_run -D limits.threads=7
	again 'with files read in another order' shuffled
	cp -a "$site" "$tap_dir/p2-copy"
	site=$tap_dir/p2-copy
	cd "$site" || exit 99
	again 'from a copy of the folder' must_run
	# What is no feed has the time at which it changed.
	drop_others
	later 5
	want=$(tree)
	again 'five hours later' leave_feeds
	later -5
}

drop_others() {
	rm public/feeds.opml public/sitemap.xml public/autodiscovery.html public/*.css public/*.js \
		public/*/index.html
}

leave_feeds() {
	must_run
	drop_others
}

env_run() {
	env "$@" "$XYSFEED" -c xysfeed.conf --once -q --now "$now"
}

# The same files, created in another order.
shuffled() {
	local file
	mv articles articles.old
	mkdir -p articles/old
	(cd articles.old && find . -type f | sort -r) | while read -r file; do
		cp -p "articles.old/$file" "articles/$file"
	done
	rm -rf articles.old
	run
}

# --- P3 once --------------------------------------------------------------

ids() {
	for format in atom rss json; do
		entries "public/main.$format" id
	done | sort -u
}

p3() {
	site_new p3 <<-'END'
		[feed:main]
	END
	reconf '/^tag/d; s,^url = https://a.example/$,url = http://a.example/,'
	article 2024-05-02-a.md 2024-05-02 'title: 甲'
	article b.md 2024-05-03T08:00:00+08:00 'title: 乙'
	must_run
	local id updated
	id=$(ids)
	updated() {
		entries public/main.atom title updated | sort
	}
	updated=$(updated)
	tap_is "$(wc -l <<<"$id")" 2 'P3: two entries with the same ids in all three formats'
	tap_like "$id" '^tag:a\.example,2024:' 'P3: the first run made a tag: URI of its own'
	step() {
		later 1
		must_run
		same "$(ids)" "$id" "P3: the ids stay after $1"
	}
	still() {
		same "$(updated)" "$updated" "P3: nor does \`updated\` move after $1"
	}

	mv articles/2024-05-02-a.md articles/2020-01-01-other.md
	step 'a rename'
	still 'a rename'
	mkdir -p articles/deep/er
	mv articles/b.md articles/deep/er/
	step 'a move to another folder'
	still 'a move to another folder'
	sed -i 's/^date:.*/date: 2021-07-08/' articles/2020-01-01-other.md
	step 'a date fix'
	still 'a date fix'
	reconf 's,http://a.example/,https://a.example/,'
	step 'https'
	still 'https'
	reconf 's,https://a.example/,https://new.example/,'
	step 'a new domain'
	still 'a new domain'
	reconf 's,^\[articles\],&\npermalink = /p/:title/,'
	step 'new permalinks'
	still 'new permalinks'
	tap_like "$(entries public/main.atom url)" '^https://new.example/p/' 'P3: while the addresses are new'
	sed -i 's/^date:/tags: [x, y]\ndate:/' articles/deep/er/b.md
	step 'new tags'
	still 'new tags'
	printf '\n\n  \n' >>articles/deep/er/b.md
	sed -i 's/，/，\n/' articles/deep/er/b.md
	step 'white space'
	still 'white space'
	sed -i 's/^date:/minor: true\ndate:/; $a 一个小小的更正。' articles/deep/er/b.md
	step 'a minor edit'
	still 'a minor edit'
	tap_like "$(entries public/main.atom content)" '小小的更正' 'P3: while the minor edit is published'
	touch articles/deep/er/b.md
	step 'a touch'
	still 'a touch'

	body=无题之文 article untitled.md 2024-05-01
	step_new() {
		id=$(ids)
		updated=$(updated)
	}
	later 1
	must_run
	step_new
	mv articles/untitled.md articles/still-untitled.md
	step 'a rename of one without title'
	rm articles/still-untitled.md
	later 1
	must_run
	step_new

	sed -i 's/^title:.*/title: 丙/' articles/2020-01-01-other.md
	step 'a new title'
	tap_like "$(updated)" "^丙.$now" 'P3: a new title moves `updated`'
	updated=$(updated)
	sed -i '/^minor/d' articles/deep/er/b.md
	echo '整整一段新的话。' >>articles/deep/er/b.md
	step 'an edit'
	tap_like "$(updated)" "^乙.$now" 'P3: an edit moves `updated`'
	same "$(updated | grep 丙)" "$(grep 丙 <<<"$updated")" 'P3: of that entry alone'
}

# --- P4 nothing missed ----------------------------------------------------

p4() {
	site_new p4 <<-'END'
		[feed:main]
		min_entries = 20
		min_hours = 72
		[feed:recent]
		order = published
		min_entries = 20
		min_hours = 72
	END
	reconf 's/^flood = .*/flood = 120/'
	batch base 40 2024-04-01
	must_run
	tap_is "$(entries public/main.atom id | wc -l)" 20 'P4: a window of 20'
	batch import 120 1999-01-01
	later 1
	must_run
	for format in atom rss json; do
		tap_is "$(entries "public/main.$format" url | grep -c /1999/)" 120 \
			"P4: all of a back-dated batch is announced in $format"
	done
	tap_is "$(entries public/main.atom url | head -120 | grep -c /1999/)" 120 \
		'P4: before what was there'
	tap_is "$(entries public/main.atom updated | sort -u | wc -l)" \
		"$(entries public/main.atom updated | wc -l)" 'P4: no two with the same `updated`'
	tap_is "$(entries public/recent.atom url | grep -c /1999/)" 120 \
		'P4: by published date they are there too, for their hours'
	tap_is "$(entries public/recent.atom published)" "$(entries public/recent.atom published | sort -r)" \
		'P4: in the order of their dates'
	later 71
	article late.md 2003-03-03
	must_run
	tap_is "$(entries public/main.atom url | grep -c /1999/)" 120 'P4: after 71 hours they still are'
	tap_is "$(names public/main.atom | cut -d' ' -f1)" late 'P4: behind the one that came last'
	later 2
	must_run
	tap_is "$(entries public/main.atom id | wc -l)" 20 'P4: after 73 hours the window is 20 again, by itself'
	tap_is "$(names public/main.atom | cut -d' ' -f1-2)" 'late 120' 'P4: the latest arrivals'
	tap_is "$(entries public/recent.atom url | grep -c /1999/)" 0 'P4: and by published date the latest dates'
}

# --- P5 proven ------------------------------------------------------------

p5() {
	site_new p5 <<-'END'
		[feed:main]
		[feed:other]
		title = 另一个
		include = tag:x
	END
	article a.md 2024-05-01
	article b.md 2024-05-02 'tags: [x]'
	must_run
	local before
	before=$(sha256sum public/main.*)
	# UTF-8 that was taken for Windows-1252 and written as UTF-8 again.
	reconf '/^\[feed:main\]/a title = ä¸­æ–‡æµ‹è¯•'
	article c.md 2024-05-03 'tags: [x]'
	later 1
	run
	tap_is "$code" 1 'P5: a document that fails its proof makes the run exit 1'
	tap_is "$(sha256sum public/main.*)" "$before" 'P5: the last good documents stay'
	tap_like "$said" 'main\.atom' 'P5: the run names the document'
	tap_like "$said" 'rule [a-z-]+' 'P5: and the rule'
	tap_is "$(names public/other.atom)" 'c b' 'P5: the other documents are published'
	tap_is "$(find public -name '*xysfeed-*')" '' 'P5: nothing is left behind'
	run
	tap_is "$code" 1 'P5: it fails until it is mended'
	reconf '/^title = ä/d'
	must_run
	tap_is "$(names public/main.atom)" 'c b a' 'P5: mended, nothing was missed'
}

# --- P6 alone -------------------------------------------------------------

p6() {
	site_new p6 <<-'END'
		[feed:main]
		min_entries = 200
	END
	batch good 99 2023-01-01
	printf -- '---\ntitle: [unclosed\ndate: 2024-01-01\n---\ntext\n' >articles/bad.md
	run
	tap_is "$code" 0 'P6: one bad among a hundred: exit 0'
	tap_is "$(entries public/main.atom id | wc -l)" 99 'P6: the other 99 are published'
	tap_like "$said" '^  bad\.md: line [0-9]+: .+' 'P6: it is left out with path, line and reason'
	run
	tap_like "$("$XYSFEED" -c xysfeed.conf --status)" '^  bad bad\.md: line' 'P6: the status keeps saying so'
	article bad.md 2024-01-01
	later 1
	must_run
	tap_is "$(names public/main.atom | cut -d' ' -f1)" bad 'P6: mended, it arrives'
	tap_is "$(entries public/main.atom id | wc -l)" 100 'P6: beside the others'
	printf -- '---\ntitle: {\n---\ntext\n' >articles/good/050.md
	later 1
	run
	tap_is "$code,$(entries public/main.atom id | wc -l)" 0,99 'P6: one that breaks later goes alone'
	tap_is "$(entries public/main.atom feed gone)" - 'P6: and is not announced as taken down'
}

# --- P8 fenced ------------------------------------------------------------

p8() {
	site_new p8 <<-'END'
		[feed:main]
		[feed:tag]
		for_each = tag
		path = tag/:term
	END
	mkdir "$tap_dir/outside"
	printf -- '---\ntitle: stolen\ndate: 2024-05-05\n---\nstolen words\n' >"$tap_dir/outside/secret.md"
	head -c 4321 /dev/zero >"$tap_dir/outside/secret.mp3"
	ln -s "$tap_dir/outside/secret.md" articles/absolute.md
	ln -s ../../outside/secret.md articles/relative.md
	ln -s ../../outside articles/folder
	ln -s a.md articles/inside.md
	mkfifo articles/fifo.md
	article a.md 2024-05-01 'tags: ["../../up", "..", "/etc/x", "a/b", "."]' \
		'enclosure: ../../outside/secret.mp3' 'permalink: ../../../../up.html'
	timeout 20 "$XYSFEED" -c xysfeed.conf --once --now "$now" >said 2>&1
	tap_is "$?" 0 'P8: links out of the tree and a FIFO do no harm, nor do they block'
	for name in absolute.md relative.md fifo.md; do
		tap_like "$(cat said)" "$name: .+" "P8: $name is reported"
	done
	same "$(grep -rl stolen public)" '' 'P8: nothing of outside is published'
	same "$(grep -rl 4321 public)" '' 'P8: nor the length of a file outside'
	same "$(find "$tap_dir" /etc/x.atom -newer xysfeed.conf ! -path "$site*" -name '*.atom' 2>/dev/null)" '' \
		'P8: tags that climb make no file outside'
	tap_unlike "$(cd public && find . | sed 's,^\.,,')" '/\.' 'P8: nor hidden ones'
	tap_is "$(find public -name '*.atom' | wc -l)" 6 'P8: all five of them have a feed of their own'

	# Links in the output folder are never followed.
	echo precious >"$tap_dir/outside/precious"
	rm -rf public/tag public/main.atom
	mkdir "$tap_dir/outside/tag"
	ln -s "$tap_dir/outside/precious" public/main.atom
	ln -s "$tap_dir/outside/tag" public/tag
	run
	tap_is "$(cat "$tap_dir/outside/precious")" precious 'P8: a link in the output folder is not written through'
	tap_is "$(ls "$tap_dir/outside/tag")" '' 'P8: nor is a linked folder'
	rm -f public/tag

	# Without its own feeds, and with a neighbour's files.
	mkdir -p public/own
	echo mine >public/own/mine.txt
	echo mine >public/mine.atom
	must_run
	must_run -D output.formats=json
	tap_is "$(cat public/own/mine.txt public/mine.atom)" $'mine\nmine' 'P8: files that are not ours stay'

	for wrong in output.dir=articles/x articles.dir=public/x output.state=public/x.db feed:main.path=../x; do
		tap_exit 2 "P8: $wrong is refused" "$XYSFEED" -c xysfeed.conf --once -D "$wrong"
	done

	if ! can_trace; then
		tap_skip 'P8: system calls' 'strace is missing or may not trace'
		return
	fi
	article b.md 2024-05-02 'tags: [新]'
	strace -f -qq -y -o trace -e trace=%file,%network,execve \
		"$XYSFEED" -c xysfeed.conf --once -q --now "$now"
	tap_is "$(grep -cE ' (socket|connect|sendto|bind)\(' trace)" 0 'P8: no network'
	tap_is "$(grep -c ' execve(' trace)" 1 'P8: no other program'
	tap_is "$(grep -E 'O_(WRONLY|RDWR|CREAT)|^[0-9]+ +(mkdir|rename|unlink|link|symlink)' trace |
		grep -vE "ENOENT|EEXIST|\"$site/(public|xysfeed\.db)|<$site/public|/dev/(null|tty)")" '' \
		'P8: it writes only below the output folder, and the ledger'
	tap_is "$(grep -E ' open(at|at2)?\(' trace | grep -oE '"/[^"]*"' | tr -d '"' | sort -u |
		grep -vE "^($site/(xysfeed\.|articles|public)|$site\$|/(usr/)?lib|/etc/|/proc/|/sys/|/dev/|/usr/share/zoneinfo|$root)")" '' \
		'P8: it reads only what is configured, and libraries'
}

# --- P11 flat -------------------------------------------------------------

# The articles that the traced run opened.
opened() {
	strace -f -qq -y -o trace -e trace=open,openat,openat2 \
		"$XYSFEED" -c "${1:-$site/xysfeed.conf}" --once -q --now "$now" || return
	grep -v O_DIRECTORY trace | grep -oE '[0-9]+\.md"' | tr -d '"' | sort -u
}

p11() {
	site_new p11 <<-'END'
		[feed:main]
		min_entries = 20
		archive = yes
		[feed:tag]
		for_each = tag
		min_entries = 10
		[feed:year]
		for_each = year
		min_entries = 10
	END
	if ! can_trace; then
		tap_skip 'P11: system calls' 'strace is missing or may not trace'
		return
	fi
	"$python" - <<-'END'
		import datetime, pathlib
		day = datetime.date(2004, 1, 1)
		for i in range(2000):
		    date = day + datetime.timedelta(days=3 * i)
		    folder = pathlib.Path("articles") / str(date.year)
		    folder.mkdir(exist_ok=True)
		    (folder / f"{i:04}.md").write_text(
		        f"---\ntitle: 第{i}篇\ndate: {date}\ntags: [t{i % 40}]\n---\n第{i}篇的正文。\n")
	END
	must_run
	later 1
	tap_is "$(opened | wc -l)" 0 'P11: with nothing changed, no article of 2,000 is opened'
	tap_is "$(opened xysfeed.conf | wc -l)" 0 'P11: nor when the configuration is called by another name'
	# 0777 has tag t17, is of 2010, and on archive page 16 (751 to 800).
	echo '一句后来加上的话。' >>articles/2010/0777.md
	later 1
	local files
	files=$(opened)
	tap_like "$files" '^0777\.md$' 'P11: one changed: it is read'
	allowed() {
		local i
		for ((i = 1980; i < 2000; i++)); do echo "$i"; done # main
		for ((i = 17; i < 2000; i += 40)); do echo "$i"; done # its tag
		for ((i = 730; i < 860; i++)); do echo "$i"; done # its year
	}
	same "$(grep -vxFf <(allowed | xargs printf '%04d.md\n') <<<"$files")" '' \
		'P11: and none that shares no feed with it'
	tap_is "$(($(wc -l <<<"$files") <= 100))" 1 \
		"P11: $(wc -l <<<"$files") of 2,000 are opened for it"
	article 2024/9999.md 2024-05-20 'tags: [t3]'
	later 1
	files=$(opened)
	tap_like "$files" '^9999\.md$' 'P11: one new: it is read'
	tap_is "$(($(wc -l <<<"$files") <= 1 + 20 + 10 + 10 + 50))" 1 \
		"P11: $(wc -l <<<"$files") of 2,001 are opened: its windows and the open archive page"
	later 1
	mv articles/2010/0800.md articles/2010/8888.md
	files=$(opened)
	tap_like "$files" '^8888\.md$' 'P11: one renamed: it is read'
	tap_is "$(($(wc -l <<<"$files") <= 100))" 1 \
		"P11: one renamed: $(wc -l <<<"$files") are opened"
}

[ $# -gt 0 ] || set -- p1 p2 p3 p4 p5 p6 p8 p11
for part; do
	"$part"
done
tap_end
