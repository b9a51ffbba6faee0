#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# `ltsbpf merge`: what is made of the recording of two runs are the sums, per function too.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root

cat >"$work/program.py" <<'END'
import sys
import time


def spin(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def first():
    spin(0.4)


def second():
    spin(0.8)


first() if sys.argv[1] == "1" else second()
END

record() { # NAME OPTION...
	"$ltsbpf" record -q --as-root -o "$work" --name "$1" "${@:2}" -- "$python" "$work/program.py" "$1" \
		>/dev/null 2>&1
}

for run in 1 2; do
	record $run -r 499 -f folded
	check "run $run is recorded" $? 0
done
"$ltsbpf" merge "$work/1.ltsbpf" "$work/2.ltsbpf" -o "$work/all.ltsbpf" 2>"$work/said"
check "merge: exit status" $? 0
check_match "it tells the file" "$(cat "$work/said")" "wrote $work/all.ltsbpf"
"$ltsbpf" convert -q -f folded,pstats,speedscope -o "$work" --name all "$work/all.ltsbpf" 2>"$work/said"
check "convert: exit status" $? 0
check_that "the folded stacks are the sums" "$python" -c '
import sys
from folded import Folded
one, two, both = ({tuple(frames): n for frames, n in Folded(path).stacks} for path in sys.argv[1:])
sums = dict(one)
for stack, count in two.items():
    sums[stack] = sums.get(stack, 0) + count
if both != sums or not any("first" in str(s) for s in both) or not any("second" in str(s) for s in both):
    sys.exit("the sums are others")
' "$work/1.folded" "$work/2.folded" "$work/all.folded"
check_that "the report has the sums" "$python" -c '
import json, subprocess, sys
one, two, both = (json.loads(subprocess.check_output([sys.argv[1], "report", "--json", path]))
                  for path in sys.argv[2:])
for key in "due", "received", "python_stacks", "native_stacks":
    if both["samples"][key] != one["samples"][key] + two["samples"][key]:
        sys.exit("samples %s" % key)
if len(both["processes"]) != len(one["processes"]) + len(two["processes"]):
    sys.exit("processes")
if abs(both["duration_s"] - one["duration_s"] - two["duration_s"]) > 1e-5:
    sys.exit("duration")
' "$ltsbpf" "$work/1.ltsbpf" "$work/2.ltsbpf" "$work/all.ltsbpf"

"$ltsbpf" convert -q -f folded --include 'second' -o "$work" --name part "$work/all.ltsbpf"
"$ltsbpf" convert -q -f folded --include 'second' -o "$work" --name part2 "$work/2.ltsbpf"
check "a filter knows the functions of each run" "$(sort "$work/part.folded")" "$(sort "$work/part2.folded")"

"$ltsbpf" merge -q "$work/all.ltsbpf" "$work/1.ltsbpf" -o "$work/more.ltsbpf"
check "what was merged can be merged" $? 0
check_match "with all runs" "$("$ltsbpf" report --json "$work/more.ltsbpf")" '"due": [1-9][0-9][0-9]'

record other -r 99
"$ltsbpf" merge "$work/1.ltsbpf" "$work/other.ltsbpf" -o "$work/wrong.ltsbpf" 2>"$work/said"
check "another rate: exit status" $? 1
check_match "another rate: why" "$(cat "$work/said")" "other.ltsbpf': its clock or its rate is another one"
check "another rate: no file" "$(ls "$work"/wrong* 2>/dev/null)" ""
"$ltsbpf" merge "$work/1.ltsbpf" "$work/program.py" -o "$work/wrong.ltsbpf" 2>"$work/said"
check "no recording: exit status" $? 1
check_match "no recording: why" "$(cat "$work/said")" "program.py' is no recording"
"$ltsbpf" merge "$work/1.ltsbpf" -o "$work/no/such/all.ltsbpf" 2>"$work/said"
check "no folder: exit status" $? 1
check_match "no folder: why" "$(cat "$work/said")" "cannot write '$work/no/such/all.ltsbpf': No such file"
head -c -1 "$work/2.ltsbpf" >"$work/cut.ltsbpf"
"$ltsbpf" merge "$work/1.ltsbpf" "$work/cut.ltsbpf" -o "$work/most.ltsbpf" 2>"$work/said"
check "a recording that is cut: exit status" $? 0
check_match "a recording that is cut: told" "$(cat "$work/said")" "cut.ltsbpf' is damaged or cut"
finish
