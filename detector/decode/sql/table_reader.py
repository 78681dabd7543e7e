"""Which tables a statement names, from left to right, whatever verb it begins with, and what is done to each.

Comes in: the tokens of one statement. Goes out: ``NamedTable``s, each with the place of its name.
"""

from collections.abc import Sequence

from detector.decode.sql.conditions.picked_rows import AFTER, end_of_conditions
from detector.decode.sql.tables.table_acts import NOT_ALIAS, NamedTable, TableActs
from detector.decode.sql.tokens import Token, words

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


class TableReader(TableActs):
    """Takes the tables that one statement names, from left to right."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens)
        self._listing = [False]
        self._before = [""]
        self._groups = [0]
        self._where: tuple[int, int] | None = None
        self._selects = self._changes = False

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
