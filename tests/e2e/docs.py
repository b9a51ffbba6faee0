# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What docs.sh wants of the documents: their commands, and that they agree with the code."""
import glob
import os
import re

from folded import Wrong

TOP = os.path.join(os.path.dirname(__file__), "..", "..")


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as stream:
        return stream.read()


def documents():
    return ["README.md"] + sorted(os.path.relpath(path, TOP)
                                  for path in glob.glob(os.path.join(TOP, "docs", "*.md")))


def fenced(text):
    """(line number, kind, lines) of each fenced block."""
    kind, lines, start = None, [], 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("```"):
            lines.append(line)
        elif kind is None:
            kind, lines, start = line[3:].strip(), [], number
        else:
            yield start, kind, lines
            kind = None


def steps(lines):
    """What a GitHub workflow runs: the lines below each `run: |`, without their indent."""
    indent, step = None, []
    for line in lines + [""]:
        depth = len(line) - len(line.lstrip())
        if indent is not None and line.strip() and depth > indent:
            step.append(line[indent + 2:])
            continue
        if step:
            yield step
        indent, step = (depth, []) if re.match(r" *run: \|$", line) else (None, [])


def split(document, folder):
    """Writes what a document runs and what that prints: NNN.sh, NNN.line, NNN.output."""
    count = 0

    def write(ending, text, mode="w"):
        with open(os.path.join(folder, "%03d.%s" % (count, ending)), mode, encoding="utf-8") as out:
            out.write(text)

    for number, kind, lines in fenced(read(document)):
        if kind == "sh":
            raise Wrong("%s:%d: commands that nobody runs: ```sh run" % (document, number))
        for script in {"sh run": [lines], "yaml run": steps(lines)}.get(kind, []):
            count += 1
            write("sh", "\n".join(script) + "\n")
            write("line", str(number))
        if kind == "text output":
            write("output", "\n".join(lines) + "\n", "a")


def stable(line):
    """A line of output without folders, numbers and alignment."""
    line = re.sub(r"(?<![\w.])/(?:[^/\s():;'\"]+/)+", "", line)
    return " ".join(re.sub(r"\d+(?:[.,]\d+)*", "0", line).split())


def shown(expected, actual):
    """Every line that a document shows was printed, but for its figures."""
    with open(actual, encoding="utf-8") as stream:
        printed = [stable(line) for line in stream]
    with open(expected, encoding="utf-8") as stream:
        wanted = [stable(line) for line in stream]
    for line in wanted:
        if line in ("", "..."):
            continue
        if line.endswith(" ..."):
            found = any(each.startswith(line[:-4]) for each in printed)
        else:
            found = line in printed
        if not found:
            raise Wrong("'%s' was not printed" % line)


def calls(text, names):
    """The first text in each call of one of the functions, with its pieces joined."""
    piece = r'"((?:[^"\\]|\\.)*)"'
    pattern = r"\b(?:%s)\(([^;{}]*?)(%s(?:\s*%s)*)" % ("|".join(names), piece, piece)
    for found in re.finditer(pattern, text):
        joined = "".join(re.findall(piece, found.group(2)))
        yield joined.replace('\\"', '"')


def messages():
    """Each error and warning of the code has a heading in troubleshooting.md."""
    headings = [line[4:].replace("`", "") for line in read("docs/troubleshooting.md").splitlines()
                if line.startswith("### ")]
    sources = glob.glob(os.path.join(TOP, "user", "*", "*.c"))
    count = 0
    for path in sources:
        if path.endswith("base/log.c"):
            continue
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        for message in calls(text, ["fail", "warn"]):
            count += 1
            plain = message.replace("`", "")
            pattern = re.sub(r"%(?:\\\.\\\*)?[a-z]+", ".*", re.escape(plain))
            if not any(re.fullmatch(pattern, heading) for heading in headings):
                raise Wrong("not in docs/troubleshooting.md: %s (%s)" %
                            (plain, os.path.relpath(path, TOP)))
    if count < 40:
        raise Wrong("only %d messages were found in %d files" % (count, len(sources)))


def words():
    """Each reason and marker of the code is in limits.md, and no other."""
    limits = read("docs/limits.md")
    reasons = re.findall(r'X\(\w+, "(\w+)",', read("bpf/ltsbpf.h"))
    reasons += re.findall(r'\{"(\w+)", "', read("user/symbol/facts.c"))
    reasons.remove("complete")
    markers = []
    for source in ("symbol/tree", "symbol/stack_path", "symbol/word_meanings",
                   "symbol/native_symbols", "app/word_names"):
        markers += re.findall(r'"(\[[^"]+\])', read("user/%s.c" % source))
    markers += re.findall(r'"(\[[^"]+\]) %', read("user/output/folded.c"))
    markers = [marker.replace("%llu", "N").replace("%s", "FILE") for marker in markers]
    if len(reasons) < 10 or len(markers) < 5:
        raise Wrong("the reasons were not found in the code")
    told = re.findall(r"^\| `([\w\[\]: ]+)` \|", limits, re.M)
    for word in reasons + markers:
        if word not in told:
            raise Wrong("docs/limits.md does not have '%s'" % word)
    for word in told:
        if word not in reasons + markers:
            raise Wrong("docs/limits.md has '%s', which is nowhere in the code" % word)


def options():
    """usage.md has each option of the table."""
    table, usage = read("user/app/option_table.c"), read("docs/usage.md")
    names = re.findall(r'^\t\{"([a-z-]+)"', table.partition("option_table[] = {")[2], re.M)
    if len(names) < 30:
        raise Wrong("only %d options were found in the table" % len(names))
    for option in ["--" + name for name in sorted(set(names))]:
        if not re.search(re.escape(option) + r"(?![a-z-])", usage):
            raise Wrong("docs/usage.md does not have %s" % option)


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def links():
    """Each link leads to a file, and to a heading in it."""
    for document in documents():
        for target in re.findall(r"\]\(([^)\s]+)\)", read(document)):
            if target.startswith("http"):
                continue
            path, _, heading = target.partition("#")
            path = os.path.normpath(os.path.join(os.path.dirname(document), path)) if path else document
            if not os.path.exists(os.path.join(TOP, path)):
                raise Wrong("%s: no %s" % (document, target))
            if heading and heading not in [anchor(line.lstrip("#")) for line in read(path).splitlines()
                                           if line.startswith("#")]:
                raise Wrong("%s: no heading for %s" % (document, target))
