"""The words by which a request is guessed to be about client data.

Comes in: config/onboarding/words.yml, and segments of path patterns. Goes out: which object, action or place they name.
A segment is taken apart at everything that is no letter and where small letters meet a capital: ``getClientList.php``
holds ``get``, ``client`` and ``list``.
"""

import re
from dataclasses import dataclass
from functools import cache

from pydantic import Field

from detector.resources import shipped
from detector.settings.loading.load_settings import read_model
from detector.settings.types import Strict

_CAMEL = re.compile(r"(?<=[a-zа-яёäöüßéèáíóúñç0-9])(?=[A-ZА-ЯЁÄÖÜÉÈ])")
_APART = re.compile(r"[^\w]+|_", re.UNICODE)


class ObjectWords(Strict):
    """Words for one kind of record."""

    words: tuple[str, ...] = Field(description="In small letters.")
    classes: tuple[str, ...] = Field(description="Data classes proposed.")
    sure: bool = Field(default=False, description="The word alone speaks of the data of clients.")
    person: bool = Field(default=False, description="An id behind it is that of a client or a living person.")


class StaticWords(Strict):
    """What a page is made of."""

    extensions: tuple[str, ...] = Field(description="Ends of file names.")
    folders: tuple[str, ...] = Field(description="Folders.")
    names: tuple[str, ...] = Field(description="File names.")


class WordList(Strict):
    """The whole file."""

    objects: dict[str, ObjectWords] = Field(description="By object type.")
    actions: dict[str, tuple[str, ...]] = Field(description="By action, the first that fits counts.")
    login: tuple[str, ...] = Field(description="Pages of signing in.")
    logout: tuple[str, ...] = Field(description="Pages of signing out.")
    static: StaticWords = Field(description="Never client data.")
    health: tuple[str, ...] = Field(description="Asked by machines.")
    inside: tuple[str, ...] = Field(description="Not for the public.")
    id_parameters: tuple[str, ...] = Field(description="Query parameters that hold an id.")
    person_parameters: tuple[str, ...] = Field(description="Query parameters that hold what a person is known by.")
    search_parameters: tuple[str, ...] = Field(description="Query parameters that hold what is looked for.")
    tenants: tuple[str, ...] = Field(description="Folders of companies that share the system.")
    programs: tuple[str, ...] = Field(description="Parts of names of programs' accounts.")


@dataclass(frozen=True, slots=True)
class RequestWords:
    """The list, ready to be asked.

    Attributes:
        file: As it was read.
        object_of: Object type by word.
    """

    file: WordList
    object_of: dict[str, str]

    def objects_in(self, segment: str) -> list[str]:
        """Return the object types that a segment's words name, in order."""
        return [self.object_of[word] for word in words_of(segment) if word in self.object_of]

    def objects_of_parameter(self, name: str) -> list[str]:
        """Return the object types that a query parameter's value names: ``clientId``, ``inn``, ``phone``."""
        known = set(words_of(name)) & set(self.file.person_parameters)
        return self.objects_in(name) or (["client"] if known else [])

    def action_in(self, words: set[str]) -> str:
        """Return the action that some of the words name; empty when none does."""
        return next((name for name, of in self.file.actions.items() if words & set(of)), "")

    def is_program(self, name: str) -> bool:
        """Tell whether an account is called like a program's."""
        return bool(set(words_of(name)) & set(self.file.programs))


def words_of(segment: str) -> list[str]:
    """Return the words of a segment in small letters: the whole of it first, then its parts."""
    parts = [part.lower() for part in _APART.split(_CAMEL.sub(" ", segment)) if part]
    whole = segment.lower()
    return parts if parts == [whole] else [whole, *parts]


@cache
def load_words() -> RequestWords:
    """Return the shipped list, read once.

    Raises:
        ConfigError: The file is wrong.
    """
    file = read_model(shipped("config", "onboarding", "words.yml"), WordList)
    return RequestWords(file, {word: name for name, one in file.objects.items() for word in one.words})
