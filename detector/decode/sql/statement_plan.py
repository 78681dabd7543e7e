"""What a statement says: the tables it names and what it does with each, what picks their rows, and what it runs.

Comes in: the shape of statements. Goes out: a ``Plan`` a statement, worked out once a shape and remembered; of the
values it knows the places alone. Tables are looked for behind whatever verb a statement begins with. What is not
understood even so gives the names that stand in it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise

from detector.decode.sql.binding.bound_tables import NO_BINDING, Binding, binding_of
from detector.decode.sql.binding.plain_condition import PSEUDO
from detector.decode.sql.binding.shown_queries import bounds_beyond, nested, queries_apart, unseen
from detector.decode.sql.column_aliases import ColumnAliases
from detector.decode.sql.column_names import identifies
from detector.decode.sql.conditions.condition_tree import columns_of, each
from detector.decode.sql.conditions.picked_rows import (
    AFTER,
    JOINING,
    Picked,
    bounds_surely,
    end_of_conditions,
    picked_rows,
)
from detector.decode.sql.rows.counted_rows import counted, gathering, gathers, is_one_figure
from detector.decode.sql.rows.named_values import most_named
from detector.decode.sql.rows.open_conditions import UNREAD_CONDITIONS, Conditions, conditions, either, together
from detector.decode.sql.rows.row_limits import limits_of, offset_of
from detector.decode.sql.tables.table_acts import NOT_ALIAS, NamedTable, TableActs
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
_NO_TABLE_BEHIND = words(
    "alter check checksum create drop external flush foreign global local lock on optimize into rename repair temp"
    " temporary truncate unlogged"
)
_NO_VERB_BEHIND = words("after before do duplicate for grant instead key of on or then")
_CHANGING = words("into update delete insert replace merge truncate drop")
_FOR = words("system_time portion join order group")
_SPEED = words("low_priority ignore quick delayed high_priority")
_BRACKETED = words("from join straight_join apply only lateral oj")
_HINTS = words(
    "fastfirstrow forceseek forcescan holdlock index noexpand nolock nowait paglock readcommitted readcommittedlock"
    " readpast readuncommitted repeatableread rowlock serializable snapshot tablock tablockx updlock xlock"
)
"""What stands in brackets behind a table or its alias in SQL Server, and is no name of a column."""
_QUERIES = words("select table values from")
_NOT_FROM = words("extract substring trim overlay position")
_KEYWORDS = _PLAIN | _WRAPPING | NOT_ALIAS | AFTER
_READING = words("select table values with declare prepare handler")
"""Verbs of queries, and of cursors and prepared statements: what these stand for is read when they are made."""
_COPYING = words("insert replace merge create")
"""Verbs of statements that may put what a query finds into another table, or give it another name."""
_COPIES, _NO_COPIES = words("table view rule"), words("event function index policy procedure statistics trigger")
"""What CREATE makes of a query, and what holds one for later."""
_FOR_LATER = words("declare do")
"""Verbs of what returns no rows itself."""
_OWN_VERBS = words("call declare exec execute handler prepare")
"""Verbs that wrap others and mean more than these do."""
_ALL_BRANCHES = words("update delete")
_JOINED = words("union except")
_OF_ALL, _TAIL = words("limit fetch offset"), 16
"""Words that limit what a UNION shows, and tokens of such a limit."""
_BOUNDING = words("where exists update delete")
_OTHER_BOUNDS = _BOUNDING - {"where", "exists"}
"""Without any of these, or a limit, a query sends every row of its tables: no less than COPY takes out."""
_CHANGES = words("update delete with prepare explain")
"""Verbs of statements that change rows, or hold one that does."""
_CHANGE_BOUNDS = words("join straight_join exists limit top fetch rownum tablesample current merge")
_ASKING = words("where on using")
_RANGES = words("range symmetric")
_EMPTYING = words("truncate drop")


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
            plans += [_Reading(each).plan() for each in _branches(_with_except(_without_filters(run)))]
            run = []
        else:
            run.append(token)
    return tuple(plan for plan in plans if plan.tables or plan.names or plan.strings or plan.schemas)


def _without_filters(run: list[Token]) -> list[Token]:
    """Return a statement with another word for the WHERE of ``count(*) FILTER (WHERE …)``, which bounds no rows."""
    if Token("word", "filter") not in run:
        return run
    begin = [Token("word", "filter"), Token("sign", "(")]
    return [
        Token("word", "when") if token == ("word", "where") and run[max(at - 2, 0) : at] == begin else token
        for at, token in enumerate(run)
    ]


def _with_except(run: list[Token]) -> list[Token]:
    """Return a statement with EXCEPT for Oracle's MINUS between queries."""
    if Token("word", "minus") not in run:
        return run
    behind = [next((word for word in (one.text, other.text) if word != "("), "") for one, other in pairwise(run)][1:]
    queries = [*(word in ("select", "all", "distinct") for word in behind), False, False]
    return [
        Token("word", "except") if token == ("word", "minus") and query else token
        for token, query in zip(run, queries, strict=False)
    ]


