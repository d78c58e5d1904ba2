#!/bin/bash
# A ledger of another version of the program: an older one is taken forward, with a
# copy beside it; a newer one is refused.
#
# `...` in a description is no command; stubs are called by name.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/resident.sh
. "${srcdir:-.}/tests/system/resident.sh" || exit 99
tap_need curl openssl
# shellcheck source=tests/push/peers.sh
. "$root/tests/push/peers.sh"

# sql STATEMENT...: on the ledger; a row each line.
sql() {
	"$python" -I -S - "${ledger:-xysfeed.db}" "$@" <<-'END'
		import sqlite3, sys
		db = sqlite3.connect(sys.argv[1], isolation_level=None)
		for statement in sys.argv[2:]:
		    for row in db.execute(statement):
		        print(*row)
	END
}

version() {
	sql "SELECT value FROM meta WHERE name = 'version'"
}

# What the versions after the third brought.
untold=('DROP TABLE told' 'DROP TABLE peer' 'DROP INDEX file_owed' 'ALTER TABLE file DROP COLUMN shows'
	'ALTER TABLE file DROP COLUMN since' 'ALTER TABLE file DROP COLUMN mark' 'ALTER TABLE file DROP COLUMN owed'
	'ALTER TABLE feed DROP COLUMN cadence' 'DROP TABLE removed' 'DROP TABLE tally' 'DROP INDEX feed_total'
	'DROP INDEX feed_updated' 'ALTER TABLE feed DROP COLUMN total' 'ALTER TABLE feed DROP COLUMN pace')

# As the first version had it.
make_old() {
	sql "${untold[@]}" 'DROP TABLE heard' 'DROP TABLE pending' 'DROP INDEX article_inode' 'ALTER TABLE feed DROP COLUMN oldest' \
		'DROP INDEX entry_news' 'ALTER TABLE entry DROP COLUMN news' 'ALTER TABLE entry DROP COLUMN debut' \
		"UPDATE meta SET value = '1' WHERE name = 'version'"
}

# As the third version had it: a row for whoever is to be told of a document.
make_third() {
	sql 'ALTER TABLE told RENAME TO fourth' 'CREATE TABLE told (
		peer TEXT NOT NULL, topic TEXT NOT NULL, feed TEXT NOT NULL, rank BIGINT NOT NULL, wanted BLOB NOT NULL,
		since BIGINT NOT NULL, owed INTEGER NOT NULL, live BIGINT, accepted BLOB, accepted_at BIGINT, took BIGINT,
		attempts BIGINT NOT NULL, next BIGINT, answered BIGINT, verdict INTEGER, answer TEXT,
		mark BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (peer, topic)) WITHOUT ROWID' \
		'CREATE INDEX told_owed ON told (rank) WHERE owed = 1' \
		'INSERT INTO told SELECT p.name, f.path, f.feed, 0, f.shows, f.since, t.accepted IS NOT f.shows, t.live,
			t.accepted, t.accepted_at, t.took, COALESCE(t.attempts, 0), NULL, t.answered, t.verdict, t.answer,
			COALESCE(t.mark, 0) FROM file f CROSS JOIN peer p LEFT JOIN fourth t ON t.topic = f.path
			AND t.peer = p.name WHERE f.shows IS NOT NULL' \
		'DROP TABLE fourth' 'INSERT INTO meta SELECT name, way FROM peer' \
		'ALTER TABLE peer DROP COLUMN place' 'ALTER TABLE peer DROP COLUMN way' 'ALTER TABLE peer DROP COLUMN silent' \
		'ALTER TABLE peer DROP COLUMN since' 'ALTER TABLE peer DROP COLUMN mark' 'UPDATE peer SET next = NULL' \
		"${untold[@]:2}" "UPDATE meta SET value = '3' WHERE name = 'version'"
}

site_new upgrade <<-'END'
	[daemon]
	settle = 100 ms
	[feed:main]
