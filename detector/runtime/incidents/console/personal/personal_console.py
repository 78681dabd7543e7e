"""The console as one person sees it: every look and every act goes through the door with who somebody has shown to be.

Comes in: who it is, a reference, what they do. Goes out: what is true afterwards, without what they must not see. Pages
and commands are given this and nothing else.
"""

from detector.incident.reports import ReportTold
from detector.runtime.incidents.console.console import Console
from detector.runtime.incidents.console.personal.personal_acts import PersonalActs
from detector.runtime.incidents.console.personal.personal_reading import PersonalReading
from detector.runtime.incidents.console.personal.personal_scope import PersonalScope
from detector.runtime.incidents.console.sent_forms import SentForms
from detector.schema.case.incidents import Incident
from detector.schema.outside.outside_reports import OutsideReport
from detector.schema.team.grants import Identity
from detector.schema.team.preparation import ChannelTest
from detector.store import WriteCounts
from detector.web.ports import AskedRole, Detail


class PersonalConsole(PersonalReading, PersonalScope, PersonalActs):
    """The looks and acts of one person."""


class PersonalConsoles:
    """Gives everybody the console as they see it, and answers links, which say themselves for whom they are.

    Args:
        console: Of the service.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    def written(self) -> WriteCounts:
        """Return how often cases and messages were written, by whatever process."""
        return self._console.written()

    def of(self, who: Identity) -> PersonalConsole:
        """Return the console as one person sees it."""
        return PersonalConsole(self._console, who)

    @property
    def sent_forms(self) -> SentForms:
        """Which forms were sent."""
        return self._console.sent_forms

    def take_report(self, told: ReportTold, attachment: bytes | None = None) -> OutsideReport:
        """Take in what somebody tells by the open form, and what came with it, unless too many files wait.

        Raises:
            ConflictError: As many as can be kept wait already.
        """
        return self._console.take_in_form(told, attachment)

    def link_detail(self, token: str, *, by: Identity | None = None, address: str = "") -> tuple[Detail, str]:
        """Return what a link is about and for whom."""
        return self._console.link_detail(token, by=by, address=address)

    def role_link_detail(self, token: str, *, by: Identity | None = None, address: str = "") -> AskedRole:
        """Return what a link asks for by which a request for a role is answered."""
        return self._console.role_link_detail(token, by=by, address=address)

    def answer_role_by_link(
        self, token: str, *, by: Identity | None = None, address: str = "", why_not: str | None = None
    ) -> Incident:
        """Accept a role by a signed one-time link, or decline it."""
        return self._console.answer_role_by_link(token, by=by, address=address, why_not=why_not)

    def channel_test(self, token: str, *, by: Identity | None = None) -> ChannelTest:
        """Return the test of a channel that a link is of, changing nothing."""
        return self._console.channel_test(token, by=by)

    def answer_channel_test(self, token: str, *, by: Identity | None = None) -> ChannelTest:
        """Write that a test of a channel came."""
        return self._console.answer_channel_test(token, by=by)

    def press(self, token: str, *, address: str = "") -> Incident:
        """Do what a button under a message says, once."""
        return self._console.press(token, address=address)

    def acknowledge_by_link(self, token: str, *, by: Identity | None = None, address: str = "") -> Incident:
        """Acknowledge by a signed one-time link."""
        return self._console.acknowledge_by_link(token, by=by, address=address)

    def pass_on_by_link(self, token: str, *, by: Identity | None = None, address: str = "") -> Incident:
        """Say by a signed link that one cannot take it."""
        return self._console.pass_on_by_link(token, by=by, address=address)
