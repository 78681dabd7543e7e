"""Which forms of the pages were sent, across restarts: one that is sent twice acts once.

Comes in: whose form, and its digest. Goes out: where its answer led, for one that was sent before.
"""

from detector.clock import Clock
from detector.store import Store


class SentForms:
    """Forms that were sent.

    Args:
        store: Where they are kept.
        clock: Tells when one was sent.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def begin(self, person: str, form: str) -> str | None:
        """Keep that a form is being acted on; return where the answer led of one that was sent before, None else.

        It is empty where the answer was lost: the service ended while it acted.
        """
        with self._store.begin() as unit:
            before = unit.sent_forms.answer(person, form)
            if before is None:
                unit.sent_forms.save(person, form, "", self._clock.now())
            return before

    def end(self, person: str, form: str, answer: str) -> None:
        """Keep where the answer of a form led; one without an answer did nothing, and may be sent again."""
        with self._store.begin() as unit:
            if answer:
                unit.sent_forms.save(person, form, answer, self._clock.now())
            else:
                unit.sent_forms.forget(person, form)
