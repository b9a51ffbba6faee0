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
	record shares -r 999 -- "$exe" "$targets/shares.py" 2.5
	judge "shares $of" shares "$work/shares" "$version"
	record lines -r 999 -- "$exe" "$targets/lines.py" 0.5
	judge "hot line $of" lines "$work/lines"
	record qualnames -r 999 -- "$exe" "$targets/qualnames.py" 0.5
	judge "names $of" qualnames "$work/qualnames" "$version" "$targets/qualnames.py"
	record generators -r 999 -- "$exe" "$targets/generators.py" 0.6
	judge "generators and coroutines $of" generators "$work/generators"
	record recursion -r 999 -- "$exe" "$targets/recursion.py" 900 0.3
	judge "900 activations $of" recursion "$work/recursion"
done
finish
