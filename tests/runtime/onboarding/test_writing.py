"""The file that is written: whatever stands in the log, it loads, says only what it means, and lacks only the team."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from detector.decode import Decoder
from detector.errors import InputError
from detector.messages import LANGUAGES, Language
from detector.runtime.onboarding.config_file.place_file import place, refuse_existing
from detector.runtime.onboarding.config_file.write_config import Writer
from detector.runtime.onboarding.config_file.yaml_text import comment, value
from detector.runtime.onboarding.proposals import Proposals, propose
from detector.runtime.onboarding.request_words import load_words
from detector.runtime.preflight.check_all import check
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings
from tests.runtime.onboarding.made import (
    MORNING,
    Request,
    audit,
    combined,
    own_json,
    own_text,
    surveyed,
    w3c,
    working_day,
)

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
HOSTILE = (
    '/api/customers/"]: &x !!python/object:os.system {id}',
    "/api/clients/\u202egnp.exe/7",
    "/api/clients/${HOME}",
    "/api/clients/#comment",
    "/api/clients/\x1b[2J",
    "/api/{x}/clients/6",
    "/api/clients/*/7",
    "/api/clients: {a: b}/8",
    "/api/clients'/9",
    "/api/clients/%0a%20%20-%20path/3",
    "/api/clients%0Astate:%20evil/3",
    "/api/clients/1?id=%22%5D&client_id=5&${X}=1&a:b=2",
)


def written(folder: Path, text: str, *, language: Language = "en", name: str = "crm.log") -> tuple[Path, Proposals]:
    """Survey a log, write what is proposed of it, and return the file."""
    what = propose([surveyed(folder / name, text)], load_words(), language)
    out = folder / "nabat.yml"
    place(out, Writer(what, NOW, out).text(), force=True, formats=what.drafts())
    return out, what


def loaded(path: Path) -> Settings:
    return load_settings(path, {})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("write", [combined, w3c, audit, own_json, own_text])
def test_all_that_check_asks_for_is_the_team(tmp_path: Path, write: Any, language: Language) -> None:
    out, _ = written(tmp_path, write(working_day()), language=language)
    found = check(out)
    assert [problem.what for problem in found.problems] == ["nobody is in the team: nobody would be paged"]
    (problem,) = found.problems
    assert out.read_text(encoding="utf-8").splitlines()[problem.line - 1] == "team:"
    assert "TODO" in out.read_text(encoding="utf-8").splitlines()[problem.line - 2]
    assert loaded(out).language == language


def test_the_routes_stand_in_the_file_as_they_were_proposed(tmp_path: Path) -> None:
    out, what = written(tmp_path, combined(working_day()))
    settings = loaded(out)
    proposed = [one.route for _, one in [*what.logins(), *what.routes()] if one.wanted]
    assert list(settings.records.routes) == proposed
    assert len(proposed) >= 5
    assert set(settings.records.data_classes) == {"identity", "contact", "financial"}
    assert settings.actors.service_accounts == ("svc-billing",)


def test_a_route_that_is_not_wanted_stands_as_a_comment_that_works_when_the_sign_is_taken_away(tmp_path: Path) -> None:
    what = propose([surveyed(tmp_path / "crm.log", combined(working_day()))], load_words(), "en")
    what = what.with_routes([one.changed() if at else one for at, (_, one) in enumerate(what.routes())])
    first = what.routes()[0][1].route.path
    what = what.with_routes([replace(one, wanted=one.route.path != first) for _, one in what.routes()])
    out = tmp_path / "nabat.yml"
    text = Writer(what, NOW, out).text()
    (line,) = [line for line in text.splitlines() if line.strip().startswith("# - {") and first in line]
    out.write_text(text.replace(line, line.replace("# ", "", 1)), encoding="utf-8")
    assert first in {route.path for route in loaded(out).records.routes}


def test_a_hostile_log_breaks_out_of_no_quotes_and_no_comment(tmp_path: Path) -> None:
    users = ["svc-*", "svc-${HOME}", 'svc-"x', "bot\u202e", "*", "api\x1b"]
    requests = [
        Request(at=MORNING + timedelta(seconds=2 * at), path=HOSTILE[at % len(HOSTILE)], user=users[at % len(users)])
        for at in range(600)
    ]
    out, _ = written(tmp_path, combined(requests), name='a"]: {x} ${HOME}.log')
    text = out.read_text(encoding="utf-8")
    assert all(char.isprintable() or char == "\n" for char in text)
    assert not any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in text)
    settings = loaded(out)
    assert settings.actors.service_accounts == ("api", "bot")  # what cannot be seen in a name is no part of it
    assert settings.state == tmp_path / "nabat-state"
    assert set(yaml.safe_load(text)) == {
        "state",
        "language",
        "timezone",
        "sources",
        "records",
        "actors",
        "team",
        "notify",
    }
    assert [problem.what for problem in check(out).problems] == ["nobody is in the team: nobody would be paged"]


def test_a_service_that_a_log_names_itself_is_a_strangers_text(tmp_path: Path) -> None:
    line = (
        '{"ts": "2026-03-02T09:14:03Z", "service": "x\\"]: ${HOME}", "user": "anna", "action": "client.view", '
        '"client_id": "%d"}\n'
    )
    out, _ = written(tmp_path, "".join(line % number for number in range(50)))
    assert loaded(out).sources[0].service == "crm"
    assert loaded(out).records.routes[0].service == "*"


def test_no_client_stands_in_the_file(tmp_path: Path) -> None:
    for write in (combined, w3c, audit):
        out, _ = written(tmp_path, write(working_day()))
        text = out.read_text(encoding="utf-8")
        assert not any(str(number) in text for number in range(12_000, 12_150))
        assert "mallory" not in text


def test_several_logs_have_routes_of_their_own_services(tmp_path: Path) -> None:
    surveys = [surveyed(tmp_path / f"{name}.log", combined(working_day())) for name in ("crm", "shop")]
    what = propose(surveys, load_words(), "en")
    out = tmp_path / "nabat.yml"
    place(out, Writer(what, NOW, out).text(), force=False)
    assert {source.name for source in loaded(out).sources} == {"crm", "shop"}
    assert {route.service for route in loaded(out).records.routes} == {"crm", "shop"}


def test_a_log_that_nobody_understands_stands_as_a_comment(tmp_path: Path) -> None:
    surveys = [
        surveyed(tmp_path / "crm.log", combined(working_day())),
        surveyed(tmp_path / "odd.log", "what is this\n" * 50),
    ]
    what = propose(surveys, load_words(), "en")
    text = Writer(what, NOW, tmp_path / "nabat.yml").text()
    assert "NOT WATCHED: of 50 lines 0 % are understood" in text
    (tmp_path / "nabat.yml").write_text(text)
    assert [source.name for source in loaded(tmp_path / "nabat.yml").sources] == ["crm"]


@pytest.mark.parametrize("write", [own_json, own_text])
def test_lines_no_shipped_format_understands_get_a_draft_beside_the_configuration(tmp_path: Path, write: Any) -> None:
    out, what = written(tmp_path, write(working_day()))
    assert what.sources[0].survey.draft
    draft = tmp_path / "nabat-formats" / "own.crm.yml"
    assert draft.is_file()
    settings = loaded(out)
    assert (settings.sources[0].format, settings.formats) == ("own.crm", (str(tmp_path / "nabat-formats"),))
    assert "/api/customers/{client_id}" in {route.path for route in settings.records.routes}
    with pytest.raises(InputError, match=r"own\.crm\.yml: is there already"):
        place(out.with_suffix(".yaml"), "language: en\n", force=False, formats=what.drafts())


PAGES = ("/", "/about", "/prices.html", "/img/logo.png", "/robots.txt")
SSHD = "Mar  2 06:{:02}:{:02} web1 sshd[1361]: Accepted publickey for anna from 192.0.2.7 port 54259 ssh2\n"


@pytest.mark.parametrize(
    "text",
    [
        combined(Request(at=MORNING + timedelta(seconds=n), path=PAGES[n % len(PAGES)]) for n in range(300)),
        "".join(SSHD.format(n // 60, n % 60) for n in range(300)),
    ],
)
def test_what_is_recognisably_about_no_client_is_said_to_hold_no_client_data(tmp_path: Path, text: str) -> None:
    out, _ = written(tmp_path, text)
    assert not loaded(out).sources[0].client_data
    assert "Nothing in these logs looks like client data" in out.read_text(encoding="utf-8")
    assert [problem.what for problem in check(out).problems] == ["nobody is in the team: nobody would be paged"]
    out, _ = written(tmp_path, combined(working_day()))
    assert loaded(out).sources[0].client_data


def asked(path: str, *, user: str = "anna", method: str = "GET") -> str:
    return combined(
        Request(at=MORNING + timedelta(seconds=n), path=path.format(7000 + n), user=user, method=method)
        for n in range(300)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (asked("/index.php?module=Things&action=DetailView&record={}"), "none of 300 requests"),
        (asked("/things/{}", user="-"), "none of 300 requests"),
        (asked("/overview"), "none of 300 requests"),
        (asked("/enter", user="-", method="POST"), "none of 300 requests"),
        (
            "".join(
                f"02.03.2026 06:{n // 60:02}:{n % 60:02} Пользователь anna (192.0.2.7) открыл карточку №{7000 + n}\n"
                for n in range(300)
            ),
            "whether the record map fits crm: cannot be checked",
        ),
        (
            "".join(
                f"Mar  2 06:{n // 60:02}:{n % 60:02} web1 crm[7]: anna opened the card of no. {7000 + n}\n"
                for n in range(300)
            ),
            "",
        ),
    ],
)
def test_what_could_not_be_told_is_not_called_free_of_client_data(tmp_path: Path, text: str, said: str) -> None:
    out, _ = written(tmp_path, text)
    assert loaded(out).sources[0].client_data
    written_text = out.read_text(encoding="utf-8")
    assert "Nothing in these logs looks like client data" not in written_text
    assert "Whether there is client data in it could not be told" in written_text
    found = check(out)
    assert any(said in each for each in [*map(str, found.problems), *found.unchecked])


def test_calls_in_the_body_give_the_object_to_clients_that_the_format_names(tmp_path: Path) -> None:
    methods = ("Client.get", "Client.list", "Client.update", "Ping.ping")
    lines = "".join(
        json.dumps(
            {
                "ts": (MORNING + timedelta(seconds=n)).isoformat(),
                "peer": "192.0.2.7",
                "login": "anna",
                "http": {"method": "POST", "uri": "/rpc", "code": 200, "size": 900},
                "body": {
                    "jsonrpc": "2.0",
                    "method": methods[n % 4],
                    "params": {"clientId": 12000 + n} if n % 2 == 0 else {},
                },
            }
        )
        + "\n"
        for n in range(200)
    )
    out, what = written(tmp_path, lines)
    settings = loaded(out)
    assert settings.sources[0].client_data
    assert {(route.when["body.method"], route.object) for route in settings.records.routes} == {
        (name, "client") for name in methods[:3]
    }
    decoder = Decoder(settings, session_key=b"k")
    (batch,) = what.sources[0].survey.samples[0].batches
    frame = decoder.decode(batch).frame
    touched = frame.filter(pl.col("subject.ids").is_not_null())
    assert touched.height == 100
    assert touched["object.type"].to_list() == ["client"] * 100


# -- values and comments -----------------------------------------------------------------------------------------------


@given(text=st.text())
def test_any_text_reads_back_as_it_was(text: str) -> None:
    if "${" in text:
        with pytest.raises(ValueError, match="environment variable"):
            value(text)
        return
    made = value(text)
    assert "\n" not in made
    assert yaml.safe_load(f"a: {{ b: {made} }}") == {"a": {"b": text}}
    assert yaml.safe_load(f"- {value([text, text])}") == [[text, text]]
    assert yaml.safe_load(f"- {value({text: text})}") == [{text: text}]


@given(text=st.text())
def test_any_comment_is_one_line_that_means_nothing(text: str) -> None:
    made = comment(text)
    assert len(made.splitlines()) == 1
    assert yaml.safe_load(f"a: 1  {made}\n{made}\nb: 2\n") == {"a": 1, "b": 2}


@pytest.mark.parametrize("word", ["no", "null", "true", "on", "1e3", "0x1", "~", "2026-01-01", "", "- a", "a: b", "#x"])
def test_words_that_yaml_takes_for_something_else_stay_text(word: str) -> None:
    assert yaml.safe_load(value(word)) == word


# -- the place ---------------------------------------------------------------------------------------------------------


def test_a_file_that_is_there_is_not_written_over_unless_that_is_said(tmp_path: Path) -> None:
    out = tmp_path / "nabat.yml"
    out.write_text("mine")
    with pytest.raises(InputError, match="is there already"):
        place(out, "language: en\n", force=False)
    assert out.read_text() == "mine"
    place(out, "language: en\n", force=True)
    assert out.read_text() == "language: en\n"
    assert [path.name for path in tmp_path.iterdir()] == ["nabat.yml"]


def test_a_dangling_link_is_there_too(tmp_path: Path) -> None:
    out = tmp_path / "nabat.yml"
    out.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="is there already"):
        place(out, "language: en\n", force=False)
    assert not (tmp_path / "elsewhere").exists()


def test_a_text_that_is_no_configuration_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        place(tmp_path / "nabat.yml", "langage: en\n", force=False)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_file_is_not_written_over_even_if_that_is_said(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for force in (True, False):
        with pytest.raises(InputError, match="is no regular file"):
            place(pipe, "state: here", force=force)
    assert pipe.is_fifo()


def test_folders_are_no_place_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        refuse_existing(tmp_path, force=True)
    with pytest.raises(InputError, match="is not a folder"):
        refuse_existing(tmp_path / "none" / "nabat.yml", force=False)
