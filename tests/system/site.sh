# shellcheck shell=bash
#
# site: a small archive in a scratch folder, for the system tests. Source it first:
#
#	. "${srcdir:-.}/tests/system/site.sh"
#	site_new plain <<-'END'      makes $site and goes there
#		[feed:main]
#	END
#	article a.md 2024-05-01 'tags: [x]'
#	run                          xysfeed --once --now "$now"
#	entries public/main.atom id title
#
# What a run printed is in $said, its exit code in $code.

# shellcheck source=tests/tap.sh
. "${srcdir:-.}/tests/tap.sh" || exit 99
# The system's own: others start slowly.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
tap_need "$python"
root=$(cd "${srcdir:-.}" && pwd)
case ${XYSFEED:=$root/build/xysfeed} in
/*) ;;
*) XYSFEED=$PWD/$XYSFEED ;;
esac
export XYSFEED LC_ALL=C.UTF-8
# A leak check cannot work below strace; memory has tests of its own.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
tap_dir=$(cd "$tap_dir" && pwd -P)
now='' site='' said='' code=0

# site_new NAME: a folder with a configuration; more of that, mostly the feeds,
# is read from standard input. The flood guard is out of the way; $now is 2024-06-01.
site_new() {
	site=$tap_dir/$1
	now=2024-06-01T00:00:00Z
	mkdir -p "$site/articles"
	cd "$site" || exit 99
	{
		cat <<-END
			[site]
			url = https://a.example/
			title = 海边的档案
			language = zh-Hans
			timezone = Asia/Shanghai
			tag = a.example,2000
			[articles]
			dir = articles
			profile_dir = $root/conf/profiles
			[output]
			dir = public
			url = https://a.example/feeds/
			[limits]
			flood = 100000
		END
		cat
	} >xysfeed.conf
}

# article PATH DATE [LINE...]: front matter of that date and those lines. The
# text is $body, or a sentence with the path in it.
article() {
	local path=articles/$1 date=$2 line
	shift 2
	mkdir -p "${path%/*}"
	{
		printf -- '---\ndate: %s\n' "$date"
		for line; do
			printf '%s\n' "$line"
		done
		printf -- '---\n%s\n' "${body:-这是 ${path#articles/} 的正文，写在海边。}"
	} >"$path"
}

# batch FOLDER COUNT DATE [LINE...]: articles 001.md ... of the days from DATE on.
batch() {
	local folder=$1 count=$2 start i
	start=$(date -u -d "$3" +%s)
	shift 3
	mkdir -p "articles/$folder"
	for ((i = 1; i <= count; i++)); do
		printf -v name '%s/%03d.md' "$folder" "$i"
		TZ=UTC printf -v day '%(%Y-%m-%dT08:00:00Z)T' $((start + i * 86400))
		article "$name" "$day" "$@"
	done
}

# run [OPTION...]: one run at $now.
run() {
	code=0
	said=$("$XYSFEED" -c "$site/xysfeed.conf" --once --now "$now" "$@" 2>&1) || code=$?
	return "$code"
}

# must_run [OPTION...]: a run that the rest depends on.
must_run() {
	run "$@" && return
	tap_report 1 "a run that should just work exits $code"
	tap_note "$said"
}

# later HOURS: move $now.
later() {
	now=$(date -u -d "@$(($(date -u -d "$now" +%s) + $1 * 3600))" +%Y-%m-%dT%H:%M:%SZ)
}

entries() {
	"$python" -I -S "$root/tests/system/entries" "$@"
}

# names FILE: the articles that are in it, by the last part of their address.
names() {
	entries "$1" url | sed 's,.*/,,; s,\.html$,,' | tr '\n' ' ' | sed 's, $,,'
}

# tree [FOLDER]: every file with digest and mtime in seconds.
tree() {
	(cd "${1:-public}" && find . -type f -printf '%P %Ts\n' | sort &&
		find . -type f -exec sha256sum {} + | sort -k 2)
}

# stamps [FOLDER]: what shows that a file was touched, its bytes aside.
stamps() {
	(cd "${1:-public}" && find . -printf '%P %i %T@ %C@\n' | sort)
}

# same GOT WANT DESCRIPTION: as tap_is, for long texts: it tells what differs.
same() {
	if [ "$1" = "$2" ]; then
		tap_report 0 "$3"
		return
	fi
	tap_report 1 "$3"
	tap_note "$(diff <(printf '%s\n' "$2") <(printf '%s\n' "$1") | grep '^[<>]' | head -12)"
}

# reconf SCRIPT: edit the configuration by sed.
reconf() {
	sed -i "$@" xysfeed.conf
}
