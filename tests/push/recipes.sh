#!/bin/bash
# The scripts of doc/recipes.md do what it says: each is taken from there, and run with programs
# in the place of those that speak to others.
set -u
# shellcheck source=tests/tap.sh
. "${srcdir:-.}/tests/tap.sh"
tap_need python3 jq
top=$(cd "${srcdir:-.}" && pwd)
export HOME=$tap_dir/home PATH=$tap_dir/bin:$PATH PAUSE=0
mkdir -p "$HOME" "$tap_dir/bin"
echo token >"$HOME/mastodon"
cp "$HOME/mastodon" "$HOME/cloudflare"
cp "$HOME/mastodon" "$HOME/archive"

# stub NAME [OUTPUT]: notes its words and what it is given, and says OUTPUT.
stub() {
	cat >"$tap_dir/bin/$1" <<-END
		#!/bin/sh
		printf '%s' "$1" >>'$tap_dir/calls'
		printf ' %s' "\$@" >>'$tap_dir/calls'
		echo >>'$tap_dir/calls'
		case " \$* " in
		*' @- '* | *' -i '*) cat >>'$tap_dir/calls' ;;
		*"@\$HOME"*) cat "\$HOME/campaign.json" >>'$tap_dir/calls' ;;
		esac
		echo '${2:-}'
		exit \$(cat '$tap_dir/exit' 2>/dev/null || echo 0)
	END
	chmod +x "$tap_dir/bin/$1"
}
stub sendmail
stub curl '{"data": {"id": 7}}'

# recipe N: the n-th script of the page, with these words. $calls is what it did.
recipe() {
	local n=$1
	shift
	awk -v n="$n" '/^```sh$/ { i++; on = i == n; next } /^```$/ { on = 0 } on' \
		"$top/doc/recipes.md" >"$tap_dir/script"
	[ -s "$tap_dir/script" ] || return 99
	: >"$tap_dir/calls"
	(cd / && sh "$tap_dir/script" "$@") <"$tap_dir/changes" >&2
	local code=$?
	calls=$(<"$tap_dir/calls")
	return "$code"
}

entry() {
	printf '{"id":"tag:a.example,2000:%s","url":"https://a.example/%s","title":"海 \\"%s\\"","published":"2024-02-28T09:07:16+08:00","updated":"2024-02-28T09:07:16+08:00","tags":[]}' "$1" "$1" "$1"
}
feed='"feed":{"name":"main","key":"main","title":"海边","home":"https://a.example/","url":{"atom":"https://a.example/main.atom","json":"https://a.example/main.json"}}'
printf '{%s,"publication":7,"new":[%s,%s],"changed":[%s],"gone":[]}\n' "$feed" "$(entry 1)" "$(entry 2)" "$(entry 3)" >"$tap_dir/changes"

recipe 1 list@a.example
tap_report $? 'mail: it is sent'
tap_like "$calls" '^sendmail -i -- list@a.example' 'to the list'
tap_like "$calls" $'\nSubject: =\\?utf-8\\?B\\?5rW36L65\\?=\nMessage-ID: <7.main@xys.example>\n' 'with a head that is in order'
tap_like "$calls" $'\n\n海 "1"\nhttps://a.example/1\n' 'and what is new'

recipe 2
tap_report $? 'listmonk: it is sent'
tap_like "$calls" '"body": "海 \\"1\\"\\nhttps://a.example/1\\n\\n海 \\"2\\"' 'with what is new'
tap_like "$calls" 'PUT .*/api/campaigns/7/status' 'and begun'

recipe 3 https://social.example
tap_report $? 'Mastodon: it is posted'
tap_is "$(grep -c 'https://social.example/api/v1/statuses' <<<"$calls")" 2 'one post for each new entry'
tap_is "$(grep -o 'Idempotency-Key: [0-9a-f]*' <<<"$calls" | sort -u | grep -c .)" 2 'each with a key of its own'
tap_like "$calls" '"status": "海 \\"1\\"\\nhttps://a.example/1"' 'with title and address'
echo 1 >"$tap_dir/exit"
recipe 3 https://social.example
tap_is "$?,$(grep -c ^curl <<<"$calls")" 1,1 'what fails is told, at once'
rm "$tap_dir/exit"

recipe 4
tap_report $? 'a cache is emptied'
tap_is "$(grep -c ^curl <<<"$calls"),$(sed 's/.* //' <<<"$calls" | head -1)" 5,https://a.example/main.atom 'of the feed and the pages'
recipe 5
tap_report $? 'Cloudflare'
tap_like "$calls" '\{"files":\["https://a.example/main.atom","https://a.example/main.json","https://a.example/1","https://a.example/2","https://a.example/3"\]\}' \
	'gets all at once'
recipe 6
tap_report $? 'the Wayback Machine'
tap_is "$(grep -c 'url=https://a.example/[123] .*https://web.archive.org/save' <<<"$calls")" 3 'is asked for each page'

printf '{%s,"publication":7,"new":[],"changed":[],"gone":[%s]}\n' "$feed" "$(entry 1)" >"$tap_dir/changes"
for n in 1 2 3 6; do
	recipe "$n" x
	tap_is "$?,$calls" 0, "recipe $n: nothing new, nothing done"
done
tap_end
