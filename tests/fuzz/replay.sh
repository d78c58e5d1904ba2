#!/bin/bash
# Every fuzz target over its corpus, one line each.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:?}/tests/tap.sh"

for source in "$top_srcdir"/tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	corpus=$top_srcdir/tests/fuzz/corpus/${name#fuzz_}
	files=("$corpus"/*)
	tap_ok "$name over ${#files[@]} files" "${top_builddir:?}/tests/fuzz/$name" "${files[@]}"
done
tap_end
