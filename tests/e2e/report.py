# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What report.sh wants of the forms of a report."""
import json
import re

from folded import Folded, near, need


def read(work, name):
    with open("%s/%s.txt" % (work, name), encoding="utf-8") as stream:
        return stream.read()


def part(text, title):
    """The lines below a title, to the next empty one."""
    need("\n" + title in text, "no", repr(title), "in", text)
    return text.split("\n" + title, 1)[1].split("\n\n", 1)[0].splitlines()[1:]


def text(work):
    report = read(work, "text")
    need(re.search(r"999 Hz, \S+ s of wall time, \S+ s of CPU$", report, re.M), report)
    need(not re.search(r" s  \[", "\n".join(part(report, "Hottest functions"))), "a marker:", report)
    own = "\n".join(part(report, "Hottest functions"))
    found = re.search(r"looping \(.*program\.py:19\), line (\d+): (\S+) %", own)
    need(found and int(found.group(1)) in (22, 23), "the hot line of looping:", own)
    need("Threads (" not in report, "threads without -t:", report)


def threads(work):
    rows = part(read(work, "threads"), "Threads (3):")
    need(len(rows) == 3 and all(re.search(r" \(\d+\) of python3", row) for row in rows), rows)


def lines(work):
    rows = part(read(work, "lines"), "Hottest lines")
    need(len(rows) == 3, "not 3 rows:", rows)
    need(any(re.search(r"  summing \(.*program\.py:14\), line 16$", row) for row in rows),
         "the line that calls sum:", rows)


def orders(work):
    total = read(work, "total")
    need(total.index("By time with") < total.index("Hottest functions"), total)
    need(len(part(total, "By time with")) == 4, "not 4 rows:", total)
    names = [re.sub(r"^.*? s  ", "", row) for row in part(read(work, "name"), "Functions by name")]
    need(len(names) > 5, names)
    plain = [name.split(" (")[0].split("_[")[0] for name in names]
    need(plain == sorted(plain), "not sorted:", plain)


def filtered(work):
    report = read(work, "filtered")
    found = re.search(r"^Left out: (\d+) of (\d+) samples "
                      r"\(--include 'summing' --skip-first 0\.01\)$", report, re.M)
    need(found and 0 < int(found.group(1)) < int(found.group(2)), report)
    need("looping" not in report, "not filtered:", report)
    need(" 100.0 % ±0.0 " in report and "summing" in report, report)


def json_is_folded(work):
    report, folded = json.loads(read(work, "json")), Folded(work + "/run/profile.folded")
    samples = report["samples"]
    need(samples["shown"] == samples["received"] == folded.total(), samples, folded.total())
    need(samples["filtered"] == 0 and samples["filters"] == "", samples)
    need(sum(thread["samples"] for thread in report["threads"]) == folded.total(), report["threads"])
    need(sum(each["samples"] for each in report["processes"]) == folded.total(), report["processes"])
    period_s = samples["period_ns"] / 1e9
    own = 0
    for each in report["functions"]:
        label = each["name"]
        if each["kind"] == "python":
            label = "%s (%s:%d)" % (label, each["file"], each["line"])
        elif each["file"]:
            label += " (%s)" % each["file"]
        label += {"kernel": "_[k]", "jit": "_[j]", "inlined": "_[i]"}.get(each["kind"], "")
        label = label.replace(";", "\\x3b")
        ends = folded.total(lambda frames: frames[-1] == label)
        under = folded.total(lambda frames: label in frames)
        need((each["self"], each["total"]) == (ends, under), each, "in folded", ends, under)
        near(each["self_s"], each["self"] * period_s, 1e-5, "self_s")
        own += each["self"]
        if each["kind"] == "python":
            need(sum(line["samples"] for line in each["lines"]) <= each["total"], each)
    need(own + sum(marker["self"] for marker in report["markers"]) <= folded.total(), own)
    need(own > 0.9 * folded.total(), own, "of", folded.total())
    summing = [each for each in report["functions"] if each["name"] == "summing"][0]
    need(summing["lines"][0]["line"] == 16, "the line that calls sum:", summing)
    need(summing["lines"][0]["samples"] > 0.7 * summing["total"], summing)
    need(report["gc"] and report["gc"][-1]["generation"] == 2 or not report["gc"], report["gc"])


def markdown(work):
    report, figures = read(work, "markdown"), json.loads(read(work, "json"))
    need(len(report.encode()) < 65536, len(report))
    first = figures["functions"][0]
    need("| %.3f | <code>" % first["self_s"] in report, first, "is not in", report)
    need(report.count("<details>") == report.count("</details>") >= 4, report)
    for code in re.findall(r"<code>(.*?)</code>", report):
        need(not re.search(r"[|`<>@*_]", code), "markup in", code)
    for row in report.splitlines():
        if row.startswith("| ") and not row.startswith("| %"):
            need(row.endswith("|"), row)


def checklist(work):
    report, figures = read(work, "checklist"), json.loads(read(work, "json"))
    steps = re.findall(r"^#### (\d)\. (.*)$", report, re.M)
    need([name for _, name in steps] == ["Confirm", "Record", "Read", "Explain",
                                         "Change and prove"], steps)
    need("%d received of %d due" % (figures["samples"]["received"], figures["samples"]["due"])
         in report, report)
    need("%.3f s of CPU" % figures["cpu_s"] in report, report)


def nothing(work):
    report = json.loads(read(work, "nothing"))
    need(report["samples"]["shown"] == 0 and report["functions"] == [], report["samples"])
    need(report["samples"]["filtered"] == report["samples"]["received"] > 0, report["samples"])
    need("\nNo samples are left\n" in read(work, "empty"), read(work, "empty"))
    need("**No samples** are left" in read(work, "empty_markdown"), read(work, "empty_markdown"))
    need("[x] Enough" not in read(work, "empty_checklist"), read(work, "empty_checklist"))
