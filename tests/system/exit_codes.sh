#!/bin/bash
# Every exit code, and what is said with it.
#
# The parts below are called by name; `...` in a description is no command.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/site.sh
. "${srcdir:-.}/tests/system/site.sh" || exit 99

plain=()
if [ "$(id -u)" -eq 0 ]; then
	plain=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi

# unprivileged COMMAND...: as somebody whom permissions bind.
unprivileged() {
	"${plain[@]}" "$@"
}

xysfeed() {
	"$XYSFEED" -c "$site/xysfeed.conf" --now "$now" "$@"
}

# --- 0 and 3 --------------------------------------------------------------

left_out() {
	site_new left-out <<-'END'
		[feed:main]
	END
	article a.md 2024-05-01
	tap_ok '0: all is well' xysfeed --once
	tap_ok '0: with --strict too' xysfeed --once --strict
	printf -- '---\ntitle: [\n---\ntext\n' >articles/bad.md
	tap_ok '0: an article is left out' xysfeed --once
	tap_exit 3 '3: an article is left out, and --strict' xysfeed --once --strict
	tap_like "$tap_out" '^  bad\.md: line [23]: .+' '3: which one and why'
	tap_exit 3 '3: with --check too' xysfeed --check --strict
	article b.md 2024-05-02
	tap_exit 3 '3: with news' xysfeed --once --strict
	tap_is "$(names public/main.atom)" 'b a' '3: the others are published'
	rm articles/bad.md
	article draft.md 2024-05-02 'draft: true'
	tap_ok '0: a draft is not left out, it is a draft' xysfeed --once --strict
}

# --- 2 ----------------------------------------------------------------------

# refused PATTERN DESCRIPTION: the configuration is, and the sentence is this.
refused() {
	tap_exit 2 "2: $2" xysfeed --once
	tap_like "$tap_out" "$1" "2: $2: the sentence"
}

usage() {
	site_new usage <<-'END'
		[feed:main]
		min_entries = 5
	END
	article a.md 2024-05-01
	cp xysfeed.conf good
	local n
	n=$(wc -l <good)

	try() {
		cp good xysfeed.conf
		printf '%s\n' "$3" >>xysfeed.conf
		refused "xysfeed\\.conf:$((n + $(wc -l <<<"$3"))): .*$1" "$2"
	}
	try 'max_bytes' 'an unknown key, and the nearest one' 'max_byte = 5'
	try 'min_hours' 'another' 'min_hour = 5'
	try 'limits' 'an unknown section, and the nearest one' '[limit]'
	try 'max_bytes' 'a number that is none' 'max_bytes = many'
	try 'min_hours' 'a number out of range' 'min_hours = -1'
	try 'order' 'an unknown word' 'order = backwards'
	try 'archive' 'neither yes nor no' 'archive = perhaps'
	try 'formats' 'an unknown format' 'formats = atom rdf'
	try 'min_entries' 'a key given twice' 'min_entries = 6'
	try 'for_each' 'an unknown kind of term' 'for_each = tags'
	try 'include' 'a rule that does not parse' 'include = tag:a and'
	try 'path' 'a path that climbs' 'path = ../x'
	try '' 'a line that is no setting' 'nonsense'
	try 'timezone' 'an unknown time zone' $'[site]\ntimezone = Asia/Atlantis'
	try '' 'half a section' '['

	cp good xysfeed.conf
	reconf '/^url/d'
	refused 'url' 'a required key is missing'
	cp good xysfeed.conf
	reconf 's/^dir = public/dir = articles\/public/'
	refused 'articles' 'output inside of the articles'
	cp good xysfeed.conf
	printf '[feed:main2]\npath = main\n' >>xysfeed.conf
	refused ':[0-9]+: .*\[feed:main\].*main' 'two feeds with one path'

	mkdir conf.d
	printf 'include = conf.d/*.conf\n' | cat - good >xysfeed.conf
	printf '[limits]\n\nflod = 3\n' >conf.d/b.conf
	refused 'conf\.d/b\.conf:3: .*flood' 'in an included file'
	cp good xysfeed.conf

	tap_exit 2 '2: no configuration' "$XYSFEED" -c "$site/absent.conf" --once
	tap_like "$tap_out" 'absent\.conf' '2: its name is said'
	tap_exit 2 '2: an override of what there is not' xysfeed --once -D feed:main.min_entris=3
	tap_like "$tap_out" '-D feed:main\.min_entris=3: .*min_entries' '2: the override is quoted, and the nearest key'
	tap_exit 2 '2: an override without value' xysfeed --once -D feed:main.min_entries
	tap_exit 2 '2: an unknown option' xysfeed --onec
	tap_like "$tap_out" '--once' '2: the nearest option'
	tap_exit 2 '2: an option without its value' xysfeed --explain
	tap_exit 2 '2: two actions' xysfeed --once --status
	tap_exit 2 '2: a configuration that the daemon does not find' "$XYSFEED" -c "$site/absent.conf"
	tap_exit 2 '2: nor in the background' "$XYSFEED" -c "$site/absent.conf" --daemon
	tap_exit 7 '7: no daemon to ask' xysfeed --run
	tap_exit 2 '2: a word too many' xysfeed --once please
	tap_exit 2 '2: a time that is none' "$XYSFEED" -c xysfeed.conf --once --now tomorrow
	tap_exit 2 '2: a profile that is not there' xysfeed --once -D articles.profile=absent
	tap_is "$(ls)" $'articles\nconf.d\ngood\nxysfeed.conf' '2: nothing was written by any of these'
}

