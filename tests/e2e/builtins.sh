#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# builtins.sh [PYTHON...]: the names that we find for C functions in the files of a Python must be
# those that it has in its memory. Default: the Pythons of tests/pythons.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}/e2e
mkdir -p "$build"
${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=address,undefined -Wall -Wextra -Werror \
	-Iuser -Ibpf -o "$build/builtins_list" tests/e2e/builtins_list.c \
	user/python/{builtins,method_tables,static_data,type_objects}.c user/elf/section.c \
	user/base/{map64,strings}.c -lelf

tested=0 failed=0
while read -r version python; do
	status=0
	"$python" tests/e2e/builtins.py "$(realpath "$build/builtins_list")" >"$build/builtins.told" ||
		status=$?
	if [ "$status" -eq 77 ]; then
		cat "$build/builtins.told" >>"$build/skipped"
		continue
	fi
	tested=$((tested + 1))
	if [ "$status" -eq 0 ]; then
		echo "ok   $python ($version): $(tail -n 1 "$build/builtins.told")"
	else
		cat "$build/builtins.told"
		echo "FAIL $python ($version)"
		failed=$((failed + 1))
	fi
done < <(PYTHONS="${*:-${PYTHONS:-}}" tests/pythons.sh 2>"$build/skipped")
cat "$build/skipped"
echo "$((tested - failed)) passed, $failed failed, $(grep -c '^SKIP:' "$build/skipped" || true) skipped"
[ "$tested" -gt 0 ] && [ "$failed" -eq 0 ]
