"""Letters as they read: a template of the company's or of ours, and what is said of one recipient. Pure.

Comes in: what all letters of a mailing say alike, a recipient. Goes out: subject and body, plain text. Whatever a
template could do to the machine it cannot (a sandbox), and what clients are called is never taken for a template. A
renderer remembers nothing of one recipient when it writes to the next but phrases, by the data they speak of, and what
all letters say alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import TemplateSyntaxError

from detector.errors import ConfigError, Problem
from detector.incident.letters.letter_phrases import LetterPhrases, day_in_words
from detector.schema.letters.mailings import ConcernedData, LetterFacts, MailingKind, Recipient
from detector.template_sandbox import RAISED, template_sandbox

_SUBJECT: Final = "Subject:"
_REMEMBERED: Final = 20_000
_LONGEST_SUBJECT: Final = 200
_HOLDING: Final = frozenset("\u00a0\u202f")
RISKS: Final = ("phishing", "identity", "document", "password", "payment", "disclosure")
"""What a loss of data may lead to, in the order in which letters tell it."""
PAPERS: Final = frozenset({"identity", "document"})
"""Of these, what the loss of numbers of identity papers may lead to."""
_TWO_FACTOR: Final = "two-factor"


class LetterText(NamedTuple):
    """A letter as it reads."""

    subject: str
    body: str


class _Phrases(NamedTuple):
    """What is said of some data."""

    data: tuple[str, ...]
    risks: tuple[str, ...]
    advice: tuple[str, ...]
    identity_papers: bool


class _Alike(NamedTuple):
    """What all letters of one language say."""

    noticed: str
    did: tuple[str, ...]
    listed_only: str


class LetterRenderer:
    """Writes the letters of one mailing.

    Raises:
        ConfigError: A template is wrong; all of them that are, with their lines.
    """

    def __init__(self, facts: LetterFacts) -> None:
        self._facts, self._zone = facts, ZoneInfo(facts.timezone)
        self._zones = {form: ZoneInfo(zone) for form, zone in facts.form_zones.items()}
        sandbox = template_sandbox()
        self._templates, problems = {}, list[Problem]()
        for form, texts in {"": facts.templates, **facts.forms}.items():
            for language, text in texts.items():
                try:
                    self._templates[form, language] = sandbox.from_string(text)
                except TemplateSyntaxError as error:
                    problems.append(_problem(facts, form, language, error.lineno, str(error.message)))
        titles = {*(f"class-{each}" for each in facts.classes), *(f"offer-{each}" for each in facts.offers)}
        languages = dict.fromkeys(language for _, language in self._templates)
        self._words = {each: LetterPhrases(each, facts.phrases.get(each, "")) for each in languages}
        problems += [problem for each in self._words.values() for problem in each.problems(titles)]
        if problems:
            raise ConfigError(problems)
        self._known: dict[tuple[str, tuple[tuple[str, ...], ...]], _Phrases] = {}
        self._alike: dict[tuple[str, ZoneInfo], _Alike] = {}

    @property
    def english(self) -> dict[str, tuple[str, ...]]:
        """What stood in English in the letters of another language that were written, as it stands in its file."""
        return {each: tuple(words.english.values()) for each, words in self._words.items() if words.english}

    def render(self, recipient: Recipient) -> LetterText:
        """Return the letter to somebody.

        Raises:
            ConfigError: The template asks for what there is not, or does not begin with a subject.
        """
        facts, language = self._facts, recipient.language
        words, zone = self._words[language], self._zones.get(recipient.form, self._zone)
        phrases, alike = self._phrases(recipient.data, language, zone), self._said_to_all(language, zone)
        name, told = one_line(recipient.name), recipient.told_at
        before = "mistaken" if recipient.mistaken else "again" if recipient.again else ""
        try:
            text = self._templates[recipient.form, language].render(
                contact=facts.contact,
                identity_papers=phrases.identity_papers,
                organization=facts.organization,
                help_contacts=facts.help_contacts,
                hotline=(facts.hotline_ru if language == "ru" else "") or facts.hotline,
                reference=self._reference(recipient, words),
                noticed=alike.noticed,
                did=alike.did,
                greeting=words.text("letter-greeting", name=name) if name else words.text("letter-greeting-nobody"),
                represented=recipient.represented,
                again=words.text(f"letter-{before}") if before else "",
                told=day_in_words(words, told.astimezone(zone).date()) if told is not None else "",
                outcome=words.text(facts.outcome) if facts.outcome else "",
                about=one_line(recipient.about),
                data=phrases.data,
                listed_only=alike.listed_only,
                risks=phrases.risks,
                advice=phrases.advice,
                offers=[self._offer(words, *each) for each in recipient.codes],
            )
        except RAISED as error:
            # What it says may quote the letter: the kind alone is told, and of a name that is missing the name.
            what = str(error) if "is undefined" in str(error) else type(error).__name__
            raise ConfigError(_problem(facts, recipient.form, language, 0, what)) from None
        first, _, body = text.partition("\n")
        if not first.startswith(_SUBJECT) or not one_line(first.removeprefix(_SUBJECT)) or not body.strip():
            what = f"the first line is not {_SUBJECT} and what it is about"
            raise ConfigError(_problem(facts, recipient.form, language, 1, what))
        return LetterText(one_line(first.removeprefix(_SUBJECT))[:_LONGEST_SUBJECT], body.strip() + "\n")

    def _said_to_all(self, language: str, zone: ZoneInfo) -> _Alike:
        found, words = self._alike.get((language, zone)), self._words[language]
        if found is None:
            found = self._alike[language, zone] = _Alike(
                noticed=day_in_words(words, self._facts.noticed_at.astimezone(zone).date()),
                did=tuple(words.text(each) for each in self._facts.did),
                listed_only=words.text("letter-data-listed"),
            )
        return found

    def _reference(self, recipient: Recipient, words: LetterPhrases) -> str:
        """Return the number of the case; to whoever may have a letter under another one, that as well."""
        facts = self._facts
        if not facts.other_references or not (recipient.again or facts.kind is not MailingKind.FIRST):
            return facts.reference
        others = ", ".join(facts.other_references)
        return words.text("letter-reference", reference=facts.reference, earlier=others)

    def _offer(self, words: LetterPhrases, offer: str, code: str) -> Mapping[str, str]:
        return {"title": one_line(words.title("offer", offer, *self._facts.offers[offer])), "code": one_line(code)}

    def _phrases(self, data: tuple[ConcernedData, ...], language: str, zone: ZoneInfo) -> _Phrases:
        """Return what is said of some data; remembered by the days, for most clients share them."""
        told = tuple(
            (each.data_class, each.first_at.astimezone(zone).date().isoformat(),
             each.last_at.astimezone(zone).date().isoformat(), *each.acts)
            for each in data
        )  # fmt: skip
        found = self._known.get((language, told))
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[language, told] = self._said(data, self._words[language], zone)
        return found

    def _said(self, data: tuple[ConcernedData, ...], words: LetterPhrases, zone: ZoneInfo) -> _Phrases:
        classes = self._facts.classes
        possible = {risk for each in data if each.data_class in classes for risk in classes[each.data_class].risks}
        risks = tuple(risk for risk in RISKS if risk in (possible or {"phishing"}))
        return _Phrases(
            tuple(self._line(each, words, zone) for each in data),
            tuple(words.text(f"letter-risk-{risk}") for risk in risks),
            tuple(words.text(f"letter-do-{each}") for each in advised(risks)),
            identity_papers=bool(possible & PAPERS),
        )

    def _line(self, data: ConcernedData, words: LetterPhrases, zone: ZoneInfo) -> str:
        known = self._facts.classes.get(data.data_class)
        if known is not None:
            title = words.title("class", data.data_class, known.title, known.title_ru)
        else:
            title = data.data_class or words.text("letter-data-unknown")
        first, last = (each.astimezone(zone).date() for each in (data.first_at, data.last_at))
        if first == last:
            when = words.text("letter-when-day", date=day_in_words(words, first))
        else:
            when = words.text("letter-when-span", first=day_in_words(words, first), last=day_in_words(words, last))
        acts = ", ".join(words.text(f"letter-act-{act}") for act in data.acts)
        return words.text("letter-data", title=one_line(title), acts=acts, when=when)


def texts_digest(renderer: LetterRenderer, recipients: Iterable[Recipient]) -> str:
    """Return the SHA-256 of all letters as they read: what two people approve, and what may be sent."""
    digest = sha256()
    for each in recipients:
        text = renderer.render(each)
        for part in (str(each.number), text.subject, text.body):
            raw = part.encode("utf-8", "replace")
            digest.update(b"%d:" % len(raw) + raw)
    return digest.hexdigest()


def template_name(kind: MailingKind, form: str = "") -> str:
    """Return what the template of a letter, or of a form of it, is called in the folder of its language."""
    return f"letter-{kind.value}-{form}.txt" if form else f"letter-{kind.value}.txt"


def one_line(text: str) -> str:
    """Return a text without what could end a line or cannot be seen."""
    seen = text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)
    return seen.strip()


def shown_lines(text: str) -> str:
    """Return a text of several lines without what cannot be seen; spaces that hold words together stay."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(
        "".join(char if char.isprintable() or char in _HOLDING else " " for char in line) for line in lines
    )


def advised(risks: Sequence[str]) -> tuple[str, ...]:
    """Return what people are advised to do where the loss of data may lead to these."""
    return (*risks, *([_TWO_FACTOR] if {"password", "phishing"} & set(risks) else []))


def _problem(facts: LetterFacts, form: str, language: str, line: int, what: str) -> Problem:
    file = f"{language}/{template_name(facts.kind, form)}"
    return Problem(file=file, line=line, what=f"the letter cannot be written: {what}")
