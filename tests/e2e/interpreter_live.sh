#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# interpreter_live.sh [PYTHON...]: what we read from the files and the memory of a running Python must
# be what it tells of itself. Default: those of tests/pythons.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}/e2e
mkdir -p "$build"
${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=address,undefined -Wall -Wextra -Werror \
	-Iuser -Ibpf -o "$build/interpreter_live" tests/e2e/interpreter_live.c user/python/*.c user/elf/section.c \
	user/target/{mapped_file,maps,memory}.c user/base/{log,map64,strings,text}.c -lelf

tested=0 failed=0
while read -r version python; do
	tested=$((tested + 1))
	if told=$("$python" -S -E -X utf8 tests/e2e/interpreter_live.py "$build/interpreter_live"); then
		echo "ok   $python ($version): $told"
	else
		echo "FAIL $python ($version): ${told:-nothing told}"
		failed=$((failed + 1))
	fi
done < <(PYTHONS="${*:-${PYTHONS:-}}" tests/pythons.sh 2>"$build/skipped")
cat "$build/skipped"
echo "$((tested - failed)) passed, $failed failed, $(grep -c '^SKIP:' "$build/skipped" || true) skipped"
[ "$tested" -gt 0 ] && [ "$failed" -eq 0 ]
