#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# CPython's probes, by a program that looks like a CPython and whose calls, collections and imports
# are known (tests/targets/fake_python.c): what is counted, measured and sampled by them; that they
# are switched on for as long as ltsbpf runs and not longer, however it ends; what calls may cost.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
export PYTHONPATH=$PWD/tests/integration:$PYTHONPATH
[ -e "$(${CC:-gcc} -print-sysroot)/usr/include/$(${CC:-gcc} -print-multiarch)/sys/sdt.h" ] ||
	[ -e /usr/include/sys/sdt.h ] || skip_all "sys/sdt.h is not installed (systemtap-sdt-dev)"
bpftool=$(PATH=$PATH:/usr/sbin:/sbin type -P bpftool)
cases=$("$python" tests/integration/probes.py)

# build NAME OPTION...: one more fake Python, $work/NAME
build() {
	local name=$1
	shift
	${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -g -Wall -Wextra -Werror -pthread "$@" \
		-o "$work/$name" tests/targets/fake_{python,interpreter}.c || exit 1
}
build python3.11-memory -O0
build python3.11 -O2
build python3.9 -O2 -DFAKE_MINOR=9

# The operands of the first arguments: that all kinds are there is what the two builds are for.
operands() { # NAME
	readelf -n "$work/$1" | sed -n 's/^ *Arguments: \(\S*\).*/\1/p' | sed 's/[0-9]*(%rbp)/MEMORY/; s/@%.*/@REGISTER/'
}
kinds=$(operands python3.11-memory; operands python3.11)
for kind in 1@-MEMORY -2@-MEMORY -4@-MEMORY -8@-MEMORY 1@REGISTER -2@REGISTER -4@REGISTER -8@REGISTER -4@\$2; do
	check_that "an argument is $kind" grep -qxFe "$kind" <<<"$kinds"
done

# calls RUN STATUS NAME MODE SCRIPT...: recorded with --calls
calls() {
	local run=$1 status=$2 name=$3
	shift 3
	record "$run" --calls --calls-budget none -- "$work/$name" "$@"
	check "$run: status" $? "$status"
}

report() { # RUN
	"$ltsbpf" report "$work/$1/profile.ltsbpf" 2>&1
}

# --- calls
mapfile -t names < <("$python" -c 'import probes
print(*(name for name in probes.CASES if name not in probes.ENDS), sep="\n")')
for name in python3.11 python3.9; do
	for mode in both returns; do
		calls $name-$mode 0 $name $mode "$cases"
		for case in "${names[@]}"; do
			judge "$name, $mode: $case" counted "$work/$name-$mode" $mode "$case"
		done
		calls $name-$mode-exec 0 $name $mode "$("$python" tests/integration/probes.py exec)"
		judge "$name, $mode: exec" counted "$work/$name-$mode-exec" $mode exec
		calls $name-$mode-exit 9 $name $mode "$("$python" tests/integration/probes.py exit)"
		judge "$name, $mode: exit" counted "$work/$name-$mode-exit" $mode exit
	done
	# Of the 40 frames that were left too far down nothing is known.
	judge "$name: what was left too far down is uncounted" all_counted "$work/$name-both" 40
	judge "$name: by returns all are counted" all_counted "$work/$name-returns" 0
	calls $name-deep 0 $name both "d.root{d^3000{d.leaf}d.after}"
	judge "$name: 3000 deep" deep "$work/$name-deep" 3000
	judge "$name: 3000 deep: the rest is uncounted" all_counted "$work/$name-deep" 1978
	calls $name-deep-returns 0 $name returns "d.root{d^3000{d.leaf}d.after}"
	judge "$name: 3000 deep, by returns" deep_by_returns "$work/$name-deep-returns" 3000
done
calls memory 0 python3.11-memory both "$cases"
judge "arguments in memory: nested" counted "$work/memory" both nested
calls times 0 python3.9 both "outer{2*slow{!sleep:100}!sleep:50 100*fast}"
judge "times by the probes" timed "$work/times"
check_match "the report tells where they are from" "$(report times)" "counted exactly in .*, times by the probes"
check_match "and that returns have none" "$(report python3.9-returns)" "counted exactly in .*, times sampled"

# --- collections and imports, with and without counted calls
collections='!gc:0:0:0{!sleep:20}!gc:0:7:1{!sleep:20}!gc:0:50000:2{!sleep:20}!gc:0:70000:4{!sleep:30}
!gc:1:0:0{!sleep:20}!gc:1:-1:1{!sleep:25}!gc:1:-1:8
f{!gc:2:0:0{!sleep:10}}!gc:2:100:1{!sleep:10}!gc:2:100000:4{!sleep:10}!gc:2:1:8{!sleep:380}'
modules="!import:outer{!sleep:30 2*!import:outer.inner{!sleep:10 !import:leaf{!sleep:20}}}
!threads:1{!begin:never.ended !done:never.begun} !import:$(printf 'n%.0s' {1..200}){!sleep:10}
!threads:1{!import:parent{!begin:ended.by.parent !sleep:5}}"
for name in python3.11-memory python3.11 python3.9; do
	record $name-events -- "$work/$name" both "$collections" "$modules"
	check "$name, events: status" $? 0
	judge "$name: collections" collections "$work/$name-events"
	judge "$name: imports" imports "$work/$name-events"
done
calls events-and-calls 0 python3.11 both "$collections" "$modules"
judge "with --calls: collections" collections "$work/events-and-calls"
judge "with --calls: imports" imports "$work/events-and-calls"
# The machine's frames of what only looks like a Python are none of its interpreter's.
for name in python3.11 python3.9; do
	trial "$name: samples in a collection" sampled_collection -- --no-native -- "$work/$name" both \
		'root{trigger{!spin:30 !gc:2:5:8{!spin:300 finalizer{!spin:80}}!spin:30}}'
done

# --- semaphores: of the program, and of a bystander that runs the same file
all_off="gc__start=0 gc__done=0 import__find__load__start=0 import__find__load__done=0 function__entry=0 function__return=0 "
any='[1-9][0-9]*'
events_on="gc__start=$any gc__done=$any import__find__load__start=$any import__find__load__done=$any"

coproc BYSTANDER { exec "$work/python3.9" both '!serve'; }
# shellcheck disable=SC2317 # called by expect.sh
cleanup() {
	kill "$BYSTANDER_PID" ${ours:+"$ours"} 2>/dev/null
}

# What the bystander's semaphores are now.
semaphores() {
	local said
	echo '!semaphores' >&"${BYSTANDER[1]}"
	read -r -t 10 said <&"${BYSTANDER[0]}"
	echo "$said "
}

# shellcheck disable=SC2317 # called by until_true
is_off() {
	[ "$(semaphores)" = "$all_off" ]
}

# What a process holds in the kernel, "prog 12", and what of it is there.
held() { # PID
	sed -n 's/^\(prog\|map\|link\)_id:[[:blank:]]*/\1 /p' /proc/"$1"/fdinfo/* 2>/dev/null | sort -u
}

# shellcheck disable=SC2317 # called by until_true
nothing_left() { # FILE
	local kind id
	while read -r kind id; do
		! "$bpftool" "$kind" show id "$id" >/dev/null 2>&1 || return 1
	done <"$1"
}

# watched RUN OWN BYSTANDERS [OPTION...]: what the semaphores of a program under ltsbpf are, and
# meanwhile those of the bystander, as regular expressions. Leaves ltsbpf in $ours; the program
# sleeps.
watched() {
	local run=$1 own=$2 others=$3
	shift 3
	"$ltsbpf" record -o "$work/$run" "$@" -- "$work/python3.9" both \
		'f{!semaphores !sleep:1500}' >"$work/$run.out" 2>"$work/$run.err" &
	ours=$!
	check_that "$run: it runs" until_true 10 test -s "$work/$run.out"
	check_match "$run: the program's semaphores" "$(cat "$work/$run.out")" "^$own $"
	check_match "$run: the bystander's" "$(semaphores)" "^$others $"
	held $ours >"$work/$run.held"
	check_that "$run: links are held" grep -q ^link "$work/$run.held"
	check_that "$run: and seen" test "$(nothing_left "$work/$run.held"; echo $?)" = 1
}

gone() { # RUN
	check_that "$1: the bystander's semaphores are down again" until_true 10 is_off
	check_that "$1: nothing stays in the kernel" until_true 10 nothing_left "$work/$1.held"
}
check "before: the bystander's semaphores" "$(semaphores)" "$all_off"
watched events "$events_on function__entry=0 function__return=0" "$events_on function__entry=0 function__return=0"
wait $ours
check "events: status" $? 0
gone events
watched counting "$events_on function__entry=$any function__return=$any" "$events_on function__entry=$any function__return=$any" --calls
check_that "it says that the bystander pays" grep -q "run this Python\|runs this Python" "$work/counting.err"
wait $ours
check "counting: status" $? 0
gone counting
watched only "$events_on function__entry=$any function__return=$any" "${all_off% }" --calls --no-subprocesses
wait $ours
check "only: status" $? 0
gone only
watched killed "$events_on function__entry=$any function__return=$any" "$events_on function__entry=$any function__return=$any" --calls
kill -9 $ours
wait $ours 2>/dev/null
gone killed
ours=

# --- what it may cost
record budget -r 999 --calls --calls-budget 10 -- "$work/python3.9" both \
	'3000000*often !say:counted !gc:1:3:4 later{!spin:500} rare !exit:7'
check "over the budget: the status is the program's" $? 7
check "over the budget: and its output" "$(cat "$work/budget.out")" "counted"
check_match "over the budget: it says so" "$(cat "$work/budget.err")" \
	'ltsbpf: counting calls has cost 10 % of the program.s time: it ended after 0\.[0-9]+ s, sampling goes on \(--calls-budget\)'
judge "over the budget: samples go on, counting does not" goes_on "$work/budget"
check_match "over the budget: collections go on" "$(report budget)" "gen 1: 1, "

PATH=/nowhere "$ltsbpf" record --calls=require -o "$work/required" -- /bin/true >"$work/required.out" 2>&1
check "--calls=require of a program without: status" $? 125
check_match "--calls=require of a program without: it says why" "$(cat "$work/required.out")" \
	"--calls=require: no call can be counted in the Python that '/bin/true' is expected to run"
check "--calls=require of a program without: no files" "$(ls -A "$work/required" 2>&1)" ""
finish
