"""What a statement says: the tables it names and what it does with each, what picks their rows, and what it runs.

Comes in: the shape of statements. Goes out: a ``Plan`` a statement, worked out once a shape and remembered; of the
values it knows the places alone. Tables are looked for behind whatever verb a statement begins with. What is not
understood even so gives the names that stand in it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from detector.decode.sql.binding.bound_tables import NO_BINDING, Binding
from detector.decode.sql.binding.plain_condition import PSEUDO
from detector.decode.sql.column_names import identifies
from detector.decode.sql.conditions.picked_rows import AFTER, Picked
from detector.decode.sql.query_branches import COPYING, READING, branches, with_except, without_filters
from detector.decode.sql.row_conditions import RowConditions
from detector.decode.sql.rows.counted_rows import counted, gathering, gathers, is_one_figure
from detector.decode.sql.rows.named_values import most_named
from detector.decode.sql.rows.open_conditions import Conditions
from detector.decode.sql.rows.row_limits import limits_of
from detector.decode.sql.tables.table_acts import NOT_ALIAS, NamedTable
from detector.decode.sql.taken_columns import takes_clients
from detector.decode.sql.tokens import Token, tokens_of, words

_REMEMBERED, _LONG = 4096, 4096
"""Shapes that are remembered, and characters of the longest."""
_PLAIN = words("select with table insert replace update delete merge truncate copy load values")
"""Verbs of statements that are read whole: a name in them that is no table stands for something else."""
_WRAPPING = words(
    "begin call declare do exec execute for handler if prepare print raiserror return throw use waitfor while"
)
_NO_TABLES = words("comment deny describe desc explain fetch import move restore revoke show")
"""Verbs whose FROM names no table, and which show no rows."""
_QUIET = _NO_TABLES | words(
    "abort alter analyze audit check checkpoint checksum close cluster commit create dbcc deallocate discard drop end"
    " flashback flush grant kill listen lock noaudit notify open optimize purge refresh reindex release rename repair"
    " reset rollback savepoint set start stop unlisten unlock use vacuum xa"
)
"""Verbs of statements that may name a table and show nothing of it."""
_NAMING = words("call declare exec execute prepare")
"""Verbs before a name of something else than a table."""
_RUNNING = words(
    "connectby crosstab dblink dblink_exec dblink_open dblink_send_query exec execute getxml opendatasource openquery"
    " openrowset query_to_xml query_to_xml_and_xmlschema query_to_xmlschema sp_executesql ts_rewrite ts_stat"
)
"""Words before text that is run, and functions that run the text they are given."""
_NAMED = words(
    "table_to_xml table_to_xml_and_xmlschema sp_rename federated connect spider foreign get_raw_page pg_dirtyread"
    " pg_relation_filepath"
)
"""Functions that are given a table's name as text, and tables that stand for one of another server."""
_WHOLE_DATABASES = words("database_to_xml database_to_xml_and_xmlschema")
_WHOLE_SCHEMAS = words("schema_to_xml schema_to_xml_and_xmlschema")
_BODIES = words("event function procedure")
_MADE = _BODIES | words("database index policy rule schema statistics table trigger view")
_LITERAL = words("as do exec execute from immediate sp_executesql")
_KEYWORDS = _PLAIN | _WRAPPING | NOT_ALIAS | AFTER
_COPIES, _NO_COPIES = words("table view rule"), words("event function index policy procedure statistics trigger")
"""What CREATE makes of a query, and what holds one for later."""
_FOR_LATER = words("declare do")
"""Verbs of what returns no rows itself."""
_OWN_VERBS = words("call declare exec execute handler prepare")
"""Verbs that wrap others and mean more than these do."""
_BOUNDING = words("where exists update delete")
_OTHER_BOUNDS = _BOUNDING - {"where", "exists"}
"""Without any of these, or a limit, a query sends every row of its tables: no less than COPY takes out."""
_RANGES = words("range symmetric")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a statement says.

    Attributes:
        names: Schemas and names that may be of tables, where it was not understood.
        strings: Places of the values that may be statements themselves.
        literal: The first of them is run as it stands.
        given: Parameters of what is run, and the places of their values.
        naming: Values may be names of tables.
        known: It begins with a verb, or has a SELECT.
        where: The conditions of a query that bound its tables, by the place of each.
        changed: Those of a change.
        binding: What binds the tables of such a query.
        named_by: Columns whose values, where they are known, name clients.
        later: It is a query that is made and not run yet; what its names stand for is not known.
        schemas: Places of the values that name schemas all tables of which are shown.
        offset: Where the number of rows stands that lie before those it wants.
        figure: It shows the number of rows and nobody.
        named: So many values its rows are picked by, at most, or 0.
        gathers: It returns fewer rows than it reads, or none.
    """

    tables: tuple[NamedTable, ...] = ()
    picked: tuple[Picked, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    strings: tuple[int, ...] = ()
    literal: bool = False
    given: tuple[tuple[str, int], ...] = ()
    naming: bool = False
    known: bool = True
    where: Mapping[int, Conditions] | None = None
    changed: Conditions | None = None
    binding: Binding = NO_BINDING
    named_by: frozenset[str] = frozenset()
    later: bool = False
    schemas: tuple[int, ...] = ()
    offset: Token | None = None
    figure: bool = False
    named: int = 0
    gathers: bool = False


def _planned(shape: str) -> tuple[Plan, ...]:
    plans: list[Plan] = []
    run: list[Token] = []
    for token in (*tokens_of(shape), Token("sign", ";")):
        if token.kind == "sign" and token.text == ";":
            plans += [_Reading(each).plan() for each in branches(with_except(without_filters(run)))]
            run = []
        else:
            run.append(token)
    return tuple(plan for plan in plans if plan.tables or plan.names or plan.strings or plan.schemas)


remembered = lru_cache(maxsize=_REMEMBERED)(_planned)


def plans_of(shape: str) -> tuple[Plan, ...]:
    """Return what the statements of a shape say."""
    return remembered(shape) if len(shape) <= _LONG else _planned(shape)


class _Reading(RowConditions):
    """One statement, read from left to right."""

    def plan(self) -> Plan:
        begin = 0
        while self.sign(begin) == "(":
            begin += 1
        head = self.word(begin)
        words = frozenset(self.words)
        shows = "analyze" in words and head in ("explain", "describe", "desc")
        if head in _NO_TABLES and not shows:
            return Plan(names=tuple(self.imported(begin)))
        self._changes = not words.isdisjoint(("merge", "delete"))
        first = (
            begin
            if head in _PLAIN
            else next((at for at in range(begin, len(self.words)) if self.words[at] in _PLAIN), begin)
        )
        verb = self.word(first)
        self.read_head(head, begin)
        self.read_whole(_WHOLE_DATABASES, _WHOLE_SCHEMAS)
        if verb == "copy":
            self.read_copy(first + 1)
        at = 0
        while at < len(self.tokens):
            at = self._step(at, verb)
        wraps = head in _WRAPPING - _OWN_VERBS or (head == "set" and self.brackets[first] < 0)
        acts = verb if wraps else head
        acts = "merge" if head == "with" and "merge" in words else acts
        later = head == "create" and next(filter(_MADE.__contains__, self.words), "") in _BODIES
        takes = not {"update", "merge"}.isdisjoint(words) and takes_clients(self, self.tables)
        reads = acts in READING or self._copies(acts) or later or takes
        bounds = self._bounds() - (_OTHER_BOUNDS if takes or acts == "merge" else set())
        tables = self._with_queries(self._by_alias(), limited=reads)
        binding = self._binding(tables) if reads else NO_BINDING
        tables = self._exported(tables, whole=reads and not bounds and not binding.columns)
        tables = self._put_together(tables) if reads or acts == "update" else tables
        picked = self._picked(tables)
        open_ = head not in _QUIET and (head not in _PLAIN or not (tables or "statistics" in words))
        strings = self._strings() if self._runs(head, tables) or (open_ and head not in _PLAIN) else ()
        return Plan(
            tuple(tables),
            picked,
            (
                *self.dropped,
                *(self._names(self.read_name(begin + 1)[0] if head in _NAMING else begin + 1) if open_ else ()),
            ),
            strings,
            literal=bool(strings) and self._literal(),
            given=self._given() if strings else (),
            naming=not words.isdisjoint(_NAMED),
            known=head in _PLAIN or head in _WRAPPING or "select" in words,
            where=self._open_where(tables) if reads else None,
            changed=self._changed_where(acts, tables),
            binding=binding,
            named_by=_naming(picked, alone=len(tables) == 1),
            later=later,
            schemas=self._schemas(),
            offset=self._offset() if reads and any(one.limit for one in tables) else None,
            figure=is_one_figure(self),
            named=most_named(self) if reads else 0,
            gathers=gathers(self) or head in _FOR_LATER or (acts == "create" and "table" not in words),
        )

    def _exported(self, tables: Sequence[NamedTable], *, whole: bool) -> list[NamedTable]:
        """Return tables, those of which every row is sent as exported; ``whole``: nothing but a limit may bound it."""
        outside = "outfile" in self.words or "sql_no_cache" in self.words
        whole = whole and "tablesample" not in self.words
        return [
            replace(one, action="export")
            if one.action == "list" and not one.counted and (outside or (whole and one.limit is None))
            else one
            for one in tables
        ]

    def _put_together(self, tables: Sequence[NamedTable]) -> list[NamedTable]:
        """Return tables, those exported that a query within puts whole into one value: ``(SELECT json_agg(c) …)``."""
        bounded = {self.queries[at] for at, word in enumerate(self.words) if word in ("where", "on")}
        gathered = {self.queries[at] for at, _ in gathering(self)} - bounded - {-1}
        return [
            replace(one, action="export")
            if one.action == "list"
            and not one.counted
            and one.limit is None
            and one.place >= 0
            and self.queries[one.place] in gathered
            else one
            for one in tables
        ]

    def _schemas(self) -> tuple[int, ...]:
        """Return the values that name schemas in functions that show all their tables."""
        found: list[int] = []
        for at, word in enumerate(self.words):
            if word in _WHOLE_SCHEMAS and self.sign(at + 1) == "(" and at + 2 < len(self.tokens):
                token = self.tokens[at + 2]
                found += [int(token.text)] if token.kind == "value" else []
        return tuple(found)

    def _runs(self, head: str, tables: Sequence[NamedTable]) -> bool:
        """Tell whether values of a statement may be statements themselves, or names of tables."""
        words = self.words
        return (
            not (_NAMED | _RUNNING).isdisjoint(words)
            or (head in _PLAIN and not tables)
            or head == "set"
            or (head == "create" and not _BODIES.isdisjoint(words))
        )

    def _bounds(self) -> frozenset[str]:
        """Return the words that bound what is read: no lock does (FOR UPDATE)."""
        locks = ("for", "key", "wait", "do")
        found = {word for at, word in enumerate(self.words) if word != "update" or self.word(at - 1) not in locks}
        return _BOUNDING.intersection(found) | ({"into"} if self._fills_variables() else set())

    def _fills_variables(self) -> bool:
        """Tell whether a query reads one row into variables: ``INTO @a``, ``INTO a, b``."""
        at = self.words.index("into") + 1 if "into" in self.words and self.words.index("into") else len(self.tokens)
        variable = at < len(self.tokens) and (self.tokens[at].kind == "parameter" or self.sign(at) == ":")
        return self._selects and (variable or self.sign(at + 1) == ",")

    def _copies(self, verb: str) -> bool:
        """Tell whether what a query finds is put into another table, or gets another name."""
        words = self.words
        if verb == "merge":
            return "insert" in words
        return verb in COPYING and (
            verb != "create" or (not _COPIES.isdisjoint(words) and _NO_COPIES.isdisjoint(words))
        )

    def _with_queries(self, tables: list[NamedTable], *, limited: bool) -> list[NamedTable]:
        """Return tables with what is said of the queries they stand in."""
        figures, hidden = counted(self, tables), self._unseen
        each = [inside and not other for inside, other in zip(self._nested, hidden, strict=True)]
        limits = limits_of(self, each) if limited else [None] * len(self.tokens)
        return [
            replace(one, counted=figure, nested=hidden[one.place], limit=limits[one.place])
            if one.place >= 0
            else replace(one, limit=limits[0])
            for one, figure in zip(tables, figures, strict=True)
        ]

    def _strings(self) -> tuple[int, ...]:
        return tuple(int(token.text) for token in self.tokens if token.kind == "value")

    def _literal(self) -> bool:
        """Tell whether the first value is run as it stands, with nothing put before or behind it."""
        at = next(at for at, token in enumerate(self.tokens) if token.kind == "value")
        before = at - 2 if self.sign(at - 1) == "(" else at - 1
        behind = self.sign(at + 1) if at + 1 < len(self.tokens) else ")"
        ends = behind == ")" or self.word(at + 1) in ("language", "using")
        return self.word(before) in _LITERAL and (ends or (behind == "," and self.word(before) == "sp_executesql"))

    def _given(self) -> tuple[tuple[str, int], ...]:
        tokens = (*self.tokens, Token("sign", ","))
        once = Counter(token.text for token in tokens if token.kind == "parameter")
        return tuple(
            (name.text, int(value.text))
            for name, sign, value, behind in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False)
            if name.kind == "parameter" and sign.text == "=" and value.kind == "value" and behind.text == ","
            if once[name.text] == 1
        )

    def _names(self, at: int) -> Iterator[tuple[str, str]]:
        """Yield what may be the name of a table that was not found."""
        known = {"", *(text.lower() for table in self.tables for text in (table.name, table.alias))}
        seen: set[tuple[str, str]] = set()
        for place in range(at, len(self.tokens)):
            token = self.tokens[place]
            if token.kind not in ("word", "name") or token.text.lower() in known or self.words[place] in _KEYWORDS:
                continue
            before, behind = self.sign(place - 1), self.sign(place + 1)
            if behind in ("(", ".") or before == ":" or self.word(place - 1) == "as":
                continue
            schema = self.tokens[place - 2].text if before == "." and place > 1 else ""
            if (not schema or schema.lower() not in known) and (schema, token.text) not in seen:
                seen.add((schema, token.text))
                yield schema, token.text


def _naming(picked: Sequence[Picked], *, alone: bool) -> frozenset[str]:
    """Return columns that tell one client from others and equal values, and are surely of the table that has them."""
    sure = [one for one in picked if identifies(one.column) and (alone or one.qualifier)]
    kinds = {one.column: {place.kind for place in one.places} for one in sure}
    return frozenset(name for name, of in kinds.items() if of - _RANGES and "unequal" not in of) - PSEUDO
