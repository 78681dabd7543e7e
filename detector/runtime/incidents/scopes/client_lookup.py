"""What a file of the company says of a client, whichever way the log spells the id.

Comes in: values by the id as the file has it. Goes out: a client's value; none where two ids that a log may spell alike
have different ones: nobody knows whose it is.
"""

from collections.abc import Mapping
from typing import Generic, TypeVar

from detector.schema.events.id_forms import one_form

T = TypeVar("T")


class ClientLookup(Generic[T]):
    """Values by client.

    Args:
        written: By the id as the file has it.
    """

    def __init__(self, written: Mapping[str, T]) -> None:
        self._written = written
        self._spelt: dict[str, T | None] = {}
        for client, value in written.items():
            for form in {one_form(client), one_form(client, number=False)} - {client}:
                self._spelt[form] = value if self._spelt.get(form, value) == value else None

    def of(self, client: str) -> T | None:
        """Return what is said of a client; None: nothing."""
        if found := self._written.get(client):
            return found
        form = one_form(client)
        found = self._spelt.get(client) or self._spelt.get(form)
        return found if self._written.get(form, found) == found else None
