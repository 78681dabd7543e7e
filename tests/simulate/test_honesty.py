"""What a lazy detector would lean on must occur in honest work too."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from detector.simulate import world
from tests.simulate.test_write import COMBINED, origin

Line = tuple[str, str]


@pytest.fixture(scope="session")
def honest(truth: dict[str, Any], texts: dict[str, list[str]]) -> list[Line]:
    """All lines that belong to no leak."""
    leaking = {
        (file, number)
        for leak in truth["leaks"]
        for file, spans in leak["lines"].items()
        for first, last in spans
        for number in range(first, last + 1)
    }
    return [(file, line) for file, rows in texts.items() for n, line in enumerate(rows, 1) if (file, n) not in leaking]


@pytest.fixture(scope="session")
def leaked(truth: dict[str, Any], texts: dict[str, list[str]]) -> list[Line]:
    return [
        (file, texts[file][number - 1])
        for leak in truth["leaks"]
        for file, spans in leak["lines"].items()
        for first, last in spans
        for number in range(first, last + 1)
    ]


def agent(line: Line) -> str:
    file, text = line
    if file == "crm.access.log":
        found = COMBINED.match(text)
        assert found
        return found[9]
    return str(json.loads(text)["ua" if file == "portal.audit.log" else "http_user_agent"])


def staff(line: Line) -> bool:
    return "." in origin(*line)[1]


def outside(line: Line) -> bool:
    return not origin(*line)[0].startswith("192.0.2.")


def program(line: Line) -> bool:
    return origin(*line)[1].startswith("svc-")


def tool(line: Line) -> bool:
    return not agent(line).startswith("Mozilla")


def crm_bytes(line: Line) -> int:
    found = COMBINED.match(line[1]) if line[0] == "crm.access.log" else None
    return int(found[7]) if found else 0


MARKERS: dict[str, Callable[[Line], bool]] = {
    "staff from an outside address": lambda line: staff(line) and outside(line),
    "staff with a tool": lambda line: staff(line) and tool(line),
    "a tool from outside": lambda line: tool(line) and outside(line),
    "staff with a phone": lambda line: staff(line) and agent(line) in world.PHONES,
    "a big export": lambda line: "/crm/clients/export" in line[1] and crm_bytes(line) > 1_000_000,
    "a portal export": lambda line: '"client.export"' in line[1],
    "a search that returns many ids": lambda line: '"client.search"' in line[1] and line[1].count('","') > 30,
    "failures from outside": lambda line: ('"login.failed"' in line[1] or '" 401 ' in line[1]) and outside(line),
    "an account that does not exist": lambda line: origin(*line)[1] in ("admin", "test"),
    "staff late at night": lambda line: staff(line) and bool(re.search(r"2026[:T](.*T)?0[0-4]:", line[1])),
    "an injection": lambda line: "UNION+SELECT" in line[1],
    "an injection answered 200": lambda line: "%27" in line[1] and '" 200 ' in line[1],
    "a well-known client": lambda line: any(f"/clients/{client} " in line[1] for client in world.WATCHED),
    "a document": lambda line: "/documents/" in line[1],
    "a missing or refused card": lambda line: bool(re.search(r'/crm/clients/\d+ HTTP/1\.1" (403|404) ', line[1])),
}


@pytest.mark.parametrize("name", MARKERS)
def test_what_may_look_like_a_leak_occurs_in_honest_work(name: str, honest: list[Line]) -> None:
    assert any(map(MARKERS[name], honest))


def test_no_agent_occurs_in_leaks_alone(honest: list[Line], leaked: list[Line]) -> None:
    assert {agent(line) for line in leaked} <= {agent(line) for line in honest}


def test_leaks_ask_for_no_kind_of_thing_that_honest_work_never_asks_for(honest: list[Line], leaked: list[Line]) -> None:
    def shape(line: Line) -> str:
        file, text = line
        if file == "portal.audit.log":
            data = json.loads(text)
            return f"portal {data['action']} {data['status']} {sorted(data)}"
        found = COMBINED.match(text)
        data = json.loads(text) if file == "billing.access.log" else {}
        method, uri = (found[4], found[5]) if found else (data["request_method"], data["request_uri"])
        return f"{method} {re.sub(r'=[^&]*', '=', re.sub(r'd?[0-9]{6,}', 'N', uri))}"

    assert {shape(line) for line in leaked} <= {shape(line) for line in honest}


def test_only_leaks_touch_planted_clients(honest: list[Line], leaked: list[Line]) -> None:
    pattern = re.compile("|".join(rf"\b{client}\b" for client in world.CANARIES))

    def touches(line: Line) -> bool:
        return bool(pattern.search(line[1])) and ("clients/" in line[1] or "client_id" in line[1])

    assert any(map(touches, leaked))
    assert not any(map(touches, honest))


def test_honest_people_walk_through_neighbouring_ids_too(honest: list[Line]) -> None:
    last: dict[str, int] = {}
    run: dict[str, int] = {}
    longest = 0
    for line in honest:
        found = re.search(r"GET /crm/clients/(\d+) ", line[1])
        if found and staff(line):
            who, client = origin(*line)[1], int(found[1])
            run[who] = run.get(who, 0) + 1 if client == last.get(who, 0) + 1 else 0
            last[who] = client
            longest = max(longest, run[who])
    assert longest > 60


def test_work_ebbs_at_night_and_at_weekends(texts: dict[str, list[str]]) -> None:
    days: dict[str, int] = {}
    hours: dict[str, int] = {}
    for line in texts["crm.access.log"]:
        if staff(("crm.access.log", line)):
            when = line.split("[", 1)[1]
            days[when[:2]] = days.get(when[:2], 0) + 1
            hours[when[12:14]] = hours.get(when[12:14], 0) + 1
    assert max(days["07"], days["08"]) < min(days[day] for day in ("05", "06", "09")) / 2
    assert hours["04"] < hours["10"] / 5
