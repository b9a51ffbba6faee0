# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""Stands still in a known stack and says which: see record_memory.sh."""
import _thread
import sys
import time
import types


class Outer:
    class Inner:
        @classmethod
        def method(cls, depth):
            return recurse(depth)


def recurse(depth):
    if depth:
        return recurse(depth - 1)
    return [each for each in generator()]


def generator():
    yield from (inner(number) for number in range(1))


def inner(number):
    return sorted([number, 1], key=größe)[0]


def größe(number):
    return имя(lambda: 𐐀())


def имя(call):
    return call()


def 𐐀():
    with Waiting():
        pass


class Waiting:
    def __enter__(self):
        time.sleep(1000)

    def __exit__(self, *error):
        pass


def worker(numbers):
    for number in numbers:
        time.sleep(1000)


def escaped(text):
    return text.encode("unicode_escape").decode()


def tell_frame(frame):
    code = frame.f_code
    qualname = getattr(code, "co_qualname", code.co_name)
    print("frame", (frame.f_lasti + 2) // 2, code.co_firstlineno, frame.f_lineno,
          *map(escaped, (code.co_name, qualname, code.co_filename)))


def tell(threads):
    time.sleep(0.5)
    print("python", "%d.%d.%d" % sys.version_info[:3])
    print("type %x" % id(types.CodeType))
    frames = sys._current_frames()
    for thread in threads:
        print("thread %x" % thread)
        frame = frames[thread]
        while frame:
            tell_frame(frame)
            frame = frame.f_back
    print("end")
    sys.stdout.flush()
    time.sleep(1000)


_thread.start_new_thread(tell, ([_thread.get_ident(),
                                 _thread.start_new_thread(worker, ([1, 2],))],))
Outer.Inner.method(3)
