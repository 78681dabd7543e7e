"""Cases joined and parted while letters go: nobody gets two, nobody is left out, and holds of both stand."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from detector.errors import ConflictError, InputError
from detector.schema.letters.mailings import LetterState
from detector.schema.letters.sending_orders import SendingState
from tests.forked import Forked
from tests.receivers import Mails, smtp_server, until
from tests.runtime.letters.joined_room import OTHER, JoinedRoom
from tests.runtime.letters.mail_process import MailProcess
from tests.runtime.letters.mailroom import FIRST, service
from tests.runtime.places import write_plan

__all__ = ["smtp_server"]

ONES = [str(n) for n in range(100, 120)]
OTHERS = [str(n) for n in range(110, 130)]
EVERYBODY = {f"c{each}@example.org" for each in {*ONES, *OTHERS}}


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[MailProcess]:
    pytest.importorskip("aiosmtpd")
    server = MailProcess(tmp_path / "taken", seconds=0.004)
    yield server
    server.kill()


def got(smtp_server: Mails) -> Counter[str]:
    return Counter(str(each["To"]) for each in smtp_server.received)


def sending(cases: JoinedRoom, ref: str) -> tuple[Thread, list[InputError | str]]:
    """Send letters of a case in a thread of its own; return it, and what says how it ended."""
    ended: list[InputError | str] = []

    def send() -> None:
        try:
            ended.append(cases.send(ref))
        except InputError as error:
            ended.append(error)

    sender = Thread(target=send)
    sender.start()
    return sender, ended


def sending_ends(cases: JoinedRoom, ref: str, smtp_server: Mails) -> list[InputError | str]:
    """Join the cases while letters of one are sent; return how the sending ended."""
    sender, ended = sending(cases, ref)
    until(lambda: len(smtp_server.received) > 3)
    cases.join()
    sender.join(60)
    return ended


@pytest.mark.parametrize(
    "sends", ["the one that ends", "the one that goes on", "the one that goes on, after the other"]
)
def test_joined_while_letters_go_nobody_gets_two_and_nobody_is_left_out(
    tmp_path: Path, smtp_server: Mails, sends: str
) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ONES, OTHERS, rate=20)
    cases.file(cases.one)
    cases.file(cases.other)
    cases.desk().hold_client(cases.one, ONES[-1], reason="objects")
    cases.desk().hold_client(cases.other, OTHERS[-1], reason="objects as well")
    before = Counter[str]()
    if sends.endswith("after the other"):
        cases.send(cases.one)
        before = got(smtp_server)
        smtp_server.received.clear()
    ended = sending_ends(cases, cases.one if sends.endswith("ends") else cases.other, smtp_server)
    at_the_join = got(smtp_server)
    assert len(at_the_join) < 10, "it ended at once"
    assert len(ended) == 1
    if not sends.endswith("goes on"):
        assert isinstance(ended[0], InputError)
    if sends.endswith("after the other"):
        with pytest.raises(ConflictError, match="was planned before a case with letters of its own"):
            cases.send(cases.other)
    assert "sending" not in cases.stand(cases.other)
    cases.file(cases.other)
    cases.room.configure(rate=1000)
    cases.send(cases.other)
    held = {f"c{each}@example.org" for each in (ONES[-1], OTHERS[-1])}
    taken = got(smtp_server) + before
    twice = {each for each, count in taken.items() if count > 1}
    # Whom both cases had written to before they were one knows of both.
    assert twice <= at_the_join.keys() & before.keys()
    assert taken.keys() == EVERYBODY - held
    assert cases.stand(cases.other) == {"sent": len(EVERYBODY) - 2, "held": 2}
    recipients = cases.desk().plan(cases.other, FIRST, samples=0).recipients
    assert {f"c{each.client}@example.org" for each in recipients} == held


def test_parted_again_each_is_planned_anew_and_nobody_gets_two(tmp_path: Path, smtp_server: Mails) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ONES, OTHERS, rate=20)
    cases.file(cases.one)
    cases.file(cases.other)
    sending_ends(cases, cases.one, smtp_server)
    cases.file(cases.other)
    first = len(smtp_server.received)
    sender, ended = sending(cases, cases.other)
    until(lambda: len(smtp_server.received) > first + 8)
    cases.desk().hold_client(cases.other, ONES[9], reason="objects")
    cases.part()
    sender.join(60)
    assert isinstance(ended[0], ConflictError)
    assert len(smtp_server.received) < len(EVERYBODY) - 5
    for case in (cases.one, cases.other):
        with pytest.raises(ConflictError, match="was planned"):
            cases.send(case)
    cases.room.configure(rate=1000)
    for case in (cases.one, cases.other):
        cases.file(case)
        cases.send(case)
    taken, held = got(smtp_server), f"c{ONES[9]}@example.org"
    common = {f"c{each}@example.org" for each in {*ONES} & {*OTHERS}}
    assert {each for each, count in taken.items() if count > 1} <= common, "who is of both may be told of each"
    assert EVERYBODY - taken.keys() <= {held}
    for case in (cases.one, cases.other):
        assert not {"later", "planned", "sending", "unknown"}.intersection(cases.stand(case))
        recipients = cases.desk().plan(case, FIRST, samples=0).recipients
        assert {f"c{each.client}@example.org" for each in recipients} <= {held}


def test_parted_again_each_counts_its_own_clients_and_whom_the_other_told_for_both(
    tmp_path: Path, smtp_server: Mails
) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ONES, OTHERS, rate=1000)
    refused = f"c{ONES[0]}@example.org"
    cases.file(cases.one)
    cases.join()
    smtp_server.unknown.add(refused)
    cases.desk().hold_client(cases.other, ONES[1], reason="objects")
    cases.file(cases.other)
    cases.send(cases.other)
    assert cases.stand(cases.other) == {"sent": len(EVERYBODY) - 2, "failed": 1, "held": 1}
    cases.part()
    assert cases.stand(cases.other) == {"sent": len(OTHERS)}, "the others left with the other case"
    told = len(ONES) - 2
    assert cases.stand(cases.one) == {"sent": told, "planned": 1, "held": 1}, "who was refused was not told"
    assert [each.recipient.client for each in cases.desk().without(cases.one)] == ONES[:2]
    assert cases.desk().without(cases.other) == []
    smtp_server.unknown.clear()
    cases.file(cases.one)
    cases.send(cases.one)
    assert cases.stand(cases.one) == {"sent": told + 1, "held": 1}
    assert got(smtp_server) == Counter(EVERYBODY - {f"c{ONES[1]}@example.org"})


def test_whom_only_the_letter_of_the_case_that_left_had_told_stands_in_no_plan_of_the_one_that_stays(
    tmp_path: Path, smtp_server: Mails
) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ONES, OTHERS, rate=1000)
    cases.desk().hold_client(cases.other, OTHERS[0], reason="objects")
    cases.file(cases.one)
    cases.send(cases.one)
    cases.file(cases.other)
    cases.join()
    cases.file(cases.other)
    cases.send(cases.other)
    assert cases.stand(cases.other) == {"sent": len(EVERYBODY)}
    cases.part()
    stand = cases.stand(cases.other)
    assert sum(stand.values()) == len(OTHERS), "nobody is left out of the figures"
    assert stand["later"] >= 1
    cases.file(cases.other)
    assert cases.stand(cases.other)["held"] == 1


def test_who_was_told_while_their_case_was_part_of_another_one_counts_where_it_filed_no_letters(
    tmp_path: Path, smtp_server: Mails
) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ONES, OTHERS, rate=1000)
    cases.join()
    cases.file(cases.other)
    cases.send(cases.other)
    cases.part()
    assert (cases.stand(cases.one), cases.stand(cases.other)) == ({"sent": len(ONES)}, {"sent": len(OTHERS)})


def test_killed_joined_and_settled_nobody_gets_two_and_nobody_is_left_out(tmp_path: Path, mail: MailProcess) -> None:
    state = tmp_path / "state"
    state.mkdir()
    cases = JoinedRoom.open(state, mail.port, ONES, OTHERS, rate=20)
    cases.file(cases.one)
    cases.file(cases.other)
    settings = cases.room.house.settings
    config = write_plan(
        tmp_path,
        organization=settings.organization.name,
        timezone=settings.timezone,
        contacts={"csv": settings.contacts.csv},
        letters={
            "smtp": f"smtp://127.0.0.1:{mail.port}",
            "sender": settings.letters.sender,
            "hotline": settings.letters.hotline,
            "rate": 20,
        },
    )
    null = os.open(os.devnull, os.O_RDWR)
    process = Forked(("letters", "send", cases.one, "-c", str(config)), dict(os.environ), (null, null, null))
    mail.await_more(3, process)
    process.kill()
    process.wait(60)
    os.close(null)
    with cases.room.house.store.begin() as unit:  # as if it had died between the two
        (mailing,) = unit.letters.mailings(cases.one)
        (letter, *_) = unit.letters.in_state(mailing, *LetterState, after=18)
        unit.letters.save([replace(letter, state=LetterState.SENDING)])
    cases.join()
    assert cases.stand(cases.other)["unknown"] >= 1
    found = cases.desk().unknown(cases.other, FIRST)
    assert letter.message_id in {each.message_id for each in found}
    done, again = cases.desk().settle(cases.other, FIRST, accepted=mail.file.read_text(), rest="again")
    assert (done + again, again >= 1) == (len(found), True)
    assert "unknown" not in cases.stand(cases.other)
    cases.file(cases.other)
    cases.room.configure(rate=1000)
    cases.send(cases.other)
    taken = mail.taken()
    assert (taken.keys(), set(taken.values())) == (EVERYBODY, {1})
    assert cases.stand(cases.other) == {"sent": len(EVERYBODY)}


def test_a_letter_that_names_more_and_came_to_nothing_is_asked_about_though_an_earlier_case_had_told_less(
    tmp_path: Path, smtp_server: Mails
) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ["1", "2", "3"], ["4", "5"], rate=1000)
    cases.file(cases.one)
    cases.send(cases.one)
    cases.join()
    assert cases.opened(OTHER, ["1", "2"], 6, data="health") == cases.other
    smtp_server.unknown.add("c1@example.org")
    cases.file(cases.other)
    cases.send(cases.other)
    assert Counter(got(smtp_server).values()) == {1: 4, 2: 1}
    assert cases.stand(cases.other) == {"sent": 4, "failed": 1}


def test_what_came_back_before_the_join_and_goes_by_post_is_on_the_list_of_the_case_that_goes_on(
    tmp_path: Path, smtp_server: Mails
) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ["1", "2"], ["3"], rate=1000)
    rows = "".join(f"{each},N{each},mail,c{each}@example.org,en,,\n" for each in "123")
    cases.room.contacts(f'{rows}1,N1,post,"1 Long Street",en,,\n')
    smtp_server.unknown.add("c1@example.org")
    cases.file(cases.one)
    cases.send(cases.one)
    cases.join()
    assert cases.stand(cases.other) == {"sent": 1, "post": 1, "later": 1}
    cases.file(cases.other)
    cases.send(cases.other)
    assert cases.stand(cases.other) == {"sent": 2, "post": 1}
    assert [each.recipient.client for each in cases.desk().post(cases.other, FIRST)] == ["1"]


def test_an_order_says_at_once_that_its_letters_wait_for_another_plan(tmp_path: Path, smtp_server: Mails) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ONES, OTHERS, rate=20)
    cases.file(cases.one)
    cases.send(cases.one)
    cases.file(cases.other)
    before = len(smtp_server.received)
    cases.desk().order(cases.other, FIRST)
    with service(cases.room):
        until(lambda: len(smtp_server.received) > before + 3)
        cases.join()
        until(lambda: not cases.orders(cases.other)[-1].stands)
    over = cases.orders(cases.other)[-1]
    assert (over.state, "went into this one" in over.why) == (SendingState.REFUSED, True)


def test_an_order_goes_on_where_the_case_that_went_in_had_no_letters(tmp_path: Path, smtp_server: Mails) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ONES, OTHERS, rate=20)
    cases.file(cases.other)
    cases.desk().order(cases.other, FIRST)
    with service(cases.room):
        until(lambda: len(smtp_server.received) > 3)
        cases.join()
        until(lambda: not cases.orders(cases.other)[-1].stands)
    assert cases.orders(cases.other)[-1].state is SendingState.DONE
    assert got(smtp_server) == Counter(f"c{each}@example.org" for each in OTHERS)


@pytest.mark.parametrize("planned_before", [False, True])
def test_whose_letter_was_refused_while_cases_were_one_is_asked_about_in_the_own_case(
    tmp_path: Path, smtp_server: Mails, planned_before: bool
) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ["1", "2", "3"], ["4", "5"], rate=1000)
    if planned_before:
        cases.file(cases.one)
    cases.join()
    smtp_server.unknown.add("c1@example.org")
    cases.file(cases.other)
    cases.send(cases.other)
    assert cases.stand(cases.other) == {"sent": 4, "failed": 1}
    cases.part()
    stand = cases.stand(cases.one)
    assert stand.get("later", 0) + stand.get("planned", 0) >= 1
    cases.file(cases.one)
    cases.send(cases.one)
    assert cases.stand(cases.one) == {"sent": 2, "failed": 1}
    assert set(got(smtp_server).values()) == {1}


def test_the_list_for_the_post_is_written_after_cases_were_parted_and_planned_anew(
    tmp_path: Path, smtp_server: Mails
) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ["1", "2"], ["3", "4"], rate=1000)
    rows = "".join(f"{each},N{each},mail,c{each}@example.org,en,,\n" for each in "1234")
    cases.room.contacts(f'{rows}3,N3,post,"1 Long Street",en,,\n')
    cases.join()
    smtp_server.unknown.add("c3@example.org")
    cases.file(cases.other)
    cases.send(cases.other)
    cases.part()
    with pytest.raises(ConflictError, match="was planned while another case was part of this one"):
        cases.desk().post(cases.other, FIRST)
    cases.opened(OTHER, ["6"], 6)
    cases.room.contacts(f'{rows}3,N3,post,"1 Long Street",en,,\n6,N6,mail,c6@example.org,en,,\n')
    cases.file(cases.other)
    assert [each.recipient.client for each in cases.desk().post(cases.other, FIRST)] == ["3"]


@pytest.mark.parametrize("told_before", [False, True])
def test_of_whose_grave_data_a_letter_was_refused_the_other_case_has_not_told_them(
    tmp_path: Path, smtp_server: Mails, told_before: bool
) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ["1", "2"], ["1", "3"], rate=1000)
    for ref in [cases.one, cases.other] if told_before else [cases.one]:
        cases.file(ref)
        cases.send(ref)
    cases.opened(OTHER, ["1"], 6, data="health")
    smtp_server.unknown.add("c1@example.org")
    cases.file(cases.other)
    cases.send(cases.other)
    assert cases.stand(cases.other) == {"sent": 1, "failed": 1}
    cases.join()
    desk = cases.desk()
    if told_before:
        assert cases.stand(cases.other) == {"sent": 2, "failed": 1}
    else:
        assert desk.unplanned(cases.other).wider == ("1",)
        assert "1" in {each.client for each in desk.plan(cases.other, FIRST, samples=0).recipients}
        smtp_server.unknown.clear()
        cases.file(cases.other)
        cases.send(cases.other)
        assert (cases.stand(cases.other), desk.unplanned(cases.other).wider) == ({"sent": 3}, ())


def test_letters_of_joined_cases_know_under_which_number_others_went(tmp_path: Path, smtp_server: Mails) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ["1", "2"], ["3"], rate=1000)
    cases.file(cases.one)
    number = cases.room.house.console.detail(cases.one).incident.number
    assert cases.desk().plan(cases.other, FIRST, samples=0).facts.other_references == ()
    cases.join()
    assert cases.desk().plan(cases.other, FIRST, samples=0).facts.other_references == (number,)
