"""The book: every link leads somewhere, every figure is there, search finds, nothing is fetched."""

import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup

from workbench.book import BookFailed, build, build_book
from workbench.families import FAMILIES
from workbench.misconceptions import catalogue
from workbench.notebooks import code_cells
from workbench.skeletons import exercises_in

pytestmark = pytest.mark.skipif(
    not build.JUPYTER_BOOK.exists(), reason="no Jupyter Book: make book installs it"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
THERE = [family for family in FAMILIES if family.notebook.exists()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    assert build_book(folder / "book", folder / "source").name == "index.html"
    return folder / "book"


@pytest.fixture(scope="module")
def anchors(pages):
    """The names in each page that a link may lead to."""
    return {path: {tag["id"] for tag in page.find_all(id=True)} for path, page in pages.items()}


@pytest.fixture(scope="module")
def pages(folder):
    """Every page of the book by its path, parsed."""
    return {
        path: BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in sorted(folder.rglob("*.html"))
        if "_static" not in path.parts  # the theme's own templates
    }


def page_of(family, pages, folder):
    return pages[folder / "notebooks" / f"{family.stem}.html"]


def test_every_link_picture_and_program_of_every_page_is_in_the_book(pages, anchors, folder):
    broken = []
    for path, page in pages.items():
        for attribute in ("href", "src"):
            for tag in page.find_all(attrs={attribute: True}):
                if urlsplit(tag[attribute]).scheme:
                    fine = may_leave(tag)
                else:
                    fine = leads_somewhere(path, tag[attribute], anchors, folder)
                if not fine:
                    broken.append(f"{path.relative_to(folder)}: {tag[attribute]}")
    assert broken == []


def may_leave(tag):
    """Only a link in the text leads to somewhere else; nothing is fetched from there."""
    return tag.name == "a" and tag.find_parent("article") is not None


def leads_somewhere(path, address, anchors, folder):
    """Is it a file of the book and, where one is asked for, an anchor in it?"""
    parts = urlsplit(address)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file() or not target.is_relative_to(folder):
        return False
    return parts.fragment in ("", "top") or unquote(parts.fragment) in anchors[target]


@pytest.mark.parametrize("family", THERE, ids=lambda family: family.stem)
def test_every_figure_of_a_notebook_is_in_the_book_and_says_what_it_shows(family, pages, folder):
    cells = code_cells(nbformat.read(family.notebook, as_version=4))
    outputs = [output for cell in cells for output in cell.outputs]
    drawn = sum("image/png" in output.get("data", {}) for output in outputs)
    images = page_of(family, pages, folder).select(".cell_output img")
    assert len(images) == drawn
    assert [image for image in images if len(image.get("alt", "").split()) < 4] == []


@pytest.mark.parametrize("family", THERE, ids=lambda family: family.stem)
def test_no_answer_stands_open_below_a_prediction_and_no_list_of_checks(family, pages, folder):
    cells = page_of(family, pages, folder).select("article div.cell")
    asked = False
    for cell in cells:
        source = cell.select_one(".cell_input").get_text() if cell.select_one(".cell_input") else ""
        assert "No prediction yet" not in cell.get_text()
        if asked or "check(" in source:
            outputs = cell.select(".cell_output")
            assert [o for o in outputs if not o.find_parent("details")] == [], source
            asked = asked and not outputs
        asked = asked or "prediction = ..." in source


def test_each_page_has_one_title_and_the_families_come_in_their_order(pages, folder):
    for path, page in pages.items():
        if path.parent.name in ("notebooks", "labs"):
            assert len(page.select("article h1")) == 1, path
    shown = [link["href"] for link in pages[folder / "index.html"].select("nav.bd-links a")]
    assert [Path(href).stem for href in shown if href.startswith("notebooks/")] == [
        family.stem for family in THERE
    ]


def test_the_page_of_beliefs_has_each_of_them(pages, folder):
    text = " ".join(pages[folder / "beliefs.html"].select_one("article").get_text().split())
    families = {family.number for family in THERE}
    beliefs = [belief for belief in catalogue().values() if belief.family in families]
    assert beliefs
    straight = str.maketrans("“”’‘", "\"\"''")  # the book sets quotation marks its own way
    missing = [
        b.id for b in beliefs if b.belief.translate(straight) not in text.translate(straight)
    ]
    assert missing == []


def test_the_page_of_a_lab_has_its_exercises_and_no_solution(pages, folder):
    labs = [family for family in THERE if family.reference.exists()]
    assert labs
    for family in labs:
        text = pages[folder / "labs" / f"{family.reference.stem}.html"].get_text()
        exercises = [name for name, _ in exercises_in(family.reference.read_text("utf-8"))]
        assert exercises
        for name in exercises:
            assert f'raise NotImplementedError("{name}")' in text


def test_in_a_browser_search_finds_and_nothing_is_asked_of_the_network(folder):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright: make test")
    if not CHROMIUM:
        pytest.skip("no chromium: apt install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((folder / "notebooks/02_accept.html").as_uri())
        page.goto((folder / "search.html").as_uri() + "?q=backlog")
        page.wait_for_selector("#search-results li a")
        found = page.locator("#search-results li a").evaluate_all("all => all.map(a => a.href)")
        browser.close()
    assert any("02_accept.html" in address for address in found)
    assert [url for url in asked if urlsplit(url).scheme not in ("file", "data")] == []


def test_a_heading_goes_one_level_down_and_a_comment_in_code_does_not():
    text = "# A\n\n```python\n# no heading\n```\n\n## B\n"
    assert build.one_level_down(text) == "## A\n\n```python\n# no heading\n```\n\n### B\n"


def test_a_link_that_leads_nowhere_stops_the_book(tmp_path, monkeypatch):
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# A page\n\nSee [there](nowhere.ipynb).")]
    )
    family = FAMILIES[0]
    monkeypatch.setattr(build, "FAMILIES", (family,))
    monkeypatch.setattr(build, "as_pages", lambda _: notebook)
    with pytest.raises(BookFailed, match=r"nowhere\.ipynb"):
        build_book(tmp_path / "book", tmp_path / "source")


def test_a_missing_jupyter_book_is_said_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "JUPYTER_BOOK", tmp_path / "none")
    with pytest.raises(BookFailed, match="make book"):
        build_book(tmp_path / "book", tmp_path / "source")
