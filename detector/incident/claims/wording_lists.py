"""Words that do not go out: lists of phrases, each with why and what to write instead.

Comes in: config/wording/*.yml and folders of the company's own, sentences. Goes out: what of them a list names. Phrases
are words with ``*`` and ``...``, no patterns: a press officer writes them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from detector.errors import ConfigError, Problem
from detector.incident.claims.read_sentences import Sentence
from detector.incident.playbook.playbooks import LocalizedText
from detector.messages import Language
from detector.resources import shipped
from detector.settings.loading.load_settings import read_folder, read_model
from detector.settings.types import Strict

_WORD: Final = re.compile(r"\.\.\.|[^\s*.]+\*?")
_BETWEEN: Final = r"(?:\W+\w+){0,5}?\W+"


class WordingRule(Strict):
    """Phrases of one kind."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="What it is called.")
    phrases: tuple[Annotated[str, Field(min_length=3, max_length=200, pattern=r"\w")], ...] = Field(
        min_length=1, description="Words; `*` is the rest of a word, `...` up to five words between."
    )
    reason: LocalizedText = Field(description="Why they do not go out.")
    instead: LocalizedText = Field(description="What is written in their place.")
    asked_by_laws: bool = Field(
        default=False, description="Not held against notices that a law asks for: they have to say what is supposed."
    )

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """All its phrases, in small letters."""
        return re.compile("|".join(map(_phrase, self.phrases)))


class WordingList(Strict):
    """The rules of one language."""

    language: Language = Field(description="`en` or `ru`: of the texts it is for.")
    rules: tuple[WordingRule, ...] = Field(min_length=1, description="The rules.")


@dataclass(frozen=True, slots=True)
class WordingFault:
    """A phrase that does not go out, and where it stands."""

    rule: WordingRule
    line: int
    said: str


def load_wording(folders: Iterable[Path] = ()) -> Mapping[str, WordingList]:
    """Return the lists by the names of their files: the shipped ones, and those of the company's own.

    Raises:
        ConfigError: With every mistake in every file.
    """
    found = {path.stem: read_model(path, WordingList) for path in sorted(shipped("config", "wording").glob("*.yml"))}
    problems: list[Problem] = []
    for number, folder in enumerate(folders):
        read = read_folder(folder, ("incident", "wording", number), lambda path: read_model(path, WordingList), found)
        problems += read
    if problems:
        raise ConfigError(problems)
    return found


def wording_faults(
    text: Iterable[Sentence], language: str, lists: Iterable[WordingList], *, of_law: bool = False
) -> Iterator[WordingFault]:
    """Yield what of a text does not go out, in its order.

    Args:
        text: Its sentences.
        language: Theirs.
        lists: The rules; those of other languages are left out.
        of_law: It is a notice that a law asks for.
    """
    rules = [
        rule
        for each in lists
        if each.language == language
        for rule in each.rules
        if not (of_law and rule.asked_by_laws)
    ]
    for sentence in text:
        low = sentence.text.lower().replace("ё", "е")
        for rule in rules:
            for found in rule.pattern.finditer(low):
                yield WordingFault(rule, sentence.line_at(found.start()), sentence.text[found.start() : found.end()])


def _phrase(phrase: str) -> str:
    parts, gap = list[str](), r"\W+"
    for word in _WORD.findall(phrase.lower().replace("ё", "е")):
        if word == "...":
            gap = _BETWEEN
            continue
        text = re.escape(word.removesuffix("*").strip(",;:")) + (r"\w*" if word.endswith("*") else "")
        parts.append((gap if parts else "") + text)
        gap = r"\W+"
    return rf"(?<!\w){''.join(parts)}(?!\w)"
