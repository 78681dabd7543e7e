"""A notice as its template, a portal and a linter get it. Pure.

Comes in: what the notice is, its fields, the case. Goes out: values by name, counts, JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detector.incident.letters.help_contacts import HELP_FIELDS, HelpContact
from detector.incident.letters.letter_phrases import day_in_words
from detector.incident.notices.notice_facts import NoticeFacts, sentence_case
from detector.incident.notices.notice_forms import ADDRESSEE, NoticeSubject
from detector.incident.timeline import rfc3339
from detector.schema.case.documents import DocumentKind, FiledDocument
from detector.schema.case.incidents import IncidentKind
from detector.schema.notices.notice_fields import FieldState, NoticeDraft, NoticeField, changed_fields
from detector.schema.notices.withdrawals import PREFIX
from detector.settings import OrganizationSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeNotice:
    """A notice as it would be drafted now.

    Attributes:
        subject: What it is.
        facts: Of what it was made.
        fields: What it says.
    """

    subject: NoticeSubject
    facts: NoticeFacts
    fields: tuple[NoticeField, ...]

    @property
    def title(self) -> str:
        """What people call it, in its language; that of a drill says so."""
        subject, russian = self.subject, self.facts.russian
        title = subject.headings[russian] or sentence_case(subject.titles[russian])
        return f"{self.facts.words.text('drill-mark')} {title}" if self.of_drill else title

    @property
    def of_drill(self) -> bool:
        """Whether it practises: what it says never happened, and it goes to nobody."""
        return self.facts.incident.kind is IncidentKind.DRILL

    @property
    def refuted(self) -> bool:
        """Whether it tells others of what turned out to be no breach: it must not go out."""
        goes_out = self.subject.kind is DocumentKind.NOTICE and not self.subject.kept
        return goes_out and self.facts.incident.ended_as_none

    @property
    def scope_version(self) -> int:
        """Of which version of the scope its numbers are; 0: none was kept yet."""
        return self.facts.version.number if self.facts.version is not None else 0

    @property
    def unsure(self) -> tuple[tuple[str, str], ...]:
        """How sure we are that this is asked for, where it was not read: a mark, and of which fields; "": of all."""
        marks = self.subject.marks
        if len(marks) == 1:
            return () if marks == ("text",) else ((marks[0], ""),)
        titles = {
            mark: self.facts.some(each.title for each in self.fields if self.subject.mark_of(each.id) == mark)
            for mark in marks
            if mark != "text"
        }
        return tuple(titles.items())

    @property
    def reads_otherwise(self) -> str:
        """In which language its reader reads, where it is written in another; empty: in this one, or nobody knows."""
        addressee = self.subject.addressee
        reads = addressee.reads if addressee is not None else ""
        return reads if reads != self.facts.words.language else ""

    @property
    def unchecked(self) -> tuple[HelpContact, ...]:
        """Whom it names beside us, by a telephone or page that nobody has checked; what people wrote, they know."""
        groups = [HELP_FIELDS[each.id] for each in self.fields if each.id in HELP_FIELDS and not each.by]
        known = {one.id: one for name in groups for one in self.facts.help_contacts.get(name, ())}
        return tuple(each for each in known.values() if not each.checked)

    def count(self, state: FieldState) -> int:
        """Return how many fields are in a state."""
        return count_of(self.fields, state)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStanding:
    """A notice of a case and where it stands.

    Attributes:
        made: As it would be drafted now.
        filed: The document it was filed as; None: nobody has drafted it.
        draft: What the newest version of that was made of.
    """

    made: MadeNotice
    filed: FiledDocument | None
    draft: NoticeDraft | None

    @property
    def stale(self) -> bool:
        """Whether the newest draft says something else than would be drafted now."""
        return self.draft is not None and bool(changed_fields(self.draft.fields, self.made.fields))


def count_of(fields: Sequence[NoticeField], state: FieldState) -> int:
    """Return how many fields are in a state."""
    return sum(each.state is state for each in fields)


def values_of(made: MadeNotice, *, coverage: Sequence[str]) -> dict[str, Any]:
    """Return what a template of a notice is given, by name.

    Args:
        made: The notice.
        coverage: How well the hours of the case were watched, in sentences.
    """
    facts, subject = made.facts, made.subject
    made_on = day_in_words(facts.words, facts.now.astimezone(facts.zone).date())
    # Whom it goes to stands at its head, and is nothing that its reader is told.
    fields = [each for each in made.fields if each.id != ADDRESSEE]
    by_state = {state: [each for each in fields if each.state is state] for state in FieldState}
    return {
        "organization": organization_values(facts.organization),
        "law": _law(made),
        "duty": {
            "ref": subject.name,
            "stage": subject.stage,
            "title": made.title,
            "recipient": _recipient(made),
            "due": facts.moment(subject.duty.due_at) if subject.duty is not None and subject.duty.due_at else "",
        },
        "incident": {"number": facts.incident.number},
        "made_at": made_on if subject.plain else facts.moment(facts.now),
        "made_on": made_on,
        # What withdraws another notice has no numbers.
        "scope_version": 0 if subject.plain or subject.name.startswith(PREFIX) else made.scope_version,
        "fields": fields,
        "answers": {each.id: each.value for each in made.fields},
        "known": by_state[FieldState.FILLED],
        "estimated": by_state[FieldState.ESTIMATED],
        "missing": by_state[FieldState.MISSING],
        "coverage": [] if subject.plain else list(coverage),
        "next_at": _next_word(made),
        "changes": list(facts.sent_changes or ()),
        "withdrawn_at": _withdrawn_at(made),
    }


def _withdrawn_at(made: MadeNotice) -> str:
    """Return when its reader was told that there had been no breach; empty: they were not, or were told anew since."""
    facts = made.facts
    since = facts.withdrawn_at if facts.sent_changes is None else None
    return facts.moment(since) if since is not None else ""


def _recipient(made: MadeNotice) -> str:
    """Return whom it goes to: by name where that is known, else by what the law calls them."""
    named = (each.value for each in made.fields if each.id == ADDRESSEE)
    return next(named, "") or made.subject.recipients[made.facts.russian]


def _next_word(made: MadeNotice) -> str:
    """Return by when its reader hears more: the next stage of the same law for the same reader, or the next round.

    What is due to somebody else, or no later than this notice itself, promises its reader nothing; then it is empty.
    """
    facts, own = made.facts, made.subject.duty
    if own is None:
        return _next_round(made)
    after = max(own.due_at or facts.now, facts.now)
    following = [
        each.due_at
        for each in facts.duties
        if (each.regulation, each.recipient) == (own.regulation, own.recipient)
        and each.ref != own.ref
        and each.counting
        and each.due_at is not None
        and each.due_at > after
    ]
    return facts.moment(min(following)) if following else ""


def _next_round(made: MadeNotice) -> str:
    """Return when the next of what comes round is due; empty: it does not, or by nothing but people's word."""
    every = made.facts.briefing
    return made.facts.moment(made.facts.now + every) if made.subject.repeats and every is not None else ""


