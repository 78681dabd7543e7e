"""A simulated company whose thief is known: the sample is told from who merely has many clients, or has those."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from math import comb, isclose
from pathlib import Path
from random import Random
from typing import Any

import pytest

from detector.runtime.incidents.leak_sample import TouchEvidence, WindowCount, find_sample, honest_chance
from detector.schema.outside.leak_samples import SampleFit
from detector.store import Journal, Store
from tests.store.values import events

START = datetime(2026, 3, 2, tzinfo=UTC)
THIEF, OWNER, HEAD, PROGRAM = "user:mallory", "user:op0", "user:head", "user:svc"
CLIENTS = range(1_000, 2_200)
STOLEN_AT = START + timedelta(days=8, hours=22)


def row(at: datetime, actor: str, clients: Iterable[int], **more: Any) -> dict[str, Any]:
    return {"@timestamp": at, "actor.id": actor, "subject.ids": [str(each) for each in clients], **more}


def company(stolen: list[int]) -> Iterator[dict[str, Any]]:
    """Yield ten days: operators with books of their own, a head who sees most, a program that sees all, a thief."""
    luck = Random(4)
    for day in range(10):
        morning = START + timedelta(days=day, hours=9)
        for number in range(10):
            book = CLIENTS[number * 110 : number * 110 + 110]
            for step, client in enumerate(luck.sample(book, 30)):
                yield row(morning + timedelta(minutes=12 * step, seconds=number), f"user:op{number}", [client])
        for step, client in enumerate(luck.sample(CLIENTS, 130)):
            yield row(morning + timedelta(minutes=3 * step, seconds=40), HEAD, [client])
        yield row(morning, PROGRAM, CLIENTS)
        for step, client in enumerate(luck.sample(CLIENTS[1_100:], 12)):
            yield row(morning + timedelta(minutes=30 * step), THIEF, [client])
    for step, client in enumerate(stolen):
        yield row(STOLEN_AT + timedelta(seconds=8 * step), THIEF, [client])
    yield row(STOLEN_AT, "user:op3", [], **{"event.action": "export", "subject.ids": None, "record.count": 5_000})


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("company")
    store = Store.open(f"sqlite:///{folder / 'nabat.db'}")
    stolen = Random(9).sample(CLIENTS[:1_100], 150)
    # Small pieces: what is held of one is forgotten with the next.
    journal = Journal(Path(folder / "journal"), store, durable=False, in_piece=500)
    rows = sorted(company(stolen), key=lambda each: each["@timestamp"])
    for start in range(0, len(rows), 700):
        journal.append(events(*rows[start : start + 700]))
        with store.begin() as unit:
            journal.flush(unit)
    yield {"journal": journal, "stolen": stolen}
    store.close()


def fits(kept: dict[str, Any], ids: Iterable[int]) -> tuple[Any, dict[str, SampleFit]]:
    forms = {str(each): str(each) for each in ids}
    found = find_sample(kept["journal"], forms, START, START + timedelta(days=12), tenants=False, shown=20)
    return found, {each.actor: each for each in found.fits}


def test_the_thief_stands_first_with_the_time_of_the_theft_and_nobody_honest_beside(kept: dict[str, Any]) -> None:
    sample = [*Random(1).sample(kept["stolen"], 40), 999_001, 999_002]
    found, by_actor = fits(kept, sample)
    assert (found.size, found.known, found.clients, found.actors) == (42, 40, 1_200, 13)
    first = found.fits[0]
    assert (first.actor, first.held, first.window_held) == (THIEF, 40, 40)
    assert STOLEN_AT - timedelta(minutes=1) < first.since < first.until < STOLEN_AT + timedelta(minutes=21)
    assert isclose(first.containment, 40 / 42)
    assert isclose(first.jaccard, 40 / (42 + first.window_clients - 40))
    assert first.chance < 1e-6
    # The head holds as many of them, the program all: neither is more likely for it.
    assert by_actor[PROGRAM].held == 40
    assert by_actor[HEAD].held > 20
    assert min(each.chance for name, each in by_actor.items() if name != THIEF) > 0.05


def test_whose_clients_they_are_is_no_thief_and_who_took_their_book_is(kept: dict[str, Any]) -> None:
    """The sample is of one operator's book: it holds it as well as anybody, in its daily work."""
    own = [each for each in kept["stolen"] if each < CLIENTS[110]]
    _, by_actor = fits(kept, own)
    assert len(own) > 8
    assert by_actor[OWNER].held > len(own) / 2
    assert by_actor[OWNER].chance > 0.05
    assert by_actor[THIEF].chance < by_actor[OWNER].chance


def test_a_sample_of_honest_work_accuses_nobody_and_unnamed_exports_are_said(kept: dict[str, Any]) -> None:
    found, _ = fits(kept, Random(2).sample(CLIENTS, 40))
    assert min(each.chance for each in found.fits) > 0.05
    assert [(each.actor, each.events, each.most) for each in found.unnamed] == [("user:op3", 1, 5_000)]
    nothing, _ = fits(kept, [5, 6])
    assert (nothing.known, nothing.fits) == (0, ())


def test_the_probability_is_the_one_the_docs_state() -> None:
    # Two of three clients asked about, a book of four of ten: (C(3,2) C(7,2) + C(3,3) C(7,1)) / C(10,4).
    stranger = (comb(3, 2) * comb(7, 2) + comb(7, 1)) / comb(10, 4)
    found = TouchEvidence(hits=2, book=4, unexplained_hits=2, unexplained=4)
    assert isclose(honest_chance(found, asked=3, clients=10, actors=1), stranger)
    assert honest_chance(found, asked=3, clients=10, actors=9) == 1
    # Both in one window of two clients: the second is one of the 11 others that it and a fair share of clients are.
    seen = TouchEvidence(
        hits=2, book=4, unexplained_hits=0, unexplained=0, windows=(WindowCount(hits=2, drawn=2, tried=1),)
    )
    by_time = 2 / 11
    assert isclose(honest_chance(seen, asked=3, clients=10, actors=1), max(stranger, by_time))
    nothing = TouchEvidence(hits=0, book=0, unexplained_hits=0, unexplained=0)
    assert honest_chance(nothing, asked=3, clients=10, actors=1) == 1
