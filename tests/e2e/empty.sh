#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Nothing to show is said, with the reason, and the files are valid all the same.
# shellcheck source=tests/expect.sh disable=SC2016 # single quotes: another shell expands
. "$(dirname "$0")/../expect.sh"
need_root

empty() { # NAME REASON STATUS [OPTION...] -- COMMAND...
	local name=$1 reason=$2 expected=$3 status
	shift 3
	rm -rf "$work/empty"
	record empty "$@"
	status=$?
	check "$name: status" $status "$expected"
	check_match "$name: told" "$(cat "$work/empty.err")" "No samples: .*$reason"
	check_match "$name: told again by report" "$("$ltsbpf" report "$work/empty/profile.ltsbpf")" "No samples: .*$reason"
	judge "$name: valid files" empty "$work/empty"
	check_that "$name: convert" "$ltsbpf" convert "$work/empty/profile.ltsbpf" -o "$work/again"
}

empty "a program that sleeps" "waited|idle" 0 -r 20 -- sleep 1
empty "a program that is over at once" "too short|over too soon" 0 -r 10 -- true
empty "and fails" "too short|over too soon" 3 -r 10 -- sh -c 'exit 3'
# 15 ms of start-up are less than the 50 ms to a sample
empty "a Python that sleeps" "waited|idle" 0 -r 20 -- "$python" -S -E -c 'import time; time.sleep(0.5)'

# Busy, but nothing of it Python: what is there is shown, and why there is no function.
no_python="No Python functions: no process of the program ran a Python"
echo 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done' >"$work/count.sh"
record busy -r 999 -- sh "$work/count.sh"
judge "samples of what is no Python" not_python "$work/busy"
judge "its native functions are shown" native_functions "$work/busy"
check "they are functions" "$(grep -c "$no_python" "$work/busy.err")" 0
record busy -r 999 --no-native -- sh "$work/count.sh"
judge "samples of what is no Python, --no-native" not_python "$work/busy"
judge "there is no function then" no_functions "$work/busy"
check_match "it is told that no Python was seen" "$(cat "$work/busy.err")" "$no_python"
finish
