import ast
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import Problem
from detector.incident import load_playbooks, load_regulations
from detector.messages import LANGUAGES, Language, messages
from detector.notify import OnCallBy
from detector.rendering.escape_invisible import visible
from detector.resources import shipped
from detector.schema.case.case_facts import CaseFact, CaseFactKind, IncidentCause
from detector.schema.case.duties import DutyState, DutyVerdict
from detector.schema.case.incidents import CloseReason, IncidentStatus
from detector.schema.detection.alerts import AlertStatus, MutedBy
from detector.schema.detection.findings import Reason
from detector.schema.detection.mute_orders import OrderState
from detector.schema.events.columns import ACTIONS, ACTOR_TYPES
from detector.schema.learning.investigation_words import WordKind
from detector.schema.levels import Severity
from detector.schema.team.delivery import MessageKind, MessageStatus
from detector.settings import DataClass, Settings
from detector.settings.sections.response import ROLES, SECTORS
from detector.web.context import TEMPLATES
from detector.web.serving.make_app import STYLE
from detector.web.texts import PageTexts
from detector.web.texts.problems import in_words
from detector.web.views.case_view import FlowState, Reached, Tab

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def words(language: Language = "en", zone: str = "UTC", **settings: Any) -> PageTexts:
    return PageTexts(Settings.model_validate({"language": language, "timezone": zone} | settings), language, NOW)


@pytest.mark.parametrize(
    ("span", "en", "ru"),
    [
        (timedelta(0), "0 s", "0 с"),
        (timedelta(seconds=59), "59 s", "59 с"),
        (timedelta(minutes=4, seconds=59), "4 min 59 s", "4 мин 59 с"),
        (timedelta(minutes=5, seconds=59), "5 min", "5 мин"),
        (timedelta(hours=2, minutes=10, seconds=7), "2 h 10 min", "2 ч 10 мин"),
        (timedelta(hours=2, seconds=7), "2 h", "2 ч"),
        (timedelta(days=3, hours=1, minutes=59), "3 d 1 h", "3 д 1 ч"),
    ],
)
def test_spans_are_said_in_their_two_largest_units(span: timedelta, en: str, ru: str) -> None:
    assert words("en").span(span).replace("\N{NO-BREAK SPACE}", " ") == en
    assert words("ru").span(span).replace("\N{NO-BREAK SPACE}", " ") == ru


@pytest.mark.parametrize(
    ("actor", "en", "ru"),
    [
        ("host:fs1", "an unnamed account on this machine", "неназванная учётная запись на этой машине"),
        ("unnamed:crm", "somebody the log does not name", "кто-то, кого лог не называет"),
        ("session:17", "a session without an account", "сеанс без учётной записи"),
        ("user:host", "unknown kind of account", "учётная запись неизвестного вида"),
    ],
)
def test_whom_no_account_names_is_called_what_it_is(actor: str, en: str, ru: str) -> None:
    assert (words("en").actor(actor, "unknown"), words("ru").actor(actor, "unknown")) == (en, ru)


def test_the_kind_of_an_account_is_said() -> None:
    assert words().actor("user:svc-sync", "service") == "service account"


@pytest.mark.parametrize(
    ("title", "head", "rest"),
    [
        ("Stop the flow: block the account. Write it down.", "Stop the flow", "Block the account. Write it down."),
        ("Decide: true leak, or false. Ask the manager.", "Decide: true leak, or false", "Ask the manager."),
        ("Close the hole.", "Close the hole", ""),
        ("Read 4.5 GB", "Read 4.5 GB", ""),
    ],
)
def test_a_title_is_shortened_to_what_says_something(title: str, head: str, rest: str) -> None:
    assert words().begun(title) == (head, rest)
    assert words().short("first notice (art. 21) (from memory; ask)") == "first notice"
    assert words().short("(from memory)") == "(from memory)"


def test_a_score_is_written_as_people_of_the_language_do() -> None:
    assert (words("en").score(0.75), words("ru").score(0.75), words("ru").score(1)) == ("0.75", "0,75", "1,00")


