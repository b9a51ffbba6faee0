# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""signals.py FILE [IGNORE...]: waits for signals and writes the numbers of those that came to FILE.

Ends with exit status 42 after SIGUSR2, and by itself after 20 s. The file appears when it is ready.
"""
import signal
import sys
import time

seen = []


def out():
    with open(sys.argv[1], "w") as stream:
        stream.write(" ".join(str(number) for number in seen))


def on_signal(number, _):
    seen.append(int(number))
    out()


for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2"):
    signal.signal(getattr(signal, name), on_signal)
out()
end = time.monotonic() + 20
while time.monotonic() < end:
    stop = time.thread_time() + 0.005
    while time.thread_time() < stop:
        pass
    time.sleep(0.005)
    if int(signal.SIGUSR2) in seen:
        sys.exit(42)
