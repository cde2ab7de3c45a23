"""`make refresh` stores a notebook only as it must be, and says what is wrong with it otherwise."""

import nbformat
import pytest

from workbench import notebooks
from workbench.notebooks import RefreshRefused, refreshed


@pytest.fixture
def notebook(tmp_path):
    """`notebook(source, …)` writes a notebook with these code cells: its path."""

    def write(*sources, tags=()):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        cells[-1].metadata["tags"] = list(tags)
        path = tmp_path / "a_notebook.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        return path

    return write


def refused(path):
    """Why the notebook is refused; it must be left as it was."""
    before = path.read_bytes()
    with pytest.raises(RefreshRefused) as refusal:
        refreshed(path)
    assert path.read_bytes() == before
    return str(refusal.value)


def test_outputs_are_stored_without_times_and_a_second_run_changes_nothing(notebook):
    path = notebook("import os", "print(os.environ['LABS'])")
    assert refreshed(path)
    stored = nbformat.read(path, as_version=4)
    assert [cell.execution_count for cell in stored.cells] == [1, 2]
    assert stored.cells[1].outputs[0].text == "lab_solutions\n"
    assert "iopub" not in path.read_text("utf-8")
    before = path.stat().st_mtime_ns
    assert not refreshed(path)
    assert path.stat().st_mtime_ns == before


def test_a_picture_alone_is_no_change_but_text_is(notebook):
    path = notebook(
        "import secrets\nfrom IPython.display import display\n"
        "display({'image/png': secrets.token_bytes(9)}, raw=True)"
    )
    assert refreshed(path)
    assert not refreshed(path)
    text = notebook("import secrets\nprint(secrets.token_hex())")
    assert refreshed(text)
    assert refreshed(text)


def test_a_cell_that_raises_is_refused_by_number_and_error(notebook):
    why = refused(notebook("1 + 1", "1 / 0"))
    assert "cell 1" in why
    assert "ZeroDivisionError" in why


def test_a_cell_that_raises_by_right_is_stored(notebook):
    assert refreshed(notebook("1 / 0", tags=["raises-exception"]))


def test_a_cell_that_has_not_run_is_refused(notebook):
    assert "has not run" in refused(notebook("1 + 1", ""))


def test_a_cell_that_writes_to_stderr_is_refused(notebook):
    why = refused(notebook("import sys\nprint('oh', file=sys.stderr)"))
    assert "wrote to stderr: oh" in why


def test_a_cell_without_end_is_refused_in_time(notebook, monkeypatch):
    monkeypatch.setattr(notebooks, "CELL_LIMIT_S", 2)
    assert "took over 2 s" in refused(notebook("while True: pass"))


def test_a_kernel_that_dies_is_refused(notebook):
    assert "died" in refused(notebook("import os\nos._exit(1)"))


@pytest.mark.parametrize("text", ["", "no notebook", "{}", "[]"])
def test_what_is_no_notebook_is_refused_by_name(tmp_path, text):
    path = tmp_path / "broken.ipynb"
    path.write_text(text)
    assert "broken.ipynb: no notebook" in refused(path)


def test_a_missing_notebook_is_refused_by_name(tmp_path):
    with pytest.raises(RefreshRefused, match=r"nowhere\.ipynb"):
        refreshed(tmp_path / "nowhere.ipynb")
