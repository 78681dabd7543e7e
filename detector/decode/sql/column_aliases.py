"""What names stand for that a query within another gives its columns: ``(SELECT 5 AS id, name FROM clients) x``.

Comes in: a statement. Goes out: conditions of the queries around, with the columns in the place of their other names.
A name of a constant bounds nothing: 5 is 5 for every row. One of a calculation, or of a list of names
(``x (id, b)``), leaves nobody knows how much.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detector.decode.sql.conditions.condition_tree import UNREAD
from detector.decode.sql.tables.table_acts import NOT_ALIAS
from detector.decode.sql.tokens import Statement, Token, words

_CLAUSES = words("select from where group order having limit union except intersect with values returning")
_BEFORE_COLUMNS = words("select distinct all")


@dataclass(frozen=True, slots=True)
class _Alias:
    """A name that the query in a bracket gives a column, and the tokens that it stands for."""

    bracket: int
    name: str
    source: tuple[Token, ...]


class ColumnAliases:
    """The names that queries of a statement give their columns, but for those in queries that are not shown."""

    def __init__(self, statement: Statement, hidden: Sequence[bool]) -> None:
        self._statement, self._hidden = statement, hidden
        self._bracket = statement.brackets
        before = zip([-1, *self._bracket], enumerate(statement.signs), strict=False)
        # Where a bracket opens, by where it closes.
        self._opens = {at: bracket for bracket, (at, sign) in before if sign == ")" and bracket >= 0}
        self._clause = self._clauses()
        self._sources: dict[tuple[int, str], tuple[Token, ...]] = {}
        self._found = [*self._columns(), *self._lists()]

    def resolved(self, place: int, tokens: Sequence[Token]) -> list[Token]:
        """Return conditions that stand at a place, with columns for the names that other queries gave them."""
        here = self._bracket[place]
        meant = {one.name: one.source for one in self._found if one.bracket != here}
        found: list[Token] = []
        for at, token in enumerate(tokens):
            behind = tokens[at + 1].text if at + 1 < len(tokens) else ""
            named = token.kind in ("word", "name") and behind not in ("(", ".")
            found += meant.get(token.text.lower(), (token,)) if named else (token,)
        return found

    def source(self, bracket: int, name: str) -> tuple[Token, ...] | None:
        """Return what a name stands for that the query in a bracket gives a column; None where it gives none."""
        return self._sources.get((bracket, name))

    def _clauses(self) -> list[str]:
        """Return for each place the clause of the query in its bracket that it stands in."""
        found: list[str] = []
        latest: dict[int, str] = {}
        for bracket, word in zip(self._bracket, self._statement.words, strict=True):
            if word in _CLAUSES:
                latest[bracket] = word
            found.append(latest.get(bracket, ""))
        return found

    def _columns(self) -> Iterator[_Alias]:
        """Yield names behind what stands in lists of columns, with AS or without."""
        statement, begins = self._statement, {-1: 0}
        for at, word in enumerate(statement.words):
            bracket = self._bracket[at]
            if self._clause[at] != "select" or self._hidden[at]:
                continue
            if word in _BEFORE_COLUMNS or statement.sign(at) == ",":
                begins[bracket] = at + 1
                continue
            end = at - (statement.word(at - 1) == "as")
            last = at + 1 == len(statement.words)
            ends = last or statement.sign(at + 1) in (",", ")") or statement.word(at + 1) == "from"
            if statement.tokens[at].kind not in ("word", "name") or not ends:
                continue
            source, name = tuple(statement.tokens[begins.get(bracket, at) : end]), statement.tokens[at].text.lower()
            if source and source[-1].text == ".":
                self._sources[bracket, name] = (*source, statement.tokens[at])
            elif source and word not in ("end", "null", "true", "false"):
                self._sources[bracket, name] = source
                yield _Alias(bracket, name, _meant(source))

    def _lists(self) -> Iterator[_Alias]:
        """Yield names of a list behind the name of a query: ``x (id, b) AS (SELECT …)``, ``(SELECT …) x (id, b)``."""
        statement = self._statement
        for close, opened in self._opens.items():
            before = opened - 1
            body = close + 2 if statement.word(close + 1) == "as" and statement.sign(close + 2) == "(" else -1
            behind = before - 1 - (statement.word(before - 1) == "as")
            body = self._opens.get(behind, body)
            if body < 0 or before < 1 or statement.tokens[before].kind not in ("word", "name"):
                continue
            if statement.word(before) in NOT_ALIAS:  # count(*) FROM (SELECT …)
                continue
            for token in statement.tokens[opened + 1 : close]:
                if token.kind in ("word", "name"):
                    self._sources[body, token.text.lower()] = UNREAD.tokens
                    yield _Alias(body, token.text.lower(), UNREAD.tokens)


def _meant(source: Sequence[Token]) -> tuple[Token, ...]:
    if all(token.kind in ("word", "name") or token.text == "." for token in source):
        return (source[-1],)
    if all(token.kind in ("value", "sign") for token in source):
        return tuple(source) if len(source) == 1 else (Token("sign", "("), *source, Token("sign", ")"))
    return UNREAD.tokens
