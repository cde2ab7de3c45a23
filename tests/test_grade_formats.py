"""The formats of a grade: valid by their schemas, and no text of a submission has power in them."""

import json
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from markdown_it import MarkdownIt

from tests.grade_samples import ALL, HOSTILE, grade, overview_of
from workbench.grading import formats, markdown, pages
from workbench.grading.grade import from_json, store, stored
from workbench.grading.inspection import inspect_files
from workbench.plain import LONGEST, one_line, plain, plain_values

SCHEMAS = Path(__file__).parent / "schemas"
ENVIRONMENT = {
    "CLASSROOM": "networks",
    "ASSIGNMENT": "proxy",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "alice",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://git.invalid/commit/1",
    "RELEASE_URL": "https://git.invalid/releases/1",
    "REVIEW_URL": "https://git.invalid/compare/1",
}


def schema(name):
    whole = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(whole)
    return jsonschema.Draft202012Validator(whole)


def test_the_native_json_is_valid_and_comes_back_as_it_was(tmp_path):
    whole = grade()
    schema("labgrade").validate(json.loads(formats.as_json(whole)))
    store(whole, tmp_path)
    assert formats.as_json(stored(tmp_path)) == formats.as_json(whole)


def test_half_a_record_is_no_record(tmp_path):
    store(grade(), tmp_path)
    record = tmp_path / "labgrade.json"
    record.write_text(record.read_text()[:-20])
    assert stored(tmp_path) is None
    assert stored(tmp_path / "nowhere") is None
    with pytest.raises(ValueError, match="labgrade/1"):
        from_json({"schema": "labgrade/9"})


def test_gradescopes_file_is_valid_and_has_every_check():
    result = json.loads(formats.gradescope(grade()))
    schema("gradescope_results").validate(result)
    assert [test["status"] for test in result["tests"]] == ["failed", "failed", "passed", "failed"]
    assert result["score"] == sum(test["score"] for test in result["tests"]) == 2
    assert result["tests"][0]["tags"] == ["port-is-text"]
    assert result["output_format"] == result["test_output_format"] == "text"
    assert not any("output_format" in test for test in result["tests"])


