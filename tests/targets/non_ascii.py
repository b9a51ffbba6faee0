# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""non_ascii.py [SECONDS]: identifiers of PEP 3131, in Cyrillic, CJK, Latin, beyond the BMP, and
some that Python normalises (a ligature, a combining accent). Prints the names as Python has them.
"""
import json
import sys
import time

used = {}


def burn(function, seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        pass
    used[function.__name__] = time.thread_time() - start


def вычислить(seconds):
    burn(вычислить, seconds)


def 计算(seconds):
    burn(计算, seconds)


def größe(seconds):
    burn(größe, seconds)


def 𐐀𐐁(seconds):
    burn(𐐀𐐁, seconds)


def ﬁne(seconds):  # becomes "fine"
    burn(ﬁne, seconds)


def née(seconds):  # an e and a combining accent become one letter
    burn(née, seconds)


functions = [вычислить, 计算, größe, 𐐀𐐁, ﬁne, née]
seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
for function in functions:
    function(seconds / len(functions))
json.dump({"used": used, "file": __file__}, sys.stdout)
