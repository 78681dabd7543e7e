"""Nights of the law: which laws a leak calls for, what two decide, what is sent too late, what closes the case."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from detector.errors import ConflictError
from detector.runtime.evidence.verify_all import verify_everything
from detector.schema.case.agenda import AgendaKind
from detector.schema.case.documents import DocumentKind, NewDocument
from detector.schema.case.duties import DutyState, DutyVerdict
from detector.schema.case.incidents import CloseReason, IncidentStatus, StepStatus
from detector.schema.team.delivery import MessageKind
from tests.fakes.people import me
from tests.runtime.places import answer, plan
from tests.scenarios.story import Story

LAWS = ["ru-152fz", "eu-gdpr-33", "fr-cnil", "us-ca-1798.82", "uk-gdpr"]
LIVE = ("RU",) * 100 + ("FR",) * 40 + ("US-CA",) * 10


def of_many_countries(folder: Path) -> dict[str, object]:
    """Return the configuration of a company whose clients live in three countries."""
    rows = "".join(f"{1000 + 7 * number},{place}\n" for number, place in enumerate(LIVE))
    (folder / "residence.csv").write_text(f"client,residence\n{rows}")
    records = plan(folder)["records"] | {"residence": str(folder / "residence.csv")}
    return {"incident": {"regulations": LAWS}, "records": records, "legal": {"sectors": []}}


def refused(night: Story) -> list[str]:
    """Return why the case cannot be closed as handled."""
    with pytest.raises(ConflictError) as caught:
        night.closes("lev", CloseReason.HANDLED, "all is done")
    return [problem.what for problem in caught.value.problems]


def of_duties(reasons: list[str]) -> set[str]:
    return {each.split("the duty ")[1].split(":")[0] for each in reasons if "the duty " in each}


def test_a_leak_of_clients_of_three_countries_from_its_first_line_to_its_close(
    story: Callable[..., Story], tmp_path: Path
) -> None:
    night = story(**of_many_countries(tmp_path))
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    case, number = night.incident, night.incident.number
    assert case.scope.by_residence == (("RU", 100), ("FR", 40), ("US-CA", 10))

    # Which laws: those of whom it concerns, and no other.
    by_law: dict[str, set[DutyVerdict]] = {}
    for duty in night.console.detail(number).duties:
        by_law.setdefault(duty.regulation, set()).add(duty.verdict)
    assert {law for law, said in by_law.items() if said != {DutyVerdict.NO}} == set(LAWS) - {"uk-gdpr"}
    assert night.law(case, "ca-ag").verdict is DutyVerdict.NO, "ten people, and it takes five hundred"
    assert of_duties(refused(night)) == {each.ref for each in night.console.detail(number).duties if each.open}

    # Each law's notice is about its own people; a text of the whole case about all.
    desk = night.console.notices(me("dina"))
    values = {
        stage: {each.id: each.value for each in desk.one(number, stage, "en").made.fields}
        for stage in ("gdpr-72h", "fr-72h", "press")
    }
    assert values["gdpr-72h"]["subjects_approx"] == "40 people living in the European Economic Area"
    assert values["gdpr-72h"]["subjects_everywhere"] == "150 people"
    assert "(40 people living in France)" in values["fr-72h"]["categories_and_number_of_records"]
    assert values["press"]["plain_extent"].endswith("150 people.")
    for stage in ("fr-72h", "ru-24h", "press"):
        desk.draft(number, stage, "en")
    remarks = night.console.document_checks(me("dina")).check(number).remarks
    assert [each.text for each in remarks if each.kind == "contradicts"] == []

    # Two people decide: first what the facts say, then what only people can judge.
    night.at("09:00")
    night.console.confirm_duties(number, by=me("dina"))
    with pytest.raises(ConflictError, match="needs two persons"):
        night.console.approve(number, "laws", by=me("dina"))
    night.console.approve(number, "laws", by=me("lev"))
    assert night.law(case, "ru-24h").state is DutyState.OWED
    assert night.law(case, "uk-72h").state is DutyState.NOT_OWED
    judged = {"ca-30d": False, "gdpr-72h": True, "fr-72h": True, "fr-subjects": False} | dict.fromkeys(
        ("ru-gossopka", "ru-unlawful"), False
    )
    for stage, is_owed in judged.items():
        assert night.law(case, stage).verdict is DutyVerdict.ASK
        night.console.decide_duty(number, stage, owed=is_owed, by=me("dina"), reason="the lawyer said so")
        assert night.law(case, stage).state is DutyState.UNDECIDED, "one word decides nothing"
        night.console.approve(number, stage, by=me("lev"))

    # A receipt that comes late is late, and no one makes it one in time alone.
    night.at("Tue 03:30")
    assert night.law(case, "ru-24h").state_at(night.now) is DutyState.MISSED
    assert {"lev", "dina"} <= set(night.told(MessageKind.REMINDER)), "who owes it and who leads"
    night.console.file_receipt(number, "ru-24h", number="RKN-1", at=None, by=me("dina"))
    assert night.law(case, "ru-24h").late(night.now)
    earlier = night.now - timedelta(hours=2)
    night.console.file_receipt(number, "ru-24h", number="RKN-1", at=earlier, by=me("dina"), reason="sent before")
    assert night.law(case, "ru-24h").late(night.now), "another has to agree"
    night.console.decline(number, "ru-24h", by=me("lev"), reason="the portal says half past three")
    night.later(minutes=1)
    assert AgendaKind.APPROVAL not in {each.item.kind for each in night.console.agenda()}
    assert night.law(case, "ru-24h").late(night.now)

    # The rest in time; the gate names what is open until nothing is.
    night.at("Wed 10:00")
    open_ones = {each.ref for each in night.console.detail(number).duties if each.open}
    assert of_duties(refused(night)) == open_ones
    assert {"ru-152fz/ru-72h", "eu-gdpr-33/gdpr-72h", "fr-cnil/fr-72h"} <= open_ones
    night.fulfils(case, by="dina")
    left = refused(night)
    assert (of_duties(left), any("waits for N1:" in each for each in left)) == (set(), True), "steps are no duties"
    night.console.complete(number, "C2", by=me("dina"), proof="blocked at 09:14")
    for step_id in [each.split("waits for ")[1].split(":")[0] for each in left]:
        night.console.complete(number, step_id, by=me("dina"), proof="seen to at 09:14, receipt 17")
        if night.step(case, step_id).status is StepStatus.OPEN:
            night.console.approve(number, step_id, by=me("lev"))
    night.console.set_status(number, IncidentStatus.RESOLVED, by=me("lev"), reason="nothing flows, all is sent")
    night.console.approve(number, "resolve", by=me("dina"))
    night.closes("lev", CloseReason.HANDLED, "three countries, one notice late")
    night.later(minutes=1)
    detail = night.console.detail(number)
    assert (detail.incident.status, night.step(case, "Z1").status) == (IncidentStatus.CLOSED, StepStatus.DONE)
    assert {each.ref for each in detail.duties if each.late(night.now)} == {"ru-152fz/ru-24h"}
    assert detail.chain_sound
    assert not verify_everything(night.app.settings, night.app.store).differences


ACTS = ("added", "approved", "revised", "sent", "receipt")


def notice(text: str) -> NewDocument:
    return NewDocument(
        kind=DocumentKind.NOTICE,
        language="ru",
        title="First notice",
        media_type="text/plain",
        body=text.encode(),
        duty="ru-24h",
    )


def test_a_notice_is_drafted_approved_changed_approved_anew_and_its_receipt_ends_its_duty_and_no_other(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    number = night.incident.number
    desk = {name: night.console.documents(me(name)) for name in ("dina", "lev", "boris")}
    night.at("09:00")
    name = desk["dina"].add(number, notice("150 clients")).document.id
    with pytest.raises(ConflictError, match="approve"):
        desk["dina"].sent(name, to="the portal")
    with pytest.raises(ConflictError, match="no second word"):
        desk["dina"].approve(name)
    desk["lev"].approve(name)
    desk["dina"].revise(name, media_type="text/plain", body=b"150 clients, 4 of them minors", note="who they are")
    with pytest.raises(ConflictError, match="approve"):
        desk["dina"].sent(name, to="the portal")  # what lev read is another text
    night.restart()
    desk = {name: night.console.documents(me(name)) for name in ("dina", "lev", "boris")}
    desk["boris"].approve(name)
    night.at("10:15")
    desk["dina"].sent(name, to="the portal")
    night.later(minutes=1)
    duty = night.law(night.incident, "ru-24h")
    assert duty.open, "what was sent is not yet received"
    assert duty.ref in {each.item.what for each in night.console.agenda()}

    night.at("11:40")
    desk["dina"].receipt(name, number="RKN-17")
    night.later(minutes=1)
    duty = night.law(night.incident, "ru-24h")
    assert (duty.state, duty.receipt_number, duty.notice_version) == (DutyState.DONE, "RKN-17", f"{name} v2")
    assert duty.receipt_at is not None
    assert f"{duty.receipt_at:%H:%M}" == "10:15", "fulfilled by its sending"
    assert duty.ref not in {each.item.what for each in night.console.agenda()}
    assert {each.stage for each in night.console.detail(number).duties if each.state is DutyState.DONE} == {"ru-24h"}
    assert night.step(night.incident, "N1").status is StepStatus.OPEN, "its step asks for its own proof"
    acts = [each.kind.removeprefix("document_") for each in night.console.detail(number).entries[2:]]
    assert [each for each in acts if each in ACTS] == [*ACTS[:3], "approved", *ACTS[3:]]
    status, out, _ = answer(night.config_path, "documents", "list", number)
    assert (status, "[receipt RKN-17]" in out) == (0, True)
    assert not verify_everything(night.app.settings, night.app.store).differences
