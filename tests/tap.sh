# shellcheck shell=bash
#
# tap: the Test Anything Protocol for shell tests. Source it first:
#
#	. "${srcdir:-.}/tests/tap.sh"
#	tap_ok 'the program runs' "$XYSFEED" --version
#	tap_exit 2 'an unknown option is a usage error' "$XYSFEED" --nonsense
#	tap_is "$(cat got)" "$(cat want)" 'the same text'
#	tap_end
#
# $tap_out holds what the last command of tap_ok, tap_not or tap_exit printed, and
# $tap_dir is a scratch folder that goes away at the end.

tap_n=0
tap_failed=0
tap_out=
tap_dir=$(mktemp -d "${TMPDIR:-/tmp}/xysfeed-test-XXXXXX") || exit 99
trap 'rm -rf "$tap_dir"' EXIT

# tap_report STATUS DESCRIPTION: status 0 is ok.
tap_report() {
	tap_n=$((tap_n + 1))
	if [ "$1" -eq 0 ]; then
		printf 'ok %d - %s\n' "$tap_n" "$2"
	else
		tap_failed=$((tap_failed + 1))
		printf 'not ok %d - %s\n' "$tap_n" "$2"
	fi
}

# tap_note TEXT: lines of comment.
tap_note() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

# tap_exit CODE DESCRIPTION COMMAND...: it exits with CODE.
tap_exit() {
	local want=$1 what=$2 got=0
	shift 2
	tap_out=$("$@" 2>&1) || got=$?
	tap_report $((got != want)) "$what"
	if [ "$got" -ne "$want" ]; then
		tap_note "exit $got, not $want, of: $*"
		tap_note "$tap_out"
	fi
}

# tap_ok DESCRIPTION COMMAND...: it exits 0.
tap_ok() {
	tap_exit 0 "$@"
}

# tap_not DESCRIPTION COMMAND...: it does not exit 0.
tap_not() {
	local what=$1 got=0
	shift
	tap_out=$("$@" 2>&1) || got=$?
	tap_report $((got == 0)) "$what"
}

# tap_is GOT WANT DESCRIPTION: the same text.
tap_is() {
	if [ "$1" = "$2" ]; then
		tap_report 0 "$3"
		return
	fi
	tap_report 1 "$3"
	tap_note "got:  $1"
	tap_note "want: $2"
}

# tap_like TEXT PATTERN DESCRIPTION: an extended regular expression matches a line.
tap_like() {
	if printf '%s\n' "$1" | grep -Eq -- "$2"; then
		tap_report 0 "$3"
		return
	fi
	tap_report 1 "$3"
	tap_note "no line matches $2:"
	tap_note "$1"
}

# tap_unlike TEXT PATTERN DESCRIPTION: no line matches.
tap_unlike() {
	local line
	if ! line=$(printf '%s\n' "$1" | grep -E -- "$2"); then
		tap_report 0 "$3"
		return
	fi
	tap_report 1 "$3"
	tap_note "this matches $2: $line"
}

# tap_skip DESCRIPTION REASON: one test that cannot be run here.
tap_skip() {
	tap_n=$((tap_n + 1))
	printf 'ok %d - %s # SKIP %s\n' "$tap_n" "$1" "$2"
}

# tap_skip_all REASON: nothing of this file can be run here. Call it first.
tap_skip_all() {
	printf '1..0 # SKIP %s\n' "$1"
	exit 0
}

# tap_need PROGRAM...: skip all where one is missing.
tap_need() {
	local program
	for program; do
		command -v "$program" >/dev/null || tap_skip_all "$program is missing"
	done
}

# tap_end: the plan. Nothing may follow.
tap_end() {
	printf '1..%d\n' "$tap_n"
	exit $((tap_failed > 0))
}
