"""Regulations: laws as data, read strictly from config/regulations/*.yml, and the clocks they start.

Comes in: files. Goes out: ``Regulation`` values by id. Nothing here is legal advice: each file says how far it was
verified, and that mark is shown wherever its clocks are.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from detector.errors import ConfigError, Problem, did_you_mean
from detector.incident.offsets import OffsetText
from detector.incident.playbook.playbooks import LocalizedText
from detector.resources import ShippedFiles, shipped
from detector.schema.incidents import Incident, IncidentKind
from detector.settings.load_settings import read_model
from detector.settings.types import Strict

Mark = Literal["text", "secondary", "memory"]


class Verified(Strict):
    """How sure we are of what the file says."""

    mark: Mark = Field(description="`text`: the wording was read; `secondary`: from others who read it; `memory`.")
    content: Mark | None = Field(default=None, description="The same for the lists of content, when it differs.")
    note: LocalizedText = Field(description="What to check before use.")


class Demand(LocalizedText):
    """One thing a notice must hold."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Name of the field.")


class RegulationStage(Strict):
    """One duty with its clock."""

    id: str = Field(description="Short name.")
    title: LocalizedText = Field(description="What has to be sent.")
    due: OffsetText | None = Field(description="How long after `from`; null when the law names no number.")
    start: str = Field(alias="from", description="`T0`, `T1`, or the stage whose sending starts this clock.")
    target: OffsetText | None = Field(default=None, description="Our own target where the law names no number.")
    step: str = Field(default="", description="Step of the checklist that fulfils it.")
    content: tuple[Demand, ...] = Field(min_length=1, description="What it must hold.")


class Regulation(Strict):
    """One law."""

    id: str = Field(pattern=r"^[a-z][a-z0-9.-]*$", description="The file's name without its ending.")
    title: LocalizedText = Field(description="What people call it.")
    source: str = Field(description="The law.")
    article: str = Field(description="The place in it.")
    trigger: LocalizedText = Field(description="When it applies.")
    to: LocalizedText = Field(description="Who has to be told.")
    basis: Literal["T0", "T1"] = Field(description="What starts its clocks: detection or awareness.")
    without_access: bool = Field(
        default=True, description="It applies, too, where data was changed or deleted and none was sent to anybody."
    )
    verified: Verified = Field(description="How sure we are.")
    penalties: LocalizedText | None = Field(default=None, description="What failing costs.")
    stages: tuple[RegulationStage, ...] = Field(min_length=1, description="The duties.")

    def applies(self, incident: Incident) -> bool:
        """Tell whether its clocks run: client data is concerned and, where the law asks that, was sent to somebody."""
        if incident.kind is IncidentKind.ALTERATION and not self.without_access:
            return incident.scope.events > incident.scope.changes
        return incident.kind.breach

    @model_validator(mode="after")
    def _starts_exist(self) -> "Regulation":
        ids = {stage.id for stage in self.stages}
        strange = sorted({stage.start for stage in self.stages} - ids - {"T0", "T1"})
        if strange:
            raise ValueError(f"clocks start from {', '.join(strange)}, which is no stage of it")
        return self


def load_regulations(ids: Iterable[str] | None = None, folders: Iterable[Path] = ()) -> Mapping[str, Regulation]:
    """Read the regulations named; all of them when ``ids`` is None. A shipped one is read when it is first asked for.

    Raises:
        ConfigError: With every mistake in every file of the folders, and every id that no file describes.
    """
    own: dict[str, Regulation] = {}
    problems: list[Problem] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.yml"))):
        try:
            own[path.stem] = read_regulation(path)
        except ConfigError as error:
            problems.extend(error.problems)
    shipped_files = {path.stem: path for path in sorted(shipped("config", "regulations").glob("*.yml"))}
    found = ShippedFiles(shipped_files, read_regulation, own)
    wanted = list(found) if ids is None else list(ids)
    problems += [
        Problem(
            where=("incident", "regulations", number),
            what=f"no regulation is called {each!r}",
            fix=did_you_mean(each, found),
        )
        for number, each in enumerate(wanted)
        if each not in found
    ]
    if problems:
        raise ConfigError(problems)
    return found.only(wanted)


def read_regulation(path: Path) -> Regulation:
    """Read one regulation.

    Raises:
        ConfigError: With every mistake, each with its line.
    """
    regulation = read_model(path, Regulation)
    if regulation.id != path.stem:
        raise ConfigError(Problem(file=str(path), line=1, what=f"the id is {regulation.id!r}, not the file's name"))
    return regulation
