#!/bin/bash
#
# golden.sh [--regenerate] [NAME...]: a folder in, a folder out.
#
# Each folder below tests/golden is a group: articles/ and xysfeed.conf go in;
# want/ holds every file that must come out, byte for byte, and the report.
# The time is always 2024-06-01, and a file's own time 2024-05-01.
set -u
# shellcheck source=tests/tap.sh
. "${srcdir:-.}/tests/tap.sh" || exit 99
root=$(cd "${srcdir:-.}" && pwd)
case ${XYSFEED:=$root/build/xysfeed} in
/*) ;;
*) XYSFEED=$PWD/$XYSFEED ;;
esac
export LC_ALL=C.UTF-8

regenerate=
if [ "${1-}" = --regenerate ]; then
	regenerate=1
	shift
fi

# make_group NAME: into $tap_dir/NAME/public and $tap_dir/NAME/report.
make_group() {
	mkdir -p "$tap_dir/$1"
	cp -R "$root/tests/golden/$1/articles" "$root/tests/golden/$1/xysfeed.conf" "$tap_dir/$1" || return
	chmod -R u+w "$tap_dir/$1"
	find "$tap_dir/$1/articles" -exec touch -d 2024-05-01T00:00:00Z {} +
	(
		cd "$tap_dir/$1" || exit
		"$XYSFEED" -c xysfeed.conf --once -v --now 2024-06-01T00:00:00Z \
			-D "articles.profile_dir=$root/conf/profiles" >said 2>&1
		echo "exit $?" >>said
		sed 's/; [0-9]* ms$//' said >public/report
	)
}

cd "$root/tests/golden" || exit 99
for group in "${@:-*/}"; do
	# shellcheck disable=SC2086 # "*/" stands for all
	for name in $group; do
		name=${name%/}
		make_group "$name"
		if [ "$regenerate" ]; then
			rm -rf "$name/want"
			cp -R "$tap_dir/$name/public" "$name/want"
			continue
		fi
		tap_ok "$name" diff -r "$name/want" "$tap_dir/$name/public"
	done
done
[ "$regenerate" ] || tap_end
