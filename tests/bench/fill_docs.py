#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""fill_docs.py [RESULTS [DOCUMENT]]: puts the tables of `make bench` into their places.

A place is a pair of lines <!-- bench:NAME --> and <!-- /bench -->; what stood between them goes.
Defaults: build/bench.json and docs/performance.md. Fails, and changes nothing, when a table has no
place or a place no table.
"""
import json
import os
import re
import sys

import tables

PLACE = re.compile(r"(<!-- bench:(\w+) -->\n).*?(<!-- /bench -->)", re.S)


def fill(text, made):
    """The document with all tables in it, and the names that do not meet."""
    places = {match.group(2) for match in PLACE.finditer(text)}
    filled = PLACE.sub(lambda match: "%s\n%s\n\n%s" % (
        match.group(1), made.get(match.group(2), ""), match.group(3)), text)
    return filled, sorted(places ^ set(made))


def main():
    top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    results = sys.argv[1] if len(sys.argv) > 1 else os.path.join(top, "build", "bench.json")
    document = sys.argv[2] if len(sys.argv) > 2 else os.path.join(top, "docs", "performance.md")
    with open(results) as stream:
        made = {table.name: table.markdown() for table in tables.all_of(json.load(stream))}
    with open(document, encoding="utf-8") as stream:
        text, astray = fill(stream.read(), made)
    if astray:
        sys.exit("%s and %s have different tables: %s" % (document, results, ", ".join(astray)))
    with open(document + ".new", "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(document + ".new", document)


main()
