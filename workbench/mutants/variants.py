"""Makes mutants: the source of a lab with one small change in the body of one exercise.

Works on source text alone: it knows no check, and never imports a lab.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from itertools import zip_longest
from typing import NamedTuple

from workbench.skeletons import exercises_in

SWAPPED = {
    old: new
    for pair in (
        (ast.Lt, ast.LtE),
        (ast.Gt, ast.GtE),
        (ast.Eq, ast.NotEq),
        (ast.Is, ast.IsNot),
        (ast.In, ast.NotIn),
        (ast.And, ast.Or),
        (ast.Add, ast.Sub),
        (ast.Mult, ast.FloorDiv),
    )
    for old, new in (pair, pair[::-1])
}
OTHER_NAMES = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "SHUT_WR": "SHUT_RDWR",
    "SHUT_RDWR": "SHUT_WR",
    "getsockname": "getpeername",
    "getpeername": "getsockname",
}


class Mutant(NamedTuple):
    """A lab's whole source with one change, and what was changed, in words."""

    exercise: str
    change: str  # "before → after", of the smallest statement around it
    source: str

    @property
    def name(self) -> str:
        """What tests/mutants.toml calls it: no line number, so that it outlives other edits."""
        return f"{self.exercise}: {self.change}"


def mutants_of(source: str) -> Iterator[Mutant]:
    """Every mutant of every exercise of a lab; those that are no Python are left out."""
    met: Counter[str] = Counter()
    for name, function in exercises_in(source):
        for changed in _changed(function):
            text = _with_function(source, function, changed)
            change = _in_words(function, changed)
            met[f"{name}: {change}"] += 1
            again = met[f"{name}: {change}"]
            yield Mutant(name, change + (f" ({again})" if again > 1 else ""), text)


def _changed(function: ast.FunctionDef) -> Iterator[ast.FunctionDef]:
    """The function with one node replaced, for each node and whatever may stand in its place."""
    told = _only_told(function)
    for place, node in enumerate(ast.walk(function)):
        for new in () if node in told else _instead_of(node):
            changed = deepcopy(function)
            _Replacing(list(ast.walk(changed))[place], new).visit(changed)
            if _is_python(changed):
                yield changed


def _only_told(function: ast.FunctionDef) -> set[ast.AST]:
    """What is for people: the signature, docstrings, the text of messages, the log."""
    told: set[ast.AST] = {function, *ast.walk(function.args)}
    for node in ast.walk(function):
        match node:
            case ast.Expr(value=ast.Constant()) | ast.JoinedStr():
                told |= set(ast.walk(node))
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="log")))):
                told |= set(ast.walk(node))
            case ast.FunctionDef(returns=ast.expr() as returns):
                told |= set(ast.walk(returns))
            case ast.FunctionDef(args=args):
                told |= set(ast.walk(args))
    return told


def _is_python(function: ast.FunctionDef) -> bool:
    """Does it compile? A `continue` that has lost its loop does not."""
    try:
        compile(ast.unparse(function), "mutant", "exec")
    except SyntaxError:
        return False
    return True


class _Replacing(ast.NodeTransformer):
    """Puts `new` (a node, or statements) in the place of the node `old`."""

    def __init__(self, old: ast.AST, new: ast.AST | list[ast.stmt]) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
        return self.new if node is self.old else self.generic_visit(node)


def _instead_of(node: ast.AST) -> Iterator[ast.AST | list[ast.stmt]]:
    """What may stand in the place of a node, each a mistake of its own."""
    yield from _other_operators(node)
    match node:
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(value=bytes() as value) if value:
            yield ast.Constant(b"")
        case ast.Name(id=name) if name in OTHER_NAMES:
            yield _with(node, id=OTHER_NAMES[name])
        case ast.Attribute(attr=name) if name in OTHER_NAMES:
            yield _with(node, attr=OTHER_NAMES[name])
        case ast.Constant(value=str() as value):
            yield ast.Constant(value + "x")
        case ast.Call(args=[ast.expr() as only], keywords=[]) if isinstance(node.func, ast.Name):
            yield only
        case ast.Call(args=args) if ast.unparse(node.func) not in OTHER_NAMES:
            for at in range(1, len(args)):
                yield _with(node, args=[*args[: at - 1], args[at], args[at - 1], *args[at + 1 :]])
        case ast.Tuple(elts=items):
            for at in range(len(items)):
                yield _with(node, elts=items[:at] + items[at + 1 :])
        case ast.ExceptHandler(type=ast.expr() as kind) if ast.unparse(kind) != "Exception":
            yield _with(node, type=ast.Name("Exception", ast.Load()))
        case ast.Slice(lower=ast.expr(), upper=ast.expr()):
            yield from (_with(node, lower=None), _with(node, upper=None))
        case ast.stmt():
            yield from _other_statements(node)


def _other_operators(node: ast.AST) -> Iterator[ast.AST]:
    """The same operands, otherwise compared or combined."""
    match node:
        case ast.Compare(ops=[op, *more]) if type(op) in SWAPPED:
            yield _with(node, ops=[SWAPPED[type(op)](), *more])
        case ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in SWAPPED:
            yield _with(node, op=SWAPPED[type(op)]())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if not _turned(test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), test))


def _turned(test: ast.expr) -> bool:
    """Is its contrary among the other operators already?"""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Compare(ops=[ast.Eq() | ast.NotEq() | ast.Is() | ast.IsNot() | ast.In()]):
            return True
    return False


def _other_statements(node: ast.stmt) -> Iterator[list[ast.stmt] | ast.stmt]:
    """A statement left out, or what is around its body; a loop that does not come again."""
    match node:
        case ast.With(body=body) | ast.Try(body=body):
            yield body
        case ast.While(test=test, body=body):
            yield ast.If(test, body, [])
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()
        case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.FunctionDef() | ast.For():
            return
    if not isinstance(node, ast.With | ast.Try | ast.While | ast.Match):
        yield ast.Pass()


def _with(node: ast.AST, **fields: object) -> ast.AST:
    """A copy of `node` in which these fields differ."""
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})


def _in_words(old: ast.FunctionDef, new: ast.FunctionDef) -> str:
    """The first line that differs, before and after."""
    was, now = ast.unparse(old).splitlines(), ast.unparse(new).splitlines()
    before, after = next(
        (a, b) for a, b in zip_longest(was, now, fillvalue="") if a.strip() != b.strip()
    )
    left_out = len(now) < len(was) or after.strip() in ("pass", "")
    return f"{before.strip()} → {'(left out)' if left_out else after.strip()}"


def _with_function(source: str, old: ast.FunctionDef, new: ast.FunctionDef) -> str:
    """`source` with the text of one definition replaced; every other line stays as it is."""
    lines = source.splitlines()
    indent = " " * old.col_offset
    text = [indent + line for line in ast.unparse(new).splitlines()]
    return "\n".join([*lines[: old.lineno - 1], *text, *lines[old.end_lineno :]]) + "\n"