def _branches(run: list[Token]) -> Iterator[list[Token]]:
    """Yield the queries of a UNION, each of which shows what it finds, with the limit of all behind each.

    What EXCEPT leaves out bounds nothing: so are its queries.
    """
    words = [token.text if token.kind == "word" else "" for token in run]
    depth, begin, end = 0, 0, len(run)
    if (
        not _JOINED.isdisjoint(words)
        and next(filter(None, words)) in _READING | _COPYING
        and _ALL_BRANCHES.isdisjoint(words)
    ):
        unions = []
        for at, token in enumerate(run):
            if token.kind == "sign":
                depth += (token.text == "(") - (token.text == ")")
            elif words[at] in _JOINED and not depth and at + 1 < len(run) and run[at + 1].text != "=":
                unions.append(at)
            elif words[at] in _OF_ALL and not depth and unions and at < end:
                end = at
        for at in unions:
            yield [*run[begin:at], *run[end : end + _TAIL]]
            begin = at + 1 + (words[at + 1] in ("all", "distinct"))
    yield run[begin:]


remembered = lru_cache(maxsize=_REMEMBERED)(_planned)


def plans_of(shape: str) -> tuple[Plan, ...]:
    """Return what the statements of a shape say."""
    return remembered(shape) if len(shape) <= _LONG else _planned(shape)


