"""One YAML document of a rule file, and the problems found in it, each at its line.

Comes in: a document. Goes out: what pySigma takes, and problems with file and line.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from sigma.exceptions import SigmaError
from sigma.modifiers import SigmaWideModifier, modifier_mapping
from sigma.rule import SigmaDetectionItem

from detector.detect.rules.columns.expressions import LABEL
from detector.detect.rules.loading.expand_placeholders import expanded
from detector.detect.rules.loading.regular_expression import POLICY
from detector.detect.rules.loading.rule_context import Placeholders
from detector.detect.rules.loading.sigma_conditions import Unsupported, value_test
from detector.detect.rules.logsources.event_scope import KNOWN
from detector.errors import Problem
from detector.settings.loading.yaml_nodes import compose_all, line_of

_PLACES = {
    "Level": "level",
    "Status": "status",
    "Date": "date",
    "Modified": "modified",
    "Tag": "tags",
    "Title": "title",
    "Logsource": "logsource",
    "Detection": "detection",
    "Condition": "detection",
    "Related": "related",
    "References": "references",
    "Fields": "fields",
    "FalsePositives": "falsepositives",
    "Author": "author",
    "Description": "description",
    "Correlation": "correlation",
    "Filter": "filter",
}
_WITH_CONDITION = ("detection", "correlation", "filter")
_SELECTIONS = ("detection", "filter")
_EXACT = 1 << 53
_CAPITALS = frozenset({"AND", "OR", "NOT", "OF", "ALL", "ANY", "THEM"})
_CAPITAL = re.compile(rf"(?<![\w*.-])(?:{'|'.join(sorted(_CAPITALS))})(?![\w*.-])")
_STUMBLES = (TypeError, AttributeError)
modifier_mapping.setdefault("utf16le", SigmaWideModifier)  # the specification's name for it, which pySigma lacks


@dataclass(slots=True)
class Document:
    """One YAML document of a rule file, with the problems found in it so far.

    Attributes:
        text: The whole file: where in it a problem is, is looked up when there is one.
        number: Which of the file's documents it is.
        line: Where it begins.
    """

    file: str
    text: str
    number: int
    line: int
    data: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    _node: yaml.Node | None = field(default=None, init=False, repr=False)

    def refuse(self, what: str, *where: str | int, fix: str = "") -> None:
        """Note a problem at a place of the document."""
        if where and self._node is None:
            self._node = compose_all(Path(self.file), self.text)[self.number]
        line = line_of(self._node, where) if where else self.line
        self.problems.append(Problem(file=self.file, line=line, what=what, fix=fix))


def for_sigma(document: Document) -> dict[str, Any]:
    """Return the document as pySigma takes it: ids that are no UUID are ours to know."""
    data = {key: exact(key, small_operators(key, value)) for key, value in document.data.items() if key != "nabat"}
    try:
        UUID(str(data.get("id")))
    except ValueError:
        data.pop("id", None)
    return data


def small_operators(key: str, part: Any) -> Any:
    """Return a part of a document with ``AND``, ``1 OF`` and the like of its condition as pySigma knows them.

    Many write them in capitals, and so do tests of the specification. What bears such a name is not meant by it.
    """
    if key not in _WITH_CONDITION or not isinstance(part, dict) or "condition" not in part:
        return part
    rules = part.get("rules")
    names = {*map(str, part), *(map(str, rules) if isinstance(rules, list) else ())}
    if not names.isdisjoint(_CAPITALS):
        return part
    found = part["condition"]
    if isinstance(found, str):
        return {**part, "condition": _CAPITAL.sub(_small, found)}
    if isinstance(found, list):
        return {**part, "condition": [_CAPITAL.sub(_small, one) if isinstance(one, str) else one for one in found]}
    return part


def exact(key: str, part: Any) -> Any:
    """Return selections with whole numbers as text that pySigma would round: beyond what a float tells apart."""
    if key not in _SELECTIONS:
        return part
    if isinstance(part, dict):
        return {name: exact(key, value) for name, value in part.items()}
    if isinstance(part, list):
        return [exact(key, value) for value in part]
    return str(part) if type(part) is int and abs(part) > _EXACT else part


def _small(word: re.Match[str]) -> str:
    return word[0].lower()


def refuse_all(document: Document, errors: Sequence[SigmaError]) -> None:
    """Note pySigma's errors at the keys they are about."""
    for error in errors:
        place = place_of(error)
        where: tuple[str, ...] = (place,) if place else ()
        if type(error).__name__.startswith("SigmaCondition"):
            where = ("filter" if "filter" in document.data else "detection", "condition")
        document.refuse(" ".join(str(error.args[0] if error.args else error).split()), *where)


def place_of(error: Exception) -> str:
    """Return the key of a document that an error of pySigma's is about; empty where its kind does not tell."""
    kind = type(error).__name__.removeprefix("Sigma")
    return next((key for start, key in _PLACES.items() if kind.startswith(start)), "")


def refusal(error: Exception) -> str:
    """Return why pySigma refuses a rule; of an exception that is no message to people, its type as well."""
    if isinstance(error, RecursionError):
        return "the condition is nested too deeply"
    said = str(error.args[0] if error.args else error)
    return f"pySigma cannot read it ({type(error).__name__}: {said})" if isinstance(error, _STUMBLES) else said


def check_columns(document: Document, key: str, fields: Collection[str]) -> None:
    """Note the fields of selections under a key that are none of our columns."""
    for name in sorted(fields):
        if name not in KNOWN and not name.startswith(LABEL):
            where = _where(document.data.get(key), name)
            document.refuse(f"no column is called {name}", key, *where, fix="use an event column or labels.NAME")


def _where(selections: Any, name: str) -> tuple[str, ...]:
    for selection, definition in selections.items() if isinstance(selections, dict) else ():
        for key in definition if isinstance(definition, dict) else ():
            if str(key).split("|")[0] == name:
                return (str(selection), str(key))
    return ()


def check_detection(document: Document, key: str, placeholders: Placeholders) -> None:
    """Note every problem of the selections under a key at its own line; pySigma stops at a rule's first."""
    detection = document.data.get(key)
    if not isinstance(detection, dict):
        return
    for name, definition in detection.items():
        if name not in ("condition", "timeframe", "rules"):
            _check_selection(document, definition, (key, str(name)), placeholders)
    if "timeframe" in detection:
        what = "`timeframe` is the old way to correlate and is not supported"
        document.refuse(what, key, "timeframe", fix="write a correlation rule")


def _check_selection(
    document: Document, definition: Any, where: tuple[str | int, ...], placeholders: Placeholders
) -> None:
    if isinstance(definition, list):
        for number, part in enumerate(definition):
            _check_selection(document, part, (*where, number), placeholders)
    elif isinstance(definition, dict):
        for key, value in definition.items():
            _check_item(document, str(key), value, (*where, str(key)), placeholders)


def _check_item(
    document: Document, key: str, value: Any, where: tuple[str | int, ...], placeholders: Placeholders
) -> None:
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(part, dict | list) for part in value)):
        document.refuse("a field's value must be a plain value or a list of them", *where)
        return
    try:
        item = SigmaDetectionItem.from_mapping(key, value, policy=POLICY)
        for part in item.value:
            value_test(item.field or "", expanded(part, placeholders))
    except Unsupported as error:
        document.refuse(f"{error} is not supported", *where)
    except (SigmaError, TypeError, AttributeError, ValueError) as error:
        document.refuse(refusal(error), *where)
