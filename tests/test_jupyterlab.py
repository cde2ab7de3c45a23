"""Each notebook in JupyterLab in a real browser: "Run All" reaches the end, on both trees.

The outputs must be of this very run: each notebook gets a first cell that prints a number drawn
here, its stored outputs are taken out, and what JupyterLab saves is read from the disk.

Then it is read as not everyone reads it: with the keyboard alone, on a dark theme, at 200%.
SCREENSHOTS=FOLDER keeps a picture of each, for a person to look at.
"""

import base64
import io
import os
import re
import secrets
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import matplotlib.image
import nbformat
import pytest

from workbench.families import ROOT
from workbench.kernel import wait_until
from workbench.notebooks import all_notebooks, code_cells
from workbench.skeletons import skeleton_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright: make test installs it")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium: apt install chromium")

START_LIMIT_S = 60
CELL_LIMIT_S = 120  # for one cell, on a machine that does much else: calm, none takes ten
#: Cells that are out of sight are taken out of the page unless the notebook says otherwise.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": '{"windowingMode": "none"}',
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": '{"fetchNews": "false"}',
    "@jupyterlab/apputils-extension/themes.jupyterlab-settings": '{"adaptive-theme": true}',
}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SCREENSHOTS = os.environ.get("SCREENSHOTS")  # a folder that keeps a picture of each run


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the project that the browser may write to."""
    copy = tmp_path_factory.mktemp("lab") / "a workbook, näïve"
    for name in ("notebooks", "labs", "lab_solutions", "workbench", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, copy)
    for path in (copy / "lab_solutions").glob("lab*.py"):
        skeleton = skeleton_of(path.read_text("utf-8"))
        (copy / "labs" / path.name).write_text(skeleton, "utf-8")
    return copy


@pytest.fixture(scope="module", params=["labs", "lab_solutions"])
def server(request, copy, tmp_path_factory):
    """A JupyterLab on that copy, with the tree that the parameter names: its address."""
    home = tmp_path_factory.mktemp("home")
    for name, text in SETTINGS.items():
        path = home / "settings" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    environment = os.environ | {
        "HOME": str(home),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "PYTHONPATH": str(copy),
        "LABS": request.param,
    }
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--port=0"]
    command += ["--LabApp.expose_app_in_browser=True"]
    command += ["--IdentityProvider.token=secret", "--allow-root", str(copy)]
    log = home / "log"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            command,
            cwd=copy,
            env=environment,
            stdout=stderr,
            stderr=stderr,
            stdin=subprocess.DEVNULL,
        )
    try:
        address = re.compile(r"http://127\.0\.0\.1:\d+/lab")
        wait_until(
            lambda: address.search(log.read_text()) or process.poll() is not None,
            timeout_s=START_LIMIT_S,
            what="JupyterLab to listen",
        )
        yield request.param, address.search(log.read_text()).group()
    finally:
        process.terminate()
        process.wait(START_LIMIT_S)


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def marked(path: Path) -> str:
    """Takes all outputs out of the notebook and puts a cell first that prints what is returned."""
    notebook = nbformat.read(path, as_version=4)
    for cell in code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    number = secrets.token_hex(8)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(f"print({number!r})"))
    nbformat.write(notebook, path)
    return number


@contextmanager
def opened(browser, address, path, name, **look):
    """The page with a notebook, ready to be used; its picture is kept where one is asked for."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 1600}} | look)
    page = context.new_page()  # in a context of its own: servers on other ports share cookies
    page.goto(f"{address}/tree/notebooks/{path.name}?token=secret&reset")
    try:
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=START_LIMIT_S * 1000)
        page.evaluate(READY)
        yield page
    finally:
        if SCREENSHOTS:
            picture(page, Path(SCREENSHOTS) / f"{name}.png")
        context.close()


