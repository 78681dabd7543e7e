"""Notices that no stage of a law asks for: to the police, an insurer, staff, the press; the team's own briefing.

Comes in: config/notices/*.yml. Goes out: ``NoticeForm`` values by id, and what a notice is about, be it a duty's or a
form's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from pydantic import Field

from detector.incident.duty.law_people import LawPlaces, country_places, places_of
from detector.incident.duty.regulations import Demand, FormDemand, Regulation, Verified, law_and_stage
from detector.incident.notices.addressees import Addressee
from detector.incident.notices.notice_facts import sentence_case
from detector.incident.playbook.playbooks import LocalizedText
from detector.resources import shipped
from detector.schema.case.documents import DocumentKind
from detector.schema.case.duties import Duty, numbered
from detector.schema.notices.withdrawals import PREFIX, WITHDRAWAL, SentNotice
from detector.settings.loading.load_settings import read_model
from detector.settings.types import Strict

BRIEFING_FORM: Final = "briefing"
"""The form of the team's briefings: one that is filed settles the briefing due."""
ADDRESSEE: Final = "addressee"
"""The field that says whom a notice goes to, by name: no law's list has it, and none goes out without."""


_ABROAD: Final = (
    Demand(
        id="representative_in_eea",
        en="representative in the Union (Art. 27)",
        ru="представитель в Союзе (ст. 27)",
        verified="memory",
    ),
    Demand(
        id="representative_reach",
        en="how the representative is reached",
        ru="как связаться с представителем",
        verified="memory",
    ),
)
"""What an authority asks of a company that is established nowhere where its law is in force."""


