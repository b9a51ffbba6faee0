#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""memory.py [--minutes M] [--same] [--chart FILE.svg]: the memory of ltsbpf over a long run.

Records targets/busy_hour.py at 999 Hz (root), looks once a second, and prints a table; the chart has
the same in it.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
WIDTH, HEIGHT, LEFT, BOTTOM, RIGHT, ABOVE = 720, 280, 56, 36, 16, 28


def status_kib(pid, key):
    with open("/proc/%d/status" % pid) as stream:
        for line in stream:
            if line.startswith(key + ":"):
                return int(line.split()[1])
    raise OSError("no %s" % key)


def watch(process, recording, seconds):
    """A row for each second: time, resident MiB, MiB of the recording, CPU s of ltsbpf alone."""
    begin, rows = time.monotonic(), []
    ticks = os.sysconf("SC_CLK_TCK")
    while process.poll() is None and time.monotonic() < begin + seconds + 120:
        try:
            with open("/proc/%d/stat" % process.pid) as stream:
                fields = stream.read().rpartition(")")[2].split()
            cpu = (int(fields[11]) + int(fields[12])) / ticks
            rows.append((time.monotonic() - begin, status_kib(process.pid, "VmRSS") / 1024,
                         os.path.getsize(recording) / 2 ** 20, cpu))
        except OSError:
            pass  # it has not begun to write, or has just ended
        time.sleep(1)
    return rows


def table(rows):
    shown, step = [], max(60, int(rows[-1][0] / 10) // 60 * 60)
    for row in rows:
        if not shown or row[0] >= shown[-1][0] + step - 0.5:
            shown.append(row)
    print("%8s %10s %12s %8s" % ("minute", "RSS, MiB", "file, MiB", "CPU, s"))
    for row in shown + [rows[-1]]:
        print("%8.1f %10.1f %12.2f %8.2f" % (row[0] / 60, row[1], row[2], row[3]))


def line_of(rows, column, top, end):
    step = max(1, len(rows) // 300)
    points = ["%.0f,%.1f" % (LEFT + row[0] / end * (WIDTH - LEFT - RIGHT),
                             HEIGHT - BOTTOM - row[column] / top * (HEIGHT - BOTTOM - ABOVE))
              for row in rows[::step]]
    return "M" + "L".join(points)


def chart(rows, stream):
    top, end = 10 * (1 + int(max(max(row[1:3]) for row in rows) / 10)), rows[-1][0]
    write = lambda text: stream.write(text + "\n")
    write('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" '
          'font-family="sans-serif" font-size="12">' % (WIDTH, HEIGHT))
    write("<title>Memory of ltsbpf and size of its recording over a long run</title>")
    write("<style>svg{background:#fff}text{fill:#222}path{fill:none;stroke-width:2}.g{stroke:#ccc;"
          "stroke-width:1}.m{stroke:#0b6bcb}.f{stroke:#c2571a;stroke-dasharray:6 3}"
          "@media(prefers-color-scheme:dark){svg{background:#1c1c1c}text{fill:#ddd}.g{stroke:#444}"
          ".m{stroke:#6db3f2}.f{stroke:#f0a36b}}</style>")
    for i in range(6):
        y = HEIGHT - BOTTOM - i / 5 * (HEIGHT - BOTTOM - ABOVE)
        x = LEFT + i / 5 * (WIDTH - LEFT - RIGHT)
        write('<path class="g" d="M%d,%.1fH%d"/>' % (LEFT, y, WIDTH - RIGHT))
        write('<text x="%d" y="%.1f" text-anchor="end">%g</text>' % (LEFT - 6, y + 4, top * i / 5))
        write('<text x="%.1f" y="%d" text-anchor="middle">%.2g</text>' % (
            x, HEIGHT - BOTTOM + 16, end / 60 * i / 5))
    write('<path class="m" d="%s"/>' % line_of(rows, 1, top, end))
    write('<path class="f" d="%s"/>' % line_of(rows, 2, top, end))
    write('<text x="%d" y="16">MiB: resident memory of ltsbpf (solid), its recording on disk '
          '(dashed)</text>' % LEFT)
    write('<text x="%d" y="%d" text-anchor="end">minutes</text>' % (WIDTH - RIGHT, HEIGHT - 4))
    write("</svg>")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--same", action="store_const", const=["same"], default=[])
    parser.add_argument("--chart")
    parser.add_argument("--ltsbpf", default=os.path.join(TOP, "build/release/ltsbpf"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(TOP, "tests/bench/targets/busy_hour.py")
        command = [options.ltsbpf, "record", "--as-root", "-r", "999", "-o", folder, "--",
                   sys.executable, target, str(options.minutes)] + options.same
        process = subprocess.Popen(command, stderr=subprocess.PIPE, universal_newlines=True,
                                   stdout=subprocess.DEVNULL)
        rows = watch(process, os.path.join(folder, "profile.ltsbpf"), 60 * options.minutes)
        summary = process.communicate()[1]
        if process.returncode or not rows:
            sys.exit("%s: exit status %d\n%s" % (command[0], process.returncode, summary))
        table(rows)
        print("\n".join(line for line in summary.splitlines() if line.startswith(
            ("Samples", "Cost", "Native"))))
    if options.chart:
        with open(options.chart, "w") as stream:
            chart(rows, stream)


main()
