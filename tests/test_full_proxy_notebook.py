"""Notebook 08 attacks the reader's own proxy: what is stored is how the reference held."""

import ast

import pytest

from workbench.families import family_of_lab
from workbench.notebooks import code_cells, read

CELLS = code_cells(read(family_of_lab("08").notebook))


def excuses_of(name):
    """What a function of the notebook prints where an experiment does not reach its end."""
    (source,) = [cell.source for cell in CELLS if f"def {name}(" in cell.source]
    handlers = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.excepthandler)]
    calls = [node for handler in handlers for node in ast.walk(handler)]
    return [
        call.args[0].value
        for call in calls
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "print"
    ]


@pytest.mark.parametrize("name", ["live", "attempt"])
def test_no_live_experiment_is_stored_with_an_excuse(name):
    live = [cell for cell in CELLS if "\nlive(" in cell.source]
    assert live
    excuses = excuses_of(name)
    assert excuses
    for cell in live:
        said = "".join(output.get("text", "") for output in cell.outputs)
        assert [excuse for excuse in excuses if excuse in said] == []
