"""The page of people: who is on call, who is away, who holds which role, in both languages."""

from collections.abc import Callable
from typing import Any

from tests.web.conftest import World

ROTA = {
    "people": ["anna", "boris"],
    "starts": "2026-03-02",
    "absences": [{"person": "anna", "starts": "2026-02-23", "until": "2026-03-03"}],
}


def shown(make_world: Callable[..., World], language: str, **rota: Any) -> str:
    notify: dict[str, Any] = {"targets": {"desk": {"url": "json://127.0.0.1:9/"}}, "rota": rota}
    return make_world(notify=notify).browser().get(f"/people?lang={language}").text


def test_it_shows_who_is_on_call_and_who_is_passed_over(make_world: Callable[..., World]) -> None:
    english = shown(make_world, "en", **ROTA)
    assert "On call now: Boris (security)." in english
    assert "in turn; Anna (security) is away" in english
    assert "away until 4 Mar 2026, 00:00:00 MSK" in english
    assert "security analyst" in english
    russian = shown(make_world, "ru", **ROTA)
    assert "Сейчас дежурит Boris (security)." in russian
    assert "по очереди; Anna (security): нет на месте" in russian


def test_it_says_where_nobody_is_on_call_and_where_there_is_no_rota(make_world: Callable[..., World]) -> None:
    away = [{"person": name, "starts": "2026-02-23", "until": "2026-03-03"} for name in ("anna", "boris")]
    assert "nobody is on call now" in shown(make_world, "en", **ROTA | {"absences": away})
    assert "There is no rota" in shown(make_world, "en")
