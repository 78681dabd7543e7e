"""The sender over the real store, to real servers that take, refuse, hang and recover."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from detector.clock import SystemClock
from detector.errors import NotFoundError, StoreError
from detector.notify.delivery.send_pool import LANES
from detector.notify.delivery.sender import OutboxSender
from detector.notify.delivery.test_message import send_test
from detector.notify.escalation import PageContent, advance
from detector.notify.ladder import Gap, GapReason
from detector.notify.links import ButtonAct
from detector.schema.case.incidents import Decisions
from detector.schema.team.delivery import Message, MessageKind, MessageStatus
from detector.settings import Settings
from detector.store import Store, UnitOfWork
from detector.telemetry.metrics import Metrics
from tests.notify.conftest import LINKS, NIGHT, Story, make_incident, make_settings, people
from tests.receivers import Mails, Ntfy, Web, until
from tests.servers import free_port

Serve = Callable[..., Web]
Tell = Callable[..., Story]


def test_the_night_of_an_incident_on_a_real_server(ntfy_server: Ntfy, story: Tell) -> None:
    names = ("anna", "boris", "dina", "lev", "olga", "karl")
    night = story(make_settings(targets={name: ntfy_server.url(f"night-{name}") for name in names}))
    arrived: dict[float, list[str]] = {}
    held = dict.fromkeys(names, 0)
    for minute in (0, 2, 5, 15, 30, 45, 60):
        night.at(minute)
        night.send()
        now = {name: len(ntfy_server.messages(f"night-{name}")) for name in names}
        arrived[minute] = [name for name in names if now[name] > held[name]]
        held = now
    night.clock.advance(timedelta(minutes=1))
    night.acknowledge("lev")
    night.at(62)
    night.send()
    night.at(90)
    night.send()
    assert arrived == {
        0: ["anna"], 2: [], 5: ["boris"], 15: ["lev"], 30: list(names), 45: [], 60: list(names),
    }  # fmt: skip
    last = {name: ntfy_server.messages(f"night-{name}")[-1]["title"] for name in names}
    assert {name for name, title in last.items() if "Lev has it" in title} == set(names) - {"lev"}
    assert "https://nabat.example.org/ack/" in ntfy_server.messages("night-anna")[0]["message"]


def test_a_page_goes_by_mail_in_the_readers_language(smtp_server: Mails, story: Tell) -> None:
    night = story(make_settings(people={"anna": {"language": "ru"}}, targets={"anna": smtp_server.url("anna")}))
    night.at(0)
    night.send()
    (mail,) = smtp_server.received
    assert mail["subject"] == "ВЫСОКАЯ: Серая Цапля (20260301-3f2a)"
    assert "Сначала: Разбор" in mail.get_content()


def test_the_seal_of_the_case_goes_out_before_the_link_and_is_not_kept(ntfy_server: Ntfy, story: Tell) -> None:
    night = story(make_settings(targets={"anna": ntfy_server.url("sealed")}))
    night.at(0)
    sealed = OutboxSender(
        night.store,
        night.settings,
        night.clock,
        night.metrics,
        links=LINKS,
        seal_of=lambda incident_id: f"7f{incident_id[:4]}",
    )
    sealed.run_once(night.clock.now())
    (page,) = ntfy_server.messages("sealed")
    before, seal, link = page["message"].rsplit("\n", 2)
    assert (seal, link.rpartition(" ")[2][:30]) == (f"Seal 7f{night.incident.id[:4]}", "https://nabat.example.org/ack/")
    assert before
    assert "Seal" not in night.messages()[0].body
    night.send()
    assert len(ntfy_server.messages("sealed")) == 1


def statuses(night: Story, incident_id: str, person: str = "anna") -> list[MessageStatus]:
    with night.store.read() as unit:
        found = unit.outbox.messages(incident_id)
    return [m.status for m in found if m.person == person and m.kind is MessageKind.PAGE]


def test_a_page_given_up_in_an_outage_goes_out_when_the_target_is_back(web_server: Serve, story: Tell) -> None:
    web = web_server(otherwise=500)
    night = story(make_settings(targets={"anna": web.url()}, attempts=2, backoff="1s"))
    night.at(0)
    for second in range(130):
        night.clock.move_to(NIGHT + timedelta(seconds=second))
        night.send()
    assert set(statuses(night, night.incident.id)) == {MessageStatus.FAILED}
    web.otherwise = 200
    for second in range(130, 250):  # the ladder asks for nobody until minute 30
        night.clock.move_to(NIGHT + timedelta(seconds=second))
        night.send()
    assert statuses(night, night.incident.id).count(MessageStatus.SENT) == 1


def test_the_first_success_of_a_target_sends_all_that_was_given_up_there(web_server: Serve, story: Tell) -> None:
    web = web_server(otherwise=500)
    night = story(make_settings(targets={"anna": web.url()}, attempts=1))
    second = make_incident(id="4f2a" * 8, number="20260301-4f2a", actor_id="user:x")
    third = make_incident(id="5f2a" * 8, number="20260301-5f2a", actor_id="user:y", acknowledged_at=NIGHT)
    with night.store.begin() as unit:
        unit.incidents.save(Decisions(incidents=(second, third)))
        for incident in (night.incident, second, replace(third, acknowledged_at=None)):
            advance(unit, incident, night.settings, NIGHT, LINKS, PageContent())
    night.send()
    web.otherwise = 200
    night.clock.advance(timedelta(seconds=61))
    night.send()
    night.send()
    assert statuses(night, night.incident.id).count(MessageStatus.SENT) == 1
    assert statuses(night, second.id).count(MessageStatus.SENT) == 1
    assert set(statuses(night, third.id)) == {MessageStatus.FAILED}


def test_a_server_that_recovers_gets_the_page_after_growing_waits(web_server: Serve, story: Tell) -> None:
    web = web_server(500, 503)
    night = story(make_settings(targets={"anna": web.url()}, backoff="10s"))
    night.at(0)
    for seconds in range(0, 60):
        night.clock.move_to(NIGHT + timedelta(seconds=seconds))
        night.send()
    (page,) = night.messages(MessageKind.PAGE)
    assert (page.status, page.attempts, page.error) == (MessageStatus.SENT, 3, "")
    with night.store.read() as unit:
        tries = unit.outbox.deliveries(page.id)
    assert [(each.attempt, each.ok, each.error) for each in tries] == [
        (1, False, "http-500"), (2, False, "http-503"), (3, True, "")
    ]  # fmt: skip
    waits = [(after.at - before.at).total_seconds() for before, after in pairwise(tries)]
    assert 7.5 <= waits[0] <= 13.5
    assert 15 <= waits[1] <= 26
    assert night.metrics.registry.get_sample_value(
        "nabat_deliveries_total", {"target": "anna", "result": "retried"}
    ) == 2  # fmt: skip


def test_a_target_that_refuses_for_good_gives_way_to_the_next_one_at_once(
    web_server: Serve, ntfy_server: Ntfy, story: Tell
) -> None:
    targets = {"anna": web_server(otherwise=403).url("secret"), "phone": ntfy_server.url("fallback")}
    night = story(make_settings(targets=targets, people={"anna": {"targets": ["anna", "phone"]}}))
    night.at(0)
    night.send()
    found = sorted(night.messages(), key=lambda m: m.fallback)
    assert [(m.target, m.status, m.error) for m in found] == [
        ("anna", MessageStatus.FAILED, "http-403"), ("phone", MessageStatus.SENT, "")
    ]  # fmt: skip
    assert len(ntfy_server.messages("fallback")) == 1
    assert night.gaps == []


def test_a_page_that_fails_once_goes_over_the_next_target_at_once_and_then_over_no_other(
    web_server: Serve, ntfy_server: Ntfy, story: Tell
) -> None:
    shaky = web_server(otherwise=500)
    targets = {"anna": shaky.url("secret"), "phone": ntfy_server.url("second")}
    night = story(make_settings(targets=targets, people={"anna": {"targets": ["anna", "phone"]}}, backoff="10m"))
    night.at(0)
    night.send()
    found = sorted(night.messages(), key=lambda m: m.fallback)
    assert [(m.target, m.status) for m in found] == [
        ("anna", MessageStatus.CANCELLED), ("phone", MessageStatus.SENT)
    ]  # fmt: skip
    assert len(ntfy_server.messages("second")) == 1
    night.clock.move_to(NIGHT + timedelta(minutes=20))
    night.send()
    assert len(shaky.received) == 1
    assert night.gaps == []


def test_when_all_targets_fail_the_next_rung_is_paged_in_the_same_breath(web_server: Serve, story: Tell) -> None:
    boris, dina = web_server(), web_server()
    night = story(
        make_settings(targets={"anna": web_server(otherwise=404).url(), "boris": boris.url(), "dina": dina.url()})
    )
    night.at(0)
    night.send()
    assert len(boris.received) == 1
    assert "could not be reached" in dina.received[0]["title"]
    assert night.gaps == [Gap(role="soc", reason=GapReason.UNDELIVERABLE, person="anna")]
    assert people(night.messages(MessageKind.PAGE, MessageStatus.SENT)) == ["boris"]


def test_attempts_are_bounded(web_server: Serve, story: Tell) -> None:
    web = web_server(otherwise=500)
    night = story(make_settings(targets={"anna": web.url(), "boris": web_server().url()}, attempts=3, backoff="1s"))
    night.at(0)
    for seconds in range(0, 60, 2):
        night.clock.move_to(NIGHT + timedelta(seconds=seconds))
        night.send()
    assert len(web.received) == 3
    assert people(night.messages(MessageKind.PAGE, MessageStatus.FAILED))[0] == "anna"


@pytest.mark.parametrize(("answer", "after_a_minute"), [(200, 1), (500, 2)])
def test_a_store_that_forgets_a_try_makes_no_loop_of_pages(
    web_server: Serve, story: Tell, answer: int, after_a_minute: int
) -> None:
    web = web_server(otherwise=answer)
    night = story(make_settings(targets={"anna": web.url()}))
    night.at(0)
    (page,) = night.messages()

    def forget_and_send() -> None:
        with night.store.begin() as unit:
            unit.outbox.save(page)
        night.send()

    for _ in range(20):
        forget_and_send()
    assert len(web.received) == 1
    night.clock.advance(timedelta(minutes=1))
    forget_and_send()
    assert len(web.received) == after_a_minute


def test_a_target_that_was_taken_out_of_the_settings_fails_for_good(web_server: Serve, story: Tell) -> None:
    night = story(make_settings(targets={"boris": web_server().url()}))
    night.at(0)
    fewer = {name: target for name, target in night.settings.notify.targets.items() if name != "anna"}
    changed = night.settings.model_copy(
        update={"notify": night.settings.notify.model_copy(update={"targets": fewer, "attempts": 1})}
    )
    night.sender.reconfigure(changed, LINKS)
    night.send()
    assert [m.error for m in night.messages() if m.person == "anna"] == ["target"]


@pytest.mark.parametrize(("answer", "status"), [("hang", MessageStatus.CANCELLED), ("late", MessageStatus.SENT)])
def test_a_page_withdrawn_while_under_way_is_not_tried_again_and_its_reader_learns_who_has_it(
    web_server: Serve, story: Tell, answer: str, status: MessageStatus
) -> None:
    web = web_server(answer)
    night = story(make_settings(targets={"anna": {"url": web.url(), "timeout": "30s"}}))
    night.at(0)
    with running(night) as sender:
        sender.wake()
        until(lambda: web.received)
        night.acknowledge("lev")
        night.at(0)
        assert [m.status for m in night.messages()] == [MessageStatus.CANCELLED]
        web.ended.set()
        until(lambda: tries(night, night.messages(MessageKind.PAGE)[0]))
        if answer == "late":
            until(lambda: night.messages(MessageKind.INFO, MessageStatus.SENT))
    assert [m.status for m in night.messages(MessageKind.PAGE)] == [status]
    assert people(night.messages(MessageKind.INFO)) == (["anna"] if answer == "late" else [])


def test_a_page_called_off_between_two_tries_leaves_a_sender_that_sleeps(
    web_server: Serve, story: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = story(make_settings(targets={"anna": web_server(otherwise=500).url()}, backoff="2s"))
    night.at(0)
    with running(night):
        until(lambda: tries(night, night.messages(MessageKind.PAGE)[0]))
        night.acknowledge("lev")
        night.at(0)
        assert [m.status for m in night.messages(MessageKind.PAGE)] == [MessageStatus.CANCELLED]
        time.sleep(3)  # the moment of the second try is over
        looks, read = [0], night.store.read

        def counted() -> Any:
            looks[0] += 1
            return read()

        monkeypatch.setattr(night.store, "read", counted)
        time.sleep(0.5)
        assert looks[0] < 20, "each tenth of a second it looks by itself"


def test_one_target_that_hangs_delays_no_other(web_server: Serve, story: Tell) -> None:
    stuck, well = web_server(otherwise="hang"), web_server()
    night = story(
        make_settings(
            ladder=[{"after": "0s", "to": ["everybody"]}],
            targets={name: {"url": stuck.url(), "timeout": "20s"} for name in ("anna", "boris", "dina")}
            | {name: well.url() for name in ("lev", "olga", "karl")},
        )
    )
    night.at(0)
    with running(night) as sender:
        sender.wake()
        until(lambda: len(well.received) == 3)
        until(lambda: len(night.messages(MessageKind.PAGE, MessageStatus.SENT)) == 3)
        assert len(night.messages(MessageKind.PAGE, MessageStatus.PENDING)) == 3
        stuck.ended.set()


def test_a_server_that_answers_drop_by_drop_is_given_up_in_time(web_server: Serve, story: Tell) -> None:
    web = web_server(otherwise="drip")
    night = story(
        make_settings(targets={"anna": {"url": web.url(), "timeout": "300ms"}}, attempts=LANES + 2, backoff="1s")
    )
    night.at(0)
    for minute in range(LANES + 2):
        night.clock.move_to(NIGHT + timedelta(minutes=minute * 0.7))
        night.send()
    page = night.messages(MessageKind.PAGE)[0]
    assert (page.person, page.error) == ("anna", "timeout")
    assert len(web.received) <= LANES, "no more threads wait for it than it has lanes"


def test_messages_another_process_wrote_are_found_without_being_woken(web_server: Serve, story: Tell) -> None:
    web = web_server()
    night = story(make_settings(targets={"anna": web.url()}))
    with running(night):
        night.at(0)
        until(lambda: web.received)
        until(lambda: night.messages(status=MessageStatus.SENT))


def test_a_crash_between_sending_and_writing_sends_again_and_not_never(
    web_server: Serve, story: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = web_server()
    night = story(make_settings(targets={"anna": web.url()}))
    night.at(0)
    broken = Breaking(night.store, failures=10**6)
    dying = OutboxSender(broken, night.settings, night.clock, Metrics(), links=LINKS)
    with pytest.raises(StoreError):
        dying.run_once(night.clock.now())
    assert [m.status for m in night.messages()] == [MessageStatus.PENDING]
    night.send()
    assert [m.status for m in night.messages()] == [MessageStatus.SENT]
    assert len(web.received) == 2


def test_a_store_that_fails_for_a_while_does_not_make_the_page_go_out_twice(web_server: Serve, story: Tell) -> None:
    web = web_server()
    night = story(make_settings(targets={"anna": web.url()}))
    night.at(0)
    broken = Breaking(night.store, failures=3)
    with running(night, broken) as sender:
        sender.wake()
        until(lambda: night.messages(status=MessageStatus.SENT))
        assert sender.alive
    assert len(web.received) == 1


def test_stopping_waits_for_the_tries_under_way_and_leaves_the_rest(web_server: Serve, story: Tell) -> None:
    web = web_server(otherwise="hang")
    night = story(make_settings(targets={"anna": {"url": web.url(), "timeout": "400ms"}}))
    night.at(0)
    with running(night) as sender:
        sender.wake()
        until(lambda: web.received)
        assert sender.stop(timedelta(seconds=10))
        assert not sender.alive
    (page,) = night.messages()
    assert (page.status, page.attempts, page.error) == (MessageStatus.PENDING, 1, "timeout")


def test_secrets_of_targets_are_not_in_the_database_or_in_what_is_logged(
    web_server: Serve, story: Tell, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    night = story(make_settings(targets={"anna": web_server(otherwise=403).url("s3cr3t")}))
    night.at(0)
    night.send()
    with sqlite3.connect(tmp_path / "nabat.db") as database:
        everything = "\n".join(database.iterdump())
    database.close()
    said = capfd.readouterr()
    assert "http-403" in everything
    assert "s3cr3t" not in everything + said.out + said.err


def test_a_trial_tries_each_target_and_says_what_came_of_it(web_server: Serve, ntfy_server: Ntfy) -> None:
    settings = trial_settings(web_server, ntfy_server)
    seen: list[str] = []
    trials = {trial.target: trial for trial in send_test(settings, NIGHT, progress=lambda t: seen.append(t.target))}
    assert {name: (trial.ok, trial.error) for name, trial in trials.items()} == {
        "phone": (True, ""), "broken": (False, "http-500"), "stuck": (False, "timeout"), "gone": (False, "connect")
    }  # fmt: skip
    assert trials["phone"].people == ("anna",)
    assert sorted(seen) == sorted(trials)
    assert "test message" in ntfy_server.messages("trial")[0]["title"]


def test_a_trial_can_be_of_one_target_or_of_one_person(web_server: Serve, ntfy_server: Ntfy) -> None:
    settings = trial_settings(web_server, ntfy_server)
    assert [trial.target for trial in send_test(settings, NIGHT, target="broken")] == ["broken"]
    assert [trial.target for trial in send_test(settings, NIGHT, person="anna")] == ["phone", "broken"]
    with pytest.raises(NotFoundError, match="anna"):
        send_test(settings, NIGHT, person="nobody")


# Means


def trial_settings(web_server: Serve, ntfy_server: Ntfy) -> Settings:
    urls = {
        "phone": ntfy_server.url("trial"),
        "broken": web_server(otherwise=500).url(),
        "stuck": web_server(otherwise="hang").url(),
        "gone": f"json://127.0.0.1:{free_port()}/",
    }
    return Settings.model_validate(
        {
            "team": {"people": [{"name": "anna", "targets": ["phone", "broken"]}]},
            "notify": {"targets": {name: {"url": url, "timeout": "500ms"} for name, url in urls.items()}},
        }
    )


def tries(night: Story, message: Message) -> list[Any]:
    with night.store.read() as unit:
        return unit.outbox.deliveries(message.id)


@contextmanager
def running(night: Story, store: Any = None) -> Iterator[OutboxSender]:
    sender = OutboxSender(
        store or night.store,
        night.settings,
        SystemClock(),
        night.metrics,
        links=LINKS,
        beat=timedelta(milliseconds=100),
    )
    sender.start()
    try:
        yield sender
    finally:
        assert sender.stop(timedelta(seconds=20))


class Breaking:
    """The real store, whose first commits fail."""

    def __init__(self, store: Store, failures: int) -> None:
        self._store = store
        self._failures = failures

    def read(self) -> Any:
        return self._store.read()

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        with self._store.begin() as unit:
            yield unit
            if self._failures:
                self._failures -= 1
                raise StoreError("the disk is full")


def test_a_plug_in_that_breaks_is_a_failed_try_and_says_where_without_its_text(
    web_server: Serve, story: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "token-of-the-target"

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(secret)

    monkeypatch.setattr("detector.notify.delivery.send_pool.deliver", broken)
    night = story(make_settings(targets={"anna": web_server().url()}))
    with capture_logs() as said:
        for seconds in (0, 60):
            night.at(seconds / 60)
            night.send()
    (told,) = [each for each in said if each["event"] == "a plug-in failed"]
    assert (told["error"], told["target"]) == ("RuntimeError", "anna")
    assert "in broken" in told["trace"]
    assert secret not in str(said)


def test_a_page_on_a_real_ntfy_server_has_buttons_that_say_whose_they_are_where_phones_reach_the_service(
    ntfy_server: Ntfy, story: Tell
) -> None:
    people = {"anna": {"language": "ru"}}
    settings = make_settings(people=people, targets={"anna": ntfy_server.url("pressed")})
    public = {"public_url": "https://nabat.example.org"}
    night = story(settings.model_copy(update={"web": settings.web.model_copy(update=public)}))
    night.at(0)
    night.send()
    (page,) = ntfy_server.messages("pressed")
    assert [(each["label"], each["action"], each["method"], each["clear"]) for each in page["actions"]] == [
        ("Принимаю", "http", "POST", True),
        ("Передать", "http", "POST", True),
    ]
    (kept,) = night.messages()
    begin = "https://nabat.example.org/press/"
    claims = [LINKS.read_button(each["url"].removeprefix(begin), NIGHT) for each in page["actions"]]
    assert [each.act for each in claims] == [ButtonAct.ACKNOWLEDGE, ButtonAct.HAND_OVER]
    assert {(each.person, each.incident_id, each.message_id) for each in claims} == {
        ("anna", night.incident.id, kept.id)
    }
    assert begin not in page["message"]
    assert begin not in kept.body


def a_page(name: str, **changes: Any) -> Message:
    at = changes.pop("at", NIGHT)
    page = Message(
        id=name,
        incident_id=name,
        kind=MessageKind.PAGE,
        person="anna",
        target="anna",
        title=name,
        body="b",
        severity="high",
        created_at=at,
        due_at=at,
        next_attempt_at=at,
    )
    return replace(page, **changes)


def test_a_grave_page_overtakes_lesser_and_repeated_ones_at_a_slow_target(web_server: Serve, story: Tell) -> None:
    web = web_server()
    web.seconds = 0.2
    night = story(make_settings(targets={"anna": web.url()}))
    lesser = [a_page(f"lesser {n}", severity="medium", at=NIGHT + timedelta(seconds=n)) for n in range(20)]
    again = [a_page(f"again {n}", round=1, at=NIGHT + timedelta(seconds=n)) for n in range(20)]
    with night.store.begin() as unit:
        unit.outbox.add([*lesser, *again])
    night.clock.move_to(NIGHT + timedelta(minutes=2))
    night.sender.start()
    try:
        until(lambda: len(web.received) >= 2 * LANES)
        with night.store.begin() as unit:
            grave = [
                a_page("high", at=night.clock.now()),
                a_page("critical", severity="critical", at=night.clock.now()),
            ]
            unit.outbox.add(grave)
        before = len(web.received)
        night.sender.wake()
        until(lambda: len(web.received) == len(lesser) + len(again) + len(grave), 60)
    finally:
        night.sender.stop(timedelta(seconds=5))
    titles = [each["title"] for each in web.received]
    # What was under way stays; of what follows at most what was begun while the two were being written is before them.
    assert {"high", "critical"} <= set(titles[: before + 2 * LANES + 2])
    assert [each.partition(" ")[0] for each in titles].index("lesser") >= len(again) - LANES


def test_what_waits_for_an_hour_is_overtaken_no_more(web_server: Serve, story: Tell) -> None:
    web = web_server()
    night = story(make_settings(targets={"anna": web.url()}))
    with night.store.begin() as unit:
        unit.outbox.add([a_page("waited", kind=MessageKind.INFO, severity="low")])
        unit.outbox.add(
            [a_page(f"grave {n:02}", severity="critical", at=NIGHT + timedelta(minutes=59)) for n in range(30)]
        )
    night.clock.move_to(NIGHT + timedelta(hours=1))
    night.send()
    assert "waited" in [each["title"] for each in web.received[:LANES]]
