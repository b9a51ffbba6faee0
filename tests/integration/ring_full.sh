#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# When ltsbpf does not get to take over what the kernel side writes, what finds no room is counted
# and told: samples, process events, notices of mapped files. It is stopped here by SIGSTOP while a
# program makes more of each than there is room for.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
export PYTHONPATH=$PYTHONPATH:$PWD/tests/integration

# Stacks of 400 frames which differ from each other: 3 KB each, where a known one takes 32 bytes.
cat >"$work/stacks.py" <<'END'
import json, os, subprocess, sys, time
sys.setrecursionlimit(2000)
def even(left, bits, end):
    if left: return (odd if bits & 1 else even)(left - 1, bits >> 1, end)
    while time.monotonic() < end: pass
def odd(left, bits, end):
    if left: return (odd if bits & 1 else even)(left - 1, bits >> 1, end)
    while time.monotonic() < end: pass
def stacks(seconds):
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        count += 1
        even(400, count, time.monotonic() + 0.0003)
    return count
def wait_for(name):
    while not os.path.exists(name): time.sleep(0.01)
open(sys.argv[1] + "/up", "w").close()
wait_for(sys.argv[1] + "/stopped")
count = stacks(float(sys.argv[2]))
for _ in range(30): subprocess.run(["true"])
open(sys.argv[1] + "/full", "w").close()
wait_for(sys.argv[1] + "/goes-on")
even(5, 21, time.monotonic() + 0.3)
subprocess.run([sys.executable, "-S", "-c", """
import time
def late(end):
    while time.process_time() < end: pass
late(0.4)
"""])
print(json.dumps({"count": count, "cpu": sum(os.times()[:4])}))
END

rm -f "$work"/{up,stopped,full,goes-on}
"$ltsbpf" record -r 20000 -o "$work/full-ring" -- "$python" "$work/stacks.py" "$work" 3 \
	>"$work/full-ring.out" 2>"$work/full-ring.err" &
ours=$!
until_true 10 test -e "$work/up" || fail "start" "$(cat "$work/full-ring.err")"
sleep 0.3 # ltsbpf is to know of the interpreter: unknown, it makes no long stacks
kill -STOP $ours
: >"$work/stopped"
check_that "the program goes on while ltsbpf is stopped" until_true 30 test -e "$work/full"
kill -CONT $ours
sleep 0.5 # it takes over 8 MB first
: >"$work/goes-on"
wait $ours
check "the program's status" $? 0
judge "samples and events without room are counted" counted "$work/full-ring"
judge "and are told, with their words" told "$work/full-ring"
judge "what came afterwards is whole" afterwards "$work/full-ring"
finish
