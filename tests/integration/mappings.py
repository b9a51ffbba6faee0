# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must stand in the recordings of mappings.sh."""
from folded import Folded, need
from records import Run


def found(run, least_lost):
    records, folded = Run(run), Folded(run + "/profile.folded")
    lost = records.records[-1].mappings_lost
    need(lost >= int(least_lost), "notices lost:", lost)
    child = records.one("exec", pid=max(record.pid for record in records.all("exec")))
    need(records.all("interpreter", pid=child.pid), "the child's interpreter was not found")
    # 0.3 s went by before anybody could look, and then the rest of its second
    need(folded.under("in_the_child") > 500, "samples of the child:", folded.under("in_the_child"))
