# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""hostile_names.py [SECONDS]: functions and files with names that break careless writers.

Prints a list of {"name", "file", "cpu"}, escaped by JSON, so in ASCII.
"""
import json
import sys
import time

NAMES = [
    ("</title><script>alert(1)</script>", "/tmp/</svg><script>window.hacked=1</script>.py"),
    ("\"&'<>", "/tmp/\"&'<>.py"),
    ("&amp;&#0;]]>", "/tmp/&lt;%s%n.py"),
    ("semi;colon", "/tmp/a;b.py"),
    ("two\nlines\r\n\ttabbed", "/tmp/new\nline.py"),
    ("bell\x07escape\x1b[31mred\x7f\x85", "/tmp/\x01\x02.py"),
    ("lone\ud83d surrogate", "/tmp/\udc80\udcff.py"),
    ("right\u202eto left\u200b\ufeff\ufffe\uffff", "/tmp/\U0001f40d\U0010ffff.py"),
    ("ends in a number 12", "/tmp/12 34 56"),
    ("back\\slash \\x3b \\n", "C:\\new\\table.py"),
    (" ", "/tmp/ "),
    ("long" * 1000, "/tmp/" + "file" * 999),
    ("л" * 1500, "/tmp/" + "名" * 1000),
]


def template(clock, seconds):
    start = clock()
    while clock() - start < seconds:
        pass
    return clock() - start


def renamed(name, file):
    changes = {"co_name": name, "co_filename": file}
    if hasattr(template.__code__, "co_qualname"):
        changes["co_qualname"] = name
    return type(template)(template.__code__.replace(**changes), {})


seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
told = []
for name, file in NAMES:
    spent = renamed(name, file)(time.thread_time, seconds / len(NAMES))
    told.append({"name": name, "file": file, "cpu": spent})
print(json.dumps(told))
