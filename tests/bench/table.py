# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""A table of results, as text or Markdown, and its cells."""


class Table:
    """name: of the block in the document; rows: lists of texts; notes: sentences below."""

    def __init__(self, name, title, columns, rows, notes=()):
        self.name, self.title, self.columns = name, title, columns
        self.rows, self.notes = rows, list(notes)

    def text(self):
        rows = [self.columns] + self.rows
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.columns))]
        lines = ["", self.title]
        for row in rows:
            lines.append("  " + "  ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths))).rstrip())
        return "\n".join(lines + ["  " + note for note in self.notes])

    def markdown(self):
        lines = ["| " + " | ".join(self.columns) + " |",
                 "|" + "|".join("---" if i == 0 else "--:" for i in range(len(self.columns))) + "|"]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines + [""] + ["%s  " % note for note in self.notes]).rstrip()


def number(value, digits, unit=""):
    return "-" if value is None else "%.*f%s" % (digits, value, unit)


def percent(share, digits):
    return number(100 * share, digits, " %")


def estimate(data, digits, unit=""):
    if data is None:
        return "-"
    error = "" if data["error"] is None else " ± %.*f" % (digits, data["error"])
    return "%.*f%s%s" % (digits, data["value"], error, unit)


def busy(points):
    """The note that is due when other programs ran beside the measured one."""
    low = min(point["share"] for point in points)
    if low >= 0.8:
        return []
    return ["The machine was busy (%.0f %% of the runs were samples at one point): the kernel's "
            "statistics are not to be trusted, all numbers are too high." % (100 * low)]
