"""Laws and contracts as data, read strictly from config/regulations/*.yml and folders of the company's own.

Comes in: files. Goes out: ``Regulation`` values by id. Nothing here is legal advice: each file says how far it was
verified, and that mark is shown wherever its duties are.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from detector.errors import ConfigError, Problem, did_you_mean
from detector.incident.duty.law_calendar import check_calendar
from detector.incident.offsets import OffsetText
from detector.incident.playbook.playbooks import LocalizedText
from detector.resources import ShippedFiles, shipped
from detector.schema.case.duties import Duty
from detector.schema.case.incidents import Incident, IncidentKind
from detector.settings.loading.load_settings import read_folder, read_model
from detector.settings.places import unknown_place
from detector.settings.sections.response import Sector
from detector.settings.types import Strict, known_zone

Mark = Literal["text", "secondary", "memory"]
Kinds = Literal["simple", "behavioural", "financial", "sensitive"]

STARTS = ("T0", "T1", "year_end", "occasion")


class Verified(Strict):
    """How sure we are of what the file says."""

    mark: Mark = Field(description="`text`: the wording was read; `secondary`: from others who read it; `memory`.")
    content: Mark | None = Field(default=None, description="The same for the lists of content, when it differs.")
    note: LocalizedText = Field(description="What to check before use.")


class Demand(LocalizedText):
    """One thing a notice must hold."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Name of the field.")
    verified: Mark | None = Field(
        default=None, description="How sure we are that it is asked for, where that differs from the rest of the list."
    )


class FormDemand(Demand):
    """One thing a form asks for that is no law's."""

    unless_no: str = Field(
        default="", description="An earlier field of the form: where its answer is no, this one is not asked."
    )