# --- 5 ----------------------------------------------------------------------

locked() {
	site_new locked <<-'END'
		[feed:main]
	END
	article a.md 2024-05-01
	must_run
	local before
	before=$(stamps)
	article b.md 2024-05-02
	exec 9>xysfeed.db.lock
	flock 9
	local start=$SECONDS
	tap_exit 5 '5: another run holds the lock' xysfeed --once
	tap_is "$((SECONDS - start < 20))" 1 '5: it does not wait'
	tap_like "$tap_out" '^xysfeed: .+' '5: and says so'
	same "$(stamps)" "$before" '5: nothing is published'
	tap_exit 5 '5: --retract' xysfeed --retract a.md
	tap_exit 5 '5: --adopt' xysfeed --adopt public/main.atom
	tap_ok '5: --dry-run needs no lock' xysfeed --dry-run
	tap_ok '5: nor does --status' xysfeed --status
	tap_ok '5: nor does --explain' xysfeed --explain b.md
	flock -u 9
	exec 9>&-
	tap_ok '5: when it is free again' xysfeed --once
	tap_is "$(names public/main.atom)" 'b a' '5: nothing was missed'
}

# --- 4 ----------------------------------------------------------------------

flood() {
	site_new flood <<-'END'
		[feed:main]
		min_entries = 100
	END
	reconf 's/^flood = .*/flood = 5/'
	batch first 20 2024-01-01
	tap_ok '4: a first run is never a flood' xysfeed --once
	local before
	batch more 5 2024-04-01
	tap_ok '4: as many as allowed' xysfeed --once
	before=$(stamps)
	batch many 6 2024-05-01
	tap_exit 4 '4: one more than allowed' xysfeed --once
	tap_like "$tap_out" 'held: 6 new.*flood = 5.*nothing was published' '4: how many, and the limit'
	tap_like "$tap_out" '--allow-flood' '4: and what to do'
	same "$(stamps)" "$before" '4: nothing is published'
	tap_exit 4 '4: with -q' xysfeed --once -q
	tap_like "$tap_out" 'held: 6 new' '4: it is said with -q too'
	tap_exit 4 '4: --dry-run tells it beforehand' xysfeed --dry-run
	tap_ok '4: --dry-run --allow-flood shows what would come' xysfeed --dry-run --allow-flood
	same "$(stamps)" "$before" '4: and still publishes nothing'
	tap_ok '4: --allow-flood goes on' xysfeed --once --allow-flood
	tap_is "$(entries public/main.atom id | sort -u | wc -l)" 31 '4: nothing was missed'

	for file in articles/first/*.md; do echo '又一句。' >>"$file"; done
	tap_exit 4 '4: changes count' xysfeed --once
	tap_like "$tap_out" '20 changed' '4: and are counted'
	tap_ok '4: they go on as well' xysfeed --once --allow-flood
	before=$(stamps)
	rm -r articles/first
	tap_exit 4 '4: a folder that vanished counts' xysfeed --once
	tap_like "$tap_out" '20 gone' '4: entry by entry'
	same "$(stamps)" "$before" '4: nobody is told that they are gone'
	rm -r articles/*
	tap_exit 4 '4: an empty folder of articles (a disk not mounted)' xysfeed --once
	same "$(stamps)" "$before" '4: neither'
}

drip() {
	site_new drip <<-'END'
		[feed:main]
		min_entries = 100
	END
	reconf 's/^flood = .*/flood = 5\ndrip = 10\/hour/'
	batch first 3 2024-01-01
	must_run
	batch many 25 2000-01-01
	out() {
		entries public/main.atom url | grep -c /2000/
	}
	tap_ok 'drip: exit 0' xysfeed --once
	tap_is "$(out)" 10 'drip: at once only those of one hour'
	tap_like "$tap_out" '15 drip in later' 'drip: and it is said'
	tap_like "$(xysfeed --status)" '15 held' 'drip: the status counts them'
	tap_like "$(xysfeed --status)" '^  held many/0(1[1-9]|2[0-9])\.md.* until 2024-06-01T' 'drip: and says when'
	tap_like "$(xysfeed --explain many/025.md)" '^many/025\.md: held' 'drip: so does --explain'
	must_run
	tap_is "$(out)" 10 'drip: no more in the same minute'
	later 1
	must_run
	tap_is "$(($(out) > 10 && $(out) <= 20))" 1 "drip: after an hour $(out) of 25"
	local one
	one=$(out)
	later 1
	must_run
	tap_is "$(($(out) > one && $(out) <= one + 10))" 1 "drip: after two hours $(out)"
	article own.md 2024-05-31
	must_run
	tap_like "$(names public/main.atom)" '^own ' 'drip: a new article does not queue behind them'
	later 2
	must_run
	tap_is "$(out)" 25 'drip: after four hours all'
	tap_is "$(entries public/main.atom id | sort -u | wc -l)" 29 'drip: each one once'
	tap_like "$(xysfeed --status)" ' 0 held' 'drip: none is left'
}

