#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Shellcheck has nothing to say about our shell scripts.
if ! command -v shellcheck >/dev/null; then
	echo "SKIP: shellcheck is not installed"
	exit 77
fi
shopt -s nullglob globstar
shellcheck tests/**/*.sh .ci/run .github/actions/*/*.sh
