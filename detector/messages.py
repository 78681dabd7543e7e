"""Words for people, in English and Russian, from the Fluent files under config/messages.

Comes in: a message id and arguments. Goes out: one string. Nothing here decides what to say. Fluent is used because
Russian needs three plural forms and both languages need numbers written their own way.
"""

from functools import cache
from typing import Literal

from detector.resources import shipped
from detector.schema.findings import Reason

Language = Literal["en", "ru"]
LANGUAGES: tuple[Language, ...] = ("en", "ru")

Argument = str | int | float
_REMEMBERED = 4096


class Messages:
    """The texts of one language."""

    def __init__(self, language: Language) -> None:
        from fluent.runtime import FluentBundle, FluentResource  # noqa: PLC0415 - most commands say nothing of this

        self.language = language
        self._said: dict[tuple[Reason, tuple[type, ...]], str] = {}
        # Isolation marks are for mixed right-to-left text; in a chat or a terminal they show as rubbish.
        self._bundle = FluentBundle([language], use_isolating=False)
        for path in sorted(shipped("config", "messages", language).glob("*.ftl")):
            self._bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))

    def ids(self) -> set[str]:
        """Return the ids of all messages (tests compare the languages)."""
        return set(self._bundle._messages)

    def text(self, message: str, **args: Argument) -> str:
        """Return the message in this language.

        Raises:
            KeyError: No such message, or an argument it needs was not given: a defect of ours, found by tests.
        """
        found = self._bundle.get_message(message)
        if found.value is None:
            raise KeyError(message)
        text, errors = self._bundle.format_pattern(found.value, args)
        if errors:
            raise KeyError(f"{message}: {errors[0]}")
        return str(text)

    def reason(self, reason: Reason) -> str:
        """Return a finding's reason in words; what was said lately is remembered, because rules repeat themselves."""
        # 1, 1.0 and True are equal and are written in three ways.
        key = (reason, tuple(type(value) for _, value in reason.args))
        found = self._said.get(key)
        if found is None:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            found = self._said[key] = self.text(reason.message, **dict(reason.args))
        return found


@cache
def messages(language: Language) -> Messages:
    """Return the texts of a language, read once."""
    return Messages(language)