def test_classroom_50s_file_is_valid_and_says_whose_it_is(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    result = json.loads(formats.classroom50(grade()))
    schema("classroom50_result").validate(result)
    assert (result["owner"], result["assignment"]) == ("alice", "proxy")
    assert all(test["score"] <= test["max-score"] for test in result["tests"])
    assert result["score"] == sum(test["score"] for test in result["tests"])
    assert [test["passed"] for test in result["tests"]] == [False, False, True, False]


def test_classroom_50s_file_is_refused_where_nobody_says_whose_it_is(monkeypatch):
    monkeypatch.delenv("OWNER", raising=False)
    with pytest.raises(formats.NotThere, match="OWNER"):
        formats.classroom50(grade())


def test_a_wrong_file_is_seen_by_the_schemas(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for name, text in (
        ("gradescope_results", formats.gradescope(grade())),
        ("classroom50_result", formats.classroom50(grade())),
        ("labgrade", formats.as_json(grade())),
    ):
        wrong = json.loads(text)
        (wrong.get("tests") or wrong["checks"])[0]["score"] = "2"
        with pytest.raises(jsonschema.ValidationError):
            schema(name).validate(wrong)


def test_junits_file_has_a_suite_for_each_lab_and_counts_right():
    root = ElementTree.fromstring(formats.junit(grade()))
    (suite,) = root.findall("testsuite")
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases].count("a_check") == 4
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure")) == 2
    assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped")) == 1
    assert int(suite.get("errors")) == len(suite.findall("testcase/error")) == 1
    assert "<script>" in suite.find("testcase/failure").text


@pytest.mark.parametrize("text", [*HOSTILE, ALL])
def test_no_text_of_a_submission_is_markdown_or_html_in_the_summary(text):
    """The page that a reader sees has the tags of the same summary with harmless text."""
    calm, wild = (tags(rendered(markdown.summary(grade(t)))) for t in ("calm", text))
    assert wild == calm
    calm, wild = (
        tags(rendered(markdown.class_summary(overview_of(grade(t))))) for t in ("calm", text)
    )
    assert wild == calm


@pytest.mark.parametrize("text", [*HOSTILE, ALL, "a` <b>x</b> `a", "`a", "", "|", "\\|"])
def test_a_name_stays_in_its_cell_of_a_table(text):
    def table(name):
        return tags(rendered(f"| a | b |\n| --- | --- |\n| {markdown.code(name)} | 1 |"))

    assert table(plain(text)) == table("calm")


def test_a_slip_or_an_unwritten_exercise_shows_no_belief():
    shown, slip, unwritten = grade("calm"), grade("calm"), grade("calm")
    for one in (shown, slip, unwritten):
        del one.checks[1:]
    slip.checks[0].slip = True
    unwritten.checks[0].unwritten = "local_endpoint"
    overview = overview_of(shown, slip, unwritten)
    assert overview.common_beliefs() == [("port-is-text", 1)]
    assert json.loads(formats.gradescope(slip))["tests"][0]["tags"] == []


@pytest.mark.parametrize("text", [*HOSTILE, ALL])
def test_no_text_of_a_submission_is_html_on_the_page(text):
    assert tags(pages.submission_page(grade(text))) == tags(pages.submission_page(grade("calm")))


def test_a_page_holds_no_script_and_forbids_all():
    for page in (pages.submission_page(grade()), pages.class_page(overview_of(grade()))):
        assert "script" not in tags(page)
        assert "default-src 'none'" in page


def test_a_line_in_a_ci_job_s_log_is_no_command():
    notice = markdown.annotation("could not be marked", ALL)
    assert notice.count("\n") == 0
    assert notice.startswith("::error title=could not be marked::")
    line = one_line(ALL, limit=10_000)
    assert "\n" not in line
    assert "::" not in line
    assert "##[" not in line


def test_what_moves_a_cursor_or_turns_the_writing_is_written_out():
    assert plain("a\x1b[2J\u202eb\ud800\x00") == "a\\x1b[2J\\u202eb\\ud800\\x00"
    assert plain("é ü 漢\n\tx") == "é ü 漢\n\tx"
    assert plain("x" * 5000).endswith("x … (of 5,000 characters)")
    assert plain_values({"at": ["/tmp/secret/lab01.py"]}, hide="/tmp/secret") == {
        "at": ["labs/lab01.py"]
    }


@pytest.mark.parametrize("text", [ALL, "x" * 5000, "\x1b" * 3000, "\x1b" * 5000, "x" * 4000, ""])
def test_to_make_a_text_plain_twice_changes_nothing(text):
    assert plain(plain(text)) == plain(text)
    assert len(plain(text)) <= LONGEST


def test_imports_that_do_the_exercise_are_a_reminder(tmp_path):
    (tmp_path / "lab01.py").write_text(
        "import socket, select\nimport asyncio.streams\nfrom http import HTTPStatus, server\n"
        "def f():\n    import requests\n    __import__('socketserver')\n"
        "from labs.lab01_five_tuple import Endpoint\n"
    )
    (found,) = inspect_files(tmp_path, ["lab01.py"]).values()
    named = [line.split()[1].rstrip(":") for line in found]
    assert named == ["asyncio.streams", "http.server", "socketserver", "requests"]


@pytest.mark.parametrize("source", ["def (:", "(" * 100_000, "x = " + "-" * 200_000 + "1", "\0"])
def test_a_source_that_brings_a_parser_down_costs_a_child_only(tmp_path, source):
    (tmp_path / "lab01.py").write_text(source)
    assert set(inspect_files(tmp_path, ["lab01.py"])) == {"lab01.py"}


def test_one_source_that_brings_a_parser_down_takes_nothing_from_the_others(tmp_path):
    (tmp_path / "lab01.py").write_text("import asyncio\n")
    found = inspect_files(tmp_path, ["lab01.py", "is_not_there.py"])
    assert found["lab01.py"] == ["imports asyncio: the exercise is to do it on raw sockets"]
    assert found["is_not_there.py"] == ["brings a parser down: nothing is known of it"]


def rendered(text):
    """Markdown with raw HTML let through, as GitHub's renderer does before it sanitises."""
    return MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)


def tags(page):
    """Every tag of a page with its attributes' names, in order."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            found.append((tag, *(name for name, _ in attributes)))

        def handle_endtag(self, tag):
            found.append(f"/{tag}")

    Reader().feed(page)
    assert found
    return found
