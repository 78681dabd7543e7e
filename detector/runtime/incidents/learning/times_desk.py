"""How long cases took, for one person: of one case, and of all that they may look at over a span.

Comes in: a reference, or a span. Goes out: ``CaseTimes``. Nothing is written.
"""

from datetime import datetime

from detector.incident import Dossier
from detector.incident.learning.case_times import CaseTimes, case_times, is_measured
from detector.runtime.incidents.personal_desk import PersonalDesk
from detector.schema.team.grants import PersonAct
from detector.store import UnitOfWork

_ALL = 1_000_000


class TimesDesk(PersonalDesk):
    """The looks of one person at how long cases took."""

    def of(self, ref: str) -> CaseTimes:
        """Return the times of a case.

        Raises:
            NotFoundError: No incident is called so, for this person.
            DeniedError: They were not called into it.
        """
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.LOOK)
            return self._times(unit, found)

    def over(self, since: datetime | None, until: datetime | None) -> list[CaseTimes]:
        """Return the times of the cases known since one moment and before another that count, the newest first."""
        with self._store.read() as unit:
            self._door.general(unit, self._who, PersonAct.OVERVIEW)
            cases = [
                each
                for each in unit.incidents.listed(limit=_ALL)
                if is_measured(each) and (since is None or each.t0 >= since) and (until is None or each.t0 < until)
            ]
            seen = self._door.visible(unit, cases, self._who)
            return [self._times(unit, self._read(unit, each.id)) for each in seen]

    def _times(self, unit: UnitOfWork, found: Dossier) -> CaseTimes:
        return case_times(found, unit.incidents.entries(found.incident.id), self._clock.now())
