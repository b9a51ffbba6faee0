#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Functions made by exec() and freed again, whose addresses are used for the next ones: each has its
# own name, file, first line and time, on every Python.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
find_pythons 2>/dev/null

for each in "${pythons[@]}"; do
	trial "made by exec(): ${each%% *} (${each#* })" exec_made -- -- \
		"${each#* }" "$PWD/tests/targets/exec_made.py" 20 0.6
done
finish
