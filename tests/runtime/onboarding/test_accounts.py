"""Programs, proxies and networks are guessed, and nobody who takes clients is called a program unasked."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl

from detector.runtime.onboarding.request_words import load_words
from detector.runtime.onboarding.traits.guess_accounts import LikelyProgram, in_front, inner_networks, programs, proxies
from tests.runtime.onboarding.made import MORNING, Request, combined, surveyed, working_day

INNER = "10"
PROXY = f"{INNER}.0.0.5"
FORWARDED = '{ip} - {user} [02/Mar/2026:09:14:{second:02} +0000] "GET /a HTTP/1.1" 200 5 "-" "{agent}" "{behind}"\n'


def found(folder: Path, requests: list[Request]) -> dict[str, LikelyProgram]:
    frame = surveyed(folder / "crm.log", combined(requests)).frame
    return {one.name: one for one in programs(frame, load_words())}


def steady(user: str, agent: str, path: str) -> list[Request]:
    return [
        Request(at=MORNING + timedelta(seconds=30 * n), path=path.format(n=1000 + n), user=user, agent=agent)
        for n in range(200)
    ]


def test_an_account_called_like_a_program_that_behaves_like_one_is_proposed(tmp_path: Path) -> None:
    known = found(tmp_path, working_day())
    assert set(known) == {"svc-billing"}
    one = known["svc-billing"]
    assert (one.wanted, one.named, one.machine, one.steady) == (True, True, True, True)


def test_who_reads_many_clients_is_never_proposed_as_a_program(tmp_path: Path) -> None:
    known = found(tmp_path, steady("svc-sync", "curl/8.5", "/api/clients/{n}"))
    assert (known["svc-sync"].wanted, known["svc-sync"].records) == (False, 200)


def test_a_program_by_its_habits_alone_is_shown_and_not_proposed(tmp_path: Path) -> None:
    known = found(tmp_path, steady("mallory", "python-requests/2.32", "/api/export"))
    assert (known["mallory"].wanted, known["mallory"].machine, known["mallory"].steady) == (False, True, True)


def test_a_person_with_a_browser_is_no_program(tmp_path: Path) -> None:
    assert found(tmp_path, [replace(one, user="anna") for one in working_day() if one.user == "boris"]) == {}


def test_a_name_with_a_glob_or_what_turns_text_round_is_not_proposed(tmp_path: Path) -> None:
    for name in ("svc-*", "svc-[a]", "svc-?", "svc-${HOME}"):
        assert found(tmp_path, steady(name, "curl/8.5", "/api/export")) == {}
    # In the one form of an account nothing turns text round.
    assert set(found(tmp_path, steady("svc-\u202ea", "curl/8.5", "/api/export"))) == {"svc-a"}


def forwarded(folder: Path, count: int, *, proxy: str, direct: int = 0) -> pl.DataFrame:
    lines = [
        FORWARDED.format(
            ip=proxy, user="-", second=n % 60, agent=f"Mozilla/5.0 ({n % 5})", behind=f"198.51.100.{n % 9}"
        )
        for n in range(count)
    ]
    lines += [
        FORWARDED.format(ip=f"203.0.113.{n % 200}", user="-", second=n % 60, agent="Mozilla/5.0", behind="-")
        for n in range(direct)
    ]
    return surveyed(folder / "crm.log", "".join(lines)).frame


def test_an_inner_address_that_speaks_for_others_is_a_proxy(tmp_path: Path) -> None:
    (one,) = proxies(forwarded(tmp_path, 100, proxy=PROXY, direct=300))
    assert (one.address, one.count, one.forwarded) == (PROXY, 100, 100)


def test_a_stranger_who_sends_the_header_is_no_proxy(tmp_path: Path) -> None:
    assert proxies(forwarded(tmp_path, 100, proxy="203.0.113.7", direct=300)) == []


def test_an_address_of_the_world_in_front_of_everything_is_one(tmp_path: Path) -> None:
    (one,) = proxies(forwarded(tmp_path, 100, proxy="203.0.113.7"))
    assert one.address == "203.0.113.7"


def test_one_address_for_everybody_without_a_word_for_whom_is_remarked(tmp_path: Path) -> None:
    requests = [replace(one, address="192.0.2.1") for one in working_day()]
    assert in_front(surveyed(tmp_path / "crm.log", combined(requests)).frame)
    assert not in_front(surveyed(tmp_path / "crm.log", combined(working_day())).frame)


def test_networks_are_those_of_clients_not_of_the_proxy(tmp_path: Path) -> None:
    lines = [
        FORWARDED.format(ip=PROXY, user="-", second=n % 60, agent="Mozilla/5.0", behind=f"10.1.{n % 2}.{n % 9}")
        for n in range(60)
    ]
    frame = surveyed(tmp_path / "crm.log", "".join(lines)).frame
    assert [str(one.network) for one in inner_networks(frame, [PROXY])] == [f"{INNER}.1.0.0/24", f"{INNER}.1.1.0/24"]


def test_very_many_networks_become_a_few_wide_ones(tmp_path: Path) -> None:
    requests = [
        Request(at=MORNING + timedelta(seconds=n), path="/a", user="anna", address=f"10.{n % 2}.{n}.7")
        for n in range(60)
    ]
    frame = surveyed(tmp_path / "crm.log", combined(requests)).frame
    assert [str(one.network) for one in inner_networks(frame, [])] == [f"{INNER}.0.0.0/16", f"{INNER}.1.0.0/16"]


def test_addresses_of_the_world_are_no_network_of_ones_own(tmp_path: Path) -> None:
    assert inner_networks(surveyed(tmp_path / "crm.log", combined(working_day())).frame, []) == []
