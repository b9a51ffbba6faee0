#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# usage: tests/pythons.sh
#
# Prints the Pythons to test with, one "VERSION PATH" a line: the distribution's, the newest one of
# each minor version from 3.8 on under ~/.pyenv, and those of Debian's other suites, which
# tests/get-pythons.sh unpacks (tried again after a day when some could not be had). For each minor
# version from 3.8 to 3.15 that there is none of, a line "SKIP: ..." on stderr says so.
#
#   PYTHONS="PATH..."   these and no others
#   PYTHON_CACHE=DIR    where the unpacked ones are (default: build/pythons)
#   GET_PYTHONS=no      does not unpack any
set -u
cd "$(dirname "$0")/.." || exit 1
shopt -s nullglob

cache=${PYTHON_CACHE:-${BUILD:-build}/pythons}
said=$cache/skipped
minors=(8 9 10 11 12 13 14 15)

get() {
	mkdir -p "$cache" || return
	(
		flock 9
		[ -n "$(find "$said" -mmin -1440 2>/dev/null)" ] && exit
		PYTHON_CACHE=$cache tests/get-pythons.sh >"$said.new" 2>&1
		mv "$said.new" "$said"
	) 9>"$cache/lock"
}

# "3.11.2 /usr/bin/python3.11" when it runs and is a CPython from 3.8 on
describe() {
	"$1" -S -E -c 'import os, sys
v = sys.version_info
if v >= (3, 8) and sys.implementation.name == "cpython":
    print("%d.%d.%d %s" % (v[0], v[1], v[2], os.path.abspath(sys.executable)))' 2>/dev/null
}

newest_of_pyenv() { # MINOR
	local folders=(~/.pyenv/versions/3."$1".*/bin/python3)
	[ ${#folders[@]} -gt 0 ] && printf '%s\n' "${folders[@]}" | sort -V | tail -n 1
}

candidates() {
	local minor
	for path in ${PYTHONS:-}; do
		echo "$path"
	done
	[ -z "${PYTHONS:-}" ] || return
	[ ! -x /usr/bin/python3 ] || echo /usr/bin/python3
	for minor in "${minors[@]}"; do
		newest_of_pyenv "$minor"
	done
	[ "${GET_PYTHONS:-}" = no ] || get
	for path in "$cache"/*/usr/bin/python3.*; do
		[[ $path == *-config ]] || echo "$path"
	done
}

found=$(candidates | while read -r path; do describe "$path"; done)
[ -z "$found" ] || echo "$found"
[ -n "${PYTHONS:-}" ] || for minor in "${minors[@]}"; do
	grep -q "^3\.$minor\." <<<"$found" && continue
	sed -n "s/^SKIP: \(Python 3\.$minor of .*\)/\1/p" "$said" >&2 2>/dev/null
	echo "SKIP: no Python 3.$minor on this machine" >&2
done
[ -n "$found" ]
