"""The texts of letters: the company's own by name, ours where it has none; in which languages there are any.

Comes in: the settings. Goes out: texts by language, and what is wrong with those of the company's own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from detector.errors import ConfigError, Problem, did_you_mean
from detector.incident.letters.help_contacts import help_contact_ids, help_contacts
from detector.incident.letters.letter_phrases import PHRASES
from detector.incident.letters.letter_text import LetterRenderer, one_line, template_name
from detector.incident.notices.organization_fields import office_of
from detector.resources import inside_folder, shipped
from detector.schema.letters.mailings import (
    ConcernedData,
    DataAct,
    LetterClass,
    LetterFacts,
    LetterWay,
    MailingKind,
    Recipient,
)
from detector.settings import Settings

_MOST_CHARACTERS: Final = 100_000
_SAMPLE: Final = datetime(2026, 3, 2, tzinfo=UTC)


def letter_templates(settings: Settings, kind: MailingKind, form: str = "") -> dict[str, str]:
    """Return the texts of a letter, or of a form of it, by language; of a form there may be none.

    Raises:
        ConfigError: One of the company's own cannot be read.
    """
    found: dict[str, str] = {}
    for folder in _folders(settings):
        for path in sorted(folder.glob(f"*/{template_name(kind, form)}")):
            found[path.parent.name] = read_template(path, folder)
    return found


def letter_forms(settings: Settings, kind: MailingKind, forms: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the texts of forms of a letter; what follows up on a first letter has none.

    Raises:
        ConfigError: One of the company's own cannot be read.
    """
    found = {each: letter_templates(settings, kind, each) for each in forms}
    return {each: texts for each, texts in found.items() if texts}


def _own_forms(settings: Settings, kind: MailingKind) -> set[str]:
    """Return of which forms there are texts, ours or the company's."""
    files = (path for folder in _folders(settings) for path in folder.glob(f"*/{template_name(kind, '*')}"))
    return {path.stem.removeprefix(f"letter-{kind.value}-") for path in files}


def letter_phrases(settings: Settings) -> dict[str, str]:
    """Return the company's own phrases by language: what stands in letters beside their text.

    Raises:
        ConfigError: They cannot be read.
    """
    own = Path(settings.letters.templates)
    files = sorted(own.glob(f"*/{PHRASES}")) if settings.letters.templates else []
    return {path.parent.name: read_template(path, own) for path in files}


def letter_classes(settings: Settings) -> dict[str, LetterClass]:
    """Return the classes of data as letters name them."""
    return {
        name: LetterClass(title=each.title or name, title_ru=each.title_ru, risks=each.may_lead_to(name))
        for name, each in settings.records.data_classes.items()
    }


def template_problems(settings: Settings) -> Iterator[Problem]:
    """Yield what is wrong with the company's own texts: each is tried on letters of every shape."""
    if not settings.letters.templates:
        return
    if not Path(settings.letters.templates).is_dir():
        what = f"there is no folder {settings.letters.templates}"
        yield Problem(where=("letters", "templates"), what=what, fix="correct letters.templates")
        return
    for kind in MailingKind:
        try:
            templates = letter_templates(settings, kind)
            forms = letter_forms(settings, kind, _own_forms(settings, kind))
            facts = replace(sample_facts(settings, kind, templates), forms=forms)
            renderer = LetterRenderer(facts)
        except ConfigError as error:
            yield from error.problems
            continue
        for form, language in ((form, each) for form, texts in {"": templates, **forms}.items() for each in texts):
            try:
                for recipient in sample_recipients(language, facts):
                    renderer.render(replace(recipient, form=form))
            except ConfigError as error:
                yield from error.problems


def letter_help_contacts(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return whom people may turn to beside the company, by group, as letters name them."""
    known = help_contacts(settings.letters.help_contacts)
    return {name: tuple(one_line(each.line) for each in group) for name, group in known.items()}


def help_contact_problems(settings: Settings) -> Iterator[Problem]:
    """Yield what of ``letters.help_contacts`` no text would ever name."""
    known = help_contact_ids()
    for name in settings.letters.help_contacts:
        if name not in known:
            what = f"letters name nobody called {name!r}"
            fix = did_you_mean(name, known) or f"one of: {', '.join(known)}"
            yield settings.with_location(Problem(where=("letters", "help_contacts", name), what=what, fix=fix))


def sample_facts(settings: Settings, kind: MailingKind, templates: dict[str, str]) -> LetterFacts:
    """Return what letters of a made-up case say alike."""
    return LetterFacts(
        kind=kind,
        reference="20260302-0a1b2c",
        organization=settings.organization.short or "Example",
        hotline=settings.letters.hotline or "help@example.org",
        hotline_ru=settings.letters.hotline_ru,
        noticed_at=_SAMPLE,
        did=("letter-did-stopped", "letter-did-authority"),
        timezone=settings.timezone,
        classes=letter_classes(settings),
        offers={"sample": ("Credit watch.", ""), **{each.id: (each.title, "") for each in settings.letters.offers}},
        templates=templates,
        phrases=letter_phrases(settings),
        contact=office_of(settings.organization) or "1 Example Street",
        help_contacts=letter_help_contacts(settings),
        outcome="letter-outcome-false-positive",
    )


def sample_recipients(language: str, facts: LetterFacts) -> tuple[Recipient, ...]:
    """Return made-up recipients of every shape: of all data with an offer, written to for others, of no known data."""
    data = tuple(
        ConcernedData(data_class=name, acts=tuple(DataAct), first_at=_SAMPLE, last_at=_SAMPLE)
        for name in sorted(facts.classes)
    )
    ways = (LetterWay(channel="mail", address="anna@example.org"),)
    whole = Recipient(
        number=1,
        client="1",
        name="Anna",
        language=language,
        ways=ways,
        data=data,
        codes=(("sample", "AB-12"),),
        told_at=_SAMPLE,
    )
    return whole, replace(whole, number=2, about="Ben", represented=True), replace(whole, number=3, name="", data=())


def _folders(settings: Settings) -> list[Path]:
    own = settings.letters.templates
    return [shipped("config", "templates"), *([Path(own)] if own else [])]


def read_template(path: Path, folder: Path) -> str:
    """Return the text of a template.

    Raises:
        ConfigError: It cannot be read, or is a link out of its folder: that would put any file into a letter.
    """
    if not inside_folder(path, folder):
        what = "is a link to a file outside the folder of templates"
        raise ConfigError(Problem(file=str(path), what=what, fix="put the text itself there"))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"cannot be read: {error.strerror}"
        raise ConfigError(Problem(file=str(path), what=why)) from None
    if len(text) > _MOST_CHARACTERS:
        raise ConfigError(Problem(file=str(path), what=f"has more than {_MOST_CHARACTERS} characters"))
    return text