class _Reading(TableActs):
    """One statement, read from left to right."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens)
        self._listing = [False]
        self._before = [""]
        self._groups = [0]
        self._where: tuple[int, int] | None = None
        self._selects = self._changes = False

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
        reads = acts in _READING or self._copies(acts) or later or takes
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

    def _binding(self, tables: Sequence[NamedTable]) -> Binding:
        """Return what binds the tables of a query; of several that UNION joins within it nobody knows."""
        asked = not _ASKING.isdisjoint(self.words) and JOINING.isdisjoint(self.words)
        if not asked or any(one.renamed for one in tables):
            return NO_BINDING
        return binding_of(self, tables, self._nested, self._unseen)

    def _picked(self, tables: Sequence[NamedTable]) -> tuple[Picked, ...]:
        """Return what surely picks all rows that are touched."""
        renamed = any(one.renamed for one in tables)
        if not self._where or not tables or renamed or not bounds_surely(self):
            return ()
        return tuple(picked_rows(self, *self._where))

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

    def _by_alias(self) -> list[NamedTable]:
        """Return tables with what is done to one by its alias: ``UPDATE a … FROM clients a``."""
        tables = self.tables
        changed = {(self._query(one), one.name): one.action for one in tables if not one.schema and _changes(one)}
        if not changed or len(tables) == 1:
            return tables
        listed = ((self._query(one), one) for one in tables if one.action == "list")
        aliased = {(query, one.alias): one for query, one in listed if (query, one.alias) in changed}
        return [
            replace(one, action=changed[key]) if aliased.get(key := (self._query(one), one.alias)) is one else one
            for one in tables
            if not (_changes(one) and not one.schema and (self._query(one), one.name) in aliased)
        ]

    def _query(self, table: NamedTable) -> int:
        """Return the query in whose statement a table stands; of lists of tables it is the whole."""
        return self.queries[table.place] if table.place >= 0 else -1

    def _copies(self, verb: str) -> bool:
        """Tell whether what a query finds is put into another table, or gets another name."""
        words = self.words
        if verb == "merge":
            return "insert" in words
        return verb in _COPYING and (
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

    def _shown_conditions(self) -> dict[int, Conditions]:
        """Return the conditions of what is shown, by the columns that their names stand for, and by their place."""
        hidden = self._nested
        places = [at for at, word in enumerate(self.words) if word == "where" and not hidden[at]]
        found = {at: self.tokens[at + 1 : end_of_conditions(self, at + 1)[0]] for at in places}
        if self.words.count("select") < 2:
            return {at: conditions(tokens) for at, tokens in found.items()}
        others = ColumnAliases(self, hidden)
        return {at: conditions(others.resolved(at, tokens), qualified=False) for at, tokens in found.items()}

    def _offset(self) -> Token | None:
        return offset_of(self, (node for one in self._conditions(qualified=True) for node in each(one.root)))

    def _open_where(self, tables: Sequence[NamedTable]) -> dict[int, Conditions]:
        """Return the conditions of a query that bound each of its tables, by the place of these."""
        words = self.words
        if not JOINING.isdisjoint(words) or any(one.renamed for one in self.tables):
            return {one.place: UNREAD_CONDITIONS for one in tables}
        found, more = self._shown_conditions(), [UNREAD_CONDITIONS] if "tablesample" in words else []
        apart = list(queries_apart(self))
        if not apart:
            return dict.fromkeys((one.place for one in tables), together([*found.values(), *more]))
        return {
            one.place: together([*(each for at, each in found.items() if bounds_beyond(apart, at, one.place)), *more])
            for one in tables
        }

    def _changed_where(self, head: str, tables: Sequence[NamedTable]) -> Conditions | None:
        """Return the conditions of a change of rows that nothing else bounds; of several changes those of any."""
        changed = [table for table in tables if _changes(table)]
        if not changed:
            return None
        if self.handed:
            return together([])
        if head == "merge":
            return self._merged_where(tables)
        if head in _EMPTYING:
            return together([]) if "view" not in self.words else None
        if head not in _CHANGES:
            return None
        queries = {self._query(table): table for table in changed}
        found = [self._changed_in(query, table, tables) for query, table in queries.items()]
        return either([one for one in found if one is not None])

    def _changed_in(self, query: int, changed: NamedTable, tables: Sequence[NamedTable]) -> Conditions | None:
        """Return the conditions of the change that a query is; other tables bound what they name beside its own."""
        places = [at for at, where in enumerate(self.queries) if where == query]
        words = {self.words[at] for at in places}
        if not (_CHANGE_BOUNDS | JOINING).isdisjoint(words):
            return None
        wheres = [at for at in places if self.words[at] == "where"]
        tokens = [self.tokens[at + 1 : end_of_conditions(self, at + 1)[0]] for at in wheres]
        found = together([conditions(one) for one in tokens])
        if len([one for one in tables if one.place in places or one.place < 0]) == 1 or not found.columns:
            return found
        named = {name.rpartition(".")[0] for one in each(found.root) for name in columns_of(one.tokens)}
        about_others = named.isdisjoint(("", changed.name.lower(), changed.alias.lower()))
        return together([]) if about_others else None

    def _merged_where(self, tables: Sequence[NamedTable]) -> Conditions | None:
        """Return the condition of a MERGE that changes rows of its table whatever those of the other are."""
        words = self.words
        on, when = (words.index(word) if word in words else -1 for word in ("on", "when"))
        behind = words[when:] if 0 < on < when else []
        if not {"update", "delete"}.isdisjoint(behind[1:]) and "and" not in behind:
            if "source" in behind:  # WHEN NOT MATCHED BY SOURCE
                return together([])
            found = conditions(self.tokens[on + 1 : when])
            named = {name.rpartition(".")[0] for one in each(found.root) for name in columns_of(one.tokens)}
            alone = {tables[0].name.lower(), tables[0].alias.lower()}
            return found if named <= alone or not found.columns else None
        return None

    def _conditions(self, *, qualified: bool, hidden: Sequence[bool] = ()) -> list[Conditions]:
        """Return the conditions of each WHERE, but for those in queries that are not shown."""
        places = [at for at, word in enumerate(self.words) if word == "where" and not (hidden and hidden[at])]
        found = (self.tokens[at + 1 : end_of_conditions(self, at + 1)[0]] for at in places)
        return [conditions(tokens, qualified=qualified) for tokens in found]

    @cached_property
    def _nested(self) -> list[bool]:
        return nested(self)

    @cached_property
    def _unseen(self) -> list[bool]:
        return unseen(self)

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

    def _step(self, at: int, verb: str) -> int:
        token = self.tokens[at]
        if token.kind == "sign":
            return self._on_sign(at, verb)
        word = self.words[at]
        if word in ("from", "join", "using") or (word in ("straight_join", "apply") and self._listing[-1]):
            return self._on_from(at, verb)
        if word in _CHANGING:
            return self._on_change(at)
        if word == "table" and self._opens(at):
            return self._take(at + 1, self._reading(verb))
        if word == "where":
            self._where = (at, self._groups[-1])
        self._selects = self._selects or word == "select"
        ends = word in AFTER and self.word(at - 1) != "for" and (word != "for" or self.word(at + 1) not in _FOR)
        if ends or (word == "duplicate" and self.word(at + 1) == "key"):
            self._listing[-1] = False
        return at + 1

    def _opens(self, at: int) -> bool:
        """Tell whether TABLE is the query that shows a whole table."""
        before = self.word(at - 1)
        return before not in _NO_TABLE_BEHIND and (before != "analyze" or self.word(0) != "analyze")

    def _on_change(self, at: int) -> int:
        word, before, behind = self.words[at], self.word(at - 1), self.word(at + 1)
        if word == "into" and before in ("all", "first") and self.word(0) == "insert":
            return self._take(at + 1, "create")
        if word == "into":
            opens = not self._selects or before in _CHANGING or before in _SPEED
            if opens and behind not in ("outfile", "dumpfile"):
                return self._take(at + 1, "update" if before == "merge" else "create")
        elif before not in _NO_VERB_BEHIND and self.sign(at - 1) not in (",", ".") and self.sign(at + 1) in ("", "."):
            return self._on_verb(at, word, behind)
        return at + 1

    def _on_verb(self, at: int, word: str, behind: str) -> int:
        """Take what stands at once behind the verb of a statement that changes a table."""
        if (word == "update" and behind != "statistics") or (word == "merge" and behind != "into"):
            self._listing[-1] = word == "update"
            return self._take(at + 1, "update")
        if word == "truncate":
            return self.read_list(self.skipped(at + 1), "delete")
        if word == "drop":
            return self.read_drop(at, behind)
        if word == "delete" and behind not in ("from", *_SPEED):
            after, table = self.read_name(self._behind_top(at + 1))
            if table is not None and self.sign(after) == ",":  # DELETE a, b FROM …
                return self.read_list(at + 1, "delete")
            if table is not None and self.word(after) != "from":
                return self._take(at + 1, "delete")
        at += word == "insert" and behind == "bulk"
        if (word == "insert" or (word == "replace" and at == 0)) and behind not in ("into", "all", "first", *_SPEED):
            return self._take(at + 1, "create")
        return at + 1

    def _on_sign(self, at: int, verb: str) -> int:
        sign = self.sign(at)
        if sign == "(":
            begins = self.word(at - 1) in _BRACKETED or self.sign(at - 1) in ("(", ",")
            self._listing.append(self._listing[-1] and begins)
            self._before.append(self.word(at - 1))
            # What stands in brackets among joined tables belongs to the same WHERE, unless it is a query.
            joined = self._listing[-1] and self.word(at + 1) != "select"
            self._groups.append(self._groups[-1] if joined else at)
            if self._listing[-1] and self.word(at + 1) != "select":
                return self._take(at + 1, self._reading(verb))
        elif sign == ")" and len(self._listing) > 1:
            self._listing.pop()
            self._before.pop()
            self._groups.pop()
        elif sign in (",", "{") and self._listing[-1]:
            return self._take(at + 1, self._reading(verb))
        return at + 1

    def _on_from(self, at: int, verb: str) -> int:
        word = self.words[at]
        if word == "from" and (self._before[-1] in _NOT_FROM or (self.word(at - 1) == "distinct" and at > 1)):
            return at + 1
        if word == "using" and not self._changes:
            return at + 1
        if word == "from" and verb == "copy" and not self._listing[1:]:
            return at + 1
        deletes = word == "from" and (self.word(at - 1) == "delete" or (verb == "delete" and not self.tables))
        self._listing[-1] = True
        return self._take(at + 1, "delete" if deletes else self._reading(verb))

    def _reading(self, verb: str) -> str:
        return "export" if verb == "copy" else "list"

    def _take(self, at: int, action: str) -> int:
        """Take the table named at a place; return the place behind it."""
        while True:
            if self.word(at) in ("only", "lateral", *_SPEED) or (self.word(at) == "table" and self.sign(at + 1) != "."):
                at += 1
            elif self.word(at) == "top":
                at = self._behind_top(at)
            elif self.sign(at) == "{" or (self.word(at) == "oj" and self.sign(at - 1) == "{"):
                at += 1
            else:
                break
        after, table = self.read_name(at)
        after = self._behind_hints(after)
        if table is None or (self.sign(after) == "(" and action == "list"):
            return max(after, at)
        alias_at = after + (self.word(after) == "as")
        alias = ""
        if alias_at < len(self.tokens) and self.tokens[alias_at].kind in ("word", "name"):
            alias = "" if self.word(alias_at) in NOT_ALIAS else self.tokens[alias_at].text
        end = alias_at + 1 if alias else after
        renamed = bool(alias) and self.sign(end) == "(" and self.word(end + 1) not in _HINTS and action == "list"
        self.tables.append(NamedTable(*table, alias or table[1], action, self._groups[-1], at, renamed=renamed))
        return end

    def _behind_hints(self, at: int) -> int:
        """Return what is behind SQL Server's ``(NOLOCK)``, which makes no call of a table."""
        if self.sign(at) != "(" or self.word(at + 1) not in _HINTS:
            return at
        end = end_of_conditions(self, at + 1)[0]
        return end + 1 if self.sign(end) == ")" and _QUERIES.isdisjoint(self.words[at:end]) else at

    def _behind_top(self, at: int) -> int:
        """Return what is behind TOP and its number."""
        if self.word(at) != "top":
            return at
        at += 1
        opened = self.sign(at) == "("
        at += opened
        at += at < len(self.tokens) and self.tokens[at].kind == "value"
        return at + (opened and self.sign(at) == ")")


def _naming(picked: Sequence[Picked], *, alone: bool) -> frozenset[str]:
    """Return columns that tell one client from others and equal values, and are surely of the table that has them."""
    sure = [one for one in picked if identifies(one.column) and (alone or one.qualifier)]
    kinds = {one.column: {place.kind for place in one.places} for one in sure}
    return frozenset(name for name, of in kinds.items() if of - _RANGES and "unequal" not in of) - PSEUDO


def _changes(table: NamedTable) -> bool:
    return table.action in ("update", "delete")
