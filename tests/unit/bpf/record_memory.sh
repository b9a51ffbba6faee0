#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# record_memory.sh PYTHON...: makes the fixture of each of these, from 3.8 on, anew. As root, or where
# a process may look into its siblings. To be run again when struct python_layout changes.
set -euo pipefail
cd "$(dirname "$0")/../../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here=tests/unit/bpf
mkdir -p $here/fixtures
${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -g -O1 -Iuser -Ibpf -o "$work/record_memory" \
	$here/record_memory.c user/python/*.c user/target/{mapped_file,maps,memory}.c \
	user/base/*.c -lelf

for python in "$@"; do
	: >"$work/facts"
	"$python" -I -S -X utf8 -u -c \
		'import sys; exec(compile(sys.stdin.read(), "größe/стек.py", "exec"))' \
		<$here/stack.py >"$work/facts" &
	pid=$!
	until tail -n 1 "$work/facts" | grep -qx end; do
		kill -0 $pid
		sleep 0.1
	done
	version=$(sed -n 's/^python //p' "$work/facts")
	echo "$version"
	"$work/record_memory" $pid <"$work/facts" >"$work/fixture"
	kill $pid
	wait $pid 2>/dev/null || true
	mv "$work/fixture" "$here/fixtures/${version%.*}"
done
