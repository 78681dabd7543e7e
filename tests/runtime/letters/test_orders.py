"""Letters that the service sends by an order: across its ends, while whoever gave it may, until somebody stops it."""

from pathlib import Path
from threading import Thread

import pytest

from detector.clock import monotonic
from detector.errors import ConflictError, DeniedError, NotFoundError
from detector.runtime.incidents.letters.sending.shared_rate import SharedRate
from detector.schema.letters.sending_orders import SendingOrder, SendingState
from tests.receivers import Mails, smtp_server, until
from tests.runtime.letters.mailroom import FIRST, Mailroom, service
from tests.runtime.scopes.house import THIEF

__all__ = ["smtp_server"]


@pytest.fixture
def room(tmp_path: Path, smtp_server: Mails) -> Mailroom:
    made = Mailroom(tmp_path, smtp_server.port)
    made.contacts("".join(f"{n},,mail,c{n}@example.org,en,,\n" for n in range(30)))
    made.concern({str(n): ["contact"] for n in range(30)})
    return made


def orders(room: Mailroom) -> list[SendingOrder]:
    with room.house.store.read() as unit:
        return unit.letters.orders(room.ref)


def state(room: Mailroom) -> SendingState:
    return orders(room)[-1].state


def told(room: Mailroom) -> list[tuple[str, str]]:
    with room.house.store.read() as unit:
        return [(each.person, each.title) for each in unit.outbox.messages(room.ref) if "Letters" in each.title]


def test_the_service_goes_on_after_its_end_and_sends_each_once(room: Mailroom, smtp_server: Mails) -> None:
    room.configure(rate=40)
    room.desk().file(room.ref, room.plan())
    with pytest.raises(ConflictError, match="approval of two people"):
        room.desk().order(room.ref, FIRST)
    for name in ("anna", "olga"):
        room.desk(name).approve(room.ref, FIRST)
    with pytest.raises(DeniedError):
        room.desk("anna").order(room.ref, FIRST)
    room.desk().order(room.ref, FIRST)
    with pytest.raises(ConflictError, match="the service is sending"):
        room.desk().order(room.ref, FIRST)
    with service(room):
        until(lambda: len(smtp_server.received) > 2)
    assert (state(room), set(room.states())) == (SendingState.STANDING, {"sent", "planned"}), "nothing is unknown"
    room.configure(rate=1000)
    with service(room):
        until(lambda: state(room) is SendingState.DONE)
    assert sorted(str(mail["To"]) for mail in smtp_server.received) == sorted(f"c{n}@example.org" for n in range(30))
    ((person, title),) = told(room)
    assert (person, title.partition(":")[0]) == ("lev", "Letters to clients were sent")
    kinds = [each.kind for each in room.house.console.detail(room.ref).entries if each.kind.startswith("letters")]
    assert kinds == ["letters_planned", "letters_ordered", "letters_ended"]
    with pytest.raises(ConflictError, match="no letter is left"):
        room.desk().order(room.ref, FIRST)
    with pytest.raises(NotFoundError, match="not sending"):
        room.desk().stop(room.ref, FIRST)


def test_all_senders_together_are_no_faster_than_one_may_be(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    one, other = SharedRate(tmp_path, 0.1), SharedRate(tmp_path, 0.1)
    assert [round(each.wait(), -1) for each in (one, other, one, other)] == [0, 10, 20, 30]
    (tmp_path / "letters" / "next-turn").write_text(f"{monotonic() + 1e9}")  # of another start of the machine
    assert [round(each.wait(), -1) for each in (one, other)] == [0, 10]


def test_a_person_stops_it_and_a_server_that_refuses_all_halts_it(room: Mailroom, smtp_server: Mails) -> None:
    room.configure(rate=3)
    room.file()
    room.desk().order(room.ref, FIRST)
    with service(room):
        until(lambda: len(smtp_server.received) > 1)
        room.desk().stop(room.ref, FIRST)
    went = len(smtp_server.received)
    assert (state(room), orders(room)[-1].ended_by, went < 30) == (SendingState.STOPPED, "lev", True)
    room.configure(rate=1000)
    smtp_server.refuse = "550 no such user"
    room.desk().order(room.ref, FIRST)
    with service(room):
        until(lambda: not orders(room)[-1].stands)
    assert (state(room), orders(room)[-1].why) == (SendingState.HALTED, "smtp-550")
    smtp_server.refuse = ""
    with service(room):
        pass
    assert len(smtp_server.received) == went, "what was stopped or halted does not begin again by itself"
    assert [title.partition(":")[0] for _, title in told(room)] == ["Letters to clients are refused"]


def test_letters_go_out_in_the_name_of_who_may_send_them_and_no_longer(room: Mailroom, smtp_server: Mails) -> None:
    room.file()
    room.desk().order(room.ref, FIRST)
    team = room.house.settings.team
    fewer = tuple(each for each in team.people if each.name != "lev")
    roles = {role: tuple(name for name in names if name != "lev") for role, names in team.roles.items()}
    changed = team.model_copy(update={"people": fewer, "roles": roles})
    room.house.settings = room.house.settings.model_copy(update={"team": changed})
    room.configure()
    with service(room):
        until(lambda: not orders(room)[-1].stands)
    (over,) = orders(room)
    assert (over.state, "not on the team" in over.why) == (SendingState.REFUSED, True)
    assert (smtp_server.received, set(room.states())) == ([], {"planned"})


def test_no_letter_goes_out_any_more_once_the_case_is_closed_as_none(room: Mailroom, smtp_server: Mails) -> None:
    room.configure(rate=5)
    room.file()
    room.desk().order(room.ref, FIRST)
    with service(room):
        until(lambda: len(smtp_server.received) > 1)
        room.close_as_none()
        until(lambda: not orders(room)[-1].stands)
    (over,) = orders(room)
    assert (over.state, "no letter is sent for it any more" in over.why) == (SendingState.REFUSED, True)
    assert len(smtp_server.received) < 30


def test_the_approval_of_whom_the_case_turned_out_to_be_about_is_none(room: Mailroom) -> None:
    room.file()
    team = room.house.settings.team
    held = ("user:olga", THIEF)
    people = tuple(each.model_copy(update={"accounts": held}) if each.name == "olga" else each for each in team.people)
    changed = team.model_copy(update={"people": people})
    room.house.settings = room.house.settings.model_copy(update={"team": changed})
    room.configure()
    with pytest.raises(ConflictError, match="anna has approved them"):
        room.desk().order(room.ref, FIRST)
    room.desk("dina").approve(room.ref, FIRST)
    assert room.desk().order(room.ref, FIRST).stands


def test_a_person_who_sends_from_a_terminal_is_stopped_as_well(room: Mailroom, smtp_server: Mails) -> None:
    room.configure(rate=5)
    room.file()
    failed = list[ConflictError]()

    def send() -> None:
        try:
            room.send()
        except ConflictError as error:
            failed.append(error)

    sending = Thread(target=send)
    sending.start()
    until(lambda: len(smtp_server.received) > 1)
    room.close_as_none()
    sending.join(20)
    assert "no letter is sent for it any more" in str(failed[0])
    assert len(smtp_server.received) < 30
    (ended,) = [each for each in room.house.console.detail(room.ref).entries if each.kind == "letters_ended"]
    assert (ended.by, dict(ended.data)["sent"]) == ("nabat", len(smtp_server.received))
