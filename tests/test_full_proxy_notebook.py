"""Notebook 08 attacks the reader's own proxy: what is stored is how the reference held."""

from workbench.families import family_of_lab
from workbench.notebooks import code_cells, read

EXCUSE = "Your proxy has not come so far"


def test_no_live_experiment_is_stored_with_an_excuse():
    cells = code_cells(read(family_of_lab("08").notebook))
    live = [cell for cell in cells if "\nlive(" in cell.source]
    assert live
    assert any(EXCUSE in cell.source for cell in cells), "the words to look for"
    for cell in live:
        assert EXCUSE not in "".join(output.get("text", "") for output in cell.outputs)
