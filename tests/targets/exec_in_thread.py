# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""exec_in_thread.py [SECONDS]: a thread that is not the main one executes another Python program."""
import json
import os
import sys
import threading
import time


def burn(seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        pass


def before_exec(seconds):
    burn(seconds)
    os.execv(sys.executable, [sys.executable, __file__, str(seconds), "executed"])


def after_exec(seconds):
    burn(seconds)
    print(json.dumps({"before_exec": seconds, "after_exec": seconds}))


seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0.5
if len(sys.argv) > 2:
    after_exec(seconds)
else:
    threading.Thread(target=before_exec, args=(seconds,)).start()
    time.sleep(60)
