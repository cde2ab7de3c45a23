"""TEACHING.md says what the notebooks say: minutes, sections, beliefs, exit questions, courses."""

import re
from html import unescape

import nbformat
import pytest

from workbench.families import FAMILIES, ROOT
from workbench.misconceptions import catalogue, section_with_tag

PATH = ROOT / "lab_solutions" / "TEACHING.md"
TEXT = PATH.read_text("utf-8")
THERE = [family for family in FAMILIES if family.notebook.exists()]
#: A question of a notebook's last cell, and the answer that is folded up below it.
QUESTION = re.compile(
    r"^\d+\. (.*?)\n<details><summary>Answer</summary>(.*?)</details>", re.DOTALL | re.MULTILINE
)
BELIEF_ROW = re.compile(r"^\| `([a-z0-9-]+)`: (.*?) \*([^|]+)\* \| ", re.MULTILINE)


def plain(text):
    """The words of a piece of Markdown or HTML: line breaks, code and emphasis do not count."""
    return " ".join(re.sub(r"</?(code|i|b|em)>|[`*]", "", unescape(text)).split())


def part_of(heading):
    """What stands under a heading of the second level."""
    parts = re.split(r"^## ", TEXT, flags=re.MULTILINE)
    return next((part for part in parts if part.splitlines()[0].strip() == heading), "")


def sources(family):
    return [cell.source for cell in nbformat.read(family.notebook, as_version=4).cells]


def headings(family):
    lines = "\n".join(sources(family)).splitlines()
    return {plain(line.lstrip("# ")) for line in lines if line.startswith("#")}


def part(family):
    return part_of(sources(family)[0].splitlines()[0].lstrip("# "))


each_family = pytest.mark.parametrize("family", THERE, ids=lambda family: family.stem)


@each_family
def test_a_family_has_its_part_with_the_notebooks_own_title_and_minutes(family):
    assert f"(../notebooks/{family.notebook.name})" in part(family)
    minutes = re.search(r"\*Minutes:\*.*?(?=\*Out of scope)", sources(family)[0], re.DOTALL)
    assert plain(minutes.group()) in plain(part(family))


@each_family
def test_the_exit_questions_and_their_answers_are_the_notebooks(family):
    questions = QUESTION.findall(sources(family)[-1])
    assert len(questions) >= 3
    _, _, exit_part = part(family).partition("**Exit questions**")
    asked = re.split(r"^\d+\. ", exit_part, flags=re.MULTILINE)[1:]
    assert [plain(text) for text in asked] == [
        f"{plain(question)} Answer: {plain(answer)}" for question, answer in questions
    ]


@each_family
def test_each_belief_of_a_notebook_has_its_row_with_its_words_and_its_section(family):
    rows = {id: (belief, section) for id, belief, section in BELIEF_ROW.findall(part(family))}
    tags = {tag: section_with_tag(family.notebook, tag) for tag in catalogue()}
    shown = {id: section for id, section in tags.items() if section}
    assert {id: (plain(belief), plain(section)) for id, (belief, section) in rows.items()} == {
        id: (plain(catalogue()[id].belief), plain(section)) for id, section in shown.items()
    }


@each_family
def test_what_can_be_left_out_is_a_section_that_exists(family):
    _, _, skip = part(family).partition("**Can be left out:**")
    named = re.findall(r"\*([^*]+)\*", skip.partition("**Exit questions**")[0].replace("**", ""))
    assert named, "name the sections"
    own = headings(family)
    assert [name for name in named if plain(name) not in own and len(name.split()) > 2] == []


def test_the_plan_of_lesson_03_goes_through_its_sections_in_their_order_and_in_fifty_minutes():
    family = next(family for family in THERE if family.number == "03")
    rows = re.findall(r"^\| (\d+) \| \*?(.*?)\*? \|", part_of("Lesson 03 in ten minutes"), re.M)
    begins = [int(minute) for minute, _ in rows]
    assert begins == sorted(begins)
    assert begins[-1] < 50
    order = [plain(line.lstrip("# ")) for text in sources(family) for line in text.splitlines()]
    places = [order.index(plain(section)) for _, section in rows[:-1]]
    assert places == sorted(places)


def test_the_courses_are_those_that_notebook_00_names():
    words = plain("\n".join(sources(THERE[0])))
    three = re.search(r"For a course of three lessons: ([\d, ]+)\.", words).group(1)
    assert f"| 3 | {three} |" in TEXT
    eight = re.search(r"For eight: (\d\d to \d\d)\.", words).group(1)
    assert f"| 8 | {eight}" in TEXT


def test_every_file_and_folder_that_it_names_exists():
    links = re.findall(r"\]\((?!https?:)([^)#]+)", TEXT)
    assert [link for link in links if not (PATH.parent / link).exists()] == []
    named = re.findall(r"`((?:workbench|tests|\.\w+)/[\w./-]*)`", TEXT)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_make_command_that_it_names_exists():
    files = (ROOT / "Makefile", ROOT / "workbench" / "authors.mk")
    makefiles = "".join(path.read_text("utf-8") for path in files)
    targets = set(re.findall(r"`make (\w+)", TEXT))
    assert {"grade", "release", "book", "doctor"} <= targets
    assert [t for t in targets if not re.search(rf"^{t}:", makefiles, re.MULTILINE)] == []
