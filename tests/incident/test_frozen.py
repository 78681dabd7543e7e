"""What a case keeps of the configuration it opened under, and adopting another."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from detector.errors import ConflictError, DeniedError, InputError, NotFoundError
from detector.incident import (
    Dossier,
    Playbook,
    Regulation,
    configured_terms,
    differences,
    dossier,
    load_playbooks,
    load_regulations,
    settings_of,
    team_left,
    verify_chain,
)
from detector.incident.offsets import parse_offset
from detector.notify import Gap, GapReason, Roster
from detector.schema.case.duties import DutyState
from detector.schema.case.incidents import CloseReason
from detector.settings import Rung, Settings
from tests.fakes.acts import adopt, close, complete_step
from tests.fakes.story import Story, clock

PLAYBOOKS = load_playbooks()
TEAM = {
    "timezone": "UTC",
    "team": {
        "people": [
            {"name": name, "accounts": [f"user:{name}.team"], "targets": ["desk"]} for name in ("anna", "dina", "lev")
        ],
        "roles": {"soc": ["anna"], "lead": ["lev"], "dpo": ["dina"]},
    },
    "notify": {"targets": {"desk": {"url": "json://127.0.0.1:9/"}}},
}
LEAK = "client-data-leak"


def ungated() -> dict[str, Playbook]:
    """Return the checklists with a closing step that asks for nothing, and N1 for one person."""
    book = PLAYBOOKS[LEAK]
    steps = tuple(
        step.model_copy(update={"gate": type(step.gate)()}) if step.id in ("N1", "Z1") else step for step in book.steps
    )
    return {**PLAYBOOKS, LEAK: book.model_copy(update={"version": 99, "steps": steps})}


def slower() -> dict[str, Regulation]:
    """Return the laws with 96 hours where there were 72."""
    law = load_regulations(("eu-gdpr-33",))["eu-gdpr-33"]
    stages = (law.stages[0].model_copy(update={"due": parse_offset("96h")}), *law.stages[1:])
    return {
        "ru-152fz": load_regulations(("ru-152fz",))["ru-152fz"],
        law.id: law.model_copy(update={"version": 9, "stages": stages}),
    }


def unhurried() -> dict[str, Playbook]:
    """Return the checklists with two days to stop the flow."""
    book = PLAYBOOKS[LEAK]
    steps = tuple(
        step.model_copy(update={"due": (step.due[0].model_copy(update={"after": parse_offset("2d")}),)})
        if step.id == "C2"
        else step
        for step in book.steps
    )
    return {**PLAYBOOKS, LEAK: book.model_copy(update={"version": 99, "steps": steps})}


class Case:
    """A case that is open while the configuration changes."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.story = Story()
        self.story.settings = settings or Settings.model_validate(TEAM)
        self.story.at("09:00").found("bulk-read")
        self.now = {"settings": self.story.settings, "playbooks": PLAYBOOKS, "regulations": self.story.regulations}

    def configure(self, **changes: Any) -> "Case":
        self.now |= changes
        self.story.settings, self.story.regulations = self.now["settings"], self.now["regulations"]
        return self

    @property
    def settings(self) -> Settings:
        found: Settings = self.now["settings"]
        return found

    def dossier(self) -> Dossier:
        past, ref = self.story.past, self.story.incident().id
        return dossier(past, ref, self.now["playbooks"], self.settings, self.now["regulations"])

    def adopt(self, **said: Any) -> Any:
        found = self.dossier()
        terms = configured_terms(self.settings, self.now["regulations"])
        said = {"by": "dina", "reason": "The contract was signed.", "now": clock("11:00")} | said
        return adopt(found, terms, self.now["playbooks"].get(found.incident.playbook), **said)

    def differing(self) -> list[str]:
        found, terms = self.dossier(), configured_terms(self.settings, self.now["regulations"])
        return [str(each) for each in differences(found, terms, self.now["playbooks"].get(found.incident.playbook))]


def changed(**parts: Any) -> Settings:
    return Settings.model_validate(TEAM | parts)


