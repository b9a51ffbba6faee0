#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Native and Python frames in one stack, joined in true order, on every Python.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
find_pythons 2>/dev/null
target=$PWD/tests/targets/native_python.py

# Whether a Python has no symbols but those that its extensions link to.
is_stripped() { # PYTHON
	local file
	file=$(ldd "$1" 2>/dev/null | sed -n 's/^\s*libpython3\S* => \(\S*\) .*/\1/p')
	! readelf -SW "${file:-$(realpath "$1")}" | grep -q ' \.symtab '
}

for each in "${pythons[@]}"; do
	minor=${each#3.} stripped=''
	# From 3.13 on, Debian's are built so that a method goes on in a function without a symbol.
	if [ "${minor%%.*}" -ge 13 ] && is_stripped "${each#* }"; then
		stripped=stripped
	fi
	trial "Python and C in turns: ${each%% *} (${each#* })" chains $stripped -- -- \
		"${each#* }" "$target" 0.08
done
trial "without native frames" only_python -- --no-native -- "$python" "$target" 0.2 sorted_
trial "with the interpreter's frames" interpreter_frames -- --interpreter-frames -- \
	"$python" "$target" 0.2 sorted_
finish