def test_time_left_turns_into_overdue() -> None:
    assert words().left(NOW + timedelta(minutes=130)) == "in 2\xa0h\xa010\xa0min"
    assert words().left(NOW - timedelta(minutes=5)) == "overdue by 5\xa0min"
    assert words("ru").left(NOW - timedelta(minutes=5)) == "просрочено на 5\xa0мин"


@pytest.mark.parametrize(
    ("zone", "name", "short"),
    [
        ("UTC", "UTC", "UTC"),
        ("Europe/Moscow", "Europe/Moscow, UTC+3", "MSK"),
        ("Asia/Kathmandu", "Asia/Kathmandu, UTC+5:45", "UTC+5:45"),
        ("America/Sao_Paulo", "America/Sao_Paulo, UTC-3", "UTC-3"),
    ],
)
def test_the_zone_is_shown(zone: str, name: str, short: str) -> None:
    assert words(zone=zone).zone_name == name
    assert words(zone=zone).short_zone(NOW) == short


_ENTRIES = ("opened", "extended", "severity", "acknowledged", "step_done", "step_skipped", "step_reopened")
_ENTRIES += ("note", "aware", "fact", "status", "scope", "closed", "duty_decided", "duty_receipt", "duties_confirmed")
_ENTRIES += ("duty_reopened", "adopted", "terms_kept")
_ENTRIES += ("role_asked", "role_accepted", "role_declined", "role_withdrawn")
_ENTRIES += ("actor", "followed", "left", "notice_written", "report_linked", "severity_assessed", "seen", "blind")
_ENTRIES += ("clients_imported", "import_removed", "duty_received", "call_added", "call_answered")
_ENTRIES += tuple(f"document_{each}" for each in ("added", "revised", "approved", "sent", "receipt", "read"))
_ENTRIES += tuple(f"action_{each}" for each in ("added", "changed", "done", "dropped"))
_ENTRIES += ("cost_added", "cost_removed", *(f"investigation_{each.value}" for each in WordKind))
_ENTRIES += tuple(
    f"letters_{each}" for each in ("planned", "begun", "ordered", "stopped", "ended", "settled", "bounced", "post")
)
_ENTRIES += ("unacknowledged", "reopened", "taken_over", "handed_over", "passed_on", "snoozed")


@pytest.mark.parametrize(
    ("value", "english", "russian"),
    [
        ("1200", "1,200", "1\xa0200"),
        ("~1200", "about 1,200", "около 1\xa0200"),
        ("12-1200", "12–1,200", "12–1\xa0200"),
        ("12+", "at least 12", "не меньше 12"),
        ("", "withdrawn", "отозвано"),
    ],
)
def test_people_that_a_fact_states_are_written_as_people_write_them(value: str, english: str, russian: str) -> None:
    fact = CaseFact(incident_id="i", number=1, kind=CaseFactKind.PERSONS, value=value, author="lev", at=NOW)
    assert (words().fact_value(fact), words("ru").fact_value(fact)) == (english, russian)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_of_a_closed_list_has_a_word(language: Language) -> None:
    say = words(language)
    families = {
        "web-severity": Severity,
        "web-status": IncidentStatus,
        "web-close": CloseReason,
        "web-alert": AlertStatus,
        "web-muted": MutedBy,
        "web-message": MessageKind,
        "web-message-status": MessageStatus,
        "web-action": ACTIONS,
        "web-actor": ACTOR_TYPES,
        "notify-role": ROLES,
        "web-phase": [phase for book in load_playbooks().values() for phase in {step.phase for step in book.steps}],
        "web-entry": _ENTRIES,
        "web-duty-state": DutyState,
        "web-duty-verdict": DutyVerdict,
        **dict.fromkeys(("web-fact", "web-fact-hint"), CaseFactKind),
        "web-cause": IncidentCause,
        "web-on-call-by": OnCallBy,
        "web-silence-state": OrderState,
        "web-tab": Tab,
        "web-reached": Reached,
        "web-flow": FlowState,
    }
    missing = "nothing says this"
    for family, values in families.items():
        for value in values:
            assert say.named(family, str(value), missing) != missing, f"{family}-{value}"


