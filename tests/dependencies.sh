#!/bin/bash
#
# dependencies.sh: every list of what has to be installed names the same libraries.
#
# bootstrap's is the one that is used on a fresh machine.
set -u
# shellcheck source=tests/tap.sh
. "${srcdir:-.}/tests/tap.sh" || exit 99
root=${srcdir:-.}

# libraries FILE: the packages of libraries that it names.
libraries() {
	grep -oE '\b(lib[a-z0-9.+-]+|zlib1g)-dev\b' "$1" | grep -v '^libc6-dev$' | LC_ALL=C sort -u
}

# The tests' own come after those of the build.
wanted=$(sed '/^readonly TEST_PACKAGES/,$d' "$root/bootstrap" >"$tap_dir/build" && libraries "$tap_dir/build")
tap_ok 'bootstrap names libraries' test "$(wc -w <<<"$wanted")" -gt 10
tap_is "$(libraries "$root/README.md")" "$wanted" README.md
# A package is tested where it is built.
tap_is "$(libraries "$root/packaging/debian/control" | grep -v '^libcmocka-dev$')" "$wanted" \
	packaging/debian/control
tap_end