END
batch old 10 2024-05-01
must_run
current=$(version)
ids=$(entries public/main.atom id)
before=$(cd public && sha256sum ./*.*)
make_old
tap_exit 0 'an old ledger: --status' "$XYSFEED" -c xysfeed.conf --status
tap_like "$tap_out" '^articles 10 live' '--status shows what is in it'
tap_exit 0 '--dry-run' "$XYSFEED" -c xysfeed.conf --dry-run
tap_is "$(version),$(ls xysfeed.db.v* 2>/dev/null)" '1,' 'neither takes it forward'
must_run
tap_is "$(version)" "$current" 'a run takes it forward'
tap_is "$(ledger=xysfeed.db.v1 version)" 1 'the old one is beside it'
tap_is "$(ledger=xysfeed.db.v1 sql 'SELECT count(*) FROM entry')" 10 'with all that was in it'
tap_is "$(ledger=xysfeed.db.v1 sql 'PRAGMA integrity_check')" ok 'and sound'
same "$(cd public && sha256sum ./*.*)" "$before" 'nothing is published anew'
article new.md 2024-05-20
must_run
tap_is "$(entries public/main.atom id | tail -n +2)" "$ids" 'every id is kept'
tap_is "$(ls xysfeed.db.v*)" xysfeed.db.v1 'one copy'

make_old
article more.md 2024-05-21
start
await 'a daemon takes it forward, too' shows more.html
tap_is "$(version)" "$current" 'by its first run'
tap_exit 0 'and tells its status' xysfeed --status
finish TERM
tap_is "$code" 0 'SIGTERM: exit 0'

# --- what was told is kept

# pings NAME [ANSWER]: how many the hub got.
pings() {
	lines "$farm" "event=ping&hub=$1${2:+&answer=$2}" | grep -c .
}

start_farm || tap_bail 'no farm'
upgraded=$site
site_new told <<-END
	[push]
	live = no
	debounce = 0 s
	budget = 1 s
	[feed:main]
	[hub:good]
	url = $farm/always204/good
	[hub:busy]
	url = $farm/busy503/busy?times=1000
	[hook:h]
	url = $farm/ok200/hook
END
article a.md 2024-05-01
run
article b.md 2024-05-02
run
count=$(pings always204/good)
tap_is "$(pings ok200/hook),$(sql 'SELECT count(*) > 0 FROM file WHERE owed = 1')" 1,1 'one hub is told, one is not, and a hook is'
make_third
curl -sS -d '{"hub": "busy503/busy", "behaviour": "always204"}' "$farm/behave"
run
tap_is "$code,$(version),$(ls xysfeed.db.v3)" "0,$current,xysfeed.db.v3" 'a ledger of the third version is taken forward'
tap_is "$(pings busy503/busy 204)" 3 'who was owed documents is told of each'
tap_is "$(pings always204/good),$(pings ok200/hook)" "$count,1" 'and nobody else'
article c.md 2024-05-03
run
tap_is "$code,$(pings busy503/busy 204),$(pings always204/good),$(pings ok200/hook)" "0,6,$((count + 3)),2" 'of what is new all are'
cd "$upgraded" || tap_bail 'no site'
site=$upgraded

sql "UPDATE meta SET value = '99' WHERE name = 'version'" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
before=$(sha256sum xysfeed.db public/*)
run
tap_is "$code" 1 'a newer ledger: exit 1'
tap_like "$said" "^xysfeed: .*xysfeed\\.db: ledger: written by a newer xysfeed \\(its version 99, ours $current\\)" 'with a clear sentence'
same "$(sha256sum xysfeed.db public/*)" "$before" 'nothing is touched'
tap_is "$(ls xysfeed.db.v*)" xysfeed.db.v1 'no other copy is made'
tap_exit 1 '--status: exit 1' xysfeed --status
tap_like "$tap_out" 'written by a newer xysfeed' 'with the same sentence'
tap_exit 1 'a daemon does not start on it' timeout 5 "$XYSFEED" -c "$site/xysfeed.conf"
tap_like "$tap_out" '^xysfeed: .*written by a newer xysfeed' 'with the same sentence'
tap_end
