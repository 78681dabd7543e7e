"""A plan of letters: who is written to, what the letters say, counted and with samples, before anything is filed.

Comes in: the clients of a scope with what was done with their data, contacts, the settings. Goes out: a ``LetterPlan``,
and the text that people approve. Nothing is written here.
"""

import hmac
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from detector.errors import ConfigError, Problem
from detector.incident import Dossier
from detector.incident.duty.law_people import Concerned, living_in, own_case, places_of
from detector.incident.duty.regulations import law_and_stage
from detector.incident.letters.help_contacts import HelpContact, unchecked_contacts
from detector.incident.letters.letter_forms import FormChooser, LetterForm, forms_of
from detector.incident.letters.letter_phrases import PHRASES
from detector.incident.letters.letter_text import (
    PAPERS,
    LetterRenderer,
    LetterText,
    one_line,
    shown_lines,
    template_name,
    texts_digest,
)
from detector.incident.letters.mailing_acts import done_so_far
from detector.incident.letters.offer_codes import assign_codes, read_codes
from detector.incident.letters.readability import EASY_ENOUGH, reading_ease
from detector.incident.letters.recipients import client_digest, recipients_of
from detector.incident.notices.organization_fields import office_of
from detector.messages import Messages, messages
from detector.runtime.incidents.letters.letter_templates import (
    letter_classes,
    letter_forms,
    letter_help_contacts,
    letter_phrases,
    letter_templates,
)
from detector.runtime.incidents.scopes.client_lookup import ClientLookup
from detector.schema.case.incidents import Scope
from detector.schema.case.scope_versions import ScopeVersion
from detector.schema.letters.mailings import (
    ClientTouch,
    LetterFacts,
    MailingKind,
    NotReached,
    NotReachedWhy,
    Recipient,
)
from detector.settings import Settings
from detector.settings.lists.contact_rows import Contact
from detector.settings.sections.letter_settings import LetterOffer

