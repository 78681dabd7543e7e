"""The example of the documentation can be made, and each of its files says something."""

import re
from pathlib import Path

import pytest

from tests.example.__main__ import main

pytestmark = [pytest.mark.share(4), pytest.mark.timeout(300)]


def test_the_example_is_made_and_nothing_a_log_knows_was_left_out(tmp_path: Path) -> None:
    main(tmp_path / "example", ("ru",))
    made = {str(path.relative_to(tmp_path / "example")): path for path in (tmp_path / "example").rglob("*.*")}
    assert {"README.md", "ru/01-page.txt", "ru/clients.csv", "ru/notices/ru-24h.pdf", "ru/letters/plan.md"} <= set(made)
    assert all(path.stat().st_size > 40 for path in made.values())
    notice = made["ru/notices/ru-24h.md"].read_text()
    assert (
        "от 145 до 148 записей о людях, живущих в России" in notice,
        "………" in notice.split("ФИО, должность")[0],
    ) == (True, False)
    assert "(от 145 до 148 человек из живущих в России)" in notice, "of three it is not known where they live"
    assert "k.ivanov" not in made["ru/01-page.txt"].read_text()
    scope = made["ru/05-scope.txt"].read_text()
    assert "королевский гусак" in scope, "the same name as on the page"
    assert not re.findall(r"[a-z]{4,}", scope), "no word of the program's own"
    assert "людей: 180;" in made["ru/07-register.txt"].read_text()
    told = made["ru/notices/gdpr-72h.2.md"].read_text()
    assert told.startswith("# Уведомление о нарушении")
    assert "Основание: Регламент (ЕС) 2016/679 (GDPR), ст. 33(1)." in told
    assert "04.03.2026 03:04 (UTC+03:00): утечка остановлена" in told, "the minute that the fact has"
    assert "паспорт: просмотрели 4 марта" in made["ru/letters/plan.md"].read_text()
    assert not any(f"client-{n}@" in made["ru/letters/plan.md"].read_text() for n in range(41_000, 41_400))
    listed = made["README.md"].read_text()
    assert all(name in listed for name in made if name != "README.md")