@pytest.mark.parametrize("stem", [path.stem for path in all_notebooks()])
def test_run_all_reaches_the_end_and_only_empty_labs_complain(stem, server, copy, browser):
    tree, address = server
    path = copy / "notebooks" / f"{stem}.ipynb"
    shutil.copy(ROOT / "notebooks" / path.name, path)
    number = marked(path)
    with opened(browser, address, path, f"{stem}-{tree}") as page:
        run_all_and_save(page)
    cells = code_cells(nbformat.read(path, as_version=4))
    assert text_of(cells[0]) == f"{number}\n"
    assert all(cell.execution_count for cell in cells)
    assert [cell.source for cell in cells if is_error(cell)] == []
    for cell in cells:
        if "checkpoint" in cell.metadata.get("tags", []):
            words = f": {cell.metadata['points'] if tree == 'lab_solutions' else 0} of "
            assert words in text_of(cell)


#: Resolves when the notebook is there and its kernel has answered: "idle" is shown before that.
READY = """async () => {
    await window.jupyterapp.restored;
    const notebook = window.jupyterapp.shell.currentWidget;
    await notebook.context.ready;
    await notebook.sessionContext.ready;
    await notebook.sessionContext.session.kernel.info;
}"""
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]"
ERRORS = """[...document.querySelectorAll(
    '.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"]')]"""
RAN = f"{PROMPTS}.filter(prompt => /\\[\\d+\\]/.test(prompt.textContent)).length"


def run_all_and_save(page):
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    wait_for_every_cell(page)
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    page.keyboard.press("Control+s")
    page.wait_for_selector(".jp-mod-dirty", state="detached")


@contextmanager
def saying_where(page):
    """A wait that was too long says how far the notebook has come."""
    try:
        yield
    except playwright.TimeoutError as error:
        prompts = page.evaluate(f"{PROMPTS}.map(prompt => prompt.innerText.trim())")
        dialogs = page.locator(".jp-Dialog").all_inner_texts()
        status = page.locator(".jp-Notebook-ExecutionIndicator").get_attribute("data-status")
        error.add_note(f"kernel {status}, dialogs {dialogs}, prompts {prompts}")
        raise


def wait_for_every_cell(page):
    """Until each has run. An error ends Run All: there is no use in waiting for the rest then."""
    ran, cells = 0, page.evaluate(f"{PROMPTS}.length")
    assert cells
    while ran < cells:
        with saying_where(page):
            page.wait_for_function(f"{RAN} > {ran} || {ERRORS}.length", timeout=CELL_LIMIT_S * 1000)
        assert page.evaluate(f"{ERRORS}.map(error => error.innerText)") == []
        ran = page.evaluate(RAN)


def picture(page, target):
    """The whole notebook as one picture, for a person to look at."""
    target.parent.mkdir(parents=True, exist_ok=True)
    outer = "document.querySelector('.jp-WindowedPanel-outer')"
    height = page.evaluate(f"{outer}.scrollHeight")
    width = page.viewport_size["width"]
    page.set_viewport_size({"width": width, "height": min(height + 100, 16000)})
    page.evaluate(f"{outer}.scrollTop = 0")
    page.screenshot(path=str(target))


