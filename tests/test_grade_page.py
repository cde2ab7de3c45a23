"""The pages of a class in a real browser: nothing of a submission runs, and a person can read them.

With SCREENSHOTS=FOLDER it keeps a picture of each look.
"""

import os
from pathlib import Path

import pytest

from tests.grade_samples import ALL, HOSTILE, grade, overview_of
from tests.sites import CHROMIUM, QUIET
from workbench.grading import pages

playwright = pytest.importorskip("playwright.sync_api", reason="playwright: make test installs it")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium: apt install chromium")

SCREENSHOTS = os.environ.get("SCREENSHOTS")
AA_CONTRAST = 4.5  # WCAG 2.2, 1.4.3

#: The smallest contrast of a text with what is behind it, by the formula of WCAG 2.2.
LEAST_CONTRAST = """() => {
    const rgb = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = element => {
        for (let at = element; at; at = at.parentElement) {
            const colour = rgb(getComputedStyle(at).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour;
        }
    };
    const texts = [...document.querySelectorAll("main *")]
        .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
    return Math.min(...texts.map(e => {
        const pair = [light(rgb(getComputedStyle(e).color)), light(behind(e))];
        return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    }));
}"""
MOUSE_OVER_ALL = """() => document.querySelectorAll("main *").forEach(
    element => element.dispatchEvent(new MouseEvent("mouseover", {bubbles: true})))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A class of hostile submissions as pages: the address of the folder."""
    folder = tmp_path_factory.mktemp("graded")
    grades = []
    for number, text in enumerate((*HOSTILE, ALL)):
        one = grade(text)
        one.submission = f"student-{number}"
        one.problems, one.labs[0].fault = [], ""
        grades.append(one)
        (folder / one.submission).mkdir()
        (folder / one.submission / "report.html").write_text(pages.submission_page(one), "utf-8")
    (folder / "index.html").write_text(pages.class_page(overview_of(*grades)), "utf-8")
    return folder.as_uri()


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.mark.parametrize("number", [0, 1, len(HOSTILE)])
def test_nothing_of_a_submission_runs_or_is_fetched(number, site, browser):
    with browser.new_context() as context:
        page = context.new_page()
        dialogs, requests = [], []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: requests.append(request.url))
        where = f"{site}/student-{number}/report.html"
        page.goto(where)
        for summary in page.locator("summary").all():
            summary.click()
        page.evaluate(MOUSE_OVER_ALL)
        assert page.title() == f"student-{number}: 2 of 8"
        assert requests == [where]
        assert dialogs == []
        assert page.locator("script, img, iframe, form, h1 ~ h1").count() == 0


def test_the_pages_would_refuse_a_script_if_one_got_in(site, browser):
    """Escaping holds already; the page's own policy is a second bolt."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{site}/index.html")
        page.evaluate("""() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'owned'";
            document.body.append(script);
        }""")
        assert page.title().startswith("Marks: ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("zoom", [1, 2])
def test_a_person_can_read_them(scheme, zoom, site, browser):
    """At 200% a page has half the width; only the table scrolls then, and its names stay."""
    size = {"width": 1280 // zoom, "height": 900}
    with browser.new_context(
        color_scheme=scheme, viewport=size, device_scale_factor=zoom
    ) as context:
        page = context.new_page()
        for name in ("index", f"student-{len(HOSTILE)}/report"):
            page.goto(f"{site}/{name}.html")
            if SCREENSHOTS:
                target = Path(SCREENSHOTS) / f"{name.replace('/', '-')}-{scheme}-{zoom}.png"
                page.screenshot(path=str(target), full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            assert page.evaluate(LEAST_CONTRAST) >= AA_CONTRAST
        page.goto(f"{site}/index.html")
        name = page.locator("tbody th").first
        page.locator(".scroller").evaluate("element => { element.scrollLeft = 10_000; }")
        assert name.bounding_box()["x"] >= 0


def test_the_table_leads_to_each_report_and_names_beliefs(site, browser):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{site}/index.html")
        assert page.locator("table.marks tbody tr").count() == len(HOSTILE) + 1
        assert page.get_by_text(f"{len(HOSTILE) + 1} of {len(HOSTILE) + 1}").count() == 1
        page.get_by_role("link", name="student-3").click()
        assert page.locator("h1").inner_text() == "student-3"
        page.get_by_role("link", name="All submissions").click()
        assert page.locator("h1").inner_text() == f"{len(HOSTILE) + 1} submissions"
