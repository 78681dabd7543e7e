"""The running service says what it has seen to work, and never more."""

from collections.abc import Callable
from pathlib import Path

from detector.clock import SystemClock
from tests.runtime.places import Daemon, eventually, web

LINE = '192.0.2.7 - anna [18/May/2026:09:00:00 +0000] "GET /api/customers/{} HTTP/1.1" 200 512 "-" "curl/8"\n'


def test_a_service_that_has_seen_nothing_calls_nothing_of_it_healthy(
    daemon: Callable[..., Daemon], tmp_path: Path
) -> None:
    one = daemon(web=web()).start()
    eventually(lambda: one.metric('nabat_unchecked{part="source"}') == 1)  # nothing is said before the first beat
    eventually(lambda: one.metric('nabat_unchecked{part="database"}') == 0)
    assert one.metric('nabat_unchecked{part="rules"}') == 1


def test_a_map_that_fits_nothing_and_lines_that_give_nothing_are_blind_spots(
    daemon: Callable[..., Daemon], tmp_path: Path
) -> None:
    one = daemon(web=web()).start()
    with (tmp_path / "access.log").open("a", encoding="utf-8") as log:
        log.write("".join(LINE.format(number) for number in range(600)))
    eventually(lambda: one.metric('nabat_blind_spots{kind="coverage"}') == 1)
    assert one.metric('nabat_unchecked{part="source"}') == 0
    assert one.metric('nabat_unchecked{part="rules"}') == 0
    with (tmp_path / "access.log").open("a", encoding="utf-8") as log:
        log.write("no line of any log\n" * 20)
    eventually(lambda: one.metric('nabat_blind_spots{kind="source"}') == 1)


def test_rules_are_seen_to_judge_with_the_first_line_that_comes(daemon: Callable[..., Daemon], tmp_path: Path) -> None:
    one = daemon(web=web()).start()
    eventually(lambda: one.metric('nabat_unchecked{part="rules"}') == 1)
    with (tmp_path / "access.log").open("a", encoding="utf-8") as log:
        log.write(LINE.format(1).replace("18/May/2026:09:00:00", f"{SystemClock().now():%d/%b/%Y:%H:%M:%S}"))
    eventually(lambda: one.metric('nabat_unchecked{part="rules"}') == 0, 30)  # it waits a minute to be counted
