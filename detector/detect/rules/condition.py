"""A rule's condition as a small tree of our own.

``All``, ``AnyOf``, ``Not`` and ``Test`` know nothing of Sigma or of columns. Thousands of rules hold hundreds of
thousands of them, so they are small, the garbage collector does not look at them (``gc=False``: none can hold itself),
and the cache of rules reads and writes them as they are.
"""

from typing import Literal

from msgspec import Struct

Operation = Literal[
    "equals",
    "contains",
    "startswith",
    "endswith",
    "wildcard",
    "regex",
    "number",
    "lt",
    "lte",
    "gt",
    "gte",
    "neq",
    "cidr",
    "exists",
    "null",
    "fieldref",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
]
Operand = str | int | float | bool | None


class Test(Struct, frozen=True, gc=False, array_like=True, tag="t"):
    """One field against one value.

    Attributes:
        field: Column, ``labels.NAME``, or empty: a keyword, looked for in every text of the event.
        operation: How they are compared.
        value: The value; text is lower case already unless ``cased``. A network is written as its address and prefix.
        cased: Letter case counts.
        literal: Longest plain text that must stand in the field when the test holds; empty when there is none.
        starts / ends: For ``fieldref``: the field starts (ends) with the other one, both: contains it.
    """

    __test__ = False  # not a test case of pytest

    field: str
    operation: Operation
    value: Operand
    cased: bool = False
    literal: str = ""
    starts: bool = False
    ends: bool = False


class All(Struct, frozen=True, gc=False, array_like=True, tag="a"):
    """Every part holds."""

    parts: tuple["Node", ...]


class AnyOf(Struct, frozen=True, gc=False, array_like=True, tag="o"):
    """At least one part holds."""

    parts: tuple["Node", ...]


class Not(Struct, frozen=True, gc=False, array_like=True, tag="n"):
    """The part does not hold."""

    part: "Node"


Node = All | AnyOf | Not | Test


def fields_of(node: Node) -> set[str]:
    """Return every field the condition reads; keywords give none."""
    if isinstance(node, Test):
        other = {str(node.value)} if node.operation == "fieldref" else set()
        return ({node.field} if node.field else set()) | other
    if isinstance(node, Not):
        return fields_of(node.part)
    return set().union(*map(fields_of, node.parts))
