"""A suspect's night: she is on the team, on call and at her desk, tries every door, and none opens."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import yaml

from detector.schema.case.incidents import StepStatus
from tests.fakes.people import me
from tests.runtime.places import answer
from tests.scenarios.story import TEAM, Story
from tests.web.conftest import Browser, World

WRONG = "20990101-ffffff"
ACTS = {
    "acknowledge": {},
    "takeover": {},
    "handover": {"to": "boris"},
    "snooze": {"until": "2026-03-02T04:00", "reason": "r"},
    "note": {"text": "it was me, for the audit"},
    "client-data": {"reason": "r"},
    "fact": {"fact": "t1", "reason": "r"},
    "close": {"why": "authorised", "note": "agreed"},
    "status": {"stands": "resolved", "reason": "r"},
    "open-again": {"reason": "r"},
    "merge": {"into": "20990101-ffffff", "reason": "r"},
    "unmerge": {"reason": "r"},
    "promote": {"row": "ffff", "reason": "r"},
    "expect": {"until": "2026-03-04T00:00", "reason": "r"},
    "invite": {"person": "anna", "reason": "r"},
    "assign-role": {"role": "dpo", "person": "boris", "reason": "r"},
    "accept-role": {"role": "dpo"},
    "decline-role": {"role": "dpo", "reason": "r"},
    "steps/A4/done": {"proof": "asked her manager"},
    "steps/A4/skip": {"skip": "not_required", "reason": "r"},
    "steps/A1/reopen": {"reason": "r"},
    "steps/N1/approve": {},
    "steps/N1/decline": {"reason": "r"},
}
COMMANDS = (
    ("incidents", "show", "{}"),
    ("incidents", "ack", "{}"),
    ("incidents", "ack", "{}", "--by", "boris"),
    ("incidents", "takeover", "{}"),
    ("incidents", "handover", "{}", "boris"),
    ("incidents", "handover", "{}"),
    ("incidents", "snooze", "{}", "2026-03-02T04:00", "--reason", "r"),
    ("incidents", "status", "{}", "on_hold", "--until", "2026-03-02T09:00", "--reason", "r"),
    ("incidents", "reopen", "{}", "--reason", "r"),
    ("incidents", "merge", "{}", "{}", "--reason", "r"),
    ("incidents", "unmerge", "{}", "--reason", "r"),
    ("incidents", "note", "{}", "it was me, for the audit"),
    ("incidents", "step", "{}", "A4", "--proof", "asked her manager"),
    ("incidents", "step", "{}", "A4", "--skip", "not_required", "--why", "r"),
    ("incidents", "step", "{}", "A1", "--reopen", "r"),
    ("incidents", "approve", "{}", "N1"),
    ("incidents", "approve", "{}", "N1", "--decline", "r"),
    ("incidents", "fact", "{}", "t1", "now", "--reason", "r"),
    ("incidents", "facts", "{}"),
    ("incidents", "client-data", "{}", "--reason", "r"),
    ("incidents", "invite", "{}", "anna", "--reason", "r"),
    ("incidents", "assign", "{}", "dpo", "boris", "--reason", "r"),
    ("incidents", "accept", "{}", "dpo"),
    ("incidents", "decline", "{}", "dpo", "--reason", "r"),
    ("incidents", "promote", "{}", "ffff", "--reason", "r"),
    ("incidents", "expect", "{}", "2026-03-04", "--reason", "r"),
    ("incidents", "close", "{}", "--reason", "authorised", "--note", "agreed"),
    ("scope", "{}"),
    ("scope", "{}", "--out", "/dev/null"),
    ("explain", "{}"),
)


def test_a_suspects_night(story: Callable[..., Story]) -> None:
    night = story(login="anna")
    asked = [("rules", "precision"), ("people", "list")]
    before_it = [answer(night.config_path, *words) for words in asked]
    night.reads(150, by="anna").want(["boris"])
    incident = night.incident
    assert [answer(night.config_path, *words) for words in asked] == before_it, "what counts cases counts none of hers"
    night.console.complete(incident.number, "N1", by=me("dina"), proof="receipt 17")
    world = World(night.app.settings, night.app.store, night.clock)
    world.people.set_password("boris", "four plain words here", by="boris")
    before = world.state()

    # The command line, where she is whoever is logged in.
    listed = answer(night.config_path, "incidents", "list", "--json")
    assert (listed[0], listed[1].strip()) == (0, "[]")
    owed = answer(night.config_path, "agenda", "--json")
    # What comes round by the calendar is hers to know of, as if nothing were going on.
    assert (owed[0], [each for each in json.loads(owed[1]) if each["incident"]]) == (0, [])
    assert night.console.agenda(), "what is owed is the others'"
    for words in COMMANDS:
        said = [answer(night.config_path, *(w.format(ref) for w in words)) for ref in (incident.number, WRONG)]
        assert said[0][0] == said[1][0] == 2, words
        assert "there is no incident" in said[0][2], words
        assert said[0][1:] == tuple(each.replace(WRONG, incident.number) for each in said[1][1:]), words
    silence = ("silences", "add", "service=crm", "--until", "2026-03-04", "--reason", "r")
    opening = ("incidents", "open", "--title", "t", "--severity", "low", "--playbook", "web-attack", "--reason", "r")
    invites = (("people", "invite", "boris"), ("people", "passwd", "boris", "--stdin"))
    for words in (opening, ("who", "1000"), *invites, silence):
        status, out, said_so = answer(night.config_path, *words)
        assert (status, out, "anna may not do this (" in said_so, "at present" in said_so) == (2, "", True, False), (
            words
        )

    # The pages, signed in as herself.
    browser = world.browser("anna")
    for page in ("/", "/incidents", "/expected", "/silences", "/people"):
        shown = browser.get(page)
        assert shown.status_code == 200
        assert not [each for each in (incident.number, incident.code_name, incident.id) if each in shown.text]
    for ref in (incident.id, incident.number, incident.code_name):
        hidden, wrong = browser.get(f"/incidents/{ref}"), browser.get(f"/incidents/{WRONG}")
        assert hidden.status_code == wrong.status_code == 404
        assert plain(hidden.text, ref) == plain(wrong.text, WRONG)
    by_hand = {"title": "t", "severity": "low", "playbook": "web-attack", "reason": "r"}
    assert [browser.get("/open").status_code, post(browser, "/open", by_hand).status_code] == [403, 403]
    for act, form in ACTS.items():
        assert post(browser, f"/incidents/{incident.id}/{act}", form).status_code == 404, act

    # Links: the one she was sent before it was about her, and one that was sent to somebody else.
    hers, his = (f"/ack/{world.token(incident, name)}" for name in ("anna", "boris"))
    for visitor, link in ((world.browser(""), hers), (browser, hers), (browser, his)):
        for answered in (visitor.get(link), post(visitor, link, {})):
            assert answered.status_code == 400
            assert not [each for each in (incident.number, incident.code_name) if each in answered.text]
    assert world.state() == before, "not a word of hers stands anywhere"

    # Others go on without her, and she cannot be the second person.
    assert night.step(incident, "N1").status is StepStatus.OPEN
    assert post(world.browser("lev"), f"/incidents/{incident.id}/steps/N1/approve", {}).status_code == 303
    assert night.step(incident, "N1").status is StepStatus.DONE
    night.answers("boris")
    night.clock.advance(timedelta(minutes=1))
    assert world.sound(incident.id)


def post(browser: Browser, path: str, form: dict[str, str]) -> object:
    token = browser.form_token("/signout") if browser.get("/signout").status_code == 200 else ""
    return browser.post(path, {"form_token": token or browser.form_token("/signin"), **form})


def plain(page: str, ref: str) -> str:
    return page.replace(ref, "").replace("&#39;", "'")


def test_a_role_the_suspect_holds_is_filled_and_the_timeline_says_so(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by="dina").want(["anna"])
    (filled,) = [each for each in night.console.detail(night.incident.id).entries if each.kind == "stood_in"]
    assert filled.data == (("dpo", "lev"),)
    assert "dina" not in filled.text
    night.console.complete(night.incident.number, "I3", by=me("boris"), proof="statement of the manager")
    night.console.approve(night.incident.number, "I3", by=me("lev"))
    assert night.step(night.incident, "I3").status is StepStatus.DONE


def test_a_configuration_of_her_own_opens_nothing(story: Callable[..., Story]) -> None:
    night = story(login="anna")
    night.reads(150, by="anna").want(["boris"])
    incident = night.incident
    own = yaml.safe_load(night.config_path.read_text())
    mine = night.config_path.with_name("mine.yml")
    for team in (
        None,
        {"people": [{"name": "helga", "accounts": own["team"]["people"][0]["accounts"], "targets": ["anna"]}]},
    ):
        mine.write_text(
            yaml.safe_dump(
                {name: each for name, each in own.items() if name != "team"} | ({"team": team} if team else {})
            )
        )
        asked = (("incidents", "list", "--json"), ("incidents", "show", incident.number), ("who", "1000"))
        asked += tuple(("incidents", "ack", incident.number, *by) for by in ((), ("--by", "boris")))
        if team:
            for words in asked:
                status, _, said = answer(mine, *words)
                assert (status, "the service has not read this team yet" in said) == (2, True), said
            continue
        listed, *looked, who = (answer(mine, *words) for words in (*asked[:2], *asked[3:], asked[2]))
        assert (listed[0], listed[1].strip()) == (0, "[]"), listed
        for status, _, said in looked:
            assert (status, "there is no incident" in said) == (2, True), said
        assert "anna may not do this (ask_who)" in who[2]
    hers = {"people": [{"name": "boris", "accounts": own["team"]["people"][0]["accounts"], "targets": ["anna"]}]}
    mine.write_text(yaml.safe_dump(own | {"team": hers}))
    assert "may not do this (people)" in answer(mine, "people", "invite", "boris")[2], (
        "the very first account is not for her to give"
    )
    refused = answer(mine, "incidents", "list", "--replay", str(night.app.settings.state))
    assert (refused[0], "the state folder of a service" in refused[2]) == (2, True), refused


def test_a_configuration_of_ones_own_gives_nobody_a_role_or_another_name(story: Callable[..., Story]) -> None:
    night = story(login="boris")
    night.reads(150, by="mallory").want(["anna"])
    number = night.incident.number
    own = yaml.safe_load(night.config_path.read_text())
    mine = night.config_path.with_name("mine.yml")
    world = World(night.app.settings, night.app.store, night.clock)
    world.people.set_password("lev", "four plain words here", by="lev")
    logins = next(each["accounts"] for each in own["team"]["people"] if each["name"] == "boris")

    def as_in(team: dict[str, object], *words: str) -> tuple[int, str, str]:
        mine.write_text(yaml.safe_dump(own | {"team": own["team"] | team}))
        return answer(mine, *words)

    lead = {"roles": {"lead": ["boris"], "soc": ["anna", "boris"], "dpo": ["boris"]}}
    for words in (("people", "invite", "lev"), ("people", "list"), ("duties", "confirm", number)):
        assert "boris may not do this" in as_in(lead, *words)[2], words
    lev = {"people": [{"name": "lev", "accounts": logins, "targets": ["lev"]}], "roles": {"lead": ["lev"]}}
    for words in (("people", "invite", "lev"), ("incidents", "note", number, "it is me, lev")):
        status, _, said = as_in(lev, *words)
        assert (status, "boris" in said) == (2, True), said
    assert as_in({}, "incidents", "note", number, "it is me")[0] == 0
    with night.app.store.read() as unit:
        assert {each.by for each in unit.incidents.entries(night.incident.id) if each.kind == "note"} == {"boris"}


def test_without_a_team_the_one_that_a_case_keeps_says_who_may(story: Callable[..., Story]) -> None:
    night = story(login="boris")
    night.reads(150, by="anna").want(["boris"])
    own = yaml.safe_load(night.config_path.read_text())
    mine = night.config_path.with_name("mine.yml")
    mine.write_text(yaml.safe_dump({name: each for name, each in own.items() if name != "team"}))
    assert night.incident.number in answer(mine, "incidents", "list", "--json")[1]
    assert answer(mine, "incidents", "note", night.incident.number, "looked at it")[0] == 0
    with night.app.store.read() as unit:
        assert "boris" in {each.by for each in unit.incidents.entries(night.incident.id) if each.kind == "note"}


def test_that_only_she_holds_a_role_is_told_to_nobody(story: Callable[..., Story]) -> None:
    night = story(team=plan_team(soc=["anna"], lead=["boris"], dep=["lev"], dpo=["dina"]))
    night.reads(150, by="anna").want(["lev"]).later(minutes=40)
    assert night.blind == [], "a blind spot would be told to everybody, to her first"
    assert night.arrived("anna") == []
    assert not [each for each in night.app.gauges.view().blind_spots if each.startswith("role")]


def plan_team(**roles: list[str]) -> dict[str, object]:
    people = [{"name": name, "accounts": [f"user:{name}"], "targets": [name]} for name in TEAM]
    return {"people": people, "roles": roles}


def test_a_link_to_the_services_database_is_no_replay_that_anybody_may_read(
    story: Callable[..., Story], tmp_path: Path
) -> None:
    night = story(login="anna").reads(150, by="anna")
    folder = tmp_path / "hers"
    folder.mkdir()
    for each in ("nabat.db", "journal"):
        (folder / each).symlink_to(night.app.settings.state / each)
    for words in (("incidents", "list"), ("incidents", "show", night.incident.number), ("who", "1000")):
        status, out, said = answer(night.config_path, *words, "--replay", str(folder))
        assert (status, out, "no replay's" in said) == (2, "", True), words
