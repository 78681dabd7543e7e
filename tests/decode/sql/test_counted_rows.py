"""Queries that show figures, or which values there are, and those that only look like that."""

import json

import pytest

from tests.decode.sql.test_hidden import decoded, seen


def told(statement: str) -> str:
    line = {"timestamp": "2026-05-17 10:05:03.120 UTC", "user": "vera", "error_severity": "LOG"}
    (event,) = decoded([json.dumps(line | {"message": f"statement: {statement}"})], "postgresql.json")
    return str(seen(event)[1])


@pytest.mark.parametrize(
    "columns",
    [
        "DISTINCT city", "DISTINCT c.city", "DISTINCT status, kind", "DISTINCT sales_region, is_active",
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY balance)", "corr(age, balance)", "median(age), stddev(balance)",
    ],
)  # fmt: skip
def test_which_values_all_rows_share_and_figures_about_them_tell_of_nobody(columns: str) -> None:
    assert told(f"SELECT {columns} FROM crm.clients c") == "list"


@pytest.mark.parametrize(
    "columns",
    [
        "DISTINCT *", "DISTINCT c", "DISTINCT phone", "DISTINCT city, phone", "DISTINCT birth_date",
        "DISTINCT upper(phone)", "DISTINCT ON (city) c.*", "DISTINCT ON (id) id, city", "DISTINCT city || phone",
        "DISTINCT city, c.*", "DISTINCT phone city", "DISTINCT phone AS city", 'DISTINCT "phone"',
        "DISTINCT city, concat(phone)",
        "DISTINCT city, phone::text", "DISTINCT city, (SELECT name FROM crm.clients d WHERE d.id = c.id)",
    ],
)  # fmt: skip
def test_distinct_before_what_tells_clients_apart_is_an_export(columns: str) -> None:
    assert told(f"SELECT {columns} FROM crm.clients c") == "export"