class ValidPeriod(Strict):
    """When something is law."""

    valid_from: date | None = Field(default=None, description="First day it is in force; empty: not known, or always.")
    valid_until: date | None = Field(default=None, description="Last day it is in force; empty: no end is known.")

    def in_force(self, day: date) -> bool:
        """Tell whether it is law on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class Applies(Strict):
    """Whom it binds; what is left empty is not asked."""

    residence: tuple[str, ...] = Field(default=(), description="Where clients concerned live: `RU`, `US-CA`, `EU`.")
    data: tuple[Kinds, ...] = Field(default=(), description="Kinds of data concerned (`enisa` of a data class).")
    classes: tuple[str, ...] = Field(default=(), description="Data classes concerned, by the names in `records`.")
    sectors: tuple[Sector, ...] = Field(default=(), description="Only who is one of these (`legal.sectors`).")
    unless_sectors: tuple[Sector, ...] = Field(default=(), description="Not who is one of these.")


class Threshold(Strict):
    """From where on a duty is owed. Figures are compared; what only a person can judge is asked."""

    subjects: int | None = Field(default=None, gt=0, description="So many people concerned, or more.")
    subjects_under: int | None = Field(default=None, gt=0, description="Fewer people than that.")
    each_part_of: str = Field(
        default="", pattern="^([A-Z]{2})?$", description="They count in each region of this country by itself: `US`."
    )
    judgement: LocalizedText | None = Field(default=None, description="What a person has to judge.")
    figures: dict[str, int | float] = Field(default_factory=dict, description="Limits the law names for that.")


class Authority(Strict):
    """Who is told, where the law itself names them."""

    name: str = Field(min_length=1, description="As it calls itself.")
    name_ru: str = Field(default="", description="The same in Russian; empty: as `name`.")
    address: str = Field(default="", description="Postal address, where notices go by post.")
    portal: str = Field(default="", description="Where notices are handed in: a page.")
    language: Literal["", "en", "ru"] = Field(default="", description="In which it reads; empty: not said.")
    source: str = Field(min_length=1, description="Where that is known from.")
    verified: Mark = Field(description="How sure we are.")

    @property
    def names(self) -> tuple[str, str]:
        """How it calls itself, in English and Russian."""
        return self.name, self.name_ru or self.name


class RegulationStage(ValidPeriod):
    """One duty with its clock."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="Short name.")
    title: LocalizedText = Field(description="What has to be sent.")
    heading: LocalizedText | None = Field(
        default=None, description="What its notice is headed, where the duty is called otherwise: what the reader sees."
    )
    source: str = Field(default="", description="The act that asks for it, if not the law's own `source`.")
    source_ru: str = Field(default="", description="The same in Russian.")
    article: str = Field(default="", description="The place that asks for it, if not all of the law's `article`.")
    article_ru: str = Field(default="", description="The same in Russian, where it is written otherwise.")
    to: LocalizedText | None = Field(default=None, description="Who has to be told, if not whom the law names above.")
    authority: Authority | None = Field(default=None, description="The same by name, if not whom the law names above.")
    each: Literal["", "controller", "country"] = Field(
        default="",
        description=(
            "`controller`: there is a duty for each one whose clients are concerned (`records.controllers`), with "
            "numbers, clock and receipt of its own. `country`: likewise for each country of `applies.residence` in "
            "which people concerned live, where the company is established in none of these (`organization.country`)."
        ),
    )
    due: OffsetText | None = Field(description="How long after `from`; null when the law names no number.")
    start: str = Field(
        alias="from",
        description=(
            "`T0`, `T1`, `year_end` (the end of the calendar year T0 lies in), `occasion` (a request or complaint that "
            "a person records), or the stage whose receipt starts this clock."
        ),
    )
    or_from: str = Field(default="", description="Another stage whose receipt starts it as well.")
    together: str = Field(
        default="", description="Another stage with which it is sent: due no later than the day of that one's receipt."
    )
    target: OffsetText | None = Field(default=None, description="Our own target where the law names no number.")
    step: str = Field(default="", description="Step of the checklist that shows it.")
    applies: Applies = Field(default_factory=Applies, description="Whom this duty binds, beyond the law itself.")
    controllers_own: bool | None = Field(
        default=None, description="As the law's `controllers_own`, where that differs."
    )
    threshold: Threshold = Field(default_factory=Threshold, description="From where on it is owed.")
    exceptions: tuple[LocalizedText, ...] = Field(default=(), description="When it is not owed, or may wait.")
    verified: Mark | None = Field(default=None, description="How sure we are of this duty, when it differs.")
    lawyer: bool = Field(default=False, description="A lawyer has to say whether it is one in this case.")
    plain: bool = Field(
        default=False,
        description="The people concerned or the public read it: told as letters are, without system, hour or method.",
    )
    manner: LocalizedText | None = Field(
        default=None, description="How the law wants people told: by which way, under which headings. Letters say it."
    )
    letter: str = Field(
        default="",
        pattern=r"^([a-z][a-z0-9-]*)?$",
        description="Form of the letter to whom it is about: text `letter-first-FORM.txt`; empty: the common letter.",
    )
    kept: bool = Field(default=False, description="We keep it ourselves, and show it when asked: nobody is told by it.")
    content: tuple[Demand, ...] = Field(min_length=1, description="What it must hold.")

    @property
    def addressed(self) -> bool:
        """Whether its notice goes to somebody who has a name: an authority, a contract partner."""
        return not (self.plain or self.kept)


class FineTier(Strict):
    """What failing costs from some numbers on; subjects and identifiers count each by itself, the worse decides."""

    subjects: int = Field(ge=0, description="From so many people.")
    identifiers: int | None = Field(default=None, gt=0, description="Or from so many identifiers.")
    data: tuple[Kinds, ...] = Field(default=(), description="Only where data of these kinds is concerned.")
    classes: tuple[str, ...] = Field(default=(), description="Only where one of these data classes is.")
    article: str = Field(default="", description="Where it stands, if not where the duties do: `Art. 83(4)(a)`.")
    article_ru: str = Field(default="", description="The same in Russian, where it is written otherwise.")
    fine: LocalizedText = Field(description="What it costs.")
    percent: float | None = Field(
        default=None, gt=0, le=100, description="At most so many percent of the yearly turnover, where `fixed` is less."
    )
    fixed: int | None = Field(default=None, gt=0, description="Or at most so much, where that is more.")
    currency: str = Field(default="", pattern="^([A-Z]{3})?$", description="Of `fixed`: three capital letters.")
    processors: bool = Field(
        default=False, description="It meets those who process for others, too: their clients count beside our own."
    )
    verified: Mark = Field(description="How sure we are.")


