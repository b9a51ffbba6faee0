# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""deep_import.py FOLDER [DEPTH [SECONDS]]: a chain of modules that import each other in turn.

Writes them into FOLDER first. The innermost one burns CPU time while all the others are being
imported.
"""
import json
import os
import sys

BURN = """
import time
def at_import(seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        pass
    return time.thread_time() - start
spent = at_import(%f)
"""

folder = sys.argv[1]
depth = int(sys.argv[2]) if len(sys.argv) > 2 else 60
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 0.5
for number in range(depth):
    text = "from link_%d import spent\n" % (number + 1) if number < depth - 1 else BURN % seconds
    with open(os.path.join(folder, "link_%d.py" % number), "w") as out:
        out.write(text)
sys.path.insert(0, folder)
sys.dont_write_bytecode = True
import link_0  # noqa: E402

print(json.dumps({"depth": depth, "at_import": link_0.spent}))
