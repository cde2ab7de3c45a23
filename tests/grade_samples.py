"""A grade for tests of reports, with hostile text wherever something of a submission is kept."""

from workbench.checks.results import CheckResult
from workbench.grading.grade import Grade, LabMark
from workbench.grading.overview import Overview
from workbench.plain import one_line, plain_values

#: What a hostile submission may put into any text that a report shows.
HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=alert(1)>",
    "</pre></code></dd></details></summary>\n<h1>full marks</h1>",
    '" onmouseover="alert(1)" x="',
    "{{ 7 * 7 }}{% raw %}",
    "``` \n# heading\n```\n<b>bold</b>",
    "````` | cell | [link](javascript:alert(1)) ![x](http://127.0.0.1/x)",
    "@everyone see https://example.org/ #1 ~~x~~ **x**",
    "]]><failure/><!-- &lt; &amp; --> <![CDATA[",
    "\n::error::owned\n::set-output name=x::y\n##[group]x\n%0A::warning::x",
    "\x1b[2J\x1b]0;title\x07\x00\x08\ud800\u202eevil\u2028\ufffe",
)
ALL = "\n".join(HOSTILE)


def grade(text=ALL):
    """A grade with `text` wherever something of a submission is kept, as marking would keep it."""
    shown = plain_values({"t": text}, hide="/nowhere")["t"]
    line = one_line(text)
    check = CheckResult(
        id="a_check",
        lab="01",
        title="It does what is promised.",
        points=2,
        needs=(),
        misconception="port-is-text",
        hint="Which type has it?",
    )
    failed, unrun, passed, unwritten = (CheckResult(**vars(check)) for _ in range(4))
    failed.settle(False, expected=shown, actual=shown, log={"on the wire": shown, line: shown})
    unrun.settle(None, actual=shown)
    passed.settle(True)
    unwritten.settle(False, unwritten=shown, actual=shown)
    mark = LabMark("01", score=2, max_score=8, handed_in=True, broken=shown, fault=shown)
    mark.reminders, mark.luck, mark.seconds = [line], ["a_check"], 0.5
    whole = Grade("alice", "plain", 7, labs=[mark], checks=[failed, unrun, passed, unwritten])
    whole.not_taken, whole.problems = [(line, "a link")], [shown]
    return whole


def overview_of(*grades):
    overview = Overview("plain", 7)
    for one in grades:
        overview.add(one)
    return overview
