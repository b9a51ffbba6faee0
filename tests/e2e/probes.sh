#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# probes.sh [PYTHON...]: the probes that we find in a Python's file must be the ones that readelf
# shows. Default: those of tests/pythons.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! command -v readelf >/dev/null; then
	echo "SKIP: readelf is not installed"
	exit 77
fi
build=${BUILD:-build}/e2e
mkdir -p "$build"
${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=address,undefined -Wall -Wextra -Werror \
	-Iuser -Ibpf -o "$build/probes_list" tests/e2e/probes_list.c user/python/*.c user/elf/section.c \
	user/target/{mapped_file,maps,memory}.c user/base/{log,map64,strings,text}.c -lelf

# The executable, or the library that the interpreter is in.
file_of() { # PYTHON
	local library
	library=$(ldd "$1" | sed -n 's/^\s*libpython3\S* => \(\S*\) .*/\1/p')
	echo "${library:-$1}"
}

tested=0 failed=0 sites=0
while read -r version python; do
	tested=$((tested + 1))
	file=$(file_of "$python")
	if "$build/probes_list" "$file" >"$build/probes.found" &&
		python3 tests/e2e/probes.py "$file" >"$build/probes.shown" &&
		diff "$build/probes.found" "$build/probes.shown"; then
		found=$(wc -l <"$build/probes.found")
		sites=$((sites + found))
		echo "ok   $file ($version): $found sites"
	else
		echo "FAIL $file ($version): not what readelf shows"
		failed=$((failed + 1))
	fi
done < <(PYTHONS="${*:-${PYTHONS:-}}" tests/pythons.sh 2>"$build/skipped")
[ "$sites" -gt 0 ] || echo "SKIP: none of these Pythons has a probe" >>"$build/skipped"
cat "$build/skipped"
echo "$((tested - failed)) passed, $failed failed, $(grep -c '^SKIP:' "$build/skipped" || true) skipped"
[ "$tested" -gt 0 ] && [ "$failed" -eq 0 ]
