# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""generators.py [SECONDS]: time below a generator, one that delegates, a coroutine, a task."""
import asyncio
import json
import sys
import time

used = {}


def burn(name, seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        pass
    used[name] = used.get(name, 0.0) + time.thread_time() - start


def in_a_generator(seconds):
    burn("in_a_generator", seconds)


def below_yield_from(seconds):
    burn("below_yield_from", seconds)


def below_await(seconds):
    burn("below_await", seconds)


def in_a_task(seconds):
    burn("in_a_task", seconds)


def generator(seconds):
    for _ in range(10):
        in_a_generator(seconds / 10)
        yield 1


def inner(seconds):
    for _ in range(10):
        yield 1
        below_yield_from(seconds / 10)


def delegating(seconds):
    yield from inner(seconds)


async def awaited(seconds):
    below_await(seconds)


async def awaiting(seconds):
    await awaited(seconds)


async def task(seconds):
    for _ in range(5):
        in_a_task(seconds / 5)
        await asyncio.sleep(0)


async def loop(seconds):
    await awaiting(seconds)
    await asyncio.gather(task(seconds / 2), task(seconds / 2))


seconds = (float(sys.argv[1]) if len(sys.argv) > 1 else 1.0) / 4
sum(generator(seconds))
sum(delegating(seconds))
asyncio.run(loop(seconds))
print(json.dumps(used))
