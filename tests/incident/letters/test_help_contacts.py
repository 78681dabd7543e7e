"""Every telephone, address and page in our texts stands in one file, with how sure we are of it."""

import re
from pathlib import Path

import pytest

from detector.incident import load_regulations
from detector.incident.letters.help_contacts import (
    help_contact_ids,
    help_contacts,
    unchecked_contacts,
    unchecked_of,
)
from detector.incident.notices.notice_forms import of_duty
from detector.incident.notices.notice_values import MadeNotice
from detector.incident.notices.resolve_fields import resolve_fields
from detector.resources import shipped
from detector.schema.case.duties import Duty
from detector.schema.notices.notice_fields import FieldState, NoticeWord
from tests.incident.test_notices import facts

_TELEPHONE = re.compile(r"(?<![\w#])\+?\(?\d{1,4}\)?(?:[ .-]\(?\d{2,5}\)?){2,}(?!\w)")
_DAY = re.compile(r"\b\d\d\.\d\d\.\d{4}\b")
_PAGE = re.compile(r"https?://|www\.|\b[\w-]+\.(?:gov|com|org|net|ru|eu|info|uk|kz|de|fr)\b", re.IGNORECASE)
_POST = re.compile(r"P\. ?O\. Box|\b[A-Z]{2} \d{5}\b|а/я \d")
FOLDERS = ("templates", "notices", "wording", "playbooks")


def texts() -> list[Path]:
    files = [path for folder in FOLDERS for path in shipped("config", folder).rglob("*.*") if path.is_file()]
    files += [
        path for language in ("en", "ru") for path in (shipped("config", "messages", language)).glob("letters.ftl")
    ]
    return files


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in texts():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(_DAY.sub("", line)) and "example.org" not in line and not line.lstrip().startswith("#"):
                found.append(f"{path.name}:{number}: {line.strip()[:80]}")
    return found


@pytest.mark.parametrize("pattern", [_TELEPHONE, _PAGE, _POST], ids=["telephone", "page", "post"])
def test_no_text_of_ours_holds_what_should_be_checked_before_it_is_sent(pattern: re.Pattern[str]) -> None:
    assert lines_with(pattern) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [(_TELEPHONE, "call 1-888-397-3742"), (_TELEPHONE, "+7 (495) 000-00-00"), (_PAGE, "see identitytheft.gov"),
     (_POST, "P.O. Box 9554, Allen, TX 75013")],
)  # fmt: skip
def test_what_should_stand_in_that_file_is_recognised(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_each_contact_says_where_it_is_known_from_and_what_the_company_has_found_wins() -> None:
    assert len(help_contact_ids()) == len(set(help_contact_ids())) == 6
    shipped_ones = help_contacts({})
    assert all(each.source and each.verified for group in shipped_ones.values() for each in group)
    own = {"ftc": "Federal Trade Commission, example.org"}
    (found,) = [each for each in help_contacts(own)["us-ny-agencies"] if each.id == "ftc"]
    assert (found.line, found.checked) == (own["ftc"], True)
    assert {each.id for each in unchecked_of(["us-ny-agencies"], {})} - {"ftc"} == {
        each.id for each in unchecked_of(["us-ny-agencies"], own)
    }


def test_what_a_text_names_is_read_from_it_however_it_is_written() -> None:
    named = ['{% for each in help_contacts["us-credit-bureaus"] %}', "{{ help_contacts['us-ny-agencies'] }}", "nothing"]
    assert len(unchecked_contacts(named[:1], {})) == 3
    assert len(unchecked_contacts(named, {})) == 6
    assert unchecked_contacts(["nothing"], {}) == ()


def test_a_notice_names_them_as_they_are_and_whoever_drafts_it_is_told_what_to_check() -> None:
    law = load_regulations(["us-ny-899-aa"])
    duty = Duty(incident_id="i", regulation="us-ny-899-aa", stage="ny-30d", law_version=1, position=0)
    subject = of_duty(duty, law)
    assert subject is not None
    for own, left in (({}, 3), ({"ftc": "FTC, example.org"}, 2)):
        known = facts(help_contacts=help_contacts(own))
        fields = resolve_fields(subject.content, known, duty=subject.name)
        field = next(each for each in fields if each.id == "agencies_that_help")
        assert (field.state, field.why, field.value.count("\n")) == (FieldState.FILLED, "", 2)
        assert len(MadeNotice(subject=subject, facts=known, fields=fields).unchecked) == left
    said = {"incident_id": "i", "number": 1, "duty": subject.name, "reason": "called", "by": "dina", "at": known.now}
    word = NoticeWord(field="agencies_that_help", value="ours", **said)
    written = resolve_fields(subject.content, known, (word,), duty=subject.name)
    assert MadeNotice(subject=subject, facts=known, fields=written).unchecked == (), "what people wrote, they know"
