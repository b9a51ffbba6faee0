#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# The C code is formatted as .clang-format says; scripts have no trailing blanks.
if ! command -v clang-format >/dev/null; then
	echo "SKIP: clang-format is not installed"
	exit 77
fi
find user bpf vmlinux tests -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run -Werror 2>&1 |
	sed -n 's/^\([^:]*:[0-9]*\):[0-9]*: error: .*/\1/p' | sort -u |
	awk -F : '{ lines[$1] = lines[$1] " " $2 } END {
		for (file in lines) print file ": clang-format changes line" lines[file]
		exit NR > 0
	}' || exit 1
! grep -rnI --include='*.sh' --include='*.py' --include=Makefile '[[:blank:]]$' Makefile tests .ci
