"""How ready the company is, as one person sees it: the score with its reasons, the report, a round of tests.

Comes in: a language. Goes out: the view, the report as a text or filed as a document of the company.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from detector.clock import Clock, passed
from detector.errors import ConflictError, InputError, Problem
from detector.incident import Playbook, rfc3339
from detector.incident.preparation import TrainingStatus
from detector.notify import LinkMaker
from detector.rendering import RichText
from detector.runtime.incidents.agenda.channel_keeper import send_round
from detector.runtime.incidents.agenda.training_keeper import read_training_status
from detector.runtime.incidents.case_door import CaseDoor
from detector.runtime.incidents.documents.company_reports import file_report
from detector.runtime.incidents.personal_desk import PersonalDesk
from detector.runtime.incidents.preparation.readiness_report import readiness_text, readiness_view
from detector.schema.case.documents import FiledDocument
from detector.schema.team.grants import PersonAct
from detector.store import Store, UnitOfWork
from detector.web.ports import ReadinessView

_APART: Final = timedelta(minutes=10)
"""Between two rounds that people send: a button that is pressed again must not flood them."""


class ReadinessDesk(PersonalDesk):
    """The looks and acts of one person; ``playbooks`` tell which roles are needed, ``links`` make those of tests."""

    writes = "reports"

    def __init__(
        self,
        store: Store,
        door: CaseDoor,
        clock: Clock,
        *,
        playbooks: Mapping[str, Playbook],
        links: LinkMaker,
        **known: Any,
    ) -> None:
        super().__init__(store, door, clock, **known)
        self._playbooks, self._links = playbooks, links

    def view(self) -> ReadinessView:
        """Return how ready the company is now.

        Raises:
            DeniedError: They may not see how the team works.
        """
        with self._store.read() as unit:
            return self._view(unit)

    def training(self) -> TrainingStatus:
        """Return how it stands with training.

        Raises:
            InputError: No register is kept.
            ConfigError: It cannot be read.
            DeniedError: They may not see how the team works.
        """
        with self._store.read() as unit:
            self._door.general(unit, self._who, PersonAct.OVERVIEW)
        if not self._settings.preparation.training.register_file:
            fix = "name it: preparation.training.register_file"
            raise InputError(Problem(what="no register of trainings is kept", fix=fix))
        return read_training_status(self._settings, self._clock.now())

    def text(self, language: str = "") -> RichText:
        """Return the report.

        Raises:
            InputError: There is none in that language, or the template cannot be filled in.
        """
        with self._store.read() as unit:
            return self._text(self._view(unit), language)

    def file(self, language: str = "") -> FiledDocument:
        """File the report as a document of the company."""
        with self._store.begin() as unit:
            grant = self._door.general(unit, self._who, PersonAct.DOCUMENT)
            filed = file_report(unit, grant, self._text(self._view(unit), language), now=self._clock.now())
        self._on_change()
        return filed

    def test_channels(self) -> int:
        """Send a round of tests now; return how many messages.

        Raises:
            InputError: There is nobody to send one to, or nobody could answer.
            ConflictError: One was sent just now.
            DeniedError: They may not.
        """
        with self._store.begin() as unit:
            self._door.general(unit, self._who, PersonAct.DRILL)
            now = self._clock.now()
            if not self._settings.web.enabled:
                raise InputError(Problem(what="nobody could answer: the pages are off", fix="set web.enabled: true"))
            last = unit.preparation.round(unit.preparation.last_round())
            if last and not passed(now, last[0].at, _APART):
                what = f"a round was sent at {rfc3339(last[0].at)}"
                raise ConflictError(Problem(what=what, fix="wait ten minutes"))
            sent = send_round(unit, self._settings, self._links, now)
            if not sent:
                raise InputError(Problem(what="nobody on the team has a target", fix="name some under team.people"))
            unit.outbox.add(sent)
        self._on_change()
        return len(sent)

    def _view(self, unit: UnitOfWork) -> ReadinessView:
        self._door.general(unit, self._who, PersonAct.OVERVIEW)
        may_test = PersonAct.DRILL in self._door.acts_of_none(unit, self._who)
        return readiness_view(unit, self._settings, self._playbooks, self._clock.now(), may_test=may_test)

    def _text(self, view: ReadinessView, language: str) -> RichText:
        return readiness_text(view, self._settings, self._language(language), self._clock.now())
