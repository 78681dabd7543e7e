"""What the pages say, in one language, at one moment, in the zone people are shown.

Comes in: values of the vocabulary. Goes out: words. Names of the configuration (people, roles, data classes) become
their titles here. Nothing is escaped here; the templates escape everything.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_compact_decimal, format_decimal

from detector.incident.composed_texts import SaidAgain, title_again
from detector.messages import LANGUAGES, Argument, Language, messages
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.case_facts import CaseFact, CaseFactKind
from detector.schema.case.documents import DocumentAct, DocumentHead, DocumentKind, FiledDocument
from detector.schema.case.evidence_archive import EvidenceSummary
from detector.schema.case.incidents import Incident, Scope, TimelineEntry
from detector.schema.case.severity_assessments import FactorReading, SeverityAssessment
from detector.schema.detection.findings import Reason
from detector.schema.detection.health import HealthCheck
from detector.schema.detection.source_hours import CaseCoverage, WatchedSource
from detector.schema.events.touches import CountedOrder, TouchSummary
from detector.schema.notices.withdrawals import Withdrawal
from detector.schema.team.grants import Approval, PersonAct
from detector.settings import Settings

_NAMED = 4
_NO_SECONDS = 300
_SHORTENED = 10_000
# A pause, and a restart, that are worth a word in a case's coverage.
_SILENT, _UNWATCHED = timedelta(minutes=10), timedelta(minutes=2)
_SIZES = ("b", "kb", "mb", "gb", "tb")
_KEPT_TOGETHER = "\N{NO-BREAK SPACE}"
_NO_ACCOUNTS = frozenset({"session", "host", "unnamed"})
"""How the ids of actors begin that are no account, and of which the configuration tells no kind."""
_BRACKETS = re.compile(r"( \([^()]*\))+$")
_CLAUSE, _SENTENCE = re.compile(r"[.:;] |\.$"), re.compile(r"\. |\.$")
_TOO_SHORT = 12
"""Characters that say nothing by themselves: of \"Decide: true leak, or false\" more is a beginning."""
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


