#!/bin/bash
# What is published of the seeds, as a browser shows it.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:?}/tests/tap.sh"
tap_need node npm chromium
if ! why=$("$top_srcdir/tests/browser/run" --install 2>&1); then
	tap_skip_all "npm ci failed: $(printf '%s' "$why" | tail -n 1)"
fi

cp -r "$top_srcdir/seeds" "$tap_dir/seeds"
if ! why=$("$XYSFEED" -c "$top_srcdir/conf/xysfeed.conf" --once -q -D "articles.dir=$tap_dir/seeds" \
	-D "articles.profile_dir=$(cd "$top_srcdir" && pwd)/conf/profiles" \
	-D "output.dir=$tap_dir/public" -D "output.state=$tap_dir/xysfeed.db" \
	--now 2024-06-01T00:00:00Z 2>&1); then
	tap_report 1 'the seeds are published'
	tap_note "$why"
	tap_end
fi
"$top_srcdir/tests/browser/run" "$tap_dir/public"
