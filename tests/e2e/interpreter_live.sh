#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# interpreter_live.sh [PYTHON...]: what we read from the files and the memory of a running Python must
# be what it tells of itself. Default: every CPython from 3.8 on that is found on this machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}/e2e
mkdir -p "$build"
${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=address,undefined -Wall -Wextra -Werror \
	-Iuser -Ibpf -o "$build/interpreter_live" tests/e2e/interpreter_live.c user/python/*.c \
	user/target/{maps,memory}.c user/base/{log,text}.c -lelf

shopt -s nullglob
pythons=("$@")
if [ ${#pythons[@]} -eq 0 ]; then
	pythons=(/usr/bin/python3 ~/.pyenv/versions/*/bin/python "${PYTHON_CACHE:-${BUILD:-build}/pythons}"/*/usr/bin/python3*)
fi
tested=0 failed=0
for python in "${pythons[@]}"; do
	[[ $python == *-config ]] && continue
	version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' || echo broken)
	case $version in
	broken) echo "FAIL $python: does not run"; failed=$((failed + 1)); continue ;;
	2.* | 3.[0-7].*) echo "skip $python: $version is older than 3.8"; continue ;;
	esac
	tested=$((tested + 1))
	if told=$("$python" -S -E -X utf8 tests/e2e/interpreter_live.py "$build/interpreter_live"); then
		echo "ok   $python: $told"
	else
		echo "FAIL $python: ${told:-nothing told}"
		failed=$((failed + 1))
	fi
done
[ "$tested" -gt 0 ] || { echo "FAIL: no Python from 3.8 on was found"; exit 1; }
[ "$failed" -eq 0 ]
