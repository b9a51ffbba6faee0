#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Native and Python frames in one stack, joined in true order, on every Python.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
find_pythons 2>/dev/null
target=$PWD/tests/targets/native_python.py

for each in "${pythons[@]}"; do
	trial "Python and C in turns: ${each%% *} (${each#* })" chains -- -- "${each#* }" "$target" 0.08
done
trial "without native frames" only_python -- --no-native -- "$python" "$target" 0.2 sorted_
trial "with the interpreter's frames" interpreter_frames -- --interpreter-frames -- \
	"$python" "$target" 0.2 sorted_
finish
