# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""subprocesses.py [SECONDS]: children that are Python and children that are not, one by one.

Prints the CPU time that the kernel charged to each of them.
"""
import json
import os
import subprocess
import sys

CHILD = """
import time
def in_the_child(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
in_the_child(%f)
"""
COUNT = "i=0; while [ $i -lt %d ]; do i=$((i+1)); done"


def cpu_of(*command):
    child = subprocess.Popen(command)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    assert status == 0, command
    return usage.ru_utime + usage.ru_stime


seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
print(json.dumps({
    "python": cpu_of(sys.executable, "-c", CHILD % (seconds / 2)),
    "sh": cpu_of("sh", "-c", COUNT % (seconds * 500000)),
    "true": cpu_of("true"),
    # a shell in between, which does not become the Python
    "python_below_sh": cpu_of("sh", "-c", '"$0" -c "$1"; :', sys.executable, CHILD % (seconds / 4)),
}))
