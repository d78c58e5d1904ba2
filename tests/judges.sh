#!/bin/bash
# Independent judges over everything that is published of the seeds, and first
# their own test: each must refuse what is broken.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:?}/tests/tap.sh"

judges=$top_srcdir/tests/judges/run
base=https://xys.example/feeds/

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	echo '1..0 # SKIP node or npm is missing'
	exit 0
fi
if ! why=$("$judges" --install 2>&1); then
	printf '1..0 # SKIP npm ci failed: %s\n' "$(printf '%s' "$why" | tail -n 1)"
	exit 0
fi

cp -r "$top_srcdir/seeds" "$tap_dir/seeds"
# With what the documents have only when it is asked for; nobody is told.
cat >"$tap_dir/all.conf" <<-END
	include = $(cd "$top_srcdir" && pwd)/conf/xysfeed.conf
	[push]
	budget = 0
	[indexnow]
	key = 0123456789abcdef
	[cloud:one]
	url = http://cloud.example:5337/ping
END
tap_ok 'the seeds are published' "$XYSFEED" -c "$tap_dir/all.conf" --once \
	-D "articles.dir=$tap_dir/seeds" -D "output.dir=$tap_dir/public" \
	-D "output.state=$tap_dir/xysfeed.db" --now 2024-06-01T00:00:00Z
tap_ok 'every judge refuses what is broken' "$judges" --self-test
while IFS= read -r line; do
	case $line in
	*': skipped'*)
		tap_n=$((tap_n + 1))
		printf 'ok %d - %s # SKIP %s\n' "$tap_n" "${line%%:*}" "${line#*: }"
		;;
	*' 0 errors, 0 warnings '*)
		tap_report 0 "$line"
		;;
	*' errors, '*' warnings '*)
		tap_report 1 "$line"
		;;
	esac
done < <("$judges" "$tap_dir/public" "$base" 2>&1 | tee "$tap_dir/judged")
grep -E '^ ' "$tap_dir/judged" | head -n 40 | sed 's/^/# /'
tap_is "$(tail -n 1 "$tap_dir/judged" | cut -d, -f2)" ' 0 failed' 'none found anything'
tap_end
