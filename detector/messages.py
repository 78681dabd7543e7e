"""Words for people, in English and Russian, from the Fluent files under config/messages.

Comes in: a message id and arguments. Goes out: one string. Nothing here decides what to say. Fluent is used because
Russian needs three plural forms and both languages need numbers written their own way. A message is parsed when it is
said for the first time: parsing all of them took a tenth of a second of each start, and a run says a handful.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from threading import RLock
from typing import Literal

from detector.resources import shipped
from detector.schema.detection.findings import Reason

Language = Literal["en", "ru"]
LANGUAGES: tuple[Language, ...] = ("en", "ru")

Argument = str | int | float
_REMEMBERED = 4096
_LONGEST = 1_000
"""Characters of an argument that are said: Fluent refuses longer ones, and people and logs write them."""
# A message or term begins where a line begins with its name, and goes on in lines that are indented or close a brace.
_ENTRY = re.compile(r"^(-?[a-zA-Z][\w-]*) *=.*\n(?:(?:[ }].*)?\n)*", re.MULTILINE)
# What a message refers to: another one, or a term. Arguments begin with a dollar sign.
_REFERENCE = re.compile(r"\{\s*(-?[a-zA-Z][\w-]*)\s*[}(.]")
# Reasons that list words of the configuration: sectors, kinds of data, figures.
_LISTING = ("duty-sector", "duty-data", "duty-judgement")

# What a second person is asked for, beside a step or duty: by name in a family of messages, or one message.
_SUBJECTS = {"fact": "web-fact", "enisa": "enisa-factor"}
_ASKED = frozenset({"receipt", "import", "laws", "terms", "close", "reopen", "resolve", "hold", "letters", "merge"})
# Messages that name such a subject, and how moments stand among what a message was made of.
_OF_SUBJECTS = ("incident-entry-approval-asked", "incident-entry-approval-declined")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
# Arguments that hold what people wrote.
_WRITTEN = frozenset({"reason", "note", "proof", "text", "what", "words", "source"})


@dataclass(frozen=True, slots=True)
class MessageText:
    """A text, and what it was made of: so it can be said again in another language.

    Attributes:
        text: In the language it was made in.
        said: The messages with their arguments, one sentence after the other. A message inside another one stands among
            its arguments: ``reason:`` is which, ``reason:step`` its own argument ``step``.
    """

    text: str
    said: tuple[Reason, ...]

    def __add__(self, other: "MessageText") -> "MessageText":
        """Return both, one after the other."""
        return MessageText(f"{self.text} {other.text}", (*self.said, *other.said))


class Messages:
    """The texts of one language."""

    def __init__(self, language: Language) -> None:
        from fluent.runtime import FluentBundle  # noqa: PLC0415 - most commands say nothing of this

        self.language = language
        self._said: dict[tuple[Reason, tuple[type, ...]], str] = {}
        # Isolation marks are for mixed right-to-left text; in a chat or a terminal they show as rubbish.
        self._bundle = FluentBundle([language], use_isolating=False)
        self._parsing = RLock()  # pages, messages and decisions are made by threads of their own
        self._unparsed: dict[str, str] = {}
        for path in sorted(shipped("config", "messages", language).glob("*.ftl")):
            self._unparsed.update((each[1], each[0]) for each in _ENTRY.finditer(path.read_text(encoding="utf-8")))

    def ids(self) -> set[str]:
        """Return the ids of all messages (tests compare the languages)."""
        return set(self._unparsed) | set(self._bundle._messages)

    def source(self, message: str) -> str:
        """Return a message as it stands in its file, for whoever writes it in another language."""
        found = (shipped("config", "messages", self.language)).glob("*.ftl")
        texts = (each for path in found for each in _ENTRY.finditer(path.read_text(encoding="utf-8")))
        return next(each[0].strip() for each in texts if each[1] == message)

    def text(self, message: str, **args: Argument) -> str:
        """Return the message in this language; of a text that is very long its beginning.

        Raises:
            KeyError: No such message, or an argument it needs was not given: a defect of ours, found by tests.
        """
        self._parse(message)
        found = self._bundle.get_message(message)
        if found.value is None:
            raise KeyError(message)
        text, errors = self._bundle.format_pattern(found.value, {name: _bounded(value) for name, value in args.items()})
        if errors:
            raise KeyError(f"{message}: {errors[0]}")
        return str(text)

    def wording(self, message: str, **args: "Argument | MessageText") -> MessageText:
        """Return the message in this language together with what it was made of; arguments may be messages themselves.

        Raises:
            KeyError: As ``text``.
        """
        flat: list[tuple[str, Argument]] = []
        for name, value in args.items():
            if not isinstance(value, MessageText):
                flat.append((name, value))
            elif len(value.said) != 1:
                flat.append((name, value.text))
            else:
                (inner,) = value.said
                flat += [(f"{name}:", inner.message), *((f"{name}:{each}", given) for each, given in inner.args)]
        return self.worded(Reason(message=message, args=tuple(flat)))

    def worded(self, *said: Reason, zone: tzinfo | None = None) -> MessageText:
        """Return messages in this language, one sentence after the other.

        Args:
            said: The messages with their arguments.
            zone: Where it is read: moments are written as people write them there; None: as they are kept.

        Raises:
            KeyError: As ``text``.
        """
        return MessageText(" ".join(self._sentence(each, zone) for each in said), said)

    def _sentence(self, reason: Reason, zone: tzinfo | None) -> str:
        """Return a message whose arguments may be messages; what people wrote is never taken for the name of one."""
        plain = {name: value for name, value in reason.args if ":" not in name}
        inner: dict[str, list[tuple[str, Argument]]] = {}
        for name, value in reason.args:
            outer, colon, rest = name.partition(":")
            if colon:
                inner.setdefault(outer, []).append((rest, value))
        for name, parts in inner.items():
            message = str(dict(parts).get("", ""))
            plain[name] = self._sentence(Reason(message=message, args=tuple(each for each in parts if each[0])), zone)
        for name, value in plain.items():
            if name == "step" and reason.message in _OF_SUBJECTS:
                plain[name] = self.asked(str(value))
            elif zone is not None and name not in _WRITTEN and isinstance(value, str) and _MOMENT.fullmatch(value):
                plain[name] = self._moment(datetime.fromisoformat(value), zone)
        return self.reason(Reason(message=reason.message, args=tuple(plain.items())))

    def _moment(self, moment: datetime, zone: tzinfo) -> str:
        from babel.dates import format_datetime  # noqa: PLC0415 - few texts name one

        local = moment.astimezone(zone)
        form = "d MMM y, HH:mm:ss" if local.second else "d MMM y, HH:mm"
        return f"{format_datetime(local, form, tzinfo=local.tzinfo, locale=self.language)} {local.tzname()}"

    def place(self, code: str) -> str:
        """Return what people call a country, or a region of one: ``US-TX``."""
        from babel import Locale  # noqa: PLC0415 - few texts name one

        country, _, region = code.partition("-")
        name = Locale.parse(self.language).territories.get(country, country)
        return f"{name} ({region})" if region else str(name)

    def _parse(self, name: str) -> None:
        """Take a message into the bundle, and what it refers to."""
        from fluent.runtime import FluentResource  # noqa: PLC0415 - as above

        with self._parsing:
            text = self._unparsed.pop(name, None)
            if text is not None:
                self._bundle.add_resource(FluentResource(text))
                for each in _REFERENCE.finditer(text):
                    self._parse(each[1])

    def asked(self, subject: str, title: str = "") -> str:
        """Return in words what a second person is asked to agree to; of a step its id.

        Args:
            subject: ``fact:KIND``, ``receipt:LAW/STAGE`` and the like (``schema.team.grants.Approval``).
            title: Of the duty, where it is about one.
        """
        kind, _, name = subject.partition(":")
        if kind in _SUBJECTS:
            return self.text(f"{_SUBJECTS[kind]}-{name.replace('_', '-')}")
        if kind == "duty":
            return title or name
        return self.text(f"web-subject-{kind}", title=title or name) if kind in _ASKED else subject

    def reason(self, reason: Reason) -> str:
        """Return a finding's reason in words; what was said lately is remembered, because rules repeat themselves."""
        # 1, 1.0 and True are equal and are written in three ways.
        key = (reason, tuple(type(value) for _, value in reason.args))
        found = self._said.get(key)
        if found is None:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            worded = {name: self._worded(reason.message, value) for name, value in reason.args}
            found = self._said[key] = self.text(reason.message, **worded)
        return found

    def _worded(self, message: str, value: Argument) -> Argument:
        """Return what a reason of a duty lists by the words of the configuration in words of the language."""
        if not (message.startswith(_LISTING) and isinstance(value, str)):
            return value
        words = []
        for part in value.split(", "):
            name, space, rest = part.partition(" ")  # a figure has its value beside its name
            known = f"duty-word-{name.replace('_', '-')}"
            words.append(
                (self.text(known) if known in self._unparsed or self._bundle.has_message(known) else name)
                + space
                + rest
            )
        return ", ".join(words)


