"""Models are kept, compared by what people said, taken up if they are not worse, and put back."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from detector.cli.options import login_name
from detector.clock import ManualClock
from detector.detect.behaviour import Model, starter_model
from detector.errors import ConflictError, InputError, NotFoundError
from detector.runtime.app import App
from detector.runtime.training.model_comparison import ModelComparison, ModelFigures
from detector.runtime.training.model_registry import KEPT, STARTER, ModelRegistry
from detector.runtime.training.promotions import Promotions
from detector.schema.case.incidents import CloseReason, Decisions, IncidentStatus
from detector.schema.detection.model_changes import ModelAct
from detector.settings.loading.load_settings import load_settings
from detector.store import Store
from tests.runtime.places import NIGHT, answer, bulk, write_plan
from tests.runtime.test_training import BEHAVIOUR, drained, usual
from tests.store.values import incident

_LEAK = NIGHT + timedelta(days=2, hours=6)
_NOW = NIGHT + timedelta(days=5)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of five days; on the third one of the staff opens six hundred clients in ten minutes."""
    folder = tmp_path_factory.mktemp("place")
    config = write_plan(folder, behaviour=BEHAVIOUR)
    (folder / "access.log").write_text(usual(5) + bulk(600, "staff3", at=_LEAK, first=200_000))
    with App(load_settings(config), ManualClock(_NOW)) as app:
        drained(app)
    return config


@pytest.fixture
def work(place: Path) -> Iterator[Promotions]:
    """Nothing is in force but the shipped model, and nobody said anything of any incident."""
    settings = load_settings(place)
    registry = ModelRegistry(settings.state)
    registry.take_up(STARTER)
    store = Store.open(settings.database_url)
    yield Promotions(store, settings, ManualClock(_NOW))
    store.close()


@pytest.fixture(scope="module")
def trained() -> Model:
    """A model that judges well; it is the shipped one under another date, since training takes weeks of lines."""
    model = starter_model()
    return replace(model, manifest=model.manifest.model_copy(update={"trained_at": _NOW}).signed())


def deaf(model: Model) -> Model:
    """Return a model to which nothing is rare."""
    flat = {
        name: kind.model_copy(update={"scale": (1e9,) * len(kind.scale), "start": (0.0,) * len(kind.start)})
        for name, kind in model.manifest.kinds.items()
    }
    return replace(model, manifest=model.manifest.model_copy(update={"kinds": flat}).signed())


def judged(work: Promotions, reason: CloseReason) -> None:
    """Let the leak be an incident that somebody closed."""
    said = incident(
        "leak",
        actor_id="user:staff3",
        opened_at=_LEAK,
        first_event_at=_LEAK,
        last_event_at=_LEAK + timedelta(minutes=10),
        status=IncidentStatus.CLOSED,
        closed_at=_LEAK + timedelta(days=1),
        close_reason=reason,
    )
    with work.store.begin() as unit:
        known = unit.incidents.find(said.id)
        version = known.version + 1 if known is not None else 1
        unit.incidents.save(Decisions(incidents=(replace(said, version=version),)))


def test_a_candidate_that_finds_less_is_refused_unless_it_is_forced_with_a_reason(
    work: Promotions, trained: Model
) -> None:
    judged(work, CloseReason.HANDLED)
    assert work.offer(trained).act is ModelAct.PROMOTED
    worse = deaf(trained)
    change = work.offer(worse)
    assert (change.act, change.by, work.current()) == (ModelAct.KEPT_BACK, "nabat", trained.version)
    assert change.reason == "it finds 0 of 1 confirmed incidents, the other one 1"
    assert dict(change.figures)["found_before"] == 1
    with pytest.raises(ConflictError, match="is worse: it finds 0 of 1"):
        work.promote(worse.version, by="anna")
    with pytest.raises(InputError, match="without a reason"):
        work.promote(worse.version, by="anna", force=True)
    forced = work.promote(worse.version[:6], by="anna", force=True, reason="a trial")
    assert (forced.act, forced.forced, work.current()) == (ModelAct.PROMOTED, True, worse.version)
    back = work.rollback(by="anna", reason="it says nothing")
    assert (back.act, back.version, work.current()) == (ModelAct.ROLLED_BACK, trained.version, trained.version)
    assert work.rollback(by="anna", reason="it neither").version == STARTER
    assert work.current() == STARTER
    with pytest.raises(ConflictError, match="nothing is known of a model before starter"):
        work.rollback(by="anna", reason="once more")
    assert {back.id, forced.id, change.id} <= {each.id for each in work.changes()}


def test_a_candidate_that_raises_no_false_alarm_is_taken_up_and_one_that_does_is_not(
    work: Promotions, trained: Model
) -> None:
    judged(work, CloseReason.FALSE_POSITIVE)
    quiet = deaf(trained)
    work.registry.add(trained)
    assert work.offer(quiet).act is ModelAct.PROMOTED
    with pytest.raises(ConflictError, match="raises 1 of 1 false alarms, the other one 0"):
        work.promote(trained.version, by="anna")


