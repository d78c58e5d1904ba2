#!/bin/bash
# A ledger of another version of the program: an older one is taken forward, with a
# copy beside it; a newer one is refused.
#
# `...` in a description is no command; stubs are called by name.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
set -u
# shellcheck source=tests/system/resident.sh
. "${srcdir:-.}/tests/system/resident.sh" || exit 99

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

# As the first version had it.
make_old() {
	sql 'DROP TABLE told' 'DROP TABLE peer' 'DROP TABLE heard' 'DROP TABLE pending' 'DROP INDEX article_inode' 'ALTER TABLE feed DROP COLUMN oldest' \
		'DROP INDEX entry_news' 'ALTER TABLE entry DROP COLUMN news' 'ALTER TABLE entry DROP COLUMN debut' \
		"UPDATE meta SET value = '1' WHERE name = 'version'"
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
