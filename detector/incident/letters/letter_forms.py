"""Which form of a letter each client gets: as the law of their residence asks for it, else the common one. Pure.

Comes in: the duties of a case, where clients live. Goes out: forms by client; of whom it is not sure. Who may live
where a law wants a form gets that form: it says what the common letter says, and more.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from detector.incident.duty.law_people import Lies, lie_as_a_rule, lies_in, places_of
from detector.incident.duty.regulations import Regulation, law_and_stage
from detector.schema.case.duties import Duty, DutyState


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterForm:
    """A form of a letter that a law which binds us in a case asks for.

    Attributes:
        id: Part of the name of its template: ``letter-first-ID.txt``.
        titles: Of the law, in English and Russian.
        places: Where those live who get it; empty: everywhere.
        zone: Of its law, by whose clock its days are; empty: the service's.
        delay: It says whether the police asked for a delay. service: its law may ask that identities are protected.
    """

    id: str
    titles: tuple[str, str]
    places: tuple[str, ...]
    zone: str = ""
    delay: bool = False
    service: bool = False

    def fits(self, home: str, as_a_rule: Collection[str]) -> Lies:
        """Return whether somebody gets it; ``home``: where they live, empty: no list says it."""
        if not self.places:
            return Lies.INSIDE
        return lies_in(home, self.places) if home else lie_as_a_rule(as_a_rule, self.places)


def forms_of(duties: Iterable[Duty], laws: Mapping[str, Regulation]) -> tuple[LetterForm, ...]:
    """Return the forms that duties of a case ask for, those about some places first: they are more particular."""
    found: dict[str, LetterForm] = {}
    for duty in duties:
        owed = law_and_stage(duty, laws) if duty.counting or duty.state is DutyState.DONE else None
        if owed is None:
            continue
        law, stage = owed
        if not stage.letter:
            continue
        places = places_of(law, stage)
        form = LetterForm(
            id=stage.letter,
            titles=(law.title.en, law.title.ru),
            places=places.codes if places is not None else (),
            zone=law.zone,
            delay=any(each.id == "law_enforcement_delay" for each in stage.content),
            service=any(each.id.startswith("id_theft_service") for each in stage.content),
        )
        found.setdefault(form.id, form)
    return tuple(sorted(found.values(), key=lambda each: not each.places))


class FormChooser:
    """Says which form each client gets.

    Attributes:
        unsure: Of each form the clients who get it though nobody knows whether they live there; filled as it is asked.
    """

    def __init__(
        self, forms: Collection[LetterForm], home_of: Callable[[str], str], as_a_rule: Collection[str]
    ) -> None:
        self._forms, self._home_of, self._as_a_rule = forms, home_of, as_a_rule
        self.unsure: dict[str, set[str]] = {}

    def form_of(self, client: str) -> str:
        """Return the form that a client gets; empty: the common letter."""
        if not self._forms:
            return ""
        home = self._home_of(client)
        told = {each.id: each.fits(home, self._as_a_rule) for each in self._forms}
        for wanted in (Lies.INSIDE, Lies.PERHAPS):
            for name, lies in told.items():
                if lies is wanted:
                    if wanted is Lies.PERHAPS:
                        self.unsure.setdefault(name, set()).add(client)
                    return name
        return ""
