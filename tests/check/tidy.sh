#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# clang-tidy over user/, with the flags of the build (CHECK_CFLAGS, from the Makefile).
if ! command -v clang-tidy >/dev/null; then
	echo "SKIP: clang-tidy is not installed"
	exit 77
fi
set -o pipefail
flags=()
eval "flags+=(${CHECK_CFLAGS:-})"
find user -name '*.c' -print0 | xargs -0 -P "$(nproc)" -I{} clang-tidy --quiet \
	--config-file=tests/check/clang-tidy {} -- "${flags[@]}" 2>&1 | {
	grep -A 2 -E ' error: |^Error'
	true
}