CHANGES: Mapping[str, dict[str, Any]] = {
    "no laws": {"regulations": {}},
    "a law less": {"regulations": load_regulations(("ru-152fz",))},
    "other deadlines": {"regulations": slower()},
    "no playbook": {"playbooks": {}},
    "a playbook without gates": {"playbooks": ungated()},
    "a playbook with more time": {"playbooks": unhurried()},
    "another zone": {"settings": changed(timezone="Asia/Tokyo")},
    "another team": {"settings": changed(team={"people": [{"name": "eva", "targets": ["desk"]}], "roles": {}})},
    "another ladder": {"settings": changed(notify=TEAM["notify"] | {"ladder": [{"after": "0s", "to": ["lead"]}]})},
    "other sectors": {"settings": changed(legal={"residence": ["US-NY"], "sectors": []})},
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_configuration_changes_nothing_of_an_open_case(change):
    case = Case()
    before, gate = case.dossier(), refused(case)
    case.configure(**change)
    # A finding and a step of work later everything of it is as it was.
    case.story.at("09:30").found("bulk-read")
    case.story.write(complete_step(case.dossier(), "C2", by="anna", proof="Blocked 09:40.", now=clock("09:40")))
    after = case.dossier()
    assert after.duties == before.duties
    assert after.playbook == before.playbook
    assert after.case == before.case
    assert [step.due_at for step in after.steps] == [
        step.due_at if step.step_id != "C4" else clock("1d 09:40") for step in before.steps
    ]
    assert refused(case) == gate
    paged = settings_of(case.story.incident(), case.story.past, case.settings)
    there = {each.name for each in case.settings.team.people}
    assert paged.team.paged == tuple(each.name for each in before.team.people if each.name in there)
    assert paged.notify.ladder == before.case.ladder.ladder
    assert case.differing(), "and it says what differs"
    assert len(case.story.past.known_parts) == 2


def refused(case: Case) -> list[str]:
    with pytest.raises(ConflictError) as caught:
        close(case.dossier(), CloseReason.HANDLED, (), by="lev", note="x", now=clock("12:00"))
    return [problem.what for problem in caught.value.problems]


def test_cases_of_one_configuration_share_what_they_keep():
    case = Case()
    case.story.at("10:00").found("bulk-read", by="user:boris")
    one, other = case.story.incidents()
    assert (one.terms, one.checklist) == (other.terms, other.checklist)
    assert len(case.story.past.known_parts) == 2


def test_adopting_takes_the_new_laws_over_and_says_what_changed():
    case = Case()
    assert not case.adopt(), "nothing differs"
    more = load_regulations(("ru-152fz", "eu-gdpr-33", "kz-94v"))
    case.configure(regulations=more)
    assert any(each.startswith("laws.kz-94v: - -> Kazakhstan") for each in case.differing())
    with pytest.raises(InputError, match="why it is adopted"):
        case.adopt(reason=" ")
    case.story.write(case.adopt())
    assert "kz-1bd" in {duty.stage for duty in case.dossier().duties}
    assert case.differing() == []
    entry = case.story.past.last_entry(case.story.incident().id)
    assert (entry.kind, entry.by, "kz-94v" in entry.text) == ("adopted", "dina", True)
    assert verify_chain(case.story.past.entries(case.story.incident().id)) == ()


@pytest.mark.parametrize(
    "change", ["no laws", "a law less", "other deadlines", "a playbook without gates", "a playbook with more time"]
)
def test_what_would_take_a_duty_or_a_gate_away_is_adopted_by_two(change):
    case = Case().configure(**CHANGES[change])
    for approver in ("", "dina"):
        with pytest.raises(ConflictError, match="takes away or loosens"):
            case.adopt(approved_by=approver)
    with pytest.raises(DeniedError, match="'somebody' is not on the team"):
        case.adopt(approved_by="somebody")
    before = {duty.ref for duty in case.dossier().duties}
    case.story.write(case.adopt(approved_by="lev"))
    after = {duty.ref: duty for duty in case.dossier().duties}
    assert after.keys() == before, "no duty vanishes"
    gone = [duty for duty in after.values() if duty.regulation not in case.dossier().terms.regulations]
    assert all((each.state, each.approved_by) == (DutyState.NOT_OWED, "lev") for each in gone)
    if change == "other deadlines":
        assert after["eu-gdpr-33/gdpr-72h"].due_at == clock("4d 09:00")


def test_a_playbook_that_is_gone_stays_with_the_case_that_adopts_the_rest():
    case = Case()
    case.configure(playbooks={}, settings=changed(timezone="Europe/Berlin"))
    assert f"playbook: {LEAK} -> -" in case.differing()
    case.story.write(case.adopt())
    assert case.dossier().playbook == PLAYBOOKS[LEAK]
    assert case.dossier().case.zone == "Europe/Berlin"


def test_a_graver_kind_brings_its_playbook_as_it_is_configured_then():
    story = Story()
    story.at("09:00").found("rule", subject_count=0, record_low=0)
    first = story.incident()
    story.at("09:30").found("bulk-read")
    second = story.incident()
    assert (second.terms, second.checklist == first.checklist) == (first.terms, False)
    assert story.dossier().playbook == PLAYBOOKS[LEAK]
    assert story.dossier().duties


def test_somebody_whose_only_target_is_gone_is_reached_at_what_is_configured_now():
    case = Case()
    people = [{"name": name, "targets": ["phone"]} for name in ("anna", "dina")]
    moved = {"targets": {"phone": {"url": "json://127.0.0.1:9/"}}}
    case.configure(settings=changed(team={"people": people, "roles": {"soc": ["anna"]}}, notify=moved))
    paged = settings_of(case.story.incident(), case.story.past, case.settings)
    reached = {each.name: each.targets for each in paged.team.people}
    assert reached == {"anna": ("phone",), "dina": ("phone",), "lev": ()}
    assert paged.team.roles["lead"] == ("lev",)


def test_whose_account_it_is_about_counts_though_it_became_known_after_the_opening():
    case = Case()
    people = [dict(each, accounts=["user:anna"] if each["name"] == "dina" else []) for each in TEAM["team"]["people"]]
    case.configure(settings=changed(team=TEAM["team"] | {"people": people}))
    with pytest.raises(NotFoundError):
        case.adopt(by="dina")
    paged = settings_of(case.story.incident(), case.story.past, case.settings)
    assert "user:anna" in paged.team.person("dina").accounts


def without(*names: str, **roles: list[str]) -> Settings:
    """Return the settings without some of the team, and with other holders of some roles."""
    people = [each for each in TEAM["team"]["people"] if each["name"] not in names]
    people += [{"name": name, "targets": ["desk"]} for held in roles.values() for name in held]
    kept = {role: [name for name in held if name not in names] for role, held in TEAM["team"]["roles"].items()}
    return changed(team={"people": people, "roles": kept | roles})


def roster(case: Case) -> Roster:
    incident = case.story.incident()
    return Roster(settings_of(incident, case.story.past, case.settings), incident.suspects, clock("09:00"))


LEAD = Rung(after=timedelta(0), to=("lead",))


@pytest.mark.parametrize(
    ("settings", "called", "gap"),
    [
        pytest.param(without("lev", lead=["eva"]), "eva", [], id="replaced by whoever holds the role now"),
        pytest.param(without("lev"), "anna", [Gap(role="lead", reason=GapReason.LEFT)], id="replaced by nobody"),
        pytest.param(Settings.model_validate({}), "lev", [], id="a configuration without people says of nobody"),
    ],
)
def test_who_left_the_team_is_called_no_more(settings, called, gap):
    case = Case()
    case.configure(settings=settings.model_copy(update={"notify": case.settings.notify}))
    assert [each.person for each in roster(case).calls(LEAD)] == [called]
    assert list(roster(case).gaps(LEAD)) == gap


def test_whom_it_is_about_and_who_shares_an_account_with_them_stay_out_though_they_left():
    accounts = {"lev": ["user:anna", "user:desk"], "anna": ["user:desk"], "dina": ["user:dina"]}
    people = [dict(each, accounts=accounts[each["name"]]) for each in TEAM["team"]["people"]]
    case = Case(changed(team=TEAM["team"] | {"people": people}))
    kept = [each for each in people if each["name"] != "lev"]
    case.configure(settings=changed(team={"people": kept, "roles": {"soc": ["anna"], "lead": ["dina"]}}))
    assert roster(case).able == ("dina",)
    found, present = case.dossier(), settings_of(case.story.incident(), case.story.past, case.settings).team
    assert not team_left(found, {"lev"}, present, clock("10:00")), "nothing is said of whom it is about"


def test_the_case_says_who_left_and_who_fills_the_role():
    case = Case()
    case.configure(settings=without("lev", lead=["eva"]))
    found, present = case.dossier(), settings_of(case.story.incident(), case.story.past, case.settings).team
    (entry,) = team_left(found, {"lev"}, present, clock("10:00")).entries
    assert entry.data == (("people", "lev"), ("lead", "eva"))
    assert "lead: eva" in entry.text
    assert not team_left(found, {"somebody"}, present, clock("10:00")), "of others nothing is said"
