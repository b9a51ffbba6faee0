#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""usage: tests/e2e/svg_browser.py FILE.svg...

Opens flame graphs in Chromium and does what people do with them: reads, clicks, searches, types.
What has to come out is worked out here from the geometry and titles of the picture and from the
data in the file, not asked from its script. Needs selenium (pip), chromium and chromium-driver; exit
77 when they are absent. axe-core (npm) is installed into the build folder when it is missing.
One line per check; the last line is "N passed, N failed"; exit 0 when nothing failed.
"""
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

try:
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait
except ImportError:
    sys.exit(print("SKIP: no selenium for this Python: pip install selenium") or 77)

FLAGS = """--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic
--no-first-run --disable-background-networking --disable-component-update --disable-sync
--window-size=1200,600""".split()
COST = r"(\d+\.\d) % · \d+\.\d+ s \((\d+) samples?\)"
TITLE = re.compile(r"^(.*) · " + COST + r"(?: · self " + COST + r")?(?:\nhottest lines: .*)?$", re.S)
AXE = os.path.join(os.environ.get("BUILD", "build"), "axe")
SECONDS_TO_OPEN, SECONDS_TO_ZOOM = 5, 1  # far more than it takes; the times are printed


class Data:
    """The tree in the file: stacks of (function, line) with their samples, root first."""

    def __init__(self, path):
        ns = "{http://www.w3.org/2000/svg}"
        found = [e for e in xml.etree.ElementTree.parse(path).iter(ns + "metadata")]
        self.raw = json.loads(found[0].text) if found else None
        self.stacks = list(self._stacks()) if found else []

    def _stacks(self):
        nodes, stack = self.raw["nodes"], []
        for depth, frame, own in zip(nodes[::3], nodes[1::3], nodes[2::3]):
            del stack[depth - 1:]
            stack.append(frame)
            if own:
                yield tuple(stack), own

    def kind(self, frame):
        return self.raw["functions"][2 * self.raw["frames"][2 * frame]][0]

    def label(self, frame, by_line=False):
        function, line = self.raw["frames"][2 * frame:2 * frame + 2]
        label = self.raw["functions"][2 * function + 1]
        return re.sub(r":\d+\)$", ":%d)" % line, label) if by_line and line else label

    def view(self, turned="", hide=""):
        """Stacks of labels with their samples, as the first view shows them, or with flags turned."""
        by_line = self.raw["lines"] != ("lines" in turned)
        threads = self.raw["threads"] != ("threads" in turned)
        joined = self.raw["detail"] and not threads
        python = {self.under(stack) for stack, _ in self.stacks if any(self.kind(f) in "pqs" for f in stack)}
        for stack, own in self.stacks:
            labels = []
            for frame in stack:
                label = self.label(frame, by_line)
                if joined and self.kind(frame) == "t":  # a thread of its own without Python keeps its name
                    if not self.raw["frames"][2 * frame + 1] or self.under(stack) in python:
                        continue
                    label = re.sub(r" \(\d+\)$", "", label)
                if self.kind(frame) not in hide:
                    labels.append(label)
            yield tuple(labels), own

    def under(self, stack):
        """Its process and thread."""
        return tuple(f for f in stack if self.kind(f) in "rt")

    def share(self, pattern, flags=0):
        """The percentage of samples with a match in their stack, drawn or not."""
        regex, known = re.compile(pattern, flags), {}
        for stack, _ in self.view():
            for label in stack:
                if label not in known:
                    known[label] = bool(regex.search(label))
        total = sum(own for _, own in self.stacks)
        return 100 * sum(own for stack, own in self.view() if any(known[x] for x in stack)) / total


class Frame:
    """A frame as the picture shows it at the start."""

    def __init__(self, element, title, x, y, width, text):
        self.element, self.title, self.text = element, title, text
        self.x, self.y, self.width = float(x), float(y), float(width)
        match = TITLE.match(title)
        self.label, self.percent, self.samples = match.group(1), match.group(2), int(match.group(3))


class Page:
    def __init__(self, driver, path):
        self.driver = driver
        self.url = "file://" + os.path.abspath(path)
        self.path = path
        self.data = Data(path)
        self.open(self.url)

    def open(self, url):
        self.driver.get("about:blank")
        self.driver.get(url)
        self.read()

    def read(self):
        rows = self.driver.execute_script("""
            return [...document.querySelectorAll('#frames > g')].map(g => [g,
                g.querySelector('title').textContent, g.querySelector('rect').getAttribute('x'),
                g.querySelector('rect').getAttribute('y'),
                g.querySelector('rect').getAttribute('width'), g.querySelector('text').textContent])""")
        self.frames = [Frame(*row) for row in rows]

    def by_id(self, name):
        return self.driver.find_element(By.ID, name)

    def text_of(self, name):
        return self.driver.execute_script(
            "return document.getElementById(arguments[0]).textContent", name)

    def width_of(self, frame):
        return float(frame.element.find_element(By.TAG_NAME, "rect").get_attribute("width"))

    def uncover(self, frame):
        """Scrolls so that the frame is not under the head."""
        rect = frame.element.find_element(By.TAG_NAME, "rect")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'end'})", rect)
        return rect

    def click(self, frame):
        self.uncover(frame).click()

    def shown(self, frame):
        try:
            return frame.element.is_displayed()
        except StaleElementReferenceException:  # it is not drawn now
            return False

    def hits(self):
        return self.driver.execute_script("""
            return [...document.querySelectorAll('#frames > g.hit > title')].map(t => t.textContent)""")

    def focused(self):
        """The title of the focused frame; None when no frame has the focus."""
        return self.driver.execute_script("""
            const g = document.activeElement && document.activeElement.closest('#frames > g');
            return g ? g.querySelector('title').textContent.split('\\nhottest lines: ')[0] : null""")

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def chord(self, key):
        ActionChains(self.driver).key_down(Keys.CONTROL).send_keys(key).key_up(Keys.CONTROL).perform()

    def search(self, pattern):
        self.by_id("search").click()  # clear() of the driver fails where there is no <body>
        self.chord("a")
        self.press(Keys.DELETE, pattern)

    def clickable(self):
        """A frame that is neither the widest in sight nor too narrow to hit, the tallest first."""
        whole = self.frames[0].width
        some = [f for f in self.frames if 12 < f.width < 0.9 * whole]
        return max(some, key=lambda f: (f.width > 60, -f.y)) if some else None

    def labels(self):
        """Label -> samples of the boxes now drawn, those of one label added up."""
        return self.sums(self.titles())

    def titles(self):
        return self.driver.execute_script(
            "return [...document.querySelectorAll('#frames > g > title')].map(t => t.textContent)")

    @staticmethod
    def sums(titles):
        sums = collections.Counter()
        for match in map(TITLE.match, titles):
            sums[match.group(1)] += int(match.group(3))
        return sums

    def press_button(self, name):
        self.by_id(name).click()

    def matched(self):
        match = re.fullmatch(r"matched: (\d+\.\d) %", self.text_of("matched"))
        return float(match.group(1)) if match else None


def need(condition, message):
    if not condition:
        raise AssertionError(message)


def near(actual, expected, slack, what):
    need(actual is not None and abs(actual - expected) <= slack,
         "%s is %s, not %s" % (what, actual, expected))


# ---- the checks ----

def it_is_well_formed(page):
    if not shutil.which("xmllint"):
        return "no xmllint"
    done = subprocess.run(["xmllint", "--noout", "--nonet", page.path], stderr=subprocess.PIPE)
    need(done.returncode == 0, done.stderr.decode(errors="replace")[:500])


def it_needs_nothing_else(page):
    names = page.driver.execute_script(
        "return performance.getEntriesByType('resource').map(entry => entry.name)")
    need(not names, "it loads %s" % names)


def names_are_no_markup(page):
    found = page.driver.execute_script("""
        const odd = [...document.querySelectorAll('#frames *')].filter(e =>
            !['g', 'title', 'rect', 'text'].includes(e.localName) ||
            [...e.attributes].some(a => a.name.startsWith('on') || a.name.includes('href')));
        return [document.querySelectorAll('script').length, odd.map(e => e.outerHTML),
            window.hacked === undefined]""")
    need(found == [1, [], True], "scripts, odd elements, untouched: %s" % found)


def every_frame_is_described(page):
    need(page.frames[0].label == "all" and page.frames[0].percent == "100.0", "no box of all samples")
    total = page.frames[0].samples
    for frame in page.frames:
        near(float(frame.percent), 100 * frame.samples / total, 0.051, "the share of " + frame.title)
        near(frame.width / page.frames[0].width, frame.samples / total, 1e-4, "the width of " + frame.title)
        need(not re.search("[\0-\x1f\x7f-\x9f\ud800-\udfff]", frame.title), repr(frame.title))


def boxes_lie_on_their_callers(page):
    bottom = page.frames[0]
    rows = {}
    for frame in page.frames:
        rows.setdefault(frame.y, []).append(frame)
    for frame in page.frames[1:]:
        need(frame.y < bottom.y, frame.title + " is under the root")
        below = [f for f in rows.get(frame.y + 17, ())
                 if f.x - 0.02 <= frame.x and frame.x + frame.width <= f.x + f.width + 0.02]
        need(below, frame.title + " lies on nothing")


def text_fits_its_box(page):
    too_long = page.driver.execute_script("""
        return [...document.querySelectorAll('#frames > g')].filter(g => g.children[2].textContent &&
            g.children[2].getBBox().width > g.children[1].getBBox().width + 1)
            .map(g => g.textContent)""")
    need(not too_long, "%d of them, %r first" % (len(too_long), too_long[:1]))
    need(any(f.text for f in page.frames), "no box has text")


def a_click_zooms_and_unzoom_restores(page):
    frame = page.clickable()
    if not frame:
        return "no frame to click"
    outside = [f for f in page.frames if f.x > frame.x + frame.width + 1]
    page.click(frame)
    near(page.width_of(frame), page.frames[0].width, 0.02, "the zoomed width")
    need(page.shown(page.frames[0]), "the root has gone")
    need(not outside or not page.shown(outside[0]), "what is beside the zoomed frame is still there")
    button = page.by_id("unzoom")
    need(button.is_displayed(), "nothing to click for the way back")
    button.click()
    near(page.width_of(frame), frame.width, 0.02, "the restored width")
    need(all(page.shown(f) for f in outside[:5]), "the others are not back")
    need(not page.by_id("unzoom").is_displayed(), "'Reset zoom' stays")


def escape_unzooms(page):
    frame = page.clickable()
    if not frame:
        return "no frame to click"
    page.click(frame)
    page.press(Keys.ESCAPE)
    near(page.width_of(frame), frame.width, 0.02, "the restored width")


def text_is_fitted_again(page):
    cut = [f for f in page.frames if f.text.endswith("…") and f.width > 12]
    if not cut:
        return "no text was cut"
    page.click(cut[0])
    longer = cut[0].element.find_element(By.TAG_NAME, "text").text
    page.press(Keys.ESCAPE)
    need(len(longer) > len(cut[0].text), "%r stays %r" % (cut[0].label, longer))


def search_counts_overlaps_once(page):
    for pattern in ("a", "python|main", re.escape(page.frames[-1].label[:60]), "^", "no such name"):
        page.search(pattern)
        near(page.matched(), page.data.share(pattern), 0.11, "what matches " + pattern)
        want = [f.title for f in page.frames[1:] if re.search(pattern, f.label)]
        need(page.hits() == want, "%r marks %d frames, not %d" % (pattern, len(page.hits()), len(want)))


def search_finds_names_that_are_cut(page):
    frame = min(page.frames[1:], key=lambda f: (f.text == f.label, f.width))
    page.search(re.escape(frame.label[-40:]) + "$")
    need(frame.title in page.hits(), "%r is not found" % frame.label)


def case_can_be_ignored(page):
    word = next((m.group() for f in page.frames[1:] for m in [re.search("[a-z]{4,}", f.label)] if m), None)
    if not word:
        return "no word to look for"
    page.search(word.upper())
    near(page.matched(), page.data.share(word.upper()), 0.11, "what matches " + word.upper())
    page.by_id("ignorecase").click()
    near(page.matched(), page.data.share(word, re.I), 0.11, "what matches in any case")
    need(page.matched() > 0, "nothing matches in any case")
    page.by_id("ignorecase").click()


def a_wrong_pattern_is_told(page):
    page.search("(")
    need("matched" not in page.text_of("matched") and page.text_of("matched"), "nothing is told")
    need(page.by_id("search").get_attribute("aria-invalid") == "true", "the field is not marked")
    need(not page.hits(), "frames are marked")
    page.press(Keys.ESCAPE)
    need(page.by_id("search").get_attribute("value") == "", "Escape does not empty the field")
    need(page.text_of("matched") == "", "the message stays")


def keys_lead_to_the_search(page):
    for start in (lambda: page.press("/"), lambda: page.chord("f"), lambda: page.press(Keys.F3)):
        page.driver.execute_script("document.activeElement && document.activeElement.blur()")
        start()
        need(page.driver.switch_to.active_element.get_attribute("id") == "search", "no focus")
        page.press("x")
        need(page.by_id("search").get_attribute("value") == "x", "typing does not reach the field")
        page.press(Keys.ESCAPE)


def the_view_is_kept_in_the_address(page):
    frame = page.clickable()
    if not frame:
        return "no frame to click"
    page.search("a")
    matched = page.matched()
    page.click(frame)
    url = page.driver.current_url
    need("#" in url and "?" not in url, "the address is " + url)
    page.open(url)
    again = next(f for f in page.frames if f.title == frame.title and f.width > 0.99 * page.frames[0].width)
    near(again.width, page.frames[0].width, 0.02, "the width after a reload")
    near(page.matched(), matched, 0, "the matched share after a reload")
    page.by_id("unzoom").click()
    page.driver.back()
    WebDriverWait(page.driver, 5).until(lambda _: page.by_id("unzoom").is_displayed())
    page.read()
    again = next(f for f in page.frames if f.title == again.title)
    near(again.width, page.frames[0].width, 0.02, "the width one step back")
    for wrong in ("#zoom=99999999&search=(", "#zoom=-1", "#%", "#zoom=x&icicle=2", "#fold=zz&process=no&thread=no"):
        page.open(page.url + wrong)
        need(page.frames[0].width > 100, "%s breaks the picture" % wrong)
    page.open(page.url)


def arrows_walk_the_tree(page):
    for _ in range(2):
        if page.focused() is None:
            page.press(Keys.TAB)
    need(page.focused() == page.frames[0].title, "Tab leads to %r" % page.focused())
    seen = [page.focused()]
    for _ in range(3):
        page.press(Keys.ARROW_UP)
        if page.focused() != seen[-1]:
            seen.append(page.focused())
    need(len(seen) > 1, "the up arrow does not lead to a callee")
    need(page.text_of("details") != "" and page.text_of("details")[:10] == seen[-1][:10], "no details")
    page.press(Keys.ARROW_DOWN)
    need(page.focused() == seen[-2], "the down arrow does not lead back")
    page.press(Keys.ARROW_UP, Keys.ENTER)
    frame = next(f for f in page.frames if f.title == seen[-1])
    near(page.width_of(frame), page.frames[0].width, 0.02, "the width after Enter")
    page.press(Keys.ESCAPE, Keys.HOME)
    need(page.focused() == page.frames[0].title, "Home does not lead to the root")


def arrows_walk_the_siblings(page):
    first = page.frames[0]
    pair = [(a, b) for a in page.frames for b in page.frames
            if a.y == b.y and abs(a.x + a.width - b.x) < 0.03 and min(a.width, b.width) > 20 and
            sum(f.title in (a.title, b.title) for f in page.frames) == 2 and
            any(f.y == a.y + 17 and f.x - 0.1 <= a.x and b.x + b.width <= f.x + f.width + 0.1
                for f in page.frames)] if len(page.frames) < 1500 else []
    if not pair:
        return "no two frames side by side"
    left, right = pair[0]
    page.click(left)
    page.press(Keys.ESCAPE, Keys.ARROW_RIGHT)
    need(page.focused() == right.title, "right of %r is %r" % (left.title, page.focused()))
    page.press(Keys.ARROW_LEFT)
    need(page.focused() == left.title, "left of %r is %r" % (right.title, page.focused()))
    need(first.width > left.width, "a sibling is as wide as all")


def hovering_shows_details(page):
    frame = page.clickable() or page.frames[-1]
    ActionChains(page.driver).move_to_element(page.uncover(frame)).perform()
    shown = page.text_of("details")
    need(re.search(r" · %s %% · .*\(%d samples?\) · self " % (frame.percent, frame.samples), shown),
         "the details are %r, not of %r" % (shown, frame.title))
    need(shown.startswith(frame.label[:8]) or frame.label == "", "the details are %r" % shown)


def the_icicle_has_its_root_at_the_top(page):
    if len(page.frames) < 2:
        return "one frame only"

    def rows():
        return [float(f.element.find_element(By.TAG_NAME, "rect").get_attribute("y")) for f in page.frames[:2]]

    need(rows()[0] > rows()[1], "the root is not at the bottom")
    page.by_id("icicle").click()
    need(rows()[0] < rows()[1], "the root is not at the top")
    page.by_id("icicle").click()
    need(rows() == [f.y for f in page.frames[:2]], "it does not turn back")


def screen_readers_get_a_tree(page):
    root = page.driver.find_element(By.CSS_SELECTOR, "#frames > g")
    need(root.aria_role == "treeitem", "the role of a frame is " + root.aria_role)
    need(root.accessible_name == page.frames[0].title, "its name is " + root.accessible_name)
    need(page.by_id("search").aria_role == "searchbox", "the field is a " + page.by_id("search").aria_role)
    need(page.by_id("search").accessible_name, "the field has no name")
    need(page.by_id("ignorecase").accessible_name, "the switch has no name")
    svg = page.driver.find_element(By.CSS_SELECTOR, "svg")
    need("flame graph" in svg.accessible_name, "the picture's name is %r" % svg.accessible_name)


def the_focus_can_be_seen(page):
    page.driver.execute_script("document.querySelector('#frames > g').focus()")
    width = page.driver.find_element(By.CSS_SELECTOR, "#frames > g > rect").value_of_css_property("stroke-width")
    need(float(width.rstrip("px")) >= 2, "the focused box has a border of " + width)


def dark_and_light_differ(page):
    def colours(scheme):
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})
        return [page.driver.execute_script(
            "return getComputedStyle(document.querySelector(arguments[0])).fill", which)
            for which in (".ground", "#frames > g > text", "#frames > g > rect")]

    light, dark = colours("light"), colours("dark")
    colours("light")
    need(all(a != b for a, b in zip(light, dark)), "%s and %s" % (light, dark))


def any_width_shows_all(page):
    for width in (400, 900, 4000):
        page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        try:
            page.open(page.url)
            page.driver.execute_async_script("""
                scrollTo(0, 0);
                requestAnimationFrame(() => requestAnimationFrame(arguments[0]))""")
            found = page.driver.execute_script("""
                const box = e => e.getBoundingClientRect(), panel = document.querySelector('#panel > *');
                const all = box(document.querySelector('#frames > g > rect'));
                const boxes = [...document.querySelectorAll('#frames > g')].map(box);
                const parts = [...panel.querySelectorAll('*')].filter(e => e.offsetWidth).map(box);
                return [all.left, all.right, innerWidth, Math.max(...parts.map(p => p.right)),
                    box(panel).bottom - Math.min(...boxes.map(b => b.top))]""")
        finally:
            page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        left, right, window, furthest, overlap = found
        need(0 <= left and right <= window and right - left > 0.9 * window, "%d px: %s" % (width, found))
        need(furthest <= window, "%d px: the head reaches %s" % (width, furthest))
        need(overlap <= 0, "%d px: the head lies %s px over the boxes" % (width, overlap))


def matches_are_walked(page):
    page.search(".")
    hits = page.hits()
    page.press(Keys.ENTER)
    first = page.driver.execute_script("return document.querySelector('#frames > g.at > title').textContent")
    need(TITLE.match(first).group(0).split("\n")[0] == hits[0].split("\n")[0], "Enter leads to %r" % first)
    need(page.text_of("hits") == "1 of %d" % len(hits), page.text_of("hits"))
    page.press_button("next")
    need(page.text_of("hits") == "%d of %d" % (min(2, len(hits)), len(hits)), page.text_of("hits"))
    page.press_button("previous")
    page.press_button("previous")
    need(page.text_of("hits") == "%d of %d" % (len(hits), len(hits)), page.text_of("hits"))


def callers_of_the_zoomed_frame_can_be_clicked(page):
    frame = max((f for f in page.frames if f.width > 12), key=lambda f: -f.y)
    page.click(frame)
    crumbs = page.by_id("crumbs").find_elements(By.TAG_NAME, "button")
    need(crumbs and crumbs[0].text == "all" and crumbs[-1].get_attribute("aria-current"), "no way back")
    if len(crumbs) > 2:
        name = crumbs[1].get_attribute("textContent")
        crumbs[1].click()
        last = page.by_id("crumbs").find_elements(By.TAG_NAME, "button")[-1]
        need(last.get_attribute("textContent") == name, "%r leads to %r" % (name, last.text))
    page.by_id("crumbs").find_elements(By.TAG_NAME, "button")[0].click()
    need(not page.by_id("unzoom").is_displayed(), "the first one does not lead to all")


def same_sums(page, stacks, what):
    """Every box drawn has what the stacks have for its label, or less where some are too narrow."""
    expected, total = collections.Counter(), 0
    for stack, own in stacks:
        total += own
        for label in stack:
            expected[label] += own
    drawn = page.labels()
    need(drawn.pop("all") >= total, "%s: not all samples are there" % what)
    for label, samples in drawn.items():
        need(0 < samples <= expected[label], "%s: %r has %d, not %d" % (what, label, samples, expected[label]))
    widest = max(expected, key=lambda label: expected[label])
    need(drawn[widest] >= 0.9 * expected[widest], "%s: %r has %d" % (what, widest, drawn[widest]))


def views_have_what_the_data_have(page):
    same_sums(page, page.data.view(), "by function")
    if not page.data.raw["detail"]:
        return "no detail"
    page.press_button("lines")
    same_sums(page, page.data.view("lines"), "by line")
    page.press_button("threads")
    same_sums(page, page.data.view("lines threads"), "by line and thread")
    page.open(page.driver.current_url)
    same_sums(page, page.data.view("lines threads"), "after a reload")
    page.open(page.url)


def leaves_stand_at_the_root_when_reversed(page):
    page.press_button("reversed")
    own = collections.Counter()
    for stack, samples in page.data.view():
        own[stack[-1]] += samples
    rows = page.driver.execute_script("""
        return [...document.querySelectorAll('#frames > g[aria-level="2"] > title')].map(t => t.textContent)""")
    need(rows, "no box")
    for label, samples in page.sums(rows).items():
        need(samples == own[label], "%r has %d, not %d" % (label, samples, own[label]))
    top = max(own, key=lambda label: own[label])
    need(top in page.sums(rows), "%r is not there" % top)
    page.search(re.escape(top))
    near(page.matched(), page.data.share(re.escape(top)), 0.051, "what matches")
    need(page.hits(), "no box is marked")
    page.open(page.url)


def a_hidden_kind_goes_to_its_callers(page):
    kinds = page.driver.find_elements(By.CSS_SELECTOR, "#kinds button")
    if not kinds:
        return "no kind to hide"
    for button in kinds:
        kind = button.get_attribute("data-kind")
        button.click()
        need(button.get_attribute("aria-pressed") == "true", "it is not pressed")
        need(not page.driver.find_elements(By.CSS_SELECTOR, "#frames > g." + kind), "%s stays" % kind)
        same_sums(page, page.data.view(hide=kind), "without " + kind)
        button.click()
    need(page.labels() == page.sums(f.title for f in page.frames), "it does not come back")


def processes_and_threads_can_be_chosen(page):
    if not page.data.raw["detail"]:
        return "no detail"
    for name, kind in (("process", "r"), ("thread", "t")):
        totals = collections.Counter()
        for stack, own in page.data.stacks:
            for label in {page.data.label(f) for f in stack if page.data.kind(f) == kind}:
                totals[label] += own
        options = page.driver.execute_script(
            "return [...document.getElementById(arguments[0]).options].map(o => o.value)", name)
        need(sorted(options[1:]) == sorted(totals), "%s: %s, not %s" % (name, options, list(totals)))
        for value in options[1:3]:
            page.driver.execute_script("""
                const select = document.getElementById(arguments[0]);
                select.value = arguments[1];
                select.dispatchEvent(new Event('change'))""", name, value)
            need(page.labels()["all"] == totals[value], "%s %r has %s" % (name, value, page.labels()["all"]))
            page.open(page.driver.current_url)
            need(page.labels()["all"] == totals[value], "%s %r after a reload" % (name, value))
        page.open(page.url)


def the_hottest_lines_are_told(page):
    if not page.data.raw["detail"]:
        return "no detail"
    lines = collections.defaultdict(collections.Counter)
    for stack, own in page.data.stacks:
        for frame in set(stack):
            line = page.data.raw["frames"][2 * frame + 1]
            if line and page.data.kind(frame) in "pqs":
                lines[page.data.label(frame)][line] += own
    once = collections.Counter(f.label for f in page.frames)
    for frame in page.frames:
        if once[frame.label] > 1 or frame.width < 12 or sum(lines[frame.label].values()) != frame.samples:
            continue
        page.driver.execute_script("arguments[0].focus()", frame.element)
        hottest = max(lines[frame.label].items(), key=lambda item: (item[1], -item[0]))
        need("hottest lines: %d (%.1f %%)" % (hottest[0], 100 * hottest[1] / page.frames[0].samples)
             in page.text_of("details"), "%s: %s" % (hottest, page.text_of("details")))
        return None
    return "no function stands in one place only"


def the_keyboard_reaches_everything(page):
    seen = set()
    for _ in range(40):
        page.press(Keys.TAB)
        seen.add(page.driver.execute_script("return document.activeElement && document.activeElement.id"))
        if {"icicle", "reversed", "ignorecase", "search"} <= seen:
            break
    need({"icicle", "reversed", "ignorecase", "search"} <= seen, "Tab reaches %s" % seen)
    page.driver.execute_script("document.getElementById('icicle').focus()")
    page.press(Keys.SPACE)
    need(page.by_id("icicle").get_attribute("aria-pressed") == "true", "Space does not press it")
    page.press(Keys.SPACE)


def axe_finds_nothing(page):
    script = os.path.join(AXE, "node_modules/axe-core/axe.min.js")
    if not os.path.exists(script):
        if not shutil.which("npm"):
            return "axe-core: no npm to install it"
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", AXE, "axe-core@4"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if not os.path.exists(script):
        return "axe-core: npm cannot install it"
    with open(script, encoding="utf-8") as file:
        axe = file.read()
    # axe looks for the body of a document: the picture inside a page, as blogs and wikis have it.
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as file:
        with open(page.path, encoding="utf-8") as picture:
            svg = picture.read().split("?>", 1)[1]
        svg = svg.replace("<![CDATA[", "").replace("]]></script>", "</script>")
        file.write("<!doctype html><html lang=en><meta charset=utf-8><title>x</title><body><main>"
                   "<h1>A page</h1>" + svg + "</main>")
        file.flush()
        for scheme in ("light", "dark"):
            page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                "features": [{"name": "prefers-color-scheme", "value": scheme}]})
            for hash_ in ("", "#search=a&icicle=1"):
                page.driver.get("about:blank")
                page.driver.get("file://" + file.name + hash_)
                page.driver.execute_script(axe)
                found = page.driver.execute_async_script("""
                    const done = arguments[arguments.length - 1];
                    axe.run().then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.length + ' ' +
                        v.nodes[0].html.slice(0, 200))), e => done([String(e)]))""")
                need(not found, "%s: %s" % (scheme, found))
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": "light"}]})


def it_is_a_picture_without_its_script(page):
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.driver.get("about:blank")
        page.driver.get(page.url)
        found = page.driver.execute_cdp_cmd("Runtime.evaluate", {"returnByValue": True, "expression": """
            [document.querySelectorAll('#frames > g > text:not(:empty)').length,
             document.getElementById('subtitle').getBoundingClientRect().width > 100,
             document.getElementById('panel').getBoundingClientRect().width]"""})["result"]["value"]
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    need(found[0] > 0 and found[1:] == [True, 0], "texts, subtitle, panel: %s" % found)


def a_strict_page_shows_it(page):
    with tempfile.NamedTemporaryFile("w", suffix=".html") as file:
        file.write("<!doctype html><meta http-equiv=Content-Security-Policy content=\"default-src "
                   "'none'; img-src file:\"><img src='%s' width=1000>" % page.url)
        file.flush()
        page.driver.get("file://" + file.name)
        need(page.driver.execute_script("return document.images[0].naturalWidth") > 0, "no picture")


def it_prints(page):
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        need(not page.by_id("tools").is_displayed() and page.by_id("heading").is_displayed(), "the head")
        printed = page.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"]
        need(len(printed) > 5000, "the page is blank")
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def a_large_one_is_quick(page):
    """As much as ltsbpf puts into a file, see FLAMEGRAPH_DATA_BYTES: 50,000 stacks, 80,000 nodes."""
    functions, frames, nodes, number = [], [], [], 7
    for i in range(4000):
        functions += ["p b", "function_%d (/home/ana/project/module_%d.py:%d)" % (i, i % 50, i + 1)]
        frames += [i, i + 2]
    functions[0:2] = ["r", "python"]
    nodes += [1, 0, 0]
    for i in range(50000):
        number = (number * 1103515245 + 12345) % 2 ** 31
        if i % 30 == 0:
            for depth in range(2, 20):
                nodes += [depth, 1 + (number >> depth) % (2 if depth < 12 else 3999), 0]
        nodes += [20 + i % 3, 1 + (number >> 8) % 3999, 1]
    raw = dict(page.data.raw, functions=functions, frames=frames, nodes=nodes)
    with open(page.path, encoding="utf-8") as file:
        whole = file.read()
    text = re.sub(r'(?s)(<metadata id="data">).*?(</metadata>)',
                  lambda m: m.group(1) + json.dumps(raw, separators=(",", ":")) + m.group(2), whole)
    with tempfile.NamedTemporaryFile("w", suffix=".svg", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        began = time.monotonic()
        page.driver.get("file://" + file.name)
        boxes = page.driver.execute_script("return document.querySelectorAll('#frames > g').length")
        opened = time.monotonic() - began
        zooms = page.driver.execute_async_script("""
            const done = arguments[arguments.length - 1], times = [];
            const next = (left) => {
                const groups = [...document.querySelectorAll('#frames > g:not(.up)')];
                const target = left % 2 ? document.getElementById('unzoom') : groups[Math.min(5, groups.length - 1)];
                const began = performance.now();
                target.dispatchEvent(new MouseEvent('click', {bubbles: true}));
                requestAnimationFrame(() => setTimeout(() => {
                    times.push(performance.now() - began);
                    left ? next(left - 1) : done(times);
                }));
            };
            next(5)""")
    print("      %d boxes of %d nodes: opened in %.2f s, zoomed in %.0f ms (the median of %d)" % (
        boxes, len(nodes) / 3, opened, sorted(zooms)[len(zooms) // 2], len(zooms)))
    need(boxes > 100, "%d boxes" % boxes)
    need(opened < SECONDS_TO_OPEN, "opened in %.1f s" % opened)
    need(sorted(zooms)[len(zooms) // 2] < 1000 * SECONDS_TO_ZOOM, "zoomed in %s ms" % zooms)


def the_console_is_quiet(page):
    said = [entry["message"] for entry in page.driver.get_log("browser")]
    need(not said, "it says %s" % said)


def an_empty_picture_says_so(page):
    text = page.driver.find_element(By.CSS_SELECTOR, "svg").text
    need("no samples" in text, "there is no frame and no word about it: %r" % text)
    need(not page.by_id("panel").is_displayed(), "there is nothing to search")


ALWAYS = [it_is_well_formed, it_needs_nothing_else, names_are_no_markup]
WITH_FRAMES = [
    every_frame_is_described, boxes_lie_on_their_callers, text_fits_its_box,
    screen_readers_get_a_tree, arrows_walk_the_tree, arrows_walk_the_siblings,
    a_click_zooms_and_unzoom_restores, escape_unzooms, text_is_fitted_again,
    search_counts_overlaps_once, search_finds_names_that_are_cut, case_can_be_ignored,
    a_wrong_pattern_is_told, keys_lead_to_the_search, hovering_shows_details,
    the_icicle_has_its_root_at_the_top, the_view_is_kept_in_the_address,
    the_focus_can_be_seen, dark_and_light_differ, any_width_shows_all, matches_are_walked,
    callers_of_the_zoomed_frame_can_be_clicked, views_have_what_the_data_have,
    leaves_stand_at_the_root_when_reversed, a_hidden_kind_goes_to_its_callers,
    processes_and_threads_can_be_chosen, the_hottest_lines_are_told, the_keyboard_reaches_everything,
    it_is_a_picture_without_its_script, a_strict_page_shows_it, it_prints, axe_finds_nothing,
    a_large_one_is_quick,
]


def run(driver, path):
    page = Page(driver, path)
    checks = ALWAYS + (WITH_FRAMES if page.frames else [an_empty_picture_says_so]) + [the_console_is_quiet]
    passed = failed = 0
    for check in checks:
        name = "%s: %s" % (os.path.basename(path), check.__name__.replace("_", " "))
        try:
            page.open(page.url)
            skipped = check(page)
            passed += not skipped
            print("skip  %s (%s)" % (name, skipped) if skipped else "ok    " + name)
        except Exception as error:  # a stale element or a lost browser fails the check like a wrong value
            failed += 1
            print("FAIL  %s: %s: %s" % (name, type(error).__name__, str(error).split("\n")[0]))
    return passed, failed


def start_browser(profile):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("chromium-browser")
    for flag in FLAGS + ["--user-data-dir=" + profile]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def main(paths):
    if not paths:
        sys.exit(__doc__)
    if not shutil.which("chromedriver") or not (shutil.which("chromium") or shutil.which("chromium-browser")):
        sys.exit(print("SKIP: no chromium and chromedriver: apt install chromium chromium-driver") or 77)
    passed = failed = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        driver = start_browser(profile)
        try:
            for path in paths:
                counts = run(driver, path)
                passed, failed = passed + counts[0], failed + counts[1]
        finally:
            driver.quit()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
