"""Whoever works with SQL all day as analysts do pages nobody, nor does whoever uses a program that asks by SQL."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.evade import honest_statements
from tests.evade.attempt import try_in_replay
from tests.evade.house import Line, sql
from tests.evade.tricks import Trick

USUAL = """
SELECT * FROM clients WHERE status = 'active' AND manager_id = {n}
SELECT id, name, phone FROM clients WHERE deleted = false AND branch_id = {n} ORDER BY name
SELECT * FROM clients WHERE id = {n}
SELECT * FROM clients WHERE id IN ({n}, {m})
SELECT * FROM clients WHERE email = 'client{n}@example.org'
SELECT * FROM clients WHERE name LIKE 'Ivano%' AND deleted_at IS NULL
SELECT * FROM clients WHERE created > now() - interval '7 days' AND is_test = false
SELECT * FROM clients WHERE created BETWEEN '2026-02-01' AND '2026-02-28' AND country = 'RU'
SELECT status, count(*) FROM clients WHERE deleted = false GROUP BY status
SELECT manager_id, avg(balance), max(created) FROM clients GROUP BY manager_id HAVING count(*) > 10
SELECT count(*) FROM clients WHERE country = 'RU'
SELECT * FROM clients WHERE deleted = false ORDER BY created DESC LIMIT 200
SELECT * FROM clients LIMIT 1000
SELECT * FROM clients WHERE country = 'RU' LIMIT 500 OFFSET {n}
SELECT c.id, c.name, o.total FROM clients c JOIN orders o ON o.client_id = c.id WHERE o.created > '2026-02-20'
SELECT * FROM clients WHERE id IN (SELECT client_id FROM orders WHERE total > {n})
SELECT c.* FROM clients c LEFT JOIN orders o ON o.client_id = c.id WHERE o.id IS NULL AND c.manager_id = {n}
SELECT * FROM clients WHERE manager_id IS NULL
SELECT * FROM clients WHERE debt > {n} AND status <> 'closed'
WITH mine AS (SELECT * FROM clients WHERE manager_id = {n} AND deleted = false) SELECT * FROM mine ORDER BY name
SELECT * FROM (SELECT * FROM clients WHERE deleted = false) x WHERE x.branch_id = {n}
SELECT id, name FROM clients WHERE manager_id = {n} UNION SELECT id, name FROM clients WHERE manager_id = {m}
EXPLAIN SELECT * FROM clients
UPDATE clients SET manager_id = {m} WHERE id = {n}
SELECT * FROM clients WHERE email = 'client{n}@example.org' LIMIT 0, 1000
CREATE TEMP TABLE mine AS SELECT id, name FROM clients WHERE manager_id = {n}
INSERT INTO calls SELECT id, phone FROM clients WHERE id IN ({n}, {m})
CREATE TABLE daily AS SELECT status, count(*) FROM clients GROUP BY status
""".strip().splitlines()

UNCLEAR = """
SELECT * FROM clients WHERE status = 'overdue'
SELECT * FROM clients WHERE country = 'BY' AND type = 'company'
""".strip().splitlines()


@pytest.mark.parametrize("unclear", [0, 12])
@pytest.mark.parametrize("seed", range(2))
def test_sixty_statements_a_day_of_an_analyst_page_nobody(tmp_path: Path, seed: int, unclear: int) -> None:
    def lines(begins: datetime) -> Iterator[Line]:
        chance = random.Random(seed)
        forms = [*chance.choices(USUAL, k=60 - unclear), *chance.choices(UNCLEAR, k=unclear)]
        chance.shuffle(forms)
        for number, form in enumerate(forms):
            at = begins + timedelta(minutes=8 * number)
            statement = form.format(n=chance.randrange(2, 900), m=chance.randrange(2, 900))
            yield sql(at, statement, "nina", address="192.0.2.60", application="DBeaver")

    assert not try_in_replay(Trick("analyst", "a day of an analyst", lines, lines), lines, tmp_path)


PROGRAM = """
SELECT id, name FROM clients WHERE name ILIKE 'iva{n}%' ORDER BY name LIMIT 10
SELECT c.id, c.name, o.total FROM clients c JOIN orders o ON o.client_id = c.id ORDER BY o.created DESC LIMIT 50
SELECT * FROM clients WHERE manager_id = {n} ORDER BY name LIMIT 100
SELECT * FROM clients ORDER BY created DESC LIMIT 50
SELECT * FROM clients WHERE manager_id = {n} ORDER BY name LIMIT 50 OFFSET 50
""".strip().splitlines()


@pytest.mark.parametrize("form", PROGRAM)
def test_a_program_that_completes_names_and_shows_lists_all_day_pages_nobody(tmp_path: Path, form: str) -> None:
    gap, count = (72, 390) if "OFFSET" in form else (33, 900)  # 50 next pages an hour, or 110 lists

    def lines(begins: datetime) -> Iterator[Line]:
        for number in range(count):
            at = begins + timedelta(seconds=gap * number)
            yield sql(at, form.format(n=number % 700), "nina", address="192.0.2.60", application="crm")

    assert not try_in_replay(Trick("program", "a day of a program", lines, lines), lines, tmp_path)


@pytest.mark.parametrize("kind", honest_statements.ALL)
def test_days_of_statements_of_honest_programs_under_a_persons_name_page_nobody(tmp_path: Path, kind: str) -> None:
    def lines(begins: datetime) -> Iterator[Line]:
        chance = random.Random(kind)
        for day in range(3):
            for number, form in enumerate(chance.sample(forms := honest_statements.ALL[kind], len(forms))):
                at = begins + timedelta(days=day, minutes=6 * number)
                before = (at - timedelta(days=1)).date()
                values = {"n": chance.randrange(200, 900), "m": chance.randrange(900, 990)}
                statement = form.format(day=before, month=before.replace(day=1), **values)
                yield sql(at, statement, "nina", address="192.0.2.60", application=kind)

    told = try_in_replay(Trick(kind, "days of a program", lines, lines), lines, tmp_path)
    assert "user:nina" not in {incident.actor_id for incident, _ in told}