def test_both_languages_say_the_same_things_and_each_is_said_somewhere() -> None:
    ids = {language: {each for each in messages(language).ids() if each.startswith("web-")} for language in LANGUAGES}
    assert ids["en"] == ids["ru"]
    code = "".join(
        path.read_text(encoding="utf-8") for path in [*TEMPLATES.rglob("*.html"), *TEMPLATES.parent.rglob("*.py")]
    )
    families = (
        r"web-(typed|severity|status|close|actor|action|alert|muted|message|entry|phase|missing|size|span|error|step|skip"
        r"|duty-state|duty-verdict|owed|fact|cause|on-call-by|silence-state|tab|flow|brief|reached|chart|subject|report-from|report-missing"
        r"|report-needs|report-file|letters-rest|lesson-needs|drill-needs)-"
    )
    assert {each for each in ids["en"] if each not in code and not re.match(families, each)} == set()
    assert set(get_args(Language)) == set(LANGUAGES)


@given(st.text())
def test_no_character_stays_unseen(text: str) -> None:
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not [char for char in visible(text) if unicodedata.category(char) in hidden and char not in "\n\t"]


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_what_can_be_seen_is_left_as_it_is(text: str) -> None:
    assert visible(text) == text


def contrast(one: str, other: str) -> float:
    def light(color: str) -> float:
        color = color if len(color) == 7 else "#" + "".join(digit * 2 for digit in color[1:])
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_text_stands_out_from_its_ground_in_light_and_dark() -> None:
    blocks = re.findall(r":root \{([^}]*--critical[^}]*)\}", STYLE.read_text(encoding="utf-8"))
    assert len(blocks) == 2
    for block in blocks:
        color = dict(re.findall(r"--([\w-]+): (#\w+)", block))
        pairs = [
            (text, ground)
            for ground in ("ground", "raised", "sunken", "bad-soft", "warn-soft", "good-soft")
            for text in ("text", "quiet", "link", "bad", "warn", "good")
        ]
        pairs += [("on-sev", each) for each in ("low", "medium", "high", "critical")]
        pairs += [("on-untaken", "untaken"), ("on-press", "press"), ("link", "press-soft")]
        weak = {pair: contrast(color[pair[0]], color[pair[1]]) for pair in pairs}
        assert {pair for pair, ratio in weak.items() if ratio < 4.5} == set()


@pytest.mark.parametrize(
    ("what", "english", "russian"),
    [
        ("lies before the case began, 2026-03-02T09:00:00Z", "before the case began", "раньше начала дела"),
        (
            "lies before the receipt of eu-gdpr-33/gdpr-72h, 2026-03-03T09:00:00Z",
            "that of eu-gdpr",
            "квитанции по eu-gdpr",
        ),
    ],
)
def test_a_receipt_that_cannot_be_of_its_day_is_refused_in_both_languages(
    what: str, english: str, russian: str
) -> None:
    problem = Problem(what=f"the time of sending 2026-03-01T08:00:00Z {what}", fix="x")
    assert not re.search(r"\dT\d", in_words(problem, words("ru")))
    assert english in in_words(problem, words("en"))
    assert russian in in_words(problem, words("ru"))


# Files whose refusals reach the pages.
_REFUSING = (
    "incident/acts/*.py", "incident/learning/*.py", "incident/dossier.py", "incident/history_digest.py",
    "runtime/incidents/console/**/*.py", "runtime/silences/*.py", "runtime/incidents/drills/drill_desk.py",
    "auth/door.py", "auth/passwords.py", "auth/openid_provider.py", "web/entry/*.py", "notify/links.py",
)  # fmt: skip
# Said at the command line alone, or to nobody: a grant for another act would be a defect of ours.
_ELSEWHERE = ("the grant is not for this on",)
_STANDS_FOR = {"dossier.name": "incident 7", "found.name": "incident 7", "self.name": "incident 7"}


