# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""daemon.py FILE DAEMON_SECONDS MAIN_SECONDS: a daemon (forked twice, in a session of its own).

The daemon burns so much CPU time, writes how much into FILE, and ends; the program that started it
burns its own and does not wait for it.
"""
import json
import os
import sys
import time


def in_the_daemon(seconds):
    start = time.process_time()
    while time.process_time() - start < seconds:
        pass
    return time.process_time() - start


def in_the_program(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def be_daemon(path, seconds):
    os.setsid()
    if os.fork():
        os._exit(0)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in range(3):
        os.dup2(null, fd)
    spent = in_the_daemon(seconds)
    with open(path + ".new", "w") as out:
        json.dump({"in_the_daemon": spent}, out)
    os.rename(path + ".new", path)
    os._exit(0)


child = os.fork()
if not child:
    be_daemon(sys.argv[1], float(sys.argv[2]))
os.waitpid(child, 0)
in_the_program(float(sys.argv[3]))
