# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""events.py: collects garbage of its own accord and on request, and imports a good deal. Prints what
the interpreter says of its collections, and ends at once, so that there are no more of them."""
import argparse
import asyncio
import email.message
import gc
import html.parser
import json
import os

cycles = []
for turn in range(3000):
    cycle = [turn]
    cycle.append(cycle)
    cycles.append([cycle] if turn % 7 else [])
asyncio.run(asyncio.sleep(0))
argparse.ArgumentParser(), email.message.Message(), html.parser.HTMLParser()
del cycles
for generation in (0, 1, 2, 0):
    gc.collect(generation)
gc.disable()
collections = [each["collections"] for each in gc.get_stats()]
print(json.dumps({"collections": collections}), flush=True)
os._exit(0)
