"""The skeletons: what a student gets is the reference without the bodies of its exercises."""

import ast

import pytest

from workbench.families import FAMILIES, ROOT
from workbench.skeletons import LabHoldsWork, exercises_in, skeleton_of, write_labs

SOURCE = '''"""A lab."""

LIMIT = 3


class Buffer:
    """Given."""

    def feed(self, data: bytes) -> None:  # exercise
        """Takes bytes."""
        self.data = data
        # a comment of the reference

    def given(self) -> int:
        return LIMIT


def long(
    first: int,
    second: int,
) -> int:  # exercise
    """Adds."""
    return first + second


def said() -> str:
    """# exercise"""
    return "not an exercise"
'''
REFERENCES = [family.reference for family in FAMILIES if family.reference.exists()]


def test_exercises_are_found_by_their_mark_in_classes_too():
    assert [name for name, _ in exercises_in(SOURCE)] == ["Buffer.feed", "long"]


def test_the_body_goes_and_signature_docstring_and_given_code_stay():
    skeleton = skeleton_of(SOURCE)
    assert 'raise NotImplementedError("Buffer.feed")' in skeleton
    assert "self.data = data" not in skeleton
    assert "a comment of the reference" not in skeleton
    assert '"""Takes bytes."""' in skeleton
    assert "return LIMIT" in skeleton
    assert "first + second" not in skeleton


def test_a_skeletons_skeleton_is_itself():
    assert skeleton_of(skeleton_of(SOURCE)) == skeleton_of(SOURCE)


def test_only_one_exercise_is_taken_out_on_request():
    skeleton = skeleton_of(SOURCE, only="long")
    assert "self.data = data" in skeleton
    assert "first + second" not in skeleton


def test_an_exercise_without_a_text_is_refused():
    with pytest.raises(ValueError, match="needs a docstring"):
        skeleton_of("def f():  # exercise\n    return 1\n")


def test_labs_are_written_once_and_then_left_alone(tmp_path):
    labs = (ROOT / "lab_solutions").glob("lab[0-9]*.py")
    assert {path.name for path in write_labs(tmp_path)} == {path.name for path in labs}
    assert write_labs(tmp_path) == []


@pytest.mark.parametrize("work", ["def local_endpoint(:\n", "solved"])
def test_written_work_is_never_overwritten_unless_forced(tmp_path, work):
    reference = REFERENCES[0]
    text = reference.read_text("utf-8") if work == "solved" else work
    (tmp_path / reference.name).write_text(text, "utf-8")
    with pytest.raises(LabHoldsWork, match=reference.name):
        write_labs(tmp_path)
    assert (tmp_path / reference.name).read_text("utf-8") == text
    assert len(list(tmp_path.iterdir())) == 1
    assert write_labs(tmp_path, force=True)


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda path: path.stem)
def test_every_exercise_is_small(reference):
    """Exercises are functions of 5 to 15 lines; 30 is where a function must be split."""
    for name, node in exercises_in(reference.read_text("utf-8")):
        lines = node.end_lineno - node.body[0].end_lineno
        assert lines <= 30, f"{name} has {lines} lines"
        assert ast.get_docstring(node)
