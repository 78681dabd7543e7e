"""Both languages say the same things: the same messages, with the same arguments."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import ast, parse

from detector.messages import LANGUAGES, Language, messages
from detector.schema.case.documents import DocumentKind
from detector.schema.detection.findings import Reason

MESSAGES = Path(__file__).parents[1] / "config" / "messages"
FILES = sorted(path.name for path in (MESSAGES / "en").glob("*.ftl"))


def said(path: Path) -> dict[str, set[str]]:
    """Return the arguments of each message of a file."""
    resource = parse(path.read_text(encoding="utf-8"))
    assert [entry.content for entry in resource.body if isinstance(entry, ast.Junk)] == []
    return {entry.id.name: set(arguments(entry)) for entry in resource.body if isinstance(entry, ast.Message)}


def arguments(node: object) -> Iterator[str]:
    if isinstance(node, ast.VariableReference):
        # A text that the sender has in both languages (a rule's title) comes as `title` and `title_ru`.
        yield node.id.name.removesuffix("_ru")
    elif isinstance(node, list):
        for one in node:
            yield from arguments(one)
    elif isinstance(node, ast.BaseNode):
        yield from arguments(list(vars(node).values()))


def test_both_languages_have_the_same_files() -> None:
    assert sorted(path.name for path in (MESSAGES / "ru").glob("*.ftl")) == FILES
    assert FILES


def test_both_languages_have_the_same_messages_with_the_same_arguments(subtests: pytest.Subtests) -> None:
    for name in FILES:
        with subtests.test(name=name):
            assert said(MESSAGES / "ru" / name) == said(MESSAGES / "en" / name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_parsed_alone_says_what_it_says_among_all(language: Language) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((MESSAGES / language).glob("*.ftl"))]
    whole = FluentBundle([language], use_isolating=False)
    for text in texts:
        whole.add_resource(FluentResource(text))
    entries = [entry for text in texts for entry in parse(text).body if isinstance(entry, ast.Message)]
    # Every argument there is, for each message: what one refers to may ask for others.
    args = {name: 3 for each in set(arguments(list(entries))) for name in (each, f"{each}_ru")}
    for entry in entries:
        pattern = whole.get_message(entry.id.name).value
        assert pattern is not None
        assert messages(language).text(entry.id.name, **args) == whole.format_pattern(pattern, args)[0]
    assert len(entries) > 400


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("length", [1_000, 1_001, 20_000])
def test_however_long_a_text_is_that_a_person_or_a_log_gives_it_is_said(language: Language, length: int) -> None:
    given = {"until": "1", "by": "boris", "other": "lev", "reason": "y" * length}
    said = messages(language).text("expected-mark", **given)
    assert "y" * 999 in said
    assert len(said) < 1_200


@pytest.mark.parametrize(
    ("message", "args", "english", "russian"),
    [
        (
            "snoozed",
            {"by": "anna", "until": "2026-11-30T02:00:00Z", "reason": "2026-11-30T02:00:00Z"},
            "anna put it off: nobody is paged before 30 Nov 2026, 05:00 MSK, unless it gets worse. "
            "Why: 2026-11-30T02:00:00Z",
            "Отложил(а) anna: до 30 нояб. 2026, 05:00 MSK никого не вызывают, если не станет хуже. "
            "Причина: 2026-11-30T02:00:00Z",
        ),
        (
            "approval-declined",
            {"step": "reopen", "reason": "no"},
            "opening it again: not agreed to: no",
            "повторное открытие: согласие не дано: no",
        ),
        (
            "approval-asked",
            {"step": "fact:t1", "act": "fact", "proof:": "incident-entry-fact", "proof:kind": "t1",
             "proof:value": "2026-11-30T02:00:05.5Z", "proof:source": "s", "proof:reason": "r",
             "proof:approver": "none"},
            "A fact is to be corrected; a second person has to agree: T1, since when we are aware: "
            "30 Nov 2026, 05:00:05 MSK. Source: s. Why: r",
            "Факт исправляется; нужно согласие второго: T1, с какого момента мы знаем: "
            "30 нояб. 2026, 05:00:05 MSK. Источник: s. Почему: r",
        ),
        (
            "status",
            {"old": "on_hold", "new": "in_progress", "reason": "r"},
            "Status on hold → in progress: r",
            "Состояние приостановлен → в работе: r",
        ),
        (
            "duty-receipt",
            {"duty": "x/y", "number": "7", "at": "2026-11-30T02:00:00Z", "version": "none", "reason": "none"},
            "The duty x/y is fulfilled: receipt 7, sent 30 Nov 2026, 05:00 MSK.",
            "Обязанность x/y исполнена: квитанция 7, отправлено 30 нояб. 2026, 05:00 MSK.",
        ),
    ],
)  # fmt: skip
def test_an_entry_of_a_timeline_is_read_in_words_and_in_the_zone_of_its_reader(
    message: str, args: dict[str, str], english: str, russian: str
) -> None:
    reason = Reason(message=f"incident-entry-{message}", args=tuple(args.items()))
    for language, text in (("en", english), ("ru", russian)):
        assert messages(language).worded(reason, zone=ZoneInfo("Europe/Moscow")).text == text


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_names_the_kind_of_a_document_as_lists_do(language: Language, kind: DocumentKind) -> None:
    said = messages(language)
    entry = said.text("incident-entry-document-added", document="d1", title="T", kind=kind.value, hash="0f")
    assert f"({said.text('document-kind-' + kind.value.replace('_', '-'))})" in entry
