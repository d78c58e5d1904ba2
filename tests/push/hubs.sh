#!/bin/bash
# What is done with each kind of hub, and what hubs are told when.
#
# The parts below are called by name; `...` in a description is no command.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317,SC2154
set -u
# shellcheck source=tests/push/telling.sh
. "${srcdir:-.}/tests/push/telling.sh" || exit 99

start_farm || tap_skip_all 'the farm does not start'
ca=$(ready farm "['ca_file']")

# --- one hub of each kind -------------------------------------------------------
#
# NAME | where, below the farm's address | keys | state | answer | pings that arrived.
# `=`: as many as were tried, or one more that was under way at the end of the budget; `4=`:
# four times that; `+`: or more, since libcurl repeats by itself what breaks on a connection
# that it had kept.

again='to be tried again'
kinds() {
	local right expired itself elsewhere old silent
	right=$(ready farm "['https']['right']") expired=$(ready farm "['https']['expired']")
	itself=$(ready farm "['https']['self_signed']") elsewhere=$(ready farm "['https']['wrong_host']")
	old=$(ready farm "['https']['old']") silent=$(ready farm "['https']['silent']")
	cat <<-END
		always204|/always204||accepted|204|1
		ok202|/ok202||accepted|202|1
		ok200|/ok200||accepted|200|1
		partial207|/partial207||accepted|207|1
		topic_not_found|/topic_not_found||nobody subscribed|500: Topic not found for topic URL\.|1
		busy503|/busy503?times=1&retry_after=1||accepted|204|2
		busy429|/busy429?times=1&retry_after=1||accepted|204|2
		busy500|/busy500?times=1||accepted|204|2
		busy_date|/busy_date?times=1||accepted|204|2
		huge_retry|/huge_retry||$again|503: Transient error.*|1
		huge_retry_date|/huge_retry_date||$again|429: Transient error.*|1
		topic_only|/topic_only||accepted|202|1
		url_only|/url_only||accepted|204|1
		topic_only_url|/topic_only/url|param = url|failed|400: MUST supply at least one hub\.topic|1
		url_only_topic|/url_only/topic|param = topic|failed|400: MUST supply at least one hub\.url|1
		private|/private|header = Authorization: Bearer right|accepted|204|1
		private_wrong|/private/wrong||failed|401: Who are you\?|1
		redirect301|/redirect301?to=/post_only/301||accepted|204|1
		redirect302|/redirect302?to=/post_only/302||accepted|204|1
		redirect303|/redirect303?to=/post_only/303||accepted|204|1
		redirect307|/redirect307?to=/post_only/307||accepted|204|1
		redirect308|/redirect308?to=/post_only/308||accepted|204|1
		redirect_other|/redirect_other||accepted|204|1
		redirect_loop|/redirect_loop||$again|it redirects again and again \(.*|4=
		redirect_file|/redirect_file||$again|it redirects to an address of "file:", where it is not followed|=
		bad400|/bad400||failed|400: The topic URL returned a 404|1
		gone404|/gone404||failed|404: Nothing here\.|1
		gone410|/gone410||failed|410: This hub has closed\.|1
		large413|/large413||failed|413: Too large\.|1
		hang|/hang|timeout = 500 ms|$again|no answer within 500 ms|=
		slow|/slow|timeout = 1 s|$again|no answer within 1 s|=
		drip_body|/drip_body|timeout = 500 ms|$again|its answer took more than 500 ms|=
		stuck_body|/stuck_body|timeout = 500 ms|$again|its answer took more than 500 ms|=
		close|/close||$again|(it closed )?the connection (without an answer)?(broke)?|+
		reset|/reset||$again|the connection broke|+
		short_body|/short_body||$again|its answer ended too early|=
		endless_body|/endless_body||accepted|200|1
		endless_headers|/endless_headers||$again|its header is too long|=
		endless_line|/endless_line||$again|its header is too long|=
		endless_1xx|/endless_1xx||$again|its header is too long|=
		garbage|/garbage||$again|it does not speak HTTP|=
		tls_right|$right/always204/tls_right|ca_file = $ca|accepted|204|1
		tls_no_ca|$right/always204/tls_no_ca||$again|its certificate is signed by nobody known|0
		tls_expired|$expired/always204/tls_expired|ca_file = $ca|$again|its certificate has expired|0
		tls_self_signed|$itself/always204/tls_self_signed|ca_file = $ca|$again|its certificate is signed by nobody known.*|0
		tls_wrong_host|$elsewhere/always204/tls_wrong_host|ca_file = $ca|$again|its certificate is for another name|0
		tls_old|$old/always204/tls_old|ca_file = $ca|$again|no TLS 1\.2 or newer with it .*|0
		tls_silent|$silent/always204/tls_silent|ca_file = $ca;timeout = 500 ms|$again|no connection within 500 ms|0
		no_name|http://nowhere.invalid/always204/no_name|timeout = 1 s|$again|its (host has no address)?(name was not found within 1 s)?|0
		refused|$(ready farm "['refused']")/always204/refused||$again|connection refused|0
	END
}

# address WHERE
address() {
	case $1 in
	/*) echo "$farm$1" ;;
	*) echo "$1" ;;
	esac
}

sections() {
	local name where keys rest
	while IFS='|' read -r name where keys rest; do
		printf '[hub:%s]\nurl = %s\n%s\n' "$name" "$(address "$where")" "${keys//;/$'\n'}"
	done
}

# outcomes: NAME<TAB>arrived<TAB>state<TAB>tries<TAB>answer<TAB>seconds to the next, for each.
outcomes() {
	xysfeed --push-status --json >status.json
	"$python" -I - status.json "$tap_dir/farm/farm.jsonl" <<-'END'
		import json, sys
		from urllib.parse import urlsplit
		came = {}
		for line in open(sys.argv[2]):
		    line = json.loads(line)
		    if line["event"] == "ping":
		        came[line["hub"]] = came.get(line["hub"], 0) + 1
		for hub in json.load(open(sys.argv[1]))["hubs"]:
		    told = hub["topics"][0]
		    wait = round(told["next"] - told["answered"], 1) if told["next"] else "-"
		    path = urlsplit(hub["url"]).path.strip("/")
		    tries = told["took"] if told["state"] == "accepted" else told["attempts"]
		    print(hub["peer"][4:], came.get(path, 0), told["state"], tries, told["answer"], wait, sep="\t")
	END
}

# waited NAME LEAST MOST
waited() {
	local seconds
	seconds=$(cut -f 1,6 outcomes.tsv | sed -n "s/^$1\t//p")
	tap_is "$("$python" -I -S -c "print($2 <= $seconds <= $3)")" True "$1: tried again after $2 to $3 s"
}

# moved STATUS: where it says that the hub is now.
moved() {
	sed -n "s/.*hub:redirect$1: it has moved for good to \(.*\): write that into the configuration/\1/p" <<<"$said"
}

table() {
	site_told table <<-END
		[feed:main]
		$(kinds | sections)
	END
	push_key budget '2500 ms'
	article a.md 2024-05-01 'title: 甲'
	publish
	outcomes >outcomes.tsv
	tap_is "$code" 8 'a table of hubs: some refuse'
	for status in 301 308; do
		tap_is "$(moved "$status")" "$farm/post_only/$status" "redirect$status: the new address is reported"
	done
	tap_is "$(moved '[0-9a-z_]*' | wc -l)" 2 'and of no other redirect'
	tap_like "$said" 'hub:partial207: of 1 parts it did not accept 1 \(400\)' 'partial207: what it did not accept'
	for kind in hang close reset garbage tls_expired no_name refused; do
		waited "$kind" 0 60
	done
	waited huge_retry 21600 21600
	waited huge_retry_date 21600 21600

	# Those that were busy, in time; the others may come up, too.
	due_busy
	push_key budget '1 s'
	publish
	outcomes >outcomes.tsv
	tap_note "$(printf '%-16s %4s %5s  %-18s %s' hub came tries state answer)"
	while IFS='|' read -r name _ _ state answer came; do
		IFS=$'\t' read -r _ got_came got_state tries got_answer _ < <(grep -P "^$name\t" outcomes.tsv)
		tap_note "$(printf '%-16s %4d %5d  %-18s %s' "$name" "$got_came" "$tries" "$got_state" "$got_answer")"
		case $came in
		*=)
			each=${came%=}
			came="($((${each:-1} * tries))|$((${each:-1} * (tries + 1))))"
			;;
		+) came=$((got_came >= tries ? got_came : tries)) ;;
		esac
		tap_like "$name: $got_state; $got_answer; $got_came" "^$name: $state; $answer; $came$" \
			"$name: $state"
	done < <(kinds)
	for to in 301 302 303 307 308; do
		tap_is "$(lines "$farm" "hub=post_only/$to&method=POST&answer=204" | form)" "$ping" \
			"redirect$to: the ping arrives whole"
	done
	tap_is "$(lines "$farm" "hub=always204" | form)" "$ping" 'always204: what a ping is'
	tap_is "$(lines "$farm" "hub=topic_only/url" | form)" \
		"{'hub.mode': ['publish'], 'hub.url': ['$topic']}" 'param = url'
	tap_is "$(lines "$farm" "hub=url_only/topic" | form)" \
		"{'hub.mode': ['publish'], 'hub.topic': ['$topic']}" 'param = topic'
	tap_ok '--push-status' xysfeed --push-status
	tap_like "$tap_out" "^hub:always204 $farm/always204\$" '--push-status: a hub'
	tap_like "$tap_out" '^  1 documents, 0 still to be told of; accepted 1 in a row, answers within' '--push-status: its health'
	tap_like "$tap_out" '^  main\.atom: accepted; wanted since .*, last accepted .* after 1 try \(204\)$' '--push-status: a document'
	tap_is "$(lines "$farm" event=ping | field method | sort -u)" POST 'no hub got anything but a POST'
}

topic=https://a.example/feeds/main.atom
ping="{'hub.mode': ['publish'], 'hub.url': ['$topic'], 'hub.topic': ['$topic']}"
form() {
	field params
}

due_busy() {
	"$python" -I -c 'import sqlite3
db = sqlite3.connect("xysfeed.db")
db.execute("UPDATE told SET next = NULL WHERE peer LIKE \"hub:busy%\"")
db.execute("UPDATE peer SET next = NULL WHERE name LIKE \"hub:busy%\"")
db.commit()'
}

# --- what a call says and how it ends -------------------------------------------

once() {
	xysfeed --once --now "$now" "$@"
}

# one NAME PATH [KEY...]: a site with one hub, and an article.
one() {
	local name=$1 path=$2
	shift 2
	site_told "$name" <<-END
		[feed:main]
		[hub:h]
		url = $farm/$path
		$(printf '%s\n' "$@")
	END
	article a.md 2024-05-01 'title: 甲'
}

exit_codes() {
	one accepted always204/accepted
	tap_ok '0: told' once --strict
	tap_like "$tap_out" '^hubs: 1 pings accepted, 0 to be sent, 0 refused$' '0: the report'
	tap_ok '0: nothing to tell' once --strict
	tap_unlike "$tap_out" '^hubs:' '0: nothing to tell, nothing said'

	# The budget is there for what can be done.
	one pending huge_retry/pending
	push_key budget '20 s'
	local began=$SECONDS
	tap_ok '0: still to be told' once
	tap_like "$tap_out" '^hubs: 0 pings accepted, 1 to be sent, 0 refused$' '0: the report'
	tap_exit 6 '6: with --strict' once --strict
	tap_is "$(status "d['push']")" "{'accepted': 0, 'owed': 1, 'refused': 0}" '6: --status tells'
	tap_ok '6: neither waited for a hub that is busy for hours' test $((SECONDS - began)) -lt 10
	tap_is "$(pings huge_retry/pending)" 1 '6: nor asked it again'

	one refused bad400/refused
	tap_exit 8 '8: refused' once
	tap_like "$tap_out" '^xysfeed: hub:h, main\.atom: failed \(400: The topic URL returned a 404\)$' '8: its answer'
	tap_like "$tap_out" '^hubs: 0 pings accepted, 0 to be sent, 1 refused$' '8: the report'
	tap_ok '0: it is not asked again' once
	tap_is "$(pings bad400/refused)" 1 '0: indeed'
	article b.md 2024-05-02 'title: 乙'
	tap_exit 8 '8: but with the next version' once
	tap_is "$(pings bad400/refused)" 2 '8: indeed'
}

# Publishing is over when telling begins, and another call is not kept from publishing.
beside() {
	one beside 'always204/beside?delay=1.5' 'timeout = 10 s'
	push_key budget '10 s'
	run_in_background
	lines "$farm" 'hub=always204/beside&event=ping' 1 >/dev/null
	tap_like "$(cat first)" ' 1 new' 'while a hub is slow, the report is out'
	tap_ok 'and the feed' grep -q 甲 public/main.atom
	tap_ok 'and the call still runs' kill -0 "$!"
	article b.md 2024-05-02 'title: 乙'
	tap_exit 6 'another call publishes, and cannot know who is told then (--strict)' once --strict
	tap_like "$tap_out" '^hubs: another call is telling them$' 'and says who tells'
	tap_ok 'its feed is there' grep -q 乙 public/main.atom
	wait "$!"
	tap_is "$? $(pings always204/beside)" '0 2' 'the first call tells of the second, too'
	tap_is "$(hub_of h "['topics'][0]['state']")" accepted 'and that is noted'
}

run_in_background() {
	"$XYSFEED" -c "$site/xysfeed.conf" --once --now "$now" >first 2>&1 &
}

# --- when hubs are told ------------------------------------------------------------

# told_by COUNT DESCRIPTION COMMAND...: the command, a run, and so many pings.
told_by() {
	local count=$1 what=$2 before
	shift 2
	before=$(pings "$path")
	"$@"
	publish
	tap_is $(($(pings "$path") - before)) "$count" "$what"
}

occasions() {
	path=always204/occasions
	one occasions "$path"
	told_by 1 'the first version: a ping' true
	told_by 0 'nothing new: none' true
	told_by 1 'an article: a ping' article b.md 2024-05-02 'title: 乙'
	told_by 1 'it is edited: a ping' article b.md 2024-05-02 'title: 乙乙'
	told_by 0 'the site has another title: none' reconf 's/^title = .*/title = 山上的档案/'
	tap_ok 'though the feed is made anew' grep -q 山上 public/main.atom
	told_by 0 'a feed was lost: it is put back, and none' rm public/main.atom
	tap_ok 'put back' test -s public/main.atom
	told_by 0 'a date to come: none yet' article later.md 2024-06-02 'title: 后来'
	told_by 1 'the date has come: a ping' later 48
	told_by 1 'an article is taken away: a ping' rm articles/b.md
	local before
	before=$(pings "$path")
	tap_ok '--retract' xysfeed --retract a.md
	tap_is $(($(pings "$path") - before)) 1 '--retract: a ping'
	before=$(pings "$path")
	article c.md 2024-05-03
	tap_ok '--dry-run' xysfeed --dry-run
	tap_is "$(pings "$path")" "$before" '--dry-run: none'
}

# What a hub missed is one ping, whatever came in between.
superseded() {
	path=busy503/superseded
	site_told superseded <<-END
		[feed:main]
		[feed:tags]
		for_each = tag
		[hub:h]
		url = $farm/$path?times=1000
	END
	push_key budget '300 ms'
	local i
	for i in 1 2 3 4 5; do
		article "$i.md" "2024-05-0$i" 'tags: [x]'
		publish
		due
	done
	tap_note "a hub that is down: $(pings "$path") pings for 5 versions of 2 documents"
	tap_is "$(status "d['push']")" "{'accepted': 0, 'owed': 2, 'refused': 0}" 'all is still to be told'
	behave '{"hub": "busy503/superseded", "behaviour": "always204"}'
	reconf "s/?times=1000//"
	push_key budget '3 s'
	publish
	tap_is "$(pings "$path" 204) $(states h)" '2 accepted' 'it is back: one ping for each document'
	tap_is "$(lines "$farm" "event=ping&hub=$path&answer=204" | field topic | sort | paste -sd ' ')" \
		"$topic https://a.example/feeds/tags/x.atom" 'for each'
	tap_is "$(hub_of h "['accepted']")" 2 'in a row'
	publish
	tap_is "$(pings "$path" 204)" 2 'and no other'
}

# Which hub is told of what, and what the documents say of it.
feeds() {
	site_told feeds <<-END
		[feed:main]
		archive = yes
		min_entries = 3
		min_hours = 0
		[feed:tags]
		for_each = tag
		[hub:all]
		url = $farm/always204/all
		[hub:main]
		url = $farm/always204/main
		feeds = main
		[hub:tags]
		url = $farm/always204/tags
		feeds = tags
	END
	batch x 20 2024-01-01 'tags: [x]'
	article y.md 2024-05-01 'tags: [y]'
	publish
	local hub want
	while read -r hub want; do
		tap_is "$(lines "$farm" "event=ping&hub=always204/$hub" | field topic | sed 's,.*/feeds/,,' | sort | paste -sd ' ')" \
			"$want" "feeds: what the hub $hub is told of"
	done <<-'END'
		all main.atom tags/x.atom tags/y.atom
		main main.atom
		tags tags/x.atom tags/y.atom
	END
	tap_is "$(entries public/main.atom feed hubs)" "$farm/always204/all; $farm/always204/main" 'main names its hubs'
	tap_is "$(entries public/tags/x.atom feed hubs)" "$farm/always204/all; $farm/always204/tags" 'a tag does'
	local archives
	archives=$(grep -rl '<fh:archive' public --include='*.atom')
	tap_is "$(wc -l <<<"$archives" | sed 's/^[1-9].*/some/') $(xargs grep -l 'rel="hub"' <<<"$archives")" 'some ' \
		'no document of the archive does'

	article x/021.md 2024-05-02 'tags: [x]'
	curl -sS -X DELETE "$farm/log"
	publish
	tap_is "$(pings always204/all) $(pings always204/main) $(pings always204/tags)" '2 1 1' \
		'an article of one tag: only what shows it'

	# What is owed to a hub that is to have it no more.
	behave '{"hub": "always204/all", "behaviour": "busy503", "times": 1000}'
	article x/022.md 2024-05-03 'tags: [x]'
	push_key budget '300 ms'
	publish
	behave '{"hub": "always204/all", "behaviour": "always204"}'
	reconf 's,^url = .*/all$,&\nfeeds = main,'
	due
	curl -sS -X DELETE "$farm/log"
	publish
	tap_is "$(lines "$farm" "event=ping&hub=always204/all" | field topic) $(hub_of all "['topics'][1:]")" "$topic []" \
		'a feed is taken from a hub: it is not told of it'
	tap_is "$(entries public/tags/x.atom feed hubs)" "$farm/always204/tags" 'nor named'
	reconf '/\/all$/{n;d}'
	curl -sS -X DELETE "$farm/log"
	publish
	tap_is "$(pings always204/all) $(pings always204/main) $(pings always204/tags) $(states all)" '1 0 0 accepted' \
		'it is given back: what the hub has not accepted, and nothing to others'
}

# A hub that the configuration has later, and one that it has no more.
later_on() {
	path=always204/upgrade
	site_told upgrade <<-'END'
		[feed:main]
		[feed:tags]
		for_each = tag
	END
	article a.md 2024-05-01 'tags: [x]'
	publish
	tap_is "$(entries public/main.atom feed hubs)" - 'no hub yet'
	tap_like "$(xysfeed --push-status)" '^no \[hub:NAME\]' '--push-status says so'
	printf '[hub:h]\nurl = %s\n' "$farm/$path" >>xysfeed.conf
	publish
	tap_is "$(pings "$path") $(states h)" '2 accepted' 'a hub is added: it is told of all'
	tap_is "$(entries public/main.atom feed hubs)" "$farm/$path" 'and named'
	reconf "s,^url = .*/upgrade,&/elsewhere,"
	publish
	tap_is "$(entries public/main.atom feed hubs)" "$farm/$path/elsewhere" 'another address: it is named'
	tap_is "$(pings "$path/elsewhere") $(pings "$path") $(states h)" '2 2 accepted' 'and told of all, for it is another hub'
	publish
	tap_is "$(pings "$path/elsewhere")" 2 'once'
	reconf '/^\[hub:h\]/,$d'
	publish
	tap_is "$(entries public/main.atom feed hubs) $(status "d['push']")" "- {'accepted': 0, 'owed': 0, 'refused': 0}" 'a hub is removed: it is not named'
}

# Whoever mends the section of a hub need not wait for the next article.
mended() {
	one mended private/mended
	publish
	tap_is "$(states h)" failed 'a hub refuses'
	echo 'header = Authorization: Bearer right' >>xysfeed.conf
	publish
	tap_is "$(states h) $(pings private/mended)" 'accepted 2' 'its section is mended: it is told'
	publish
	tap_is "$(pings private/mended)" 2 'once'
}

# --- how hubs are told -------------------------------------------------------------

# times PATH: of the pings, in seconds from the first.
times() {
	lines "$farm" "event=ping&hub=$1" | "$python" -I -S -c 'import json, sys
t = sorted(json.loads(line)["t"] for line in sys.stdin)
print(*[round(x - t[0], 2) for x in t])'
}

pace() {
	path=always204/pace
	site_told pace <<-END
		[feed:main]
		[feed:tags]
		for_each = tag
		[hub:h]
		url = $farm/$path
		rate = 300
	END
	push_key per_host 1
	article a.md 2024-05-01 'tags: [t1, t2, t3, t4, t5, t6, t7, t8, t9]'
	publish
	tap_is "$(pings "$path")" 10 'rate: ten documents'
	tap_is "$(lines "$farm" "event=ping&hub=$path" | field topic | head -n 1)" "$topic" 'the main feed first'
	# Five at once, then one each 200 ms; a little less between what arrives.
	tap_note "rate = 300: $(times "$path")"
	tap_is "$(times "$path" | "$python" -I -S -c 't = [float(x) for x in input().split()]
print(all(t[4 + i] >= 0.2 * i - 0.15 for i in range(1, 6)))')" True 'five at once, then by the rate'
	tap_is "$(states h)" accepted 'all in one run'
}

debounce() {
	path=always204/debounce
	one debounce "$path"
	push_key debounce '2 s'
	push_key budget '500 ms'
	publish
	article b.md 2024-05-02
	tap_exit 6 'debounce: a second version waits' once --strict
	article c.md 2024-05-03
	tap_exit 6 'a third, too' once --strict
	tap_is "$(pings "$path") $(states h)" '1 waiting' 'not told yet'
	push_key budget '5 s'
	publish
	tap_note "debounce = 2 s: $(times "$path")"
	tap_is "$(times "$path" | "$python" -I -S -c 't = [float(x) for x in input().split()]
print(len(t), t[1] >= 1.95)')" '2 True' 'one ping for both, when the time has come'
}

# Who is hung up on at the end of each call would never be told.
patience() {
	one patience 'always204/patience?delay=1.2'
	push_key budget '300 ms'
	publish
	tap_is "$(pings always204/patience) $(states h)" '1 accepted' 'a hub slower than the budget is heard'
}

content() {
	one content always204/content 'content = yes' 'secret = 海边 secret'
	publish
	lines "$farm" hub=always204/content 1 >line
	tap_is "$("$python" -I - line public/main.atom <<-'END'
		import hashlib, hmac, json, sys
		params = json.loads(open(sys.argv[1]).readline())["params"]
		bytes_ = open(sys.argv[2], "rb").read()
		mac = hmac.new("海边 secret".encode(), bytes_, hashlib.sha256).hexdigest()
		print(params["hub.content"][0].encode() == bytes_, params["hub.signature"] == ["sha256=" + mac])
	END
	)" 'True True' 'content: the document as published, signed with the secret'
	tap_unlike "$(cat public/main.atom status.json 2>/dev/null; xysfeed --push-status --json)" '海边 secret' \
		'the secret is nowhere else'
}

