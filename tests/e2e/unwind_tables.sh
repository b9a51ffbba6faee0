#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# unwind_tables.sh [FILE...]: what our unwind tables say of every function must be what libdw says.
# The functions are those that readelf finds. Default: the C and C++ libraries, the Pythons of
# tests/pythons.sh, and the native modules with the largest or strangest code that are installed,
# also in the virtual environments $VENVS (default: those under build/).
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}/e2e
mkdir -p "$build"
shopt -s nullglob
${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -Iuser -Ibpf -o "$build/unwind_tables" \
	tests/e2e/unwind_tables.c user/unwind/{bytes,cfi,eh_frame,elf_frames,expression,rows,table,table_build}.c \
	user/base/map64.c -ldw -lelf

passed=0 failed=0 skipped=0
declare -A seen

functions_of() { # FILE
	readelf --debug-dump=frames,no-follow-links -W "$1" 2>/dev/null |
		sed -n '/^Contents of the \.debug_frame/q
			s/.* FDE cie=.* pc=\([0-9a-f]*\)\.\.\([0-9a-f]*\)$/\1 \2/p'
}

compare() { # FILE [SPOIL]
	"$build/unwind_tables" "$@" <"$build/functions"
}

check() { # FILE
	local file told
	file=$(realpath "$1")
	[ -z "${seen[$file]:-}" ] || return 0
	seen[$file]=1
	functions_of "$file" >"$build/functions"
	# A python that is only a few lines around its library has nothing to compare.
	[ -s "$build/functions" ] || return 0
	if told=$(compare "$file"); then
		echo "ok   $file: $told"
		passed=$((passed + 1))
	else
		echo "FAIL $file: $told"
		failed=$((failed + 1))
	fi
}

check_any() { # WHAT FILE...
	local what=$1
	shift
	if [ $# = 0 ]; then
		echo "SKIP: there is no $what to read the unwind table of"
		skipped=$((skipped + 1))
	fi
	for file in "$@"; do check "$file"; done
}

# The comparison finds one wrong row, wherever it is.
check_spoilt() { # FILE
	local told
	functions_of "$1" >"$build/functions"
	for spoil in 1 130 301 560 701 999; do
		if told=$(compare "$1" $spoil); then
			echo "FAIL $1 with a wrong row: $told"
			failed=$((failed + 1))
		else
			passed=$((passed + 1))
		fi
	done
}

# Without its sections a file has the same table: then .eh_frame is found by its segment.
check_without_sections() { # FILE
	local told copy=$build/without_sections
	cp "$1" "$copy"
	functions_of "$1" >"$build/functions"
	# e_shoff; e_shnum and e_shstrndx
	dd if=/dev/zero of="$copy" bs=1 seek=40 count=8 conv=notrunc status=none
	dd if=/dev/zero of="$copy" bs=1 seek=60 count=4 conv=notrunc status=none
	if told=$(compare "$copy"); then
		echo "ok   $1 without sections: $told"
		passed=$((passed + 1))
	else
		echo "FAIL $1 without sections: $told"
		failed=$((failed + 1))
	fi
	rm "$copy"
}

in_folders() { # NAME... -- FOLDER...: the files with one of the names
	local names=()
	while [ "$1" != -- ]; do
		names+=(-o -name "$1")
		shift
	done
	shift
	[ $# = 0 ] || find "$@" -type f \( "${names[@]:1}" \) | sort
}

if [ $# -gt 0 ]; then
	check_any file "$@"
else
	libraries=$(dirname "$(realpath "$(${CC:-gcc} -print-file-name=libc.so.6)")")
	check_any "C library" "$libraries"/libc.so.6 "$libraries"/ld-linux-x86-64.so.2
	check_spoilt "$libraries/libc.so.6"
	check_without_sections "$libraries/libc.so.6"
	check_any "C++ library" "$libraries"/libstdc++.so.6 /usr/lib/x86_64-linux-gnu/libstdc++.so.6
	check_any "OpenSSL" /usr/lib/x86_64-linux-gnu/libcrypto.so.3
	mapfile -t pythons < <(tests/pythons.sh 2>/dev/null | cut -d ' ' -f 2-)
	for python in "${pythons[@]}"; do
		check "$python"
		for library in "${python%/bin/*}"/lib/libpython3.*.so.1.0; do check "$library"; done
	done
	mapfile -t modules < <(in_folders '_multiarray_umath*.so' '_simd*.so' -- /usr/lib/python3)
	check_any "NumPy" "${modules[@]}"
	check_any "OpenBLAS" /usr/lib/x86_64-linux-gnu/openblas*/libopenblas*.so.0
	read -ra venvs <<<"${VENVS:-$(echo "${BUILD:-build}"/*venv*)}"
	mapfile -t modules < <(in_folders 'libscipy_openblas*' 'libllvmlite.so' 'orjson*.so' \
		'_rust.abi3.so' '_pydantic_core*.so' -- "${venvs[@]}" /usr/lib/python3)
	check_any "OpenBLAS, LLVM or Rust library in a virtual environment" "${modules[@]}"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ $((passed + failed)) -gt 0 ] && [ "$failed" -eq 0 ]
