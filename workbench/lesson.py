"""What a notebook calls in the open: the comparison with a prediction, and a lab's checkpoint.

Prints. Never raises for what a student wrote, so that "Run All" comes to the end.
"""

from __future__ import annotations

from workbench.checks import feedback
from workbench.checks.runner import run_checks
from workbench.families import family_of_lab


def compare(prediction: object, observed: object) -> None:
    """Prints whether what was predicted is what was seen. `...` stands for no prediction."""
    if prediction is ...:
        print("No prediction yet. Next time write down a guess first: it is what you learn from.")
    elif str(prediction).strip().casefold() == str(observed).casefold():
        print(f"You predicted {prediction!r}, and so it is.")
    else:
        print(f"You predicted {prediction!r}; it is {observed!r}.")
        print("Is that the same in other words? If not, read on: why?")


def check(lab: str, only: str = "") -> None:
    """Checks your lab, all of it or the checks whose names begin with `only`; prints how it went.

    Blocks for some seconds at the most. Never raises for what a lab does: it runs in a process
    of its own, with a deadline, from the files as they are saved now. Raises UnknownLab.
    """
    report = run_checks(family_of_lab(lab), only)
    print(feedback.as_text(report, tree=not report.all_passed))
    hints = feedback.hints_as_html(report)
    if hints:
        from IPython.display import HTML, display

        display(HTML(hints))
