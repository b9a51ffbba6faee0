# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""call_processes.py: the same calls in this process, in forked ones, in two threads at once, in
another program of the same Python, and in multiprocessing's. Prints how many calls that is."""
import json
import multiprocessing
import os
import subprocess
import sys
import threading

DEPTH, EACH = 12, 465  # fibonacci(12) is 465 calls


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def fork():
    pid = os.fork()
    if not pid:
        fibonacci(DEPTH)
        os._exit(0)
    return pid


def in_threads():
    threads = [threading.Thread(target=fibonacci, args=(DEPTH,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def by_multiprocessing(method):
    context = multiprocessing.get_context(method)
    processes = [context.Process(target=fibonacci, args=(DEPTH,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def main():
    fibonacci(DEPTH)
    for pid in [fork(), fork()]:
        os.waitpid(pid, 0)
    in_threads()
    subprocess.run([sys.executable, __file__, "child"], check=True)
    by_multiprocessing("fork")
    by_multiprocessing("spawn")
    print(json.dumps({"calls": EACH * (1 + 2 + 2 + 1 + 2 + 2)}))


if __name__ == "__main__":
    if sys.argv[1:] == ["child"]:
        fibonacci(DEPTH)
    else:
        main()
