"""The report of a year as one person makes it: of the cases that they may look at.

Comes in: a year, a language. Goes out: the report as a text, or filed as a document of the company.
"""

from pathlib import Path
from zoneinfo import ZoneInfo

from detector.incident.learning.case_times import case_times
from detector.incident.learning.year_figures import YearCase, YearFigures, figures_of
from detector.incident.notices.notice_values import organization_values
from detector.messages import Language, messages
from detector.rendering import RichText, SourceTemplates, read_source
from detector.runtime.incidents.documents.company_reports import file_report
from detector.runtime.incidents.learning.year_report import report_values, with_pictures
from detector.runtime.incidents.personal_desk import PersonalDesk
from detector.schema.case.documents import FiledDocument
from detector.schema.team.drills import Drill
from detector.schema.team.grants import PersonAct
from detector.store import UnitOfWork
from detector.web.texts import PageTexts

_ALL, _TEMPLATE = 1_000_000, "report-year"


class YearDesk(PersonalDesk):
    """The report of a year, for one person."""

    writes = "reports"

    def figures(self, year: int) -> YearFigures:
        """Return the figures of a year, of the cases that the person may look at."""
        with self._store.read() as unit:
            self._door.general(unit, self._who, PersonAct.OVERVIEW)
            return figures_of(year, self._cases(unit, {year}), self._zone, self._clock.now())

    def text(self, year: int, language: str = "") -> RichText:
        """Return the report of a year.

        Raises:
            InputError: There is none in that language, or the template cannot be filled in.
        """
        spoken = self._language(language)
        with self._store.read() as unit:
            self._door.general(unit, self._who, PersonAct.OVERVIEW)
            return self._text(unit, year, spoken)

    def file(self, year: int, language: str = "") -> FiledDocument:
        """File the report of a year as a document of the company."""
        spoken = self._language(language)
        with self._store.begin() as unit:
            grant = self._door.general(unit, self._who, PersonAct.DOCUMENT)
            filed = file_report(unit, grant, self._text(unit, year, spoken), now=self._clock.now())
        self._on_change()
        return filed

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._settings.timezone)

    def _text(self, unit: UnitOfWork, year: int, language: Language) -> RichText:
        now, zone = self._clock.now(), self._zone
        cases = self._cases(unit, {year, year - 1})
        figures, before = (figures_of(each, cases, zone, now) for each in (year, year - 1))
        page = PageTexts(self._settings, language, now)
        drills = [each for each in unit.drills.finished() if _year_of(each, zone) == year]
        values = report_values(figures, before, drills, page, organization_values(self._settings.organization))
        templates = SourceTemplates(map(Path, self._settings.incident.templates))
        title = messages(language).text("year-title", year=str(year))
        source = templates.render(_TEMPLATE, language, values)
        return with_pictures(read_source(source, language=language, title=title), figures, page)

    def _cases(self, unit: UnitOfWork, years: set[int]) -> list[YearCase]:
        zone, now = self._zone, self._clock.now()
        listed = [each for each in unit.incidents.listed(limit=_ALL) if each.t0.astimezone(zone).year in years]
        found = []
        for each in self._door.visible(unit, listed, self._who):
            dossier = self._read(unit, each.id)
            found.append(
                YearCase(
                    dossier=dossier,
                    times=case_times(dossier, unit.incidents.entries(each.id), now),
                    actions=unit.learning.actions(each.id),
                    costs=unit.learning.costs(each.id),
                )
            )
        return found


def _year_of(drill: Drill, zone: ZoneInfo) -> int:
    return (drill.started_at or drill.asked_at).astimezone(zone).year
