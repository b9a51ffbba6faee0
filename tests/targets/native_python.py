# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""native_python.py [SECONDS [CASE]]: Python that C code calls that Python calls, in known ways.

For each way a line "expect FUNCTION;...;FUNCTION SECONDS": the Python functions that run() calls, by
their names without the class's, and the CPU time. Between them "+name" is a function of C that must
be there, by the name that Python has for it or the symbol's; "+a|b" either of them; "+?name" may be
missing where the interpreter has no symbols for what a compiler made two functions of; at the end it
is what takes most of the time. "**" stands for some functions of the standard library; in front, for
those that begin a thread.
"""
import ctypes
import ctypes.util
import functools
import gc
import hashlib
import importlib
import itertools
import json
import os
import re
import sys
import tempfile
import threading
import time
import weakref
import zlib

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0.2
only = sys.argv[2] if len(sys.argv) > 2 else ""
thread_time = time.thread_time
cases = []


def burn(share=1.0):
    end = thread_time() + seconds * share
    while thread_time() < end:
        for _ in range(200):
            pass


def case(expect):
    def add(function):
        cases.append((function, expect))
        return function
    return add


# --- Python that C calls: NAME_inner is called by C, NAME_outer calls C

def sorted_inner(value):
    burn(0.5)
    return value


@case("sorted_outer;+sorted;+?list.sort;sorted_inner;burn")
def sorted_outer():
    sorted([1, 2], key=sorted_inner)


def sort_inner(value):
    burn(0.5)
    return value


@case("sort_outer;+?list.sort;sort_inner;burn")
def sort_outer():
    [2, 1].sort(key=sort_inner)


def map_inner(value):
    burn(0.5)


@case("map_outer;map_inner;burn")
def map_outer():
    list(map(map_inner, "ab"))


def filter_inner(value):
    burn(0.5)


@case("filter_outer;filter_inner;burn")
def filter_outer():
    tuple(filter(filter_inner, "ab"))


def max_inner(value):
    burn(0.5)
    return value


@case("max_outer;max_inner;burn")
def max_outer():
    max("ab", key=max_inner)


def partial_inner(one, two):
    burn()


@case("partial_outer;partial_inner;burn")
def partial_outer():
    functools.partial(partial_inner, 1)(two=2)


def reduce_inner(left, right):
    burn(0.5)


@case("reduce_outer;+_functools.reduce|functools.reduce|reduce;reduce_inner;burn")
def reduce_outer():
    functools.reduce(reduce_inner, "abc")


def generator_inner():
    for number in range(4):
        burn(0.25)
        yield number


@case("generator_outer;+sum;generator_inner;burn")
def generator_outer():
    sum(generator_inner())


def chained_inner():
    yield 1
    burn()


def chained_middle():
    yield from chained_inner()


@case("chained_outer;+sum;chained_middle;chained_inner;burn")
def chained_outer():
    sum(itertools.chain(chained_middle(), ()))


@functools.lru_cache(maxsize=None)
def cached_inner(number):
    burn()


@case("cached_outer;cached_inner;burn")
def cached_outer():
    cached_inner(1)


class Deleted:
    def __del__(self):
        del_inner()


def del_inner():
    burn()


@case("del_outer;__del__;del_inner;burn")
def del_outer():
    thing = Deleted()
    del thing


def weak_inner(reference):
    burn()


@case("weak_outer;weak_inner;burn")
def weak_outer():
    thing = Deleted.__new__(type("Weak", (), {}))
    reference = weakref.ref(thing, weak_inner)
    del thing
    return reference


class Operators:
    def __init__(self, called=False):
        if called:
            init_inner()

    def __lt__(self, other):
        lt_inner()
        return True

    def __add__(self, other):
        add_inner()

    def __getattr__(self, name):
        getattr_inner()

    def __hash__(self):
        hash_inner()
        return 1


def init_inner():
    burn()


def lt_inner():
    burn()


def add_inner():
    burn()


def getattr_inner():
    burn()


def hash_inner():
    burn()


@case("init_outer;__init__;init_inner;burn")
def init_outer():
    functools.partial(Operators, True)()


@case("lt_outer;__lt__;lt_inner;burn")
def lt_outer():
    min(Operators(), Operators())


@case("add_outer;__add__;add_inner;burn")
def add_outer():
    Operators() + 1


@case("getattr_outer;__getattr__;getattr_inner;burn")
def getattr_outer():
    Operators().missing


@case("hash_outer;+dict.setdefault|dict_setdefault;__hash__;hash_inner;burn")
def hash_outer():
    {}.setdefault(Operators(), 1)


def sub_inner(match):
    burn(0.5)
    return "c"


@case("sub_outer;+?re.Pattern.sub|Pattern.sub;sub_inner;burn")
def sub_outer():
    re.compile("[ab]").sub(sub_inner, "ab")


def json_inner(value):
    burn()
    return 1


@case("json_outer;dumps;encode;iterencode;json_inner;burn")
def json_outer():
    json.dumps([object()], default=json_inner)


def eval_inner():
    burn()


@case("eval_outer;+eval;<module>;eval_inner;burn")
def eval_outer():
    eval("eval_inner()")


def nested_inner(value):
    burn()


def nested_middle(value):
    return functools.partial(nested_inner, value)()


def nested_first(value):
    return max(map(nested_middle, [value]), key=id)


@case("nested_outer;+sorted;nested_first;nested_middle;nested_inner;burn")
def nested_outer():
    sorted([1], key=nested_first)


def deep_inner(number):
    if number == 0:
        return burn()
    return next(map(deep_inner, [number - 1]))


@case("deep_outer;" + 61 * "deep_inner;" + "burn")
def deep_outer():
    deep_inner(60)


def thread_inner():
    burn()


@case("**;thread_inner;burn")
def thread_outer():
    thread = threading.Thread(target=thread_inner)
    thread.start()
    thread.join()


@case("import_outer;**;<module>;import_inner;burn")
def import_outer():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "burns_on_import.py"), "w") as stream:
            stream.write("import __main__\ndef import_inner():\n    __main__.burn()\nimport_inner()\n")
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            import burns_on_import  # noqa: F401
        finally:
            sys.path.remove(folder)


# --- C code that calls back by itself

library = ctypes.CDLL(None)
comparison = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))


def qsort_inner(left, right):
    burn()
    return left[0] - right[0]


@case("qsort_outer;+qsort|qsort_r;qsort_inner;burn")
def qsort_outer():
    numbers = (ctypes.c_int * 2)(2, 1)
    library.qsort(numbers, 2, 4, comparison(qsort_inner))


def twice_inner(left, right):
    burn()
    return 1


def twice_middle(left, right):
    library.qsort((ctypes.c_int * 2)(2, 1), 2, 4, comparison(twice_inner))
    return 1


@case("twice_outer;+qsort|qsort_r;twice_middle;+qsort|qsort_r;twice_inner;burn")
def twice_outer():
    library.qsort((ctypes.c_int * 2)(2, 1), 2, 4, comparison(twice_middle))


# --- C code at the leaf, for the whole time

def again(function):
    end = thread_time() + seconds
    while thread_time() < end:
        function()


def sum_inner(numbers=range(100000)):
    sum(numbers)


@case("sum_outer;again;sum_inner;+sum")
def sum_outer():
    again(sum_inner)


def zlib_inner(data=os.urandom(1 << 20)):
    zlib.compress(data, 6)


@case("zlib_outer;again;zlib_inner;+deflate|deflate_slow|longest_match|compress|zlib.compress|zlib_compress")
def zlib_outer():
    again(zlib_inner)


def digest_inner(data=bytes(1 << 20)):
    hashlib.sha256(data)


@case("hashlib_outer;again;digest_inner;+_hashlib.openssl_sha256|_hashlib_openssl_sha256|openssl_sha256|_sha2.sha256|EVP_hash|EVP_DigestUpdate")
def hashlib_outer():
    again(digest_inner)


def match_inner(match=re.compile("(a*)*b").match, text="a" * 16 + "c"):
    match(text)


@case("match_outer;again;match_inner;+re.Pattern.match|Pattern.match|re.Pattern.prefixmatch")
def match_outer():
    again(match_inner)


def encode_inner(value=[{"a": [1.5, "b"]}] * 2000):
    json.dumps(value)


@case("encode_outer;again;encode_inner;dumps;encode;iterencode;+_json.Encoder.__call__|encoder_call|encoder_listencode_obj")
def encode_outer():
    again(encode_inner)


def power_inner(number=3 ** 4000):
    number * number


@case("power_outer;again;power_inner")
def power_outer():
    again(power_inner)


class Node:
    def __init__(self):
        self.me = self


nodes = [Node() for _ in range(20000)]


def collect_inner():
    gc.collect()


@case("collect_outer;again;collect_inner;+gc.collect")
def collect_outer():
    again(collect_inner)


def run(function, expect):
    start = time.process_time()
    function()
    print("expect %s %.4f" % (expect, time.process_time() - start))


for each, names in cases:
    if only in names:
        run(each, names)
