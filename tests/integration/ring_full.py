# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must stand in the recording of ring_full.sh."""
from folded import Folded, Report, near, need, truth
from records import Run


def counted(run):
    records = Run(run)
    counters = records.counters()
    samples = sum(record.weight for record in records.records if record.kind in ("stack", "sample"))
    need(counters["ring_full"] > 500, "samples without room:", counters["ring_full"])
    need(counters["samples"] == samples + counters["ring_full"], samples, "samples and", counters)
    need(counters["event_lost"] > 10, "process events without room:", counters["event_lost"])
    need(samples > 2000, "of the 8 MB that the ring holds only", samples, "samples were taken over")


def told(run):
    counters, report = Run(run).counters(), Report(run + "/profile.ltsbpf")
    with open(run + ".err") as stream:
        said = stream.read()
    for word, counter in (("ring_full", "ring_full"), ("process_event", "event_lost")):
        need(report.lost.get(word) == counters[counter], word, "in the report:", report.lost)
        need("(%s)" % word in said, word, "is not in the summary")
    near(report.received + report.lost["ring_full"], report.due, report.due * 0.2,
         "received and lost")


def afterwards(run):
    """Functions first seen when there was no room have their names, and a late child is followed."""
    folded, _ = Folded(run + "/profile.folded"), truth(run + ".out")
    unknown = folded.total(lambda frames: "[unknown function]" in frames)
    need(unknown < 0.02 * folded.total(lambda frames: True), unknown, "samples have no name")
    need(folded.under("late") > 1000, "samples of the late child:", folded.under("late"))