class Regulation(ValidPeriod):
    """One law, or one contract."""

    id: str = Field(pattern=r"^[a-z][a-z0-9.-]*$", description="The file's name without its ending.")
    version: int = Field(ge=1, description="Grows when anything changes; a case keeps the version it opened under.")
    kind: Literal["law", "contract"] = Field(default="law", description="What it is.")
    dormant: bool = Field(default=False, description="A proposal: it is shown, and binds nobody.")
    title: LocalizedText = Field(description="What people call it.")
    source: str = Field(description="The law, or the contract, as a notice names it.")
    source_ru: str = Field(default="", description="The same in Russian; empty: as `title` has it.")
    article: str = Field(description="The place in it.")
    article_ru: str = Field(default="", description="The same in Russian, where it is written otherwise.")
    trigger: LocalizedText = Field(description="When it applies.")
    to: LocalizedText = Field(description="Who has to be told.")
    authority: Authority | None = Field(default=None, description="The same by name, where the law fixes it.")
    authority_of: dict[str, Authority] = Field(
        default_factory=dict,
        description="The same where it goes by the country of `organization.country`, by two capital letters.",
    )
    basis: Literal["T0", "T1"] = Field(description="What starts its clocks: detection or awareness.")
    zone: str = Field(default="", description="Zone in which it counts days; empty: that of the settings.")
    calendar: str = Field(default="", description="Country of its working days: `KZ`, `US-CA`; empty: weekends only.")
    without_access: bool = Field(
        default=True, description="It applies, too, where data was changed or deleted and none was sent to anybody."
    )
    applies: Applies = Field(default_factory=Applies, description="Whom it binds.")
    controllers_own: bool = Field(
        default=False,
        description=(
            "Its duties are those of whoever decides about the data (controller, operator, owner): clients whose data "
            "you process for others (`records.controllers`) are theirs to speak of, and count for stages with `each: "
            "controller` alone."
        ),
    )
    where: LocalizedText | None = Field(
        default=None, description="Where those live whom it is about, behind `people living`: `in California`."
    )
    verified: Verified = Field(description="How sure we are.")
    penalties: LocalizedText | None = Field(default=None, description="What failing costs.")
    fines: tuple[FineTier, ...] = Field(default=(), description="The same by numbers, the least first.")
    stages: tuple[RegulationStage, ...] = Field(min_length=1, description="The duties.")

    def basis_of(self, stage: "RegulationStage", *, russian: bool) -> tuple[str, str]:
        """Return by which act, and by which place in it, a duty is owed: what its notice says that it is made under.

        Where a source names more acts (``a law; an order``), the place is one of the first; the others come after it.
        """
        if russian:
            acts = stage.source_ru or self.source_ru or self.title.ru
            place = stage.article_ru or stage.article or self.article_ru or self.article
        else:
            acts, place = stage.source or self.source, stage.article or self.article
        act, _, others = acts.partition("; ")
        return act, "; ".join(filter(None, (place, others)))

    def counts_own(self, stage: "RegulationStage") -> bool:
        """Tell whether a duty is about the clients alone whose controller the company is itself."""
        own = self.controllers_own if stage.controllers_own is None else stage.controllers_own
        return own and stage.each != "controller"

    def stage(self, name: str) -> RegulationStage | None:
        """Return a stage by its id; None: it has none of that name."""
        return next((each for each in self.stages if each.id == name), None)

    def authority_in(self, country: str) -> Authority | None:
        """Return who is told, where it names them, for all or for those of a country."""
        return self.authority or self.authority_of.get(country)

    def begins(self, incident: Incident) -> bool:
        """Tell whether its duties begin: client data is concerned and, where it asks that, was sent to somebody."""
        if incident.kind is IncidentKind.ALTERATION and not self.without_access:
            return incident.scope.events > incident.scope.changes
        return incident.kind.breach

    def zone_or(self, zone: tzinfo) -> tzinfo:
        """Return the zone in which it counts days; ``zone`` where it names none."""
        return ZoneInfo(self.zone) if self.zone else zone

    def day_of(self, moment: datetime, zone: tzinfo) -> date:
        """Return which day it is for this law."""
        return moment.astimezone(self.zone_or(zone)).date()

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return known_zone(value) if value else value

    @field_validator("calendar")
    @classmethod
    def _known_calendar(cls, value: str) -> str:
        check_calendar(value)
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        ids = [stage.id for stage in self.stages]
        problems = [f"the stage {each} stands twice" for each in sorted({each for each in ids if ids.count(each) > 1})]
        named = {name for stage in self.stages for name in (stage.start, stage.or_from)} - {*STARTS, ""}
        named |= {stage.together for stage in self.stages} - {""}
        strange = sorted(named - set(ids))
        if strange:
            problems.append(f"clocks start from {', '.join(strange)}, which is no stage of it")
        problems += [f"the stage {each} starts from itself" for each in self._circling()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _circling(self) -> Iterator[str]:
        starts = {stage.id: (stage.start, stage.or_from, stage.together) for stage in self.stages}
        for stage in self.stages:
            seen, reach = set[str](), list(starts[stage.id])
            while reach:
                name = reach.pop()
                if name in starts and name not in seen:
                    seen.add(name)
                    reach += starts[name]
            if stage.id in seen:
                yield stage.id


def law_and_stage(duty: Duty, laws: Mapping[str, Regulation]) -> tuple[Regulation, RegulationStage] | None:
    """Return by which law, and which stage of it, a duty is owed; None: the laws have none such."""
    law = laws.get(duty.regulation)
    stage = law.stage(duty.of_stage) if law is not None else None
    return (law, stage) if law is not None and stage is not None else None


def load_regulations(named: Iterable[str] | None = None) -> Mapping[str, Regulation]:
    """Read the regulations named; all shipped ones when ``named`` is None.

    Args:
        named: Ids, and folders (whatever holds a ``/``) every pack of which binds us. A folder's pack wins over a
            shipped one of the same name. A shipped one is read when it is first asked for.

    Raises:
        ConfigError: With every mistake in every file of the folders, every folder that is not there, every id that no
            file describes, and every proposal named as if it were law.
    """
    own: dict[str, Regulation] = {}
    problems: list[Problem] = []
    given = list(named) if named is not None else None
    for number, each in enumerate(given or ()):
        if "/" in each:
            problems += _read_folder(Path(each), ("incident", "regulations", number), own)
    shipped_files = {path.stem: path for path in sorted(shipped("config", "regulations").glob("*.yml"))}
    found = ShippedFiles(shipped_files, read_regulation, own)
    wanted = list(found) if given is None else list(dict.fromkeys((*(e for e in given if "/" not in e), *own)))
    places = {each: number for number, each in enumerate(given or ())}
    for each in wanted:
        where = ("incident", "regulations", places.get(each, 0))
        if each not in found:
            what, fix = f"no regulation is called {each!r}", did_you_mean(each, found)
            problems.append(Problem(where=where, what=what, fix=fix))
        elif given is not None and each.endswith(PROPOSAL) and found[each].dormant:
            what = f"{each} is a proposal and no law: it binds nobody"
            problems.append(Problem(where=where, what=what, fix="leave it out until it is adopted"))
    if problems:
        raise ConfigError(problems)
    return found.only(wanted)


PROPOSAL = "-proposal"
"""How the id of a pack ends that is no law yet."""


def _read_folder(folder: Path, where: tuple[str | int, ...], own: dict[str, Regulation]) -> list[Problem]:
    if folder.is_dir() and not any(folder.glob("*.yml")):
        what, fix = f"no pack (*.yml) lies in {folder}", "write one, or leave it out"
        return [Problem(where=where, what=what, fix=fix)]
    return read_folder(folder, where, read_regulation, own)


def read_regulation(path: Path) -> Regulation:
    """Read one regulation.

    Raises:
        ConfigError: With every mistake, each with its line.
    """
    regulation = read_model(path, Regulation)
    if regulation.id != path.stem:
        raise ConfigError(Problem(file=str(path), line=1, what=f"the id is {regulation.id!r}, not the file's name"))
    binding = [regulation.applies, *(stage.applies for stage in regulation.stages)]
    for place in sorted({place for applies in binding for place in applies.residence}):
        if wrong := unknown_place(place):
            raise ConfigError(Problem(file=str(path), line=1, what=f"`residence`: {wrong[0]}", fix=wrong[1]))
    if regulation.dormant is not regulation.id.endswith(PROPOSAL):
        what = f"a proposal is `dormant: true` and its name ends in {PROPOSAL}"
        raise ConfigError(Problem(file=str(path), line=1, what=what, fix="both, or neither"))
    return regulation
