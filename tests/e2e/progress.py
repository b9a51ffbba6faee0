# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What a person at a terminal sees of ltsbpf: a line that says how far it is, or nothing."""
import os
import pty
import re
import sys

from folded import Wrong

ERASE = "\r\x1b[K"
LINE = re.compile(re.escape(ERASE) + r"ltsbpf: (\d+) s, (\d+) samples, (\d+) lost")


def screen_of(arguments, environment):
    """All that is written to a terminal on which ltsbpf is started."""
    pid, fd = pty.fork()
    if not pid:
        os.environ.update(environment)
        os.execv(os.environ["LTSBPF"], ["ltsbpf"] + arguments)
    screen = b""
    while True:
        try:
            got = os.read(fd, 65536)
        except OSError:
            break
        screen += got
    os.waitpid(pid, 0)
    os.close(fd)
    return screen.decode(errors="replace")


def record(folder, options, script, **environment):
    return screen_of(["record", "-r", "199", "-o", folder] + options + ["--", "sh", "-c", script],
                     {"TERM": "xterm", "NO_COLOR": "", **environment})


def busy(seconds):
    return "exec %s tests/targets/shares.py %s" % (sys.executable, seconds)


def silent_program(folder):
    """A program that has put its output elsewhere: a line a second, gone at the end."""
    screen = record(folder, [], busy(5.5) + " >/dev/null 2>&1")
    lines = [[int(figure) for figure in found] for found in LINE.findall(screen)]
    if not lines or lines != sorted(lines) or not 3 <= lines[0][0] <= 5:
        raise Wrong("the lines are %s of %r" % (lines, screen[:2000]))
    if lines[-1][1] < 199 or lines[-1][2]:
        raise Wrong("the figures are %s" % lines[-1])
    rows = [row.split(ERASE)[-1] for row in screen.split("\r\n")]
    if any(re.match(r"ltsbpf: .* lost|ltsbpf: (naming|making|writing)", row) for row in rows):
        raise Wrong("a line stays: %s" % rows)
    if not any(row.startswith("ltsbpf: wrote ") for row in rows):
        raise Wrong("the messages are spoilt: %s" % rows)


def nothing(folder, *options):
    """The program has the terminal: not a byte of ours before it is over."""
    screen = record(folder, list(options), busy(4.5) + "; echo over")
    before = screen[:screen.index('{')]
    if "lost" in before or ERASE in before:
        raise Wrong("in the program's terminal: %r" % before)


def quiet(folder):
    screen = record(folder, ["-q"], busy(4.5) + " >/dev/null 2>&1")
    if screen:
        raise Wrong("-q: %r" % screen)


def dumb(folder):
    screen = record(folder, [], busy(4.5) + " >/dev/null 2>&1", TERM="dumb")
    if "\x1b" in screen:
        raise Wrong("a dumb terminal gets escape sequences: %r" % screen)


def colours():
    wrong = ["record", "--rtae"]
    if "\x1b[31merror:\x1b[0m" not in screen_of(wrong, {"TERM": "xterm", "NO_COLOR": ""}):
        raise Wrong("an error has no colour on a terminal")
    for environment in ({"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb", "NO_COLOR": ""}):
        screen = screen_of(wrong, environment)
        if "\x1b" in screen or "error: " not in screen:
            raise Wrong("with %s: %r" % (environment, screen))
