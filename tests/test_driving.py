"""What `driving` does for a check: it turns a loop, counts, and tells a failure's true cause."""

import logging
import time

import pytest

from workbench import kernel
from workbench.checks.driving import driving


class Loop:
    """A loop whose turns are given as a function."""

    def __init__(self, turn):
        self.run_once = turn


def test_turns_are_counted_and_end_with_the_block():
    with driving(Loop(time.sleep), turn_s=0.001) as turns:
        kernel.wait_until(lambda: turns.completed >= 3, what="three turns")
    last = turns.completed
    assert last <= turns.begun <= last + 1
    time.sleep(0.01)
    assert turns.completed == last


def test_what_the_loop_raises_is_raised_behind_the_block():
    with pytest.raises(ZeroDivisionError), driving(Loop(lambda timeout_s: 1 / 0)):
        pass


def test_what_the_loop_raises_explains_a_failure_of_the_block():
    with pytest.raises(ZeroDivisionError) as raised, driving(Loop(lambda timeout_s: 1 / 0)):
        raise AssertionError("nothing came")
    assert isinstance(raised.value.__cause__, AssertionError)


def log_an_error(timeout_s):
    try:
        raise KeyError("the cause")
    except KeyError:
        logging.getLogger("labs.lab06").exception("a callback raised")
    time.sleep(timeout_s)


def fail_after_a_turn(loop):
    with driving(loop, turn_s=0.001) as turns:
        kernel.wait_until(lambda: turns.completed, what="a turn")
        raise AssertionError("nothing came")


def test_an_exception_in_the_log_explains_a_failure_of_the_block():
    with pytest.raises(KeyError, match="the cause"):
        fail_after_a_turn(Loop(log_an_error))


def test_an_exception_in_the_log_alone_is_a_failure_too():
    with (
        pytest.raises(KeyError, match="the cause"),
        driving(Loop(log_an_error), turn_s=0.001) as turns,
    ):
        kernel.wait_until(lambda: turns.completed, what="a turn")


def test_a_failure_of_the_block_alone_stays_what_it_is():
    with pytest.raises(AssertionError, match="nothing came"), driving(Loop(time.sleep), turn_s=0):
        raise AssertionError("nothing came")


def test_a_turn_that_does_not_end_is_left_behind():
    start_s = time.monotonic()
    with driving(Loop(lambda timeout_s: time.sleep(2)), turn_s=0.001) as turns:
        kernel.wait_until(lambda: turns.begun, what="a turn")
    assert time.monotonic() - start_s < 1.5
    assert turns.completed == 0
