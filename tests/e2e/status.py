# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must be true of the recordings that status.sh makes."""
from folded import Folded, Report, check_sums, near, need


def some(run, *_):
    folded, _, report = check_sums(run)
    need(folded.total() > 20 and folded.under("<module>"), "samples:", folded.total())
    need("cut short" not in report.text, report.text)


def duration(run, seconds):
    report = Report(run + "/profile.ltsbpf")
    recorded = float(report.text.split(" Hz, ")[1].split(" s of wall time")[0])
    # Up to 100 ms until it is noticed, as much again on a machine with other things to do.
    near(recorded, float(seconds), 0.2, "seconds recorded")
    need(Folded(run + "/profile.folded").total() > 20, "few samples")