def text_of(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def is_error(cell):
    return any(output.output_type == "error" for output in cell.outputs)


LOOKED_AT = "06_select_loop"  # it has text, code, tables, every kind of figure, and the player
on_one_server = pytest.mark.parametrize("server", ["lab_solutions"], indirect=True)

#: Which cell is active, whether the focus is on it, whether it is in sight, which have a frame.
FOCUS = """() => {
    const cells = [...document.querySelectorAll(".jp-Notebook .jp-Cell")];
    const active = cells.find(cell => cell.matches(".jp-mod-active"));
    const { top, height } = active.getBoundingClientRect();
    return {
        place: cells.indexOf(active),
        focused: active.contains(document.activeElement),
        framed: cells.flatMap((c, i) => getComputedStyle(c).boxShadow === "none" ? [] : [i]),
        inSight: top >= 0 && top + Math.min(height, 100) < innerHeight,
    };
}"""


@on_one_server
def test_the_keyboard_alone_runs_the_first_cells_and_one_sees_where_one_is(server, copy, browser):
    _, address = server
    path = copy / "notebooks" / "00_start_here.ipynb"
    shutil.copy(ROOT / "notebooks" / path.name, path)
    number = marked(path)
    with opened(browser, address, path, "keyboard") as page:
        for place in range(6):
            expected = {"place": place, "focused": True, "framed": [place], "inSight": True}
            assert page.evaluate(FOCUS) == expected
            page.keyboard.press("Shift+Enter")
        text = "document.querySelector('.jp-Notebook .jp-OutputArea')?.innerText"
        page.wait_for_function(f"{text}?.includes('{number}')")


#: Text that is in sight or not, and the colour behind it: the contrast of WCAG 2, the worst first.
CONTRASTS = """() => {
    const rgba = text => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = part => {
        for (; part; part = part.parentElement) {
            const colour = rgba(getComputedStyle(part).backgroundColor);
            if (colour.length < 4 || colour[3] > 0.5) return light(colour);
        }
        return 1;
    };
    const texts = document.querySelectorAll(
        ".jp-RenderedMarkdown :is(p, li, td, h1, h2, h3, code, summary), .jp-RenderedText pre, " +
        ".jp-RenderedHTML *, .jp-OutputArea-output .widget-html-content *");
    return [...texts].filter(part => part.textContent.trim()).map(part => {
        const lights = [light(rgba(getComputedStyle(part).color)), behind(part)];
        const [a, b] = lights.sort((x, y) => y - x);
        return [(a + 0.05) / (b + 0.05), part.textContent.slice(0, 60)];
    }).sort((x, y) => x[0] - y[0]);
}"""
#: What is wider than the place it has, so that a reader must scroll sideways, or can't see it.
TOO_WIDE = """() => [...document.querySelectorAll(
        ".jp-Notebook :is(.jp-RenderedMarkdown, .jp-OutputArea-output, .jp-OutputArea-output img)")]
    .filter(part => part.scrollWidth > part.clientWidth + 1)
    .map(part => part.className + ": " + part.textContent.slice(0, 60))"""
LEGIBLE = 4.5  # WCAG 2, level AA


@on_one_server
def test_text_is_legible_on_a_dark_theme(server, copy, browser):
    _, address = server
    path = copy / "notebooks" / f"{LOOKED_AT}.ipynb"
    shutil.copy(ROOT / "notebooks" / path.name, path)
    marked(path)  # or the numbers of an earlier run pass for this one's
    with opened(browser, address, path, f"{path.stem}-dark", color_scheme="dark") as page:
        page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
        run_all_and_save(page)  # a widget is there only after a run
        worst = page.evaluate(CONTRASTS)
    assert len(worst) > 100
    assert [pair for pair in worst if pair[0] < LEGIBLE] == []


@on_one_server
def test_at_200_percent_nothing_has_to_be_scrolled_sideways(server, copy, browser):
    _, address = server
    path = copy / "notebooks" / f"{LOOKED_AT}.ipynb"
    shutil.copy(ROOT / "notebooks" / path.name, path)
    zoomed = {"viewport": {"width": 800, "height": 500}, "device_scale_factor": 2}
    with opened(browser, address, path, f"{path.stem}-zoomed", **zoomed) as page:
        page.keyboard.press("Control+b")  # the file browser makes room, as it would for a reader
        page.wait_for_selector("#jp-left-stack", state="hidden")
        assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("stem", [path.stem for path in all_notebooks()])
def test_every_picture_has_a_ground_of_its_own_so_that_a_dark_theme_does_not_swallow_it(stem):
    notebook = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)
    pictures = [
        output.data["image/png"]
        for cell in code_cells(notebook)
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    for picture in pictures:
        image = matplotlib.image.imread(io.BytesIO(base64.b64decode(picture)))
        assert image.shape[2] == 3 or image[..., 3].min() == 1.0
