# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""every_call.py [--cprofile FILE]: calls Python functions in every way there is.

Always the same calls, on 3.9 to 3.15: work() and what is below it. With --cprofile they are made
under cProfile, and FILE gets what it counted, in JSON: rows of file, first line, name, calls, primitive
calls and callers, these being rows of file, first line, name, calls, primitive calls. Rows are of
code objects: the counts of equal names are to be added up, which dump_stats() does not do. What is
in this file behind the line `counted_to` is not part of the work.
"""
import asyncio
import contextlib
import copy
import cProfile
import functools
import json
import operator
import re
import sys
import threading
import weakref

profiles = []  # of cProfile, one for each thread; from 3.12 on one sees all threads


# Functions, as they are called by other functions and by C.

def plain():
    return 1


def arguments(first, second=2, *others, keyword=3, **more):
    return first + second + len(others) + keyword + len(more)


def outer(number):
    def inner(more):
        return number + more + plain()
    return inner(1) + inner(2)


def counter():
    count = 0

    def add():
        nonlocal count
        count += 1
        return count
    return add


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


def descend(depth):
    return 1 + descend(depth - 1) if depth > 1 else plain()


def doubled(function):
    @functools.wraps(function)
    def wrapper(*args):
        return 2 * function(*args)
    return wrapper


@doubled
@doubled
def decorated(value):
    return value


@functools.lru_cache(maxsize=None)
def remembered(n):
    return n if n < 2 else remembered(n - 1) + remembered(n - 2)


@functools.singledispatch
def dispatched(value):
    return plain()


@dispatched.register(int)
def dispatched_int(value):
    return value


def functions():
    for n in range(40):
        plain()
    arguments(1, 2, 3, 4, keyword=5, other=6)
    arguments(*(1, 2), **{"keyword": 4})
    outer(1)
    add = counter()
    add(), add(), add()
    fibonacci(12)
    even(31)
    descend(900)
    decorated(3)
    remembered(20)
    dispatched("text"), dispatched(7), dispatched(8)
    (lambda: plain())()


def key_of(item):
    return -item


def is_odd(item):
    return item % 2


def add_up(left, right):
    return left + right


def replacement(match):
    return match.group().upper() + str(plain())


def compared(left, right):
    return left - right


def callbacks():
    numbers = list(range(9))
    sorted(numbers, key=key_of)
    sorted(numbers, key=functools.cmp_to_key(compared))
    min(numbers, key=lambda item: (item - 3) ** 2)
    list(map(key_of, filter(is_odd, numbers)))
    functools.reduce(add_up, numbers)
    functools.partial(add_up, 3)(4)
    re.sub("[ab]", replacement, "abcabd")
    json.dumps({"some": plain}, default=lambda value: plain())
    operator.methodcaller("__call__")(plain)
    all(is_odd(number) for number in (1, 3, 4, 5))
    list(iter(counter(), 4))


def comprehensions():
    [key_of(item) for item in range(4)]
    {key_of(item) for item in range(5)}
    {key_of(item): is_odd(item) for item in range(6)}
    sum(key_of(item) for item in range(7))
    [[add_up(row, column) for column in range(3)] for row in range(2)]
    [key_of(item) for item in range(3)], [is_odd(item) for item in range(2)]


# Classes

class Meta(type):
    @classmethod
    def __prepare__(cls, name, bases, **options):
        return {}

    def __new__(cls, name, bases, body, **options):
        return super().__new__(cls, name, bases, body)

    def __init__(cls, name, bases, body, **options):
        super().__init__(name, bases, body)

    def __call__(cls, *args):
        return super().__call__(*args)


class Named:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        return plain()

    def __set__(self, instance, value):
        plain()


class Base:
    def __init__(self, value=0):
        self.value = value

    def __init_subclass__(cls, **options):
        super().__init_subclass__()

    def method(self):
        return self.value

    @classmethod
    def of(cls, value):
        return cls(value)

    @staticmethod
    def static(value):
        return value

    @property
    def doubled(self):
        return 2 * self.method()

    @doubled.setter
    def doubled(self, value):
        self.value = value // 2

    @functools.cached_property
    def cached(self):
        return plain()

    def __call__(self, value):
        return self.static(value)

    def __add__(self, other):
        return Base(self.value + other.value)

    def __radd__(self, other):
        return Base(self.value + other)

    def __iadd__(self, other):
        self.value += 1
        return self

    def __eq__(self, other):
        return self.value == other.value

    def __lt__(self, other):
        return self.value < other.value

    def __hash__(self):
        return hash(self.value)

    def __len__(self):
        return plain()

    def __bool__(self):
        return True

    def __contains__(self, item):
        return item == self.value

    def __getitem__(self, key):
        if key > 3:
            raise IndexError
        return key

    def __index__(self):
        return self.value

    def __getattr__(self, name):
        raise AttributeError(name)

    def __repr__(self):
        return str(self.value)

    def __format__(self, spec):
        return repr(self) + spec

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return exception[0] is KeyError

    def __deepcopy__(self, memo):
        return Base(self.value)

    def __reversed__(self):
        return iter((2, 1))


class Derived(Base):
    def __init__(self, value):
        super().__init__(value + 1)

    def method(self):
        return super().method()


class Made:
    def __new__(cls, *args):
        return super().__new__(cls)

    def __init__(self, value):
        self.value = value


class Ends:
    def __del__(self):
        plain()


class Missing(dict):
    def __missing__(self, key):
        return plain()


class Steps:
    def __init__(self):
        self.left = 3

    def __iter__(self):
        return self

    def __next__(self):
        self.left -= 1
        if self.left < 0:
            raise StopIteration
        return self.left


def make_classes():
    class WithMeta(metaclass=Meta, option=1):
        attribute = Named()

        def method(self):
            return self.attribute

    class Sub(Base, option=1):
        value = plain()

        class Inner:
            value = plain()

    made = WithMeta()
    made.attribute = made.method()
    return Sub(), type("ByType", (Base,), {"method": lambda self: plain()})().method()


def instances():
    for n in range(40):
        Base(n)
        Derived(n).method()
        Made(n)
    list(map(Base, range(3)))
    Base.of(3).doubled = 8
    base = Base(4)
    base.doubled, base.cached, base.cached, base(5)
    bound = base.method
    bound(), Base.method(base), Base.static(1)
    make_classes()
    for ends in range(3):
        Ends()
    kept = Ends()
    reference = weakref.ref(kept, lambda reference: plain())
    del kept
    return reference


def operators():
    one, two = Base(1), Base(2)
    for n in range(20):
        one + two, 3 + one, one == two, one < two, 1 in one, len(one), one[2]
    one += two
    sorted([two, one]), {one: 1}[Base(2)], [one].index(one), list(one), list(reversed(one))
    "%s" % one, f"{one:x}", range(3)[one], hasattr(one, "nothing")
    if one:
        copy.deepcopy(one)
    Missing()[1], dict.get(Missing(), 1), list(Steps()), sum(Steps())
    "ab".translate(Missing())


# Exceptions

def raises(depth):
    if depth:
        return raises(depth - 1)
    raise KeyError(depth)


def cleans_up():
    try:
        raises(3)
    finally:
        plain()


def raises_again():
    try:
        cleans_up()
    except KeyError as error:
        raise ValueError from error


@contextlib.contextmanager
def context():
    plain()
    try:
        yield 1
    finally:
        plain()


def exceptions():
    for n in range(3):
        with contextlib.suppress(ValueError):
            raises_again()
    with Base(1):
        raises(1)
    with context():
        plain()
    with contextlib.suppress(KeyError), context():
        raises(2)
    with contextlib.ExitStack() as stack:
        stack.callback(plain)
        stack.enter_context(context())
    try:
        sorted([1, 2], key=lambda item: raises(1))
    except KeyError:
        pass


# Generators

def numbers(count):
    for n in range(count):
        yield n


def echoing():
    got = None
    while True:
        try:
            got = yield got
        except KeyError:
            got = plain()


def closing():
    try:
        yield 1
        yield 2
    finally:
        plain()


def delegating(depth):
    if depth:
        return (yield from delegating(depth - 1))
    yield from numbers(3)
    return plain()


def walk(depth):
    if depth:
        yield from walk(depth - 1)
        yield depth
        yield from walk(depth - 1)


def generators():
    list(numbers(5)), sum(numbers(4)), next(numbers(2))
    first, second = numbers(2)
    for n in numbers(30):
        plain()
    echo = echoing()
    next(echo), echo.send(3), echo.throw(KeyError("thrown")), echo.send(4)
    echo.close()
    fails = echoing()
    next(fails)
    try:
        fails.throw(ValueError("thrown"))
    except ValueError:
        pass
    not_begun = numbers(3)
    not_begun.close()
    try:
        numbers(3).throw(ValueError("thrown"))
    except ValueError:
        pass
    ends = closing()
    next(ends)
    ends.close()
    forgotten = closing()
    next(forgotten)
    del forgotten
    list(delegating(4)), list(walk(4))
    part = delegating(2)
    next(part)
    with contextlib.suppress(KeyError):
        part.throw(KeyError("thrown"))
    list(zip(numbers(3), numbers(5)))
    dict((n, plain()) for n in numbers(3))


# Coroutines

class Awaited:
    def __await__(self):
        return (yield plain())


async def awaiting(depth):
    if depth:
        return await awaiting(depth - 1)
    return await Awaited()


async def catching():
    try:
        return await awaiting(1)
    except KeyError:
        return plain()


async def rises(count):
    for n in range(count):
        yield n
        await asyncio.sleep(0)


class Managed:
    async def __aenter__(self):
        return plain()

    async def __aexit__(self, *exception):
        await asyncio.sleep(0)


async def task(count):
    total = 0
    async with Managed():
        async for n in rises(count):
            total += n
    return total + sum([n async for n in rises(2)])


async def all_tasks():
    waiting = asyncio.ensure_future(asyncio.sleep(1000))
    results = await asyncio.gather(task(3), task(2), catching_cancel(waiting))
    part = rises(5)
    await part.__anext__()
    await part.aclose()
    return results


async def catching_cancel(waiting):
    await asyncio.sleep(0)
    waiting.cancel()
    try:
        await waiting
    except asyncio.CancelledError:
        plain()


def finish(coroutine, value):
    try:
        coroutine.send(value)
    except StopIteration as stop:
        return stop.value


def by_hand():
    for depth in range(4):
        coroutine = awaiting(depth)
        coroutine.send(None)
        finish(coroutine, 5)
    coroutine = catching()
    coroutine.send(None)
    try:
        coroutine.throw(KeyError("thrown"))
    except StopIteration:
        pass
    coroutine = catching()
    coroutine.send(None)
    coroutine.close()
    catching().close()


def coroutines():
    by_hand()
    asyncio.run(all_tasks())


# Code that is made and freed, and imported

SOURCE = """
def made(count):
    return [made_key(n) for n in range(count)]