_LISTED: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernedClients:
    """The clients of the newest version of a scope, with what was done with the data of each."""

    version: ScopeVersion
    clients: Collection[str]
    touches: Mapping[str, Sequence[ClientTouch]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPlan:
    """Letters that could be sent.

    Attributes:
        given: By offer, which hash of a code belongs to which hash of a client, of those who had none before.
        earlier: How many mailings the case had.
        ease: How easily the letters of each language are read.
        english: By language, not ours, what stands in its letters in English, as it stands in its file.
        samples: Some letters of different shapes.
        manners: By law, in English and Russian, how it wants people told, and how many of them it is about at most.
        forms: Of the letter, that laws ask for. unsure: how many get each though nobody knows whether they live there.
        unserved: Of each form, how many whose identity papers are concerned are offered nothing.
        unknown: Of letters of withdrawal: of how many clients nobody knows whether they were told. in_public: how many
            were told by a public communication alone.
        unchecked: Whom letters name beside the company, by a telephone or page that nobody has checked.
        another: How many go to another address than the one from which a letter came back, or which refused it.
    """

    kind: MailingKind
    scope_version: int
    facts: LetterFacts
    recipients: tuple[Recipient, ...]
    not_reached: tuple[NotReached, ...]
    foreign: Mapping[tuple[str, str, str], int]
    given: Mapping[str, Mapping[str, str]]
    earlier: int
    texts_sha256: str
    ease: Mapping[str, float]
    english: Mapping[str, tuple[str, ...]]
    samples: tuple[tuple[Recipient, LetterText], ...]
    manners: tuple[tuple[tuple[str, str], tuple[str, str], int], ...] = ()
    forms: tuple[LetterForm, ...] = ()
    unsure: Mapping[str, int] = field(default_factory=dict)
    unserved: Mapping[str, int] = field(default_factory=dict)
    unchecked: tuple[HelpContact, ...] = ()
    another: int = 0
    unknown: int = 0
    in_public: int = 0

    @property
    def unreachable(self) -> tuple[tuple[Recipient, NotReachedWhy], ...]:
        """Clients of our own without a way, numbered behind the recipients, and why: they are asked about."""
        ours = (each for each in self.not_reached if each.why is not NotReachedWhy.OF_CONTROLLER)
        return tuple(
            (
                Recipient(number=number, client=each.client, name=each.name, language="", ways=(), data=each.data),
                each.why,
            )
            for number, each in enumerate(ours, len(self.recipients) + 1)
        )

    @property
    def by_form(self) -> Counter[str]:
        """How many letters there are of which form; empty: of the common one."""
        return Counter(each.form for each in self.recipients)

    @property
    def by_language(self) -> Counter[str]:
        """How many letters there are in which language."""
        return Counter(each.language for each in self.recipients)

    @property
    def by_channel(self) -> Counter[str]:
        """How many letters go which way first."""
        return Counter(each.ways[0].channel for each in self.recipients)

    @property
    def by_class(self) -> Counter[str]:
        """How many letters speak of which class of data."""
        return Counter(name for each in self.recipients for name in ([one.data_class for one in each.data] or [""]))

    @property
    def by_why(self) -> Counter[str]:
        """For how many clients there is no letter, and why."""
        return Counter(each.why.value for each in self.not_reached)

    @property
    def hard_to_read(self) -> tuple[str, ...]:
        """Languages whose letters are harder to read than they should be."""
        return tuple(each for each, ease in sorted(self.ease.items()) if ease < EASY_ENOUGH[each])


def plan_letters(
    settings: Settings,
    found: Dossier,
    concerned: ConcernedClients,
    contacts: ClientLookup[Contact],
    kind: MailingKind,
    *,
    wanted: Callable[[str], bool],
    given: Mapping[str, Mapping[str, str]],
    key: bytes,
    earlier: int,
    samples: int,
    home_of: Callable[[str], str],
    of_others: Collection[str] = (),
    again: Collection[str] = (),
    another: Collection[str] = (),
    other_references: tuple[str, ...] = (),
    mistaken: Collection[str] = (),
) -> LetterPlan:
    """Return the letters of a kind to the clients of a case.

    Args:
        settings: The configuration.
        found: The case.
        concerned: Its clients.
        contacts: How they are reached.
        kind: Which letter.
        wanted: Tells which clients get it.
        given: Of each offer the codes that were given, by hashes.
        key: Of these hashes.
        earlier: How many mailings there are.
        samples: So many letters are shown, and of each form one at least.
        home_of: Returns where a client lives; empty: no list says it.
        of_others: Clients whose controllers are others alone: these write to them.
        again: Clients who were told before, of less of their data.
        another: Whose letter came back or was refused, and of whom another address is known by now.
        other_references: Numbers of other cases under which letters of this one went.
        mistaken: Clients who were told since that it was a mistake.

    Raises:
        ConfigError: The letters cannot be written, or codes are missing: all problems are told.
    """
    forms = forms_of(found.duties, found.terms.regulations)
    facts = replace(letter_facts(settings, found, kind, forms), other_references=other_references)
    chooser = FormChooser([each for each in forms if each.id in facts.forms], home_of, found.terms.legal.residence)
    recipients, missed, foreign = recipients_of(
        filter(wanted, concerned.clients),
        concerned.touches,
        contacts.of,
        languages=facts.templates,
        language=settings.language,
        form_of=chooser.form_of,
        forms=facts.forms,
        of_others=of_others,
        again=again,
        mistaken=mistaken,
    )
    recipients, newly = _with_codes(settings.letters.offers, recipients, given, key)
    renderer = LetterRenderer(facts)
    digest = texts_digest(renderer, recipients)
    shown = [(each, renderer.render(each)) for each in different_letters(recipients, samples)]
    return LetterPlan(
        kind=kind,
        scope_version=concerned.version.number,
        facts=facts,
        recipients=tuple(recipients),
        not_reached=tuple(missed),
        foreign=foreign,
        given=newly,
        earlier=earlier,
        texts_sha256=digest,
        ease=ease_of(renderer, recipients),
        english=renderer.english,
        samples=tuple(shown),
        manners=tuple(_manners(found, concerned.version.scope)),
        forms=forms,
        unsure={
            form: sum(each.client in clients and each.form == form for each in recipients)
            for form, clients in chooser.unsure.items()
        },
        unserved=Counter(each.form for each in recipients if each.form and not each.codes and _papers(facts, each)),
        another=sum(each.client in another for each in recipients),
        unchecked=unchecked_contacts(_texts_used(facts, recipients), settings.letters.help_contacts),
    )


def _texts_used(facts: LetterFacts, recipients: Sequence[Recipient]) -> Iterator[str]:
    """Yield the texts of which there are letters."""
    for form, language in sorted({(each.form, each.language) for each in recipients}):
        yield facts.forms[form][language] if form else facts.templates[language]


def _papers(facts: LetterFacts, recipient: Recipient) -> bool:
    """Tell whether numbers of identity papers of somebody are concerned."""
    known = (facts.classes.get(each.data_class) for each in recipient.data)
    return any(each is not None and PAPERS.intersection(each.risks) for each in known)


def _manners(found: Dossier, scope: Scope) -> Iterator[tuple[tuple[str, str], tuple[str, str], int]]:
    """Yield how the laws that bind us in a case want people told, where a letter alone may not do."""
    whole = replace(found.incident, scope=scope)
    for duty in found.duties:
        owed = law_and_stage(duty, found.terms.regulations) if duty.counting else None
        if owed is None:
            continue
        law, stage = owed
        if stage.manner is None:
            continue
        places = places_of(law, stage)
        everybody = Concerned.by(own_case(whole) if law.counts_own(stage) else whole)
        who = living_in(places.codes if places is not None else (), everybody, found.terms.legal.residence)
        yield (law.title.en, law.title.ru), (stage.manner.en, stage.manner.ru), who.most


def plan_text(plan: LetterPlan, language: str, file_sha256: str) -> str:
    """Return what people read and approve: counts, samples, digests of all letters and of whom they go to."""
    words = messages("ru" if language == "ru" else "en")
    lines = [f"# {words.text('letters-title', kind=words.text(f'letters-kind-{plan.kind}'))}", ""]
    lines += [*plan_lines(plan, words), ""]
    for recipient, text in plan.samples:
        head = sample_head(recipient, words)
        body = "\n".join(f"    {line}".rstrip() for line in (text.subject, "", *text.body.splitlines()))
        lines += [f"## {head}", "", body, ""]
    lines.append(words.text("letters-plan-digests", texts=plan.texts_sha256, file=file_sha256))
    return "\n".join(lines) + "\n"


def sample_head(recipient: Recipient, words: Messages) -> str:
    """Return what stands over a letter that is shown: its number, language and form."""
    head = words.text("letters-plan-sample", number=recipient.number, language=recipient.language)
    return f"{head}: {words.text('letters-plan-form-name', form=recipient.form)}" if recipient.form else head


def plan_lines(plan: LetterPlan, words: Messages) -> list[str]:
    """Return the counts of a plan, a line each."""
    lines = [*_head_lines(plan, words), words.text("letters-plan-by-language", counts=_counts(plan.by_language))]
    lines += _form_lines(plan, words)
    for (spoken, given, form), count in sorted(plan.foreign.items()):
        file = f"{spoken}/{template_name(plan.kind, form)}"
        lines.append(words.text("letters-plan-foreign", spoken=spoken, given=given, count=count, file=file))
    for language, phrases in sorted(plan.english.items()):
        count, file = plan.by_language[language], f"{language}/{PHRASES}"
        mixed = words.text("letters-plan-mixed", language=language, count=count, phrases=len(phrases), file=file)
        lines.append(mixed)
        lines += [f"    {line}" for each in sorted(phrases) for line in each.splitlines()]
    lines.append(words.text("letters-plan-by-channel", counts=_counts(plan.by_channel)))
    if plan.kind is not MailingKind.WITHDRAWAL:  # which speaks of no data
        lines.append(_class_line(plan, words))
    for language, ease in sorted(plan.ease.items()):
        told = {"ease": round(ease), "wanted": round(EASY_ENOUGH[language])}
        lines.append(words.text("letters-plan-ease", language=language, **told))
    russian = words.language == "ru"
    for law, manner, count in plan.manners:
        lines.append(words.text("letters-plan-manner", law=law[russian], manner=manner[russian], count=count))
    for each in plan.unchecked:
        said = {"who": each.line, "mark": words.text(f"letters-mark-{each.verified}"), "id": each.id}
        lines.append(words.text("letters-plan-unchecked", **said))
    lines.append(words.text("letters-plan-missing", count=len(plan.not_reached)))
    for why, count in sorted(plan.by_why.items()):
        lines.append(f"  {words.text('letters-why-' + why.replace('_', '-'))}: {count}")
    return lines


def _class_line(plan: LetterPlan, words: Messages) -> str:
    """Return how many letters speak of which class of data."""
    titled: Counter[str] = Counter()
    for name, count in plan.by_class.items():
        titled[_class_title(plan.facts, name, words)] += count
    return words.text("letters-plan-by-class", counts=_counts(titled))


def _head_lines(plan: LetterPlan, words: Messages) -> Iterator[str]:
    """Yield which letters they are, how many, and how many go to whom one was sent before."""
    kind = words.text(f"letters-kind-{plan.kind}")
    yield words.text("letters-plan-head", kind=kind, number=plan.facts.reference, scope=plan.scope_version)
    yield words.text("letters-plan-total", letters=len(plan.recipients))
    if again := sum(each.again for each in plan.recipients):
        yield f"  {words.text('letters-plan-again', count=again)}"
    if plan.another:
        yield f"  {words.text('letters-plan-another', count=plan.another)}"
    if mistaken := sum(each.mistaken for each in plan.recipients):
        yield f"  {words.text('letters-plan-mistaken', count=mistaken)}"
    if plan.unknown:
        yield f"  {words.text('letters-plan-unknown', count=plan.unknown, number=plan.facts.reference)}"
    if plan.in_public:
        yield f"  {words.text('letters-plan-in-public', count=plan.in_public)}"


def _form_lines(plan: LetterPlan, words: Messages) -> list[str]:
    """Return how many get which form of the letter, and of whom it is not known whether they should."""
    counted, lines = plan.by_form, []
    if not set(counted) - {""}:
        return []
    for form in plan.forms:
        if count := counted[form.id]:
            law = form.titles[words.language == "ru"]
            lines.append(words.text("letters-plan-form", law=law, form=form.id, count=count))
            if form.delay:
                lines.append(f"  {words.text('letters-plan-form-delay')}")
            if unsure := plan.unsure.get(form.id, 0):
                lines.append(f"  {words.text('letters-plan-form-unsure', count=unsure)}")
            if form.service and (unserved := plan.unserved.get(form.id, 0)):
                lines.append(f"  {words.text('letters-plan-form-unserved', count=unserved)}")
    lines.append(words.text("letters-plan-form-common", count=counted[""]))
    return lines


def _class_title(facts: LetterFacts, name: str, words: Messages) -> str:
    known = facts.classes.get(name)
    if known is None:
        return name or words.text("letters-plan-unknown-class")
    return one_line((known.title_ru if words.language == "ru" else "") or known.title)


def _counts(counted: Counter[str]) -> str:
    most = counted.most_common(_LISTED)
    return ", ".join(f"{name} {count}" for name, count in sorted(most, key=lambda each: (-each[1], each[0]))) or "–"


def letter_facts(
    settings: Settings, found: Dossier, kind: MailingKind, forms: Sequence[LetterForm] = ()
) -> LetterFacts:
    """Return what all letters of a case say alike; ``forms``: of the letter, that laws of the case ask for.

    Raises:
        ConfigError: Something that they must say is not configured.
    """
    problems = []
    if not settings.organization.short:
        problems.append(Problem(where=("organization",), what="letters need the name of the company", fix="set it"))
    if not settings.letters.hotline:
        what = "letters must say whom clients can ask"
        problems.append(Problem(where=("letters", "hotline"), what=what, fix="set letters.hotline"))
    if problems:
        raise ConfigError(map(settings.with_location, problems))
    incident, ours = found.incident, settings.organization
    return LetterFacts(
        kind=kind,
        reference=incident.number,
        organization=one_line(settings.organization.short),
        hotline=shown_lines(settings.letters.hotline),
        hotline_ru=shown_lines(settings.letters.hotline_ru),
        noticed_at=incident.t0,
        did=done_so_far(found.steps, found.facts),
        timezone=settings.timezone,
        classes=letter_classes(settings),
        offers={each.id: (each.title, each.title_ru) for each in settings.letters.offers},
        templates=letter_templates(settings, kind),
        phrases=letter_phrases(settings),
        forms=letter_forms(settings, kind, [each.id for each in forms]),
        form_zones={each.id: each.zone for each in forms if each.zone},
        contact=shown_lines(", ".join(each for each in (ours.short, office_of(ours)) if each)),
        help_contacts=letter_help_contacts(settings),
    )


def _with_codes(
    offers: Sequence[LetterOffer],
    recipients: Sequence[Recipient],
    given: Mapping[str, Mapping[str, str]],
    key: bytes,
) -> tuple[list[Recipient], dict[str, dict[str, str]]]:
    """Return the recipients with their codes, and what is given for the first time, by hashes."""

    def of_code(code: str) -> str:
        return hmac.new(key, code.encode("utf-8", "replace"), sha256).hexdigest()

    def of_client(client: str) -> str:
        return client_digest(client, key)

    codes: dict[str, dict[str, str]] = {}
    newly: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for offer in offers:
        wanting = [each.client for each in recipients if _is_offered(offer, each)]
        before = given.get(offer.id, {})
        try:
            codes[offer.id] = assign_codes(
                offer, read_codes(_text_of(offer), offer), wanting, before, of_client, of_code
            )
        except ConfigError as error:
            problems += error.problems
            continue
        made = {of_client(client): of_code(code) for client, code in codes[offer.id].items()}
        newly[offer.id] = {client: code for client, code in made.items() if client not in before}
    if problems:
        raise ConfigError(problems)
    return [
        replace(
            each,
            codes=tuple((offer.id, codes[offer.id][each.client]) for offer in offers if _is_offered(offer, each)),
        )
        for each in recipients
    ], newly


def _is_offered(offer: LetterOffer, recipient: Recipient) -> bool:
    return not offer.classes or any(each.data_class in offer.classes for each in recipient.data)


def _text_of(offer: LetterOffer) -> str:
    try:
        return Path(offer.codes).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"cannot be read: {error.strerror}"
        raise ConfigError(Problem(file=offer.codes, what=why)) from None


def different_letters(recipients: Sequence[Recipient], count: int) -> list[Recipient]:
    """Return some recipients whose letters differ in more than names and days: one of each form, then other shapes."""
    shapes: dict[object, Recipient] = {}
    for each in recipients:
        shape = (each.form, each.language, each.represented, tuple((one.data_class, one.acts) for one in each.data))
        shapes.setdefault(shape, each)
    of_form = {each.form: each for each in reversed(shapes.values())}
    count = max(count, len(of_form)) if count else 0
    in_turn = sorted(shapes.values(), key=lambda each: each is not of_form[each.form])
    chosen = {each.number: each for each in in_turn[:count]}
    for each in recipients[:count]:
        if len(chosen) >= count:
            break
        chosen.setdefault(each.number, each)
    return [chosen[number] for number in sorted(chosen)]


def ease_of(renderer: LetterRenderer, recipients: Sequence[Recipient]) -> dict[str, float]:
    """Return how easily letters are read: in each language of those that speak of the most the hardest form."""
    longest: dict[tuple[str, str], Recipient] = {}
    for each in recipients:
        key = each.language, each.form
        if key not in longest or len(each.data) > len(longest[key].data):
            longest[key] = each
    found: dict[str, float] = {}
    for (language, _), each in longest.items():
        ease = reading_ease(renderer.render(each).body, language)
        if ease is not None:
            found[language] = min(ease, found.get(language, ease))
    return found
