# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""busy_hour.py MINUTES [same]: what a long run brings along: threads in machine code, at ever another
depth, new functions all the time, a child each second, imports. With "same", one thread does the
same all the time."""
import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
import zlib

END = time.monotonic() + 60 * float(sys.argv[1])


def parse():
    rows = [{"id": i, "name": "n%d" % i, "values": [i] * 20} for i in range(300)]
    return len(json.loads(json.dumps(rows, sort_keys=True)))


def compress():
    return len(zlib.compress(bytes(random.randrange(64) for _ in range(20000))))


def query():
    with sqlite3.connect(":memory:") as base:
        base.execute("create table t (a, b)")
        base.executemany("insert into t values (?, ?)", ((i, i % 97) for i in range(3000)))
        return base.execute("select sum(a), b from t group by b order by 1").fetchall()


def descend(depth, work):
    return work() if not depth else descend(depth - 1, work)


def work():
    while time.monotonic() < END:
        descend(random.randrange(40), random.choice((parse, compress, query)))


def new_function(number):
    names = {}
    exec("def made_%d(n):\n    return sum(i * i for i in range(n))\n" % number, names)
    return names["made_%d" % number](20000)


def same():
    while time.monotonic() < END:
        descend(20, parse)


def main():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    number = 0
    while time.monotonic() < END:
        number += 1
        new_function(number)
        subprocess.run([sys.executable, "-c", "import decimal, json; sorted(range(300000), key=str)"],
                       check=True)
        time.sleep(0.7)
    for thread in threads:
        thread.join()


same() if sys.argv[2:] == ["same"] else main()
