#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""usage: terminal.py LTSBPF FOLDER TARGETS

Sits at a terminal with an interactive shell in it, starts programs there under ltsbpf, and types
Ctrl-C, Ctrl-Z, fg and bg. One line per check; exit 0 when nothing failed.
"""
import os
import pty
import re
import select
import signal
import sys
import time

failures = 0


class Terminal:
    def __init__(self):
        self.screen = ""
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.environ["PS1"] = "READY> "
            os.execvp("bash", ["bash", "--norc", "--noprofile", "--noediting", "-i"])
        self.expect("READY> ")

    def read(self, seconds):
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                self.screen += os.read(self.fd, 65536).decode(errors="replace")
            except OSError:  # the shell has gone
                pass

    def expect(self, pattern, seconds=15):
        """What stands on the screen up to the pattern, which is taken away with it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            match = re.search(pattern, self.screen)
            if match:
                before = self.screen[:match.end()]
                self.screen = self.screen[match.end():]
                return before
            self.read(0.1)
        raise TimeoutError("waited for %r, the screen is %r" % (pattern, self.screen[-500:]))

    def type(self, text):
        os.write(self.fd, text.encode())

    def close(self):
        os.close(self.fd)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def check(name, actual, expected):
    global failures
    if actual == expected:
        print("ok   terminal: " + name)
    else:
        failures += 1
        print("FAIL terminal: %s: is %r, not %r" % (name, actual, expected))


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return True
        except (OSError, IndexError):
            pass
        time.sleep(0.02)
    return False


def read(path):
    with open(path) as stream:
        return stream.read()


def state(pid):
    return read("/proc/%d/stat" % pid).rpartition(") ")[2][0]


def children(pid):
    return [int(word) for word in read("/proc/%d/task/%d/children" % (pid, pid)).split()]


def written(folder):
    return all(os.path.exists(os.path.join(folder, "profile." + ending)) and
               os.path.getsize(os.path.join(folder, "profile." + ending))
               for ending in ("svg", "stats", "folded", "ltsbpf"))


def start(terminal, ltsbpf, folder, *command):
    terminal.type("%s record -q -o %s -- %s\n" % (ltsbpf, folder, " ".join(command)))


def status(terminal):
    terminal.type("echo status=$?\n")
    shown = terminal.expect(r"status=\d+\r")
    terminal.expect("READY> ")
    return int(re.search(r"status=(\d+)\r", shown).group(1))


def ctrl_c_reaches_it_once(terminal, ltsbpf, work, targets):
    seen = work + "/ctrl-c"
    start(terminal, ltsbpf, work + "/c", sys.executable, targets + "/signals.py", seen)
    until(lambda: os.path.exists(seen))
    terminal.type("\x03")
    until(lambda: read(seen) != "")
    time.sleep(0.4)
    check("Ctrl-C reaches the program once", read(seen), "2")
    recorder = children(terminal.pid)[0]
    program = children(recorder)[0]
    os.kill(program, signal.SIGUSR2)
    terminal.expect("READY> ")
    check("the program that caught it ends with its own status", status(terminal), 42)
    check("and the files are written", written(work + "/c"), True)


def ctrl_c_ends_it(terminal, ltsbpf, work, targets):
    start(terminal, ltsbpf, work + "/end", sys.executable, targets + "/shares.py", "20")
    until(lambda: children(children(terminal.pid)[0]))
    time.sleep(0.5)
    terminal.type("\x03")
    said = terminal.expect("READY> ")
    check("one KeyboardInterrupt", said.count("KeyboardInterrupt"), 1)
    check("status after Ctrl-C", status(terminal), 130)
    check("the files are written after Ctrl-C", written(work + "/end"), True)


def job_control(terminal, ltsbpf, work, targets):
    start(terminal, ltsbpf, work + "/job", sys.executable, targets + "/shares.py", "1.5")
    until(lambda: children(children(terminal.pid)[0]))
    recorder = children(terminal.pid)[0]
    program = children(recorder)[0]
    time.sleep(0.3)
    terminal.type("\x1a")
    terminal.expect("Stopped")
    check("Ctrl-Z stops both", until(lambda: state(recorder) == state(program) == "T"), True)
    terminal.expect("READY> ")
    terminal.type("bg\n")
    check("bg lets both go on", until(lambda: "T" not in (state(recorder), state(program))), True)
    terminal.type("fg\n")
    terminal.expect(r'"f": ')
    terminal.expect("READY> ")
    check("status after Ctrl-Z, bg and fg", status(terminal), 0)
    check("the files are written after Ctrl-Z", written(work + "/job"), True)


def it_reads_the_terminal(terminal, ltsbpf, work, _):
    start(terminal, ltsbpf, work + "/read", sys.executable, "-c", "'print(input(\"name? \")[::-1])'")
    terminal.expect(r"name\? ")
    terminal.type("abc\n")
    terminal.expect("cba")
    terminal.expect("READY> ")
    check("it reads from the terminal and writes to it", status(terminal), 0)


def main(ltsbpf, work, targets):
    terminal = Terminal()
    for scene in (ctrl_c_reaches_it_once, ctrl_c_ends_it, job_control, it_reads_the_terminal):
        try:
            scene(terminal, ltsbpf, work, targets)
        except (TimeoutError, IndexError) as error:
            check(scene.__name__.replace("_", " "), str(error), "")
            terminal.close()
            terminal = Terminal()
    terminal.close()
    return 1 if failures else 0


sys.exit(main(*sys.argv[1:]))
