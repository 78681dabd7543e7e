"""What is said of tests of channels: that a message came, by its link; and a round sent at once.

Comes in: the token of a link, or a person. Goes out: the test as it is then. The link shows nothing but whose it is.
"""

from detector.errors import InputError, NotFoundError, Problem
from detector.notify import LinkError
from detector.runtime.incidents.console.case_desk import CaseDesk
from detector.schema.team.grants import Identity
from detector.schema.team.preparation import ChannelTest
from detector.store import UnitOfWork


class ChannelActs(CaseDesk):
    """The acts on tests of channels."""

    def channel_test(self, token: str, *, by: Identity | None = None) -> ChannelTest:
        """Return the test that a link is of, changing nothing.

        Raises:
            InputError: It is not ours or too old, or somebody else is signed in.
        """
        with self._store.read() as unit:
            return self._test_of(unit, token, by)

    def answer_channel_test(self, token: str, *, by: Identity | None = None) -> ChannelTest:
        """Write that a test came; said twice it stays as it was.

        Raises:
            InputError: It is not ours or too old, or somebody else is signed in.
        """
        with self._store.begin() as unit:
            test = self._test_of(unit, token, by)
            unit.preparation.answer(test.id, by=by.name if by is not None else test.person, at=self._clock.now())
            found = unit.preparation.find_test(test.id) or test
        self._on_change()
        return found

    def _test_of(self, unit: UnitOfWork, token: str, by: Identity | None) -> ChannelTest:
        try:
            claim = self._links.read_channel_test(token, self._clock.now())
        except LinkError as error:
            raise InputError(Problem(what=str(error))) from None
        test = unit.preparation.find_test(claim.message_id)
        if test is None or test.person != claim.person:
            raise NotFoundError(Problem(what="there is no such test any more", fix="wait for the next one"))
        if by is not None and by.name != test.person:
            what, fix = "this link was sent to somebody else", "sign out, or let them press it"
            raise InputError(Problem(what=what, fix=fix))
        return test
