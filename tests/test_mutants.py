"""Mutants: small changes to the reference. Those that no check notices are listed or explained."""

import ast

from typer.testing import CliRunner

from workbench.authors import app
from workbench.families import FAMILIES, family_of_lab
from workbench.mutants.survey import chosen, explanations, survey
from workbench.mutants.variants import Mutant, mutants_of

SOURCE = '''
def given(count):
    return count < 1


class Buffer:
    def take(self, count: int = 4) -> bytes | None:  # exercise
        """Says "5 < 6" in its docstring."""
        if count < 1:
            return None
        raise ValueError(f"{count} is 7 too many")
'''


def test_each_mutant_has_one_change_in_an_exercise():
    assert [mutant.name for mutant in mutants_of(SOURCE)] == [
        "Buffer.take: if count < 1: → if not count < 1:",
        "Buffer.take: if count < 1: → (left out)",
        "Buffer.take: raise ValueError(f'{count} is 7 too many') → (left out)",
        "Buffer.take: if count < 1: → if count <= 1:",
        "Buffer.take: return None → (left out)",
        "Buffer.take: raise ValueError(f'{count} is 7 too many') → raise f'{count} is 7 too many'",
        "Buffer.take: if count < 1: → if count < 2:",
        "Buffer.take: if count < 1: → if count < 0:",
    ]


def test_mutants_are_python_and_differ_in_name_and_text():
    family = family_of_lab("04")
    mutants = chosen(family)
    reference = ast.unparse(ast.parse(family.reference.read_text("utf-8")))
    texts = {ast.unparse(ast.parse(mutant.source)) for mutant in mutants}
    assert reference not in texts
    assert len({mutant.name for mutant in mutants}) == len(mutants) > 20


def test_a_mutant_is_noticed_or_explained_or_survives():
    family = family_of_lab("01")
    right = family.reference.read_text("utf-8")
    wrong = next(m for m in chosen(family) if "protocol = " in m.change)
    mutants = [wrong, Mutant("a", "b → c", right), Mutant("a", "d → e", right)]
    found = survey(family, mutants, explained=["a: b → c", "a: gone", "other: not run"])
    assert found.killed == [wrong.name]
    assert found.explained == ["a: b → c"]
    assert found.survivors == ["a: d → e"]
    assert found.outdated == ["a: gone"]
    assert not found.clean


def test_what_is_explained_is_a_mutant():
    for family in FAMILIES[1:]:
        explained = explanations(family)
        mutants = chosen(family) if explained else []
        assert explained.keys() <= {mutant.name for mutant in mutants}
        assert all(len(why) > 10 for why in explained.values())


def test_the_command_ends_with_0_if_every_mutant_was_noticed_or_explained():
    done = CliRunner().invoke(app, ["mutate", "01", "--only", "local_endpoint"])
    assert done.exit_code == 0, done.output
    assert CliRunner().invoke(app, ["mutate", "77"]).exit_code == 2