# --- from the daemon ---------------------------------------------------------------

from_daemon() {
	path=always204/daemon
	one daemon "$path"
	printf '[daemon]\nsettle = 50 ms\n' >>xysfeed.conf
	start
	tap_is "$(lines "$farm" "event=ping&hub=$path" 1 | field topic)" "$topic" 'the daemon tells'
	article b.md "$(date -u -d '+2 seconds' +%Y-%m-%dT%H:%M:%SZ)" 'title: 将来'
	lines "$farm" "event=ping&hub=$path" 2 >line
	tap_is "$(wc -l <line)" 2 'an article whose time comes: a ping'
	tap_ok 'and it is there' grep -q 将来 public/main.atom
	await 'what came of it is noted' is_told
	tap_exit 5 'a call beside the daemon' once
	printf '[hub:other]\nurl = %s\n' "$farm/always204/reloaded" >>xysfeed.conf
	tap_ok '--reload with another hub' xysfeed --reload
	tap_is "$(lines "$farm" 'event=ping&hub=always204/reloaded' 1 | field topic)" "$topic" 'it is told'
	ends_well TERM SIGTERM
	tap_is "$(states h) $(states other)" 'accepted accepted' 'nothing is left'
}

is_told() {
	[ "$(states h)" = accepted ]
}

parts=(table exit_codes beside occasions superseded feeds later_on mended pace debounce patience content from_daemon)
[ $# -eq 0 ] || parts=("$@")
for part in "${parts[@]}"; do
	"$part"
done
tap_end