class OwnTexts:
    """Texts that a company gives in a language of its own, in the form of our messages.

    Attributes:
        flaws: What in them cannot be read: lines, and what stands there.
    """

    def __init__(self, language: str, text: str) -> None:
        from fluent.runtime import FluentBundle, FluentResource  # noqa: PLC0415 - as above
        from fluent.syntax.ast import Junk, Message  # noqa: PLC0415 - as above

        self._bundle = FluentBundle([language], use_isolating=False)
        body = FluentResource(text).body
        self.flaws = [
            (text.count("\n", 0, each.span.start) + 1, (each.content or "").split("\n", 1)[0])
            for each in body
            if isinstance(each, Junk) and each.span is not None
        ]
        self.ids = tuple(each.id.name for each in body if isinstance(each, Message) and each.value is not None)
        self._bundle.add_resource(FluentResource(text))

    def text(self, message: str, **args: Argument) -> str:
        """Return one of the texts.

        Raises:
            KeyError: It names what there is not.
        """
        found = self._bundle.get_message(message)
        if found.value is None:
            raise KeyError(message)
        text, errors = self._bundle.format_pattern(found.value, {name: _bounded(value) for name, value in args.items()})
        if errors:
            raise KeyError(f"{message}: {errors[0]}")
        return str(text)


def _bounded(value: Argument) -> Argument:
    return value[: _LONGEST - 1] + "…" if isinstance(value, str) and len(value) > _LONGEST else value


def by_text(reasons: Iterable[Reason]) -> dict[str, Reason]:
    """Return messages by how they read in each language; what another version made is not known."""
    known: dict[str, Reason] = {}
    for reason in reasons:
        for language in LANGUAGES:
            try:
                known[messages(language).worded(reason).text] = reason
            except KeyError:
                continue
    return known


@cache
def messages(language: Language) -> Messages:
    """Return the texts of a language, read once."""
    return Messages(language)
