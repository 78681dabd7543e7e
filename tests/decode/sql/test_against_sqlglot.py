"""Our reader of SQL beside a whole parser: it finds the client tables that sqlglot finds, however they are spelt."""

import random

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

from detector.decode.sql.statement_tables import touches_of
from tests.decode.sql.corpus import CLIENT_TABLES, STATEMENTS

SHADOWED = [
    ("", "postgres", "with clients as (select 1) select * from clients"),
    ("", "postgres", "with clients as (select * from orders) select * from clients join patients on true"),
]
"""A name that hides a table is taken for the table."""


def ours(statement: str, dialect: str) -> set[str]:
    found = touches_of(statement, dialect)
    return {one.name.lower() for one in found if one.sure} & CLIENT_TABLES


def theirs(statement: str, dialect: str) -> set[str] | None:
    """Return the client tables by sqlglot; None where it does not read the statement as a plain one."""
    try:
        trees = sqlglot.parse(statement, read=dialect)
    except SqlglotError:
        return None
    if any(tree is None or isinstance(tree, exp.Command) or tree.find(exp.Command) for tree in trees):
        return None
    named = {each.alias_or_name.lower() for tree in trees for each in tree.find_all(exp.CTE)}
    tables = {each.name.lower() for tree in trees for each in tree.find_all(exp.Table)}
    return (tables - named) & CLIENT_TABLES


def test_the_client_tables_of_a_plain_statement_are_those_that_sqlglot_finds(subtests: pytest.Subtests) -> None:
    for dialect, read, statement in STATEMENTS:
        with subtests.test(dialect=dialect, read=read, statement=statement):
            expected = theirs(statement, read)
            if expected is None:  # nothing to compare with: whatever names a table touches it
                expected = {name for name in CLIENT_TABLES if name in statement}
            assert ours(statement, dialect) == expected


@pytest.mark.parametrize(("dialect", "read", "statement"), SHADOWED)
def test_no_table_is_hidden_by_a_name(dialect: str, read: str, statement: str) -> None:
    assert ours(statement, dialect) > (theirs(statement, read) or set())


def test_sqlglot_reads_nearly_all_of_the_corpus() -> None:
    read = [theirs(statement, dialect) is not None for _, dialect, statement in STATEMENTS]
    assert len(read) > 500
    assert sum(read) > 0.97 * len(read)


GAPS = {
    "": [" ", "\n", "\t", "  ", " /* from secrets */ ", " /* a /* b */ c */ ", " -- it's\n", "\r\n"],
    "mysql": [" ", "\n", "\t", "  ", " /* from secrets */ ", " -- it's\n", " # it's\n", "/**/"],
    "mssql": [" ", "\n", "\t", "  ", " /* from secrets */ ", " /* a /* b */ c */ ", " -- it's\n"],
    "oracle": [" ", "\n", "\t", "  ", " /* from secrets */ ", " -- it's\n", "/**/"],
}
QUOTES = {"": '""', "mysql": "``", "mssql": "[]", "oracle": '""'}


def respelt(statement: str, dialect: str, read: str, seed: int) -> str:
    """Return a statement with other gaps, large letters, and names of client tables in quotes."""
    chance = random.Random(seed)
    tokens = sqlglot.tokenize(statement, read=read)
    made, at = "", 0
    for token in tokens:
        if token.start > at and made:
            made += statement[at : token.start] if statement[at : token.start].strip() else chance.choice(GAPS[dialect])
        made += _spelt(statement[token.start : token.end + 1], token, dialect, chance)
        at = token.end + 1
    return made


def _spelt(text: str, token: Token, dialect: str, chance: random.Random) -> str:
    if token.token_type == TokenType.STRING or not text.isidentifier() or not text.isascii():
        return text
    if text in CLIENT_TABLES and chance.random() < 0.4:
        return QUOTES[dialect][0] + text + QUOTES[dialect][1]
    return "".join(chance.choice((letter, letter.upper())) for letter in text)


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(STATEMENTS), st.integers(0, 2**32))
def test_no_spelling_hides_a_table(one: tuple[str, str, str], seed: int) -> None:
    dialect, read, statement = one
    spelt = respelt(statement, dialect, read, seed)
    plain = ours(statement, dialect)
    assert ours(spelt, dialect) == plain
    found = theirs(spelt, read)
    assert found is None or found <= plain
