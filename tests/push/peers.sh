# shellcheck shell=bash
#
# peers: hubs, a subscriber and web servers on the loopback, for the push tests. Source it
# after tap.sh, site.sh or resident.sh:
#
#	. "${srcdir:-.}/tests/push/peers.sh"
#	start_farm                   $farm is its URL; farm.py tells what is there
#	start_subscriber             $subscriber; subscriber.py
#	start_hub                    $hub, a real one; returns 1 with the reason in $why
#	start_nginx public cached    nginx.sh
#	ready farm "['https']['right']"      more of what a peer printed
#	subscribe TOPIC SECRET [PARAMETER=VALUE...]    $subscriber at $hub, until it counts
#	lines "$farm" 'hub=always204&event=ping' [COUNT [SECONDS]]    of its log; waits for COUNT
#	field status <<<"$line"      one value of a line
#	stop_peers
#
# Their files are in $tap_dir/NAME. They end with the shell that started them, so never
# start one in $(...), nor in a command of tap_ok.
#
# shellcheck disable=SC2034,SC2154 # what tap.sh has, and what the tests use

python=/usr/bin/python3
[ -x "$python" ] || python=python3
push=$(cd "${srcdir:-.}/tests/push" && pwd)
peers=()
trap 'stop_peers; ! declare -F kill_daemons >/dev/null || kill_daemons; rm -rf "$tap_dir"' EXIT
# None of them is to be reached by a proxy.
export no_proxy=127.0.0.1,localhost

# shellcheck source=tests/push/nginx.sh
. "$push/nginx.sh"

# start_process VARIABLE COMMAND...: in the background, until this shell ends.
start_process() {
	local -n started=$1
	shift
	setpriv --pdeathsig TERM "$@" </dev/null &
	started=$!
	peers+=("$started")
}

# wait_until COMMAND...: for 10 s at most.
wait_until() {
	local end=$((SECONDS + 10))
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.02
	done
}

# start_peer NAME COMMAND...: with its folder as last argument, until it is ready.
start_peer() {
	local name=$1 pid folder=$tap_dir/$1
	shift
	mkdir -p "$folder"
	: >"$folder/ready"
	start_process pid "$@" "$folder" >"$folder/ready" 2>"$folder/stderr"
	if ! wait_until is_ready "$folder" "$pid" || [ ! -s "$folder/ready" ]; then
		cat "$folder/stderr" >&2
		return 1
	fi
}

# is_ready FOLDER PID: or it is no more.
is_ready() {
	[ -s "$1/ready" ] || ! kill -0 "$2" 2>/dev/null
}

# ready NAME EXPRESSION: of the line that it printed.
ready() {
	"$python" -I -S -c "import json, sys; print(json.load(sys.stdin)$2)" <"$tap_dir/$1/ready"
}

start_farm() {
	start_peer farm "$python" "$push/farm.py" && farm=$(ready farm "['http']")
}

start_subscriber() {
	start_peer subscriber "$python" "$push/subscriber.py" && subscriber=$(ready subscriber "['http']")
}

start_hub() {
	why='node or npm is missing'
	command -v node >/dev/null && command -v npm >/dev/null || return
	why=$("$push/hub/run" --install 2>&1) || {
		why="npm ci failed: $(tail -n 1 <<<"$why")"
		return 1
	}
	start_peer hub "$push/hub/run" && hub=$(ready hub "['hub']")
}

# subscribe TOPIC SECRET [PARAMETER=VALUE...]: the hub forgets none after that.
subscribe() {
	local topic=$1 secret=$2 before each more=()
	shift 2
	for each; do
		more+=(--data-urlencode "$each")
	done
	before=$(activated)
	curl -fsS --data-urlencode "hub=$hub" --data-urlencode "topic=$topic" \
		--data-urlencode "secret=$secret" "${more[@]}" "$subscriber/subscribe" &&
		wait_until activated_since "$before"
}

activated() {
	grep -c websub.subscription.activated "$tap_dir/hub/hub.jsonl"
}

activated_since() {
	[ "$(activated)" != "$1" ]
}

# lines URL QUERY [COUNT [SECONDS]]
lines() {
	curl -sS "$1/log?$2&count=${3:-0}&timeout=${4:-10}"
}

# field NAME: of each line.
field() {
	"$python" -I -S -c 'import json, sys
for line in filter(str.strip, sys.stdin):
    print(json.loads(line).get(sys.argv[1]))' "$1"
}

stop_peer() {
	kill "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

stop_peers() {
	local each
	for each in "${peers[@]}"; do
		stop_peer "$each"
	done
	peers=()
}
