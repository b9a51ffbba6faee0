#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# The verifier takes the programs on each clock, they are attached while the program runs and only
# then, and nothing is left in the kernel or changed in it, however a run ends. What happens when
# ltsbpf is killed: e2e/kill9.sh.
# shellcheck source=tests/expect.sh disable=SC2016 # single quotes: another shell expands
. "$(dirname "$0")/../expect.sh"
need_root
bpftool=$(PATH=$PATH:/usr/sbin:/sbin type -P bpftool) || skip_all "bpftool is not installed"

# "prog 12", "map 7"...: what a process holds in the kernel, by the kernel's own numbers
held() { # PID
	sed -n 's/^\(prog\|map\|link\|btf\)_id:[[:blank:]]*/\1 /p' /proc/"$1"/fdinfo/* 2>/dev/null | sort -u
}

# Those of the list on stdin that are there.
there() {
	local kind id
	while read -r kind id; do
		"$bpftool" "$kind" show id "$id" >/dev/null 2>&1 && echo "$kind $id"
	done
}

# shellcheck disable=SC2317 # called by until_true
nothing_there() { # FILE
	[ -z "$(there <"$1")" ]
}

# The settings of the kernel that profilers like to change, and what is pinned.
settings() {
	sysctl kernel.bpf_stats_enabled kernel.perf_event_paranoid kernel.perf_event_max_sample_rate \
		kernel.perf_cpu_time_max_percent kernel.unprivileged_bpf_disabled kernel.kptr_restrict
	ls /sys/fs/bpf 2>/dev/null
}

programs() { # FILE of held
	sed -n 's/^prog //p' "$1" | while read -r id; do
		"$bpftool" prog show id "$id" | sed -n '1s/.* name \([a-z_]*\) .*/\1/p'
	done | sort | xargs
}

before=$(settings)

# attached RUN STATUS [OPTION...] -- COMMAND...: runs it, looks into the kernel meanwhile. The command
# waits for the file "seen"; $ended is the name of a function that ends it early.
attached() {
	local run=$1 expected=$2 status
	shift 2
	rm -f "$work/seen"
	"$ltsbpf" record -o "$work/$run" "$@" >"$work/$run.out" 2>"$work/$run.err" &
	ours=$!
	if ! until_true 10 test -e "$work/runs"; then
		fail "$run: it does not start" "$(tail -n 3 "$work/$run.err" | paste -sd ' ')"
		return
	fi
	held $ours >"$work/$run.held"
	programs "$work/$run.held" >"$work/$run.programs"
	held $ours | there | wc -l >"$work/$run.count"
	settings >"$work/$run.settings"
	: >"$work/seen"
	${ended:-true} $ours
	wait $ours
	status=$?
	rm -f "$work/runs"
	check "$run: status" $status "$expected"
	check "$run: what it holds is in the kernel" "$(cat "$work/$run.count")" "$(wc -l <"$work/$run.held")"
	check_that "$run: maps are among it" grep -q ^map "$work/$run.held"
	check_that "$run: nothing stays there" until_true 10 nothing_there "$work/$run.held"
	check "$run: no setting is changed meanwhile" "$(cat "$work/$run.settings")" "$before"
}
wait_and='touch "$0/runs"; until [ -e "$0/seen" ]; do :; done;'
events="on_exec on_exit on_fork on_free on_probe on_rename"

attached plain 3 -- sh -c "$wait_and exit 3" "$work"
check "a clock of our own has these programs" "$(cat "$work/plain.programs")" "$(echo "on_cpu_clock $events" | xargs -n 1 | sort | xargs)"
attached fast 0 -r 20000 -- "$python" -c 'import os, sys
open(sys.argv[1] + "/runs", "w")
while not os.path.exists(sys.argv[1] + "/seen"): pass' "$work"
attached tick 0 --clock tick -- sh -c "$wait_and exit 0" "$work"
if grep -q 'a clock of our own\|sampling on' "$work/tick.err"; then
	skip "the scheduler's tick is not to be had here"
else
	check "the tick has these" "$(cat "$work/tick.programs")" "$(echo "on_tick $events" | xargs -n 1 | sort | xargs)"
fi
attached first-only 0 --no-subprocesses -- sh -c "$wait_and exit 0" "$work"
check "the same without subprocesses" "$(cat "$work/first-only.programs")" "$(cat "$work/plain.programs")"
attached signalled 143 -- sh -c "$wait_and"' kill -TERM $$' "$work"

# shellcheck disable=SC2317 # called by attached
leave() { # PID
	kill -TERM "$1"
	sleep 0.3
	kill -TERM "$1"
}
ended=leave attached left 143 -- sh -c 'trap "" TERM; '"$wait_and"' sleep 2' "$work"
check "all settings are as before" "$(settings)" "$before"

# It must end before the program is let go: nothing was loaded that could stay.
record not-found -- /no/such/program
check "a program that is not there" $? 127

# --duration ends the sampling; what is attached goes, and the program goes on.
rm -f "$work/seen"
"$ltsbpf" record -d 0.5 -o "$work/short" -- sh -c "$wait_and exit 4" "$work" 2>"$work/short.err" &
ours=$!
until_true 10 test -e "$work/runs"
check_that "with --duration it is attached" grep -q ^prog <(held $ours)
until_true 10 test -e "$work/short/profile.svg"
find /proc/$ours/fd -lname '*perf_event*' >"$work/events"
: >"$work/seen"
wait $ours
check "with --duration: status" $? 4
check "with --duration: no clock runs on" "$(wc -l <"$work/events")" 0
finish
