"""What reports of the company say in words: months by their names, lists that can be told apart, no empty remark."""

from datetime import UTC, date, datetime

import pytest

from detector.incident.preparation import ReadinessArea
from detector.incident.preparation.assess_readiness import NameKind, Shortfall
from detector.messages import LANGUAGES, Language, messages
from detector.settings import Settings
from detector.web.texts import PageTexts
from detector.web.texts.readiness_texts import shortfall_in_words

SETTINGS = Settings.model_validate(
    {
        "sources": [],
        "records": {
            "data_classes": {
                "contact": {"confidentiality": "confidential", "title": "name, telephone", "title_ru": "имя, телефон"},
                "passport": {"confidentiality": "special", "title": "passport", "title_ru": "паспорт"},
            }
        },
    }
)


def words(language: Language) -> PageTexts:
    return PageTexts(SETTINGS, language, datetime(2026, 3, 4, tzinfo=UTC))


def test_a_month_is_named_with_its_year() -> None:
    named = [words(each).month(date(2026, 3, 1)).replace("\N{NARROW NO-BREAK SPACE}", " ") for each in ("en", "ru")]
    assert named == ["Mar 2026", "март 2026 г."]


def test_two_classes_of_data_whose_titles_hold_commas_read_as_two() -> None:
    lacks = Shortfall(
        area=ReadinessArea.DATA_MAP, key="class-retention", points=1, count=2, whole=2, names=("contact", "passport"),
        of=NameKind.DATA_CLASS,
    )  # fmt: skip
    assert shortfall_in_words(lacks, words("en")).endswith(": name, telephone; passport")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_receipt_tells_of_no_correction(language: Language) -> None:
    def said(reason: str) -> str:
        args = {"document": "d1", "version": 1, "number": "R/1", "reason": reason}
        return messages(language).text("incident-entry-document-receipt", **args)

    assert said("none").endswith("R/1.")
    assert said("the first was mistyped").endswith(": the first was mistyped")
