# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# Sourced by the end-to-end tests: what they all need before they can expect something. Leaves the
# shell at the top of the project, with
#   $ltsbpf   the program under test ($LTSBPF, or the release build)
#   $python   a Python to run them with
#   $work     a folder that others can enter, gone at the end
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

passed=0 failed=0 skipped=0 failures=()
ltsbpf=$(realpath "${LTSBPF:-build/release/ltsbpf}")
python=/usr/bin/python3
[ -x $python ] || python=$(type -P python3)
work=$(mktemp -d)
chmod 755 "$work"
export LTSBPF=$ltsbpf PYTHONPATH=$PWD/tests/e2e PYTHONDONTWRITEBYTECODE=1

# shellcheck disable=SC2317 # called by the trap; a test may have a cleanup of its own
expect_cleanup() {
	declare -F cleanup >/dev/null && cleanup
	rm -rf "$work"
}
trap expect_cleanup EXIT

if [ ! -x "$ltsbpf" ]; then
	echo "FAIL there is no $ltsbpf: run make"
	exit 1
fi
# Behind a sudo that the developer typed the programs under test would not run as root.
unset SUDO_UID SUDO_GID SUDO_USER SUDO_COMMAND

skip_all() { # REASON: the whole test
	echo "SKIP: $1"
	exit 77
}

need_root() {
	[ "$(id -u)" = 0 ] || skip_all "profiling needs root"
}

pass() { # NAME
	passed=$((passed + 1))
	echo "ok   $1"
}

fail() { # NAME REASON
	failed=$((failed + 1))
	failures+=("FAIL $1: $2")
	echo "FAIL $1: $2"
}

skip() { # REASON: one check of several
	skipped=$((skipped + 1))
	echo "SKIP: $1"
}

check() { # NAME ACTUAL EXPECTED
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "is '$2', not '$3'"
	fi
}

check_match() { # NAME ACTUAL REGEX
	if [[ $2 =~ $3 ]]; then
		pass "$1"
	else
		fail "$1" "'$2' does not match '$3'"
	fi
}

check_that() { # NAME COMMAND...: it succeeds; its last line is the reason when not
	local name=$1
	shift
	if "$@" >"$work/.said" 2>&1; then
		pass "$name"
	else
		fail "$name" "$(tail -n 1 "$work/.said")"
	fi
}

# A function of the .py beside the test, called with the arguments, finds nothing wrong.
judged() { # FUNCTION [ARGUMENT...]
	"$python" -c 'import importlib, sys
from folded import Wrong
try:
    getattr(importlib.import_module(sys.argv[1]), sys.argv[2])(*sys.argv[3:])
except Wrong as wrong:
    sys.exit(str(wrong))' "$(basename "$0" .sh)" "$@" >"$work/.said" 2>&1
}

judge() { # NAME FUNCTION [ARGUMENT...]
	local name=$1
	shift
	if judged "$@"; then
		pass "$name"
	else
		fail "$name" "$(tail -n 3 "$work/.said" | paste -sd ' ')"
	fi
}

# record RUN [OPTION...] -- COMMAND...: into the folder $work/RUN, with what the program printed in
# $work/RUN.out, what ltsbpf and the program said in $work/RUN.err. Its status is the program's.
record() {
	local run=$1
	shift
	"$ltsbpf" record -o "$work/$run" "$@" >"$work/$run.out" 2>"$work/$run.err"
}

# trial NAME FUNCTION [ARGUMENT...] -- [RECORD OPTION...] -- COMMAND...: records into
# $work/FUNCTION at 999 Hz and has it judged by FUNCTION, whose first argument is that folder. A
# machine that is busy, or virtual and stopped by its host now and then, spoils a measurement
# sometimes, one way or the other: three times in a row is no accident.
trial() {
	local name=$1 run=$2 arguments=() attempt status
	shift 2
	while [ "$1" != -- ]; do
		arguments+=("$1")
		shift
	done
	shift
	for attempt in 1 2 3; do
		rm -rf "${work:?}/$run"
		record "$run" -r 999 "$@"
		status=$?
		if [ $status != 0 ]; then
			fail "$name" "exit status $status: $(tail -n 3 "$work/$run.err" | paste -sd ' ')"
			return
		fi
		if judged "$run" "$work/$run" "${arguments[@]}"; then
			pass "$name"
			return
		fi
		[ $attempt = 3 ] || echo "once more: $name: $(tail -n 1 "$work/.said")"
	done
	fail "$name" "$(tail -n 3 "$work/.said" | paste -sd ' ')"
}

until_true() { # SECONDS COMMAND...: waits for it to succeed
	local end=$((SECONDS + $1 + 1))
	shift
	while [ $SECONDS -lt $end ]; do
		if "$@" >/dev/null 2>&1; then return 0; fi
		sleep 0.02
	done
	return 1
}

# The Pythons to test with, "VERSION PATH" in each element of $pythons. One test tells which there
# are none of; for the others stderr goes nowhere.
find_pythons() {
	mapfile -t pythons < <(tests/pythons.sh)
	[ ${#pythons[@]} -gt 0 ] || { echo "FAIL there is no Python from 3.8 on"; exit 1; }
}

# Ends the test with the counts that tests/run.sh reads.
finish() {
	if [ $((passed + failed)) = 0 ]; then
		echo "FAIL nothing was checked"
		failed=1
	fi
	# tests/run.sh shows the last lines: the failures once more when they are far above.
	[ ${#failures[@]} = 0 ] || [ $passed -lt 30 ] || printf '%s\n' "" "${failures[@]}"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ]
	exit
}
