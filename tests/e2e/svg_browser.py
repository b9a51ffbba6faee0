#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""usage: tests/e2e/svg_browser.py FILE.svg...

Opens flame graphs in Chromium and does what people do with them: reads, clicks, searches, types.
What has to come out is worked out here from the geometry and the titles of the picture, not asked
from its script. Needs selenium (pip), chromium and chromium-driver; exit 77 when they are absent.
One line per check; the last line is "N passed, N failed"; exit 0 when nothing failed.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

try:
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
TITLE = re.compile(r"^(.*) · (\d+\.\d) % · \d+\.\d+ s \((\d+) samples?\)$", re.S)


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
        self.open(self.url)

    def open(self, url):
        self.driver.get("about:blank")
        self.driver.get(url)
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

    def shown(self, frame):
        return frame.element.is_displayed()

    def hits(self):
        return self.driver.execute_script("""
            return [...document.querySelectorAll('#frames > g.hit > title')].map(t => t.textContent)""")

    def focused(self):
        """The title of the focused frame; None when no frame has the focus."""
        return self.driver.execute_script("""
            const g = document.activeElement && document.activeElement.closest('#frames > g');
            return g ? g.querySelector('title').textContent : null""")

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

    def share(self, pattern, flags=0):
        """The share of the picture's width that lies above or in frames whose label matches."""
        spans = sorted((f.x, f.x + f.width) for f in self.frames[1:]
                       if re.search(pattern, f.label, flags))
        covered, end = 0.0, 0.0
        for left, right in spans:
            covered += max(0.0, right - max(left, end))
            end = max(end, right)
        return 100 * covered / self.frames[0].width

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
    frame.element.find_element(By.TAG_NAME, "rect").click()
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
    frame.element.find_element(By.TAG_NAME, "rect").click()
    page.press(Keys.ESCAPE)
    near(page.width_of(frame), frame.width, 0.02, "the restored width")


def text_is_fitted_again(page):
    cut = [f for f in page.frames if f.text.endswith("…") and f.width > 12]
    if not cut:
        return "no text was cut"
    cut[0].element.find_element(By.TAG_NAME, "rect").click()
    longer = cut[0].element.find_element(By.TAG_NAME, "text").text
    page.press(Keys.ESCAPE)
    need(len(longer) > len(cut[0].text), "%r stays %r" % (cut[0].label, longer))


def search_counts_overlaps_once(page):
    for pattern in ("a", "python|main", re.escape(page.frames[-1].label[:60]), "^", "no such name"):
        page.search(pattern)
        near(page.matched(), page.share(pattern), 0.11, "what matches " + pattern)
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
    near(page.matched(), page.share(word.upper()), 0.11, "what matches " + word.upper())
    page.by_id("ignorecase").click()
    near(page.matched(), page.share(word, re.I), 0.11, "what matches in any case")
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
    frame.element.find_element(By.TAG_NAME, "rect").click()
    url = page.driver.current_url
    need("#" in url and "?" not in url, "the address is " + url)
    index = page.frames.index(frame)
    page.open(url)
    again = page.frames[index]
    near(again.width, page.frames[0].width, 0.02, "the width after a reload")
    near(page.matched(), matched, 0, "the matched share after a reload")
    page.by_id("unzoom").click()
    page.driver.back()
    WebDriverWait(page.driver, 5).until(lambda _: page.by_id("unzoom").is_displayed())
    near(page.width_of(again), page.frames[0].width, 0.02, "the width one step back")
    for wrong in ("#zoom=99999999&search=(", "#zoom=-1", "#%", "#zoom=x&icicle=2"):
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
    left.element.find_element(By.TAG_NAME, "rect").click()
    page.press(Keys.ESCAPE, Keys.ARROW_RIGHT)
    need(page.focused() == right.title, "right of %r is %r" % (left.title, page.focused()))
    page.press(Keys.ARROW_LEFT)
    need(page.focused() == left.title, "left of %r is %r" % (right.title, page.focused()))
    need(first.width > left.width, "a sibling is as wide as all")


def hovering_shows_details(page):
    frame = page.clickable() or page.frames[-1]
    ActionChains(page.driver).move_to_element(frame.element.find_element(By.TAG_NAME, "rect")).perform()
    shown = page.text_of("details")
    need(shown.endswith(frame.title.rsplit(" · ", 2)[1] + " · " + frame.title.rsplit(" · ", 1)[1]),
         "the details are %r" % shown)
    need(shown[:8] == frame.label[:8] or frame.label == "", "the details are %r" % shown)


def the_icicle_has_its_root_at_the_top(page):
    if len(page.frames) < 2:
        return "one frame only"

    def rows():
        return [float(f.element.find_element(By.TAG_NAME, "rect").get_attribute("y")) for f in page.frames[:2]]

    need(rows()[0] > rows()[1], "the root is not at the bottom")
    page.by_id("flip").click()
    need(rows()[0] < rows()[1], "the root is not at the top")
    page.by_id("flip").click()
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
            for which in (".ground", "#title", "#frames > g > rect")]

    light, dark = colours("light"), colours("dark")
    colours("light")
    need(all(a != b for a, b in zip(light, dark)), "%s and %s" % (light, dark))


def a_small_window_shows_all(page):
    page.driver.set_window_size(500, 400)
    try:
        WebDriverWait(page.driver, 5).until(lambda driver: driver.execute_script("""
            const all = document.querySelector('#frames > g > rect').getBoundingClientRect();
            return all.left >= 0 && all.right <= innerWidth && all.width > 0.9 * innerWidth"""))
    finally:
        page.driver.set_window_size(1200, 600)


def the_console_is_quiet(page):
    said = [entry["message"] for entry in page.driver.get_log("browser")]
    need(not said, "it says %s" % said)


def an_empty_picture_says_so(page):
    text = page.driver.find_element(By.CSS_SELECTOR, "svg").text
    need("no samples" in text, "there is no frame and no word about it: %r" % text)
    need(not page.by_id("controls").is_displayed(), "there is nothing to search")


ALWAYS = [it_is_well_formed, it_needs_nothing_else, names_are_no_markup]
WITH_FRAMES = [
    every_frame_is_described, boxes_lie_on_their_callers, text_fits_its_box,
    screen_readers_get_a_tree, arrows_walk_the_tree, arrows_walk_the_siblings,
    a_click_zooms_and_unzoom_restores, escape_unzooms, text_is_fitted_again,
    search_counts_overlaps_once, search_finds_names_that_are_cut, case_can_be_ignored,
    a_wrong_pattern_is_told, keys_lead_to_the_search, hovering_shows_details,
    the_icicle_has_its_root_at_the_top, the_view_is_kept_in_the_address,
    the_focus_can_be_seen, dark_and_light_differ, a_small_window_shows_all,
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
