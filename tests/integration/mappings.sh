#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# Notices of mapped files: an interpreter is found when it is mapped, whoever maps it and when, also
# when more files are mapped than there is room for notices while ltsbpf cannot look.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
export PYTHONPATH=$PYTHONPATH:$PWD/tests/integration

# Maps a file as program code, over and over; then a child that is a Python begins.
cat >"$work/flood.py" <<'END'
import mmap, os, sys, time
def wait_for(name):
    while not os.path.exists(name): time.sleep(0.01)
def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end: pass
wait_for(sys.argv[1] + "/stopped")
with open("/bin/sh", "rb") as file:
    for _ in range(int(sys.argv[2])):
        mmap.mmap(file.fileno(), 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC).close()
child = os.fork()
if not child:
    os.execv(sys.executable, [sys.executable, "-I", "-S", "-c", """
import time
def in_the_child(end):
    while time.process_time() < end: pass
in_the_child(1)
"""])
time.sleep(0.3) # long enough for the child to be up
open(sys.argv[1] + "/flooded", "w").close()
sys.exit(os.waitpid(child, 0)[1])
END

# flood RUN MAPPINGS: with ltsbpf stopped while so many files are mapped and the child begins
flood() {
	rm -f "$work"/{stopped,flooded}
	"$ltsbpf" record -r 999 -o "$work/$1" -- "$python" "$work/flood.py" "$work" "$2" \
		>"$work/$1.out" 2>"$work/$1.err" &
	ours=$!
	until_true 10 pgrep -f "^$python $work/flood.py" || fail "$1: start" "$(cat "$work/$1.err")"
	sleep 0.2
	kill -STOP $ours
	: >"$work/stopped"
	check_that "$1: files are mapped while ltsbpf is stopped" until_true 20 test -e "$work/flooded"
	kill -CONT $ours
	sleep 0.3
	# What was lost is told with the next notice on the same CPU.
	for cpu in $(seq 0 $(($(nproc --all) - 1))); do taskset -c "$cpu" true; done
	wait $ours
	check "$1: status" $? 0
}

flood few 10
judge "few: the child's interpreter is found" found "$work/few" 0
flood many 5000
judge "many: the child's interpreter is found, and the lost notices counted" found "$work/many" 1000
finish
