"""Playbooks: the checklists as configured, read strictly from config/playbooks/*.yml.

Comes in: folders. Goes out: ``Playbook`` values by name. Every text stands in English and Russian, every step has roles
and a due time (or says why it has none), everything a step refers to exists.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from detector.errors import ConfigError, Problem
from detector.incident.offsets import OffsetText
from detector.incident.playbook.proof_kinds import ProofKind
from detector.resources import ShippedFiles, shipped
from detector.schema.case.incidents import IncidentKind
from detector.schema.levels import Severity
from detector.settings.loading.load_settings import read_folder, read_model, read_text
from detector.settings.loading.yaml_nodes import compose_all, line_of
from detector.settings.sections.response import ROLES
from detector.settings.types import Strict

FROM = ("T0", "T1", "close", "calendar")
Event = Literal["opened", "acknowledged", "aware", "reviewed", "closed"]


class LocalizedText(Strict):
    """One text in both languages."""

    en: str = Field(min_length=1, description="English.")
    ru: str = Field(min_length=1, description="Russian.")

    def text(self, language: str) -> str:
        """Return the text in a language; English when it is not ours."""
        return self.ru if language == "ru" else self.en


class Due(Strict):
    """One due time of a step. Of several that apply, the earliest counts.

    A checkpoint is told in words and does not make the step overdue: "first report after 24 h, result after 72 h".
    """

    after: OffsetText = Field(description="How long after `from`: 5m, 4h, 30d, 1mo, 10wd, PT24H.")
    start: str = Field(
        alias="from", description="`T0` detected, `T1` aware, `close`, `calendar`, or a step: when that is done."
    )
    regulation: str = Field(default="", description="Counts only when this regulation is in force for us.")
    severity: Severity | None = Field(default=None, description="Counts only from this severity of the incident on.")
    checkpoint: bool = Field(default=False, description="Told in words; does not make the step overdue.")


class Gate(Strict):
    """What must hold before a step can be marked done."""

    two_persons: bool = Field(default=False, description="Done by one person, approved by another.")
    roles: tuple[str, ...] = Field(default=(), description="Roles that the two must hold between them.")
    requires: tuple[str, ...] = Field(default=(), description="Steps that must be done or skipped before.")

    @field_validator("roles")
    @classmethod
    def _known_roles(cls, roles: tuple[str, ...]) -> tuple[str, ...]:
        return _known(roles)


class PlaybookStep(Strict):
    """One step as configured."""

    id: str = Field(pattern=r"^[A-Z][0-9]{1,2}$", description="Short name: A1, N2.")
    phase: str = Field(description="Phase it belongs to.")
    title: LocalizedText = Field(description="What to do, as an order.")
    laws: tuple[str, ...] = Field(
        default=(), description="Only where one of these laws is in force; `none`: where no law is. Empty: always."
    )
    roles: tuple[str, ...] = Field(min_length=1, description="Primary role first, then backups.")
    due: tuple[Due, ...] = Field(description="When; empty with `before`, or when `due_text` says what it waits for.")
    before: str = Field(default="", description="Step it must be done before: it shares that step's due time.")
    due_text: LocalizedText = Field(description="The due time in words.")
    evidence: LocalizedText = Field(description="What proves that it is done.")
    proof: tuple[ProofKind, ...] = Field(
        default=(ProofKind.WORDS,),
        description="What the proof must hold: words, reference, receipt, time, hash (SHA-256); or none.",
    )
    automation: Literal["A", "P", "W", "M"] = Field(
        description="A done by the daemon (then `done_when` says at what), P pre-filled, W watched, M by hand."
    )
    automation_text: LocalizedText | None = Field(default=None, description="What the daemon does for it.")
    done_when: Event | None = Field(default=None, description="Marked done by the daemon when this happens.")
    gate: Gate = Field(default_factory=Gate, description="What must hold before.")
    stops_flow: bool = Field(
        default=False,
        description=(
            "Done, it says that the flow is stopped. What goes on after that pages the team again and opens the step "
            "again; what the actor does is watched for as long as the last step lasts that counts from this one."
        ),
    )
    demands: tuple[str, ...] = Field(default=(), description="Demands of good practice it answers, for coverage.")

    @field_validator("roles")
    @classmethod
    def _known_roles(cls, roles: tuple[str, ...]) -> tuple[str, ...]:
        return _known(roles)

    def serves(self, laws: Collection[str]) -> bool:
        """Tell whether an incident gets the step where these laws are in force."""
        return not self.laws or not set(self.laws).isdisjoint(laws or ("none",))

    @property
    def unkept(self) -> bool:
        """Whether it promises that the daemon does it, and nothing ever will."""
        return self.automation == "A" and self.done_when is None


class PlaybookPhase(Strict):
    """A stretch of the checklist."""

    id: str = Field(description="Short name.")
    title: LocalizedText = Field(description="What people see.")


class Playbook(Strict):
    """A checklist for a kind of incident."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="The file's name without its ending.")
    version: int = Field(ge=1, description="Grows when the steps change.")
    kind: IncidentKind = Field(default=IncidentKind.LEAK, description="Kind of the incidents it serves.")
    title: LocalizedText = Field(description="What people see.")
    summary: LocalizedText = Field(description="When it is used, in a sentence or two.")
    first: LocalizedText = Field(description="What to do first: one sentence, said in the page.")
    first_steps: tuple[str, ...] = Field(
        default=(), description="The steps that sentence means, in order: the head of the incident's page."
    )
    phases: tuple[PlaybookPhase, ...] = Field(min_length=1, description="In order.")
    steps: tuple[PlaybookStep, ...] = Field(min_length=1, description="In order.")

    @model_validator(mode="after")
    def _fits(self) -> "Playbook":
        problems = [*self._twice(), *self._dangling()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _twice(self) -> list[str]:
        ids = [step.id for step in self.steps] + [phase.id for phase in self.phases]
        twice = sorted({each for each in ids if ids.count(each) > 1})
        return [f"named twice: {', '.join(twice)}"] if twice else []

    def _dangling(self) -> list[str]:
        steps = {step.id for step in self.steps}
        phases = {phase.id for phase in self.phases}
        said = [f"{step.id} says the daemon does it, but not when (`done_when`)" for step in self.steps if step.unkept]
        said += [f"first_steps names {each}, which does not exist" for each in self.first_steps if each not in steps]
        for step in self.steps:
            named = {*step.gate.requires, *(due.start for due in step.due if due.start not in FROM)}
            named |= {step.before} - {""}
            said += [f"{step.id} names the step {each}, which does not exist" for each in sorted(named - steps)]
            if step.phase not in phases:
                said.append(f"{step.id} is of the phase {step.phase!r}, which does not exist")
        return said

    def step(self, step_id: str) -> PlaybookStep | None:
        """Return the step of that id (any case), None when there is none."""
        return next((step for step in self.steps if step.id == step_id.upper()), None)

    def done_when(self, event: Event) -> frozenset[str]:
        """Return the steps that the daemon marks done when this happens."""
        return frozenset(step.id for step in self.steps if step.done_when == event)

    @property
    def steps_of_laws(self) -> frozenset[str]:
        """The steps that are there because certain laws are in force."""
        return frozenset(step.id for step in self.steps if set(step.laws) - {"none"})

    @property
    def needed_to_close(self) -> frozenset[str]:
        """The steps that must be done or skipped before an incident is closed."""
        return frozenset(each for step in self.steps if step.done_when == "closed" for each in step.gate.requires)


def load_playbooks(folders: Iterable[Path] = ()) -> Mapping[str, Playbook]:
    """Read the playbooks in ``folders``, of which a later file of the same name wins, also over a shipped one.

    A shipped playbook is read when it is first asked for, once in a process.

    Raises:
        ConfigError: With every mistake in every file of the folders.
    """
    own: dict[str, Playbook] = {}
    problems: list[Problem] = []
    for number, folder in enumerate(folders):
        problems += read_folder(folder, ("incident", "playbooks", number), read_playbook, own)
    if problems:
        raise ConfigError(problems)
    shipped_files = {path.stem: path for path in sorted(shipped("config", "playbooks").glob("*.yml"))}
    return ShippedFiles(shipped_files, _read_shipped, own)


def read_playbook(path: Path) -> Playbook:
    """Read one playbook.

    Raises:
        ConfigError: With every mistake, each with its line.
    """
    playbook = read_model(path, Playbook)
    problems = []
    if playbook.id != path.stem:
        problems.append(
            Problem(file=str(path), line=_line(path, ["id"]), what=f"the id is {playbook.id!r}, not the file's name")
        )
    for number, step in enumerate(playbook.steps):
        if not step.due and not step.before and not step.gate.requires and "—" not in step.due_text.en:
            problems.append(
                Problem(
                    file=str(path),
                    line=_line(path, ["steps", number, "due"]),
                    what=f"{step.id} has no due time",
                    fix="give `due` or `before`, or begin `due_text` with — and say what it waits for",
                )
            )
    if problems:
        raise ConfigError(problems)
    return playbook


_read_shipped = cache(read_playbook)


def _line(path: Path, where: Sequence[str | int]) -> int:
    return line_of(compose_all(path, read_text(path))[0], where)


def _known(roles: tuple[str, ...]) -> tuple[str, ...]:
    strange = sorted(set(roles) - set(ROLES))
    if strange:
        raise ValueError(f"unknown roles: {', '.join(strange)}; roles are {', '.join(ROLES)}")
    return roles
