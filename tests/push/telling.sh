# shellcheck shell=bash
#
# telling: a site whose hubs are told, for the push tests. Source it instead of
# resident.sh and peers.sh:
#
#	. "${srcdir:-.}/tests/push/telling.sh"
#	site_told NAME <<-'END'      as site_new; [push] tells at once, whatever is served
#		[feed:main]
#		[hub:a]
#	END
#	publish                      a run, which says how it goes
#	hub_of a "['topics'][0]['state']"    of --push-status --json
#	pings a [ANSWER]             how many came to that hub of the farm
#	due                          as if all waits were over
#
# shellcheck disable=SC2154 # what the others have

# shellcheck source=tests/system/resident.sh
. "${srcdir:-.}/tests/system/resident.sh" || exit 99
tap_need curl openssl setpriv
# shellcheck source=tests/push/peers.sh
. "$root/tests/push/peers.sh"

# site_told NAME: the feed is one document unless the rest says otherwise.
site_told() {
	site_new "$1" <<-END
		[output]
		formats = atom
		[push]
		live = no
		debounce = 0 s
		budget = 3 s
		connections = 100
		per_host = 100
		$(cat)
	END
}

# push_key KEY VALUE: of [push].
push_key() {
	reconf "/^\\[push\\]/,/^\\[[^p]/s,^$1 = .*,$1 = $2,"
}

# publish [OPTION...]: even if it is not told to all.
publish() {
	run -v "$@" || [ "$code" -eq 8 ] || [ "$code" -eq 6 ]
}

# hub_of NAME EXPRESSION: of what is known of that hub.
hub_of() {
	xysfeed --push-status --json | "$python" -I -S -c "import json, sys
print(next(h for h in json.load(sys.stdin)['hubs'] if h['peer'] == 'hub:$1')$2)"
}

# states NAME: of its documents, each once.
states() {
	xysfeed --push-status --json | "$python" -I -S -c "import json, sys
h = next(h for h in json.load(sys.stdin)['hubs'] if h['peer'] == 'hub:$1')
print(*sorted({t['state'] for t in h['topics']}), sep=', ')"
}

# pings PATH [ANSWER]: how many that hub of the farm got.
pings() {
	lines "$farm" "event=ping&hub=$1${2:+&answer=$2}" | grep -c .
}

# due: times of retry are random and long; take them for past.
due() {
	"$python" -I -c 'import sqlite3
db = sqlite3.connect("xysfeed.db")
db.execute("UPDATE told SET next = NULL")
db.execute("UPDATE peer SET next = NULL")
db.commit()'
}

behave() {
	curl -sS -d "$1" "$farm/behave"
}

# stage NAME FROM TO: seconds on the clock; the line of a table.
stage() {
	tap_note "$(printf '%-28s %8.3f s' "$1" "$("$python" -I -S -c "print($3 - $2)")")"
}
