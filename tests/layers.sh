#!/bin/bash
# A file includes its own folder and lower ones; input and output do not know
# each other; only app/ prints and exits.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:?}/tests/tap.sh"
cd "$top_srcdir/src" || exit 99

# FOLDER may include from these.
declare -A below=(
	[base]='base'
	[model]='base model'
	[input]='base model input'
	[ledger]='base model ledger'
	[output]='base model ledger output'
	[push]='base model ledger push'
	[serve]='base model ledger serve push/listener.h'
	[app]='base model input ledger output push serve app'
)

includes_beyond() { # FOLDER: includes of ours that it may not have
	local allowed
	# shellcheck disable=SC2086 # a list of words
	allowed=$(printf '%s|' ${below[$1]})
	grep -nE '^#include "[a-z]+/' "$1"/*.[ch] | grep -vE "\"(${allowed%|})[/\"]"
}

for folder in base model input ledger output push serve app; do
	tap_is "$(includes_beyond "$folder")" '' "$folder/ includes only: ${below[$folder]}"
done
tap_is "$(grep -nE '\b(printf|fprintf|puts|fputs|exit)\(' {base,model,input,ledger,output,push,serve}/*.c)" '' \
	'only app/ prints and exits'
tap_is "$(grep -lE '\b(rename|renameat|fsync|syncfs)\(' ./*/*.c)" './base/file_stage.c' \
	'only base/file_stage.c renames and flushes'
tap_is "$(grep -lE '\bclock_gettime\(' ./*/*.c)" './base/clock.c' 'only base/clock.c asks the time'
tap_is "$(grep -lE '\bsqlite3_' ./*/*.c)" './ledger/db.c' 'only ledger/db.c speaks to SQLite'
tap_end
