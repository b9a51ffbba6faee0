#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Every module user/<layer>/<module>.c has tests/unit/<layer>/<module>_test.c or a line with the
# reason in untested.txt; and every unit test has its module.
status=0
untested=tests/check/untested.txt

complain() {
	echo "$1"
	status=1
}

for source in user/*/*.c; do
	module=${source#user/}
	module=${module%.c}
	if [ -e "tests/unit/${module}_test.c" ]; then
		! grep -q "^$module:" $untested || complain "$untested: $module has a test"
	elif ! grep -q "^$module: ." $untested; then
		complain "$source: no tests/unit/${module}_test.c, and no reason in $untested"
	fi
done

for test in tests/unit/*/*_test.c; do
	module=${test#tests/unit/}
	module=${module%_test.c}
	[ -e "bpf/${module#bpf/}.bpf.h" ] || [ -e "user/$module.c" ] || [ -e "user/$module.h" ] ||
		complain "$test: there is no module user/$module"
done

while IFS=: read -r module reason; do
	[ -e "user/$module.c" ] || complain "$untested: no module $module ($reason)"
done < <(grep -v '^#' $untested)
exit $status
