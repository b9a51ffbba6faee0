#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Every Python on this machine: the right functions, in the right shares, on the right lines, below
# the right callers, with whole stacks.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
find_pythons
targets=$PWD/tests/targets

for each in "${pythons[@]}"; do
	version=${each%% *} exe=${each#* }
	of="of $version (${exe/#$PWD\//})"
	trial "shares $of" shares "$version" -- -- "$exe" "$targets/shares.py" 1.5
	trial "hot line $of" lines -- --no-native -- "$exe" "$targets/lines.py" 0.4
	trial "names $of" qualnames "$version" "$targets/qualnames.py" -- -- \
		"$exe" "$targets/qualnames.py" 0.4
	trial "generators and coroutines $of" generators -- -- "$exe" "$targets/generators.py" 0.4
	trial "900 activations $of" recursion -- -- "$exe" "$targets/recursion.py" 900 0.2
done
finish
