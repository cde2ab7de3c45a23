"""Each notebook in JupyterLab in a real browser: "Run All" reaches the end, on both trees.

The outputs must be of this very run: each notebook gets a first cell that prints a number drawn
here, its stored outputs are taken out, and what JupyterLab saves is read from the disk.
"""

import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from workbench.families import ROOT
from workbench.kernel import wait_until
from workbench.notebooks import all_notebooks, code_cells
from workbench.skeletons import skeleton_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright: make test installs it")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium: apt install chromium")

START_LIMIT_S, RUN_LIMIT_S = 60, 60
#: Cells that are out of sight are taken out of the page unless the notebook says otherwise.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": '{"windowingMode": "none"}',
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": '{"fetchNews": "false"}',
}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SCREENSHOTS = os.environ.get("SCREENSHOTS")  # a folder that keeps a picture of each run


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the project that the browser may write to."""
    copy = tmp_path_factory.mktemp("lab") / "a workbook, näïve"
    for name in ("notebooks", "labs", "lab_solutions", "workbench", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
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


@pytest.mark.parametrize("stem", [path.stem for path in all_notebooks()])
def test_run_all_reaches_the_end_and_only_empty_labs_complain(stem, server, copy, browser):
    tree, address = server
    path = copy / "notebooks" / f"{stem}.ipynb"
    shutil.copy(ROOT / "notebooks" / path.name, path)
    number = marked(path)
    context = browser.new_context(viewport={"width": 1280, "height": 1600})
    page = context.new_page()  # in a context of its own: servers on other ports share cookies
    page.goto(f"{address}/tree/notebooks/{path.name}?token=secret&reset")
    try:
        run_all_and_save(page)
    finally:
        if SCREENSHOTS:
            picture(page, Path(SCREENSHOTS) / f"{stem}-{tree}.png")
        context.close()
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
ALL_RAN = """() => {
    const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
    return prompts.length && prompts.every(prompt => /\\[\\d+\\]/.test(prompt.textContent));
}"""


def run_all_and_save(page):
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=START_LIMIT_S * 1000)
    page.evaluate(READY)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(ALL_RAN, timeout=RUN_LIMIT_S * 1000)
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    page.keyboard.press("Control+s")
    page.wait_for_selector(".jp-mod-dirty", state="detached")


def picture(page, target):
    """The whole notebook as one picture, for a person to look at."""
    target.parent.mkdir(parents=True, exist_ok=True)
    outer = "document.querySelector('.jp-WindowedPanel-outer')"
    height = page.evaluate(f"{outer}.scrollHeight")
    page.set_viewport_size({"width": 1280, "height": min(height + 100, 16000)})
    page.evaluate(f"{outer}.scrollTop = 0")
    page.screenshot(path=str(target))


def text_of(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def is_error(cell):
    return any(output.output_type == "error" for output in cell.outputs)