def made_key(n):
    return n + eval("1 + 1")
made(3)
"""


def make_code():
    """Equal functions with other names and places, whose memory is used for the next ones."""
    for number in range(60):
        source = SOURCE.replace("made", "made_%d" % (number % 20))
        exec(compile("\n" * (number % 7) + source, "made/%d.py" % (number % 11), "exec"), {})
    eval(compile("plain()", "made/eval.py", "eval"))
    exec("plain()\nplain()")


def imports():
    import every_call_imported
    every_call_imported.called_per_item(3)


# Threads

def in_thread(count):
    plain()
    return fibonacci(count), list(numbers(3)), descend(100)


def threads():
    for count in range(3, 7):
        thread = Gated(count)
        thread.start()
        thread.gate.release()
        thread.done.acquire()
        thread.join()


def work():
    functions()
    callbacks()
    comprehensions()
    instances()
    operators()
    exceptions()
    generators()
    coroutines()
    make_code()
    imports()
    threads()


# From here on: how they are made and counted, not compared.

class Gated(threading.Thread):
    """Runs while the main thread waits below no other function: the one stack that cProfile has
    from 3.12 on does not mix up their callers then."""
    def __init__(self, *args):
        self.gate, self.done = threading.Lock(), threading.Lock()
        self.gate.acquire(), self.done.acquire()
        super().__init__(target=in_thread, args=args)

    def run(self):
        self.gate.acquire()
        with Profiled(not profiles or sys.version_info >= (3, 12)):
            super().run()
        self.done.release()


class Profiled:
    """The block of a `with` under cProfile, Python functions only."""
    def __init__(self, off=False):
        self.profile = None if off else cProfile.Profile()

    def __enter__(self):
        if self.profile:
            profiles.append(self.profile)
            self.profile.enable(builtins=False)

    def __exit__(self, *exception):
        if self.profile:
            self.profile.disable()


def key(code):
    return [code.co_filename, code.co_firstlineno, code.co_name]


def rows_of(profile):
    entries = [entry for entry in profile.getstats() if not isinstance(entry.code, str)]
    for entry in entries:
        callers = [key(caller.code) + [call.callcount, call.callcount - call.reccallcount]
                   for caller in entries for call in caller.calls or () if call.code is entry.code]
        yield key(entry.code) + [entry.callcount, entry.callcount - entry.reccallcount, callers]


def main():
    if sys.argv[1:2] != ["--cprofile"]:
        work()
        return
    with Profiled():
        work()
    with open(sys.argv[2], "w") as stream:
        json.dump({"counted_to": work.__code__.co_firstlineno,
                   "rows": [row for profile in profiles for row in rows_of(profile)]}, stream)


if __name__ == "__main__":
    main()
