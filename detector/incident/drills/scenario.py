"""Scenarios of drills as configured, read strictly from config/drills/*.yml and the operator's folders.

Comes in: folders. Goes out: ``Scenario`` values by name. Whatever a scenario makes up is told from what is real by its
form: accounts and clients begin with ``drill-``, addresses are those of documentation. So no file can name a colleague,
a client or a machine of the company.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from detector.errors import ConfigError, Problem
from detector.incident.playbook.playbooks import LocalizedText
from detector.resources import ShippedFiles, shipped
from detector.schema.levels import Severity
from detector.settings.loading.load_settings import read_folder, read_model, read_text
from detector.settings.loading.yaml_nodes import compose_all, line_of
from detector.settings.sections.response import Role
from detector.settings.types import Duration, Span, Strict, TimeOfDay

MOST_LINES = 5_000
"""Lines of one scenario: each is judged in the service's own turn."""
LONGEST = timedelta(days=3)
_NETWORKS = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))
_WORD = r"^[a-z0-9][a-z0-9-]*$"
Action = Literal["read", "list", "search", "export", "download", "print", "update", "delete", "login"]


class DrillLines(Strict):
    """Lines of an access log, written one after the other while the drill goes on."""

    user: str = Field(pattern=_WORD, max_length=40, description="Whose account: `clerk` becomes `drill-3-clerk`.")
    address: str = Field(
        description="Where from, an address of documentation; 192.0.2.0/24 is the office of the drill."
    )
    action: Action = Field(default="read", description="What is done.")
    object: str = Field(default="client", pattern=_WORD, max_length=40, description="Kind of object.")
    count: int = Field(default=1, ge=1, le=MOST_LINES, description="How many lines.")
    every: Span = Field(default="1s", validate_default=True, description="So long after the one before.")
    clock: TimeOfDay | None = Field(
        default=None,
        description="The lines are dated as if the first was written at this hour, last time it was; null: as written.",
    )
    first: int = Field(default=1, ge=1, le=10**9, description="Number of the first made-up client.")
    clients: Literal[0, 1] = Field(default=1, description="Made-up clients a line names, each line another one.")
    rows: int | None = Field(
        default=None, ge=0, le=10**9, description="How many records were returned; null: nobody says."
    )
    planted: bool = Field(default=False, description="The client is a planted one.")
    watched: bool = Field(default=False, description="The clients are watched ones.")
    session: str = Field(default="", pattern=r"^[a-z0-9-]*$", max_length=40, description="Name of the session.")
    agent: str = Field(default="", max_length=200, description="What the browser calls itself.")

    @field_validator("address")
    @classmethod
    def _of_documentation(cls, value: str) -> str:
        try:
            found = ip_address(value)
        except ValueError:
            raise ValueError(f"{value!r} is no address; write one of 192.0.2.0/24") from None
        if not any(found in network for network in _NETWORKS):
            networks = ", ".join(map(str, _NETWORKS))
            raise ValueError(f"{value} may be a machine of somebody; take one of {networks}")
        return str(found)

    @property
    def took(self) -> timedelta:
        """How long it takes until the last line is written."""
        return self.every * (self.count - 1)


class DrillCall(Strict):
    """A call from outside: the incident that somebody would open by hand."""

    title: LocalizedText = Field(description="What it is called; it is sent to phones.")
    severity: Severity = Field(description="How bad if true.")
    playbook: str = Field(default="client-data-leak", description="Its checklist.")
    reason: LocalizedText = Field(description="Who called, what is known.")


class DrillStep(Strict):
    """Something that happens at a moment of the drill: lines, or a call."""

    after: Duration = Field(default="0s", validate_default=True, description="So long after the drill began.")
    lines: DrillLines | None = Field(default=None, description="Lines of an access log.")
    report: DrillCall | None = Field(default=None, description="A call from outside.")

    @model_validator(mode="after")
    def _one(self) -> "DrillStep":
        if (self.lines is None) is (self.report is None):
            raise ValueError("give either `lines` or `report`")
        return self


class ScenarioInject(Strict):
    """A question to the team, sent at a moment when the scenario is played at the table."""

    after: Duration = Field(default="0s", validate_default=True, description="So long after the drill began.")
    to: tuple[Role, ...] = Field(min_length=1, description="Whom it is sent to.")
    text: LocalizedText = Field(description="What has happened.")
    question: LocalizedText = Field(description="What is asked.")


class Scenario(Strict):
    """One exercise."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60, description="The file's name without its ending.")
    version: int = Field(ge=1, description="Grows when it changes.")
    title: LocalizedText = Field(description="What people call it.")
    summary: LocalizedText = Field(description="What happens, and what the team is to show.")
    lasts: Span = Field(
        default="4h", validate_default=True, description="Over by itself after this, three days at most."
    )
    steps: tuple[DrillStep, ...] = Field(min_length=1, description="What happens, through the service.")
    injects: tuple[ScenarioInject, ...] = Field(default=(), description="What is asked at the table.")

    @model_validator(mode="after")
    def _fits(self) -> "Scenario":
        problems = [*self._problems()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _problems(self) -> Iterable[str]:
        lines = sum(step.lines.count for step in self.steps if step.lines is not None)
        if lines > MOST_LINES:
            yield f"{lines} lines are more than {MOST_LINES}"
        if self.lasts > LONGEST:
            yield f"a drill lasts {LONGEST.days} days at most"
        begins = {"steps": [each.after for each in self.steps], "injects": [each.after for each in self.injects]}
        for name, moments in begins.items():
            late = [str(at) for at, after in enumerate(moments) if after >= self.lasts]
            if late:
                yield f"{name} {', '.join(late)}: begin when the drill is over (`lasts`)"


def load_scenarios(folders: Iterable[Path] = ()) -> Mapping[str, Scenario]:
    """Read the scenarios in ``folders``, of which a later file of the same name wins, also over a shipped one.

    Raises:
        ConfigError: With every mistake in every file of the folders.
    """
    own: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for number, folder in enumerate(folders):
        problems += read_folder(folder, ("incident", "drills", number), read_scenario, own)
    if problems:
        raise ConfigError(problems)
    shipped_files = {path.stem: path for path in sorted(shipped("config", "drills").glob("*.yml"))}
    return ShippedFiles(shipped_files, _read_shipped, own)


def read_scenario(path: Path) -> Scenario:
    """Read one scenario.

    Raises:
        ConfigError: With every mistake, each with its line.
    """
    scenario = read_model(path, Scenario)
    if scenario.id != path.stem:
        line = line_of(compose_all(path, read_text(path))[0], ["id"])
        what = f"the id is {scenario.id!r}, not the file's name"
        raise ConfigError(Problem(file=str(path), line=line, what=what, fix=f"call it {path.stem}, or the file"))
    return scenario


_read_shipped = cache(read_scenario)
