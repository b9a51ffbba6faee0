# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""short_children.py [COUNT [SECONDS]]: many Pythons that live about 20 ms each, one by one.

Prints how many there were and the CPU time that the kernel charged to them.
"""
import json
import resource
import subprocess
import sys

CHILD = """
import time
def short_life():
    while time.process_time() < %f:
        pass
short_life()
"""

count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 0.02
for _ in range(count):
    subprocess.check_call([sys.executable, "-S", "-E", "-c", CHILD % seconds])
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"count": count, "children": usage.ru_utime + usage.ru_stime}))
