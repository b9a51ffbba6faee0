# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What unprivileged.sh expects of a recording that an ordinary user made of shares.py."""
import pstats

from folded import Folded, near, need, truth


def line_of(name, script):
    """Where the script defines the function."""
    with open(script) as stream:
        return 1 + [text.split("(")[0] for text in stream].index("def " + name)


def with_names(folder, out, script):
    used = truth(out)
    folded = Folded(folder + "/profile.folded")
    total = folded.total()
    need(total > 200, "only", total, "samples at 999 Hz")
    for name in ("f", "g"):
        frame = "%s (%s:%d)" % (name, script, line_of(name, script))
        near(folded.own(frame), 999 * used[name], 0.2 * 999 * sum(used.values()), "samples of " + frame)
    python = folded.under("<module> (%s:1)" % script)
    need(python > 0.7 * total, "only", python, "of", total, "samples have the script's stack")
    keys = pstats.Stats(folder + "/profile.stats").stats
    need((script, line_of("f", script), "f") in keys, "no f in", sorted(keys))
