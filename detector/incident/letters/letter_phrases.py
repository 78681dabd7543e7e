"""What stands in a letter beside its template: kinds of data, acts, days, risks, advice, in the letter's language.

Comes in: a language, the company's own phrases in it. Goes out: phrases; and of a language that is not ours which of
them stand in English, so that whoever approves the letters knows. Pure.
"""

from collections.abc import Collection
from datetime import date
from typing import Final

from detector.errors import ConfigError, Problem, did_you_mean
from detector.messages import LANGUAGES, Argument, Messages, OwnTexts, messages

PHRASES: Final = "phrases.ftl"
_PARTS: Final = (
    "again",
    "mistaken",
    "outcome-",
    "reference",
    "greeting",
    "act-",
    "date",
    "when-",
    "data",
    "risk-",
    "do-",
    "did-",
)
_TITLES: Final = ("class", "offer")


class LetterPhrases:
    """The phrases of one language.

    Attributes:
        english: Which of those that were asked for stand in English, though the language is another.
    """

    def __init__(self, language: str, own: str = "") -> None:
        self._language = language
        self._ours = messages("ru" if language == "ru" else "en")
        self._own = OwnTexts(language, own)
        self.english: dict[str, str] = {}

    @property
    def russian(self) -> bool:
        """Whether it is Russian, in which titles are given beside the English ones."""
        return self._ours.language == "ru"

    def problems(self, titles: Collection[str]) -> list[Problem]:
        """Return what is wrong with the company's own phrases.

        Args:
            titles: Ids of the titles there are: ``class-contact``, ``offer-watch``.
        """
        file = f"{self._language}/{PHRASES}"
        known = {*titles, *(each for each in self._ours.ids() if each.startswith(tuple(f"letter-{p}" for p in _PARTS)))}
        found = [Problem(file=file, line=line, what=f"is no phrase: {what[:80]}") for line, what in self._own.flaws]
        for each in self._own.ids:
            if each not in known:
                fix = did_you_mean(each, known) or "its name is one of config/messages/en/letters.ftl, or class-…"
                found.append(Problem(file=file, what=f"letters ask for no phrase {each}", fix=fix))
        return found

    def text(self, phrase: str, **args: Argument) -> str:
        """Return a phrase.

        Raises:
            ConfigError: The company's own names what there is not.
        """
        if phrase in self._own.ids:
            return self._of_own(phrase, **args)
        if self._language not in LANGUAGES and phrase not in self.english:
            self.english[phrase] = self._ours.source(phrase)
        return self._ours.text(phrase, **args)

    def title(self, kind: str, name: str, title: str, title_ru: str) -> str:
        """Return what something of the configuration is called; ``kind``: ``class`` or ``offer``."""
        phrase = f"{kind}-{name}"
        if phrase in self._own.ids:
            return self._of_own(phrase)
        if self._language not in LANGUAGES:
            self.english[phrase] = f"{phrase} = {title}"
        return (title_ru if self.russian else "") or title

    def _of_own(self, phrase: str, **args: Argument) -> str:
        try:
            return self._own.text(phrase, **args)
        except KeyError as error:
            file = f"{self._language}/{PHRASES}"
            raise ConfigError(Problem(file=file, what=f"the phrase cannot be written: {error.args[0]}")) from None


def day_in_words(words: Messages | LetterPhrases, day: date) -> str:
    """Return a day as people write it."""
    return words.text("letter-date", day=day.day, month=day.month, year=day.year)
