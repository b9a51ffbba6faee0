# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""pool.py fork|spawn|forkserver [SECONDS]: a pool of two processes, eight tasks of two kinds."""
import json
import multiprocessing
import os
import sys
import time


def long_task(seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        sum(range(50))
    return "long_task", os.getpid(), time.thread_time() - start


def short_task(seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        sum(range(50))
    return "short_task", os.getpid(), time.thread_time() - start


def main():
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    context = multiprocessing.get_context(sys.argv[1])
    used = {"long_task": 0.0, "short_task": 0.0}
    pids = set()
    with context.Pool(2) as pool:
        tasks = []
        for _ in range(4):
            tasks.append(pool.apply_async(long_task, (seconds * 0.75 / 4,)))
            tasks.append(pool.apply_async(short_task, (seconds * 0.25 / 4,)))
        for task in tasks:
            name, pid, spent = task.get()
            used[name] += spent
            pids.add(pid)
        pool.close()
        pool.join()
    print(json.dumps({"used": used, "workers": len(pids)}))


if __name__ == "__main__":
    main()
