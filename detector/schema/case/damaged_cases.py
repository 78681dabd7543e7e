"""What can be read of a case of which something cannot: the database was altered, or is damaged."""

from dataclasses import dataclass

from detector.schema.case.case_facts import CaseFact
from detector.schema.case.duties import Duty
from detector.schema.case.incidents import Incident, Step, TimelineEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedCase:
    """An incident as far as it can be read; its title says that, and which columns of its own row cannot.

    Attributes:
        unread: Table, row and column of each place that cannot be read.
    """

    incident: Incident
    steps: tuple[Step, ...]
    duties: tuple[Duty, ...]
    facts: tuple[CaseFact, ...]
    entries: tuple[TimelineEntry, ...]
    unread: tuple[str, ...]