def refusals() -> Iterator[tuple[str, str]]:
    """Yield what is said in each ``Problem(what=...)`` of the code that is a text of its own, with its place."""
    for path in (path for pattern in _REFUSING for path in sorted(TEMPLATES.parents[1].glob(pattern))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                for keyword in node.keywords:
                    if keyword.arg == "what" and isinstance(keyword.value, ast.Constant | ast.JoinedStr):
                        parts = keyword.value.values if isinstance(keyword.value, ast.JoinedStr) else [keyword.value]
                        yield f"{path.name}:{node.lineno}", "".join(map(_sample, parts))


def _sample(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    quoted = "'7'" if part.conversion == ord("r") else "7"
    return _STANDS_FOR.get(ast.unparse(part.value), quoted)


def test_every_refusal_that_reaches_a_page_is_said_in_the_readers_language() -> None:
    english = [
        (place, what)
        for place, what in refusals()
        # What begins or ends with a value of its own is put together elsewhere, and tried below.
        if not what.startswith(("7 ", *_ELSEWHERE)) and in_words(Problem(what=what, fix="one of: 7"), words("ru"))
        == str(Problem(what=what, fix="one of: 7"))
    ]  # fmt: skip
    assert [each for each in english if not re.search(r"(persons|lacks |closed)7", each[1])] == []


@pytest.mark.parametrize(
    "what",
    [
        "which laws apply needs two persons: anna is no second one",
        "the duty eu-gdpr-33/gdpr-72h needs two persons: anna is no second one",
        "adopting what takes away or loosens gate of C1, laws.x needs two persons",
        "step N1 needs two persons: anna is no second one",
        "why it is put off is missing",
        "why is missing",
        "the reason of the decision is missing",
        "the receipt's number is missing",
        "the note is missing",
        "why the status changes is missing",
        "2026-03-02T03:00:00Z is over",
        "2026-03-02T03:00:00Z is too far: incident 20260302-7f3a21 is critical",
        "several rows of incident 20260302-7f3a21 begin with 'ab'",
        "incident 20260302-7f3a21 has no row 'ab'",
        "step FACT:T1 waits for nobody's word",
        "7 has asked for another person's word on flow_stopped",
        "whoever asked for reopen may not do it any more",
    ],
)
def test_a_refusal_that_is_put_together_is_in_russian_too(what: str) -> None:
    said = in_words(Problem(what=what, fix="say so"), words("ru"))
    assert set(re.findall(r"[A-Za-z]{3,}", said)) <= {"gdpr"}, said
    assert re.search("[а-я]{4}", said), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_a_law_applies_is_told_in_words_and_not_by_those_of_the_configuration(language: Language) -> None:
    say = words(language)
    for name in SECTORS:
        said = say.reason(Reason(message="duty-sector", args=(("sectors", f"{name}, telecom"),)))
        assert (name in said) is (language == "en" and name in ("telecom", "processor")), said
    kinds = get_args(DataClass.model_fields["enisa"].annotation)
    for name in kinds:
        assert (name in say.reason(Reason(message="duty-data", args=(("found", name),)))) is (language == "en")
    for law in load_regulations(("eu-nis2-23",)).values():
        for stage in law.stages:
            figures = ", ".join(f"{name} {value}" for name, value in sorted(stage.threshold.figures.items()))
            said = say.reason(Reason(message="duty-judgement", args=(("figures", figures or "none"),)))
            assert "_" not in said, said
    titled = words(language, records={"data_classes": {"pass": {
        "confidentiality": "special", "title": "Passports", "title_ru": "Паспорта"}}})  # fmt: skip
    said = titled.reason(Reason(message="duty-classes", args=(("found", "pass"),)))
    assert {"en": "Passports", "ru": "Паспорта"}[language] in said


def test_many_people_are_a_few_names_and_a_number() -> None:
    assert words().people(()) == "none"
    assert words().people(("anna", "boris")) == "anna, boris"
    assert words().people(tuple("abcdef")) == "a, b, c, d, and 2 more"


def test_a_command_in_a_message_is_shown_as_one() -> None:
    """What stands between backticks is a command; a page shows it by ``parts.coded``."""
    texts = "".join(path.read_text(encoding="utf-8") for path in shipped("config", "messages", "en").glob("*.ftl"))
    commands = {
        name for name, said in re.findall(r"^([a-z0-9-]+) =(.*(?:\n +.*)*)", texts, re.MULTILINE) if "`" in said
    }
    plain = {
        (path.name, name)
        for path in TEMPLATES.rglob("*.html")
        for before, name in re.findall(r'(.{12})\bt\("([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
        if name in commands and not before.endswith("parts.coded(")
    }
    assert plain == set()
