#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# layout_headers.sh [INCLUDE_DIR...]: our layouts must be the ones of CPython's headers. Each folder
# (".../include/python3.11") needs internal/. Default: all that are found on this machine. Versions
# that have a build without the GIL are checked for that too, where the headers alone can tell.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}/e2e
mkdir -p "$build"
shopt -s nullglob
folders=("$@")
if [ ${#folders[@]} -eq 0 ]; then
	folders=(~/.pyenv/versions/*/include/python3.* /usr/include/python3.*
		"${PYTHON_CACHE:-${BUILD:-build}/pythons}"/*/usr/include/python3.*)
fi
checked=0 failed=0 skipped=0
declare -A seen

skip() {
	echo "SKIP: $1"
	skipped=$((skipped + 1))
}

# The _Py_DebugOffsets of 3.13 are in no header: they are taken from the library beside it.
debug_offsets_of() {
	local library=${1%/include/*}/lib/libpython3.13.so.1.0 offset
	[ -e "$library" ] || return 1
	offset=$(readelf -SW "$library" |
		sed -n 's/.* \.PyRuntime *PROGBITS *[0-9a-f]* *\([0-9a-f]*\) .*/\1/p')
	dd if="$library" of="$build/debug_offsets" bs=1 skip=$((16#$offset)) count=1024 status=none
}

check() { # FOLDER MINOR WHAT FLAGS...
	local folder=$1 minor=$2 what=$3 told
	shift 3
	told=
	if ${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -DPy_BUILD_CORE -w "$@" -Iuser -Ibpf \
		-I"$folder" -I"$folder/internal" -I"${folder%/*}" \
		-o "$build/layout_headers" tests/e2e/layout_headers.c user/python/{layout,debug_offsets}.c &&
		told=$("$build/layout_headers" "$build/debug_offsets"); then
		echo "ok   $told$what"
	else
		echo "FAIL $folder$what ${told:-}"
		failed=$((failed + 1))
	fi
	checked=$((checked + 1))
	seen[$minor]=1
}

for folder in "${folders[@]}"; do
	minor=${folder##*python3.}
	minor=${minor%%[!0-9]*}
	[ "${minor:-0}" -ge 8 ] || continue
	if [ ! -d "$folder/internal" ]; then
		skip "$folder has no internal headers"
		continue
	fi
	if [ "$minor" -eq 13 ] && ! debug_offsets_of "$folder"; then
		skip "no libpython3.13.so.1.0 beside $folder to take _Py_DebugOffsets from"
		continue
	fi
	check "$folder" "$minor" ""
	[ "$minor" -ge 14 ] && check "$folder" "$minor" " (without the GIL)" -DPy_GIL_DISABLED
done
for minor in 8 9 10 11 12 13 14 15; do
	[ "${seen[$minor]:-}" ] || skip "no headers of Python 3.$minor on this machine"
done
echo "$((checked - failed)) passed, $failed failed, $skipped skipped"
[ "$checked" -gt 0 ] && [ "$failed" -eq 0 ]