class _Titled(Protocol):
    @property
    def title(self) -> str: ...

    @property
    def title_ru(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PageTexts:
    """The words of one page.

    Attributes:
        now: The moment the page is made: what "ago" and "overdue" count from.
    """

    settings: Settings
    language: Language
    now: datetime

    def t(self, message: str, **args: Argument) -> str:
        """Return a text of ours."""
        return messages(self.language).text(message, **args)

    def named(self, family: str, name: str, fallback: str = "") -> str:
        """Return the word for a value of a closed list (``web-status-new``), the value itself when it has none."""
        try:
            return self.t(f"{family}-{name.replace('_', '-')}")
        except LookupError:
            return fallback or name

    def actor(self, actor_id: str, actor_type: str) -> str:
        """Return what kind of actor it is: of an account as the configuration says, of anything else what it is."""
        prefix = actor_id.partition(":")[0]
        return self.named("web-actor", prefix if prefix in _NO_ACCOUNTS else actor_type)

    def reason(self, reason: Reason) -> str:
        """Return a reason in words; its id when an older version said something we have no words for."""
        if reason.message.startswith("duty-classes"):
            titled = ((name, self._classes(value)) for name, value in reason.args)
            reason = replace(reason, args=tuple(titled))
        try:
            return messages(self.language).reason(reason)
        except LookupError:
            return reason.message

    def check(self, check: HealthCheck) -> str:
        """Return what a check is about: ``the database``, ``the target mail``."""
        return self.t(f"health-{check.part}", name=check.name)

    def unchecked(self, check: HealthCheck) -> str:
        """Return what was not checked, and why or since when."""
        if check.checked_at is not None:
            return self.t("health-stale", what=self.check(check), ago=self.ago(check.checked_at))
        why = self.reason(check.said) if check.said else self.t("health-not-yet")
        return self.t("health-unchecked", what=self.check(check), why=why)

    def percent(self, part: int, whole: int) -> str:
        """Return a share; only nothing is 0 % and only all of it is 100 %."""
        return self.percent_of(part / whole)

    def percent_of(self, part: float) -> str:
        """Return a share from 0 to 1; only nothing is 0 % and only all of it is 100 %."""
        share = 100 * part
        shown = round(share) if 1 <= share <= 99 or share in (0, 100) else round(share, 1)
        shown = 0.1 if share and not shown else 99.9 if shown == 100 and share < 100 else shown
        return str(format_decimal(shown, locale=self.language)) + _KEPT_TOGETHER + "%"

    # -- names ---------------------------------------------------------------------------------------------------

    def either(self, english: str, russian: str) -> str:
        """Return the text in the page's language, in the other one where there is none."""
        return (russian or english) if self.language == "ru" else (english or russian)

    def pair(self, titles: Mapping[str, tuple[str, str]], name: str) -> str:
        """Return the title of ``name`` in a table of titles in both languages; empty when it has none."""
        return self.either(*titles.get(name, ("", "")))

    def short_law(self, titles: Mapping[str, tuple[str, str]], name: str) -> str:
        """Return the title of a law or duty, short."""
        return self.short(self.pair(titles, name)) or name.rpartition("/")[2]

    def short(self, text: str) -> str:
        """Return a title without what stands in brackets behind it."""
        return _BRACKETS.sub("", text) or text

    def begun(self, text: str) -> tuple[str, str]:
        """Return how a title begins, up to its first colon or full stop, and what follows."""
        head, *rest = _CLAUSE.split(text, maxsplit=1)
        if len(head) < _TOO_SHORT:
            head, *rest = _SENTENCE.split(text, maxsplit=1)
        follows = rest[0].strip() if rest else ""
        return head, follows[:1].upper() + follows[1:]

    def title(self, thing: _Titled) -> str:
        """Return a thing's title."""
        return self.either(thing.title, thing.title_ru)

    def phase(self, phase: str, titles: Mapping[str, tuple[str, str]]) -> str:
        """Return a phase's title, as the playbook says it, else as shipped playbooks do."""
        return self.pair(titles, phase) or self.named("web-phase", phase)

    def role(self, role: str) -> str:
        """Return a role's name."""
        return self.named("notify-role", role)

    def person(self, name: str) -> str:
        """Return how a person of the team is called, any other name as it is."""
        known = {person.name: person.title for person in self.settings.team.people}
        known.setdefault("nabat", self.t("web-name"))
        return known.get(name) or name

    def people(self, names: Sequence[str]) -> str:
        """Return people of the team as pages show them, the first few of many; ``none`` for nobody."""
        first, rest = list(names)[:_NAMED], list(names)[_NAMED:]
        more = [self.t("health-more", count=len(rest))] if rest else []
        return ", ".join([*map(self.person, first), *more]) or "none"

    def initials(self, name: str) -> str:
        """Return the first letters of how a person is called."""
        return "".join(word[0].upper() for word in self.person(name).split() if word[0].isalpha())[:2] or "?"

    def special(self, name: str) -> bool:
        """Tell whether a data class is of the gravest kind."""
        known = self.settings.records.data_classes.get(name)
        return known is not None and known.confidentiality == "special"

    def data_class(self, name: str) -> str:
        """Return a data class's title."""
        known = self.settings.records.data_classes.get(name)
        return (self.title(known) if known else "") or name

    def _classes(self, listed: str | int | float) -> str | int | float:
        """Return data classes that a reason lists by their titles."""
        return ", ".join(map(self.data_class, listed.split(", "))) if isinstance(listed, str) else listed

    def failure(self, code: str) -> str:
        """Return a delivery's failure (``timeout``, ``http-500``) in words."""
        kind, _, number = code.partition("-")
        try:
            return self.t(f"notify-error-{kind}", number=number)
        except LookupError:
            return self.t("notify-error-other")

    # -- numbers -------------------------------------------------------------------------------------------------

    def touches(self, found: TouchSummary) -> str:
        """Say how many clients nothing explains, and how usual that is of who touched them."""
        if found.unknown == found.clients:
            return self.t("touches-unknown")
        said = [self.t("touches-unexplained", clients=found.clients - found.unknown, unexplained=found.unexplained)]
        if found.unexplained:
            own, role = found.own, found.role
            usual = []
            if own.share is not None:
                usual.append(self.t("touches-usual-own", share=self.percent(own.unexplained, own.opened)))
            if role.share is not None:
                message = "touches-usual-role" if usual else "touches-usual-role-alone"
                usual.append(self.t(message, share=self.percent(role.unexplained, role.opened)))
            said += [", ".join(usual)] if usual else []
        return "; ".join(said)

    def counted(self, order: CountedOrder, last: datetime) -> str:
        """Say that the last touches are not explained yet, for which source is waited, and until when."""
        said = [self.t("touches-counted", upto=self.near(order.upto))]
        due = order.known_at(last)
        if order.wait is None or due is None:
            said.append(self.t("touches-counted-unread", source=order.source))
        else:
            said.append(self.t("touches-counted-late", source=order.source, span=self.span(order.wait)))
            if due > self.now:
                said.append(self.t("touches-counted-due", time=self.near(due)))
        return " ".join(said)

    def entry(self, entry: TimelineEntry) -> str:
        """Return what an entry of a timeline says; what people wrote, and another version made, as it was written."""
        try:
            return messages(self.language).worded(*entry.said, zone=self.zone).text or entry.text
        except KeyError:
            return entry.text

    def usual_work(self, scope: Scope, touches: TouchSummary | None) -> str:
        """Say how many clients only the usual work of the same accounts touched meanwhile, listed apart."""
        counts = {"unexplained": touches.usual_unexplained, "untold": touches.usual_untold} if touches else {}
        return self.t("touches-usual-work", clients=scope.usual_subjects, **{"unexplained": 0, "untold": 0} | counts)

    def residence(self, scope: Scope) -> str:
        """Say how many of the clients of a scope live where; empty: the company's file names none of them."""
        if not scope.by_residence:
            return ""
        said = [f"{messages(self.language).place(place)} {self.number(count)}" for place, count in scope.by_residence]
        if others := max(scope.subjects_high - scope.residence_known, 0):
            said.append(self.t("scope-residence-not-listed", count=self.number(others)))
        return self.t("scope-residence", places=", ".join(said))

    def controllers(self, scope: Scope) -> list[str]:
        """Say of each controller how many of its clients are concerned, and how many by kind of data."""
        said = []
        for name, count in scope.by_controller:
            if not name:
                continue
            kinds = [(kind, many) for kind, of, many in scope.classes_by_controller if of == name]
            classes = ", ".join(f"{self.data_class(kind)} {self.number(many)}" for kind, many in kinds) or "–"
            said.append(self.t("scope-controller", name=name, count=self.number(count), classes=classes))
        return said

    def fact_value(self, fact: CaseFact) -> str:
        """Return what a fact states."""
        return self._stated(fact.kind, fact.value)

    def _stated(self, kind: CaseFactKind, value: str) -> str:
        if value in ("", "none"):
            return self.t("web-fact-withdrawn")
        if kind.is_moment:
            return self.full_moment(datetime.fromisoformat(value))
        if kind is CaseFactKind.PERSONS:
            return self._people(value)
        return self.named("web-severity" if kind is CaseFactKind.SEVERITY else "web-cause", value)

    def _people(self, value: str) -> str:
        low, to, high = value.partition("-")
        number = self.number(int(low.strip("~+")))
        if to:
            return f"{number}–{self.number(int(high))}"
        if value.endswith("+"):
            return self.t("web-fact-at-least", number=number)
        return self.t("web-fact-about", number=number) if value.startswith("~") else number

    def asked_subject(self, asked: Approval, laws: Mapping[str, tuple[str, str]]) -> str:
        """Return what waits for a second person's word, in a few words: a fact, a duty, a factor, else the step."""
        kind, _, name = asked.step_id.partition(":")
        if kind in ("duty", "receipt"):
            return self.short_law(laws, name)
        families = {"fact": "web-fact", "enisa": "enisa-factor"}
        return self.named(families[kind], name) if kind in families else self.named("web-subject", kind)

    def asked_word(self, asked: Approval, laws: Mapping[str, tuple[str, str]]) -> str:
        """Say whose act waits for a second person's word, and what it is."""
        person, data = self.person(asked.author), dict(asked.data)
        if asked.act is PersonAct.DUTY and "owed" in data:
            duty = asked.step_id.removeprefix("duty:")
            return self.t("web-duty-asked", person=person, duty=duty, owed="yes" if data["owed"] else "no")
        if asked.act is PersonAct.RECEIPT:
            duty = asked.step_id.removeprefix("receipt:")
            return self.t("web-receipt-asked", person=person, duty=duty, number=data["number"], at=data["at"])
        if asked.act in (PersonAct.CLOSE, PersonAct.MERGE, PersonAct.STATUS, PersonAct.SEND):
            return self.asked_end(asked)
        if asked.act in (PersonAct.AWARE, PersonAct.FACT):
            return self.asked_fact(asked)
        if asked.act in (PersonAct.DO_STEP, PersonAct.SKIP_STEP):
            return f"{asked.step_id}: {self.t('web-approval-asked', person=person, act=asked.act.value)}"
        return self.t("web-word-asked", person=person, subject=self.asked_subject(asked, laws))

    def asked_fact(self, asked: Approval) -> str:
        """Say which fact waits for a second person's word, what it states, and of which duties less would be asked."""
        data = {name: str(value) for name, value in asked.data}
        kind = CaseFactKind.T1 if asked.act is PersonAct.AWARE else CaseFactKind(asked.step_id.removeprefix("fact:"))
        return self.t(
            "web-fact-asked",
            person=self.person(asked.author),
            fact=self.named("web-fact", kind.value),
            value=self._stated(kind, data.get("value") or data.get("at", "")),
            duties=data.get("duties") or "none",
        )

    def asked_end(self, asked: Approval) -> str:
        """Say that a second person's word is waited for on what would end a case, its calls or its letters."""
        person, data = self.person(asked.author), dict(asked.data)
        if asked.act is PersonAct.CLOSE:
            return self.t("web-close-asked", person=person, reason=self.named("web-close", str(data["reason"])))
        if asked.act is PersonAct.MERGE:
            return self.t("web-merge-asked", person=person, one=data["one"], other=data["other"])
        if asked.act is PersonAct.SEND:
            how = self.t(f"letters-state-{data['how']}")
            return self.t("web-letters-asked", person=person, count=data["count"], how=how)
        return self.asked_rest(asked)

    def asked_rest(self, asked: Approval) -> str:
        """Say that a second person's word is waited for on calling an incident resolved, or on letting it wait."""
        until = dict(asked.data).get("until")
        if until is None:
            return self.t("web-resolve-asked", person=self.person(asked.author))
        time = self.full_moment(datetime.fromisoformat(str(until)))
        return self.t("web-hold-asked", person=self.person(asked.author), time=time)

    def asked_factor(self, asked: Approval) -> str:
        """Return the value of a factor that waits for a second person's word."""
        said = dict(asked.data)["value"]
        return self.t("enisa-as-computed") if isinstance(said, str) else self.factor_value(float(said))

    def again(self, incident: Incident, entries: Sequence[TimelineEntry], facts: Iterable[CaseFact]) -> SaidAgain:
        """Return what says again what an incident keeps beside its timeline."""
        return SaidAgain(incident, entries, facts, self.language, self.zone)

    def document_title(self, document: DocumentHead) -> str:
        """Return what a document is called; what a person named, as they named it."""
        return title_again(document, self.language)

    def fact_source(self, fact: CaseFact) -> str:
        """Return from whom or from where a fact is known."""
        return fact.source if fact.number else self.named("web-fact-computed", fact.kind.value)

    def raw_lines(self, held: EvidenceSummary) -> str:
        """Say how many raw lines of a case are held, and how many are missing."""
        if held.state is None:
            return self.t("evidence-none-yet")
        missing = held.state.wanted - held.state.held
        return self.t("evidence-held", lines=held.lines, size=self.size(held.bytes), missing=missing)

    def raw_lines_missing(self, held: EvidenceSummary) -> list[str]:
        """Say for each reason how many lines are missing for it."""
        missing = held.state.missing if held.state is not None else ()
        return [self.t(f"evidence-missing-{reason.replace('_', '-')}", lines=count) for reason, count in missing]

    def watched(self, coverage: CaseCoverage) -> list[str]:
        """Say of each source what was read in the hours of a case, and what was not seen."""
        if not coverage.sources:
            return [self.t("coverage-nothing")]
        return [self._watched(each) for each in coverage.sources]

    def _watched(self, one: WatchedSource) -> str:
        total, silent = one.total, timedelta(seconds=one.total.silent)
        problems = [
            self.t(f"coverage-{name.replace('_', '-')}", count=count)
            for name in ("rejects", "late", "unmapped", "clock_back", "clock_ahead")
            if (count := getattr(total, name))
        ]
        if silent >= _SILENT:
            problems.append(self.t("coverage-silent", span=self.span(silent)))
        if one.unwatched >= _UNWATCHED:
            problems.append(self.t("coverage-unwatched", span=self.span(one.unwatched)))
        said = "; ".join(problems) or self.t("coverage-whole")
        return self.t("coverage-source", source=total.source, lines=total.lines, requests=total.requests, said=said)

    def document_state(self, filed: FiledDocument) -> str:
        """Say how the newest version of a document stands."""
        number = filed.newest.version
        receipts, sent = filed.done(DocumentAct.RECEIPT, number), filed.done(DocumentAct.SENT, number)
        if receipts:
            return self.t("web-document-receipt", number=receipts[-1].reference)
        if sent:
            return self.t("web-document-sent-to", to=sent[-1].place)
        if filed.waits:
            return self.t("web-document-waits")
        if filed.agreed_at(number):
            # How many of its letters have gone is kept letter by letter; a sender that was killed says nothing here.
            letters = filed.document.kind is DocumentKind.LETTER
            return self.t("web-document-letters" if letters else "web-document-approved")
        return self.t("web-document-filed")

    def number(self, number: int) -> str:
        """Return a whole number as people of the language write it."""
        return str(format_decimal(number, locale=self.language))

    def short_number(self, number: int) -> str:
        """Return a whole number in few characters: ``20K`` from ten thousand on."""
        if number < _SHORTENED:
            return self.number(number)
        return str(format_compact_decimal(number, locale=self.language, fraction_digits=1))

    def factor(self, factor: float) -> str:
        """Return a factor with two digits."""
        return str(format_decimal(factor, format="0.00", locale=self.language))

    def factor_value(self, value: float) -> str:
        """Return a factor of the severity by ENISA's method, or its score: quarters, without needless zeros."""
        return str(format_decimal(value, format="0.##", locale=self.language))

    def factor_reason(self, reading: FactorReading) -> str:
        """Return why a factor was computed so, with data classes as people call them."""
        reason = reading.reasons[0]
        args = (
            (name, ", ".join(map(self.data_class, str(value).split(", "))) if name == "classes" else value)
            for name, value in reason.args
        )
        return self.reason(replace(reason, args=tuple(args)))

    def assessment_sum(self, found: SeverityAssessment) -> str:
        """Say how a severity by ENISA's method adds up, and which flags are set."""
        parts = {name: self.factor_value(getattr(found, name)) for name in ("dpc", "ei", "cb", "score")}
        flags = [self.named("enisa-factor", each.value).lower() for each in found.flags]
        return "; ".join((self.t("enisa-sum", **parts), *flags))

    def score(self, score: float) -> str:
        """Return a score from 0 to 1 with two digits, as people of the language write it."""
        return str(format_decimal(score, format="0.00", locale=self.language))

    def size(self, size: int) -> str:
        """Return a number of bytes, rounded to a unit people can picture."""
        value, unit = float(size), 0
        while value >= 1000 and unit < len(_SIZES) - 1:
            value, unit = value / 1000, unit + 1
        rounded = round(value, 1) if unit and value < 10 else round(value)
        return self.t(f"web-size-{_SIZES[unit]}", size=str(format_decimal(rounded, locale=self.language)))

    # -- times ---------------------------------------------------------------------------------------------------

    @property
    def zone(self) -> ZoneInfo:
        """The zone people are shown times in."""
        return ZoneInfo(self.settings.timezone)

    @property
    def zone_name(self) -> str:
        """The zone in words: its name and how far it is from UTC now."""
        offset = _offset(self.now.astimezone(self.zone))
        return offset if self.settings.timezone == offset else f"{self.settings.timezone}, {offset}"

    def short_zone(self, moment: datetime) -> str:
        """Return the zone's short name at a moment, its distance from UTC where it has none."""
        local = moment.astimezone(self.zone)
        name = local.tzname() or ""
        return name if name.isalpha() else _offset(local)

    def moment(self, moment: datetime) -> str:
        """Return a moment as people write it, with the year when it is not this one, without the zone."""
        local = moment.astimezone(self.zone)
        form = "d MMM, HH:mm" if local.year == self.now.astimezone(self.zone).year else "d MMM y, HH:mm"
        return str(format_datetime(local, form, tzinfo=self.zone, locale=self.language))

    def near(self, moment: datetime) -> str:
        """Return the hour of a moment of today, as people write it; of any other day, with the day."""
        local, today = moment.astimezone(self.zone), self.now.astimezone(self.zone)
        if local.date() == today.date():
            return str(format_datetime(local, "HH:mm", tzinfo=self.zone, locale=self.language))
        return self.moment(moment)

    def clock_time(self, moment: datetime) -> str:
        """Return the hour of a moment to the second."""
        return str(format_datetime(moment, "HH:mm:ss", tzinfo=self.zone, locale=self.language))

    def full_moment(self, moment: datetime) -> str:
        """Return a moment to the second with its zone."""
        local = format_datetime(moment, "d MMM y, HH:mm:ss", tzinfo=self.zone, locale=self.language)
        return f"{local} {self.short_zone(moment)}"

    def day(self, day: date) -> str:
        """Return a day with its year."""
        return str(format_date(day, "d MMMM y", locale=self.language)).replace(" ", _KEPT_TOGETHER)

    def month(self, day: date) -> str:
        """Return the month of a day, with its year."""
        return str(format_skeleton("yMMM", day, locale=self.language))

    def short_day(self, day: date) -> str:
        """Return a day without its year."""
        return str(format_date(day, "d MMM", locale=self.language))

    def span(self, span: timedelta) -> str:
        """Return a duration in its two largest units: ``2 h 10 min``; from five minutes on without seconds."""
        rest = max(0, int(span.total_seconds()))
        rest -= rest % 60 if rest >= _NO_SECONDS else 0
        parts: list[str] = []
        for unit, seconds in _UNITS:
            count, rest = divmod(rest, seconds)
            if count or parts:
                parts.append(self.t(f"web-span-{unit}", count=count) if count else "")
            if len(parts) == 2:
                break
        return _KEPT_TOGETHER.join(filter(None, parts)).replace(" ", _KEPT_TOGETHER) or self.t("web-span-s", count=0)

    def ago(self, moment: datetime) -> str:
        """Return how long ago something was."""
        return self.t("web-ago", span=self.span(self.now - moment))

    def late(self, due: datetime) -> bool:
        """Tell whether a due time has passed."""
        return due < self.now

    def owed(self, item: AgendaItem) -> str:
        """Return what somebody owes."""
        title, what = self.either(item.title, item.title_ru), item.what
        if item.kind is AgendaKind.APPROVAL:
            what = messages(self.language).asked(what, title)
        kind, who = item.kind.value.replace("_", "-"), ", ".join(map(self.person, item.not_by))
        return self.t(f"web-owed-{kind}", what=what, title=title, who=who)

    def withdrawal(self, one: Withdrawal) -> str:
        """Return what others were told of what was no breach, and how far it is withdrawn."""
        at = self.full_moment(one.sent_at) if one.sent_at is not None else ""
        state = "done" if at else "off" if one.off_by else "drafted" if one.document else "open"
        letters = self.t("withdrawal-clients", count=one.clients) if one.of_clients else ""
        title = letters or self.either(*one.notice.titles)
        said = {"title": title, "time": at, "receipt": one.receipt or "none", "by": self.person(one.off_by or "-")}
        return self.t(f"withdrawal-{state}", document=one.document, why=one.off_why, **said)

    def left(self, due: datetime) -> str:
        """Return how long is left until a due time, or how long it is overdue."""
        if self.late(due):
            return self.t("web-overdue-by", span=self.span(self.now - due))
        return self.t("web-in", span=self.span(due - self.now))


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or timedelta(0)).total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")


def chooser(wanted: str | None, remembered: str | None, default: Language) -> Language:
    """Return the language asked for, else the remembered one, else the service's."""
    return next((known for name in (wanted, remembered) for known in LANGUAGES if known == name), default)
