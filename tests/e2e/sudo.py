# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What sudo.sh checks of what its programs tell: what they are and where they run."""
from folded import need, truth


def same(expected, actual):
    """Two runs of who.py were the same to it."""
    expected, actual = truth(expected), truth(actual)
    for part in sorted(set(expected) | set(actual)):
        there, here = expected.get(part), actual.get(part)
        if isinstance(there, dict) and isinstance(here, dict):
            wrong = ["%s is %r, not %r" % (name, here.get(name), there.get(name))
                     for name in sorted(set(there) | set(here)) if here.get(name) != there.get(name)]
            need(not wrong, part + ":", "; ".join(wrong))
        need(here == there, part, "is", here, "not", there)


def no_rights(path):
    """It ran as an ordinary user with no capability in any set that it could use."""
    who = truth(path)
    need(0 not in who["uids"] + who["gids"] + who["groups"], "root's numbers:", who)
    need(len(who["capabilities"]) == 4, "not all sets are told:", who["capabilities"])
    need(not any(int(value, 16) for value in who["capabilities"].values()), who["capabilities"])


def tells(path, *wanted):
    """NAME=VALUE each, of what it told: of the environment, or "uid"."""
    who = truth(path)
    told = dict(who["environment"], uid=str(who["uids"][1]), executable=who["executable"])
    for word in wanted:
        name, _, value = word.partition("=")
        need(told.get(name, "") == value, name, "is", repr(told.get(name)), "not", repr(value))