class NoticeForm(Strict):
    """A notice that is no law's."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="The file's name without its ending.")
    title: LocalizedText = Field(description="What people call it.")
    to: LocalizedText = Field(description="Who is told.")
    verified: Verified = Field(description="How sure we are of what it asks for.")
    content: tuple[FormDemand, ...] = Field(min_length=1, description="What it asks for.")
    serves: str = Field(default="", description="The law that it serves, whose first notice and due time it names.")
    addressed: bool = Field(default=False, description="It goes to somebody who has a name.")
    internal: bool = Field(
        default=False,
        description="It stays with those who work on the case: a report, which no second person approves.",
    )
    own: bool = Field(
        default=False, description="It speaks of our own clients alone, as the public and partners hear of no others'."
    )
    repeats: bool = Field(
        default=False, description="It comes round: each draft is a new one, also where nothing changed since the last."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSubject:
    """What a notice is: a duty's, or a form's.

    Attributes:
        name: ``law/stage``, or the form's id.
        stage: The stage, or the form's id: a template ``notice-STAGE`` is its own.
        titles / recipients: In English and Russian.
        content: What it asks for.
        mark: How sure we are of that: ``text``, ``secondary``, ``memory``.
        note: What to check before it is used, likewise: what of it is from memory.
        lawyer: A lawyer has to say whether it is owed.
        duty: That it fulfils; None: none.
        headings: What its notice is headed, likewise. bases: By which act and article it is asked for, likewise.
        law: Of that duty. places: Where those live whom it is about; None: everywhere.
        ours: It is about those alone whose controller we are ourselves.
        addressee: Whom it goes to, by name; None: nobody has named them, or it goes to many.
        kind: What it is filed as.
        repeats: Each draft is a new one, also where nothing changed; it says what did since the one before.
        plain: The people concerned or the public read it. kept: We keep it ourselves.
        serves: Of a form: the law that it serves.
    """

    name: str
    stage: str
    titles: tuple[str, str]
    headings: tuple[str, str] = ("", "")
    bases: tuple[tuple[str, str], tuple[str, str]] = (("", ""), ("", ""))
    recipients: tuple[str, str]
    content: tuple[Demand, ...]
    mark: str
    note: tuple[str, str] = ("", "")
    lawyer: bool = False
    duty: Duty | None = None
    law: Regulation | None = None
    places: LawPlaces | None = None
    ours: bool = False
    addressee: Addressee | None = None
    kind: DocumentKind = DocumentKind.NOTICE
    repeats: bool = False
    plain: bool = False
    kept: bool = False
    serves: str = ""

    def mark_of(self, field: str) -> str:
        """Return how sure we are that a field is asked for."""
        return next((each.verified for each in self.content if each.id == field and each.verified), self.mark)

    def goes_on(self, other: "NoticeSubject") -> bool:
        """Tell whether its reader got that one as well: what others were told is no earlier version of it."""
        if self.duty is None or other.duty is None:
            return False
        same_law = self.duty.regulation == other.duty.regulation
        return same_law and (self.recipients, self.plain, self.kept) == (other.recipients, other.plain, other.kept)

    @property
    def marks(self) -> tuple[str, ...]:
        """How sure we are of the fields, each mark once, the least sure first."""
        found = {self.mark_of(each.id) for each in self.content}
        return tuple(each for each in ("memory", "secondary", "text") if each in found)


@cache
def notice_forms() -> Mapping[str, NoticeForm]:
    """Return the forms, by id."""
    found = (read_model(path, NoticeForm) for path in sorted(shipped("config", "notices").glob("*.yml")))
    return {each.id: each for each in found if not each.id.startswith(WITHDRAWAL)}


@cache
def withdrawal_form(*, public: bool = False) -> NoticeForm:
    """Return the form of what withdraws a notice, or what the public was told: it is none that a case has by itself."""
    name = f"{WITHDRAWAL}-public" if public else WITHDRAWAL
    return read_model(shipped("config", "notices") / f"{name}.yml", NoticeForm)


def of_withdrawal(notice: SentNotice, of: "NoticeSubject | None", addressee: Addressee | None) -> NoticeSubject:
    """Return what withdraws a notice as what a notice is.

    Args:
        notice: What is withdrawn.
        of: What that was; None: it was written by hand.
        addressee: Whom it went to, as far as somebody has named them.
    """
    public = of is not None and (of.plain or any(each.id.startswith("plain_") for each in of.content))
    form = withdrawal_form(public=public)
    en, ru = (sentence_case(each) for each in notice.titles)
    of_en, of_ru = notice.headings[0] or en, notice.headings[1] or ru
    return NoticeSubject(
        name=f"{PREFIX}{notice.name}",
        stage=form.id,
        titles=(f"{form.title.en}: {en}", f"{form.title.ru}: {ru}"),
        headings=(f"{form.title.en}: {of_en}", f"{form.title.ru}: {of_ru}"),
        recipients=notice.recipients if notice.recipients[0] else (form.to.en, form.to.ru),
        content=form.content if public else _with_addressee(form.content, addressee),
        addressee=addressee,
        plain=public,
        mark=form.verified.content or form.verified.mark,
        note=(form.verified.note.en, form.verified.note.ru),
        law=of.law if of is not None else None,
        bases=of.bases if of is not None else (("", ""), ("", "")),
        kind=DocumentKind.WITHDRAWAL,
    )


def of_form(form: NoticeForm, addressee: Addressee | None = None, law: Regulation | None = None) -> NoticeSubject:
    """Return a form as what a notice is.

    Args:
        form: The form.
        addressee: Whom it goes to, as far as somebody has named them.
        law: That it serves: it speaks of the people that law is about.
    """
    first = law.stages[0] if law is not None else None
    return NoticeSubject(
        name=form.id,
        stage=form.id,
        titles=(form.title.en, form.title.ru),
        recipients=(form.to.en, form.to.ru),
        content=_with_addressee(form.content, addressee) if form.addressed else form.content,
        addressee=addressee,
        mark=form.verified.content or form.verified.mark,
        note=(form.verified.note.en, form.verified.note.ru),
        kind=DocumentKind.REPORT if form.internal else DocumentKind.NOTICE,
        repeats=form.repeats,
        serves=form.serves,
        places=places_of(law, first) if law is not None and first is not None else None,
        ours=form.own or (law is not None and first is not None and law.counts_own(first)),
    )


def _with_addressee(content: tuple[Demand, ...], addressee: Addressee | None) -> tuple[Demand, ...]:
    mark = addressee.mark if addressee is not None else "text"
    return Demand(id=ADDRESSEE, en="addressee", ru="адресат", verified=mark), *content


def of_duty(duty: Duty, laws: Mapping[str, Regulation], addressee: Addressee | None = None) -> NoticeSubject | None:
    """Return a duty as what a notice is; None: the case does not keep its law.

    Args:
        duty: The duty.
        laws: That the case keeps.
        addressee: Whom its notice goes to, as far as somebody has named them.
    """
    owed = law_and_stage(duty, laws)
    if owed is None:
        return None
    law, stage = owed
    content = (*stage.content, *_ABROAD) if duty.country else stage.content
    theirs = duty.reader if duty.controller else ("", "")
    return NoticeSubject(
        name=duty.ref,
        stage=stage.id,
        titles=numbered((stage.title.en, stage.title.ru), duty.stage, duty.reader),
        headings=numbered((stage.heading.en, stage.heading.ru), "", theirs) if stage.heading else ("", ""),
        bases=(law.basis_of(stage, russian=False), law.basis_of(stage, russian=True)),
        recipients=(duty.recipient, duty.recipient_ru or duty.recipient),
        content=_with_addressee(content, addressee) if stage.addressed else content,
        addressee=addressee,
        mark=stage.verified or law.verified.content or law.verified.mark,
        note=(law.verified.note.en, law.verified.note.ru),
        lawyer=stage.lawyer,
        duty=duty,
        law=law,
        places=country_places(duty.country) if duty.country else places_of(law, stage),
        ours=law.counts_own(stage),
        plain=stage.plain,
        kept=stage.kept,
    )
