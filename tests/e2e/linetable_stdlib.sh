#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# linetable_stdlib.sh [PYTHON...]: our line of every instruction of the standard library must be the
# one that Python itself tells. Default: those of tests/pythons.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}/e2e
mkdir -p "$build"
${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -Iuser -Ibpf \
	-o "$build/linetable_compare" tests/e2e/linetable_compare.c user/python/linetable.c

tested=0 failed=0
while read -r version python; do
	tested=$((tested + 1))
	if told=$("$python" -S -E tests/e2e/linetable_stdlib.py | "$build/linetable_compare"); then
		echo "ok   $python ($version): $told"
	else
		echo "FAIL $python ($version): ${told:-nothing compared}"
		failed=$((failed + 1))
	fi
done < <(PYTHONS="${*:-${PYTHONS:-}}" tests/pythons.sh 2>"$build/skipped")
cat "$build/skipped"
echo "$((tested - failed)) passed, $failed failed, $(grep -c '^SKIP:' "$build/skipped" || true) skipped"
[ "$tested" -gt 0 ] && [ "$failed" -eq 0 ]