def _law(made: MadeNotice) -> Mapping[str, str]:
    law = made.subject.law
    if law is None:
        return {"id": "", "title": "", "source": "", "article": ""}
    title = law.title.ru if made.facts.russian else law.title.en
    source, article = made.subject.bases[made.facts.russian]
    return {"id": law.id, "title": title, "source": source, "article": article}


def organization_values(organization: OrganizationSettings) -> Mapping[str, Any]:
    """Return who we are as templates of every kind are given it."""
    plain = organization.model_dump(exclude={"dpo", "representative", "contact", "press", "logo"})
    people = {
        "dpo": organization.dpo,
        "representative": organization.representative,
        "contact": organization.answers,
        "press": organization.press,
    }
    return plain | {"called": organization.called} | {name: one.model_dump() for name, one in people.items()}


def notice_json(made: MadeNotice, filed: NoticeDraft | None = None) -> dict[str, Any]:
    """Return a notice by field, for portals that take each by itself.

    Args:
        made: As it would be drafted now.
        filed: What a version that was filed was made of: that is returned instead.
    """
    facts, subject = made.facts, made.subject
    return {
        "incident": facts.incident.number,
        "notice": subject.name,
        "title": made.title,
        "recipient": _recipient(made),
        "language": facts.words.language,
        "made_at": rfc3339(filed.at if filed is not None else facts.now),
        "scope_version": filed.scope_version if filed is not None else made.scope_version,
        "verified": subject.mark,
        "fields": [
            field_json(each) | {"verified": subject.mark_of(each.id)}
            for each in (filed.fields if filed is not None else made.fields)
        ],
    }


def field_json(field: NoticeField) -> dict[str, Any]:
    """Return a field; what it lacks is left out."""
    said = {
        "id": field.id,
        "title": field.title,
        "state": field.state.value,
        "value": field.value,
        "why": field.why,
        "by": field.by,
        "roles": list(field.roles),
        "command": field.command,
    }
    return {name: value for name, value in said.items() if value or name in ("id", "title", "state", "value")}
