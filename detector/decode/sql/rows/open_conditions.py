"""Conditions of a WHERE that leave all rows, or nearly all: a query that has no others sends its whole table.

Comes in: the tokens of a WHERE and the values in it. Goes out: by a column of ids, whether the conditions bound what is
read. Nothing is bounded by

- what is true of every row (``1 = 1``, ``name LIKE '%'``);
- a range of ids that is open at one end or longer than ``LONG``, ids that are left out (``id <> -1``), and what is left
  of an id when it is multiplied or divided (``id % 1 = 0``);
- what leaves nearly all: values that are left out (``status <> 'x'``, ``phone IS NOT NULL``), flags (``active``,
  ``deleted = false``, ``closed_at IS NULL``), ranges that begin or end where no value lies
  (``created > '1900-01-01'``), columns of two tables that are alike.

Whatever else conditions leave is *wide*, because nobody knows how much it is, unless ``binding`` finds the table bound:
a column that has few values for all rows (``country = 'RU'``), a range, a pattern, a subquery, CASE, a function, a
sample of the table, conditions that are too long to be read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from detector.decode.sql.binding.plain_condition import with_placeholders
from detector.decode.sql.conditions.condition_tree import UNREAD, Node, columns_of, each, tree_of, without_tables
from detector.decode.sql.conditions.selectivity import Asked, Selectivity
from detector.decode.sql.tokens import Token


@dataclass(frozen=True, slots=True)
class Open:
    """What conditions do not bound, by columns one of which may be the one of ids; "": whichever that is.

    Attributes:
        all: Columns with which nothing is bounded.
        wide: Columns with which nobody knows how much is.
        asked: Columns that the conditions ask about.
    """

    all: frozenset[str] = frozenset()
    wide: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of a WHERE.

    Attributes:
        columns: What they ask about, in lower case.
    """

    root: Node
    columns: frozenset[str] = field(default=frozenset())

    def open_for(
        self, alias: str, values: Sequence[str], given: Mapping[str, str], zeros: frozenset[int] = frozenset()
    ) -> Open:
        """Return what they leave open of a table."""
        asked = Asked(alias.lower(), values, given, zeros)
        left = {one: asked.leaves(self.root, one) for one in (*self.columns, "")}
        everything = frozenset(one for one, leaves in left.items() if leaves >= Selectivity.NEARLY_ALL)
        wide = frozenset(one for one, leaves in left.items() if leaves is Selectivity.WIDE)
        return Open(everything, wide, self.columns)


def conditions(tokens: Sequence[Token], *, qualified: bool = True) -> Conditions:
    """Return the conditions that some tokens are; those of a table within others, if not ``qualified``, by any name."""
    tokens = with_placeholders(tokens)
    root = tree_of(tokens if qualified else without_tables(tokens))
    columns = (name.rpartition(".")[2] for node in each(root) for name in columns_of(node.tokens))
    return Conditions(root, frozenset(columns))


UNREAD_CONDITIONS = Conditions(UNREAD)
"""Conditions that leave nobody knows how much."""


def together(found: Sequence[Conditions]) -> Conditions:
    """Return conditions all of which must be met; none leave everything."""
    if len(found) == 1:
        return found[0]
    if not found:
        return Conditions(Node(tokens=(Token("word", "true"),)))
    columns = frozenset[str]().union(*(one.columns for one in found))
    return Conditions(Node("and", tuple(one.root for one in found)), columns)


def either(found: Sequence[Conditions]) -> Conditions | None:
    """Return conditions one of which must be met; None for none."""
    if len(found) < 2:
        return found[0] if found else None
    columns = frozenset[str]().union(*(one.columns for one in found))
    return Conditions(Node("or", tuple(one.root for one in found)), columns)