# --- 1 ----------------------------------------------------------------------

failed() {
	site_new failed <<-'END'
		[feed:main]
	END
	article a.md 2024-05-01
	must_run
	local before
	cp -a public public.good
	before=$(tree)
	article b.md 2024-05-02
	tap_exit 1 '1: the output folder is a file' xysfeed --once -D "output.dir=$site/xysfeed.conf"
	tap_exit 1 '1: no folder of articles' xysfeed --once -D "articles.dir=$site/absent"
	tap_like "$tap_out" 'absent' '1: its name is said'
	same "$(tree)" "$before" '1: an absent folder takes nothing down'

	(
		ulimit -f 1
		xysfeed --once
	) >said 2>&1
	tap_is "$?" 1 '1: no room for a file'
	tap_like "$(cat said)" '^xysfeed: .+' '1: and it is said'
	same "$(tree)" "$before" '1: the last good feeds stay'
	tap_is "$(find . -name '*.xysfeed-*')" '' '1: nothing is left behind'

	chmod 755 "$tap_dir"
	if unprivileged test -x "$XYSFEED"; then
		chown -R 65534:65534 . 2>/dev/null
		chmod a-w public
		unprivileged "$XYSFEED" -c xysfeed.conf --once --now "$now" >said 2>&1
		tap_is "$?" 1 '1: a read-only output folder'
		tap_like "$(cat said)" 'public' '1: its name is said'
		same "$(tree)" "$before" '1: with the last good feeds'
		chmod u+w public
		chmod 0 xysfeed.db
		unprivileged "$XYSFEED" -c xysfeed.conf --once --now "$now" >said 2>&1
		tap_is "$?" 1 '1: a ledger that cannot be read'
		tap_like "$(cat said)" 'xysfeed\.db' '1: its name is said'
		chmod 644 xysfeed.db
		chmod 0 articles
		unprivileged "$XYSFEED" -c xysfeed.conf --once --now "$now" >said 2>&1
		tap_is "$?" 1 '1: a folder of articles that cannot be read'
		same "$(tree)" "$before" '1: takes nothing down'
		chmod 755 articles
		[ "$(id -u)" -ne 0 ] || chown -R 0:0 .
	else
		tap_skip '1: what permissions forbid' 'nobody may run this program'
	fi
	must_run
	tap_is "$(names public/main.atom)" 'b a' '1: when it works again, nothing was missed'
}

ledgers() {
	site_new ledgers <<-'END'
		[feed:main]
	END
	article a.md 2024-05-01
	must_run
	cp -a xysfeed.db good.db
	local before
	before=$(tree)
	article b.md 2024-05-02
	bad_ledger() {
		tap_exit 1 "1: $1" xysfeed --once
		tap_like "$tap_out" "xysfeed\\.db.*$2" "1: $1: the sentence"
		same "$(tree)" "$before" "1: $1: the feeds stay"
		rm -rf xysfeed.db*
		cp -a good.db xysfeed.db
	}
	echo 'Dear diary, this is no ledger, though it is long enough to look at.' >xysfeed.db
	cp xysfeed.db diary
	tap_exit 1 '1: a ledger that is a text' xysfeed --once
	tap_is "$(cat xysfeed.db)" "$(cat diary)" '1: it is not written over'
	cp diary xysfeed.db
	bad_ledger 'a ledger that is a text' ''
	"$python" - <<-'END'
		import os, sqlite3
		os.remove("xysfeed.db")
		db = sqlite3.connect("xysfeed.db")
		db.execute("create table recipes (name text)")
		db.commit()
	END
	bad_ledger 'a database of another program' 'not a ledger'
	"$python" - <<-'END'
		import sqlite3
		db = sqlite3.connect("xysfeed.db")
		db.execute("update meta set value = '999' where name = 'version'")
		db.commit()
	END
	bad_ledger 'a ledger of a newer program' 'newer.*999'
	head -c 5000 good.db >xysfeed.db
	bad_ledger 'a ledger cut short' ''
	"$python" - <<-'END'
		with open("xysfeed.db", "r+b") as f:
		    f.seek(4096)
		    f.write(b"\xa5" * 16384)
	END
	bad_ledger 'a ledger with overwritten pages' ''
	rm xysfeed.db
	mkdir xysfeed.db
	bad_ledger 'a ledger that is a folder' ''
	must_run
	tap_is "$(names public/main.atom)" 'b a' '1: with the good ledger again, nothing was missed'
}

[ $# -gt 0 ] || set -- left_out usage locked flood drip failed ledgers
for part; do
	"$part"
done
tap_end
