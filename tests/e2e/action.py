# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""That .github/actions/ltsbpf/action.yml and run.sh speak of the same things."""
import re

from folded import Wrong


def read(name):
    with open(".github/actions/ltsbpf/" + name, encoding="utf-8") as stream:
        return stream.read()


def agrees():
    action, script = read("action.yml"), read("run.sh")
    declared = re.findall(r"^  ([a-z-]+):$", action.partition("outputs:")[0], re.M)
    used = re.findall(r"inputs\.([a-z-]+)", action)
    if set(declared) != set(used) or len(declared) < 5:
        raise Wrong("declared are %s, used are %s" % (sorted(declared), sorted(set(used))))
    given = set(re.findall(r"(PROFILE_[A-Z_]+):", action))
    taken = set(re.findall(r"\$\{?(PROFILE_[A-Z_]+)", script))
    if given != taken:
        raise Wrong("given are %s, taken are %s" % (sorted(given), sorted(taken)))
    steps = re.findall(r"run\.sh\" (\w+)'", action)
    for step in steps:
        if not re.search(r"^%s\) " % step, script, re.M):
            raise Wrong("run.sh has no step %s" % step)
    # An input that is pasted into a script could run commands of its own.
    if re.search(r"run:.*\$\{\{", action):
        raise Wrong("an input is pasted into a script")
