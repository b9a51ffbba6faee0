#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""usage: tests/e2e/html_report.py FOLDER AXE.js

Opens the pages shares.html, hostile.html and empty.html of the folder in Chromium and does what
people do with them. The numbers that have to come out are worked out here from the folded files
beside them. Needs selenium (pip), chromium and chromium-driver; exit 77 when they are absent. One
line per check; the last line is "N passed, N failed"; exit 0 when nothing failed.
"""
import math
import os
import re
import shutil
import sys
import tempfile
import time

from folded import Folded, is_python, near, need
from svg_browser import ActionChains, By, Keys, start_browser

from selenium.webdriver.support.ui import Select  # svg_browser told when it is missing

TARGETS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "targets")
HEADS = ["Function", "Self", "Self, s", "Self, samples", "Total", "Total, s", "Total, samples",
         "Kind", "Where"]


class Row:
    def __init__(self, element, cells):
        self.element, self.cells = element, cells
        self.name, self.kind, self.place = cells[0], cells[7], cells[8]
        self.self, self.total = int(cells[3]), int(cells[6])
        self.label = self.name + (" (%s)" % self.place if self.place else "")
        self.label += {"kernel": "_[k]", "JIT": "_[j]", "inlined": "_[i]"}.get(self.kind, "")


class Page:
    def __init__(self, driver, folder, name, axe):
        self.driver, self.name, self.axe = driver, name, axe
        self.url = "file://" + os.path.join(folder, name + ".html")
        self.folded = Folded(os.path.join(folder, name, "profile.folded"))
        self.open()

    def open(self):
        self.driver.switch_to.default_content()
        self.driver.get("about:blank")
        begin = time.time()
        self.driver.get(self.url)
        self.seconds = time.time() - begin

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def rows(self):
        """Those in sight, in their order."""
        return [Row(element, cells) for element, cells in self.run("""
            return [...document.querySelectorAll('#functions tr[id^=f]')].filter(row => !row.hidden).map(row =>
                [row, [...row.cells].map((cell, i) => (i ? cell : cell.querySelector('.name')).textContent)])""")]

    def row(self, name):
        """Of several functions of one name (site.py has a main too) the one with the most time."""
        return max((row for row in self.rows() if row.name == name), key=lambda row: row.total)

    def button(self, row):
        return row.element.find_element(By.CSS_SELECTOR, "button.name")

    def opened(self, row):
        """The callers and callees below a row as lists of (percent, name), None when it is closed."""
        return self.run("""
            const below = arguments[0].nextElementSibling;
            return below && below.classList.contains('calls') ? [...below.querySelectorAll('.pair > div')].map(
                part => [...part.querySelectorAll('li')].map(
                    entry => [parseFloat(entry.children[0].textContent), entry.children[1].textContent])) : null""",
                        row.element)

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self):
        return self.run("return document.activeElement.textContent")

    def emulate(self, scheme):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"}]})


# ---- the checks ----

def it_needs_nothing_else(page):
    names = page.run("return performance.getEntriesByType('resource').map(entry => entry.name)")
    need(not [name for name in names if not name.startswith("about:")], "it loads", names)
    policy = page.run("return document.querySelector('meta[http-equiv=Content-Security-Policy]').content")
    need("default-src 'none'" in policy, policy)


def the_numbers_are_those_of_the_folded_file(page):
    rows = page.rows()
    need(len(rows) > 3, "only", len(rows), "rows")
    for row in rows:
        own = page.folded.total(lambda frames: frames[-1] == row.label)
        need(row.self == own, row.label, "has", row.self, "samples of its own, not", own)
        under = page.folded.total(lambda frames: row.label in frames)
        need(row.total == under, row.label, "has", row.total, "samples, not", under)
    shown = {row.label for row in rows}
    missing = [frame for frame in page.folded.frames() if is_python(frame) and frame not in shown]
    need(not missing, "not in the table:", missing[:3])


def shares_seconds_and_margins_fit_the_samples(page):
    whole = page.folded.total()
    for row in page.rows():
        for first, samples in ((1, row.self), (4, row.total)):
            share = samples / whole
            percent, margin = re.fullmatch(r"(\S+)\s%\s±(\S+)", row.cells[first]).groups()
            near(float(percent), 100 * share, 0.051, "the share of " + row.name)
            near(float(margin), 196 * math.sqrt(share * (1 - share) / whole), 0.051, "the margin")
            near(float(row.cells[first + 1]), samples / 999, 0.002, "the seconds of " + row.name)


def heads_sort(page):
    need([row.self for row in page.rows()] == sorted((row.self for row in page.rows()), reverse=True),
         "it does not begin with the hottest")
    heads = page.driver.find_elements(By.CSS_SELECTOR, "#functions thead th")
    need([head.text.strip(" ↓↑↕\xa0") for head in heads] == HEADS, [head.text for head in heads])
    for column, key in ((3, lambda row: row.self), (4, lambda row: row.total), (5, lambda row: row.total),
                        (1, lambda row: row.self), (0, lambda row: row.name.lower()), (7, lambda row: row.kind.lower())):
        first = column in (0, 7)
        for ascending in (first, not first):
            heads[column].find_element(By.TAG_NAME, "button").click()
            keys = [key(row) for row in page.rows()]
            if column:  # names are compared as the browser's language has it
                need(keys == sorted(keys, reverse=not ascending), HEADS[column], "is not sorted:", keys[:9])
            told = [head.get_attribute("aria-sort") for head in heads]
            need(told[column] == ("ascending" if ascending else "descending"), told)
            need(told.count("none") == len(told) - 1, told)


def the_filter_takes_words_and_kinds(page):
    rows, box = page.rows(), page.driver.find_element(By.ID, "filter")
    for words in ("SHARES.py", "python f", "no such function"):
        box.clear()
        box.send_keys(words)
        want = [row.name for row in rows
                if all(word in " ".join((row.name, row.kind, row.place)).lower() for word in words.lower().split())]
        need([row.name for row in page.rows()] == want, words, "leaves", [row.name for row in page.rows()][:5])
        status = page.run("return document.getElementById('shown').textContent")
        need(status == "%d of %d functions" % (len(want), len(rows)), status)
    box.send_keys(Keys.ESCAPE)
    need(len(page.rows()) == len(rows) and box.get_attribute("value") == "", "Escape does not empty it")
    kinds = Select(page.driver.find_element(By.ID, "kind"))
    for kind in sorted({row.kind for row in rows}):
        kinds.select_by_visible_text(kind)
        need(len(page.rows()) == sum(row.kind == kind for row in rows), "the rows of", kind)


def a_row_opens_its_callers_and_callees(page):
    row = page.row("main")
    page.button(row).click()
    need(page.button(row).get_attribute("aria-expanded") == "true", "it is not marked as open")
    callers, callees = page.opened(row)
    need([name for _, name in callers] == ["<module>"], callers)
    near(callers[0][0], 100, 0, "the caller's share")
    for percent, name in callees:
        label = page.row(name).label if name in {r.name for r in page.rows()} else name
        under = page.folded.total(lambda frames: any(
            pair == (row.label, label) for pair in zip(frames, frames[1:])))
        near(percent, 100 * under / row.total, 0.051, "the share of " + name)
    need([name for _, name in callees[:2]] == ["f", "g"], callees)
    near(callees[0][0], 200 / 3, 6, "the share of f")
    page.button(row).click()
    need(page.opened(row) is None, "it does not close")


def a_callee_leads_to_its_row(page):
    row = page.row("main")
    page.button(row).click()
    box = page.driver.find_element(By.ID, "filter")
    box.send_keys(row.place.rpartition("/")[2])  # with its line: no other function is there
    need(not [r for r in page.rows() if r.name == "f"], "the filter does not hide f")
    next(entry for entry in page.driver.find_elements(By.CSS_SELECTOR, ".pair button.who")
         if entry.text == "f").click()
    need(page.focused() == "f", "it leads to", page.focused())
    need(page.opened(page.row("f")) is not None, "its row is not open")
    need([name for _, name in page.opened(page.row("f"))[0]] == ["main"], "its caller is not main")


def the_keyboard_is_enough(page):
    page.run("document.activeElement.blur(); scrollTo(0, 0)")
    page.press("/", "shares.py")
    need(page.run("return document.activeElement.id") == "filter", "/ does not lead to the filter")
    seen = set()
    for _ in range(30):  # the kind, the table, the heads, then the first name
        page.press(Keys.TAB)
        seen.add(page.focused())
        if page.run("return document.activeElement.matches('button.name')"):
            break
    first = page.focused()
    need(first == page.rows()[0].name and "Total, samples" in seen, "Tab leads to", first, "by", seen)
    outline = page.run("return getComputedStyle(document.activeElement).outlineStyle")
    need(outline != "none", "the focus cannot be seen")
    page.press(Keys.ENTER)
    need(page.opened(page.rows()[0]) is not None, "Enter does not open it")
    page.press(Keys.ARROW_DOWN)
    need(page.focused() == page.rows()[1].name, "the down arrow leads to", page.focused())
    page.press(Keys.ARROW_UP, Keys.SPACE)
    need(page.opened(page.rows()[0]) is None, "Space does not close it")


def lines_have_their_text_and_heat(page):
    with open(os.path.join(TARGETS, "shares.py")) as stream:
        source = stream.read().split("\n")
    row = page.row("f")
    link = row.element.find_element(By.LINK_TEXT, "lines")
    listing = page.driver.find_element(By.ID, link.get_attribute("href").split("#")[1])
    lines = page.run("""
        return [...arguments[0].querySelectorAll('tbody tr:not(.gap)')].map(row =>
            [+row.cells[0].textContent, parseFloat(row.cells[1].textContent || '-1'),
             parseFloat(row.cells[2].textContent || '-1'), row.cells[3].textContent, row.className])""", listing)
    for number, own, total, text, heat in lines:
        need(text == source[number - 1], "line", number, "is", repr(text))
        need(own <= total and (heat == "h0") == (own == -1), number, own, total, heat)
    hottest = max(lines, key=lambda line: line[1])
    need("sum(range(100))" in hottest[3] and hottest[4] == "h5", "the hottest line is", hottest)
    own = page.folded.own(row.label)
    near(sum(max(line[1], 0) for line in lines), 100 * own / page.folded.total(), 0.06 * len(lines), "all lines of f")


def a_link_unfolds_lines(page):
    folded = page.driver.find_elements(By.CSS_SELECTOR, "details:not([open])")
    if not folded:
        return "all are unfolded"
    page.run("location.hash = arguments[0]", folded[0].get_attribute("id"))
    time.sleep(0.1)
    need(folded[0].get_attribute("open"), "it stays folded")


def the_graph_answers(page):
    page.driver.switch_to.frame(page.driver.find_element(By.CSS_SELECTOR, "iframe"))
    try:
        boxes = page.driver.find_elements(By.CSS_SELECTOR, "#frames > g")
        need(len(boxes) > 3, "there are", len(boxes), "boxes")
        need(page.run("return scrollY + innerHeight >= document.body.scrollHeight - 2"), "its root is not in sight")
        box = next(box for box in boxes if box.find_element(By.TAG_NAME, "title").get_attribute(
            "textContent").startswith("f (") and box.is_displayed())
        rect = box.find_element(By.TAG_NAME, "rect")
        before = float(rect.get_attribute("width"))
        rect.click()
        need(float(rect.get_attribute("width")) > before, "a click does not zoom")
    finally:
        page.driver.switch_to.default_content()


def a_function_is_found_in_the_graph(page):
    row = page.row("f")
    page.button(row).click()
    page.driver.find_element(By.XPATH, "//button[text()='Find in the graph']").click()
    page.driver.switch_to.frame(page.driver.find_element(By.CSS_SELECTOR, "iframe"))
    try:
        found = page.run("return document.getElementById('matched').textContent")
        share = re.search(r"(\d+\.\d) %", found)
        near(float(share.group(1)), 100 * row.total / page.folded.total(), 0.11, "what matches")
    finally:
        page.driver.switch_to.default_content()


def it_can_be_read_without_script(page):
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.open()
        rows = page.driver.find_elements(By.CSS_SELECTOR, "#functions tbody tr")
        need(len(rows) > 3 and rows[0].is_displayed(), "there is no table of functions")
        need(not page.driver.find_elements(By.CSS_SELECTOR, "button, input, select"), "there are dead controls")
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def names_are_no_markup(page):
    state = page.run("""
        for (const button of document.querySelectorAll('button.name')) button.click();
        return [document.scripts.length, window.hacked === undefined,
            [...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => a.name.startsWith('on'))).length,
            document.querySelectorAll('iframe').length, document.querySelectorAll('title, svg').length]""")
    need(state == [2, True, 0, 1, 1], "scripts, untouched, handlers, frames, titles:", state)
    page.driver.switch_to.frame(page.driver.find_element(By.CSS_SELECTOR, "iframe"))
    try:
        state = page.run("""
            return [window.hacked === undefined, document.body.children.length,
                [...document.scripts].filter(s => /^\\s*(alert|window\\.hacked)/.test(s.textContent)).length,
                [...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => a.name.startsWith('on'))).length]""")
        need(state == [True, 2, 0, 0], "the graph: untouched, parts, scripts, handlers:", state)
    finally:
        page.driver.switch_to.default_content()


def hostile_names_are_shown(page):
    names = [row.name for row in page.rows()]
    for name in ("</title><script>alert(1)</script>", "\"&'<>", "&amp;&#0;]]>", "semi;colon",
                 "two\\nlines\\r\\n\\ttabbed", "bell\\x07escape\\x1b[31mred\\x7f\\x85"):
        need(name in names, repr(name), "is not among", [n[:40] for n in names[:20]])
    need(max(map(len, names)) <= 240, "a name has", max(map(len, names)), "characters")
    need(not [n for n in names if re.search("[\0-\x1f\x7f-\x9f\ud800-\udfff]", n)], "control characters")


def it_fits_a_narrow_window(page):
    page.driver.set_window_size(500, 700)
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": 400, "height": 700, "deviceScaleFactor": 1, "mobile": False})
    try:
        page.open()
        wide = page.run("return document.documentElement.scrollWidth")
        need(wide <= 400, "it is", wide, "wide in a window of 400")
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        page.driver.set_window_size(1200, 600)


def light_and_dark_differ(page):
    def ground():
        return page.run("return getComputedStyle(document.documentElement).backgroundColor")
    page.emulate("light")
    light = ground()
    page.emulate("dark")
    dark = ground()
    page.emulate("light")
    need(light != dark, "both are", light)


def axe_finds_nothing(page):
    if not os.path.exists(page.axe):
        return "no axe-core"
    with open(page.axe, encoding="utf-8") as stream:
        axe = stream.read()
    for scheme in ("light", "dark"):
        page.emulate(scheme)
        page.open()
        page.run("document.querySelectorAll('button.name').forEach((button, i) => i < 5 && button.click())")
        page.run(axe)
        found = page.driver.execute_async_script("""
            const done = arguments[arguments.length - 1];
            axe.run(document, {iframes: false}).then(result => done(result.violations.map(v =>
                v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + n.failureSummary).join('; '))),
                error => done([String(error)]))""")
        need(not found, scheme + ":", " | ".join(found)[:1500])
    page.emulate("light")


def the_console_is_quiet(page):
    said = [entry["message"] for entry in page.driver.get_log("browser")]
    need(not said, "it says", said)


def an_empty_page_says_so(page):
    text = page.driver.find_element(By.TAG_NAME, "header").text
    need("No samples: " in text, text)
    need(not page.rows(), "it has rows")


CHECKS = {
    "shares": [it_needs_nothing_else, the_numbers_are_those_of_the_folded_file,
               shares_seconds_and_margins_fit_the_samples, heads_sort, the_filter_takes_words_and_kinds,
               a_row_opens_its_callers_and_callees, a_callee_leads_to_its_row, the_keyboard_is_enough,
               lines_have_their_text_and_heat, a_link_unfolds_lines, the_graph_answers,
               a_function_is_found_in_the_graph,
               it_fits_a_narrow_window, light_and_dark_differ, axe_finds_nothing,
               it_can_be_read_without_script],
    "hostile": [it_needs_nothing_else, names_are_no_markup, hostile_names_are_shown, it_fits_a_narrow_window,
                axe_finds_nothing],
    "empty": [it_needs_nothing_else, an_empty_page_says_so, axe_finds_nothing],
}


def run(page, checks):
    passed = failed = 0
    for check in checks + [the_console_is_quiet]:
        name = "%s: %s" % (page.name, check.__name__.replace("_", " "))
        try:
            page.open()
            skipped = check(page)
            passed += not skipped
            print("skip  %s (%s)" % (name, skipped) if skipped else "ok    " + name)
        except Exception as error:  # a stale element or a lost browser fails the check like a wrong value
            failed += 1
            print("FAIL  %s: %s: %s" % (name, type(error).__name__, str(error).split("\nStack")[0]))
    print("time  %s: it opens in %.2f s" % (page.name, page.seconds))
    return passed, failed


def main(folder, axe):
    if not shutil.which("chromedriver") or not (shutil.which("chromium") or shutil.which("chromium-browser")):
        sys.exit(print("SKIP: no chromium and chromedriver: apt install chromium chromium-driver") or 77)
    passed = failed = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        driver = start_browser(profile)
        try:
            for name, checks in CHECKS.items():
                counts = run(Page(driver, folder, name, axe), checks)
                passed, failed = passed + counts[0], failed + counts[1]
        finally:
            driver.quit()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
