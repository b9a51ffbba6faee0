#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""usage: launch_terminal.py DRIVER FOLDER

Types Ctrl-Z and Ctrl-C into a terminal in which the driver runs a program that counts its SIGINTs:
both stop and go on together, and each Ctrl-C arrives at the program exactly once.
"""
import os
import pty
import signal
import sys
import time

PROGRAM = """
import signal, sys, time
seen = 0
def count(number, frame):
    global seen
    seen += 1
    open(sys.argv[1], "w").write(str(seen))
signal.signal(signal.SIGINT, count)
open(sys.argv[1], "w").write("0")
open(sys.argv[2], "w").write(str(__import__("os").getpid()))
while seen < 2:
    time.sleep(0.02)
time.sleep(0.3)
sys.exit(40 + seen)
"""


def wait_until(condition, what):
    for _ in range(500):
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.02)
    sys.exit(f"FAIL terminal: waited 10 s for: {what}")


def read(path):
    with open(path) as file:
        return file.read()


def state(pid):
    return read(f"/proc/{pid}/stat").rpartition(") ")[2][0]


def main(driver, folder):
    seen, pid_file = f"{folder}/terminal.seen", f"{folder}/terminal.pid"
    pid, terminal = pty.fork()
    if pid == 0:
        # A shell would give the job a group of its own in the foreground; pty.fork did so.
        os.execv(driver, [driver, "run", sys.executable, "-c", PROGRAM, seen, pid_file])
    wait_until(lambda: read(pid_file) != "", "the program's start")
    program = int(read(pid_file))
    # The leader of an orphaned group ignores Ctrl-Z, so the stop is sent as the terminal would.
    os.killpg(pid, signal.SIGSTOP)
    wait_until(lambda: state(pid) == state(program) == "T", "both to stop")
    os.killpg(pid, signal.SIGCONT)
    wait_until(lambda: state(pid) == state(program) == "S", "both to go on")
    for i in (1, 2):
        time.sleep(0.2)
        os.write(terminal, b"\x03")
        wait_until(lambda: int(read(seen) or 0) >= i, f"Ctrl-C {i}")
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code != 42:
        sys.exit(f"FAIL terminal: exit code {code} (40 + SIGINTs seen), not 42")


main(sys.argv[1], sys.argv[2])
