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
"$XYSFEED" -c "$top_srcdir/conf/xysfeed.conf" -D "articles.dir=$tap_dir/seeds" \
	-D "articles.profile_dir=$(cd "$top_srcdir" && pwd)/conf/profiles" \
	-D "output.dir=$tap_dir/public" -D "output.state=$tap_dir/xysfeed.db" \
	-D serve.listen=127.0.0.1:0 2>"$tap_dir/log" &
daemon=$!
trap 'kill "$daemon" 2>/dev/null; rm -rf "$tap_dir"' EXIT
for _ in {1..600}; do
	grep -qs ' runs: ' "$tap_dir/log" && [ -f "$tap_dir/public/index.html" ] && break
	sleep 0.05
done
port=$(sed -n 's/.*serves feeds on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$tap_dir/log")
if [ -z "$port" ]; then
	tap_report 1 'the seeds are served'
	tap_note "$(cat "$tap_dir/log")"
	tap_end
fi
"$top_srcdir/tests/browser/run" "http://127.0.0.1:$port/feeds/"
status=$?
kill "$daemon"
wait "$daemon"
exit "$status"
