#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# kill -9 of ltsbpf: the program runs to its end, nothing of ours stays in the kernel, and the
# recording is read as far as it was written.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
bpftool=$(PATH=$PATH:/usr/sbin:/sbin type -P bpftool)

# Many different stacks and a new process now and then, so that all kinds of records flow.
cat >"$work/busy.py" <<'END'
import subprocess, sys, time
def burn(depth, seconds):
    if depth > 0:
        return burn(depth - 1, seconds)
    stop = time.thread_time() + seconds
    while time.thread_time() < stop:
        pass
def main(seconds):
    start, depth = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        depth = (depth + 7) % 200
        burn(depth, 0.002)
        if depth == 0:
            subprocess.run(["true"], check=True)
    print("the end")
main(float(sys.argv[1]))
END
program() { # SECONDS: its status goes to a file when it is over, for we are no longer its parent
	echo "'$python' '$work/busy.py' $1; echo status \$? >'$work/over'"
}

# "prog 12", "map 7"...: what a process holds in the kernel, by the kernel's own numbers
held() { # PID
	sed -n 's/^\(prog\|map\|link\|btf\)_id:[[:blank:]]*/\1 /p' /proc/"$1"/fdinfo/* 2>/dev/null | sort -u
}

perf_events() { # PID
	find /proc/"$1"/fd -lname '*perf_event*' 2>/dev/null | wc -l
}

# Those of the list on stdin that are still there.
left() {
	local kind id
	while read -r kind id; do
		"$bpftool" "$kind" show id "$id" >/dev/null 2>&1 && echo "$kind $id"
	done
}

# shellcheck disable=SC2317 # called by until_true
nothing_left() { # FILE
	[ -z "$(left <"$1")" ]
}

family() { # PID: it and all below it
	local child
	echo "$1"
	for child in $(pgrep -P "$1"); do
		family "$child"
	done
}

foreign_files() { # PID...: descriptors of BPF, perf and the like among theirs
	local pid
	for pid in "$@"; do
		find "/proc/$pid/fd" -lname 'anon_inode:*' 2>/dev/null
	done
}

# start RUN SECONDS [OPTION...]: the program under ltsbpf in the background; returns when its Python
# has been executed
start() {
	local run=$1 seconds=$2
	shift 2
	rm -f "$work/over"
	"$ltsbpf" record -o "$work/$run" "$@" -- sh -c "$(program "$seconds")" \
		>"$work/$run.out" 2>"$work/$run.err" </dev/null &
	ours=$!
	until_true 10 pgrep -f "^$python $work/busy.py"
}

# Ends it the hard way; $killed_s is how long it had recorded, $children what it leaves
kill_it() { # RUN
	held $ours >"$work/$1.held"
	mapfile -t children < <(family $ours | tail -n +2)
	kill -9 $ours
	wait $ours 2>/dev/null
	check "$1: ltsbpf was killed" $? 137
}

value() { # REGEX FILE: the number that the first group matches, or nothing
	sed -nE "s/$1/\\1/p" "$2" | head -n 1
}

# shellcheck disable=SC2317 # called by check_that
at_least() { # NUMBER LEAST
	awk -v number="${1:-0}" -v least="$2" 'BEGIN { print number " < " least; exit number < least }'
}

check_recording() { # RUN LEAST_SECONDS
	local run=$1 file=$work/$1/profile.ltsbpf
	check "$run: no other file is there, whole or half" "$(ls -A "$work/$run")" profile.ltsbpf
	"$ltsbpf" report "$file" >"$work/$run.report" 2>"$work/$run.said"
	check "$run: report reads the recording" $? 0
	check_match "$run: and says that it was cut short" "$(cat "$work/$run.report")" "cut short"
	check_match "$run: and what was recorded" "$(head -n 1 "$work/$run.report")" "^sh -c .*busy\.py"
	check_that "$run: it lacks less than 2 s" \
		at_least "$(value '.* Hz, ([0-9.]+) s of wall time, .*' "$work/$run.report")" "$2"
	[ "$2" = 0 ] || check_match "$run: the functions are in it" "$(cat "$work/$run.report")" " burn \(.*busy\.py:2\)"
}

check_kernel() { # RUN
	local held=$work/$1.held
	check_that "$1: nothing stays in the kernel" until_true 10 nothing_left "$held"
	[ -z "$(left <"$held")" ] || echo "    still there: $(left <"$held" | paste -sd ,)"
}

check_end() { # RUN
	check_that "$1: the program runs to its end" until_true 20 test -s "$work/over"
	check "$1: with its own status" "$(cat "$work/over" 2>&1)" "status 0"
	check "$1: and its own output" "$(cat "$work/$1.out")" "the end"
}

# --- in mid run
start plain 4.5
begin=$EPOCHREALTIME
sleep 2.7
check_that "while it records it holds programs" grep -q ^prog <(held $ours)
check_that "and maps" grep -q ^map <(held $ours)
check_that "and links" grep -q ^link <(held $ours)
check_that "and perf events" test "$(perf_events $ours)" -gt 0
check "which can be seen from outside" "$(held $ours | left | wc -l)" "$(held $ours | wc -l)"
mapfile -t children < <(family $ours | tail -n +2)
check "the program has none of them" "$(foreign_files "${children[@]}")" ""
killed_s=$(awk -v begin="$begin" -v now="$EPOCHREALTIME" 'BEGIN { print now - begin - 2 }')
kill_it plain
check_that "plain: the program is still there" kill -0 "${children[0]}"
check_kernel plain
check_that "plain: the program has not ended meanwhile" test ! -e "$work/over"
check_recording plain "$killed_s"
"$ltsbpf" convert -q "$work/plain/profile.ltsbpf" -o "$work/converted" 2>"$work/said"
check "the other files can be made of it" $? 0
check_that "pstats reads them" "$python" -c 'import pstats, sys
stats = pstats.Stats(sys.argv[1])
sys.exit(not any(name == "burn" for _, _, name in stats.stats) and "no burn")' "$work/converted/profile.stats"
cp "$work/plain/profile.ltsbpf" "$work/torn.ltsbpf"
truncate -s -20 "$work/torn.ltsbpf"
"$ltsbpf" report "$work/torn.ltsbpf" >"$work/report" 2>"$work/said"
check "a torn last block: report reads what comes before" $? 0
check_match "a torn last block: and says so" "$(cat "$work/said")" "damaged or cut after its block [0-9]+"
check_match "a torn last block: the functions are in it" "$(cat "$work/report")" " burn \("
check_end plain

# --- while many samples flow
for sleep in 1.3 1.6; do
	start flood 2.2 -r 20000
	sleep $sleep
	kill_it flood
	check_kernel flood
	check_recording flood 0.01
	check_that "flood: thousands of samples are in it" \
		at_least "$(value '.* ([0-9]+) received .*' "$work/flood.report")" 1000
	check_end flood
	rm -rf "$work/flood"
done

# --- before anything was recorded
start early 0.5
kill_it early
check_kernel early
check_recording early 0
check_match "early: why there is nothing is told" "$(cat "$work/early.report")" "No samples: ltsbpf was killed"
check_end early
finish
