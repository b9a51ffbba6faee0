# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""Imported by every_call.py while it runs: calls made by a module's own code."""


def decorate(function):
    return function


@decorate
def called_at_import():
    return [called_per_item(item) for item in range(3)]


def called_per_item(item):
    return item + 1


class Body:
    value = called_per_item(1)

    class Inner:
        value = called_per_item(2)


VALUES = called_at_import()
