#!/bin/bash
# A running daemon below random changes: a few seconds of what tests/torture/run does
# for minutes.
set -u
# shellcheck source=tests/system/site.sh
. "${srcdir:-.}/tests/system/site.sh" || exit 99

# torture DESCRIPTION OPTION...: what it printed is told when something was wrong.
torture() {
	local what=$1
	shift
	tap_ok "$what" timeout 120 "$python" -I "$root/tests/torture/run" \
		--program "$XYSFEED" --events 0.08 --keep "$tap_dir/$((tap_n + 1))" "$@"
	tap_note "$(printf '%s\n' "$tap_out" | grep -E '^(seed|largest|skipped)')"
}

chmod 755 "$tap_dir"
torture 'edits, renames, half-writes, kills: nothing missed, no id changed, the same tree' \
	--ops 110
if [ -e /usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1 ]; then
	torture 'and with a clock that jumps what is due is there in time' --ops 40 --faketime
else
	tap_skip 'a clock that jumps' 'libfaketime is missing'
fi
tap_end
