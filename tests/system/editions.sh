#!/bin/bash
# Feeds with a schedule: editions.
#
# The parts below are called by name; `...` in a description is no command.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/site.sh
. "${srcdir:-.}/tests/system/site.sh" || exit 99

# at TIME: a run then, in the zone of the site (UTC+8).
at() {
	now=$1+08:00
	must_run -v
}

# counts FEED WANT DESCRIPTION: what the last run said of it; nothing: it was not made.
counts() {
	tap_is "$(grep -o "$1\\.atom.*([0-9]* new, .*)" <<<"$said" | sed 's/.*(\(.*\))/\1/')" "$2" "$3"
}

daily() {
	site_new daily <<-'END'
		[feed:main]
		schedule = 0 7 * * *
		min_entries = 100
		[feed:live]
	END
	article a.md 2024-05-01 'title: 甲'
	article b.md 2024-05-02 'title: 乙'
	at 2024-06-03T12:00:00
	tap_is "$(names public/main.atom)" 'b a' 'the first run makes it at once'
	local before
	before=$(stamps public | grep '^main')
	article c.md 2024-06-03 'title: 丙'
	at 2024-06-03T13:00:00
	article d.md 2024-06-03 'title: 丁'
	echo 更正。 >>articles/a.md
	at 2024-06-03T14:00:00
	rm articles/b.md
	at 2024-06-04T06:59:59
	same "$(stamps public | grep '^main')" "$before" 'between editions nothing of it is touched'
	tap_is "$(names public/live.atom)" 'd c a' 'one without a schedule has it all'
	counts main '' 'nor told of'
	at 2024-06-04T07:00:00
	tap_is "$(names public/main.atom)" 'd c a' 'the edition has it all'
	counts main '2 new, 1 updated, 1 gone' 'and says how much'
	tap_is "$(entries public/main.atom feed gone | grep -c /b.html)" 1 'with the tombstone'
	before=$(stamps public)
	at 2024-06-05T07:00:00
	same "$(stamps public)" "$before" 'an edition without news changes nothing'

	article e.md 2024-06-05 'title: 戊'
	at 2024-06-05T08:00:00
	echo 更正。 >>articles/e.md
	at 2024-06-05T09:00:00
	at 2024-06-08T12:00:00
	tap_is "$(names public/main.atom)" 'e d c a' 'an edition that was missed is made up for by the next run'
	counts main '1 new, 0 updated, 0 gone' 'what came and was corrected since is new'

	article g.md 2024-06-08 'title: 庚'
	at 2024-06-08T13:00:00
	tap_is "$(names public/main.atom)" 'e d c a' 'waiting again'
	rm public/main.rss
	at 2024-06-08T13:30:00
	tap_is "$(names public/main.atom)" 'g e d c a' 'what was damaged is mended at once, with what waited'
	article h.md 2024-06-08 'title: 辛'
	at 2024-06-08T14:00:00
	reconf 's/^title = .*/title = 山上的档案/'
	at 2024-06-08T15:00:00
	tap_is "$(names public/main.atom)" 'h g e d c a' 'a changed configuration makes it at once'
	at 2024-06-09T07:00:00
	counts main '' 'and the next edition tells nothing twice'
}

terms() {
	site_new terms <<-'END'
		[feed:tag]
		for_each = tag
		schedule = 30 18 * * fri
	END
	article a.md 2024-05-01 'tags: [甲]'
	at 2024-06-03T12:00:00
	article b.md 2024-06-03 'tags: [甲, 乙]'
	at 2024-06-04T12:00:00
	tap_is "$(names public/tag/乙.atom)" b 'the feed of a new tag is made at once'
	tap_is "$(names public/tag/甲.atom)" a 'that of an old one waits'
	at 2024-06-07T18:29:00
	tap_is "$(names public/tag/甲.atom)" a 'until its day'
	at 2024-06-07T18:30:00
	tap_is "$(names public/tag/甲.atom)" 'b a' 'and time'
	counts tag/甲 '1 new, 0 updated, 0 gone' 'as new'
}

archive() {
	site_new archive <<-'END'
		archive_entries = 10
		[feed:main]
		schedule = 0 7 * * *
		archive = yes
		min_entries = 5
	END
	batch old 25 2024-01-01
	at 2024-06-03T12:00:00
	local page before
	page=$(grep -rl '/001.html' public --include='*.atom' | head -1)
	tap_report $((${#page} == 0)) 'the oldest entry is on an archive page'
	before=$(stamps public | grep '\.atom')
	body='更正过的一段。' article old/001.md 2024-01-02T08:00:00Z
	at 2024-06-03T13:00:00
	same "$(stamps public | grep '\.atom')" "$before" 'a corrected entry of the archive waits'
	at 2024-06-04T07:00:00
	tap_ok 'its page is made again with the edition' grep -q 更正过的一段 "$page"
	counts main '0 new, 1 updated, 0 gone' 'and it is counted'
}

for part in daily terms archive; do
	tap_note "$part"
	"$part"
done
tap_end
