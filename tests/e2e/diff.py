# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What diff.sh wants of the forms of a comparison."""
import json
import os
import xml.etree.ElementTree

from folded import near, need


def as_json(path, schema, at_least, at_most):
    """The schema's form, and the grower's change, in points."""
    with open(path) as stream:
        found = json.load(stream)
    for key in ("required", "properties"):
        for name in json.load(open(schema))[key]:
            need(name in found, "no", name)
    at_least, at_most = float(at_least), float(at_most)
    functions = {f["name"]: f for f in found["functions"]}
    grower = functions["grower"]["total"]
    need(at_least <= 100 * grower["change"] <= at_most, "grower changed by", grower)
    need(grower["beyond_noise"] == (at_least > 0), "grower:", grower)
    near(grower["old"] + functions["others"]["total"]["old"], 0.95, 0.06, "grower and others")
    need(found["noise_from"] == "blocks", found["noise_from"])


def svg(folder):
    """Two pictures that are XML, each with a title for every box, and no script."""
    for name, side in (("diff.svg", "new"), ("diff-back.svg", "old")):
        root = xml.etree.ElementTree.parse(os.path.join(folder, name)).getroot()
        space = "{http://www.w3.org/2000/svg}"
        titles = [title.text for title in root.iter(space + "title")]
        need(any(title.startswith("grower (") for title in titles), name, "has no grower")
        texts = ["".join(text.itertext()) for text in root.iter(space + "text")]
        need("Old and new, as wide as %s samples" % side in texts, texts[:2])
        need(not list(root.iter(space + "script")), name, "has a script")


def markdown(path):
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    need(len(text.encode()) < 65536, len(text), "bytes")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    need(len(rows) > 4 and all(row.count("|") == 8 for row in rows), "rows:", rows[:4])
    need("<code>grower (" in text, "no grower")