def test_what_is_not_there_or_in_force_already_is_refused(work: Promotions, trained: Model) -> None:
    judged(work, CloseReason.DUPLICATE)
    work.offer(trained)
    with pytest.raises(ConflictError, match="in force already"):
        work.promote(trained.version, by="anna")
    with pytest.raises(NotFoundError, match="no model is called 'ffff'"):
        work.promote("ffff", by="anna")
    fixed = work.settings.model_copy(
        update={"behaviour": work.settings.behaviour.model_copy(update={"model": "/srv/model"})}
    )
    with pytest.raises(ConflictError, match="names the model"):
        replace(work, settings=fixed).promote(trained.version, by="anna")


def test_a_running_service_takes_up_what_a_person_promotes_and_puts_back(
    place: Path, work: Promotions, trained: Model
) -> None:
    judged(work, CloseReason.DUPLICATE)
    work.registry.add(trained)
    clock = ManualClock(_NOW)
    with App(load_settings(place), clock) as app:

        def in_force() -> str:
            clock.advance(timedelta(seconds=2))
            app.turn()
            return STARTER if app.parts.starter or app.parts.model is None else app.parts.model.version

        assert in_force() == STARTER
        work.promote(trained.version, by="anna")
        assert in_force() == trained.version
        clock.advance(timedelta(minutes=1))
        app.turn()
        assert app.view().model_change is not None
        work.rollback(by="anna", reason="a trial")
        assert in_force() == STARTER


def test_only_so_many_models_are_kept_and_never_less_than_the_one_in_force(tmp_path: Path, trained: Model) -> None:
    registry = ModelRegistry(tmp_path)
    made = [
        replace(
            trained,
            manifest=trained.manifest.model_copy(
                update={"trained_at": trained.manifest.trained_at + timedelta(days=n)}
            ).signed(),
        )
        for n in range(KEPT + 2)
    ]
    for model in made:
        registry.add(model, spare=(made[0].version,))
    kept = [each.version for each in registry.models()]
    assert kept == [each.version for each in (*reversed(made[2:]), made[0])]
    (tmp_path / "models" / made[5].version / "manifest.json").write_text("{}")
    assert len(registry.models()) == len(kept) - 1
    assert registry.find(STARTER).version == starter_model().version


@pytest.mark.parametrize(
    ("found", "raised", "worse"), [((1, 2), (0, 0), True), ((2, 2), (1, 0), True), ((3, 2), (0, 1), False)]
)
def test_not_worse_is_no_confirmed_incident_less_and_no_false_alarm_more(
    found: tuple[int, int], raised: tuple[int, int], worse: bool
) -> None:
    candidate = ModelFigures(version="a", found=found[0], raised=raised[0], unjudged=9)
    current = ModelFigures(version="b", found=found[1], raised=raised[1])
    assert bool(ModelComparison(candidate=candidate, current=current).worse_because) is worse


def test_the_commands_list_compare_promote_and_roll_back(place: Path, work: Promotions, trained: Model) -> None:
    judged(work, CloseReason.HANDLED)
    work.registry.add(trained)
    work.registry.add(deaf(trained))

    def run(*words: str) -> tuple[int, str, str]:
        return answer(place, "models", *words)

    refused = run("promote", trained.version, "--by", "anna")
    assert (refused[0], "nobody does this for anna" in refused[2]) == (2, True)
    assert run("promote", trained.version)[0] == 0
    listed = {each["version"]: each["in_force"] for each in json.loads(run("list", "--json")[1])}
    assert listed[trained.version] is True
    status, out, _ = run("compare", deaf(trained).version)
    assert status == 1
    assert "worse: it finds 0 of 1 confirmed incidents" in out
    status, out, _ = run("compare", trained.version, "--with", "starter", "--json")
    assert (status, json.loads(out)["confirmed"]) == (0, 1)
    status, _, said = run("promote", deaf(trained).version)
    assert status == 2
    assert "--force --reason" in said
    shown = json.loads(run("show", trained.version[:7], "--json")[1])
    assert shown["changes"][0]["by"] == "lev"
    status, out, _ = run("rollback", "--reason", "a trial")
    assert status == 0
    assert "put back (lev): a trial" in out


def test_who_may_not_and_whom_an_open_incident_is_about_changes_no_model(place: Path, work: Promotions) -> None:
    before, text = len(work.changes()), place.read_text()

    def refused(*act: str) -> bool:
        status, _, said = answer(place, "models", *(act or ("promote", STARTER)))
        assert status == 2, "it is in force"
        return "may not do this (model)" in said

    assert not refused()
    plan = yaml.safe_load(text)
    plan["team"]["roles"] = {role: ["dina"] for role in plan["team"]["roles"]}
    place.write_text(yaml.safe_dump(plan))
    assert refused()
    assert refused("rollback", "--reason", "a trial")
    for words in (("train",), ("train", "--backfill"), ("train", "--out", str(place.parent / "out"), "--backfill")):
        assert "may not do this (model)" in answer(place, *words)[2]
    place.write_text(text)
    about = incident("about", actor_id=f"user:{login_name()}")
    for said in (about, replace(about, status=IncidentStatus.CLOSED, closed_at=_NOW, version=2)):
        with work.store.begin() as unit:
            unit.incidents.save(Decisions(incidents=(said,)))
        assert refused() is (said is about)
    assert len(work.changes()) == before
