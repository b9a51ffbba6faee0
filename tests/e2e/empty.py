# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must be true of recordings without samples, or without Python."""
import io
import pstats

from folded import Folded, Report, Stats, Svg, check_sums, need


def empty(run):
    path = run + "/profile"
    need(Folded(path + ".folded").total() == 0, "the folded file has samples")
    report = Report(path + ".ltsbpf")
    need(report.received == 0, "received:", report.received)
    need(Stats(path + ".stats").table, "the pstats file is empty")
    out = io.StringIO()
    pstats.Stats(path + ".stats", stream=out).sort_stats("tottime").print_stats()
    need("ltsbpf" in out.getvalue(), "pstats shows no root:", out.getvalue())
    words = " ".join(Svg(path + ".svg").texts)
    need("no samples" in words.lower(), "the SVG says:", words)


def not_python(run):
    folded, _, report = check_sums(run)
    need(report.received > 20, "received:", report.received)
    need(report.complete == 0, "complete Python stacks:", report.complete)
    need(report.lost.get("not_python") == report.received, report.lost)
    need({frames[0] for frames, _ in folded.stacks} == {"sh"}, folded.stacks)


def native_functions(run):
    folded, report = Folded(run + "/profile.folded"), Report(run + "/profile.ltsbpf")
    files = {frame.split("(")[-1].split(")")[0] for frames, _ in folded.stacks for frame in frames[1:]}
    need(any(file.startswith("libc") for file in files), "no function of the C library in", files)
    need(report.hottest and "(" in report.hottest[0]["label"], "hottest:", report.hottest)


def no_functions(run):
    folded, report = Folded(run + "/profile.folded"), Report(run + "/profile.ltsbpf")
    need(folded.stacks == [(["sh"], report.received)], folded.stacks)
    need(not report.hottest, "hottest:", report.hottest)
